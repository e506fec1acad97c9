"""Metadata of an article other than title, authors and text."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipelines.html.parsed_page import parse_page
from pipelines.metadata import metadata
from pipelines.metadata.metadata import Metadata

URL = "https://www.example.ma/news/2024/12345"
T = "البرلمان يصادق على قانون المالية الجديد"


def ld(*things: dict[str, object]) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>' for thing in things
    )


def of(head: str = "", body: str = "", title: str = T) -> Metadata:
    tree = parse_page(
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}<p>نص</p></body></html>"
    )
    return metadata.read(tree, url=URL)


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "body", "section"),
    [
        (meta("article:section", "سياسة"), "", "سياسة"),
        (ld({"@type": "NewsArticle", "headline": T, "articleSection": ["اقتصاد", "مال"]}), "", "اقتصاد"),
        (ld({"@type": "BreadcrumbList", "itemListElement": [{"position": 1, "name": "الرئيسية"}, {"position": 2, "item": {"name": "رياضة"}}, {"position": 3, "name": T}]}), "", "رياضة"),  # noqa: E501  a table row
        (ld({"@type": "BreadcrumbList", "itemListElement": "x"}), "", None),
        ("", '<div class="breadcrumbs"><a href="/">الرئيسية</a> » <a href="/c">ثقافة وفن</a> » <span>العنوان</span></div>', "ثقافة وفن"),  # noqa: E501  a template
        ("", '<span class="cat"><a href="/c" rel="category tag">مجتمع</a></span>', "مجتمع"),
        (meta("article:section", "x" * 500), "", None),
        (meta("article:section", "Uncategorized"), "", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_section_is_the_one_that_the_page_names(head: str, body: str, section: str | None) -> None:
    assert of(head, body).section == section


@pytest.mark.parametrize(
    ("head", "body", "tags"),
    [
        (meta("article:tag", "غزة") + meta("article:tag", "هدنة"), "", ("غزة", "هدنة")),
        (ld({"@type": "NewsArticle", "headline": T, "keywords": "غزة، هدنة, مفاوضات"}), "", ("غزة", "هدنة", "مفاوضات")),
        (ld({"@type": "NewsArticle", "headline": T, "keywords": ["غزة", "#هدنة", "غزّة"]}), "", ("غزة", "هدنة")),
        (
            "",
            '<a rel="tag" href="/t/1">غزة</a><a rel="nofollow tag" href="/t/2">هدنة</a><a href="/x">لا</a>',
            ("غزة", "هدنة"),
        ),
        ('<meta name="keywords" content="غزة,هدنة">', "", ("غزة", "هدنة")),
        ('<meta name="keywords" content="">', "", ()),
        (meta("article:tag", "http://spam.test/x") + meta("article:tag", "y" * 500), "", ()),
    ],
)
def test_tags_are_those_of_the_article(head: str, body: str, tags: tuple[str, ...]) -> None:
    assert of(head, body).tags == tags


def test_tags_are_bounded() -> None:
    assert len(of("".join(meta("article:tag", f"وسم {n}") for n in range(500))).tags) == metadata.MAX_TAGS


@pytest.mark.fault("A25")
@pytest.mark.parametrize(
    ("head", "image"),
    [
        (meta("og:image", "/img/a.jpg"), "https://www.example.ma/img/a.jpg"),
        (meta("og:image", "//cdn.example.ma/أ ب.jpg"), "https://cdn.example.ma/أ%20ب.jpg"),
        (meta("og:image", "javascript:alert(1)") + meta("og:image", "data:image/png;base64,xx"), None),
        (
            meta("og:image", "https://www.example.ma/assets/logo.png")
            + meta("twitter:image", "https://www.example.ma/a.jpg"),
            "https://www.example.ma/a.jpg",
        ),
        (meta("og:image", ""), None),
        (
            ld({"@type": "NewsArticle", "headline": T, "image": {"@type": "ImageObject", "url": "/b.jpg"}}),
            "https://www.example.ma/b.jpg",
        ),
        (ld({"@type": "NewsArticle", "headline": T, "image": [{"url": 7}, "/c.jpg"]}), "https://www.example.ma/c.jpg"),
        (
            ld(
                {"@type": "NewsArticle", "headline": T, "image": {"@id": "#i"}},
                {"@id": "#i", "@type": "ImageObject", "contentUrl": "/d.jpg"},
            ),
            "https://www.example.ma/d.jpg",
        ),
    ],
)
def test_the_image_is_an_absolute_web_address(head: str, image: str | None) -> None:
    assert of(head).image == image


def test_addresses_are_absolute_and_unjudged() -> None:
    read = of(
        '<base href="https://www.example.ma/base/"><link rel="CANONICAL" href="../a/1#x"><link rel="amphtml" href="/amp/1"><link rel="canonical" href="/second">'  # noqa: E501  a template
    )
    assert read.canonical == "https://www.example.ma/a/1"
    assert read.amphtml == "https://www.example.ma/amp/1"
    assert of('<link rel="canonical" href="https://evil.test/1">').canonical == "https://evil.test/1"
    assert of('<link rel="canonical" href="javascript:x"><link rel="canonical" href="">').canonical is None


@pytest.mark.parametrize(
    ("page", "canonical"),
    [
        ("<head></head><body><h1>عنوان</h1><div><link rel=canonical href='/video/1'></div></body>", None),
        (
            "<head><noscript><img src='/p.gif'></noscript><link rel=canonical href='/a/1'></head>",
            "https://www.example.ma/a/1",
        ),
        ("<head><div id='fb-root'></div><link rel=canonical href='/a/1'></head>", "https://www.example.ma/a/1"),
        ("<title>عنوان</title><link rel=canonical href='/a/1'><p>نص</p>", "https://www.example.ma/a/1"),
    ],
    ids=["in a player", "after a pixel", "after a stray element", "without a head"],
)
def test_the_canonical_address_is_the_heads(page: str, canonical: str | None) -> None:
    assert metadata.read(parse_page(page), url="https://www.example.ma/x").canonical == canonical


def test_robots_words_come_in_lower_case_without_repeats() -> None:
    assert of(
        '<meta name="ROBOTS" content="NoArchive, max-snippet:-1"><meta name="googlebot" content="noarchive noindex">'
    ).robots == (
        "noarchive",
        "max-snippet:-1",
        "googlebot:noarchive",
        "googlebot:noindex",
    )


def test_site_and_description_are_one_line() -> None:
    read = of(meta("og:site_name", "الضفة\n نيوز") + meta("og:description", "سطر &amp;quot;أول&amp;quot;\u202e\tثان"))
    assert read.site_name == "الضفة نيوز"
    assert read.description == 'سطر "أول" ثان'


@pytest.mark.parametrize(
    ("title", "head", "kind"),
    [
        (T, "", "news"),
        ("تغطية مباشرة: تطورات الحرب في يومها المئة", "", "live"),
        ("لحظة بلحظة.. قرعة كأس العالم", "", "live"),
        (T, ld({"@type": "LiveBlogPosting", "headline": T}), "live"),
        ("في معنى الدولة", meta("article:section", "آراء"), "opinion"),
        ("في معنى الدولة", ld({"@type": "OpinionNewsArticle", "headline": T}), "opinion"),
        ("وزير المالية في حوار مع الضفة: لا زيادة في الضرائب", "", "interview"),
        ("حوار: الروائي يتحدث عن كتابه الأخير", "", "interview"),
        ("الحوار الوطني يستأنف جلساته", "", "news"),
        ("بالصور.. افتتاح المتحف الكبير", "", "gallery"),
        ("افتتاح المتحف الكبير (صور)", "", "gallery"),
        ("صور الأقمار الصناعية تكشف حجم الدمار", "", "news"),
        ("فيديو: لحظة انهيار الجسر", "", "video"),
        (T, meta("og:type", "video.other"), "video"),
        ("شاهد عيان يروي ما حدث", "", "news"),
        ("مباشرة بعد القرار ارتفعت الأسعار", "", "news"),
    ],
)
def test_the_kind_is_told_by_schema_section_and_headline(title: str, head: str, kind: str) -> None:
    assert of(head, title=title).kind == kind


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.ma/opinion/2024/5/x", "opinion"),
        ("https://example.ma/%D8%B1%D8%A3%D9%8A/x", "opinion"),
        ("https://example.ma/news/liveblog/2024/x", "live"),
        ("https://example.ma/videos/1", "video"),
        ("https://example.ma/news/opinion", "news"),
    ],
)
def test_the_kind_is_told_by_a_step_of_the_address(url: str, kind: str) -> None:
    assert metadata.read(parse_page(f"<title>{T}</title><h1>{T}</h1>"), url=url).kind == kind


def test_reading_does_not_change_the_tree() -> None:
    parsed = parse_page(
        f"<html><head><title>{T} | الضفة</title></head><body><h1><span class=label>سياسة</span>{T}</h1><div class=byline>كتب: علي حسن</div></body></html>"  # noqa: E501  a template
    )
    before = etree.tostring(copy.deepcopy(parsed.tree))
    metadata.read(parsed, url=URL)
    assert etree.tostring(parsed.tree) == before


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\x00\x01\x1b[31m", "\u202e" * 500, "\ufeff", "&#0;&#xD800;", "' or 1=1 --", "{{7*7}}", "x" * 100_000,  # noqa: E501  a template
    "\u064b" * 2_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_fields_come_out_as_bounded_one_line_text(text: str) -> None:
    quoted = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    names = (
        "og:title",
        "og:site_name",
        "article:section",
        "article:tag",
        "og:image",
        "author",
        "og:description",
        "robots",
    )
    read = of(
        "".join(meta(name, quoted) for name in names)
        + ld({"@type": "NewsArticle", "headline": text, "author": {"name": text}}),
        title="",
    )
    lines = [
        read.title,
        *read.authors,
        read.section or "",
        *read.tags,
        read.image or "",
        read.site_name or "",
        read.description or "",
    ]
    for line in lines:
        assert not any(character in line for character in "\x00\x01\x1b\n\t\u202e\ufeff")
        line.encode()
    assert len(read.title) <= 1_000
    assert all(len(author) <= 60 for author in read.authors)
    assert read.image is None or read.image.startswith("https://www.example.ma/")


@given(st.text(alphabet='<>h12abأب "=/-|:\n&;', max_size=120))
def test_no_page_whatever_is_an_error(text: str) -> None:
    metadata.read(parse_page(f"<title>{text}</title>{text}<h1>{text}</h1>"), url=URL)
