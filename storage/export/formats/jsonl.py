"""JSON lines: one article per line, UTF-8, lossless. The format for keeping and for programs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import columns, stored_record, to_json
from storage.export.options import Options

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write one object per article; the keys are the columns, always all of them, in one order."""
    wanted = columns(options)
    for stored in articles:
        out.write(to_json(stored_record(stored, wanted)).encode("utf-8", "surrogatepass") + b"\n")
