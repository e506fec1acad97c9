"""Accordions: closed panels are text of the article, other hidden parts are not."""

import pytest

from pipelines.extraction.extract import extract_text

URL = "https://example.com/a"
TITLE = "كيف تختار مدرسة لأطفالك"
LEAD = "يبدأ العام الدراسي بعد أسابيع، وتسأل أسر كثيرة كيف تختار مدرسة تناسب أطفالها، وهذه إجابات الخبراء عن أسئلتهم."
END = "وينصح الخبراء بزيارة المدرسة مرتين على الأقل قبل التسجيل، وبسؤال أولياء الأمور عن تجربتهم مع معلميها وإدارتها."
QUESTION = "متى يبدأ التسجيل في المدارس الحكومية؟"
ANSWER = "يبدأ التسجيل في الأسبوع الأول من شهر أغسطس، ويستمر ثلاثة أسابيع، وتقبل المدارس الطلبات إلكترونيا وفي مكاتبها."
BUTTON = '<button aria-expanded="false" aria-controls="a1">{}</button>'


def lines(middle: str, *, above: str = "") -> list[str]:
    page = (
        f"<html><body>{above}<h1>{TITLE}</h1><div class='story'><p>{LEAD}</p><p>{LEAD[::-1]}</p>{middle}<p>{END}</p>"
        "</div></body></html>"
    )
    return extract_text(page, URL).text.split("\n")


@pytest.mark.parametrize(
    "accordion",
    [
        f"<h3>{BUTTON.format(QUESTION)}</h3><div id='a1' hidden><p>{ANSWER}</p></div>",
        f"<div>{BUTTON.format(QUESTION)}</div><div style='display: none'><p>{ANSWER}</p></div>",
        f"<h3 aria-expanded='false'>{QUESTION}</h3><!-- answer --><div class='panel hidden'><p>{ANSWER}</p></div>",
        f"<h3 id='q1'>{QUESTION}</h3><div role='region' aria-labelledby='q1' hidden><p>{ANSWER}</p></div>",
    ],
)
def test_a_closed_panel_is_text(accordion: str) -> None:
    found = lines(accordion)
    assert ANSWER in found
    assert [found[0], found[-1]] == [LEAD, END]


@pytest.mark.parametrize(
    "hidden",
    [
        f"<div hidden><p>{ANSWER}</p></div>",
        f"<p>{QUESTION}</p><div style='display:none'><p>{ANSWER}</p></div>",
        f"<h3>{BUTTON.format('')}</h3><div hidden><p>{ANSWER}</p></div>",
        f"<h3>{BUTTON.format(QUESTION)}</h3><div class='modal' hidden><p>{ANSWER}</p></div>",
        f"<div>{BUTTON.format('أقسام')}</div><div hidden><a href='/b'>{ANSWER}</a></div>",
        f"<div>{BUTTON.format('مشاركة')}</div><div hidden><p>انسخ رابط المقال وأرسله إلى أصدقائك</p></div>",
    ],
)
def test_what_is_hidden_otherwise_is_not(hidden: str) -> None:
    found = " ".join(lines(hidden))
    assert ANSWER not in found
    assert "انسخ" not in found


def test_a_panel_above_the_headline_is_about_the_site() -> None:
    banner = f"<div>{BUTTON.format('كيف تعرف أن هذا موقع رسمي')}</div><div hidden><p>{ANSWER}</p></div>"
    assert ANSWER not in lines("", above=banner)
