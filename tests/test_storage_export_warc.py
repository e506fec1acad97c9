"""WARC and WACZ: every record byte for byte, read by others, checked by others, replayed by others."""

import gzip
import io
import json
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote

import brotli
import pytest
from conftest import put_source
from test_storage_archive import ARTICLE, WHEN
from warcio.archiveiterator import ArchiveIterator

from storage.archive import Archive
from storage.errors import StorageError
from storage.export.corpus.corpus import write_parts
from storage.export.formats import FORMATS, Options, export
from storage.export.web_archive.exported_fetch import last_fetches
from storage.export.web_archive.sorting import sorted_lines
from storage.export.web_archive.surt import spelled, surt
from storage.export.web_archive.wacz import pack
from storage.model.visit import Failure, Snapshot, Visit
from storage.search.query import Query, parse
from storage.warc import Exchange, WarcLocation
from tests.support.peers import peer, run_peer

HEADLINE = "بدء توسعة الجسر القديم"
PAGE = f"<!doctype html><html lang='ar' dir='rtl'><meta charset='utf-8'><title>{HEADLINE}</title><h1>{HEADLINE}</h1>"
ARABIC = "https://www.rassad.example/2026/" + quote("خبر-عاجل") + "/?" + quote("صفحة") + "=1"
IDN = "https://xn--mgbh0fb.xn--kgbechtv/" + quote("الخبر")
PACKED, SQUEEZED, MOVED = "https://rassad.example/gz", "https://rassad.example/br", "http://old.rassad.example/1"


def recorded(
    archive: Archive, url: str, body: bytes, *, status: int = 200, at: Any = WHEN, **headers: str
) -> tuple[str, WarcLocation]:
    """A page in the WARC; the digest of its payload, and where it lies."""
    named = [("Content-Type", "text/html; charset=utf-8"), *((k.replace("_", "-"), v) for k, v in headers.items())]
    written = archive.warc.write_response(
        url=url, status=status, reason="OK", headers=named, body=body, fetched_at=at, ip="127.0.0.1"
    )
    return written.payload_sha256, written.location


def store(
    archive: Archive, url: str, body: bytes, *, asked: str = "", source: str = "rassad", at: Any = WHEN, **headers: str
) -> int:
    """An article fetched and stored; its number. `asked`: the address that led to it."""
    digest, location = recorded(archive, url, body, at=at, **headers)
    snapshot = Snapshot(
        url=url, fetched_at=at, status=200, media_type="text/html", payload_sha256=digest, record=location
    )
    text = f"{ARTICLE.text}\n{len(body)} {digest}"
    article = replace(ARTICLE, url=url, source=source, title=f"{HEADLINE} {digest[:4]}", text=text, fetched_at=at)
    asked = asked or url
    stored = archive.store(Visit(url=asked, key=asked, source=source, snapshot=snapshot, outcome=article))
    assert stored.article_id
    return stored.article_id


def filled(archive: Archive) -> Archive:
    """Pages with all that makes replay hard, one of them edited."""
    put_source(archive, "barq")
    store(archive, ARABIC, PAGE.encode())
    store(archive, ARABIC, f"{PAGE}<p>معدل".encode(), at=WHEN + timedelta(hours=2))
    store(archive, IDN, f"{PAGE}<p>نطاق".encode(), source="barq")
    store(archive, PACKED, gzip.compress(f"{PAGE}<p>gz".encode(), mtime=0), Content_Encoding="gzip")
    store(archive, SQUEEZED, brotli.compress(f"{PAGE}<p>br".encode()), Content_Encoding="br")
    recorded(archive, "https://rassad.example/elsewhere", b"", status=302, Location="/nowhere")
    recorded(archive, MOVED, b"", status=301, Location="https://rassad.example/moved")
    recorded(archive, "https://rassad.example/moved", b"", status=302, Location="/final#top")
    store(archive, "https://rassad.example/final", f"{PAGE}<p>نهاية".encode(), asked=MOVED)
    return archive


@pytest.fixture
def full(archive: Archive) -> Archive:
    return filled(archive)


@pytest.fixture
def local(folder_archive: Archive) -> Archive:
    """The same on SQLite alone: a replay takes seconds, and asks no database."""
    return filled(folder_archive)


def add_text_alone(archive: Archive) -> None:
    url = "https://rassad.example/imported"
    archive.store(Visit(url=url, key=url, source="rassad", outcome=replace(ARTICLE, url=url)))


def written(archive: Archive, path: Path, query: str = "") -> list[str]:
    """Export what a query finds to a path; what was told."""
    told: list[str] = []
    name = "wacz" if path.suffix == ".wacz" else "warc"
    options = Options(archive=archive, tell=told.append)
    export(FORMATS[name], archive.find(parse(query) if query else Query()), path, options)
    return told


def targets(path: Path) -> list[tuple[str, str, bytes]]:
    """Type, address and payload of every record, as warcio reads them."""
    with path.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]


# WARC


def test_warcio_reads_every_fetch_of_every_version_and_each_redirect_once(full: Archive, tmp_path: Path) -> None:
    assert written(full, tmp_path / "a.warc.gz") == []
    first, *others = targets(tmp_path / "a.warc.gz")
    assert first[0] == "warcinfo"
    assert b"software: Warraq" in first[2]
    addresses = [ARABIC, ARABIC, IDN, PACKED, SQUEEZED, MOVED, "https://rassad.example/moved"]
    assert [url for _, url, _ in others] == [*addresses, "https://rassad.example/final"]
    assert [payload for _, _, payload in others][:2] == [PAGE.encode(), f"{PAGE}<p>معدل".encode()]


def test_fastwarc_reads_the_same_and_finds_every_digest_right(full: Archive, tmp_path: Path) -> None:
    fastwarc = pytest.importorskip("fastwarc.warc")
    written(full, tmp_path / "a.warc.gz")
    with (tmp_path / "a.warc.gz").open("rb") as file:
        read = [
            (record.headers["WARC-Target-URI"], record.http_headers.status_code, record.verify_payload_digest())
            for record in fastwarc.ArchiveIterator(file)
            if record.record_type == fastwarc.WarcRecordType.response
        ]
    assert [url for _, url, _ in targets(tmp_path / "a.warc.gz")][1:] == [url for url, _, _ in read]
    assert [status for _, status, _ in read] == [200] * 5 + [301, 302, 200]
    assert all(right for _, _, right in read)


def test_each_record_is_the_very_bytes_that_the_archive_holds(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "a.warc.gz")
    data = (tmp_path / "a.warc.gz").read_bytes()
    for stored in full.find(Query()):
        assert stored.snapshot
        assert stored.snapshot.record
        assert full.warc.read_bytes(stored.snapshot.record) in data


def test_only_what_was_asked_for_is_written(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "a.warc.gz", "source:barq")
    assert [(kind, url) for kind, url, _ in targets(tmp_path / "a.warc.gz")] == [("warcinfo", None), ("response", IDN)]


def test_an_article_that_came_as_text_is_told_of_and_never_dropped_in_silence(full: Archive, tmp_path: Path) -> None:
    add_text_alone(full)
    (told,) = written(full, tmp_path / "a.warc.gz")
    assert told == "1 articles have no WARC record (they were imported as text, not as pages) and are not in the file"


def test_a_damaged_record_is_left_out_and_told_of(full: Archive, tmp_path: Path) -> None:
    snapshot = full.get(IDN).snapshot
    assert snapshot
    assert snapshot.record
    full.warc.close()
    with (full.warc.folder / snapshot.record.file).open("r+b") as file:
        file.seek(snapshot.record.offset + snapshot.record.length // 2)
        file.write(b"\0" * 20)
    (told,) = written(full, tmp_path / "a.warc.gz")
    assert told == "1 WARC records are missing or damaged and were left out; see `warraq verify`"
    assert IDN not in {url for _, url, _ in targets(tmp_path / "a.warc.gz")}


def test_parts_of_a_split_keep_the_whole_of_their_ending(full: Archive, tmp_path: Path) -> None:
    options = Options(archive=full)
    path = tmp_path / "all.warc.gz"
    made = write_parts(FORMATS["warc"], full, Query(), path, options, by="source", watch=iter)
    assert {path.name: len(targets(path)) for path in made} == {"all-barq.warc.gz": 2, "all-rassad.warc.gz": 8}


@pytest.mark.parametrize("name", ["warc", "wacz"])
def test_without_an_archive_one_line_says_so_and_nothing_is_left(name: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="and there is none"):
        export(FORMATS[name], [], tmp_path / "a", Options())
    assert list(tmp_path.iterdir()) == []


def test_redirects_are_found_from_the_last_record_that_is_old_enough_and_the_latest_of_each_counts(
    folder_archive: Archive, tmp_path: Path
) -> None:
    for day in range(3):
        at = WHEN + timedelta(days=day)
        recorded(folder_archive, MOVED, f"{day}".encode(), status=302, at=at, Location=f"{PACKED}{day}")
        recorded(folder_archive, f"{PACKED}{day}", b"loop", status=302, at=at, Location=MOVED)
        recorded(folder_archive, MOVED, b"on", status=302, at=at, Location=f"/day-{day}")
        where = f"http://old.rassad.example/day-{day}"
        store(folder_archive, where, f"{PAGE}{day}".encode(), asked=MOVED, at=at)
    written(folder_archive, tmp_path / "a.warc.gz")
    pages = [payload[-1:] for _, url, payload in targets(tmp_path / "a.warc.gz")[1:] if url != MOVED]
    assert pages == [b"0", b"1", b"2"]
    hops = [payload for _, url, payload in targets(tmp_path / "a.warc.gz") if url == MOVED]
    assert hops == [b"on"] * 3


def test_redirects_that_lead_in_a_circle_or_into_damage_end_somewhere(folder_archive: Archive, tmp_path: Path) -> None:
    there = "https://rassad.example/there"
    recorded(folder_archive, MOVED, b"1", status=302, Location=there)
    recorded(folder_archive, there, b"2", status=302, Location=MOVED)
    _, broken = recorded(folder_archive, PACKED, b"3", status=302, Location="/final")
    store(folder_archive, "https://rassad.example/final", PAGE.encode(), asked=MOVED)
    store(folder_archive, "https://rassad.example/else", f"{PAGE}2".encode(), asked=PACKED)
    folder_archive.warc.close()
    with (folder_archive.warc.folder / broken.file).open("r+b") as file:
        file.seek(broken.offset + 30)
        file.write(b"\0" * 20)
    written(folder_archive, tmp_path / "a.warc.gz")
    assert [payload for _, _, payload in targets(tmp_path / "a.warc.gz")][1:3] == [b"1", b"2"]


# Exchanges: request, metadata, revisit

TWIN = "https://rassad.example/twin"


def fetched(archive: Archive, url: str, body: bytes, *, at: datetime, status: int = 200, tell: bool = True) -> int:
    """A page fetched with its request and metadata, where it was asked for again as a revisit; its article's number."""
    written = archive.warc.write_exchange(
        Exchange(
            url=url,
            fetched_at=at,
            status=status,
            reason="OK",
            headers=(("Content-Type", "text/html"),),
            body=body,
            request_headers=(("User-Agent", "Warraq"),),
            about=(("fetchTimeMs", "12"),),
        )
    )
    assert written
    snapshot = Snapshot(
        url=url, fetched_at=at, status=status, payload_sha256=written.payload_sha256, record=written.location
    )
    article = replace(ARTICLE, url=url, title=HEADLINE, fetched_at=at) if tell else Failure(reason="gone", gone=True)
    stored = archive.store(Visit(url=url, key=url, source="rassad", snapshot=snapshot, outcome=article))
    assert stored.article_id
    return stored.article_id


@pytest.fixture
def visited(folder_archive: Archive) -> Archive:
    """One page that three addresses have, the third of them seen again, unchanged, then gone."""
    for hour, url in enumerate([PACKED, SQUEEZED, TWIN, TWIN]):
        fetched(folder_archive, url, PAGE.encode(), at=WHEN + timedelta(hours=hour))
    fetched(folder_archive, TWIN, b"gone", at=WHEN + timedelta(hours=9), status=404, tell=False)
    return folder_archive


def test_a_fetch_takes_its_request_and_all_that_is_known_of_it_along(visited: Archive, tmp_path: Path) -> None:
    written(visited, tmp_path / "a.warc.gz")
    kinds = [(kind, url) for kind, url, _ in targets(tmp_path / "a.warc.gz")[1:]]
    one = [("response", PACKED), ("request", PACKED), ("metadata", PACKED)]
    others = [(kind, url) for url in (SQUEEZED, TWIN, TWIN) for kind in ("revisit", "request", "metadata")]
    last = [("response", TWIN), ("request", TWIN), ("metadata", TWIN)]
    assert kinds == [*one, *others, *last]


def test_what_a_revisit_refers_to_goes_along_though_it_is_another_page(visited: Archive, tmp_path: Path) -> None:
    fetches_of_twin = list(last_fetches(visited, [SQUEEZED], since=WHEN))
    with (tmp_path / "one.wacz").open("wb") as out:
        pack(fetches_of_twin, out, Options(archive=visited))
    run_peer("wacz", "validate", "-f", "one.wacz", cwd=tmp_path)
    files = members(tmp_path / "one.wacz")
    assert [(about["url"], about["mime"]) for _, _, about in index_of(files)] == [
        (SQUEEZED, "warc/revisit"),
        (PACKED, "text/html"),
    ]
    (page,) = map(json.loads, files["pages/pages.jsonl"].decode().splitlines()[1:])
    assert page["url"] == SQUEEZED


def test_requests_and_metadata_are_in_no_index_as_the_common_indexer_has_it(visited: Archive, tmp_path: Path) -> None:
    written(visited, tmp_path / "all.wacz")
    assert common_index(tmp_path / "all.wacz", tmp_path) == index_of(members(tmp_path / "all.wacz"))


@pytest.mark.slow
def test_pywb_replays_a_revisit_with_the_bytes_it_refers_to_and_a_page_that_is_gone(
    visited: Archive, tmp_path: Path
) -> None:
    written(visited, tmp_path / "all.wacz")
    with replayed(tmp_path / "all.wacz", tmp_path / "pywb") as base:
        for hour, url in ((9, SQUEEZED), (10, TWIN), (11, TWIN)):
            status, body, _ = asked(f"{base}20260101{hour:02}0000id_/{url}")
            assert (status, body) == (200, PAGE.encode())
        assert asked(f"{base}20260101170000id_/{TWIN}")[:2] == (404, b"gone")


# WACZ


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        return {info.filename: zipped.read(info) for info in zipped.infolist()}


def index_of(files: dict[str, bytes]) -> list[tuple[str, str, dict[str, str]]]:
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    return [(key, at, json.loads(about)) for key, at, about in (line.split(" ", 2) for line in lines)]


def common_index(wacz: Path, folder: Path) -> list[tuple[str, str, dict[str, str]]]:
    """What cdxj-indexer, which other makers of WACZ use, makes of the records in it."""
    files = members(wacz)
    (name,) = (name for name in files if name.startswith("archive/"))
    warc = folder / Path(name).name
    warc.write_bytes(files[name])
    lines = run_peer("cdxj-indexer", "--sort", warc.name, cwd=folder).splitlines()
    return [(key, at, json.loads(about)) for key, at, about in (line.split(" ", 2) for line in lines)]


def test_wacz_validate_accepts_a_selection_and_an_empty_one(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "all.wacz")
    written(full, tmp_path / "none.wacz", "source:nobody")
    for name in ("all.wacz", "none.wacz"):
        out = run_peer("wacz", "validate", "-f", name, cwd=tmp_path)
        assert "Version detected as 1.1.1" in out
        assert "Validation succeeded, the passed WACZ is valid" in out


def test_wacz_validate_refuses_a_file_of_ours_in_which_one_byte_was_changed(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "all.wacz")
    files = members(tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz", "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data.replace(b"2026-01", b"2025-01") if name.endswith(".jsonl") else data)
    out = run_peer("wacz", "validate", "-f", "all.wacz", cwd=tmp_path, code=1)
    assert "Validation failed" in out
    assert "hash" in out


def test_the_index_is_the_one_that_the_common_indexer_makes_of_the_same_records(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "all.wacz")
    assert common_index(tmp_path / "all.wacz", tmp_path) == index_of(members(tmp_path / "all.wacz"))


def test_every_line_of_the_index_leads_to_its_record(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "all.wacz")
    files = members(tmp_path / "all.wacz")
    lines = index_of(files)
    assert len(lines) == 8
    for key, at, about in lines:
        start = int(about["offset"])
        data = files[f"archive/{about['filename']}"][start : start + int(about["length"])]
        (record,) = ArchiveIterator(io.BytesIO(data))
        assert record.rec_headers.get_header("WARC-Target-URI") == about["url"]
        assert record.rec_headers.get_header("WARC-Payload-Digest") == about["digest"]
        assert (surt(about["url"]), at[:8]) == (key, "20260101")


def test_blocks_of_the_index_are_found_by_their_first_key(
    full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.export.web_archive.wacz.BLOCK_LINES", 3)
    written(full, tmp_path / "all.wacz")
    files = members(tmp_path / "all.wacz")
    meta, *blocks = files["indexes/index.idx"].decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    read = b""
    for line in blocks:
        key, at, place = line.split(" ", 2)
        about = json.loads(place)
        packed = files["indexes/index.cdx.gz"][about["offset"] : about["offset"] + about["length"]]
        block = gzip.decompress(packed)
        assert block.startswith(f"{key} {at} ".encode())
        read += block
    assert (len(blocks), read.count(b"\n")) == (3, 8)
    assert read == gzip.decompress(files["indexes/index.cdx.gz"])


def test_records_lie_uncompressed_in_as_many_files_as_they_fill(
    full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.export.web_archive.wacz.ROTATE_BYTES", 1_500)
    written(full, tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz") as zipped:
        inside = [info for info in zipped.infolist() if info.filename.startswith("archive/")]
        assert len(inside) > 2
        assert {info.compress_type for info in inside} == {zipfile.ZIP_STORED}
    run_peer("wacz", "validate", "-f", "all.wacz", cwd=tmp_path)
    lines = index_of(members(tmp_path / "all.wacz"))
    assert len(lines) == 8
    assert len({about["filename"] for _, _, about in lines}) > 2


def test_each_version_is_a_page_with_the_title_and_text_of_its_time(full: Archive, tmp_path: Path) -> None:
    written(full, tmp_path / "all.wacz")
    head, *pages = map(json.loads, members(tmp_path / "all.wacz")["pages/pages.jsonl"].decode().splitlines())
    assert (head["format"], head["hasText"]) == ("json-pages-1.0", True)
    assert [page["url"] for page in pages].count(ARABIC) == 2
    assert len({page["id"] for page in pages}) == len(pages) == 6
    listed = {(page["url"], page["ts"]) for page in pages}
    assert (ARABIC, "2026-01-01T10:00:00Z") in listed
    for stored in full.find(Query()):
        assert (stored.article.title, stored.article.text) in {(page["title"], page["text"]) for page in pages}


def test_the_package_of_one_page_names_it_as_its_main_page(full: Archive, tmp_path: Path) -> None:
    fetched = list(last_fetches(full, [ARABIC], since=WHEN))
    with (tmp_path / "one.wacz").open("wb") as out:
        pack(fetched, out, Options(archive=full))
    files = members(tmp_path / "one.wacz")
    about = json.loads(files["datapackage.json"])
    assert (about["mainPageUrl"], about["mainPageDate"]) == (ARABIC, "2026-01-01T10:00:00Z")
    assert about["title"].startswith(HEADLINE)
    assert [about["url"] for _, _, about in index_of(files)] == [ARABIC], "the older fetch is not in it"


def test_nothing_older_than_the_capture_is_packed(full: Archive) -> None:
    assert list(last_fetches(full, [ARABIC, "https://unknown.example/"], since=WHEN + timedelta(days=1))) == []


# Replay


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Redirects are looked at, not followed."""


@contextmanager
def replayed(wacz: Path, folder: Path) -> Iterator[str]:
    """pywb, serving what was unpacked from a WACZ file by its own index; the address to put a time and page behind."""
    folder.mkdir()
    run_peer("wb-manager", "init", "news", cwd=folder)
    run_peer("wb-manager", "add", "--unpack-wacz", "news", wacz, cwd=folder)
    port = free_port()
    with (folder / "log").open("wb") as log:
        command = [peer("wayback"), "-b", "127.0.0.1", "-p", str(port), "-t", "2"]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        base = f"http://127.0.0.1:{port}/news/"
        for _ in range(300):
            try:
                urllib.request.urlopen(base, timeout=10).close()
                break
            except (URLError, OSError):
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(20)


def asked(url: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and headers of an answer, content coding left on."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br"})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.headers.items()}
    except HTTPError as error:
        with error:
            return error.code, error.read(), {name.lower(): value for name, value in error.headers.items()}


@pytest.mark.slow
def test_pywb_replays_every_page_with_its_own_bytes(local: Archive, tmp_path: Path) -> None:
    written(local, tmp_path / "all.wacz")
    with replayed(tmp_path / "all.wacz", tmp_path / "pywb") as base:
        for stored in local.find(Query()):
            assert stored.snapshot
            assert stored.snapshot.record
            page = local.warc.read(stored.snapshot.record)
            when = f"{page.fetched_at:%Y%m%d%H%M%S}"
            status, body, headers = asked(f"{base}{when}id_/{page.url}")
            assert (status, body) == (200, page.payload), page.url
            assert headers["memento-datetime"].startswith("Thu, 01 Jan 2026")
            coding = dict(page.headers).get("Content-Encoding")
            assert headers.get("content-encoding") == coding
            plain = {"gzip": gzip.decompress, "br": brotli.decompress}.get(coding or "", bytes)(body)
            assert HEADLINE in plain.decode()


@pytest.mark.slow
def test_pywb_follows_the_redirects_and_knows_each_version_by_its_time(local: Archive, tmp_path: Path) -> None:
    written(local, tmp_path / "all.wacz")
    with replayed(tmp_path / "all.wacz", tmp_path / "pywb") as base:
        for url, status, to in [
            (MOVED, 301, "https://rassad.example/moved"),
            ("https://rassad.example/moved", 302, "/final#top"),
        ]:
            _, _, headers = got = asked(f"{base}20260101080000id_/{url}")
            assert got[0] == status
            assert headers["location"].endswith(to)
        first, later = (asked(f"{base}20260101{hour}0000id_/{ARABIC}")[1] for hour in ("08", "10"))
        assert first == PAGE.encode()
        assert later == f"{PAGE}<p>معدل".encode()
        spelt = "https://rassad.example/2026/خبر-عاجل?صفحة=1"
        with urllib.request.urlopen(f"{base}20260101100000id_/{quote(spelt, safe=':/?=')}", timeout=20) as answer:
            assert answer.read() == later, "as a person spells it"
        assert asked(f"{base}20260101id_/https://rassad.example/nosuch")[0] == 404
        assert HEADLINE.encode() in asked(f"{base}20260101mp_/{IDN}")[1], "as a browser is shown it"


# Keys

SPELLINGS: Sequence[tuple[str, str]] = [
    ("http://archive.org/goo/?a=2&b&a=1", "org,archive)/goo?a=1&a=2&b"),
    ("https://www.example.com", "com,example)/"),
    ("https://WWW2.Example.com/A/B/", "com,example)/a/b"),
    ("https://www.www.example.com/a", "com,example,www)/a"),
    ("https://wwwx.example.com/a", "com,example,wwwx)/a"),
    ("https://example.com:80/a", "com,example:80)/a"),
    ("http://example.com:8080/a//b/./c/../d/", "com,example:8080)/a/b/d"),
    ("https://user:pw@example.com./x#top", "com,example)/x"),
    ("https://مثال.إختبار/خبر عاجل", "xn--kgbechtv,xn--mgbh0fb)/%d8%ae%d8%a8%d8%b1%20%d8%b9%d8%a7%d8%ac%d9%84"),
    ("https://example.com/%D8%AE?q=%D9%83&A=1", "com,example)/%d8%ae?a=1&q=%d9%83"),
    ("https://example.com/?a=1&sid=0123456789abcdef0123456789abcdef&b=2", "com,example)/?a=1&b=2"),
    ("https://example.com/(S(0123456789abcdef01234567))/article.aspx", "com,example)/article.aspx"),
    ("https://example.com/?", "com,example)/"),
    ("https://example.com/%2525", "com,example)/%25"),
    ("https://example.com/a%23b%20c+d", "com,example)/a%23b%20c+d"),
    ("https://example.com/a/../../b", "com,example)/../b"),
    ("https://example.com/?b=1&a=&a", "com,example)/?a&a=&b=1"),
    ("https://example.com/a?x=%26y=%zz", "com,example)/a?x=&y=%25zz"),
    ("http://127.0.0.1:8000/x", "1,0,0,127:8000)/x"),
    ("https://example.com/\u200f", "com,example)/%e2%80%8f"),
    ("urn:x-page:1", "urn:x-page:1"),
]


@pytest.mark.parametrize(("url", "key"), SPELLINGS)
def test_the_key_of_an_address_is_the_one_that_web_archives_look_for(url: str, key: str) -> None:
    assert surt(url) == key


def test_the_library_that_pywb_asks_makes_the_same_keys(tmp_path: Path) -> None:
    urls = [url for url, _ in SPELLINGS if url.startswith("http")]
    urls += ["https://example.com/a//../b", "https://example.com/../..", "https://example.com/a/%2e/b//"]
    urls += ["https://example.com/?a=1&&b=2", "https://example.com/?a=b&a-b=c", "https://مصر.com/ا/", ARABIC, IDN]
    program = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    theirs = json.loads(run_peer("python", "-c", program, cwd=tmp_path, stdin=json.dumps(urls)))
    assert dict(zip(urls, map(surt, urls), strict=True)) == dict(zip(urls, theirs, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/خبر", "https://a.example/" + quote("خبر").lower(), True),
        ("https://a.example", "https://A.example:443/#x", True),
        ("http://a.example/", "https://a.example/", False),
        ("https://a.example/x", "https://a.example/x/", False),
        ("https://a.example/?b&a", "https://a.example/?a&b", False),
        ("https://www.a.example/", "https://a.example/", False),
    ],
)
def test_a_redirect_is_another_address_than_the_one_it_leads_to(one: str, other: str, same: bool) -> None:
    assert (spelled(one) == spelled(other)) == same


@pytest.mark.parametrize("at_once", [1, 3, 7, 100])
def test_lines_are_put_in_order_whether_memory_or_disk_holds_them(at_once: int) -> None:
    lines = [f"{number * 7919 % 31}\n".encode() for number in range(90)]
    assert list(sorted_lines(lines, at_once=at_once)) == sorted(set(lines))
