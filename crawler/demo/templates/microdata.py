"""A custom system of the 2010s: divisions for paragraphs, microdata attributes, Arabic-Indic digits in dates."""

from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.datelines import gulf_12h
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, address, cards, href, navigation, service_links

MARKUP = {
    "paragraph": '<div class="para">{}</div>',
    "heading": '<h2 class="sub">{}</h2>',
    "quote": '<div class="para quote">{}</div>',
    "item": "<li>{}</li>",
    "question": '<div class="para"><b>{}</b></div>',
}


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    url = address(frame.base_url, article.path)
    box = '<div class="box-item"><a href="{href}"><img src="/thumb.jpg" alt=""><span>{title}</span></a></div>'
    people = "".join(
        f'<span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">{escape(n)}</span></span>'
        for n in article.authors
    )
    mobile = f"{frame.base_url}/m{href(article.path)}"
    return f"""<!DOCTYPE html>
<html dir="rtl"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{NAME} - {escape(article.title)}</title>
<link rel="canonical" href="{url}"><link rel="alternate" media="only screen and (max-width: 640px)" href="{mobile}"></head>
<body><div id="top"><div class="logo"><a href="/">{NAME}</a></div><ul id="menu">{navigation()}</ul></div>
<div id="ticker"><b>عاجل</b> <a href="{href(frame.following.path)}">{escape(frame.following.title)}</a></div>
<div id="content" itemscope itemtype="http://schema.org/NewsArticle"><div class="crumbs"><a href="/">الرئيسية</a> » <a href="/section/{article.section}"><span itemprop="articleSection">{SECTIONS[article.section]}</span></a></div>
<h1 itemprop="headline">{escape(article.title)}</h1>
<div class="info"><span class="writer">{people}</span> <span class="date" itemprop="datePublished" content="{article.published.isoformat()}">{gulf_12h(article.published)}</span> <span class="views">عدد المشاهدات: {article.number * 3}</span></div>
<div class="fontsize"><a href="#">حجم الخط</a> <a href="#">+</a> <a href="#">-</a></div>
<h2 class="intro" itemprop="description">{escape(article.lead)}</h2>
<div class="article-body" itemprop="articleBody">{_body(article)}</div>
<div class="social"><a href="#">فيسبوك</a> <a href="#">تويتر</a> <a href="#">واتساب</a></div>
<div class="also"><h3>مواضيع ذات صلة</h3>{cards(frame.related[:4], box)}</div></div>
<div id="side"><h3>الأكثر مشاهدة</h3>{cards(frame.related[1:6], box)}</div>
<div id="footer"><ul>{service_links()}</ul>{COPYRIGHT}</div></body></html>"""


def _body(article: Manuscript) -> str:
    pieces = []
    for kind, texts in article.groups():
        lines = [MARKUP[kind].format(escape(text)) for text in texts]
        if kind == "item":
            lines = [f"<ul>{''.join(lines)}</ul>"]
        elif article.kind == "gallery":
            lines = [
                f'<div class="slide"><img src="/gallery/{article.number}.jpg" alt="">{line}</div>' for line in lines
            ]
        pieces += lines
    return "\n".join(pieces)
