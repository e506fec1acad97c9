"""Every outcome of a visit, as a table over pure facts: no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.crawl_state.frontier import MAX_ATTEMPTS
from storage.crawl_state.revisit_schedule import CONFIRM_S
from storage.database.values import text_hash
from storage.model.address import Claim
from storage.model.article import Article, NotArticle, Published
from storage.model.visit import Alias, Failure, Snapshot, Unchanged, Visit
from storage.saving.decide import as_seen, decide
from storage.saving.facts import ArticleFacts, Facts, SiteFacts, UrlFacts, VersionFacts
from storage.saving.outage import STANDS_S, WITNESSES
from storage.saving.plan import KnownVersion, NewArticle, NewVersion, SeenAgain
from storage.versions.date_changes import DateChange, StatedDate

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
KEY, TWIN = "paper.example/1", "paper.example/amp/1"
TITLE, TEXT = (
    "افتتاح الجسر الجديد",
    "\n".join(f"الفقرة رقم {number} عن الجسر الجديد في المدينة" for number in range(12)),
)
DATE = Published(iso="2025-03-01", text="1 مارس 2025", precision="day", origin="meta")
SNAPSHOT = Snapshot(url=f"https://{KEY}", fetched_at=NOW, status=200, payload_sha256="b" * 64)


def article(**more: Any) -> Article:
    made = Article(url=f"https://{KEY}", source="paper", title=TITLE, text=TEXT, published=DATE, fetched_at=NOW)
    return replace(made, extractor_version="1", rules_version="1", **more)


def stored(**more: Any) -> ArticleFacts:
    version = VersionFacts(
        number=1,
        title=TITLE,
        text=TEXT,
        text_hash=text_hash(article()),
        published=DATE.iso,
        made_by=("1", "1"),
        payload_sha256="a" * 64,
    )
    given = {
        "id": 7,
        "key": KEY,
        "url": f"https://{KEY}",
        "title": TITLE,
        "text": TEXT,
        "date": StatedDate(iso=DATE.iso, text=DATE.text, origin=DATE.origin),
        "shown": 1,
        "versions": (version,),
        "withdrawn_since": None,
    }
    return ArticleFacts(**(given | more))


def url(**more: Any) -> UrlFacts:
    given = {
        "key": KEY,
        "key_hash": "0" * 64,
        "state": "pending",
        "reason": None,
        "attempts": 1,
        "is_scheduled": False,
        "article_id": None,
    }
    return UrlFacts(**(given | more))


NEW_URL = Facts(url=url())
HELD = Facts(url=url(state="done", is_scheduled=True, article_id=7), held=stored())
GONE = replace(HELD, held=stored(withdrawn_since=NOW - timedelta(days=2)))
CLAIM = Claim(
    id=1, key=KEY, url=f"https://{KEY}", source="paper", attempts=1, hint=None, etag=None, last_modified=None,
    owner="o", lease_until=NOW,
)  # fmt: skip
OTHER = article(title="خبر آخر لا صلة له", text="نص مختلف تماما عن حادث سير في الطريق الساحلي\n" * 12)
NOTE = NotArticle(url=f"https://{KEY}", reason="soft_404")
HOME = NotArticle(url="https://paper.example/", reason="home")
WALL = NotArticle(url=f"https://{KEY}", reason="login_wall")
NOT_FOUND = Failure(reason="http 404", gone=True)
SAME_DATE = replace(DATE, iso="2025-03-02", text="2 مارس 2025")
ALL_GONE = SiteFacts(recent=("withdrawn",) * WITNESSES, shared=("withdrawn",) * WITNESSES, stood_in=False)
ALL_WELL = SiteFacts(recent=("same",) * WITNESSES, shared=("same",) * WITNESSES, stood_in=False)


def visit(outcome: Any, **more: Any) -> Visit:
    given = {"claim": CLAIM, "url": f"https://{KEY}", "key": KEY, "source": "paper", "snapshot": SNAPSHOT}
    return Visit(**(given | {"outcome": outcome, "schedule": (900.0, 86_400.0)} | more))


CASES = [
    # name, facts, visit, result, state of the URL, reason of the fetch
    ("a new article", NEW_URL, visit(article()), "new", "done", None),
    ("the same text", HELD, visit(article()), "same", "done", None),
    ("another text", HELD, visit(article(text=TEXT + "\nفقرة أضيفت")), "changed", "done", None),
    ("another date", HELD, visit(article(published=SAME_DATE)), "changed", "done", None),
    ("HTTP 304", HELD, visit(Unchanged(url=f"https://{KEY}", fetched_at=NOW)), "same", "done", None),
    ("it is back", GONE, visit(article()), "restored", "done", None),
    ("it is back, HTTP 304", GONE, visit(Unchanged(url=f"https://{KEY}", fetched_at=NOW)), "restored", "done", None),
    ("HTTP 404", replace(HELD, site=ALL_WELL), visit(NOT_FOUND), "withdrawn", "gone", "http 404"),
    ("HTTP 404 again", GONE, visit(NOT_FOUND), "gone", "gone", "http 404"),
    ("HTTP 404 of the whole site", replace(HELD, site=ALL_GONE), visit(NOT_FOUND), "unconfirmed", "done", "http 404"),
    (
        "HTTP 404 of the whole site, for a day",
        replace(HELD, site=ALL_GONE, absent_since=NOW - timedelta(seconds=STANDS_S)),
        visit(NOT_FOUND), "withdrawn", "gone", "http 404",
    ),
    ("a notice in its place", replace(HELD, site=ALL_WELL), visit(NOTE), "unconfirmed", "done", "soft_404"),
    (
        "a notice in its place, confirmed",
        replace(HELD, site=ALL_WELL, absent_since=NOW - timedelta(seconds=CONFIRM_S)),
        visit(NOTE), "withdrawn", "done", "soft_404",
    ),
    ("its text was emptied", HELD, visit(article(text="حذف هذا الخبر")), "unconfirmed", "done", "emptied"),
    ("the home page", HELD, visit(HOME, aliases=("paper.example/",)), "unconfirmed", "done", "home"),
    ("a redirect to another", HELD, visit(OTHER, aliases=("paper.example/2",), article_key="paper.example/2"),
     "unconfirmed", "done", "redirected"),
    ("a login wall", HELD, visit(WALL), "retry", "done", "login_wall"),
    ("another site answers", HELD, visit(article(), off_site=True), "failed", "done", "leads to another site"),
    ("no answer", HELD, visit(Failure(reason="timeout")), "retry", "done", "timeout"),
    ("no answer, a last time", replace(HELD, url=url(state="done", attempts=MAX_ATTEMPTS, is_scheduled=True)),
     visit(Failure(reason="timeout")), "failed", "done", "timeout"),
    ("a capture without an answer", HELD, visit(Failure(reason="timeout"), claim=None), "failed", None, "timeout"),
    ("a twin of a stored article", Facts(url=url(key=TWIN), claimed=stored()),
     visit(article(), key=TWIN, article_key=KEY), "same", "done", None),
    ("a twin that leads there by redirect", Facts(url=url(key=TWIN), claimed=stored()),
     visit(article(text=TEXT + "\nفقرة أضيفت"), key=TWIN, article_key=KEY, aliases=(KEY,)), "changed", "done", None),
    ("a false claim", Facts(url=url(key=TWIN), claimed=stored(), is_alike=False),
     visit(OTHER, key=TWIN, article_key=KEY), "new", "done", None),
    ("a place that was claimed falsely", Facts(url=url(), claimed=stored(), is_alike=False, is_movable=True),
     visit(OTHER), "new", "done", None),
    ("an alias", replace(NEW_URL, alias_of=7), visit(Alias(key=KEY)), "same", "done", None),
    ("an alias of nothing", NEW_URL, visit(Alias(key=KEY)), "retry", "pending", None),
    ("no article", NEW_URL, visit(NotArticle(url=f"https://{KEY}", reason="section")), "not_article", "not_article",
     "section"),
    ("HTTP 410 of a new URL", NEW_URL, visit(Failure(reason="http 410", gone=True)), "gone", "gone", "http 410"),
    ("a timeout of a new URL", NEW_URL, visit(Failure(reason="timeout")), "retry", "pending", "timeout"),
    ("a last timeout", Facts(url=url(attempts=MAX_ATTEMPTS)), visit(Failure(reason="timeout")), "failed", "failed",
     "timeout"),
    ("a final failure", NEW_URL, visit(Failure(reason="too large", final=True)), "failed", "failed", "too large"),
    ("a failed capture of a finished URL", Facts(url=url(state="not_article")),
     visit(Failure(reason="timeout"), claim=None), "failed", None, "timeout"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "seen", "result", "state", "reason"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_every_outcome(facts: Facts, seen: Visit, result: str, state: str | None, reason: str | None) -> None:
    plan = decide(facts, as_seen(seen, is_held=facts.held is not None), now=NOW)
    assert (plan.result, plan.url.state if plan.url else None, plan.reason) == (result, state, reason)


def of(name: str) -> Any:
    facts, seen = next((case[1], case[2]) for case in CASES if case[0] == name)
    return decide(facts, as_seen(seen, is_held=facts.held is not None), now=NOW)


def test_what_is_written_of_a_text() -> None:
    assert isinstance(of("a new article").text, NewArticle)
    added = of("another text").text
    assert isinstance(added, NewVersion)
    assert (added.number, added.cause) == (2, "page")
    redated = of("another date").text
    assert isinstance(redated, KnownVersion)
    assert redated.date_change == DateChange(before="2025-03-01", after="2025-03-02")
    assert of("HTTP 304").text == SeenAgain(article_id=7, fetched_at=NOW)
    assert of("a twin of a stored article").text == SeenAgain(article_id=7, fetched_at=None)


def test_the_same_bytes_read_differently_are_our_doing() -> None:
    same_page = replace(SNAPSHOT, payload_sha256="a" * 64)
    plan = decide(HELD, visit(article(text=TEXT + "\nفقرة كانت ناقصة"), snapshot=same_page), now=NOW)
    assert isinstance(plan.text, NewVersion)
    assert plan.text.cause == "rules"


@pytest.mark.fault("A43")
def test_a_false_claim_leaves_the_claimed_article_alone() -> None:
    false, moved = of("a false claim"), of("a place that was claimed falsely")
    assert (false.text.key, false.text.article.url, false.article_key) == (TWIN, f"https://{KEY}", TWIN)
    assert moved.text.moves_found
    assert not false.text.moves_found


def test_a_date_that_was_reported_is_not_reported_again() -> None:
    reported = replace(HELD, date_changes=(DateChange(before="2025-03-02", after="2025-03-01"),))
    assert decide(reported, visit(article(published=SAME_DATE)), now=NOW).result == "same"


def test_only_the_whole_sites_trouble_hastens_the_others() -> None:
    assert of("HTTP 404 of the whole site").absence.hasten_others_to is not None
    assert of("a notice in its place").absence.hasten_others_to is None
    assert of("a notice in its place").absence.revisit_at == NOW + timedelta(seconds=CONFIRM_S)
