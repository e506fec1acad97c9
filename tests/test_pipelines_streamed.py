"""Parts that a page sends after its frame are read where its script puts them."""

import pytest

from pipelines.extraction.extract import extract_text
from pipelines.html.parsed_page import parse_page

URL = "https://example.com/news/1"
LINES = [
    "أعلنت وزارة الزراعة يوم الأحد بدء موسم حصاد القمح في محافظات الوسط، وقالت إن الإنتاج يفوق إنتاج العام الماضي.",
    "وأضافت الوزارة أن المزارعين يتسلمون أثمان محاصيلهم خلال أسبوع من توريدها إلى الصوامع التي جهزت في كل محافظة.",
    "وقال مزارعون إن الأمطار المبكرة حسنت المحصول، لكن أسعار الوقود زادت كلفة الحصاد والنقل عما كانت عليه قبل عام.",
    "ومن المنتظر أن ينتهي الموسم في منتصف الشهر المقبل، وتعلن بعده الوزارة الأرقام النهائية لكل محافظة.",
]


def text(place: str) -> str:
    """The whole text of a tree, with what is in templates."""
    return " ".join(parse_page(f"<html><body>{place}</body></html>").tree.text_content().split())


def test_a_streamed_article_is_whole_and_in_order() -> None:
    one, two, three, four = (f"<p>{line}</p>" for line in LINES)
    page = (
        f"<html><body><main><h1>بدء موسم الحصاد</h1>{one}<!--$?--><template id='B:0'></template><!--/$-->{four}</main>"
        f"<footer>حقوق النشر محفوظة</footer><div hidden id=\"S:0\">{two}<template id='P:1'></template></div>"
        f'<script>$RC("B:0","S:0")</script><div hidden="" id="S:1">{three}</div><script>$RS("S:1","P:1")</script>'
        "</body></html>"
    )
    assert extract_text(page, URL).text.split("\n") == LINES


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<b>1</b><template id="B:0"></template>3<div hidden id="S:0">2</div>4', "1 2 3 4"),
        ('<b>1</b><div hidden id="S:0">2</div>3', "1 2 3"),  # no place
        ('<div hidden id="S:0">1<template id="B:0"></template></div>2', "12"),  # its own place
        ('<template id="B:0"></template><div hidden id="S:0">1</div>2<div hidden id="S:0">3</div>4', "1 23 4"),
    ],
)
def test_nothing_is_lost_whatever_the_places_are(body: str, expected: str) -> None:
    assert text(body).replace(" ", "") == expected.replace(" ", "")


def test_a_part_without_a_place_stays_hidden() -> None:
    article = "".join(f"<p>{line}</p>" for line in LINES)
    page = f'<html><body><main>{article}</main><div hidden id="S:4"><p>{LINES[0][::-1]}</p></div></body></html>'
    assert extract_text(page, URL).text.split("\n") == LINES
