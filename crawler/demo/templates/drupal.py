"""Drupal 8 and later: fields within fields, dates in both calendars, RDFa in addition to visible text."""

from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.datelines import both_calendars
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, address, cards, navigation, service_links

MARKUP = {
    "paragraph": "<p>{}</p>",
    "heading": "<h3>{}</h3>",
    "quote": "<blockquote><p>{}</p></blockquote>",
    "item": "<li>{}</li>",
    "question": "<p><strong>{}</strong></p>",
}


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    url = address(frame.base_url, article.path)
    row = '<div class="views-row"><div class="views-field views-field-title"><span class="field-content"><a href="{href}" hreflang="ar">{title}</a></span></div></div>'
    terms = "".join(
        f'<div class="field__item"><a href="/taxonomy/term/{article.number}{i}">{escape(t)}</a></div>'
        for i, t in enumerate(article.tags)
    )
    return f"""<!DOCTYPE html>
<html lang="ar" dir="rtl" prefix="dc: http://purl.org/dc/terms/ og: http://ogp.me/ns#"><head><meta charset="utf-8" />
<link rel="canonical" href="{url}" /><link rel="shortlink" href="{url}" /><meta name="Generator" content="Drupal 9 (https://www.drupal.org)" />
<meta name="description" content="{escape(article.lead)}" /><meta property="og:title" content="{escape(article.title)}" />
<meta property="article:published_time" content="{article.published.isoformat()}" /><title>{escape(article.title)} | {NAME}</title></head>
<body class="path-node page-node-type-article"><a href="#main-content" class="visually-hidden focusable skip-link">تجاوز إلى المحتوى الرئيسي</a>
<div class="dialog-off-canvas-main-canvas"><header role="banner"><div class="site-branding"><a href="/" rel="home">{NAME}</a></div>
<nav role="navigation"><h2 class="visually-hidden">القائمة الرئيسية</h2><ul class="menu menu--main">{navigation()}</ul></nav></header>
<div class="region region-breadcrumb"><nav><ol><li><a href="/">الرئيسية</a></li><li><a href="/section/{article.section}">{SECTIONS[article.section]}</a></li></ol></nav></div>
<main role="main"><a id="main-content" tabindex="-1"></a><div class="region region-content"><div class="block block-page-title-block"><h1 class="page-title"><span class="field field--name-title">{escape(article.title)}</span></h1></div>
<article data-history-node-id="{article.number}" role="article" about="/node/{article.number}" class="node node--type-article node--view-mode-full">
<div class="node__meta"><div class="field field--name-field-author">{escape("، ".join(article.authors))}</div><span class="node__submitted" property="dc:date" content="{article.published.isoformat()}">{both_calendars(article.published, article.hijri)}</span></div>
<div class="node__content">{_media(article)}
<div class="field field--name-field-lead field--type-text-long field__item"><p>{escape(article.lead)}</p></div>
<div class="text-formatted field field--name-body field--type-text-with-summary field__item" property="schema:text">{_body(article)}</div>
<div class="field field--name-field-tags"><div class="field__label">الكلمات المفتاحية</div><div class="field__items">{terms}</div></div>
<ul class="links inline"><li class="print"><a href="/print/node/{article.number}">طباعة</a></li><li class="comment-forbidden"><a href="/user/login">تسجيل الدخول</a> لإضافة تعليق</li></ul></div></article>
<div class="views-element-container block"><h2>أخبار متعلقة</h2><div class="view-content">{cards(frame.related[:4], row)}</div></div></div></main>
<aside role="complementary"><div class="block"><h2>آخر الأخبار</h2>{cards(frame.related[2:6], row)}</div></aside>
<footer role="contentinfo"><ul class="menu">{service_links()}</ul><div class="copyright">{COPYRIGHT}</div></footer></div></body></html>"""


def _media(article: Manuscript) -> str:
    if article.kind == "video":
        return f'<div class="field field--name-field-media-video"><video controls src="/sites/default/files/{article.number}.mp4"></video></div>'
    return f'<div class="field field--name-field-image"><img src="/sites/default/files/{article.number}.jpg" alt="" /><div class="image-caption">الصورة: مراسل {NAME}</div></div>'


def _body(article: Manuscript) -> str:
    pieces = []
    for kind, texts in article.groups():
        lines = "\n".join(MARKUP[kind].format(escape(text)) for text in texts)
        pieces.append(f"<ul>{lines}</ul>" if kind == "item" else lines)
    return "\n".join(pieces)
