"""HTML: all articles in one right-to-left file without external resources. To read, to print, to send."""

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, BinaryIO

from storage.export.options import Options
from storage.export.reading import NO_TITLE, Reading
from storage.export.sources import known_sources
from storage.export.xml import Xml

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

TITLE = "مقالات من أرشيف ورّاق"

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fdfcf9; --faint: #666; --line: #d9d5cc; --link: #0b57a4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #17181a; --faint: #a2a09b; --line: #3a3b3e; --link: #8ab8f0 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-inline-size: 46rem; color: var(--ink); background: var(--paper);
  font: 1.15rem/1.95 "Noto Naskh Arabic", "Amiri", "Scheherazade New", "Geeza Pro", "Traditional Arabic", "Times New Roman", serif;
  overflow-wrap: anywhere }
h1, h2 { line-height: 1.5; text-wrap: balance }
h1 { font-size: 1.7rem; margin-block: 0 .5rem }
h2 { font-size: 1.5rem; margin-block: 0 .25rem }
a { color: var(--link); text-underline-offset: .25em }
nav { border-block: 1px solid var(--line); margin-block: 1.5rem 3rem; padding-block: .5rem }
nav ol { padding-inline-start: 2.2em; margin: 0 }
nav li { padding-block: .15em }
nav small, .byline, .provenance { color: var(--faint); font-size: .85rem }
article { margin-block-end: 3rem; padding-block-end: 2rem; border-block-end: 1px solid var(--line) }
article p { margin-block: 0 1rem }
.provenance { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin-block: 1.5rem 0; line-height: 1.7 }
.provenance dd { margin: 0 }
.provenance code { font-size: .85em }
.top { font-size: .85rem }
@media print {
  @page { size: A4; margin: 20mm 18mm }
  :root { --ink: #000; --paper: #fff; --faint: #444; --line: #bbb; --link: #000 }
  body { font-size: 11.5pt; line-height: 1.75; max-inline-size: none; padding: 0 }
  nav { break-after: page; border: 0 }
  article { break-before: page; border: 0; padding: 0; margin: 0 }
  nav + main > article:first-child { break-before: auto }
  h1, h2, .byline { break-after: avoid }
  p { orphans: 3; widows: 3 }
  .provenance { break-inside: avoid }
  .top { display: none }
}
"""


def policy() -> str:
    """Return the content security policy: no script, no image, no connection; one style, identified by its hash."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write a table of contents followed by every article in full, with its provenance.

    The contents come first but are known last: the articles wait in a file on disk meanwhile.
    """
    xml = Xml()
    reading = Reading(xml, known_sources(options.archive))
    out.write(_head().encode())
    number = 0
    with tempfile.TemporaryFile() as bodies:
        for stored in articles:
            out.write(_entry(xml, reading, stored).encode())
            _body(xml, reading, stored, bodies)
            number += 1
        out.write(f"</ol>\n<p>عدد المقالات: {number}</p>\n</nav>\n<main>\n".encode())
        bodies.seek(0)
        shutil.copyfileobj(bodies, out, 1 << 20)
    out.write(b"</main>\n</body>\n</html>\n")
    xml.tell(options)


def _head() -> str:
    return (
        '<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{TITLE}</h1>\n<nav id="contents" aria-label="المحتويات">\n<ol>\n'
    )


def _entry(xml: Xml, reading: Reading, stored: "StoredArticle") -> str:
    article = stored.article
    # Isolate each part: after Arabic letters a day would be displayed in reverse, 11-05-2025.
    parts = (part for part in (reading.source_name(article), reading.day(article)) if part)
    about = " · ".join(f"<bdi>{xml.text(part)}</bdi>" for part in parts)
    title = f'<a href="#a{stored.id}"><bdi>{xml.text(article.title or NO_TITLE)}</bdi></a>'
    return f"<li>{title} <small>{about}</small></li>\n"


def _body(xml: Xml, reading: Reading, stored: "StoredArticle", bodies: IO[bytes]) -> None:
    bodies.write(f"<article{xml.attributes(reading.attributes(stored))}>\n".encode())
    for piece in reading.article(stored, heading="h2"):
        bodies.write(piece.encode())
    bodies.write('<p class="top"><a href="#contents">إلى المحتويات</a></p>\n</article>\n'.encode())
