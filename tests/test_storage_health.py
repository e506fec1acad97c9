"""Health on both databases: each failure is found with start, examples and command; healthy sources have none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from conftest import put_source

from crawler.health import Diagnosis, Finding, diagnose
from storage.archive import Archive
from storage.statistics.health import figures
from tests.support.health_history import NOW, ROBOTS, History, Told

#: Most breakages begin here: three days before the look.
BROKE = datetime(2026, 3, 13, 23, tzinfo=UTC)


def look(archive: Archive, *, now: datetime = NOW) -> Diagnosis:
    with archive.reading() as connection:
        return diagnose(figures(connection, now=now))


def found(archive: Archive, *, now: datetime = NOW) -> dict[str, Finding]:
    (report,) = look(archive, now=now).reports
    return {one.kind: one for one in report.findings}


def barred(reason: str | None, status: int = 200, *, outcome: str = "not_article") -> Callable[[Told], None]:
    def change(one: Told) -> None:
        one.stored, one.outcome, one.reason, one.status = False, outcome, reason, status

    return change


def every_other(change: Callable[[Told], None]) -> Callable[[Told], None]:
    return lambda one: change(one) if one.number % 2 else None


def nothing_comes(history: History) -> None:
    history.told = [one for one in history.told if one.at < BROKE]
    history.feed["last_new_at"] = BROKE


def fewer_come(history: History) -> None:
    history.told = [one for one in history.told if one.at < BROKE - timedelta(days=3) or one.at.hour in (8, 12, 17)]


def feed_fails(history: History) -> None:
    history.feed.update(errors=9, last_error="http 500", last_status=500, last_new_at=BROKE)


def feed_is_a_page(history: History) -> None:
    history.feed.update(errors=4, last_error="not a feed: a page titled 'عذرا'", last_status=200, last_new_at=BROKE)


def feed_is_quiet(history: History) -> None:
    history.feed.update(last_new_at=BROKE, rhythm={"now": [0.0, 40.0, 40.0]})


def texts_are_cut(history: History) -> None:
    history.since(BROKE, lambda one: setattr(one, "length", round(one.length * 0.35)))


def forbid(history: History) -> None:
    history.robots.append((200, ROBOTS + "Disallow: /news/\n", BROKE))


def slow_down(history: History) -> None:
    history.robots.append((200, ROBOTS + "Crawl-delay: 30\n", BROKE))


def unreachable(history: History) -> None:
    history.robots.append((503, "", BROKE))


def no_answer(one: Told) -> None:
    one.stored = one.answered = False
    one.reason = "timeout"


@dataclass(frozen=True)
class Case:
    """A breakage and how it must be told."""

    kind: str
    breaks: Callable[[History], None]
    command: str
    #: How far from `BROKE` the beginning may be told.
    near: timedelta = timedelta(hours=12)
    examples: int = 3
    severity: str = "problem"


def lasting(change: Callable[[Told], None]) -> Callable[[History], None]:
    return lambda history: history.since(BROKE, change)


CASES = [
    Case("silent", nothing_comes, "warraq sources check rassad"),
    Case("fewer", fewer_come, "warraq sources check rassad", near=timedelta(days=5)),
    Case("challenged", lasting(every_other(barred("challenge"))), "warraq sources check rassad"),
    Case("login_wall", lasting(every_other(barred("login_wall"))), "warraq sources check rassad"),
    Case("blocked", lasting(every_other(barred("http 403", 403, outcome="failed"))), "warraq sources check rassad"),
    Case("failing", lasting(every_other(barred("http 500", 500, outcome="retry"))), "warraq sources check rassad"),
    Case("failing", lasting(no_answer), "warraq sources check rassad"),
    Case("no_text", lasting(every_other(barred("no_text"))), "warraq capture https://rassad.example/news/"),
    Case("no_titles", lasting(lambda one: setattr(one, "title", "")), "warraq capture https://rassad.example/news/"),
    Case(
        "no_dates",
        lasting(lambda one: setattr(one, "precision", "none")),
        "warraq capture https://rassad.example/news/",
    ),
    Case(
        "dates_ahead",
        lasting(lambda one: setattr(one, "published_at", one.at + timedelta(hours=9))),
        "warraq capture https://rassad.example/news/",
    ),
    Case("short_texts", texts_are_cut, "warraq capture https://rassad.example/news/", near=timedelta(hours=36)),
    Case("feed_died", feed_fails, "warraq sources check rassad", near=timedelta(days=4), examples=1),
    Case("feed_lies", feed_is_a_page, "warraq sources check rassad", near=timedelta(days=4), examples=1),
    Case("feed_lies", feed_is_quiet, "warraq sources check rassad", examples=1),
    Case("robots_changed", forbid, "warraq stats --robots rassad.example"),
    Case("robots_changed", slow_down, "warraq stats --robots rassad.example", examples=1, severity="notice"),
    Case("robots_unreachable", unreachable, "warraq stats --robots rassad.example", examples=1),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.breaks.__name__}")
def test_a_breakage_is_found_with_since_examples_and_command(archive: Archive, case: Case) -> None:
    history = History()
    case.breaks(history)
    history.write(archive)
    finding = found(archive)[case.kind]
    assert finding.since is not None
    assert abs(finding.since - BROKE) <= case.near
    assert len(set(finding.examples)) == case.examples
    assert all(url.startswith("https://rassad.example/") for url in finding.examples)
    assert finding.command.startswith(case.command)
    assert finding.severity == case.severity
    assert look(archive).is_well == (case.severity == "notice")


def test_the_healthy_twin_has_no_finding_and_its_figures_are_told(archive: Archive) -> None:
    history = History()
    history.write(archive)
    diagnosis = look(archive)
    (report,) = diagnosis.reports
    assert (diagnosis.findings, report.findings, report.verdict) == ((), (), "well")
    assert report.today == sum(one.at.date() == NOW.date() for one in history.told)
    assert report.today_usual == pytest.approx(report.today, rel=0.3)
    assert report.week == sum(NOW.date() - timedelta(days=7) <= one.at.date() < NOW.date() for one in history.told)
    assert report.week_usual == pytest.approx(report.week, rel=0.1)
    assert (report.blocked_share, report.undated_share, report.untitled_share) == (0.0, 0.0, 0.0)
    assert report.newest_at == history.told[-1].at


@pytest.mark.parametrize("hour", [0, 3, 7, 10, 13, 18, 23])
@pytest.mark.parametrize("weekday", range(7), ids=["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_healthy_newspaper_is_well_at_every_hour_of_the_week(
    folder_archive: Archive, hour: int, weekday: int
) -> None:
    now = NOW.replace(hour=hour) + timedelta(days=weekday)
    History(now=now).write(folder_archive)
    assert look(folder_archive, now=now).is_well


def test_days_on_which_we_did_not_look_are_not_the_newspapers_fault(archive: Archive) -> None:
    history = History()
    gone = {"2026-03-14", "2026-03-15"}
    history.told = [one for one in history.told if f"{one.at:%Y-%m-%d}" not in gone]
    history.away = gone
    history.write(archive)
    assert look(archive).is_well


def test_the_same_days_without_articles_are_its_fault_if_we_did_look(archive: Archive) -> None:
    history = History()
    gone = {"2026-03-14", "2026-03-15"}
    history.told = [one for one in history.told if f"{one.at:%Y-%m-%d}" not in gone]
    history.write(archive)
    assert "fewer" in found(archive)


def test_a_crawler_that_stands_still_is_told_once_and_no_newspaper_is_blamed(archive: Archive) -> None:
    put_source(archive, "other")
    for key in ("rassad", "other"):
        History(key=key).write(archive)
    later = NOW + timedelta(days=5)
    diagnosis = look(archive, now=later)
    (finding,) = diagnosis.findings
    assert (finding.kind, finding.severity) == ("nothing_crawled", "problem")
    assert finding.since == NOW - timedelta(minutes=10)
    assert [report.findings for report in diagnosis.reports] == [(), ()]


@pytest.mark.parametrize(("days", "severity"), [(5, "problem"), (29, "problem"), (31, "notice")])
def test_a_source_that_is_passed_over_is_told_as_not_looked_at(archive: Archive, days: int, severity: str) -> None:
    put_source(archive, "other")
    History(key="other").write(archive)
    history = History(now=NOW - timedelta(days=days))
    feed_fails(history)
    history.write(archive)
    reports = {report.source: report for report in look(archive).reports}
    (finding,) = reports["rassad"].findings
    assert (finding.kind, finding.severity, finding.command) == ("not_looked", severity, "warraq crawl rassad")
    assert finding.since == NOW - timedelta(days=days, minutes=10)
    assert reports["other"].findings == ()


def test_a_source_without_four_weeks_is_judged_by_what_can_be_known(archive: Archive) -> None:
    History(days=5).write(archive)
    (report,) = look(archive).reports
    assert (report.verdict, report.week_usual, report.findings) == ("new", None, ())


def test_a_new_source_behind_a_wall_is_told_all_the_same(archive: Archive) -> None:
    history = History(days=5)
    for one in history.told:
        barred("challenge")(one)
    history.write(archive)
    finding = found(archive)["challenged"]
    assert (finding.since, finding.facts["share"]) == (None, 1.0)


def test_a_source_that_was_never_asked_is_a_notice(archive: Archive) -> None:
    archive.endpoints.declare("rassad", [("https://rassad.example/feed.xml", "feed")])
    diagnosis = look(archive)
    assert [one.kind for one in diagnosis.reports[0].findings] == ["never_crawled"]
    assert diagnosis.is_well


def test_a_holiday_of_the_whole_press_is_told_once(archive: Archive) -> None:
    keys = [f"paper{number}" for number in range(10)]
    for key in keys:
        put_source(archive, key)
        history = History(key=key)
        history.told = [one for one in history.told if one.at < BROKE or one.at.hour in (8, 12, 17)]
        history.write(archive)
    diagnosis = look(archive)
    (finding,) = diagnosis.findings
    assert (finding.kind, finding.severity, finding.since) == (
        "everything_fell",
        "notice",
        datetime(2026, 3, 14, tzinfo=UTC),
    )
    assert all(report.findings == () for report in diagnosis.reports if report.source in keys)
    assert diagnosis.is_well


def test_one_that_is_silent_while_the_others_publish_is_told_alone(archive: Archive) -> None:
    for number in range(9):
        put_source(archive, f"paper{number}")
        History(key=f"paper{number}").write(archive)
    history = History()
    nothing_comes(history)
    history.write(archive)
    diagnosis = look(archive)
    assert diagnosis.findings == ()
    assert diagnosis.reports[0].source == "rassad"
    assert [report.source for report in diagnosis.reports if report.findings] == ["rassad"]


@pytest.mark.parametrize(
    ("days", "kind"),
    [(20, "silent"), (40, "silent"), (44, "silent"), (47, "silent"), (50, "stale"), (60, "stale"), (90, "stale")],
)
def test_silence_of_weeks_is_not_forgotten(archive: Archive, days: int, kind: str) -> None:
    history = History(days=100)
    history.told = [one for one in history.told if one.at < NOW - timedelta(days=days)]
    history.write(archive)
    finding = found(archive)[kind]
    assert finding.since == history.told[-1].at
    assert finding.examples


def test_a_newspaper_of_days_without_hours_is_not_called_silent_by_day(archive: Archive) -> None:
    history = History()
    for one in history.told:
        one.precision, one.at = "day", one.at.replace(hour=0, minute=0)
    history.told = [one for one in history.told if one.at.date() < NOW.date()]
    history.write(archive)
    assert look(archive).is_well


def test_a_robots_txt_that_could_not_be_had_for_a_while_changed_when_it_first_forbade(archive: Archive) -> None:
    history = History()
    forbid(history)
    rules = history.robots[-1][1]
    history.robots += [(503, "", BROKE + timedelta(hours=5)), (200, rules, BROKE + timedelta(hours=9))]
    history.write(archive)
    finding = found(archive)["robots_changed"]
    assert (finding.since, finding.severity) == (BROKE, "problem")


def test_a_robots_txt_that_forbade_from_the_first_day_is_told_as_such(archive: Archive) -> None:
    history = History()
    history.robots = [(200, ROBOTS + "Disallow: /\n", NOW - timedelta(days=40))]
    history.write(archive)
    assert set(found(archive)) == {"robots_forbids"}


def test_a_host_that_answers_nothing_is_told_once_and_not_once_a_feed(archive: Archive) -> None:
    history = History()
    for columns in history.endpoints.values():
        columns.update(errors=6, last_error="timeout", last_status=None, last_new_at=BROKE)
    history.write(archive)
    finding = found(archive)["failing"]
    assert (finding.facts["endpoints"], len(finding.examples)) == (2, 2)
    assert set(found(archive)) == {"failing"}


def test_many_weeks_cost_few_queries_whatever_the_number_of_sources(folder_archive: Archive) -> None:
    from sqlalchemy import event

    def asked() -> int:
        statements: list[str] = []
        with folder_archive.reading() as connection:
            event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
            figures(connection, now=NOW)
        return len(statements)

    History().write(folder_archive)
    one = asked()
    for number in range(12):
        put_source(folder_archive, f"paper{number}")
        History(key=f"paper{number}").write(folder_archive)
    assert asked() == one <= 15


def test_articles_of_one_hour_are_counted_together(archive: Archive) -> None:
    History(hours=(7, 8), days=2).write(archive)
    busy = History(hours=(9, 9, 9), days=2, base="https://rassad.example/2")
    busy.told = [one for one in busy.told if one.at.date() == NOW.date()]
    for minute, one in enumerate(busy.told):
        one.at = one.at.replace(minute=minute * 7)
    busy.endpoints.clear()
    busy.write(archive)
    with archive.reading() as connection:
        (source,) = figures(connection, now=NOW).sources
    at_nine = int(NOW.replace(hour=9, minute=0).timestamp()) // 3600
    assert source.hours[at_nine] == 3
    assert sum(source.hours.values()) == 3 + 2 * 3
