"""What the command line says of articles that were withdrawn, came back, or got another date."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Clock, put_source

from storage.archive import Archive
from storage.model.article import Article, Published
from storage.model.visit import Failure, Snapshot, Visit
from storage.warc import WarcLocation
from tests.support.desk import Run

TITLE, TEXT = "افتتاح خط قطار جديد", "أعلنت الوزارة افتتاح الخط.\nوقال الوزير إن الرحلة تستغرق ساعة."
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Article 1 was withdrawn, came back and is withdrawn again; article 2 got another date."""
    clock = Clock()
    with Archive.open(tmp_path / "archive", clock=clock) as archive:
        put_source(archive)
        gone = Failure(reason="http 410", gone=True)
        store(archive, clock, 1, article(clock, 1))
        store(archive, clock, 1, gone, status=410)
        store(archive, clock, 1, article(clock, 1))
        store(archive, clock, 1, gone, status=410)
        store(archive, clock, 2, article(clock, 2))
        later = Published(
            iso="2025-12-30T10:00+00:00",
            at=datetime(2025, 12, 30, 10, tzinfo=UTC),
            text="2025-12-30 10:00",
            precision="minute",
            origin="meta",
        )
        store(archive, clock, 2, replace(article(clock, 2), published=later))
    return tmp_path / "archive"


def article(clock: Clock, number: int) -> Article:
    published = Published(
        iso="2025-12-31T10:00+00:00",
        at=datetime(2025, 12, 31, 10, tzinfo=UTC),
        text="2025-12-31 10:00",
        precision="minute",
        origin="meta",
    )
    return Article(
        url=f"https://rassad.example/{number}", source="rassad", title=TITLE, text=f"{TEXT}\n{number}", language="ar",
        published=published, fetched_at=clock.now,
    )  # fmt: skip


def store(archive: Archive, clock: Clock, number: int, outcome: Article | Failure, *, status: int = 200) -> None:
    url = f"https://rassad.example/{number}"
    snapshot = Snapshot(
        url=url, fetched_at=clock.now, status=status, payload_sha256=f"{clock.now.timestamp():064.0f}",
        record=WarcLocation(file="a.warc.gz", offset=int(clock.now.timestamp()) % 100_000, length=9),
    )  # fmt: skip
    archive.store(Visit(url=url, key=url, source="rassad", outcome=outcome, snapshot=snapshot))
    clock.forward(3600)


def test_changes_tell_withdrawals_and_returns_newest_first(warraq_: Run) -> None:
    told = [json.loads(line) for line in warraq_("changes", "--json").out.splitlines()]
    assert [(one["article_id"], *one["kinds"]) for one in told] == [
        (2, "date"),
        (1, "withdrawn"),
        (1, "restored"),
        (1, "withdrawn"),
    ]
    assert told[0]["changes"][0] == {
        "kind": "date", "place": "page", "old": "2025-12-31T10:00+00:00", "new": "2025-12-30T10:00+00:00",
    }  # fmt: skip
    assert (told[1]["proof"]["status"], told[1]["proof"]["warc_file"]) == (410, "a.warc.gz")
    assert told[1]["after"] < told[1]["at"]


@pytest.mark.parametrize(
    ("kinds", "number"), [("withdrawn", 2), ("restored,withdrawn", 3), ("headline,withdrawn", 2), ("headline", 0)]
)
def test_changes_are_chosen_by_kind(warraq_: Run, kinds: str, number: int) -> None:
    assert len(warraq_("changes", "--json", "--kind", kinds).out.splitlines()) == number


def test_changes_in_words_name_the_proof(warraq_: Run) -> None:
    said = warraq_("changes", "--kind", "withdrawn", "--limit", "1").out
    assert "withdrawn: the server returns 404 or 410" in said
    assert "proof: HTTP 410, a.warc.gz, byte " in said
    assert "version 1 -> 1" not in said
    assert "date changed: 2025-12-31T10:00+00:00 -> 2025-12-30T10:00+00:00" in warraq_("changes", "--kind", "date").out


def test_each_withdrawal_is_an_entry_of_its_own_in_the_feed(warraq_: Run, tmp_path: Path) -> None:
    files = [tmp_path / "one.atom", tmp_path / "two.atom"]
    for file in files:
        assert warraq_("changes", "--atom", file).code == 0
    ids = [[entry.findtext(f"{ATOM}id") for entry in ET.parse(file).iter(f"{ATOM}entry")] for file in files]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4
    categories = [one.get("term") for one in ET.parse(files[0]).iter(f"{ATOM}category")]
    assert categories == ["date", "withdrawn", "restored", "withdrawn"]


def test_a_withdrawn_article_is_shown_whole_with_since_when_and_the_proof(warraq_: Run) -> None:
    said = warraq_("show", 1).out
    assert TEXT in said
    assert (
        "withdrawn since 2026-01-01 01:00:00 until 2026-01-01 02:00:00 UTC (http 410), last seen 2026-01-01 00:00:00"
        in said
    )
    assert "withdrawn since 2026-01-01 03:00:00 UTC (http 410), last seen 2026-01-01 02:00:00" in said
    assert "proof: HTTP 410, a.warc.gz, byte" in said
    record = json.loads(warraq_("show", 1, "--json").out)
    assert (record["withdrawn_at"], record["withdrawn_how"]) == ("2026-01-01T03:00:00Z", "http 410")
    assert "withdrawn" not in warraq_("show", 2).out


def test_search_and_export_find_and_leave_out_what_was_withdrawn(warraq_: Run) -> None:
    def found(*arguments: str) -> list[int]:
        return [json.loads(line)["id"] for line in warraq_(*arguments).out.splitlines()]

    assert found("export", "-f", "jsonl", "--withdrawn") == [1]
    assert found("export", "-f", "jsonl", "--no-withdrawn", "قطار") == [2]
    assert sorted(found("export", "-f", "jsonl")) == [1, 2]
    assert "1 withdrawn" in warraq_("stats").out
