"""The mobile version of a microdata page, under /m/, from before responsive design, canonical to the desktop page."""

from html import escape

from crawler.demo.manuscript import Manuscript
from crawler.demo.templates.datelines import gulf_12h
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, address, cards


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    body = "\n".join(f"<p>{escape(block.text)}</p>" for block in article.blocks)
    return f"""<!DOCTYPE html><html dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(article.title)} - {NAME}</title><link rel="canonical" href="{address(frame.base_url, article.path)}"></head>
<body><div class="m-top"><a href="/">{NAME}</a></div><h1>{escape(article.title)}</h1><div class="m-date">{gulf_12h(article.published)}</div>
<p>{escape(article.lead)}</p>
{body}
<ul class="m-more">{cards(frame.related[:3], '<li><a href="/m{href}">{title}</a></li>')}</ul><div class="m-foot">{COPYRIGHT}</div></body></html>"""
