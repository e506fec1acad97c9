"""Concurrent writers: aliases of one article, links shared by many pages, revisits of articles found elsewhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from conftest import Clock
from test_storage_revisits import HOUR, TEXT, article

from storage.archive import Archive
from storage.crawl_state.revisit_schedule import SCHEDULE_S
from storage.model.address import Discovered
from storage.model.visit import Stored, Visit
from storage.verify import verify

HOME = "https://rassad.example"
AT_ONCE = 6


def together(tasks: list[Callable[[], Stored]]) -> list[Stored]:
    ready = Barrier(len(tasks))

    def run(task: Callable[[], Stored]) -> Stored:
        ready.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


def storing(archive: Archive, clock: Clock, url: str, key: str, **more: object) -> Callable[[], Stored]:
    shown = article(clock, url=key, title=f"خبر {key}", text=f"{key} {TEXT}", published=None)
    given = {"url": url, "key": url, "source": "rassad", "outcome": shown, "article_key": key, "schedule": SCHEDULE_S}
    return lambda: archive.store(Visit(**{**given, **more}))  # type: ignore[arg-type]


def test_twins_that_come_at_once_are_one_article(archive: Archive, clock: Clock) -> None:
    for turn in range(5):
        key = f"{HOME}/{turn}"
        twins = [storing(archive, clock, f"{key}/amp/{n}", key) for n in range(AT_ONCE)]
        results = together(twins)
        assert sorted(one.result for one in results) == ["new"] + ["same"] * (AT_ONCE - 1)
    assert archive.stats().articles == 5


def test_pages_that_name_the_same_links_in_another_order_do_not_wait_for_each_other_for_ever(
    archive: Archive, clock: Clock
) -> None:
    for turn in range(5):
        links = [Discovered(url=f"{HOME}/l/{turn}/{n}", key=f"{HOME}/l/{turn}/{n}", how="page") for n in range(300)]
        orders = [tuple(links), tuple(reversed(links))] * 3
        tasks = [
            storing(archive, clock, f"{HOME}/p/{turn}/{n}", f"{HOME}/p/{turn}/{n}", links=order)
            for n, order in enumerate(orders)
        ]
        results = together(tasks)
        assert sum(one.new_urls for one in results) == 300


def test_an_article_that_is_found_at_an_old_address_while_it_is_looked_at(archive: Archive, clock: Clock) -> None:
    for turn in range(5):
        key, old = f"{HOME}/{turn}", f"{HOME}/old/{turn}"
        archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed") for url in (key,)])
        (claim,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
        storing(archive, clock, key, key, claim=claim)()
        clock.forward(HOUR)
        looks = archive.frontier.claim_revisits(source="rassad", owner="a", limit=9)
        look = next(one for one in looks if one.key == key)
        tasks = [storing(archive, clock, key, key, claim=look), storing(archive, clock, old, key, aliases=(key,))]
        assert {one.result for one in together(tasks)} == {"same"}
        archive.frontier.release("a")
    assert [finding for finding in verify(archive) if finding.severity == "error"] == []
