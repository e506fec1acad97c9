"""Leftovers of furniture: labels whose widget was excluded, what a site says of itself, and boxes about authors."""

import pytest

from pipelines.extraction.extract import extract_text

PROSE = "وقال المتحدث باسم الوزارة في مؤتمر صحفي إن الأشغال ستنتهي قبل حلول الشتاء وإن الطريق سيفتح {}."
LINES = [PROSE.format(when) for when in ("أولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا")]
CARD = (
    "<div class='card'><a href='/n/{0}'><img src='/{0}.jpg'></a><h3>{1}</h3><a href='/n/{0}'>تفاصيل الخبر هنا</a></div>"
)
TITLES = ["موسم الزيتون الأفضل منذ عقد", "سوق السمك الجديد في المرفأ", "ترميم القلعة ينتهي في الربيع"]


def lines_of(html: str) -> list[str]:
    page = f"<html><body><main><h1>افتتاح الجسر الجديد</h1>{html}</main></body></html>"
    return list(extract_text(page, "https://example.com/a").lines)


def prose(*more: str) -> str:
    return "".join(f"<p>{line}</p>" for line in (*LINES, *more))


def test_headings_after_the_last_paragraph_whose_content_was_excluded_are_no_text() -> None:
    cards = "".join(CARD.format(number, title) for number, title in enumerate(TITLES))
    assert lines_of(f"<article>{prose()}</article><div class='cards'>{cards}</div>") == LINES
    assert (
        lines_of(f"<article>{prose()}<h2>قطوف من الحديقة!</h2><footer><p>صنفه: محليات</p></footer></article>") == LINES
    )


def test_lines_in_large_type_that_follow_each_other_stay() -> None:
    said = "<h3>وتبقى الكلمة الأخيرة للأهالي في القرية:</h3><h3>متى يفتح هذا الجسر الذي طال انتظاره حقا؟</h3>"
    assert lines_of(f"<article>{prose()}{said}</article>")[-2:] == [
        "وتبقى الكلمة الأخيرة للأهالي في القرية:",
        "متى يفتح هذا الجسر الذي طال انتظاره حقا؟",
    ]


def test_an_article_of_headings_keeps_its_last_one() -> None:
    places = [
        f"<h2>المحطة {number}: سوق المدينة القديمة</h2><figure><img src='/{number}.jpg'></figure>"
        for number in range(9)
    ]
    assert lines_of(f"<article>{prose()}{''.join(places)}</article>")[-1] == "المحطة 8: سوق المدينة القديمة"


@pytest.mark.parametrize("box", ["<footer>{}</footer>", "<div class='newsletter'><form>{}</form>{}</div>"])
def test_a_sentence_that_a_box_of_the_site_repeats_is_the_sites(box: str) -> None:
    said = "يختار محررونا ما يقرأ في هذا الموقع وقد نكسب من بعض روابطه عمولة صغيرة."
    page = f"<article><p>{said}</p>{prose()}</article>{box.format(*[f'<p>{said}</p>'] * 2)}"
    assert lines_of(page) == LINES


def test_what_stands_in_the_text_alone_or_is_short_is_kept() -> None:
    said = "يختار محررونا ما يقرأ في هذا الموقع وقد نكسب من بعض روابطه عمولة صغيرة."
    assert lines_of(f"<article><p>{said}</p>{prose()}</article><footer><p>عن الموقع</p></footer>") == [said, *LINES]


def test_a_box_about_the_author_is_found_by_names_that_part_words_with_two_lines() -> None:
    about = "تكتب ندى الكيلاني عن المدن والجسور منذ عشرين عاما وقد عملت في صحف كثيرة قبل أن تأتي إلينا."
    box = f"<div class='post-author'><div class='post-author__about'><p>{about}</p></div></div>"
    assert about not in lines_of(f"<article>{prose()}{box}</article>")
