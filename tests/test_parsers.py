"""What others wrote, whatever it is: a parser returns a value or its documented error, and what we wrote comes back."""

import contextlib
import gzip
import math
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.politeness.robots_rules import read_rules
from pipelines.dates.day import find_day
from storage.export.corpus.corpus import asked
from storage.search.expression import QueryError
from storage.search.query import parse
from storage.warc import WarcError, WarcLocation, WarcStore
from storage.warc.build import resource
from storage.warc.reading import read_record

HERE = WarcLocation(file="a.warc.gz", offset=0, length=1)
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
RECORD = resource("https://rassad.example/1", b"<p>", "text/html", fetched_at=WHEN, sha256="0" * 64)

ROBOTS_LINES = st.tuples(
    st.sampled_from(
        ["User-agent", "user-AGENT", "Disallow", "Allow", "Crawl-delay", "Sitemap", "Request-rate", "X", ""]
    ),
    st.sampled_from([": ", ":", "", " "]),
    st.one_of(
        st.text(max_size=20), st.sampled_from(["*", "warraq", "/", "/*$", "/%", "nan", "-5", "1e999", "1/0", "*" * 30])
    ),
).map("".join)


@settings(max_examples=40)
@given(st.lists(ROBOTS_LINES, max_size=12), st.text(max_size=30))
def test_any_robots_txt_gives_a_verdict_and_a_delay_that_can_be_waited(lines: list[str], path: str) -> None:
    rules = read_rules(200, "\n".join(lines).encode("utf-8", "surrogatepass"))
    assert rules.verdict(f"https://rassad.example/{path}") in {"allowed", "disallowed"}
    assert rules.crawl_delay_s >= 0
    assert math.isfinite(rules.crawl_delay_s)
    assert all(isinstance(sitemap, str) for sitemap in rules.sitemaps)


@settings(max_examples=80)
@given(st.binary(max_size=300))
def test_any_bytes_as_robots_txt_are_rules(body: bytes) -> None:
    assert read_rules(200, body).verdict("https://rassad.example/1") in {"allowed", "disallowed"}


@settings(max_examples=80)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_record_are_an_error_of_the_archive(data: bytes) -> None:
    with pytest.raises(WarcError, match=r"a\.warc\.gz at byte 0"):
        read_record(data, HERE)


@settings(max_examples=150)
@given(st.data())
def test_a_record_changed_anywhere_is_read_or_an_error_of_the_archive(data: st.DataObject) -> None:
    plain = bytearray(gzip.decompress(RECORD))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(plain) - 1))
        plain[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        kind = read_record(gzip.compress(bytes(plain)), HERE).kind
    except WarcError:
        return
    assert kind in {"response", "resource", "revisit"}


VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
NAMES = st.from_regex(r"X-[A-Za-z]{1,12}", fullmatch=True)


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.binary(max_size=500), st.integers(100, 599))
def test_a_response_comes_back_from_its_file_as_it_was_written(
    headers: list[tuple[str, str]], body: bytes, status: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = WarcStore(Path(folder))
        written = store.write_response(
            url="https://rassad.example/1", status=status, reason="OK", headers=headers, body=body, fetched_at=WHEN
        )
        back = store.read(written.location)
        store.close()
    assert (back.status, back.payload, back.headers, back.fetched_at) == (status, body, tuple(headers), WHEN)


@settings(max_examples=100)
@given(
    st.dates(date(1995, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["{:%Y-%m-%d}", "{:%d/%m/%Y}", "{:%d.%m.%Y}", "{:%Y/%m/%d}"]),
)
def test_a_day_comes_back_from_each_way_of_writing_it(day: date, written: str) -> None:
    if written.startswith("{:%d") and day.day <= 12 and day.day != day.month:
        return  # day or month first: not to be known from one date
    assert find_day(written.format(day), this_year=2026) == day


WORDS = st.text(st.sampled_from("ابتثجحخدرسعفقكلمنهوي"), min_size=2, max_size=8)


@settings(max_examples=100)
@given(
    st.lists(WORDS, max_size=4),
    st.booleans(),
    st.sampled_from([(), ("ar",), ("ar", "en")]),
    st.sampled_from([(), ("wafa",)]),
)
def test_a_query_written_out_means_the_same(
    words: list[str], phrase: bool, languages: tuple[str, ...], sources: tuple[str, ...]
) -> None:
    text = f'"{" ".join(words)}"' if phrase and words else " ".join(words)
    query = parse(text, languages=languages, sources=sources)
    assert asked(parse(asked(query))) == asked(query)
    assert parse(asked(query)).sources == query.sources
    assert parse(asked(query)).languages == query.languages


@pytest.mark.fault("A36")
@settings(max_examples=100)
@given(st.text(st.sampled_from('()"-:*|^~ ابOR ANDNOT source since kind \\'), max_size=40))
def test_a_query_of_signs_is_a_query_or_its_error(text: str) -> None:
    with contextlib.suppress(QueryError):
        parse(text)
