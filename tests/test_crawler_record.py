"""Recording: the WARC has the request as sent, the response as received, and the server's identity."""

import gzip
import hashlib
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fastwarc.warc as fast
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from crawler.fetching.request_context import RequestContext
from crawler.fetching.warc_exchange import exchange_of
from storage.archive import Archive
from storage.model.address import Claim
from storage.verify import verify
from storage.warc import Earlier, WarcLocation
from tests.support.loopback import article

ROOT = Path(__file__).parents[1]
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = gzip.compress(article(), mtime=0)


# Pure


def claim(**more: Any) -> Claim:
    given: dict[str, Any] = {
        "id": 1,
        "key": "k",
        "url": "http://a.example/1",
        "source": "rassad",
        "attempts": 1,
        "hint": None,
    }
    given |= {"etag": None, "last_modified": None, "owner": "o", "lease_until": WHEN}
    return Claim(**given | more)


def answered(request: Request, url: str | None = None, **more: Any) -> Any:
    response = Response(url or request.url, request=request, **more)
    return exchange_of(request, response, at=WHEN, seconds=0.0871, source="rassad")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://a.example/1", "a.example"),
        ("http://a.example:80/1", "a.example"),
        ("https://a.example:443/1", "a.example"),
        ("https://a.example:80/1", "a.example:80"),
        ("http://a.example:8080/1", "a.example:8080"),
    ],
)
def test_the_host_is_named_as_the_downloader_names_it(url: str, host: str) -> None:
    assert answered(Request(url)).request_headers[-1] == ("Host", host)


def test_how_an_address_was_found_is_kept() -> None:
    request_context = RequestContext(claim=claim(how="feed", via="http://a.example/feed"), url="http://a.example/1")
    found = dict(answered(Request("http://a.example/1", meta={"request_context": request_context})).about)
    assert (found["fetchTimeMs"], found["source"]) == ("87", "rassad")
    assert (found["discovered"], found["via"]) == ("feed", "http://a.example/feed")
    hop = Request(
        "http://a.example/2", meta={"request_context": request_context, "redirect_urls": ["http://a.example/1"]}
    )
    assert (dict(answered(hop).about)["discovered"], dict(answered(hop).about)["via"]) == (
        "redirect",
        "http://a.example/1",
    )


def test_what_a_page_says_of_its_use_is_kept() -> None:
    headers = {
        "X-Robots-Tag": ["noarchive", "bot: noindex"],
        "TDM-Reservation": "1",
        "TDM-Policy": "https://a.example/p",
    }
    said = dict(answered(Request("http://a.example/1"), headers=headers).about)
    assert said["robotsTag"] == "noarchive, bot: noindex"
    assert (said["tdmReservation"], said["tdmPolicy"]) == ("1", "https://a.example/p")


def test_a_hop_is_not_taken_for_the_page_that_was_stored() -> None:
    """The validators were the page's; a redirect on the way to it that says 304 speaks of itself."""
    place = WarcLocation(file="f", offset=0, length=1)
    earlier = Earlier(url="http://a.example/2", fetched_at=WHEN, payload_sha256="0" * 64, record=place)
    meta = {"request_context": RequestContext(claim=claim(earlier=earlier), url="http://a.example/1")}
    assert answered(Request("http://a.example/1", meta=meta), status=304).earlier is None
    assert answered(Request("http://a.example/2", meta=meta), status=304).earlier == earlier


# Over a real wire


def self_signed(folder: Path) -> tuple[Path, bytes]:
    """A certificate for 127.0.0.1 and its key in one PEM file, and its DER bytes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "جريدة الرصد"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Rassad"),
        ]
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path, made.public_bytes(serialization.Encoding.DER)


class Wire(BaseHTTPRequestHandler):
    """Answers one page, and keeps every request's own bytes."""

    protocol_version = "HTTP/1.1"
    asked: list[bytes]
    raw_requestline: bytes

    def __init__(self, *args: Any, asked: list[bytes]) -> None:
        self.asked = asked
        super().__init__(*args)

    def parse_request(self) -> bool:
        lines = [self.raw_requestline]
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        self.asked.append(b"".join(lines))
        self.command, self.path, self.request_version = self.raw_requestline.decode().split()
        self.close_connection = False
        return True

    def do_GET(self) -> None:
        page = PAGE if "robots" not in self.path else b""
        self.send_response_only(200 if page else 404)
        for name, value in (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "id=7"))[
            : 3 if page else 1
        ]:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, list[bytes], Path, bytes]]:
    """A server with TLS on loopback: its URL, received requests, and certificate as PEM file and DER bytes."""
    pem, der = self_signed(tmp_path)
    asked: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Wire, asked=asked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", asked, pem, der
    server.shutdown()
    thread.join()
    server.server_close()


def capture(folder: Path, *urls: str, trust: Path) -> list[dict[str, Any]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(trust)}
    command = [sys.executable, "-m", "warraq", "capture", *urls, "--json", "--allow-private", "--delay", "0"]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=90, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.slow
def test_question_answer_and_certificate_are_kept_as_they_went_over_the_wire(
    tmp_path: Path, secure: tuple[str, list[bytes], Path, bytes]
) -> None:
    base, asked, pem, der = secure
    one, two = capture(tmp_path, f"{base}/1?a=%D8%A8", f"{base}/2", trust=pem)
    assert (one["result"], two["result"]) == ("new", "new")
    sheet = one["evidence"]
    assert sheet["tls_subject"] == "O=Rassad,CN=جريدة الرصد"
    assert (sheet["server_ip"], sheet["fault"]) == ("127.0.0.1", None)
    assert two["evidence"]["payload_in"] == sheet["warc"], "the same bytes: a revisit"
    assert len(two["evidence"]["read_back"]) == 2

    (path,) = (tmp_path / "archive" / "warc").iterdir()
    found: dict[str, list[Any]] = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.raw_stream.read()
            head = record.http_headers.to_str().encode() if record.http_headers else b""
            found.setdefault(record.rec_type, []).append((record.rec_headers, head, body))
    assert {kind: len(records) for kind, records in found.items()} == {
        "warcinfo": 1,
        "response": 2,  # robots.txt, and the first page
        "revisit": 1,
        "request": 3,
        "metadata": 3,
    }
    assert [head for _, head, _ in found["request"]] == asked, "byte for byte what the server was sent"
    for raw in asked:
        assert not [line for line in raw.lower().splitlines() if line.startswith((b"cookie", b"authorization"))]
    assert found["response"][-1][2] == PAGE
    known = found["metadata"][-1][2].decode()
    assert f"tlsCertificateSha256: {hashes_of(der)}\r\n" in known
    assert "tlsNames: localhost 127.0.0.1\r\n" in known
    assert "tlsIssuer: O=Rassad,CN=جريدة الرصد\r\n" in known
    assert "discovered: capture\r\n" in known
    assert b"robots: obey\r\n" in found["warcinfo"][0][2]
    assert socket.gethostname().encode() not in found["warcinfo"][0][2]
    with path.open("rb") as file:
        assert all(record.verify_block_digest() for record in fast.ArchiveIterator(file, parse_http=False))
    with Archive.open(tmp_path / "archive") as archive:
        assert {finding.severity for finding in verify(archive)} == {"note"}, "robots.txt belongs to no row"


def hashes_of(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()
