"""Server-rendered React: class names hashed by the build, no landmark but JSON-LD, state in a script at the end."""

import json
from hashlib import sha256
from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.datelines import with_zone
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, address, cards, navigation, service_links


def css(name: str) -> str:
    """Return the class that the build made of a component's name ("css-1x2y3z")."""
    return "css-" + sha256(name.encode()).hexdigest()[:6]


#: What neighbours of one kind stand in together.
WRAPPERS = {
    "item": f'<ul class="{css("list")}">{{}}</ul>',
    "row": f'<div class="{css("scroll")}"><table><tbody>{{}}</tbody></table></div>',
}


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    url = address(frame.base_url, article.path)
    card = f'<div class="{css("card")}"><a href="{{href}}"><h4 class="{css("card-title")}">{{title}}</h4></a><time datetime="{{iso}}"></time></div>'
    chips = "".join(
        f'<a class="{css("chip")}" href="/topic/{article.number}-{i}">{escape(t)}</a>'
        for i, t in enumerate(article.tags)
    )
    state = {"page": {"id": article.number, "type": article.kind}, "related": [each.number for each in frame.related]}
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"/><title data-rh="true">{escape(article.title)} | {NAME}</title>
<link data-rh="true" rel="canonical" href="{url}"/><meta data-rh="true" property="og:title" content="{escape(article.title)}"/>
<meta data-rh="true" property="og:description" content="{escape(article.lead)}"/><meta data-rh="true" property="og:image" content="{frame.base_url}/img/{article.number}.webp"/>
<script data-rh="true" type="application/ld+json">{_linked_data(article, frame)}</script></head>
<body><div id="root"><div class="{css("shell")}"><div class="{css("header")}" role="banner"><a href="/" class="{css("logo")}">{NAME}</a><ul class="{css("nav")}">{navigation()}</ul></div>
<div class="{css("page")}"><div class="{css("column")}"><span class="{css("kicker")}">{SECTIONS[article.section]}</span><h1 class="{css("headline")}">{escape(article.title)}</h1>
<p class="{css("standfirst")}">{escape(article.lead)}</p>
<div class="{css("byline")}"><span>{escape("، ".join(article.authors))}</span><span>{with_zone(article.published)}</span><span>{_minutes(article)} دقائق قراءة</span></div>
<div class="{css("bar")}"><button type="button">شارك</button><button type="button">احفظ</button><button type="button">استمع</button></div>
<div class="{css("media")}"><img src="/img/{article.number}.webp" alt=""/><div class="{css("caption")}">تصوير: أرشيف {NAME}</div></div>
<div class="{css("richtext")}">{_body(article, frame)}</div>
<div class="{css("chips")}">{chips}</div>
<div class="{css("newsletter")}"><h3>النشرة البريدية</h3><p>اشترك لتصلك أهم الأخبار كل صباح</p><input type="email"/><button>اشترك الآن</button></div></div>
<div class="{css("rail")}"><h3>المزيد من {SECTIONS[article.section]}</h3>{cards(frame.related[:5], card)}</div></div>
<div class="{css("footer")}"><ul>{service_links()}</ul><small>{COPYRIGHT}</small></div></div></div>
<script>window.__STATE__={json.dumps(state)}</script><script src="/static/js/main.3f9c1e.js"></script></body></html>"""


def _linked_data(article: Manuscript, frame: Frame) -> str:
    kind = {"live": "LiveBlogPosting", "opinion": "OpinionNewsArticle"}.get(article.kind, "NewsArticle")
    graph = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": article.title,
        "description": article.lead,
        "datePublished": article.published.isoformat(),
        "dateModified": (article.modified or article.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "articleSection": SECTIONS[article.section],
        "keywords": list(article.tags),
        "mainEntityOfPage": address(frame.base_url, article.path),
        "image": f"{frame.base_url}/img/{article.number}.webp",
    }
    return json.dumps(graph, ensure_ascii=False)


def _body(article: Manuscript, frame: Frame) -> str:
    promo = cards(
        frame.related[1:2],
        f'<div class="{css("inline-promo")}"><span>قد يهمك</span><a href="{{href}}">{{title}}</a></div>',
    )
    pieces: list[str] = []
    for kind, texts in article.groups():
        lines = [_line(kind, text) for text in texts]
        if kind in WRAPPERS:
            lines = [WRAPPERS[kind].format("".join(lines))]
        pieces += lines
    pieces.insert(min(3, len(pieces)), promo)
    return "".join(pieces)


def _line(kind: str, text: str) -> str:
    match kind:
        case "heading":
            return f'<h2 class="{css("h2")}">{escape(text)}</h2>'
        case "quote":
            return f'<blockquote class="{css("quote")}">{escape(text)}</blockquote>'
        case "item":
            return f"<li>{escape(text)}</li>"
        case "row":
            return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in text.split(" | ")) + "</tr>"
        case "entry":
            time, heading = text.split(" ", 1)
            return f'<div class="{css("entry-head")}"><time>{time}</time></div><h3 class="{css("entry")}">{escape(heading)}</h3>'
        case _:
            return f'<p class="{css("p")}">{escape(text)}</p>'


def _minutes(article: Manuscript) -> int:
    """Reading time at 180 words a minute, at least three so that the plural on the page is right."""
    return max(3, sum(len(block.text.split()) for block in article.blocks) // 180)
