"""Export: every field comes out and can be read back; a file is whole or not there."""

import csv
import io
import json
import os
import string
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database.rows import StoredArticle
from storage.errors import StorageError
from storage.export.columns import COLUMNS, NAMES, article_record, stored_record
from storage.export.formats import FORMATS, Options, whole_file
from storage.export.formats.csv import FORMULA_STARTS, cell
from storage.model.article import Article, DateEvidence, Published, Removed
from storage.model.visit import Snapshot
from storage.warc import WarcLocation

FULL = StoredArticle(
    id=7,
    key="https://rassad.example/2024/01/05/خبر",
    article=Article(
        url="https://www.rassad.example/2024/01/05/خبر",
        source="rassad",
        title='عنوان فيه "اقتباس"، وفاصلة; وشرطة -',
        text="الفقرة الأولى.\nالفقرة الثانية، وفيها «كلام»\u2028وفاصل أسطر.\n=1+1",
        authors=("سلمى العلوي", "فريق الرصد"),
        published=Published(
            iso="2024-01-05T09:07+01:00",
            at=datetime(2024, 1, 5, 8, 7, tzinfo=UTC),
            offset_minutes=60,
            text="الجمعة 5 يناير 2024 - 09:07",
            precision="minute",
            origin="visible",
            disagreed=True,
        ),
        dates=(DateEvidence(origin="meta", text="2024-01-05", iso="2024-01-05"), DateEvidence(origin="url", text="x")),
        modified=datetime(2024, 1, 6, 10, 0, 1, 250000, tzinfo=UTC),
        section="سياسة",
        tags=("الرباط", "حكومة"),
        image="https://rassad.example/a.jpg",
        language="ar",
        kind="opinion",
        removed=(Removed(rule="share", text="شارك\nالمقال", after_line=2), Removed(rule="widget", text="اقرأ أيضا")),
        fetched_at=datetime(2024, 1, 7, 11, 0, tzinfo=UTC),
        extractor_version="3",
        rules_version="4",
    ),
    first_seen_at=datetime(2024, 1, 5, 12, 0, tzinfo=UTC),
    changed_at=datetime(2024, 1, 7, 11, 0, tzinfo=UTC),
    version=2,
    versions=3,
    snapshot=Snapshot(
        url="https://www.rassad.example/2024/01/05/خبر",
        fetched_at=datetime(2024, 1, 7, 11, 0, tzinfo=UTC),
        status=200,
        media_type="text/html",
        payload_sha256="ab" * 32,
        record=WarcLocation(file="20240107-1.warc.gz", offset=1234, length=567),
        encoding="utf-8 (valid)",
        robots=("noarchive", "content-signal:ai-train=no"),
        server_ip="203.0.113.7",
        tls_subject="CN=*.rassad.example",
    ),
    text_hash="cd" * 32,
    story=3,
    withdrawn_at=datetime(2024, 2, 1, 9, 30, tzinfo=UTC),
    withdrawn_how="http 410",
)

#: Nothing is known of it but its text.
BARE = StoredArticle(
    id=8,
    key="https://rassad.example/8",
    article=Article(url="https://rassad.example/8", title="", text="نص", fetched_at=datetime(2024, 1, 7, tzinfo=UTC)),
    first_seen_at=datetime(2024, 1, 7, tzinfo=UTC),
    changed_at=None,
    version=1,
    versions=1,
    snapshot=None,
    text_hash="ef" * 32,
)


def exported(name: str, *articles: StoredArticle, **options: bool) -> bytes:
    out = io.BytesIO()
    FORMATS[name].write(articles, out, Options(**options))
    return out.getvalue()


def read_jsonl(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


LISTS = {"authors", "dates", "tags", "removed", "robots"}
NUMBERS = {"id", "story", "published_offset", "version", "versions", "status", "warc_offset", "warc_length"}


def read_csv(data: bytes) -> list[dict[str, Any]]:
    """What a reader of docs/export.md would write to have the values back."""

    def value(name: str, cell: str) -> Any:
        if name in LISTS:
            return json.loads(cell)
        if cell == "" and name not in ("title", "text"):
            return None
        if name in NUMBERS:
            return int(cell)
        return {"true": True, "false": False}[cell] if name == "published_disagreed" else cell

    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [{name: value(name, cell) for name, cell in row.items()} for row in rows]


READERS = {"jsonl": read_jsonl, "csv": read_csv}


@pytest.mark.parametrize("name", READERS)
def test_every_field_is_read_back_as_it_was(name: str) -> None:
    assert READERS[name](exported(name, FULL, BARE)) == [stored_record(FULL), stored_record(BARE)]


def test_pandas_reads_every_field_of_a_csv_file_as_the_manual_says() -> None:
    pandas = pytest.importorskip("pandas")
    data = io.BytesIO(exported("csv", FULL, BARE))
    kinds = {name: str for name in NAMES if name not in LISTS}
    frame = pandas.read_csv(data, converters=dict.fromkeys(LISTS, json.loads), dtype=kinds, keep_default_na=False)
    exact = [stored_record(FULL), stored_record(BARE)]
    as_cells = [{name: v if name in LISTS else str(cell(v)) for name, v in record.items()} for record in exact]
    assert frame.to_dict("records") == as_cells


def test_a_full_article_leaves_no_column_empty_so_that_the_round_trip_proves_something() -> None:
    assert [name for name, value in stored_record(FULL).items() if value in (None, "", [])] == []


def test_every_field_of_an_article_has_a_column() -> None:
    """A new field of Article, Published, Snapshot or StoredArticle fails here until it is exported."""
    paths = {column.path for column in COLUMNS}
    left_out = {
        "snapshot.url": "the address fetched; `url` and `key` are exported",
        "snapshot.fetched_at": "the same instant as article.fetched_at",
        "snapshot.media_type": "always HTML for an article",
        "snapshot.etag": "for the next request only",
        "snapshot.last_modified": "for the next request only",
        "snapshot.robots": "exported as `robots`, a list even of a page that was never fetched",
        "parts": "fetches of the further pages of one article; `warraq show` lists them and says where one is missing",
    }
    assert set(attributes(FULL)) - paths == set(left_out)


def attributes(value: Any, prefix: str = "") -> Iterator[str]:
    for field in fields(value):
        inner = getattr(value, field.name)
        if is_dataclass(inner):
            yield from attributes(inner, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}"


def test_columns_are_named_once_and_begin_with_number_address_source_title_and_text() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES[:5] == ("id", "url", "source", "title", "text")


def test_instants_are_written_in_utc_with_a_z() -> None:
    record = stored_record(FULL)
    assert record["published"] == "2024-01-05T09:07+01:00"
    assert record["published_at"] == "2024-01-05T08:07:00Z"
    assert record["modified"] == "2024-01-06T10:00:01.250000Z"


def test_an_article_that_is_in_no_archive_has_the_columns_of_an_article() -> None:
    record = article_record(FULL.article)
    assert record == {name: value for name, value in stored_record(FULL).items() if name in record}
    assert {"url", "title", "text", "removed"} <= set(record)
    assert not {"id", "warc_file", "key"} & set(record)


def test_one_article_is_one_line_of_json_whatever_its_text_holds() -> None:
    data = exported("jsonl", replace(FULL, article=replace(FULL.article, text="a\u2028b\u2029c\x85d\r\ne")))
    assert len(data.decode().splitlines()) == 1
    assert read_jsonl(data)[0]["text"] == "a\u2028b\u2029c\x85d\r\ne"
    assert "عنوان" in data.decode(), "Arabic stays letters"


def test_csv_without_wishes_is_plain_utf8_that_any_program_reads_without_a_mark() -> None:
    data = exported("csv", FULL)
    assert data.startswith(b"id,url,source,title,text,")
    assert data.endswith(b"\r\n")
    assert "\n=1+1" in data.decode(), "text is exact: nothing is put before a formula unless asked"


FORMULAS = [
    pytest.param('=HYPERLINK("http://x")', id="equals"),
    pytest.param("+1", id="plus"),
    pytest.param("-2+3", id="minus"),
    pytest.param("@SUM(1)", id="at"),
    pytest.param("\t=1", id="tab"),
    pytest.param("\r=1", id="carriage return"),
    pytest.param("＝1+1", id="full-width equals"),
]


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_runs_as_a_formula_in_a_spreadsheet(title: str) -> None:
    data = exported("csv", replace(FULL, article=replace(FULL.article, title=title)), excel=True)
    text = data.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row["title"] == f"'{title}"


@pytest.mark.fault("A30")
@given(st.text(st.sampled_from("=+-@\t\r\n＝＋－＠ \u200f'\"؛,a1ا"), max_size=6))
def test_no_text_of_a_page_begins_a_cell_as_a_formula_whatever_stands_in_front(text: str) -> None:
    article = replace(FULL.article, title=text, text=text, section=text, image=text, authors=(text,), tags=(text,))
    data = exported("csv", replace(FULL, article=article, withdrawn_how=text), excel=True).decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(data, newline="")):
        for name, value in row.items():
            assert name in NUMBERS or not value.startswith(FORMULA_STARTS), name
            assert name not in ("title", "text") or value in (text, f"'{text}"), "defused, not changed"


def test_a_spreadsheet_gets_a_mark_and_numbers_that_stay_numbers() -> None:
    western = replace(FULL, article=replace(FULL.article, published=replace(published(FULL), offset_minutes=-240)))
    data = exported("csv", western, excel=True)
    assert data.startswith(b"\xef\xbb\xbfid,")
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert row["published_offset"] == "-240"


def published(stored: StoredArticle) -> Published:
    assert stored.article.published
    return stored.article.published


_CELLS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('",\n\r=+-@\t\u2028\x00')))


@given(title=_CELLS, text=_CELLS, author=_CELLS)
@pytest.mark.parametrize("name", READERS)
def test_any_text_comes_back_exactly(name: str, title: str, text: str, author: str) -> None:
    if name == "csv":  # csv.reader of Python 3.11 ends at NUL, which the archive never stores
        title, text = title.replace("\x00", ""), text.replace("\x00", "")
    stored = replace(FULL, article=replace(FULL.article, title=title, text=text, authors=(author,)))
    (record,) = READERS[name](exported(name, stored))
    assert (record["title"], record["text"], record["authors"]) == (title, text, [author])


@pytest.mark.parametrize("name", READERS)
def test_articles_are_written_as_they_come_and_none_is_held(name: str) -> None:
    out = io.BytesIO()
    sizes: list[int] = []

    def articles() -> Iterator[StoredArticle]:
        for number in range(50):
            sizes.append(out.tell())
            yield replace(FULL, id=number)

    FORMATS[name].write(articles(), out, Options())
    assert all(later > earlier for earlier, later in pairwise(sizes[1:]))


def test_every_format_says_what_it_is_for_and_asks_only_for_wishes_that_exist() -> None:
    wishes = {field.name for field in fields(Options)}
    for name, known in FORMATS.items():
        assert set(name) <= set(string.ascii_lowercase)
        assert known.summary
        assert known.suffix == "" or known.suffix.startswith(".")
        assert known.write or known.write_folder
        assert bool(known.suffix) == bool(known.write)
        assert known.understands <= wishes


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "تصدير.jsonl"
    path.write_text("old")
    with whole_file(path) as out:
        out.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == [path.name]


def fail_after(out: BinaryIO, error: BaseException) -> None:
    out.write(b"half")
    raise error


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()], ids=["a fault", "Ctrl-C"])
def test_nothing_is_left_of_a_file_that_failed_and_the_old_one_stands(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(type(error)), whole_file(path) as out:
        fail_after(out, error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.csv"]


def test_a_folder_that_is_not_there_is_one_line_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.csv"
    with pytest.raises(StorageError, match=r"cannot write .*a\.csv: No such file"), whole_file(path):
        pass


@pytest.mark.fault("F20")
def test_a_disk_that_is_full_is_a_storage_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No space left"), whole_file(tmp_path / "a.csv"):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


def test_a_device_is_written_to_as_it_is() -> None:
    with whole_file(Path(os.devnull)) as out:
        out.write(b"x")
    assert not Path(os.devnull).is_file()


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    with whole_file(link) as out:
        out.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
