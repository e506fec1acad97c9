"""The AMP version of a WordPress page: the same text under another URL, with rel=canonical."""

from html import escape

from crawler.demo.manuscript import Manuscript
from crawler.demo.templates.datelines import maghreb
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, cards, wordpress_address
from crawler.demo.templates.wordpress import linked_data, marked_up


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    more = cards(frame.related[:4], '<li><a href="{href}amp/">{title}</a></li>')
    content = "\n".join(marked_up(article))
    return f"""<!doctype html>
<html amp lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{escape(article.title)}</title>
<link rel="canonical" href="{wordpress_address(frame.base_url, article.path)}">
<meta name="viewport" content="width=device-width"><script async src="https://cdn.ampproject.org/v0.js"></script>
<script type="application/ld+json">{linked_data(article, frame)}</script><style amp-custom>body{{font:1em serif}}</style></head>
<body><header class="amp-wp-header"><a href="/">{NAME}</a></header>
<article class="amp-wp-article"><header><h1 class="amp-wp-title">{escape(article.title)}</h1>
<div class="amp-wp-meta"><span class="amp-wp-author">{escape("، ".join(article.authors))}</span> <time datetime="{article.published.isoformat()}">{maghreb(article.published)}</time></div></header>
<amp-img src="/wp-content/uploads/{article.number}.jpg" width="800" height="450" layout="responsive"></amp-img>
<div class="amp-wp-article-content"><amp-social-share type="whatsapp"></amp-social-share>
<p><strong>{escape(article.lead)}</strong></p>
{content}
</div></article><ul class="amp-related">{more}</ul>
<footer class="amp-wp-footer"><p>{COPYRIGHT}</p><a href="#top">العودة إلى الأعلى</a></footer></body></html>"""
