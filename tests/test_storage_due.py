"""What falls due, over all sources at once, on both databases; and who may crawl into an archive."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import Clock, put_source
from sqlalchemy import text

from storage.archive import Archive
from storage.model.address import Discovered
from storage.operations.archive_lock import ArchiveInUseError, crawling, rereading
from storage.operations.due_work import Due, due

ROOT = Path(__file__).parents[1]


def address(number: int, how: str, source: str = "rassad") -> Discovered:
    url = f"https://{source}.example/{how}/{number}"
    return Discovered(url=url, key=url, source=source, how=how)


def test_each_kind_of_work_is_told_with_the_time_of_its_first(archive: Archive, clock: Clock) -> None:
    start = clock.now
    put_source(archive, "idle")
    archive.endpoints.declare("rassad", [("https://rassad.example/feed", "feed")])
    archive.frontier.add([address(1, "sitemap"), address(2, "page")])
    clock.forward(60)
    archive.frontier.add([address(3, "feed"), address(4, "section")])
    with archive.writing() as connection:
        connection.execute(text("update url set state = 'done' where url like '%/page/2'"))
        later = (
            {"at": start + timedelta(days=1)}
            if connection.dialect.name != "sqlite"
            else {"at": "2026-01-02 00:00:00.000000"}
        )
        connection.execute(text("update url set revisit_at = :at where url like '%/page/2'"), later)
    found = due(archive)
    assert found == {
        "rassad": Due(
            source="rassad",
            endpoint_at=start,
            news_at=start + timedelta(seconds=60),
            backlog_at=start,
            revisit_at=start + timedelta(days=1),
        ),
        "idle": Due(source="idle"),
    }
    assert found["rassad"].at == start
    assert found["idle"].at is None


def test_what_is_finished_or_retired_is_not_due(archive: Archive) -> None:
    archive.endpoints.declare("rassad", [("https://rassad.example/feed", "feed")])
    archive.endpoints.declare("rassad", [])
    archive.frontier.add([address(1, "feed")])
    with archive.writing() as connection:
        connection.execute(text("update url set state = 'gone'"))
    assert due(archive) == {"rassad": Due(source="rassad")}


@pytest.mark.slow
def test_a_long_backlog_does_not_make_the_question_slow(folder_archive: Archive) -> None:
    """A quarter of a million waiting addresses in one source cost no more than one: the index is stepped through."""
    each = 250_000
    with folder_archive.writing() as connection:
        connection.execute(
            text(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < :each)"
                " insert into url (key, key_hash, url, source_key, how, discovered_at, state, attempts, next_attempt_at,"  # noqa: E501  a table row
                " priority, revisits) select i, i, i, 'rassad', 'sitemap', '2026-01-01 00:00:00.000000', 'pending', 0,"
                " '2026-01-01 00:00:00.000000', i % 2 * 20, 0 from n"
            ),
            {"each": each},
        )
    due(folder_archive)
    began = time.process_time()
    found = due(folder_archive)["rassad"]
    assert found.news_at == found.backlog_at
    assert time.process_time() - began < 0.05


# The lock


HOLD = """
import sys, time
from pathlib import Path
from storage.archive import Archive
from storage.operations.archive_lock import crawling
address, warc, alone = sys.argv[1:]
with Archive.open(address, warc=Path(warc)) as archive, crawling(archive, "warraq watch", alone=alone == "alone"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(archive: Archive):
    """Start a program that holds the archive; it is killed at the end."""
    started = []

    def hold(alone: bool) -> "subprocess.Popen[str]":
        engine = archive._engine.url
        address = str(archive.folder) if archive.folder else engine.render_as_string(hide_password=False)
        command = [sys.executable, "-c", HOLD, address, str(archive.warc.folder), "alone" if alone else "shared"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        started.append(process)
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(("theirs", "ours"), [(True, True), (True, False), (False, True)])
def test_who_must_be_alone_is_alone_and_is_named(archive: Archive, holder, theirs: bool, ours: bool) -> None:
    process = holder(theirs)
    with pytest.raises(ArchiveInUseError) as refused, crawling(archive, "warraq watch", alone=ours):
        pass
    assert f"warraq watch (pid {process.pid}" in str(refused.value)
    assert "since 20" in str(refused.value)
    assert refused.value.exit_code == 5
    assert "\n" not in str(refused.value)


@pytest.mark.fault("F13")
def test_crawls_run_side_by_side(archive: Archive, holder) -> None:
    holder(False)
    with crawling(archive, "warraq crawl", alone=False):
        pass


@pytest.mark.fault("F03", "F14")
def test_a_lock_ends_with_a_kill_of_its_holder(archive: Archive, holder) -> None:
    process = holder(True)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10  # a server needs a moment to see that its client is gone
    while True:
        try:
            with crawling(archive, "warraq watch", alone=True):
                break
        except ArchiveInUseError:
            assert archive.folder is None
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_lock_is_given_back_and_reading_is_never_locked(archive: Archive) -> None:
    for _ in range(2):
        with crawling(archive, "warraq watch", alone=True):
            assert archive.stats().articles == 0
            archive.frontier.add([address(1, "feed")])


def test_one_pass_of_reextraction_at_a_time_whoever_crawls(archive: Archive) -> None:
    with crawling(archive, "warraq watch", alone=True), rereading(archive, "warraq reextract"):
        with pytest.raises(ArchiveInUseError, match="re-extracts its pages") as refused, rereading(archive, "another"):
            pass
        assert "warraq reextract" in refused.value.holder
    with rereading(archive, "another"):
        pass
