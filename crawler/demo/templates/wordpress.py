"""WordPress of the 2020s: a share widget inside the content, "read also" between paragraphs, JSON-LD of a plugin."""

import json
from collections.abc import Iterator
from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.datelines import maghreb
from crawler.demo.templates.furniture import (
    COPYRIGHT,
    NAME,
    Frame,
    cards,
    href,
    navigation,
    service_links,
    wordpress_address,
)

SHARE = (
    '<div class="c-share"><span class="c-share__label">شارك المقال</span><ul class="c-share__list">'
    '<li class="c-share__copy"><span>تم النسخ</span></li></ul></div>'
)

#: How one body line is marked up; list items and rows are wrapped by `body`.
MARKUP = {
    "paragraph": "<p>{}</p>",
    "heading": "<h2>{}</h2>",
    "quote": "<blockquote><p>{}</p></blockquote>",
    "question": "<p><strong>{}</strong></p>",
    "item": "<li>{}</li>",
}


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    canonical = wordpress_address(frame.base_url, article.path)
    iso = article.published.isoformat()
    tags = "".join(f'<a rel="tag" href="/tag/{article.number}-{i}">{escape(t)}</a>' for i, t in enumerate(article.tags))
    side = cards(
        frame.related[:5], '<article class="card"><a href="{href}"><h3>{title}</h3></a><span>{section}</span></article>'
    )
    more = cards(frame.related[3:6], '<div class="related-post"><a href="{href}">{title}</a></div>')
    return f"""<!DOCTYPE html>
<html dir="rtl" lang="ar"><head><meta charset="UTF-8"><title>{escape(article.title)} - {NAME}</title>
<link rel="canonical" href="{canonical}"><link rel="amphtml" href="{canonical}amp/">
<meta name="description" content="{escape(article.lead)}"><meta property="og:type" content="article">
<meta property="og:title" content="{escape(article.title)}"><meta property="og:site_name" content="{NAME}">
<meta property="og:url" content="{canonical}"><meta property="og:image" content="{frame.base_url}/wp-content/uploads/{article.number}.jpg">
<meta property="article:published_time" content="{iso}"><meta property="article:modified_time" content="{(article.modified or article.published).isoformat()}">
<meta property="article:section" content="{SECTIONS[article.section]}">
<script type="application/ld+json" class="yoast-schema-graph">{linked_data(article, frame)}</script></head>
<body class="single single-post postid-{article.number}"><header><div class="logo"><a href="/">{NAME}</a></div>
<nav><ul class="menu">{navigation()}</ul></nav></header>
<main><article class="post-{article.number} post type-post hentry"><h1 class="entry-title">{escape(article.title)}</h1>
<div class="entry-meta"><span class="author vcard">{escape("، ".join(article.authors))}</span>
<span class="date">{maghreb(article.published)}</span><span class="cat"><a href="/section/{article.section}">{SECTIONS[article.section]}</a></span></div>
<figure class="wp-block-image"><img src="/wp-content/uploads/{article.number}.jpg" alt=""><figcaption>صورة من الأرشيف</figcaption></figure>
<div class="entry-content">
{SHARE}
<p class="entry-lead"><strong>{escape(article.lead)}</strong></p>
{body(article, frame)}
{SHARE}
<p class="next-post">المقال التالي</p>
<p><a href="{href(frame.following.path)}">{escape(frame.following.title)}</a></p>
</div>
<footer class="entry-footer"><div class="tags"><span>الوسوم:</span>{tags}</div></footer></article>
<section class="related"><h3>مقالات ذات صلة</h3>{more}</section>
<section id="comments"><h3>اترك تعليقاً</h3><p>لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *</p></section></main>
<aside class="sidebar"><h3>الأكثر قراءة</h3>{side}</aside>
<footer class="site-footer"><ul>{service_links()}</ul><p>{COPYRIGHT}</p></footer></body></html>"""


def linked_data(article: Manuscript, frame: Frame) -> str:
    """Return the JSON-LD graph as the common SEO plugin writes it."""
    canonical = wordpress_address(frame.base_url, article.path)
    node = {
        "@type": "NewsArticle",
        "@id": f"{canonical}#article",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "dateModified": (article.modified or article.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "articleSection": [SECTIONS[article.section]],
        "keywords": list(article.tags),
        "mainEntityOfPage": {"@id": canonical},
        "publisher": {"@type": "Organization", "name": NAME},
    }
    page = {"@type": "WebPage", "@id": canonical, "url": canonical, "name": f"{article.title} - {NAME}"}
    return json.dumps({"@context": "https://schema.org", "@graph": [node, page]}, ensure_ascii=False)


def body(article: Manuscript, frame: Frame) -> str:
    """Return the blocks, with the widget in the middle and "read also" after the second and the fifth."""
    pieces = list(marked_up(article))
    strangers = {
        2: f'<p><strong>اقرأ أيضا:</strong> <a href="{href(frame.related[0].path)}">{escape(frame.related[0].title)}</a></p>',
        5: f'<p>إقرأ أيضاً : <a href="{href(frame.related[1].path)}">{escape(frame.related[1].title)}</a></p>',
    }
    strangers[len(pieces) // 2] = SHARE + strangers.get(len(pieces) // 2, "")
    return "\n".join(strangers.get(place, "") + piece for place, piece in enumerate(pieces))


def marked_up(article: Manuscript) -> Iterator[str]:
    """Yield the HTML of each group of blocks."""
    for kind, texts in article.groups():
        if kind == "row":
            rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in t.split(" | ")) + "</tr>" for t in texts)
            yield f'<figure class="wp-block-table"><table><tbody>{rows}</tbody></table></figure>'
        elif kind == "item":
            yield f"<ul>{''.join(MARKUP['item'].format(escape(t)) for t in texts)}</ul>"
        else:
            yield from (MARKUP[kind].format(escape(t)) for t in texts)
