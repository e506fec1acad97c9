"""Sections: stated, shown in breadcrumbs, or written over the headline."""

import json

import pytest

from pipelines.html.parsed_page import parse_page
from pipelines.metadata import metadata

T = "مجلس المدينة يقر خطة جديدة لسياسة النقل"
P = "<p>قال رئيس المجلس إن الخطة ستنفذ على ثلاث مراحل تبدأ في الربيع المقبل وتشمل أحياء المدينة كلها.</p>"
MENU = '<ul class="menu"><li><a href="/">الرئيسية</a></li><li><a href="/p">سياسة</a></li><li><a href="/s">رياضة</a></li></ul>'
OLD_MENU = '<table><tr><td><a href="/">الرئيسية</a></td></tr><tr><td><a href="/p">سياسة</a></td></tr><tr><td><a href="/s">رياضة</a></td></tr></table>'
TRAIL = {
    "@type": "BreadcrumbList",
    "itemListElement": [
        {"position": 1, "name": "بريد الساحل"},
        {"position": 2, "item": {"name": "سياسة"}},
        {"position": 3, "name": T},
    ],
}


def of(body: str, head: str = "", ld: object = None) -> str | None:
    script = f'<script type="application/ld+json">{json.dumps(ld, ensure_ascii=False)}</script>' if ld else ""
    page = f'<html><head><title>{T}</title><meta property="og:site_name" content="بريد الساحل">{head}{script}</head><body>{body}</body></html>'
    return metadata.read(parse_page(page), url="https://www.example.ma/a/1").section


H = f"<h1>{T}</h1>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'<ol class="breadcrumb"><li><a href="/">الرئيسية</a></li><li><a href="/p">سياسة</a></li><li>{T}</li></ol>{H}{P}', "سياسة"),
        (f'<ul class="breadcrumbs"><li><a href="/">الرئيسية</a></li><li class="active">سياسة</li></ul>{H}{P}', "سياسة"),
        (f'<nav aria-label="breadcrumb"><a href="/">الرئيسية</a> / <a href="/p">سياسة</a></nav>{H}{P}', "سياسة"),
        (f'<div class="crumbs"><a href="/">الرئيسية</a> » <a href="/p">سياسة</a></div>{H}{P}', "سياسة"),
        (f'<div id="breadcrumbs">الرئيسية » سياسة » {T}</div>{H}{P}', "سياسة"),
        (f'<div class="breadcrumb"><a href="/">بريد الساحل</a> › <a href="/p">سياسة</a> › <a href="/a/1">{T}</a></div>{H}{P}', "سياسة"),
        (f'<div class="breadcrumb"><a href="/">الرئيسية</a> › <a href="/p">سياسة</a> › <a href="/p/l">محلية</a></div>{H}{P}', "محلية"),
        (f'<ol itemscope itemtype="https://schema.org/BreadcrumbList"><li><a href="/"><span itemprop="name">الرئيسية</span></a></li><li><a href="/p"><span itemprop="name">سياسة</span></a></li></ol>{H}{P}', "سياسة"),
        (f"<div>الرئيسية » سياسة</div>{H}{P}", "سياسة"),
        (f'<div><a href="/">الرئيسية</a> &gt; <a href="/p">سياسة</a> &gt; محلية</div>{H}{P}', "محلية"),
        (f"<div>أنت هنا: الرئيسية » سياسة » {T}</div>{H}{P}", "سياسة"),
        (f'{H}<span itemprop="articleSection">سياسة</span>{P}', "سياسة"),
        (f'{H}<meta itemprop="articleSection" content="سياسة">{P}', "سياسة"),
        (f'{H}<div itemprop="articleSection"><a href="/p">سياسة</a>، <a href="/s">رياضة</a></div>{P}', "سياسة"),
        (f"<table><tr><td>القسم: سياسة</td></tr><tr><td><b>{T}</b></td></tr><tr><td>{P}</td></tr></table>", "سياسة"),
        (f"<table><tr><td><b>{T}</b><br>القسم : <a href=/p>سياسة</a><br>5 مارس 2024</td></tr><tr><td>{P}</td></tr></table>", "سياسة"),
        (f"{H}<div>{P}<p>التصنيف: سياسة، محليات</p></div>", "سياسة"),
        (f'{MENU}<div><a href="/p">سياسة</a>{H}</div>{P}', "سياسة"),
        (f"{MENU}<div><span>سياسة</span><br>{H}</div>{P}", "سياسة"),
        (f'{OLD_MENU}<table><tr><td><a href="/p">سياسة</a><br><font size=5><b>{T}</b></font><br>5 مارس</td></tr><tr><td>{P}</td></tr></table>', "سياسة"),
        (f'{MENU}{H}{P}', None),
        (f'{OLD_MENU}{H}{P}', None),
        (f'{MENU}<div><a href="/">الرئيسية</a>{H}</div>{P}', None),
        (f'{MENU}<div><a href="/x">عاجل</a>{H}</div>{P}', None),
        (f'<div><a href="/">بريد الساحل</a></div><div><a href="/">بريد الساحل</a>{H}</div>{P}', None),
        (f"<div>الرئيسية » سياسة » رياضة » ثقافة » اقتصاد » رأي</div>{H}{P}", None),
        (f"<div>الرئيسية | سياسة | رياضة</div>{H}{P}", None),
        (f'<div class="breadcrumb"><a href="/">الرئيسية</a> » {T}</div>{H}{P}', None),
        (f'<div class="breadcrumb"><a href="/">الرئيسية</a></div>{H}{P}', None),
        (f'<div class="breadcrumb"><a href="/a/1">{T[:25]}</a></div>{H}{P}', None),
        (f"{H}{P}<p>القسم القانوني: لا تعليق على الخطة الجديدة</p>", None),
    ],
)  # fmt: skip
def test_the_section_that_a_page_shows(body: str, expected: str | None) -> None:
    assert of(body) == expected


@pytest.mark.parametrize(
    ("head", "ld", "expected"),
    [
        ('<meta property="article:section" content="سياسة">', None, "سياسة"),
        ('<meta property="article:section" content="الرئيسية">', None, None),
        ('<meta property="article:section" content="بريد الساحل">', None, None),
        (f'<meta property="article:section" content="{T}">', None, None),
        ("", {"@type": "NewsArticle", "headline": T, "articleSection": {"name": "سياسة"}}, "سياسة"),
        ("", {"@type": "NewsArticle", "headline": T, "articleSection": ["الرئيسية", "سياسة"]}, "سياسة"),
        ("", {"@type": "NewsArticle", "headline": T, "articleSection": 7}, None),
        ("", TRAIL, "سياسة"),
        ("", {"@type": "BreadcrumbList", "itemListElement": [None, "x", {"name": 3}, {"item": []}]}, None),
    ],
)
def test_the_section_that_a_page_states(head: str, ld: object, expected: str | None) -> None:
    assert of(H + P, head, ld) == expected


def test_a_section_whose_word_is_also_in_the_headline_is_still_the_section() -> None:
    assert of(f'<div class="breadcrumb"><a href="/">الرئيسية</a> » <a href="/p">النقل</a></div>{H}{P}') == "النقل"
