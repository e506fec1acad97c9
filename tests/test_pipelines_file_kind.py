"""Files that are no pages, whatever the server calls them."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from pipelines.extraction.extract import extract
from pipelines.html.file_kind import file_kind
from pipelines.page import Page
from storage.model.article import NotArticle

PAGE = "<html lang=ar><head><title>خبر</title></head><body><p>نص الخبر {يوم} الأحد</p></body></html>"
FILES = {
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>",
    "PDF behind blanks": b"\r\n  %PDF-1.4 1 0 obj",
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "new Word": b"PK\x03\x04\x14\x00\x06\x00word/document.xml",
    "RTF": b"{\\rtf1\\ansi \\'c7\\'e1}",
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "MP4": b"\x00\x00\x00\x20ftypisom",
    "gzip": gzip.compress(PAGE.encode()),
    "JSON object": json.dumps({"title": "خبر", "html": "<p>نص</p>"}).encode(),
    "JSON list behind a mark": b"\xef\xbb\xbf [1, 2, 3]",
    "JSON cut short": b'{"articles": [{"title": "' + "خبر".encode() * 50,
    "script": b"(function(){var a='<div class=x>';document.write(a)})();",
    "script behind a licence": b'/*! jQuery v3 | (c) */\n!function(e,t){"object"==typeof module}(window);',
    "module": b"import {a} from './a.js';\nexport default a;",
    "style sheet": b'@charset "utf-8";\nbody{color:red}',
    "style sheet without a rule of its own": b"/* main */\n.news .title, h1 > a { font-size: 12px; color: #fff }",
    "unknown binary": bytes(range(1, 120)) + bytes(80) + b"abc" * 30,
}
PAGES = {
    "plain": PAGE.encode(),
    "behind blanks and a mark": b"\xef\xbb\xbf\n\n" + PAGE.encode(),
    "UTF-16 with a mark": PAGE.encode("utf-16"),
    "UTF-16 without": PAGE.encode("utf-16-le"),
    "windows-1256": PAGE.encode("cp1256"),
    "no head": "<p>نص الخبر".encode(),
    "text before the page": ("Warning: mysql_connect(): denied in /var/www\n" + PAGE).encode(),
    "a brace before the page": ("{debug}\n" + PAGE).encode(),
    "a comment": ("<!-- %PDF-1.4 -->" + PAGE).encode(),
    "bare text": "أعلنت الوزارة اليوم: افتتاح الخط {1} في المدينة; وقالت إن الرحلة قصيرة.".encode(),
    "empty": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_no_page_whatever_the_server_calls_it(name: str) -> None:
    assert file_kind(FILES[name])
    page = Page(
        url="https://rassad.example/2024/01/05/khabar",
        body=FILES[name],
        headers={"content-type": "text/html; charset=utf-8"},
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    outcome = extract(page).outcome
    assert isinstance(outcome, NotArticle)
    assert outcome.reason == "not_html"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_file(name: str) -> None:
    assert file_kind(PAGES[name]) is None


def test_no_golden_page_is_a_file() -> None:
    from pathlib import Path

    pages = [path for path in (Path(__file__).parent / "golden").rglob("*") if path.suffix in (".html", ".gz")]
    assert pages
    for path in pages:
        body = path.read_bytes()
        assert file_kind(gzip.decompress(body) if path.suffix == ".gz" else body) is None, path.name
