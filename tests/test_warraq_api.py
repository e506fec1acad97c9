"""The Python door: its public names, that it costs nothing to import, and that every example of docs/python.md runs."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import warraq
from storage.archive import Archive
from storage.errors import NotFoundError
from storage.search.query import QueryError
from warraq.api.reader import ArchiveReader

ROOT = Path(__file__).parents[1]


@pytest.fixture
def reader(kept_archive: Path) -> ArchiveReader:
    Archive.open(kept_archive).close()  # brings the schema up to date
    return warraq.open_archive(kept_archive)


def test_the_public_names_are_these() -> None:
    assert sorted(warraq.__all__) == sorted({*warraq._PUBLIC, "__version__"})
    for name in warraq.__all__:
        assert getattr(warraq, name) is not None
    told = (ROOT / "docs" / "python.md").read_text("utf-8")
    assert all(f"`{name}`" in told or name == "__version__" for name in warraq.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = warraq.nothing


def test_importing_warraq_imports_nothing_heavy() -> None:
    code = (
        "import sys, warraq; print([name for name in ('sqlalchemy', 'scrapy', 'lxml', 'click') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_example_of_the_manual_runs(kept_archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive.open(kept_archive).close()
    (kept_archive.parent / "demo-archive").symlink_to(kept_archive)
    monkeypatch.chdir(kept_archive.parent)
    ended = doctest.testfile(
        str(ROOT / "docs" / "python.md"), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert ended.attempted > 25
    assert ended.failed == 0


def test_reading_changes_nothing(kept_archive: Path) -> None:
    Archive.open(kept_archive).close()
    before = (kept_archive / "archive.db").read_bytes()
    with warraq.open_archive(kept_archive) as archive:
        assert len(archive) == len(list(archive.find()))
        archive.search("الحكومة").to_dicts()
    assert (kept_archive / "archive.db").read_bytes() == before


def test_filters_by_keyword_and_in_the_query_are_the_same(reader: ArchiveReader) -> None:
    by_keyword = reader.search("الحكومة", source=["demo"], since="2025", until="2025-03").to_dicts()
    assert by_keyword == reader.search("الحكومة source:demo since:2025 until:2025-03").to_dicts()
    assert reader.search(source="elsewhere").first() is None


def test_pandas_has_timestamps_and_unknown_ones_are_nat(reader: ArchiveReader) -> None:
    frame = reader.find(limit=5).to_pandas()
    assert str(frame["published_at"].dt.tz) == "UTC"
    assert list(frame["withdrawn_at"].isna()) == [
        row["withdrawn_at"] is None for row in reader.find(limit=5).to_dicts()
    ]


def test_mistakes_are_told_by_the_errors_of_the_program(reader: ArchiveReader, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        reader.search("x " * 500).to_dicts()
    with pytest.raises(NotFoundError, match="no version 9; it has 1"):
        reader.diff(1, 1, 9)
    with pytest.raises(warraq.WarraqError, match="no archive in"):
        warraq.open_archive(tmp_path / "nothing")
    with pytest.raises(warraq.NotAnArticleError) as caught:
        warraq.extract("<p>قصير</p>", url="https://news.example/1")
    assert caught.value.reason in ("no_text", "too_short", "section")


def test_a_foreign_package_that_hides_ours_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "__init__.py").write_text("")
    # An editable install finds our modules inside a foreign package too; an ordinary one does not.
    code = (
        "import sys; sys.meta_path = [finder for finder in sys.meta_path if 'ditable' not in str(finder)];"
        f"sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import warraq; warraq.open_archive('x')"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: another package named 'storage'")
    assert str(tmp_path) in last
