"""The source file of the demo newspaper, in the format of crawler/sources/source.py."""

from crawler.demo.manuscript import SECTIONS
from crawler.demo.templates.furniture import NAME, NAME_EN

#: Every URL scheme that the newspaper has used, including redirects and disallowed drafts.
ARTICLE_URL = (
    r"/20\d\d/\d\d/[^/?#]+/|/article/[\w.-]+|://[^/]+/node/\d+|/news\.php\?id=\d+|/archive/\d+\.htm|[?&]p=\d+"
    r"|/(?:politics|economy|local|sport|culture|science|opinion)/20\d\d/\d+/\d+/"
)


def source_toml(base_url: str, key: str = "demo") -> str:
    """Return the text of the TOML file for a newspaper that runs at `base_url`."""
    endpoints = [
        ("/feed.xml", "feed"),
        ("/atom.xml", "feed"),
        ("/news-sitemap.xml.gz", "news_sitemap"),
        ("/sitemap.xml", "sitemap"),
        *((f"/section/{section}", "section") for section in SECTIONS),
    ]
    tables = "\n".join(f'[[endpoint]]\nurl = "{base_url}{path}"\nkind = "{kind}"\n' for path, kind in endpoints)
    return f"""key = "{key}"
name_ar = "{NAME}"
name_en = "{NAME_EN}"
country = "JO"
timezone = "Asia/Amman"
home = "{base_url}/"
article_url = '{ARTICLE_URL}'
delay_s = 0.0
concurrency = 4

{tables}"""
