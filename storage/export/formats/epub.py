"""EPUB 3.3: a right-to-left book of the articles, one chapter per article, by day. For e-readers and phones."""

import shutil
import tempfile
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, BinaryIO

from storage.export.options import Options
from storage.export.reading import NO_TITLE, Reading
from storage.export.sources import known_sources
from storage.export.xml import Xml
from storage.export.zip import ZipStream

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

TITLE = "مقالات من أرشيف ورّاق"
EMPTY = "لا مقالات"

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """
body { line-height: 1.8 }
h1 { font-size: 1.5em; line-height: 1.4 }
p { margin: 0 0 .8em }
.byline, .provenance { font-size: .8em }
.provenance { margin-top: 2em; border-top: 1px solid; padding-top: .5em }
.provenance dd { margin: 0 0 .4em; overflow-wrap: anywhere }
"""
_PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="ar" xml:lang="ar" dir="rtl">\n'  # noqa: E501  a template
)


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write the book. Chapters are streamed; manifest, spine and contents wait on disk until the end."""
    xml = Xml()
    reading = Reading(xml, known_sources(options.archive))
    with (
        ZipStream(out) as book,
        tempfile.TemporaryFile() as contents,
        tempfile.TemporaryFile() as package,
        tempfile.TemporaryFile() as spine,
    ):
        lists = _Lists(contents, package, spine)
        book.add("mimetype", b"application/epub+zip", stored=True)  # first and uncompressed: that identifies an EPUB
        book.add("META-INF/container.xml", _CONTAINER.encode())
        book.add("EPUB/style.css", _STYLE.encode())
        for stored in articles:
            book.add(f"EPUB/a{stored.id}.xhtml", _chapter(xml, reading, stored).encode())
            lists.add(xml, reading, stored)
        lists.finish()
        if not lists.number:
            empty = f"<head><title>{TITLE}</title></head>\n<body><p>{EMPTY}</p></body>\n</html>\n"
            book.add("EPUB/empty.xhtml", f"{_PAGE}{empty}".encode())
        book.add_file("EPUB/nav.xhtml", contents)
        book.add_file("EPUB/package.opf", package)
    xml.tell(options)


def _chapter(xml: Xml, reading: Reading, stored: "StoredArticle") -> str:
    attributes = reading.attributes(stored)
    attributes["xml:lang"] = attributes["lang"]
    head = f'<head><title>{xml.text(stored.article.title or NO_TITLE)}</title><link rel="stylesheet" href="style.css"/></head>'  # noqa: E501  a template
    body = "".join(reading.article(stored, heading="h1"))
    return f"{_PAGE}{head}\n<body>\n<article{xml.attributes(attributes)}>\n{body}</article>\n</body>\n</html>\n"


class _Lists:
    """Contents, manifest and spine, which grow with every chapter and are written last; kept in files on disk."""

    def __init__(self, contents: IO[bytes], package: IO[bytes], spine: IO[bytes]) -> None:
        self.contents, self.package, self._spine = contents, package, spine
        self._day: str | None = None
        self.number = 0
        head = f'<head><title>{TITLE}</title><link rel="stylesheet" href="style.css"/></head>'
        self._say(f'{_PAGE}{head}\n<body>\n<nav epub:type="toc" id="toc">\n<h1>المحتويات</h1>\n<ol>\n')
        self.package.write(_opening().encode())

    def add(self, xml: Xml, reading: Reading, stored: "StoredArticle") -> None:
        """Add a chapter. Consecutive chapters of one day are grouped under it."""
        self.number += 1
        day = reading.day(stored.article)
        if day != self._day:
            self._close_day()
            self._say(f"<li><span>{day}</span>\n<ol>\n")
            self._day = day
        self._page(f"a{stored.id}", xml.text(stored.article.title or NO_TITLE))

    def finish(self) -> None:
        """Finish contents and package: manifest, then spine with right-to-left page progression."""
        self._close_day()
        if not self.number:
            self._page("empty", EMPTY)
        self._say("</ol>\n</nav>\n</body>\n</html>\n")
        self.package.write(b'</manifest>\n<spine page-progression-direction="rtl">\n')
        self._spine.seek(0)
        shutil.copyfileobj(self._spine, self.package, 1 << 20)
        self.package.write(b"</spine>\n</package>\n")

    def _page(self, name: str, title: str) -> None:
        self._say(f'<li><a href="{name}.xhtml">{title}</a></li>\n')
        self.package.write(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>\n'.encode())
        self._spine.write(f'<itemref idref="{name}"/>\n'.encode())

    def _close_day(self) -> None:
        if self._day is not None:
            self._say("</ol>\n</li>\n")

    def _say(self, words: str) -> None:
        self.contents.write(words.encode())


def _opening() -> str:
    now = datetime.now(UTC)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="ar" dir="rtl">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="id">urn:uuid:{uuid.uuid4()}</dc:identifier>\n<dc:title>{TITLE}</dc:title>\n'
        f"<dc:language>ar</dc:language>\n<dc:publisher>Warraq</dc:publisher>\n<dc:date>{now:%Y-%m-%d}</dc:date>\n"
        f'<meta property="dcterms:modified">{now:%Y-%m-%dT%H:%M:%SZ}</meta>\n</metadata>\n<manifest>\n'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
        '<item id="style" href="style.css" media-type="text/css"/>\n'
    )
