"""OPML 2.0: the sources of the articles, with their feeds. For feed readers and other installations of Warraq."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, BinaryIO

from storage.export.options import Options
from storage.export.sources import KnownSource, known_sources
from storage.export.xml import Xml

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

#: OPML allows foreign attributes only under a namespace.
NAMESPACE = "urn:warraq:opml:1"


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write one outline per source, in key order: its name, home and country, and below it its feeds."""
    keys = {stored.article.source for stored in articles if stored.article.source}
    known = known_sources(options.archive, keys)
    write_sources([known.get(key, key) for key in sorted(keys)], out).tell(options)


def write_sources(sources: Iterable[KnownSource | str], out: BinaryIO) -> Xml:
    """Write the whole document: one outline per source, in order; an unknown source appears with its key only.

    Returns what was replaced because XML does not allow it.
    """
    xml = Xml()
    out.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:warraq="{NAMESPACE}">\n<head>\n'.encode()
    )
    made = format_datetime(datetime.now(UTC), usegmt=True)
    out.write(f"<title>Warraq</title>\n<dateCreated>{made}</dateCreated>\n</head>\n<body>\n".encode())
    for source in sources:
        for line in _outline(xml, source):
            out.write(f"{line}\n".encode())
    out.write(b"</body>\n</opml>\n")
    return xml


def _outline(xml: Xml, source: KnownSource | str) -> Iterator[str]:
    """Render a source. An unknown source has only its key: OPML requires nothing but `text`."""
    if isinstance(source, str):
        yield f"<outline{xml.attributes({'text': source, 'warraq:key': source})}/>"
        return
    about = {
        "text": source.name_ar,
        "title": source.name_en,
        "htmlUrl": source.home,
        "category": f"/{source.country.lower()}",
        "warraq:key": source.key,
        "warraq:file": source.file or None,
    }
    yield f"<outline{xml.attributes(about)}>"
    for feed in source.feeds:
        link = {"type": "rss", "text": source.name_ar, "xmlUrl": feed, "htmlUrl": source.home}
        yield f"<outline{xml.attributes(link)}/>"
    yield "</outline>"
