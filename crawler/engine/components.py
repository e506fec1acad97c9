"""Components: what Scrapy imports when a crawl begins, imported before the event loop runs.

The imports take up to a second, which would block every other crawl in a running loop.
"""

from collections.abc import Callable, Iterable

from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from pipelines.urls.canonical import same_site

_SINGLE = ("DOWNLOADER", "SCHEDULER", "STATS_CLASS", "LOG_FORMATTER", "DUPEFILTER_CLASS", "REQUEST_FINGERPRINTER_CLASS")
_TABLES = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "ADDONS")


def load_components(settings: Settings) -> None:
    """Import every component of the settings, and load the data that the first page needs."""
    for component in _component_names(settings):
        load_object(component)
    same_site("https://a.example/", "https://b.example/")  # reads the public suffix list, .2 s at first


def _component_names(settings: Settings) -> Iterable[str | Callable[..., object]]:
    yield "scrapy.core.engine.ExecutionEngine"
    yield from (settings[name] for name in _SINGLE if settings[name])
    for name in _TABLES:
        # Disabled ones too, because Scrapy inspects their classes.
        yield from (component for component in settings.getwithbase(name) if isinstance(component, str | type))
    yield from (handler for handler in settings.getwithbase("DOWNLOAD_HANDLERS").values() if handler is not None)
