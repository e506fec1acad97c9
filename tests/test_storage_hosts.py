"""Hosts: what is remembered of them, the politeness log, and every robots.txt; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage.archive import Archive
from storage.crawl_state.hosts import HostDay, HostMemory, Hosts

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = "https://rassad.example"


def memory(host: str = "rassad.example", **given: object) -> HostMemory:
    return HostMemory(**{"host": host, "updated_at": NOW, **given})  # type: ignore[arg-type]


def test_a_host_is_remembered_as_it_was(archive: Archive) -> None:
    told = memory(failures=3, rest_until=NOW + HOUR, crawl_delay_s=12.5, last_request_at=NOW)
    archive.hosts.remember([told, memory("other.example")])
    assert archive.hosts.recall() == {"rassad.example": told, "other.example": memory("other.example")}
    assert archive.hosts.recall(["rassad.example", "nobody.example"]) == {"rassad.example": told}
    assert archive.hosts.recall([]) == {}


def test_a_rest_and_a_last_request_only_move_forward(archive: Archive) -> None:
    archive.hosts.remember([memory(rest_until=NOW + HOUR, last_request_at=NOW, failures=5, crawl_delay_s=9)])
    archive.hosts.remember([memory(rest_until=None, last_request_at=NOW - HOUR, updated_at=NOW - HOUR)])
    assert archive.hosts.recall()["rassad.example"] == memory(rest_until=NOW + HOUR, last_request_at=NOW)
    archive.hosts.remember([memory(rest_until=NOW + 2 * HOUR, last_request_at=NOW + HOUR, updated_at=NOW + HOUR)])
    assert archive.hosts.recall()["rassad.example"] == memory(
        rest_until=NOW + 2 * HOUR, last_request_at=NOW + HOUR, updated_at=NOW + HOUR
    )


def test_who_meets_a_host_hears_what_is_known_and_leaves_word_that_it_is_asked(archive: Archive) -> None:
    assert archive.hosts.meet("rassad.example", now=NOW) is None
    assert archive.hosts.meet("rassad.example", now=NOW + HOUR) == memory()
    archive.hosts.remember([memory(failures=2, updated_at=NOW + HOUR)])
    met = archive.hosts.meet("rassad.example", now=NOW)
    assert met == memory(failures=2, updated_at=NOW + HOUR), "a clock that runs behind turns nothing back"
    assert archive.hosts.recall()["rassad.example"] == met


def test_counts_of_a_day_add_up_and_the_smallest_gap_stays(archive: Archive) -> None:
    archive.hosts.add_days([HostDay(host="a", day="2026-01-05", requests=2, bytes=5_000_000_000, errors=1)])
    archive.hosts.add_days(
        [
            HostDay(host="a", day="2026-01-05", requests=3, not_modified=1, shortest_gap_s=6.0, delay_s=5.0),
            HostDay(host="b", day="2026-01-05", requests=1, too_many=1),
        ]
    )
    archive.hosts.add_days([HostDay(host="a", day="2026-01-05", bytes=7, shortest_gap_s=5.5, delay_s=8.0)])
    archive.hosts.add_days([HostDay(host="a", day="2026-01-05")])
    a = HostDay(
        host="a", day="2026-01-05", requests=5, bytes=5_000_000_007, not_modified=1, errors=1,
        shortest_gap_s=5.5, delay_s=5.0,
    )  # fmt: skip
    assert archive.hosts.days() == [a, HostDay(host="b", day="2026-01-05", requests=1, too_many=1)]


def test_days_can_be_chosen(archive: Archive) -> None:
    archive.hosts.add_days(
        HostDay(host=host, day=f"2026-01-{day:02}", requests=1) for host in "ba" for day in (3, 1, 2)
    )
    assert [(day.host, day.day[-1]) for day in archive.hosts.days(since="2026-01-02")] == [
        ("a", "2"), ("b", "2"), ("a", "3"), ("b", "3"),
    ]  # fmt: skip
    assert [day.day for day in archive.hosts.days(until="2026-01-02", host="a")] == ["2026-01-01", "2026-01-02"]
    assert archive.hosts.days(host="c") == []


@pytest.mark.parametrize(
    ("gap", "delay", "kept"),
    [(5.0, 5.0, True), (5.2, 5.0, True), (4.9995, 5.0, True), (4.9, 5.0, False), (None, 5.0, None), (5.0, None, None)],
)
def test_a_delay_is_kept_or_not(gap: float | None, delay: float | None, kept: bool | None) -> None:
    assert HostDay(host="a", day="2026-01-05", shortest_gap_s=gap, delay_s=delay).kept is kept


def test_writers_at_once_lose_nothing(archive: Archive) -> None:
    def write(writer: int) -> None:
        hosts = Hosts(archive._engine)  # as another process has it: its own transactions
        for turn in range(15):
            names = ["a", "b", "c"] if writer % 2 else ["c", "b", "a"]
            days = [
                HostDay(host=name, day="2026-01-05", requests=1, bytes=10, shortest_gap_s=5 + writer + turn, delay_s=5)
                for name in names
            ]
            hosts.add_days(days)
            hosts.remember(memory(name, last_request_at=NOW + timedelta(seconds=15 * writer + turn)) for name in names)

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert [(day.host, day.requests, day.bytes, day.shortest_gap_s) for day in archive.hosts.days()] == [
        (name, 60, 600, 5.0) for name in "abc"
    ]
    assert {host.last_request_at for host in archive.hosts.recall().values()} == {NOW + timedelta(seconds=59)}


def test_many_hosts_are_written_at_once(archive: Archive) -> None:
    archive.hosts.add_days(HostDay(host=f"h{number}", day="2026-01-05", requests=1) for number in range(1_203))
    assert sum(day.requests for day in archive.hosts.days()) == 1_203
    archive.hosts.add_days([])
    archive.hosts.remember([])


def seen(archive: Archive, hours: int, *, status: int | None = 200, body: str = "", place: str = PLACE) -> bool:
    return archive.hosts.robots_seen(place, status=status, body=body, at=NOW + hours * HOUR)


def test_the_same_robots_txt_is_one_row_and_another_is_another(archive: Archive) -> None:
    rules = "User-agent: *\nDisallow: /admin/\n"
    assert [seen(archive, 0, body=rules), seen(archive, 6, body=rules), seen(archive, 3, body=rules)] == [
        True, False, False,
    ]  # fmt: skip
    assert seen(archive, 12, body=rules + "Disallow: /tag/\n")
    assert seen(archive, 18, body=rules), "what comes back is told as a change, too"
    history = archive.hosts.robots_history(PLACE)
    assert [(one.body.count("Disallow"), one.first_seen_at, one.last_seen_at) for one in history] == [
        (1, NOW, NOW + 6 * HOUR),
        (2, NOW + 12 * HOUR, NOW + 12 * HOUR),
        (1, NOW + 18 * HOUR, NOW + 18 * HOUR),
    ]


def test_of_what_is_no_robots_txt_the_status_is_kept(archive: Archive) -> None:
    assert seen(archive, 0, status=404, body="<html>one</html>")
    assert not seen(archive, 1, status=404, body="<html>two</html>")
    assert seen(archive, 2, status=503)
    assert seen(archive, 3, status=None)
    assert seen(archive, 4, body="<!doctype html>" + "x" * 5_000 + "token 1")
    assert not seen(archive, 5, body="<!doctype html>" + "x" * 5_000 + "token 2")
    told = [(one.status, len(one.body)) for one in archive.hosts.robots_history(PLACE)]
    assert told == [(404, 0), (503, 0), (None, 0), (200, 1_000)]


def test_a_robots_txt_with_nul_can_be_kept(archive: Archive) -> None:
    assert seen(archive, 0, body="User-agent: *\x00\nDisallow: /\n")
    assert not seen(archive, 1, body="User-agent: *\x00\nDisallow: /\n")


def test_a_host_has_the_robots_txt_of_all_its_places(archive: Archive) -> None:
    for place in (PLACE, "http://rassad.example", "http://rassad.example:8080", "https://notrassad.example"):
        seen(archive, 0, body=place, place=place)
    assert [one.place for one in archive.hosts.robots_history("Rassad.example")] == [
        "http://rassad.example", "http://rassad.example:8080", PLACE,
    ]  # fmt: skip
    assert [one.body for one in archive.hosts.robots_history(PLACE)] == [PLACE]
