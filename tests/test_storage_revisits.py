"""Revisits: schedule, leases, and outcomes for articles that change, fail, are withdrawn or restored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from conftest import Clock, put_source
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from storage.archive import Archive
from storage.crawl_state.frontier import MAX_ATTEMPTS
from storage.crawl_state.revisit_schedule import JITTER, SCHEDULE_S, next_revisit, steps
from storage.database.tables.every import Base
from storage.model.address import Claim, Discovered
from storage.model.article import Article, NotArticle, Published
from storage.model.visit import Alias, Failure, Snapshot, Stored, Unchanged, Visit
from storage.search.query import parse
from storage.verify import verify
from storage.warc import WarcLocation

MINUTE, HOUR, DAY = 60, 3_600, 86_400
URL, KEY = "https://rassad.example/1", "https://rassad.example/1"
TEXT = "\n".join(
    f"أعلنت الوزارة في فقرتها رقم {n} افتتاح خط القطار الجديد بين المدينتين بعد سنوات من العمل." for n in range(9)
)
HOME = "https://rassad.example"


def article(clock: Clock, **given: object) -> Article:
    values = {
        "url": URL,
        "source": "rassad",
        "title": "افتتاح خط قطار جديد بين المدينتين",
        "text": TEXT,
        "published": dated(datetime(2025, 12, 31, 23, 55, tzinfo=UTC)),
        "fetched_at": clock.now,
        "extractor_version": "1",
        "rules_version": "1",
    }
    return Article(**{**values, **given})  # type: ignore[arg-type]


def dated(at: datetime, origin: str = "json-ld") -> Published:
    return Published(
        iso=at.isoformat(timespec="minutes"),
        at=at,
        offset_minutes=0,
        text=at.isoformat(),
        precision="minute",
        origin=origin,
    )


def claim(archive: Archive, *, how: str = "feed", source: str = "rassad") -> Claim:
    archive.frontier.add([Discovered(url=URL, key=KEY, source=source, how=how)])  # type: ignore[arg-type]
    (claimed,) = archive.frontier.claim(source=source, owner="a", limit=1)
    return claimed


def look(archive: Archive, owner: str = "a", **given: object) -> list[Claim]:
    return archive.frontier.claim_revisits(source="rassad", owner=owner, limit=9, **given)  # type: ignore[arg-type]


def store(
    archive: Archive,
    clock: Clock,
    claimed: Claim | None,
    outcome: object,
    *,
    payload: str = "",
    status: int = 200,
    **more: object,
) -> Stored:
    """Store a visit whose fetch was recorded; `payload` tells its bytes apart, and is new each time if not given."""
    digest = (payload or f"{clock.now.timestamp():.6f}").encode().hex().rjust(64, "0")[-64:]
    snapshot = Snapshot(
        url=URL, fetched_at=clock.now, status=status, payload_sha256=digest, etag='"1"',
        record=WarcLocation(file="a.warc.gz", offset=int(clock.now.timestamp()), length=9),
    )  # fmt: skip
    values = {
        "claim": claimed,
        "url": URL,
        "key": KEY,
        "source": "rassad",
        "snapshot": snapshot,
        "schedule": SCHEDULE_S,
    }
    return archive.store(Visit(**{**values, "outcome": outcome, **more}))  # type: ignore[arg-type]


def first(archive: Archive, clock: Clock, **given: object) -> Stored:
    return store(archive, clock, claim(archive), article(clock, **given))


def again(archive: Archive, clock: Clock, outcome: object, **more: object) -> Stored:
    """Wait for the next look, and take it."""
    clock.now = due(archive) or clock.now
    (claimed,) = look(archive)
    return store(archive, clock, claimed, outcome, **more)  # type: ignore[arg-type]


def row(archive: Archive, table: str = "url") -> dict[str, object]:
    with archive.reading() as connection:
        found = connection.execute(select(Base.metadata.tables[table])).mappings().all()
    return dict(found[-1])


def rows(archive: Archive, table: str) -> list[dict[str, object]]:
    statement = select(Base.metadata.tables[table]).order_by(Base.metadata.tables[table].c.id)
    with archive.reading() as connection:
        return [dict(found) for found in connection.execute(statement).mappings()]


def due(archive: Archive) -> datetime | None:
    return row(archive)["revisit_at"]  # type: ignore[return-value]


def near(seconds: float) -> object:
    return pytest.approx(seconds, rel=JITTER + 0.001)


def elapsed(archive: Archive, start: datetime) -> float | None:
    at = due(archive)
    return None if at is None else (at - start).total_seconds()


def test_looks_follow_the_schedule_from_the_first_fetch_and_end(archive: Archive, clock: Clock) -> None:
    start = clock.now
    first(archive, clock)
    taken = []
    while due(archive) is not None:
        taken.append(elapsed(archive, start))
        assert again(archive, clock, article(clock)).result == "same"
    assert taken == [near(step) for step in SCHEDULE_S]
    assert (row(archive)["state"], row(archive)["revisits"], row(archive)["attempts"]) == ("done", 6, 0)
    assert look(archive) == []


def test_a_late_look_stands_for_all_that_it_missed(archive: Archive, clock: Clock) -> None:
    start = clock.now
    first(archive, clock)
    clock.forward(2 * DAY)
    (claimed,) = look(archive)
    store(archive, clock, claimed, article(clock))
    assert elapsed(archive, start) == near(7 * DAY)


@pytest.mark.parametrize(
    ("how", "age", "step"),
    [
        ("feed", timedelta(minutes=5), 15 * MINUTE),
        ("sitemap", timedelta(minutes=5), 15 * MINUTE),
        ("feed", timedelta(hours=5), HOUR),
        ("feed", timedelta(days=3), DAY),
        ("feed", timedelta(days=29), 7 * DAY),
        ("feed", timedelta(days=31), 30 * DAY),
        ("sitemap", timedelta(days=3_000), 30 * DAY),
        ("feed", None, 15 * MINUTE),
        ("sitemap", None, 30 * DAY),
        ("feed", timedelta(hours=-3), 15 * MINUTE),
    ],
)
def test_an_old_article_begins_late_in_the_schedule(
    archive: Archive, clock: Clock, how: str, age: timedelta | None, step: float
) -> None:
    published = dated(clock.now - age) if age is not None else None
    store(archive, clock, claim(archive, how=how), article(clock, published=published))
    assert elapsed(archive, clock.now) == near(step)


def test_an_article_of_today_that_says_no_time_is_news(archive: Archive, clock: Clock) -> None:
    clock.forward(20 * HOUR)
    today = Published(iso="2026-01-01", text="1 يناير 2026", precision="day", origin="visible")
    first(archive, clock, published=today)
    assert elapsed(archive, clock.now) == near(15 * MINUTE)


@pytest.mark.parametrize("schedule", [(), (3 * HOUR,)])
def test_a_source_says_when(archive: Archive, clock: Clock, schedule: tuple[float, ...]) -> None:
    store(archive, clock, claim(archive), article(clock), schedule=schedule)
    assert elapsed(archive, clock.now) == (near(schedule[0]) if schedule else None)


@given(
    gone=st.floats(0, 100 * DAY),
    age=st.none() | st.floats(0, 400 * DAY),
    schedule=st.lists(st.floats(MINUTE, 90 * DAY), max_size=6, unique=True).map(sorted),
    key=st.text(max_size=9),
)
def test_the_next_look_is_always_ahead_and_always_one_of_the_steps(
    gone: float, age: float | None, schedule: list[float], key: str
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    now = start + timedelta(seconds=gone)
    at = next_revisit(schedule, first=start, age_s=age, now=now, key=key)
    left = [step for step in steps(schedule, age) if step * (1 - JITTER) > gone]
    assert (at is None) == (not left)
    if at is not None:
        assert at >= now - timedelta(seconds=1)
        assert abs((at - start).total_seconds() - left[0]) <= left[0] * JITTER + 1


def test_looks_of_a_thousand_articles_do_not_come_back_as_one() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = sorted(
        next_revisit(SCHEDULE_S, first=start, age_s=0.0, now=start, key=str(n)) or start for n in range(1_000)
    )
    assert max(b - a for a, b in pairwise(times)) < timedelta(seconds=5)
    assert times[-1] - times[0] > timedelta(seconds=170)


def test_a_look_is_leased_and_fenced_like_any_claim(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    clock.forward(20 * MINUTE)
    (slow,) = look(archive, "slow", lease_s=10)
    assert (slow.revisit, slow.attempts, look(archive, "other")) == (True, 1, [])
    assert archive.frontier.owners() == {"slow"}
    assert archive.frontier.renew("slow", lease_s=10) == 1
    assert [finding for finding in verify(archive) if finding.check == "address"] == []
    clock.forward(11)
    (quick,) = look(archive, "quick")
    assert quick.attempts == 2
    assert store(archive, clock, quick, article(clock)).result == "same"
    assert store(archive, clock, slow, article(clock, title="عنوان آخر تماما")).result == "lease_lost"
    assert archive.get(1).versions == 1
    assert archive.frontier.owners() == set()


def test_the_same_owner_with_a_look_of_before_stores_nothing(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    clock.forward(20 * MINUTE)
    (stale,) = look(archive)
    clock.forward(HOUR)
    (fresh,) = look(archive, "b")
    store(archive, clock, fresh, article(clock))
    clock.forward(6 * HOUR)
    assert [one.attempts for one in look(archive)] == [stale.attempts]
    assert store(archive, clock, stale, article(clock, title="عنوان آخر تماما")).result == "lease_lost"


def test_a_look_given_back_counts_no_attempt_and_is_due_at_once(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    clock.forward(20 * MINUTE)
    look(archive)
    assert archive.frontier.release("a") == 1
    assert [one.attempts for one in look(archive)] == [1]


def test_a_page_that_kills_its_owner_each_time_is_left_alone(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    clock.forward(20 * MINUTE)
    for _ in range(MAX_ATTEMPTS):
        assert len(look(archive)) == 1
        clock.forward(HOUR)
    assert look(archive) == []
    assert (row(archive)["state"], elapsed(archive, clock.now)) == ("done", 7 * DAY)


def test_a_look_knows_the_fetch_before_it(archive: Archive, clock: Clock) -> None:
    start = clock.now
    first(archive, clock)
    clock.forward(20 * MINUTE)
    (claimed,) = look(archive)
    assert claimed.earlier is not None
    assert (claimed.earlier.url, claimed.earlier.fetched_at, claimed.etag) == (URL, start, '"1"')
    assert claimed.made_by == ("1", "1")
    store(archive, clock, claimed, Failure(reason="http 503"), status=503)
    clock.forward(HOUR)
    (claimed,) = look(archive)
    assert claimed.earlier is not None
    assert claimed.earlier.fetched_at == start
    assert claimed.etag == '"1"'


@pytest.mark.fault("F45")
def test_what_is_unchanged_is_seen_and_nothing_else(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    stored = archive.get(1)
    clock.forward(20 * MINUTE)
    (claimed,) = look(archive)
    outcome = Unchanged(url=URL, fetched_at=clock.now)
    assert store(archive, clock, claimed, outcome, status=304).result == "same"
    now = archive.get(1)
    assert now == replace(stored, article=replace(stored.article, fetched_at=clock.now))
    assert archive.versions(1)[0].last_seen_at == clock.now
    assert [(one["status"], one["outcome"], one["source_key"]) for one in rows(archive, "snapshot")] == [
        (200, "new", "rassad"),
        (304, "same", "rassad"),
    ]


def test_a_changed_text_is_a_version_and_flipping_makes_no_third(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    results = []
    for turn in range(6):
        title = "افتتاح خط قطار جديد بين المدينتين" if turn % 2 else "تأجيل افتتاح خط القطار إلى الصيف"
        results.append(again(archive, clock, article(clock, title=title)).result)
    assert results == ["changed", "same", "same", "same", "same", "same"]
    assert [(version.number, version.cause) for version in archive.versions(1)] == [(1, "page"), (2, "page")]
    assert len(list(archive.changes())) == 1


def test_another_text_of_the_same_bytes_is_ours(archive: Archive, clock: Clock) -> None:
    store(archive, clock, claim(archive), article(clock), payload="one")
    clock.forward(20 * MINUTE)
    (claimed,) = look(archive)
    better = article(clock, text=TEXT + "\nسطر لم تقرأه القواعد القديمة من قبل أبدا.", rules_version="2")
    store(archive, clock, claimed, better, payload="one")
    assert archive.versions(1)[-1].cause == "rules"
    assert list(archive.changes()) == []


SILENT = [
    Failure(reason="timeout"),
    Failure(reason="http 503", retry_after_s=90),
    Failure(reason="http 403"),
    NotArticle(url=URL, reason="challenge"),
    NotArticle(url=URL, reason="login_wall"),
]


@pytest.mark.parametrize("outcome", SILENT, ids=lambda outcome: outcome.reason)
def test_a_look_that_says_nothing_is_repeated_soon_and_never_a_withdrawal(
    archive: Archive, clock: Clock, outcome: Failure | NotArticle
) -> None:
    first(archive, clock)
    stored = archive.get(1)
    results = [again(archive, clock, outcome, snapshot=None).result for _ in range(MAX_ATTEMPTS)]
    assert results[:-1] == ["retry"] * 4
    assert results[-1] in ("failed", "not_article")
    assert archive.get(1) == stored
    assert rows(archive, "withdrawal") == []
    assert (row(archive)["state"], row(archive)["attempts"]) == ("done", 0)
    assert (elapsed(archive, clock.now) or 0) > 30 * MINUTE  # the next step, not a sixth try


@pytest.mark.parametrize(
    "outcome",
    [
        Failure(reason="robots.txt", final=True),
        NotArticle(url=URL, reason="section"),
        NotArticle(url=URL, reason="soft_404", detail="the page says: الموقع تحت الصيانه"),
    ],
    ids=lambda outcome: outcome.reason,
)
def test_what_will_not_pass_waits_for_the_next_step(
    archive: Archive, clock: Clock, outcome: Failure | NotArticle
) -> None:
    start = clock.now
    first(archive, clock)
    assert again(archive, clock, outcome).result in ("failed", "not_article")
    assert (row(archive)["state"], archive.get(1).withdrawn_at) == ("done", None)
    assert elapsed(archive, start) == near(HOUR)


@pytest.mark.fault("F43")
@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_the_server_says_is_gone_is_withdrawn_at_once(
    archive: Archive, clock: Clock, status: int
) -> None:
    start = clock.now
    first(archive, clock)
    gone = Failure(reason=f"http {status}", gone=True)
    assert again(archive, clock, gone, status=status).result == "withdrawn"
    stored = archive.get(1)
    assert (stored.withdrawn_at, stored.withdrawn_how) == (clock.now, f"http {status}")
    assert (stored.article.text, stored.versions) == (TEXT, 1)
    (withdrawal,) = rows(archive, "withdrawal")
    proof = rows(archive, "snapshot")[-1]
    assert (withdrawal["last_seen_at"], withdrawal["noticed_at"], withdrawal["ended_at"]) == (start, clock.now, None)
    assert (withdrawal["snapshot_id"], proof["status"], proof["outcome"]) == (proof["id"], status, "withdrawn")
    assert (row(archive)["state"], row(archive)["article_id"]) == ("gone", 1)
    missed = clock.now
    looks = []
    while due(archive) is not None:
        looks.append(elapsed(archive, missed))
        assert again(archive, clock, gone, status=status).result == "gone"
    assert looks == [near(DAY), near(7 * DAY)]
    assert len(rows(archive, "withdrawal")) == 1


def test_an_article_that_comes_back_is_restored_and_may_go_again(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    gone = Failure(reason="http 404", gone=True)
    again(archive, clock, gone, status=404)
    assert again(archive, clock, article(clock)).result == "restored"
    back = clock.now
    stored = archive.get(1)
    assert (stored.withdrawn_at, stored.withdrawn_how, row(archive)["state"]) == (None, None, "done")
    assert again(archive, clock, gone, status=404).result == "withdrawn"
    assert [one["ended_at"] for one in rows(archive, "withdrawal")] == [back, None]
    changes = [(edit.kinds, edit.at) for edit in archive.changes()]
    assert [kinds for kinds, _ in changes] == [("withdrawn",), ("restored",), ("withdrawn",)]
    assert changes[1][1] == back


SOFT = [
    ({"outcome": NotArticle(url=HOME, reason="home"), "aliases": (HOME,)}, "redirected"),
    ({"outcome": NotArticle(url=HOME, reason="section"), "aliases": (f"{HOME}/politics",)}, "redirected"),
    ({"outcome": NotArticle(url=URL, reason="home")}, "redirected"),
    ({"outcome": NotArticle(url=URL, reason="soft_404")}, "emptied"),
    ({"outcome": NotArticle(url=URL, reason="no_text")}, "emptied"),
    ({"outcome": "notice"}, "emptied"),
    ({"outcome": "other", "aliases": (f"{HOME}/2",), "article_key": f"{HOME}/2"}, "redirected"),
]


def soft(clock: Clock, given: dict[str, object]) -> dict[str, object]:
    """The visit of a case: its article is made at the time of the visit."""
    made = {
        "notice": article(clock, text="تم حذف الخبر بناء على طلب الجهة المعنية."),
        "other": article(clock, url=f"{HOME}/2", title="خبر آخر لا صلة له بالأول", text="نص آخر.\nوفيه كلام غيره."),
    }
    return {**given, "outcome": made.get(str(given["outcome"]), given["outcome"])}


@pytest.mark.fault("F44")
@pytest.mark.parametrize(("given", "how"), SOFT)
def test_a_softer_sign_counts_when_a_second_look_finds_it_again(
    archive: Archive, clock: Clock, given: dict[str, object], how: str
) -> None:
    first(archive, clock)
    assert again(archive, clock, **soft(clock, given)).result == "unconfirmed"
    assert (archive.get(1).withdrawn_at, rows(archive, "withdrawal"), list(archive.changes())) == (None, [], [])
    assert (row(archive)["state"], elapsed(archive, clock.now)) == ("done", HOUR)
    assert again(archive, clock, **soft(clock, given)).result == "withdrawn"
    stored = archive.get(1)
    assert (stored.withdrawn_how, stored.article.text, stored.versions) == (how, TEXT, 1)
    assert row(archive)["state"] == "done"
    assert archive.get(KEY).id == 1


def test_a_sign_that_passes_is_no_withdrawal(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    empty = NotArticle(url=URL, reason="no_text")
    assert again(archive, clock, empty).result == "unconfirmed"
    assert again(archive, clock, article(clock)).result == "same"
    assert again(archive, clock, empty).result == "unconfirmed"
    assert again(archive, clock, Failure(reason="timeout"), snapshot=None).result == "retry"
    assert again(archive, clock, empty).result == "withdrawn"


def test_an_article_that_moved_is_the_same_article(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    moved = article(clock, url=f"{HOME}/new-place")
    stored = again(archive, clock, moved, aliases=(f"{HOME}/new-place",), article_key=f"{HOME}/new-place")
    assert (stored.result, stored.article_id) == ("same", 1)
    assert archive.get(f"{HOME}/new-place").id == 1
    assert archive.stats().articles == 1


def test_a_capture_of_an_article_that_is_gone_says_so_too(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    assert store(archive, clock, None, Failure(reason="http 410", gone=True), status=410).result == "withdrawn"
    assert store(archive, clock, None, article(clock)).result == "restored"


def test_a_date_that_changed_under_the_same_words_is_told_once_and_is_no_version(
    archive: Archive, clock: Clock
) -> None:
    old, new = dated(clock.now - timedelta(minutes=5)), dated(clock.now - timedelta(days=2))
    first(archive, clock, published=old)
    results = [again(archive, clock, article(clock, published=date)).result for date in (old, new, old, new)]
    assert results == ["same", "changed", "same", "same"]
    assert archive.get(1).versions == 1
    (edit,) = archive.changes()
    assert (edit.kinds, edit.changes[0].old, edit.changes[0].new) == (("date",), old.iso, new.iso)


def test_a_date_found_elsewhere_on_the_page_is_no_change(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    other = dated(clock.now - timedelta(days=1), origin="visible")
    assert again(archive, clock, article(clock, published=other)).result == "same"
    assert list(archive.changes()) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("منذ 3 ساعات", "منذ 4 ساعات", False),
        ("قبل 20 دقيقة", "أمس الساعة 10:45 مساء", False),
        ("٥ يناير ٢٠٢٦", "منذ يومين", False),
        ("٥ يناير ٢٠٢٦", "٦ يناير ٢٠٢٦", True),
        ("05/01/26", "06/01/26", True),
    ],
)
def test_a_date_that_counts_from_the_readers_day_is_not_changed_by_the_newspaper(
    archive: Archive, clock: Clock, before: str, after: str, told: bool
) -> None:
    old, new = dated(clock.now, "visible"), dated(clock.now - timedelta(hours=26), "visible")
    first(archive, clock, published=replace(old, text=before))
    result = again(archive, clock, article(clock, published=replace(new, text=after))).result
    assert (result, len(list(archive.changes()))) == (("changed", 1) if told else ("same", 0))


def test_words_that_change_under_such_a_date_are_no_change_of_date(archive: Archive, clock: Clock) -> None:
    first(archive, clock, published=replace(dated(clock.now, "visible"), text="منذ 3 ساعات"))
    later = replace(dated(clock.now + timedelta(minutes=9), "visible"), text="منذ 4 ساعات")
    edited = article(clock, title="تأجيل افتتاح خط القطار إلى الصيف", published=later)
    assert again(archive, clock, edited).result == "changed"
    (edit,) = archive.changes()
    assert "date" not in edit.kinds


def test_words_and_date_that_change_together_are_one_edit(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    later = article(clock, title="تأجيل افتتاح خط القطار إلى الصيف", published=dated(clock.now - timedelta(days=1)))
    assert again(archive, clock, later).result == "changed"
    (edit,) = archive.changes()
    assert {"headline", "date"} <= set(edit.kinds)


def test_an_article_is_looked_at_at_one_address(archive: Archive, clock: Clock) -> None:
    """A redirect leads to its own address, a twin to none, and only its own address is claimed."""
    old = "https://rassad.example/old"
    archive.frontier.add([Discovered(url=old, key=old, source="rassad", how="feed")])
    (claimed,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    store(archive, clock, claimed, article(clock), url=old, key=old, aliases=(KEY,), article_key=KEY)
    twin = "https://rassad.example/amp/1"
    archive.frontier.add([Discovered(url=twin, key=twin, source="rassad", how="feed")])
    (claimed,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    store(archive, clock, claimed, article(clock, text="نص أقصر."), url=twin, key=twin, article_key=KEY)
    clock.forward(20 * MINUTE)
    (looked,) = look(archive)
    assert (looked.key, looked.earlier is not None) == (KEY, True)
    assert archive.get(1).article.text == TEXT


def test_an_article_known_by_its_twin_alone_is_looked_at_there(archive: Archive, clock: Clock) -> None:
    twin = "https://rassad.example/amp/1"
    archive.frontier.add([Discovered(url=twin, key=twin, source="rassad", how="feed")])
    (claimed,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    store(archive, clock, claimed, article(clock), url=twin, key=twin, article_key=KEY)
    clock.forward(20 * MINUTE)
    (looked,) = look(archive)
    assert looked.key == twin
    edited = article(clock, title="تأجيل افتتاح خط القطار إلى الصيف")
    assert store(archive, clock, looked, edited, url=twin, key=twin, article_key=KEY).result == "changed"
    assert archive.get(KEY).article.title == edited.title


def many(archive: Archive, clock: Clock, number: int) -> None:
    addresses = [f"https://rassad.example/n/{n}" for n in range(number)]
    archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed") for url in addresses])
    for claimed in archive.frontier.claim(source="rassad", owner="a", limit=number):
        shown = article(clock, url=claimed.url, title=f"خبر {claimed.id}", text=f"{claimed.id} {TEXT}")
        snapshot = Snapshot(url=claimed.url, fetched_at=clock.now, status=200, payload_sha256=f"{claimed.id:064}")
        archive.store(
            Visit(
                claim=claimed, url=claimed.url, key=claimed.key, source="rassad", snapshot=snapshot, outcome=shown,
                schedule=SCHEDULE_S,
            )
        )  # fmt: skip


def test_the_budget_holds_over_crawls_and_what_is_over_it_comes_later(archive: Archive, clock: Clock) -> None:
    many(archive, clock, 8)
    clock.forward(20 * MINUTE)
    claimed = look(archive, "one", budget=5)
    assert len(claimed) == 5
    assert look(archive, "two", budget=5) == []
    clock.forward(6 * MINUTE)
    for one in claimed:
        snapshot = Snapshot(url=one.url, fetched_at=clock.now, status=304, payload_sha256=f"{one.id:064}")
        outcome = Unchanged(url=one.url, fetched_at=clock.now)
        visit = Visit(
            claim=one,
            url=one.url,
            key=one.key,
            source="rassad",
            snapshot=snapshot,
            outcome=outcome,
            schedule=SCHEDULE_S,
        )
        if clock.now < one.lease_until:
            archive.store(visit)
    archive.frontier.release("one")
    assert len(look(archive, "three", budget=None)) == 8


def test_looks_that_were_taken_count_for_an_hour(archive: Archive, clock: Clock) -> None:
    many(archive, clock, 6)
    clock.forward(20 * MINUTE)
    for one in archive.frontier.claim_revisits(source="rassad", owner="a", limit=4):
        snapshot = Snapshot(url=one.url, fetched_at=clock.now, status=304, payload_sha256=f"{one.id:064}")
        outcome = Unchanged(url=one.url, fetched_at=clock.now)
        archive.store(
            Visit(claim=one, url=one.url, key=one.key, source="rassad", snapshot=snapshot, outcome=outcome)
        )  # without a schedule: these four are not revisited
    assert look(archive, budget=4) == []
    clock.forward(6 * MINUTE)
    assert look(archive, budget=4) == []
    assert len(look(archive, "b", budget=6)) == 0  # those over the budget wait for a few minutes
    clock.forward(HOUR)
    assert len(look(archive, budget=4)) == 2


def test_looks_are_brought_forward_and_only_once(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    assert look(archive) == []
    assert archive.frontier.recall("rassad") == 1
    (claimed,) = look(archive)
    store(archive, clock, claimed, article(clock))
    assert look(archive) == []
    assert elapsed(archive, clock.now) == near(15 * MINUTE)


def test_an_address_fed_back_is_no_look(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    again(archive, clock, Failure(reason="http 404", gone=True), status=404)
    clock.forward(2 * DAY)
    (looked,) = look(archive)
    archive.frontier.requeue(state="gone")
    assert store(archive, clock, looked, article(clock)).result == "lease_lost"
    (claimed,) = archive.frontier.claim(source="rassad", owner="b", limit=1)
    assert look(archive) == []
    assert store(archive, clock, claimed, article(clock)).result == "restored"


def test_sources_do_not_share_their_looks(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    put_source(archive, "other")
    clock.forward(DAY)
    assert archive.frontier.claim_revisits(source="other", owner="a", limit=9) == []


def test_a_fetch_of_before_its_outcome_was_kept_counts_as_found(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    with archive.writing() as connection:
        connection.execute(text("update snapshot set outcome = null"))
    clock.forward(20 * MINUTE)
    (claimed,) = look(archive)
    assert claimed.earlier is not None


def test_withdrawn_articles_are_found_or_left_out_as_asked(archive: Archive, clock: Clock) -> None:
    many(archive, clock, 3)
    clock.forward(20 * MINUTE)
    one = look(archive)[0]
    gone = Visit(claim=one, url=one.url, key=one.key, source="rassad", outcome=Failure(reason="http 410", gone=True))
    assert archive.store(gone).result == "withdrawn"
    number = archive.get(one.key).id
    for words in ("", "القطار", "القطار -رياضة"):
        found = {
            withdrawn: {stored.id for stored in archive.find(parse(words, withdrawn=withdrawn))}
            for withdrawn in (True, False, None)
        }
        assert found == {True: {number}, False: {1, 2, 3} - {number}, None: {1, 2, 3}}
        assert archive.count(parse(words, withdrawn=True)) == 1
    assert (archive.stats().withdrawn, archive.stats().sources[0].withdrawn) == (1, 1)
    assert [finding for finding in verify(archive) if finding.check in ("search", "reference")] == []
    store(archive, clock, None, article(clock, url=one.url), url=one.url, key=one.key)
    assert archive.count(parse("", withdrawn=True)) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"outcome": NotArticle(url="https://hotel.example/login", reason="no_text")},
        {"outcome": NotArticle(url="https://hotel.example", reason="home")},
        {"outcome": Failure(reason="http 404", gone=True)},
        {"outcome": "other", "article_key": "https://other.example/2"},
    ],
    ids=["no_text", "home", "404", "article"],
)
def test_another_site_that_answers_a_capture_says_nothing_of_the_article(
    archive: Archive, clock: Clock, given: dict[str, object]
) -> None:
    first(archive, clock)
    stored = archive.get(KEY)
    for _ in range(2):
        clock.forward(2 * HOUR)
        assert store(archive, clock, None, **soft(clock, given), off_site=True).result == "failed"
    assert archive.get(KEY) == stored
    assert (rows(archive, "withdrawal"), list(archive.changes()), row(archive)["state"]) == ([], [], "done")


OLD = "https://rassad.example/old"


def led(archive: Archive, clock: Clock) -> Stored:
    """Ask for an old address, which leads to where the article stands."""
    archive.frontier.add([Discovered(url=OLD, key=OLD, source="rassad", how="feed")])
    (claimed,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    return archive.store(
        Visit(claim=claimed, url=OLD, key=OLD, source="rassad", outcome=Alias(key=KEY), aliases=(f"{OLD}/2", KEY))
    )


def test_an_address_that_leads_to_a_stored_article_is_one_more_of_it(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    stored = archive.get(KEY)
    looked_at = due(archive)
    clock.forward(MINUTE)
    assert archive.frontier.is_stored(KEY, asked=99)
    assert not archive.frontier.is_stored(OLD, asked=99)
    assert not archive.frontier.is_stored(KEY, asked=1), "an article's own address is never another's"
    result = led(archive, clock)
    assert (result.result, result.article_id) == ("same", stored.id)
    assert archive.get(KEY) == archive.get(OLD) == archive.get(f"{OLD}/2") == stored
    states = {str(one["key"]): (one["state"], one["reason"], one["lease_owner"]) for one in rows(archive, "url")}
    assert states == {KEY: ("done", None, None), OLD: ("done", "alias", None), f"{OLD}/2": ("done", "alias", None)}
    assert [one["revisit_at"] for one in rows(archive, "url")] == [looked_at, None, None]
    assert [finding for finding in verify(archive) if finding.check == "address"] == []


def test_an_address_that_led_to_what_is_gone_meanwhile_is_asked_for_again(archive: Archive, clock: Clock) -> None:
    first(archive, clock)
    again(archive, clock, Failure(reason="http 404", gone=True), status=404)
    assert not archive.frontier.is_stored(KEY, asked=99)
    assert led(archive, clock).result == "retry"
    (claimed,) = archive.frontier.claim(source="rassad", owner="b", limit=1)
    assert claimed.key == OLD
