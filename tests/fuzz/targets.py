"""What is fuzzed: a function of bytes that must not raise, seeds to begin with, and words of its format."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

TESTS = Path(__file__).parents[1]
NOW = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
WORDS = {
    "extract": "<p> </p> <br> <div> <article> <h1> <table> <td> <script> <!-- --> <![CDATA[ <svg> <template> &#0; "
    "<meta> charset=utf-16 <base> http:// <time> datetime= property=og:title application/ld+json @graph &amp; "
    "datePublished \\ud800 <blockquote> <ul><li> itemprop= <a href=",
    "dates": "يناير رمضان منذ أمس اليوم ساعات صباحا الساعة هـ م ٢٠٢٤ 2024-05-06T07:08:09Z +03:00 GMT 1445 10:30 / . "
    "الجمعة كانون الثاني يوم 99999999999 ago",
    "warc": "WARC/1.0 WARC/1.1 WARC-Type: response request metadata revisit Content-Length: -1 99999999999 "
    "WARC-Concurrent-To: WARC-Target-URI: HTTP/1.1 Transfer-Encoding: chunked Content-Encoding: gzip WARC-Date:",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One parser, its seeds and the words that a mutation may insert."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]

    @property
    def words(self) -> list[bytes]:
        return [word.encode() for word in WORDS[self.name].split()]

    def findings(self) -> list[Path]:
        """Inputs of earlier runs that failed; kept, and tried by tests/test_fuzz.py."""
        return sorted((TESTS / "data" / "fuzz" / self.name).glob("*"))


def extract(data: bytes) -> None:
    """A page becomes an article, or the reason why there is none; either can be stored as UTF-8."""
    from pipelines.extraction.judge import judge
    from pipelines.page import Page

    judged = judge(Page(url="https://rassad.example/news/1", body=data, fetched_at=NOW, timezone="Asia/Amman"))
    repr(judged.outcome).encode()
    for link in judged.links:
        assert link.startswith(("http://", "https://")), link
        link.encode()


def dates(data: bytes) -> None:
    """A text of at most 500 characters has a date or none."""
    from pipelines.dates.parse import parse_date

    found = parse_date(data.decode("utf-8", "surrogateescape")[:500], now=NOW, timezone="Asia/Amman")
    assert found is None or isinstance(found, date)


def warc(data: bytes) -> None:
    """A file is answers and damages, in the order of their places."""
    from storage.warc.foreign import answers

    places = [one.offset for one in answers(io.BytesIO(data))]
    assert places == sorted(places)


def _pages() -> list[bytes]:
    return [path.read_bytes() for path in sorted((TESTS / "golden").glob("*.html"))]


def _date_strings() -> list[bytes]:
    def lines() -> Iterator[str]:
        for table in sorted((TESTS / "data").glob("dates_*.tsv")):
            yield from table.read_text(encoding="utf-8").splitlines()[1:]

    return [line.split("\t")[0].encode() for line in lines()]


def _warc_files() -> list[bytes]:
    from storage.warc.build import resource, warcinfo

    head = warcinfo("a.warc.gz", now=NOW, about=[("software", "theirs")])
    page = resource("https://rassad.example/1", b"<p>" * 20, "text/html", fetched_at=NOW, sha256="0" * 64)
    import gzip

    plain = gzip.decompress(head) + gzip.decompress(page)
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n0\r\n\r\n"
    answer = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2016-05-04T03:02:01Z\r\n"
        b"WARC-Target-URI: https://rassad.example/2\r\nContent-Type: application/http;msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body + b"\r\n\r\n"  # fmt: skip
    return [head + page, plain, answer, plain + answer, gzip.compress(answer) * 2]


TARGETS = {
    target.name: target
    for target in (
        Target("extract", extract, _pages),
        Target("dates", dates, _date_strings),
        Target("warc", warc, _warc_files),
    )
}
