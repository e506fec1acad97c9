"""Cleaning lines: it takes nothing twice, keeps the order, and says where each thing stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning.clean import clean
from pipelines.words.normal import normal, shape
from pipelines.words.phrases import familiar, opens_widget, whole

NEWS = [
    "قال رئيس الحكومة إن الموازنة الجديدة تخصص ثلث الإنفاق للتعليم والصحة.",
    "وأضاف أن البرلمان سيناقش المشروع الأسبوع المقبل.",
    "لا.",
    "تكاليف الجسر",
    "«لن نعود»",
]
PAGE = [
    "شارك المقال",
    "تم النسخ",
    "* * *",
    "// انتهى //",
    "3 دقائق قراءة",
    "بقلم: ليلى مراد",
    "https://example.com/x",
    "عنوان الخبر",
]
LINES = st.lists(st.one_of(st.sampled_from(NEWS + PAGE), st.text(max_size=60)), max_size=25)


@given(LINES, st.sampled_from(["", "عنوان الخبر", "تكاليف الجسر"]))
def test_cleaning_what_is_clean_changes_nothing(lines: list[str], title: str) -> None:
    once = clean(lines, title=title)
    again = clean(once.lines, title=title)
    assert again.lines == once.lines
    assert again.removed == ()


@given(LINES)
def test_every_line_is_kept_or_told_of(lines: list[str]) -> None:
    cleaned = clean(lines)
    squeezed = [" ".join(line.split()) for line in lines]
    assert sorted([*cleaned.lines, *(one.text for one in cleaned.removed)]) == sorted(line for line in squeezed if line)
    assert [squeezed[position] for position in cleaned.kept] == list(cleaned.lines)


@given(LINES)
def test_the_places_of_what_was_removed_are_in_order_and_within_the_text(lines: list[str]) -> None:
    cleaned = clean(lines)
    places = [one.after_line for one in cleaned.removed]
    assert all(place is not None and 0 <= place <= len(cleaned.lines) for place in places)
    assert places == sorted(places, key=lambda place: place or 0)


def test_the_headline_goes_from_the_head_of_the_text_only() -> None:
    title = "مجلس المدينة يقر خطة الإنارة"
    lines = [title, *NEWS[:3], NEWS[1].replace("المقبل", "القادم"), title]
    assert clean(lines, title=title).lines == tuple(lines[1:])


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("إقــرأ أيضاً :", "اقرا ايضا"),
        ("\u200fشاركْ\u200f", "شارك"),
        ("«الأكثر  قراءةً»", "الاكثر قراءه"),
        ("ﺷﺎﺭﻙ", "شارك"),
        ("Read_More!", "read more"),
        ("", ""),
    ],
)
def test_a_line_is_compared_in_one_spelling(line: str, folded: str) -> None:
    assert normal(line) == folded


def test_the_shape_of_a_line_forgets_its_numbers() -> None:
    assert shape("شوهد ١٢٠٤ مرة") == shape("شوهد 7 مرة") == "شوهد 0 مره"


@given(st.text(st.sampled_from("أإآابتةىيكگ ًٌُّْـ١٢3aZ.,،؛؟«»“”–—…•\u200b\u200f\t\n_-%")))
def test_a_line_of_plain_letters_is_folded_by_one_table_as_by_every_step(line: str) -> None:
    sign = "\ufdfa"  # the table does not have it: its line takes every step
    assert f"{normal(line)} {normal(sign)}".strip() == normal(f"{line} {sign}")


@given(st.text(max_size=80))
def test_folding_a_folded_line_changes_nothing(line: str) -> None:
    assert normal(normal(line)) == normal(line)
    assert shape(shape(line)) == shape(line)


@pytest.mark.parametrize("line", ["12 تعليق", "المزيد »", "© جميع الحقوق محفوظة", "  تابعونا على:"])
def test_numbers_and_signs_at_the_edges_hide_no_phrase(line: str) -> None:
    assert whole(line) is not None


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("اقرأ أيضا: وزير المالية يستقيل", True),
        ("جميع الحقوق محفوظة © 2024 صحيفة المرفأ", True),
        ("لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *", True),
        ("تابعونا على غوغل نيوز", True),
        ("جميع الحقوق محفوظة للمتهم إلى حين صدور الحكم", False),
        ("شاهد أيضا عشرات المارة الحادث", False),
    ],
)
def test_a_phrase_opens_a_widget_only_if_the_rest_tells_no_story(line: str, opens: bool) -> None:
    assert opens_widget(line, is_sentence=False) is opens


def test_button_words_are_familiar_and_news_is_not() -> None:
    assert familiar("انضموا إلى قناتنا على تلغرام") > 0.7
    assert familiar("وزير المالية يعرض الموازنة على البرلمان") < 0.3
    assert familiar("") == 0
