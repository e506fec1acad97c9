"""Exchanges: question, answer and what else is known, in one flush; the same payload again is a revisit."""

import base64
import hashlib
import os
import re
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastwarc.warc as fast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from storage.warc import Earlier, Exchange, WarcError, WarcLocation, WarcRecord, WarcStore, build
from storage.warc.head import fields_of
from storage.warc.members import members
from storage.warc.seen import Original, SeenPayloads

WHEN = datetime(2026, 3, 1, 23, 59, 58, 250_000, tzinfo=UTC)
BODY = "<p>أعلنت وزارة النقل اليوم افتتاح خط جديد</p>".encode() * 9
ASKED = Exchange(
    url="https://rassad.example/1?a=%D8%A8",
    fetched_at=WHEN,
    status=200,
    reason="OK",
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    body=BODY,
    ip="192.0.2.7",
    request_headers=(("User-Agent", "Warraq/1"), ("Accept-Language", "ar,*;q=0.5"), ("Host", "rassad.example")),
    about=(("fetchTimeMs", "87"), ("discovered", "feed"), ("via", "https://rassad.example/feed"), ("tlsSubject", "")),
)
NOT_MODIFIED = replace(ASKED, status=304, reason="Not Modified", body=b"", headers=(("ETag", '"1"'),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    opened = WarcStore(tmp_path)
    yield opened
    opened.close()


def write(store: WarcStore, exchange: Exchange = ASKED) -> WarcRecord:
    written = store.write_exchange(exchange)
    assert written
    return written


def written(store: WarcStore) -> list[tuple[str, Any, bytes]]:
    """Kind, record and payload of everything in the store, digests checked by warcio."""
    store.close()
    found = []
    for path in store.files():
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                found.append((record.rec_type, record, record.raw_stream.read()))
    return found


def as_earlier(record: WarcRecord, exchange: Exchange = ASKED) -> Earlier:
    return Earlier(
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        payload_sha256=record.payload_sha256,
        record=record.location,
    )


# What is written


def test_a_fetch_is_an_answer_a_question_and_what_is_known_of_it(store: WarcStore) -> None:
    place = write(store).location
    (_, info, about), (_, answer, body), (_, question, _), (_, metadata, known) = written(store)
    assert [r.rec_type for r in (info, answer, question, metadata)] == ["warcinfo", "response", "request", "metadata"]
    assert info.rec_headers["WARC-Filename"] == place.file
    assert re.match(rb"software: Warraq/\S+ \(warcio/\S+\)\r\nformat: WARC File Format 1.1\r\nconformsTo: http", about)
    assert body == BODY
    assert answer.rec_headers["WARC-IP-Address"] == "192.0.2.7"
    assert answer.rec_headers["WARC-Date"] == "2026-03-01T23:59:58.250000Z"
    assert question.http_headers.protocol == "GET"
    assert question.http_headers.statusline == "/1?a=%D8%A8 HTTP/1.1"
    assert tuple(question.http_headers.headers) == ASKED.request_headers
    assert known.decode() == "fetchTimeMs: 87\r\ndiscovered: feed\r\nvia: https://rassad.example/feed\r\n"
    for record in (question, metadata):
        assert record.rec_headers["WARC-Concurrent-To"] == answer.rec_headers["WARC-Record-ID"]
        assert record.rec_headers["WARC-Target-URI"] == ASKED.url
        assert record.rec_headers["WARC-Date"] == answer.rec_headers["WARC-Date"]


def test_the_row_is_told_of_the_answer(store: WarcStore) -> None:
    record = write(store)
    response = store.read(record.location)
    assert (response.url, response.status, response.payload) == (ASKED.url, 200, BODY)
    assert response.refers_to is None
    assert record.payload_sha256 == hashlib.sha256(BODY).hexdigest()


def test_who_crawls_stands_at_the_head_of_every_file(tmp_path: Path) -> None:
    store = WarcStore(tmp_path, rotate_bytes=1)
    store.introduce({"operator": "desk@example.org", "robots": "obey", "http-header-user-agent": "Warraq/1"})
    write(store)
    write(store, replace(ASKED, body=b"other"))
    heads = [body.decode() for kind, _, body in written(store) if kind == "warcinfo"]
    assert len(heads) == 2
    for head in heads:
        assert "operator: desk@example.org\r\nrobots: obey\r\nhttp-header-user-agent: Warraq/1\r\n" in head
        assert os.uname().nodename not in head


@pytest.mark.parametrize("name", ["Cookie", "authorization", "Proxy-Authorization"])
def test_what_would_open_a_door_is_never_written(store: WarcStore, name: str) -> None:
    write(store, replace(ASKED, request_headers=((name, "secret-word"), ("Host", "rassad.example"))))
    for kind, record, _ in written(store):
        if kind == "request":
            assert tuple(record.http_headers.headers) == (("Host", "rassad.example"),)


def test_an_answer_of_which_nothing_else_is_known_stands_alone(store: WarcStore) -> None:
    write(store, replace(ASKED, request_headers=None, about=()))
    assert [kind for kind, _, _ in written(store)] == ["warcinfo", "response"]


def test_headers_stay_the_bytes_that_were_sent(store: WarcStore) -> None:
    """A newspaper's Location is often raw UTF-8; what is handed to us is those bytes as Latin-1."""
    sent = "/خبر".encode()
    headers = (("Location", sent.decode("latin-1")), ("X-Name", "caf\xe9"))
    place = write(store, replace(ASKED, status=301, reason="Moved", headers=headers)).location
    head = members_of(store, place)[0].head.split(b"\r\n\r\n")[1]
    assert head == b"HTTP/1.1 301 Moved\r\nLocation: " + sent + b"\r\nX-Name: caf\xe9"
    assert store.read(place).headers == (("Location", "/خبر"), ("X-Name", "caf\xe9"))


# Read by others


def test_fastwarc_reads_every_record_and_agrees_on_every_digest(store: WarcStore) -> None:
    write(store)
    write(store, replace(ASKED, url="https://rassad.example/2"))
    write(store, NOT_MODIFIED)
    store.close()
    (path,) = store.files()
    kinds = [
        fast.WarcRecordType.warcinfo,
        *(fast.WarcRecordType.response, fast.WarcRecordType.request, fast.WarcRecordType.metadata),
        *(fast.WarcRecordType.revisit, fast.WarcRecordType.request, fast.WarcRecordType.metadata) * 2,
    ]
    with path.open("rb") as file:
        blocks = [
            (record.record_type, record.verify_block_digest())
            for record in fast.ArchiveIterator(file, parse_http=False)
        ]
    assert blocks == [(kind, True) for kind in kinds]
    with path.open("rb") as file:
        payloads = [
            record.verify_payload_digest()
            for record in fast.ArchiveIterator(file, record_types=fast.WarcRecordType.response)
        ]
    assert payloads == [True]


def test_digests_are_what_we_reckon_ourselves(store: WarcStore) -> None:
    place = write(store).location
    (member, *_) = members_of(store, place)
    block = member.head.partition(b"\r\n\r\n")[2][:-4]
    payload = block.partition(b"\r\n\r\n")[2]
    fields = fields_of(member.head)
    assert fields["warc-block-digest"] == "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()
    assert fields["warc-payload-digest"] == "sha256:" + hashlib.sha256(payload).hexdigest()


def members_of(store: WarcStore, place: WarcLocation) -> list[Any]:
    store.close()
    with (store.folder / place.file).open("rb") as file:
        return list(members(file, start=place.offset))


# Revisits


def test_the_same_payload_again_is_a_revisit_that_reads_like_the_page(store: WarcStore) -> None:
    first = write(store)
    later = replace(
        ASKED, url="https://rassad.example/twin", fetched_at=WHEN + timedelta(hours=1), headers=(("A", "b"),)
    )
    second = write(store, later)
    assert second.payload_sha256 == first.payload_sha256
    answer = store.read(second.location)
    assert (answer.url, answer.status, answer.headers) == (later.url, 200, (("A", "b"),))
    assert (answer.payload, answer.fetched_at) == (BODY, later.fetched_at)
    assert answer.refers_to == first.location
    kinds = written(store)
    revisit = next(record for kind, record, _ in kinds if kind == "revisit").rec_headers
    original = next(record for kind, record, _ in kinds if kind == "response").rec_headers
    assert revisit["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit["WARC-Refers-To-Target-URI"] == original["WARC-Target-URI"]
    assert revisit["WARC-Refers-To-Date"] == original["WARC-Date"]
    assert revisit["WARC-Refers-To"] == original["WARC-Record-ID"]
    assert revisit["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    place = first.location
    assert revisit[build.REFERS_TO_LOCATION] == f"{place.file};{place.offset};{place.length}"


def test_a_third_time_refers_to_the_first_and_never_to_a_revisit(store: WarcStore) -> None:
    first = write(store)
    others = [write(store, replace(ASKED, url=f"https://rassad.example/{number}")) for number in range(3)]
    assert {store.read(other.location).refers_to for other in others} == {first.location}


@pytest.mark.parametrize("again", [ASKED, NOT_MODIFIED], ids=["same", "304"])
def test_another_process_learns_of_it_from_the_row(tmp_path: Path, again: Exchange) -> None:
    before = WarcStore(tmp_path)
    first = write(before)
    second = write(before, replace(ASKED, fetched_at=WHEN + timedelta(hours=1)))
    before.close()
    now = WarcStore(tmp_path)
    # The row of the second fetch names a revisit: what is referred to is its original all the same.
    third = write(now, replace(again, earlier=as_earlier(second)))
    answer = now.read(third.location)
    assert answer.refers_to == first.location
    assert (answer.payload, answer.status) == (BODY, again.status)
    now.close()


def test_a_304_is_a_revisit_of_what_it_speaks_of(store: WarcStore) -> None:
    first = write(store)
    record = write(store, NOT_MODIFIED)
    assert record.payload_sha256 == first.payload_sha256
    answer = store.read(record.location)
    assert (answer.status, answer.headers, answer.payload) == (304, (("ETag", '"1"'),), BODY)
    revisit = next(record for kind, record, _ in written(store) if kind == "revisit").rec_headers
    assert revisit["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert revisit["WARC-Refers-To-Target-URI"] == ASKED.url


def test_a_304_speaks_of_the_last_page_though_that_was_a_revisit_itself(store: WarcStore) -> None:
    twin = write(store, replace(ASKED, url="https://rassad.example/twin"))
    write(store)
    assert store.read(write(store, NOT_MODIFIED).location).refers_to == twin.location


def test_a_304_of_a_page_that_nobody_knows_is_not_written(store: WarcStore) -> None:
    assert store.write_exchange(NOT_MODIFIED) is None
    assert list(store.files()) == []


def test_an_empty_payload_is_no_revisit(store: WarcStore) -> None:
    for number in range(2):
        write(store, replace(ASKED, url=f"https://rassad.example/{number}", body=b"", status=301))
    assert [kind for kind, _, _ in written(store) if kind == "revisit"] == []


@pytest.mark.parametrize("loss", ["damaged", "gone", "another", "resource"])
def test_what_cannot_be_had_any_more_is_not_referred_to(tmp_path: Path, loss: str) -> None:
    """The page is in our hands: it is written in full."""
    before = WarcStore(tmp_path)
    first = write(before)
    if loss == "resource":
        first = before.write_resource(url=ASKED.url, body=BODY, media_type="text/html", fetched_at=WHEN)
    before.close()
    path = tmp_path / first.location.file
    if loss == "damaged":
        data = bytearray(path.read_bytes())
        data[first.location.offset + 300] ^= 1
        path.write_bytes(data)
    if loss == "gone":
        path.unlink()
    earlier = as_earlier(first)
    if loss == "another":
        earlier = replace(earlier, payload_sha256="0" * 64)
    now = WarcStore(tmp_path)
    full = write(now, replace(ASKED, earlier=earlier))
    assert now.read(full.location).refers_to is None
    assert WarcStore(tmp_path).write_exchange(replace(NOT_MODIFIED, earlier=earlier)) is None
    now.close()


def test_a_file_taken_away_while_we_write_is_not_referred_to(tmp_path: Path) -> None:
    store = WarcStore(tmp_path, rotate_bytes=1)
    first = write(store)
    write(store, replace(ASKED, body=b"other"))
    (tmp_path / first.location.file).unlink()
    assert store.read(write(store).location).refers_to is None
    store.close()


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    seen = SeenPayloads(size=2)
    place = WarcLocation(file="a", offset=0, length=1)
    for number in range(3):
        digest = str(number)
        seen.remember(Original(url=digest, date="", id="", payload_sha256=digest, location=place), url=digest)
    assert [seen.payload(str(number)) is not None for number in range(3)] == [False, True, True]
    assert [seen.address(str(number)) is not None for number in range(3)] == [False, True, True]


def test_a_revisit_that_was_pointed_elsewhere_is_found_out(store: WarcStore) -> None:
    write(store)
    revisit = write(store, replace(ASKED, url="https://rassad.example/2")).location
    other = write(store, replace(ASKED, body=b"another page")).location
    data = store.read_bytes(revisit)
    store.close()
    for target, words in ((other, "another payload"), (revisit, "a revisit record too")):
        forged = build.pointed(data, target)
        (store.folder / "forged.warc.gz").write_bytes(forged)
        with pytest.raises(WarcError, match=f"byte 0 refers to {target.file} at byte {target.offset}: {words}"):
            store.read(WarcLocation(file="forged.warc.gz", offset=0, length=len(forged)))


# Days, sizes, crashes


def test_a_file_of_yesterday_is_closed_with_the_first_record_of_today(tmp_path: Path) -> None:
    now = WHEN
    store = WarcStore(tmp_path, clock=lambda: now)
    first = write(store)
    now += timedelta(seconds=1)
    assert write(store, replace(ASKED, body=b"a")).location.file == first.location.file
    now += timedelta(seconds=1)
    second = write(store, replace(ASKED, body=b"b"))
    assert first.location.file.startswith("warraq-20260301")
    assert second.location.file.startswith("warraq-20260302")
    assert (tmp_path / first.location.file).exists()
    assert (tmp_path / f"{second.location.file}.open").exists()
    assert [kind for kind, _, _ in written(store)].count("warcinfo") == 2


def exchanges(folder: Path) -> tuple[bytes, list[WarcRecord], list[int]]:
    """A file of three exchanges that was never closed; its answers, and where each of its members ends."""
    store = WarcStore(folder / "whole")
    answers = [write(store), write(store, replace(ASKED, url="https://rassad.example/2")), write(store, NOT_MODIFIED)]
    (path,) = store.files()
    with path.open("rb") as file:
        ends = [member.offset + member.length for member in members(file)]
    data = path.read_bytes()
    store.close()
    return data, answers, ends


@pytest.mark.fault("F36")
@pytest.mark.parametrize("member", range(10))
@pytest.mark.parametrize("beyond", [-1, 0, 1, 40], ids=["one short", "boundary", "one more", "inside"])
def test_torn_anywhere_what_was_whole_stays_and_nothing_is_misread(tmp_path: Path, member: int, beyond: int) -> None:
    data, answers, ends = exchanges(tmp_path)
    cut = min(ends[member] + beyond, len(data))
    name = answers[0].location.file
    (tmp_path / f"{name}.open").write_bytes(data[:cut])
    store = WarcStore(tmp_path)
    whole = max((end for end in ends if end <= cut), default=0)
    assert store.mend() == ([tmp_path / name] if whole < cut else [])
    assert (tmp_path / name).read_bytes() == data[:whole]
    for answer in answers:
        if answer.location.offset + answer.location.length <= whole:
            assert hashlib.sha256(store.read(answer.location).payload).hexdigest() == answer.payload_sha256
        else:
            with pytest.raises(WarcError):
                store.read(answer.location)
    if whole:
        kinds = [kind for kind, _, _ in written(store)]
        assert len(kinds) == sum(end <= cut for end in ends), "both readers go through to the end"


def test_damage_in_the_middle_costs_nothing_behind_it(tmp_path: Path) -> None:
    """Only an end is ever cut: a bad sector in the first record must not take the others away."""
    data, answers, ends = exchanges(tmp_path)
    harmed = bytearray(data)
    harmed[ends[0] + 30] ^= 1
    name = answers[0].location.file
    (tmp_path / f"{name}.open").write_bytes(harmed)
    assert WarcStore(tmp_path).mend() == []
    assert (tmp_path / name).read_bytes() == harmed
    with (tmp_path / name).open("rb") as file:
        assert [member.whole for member in members(file)] == [number != 1 for number in range(len(ends))]


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """No file may grow beyond so many bytes: what a full disk does, without one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 100, 700])
def test_a_full_disk_loses_the_fetch_it_met_and_no_other(
    tmp_path: Path, small_files: Callable[[int], None], room: int
) -> None:
    store = WarcStore(tmp_path)
    first = write(store)
    (path,) = store.files()
    small_files(path.stat().st_size + room)
    other = replace(ASKED, body=os.urandom(2_000))
    with pytest.raises(WarcError, match="free disk space and run again"):
        store.write_exchange(other)
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    again = write(store, other)
    assert again.location.file != first.location.file
    assert store.read(again.location).refers_to is None, "what was not kept is not remembered"
    assert store.read(first.location).payload == BODY
    store.close()
    WarcStore(tmp_path).mend()
    assert store.read(first.location).payload == BODY
    assert [kind for kind, _, _ in written(store)].count("warcinfo") == 2


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), at=st.integers(0, 2_000))
def test_members_are_the_file_without_a_gap(tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int) -> None:
    folder = tmp_path_factory.mktemp("members")
    store = WarcStore(folder)
    write(store)
    store.close()
    (path,) = store.files()
    kept = path.read_bytes()
    path.write_bytes(kept[:at] + data + kept[at:])
    with path.open("rb") as file:
        found = list(members(file))
    assert [member.offset for member in found] == [0, *(member.offset + member.length for member in found)][:-1]
    assert sum(member.length for member in found) == len(kept) + len(data)


# Headers of another hand

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["a\r\nX-Evil: 1", "\r\n\r\nGET /evil HTTP/1.1\r\n", "\x00", "WARC/1.1\r\nWARC-Type: response", "a: b"]
)
NAME = st.from_regex(r"[A-Za-z][A-Za-z-]{0,10}", fullmatch=True) | st.sampled_from(["X\r\nX-Evil", "A\nB"])


@pytest.mark.fault("A34")
@settings(max_examples=100, deadline=None)
@given(
    headers=st.lists(st.tuples(NAME, TEXT), max_size=4),
    asked=st.lists(st.tuples(NAME, TEXT), max_size=4),
    about=st.lists(st.tuples(NAME, TEXT), min_size=1, max_size=4),
    path=TEXT,
    reason=TEXT,
)
def test_nothing_that_others_say_begins_a_header_or_a_record(
    tmp_path_factory: pytest.TempPathFactory,
    headers: list[tuple[str, str]],
    asked: list[tuple[str, str]],
    about: list[tuple[str, str]],
    path: str,
    reason: str,
) -> None:
    store = WarcStore(tmp_path_factory.mktemp("warc"))
    exchange = replace(
        ASKED,
        url=f"https://rassad.example/{path}",
        reason=reason,
        headers=tuple(headers),
        request_headers=(*asked, ("Host", "rassad.example")),
        about=tuple(about),
    )
    place = write(store, exchange).location
    assert store.read(place).payload == BODY
    store.close()
    with (store.folder / place.file).open("rb") as file:
        found = [(member.whole, fields_of(member.head).get("warc-type"), member.head) for member in members(file)]
    kinds = [kind for _, kind, _ in found]
    assert [whole for whole, _, _ in found] == [True] * len(found)
    assert kinds[:3] == ["warcinfo", "response", "request"]
    assert kinds[3:] in ([], ["metadata"]), "no metadata where nothing of it has a value"
    request = found[2][2].partition(b"\r\n\r\n")[2]
    lines = request.split(b"\r\n")
    assert lines[0].startswith(b"GET /")
    assert lines[0].endswith(b" HTTP/1.1")
    kept = [name for name, _ in asked if name.lower() not in ("cookie", "authorization")]
    assert len(lines) == 1 + len(kept) + 1 + 4, "request line, one line a header, Host, and the ends of head and record"
    if kinds[3:]:
        block = found[3][2].partition(b"\r\n\r\n")[2]
        assert block.count(b"\r\n") <= len(about) + 2
