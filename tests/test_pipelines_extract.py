"""Extraction of whole pages: golden pages, pages of every kind, and pages that are hardly pages at all."""

import gc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.batch import texts
from pipelines.extraction.extract import extract, extract_text
from pipelines.page import Extraction, Page
from storage.model.article import Article, NotArticle

GOLDEN = Path(__file__).parent / "golden"
FETCHED = datetime(2024, 3, 6, 8, 0, tzinfo=UTC)
PROSE = "وقال المتحدث باسم الوزارة في مؤتمر صحفي إن الأشغال ستنتهي قبل حلول الشتاء وإن الطريق سيفتح أمام الشاحنات {}."


def extracted(body: bytes | str, url: str = "https://example.ma/2023/11/x.html", **known: object) -> Extraction:
    raw = body.encode() if isinstance(body, str) else body
    return extract(Page(url=url, body=raw, fetched_at=FETCHED, **known))  # type: ignore[arg-type]


def article(body: bytes | str, **known: object) -> Article:
    outcome = extracted(body, **known).outcome  # type: ignore[arg-type]
    assert isinstance(outcome, Article), outcome
    return outcome


def hex_of(sign: str) -> str:
    return f"U+{ord(sign):04X}"


def paragraphs(count: int) -> list[str]:
    numbers = ["أولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا", "سابعا", "ثامنا", "تاسعا", "عاشرا"]
    return [PROSE.format(numbers[position]) for position in range(count)]


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.html")))
def test_a_golden_page_gives_its_title_and_its_lines(name: str) -> None:
    title, *lines = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    found = article((GOLDEN / f"{name}.html").read_bytes())
    assert found.title == title
    assert found.text.split("\n") == lines


def test_what_is_removed_is_kept_with_its_rule_and_its_place() -> None:
    first, second = paragraphs(2)
    found = article(f"<article><h1>عنوان الخبر الطويل</h1><p>{first}</p><p>شارك المقال</p><p>{second}</p></article>")
    assert [(one.rule, one.text, one.after_line) for one in found.removed] == [
        ("headline", "عنوان الخبر الطويل", 0),
        ("phrase", "شارك المقال", 1),
    ]


@pytest.mark.parametrize(
    "widget",
    [
        "<p>نافذة القراء: <a href='/n/1'>افتتاح سوق السمك الجديد في المدينة القديمة</a></p>",
        "<section><h4>من الأرشيف البعيد</h4><a href='/1'>خبر أول من العام الماضي</a><a href='/2'>خبر ثان منه</a></section>",
        "<div><b>قطوف</b><ul><li><a href='/1'>افتتاح سوق السمك</a></li><li><a href='/2'>ترميم القلعة ينتهي</a></li></ul></div>",
        "<h3>قطوف</h3><p><a href='/1'>افتتاح سوق السمك الجديد</a></p>",
        "<p><a href='/1'>افتتاح سوق السمك الجديد بعد عام من التأخير</a></p>",
        "<table><tr><td>قطوف</td></tr><tr><td><a href='/1'>افتتاح سوق السمك الجديد</a></td></tr></table>",
        "<div class='k9'><p><b>نبض في بريدك</b></p><p>رسالة واحدة كل صباح.</p><a href='/s'>أريدها</a></div>",
        "<aside><p>سؤال الأسبوع: هل ترى أن الأشغال ستنتهي في موعدها المعلن أم بعده بكثير؟</p></aside>",
        "<figure><img src='/a.jpg'><figcaption>عمال يركبون الجسر المؤقت فوق النهر يوم أمس.</figcaption></figure>",
    ],
)
def test_a_widget_that_no_list_knows_goes_by_its_shape(widget: str) -> None:
    lines = paragraphs(6)
    blocks = [f"<p>{line}</p>" for line in lines]
    for place in (1, 3, 6):
        html = (
            f"<html><body><article>{''.join(blocks[:place])}{widget}{''.join(blocks[place:])}</article></body></html>"
        )
        assert list(extract_text(html, "https://example.com/a").lines) == lines


@pytest.mark.parametrize(
    ("widget", "shown"),
    [
        ("<p>نبض الشارع عندكم</p>", ["نبض الشارع عندكم"]),
        ("<p>-- نبض الشارع عندكم --</p>", ["-- نبض الشارع عندكم --"]),
        ("<p>نبض | همس | شرفة</p>", ["نبض | همس | شرفة"]),
    ],
)
def test_a_short_line_without_links_stays_on_one_page_and_is_learned_from_many(widget: str, shown: list[str]) -> None:
    places = ["في المرفأ", "في القلعة", "في السوق", "في الجامعة", "في المطار", "في الحديقة"]
    pages = [[f"{place} {line}" for line in paragraphs(6)] for place in places]
    rows = [
        {
            "html": f"<article><h1>خبر {number}</h1>{''.join(f'<p>{line}</p>' for line in lines[:3])}{widget}"
            f"{''.join(f'<p>{line}</p>' for line in lines[3:])}</article>",
            "url": f"https://example.com/{number}",
        }
        for number, lines in enumerate(pages)
    ]
    assert all(set(shown) <= set(row["text"].split("\n")) for row in texts(rows))
    learned = list(texts(rows, learning=True))
    assert not any(set(shown) & set(row["text"].split("\n")) for row in learned)
    assert [[one["text"] for one in row["removed"] if one["rule"] == "learned"] for row in learned] == [shown] * 6


def test_subheadings_quotes_and_lists_stay() -> None:
    first, second, third = paragraphs(3)
    html = (
        f"<title>الجسر الجديد</title><article><p>{first}</p><h2>تكاليف الجسر</h2><p>{second}</p><blockquote>لم نر مثل هذا من قبل</blockquote>"
        f"<p>وتشمل الأشغال ما يلي بحسب بيان الوزارة:</p><ol><li>توسيع الجسر</li><li>نقل السوق</li></ol><p>{third}</p></article>"
    )
    assert list(extract_text(html, "https://example.com/a").lines) == [
        first,
        "تكاليف الجسر",
        second,
        "لم نر مثل هذا من قبل",
        "وتشمل الأشغال ما يلي بحسب بيان الوزارة:",
        "توسيع الجسر",
        "نقل السوق",
        third,
    ]


def test_loose_text_between_breaks_and_blocks_is_paragraphs() -> None:
    first, second, third = paragraphs(3)
    html = f"<table><tr><td><font>{first}<br> <br/>{second}<div>إعلان</div>{third}</font></td></tr></table>"
    assert list(extract_text(html, "https://example.com/a").lines) == [first, second, third]


def test_the_selectors_of_a_source_stand_above_what_is_found() -> None:
    first, second, third, fourth = paragraphs(4)
    html = (
        f"<h1>عنوان الصفحة</h1><h2 class='t'>عنوان المصدر</h2><b class='who'>ليلى مراد</b><i class='when'>5 مارس 2024</i>"
        f"<div class='a'><p>{first}</p><p>{second}</p></div><div class='b'><p>{third}</p><p>{fourth}</p></div>"
    )
    selectors = {"title": ".t", "text": ".b", "authors": ".who", "published": ".when"}
    found = article(html, selectors=selectors)
    assert (found.title, found.text, found.authors) == ("عنوان المصدر", f"{third}\n{fourth}", ("ليلى مراد",))
    assert found.published is not None
    assert found.published.iso == "2024-03-05"


def test_boilerplate_known_of_the_source_is_stripped_and_kept_aside() -> None:
    first, second = paragraphs(2)
    bio = "ليلى مراد كاتبة من مدينة الضباب."
    html = f"<article><h1>عنوان</h1><p>{first}</p><p>{second}</p><p>{bio}</p></article>"
    found = article(html, boilerplate=frozenset(["ليلي مراد كاتبه من مدينه الضباب"]))
    assert found.text.split("\n") == [first, second]
    assert [(one.text, one.after_line) for one in found.removed if one.rule == "learned"] == [(bio, 2)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x00",
        b"<",
        b"<!-- -->",
        b"<html></html>",
        b"<?xml version='1.0' encoding='windows-1256'?><html><body></body></html>",
        b"<html><frameset><frame src=a></frameset></html>",
        b"plain words without any tag",
        b"\xff\xfe\x00",
        b"<body>" + b"<div>" * 3000 + "نص".encode(),
        b"<table><tr><td><table><tr><td>x<br><br>y",
        b"<p>" + b"&#x0;&#55296;&#xFFFFFF;" + b"</p>",
        '{"json": "ليس صفحة"}'.encode(),
    ],
)
def test_a_page_that_is_hardly_one_is_no_article_and_no_error(body: bytes) -> None:
    assert isinstance(extracted(body).outcome, NotArticle)


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "br",
        "b",
        "a",
        "h1",
        "h2",
        "article",
        "blockquote",
        "font",
        "section",
        "figure",
        "em",
        "script",
    ]
)
WORDS = st.sampled_from(
    ["كلمة", "شارك المقال", "قال الوزير إن العمل مستمر.", "\u200b", "<", "&", "المزيد:", "a b c d e f g h i"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, WORDS, st.booleans()), max_size=40))
def test_no_tree_whatever_makes_extraction_fail(parts: list[tuple[str, str, bool]]) -> None:
    html = "".join(f"<{tag} class='{words}'>{words}{f'</{tag}>' if closed else ''}" for tag, words, closed in parts)
    body = extract_text(html, "https://example.com/")
    assert all(line == " ".join(line.split()) and line for line in body.lines)


def test_a_short_answer_stays_with_its_question_in_a_box_of_the_articles_own_kind() -> None:
    first, second, third, fourth = paragraphs(4)
    boxes = [(first, second), ("هل ستعود إلى التدريب؟", "نعم بلا شك."), ("ومتى؟", "قريبا."), (third, fourth)]
    html = "".join(f"<div class='qa'><p><b>{asked}</b></p><p>{told}</p></div>" for asked, told in boxes)
    lines = extract_text(f"<title>حوار</title><article>{html}</article>", "https://example.com/a").lines
    assert list(lines) == [line for pair in boxes for line in pair]


def page_of(*blocks: str, under: str = "") -> str:
    return f"<body><h1>عنوان الخبر الطويل عن الطريق</h1>{under}<div class='k7'>{''.join(blocks)}</div></body>"


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("حين نوسع شارعا فإننا نضيق رصيفا، وهذه ليست بلاغة بل حساب أمتار.", True),
        ("كتبت سلوى المدني", False),
    ],
)
def test_a_sentence_right_under_the_headline_is_the_standfirst_though_nobody_named_it(line: str, stays: bool) -> None:
    facts = "<div class='m'><span>سلوى المدني</span></div><div class='s'><button>شارك</button></div>"
    told = "".join(f"<p class='b'>{told}</p>" for told in paragraphs(5))
    page = f"<div class='h'><h1>عنوان الخبر</h1><p class='a'>{line}</p>{facts}<article>{told}</article></div>"
    assert article(f"<body>{page}</body>").text.split("\n") == [line] * stays + paragraphs(5)


def test_a_heading_over_a_widget_with_a_label_of_its_own_leads_to_the_prose_beyond() -> None:
    first, second, third, fourth = (f"<p class='b'>{line}</p>" for line in paragraphs(4))
    widget = "<div class='w'><span>قد يهمك</span><a href='/n/1'>موسم الزيتون الأفضل منذ عقد كامل</a></div>"
    found = article(
        page_of(
            first, "<h2>المحطة الأولى: الصومعة</h2>", widget, second, third, "<h2>المحطة الثانية: الفرن</h2>", fourth
        )
    )
    lines = paragraphs(4)
    assert found.text.split("\n") == [
        lines[0],
        "المحطة الأولى: الصومعة",
        *lines[1:3],
        "المحطة الثانية: الفرن",
        lines[3],
    ]


@pytest.mark.parametrize(
    ("widget", "stays"),
    [
        ("<h3>مواضيع ذات صلة</h3><ul><li>افتتاح سوق السمك الجديد في المرفأ</li><li>ترميم القلعة ينتهي في الربيع المقبل</li></ul>", False),
        ("<p>وأوصى التقرير الأولي للهيئة بثلاثة إجراءات عاجلة:</p><ul><li>فصل شبكات الإدارة عن غيرها.</li><li>فحص النسخ كل شهر مرة.</li></ul>", True),
    ],
)  # fmt: skip
def test_a_list_without_links_is_a_widget_in_a_box_or_under_a_label_and_the_articles_after_a_colon(
    widget: str, stays: bool
) -> None:
    told = [f"<p>{line}</p>" for line in paragraphs(5)]
    found = article(page_of(*told[:3], widget, *told[3:]))
    assert (len(found.text.split("\n")) == 5) is not stays


def test_a_widget_that_moved_into_a_paragraphs_wrapper_takes_no_sentence_with_it() -> None:
    said = "وكان عمره ثمانية وأربعين عاما يوم الجمعة."
    boxes = [*paragraphs(4), said]
    widget = "<p><a href='/n/1'>موسم الزيتون الأفضل منذ عقد كامل</a></p>"
    html = "".join(f"<div class='cli'><p>{line}</p>{widget if line == said else ''}</div>" for line in boxes)
    assert article(page_of(html)).text.split("\n") == boxes


@pytest.mark.parametrize(
    "sign",
    ["\x0b", "\x0c", "&#11;", "&#x1;", "\ufffe", "\U0001ffff", "\x85"],
    ids=["vertical tab", "form feed", "reference", "hex reference", "noncharacter", "higher plane", "next line"],
)
def test_a_control_character_costs_no_page(sign: str) -> None:
    first, second = paragraphs(2)
    stray = f"<div class='share'>شارك</div>ذيل{sign} الخبر"
    found = article(f"<article><h1>عنوان{sign} الخبر</h1><p>{first}{sign}</p>{stray}<p>{sign}{second}</p></article>")
    assert found.title == "عنوان الخبر"
    assert [first, second] == [line for line in found.text.split("\n") if line in (first, second)]


@pytest.mark.parametrize(
    "mark", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200f", "\u061c"], ids=hex_of
)
def test_a_short_paragraph_with_an_invisible_mark_stays(mark: str) -> None:
    last = f"وتنتهي الأعمال وفق الجدول المن{mark}شور في نيسان المقبل."
    found = article("".join(f"<p>{line}</p>" for line in ["", *paragraphs(5), last]))
    assert found.text.split("\n")[-1].replace(mark, "") == last.replace(mark, "")


def test_names_and_titles_hold_no_invisible_character() -> None:
    head = "<meta name='author' content='ندى الكيلاني\u200b'><title>\u200fافتتاح الم\u00adعرض الكبير\ufeff</title>"
    found = article(
        head + "<h1>\u200fافتتاح الم\u00adعرض الكبير\ufeff</h1>" + "".join(f"<p>{p}</p>" for p in paragraphs(4))
    )
    assert (found.title, found.authors) == ("افتتاح المعرض الكبير", ("ندى الكيلاني",))


@pytest.mark.parametrize("collects", [True, False])
def test_the_collector_of_garbage_is_left_as_it_was(collects: bool) -> None:
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        extracted("<p>خبر</p>")
        extract_text("<p>خبر</p>", "https://example.com/a")
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()
