"""Bylines that stand in the page as plain lines."""

import pytest

from pipelines.html.parsed_page import parse_page
from pipelines.html.surroundings import surroundings_of
from pipelines.metadata import metadata
from pipelines.words.persons import is_person

T = "مجلس المدينة يقر خطة النقل الجديدة"
P = "قال رئيس المجلس إن الخطة ستنفذ على ثلاث مراحل تبدأ في الربيع المقبل وتشمل أحياء المدينة كلها."
PAGES = {
    "paragraphs": "<h1>{t}</h1><p>{line}</p><p>5 مارس 2024</p><p>{p}</p><p>{p}</p>",
    "spans": "<h1>{t}</h1><div><span>{line}</span> <br> <span>5 مارس 2024</span></div><div><p>{p}</p><p>{p}</p></div>",
    "breaks": "<font size=5><b>{t}</b></font><br>5 مارس 2024<br>{line}<br><br>{p}<br><br>{p}",
    "table": "<table><tr><td><table><tr><td><b>{t}</b></td></tr><tr><td><font size=2>{line}</font></td></tr></table></td></tr>"  # noqa: E501  a template
    "<tr><td><p>{p}</p><p>{p}</p></td></tr></table>",
    "end": "<h1>{t}</h1><div><p>{p}</p><p>{p}</p><p>{line}</p></div><h3>أخبار أخرى</h3>",
    "end of breaks": "<table><tr><td><b>{t}</b><br>{p}<br><br>{p}<br><br>{line}</td></tr></table>",
}
NAMED = [
    ("كتب: محمد علي", ("محمد علي",)),
    ("كتبت: سارة حسن", ("سارة حسن",)),
    ("كتب - محمد علي", ("محمد علي",)),
    ("كتبت – سارة حسن", ("سارة حسن",)),
    ("كتب/ محمد على", ("محمد على",)),
    ("كتب : لؤي البستاني ومنى سالم", ("لؤي البستاني", "منى سالم")),
    ("بقلم: لؤي البستاني", ("لؤي البستاني",)),
    ("بقلم/ لؤي البستاني", ("لؤي البستاني",)),
    ("بقلم لؤي البستاني", ("لؤي البستاني",)),
    ("بقلم الكاتبة: منى سالم", ("منى سالم",)),
    ("بقلم: د. عبد الرحمن الخطيب", ("د. عبد الرحمن الخطيب",)),
    ("حاوره: رائد الفارس", ("رائد الفارس",)),
    ("حاورتها: منى سالم", ("منى سالم",)),
    ("أجرى الحوار: رائد الفارس", ("رائد الفارس",)),
    ("إعداد: زياد الهاشمي", ("زياد الهاشمي",)),
    ("إعداد وتصوير: زياد الهاشمي", ("زياد الهاشمي",)),
    ("ترجمة: منى سالم", ("منى سالم",)),
    ("القاهرة - محمد علي", ("محمد علي",)),
    ("محمد علي - القاهرة", ("محمد علي",)),
    ("القاهرة – محمد علي – رويترز", ("محمد علي", "رويترز")),
    ("محمد علي - وكالات", ("محمد علي", "وكالات")),
    ("عواصم - وكالات", ("وكالات",)),
    ("تقرير: محمد علي", ("محمد علي",)),
    ("متابعة - سارة حسن", ("سارة حسن",)),
    ("كتب محمد علي", ("محمد علي",)),
    ("كتبت سارة حسن - القاهرة", ("سارة حسن",)),
    ("كتب عبد الرحمن الخطيب", ("عبد الرحمن الخطيب",)),
    ("كتب أحمد محمد علي", ("أحمد محمد علي",)),
    ("بريد الساحل - محمد علي", ("محمد علي",)),
    ("محمد علي – بريد الساحل", ("محمد علي",)),
    ("كتب: محمد علي | 5 مارس 2024", ("محمد علي",)),
    ("كتب: محمد علي الثلاثاء 5 مارس 2024", ("محمد علي",)),
    ("5 مارس 2024 - كتب: محمد علي", ("محمد علي",)),
    ("القاهرة ـ محمد علي", ("محمد علي",)),
    ("كتب ـ محمد علي", ("محمد علي",)),
    ("كـتـب: محمد علي", ("محمد علي",)),
    ("* بقلم: محمد علي", ("محمد علي",)),
    ("(إعداد: محمد علي)", ("محمد علي",)),
    ("إعداد/ محمد علي – سارة حسن", ("محمد علي", "سارة حسن")),
    ("كتب: المحرر السياسي", ("المحرر السياسي",)),
    ("بقلم: محمد علي (كاتب مصري)", ("محمد علي",)),
    ("بقلم: محمد علي، Dec 5, 2024", ("محمد علي",)),
    ("By: John Smith", ("John Smith",)),
    ("بقلم:<br>لؤي البستاني", ("لؤي البستاني",)),
]
UNNAMED = [
    "كتب الرئيس على حسابه في إكس",
    "كتب الوزير محمد علي على صفحته",
    "كتبت الصحيفة في افتتاحيتها",
    "كتب: الرئيس ينشر تغريدة على حسابه",
    "كتب: «لن نستسلم أبدا»",
    "كتب وأفلام - جديد الأسبوع",
    "كتب محمد صلاح التاريخ",
    "كتب محمد صلاح تاريخا جديدا لمصر",
    "كتب الرئيس",
    "كتب: إصدارات جديدة",
    "كتب - رواية الشتاء",
    "كتب: بريد الساحل",
    "بريد الساحل - القاهرة",
    "بريد الساحل - أسعار الذهب",
    "كتب: لا تفاوض بعد اليوم",
    "بقلم رصاص يرسم الطفل وجه أمه في كل يوم؟",
    "القاهرة - أسعار الذهب",
    "القاهرة - الطقس غدا",
    "القاهرة - 5 مارس 2024",
    "تقرير: ارتفاع حاد في الأسعار",
    "متابعة - أسعار العملات",
    "محمد علي - السيرة الذاتية",
    "سياسة - اقتصاد - رياضة",
    "المصدر: وكالات",
    "تصوير: محمد علي",
    "حوار: الشرق والغرب",
    "خاص - أخبار المدينة",
    "القاهرة",
    "كتب:",
]


def page(kind: str, line: str) -> tuple[str, ...]:
    body = PAGES[kind].format(t=T, line=line, p=P)
    tree = parse_page(
        f"<html><head><title>{T}</title><meta property='og:site_name' content='بريد الساحل'></head><body>{body}</body></html>"  # noqa: E501  a template
    )
    return metadata.read(tree, url="https://www.example.ma/a/1").authors


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(("line", "expected"), NAMED, ids=[line for line, _ in NAMED])
def test_a_line_that_names_a_writer_is_read_wherever_bylines_stand(
    kind: str, line: str, expected: tuple[str, ...]
) -> None:
    assert page(kind, line) == expected


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("line", UNNAMED)
def test_sentences_labels_and_datelines_name_nobody(kind: str, line: str) -> None:
    assert page(kind, line) == ()


@pytest.mark.parametrize(
    "body",
    [
        f"<div>كتب: محمد علي</div><h1>{T}</h1><p>{P}</p>",
        f"<h1>{T}</h1><div><p>{P}</p></div><ul><li><a>عنوان آخر</a> كتب: محمد علي</li></ul>",
        f"<h1>{T}</h1><div><p>{P}</p></div><div>مقالات<p>بقلم: محمد علي</p></div>",
        f"<h1>{T}</h1><p>{P}</p><p>كتب: محمد علي</p><p>{P}</p><p>{P}</p>",
    ],
    ids=["over the headline", "in a list below", "in a box below", "amid the prose"],
)
def test_names_elsewhere_on_the_page_are_not_the_writers(body: str) -> None:
    assert metadata.read(parse_page(f"<title>{T}</title>{body}"), url="https://www.example.ma/a/1").authors == ()


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("محمد علي", True),
        ("د. سارة حسن", True),
        ("عبد الرحمن الخطيب", True),
        ("عبدالله السالم", True),
        ("أبو بكر الصديق", True),
        ("محمد", False),
        ("أسعار النفط", False),
        ("محمد علي في القاهرة", False),
        ("محمد علي حسن حسين عمر عثمان", False),
        ("", False),
    ],
)
def test_a_person_begins_with_a_first_name(text: str, person: bool) -> None:
    assert is_person(text) is person


def test_lines_are_cut_at_blocks_and_line_breaks_and_keep_what_follows_a_dead_element() -> None:
    tree = parse_page(
        "<body>أول<br>ثان <b>غليظ</b><script>var x</script> ذيل<div>ثالث <a href=/>رابط</a></div>رابع<p><a href=/x>خامس</a></p><h1>عنوان<br>طويل</h1>"  # noqa: E501  a template
    )
    assert [(line.text, line.linked) for line in tree.lines] == [
        ("أول", False),
        ("ثان غليظ ذيل", False),
        ("ثالث رابط", False),
        ("رابع", False),
        ("خامس", True),
        ("عنوان طويل", False),
    ]


def test_the_surroundings_of_a_headline_that_the_page_lacks_are_empty() -> None:
    assert surroundings_of(parse_page(f"<p>{P}</p>"), T).under == ()
    assert surroundings_of(parse_page("<p></p>"), "").headline is None
