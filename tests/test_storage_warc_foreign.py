"""WARC files of other programs: whatever their shape, every answer is read, and every damage named with its place."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.warc.chunked import BadChunks, dechunked
from storage.warc.foreign import Damage, ForeignAnswer, answers, is_warc
from storage.warc.packed import PackageError, warc_files

PAGE = "<html><p>أعلنت بلدية المنارة بدء توسعة الجسر.</p></html>".encode()
DATE = "2016-05-04T03:02:01Z"


def url(number: int) -> str:
    return f"https://rassad.example/{number}"


def write(
    *,
    gzipped: bool = True,
    version: str = "1.0",
    pages: int = 3,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
    body: Callable[[int], bytes] = lambda number: PAGE + b"<!-- %d -->" % number,
    request_first: bool = False,
) -> bytes:
    """A file as warcio writes it: a warcinfo, then question, answer and metadata of each page."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzipped, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "theirs"}))
    for number in range(pages):
        http = StatusAndHeaders("200 OK", list(headers), protocol="HTTP/1.1")
        about = {"WARC-Date": DATE, "WARC-IP-Address": "192.0.2.7"}
        content = body(number)
        answer = writer.create_warc_record(
            url(number),
            "response",
            payload=io.BytesIO(content),
            length=len(content),
            http_headers=http,
            warc_headers_dict=about,
        )
        own = answer.rec_headers.get_header("WARC-Record-ID")
        companion = {"WARC-Date": DATE, "WARC-Concurrent-To": own}
        asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("User-Agent", "theirs")], is_http_request=True)
        question = writer.create_warc_record(
            url(number), "request", payload=io.BytesIO(), length=0, http_headers=asked, warc_headers_dict=companion
        )
        said = writer.create_warc_record(
            url(number),
            "metadata",
            payload=io.BytesIO(b"fetchTimeMs: 12\r\n"),
            length=17,
            warc_content_type="application/warc-fields",
            warc_headers_dict=companion,
        )
        for record in (question, answer, said) if request_first else (answer, question, said):
            writer.write_record(record)
    return out.getvalue()


def read(data: bytes) -> tuple[list[ForeignAnswer], list[Damage]]:
    found = list(answers(io.BytesIO(data)))
    return [one for one in found if isinstance(one, ForeignAnswer)], [one for one in found if isinstance(one, Damage)]


@pytest.mark.parametrize(
    "data",
    [
        write(),
        write(version="1.1"),
        write(gzipped=False),
        write(request_first=True),
        gzip.compress(write(gzipped=False)),
        write(headers=(("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")), body=lambda n: b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE) + 10, PAGE + b"<!-- %d -->" % n)),  # noqa: E501  a template
        write(headers=(("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))),
    ],
    ids=["by record", "1.1", "plain", "question first", "as a whole", "chunked", "said to be chunked"],
)  # fmt: skip
def test_answers_come_with_their_questions_whatever_the_shape_of_the_file(data: bytes) -> None:
    assert is_warc(data[:512])
    found, damage = read(data)
    assert damage == []
    assert [one.url for one in found] == [url(0), url(1), url(2)]
    for number, one in enumerate(found):
        assert one.body == PAGE + b"<!-- %d -->" % number
        assert (one.kind, one.status, one.reason, one.media_type) == ("response", 200, "OK", "text/html")
        assert (one.at, one.ip) == (datetime(2016, 5, 4, 3, 2, 1, tzinfo=UTC), "192.0.2.7")
        assert (one.method, one.request_headers) == ("GET", (("User-Agent", "theirs"),))
        assert ("fetchTimeMs", "12") in one.about
        assert one.digest.startswith("sha1:")


def test_a_torn_end_costs_the_last_record_alone() -> None:
    data = write()
    found, damage = read(data[:-200])
    assert [one.url for one in found] == [url(0), url(1), url(2)]
    assert [one.reason for one in damage] == ["cut short"]
    plain = write(gzipped=False)
    found, damage = read(plain[: plain.rindex(b"WARC/1.0") - 300])
    assert [one.url for one in found] == [url(0), url(1), url(2)]
    assert [one.reason for one in damage] == ["cut short"]


@pytest.mark.parametrize("gzipped", [True, False])
def test_behind_damage_reading_goes_on_and_the_place_is_named(gzipped: bool) -> None:
    data = bytearray(write(gzipped=gzipped, pages=5))
    whole, _ = read(bytes(data))
    place = whole[2].offset
    at = place + (60 if gzipped else bytes(data)[place:].index(b"<p>") + 3)
    data[at : at + 4] = b"\x00\xff\x00\xff"
    found, damage = read(bytes(data))
    assert [one.url for one in found] == [url(0), url(1), url(3), url(4)]
    assert [one.offset for one in damage] == [place]
    assert damage[0].reason in ("block digest", "damaged gzip", "cut short", "no record starts here")


def test_bytes_between_records_are_one_damage_and_no_end() -> None:
    data = write(gzipped=False)
    at = data.rindex(b"WARC/1.0\r\n", 0, data.index(url(1).encode()))
    found, damage = read(data[:at] + b"rubbish\r\nmore rubbish\r\n" + data[at:])
    assert len(found) == 3
    assert [(one.offset, one.reason) for one in damage] == [(at, "no record starts here")]


def test_a_whole_gzip_that_is_torn_gives_what_stands_before_the_tear() -> None:
    packed = gzip.compress(write(gzipped=False, pages=40, body=lambda n: bytes(str(n), "ascii") * 999), mtime=0)
    found, damage = read(packed[: len(packed) // 2])
    assert 0 < len(found) < 40
    assert damage
    assert all(one.offset == 0 for one in damage)


@given(st.binary(max_size=300), st.integers(0, 2_000))
def test_whatever_stands_in_a_file_reading_ends_and_raises_nothing(rubbish: bytes, at: int) -> None:
    for data in (write(gzipped=False, pages=1), write(pages=1)):
        list(answers(io.BytesIO(data[:at] + rubbish + data[at:])))


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b"4\r\nWiki\r\n5;ext=1\r\npedia\r\n0\r\nTrailer: x\r\n\r\n", b"Wikipedia"),
        (b"4\nWiki\n0\n\n", b"Wiki"),
        (b"<html>not chunked</html>", b"<html>not chunked</html>"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
    ],
)
def test_chunks_are_joined_and_what_is_not_chunked_is_left(body: bytes, plain: bytes) -> None:
    assert dechunked(body) == plain


def test_chunks_that_are_cut_short_are_not_taken_for_a_whole_page() -> None:
    with pytest.raises(BadChunks):
        dechunked(b"4\r\nWiki\r\n5\r\nped")


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8))
def test_any_body_survives_chunking(parts: list[bytes]) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert dechunked(chunked) == b"".join(parts)


def package(path: Path, members: dict[str, bytes], *, stored: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("stored", [True, False])
def test_a_package_gives_its_warc_files_and_writes_nothing_under_their_names(tmp_path: Path, stored: bool) -> None:
    names = {"archive/a.warc.gz": write(), "../../b.warc.gz": write(pages=1), "pages/pages.jsonl": b"{}"}
    path = package(tmp_path / "a.wacz", names, stored=stored)
    found = [(name, len(list(answers(content)))) for name, content in warc_files(path)]
    assert found == [("archive/a.warc.gz", 3), ("../../b.warc.gz", 1)]
    assert [one.name for one in tmp_path.iterdir()] == ["a.wacz"]
    assert not (tmp_path.parent.parent / "b.warc.gz").exists()


def bombs(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    yield package(tmp_path / "bomb", {"archive/a.warc": b"\0" * 200_000_000}, stored=False), "would unpack to 200000000"
    yield package(tmp_path / "empty", {"datapackage.json": b"{}"}), "contains no WARC file"
    torn = package(tmp_path / "torn", {"archive/a.warc.gz": write()})
    torn.write_bytes(torn.read_bytes()[:-60])
    yield torn, "damaged package"


def test_a_package_that_is_a_trap_or_damaged_is_refused_in_one_line(tmp_path: Path) -> None:
    for path, words in bombs(tmp_path):
        with pytest.raises(PackageError, match=words) as error:
            list(warc_files(path))
        assert "\n" not in str(error.value)
