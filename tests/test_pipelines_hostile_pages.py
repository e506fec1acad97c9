"""Pages made to exhaust a parser, to hide text, or to put words into somebody's mouth."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from pipelines.extraction.judge import judge
from pipelines.extraction.pool import Pool
from pipelines.page import Page
from storage.model.article import Article, NotArticle
from tests.support.loopback import PARAGRAPH

NOW = datetime(2026, 9, 15, tzinfo=UTC)
BODY = "".join(f"<p>{PARAGRAPH} {number}</p>" for number in range(6))


def page(html: str) -> Page:
    body = f"<html><head><meta charset=utf-8></head><body>{html}".encode()
    return Page(url="https://rassad.example/news/1", body=body, fetched_at=NOW, timezone="Asia/Amman")


def article_of(html: str) -> Article:
    outcome = judge(page(html)).outcome
    assert isinstance(outcome, Article), outcome
    return outcome


@pytest.mark.fault("A21")
def test_text_below_two_thousand_levels_is_found_or_its_page_is_marked() -> None:
    outcome = judge(page("<div>" * 2_100 + f"<article><h1>خبر</h1>{BODY}</article>")).outcome
    if isinstance(outcome, NotArticle):
        assert outcome.reason == "no_text"
    else:
        assert outcome.text.count(PARAGRAPH) == 6


@pytest.mark.fault("A22")
@pytest.mark.parametrize("span", ["colspan", "rowspan"])
def test_cells_that_span_a_thousand_others_are_not_repeated(span: str) -> None:
    table = "<table>" + f"<tr><td {span}=1000>كلمة</td><td>أخرى</td></tr>" * 2_000 + "</table>"
    found = article_of(f"<article><h1>خبر</h1>{BODY}{table}</article>")
    assert len(found.text) < 100_000


@pytest.mark.fault("A26")
def test_template_syntax_stays_as_it_was_written() -> None:
    title = "{{7*7}} {% import os %} ${7*7} <%= 7*7 %> #{7*7}".replace("<", "&lt;")
    found = article_of(f"<article><h1>{title}</h1>{BODY}</article>")
    assert found.title == "{{7*7}} {% import os %} ${7*7} <%= 7*7 %> #{7*7}"


@pytest.mark.fault("A44")
@pytest.mark.parametrize("stated", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-99-99", "9" * 400])
def test_a_date_that_cannot_be_is_no_date_and_stays_evidence(stated: str) -> None:
    meta = f"<meta property='article:published_time' content='{stated}'>"
    found = article_of(f"{meta}<article><h1>خبر</h1>{BODY}</article>")
    assert found.published is None
    assert all(len(one.text) <= 100 for one in found.dates)


#: Shapes of which two megabytes took a common extractor between eight seconds and five minutes.
SHAPES = {
    "flat_p": "<p>x",
    "flat_b": "<b>x</b>",
    "flat_br": "x<br>",
    "flat_span": "<span>x</span>",
    "flat_h2": "<h2>x</h2>",
    "flat_a": "<a href=/x>x</a>",
    "flat_a_text": "<a href=/x>x</a> كلمة ",
    "flat_li": "<li>x</li>",
    "flat_div": "<div>x</div>",
    "flat_code": "<code>x</code>",
    "img_attrs": "<img " + " ".join(f"a{n}=1" for n in range(300)) + ">",
    "table_wide": "<td>x</td>",
    "table_rows": "<tr><td>x</td></tr>",
    "table_colspan": "<tr><td colspan=1000>x</td></tr>",
    "table_rowspan": "<tr><td rowspan=1000>x</td></tr>",
    "unclosed_a": "<a href=/x>x",
    "unclosed_td": "<td>x",
    "unclosed_form": "<form>x",
    "unclosed_li": "<ul><li>x",
    "deep_div": "<div>",
    "deep_td": "<table><tr><td>",
    "deep_li": "<ul><li>",
    "deep_250_wide": "<div>" * 250 + "x" + "</div>" * 250,
    "category_links": "<a rel='category tag' href=/c>x</a>",
    "dates_many": "<time datetime=2024-01-01>1 يناير 2024</time>",
    "dates_span": "<span class=date>1 يناير 2024</span>",
    "selects": "<select><option>x</select>",
    "scripts": '<script type=application/ld+json>{"@type": "NewsArticle"}</script>',
}


@pytest.mark.fault("A18")
@pytest.mark.slow
def test_every_bomb_ends_and_the_next_page_is_served() -> None:
    async def crawl() -> dict[str, float]:
        took: dict[str, float] = {}
        with Pool(workers=1) as pool:
            await pool.extract(page("<p>"))
            for name, piece in SHAPES.items():
                began = time.monotonic()
                bomb = page("<table>" * name.startswith("table") + piece * (2_000_000 // len(piece)))
                (answer,) = await asyncio.gather(pool.extract(bomb), return_exceptions=True)
                assert getattr(answer, "reason", "timeout") in ("timeout", "memory"), (name, answer)
                took[name] = time.monotonic() - began
                good = await pool.extract(page(f"<article><h1>خبر</h1>{BODY}</article>"))
                assert isinstance(good.outcome, Article), name
        return took

    took = asyncio.run(crawl())
    # The deadline is five seconds of processor time; on a busy machine those take longer.
    assert {name: seconds for name, seconds in took.items() if seconds > 60} == {}
