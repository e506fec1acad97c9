"""Serialize the records of an exchange, each as its own gzip member. No value from a server or page can start a new
header."""

import gzip
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from zlib_ng import zlib_ng

from storage.warc.exchange import Exchange, Headers
from storage.warc.record import WarcLocation
from storage.warc.seen import Original

if TYPE_CHECKING:
    from storage.warc.http_head import HttpHead

#: Location of the record that a revisit refers to, "FILE;OFFSET;LENGTH"; our own field, in addition to the standard
#: ones.
REFERS_TO_LOCATION = "Warraq-Refers-To-Location"

SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

#: The level of zlib-ng whose members are within 2 % of warcio's own (zlib at 9), for a third of the time.
_LEVEL = 6
_GZIP = 16 + zlib_ng.MAX_WBITS

#: A value that contains these would start a header of its own (A34).
_LINE_BREAK = re.compile(r"[\r\n\x00]+")
#: Valid only on the wire: the body is recorded after HTTP's transfer coding was undone.
_WIRE_ONLY = frozenset({"transfer-encoding", "connection", "keep-alive"})
#: Never written, though we send none: archives are shared.
_SECRET = frozenset({"cookie", "authorization", "proxy-authorization"})


def response(exchange: Exchange, *, sha256: str) -> tuple[str, bytes]:
    """Build a response record; return its record id and its bytes."""
    return _record(
        "response", exchange.url, exchange.fetched_at, {"WARC-Payload-Digest": f"sha256:{sha256}"} | _ip(exchange),
        payload=exchange.body, http_headers=_answer(exchange),
    )  # fmt: skip


def revisit(exchange: Exchange, original: Original) -> tuple[str, bytes]:
    """Build a revisit record: the response's headers, and which record holds its payload."""
    about = {
        "WARC-Profile": NOT_MODIFIED if exchange.status == 304 else SAME_PAYLOAD,
        "WARC-Refers-To": original.id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.date,
        "WARC-Payload-Digest": f"sha256:{original.payload_sha256}",
        REFERS_TO_LOCATION: place(original.location),
    }
    return _record("revisit", exchange.url, exchange.fetched_at, about | _ip(exchange), http_headers=_answer(exchange))


def request(exchange: Exchange, *, answer: str) -> bytes:
    """Build a request record. `answer`: the record id of the response."""
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = _clean((name, value) for name, value in exchange.request_headers or () if name.lower() not in _SECRET)
    from storage.warc.http_head import HttpHead

    http = HttpHead(f"{_uri(target)} HTTP/1.1", kept, protocol=_one_line(exchange.method))
    about = {"WARC-Concurrent-To": answer}
    return _record("request", exchange.url, exchange.fetched_at, about, http_headers=http)[1]


def metadata(exchange: Exchange, *, answer: str) -> bytes:
    """Build a metadata record with further facts about the fetch. `answer`: the record id of the response."""
    about = {"WARC-Concurrent-To": answer}
    return _record("metadata", exchange.url, exchange.fetched_at, about, payload=fields(exchange.about))[1]


def resource(url: str, body: bytes, media_type: str, *, fetched_at: datetime, sha256: str) -> bytes:
    """Build a resource record for a page supplied by hand: no server response was observed."""
    about = {"WARC-Payload-Digest": f"sha256:{sha256}"}
    return _record("resource", url, fetched_at, about, payload=body, warc_content_type=_one_line(media_type))[1]


def warcinfo(name: str | None, *, now: datetime, about: Iterable[tuple[str, str]]) -> bytes:
    """Build the record that begins a file: who writes it, and how. `name`: of the file; None for a stream without a
    name."""
    info = (("software", software()), ("format", "WARC File Format 1.1"), ("conformsTo", _CONFORMS_TO), *about)
    return _record("warcinfo", "", now, {"WARC-Filename": name} if name else {}, payload=fields(info))[1]


def fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """application/warc-fields: one name and value per line, no line breaks in values; empty values are left out."""
    lines = ((_one_line(name), _one_line(value)) for name, value in pairs)
    return "".join(f"{name}: {value}\r\n" for name, value in lines if value).encode("utf-8", "surrogatepass")


def pointed(data: bytes, there: WarcLocation) -> bytes:
    """Return a revisit record, as its gzip member, that points to a copy of its original; otherwise unchanged,
    including its digests."""
    head, _, block = gzip.decompress(data).partition(b"\r\n\r\n")
    line = f"{REFERS_TO_LOCATION}: {place(there)}".encode()
    pointing = re.sub(rb"(?im)^" + REFERS_TO_LOCATION.encode() + rb":[^\r\n]*", lambda _: line, head)
    return gzip.compress(pointing + b"\r\n\r\n" + block, mtime=0)


def place(location: WarcLocation) -> str:
    """Format a location for a revisit record."""
    return f"{location.file};{location.offset};{location.length}"


def warc_date(moment: datetime) -> str:
    """Format a time as WARC 1.1 requires: UTC, microseconds."""
    from warcio.timeutils import datetime_to_iso_date

    return str(datetime_to_iso_date(moment.astimezone(UTC).replace(tzinfo=None), use_micros=True))


def target_uri(url: str) -> str:
    """Format a URL for a record: one line, no blanks."""
    return _uri(_one_line(url))


def _record(
    kind: str, url: str, at: datetime, about: dict[str, str], *, payload: bytes = b"", **more: object
) -> tuple[str, bytes]:
    from warcio.warcwriter import WARCWriter

    plain = io.BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        target_uri(url),
        kind,
        payload=io.BytesIO(payload),
        length=len(payload),
        warc_headers_dict=about | {"WARC-Date": warc_date(at)},
        **more,
    )
    writer.write_record(record)
    member = zlib_ng.compress(plain.getbuffer(), _LEVEL, _GZIP)
    return record.rec_headers.get_header("WARC-Record-ID"), member


def _answer(exchange: Exchange) -> "HttpHead":
    from storage.warc.http_head import HttpHead

    kept = _clean((name, value) for name, value in exchange.headers if name.lower() not in _WIRE_ONLY)
    line = f"{exchange.status} {_one_line(exchange.reason)}".strip()
    return HttpHead(line, kept, protocol=_one_line(exchange.http_version))


def _ip(exchange: Exchange) -> dict[str, str]:
    return {"WARC-IP-Address": _one_line(exchange.ip)} if exchange.ip else {}


def _clean(headers: Iterable[tuple[str, str]]) -> Headers:
    return tuple((_one_line(name), _one_line(value)) for name, value in headers)


def _uri(text: str) -> str:
    return _one_line(text).replace(" ", "%20").encode("utf-8", "replace").decode()


def _one_line(value: str) -> str:
    return _LINE_BREAK.sub(" ", value).strip()


def software() -> str:
    """Return the name of the writing software."""
    try:
        return f"Warraq/{version('warraq')} (warcio/{version('warcio')})"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "Warraq"
