"""Dates that stand away from the headline, in other languages, in RDFa, or after the fetch."""

from datetime import UTC, datetime

import pytest
from lxml import html

from pipelines.dates import evidence
from pipelines.dates.evidence.address import dates_in_address
from pipelines.dates.parse import parse_date
from pipelines.html.parsed_page import ParsedPage
from storage.model.article import Published

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TITLE = "افتتاح مكتبة عامة جديدة في المدينة"
TEXT = "".join(
    f"<p>قالت إدارة المكتبة في بيانها رقم {n} إن القاعات الجديدة تستقبل القراء كل يوم.</p>" for n in "أبجدهو"
)


def published(
    body: str, *, head: str = "", url: str = "https://sidr.example/a/x", lang: str = "ar", zone: str | None = None
) -> Published | None:
    page = f"<html lang='{lang}'><head><meta charset=utf-8>{head or f'<title>{TITLE}</title>'}</head><body>{body}</body></html>"  # noqa: E501  a template
    parsed = ParsedPage(html.document_fromstring(page.encode()))
    found = evidence.gather(parsed, url=url, headers={}, hint=None, now=NOW, timezone=zone)
    return evidence.decide(found, now=NOW, timezone=zone)


def day(body: str, **more: str) -> str | None:
    found = published(body, **more)  # type: ignore[arg-type]
    return found.iso if found else None


H1 = f"<h1>{TITLE}</h1>"


@pytest.mark.parametrize(
    ("body", "iso"),
    [
        (f"{H1}{TEXT}<div><span class=published-date>4 September 2026</span></div>", "2026-09-04"),
        (
            f"{H1}{TEXT}<div class=x><time datetime='2026-02-01T09:58:04+02:00'>1</time></div>",
            "2026-02-01T09:58:04+02:00",
        ),
        (f"{H1}{TEXT * 6}<div class=x><p>Dec 17, 2025</p><p>6 min</p></div>", "2025-12-17"),
        (f"{H1}{TEXT * 6}<p>Dec 17, 2025</p><p>Dec 18, 2025</p>", None),
        (f"{H1}{TEXT * 6}<p>20 نوفمبر 2026</p>", None),
        (f"{H1}{TEXT}<span class=post-date>Updated: 4 September 2026</span>", None),
        (f"{H1}{TEXT}<aside class=related><span class=published-date>4 September 2026</span></aside>", None),
        (
            f"{H1}<span property='dc:date dc:created' content='2026-03-05T10:15:00+03:00'></span>{TEXT}",
            "2026-03-05T10:15+03:00",
        ),
        (
            f"{H1}<b property='dc:date' content='2026-03-05'></b><b property='dc:date' content='2026-03-06'></b>{TEXT}",
            None,
        ),
        (f"{H1}<div>20 نوفمبر 2026</div><div>آخر تحديث 14:30 (GMT+0400)</div>{TEXT}", "2026-11-20T14:30+04:00"),
        (f"{H1}<div>20 نوفمبر 2026 - آخر تحديث 14:30 (GMT+0400)</div>{TEXT}", "2026-11-20T14:30+04:00"),
        (f"{H1}<div class=date>الخميس 25 جمادى الأولى 1448 هـ - 10:15 ص</div>{TEXT}", "2026-11-05T10:15"),
        (f"{H1}<p>Publié le vendredi 5 mars 2026 à 14h30</p>{TEXT}", "2026-03-05T14:30"),
    ],
)
def test_a_date_is_found_where_the_page_shows_one(body: str, iso: str | None) -> None:
    assert day(body) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("14 تشرين 1 2026", "2026-10-14"),
        ("14 تشرین ٢ ٢٠٢٥", "2025-11-14"),
        ("14 تشرين1 2026", "2026-10-14"),
        ("14 كانون 2 2025", "2025-01-14"),
        ("12 ربيع 1 1448", "2026-08-25"),
        ("Thu, 19 Nov 26 17:00:00 +0300", "2026-11-19T17:00+03:00"),
        ("19 Nov 26 17:00 GMT", "2026-11-19T17:00+00:00"),
        ("Thursday, 19-Nov-26 17:00:00 GMT", "2026-11-19T17:00+00:00"),
        ("15. März 2024", "2024-03-15"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("5 mars 15 personnes", None),
        ("24 Nov 19", None),
        ("5 out of 2000", None),
    ],
)
def test_months_by_number_two_digit_years_and_other_languages(text: str, iso: str | None) -> None:
    found = parse_date(text, now=NOW)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize(
    ("lang", "iso"), [("en-US", "2017-03-01"), ("en", None), ("en-GB", "2017-01-03"), ("fr", "2017-01-03")]
)
def test_the_month_comes_first_on_american_pages_alone(lang: str, iso: str | None) -> None:
    head = "<title>A new public library opens in the city</title>"
    body = f"<h1>A new public library opens in the city</h1><div class=date>03/01/2017</div>{TEXT}"
    assert day(body, head=head, lang=lang) == iso


def test_nothing_is_published_after_it_was_fetched() -> None:
    head = f"<title>{TITLE}</title><meta property=article:published_time content='2026-11-21T10:30:00Z'>"
    assert day(H1 + TEXT, head=head, zone="Asia/Riyadh") == "2026-11-21T10:30+03:00"
    assert day(H1 + TEXT, head=head.replace("10:30", "20:30"), zone="Asia/Riyadh") == "2026-11-21"
    assert day(f"{H1}<div class=date>25 نوفمبر 2026</div>{TEXT}") is None


def test_the_day_that_the_page_shows_outweighs_an_instant_in_utc() -> None:
    head = f"<title>{TITLE}</title><meta property=article:published_time content='2026-01-05T03:22:07Z'>"
    assert day(f"{H1}<div class=date>4 يناير 2026</div>{TEXT}", head=head) == "2026-01-04"
    assert day(f"{H1}<div class=date>2 يناير 2026</div>{TEXT}", head=head) == "2026-01-05T03:22:07+00:00"


def test_of_two_dates_in_an_address_the_later_one_is_the_articles() -> None:
    (first, *_) = dates_in_address("https://sidr.example/2023/10/07/war/2026/01/05/story-title")
    assert first == ("/2026/01/05", "2026-01-05")
