"""The newspaper's endpoints for machines: RSS, Atom, sitemaps, robots.txt. Pure: articles in, bytes out."""

import gzip
from collections.abc import Iterable
from datetime import UTC
from email.utils import format_datetime
from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.furniture import NAME, address, wordpress_address
from crawler.demo.templates.wordpress import SHARE, marked_up

SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def rss(base_url: str, articles: Iterable[Manuscript]) -> bytes:
    """Return RSS 2.0 with tracker parameters on every link, and the whole text of WordPress articles."""
    items = "\n".join(_rss_item(base_url, each) for each in articles)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>{NAME}</title><link>{base_url}/</link><description>آخر الأخبار</description><language>ar</language>
{items}
</channel></rss>""".encode()


def _rss_item(base_url: str, article: Manuscript) -> str:
    link = address(base_url, article.path)
    mark = "&" if "?" in link else "?"
    content = ""
    if article.template == "wordpress":
        inner = f"{SHARE}<p>{escape(article.lead)}</p>{''.join(marked_up(article))}"
        content = f"<content:encoded><![CDATA[{inner}]]></content:encoded>"
    creators = "".join(f"<dc:creator><![CDATA[{name}]]></dc:creator>" for name in article.authors)
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in (SECTIONS[article.section], *article.tags))
    return (
        f"<item><title>{escape(article.title)}</title><link>{escape(link + mark)}utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="false">{base_url}/?p={article.number}</guid>'
        f"<pubDate>{format_datetime(article.published)}</pubDate>{creators}{tags}"
        f"<description>{escape(article.lead)}</description>{content}</item>"
    )


def atom(base_url: str, articles: Iterable[Manuscript]) -> bytes:
    """Return Atom 1.0 with both dates of every entry."""
    entries = [_atom_entry(base_url, each) for each in articles]
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>{NAME}</title><id>{base_url}/atom.xml</id>
<link rel="self" href="{base_url}/atom.xml"/><link rel="alternate" href="{base_url}/"/>
{"".join(entries)}
</feed>""".encode()


def _atom_entry(base_url: str, article: Manuscript) -> str:
    link = address(base_url, article.path)
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in article.authors)
    changed = article.modified or article.published
    return (
        f'<entry><title>{escape(article.title)}</title><link rel="alternate" href="{escape(link)}"/><id>{escape(link)}</id>'
        f"<published>{article.published.isoformat()}</published><updated>{changed.isoformat()}</updated>{authors}"
        f'<category term="{SECTIONS[article.section]}"/><summary>{escape(article.lead)}</summary></entry>\n'
    )


def news_sitemap(base_url: str, articles: Iterable[Manuscript]) -> bytes:
    """Return a Google-News sitemap, gzipped as a file (no Content-Encoding)."""
    urls = "\n".join(
        f"<url><loc>{escape(_loc(base_url, each))}</loc><news:news><news:publication><news:name>{NAME}</news:name>"
        f"<news:language>ar</news:language></news:publication>"
        f"<news:publication_date>{each.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(each.title)}</news:title><news:keywords>{escape(', '.join(each.tags))}</news:keywords>"
        f"</news:news></url>"
        for each in articles
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {SITEMAP} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>"""
    return gzip.compress(text.encode(), mtime=0)


def sitemap(base_url: str, articles: Iterable[Manuscript], more: Iterable[str] = ()) -> bytes:
    """Return a sitemap; `more` are raw <loc> values put between the articles, bad ones among them."""
    urls = [
        f"<url><loc>{escape(_loc(base_url, each))}</loc>"
        f"<lastmod>{(each.modified or each.published).astimezone(UTC).isoformat()}</lastmod></url>"
        for each in articles
    ]
    urls[2:2] = [f"<url><loc>{escape(loc)}</loc></url>" for loc in more]
    lines = "\n".join(urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {SITEMAP}>\n{lines}\n</urlset>'.encode()


def sitemap_index(base_url: str, paths: Iterable[str]) -> bytes:
    """Return a sitemap index."""
    children = "\n".join(f"<sitemap><loc>{base_url}{path}</loc></sitemap>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {SITEMAP}>\n{children}\n</sitemapindex>'.encode()


def robots(base_url: str, crawl_delay: float) -> bytes:
    """Return robots.txt; `crawl_delay` in seconds."""
    return f"""# {NAME}
User-agent: *
Disallow: /private/
Disallow: /search
Crawl-delay: {crawl_delay:g}

User-agent: GreedyBot
Disallow: /

Sitemap: {base_url}/sitemap.xml
Sitemap: {base_url}/news-sitemap.xml.gz
""".encode()


def _loc(base_url: str, article: Manuscript) -> str:
    encode = wordpress_address if article.template == "wordpress" else address
    return encode(base_url, article.path)
