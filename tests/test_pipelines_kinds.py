"""Kinds told by the shape of a page's lines, by its bylines and by its labels; what speaks for none stays news."""

import json

import pytest

from pipelines.html.parsed_page import parse_page
from pipelines.metadata import metadata

T = "الروائية سلوى المصري: أكتب كي أتذكر البيت القديم"
N = "مجلس المدينة يقر خطة النقل الجديدة"
LEAD = "بعد فوز روايتها الأخيرة بجائزة المدينة، تتحدث سلوى المصري إلى قرائنا عن طفولتها وعن كتابها المقبل."
P = "قال رئيس المجلس إن الخطة ستنفذ على ثلاث مراحل تبدأ في الربيع المقبل وتشمل أحياء المدينة كلها."
ANSWER = "كنت أعود إلى القرية كل صيف وأجلس مع جدتي ساعات طويلة حتى حفظت حكاياتها كلها."
QUESTIONS = (
    "ما الذي أعادك إلى هناك؟",
    "هل تكتبين كل يوم؟",
    "كيف استقبل القراء الرواية؟",
    "متى تصدر الطبعة الثانية؟",
    "وما القادم؟",
)
TALK = "".join(f"<p>{question}</p><p>{ANSWER}</p>" for question in QUESTIONS)
BOLD_TALK = "".join(f"<p><b>{question}</b></p><p>{ANSWER}</p><p>{ANSWER}</p>" for question in QUESTIONS)
BROKEN_TALK = "".join(f"{question}<br>{ANSWER}<br><br>" for question in QUESTIONS)
WIDGET_TALK = TALK.replace("<p>كيف", "<p>اقرأ أيضا: عنوان خبر آخر في المدينة</p><p>شارك المقال</p><p>كيف")
MARKED = "".join(f"<p>س: {question}</p><p>ج: {ANSWER}</p>" for question in QUESTIONS)
HEADED = "".join(f"<h3>{question}</h3><p>{P}</p>" for question in QUESTIONS)
CLOCK = "".join(f"<p>{hour}:30 {P}</p>" for hour in (18, 17, 15, 12, 10, 9))
CLOCK_ABOVE = "".join(f"<div><b>{hour:02}:15</b><p>{P}</p></div>" for hour in (8, 9, 11, 12, 14))
UNORDERED = "".join(f"<p>{hour}:30 {P}</p>" for hour in (18, 9, 15, 10, 23, 4))
PRAYERS = "".join(
    f"<p>{time}</p>" for time in ("04:50 الفجر", "12:10 الظهر", "15:20 العصر", "17:40 المغرب", "19:00 العشاء")
)


def of(body: str, *, title: str = N, head: str = "", url: str = "https://www.example.ma/a/1") -> str:
    page = f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><div>{body}</div></body></html>"
    return metadata.read(parse_page(page), url=url).kind


def section(name: str) -> str:
    return f'<meta property="article:section" content="{name}">'


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        (T, f"<p>{LEAD}</p>{TALK}", "interview"),
        (T, f"<p>{LEAD}</p>{BOLD_TALK}", "interview"),
        (T, f"<p>{LEAD}</p>{WIDGET_TALK}", "interview"),
        (T, f"<p>{LEAD}<br><br>{BROKEN_TALK}</p>", "interview"),
        (N, f"<p>{LEAD}</p>{TALK}", "interview"),
        (N, f"<p>{P}</p>{MARKED}", "interview"),
        (N, f"<p>حاوره: رائد الفارس</p><p>{P}</p>", "interview"),
        (N, f"<p>{P}</p><p>{P}</p><p>أجرى الحوار: رائد الفارس</p>", "interview"),
        (N, f"<p>حوار: محمد علي</p><p>{P}</p>", "interview"),
        (N, f"<p>حوار: الشرق والغرب</p><p>{P}</p>", "news"),
        (N, f"<p>{P}</p>{TALK}", "news"),
        ("خمسة أسئلة عن خطة النقل: ما نعرفه", f"<p>{LEAD}</p>{HEADED}", "news"),
        ("خطة النقل: كل ما تريد معرفته", f"<p>{P}</p>{HEADED}", "news"),
        (N, f"<p>{P}</p>{HEADED}", "news"),
        (T, f"<p>{LEAD}</p><p>{P}</p><p>{P}</p>", "news"),
        (T, f"<p>{P}</p><p>{' '.join(QUESTIONS)}</p><p>{P}</p>", "news"),
        (N, CLOCK, "live"),
        (N, CLOCK_ABOVE, "live"),
        (N, UNORDERED, "news"),
        (N, f"<p>{P}</p>{PRAYERS}", "news"),
        ("مواعيد القطارات اليوم", CLOCK, "news"),
        (N, f"<p>{P}</p><p>10:30 {P}</p><p>11:30 {P}</p>", "news"),
        (N, f'<div><img src="/w/1.jpg" alt="لؤي البستاني"><p>بقلم: لؤي البستاني</p></div><p>{P}</p>', "opinion"),
        (N, f'<div><img class="avatar" src="/w/1.jpg"><p>بقلم: لؤي البستاني</p></div><p>{P}</p>', "news"),
        (N, f"<p>بقلم: لؤي البستاني</p><p>{P}</p>", "news"),
        (N, f'<div><img src="/w/1.jpg"><p>كتب: لؤي البستاني</p></div><p>{P}</p>', "news"),
        (N, f'<div class="live-blog-entry"><p>{P}</p></div>' * 5, "live"),
        (N, f'<div class="live-tv-menu"><p>{P}</p></div>' * 5, "news"),
        (N, f"<p>{P}</p>", "news"),
        (N, "", "news"),
    ],
)  # fmt: skip
def test_the_kind_is_told_by_the_lines_of_the_page(title: str, body: str, kind: str) -> None:
    assert of(body, title=title) == kind


@pytest.mark.parametrize(
    ("head", "title", "kind"),
    [
        (section("رأي"), N, "opinion"),
        (section("مقالات"), N, "opinion"),
        (section("آراء"), "بالصور.. المدينة القديمة", "opinion"),
        (section("رأي عام"), N, "news"),
        (section("حوارات"), N, "interview"),
        (section("مقابلات"), N, "interview"),
        (section("معرض الصور"), N, "gallery"),
        (section("فيديو"), N, "video"),
        (section("تغطية مباشرة"), N, "live"),
        (section("سياسة"), "مقابلة: وزير النقل يشرح الخطة", "interview"),
        (section("سياسة"), "بالفيديو.. افتتاح الجسر", "video"),
        (section("سياسة"), "الحوار بين الأحزاب يبدأ غدا", "news"),
        (section("سياسة"), N, "news"),
    ],
)
def test_the_kind_is_told_by_section_and_headline(head: str, title: str, kind: str) -> None:
    assert of(f"<p>{P}</p>", title=title, head=head) == kind


@pytest.mark.parametrize(
    ("itemtype", "kind"),
    [
        ("https://schema.org/LiveBlogPosting", "live"),
        ("http://schema.org/OpinionNewsArticle", "opinion"),
        ("https://schema.org/ImageGallery", "gallery"),
        ("https://schema.org/NewsArticle", "news"),
    ],
)
def test_the_kind_is_told_by_the_microdata_that_the_headline_stands_in(itemtype: str, kind: str) -> None:
    inside = f'<div itemscope itemtype="{itemtype}"><h1>{N}</h1><p>{P}</p></div>'
    beside = f'<h1>{N}</h1><p>{P}</p><div itemscope itemtype="{itemtype}"><h3>خبر آخر</h3></div>'
    assert metadata.read(parse_page(f"<title>{N}</title>{inside}"), url="https://www.example.ma/1").kind == kind
    assert metadata.read(parse_page(f"<title>{N}</title>{beside}"), url="https://www.example.ma/1").kind == "news"


@pytest.mark.parametrize(
    ("classes", "kind"),
    [
        ("post type-post category-opinion", "opinion"),
        ("post category-araa", "opinion"),
        ("post category-news", "news"),
        ("post tag-opinion", "news"),
        ("post category-opinion-polls", "news"),
    ],
)
def test_the_kind_is_told_by_the_category_in_a_class(classes: str, kind: str) -> None:
    page = f'<title>{N}</title><article class="{classes}"><h1>{N}</h1><p>{P}</p></article>'
    assert metadata.read(parse_page(page), url="https://www.example.ma/1").kind == kind


def test_a_live_report_of_json_ld_is_live_whatever_its_lines_look_like() -> None:
    ld = json.dumps({"@type": "LiveBlogPosting", "headline": N}, ensure_ascii=False)
    assert of(TALK, head=f'<script type="application/ld+json">{ld}</script>') == "live"
