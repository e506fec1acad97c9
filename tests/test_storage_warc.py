"""WARC files: written whole, read back, mended after a crash."""

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.warc import WarcError, WarcLocation, WarcRecord, WarcStore

WHEN = datetime(2023, 11, 20, 14, 4, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    opened = WarcStore(tmp_path)
    yield opened
    opened.close()


def write(
    store: WarcStore,
    number: int = 1,
    *,
    body: bytes = "متن".encode(),
    url: str = "",
    headers: list[tuple[str, str]] | None = None,
) -> WarcRecord:
    return store.write_response(
        url=url or f"https://rassad.example/{number}",
        status=200,
        reason="OK",
        headers=headers or [("Content-Type", "text/html; charset=utf-8"), ("X-Two", "1"), ("X-Two", "2")],
        body=body,
        fetched_at=WHEN,
        ip="127.0.0.1",
    )


def test_a_record_is_read_back_as_it_was_written(store: WarcStore) -> None:
    written = write(store)
    response = store.read(written.location)
    assert response.url == "https://rassad.example/1"
    assert response.status == 200
    assert response.headers == (("Content-Type", "text/html; charset=utf-8"), ("X-Two", "1"), ("X-Two", "2"))
    assert response.payload == "متن".encode()
    assert response.fetched_at == WHEN


def test_a_page_given_by_hand_is_a_resource(store: WarcStore) -> None:
    url, body = "https://rassad.example/1", "متن".encode()
    written = store.write_resource(url=url, body=body, media_type="text/html", fetched_at=WHEN)
    given = store.read(written.location)
    assert (given.url, given.status, given.payload, given.fetched_at) == (url, 0, body, WHEN)
    assert given.headers == (("Content-Type", "text/html"),)


def test_the_payload_stays_as_it_came_over_the_wire(store: WarcStore) -> None:
    body = gzip.compress("متن".encode())
    written = write(store, body=body, headers=[("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")])
    response = store.read(written.location)
    assert response.payload == body
    assert response.headers == (("Content-Encoding", "gzip"),)


def test_a_file_is_renamed_when_it_is_finished_and_its_rows_still_find_it(tmp_path: Path) -> None:
    store = WarcStore(tmp_path)
    location = write(store).location
    assert [path.name for path in store.files()] == [f"{location.file}.open"]
    store.close()
    assert [path.name for path in store.files()] == [location.file]
    assert store.read(location).payload == "متن".encode()


def test_every_record_is_readable_by_others(tmp_path: Path) -> None:
    store = WarcStore(tmp_path)
    for number in range(3):
        write(store, number)
    store.close()
    (path,) = store.files()
    with path.open("rb") as file:
        assert [
            (record.rec_type, (record.rec_headers["WARC-Target-URI"] or "-")[-1])
            for record in ArchiveIterator(file, check_digests="raise")
        ] == [("warcinfo", "-"), ("response", "0"), ("response", "1"), ("response", "2")]


@pytest.mark.fault("A34")
def test_a_line_break_in_an_address_or_header_begins_no_header(store: WarcStore) -> None:
    written = write(
        store, url="https://rassad.example/\r\nX-Evil: 1", headers=[("X-Name\r\nX-Evil", "a\r\n\r\n<html>")]
    )
    response = store.read(written.location)
    assert response.url == "https://rassad.example/%20X-Evil:%201"
    assert "X-Evil" not in dict(response.headers)
    assert response.payload == "متن".encode()


def test_a_file_grown_too_large_is_closed_and_the_next_begun(tmp_path: Path) -> None:
    store = WarcStore(tmp_path, rotate_bytes=500)
    locations = [write(store, number, body=os.urandom(300)).location for number in range(4)]
    store.close()
    assert len({location.file for location in locations}) > 1
    assert all(store.read(location).status == 200 for location in locations)


@pytest.mark.fault("F36")
@pytest.mark.parametrize("cut", [1, 50, 200])
def test_a_torn_record_is_cut_off_and_set_aside(tmp_path: Path, cut: int) -> None:
    dead = WarcStore(tmp_path)
    whole, torn = write(dead, 1).location, write(dead, 2).location
    path = next(dead.files())
    data = path.read_bytes()
    dead.close()
    (tmp_path / torn.file).unlink()
    path.write_bytes(data[:-cut])

    store = WarcStore(tmp_path)
    assert [mended.name for mended in store.mend()] == [whole.file]
    assert store.read(whole).payload == "متن".encode()
    with pytest.raises(WarcError, match="cut short"):
        store.read(torn)
    aside = (tmp_path / f"{whole.file}.torn").read_bytes()
    assert (tmp_path / whole.file).read_bytes() + aside == data[:-cut]


def test_mending_leaves_the_file_of_a_living_writer_alone(tmp_path: Path) -> None:
    living = WarcStore(tmp_path)
    write(living)
    assert WarcStore(tmp_path).mend() == []
    assert write(living, 2).location.offset > 0
    living.close()


def test_a_store_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    with_nothing = WarcStore(tmp_path / "warc")
    with_nothing.close()
    assert not (tmp_path / "warc").exists()


def test_damage_is_told_in_one_line(tmp_path: Path) -> None:
    store = WarcStore(tmp_path)
    location = write(store).location
    store.close()
    path = tmp_path / location.file
    data = bytearray(path.read_bytes())
    data[location.offset + location.length // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(WarcError, match=rf"damaged WARC record in .* at byte {location.offset}:"):
        store.read(location)


@pytest.mark.fault("A32")
@pytest.mark.parametrize("name", ["../archive.db", "/etc/passwd", "a/b.warc.gz"])
def test_a_row_cannot_name_a_file_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(WarcError, match="not a WARC file name"):
        WarcStore(tmp_path).read(WarcLocation(file=name, offset=0, length=1))
