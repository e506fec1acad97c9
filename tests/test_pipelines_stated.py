"""The text that a page states in its JSON-LD: taken where the page shows a part of it, or nothing."""

import json
from datetime import UTC, datetime

import pytest

from pipelines.extraction.extract import extract
from pipelines.page import Page
from storage.model.article import Article

TITLE = "بدء موسم حصاد القمح"
LINES = [
    "أعلنت وزارة الزراعة يوم الأحد بدء موسم حصاد القمح في محافظات الوسط، وقالت إن الإنتاج يفوق إنتاج العام الماضي.",
    "وأضافت الوزارة أن المزارعين يتسلمون أثمان محاصيلهم خلال أسبوع من توريدها إلى الصوامع التي جهزت في كل محافظة.",
    "وقال مزارعون إن الأمطار المبكرة حسنت المحصول، لكن أسعار الوقود زادت كلفة الحصاد والنقل عما كانت عليه قبل عام.",
    "ومن المنتظر أن ينتهي الموسم في منتصف الشهر المقبل، وتعلن بعده الوزارة الأرقام النهائية لكل محافظة.",
]
OTHER = "افتتح أمس في العاصمة معرض الكتاب بمشاركة مئتي دار نشر، ويستمر عشرة أيام تقام فيها أمسيات شعرية وندوات ولقاءات."


def article(body: str, stated: str) -> Article:
    thing = {"@type": "NewsArticle", "headline": TITLE, "articleBody": stated}
    page = (
        f'<html><head><title>{TITLE}</title><script type="application/ld+json">{json.dumps(thing)}</script></head>'
        f"<body>{body}</body></html>"
    )
    extraction = extract(
        Page(
            url="https://paper.example.com/news/2026/01/04/1234",
            body=page.encode(),
            headers={"Content-Type": "text/html; charset=utf-8"},
            fetched_at=datetime(2026, 1, 5, tzinfo=UTC),
        )
    )
    assert isinstance(extraction.outcome, Article)
    return extraction.outcome


def shown(*lines: str) -> str:
    return f"<main><h1>{TITLE}</h1>{''.join(f'<p>{line}</p>' for line in lines)}</main>"


@pytest.mark.parametrize(
    "stated", ["\n".join(LINES), "\r\n\r\n".join(LINES), "".join(f"<p>{one}</p>" for one in LINES)]
)
@pytest.mark.parametrize("body", ["<div id='app'></div>", shown(LINES[0])])
def test_a_stated_text_is_taken_where_the_page_shows_less(body: str, stated: str) -> None:
    found = article(body, stated)
    assert found.text.split("\n") == LINES
    assert next(one.text for one in found.removed if one.rule == "stated").startswith("the text is articleBody")


def test_its_widgets_are_removed_and_what_was_shown_besides_is_kept() -> None:
    stated = "\n".join(["شارك المقال", *LINES, "تم النسخ"])
    found = article(shown(LINES[0], LINES[1], "المزارعون سعداء بموسمهم"), stated)
    assert found.text.split("\n") == LINES
    removed = {one.text for one in found.removed}
    assert {"شارك المقال", "تم النسخ"} <= removed
    assert "المزارعون سعداء بموسمهم" in removed


@pytest.mark.parametrize(
    ("lines", "stated"),
    [
        (LINES, "\n".join(LINES)),  # the page's own paragraphs are as good
        (LINES, LINES[0]),  # an excerpt
        ([OTHER], "\n".join([*LINES, *LINES])),  # another text
        (LINES, " ".join(OTHER.replace(".", "") for _ in range(30))),  # no sentences
        (LINES, ""),
    ],
)
def test_the_shown_text_stays_otherwise(lines: list[str], stated: str) -> None:
    found = article(shown(*lines), stated)
    assert found.text.split("\n") == lines
    assert not [one for one in found.removed if one.rule == "stated"]
