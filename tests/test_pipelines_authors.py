"""Authors are people or desks."""

import json

import pytest

from pipelines.html.parsed_page import parse_page
from pipelines.metadata import metadata
from pipelines.metadata.authors import names

TEXT = "<p>" + "قال المتحدث باسم الحكومة إن المشروع سيعرض على المجلس في الأسبوع المقبل بعد نقاش طويل. " * 3 + "</p>"

BYLINES = [
    ("منى سالم", ["منى سالم"]),
    ("مراسل أول ندى الكيلاني", ["ندى الكيلاني"]),
    ("كبير المراسلين ندى الكيلاني", ["ندى الكيلاني"]),
    ("مدير التحرير: ندى الكيلاني", ["ندى الكيلاني"]),
    ("خاص ندى الكيلاني", ["ندى الكيلاني"]),
    ("ندى الكيلاني مراسل أول", ["ندى الكيلاني"]),
    ("ندى الكيلاني كبير المراسلين", ["ندى الكيلاني"]),
    ("ندى الكيلاني - مدير التحرير", ["ندى الكيلاني"]),
    ("ندى الكيلاني - خاص", ["ندى الكيلاني"]),
    ("ندى الكيلاني مراسلة الجزيرة في غزة", ["ندى الكيلاني"]),
    ("Senior Correspondent Jane Doe", ["Jane Doe"]),
    ("Jane Doe Staff Writer", ["Jane Doe"]),
    ("المحرر السياسي", ["المحرر السياسي"]),
    ("نائب رئيس التحرير محمد علي", ["محمد علي"]),
    ("كتب: محمد علي", ["محمد علي"]),
    ("كتبت - سارة حسن", ["سارة حسن"]),
    ("بقلم: د. أحمد الخطيب", ["د. أحمد الخطيب"]),
    ("بقلم أحمد الخطيب", ["أحمد الخطيب"]),
    ("محمد علي وسارة حسن", ["محمد علي", "سارة حسن"]),
    ("محمد علي و سارة حسن", ["محمد علي", "سارة حسن"]),
    ("محمد علي، سارة حسن ومنى عبد الله", ["محمد علي", "سارة حسن", "منى عبد الله"]),
    ("سارة وليد", ["سارة وليد"]),
    ("محمد علي وهبي", ["محمد علي وهبي"]),
    ("خالد بن الوليد وائل", ["خالد بن الوليد وائل"]),
    ("وليد الأحمد ووائل قنديل", ["وليد الأحمد", "وائل قنديل"]),
    ("وجدي الكومي", ["وجدي الكومي"]),
    ("محمد علي / القاهرة", ["محمد علي"]),
    ("القاهرة - محمد علي", ["محمد علي"]),
    ("محمد علي - القاهرة", ["محمد علي"]),
    ("غزة - سارة حسن", ["سارة حسن"]),
    ("محمد علي (رويترز)", ["محمد علي", "رويترز"]),
    ("القاهرة (أ ف ب)", ["أ ف ب"]),
    ("رويترز", ["رويترز"]),
    ("وكالات", ["وكالات"]),
    ("هيئة التحرير", ["هيئة التحرير"]),
    ("الأناضول + وكالات", ["الأناضول", "وكالات"]),
    ("قسم الأخبار", ["قسم الأخبار"]),
    ("By John Smith and Jane Doe", ["John Smith", "Jane Doe"]),
    ("Par Karim Alaoui", ["Karim Alaoui"]),
    ("By", []),
    ("admin", []),
    ("Administrator", []),
    ("إدارة الموقع", []),
    ("المشرف العام", []),
    ("https://www.facebook.com/some.page", []),
    ("www.example.ma", []),
    ("editor@example.ma", []),
    ("منى سالم، mona@example.ma", ["منى سالم"]),
    ("photo_2023-01-05.jpg", []),
    ("IMG_2231", []),
    ("/images/writer/12.png", []),
    ("/authors/mona-salem", []),
    ("12345", []),
    ("2024-01-05", []),
    ("March 9", []),
    ("الخميس 5 مارس 2024", []),
    ("6 دقيقة قراءة", []),
    ("منذ 3 ساعات", []),
    ("القاهرة", []),
    ("هل تعرف من كتب هذا؟", []),
    ("سطر طويل جدا فيه كلام كثير لا يمكن أن يكون اسما لأحد من الناس أبدا", []),
    ("", []),
    ("—", []),
    ("{{ author.name }}", []),
]


@pytest.mark.parametrize(("byline", "expected"), BYLINES, ids=[line for line, _ in BYLINES])
def test_names_are_read_out_of_a_byline(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


def of(body: str = "", head: str = "", ld: object = None) -> tuple[str, ...]:
    script = f'<script type="application/ld+json">{json.dumps(ld, ensure_ascii=False)}</script>' if ld else ""
    tree = parse_page(
        f"<html><head><title>عنوان - الضفة نيوز</title>{head}{script}</head><body><h1>عنوان المقال هنا</h1>{body}{TEXT}</body></html>"  # noqa: E501  a template
    )
    return metadata.read(tree, url="https://www.example.ma/a/1").authors


ARTICLE = {"@type": "NewsArticle", "headline": "عنوان المقال هنا"}


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"@type": "Person", "name": "منى سالم"}, ("منى سالم",)),
        ([{"name": "منى سالم"}, {"name": "علي حسن"}], ("منى سالم", "علي حسن")),
        ("منى سالم, علي حسن", ("منى سالم", "علي حسن")),
        (["منى سالم", {"name": ["علي حسن"]}], ("منى سالم", "علي حسن")),
        ({"@id": "#p"}, ("ليلى عمر",)),
        ({"@type": "Organization", "name": "الضفة نيوز"}, ()),
        ({"@type": "Person", "name": "admin"}, ()),
        ({"@type": "Person", "name": ""}, ()),
        ({"@type": "Person", "name": None, "url": "https://example.ma/author/x"}, ()),
        ([{"name": "منى سالم"}, {"name": "منى  سالم"}], ("منى سالم",)),
        (7, ()),
    ],
)
def test_authors_of_json_ld_in_every_shape(author: object, expected: tuple[str, ...]) -> None:
    graph = [
        {**ARTICLE, "author": author},
        {"@type": "Person", "@id": "#p", "name": "ليلى عمر"},
        {"@type": "WebSite", "name": "الضفة نيوز"},
    ]
    assert of(ld={"@graph": graph}) == expected


def test_an_account_in_json_ld_gives_way_to_the_byline_of_the_page() -> None:
    body = '<div class="byline">كتبت: <a rel="author" href="/author/mona">منى سالم</a></div>'
    assert of(body, ld={**ARTICLE, "author": {"name": "admin"}}) == ("منى سالم",)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a rel="author" href="/a">منى سالم</a>', ("منى سالم",)),
        (
            '<div itemprop="author" itemscope><img src="x.jpg"><span itemprop="name">منى سالم</span> كاتبة لبنانية</div>',  # noqa: E501  a template
            ("منى سالم",),
        ),
        ('<p class="byline">بقلم منى سالم - بيروت</p>', ("منى سالم",)),
        ('<span class="author-name">منى سالم</span><span class="date">5 مارس 2024</span>', ("منى سالم",)),
        ('<div class="post-author"><a class="author url fn" href="/">منى سالم</a></div>', ("منى سالم",)),
        ("<p><strong>كتب: علي حسن</strong></p>", ("علي حسن",)),
        ("<div>بقلم: منى سالم</div>", ("منى سالم",)),
        (
            "<p>القاهرة - كتب: هذا سطر طويل من النص لا يصلح أن يكون سطر كاتب لأنه يمتد ويمتد ويمتد ويمتد ويمتد ويمتد حتى نهايته</p>",  # noqa: E501  a template
            (),
        ),
        ('<div class="author-bio">منى سالم كاتبة وصحفية من لبنان تعمل منذ عشرين عاما في الصحافة</div>', ()),
        ('<div class="comment-author">زائر</div>', ()),
        ("<p>لا أحد هنا</p>", ()),
        ('<span class="writeBy">كتبت <a href="/e/1">منى سالم</a></span>', ("منى سالم",)),
        ("<ul><li><span>كتب: علي حسن</span></li><li>5 مارس 2024</li></ul>", ("علي حسن",)),
        ("<p>المصدر: وكالات</p>", ()),
        ("<div>تقرير: ارتفاع حاد في الأسعار</div>", ()),
    ],
)
def test_authors_of_the_visible_page(body: str, expected: tuple[str, ...]) -> None:
    assert of(body) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta name="author" content="منى سالم">', ("منى سالم",)),
        ('<meta name="Author" content="الضفة نيوز"><meta property="og:site_name" content="الضفة نيوز">', ()),
        ('<meta property="article:author" content="https://facebook.com/mona">', ()),
        ('<meta property="article:author" content="منى سالم">', ("منى سالم",)),
        ('<meta name="author" content="contact@example.ma">', ()),
    ],
)
def test_authors_of_meta_tags(head: str, expected: tuple[str, ...]) -> None:
    assert of(head=head) == expected
