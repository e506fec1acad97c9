"""Content coding is undone strictly and within bounds."""

import gzip
import time
import tracemalloc
import zlib

import brotli
import pytest

from pipelines.html.content_coding import BadCoding, TooLong, bare, unpacked

PAGE = "<p>أعلنت بلدية المنارة اليوم بدء العمل في توسعة الجسر القديم.</p>".encode() * 200
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATE = RAW.compress(PAGE) + RAW.flush()
LIMIT = 1_000_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("gzip", gzip.compress(PAGE[:1000]) + gzip.compress(PAGE[1000:])),
        ("gzip", gzip.compress(PAGE) + b"\x00" * 512),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", RAW_DEFLATE),
        ("br", brotli.compress(PAGE)),
        ("identity", PAGE),
        ("gzip", PAGE),
        ("br", PAGE),
        ("none", PAGE),
        ("utf-8", PAGE),
        ("windows-1256", PAGE),
        ("zstd", PAGE),
    ],
    ids=[
        "gzip",
        "x-gzip",
        "two members",
        "padding",
        "zlib",
        "raw deflate",
        "brotli",
        "plain",
        "plain as gzip",
        "plain as br",
        "no coding",
        "a charset",
        "another charset",
        "plain as zstd",
    ],
)
def test_what_is_whole_is_read(coding, body):
    assert unpacked(body, coding, limit=LIMIT) == PAGE


BAD_CRC = bytearray(gzip.compress(PAGE))
BAD_CRC[-8] ^= 0xFF


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("gzip", gzip.compress(PAGE)[:-40], "truncated"),
        ("gzip", gzip.compress(PAGE)[:-1], "truncated"),
        ("gzip", bytes(BAD_CRC), "damaged gzip"),
        ("gzip", b"\x1f\x8bnonsense", "damaged gzip"),
        ("gzip", gzip.compress(PAGE) + b"rubbish", "damaged gzip"),
        ("deflate", zlib.compress(PAGE)[:-10], "truncated"),
        ("br", brotli.compress(PAGE)[:-5], "truncated"),
        ("br", b"\xff\xff\xff\xff", "damaged br"),
        ("zstd", b"\x28\xb5\x2f\xfd", "unknown coding zstd"),
        ("compress", b"x", "unknown coding compress"),
    ],
)
def test_what_is_not_whole_is_not_taken(coding, body, reason):
    with pytest.raises(BadCoding) as error:
        unpacked(body, coding, limit=LIMIT)
    assert error.value.reason == reason


@pytest.mark.fault("A12")
@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(b"\x00" * 300_000_000, 9)),
        ("deflate", zlib.compress(b"\x00" * 300_000_000, 9)),
        ("br", brotli.compress(b"\x00" * 300_000_000, quality=5)),
    ],
    ids=["gzip", "deflate", "brotli"],
)
def test_bombs_stop_at_the_limit(coding, bomb):
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(TooLong):
        unpacked(bomb, coding, limit=10_000_000)
    assert time.monotonic() - started < 5
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_the_limit_itself_is_allowed():
    assert len(unpacked(gzip.compress(b"x" * LIMIT), "gzip", limit=LIMIT)) == LIMIT


def test_several_codings_are_undone_from_the_last_to_the_first():
    assert bare(gzip.compress(zlib.compress(PAGE)), "deflate, gzip", limit=LIMIT) == PAGE
    assert bare(b"", "gzip", limit=LIMIT) == b""
