"""WARC: the pages as the servers sent them; web archive tools read it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from storage.export.options import Options
from storage.export.web_archive.exported_fetch import fetches
from storage.export.web_archive.recorded import records, warcinfo

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write one WARC 1.1 file, each record its own gzip member: every fetch of every version, byte for byte as
    archived.

    Raises:
        StorageError: there is no archive to copy records from.
    """
    out.write(warcinfo())
    for record in records(fetches(articles, options), options):
        out.write(record.data)
