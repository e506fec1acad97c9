"""The demo newspaper: a small Arabic newspaper on loopback, shared by `warraq demo` and by every test that crawls.

All content is fictional: the country Wardan, its people, towns and institutions. Its page layouts are modelled on real
newspapers of twenty years, and its server misbehaves as real servers do.

>>> with DemoNewspaper() as paper:
...     paper.base_url.startswith("http://127.0.0.1:")
True
"""

from crawler.demo.server import Access, DemoNewspaper, expected
from crawler.demo.source import source_toml
from crawler.demo.truth import EndState, Expected, Truth

__all__ = ["Access", "DemoNewspaper", "EndState", "Expected", "Truth", "expected", "source_toml"]
