"""The writer: jobs committed in groups, a bad one fails alone, what rows point at is on the disk before them."""

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.archive import Archive
from storage.crawl_state.frontier import Discovered
from storage.database.same_file import ArchiveReplacedError
from storage.errors import StorageError
from storage.model.visit import Failure, Visit
from storage.saving.writer import GROUP, WriterThread
from storage.warc import Exchange, WarcError

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setattr("storage.saving.writer.GROUP_S", 30.0)  # however slow the machine is, a group is one group
    with Archive.open(tmp_path / "archive") as archive:
        yield archive


class Held:
    """Keeps a writer busy until the block ends, so that what is submitted meanwhile gathers."""

    def __init__(self, writer: WriterThread) -> None:
        self._free, self._begun = threading.Event(), threading.Event()
        self._job = writer.submit(self._wait, alone=True)

    def _wait(self) -> None:
        self._begun.set()
        self._free.wait(30)

    def __enter__(self) -> None:
        self._begun.wait(30)

    def __exit__(self, *_: object) -> None:
        self._free.set()
        self._job.result(30)


def link(number: int) -> Discovered:
    return Discovered(url=f"https://a.example/{number}", key=f"a.example/{number}", how="feed")


def commits(archive: Archive) -> list[str]:
    seen: list[str] = []
    event.listen(archive._engine, "commit", lambda _: seen.append(threading.current_thread().name))
    return seen


def test_what_gathers_is_committed_in_one_transaction_by_one_thread(archive: Archive) -> None:
    seen = commits(archive)
    with archive.writer() as writer:
        with Held(writer):
            jobs = [writer.submit(archive.frontier.add, [link(number)]) for number in range(30)]
        assert [job.result(30) for job in jobs] == [1] * 30
    assert seen == ["writer"]
    assert archive.frontier.counts() == {"pending": 30}


def test_a_group_has_a_bound(archive: Archive) -> None:
    seen = commits(archive)
    with archive.writer() as writer:
        with Held(writer):
            jobs = [writer.submit(archive.frontier.add, [link(number)]) for number in range(GROUP + 10)]
        wait(jobs, 30)
    assert len(seen) == 2
    assert archive.frontier.counts() == {"pending": GROUP + 10}


def test_a_future_resolves_after_the_commit(archive: Archive, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as other, archive.writer() as writer:
        for number in range(5):
            writer.call(archive.frontier.add, [link(number)])
            assert other.frontier.counts() == {"pending": number + 1}


@pytest.mark.fault("F10")
def test_a_bad_job_fails_alone(archive: Archive) -> None:
    def bad() -> None:
        archive.frontier.add([link(99)])
        raise ValueError("a defect")

    with archive.writer() as writer:
        with Held(writer):
            good = [writer.submit(archive.frontier.add, [link(number)]) for number in range(3)]
            worse = writer.submit(bad)
            good += [writer.submit(archive.frontier.add, [link(number)]) for number in range(3, 6)]
        with pytest.raises(ValueError, match="a defect"):
            worse.result(30)
        assert [job.result(30) for job in good] == [1] * 6
    assert archive.frontier.counts() == {"pending": 7}, "alone, `bad` commits what it added in a transaction of its own"


def test_what_a_job_wrote_is_seen_by_the_next_of_its_group(archive: Archive) -> None:
    with archive.writer() as writer:
        with Held(writer):
            writer.submit(archive.frontier.add, [link(1)])
            claim = writer.submit(archive.frontier.claim, source=None, owner="me", limit=5)
        assert [one.key for one in claim.result(30)] == ["a.example/1"]


def test_urgent_jobs_come_first(archive: Archive) -> None:
    order: list[str] = []
    with archive.writer() as writer:
        with Held(writer):
            writer.submit(order.append, "visit")
            last = writer.submit(order.append, "visit")
            writer.submit(order.append, "claim", urgent=True)
        last.result(30)
    assert order == ["claim", "visit", "visit"]


def test_a_lease_that_passed_to_another_stores_nothing(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.call(archive.frontier.add, [link(1)])
        (claim,) = writer.call(archive.frontier.claim, source=None, owner="me", limit=1, lease_s=-1.0)
        (again,) = writer.call(archive.frontier.claim, source=None, owner="you", limit=1)
        visits = [
            Visit(claim=one, url=one.url, key=one.key, outcome=Failure(reason="http 404", gone=True))
            for one in (claim, again)
        ]
        with Held(writer):
            jobs = [writer.submit(archive.store, visit) for visit in visits]
        assert [job.result(30).result for job in jobs] == ["lease_lost", "gone"]


def test_records_are_on_the_disk_before_the_rows(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    monkeypatch.setattr("os.fsync", lambda _: happened.append("sync"))
    event.listen(archive._engine, "commit", lambda _: happened.append("commit"))
    with archive.writer() as writer:
        with Held(writer):
            for number in range(4):
                archive.warc.write_exchange(_exchange(number), sync=False)
                job = writer.submit(archive.frontier.add, [link(number)])
        job.result(30)
    assert happened == ["sync", "commit"]


def test_no_row_is_committed_where_its_record_is_not_on_the_disk(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> None:
        raise OSError(5, "Input/output error")

    with archive.writer() as writer:
        with Held(writer):
            archive.warc.write_exchange(_exchange(1), sync=False)
            jobs = [writer.submit(archive.frontier.add, [link(number)]) for number in range(3)]
            monkeypatch.setattr("os.fsync", broken)
        for job in jobs:
            with pytest.raises(WarcError, match="Input/output error"):
                job.result(30)
        monkeypatch.undo()
        with pytest.raises(WarcError):
            writer.call(archive.frontier.add, [link(9)])
    assert archive.frontier.counts() == {}


def test_a_closed_writer_has_finished_and_takes_nothing(archive: Archive) -> None:
    writer = archive.writer()
    job = writer.submit(archive.frontier.add, [link(1)])
    writer.close()
    writer.close()
    assert job.result(0) == 1
    with pytest.raises(StorageError):
        writer.submit(archive.frontier.add, [link(2)])


def test_once_the_file_is_gone_no_job_is_run(archive: Archive, tmp_path: Path) -> None:
    """Thousands of jobs may wait: each would do all of its work before its commit fails."""
    run: list[int] = []

    def job(number: int) -> None:
        run.append(number)
        archive.frontier.add([link(number)])

    with archive.writer() as writer:
        with Held(writer):
            jobs = [writer.submit(job, number) for number in range(GROUP + 20)]
            (tmp_path / "archive" / "archive.db").unlink()
        failed = [type(job.exception(30)) for job in jobs]
        with pytest.raises(ArchiveReplacedError, match="removed or replaced"):
            writer.call(job, 1000)
    assert failed == [ArchiveReplacedError] * len(jobs)
    assert run == list(range(GROUP))


def _exchange(number: int) -> Exchange:
    return Exchange(
        url=f"https://a.example/{number}", fetched_at=NOW, status=200, reason="OK",
        headers=(("Content-Type", "text/html"),), body=b"page %d" % number,
    )  # fmt: skip
