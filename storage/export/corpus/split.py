"""Split an export into parts: one file per year, or per source."""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from storage.export.file_names import plain

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.query import Query

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the requested articles."""

    #: What they have in common, valid in a file name ("2024", "hespress").
    name: str
    #: Their numbers, in the requested order; eight bytes each.
    ids: "array[int]"


def _year(day: str | None, _source_key: str | None) -> str:
    return day[:4] if day else "undated"


def _source(_day: str | None, source_key: str | None) -> str:
    return plain(source_key, otherwise="no-source")


#: Split criteria: from an article's day of publication and the key of its source to the name of its part.
SPLITS: Mapping[str, Callable[[str | None, str | None], str]] = {"year": _year, "source": _source}


def split(archive: "Archive", query: "Query", by: str) -> list[Part]:
    """Split the matches of a query into parts by name. Only numbers are read, no text; none is left out.

    Args:
        by: a key of SPLITS.
    """
    from sqlalchemy import select

    from storage.database.tables.core import ArticleRow

    parts: dict[str, array[int]] = {}
    ids = archive.ids(query)
    columns = select(ArticleRow.id, ArticleRow.published_day, ArticleRow.source_key)
    with archive.reading() as connection:
        while batch := list(islice(ids, _BATCH)):
            rows = {row.id: row for row in connection.execute(columns.where(ArticleRow.id.in_(batch)))}
            for number in batch:
                if number in rows:
                    row = rows[number]
                    name = SPLITS[by](row.published_day, row.source_key)
                    parts.setdefault(name, array("q")).append(number)
    return [Part(name, parts[name]) for name in sorted(parts)]


def part_path(path: Path, name: str) -> Path:
    """Return the path of a part: next to `path`, its name before the suffix.

    >>> part_path(Path("out/all.jsonl"), "2024").as_posix()
    'out/all-2024.jsonl'
    >>> part_path(Path("all.warc.gz"), "2024").as_posix()
    'all-2024.warc.gz'
    """
    suffix = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    return path.with_name(f"{path.name.removesuffix(suffix)}-{name}{suffix}")
