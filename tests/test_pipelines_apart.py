"""Parts of an article that stand apart from its paragraphs: standfirst, quotation, table, sections under labels."""

from collections.abc import Sequence

import pytest

from pipelines.body.text import body_text
from pipelines.extraction.extract import extract_text
from pipelines.html.dom import Element
from pipelines.html.parsed_page import parse_page

URL = "https://example.com/a"
TITLE = "المسرح البلدي يعيد عرض المسرحية بعد أربعين عاما على عرضها الأول"
LEAD = (
    "يعود إلى خشبة المسرح البلدي في المنارة عرض قديم، وهو المسرحية التي منعت بعد ثلاث ليال من افتتاحها قبل أربعين عاما، "
    "بممثلة واحدة من طاقمها الأصلي وبمخرج شاب لم يكن قد ولد."
)
LINES = [
    "وتؤدي الممثلة القديرة دور الجدة، وكانت قد لعبت دور العروس في العرض الأول قبل أربعين عاما وهي في الحادية والعشرين.",
    "ولم يعثر المخرج الشاب على النص الأصلي كاملا، فاستعاد مشهدين من ذاكرتها ومن تقرير الرقيب الذي نقل الحوار حرفيا ليدينه.",
    "ويقول المخرج إن الرقيب كان أدق من دون مسودة المسرحية، وإن اسمه سيظهر في قائمة المشاركين اعترافا بفضله غير المقصود.",
    "ويستمر العرض أسبوعين، ونفدت تذاكر لياليه الخمس الأولى خلال ساعة من طرحها.",
]


def paragraphs(lines: Sequence[str] = LINES) -> str:
    return "".join(f"<div class='para'>{line}</div>" for line in lines)


def read(page: str, second: Sequence[str]) -> list[str]:
    """The article's lines, where the second extractor finds these."""

    def reader(tree: Element) -> Sequence[str]:
        return second

    return list(body_text(parse_page(page), read=reader, title=TITLE).lines)


@pytest.mark.parametrize("second", [LINES, [LEAD, *LINES], []])
def test_the_standfirst_of_a_short_article_stays_outside_of_the_body_whatever_the_second_reading_finds(
    second: list[str],
) -> None:
    page = f"""<body><div id='content'><div class='crumbs'><a href='/'>الرئيسية</a></div><h1>{TITLE}</h1>
        <div class='info'><span class='writer'>رائد الفارس</span></div><div class='fontsize'><a href='#'>حجم الخط</a></div>
        <h2 class='intro'>{LEAD}</h2><div class='article-body'>{paragraphs()}</div></div></body>"""
    assert read(page, second) == [LEAD, *LINES]


def test_a_quotation_after_the_last_paragraph_is_quoted_by_the_article() -> None:
    quotation = "أعد الأمتار لا الميداليات، وحين تكفي الأمتار تأتي الميداليات وحدها."
    told = "".join(f"<p>{line}</p>" for line in LINES)
    share = "<div class='c-share'><span>شارك المقال</span></div>"
    more = "<p class='next-post'>المقال التالي</p><p><a href='/n/1'>صانع العود الذي يسمع الخشب</a></p>"
    page = f"<h1>{TITLE}</h1><div class='entry-content'>{told}<blockquote><p>{quotation}</p></blockquote>{share}{more}</div>"
    assert list(extract_text(page, URL).lines) == [*LINES, quotation]


def test_a_table_of_data_beside_the_paragraphs_is_article_and_one_elsewhere_is_not() -> None:
    def table(word: str) -> str:
        return f"""<table><tr><td>{word}</td><td>ثلاثون مقعدا في الصالة الكبرى</td></tr>
            <tr><td>ثلاثون مقعدا في الشرفة</td><td>بطاقة 1</td></tr></table>"""

    told = "".join(f"<p>{line}</p>" for line in LINES[:2])
    page = f"""<h1>{TITLE}</h1><article>{told}{table("الصالة")}</article>
        <div class='z'><div><div>{table("العملة")}</div></div></div>"""
    rows = ["الصالة | ثلاثون مقعدا في الصالة الكبرى", "ثلاثون مقعدا في الشرفة | بطاقة 1"]
    assert list(extract_text(page, URL).lines) == [*LINES[:2], *rows]


def section(number: int, heading: str, line: str) -> str:
    return f"<div class='s'><div><h2><a href='/t/{number}'>{heading}</a></h2></div><div><p>{line}</p></div></div>"


SECTIONS = [f"{line} وهذا هو القسم {number} من المقال." for number, line in enumerate(LINES * 3)]


def test_an_article_in_sections_under_linked_labels_is_not_cut_to_what_the_second_reading_finds() -> None:
    told = [section(number, "العرض", line) for number, line in enumerate(SECTIONS)]
    page = f"<main><div>{''.join(told[:4])}</div><div>{''.join(told[4:])}</div></main>"
    lines = read(f"<h1>{TITLE}</h1>{page}", SECTIONS[:4])
    assert [line for line in SECTIONS if line not in lines] == []


def test_teasers_under_headlines_of_other_articles_are_left_to_the_second_reading() -> None:
    headline = "صانع العود الذي يسمع الخشب قبل أن يقطعه بيديه"
    page = "".join(section(number, headline, line) for number, line in enumerate(SECTIONS[4:]))
    told = "".join(f"<p>{line}</p>" for line in SECTIONS[:4])
    lines = read(f"<h1>{TITLE}</h1><main><article><div>{told}</div></article><div>{page}</div></main>", SECTIONS[:4])
    assert lines == SECTIONS[:4]
