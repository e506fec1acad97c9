"""Counts over the archive: its contents, and what became of every URL."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import ArticleRow, SourceRow, UrlRow, VersionRow
from storage.database.tables.endpoints import EndpointRow
from storage.database.types import TableRow

#: Numbers of articles that are grouped at a time, and windows of them at most.
_WINDOW = 50_000
_MOST_WINDOWS = 1_000

_urls, _articles = cast(Table, UrlRow.__table__), cast(Table, ArticleRow.__table__)
_sources, _endpoints = cast(Table, SourceRow.__table__), cast(Table, EndpointRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """Number of URLs of a source in one state for one reason."""

    #: None: captures of no source.
    source: str | None
    state: str
    #: None if the state is the reason (pending, done).
    reason: str | None
    number: int
    #: The most recently fetched URL with this state and reason.
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStats:
    """Counts of one source."""

    #: None: articles of no source.
    source: str | None
    name_ar: str | None
    articles: int
    #: Of these, withdrawn.
    withdrawn: int
    #: First and last day of publication, YYYY-MM-DD; None if no article is dated.
    first_day: str | None
    last_day: str | None
    #: When its last article was stored; UTC.
    newest: datetime | None
    undated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStats:
    """Counts of the archive."""

    articles: int
    #: Of these, withdrawn.
    withdrawn: int
    versions: int
    endpoints: int
    #: URLs by state.
    urls: dict[str, int]
    #: Most articles first.
    sources: tuple[SourceStats, ...]
    languages: dict[str, int]
    #: Bytes of all WARC files.
    warc_bytes: int


def ledger(connection: Connection, source: str | None = None) -> list[LedgerLine]:
    """Count every URL by source, state and reason, largest number first."""
    group = (_urls.c.source_key, _urls.c.state, _urls.c.reason)
    statement = select(*group, func.count().label("number"), func.max(_urls.c.id).label("last")).group_by(*group)
    if source is not None:
        statement = statement.where(_urls.c.source_key == source)
    rows = connection.execute(statement).all()
    named = select(_urls.c.id, _urls.c.url).where(_urls.c.id.in_([row.last for row in rows]))
    examples = {row.id: row.url for row in connection.execute(named)}
    lines = [
        LedgerLine(
            source=row.source_key, state=row.state, reason=row.reason, number=row.number, example=examples[row.last]
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.source or "", line.state, -line.number, line.reason or ""))


def archive_stats(connection: Connection, *, warc_bytes: int) -> ArchiveStats:
    """Count everything."""

    def count(table: Table) -> int:
        return connection.scalar(select(func.count()).select_from(table)) or 0

    states = connection.execute(select(_urls.c.state, func.count().label("number")).group_by(_urls.c.state))
    sources, languages = _article_stats(connection)
    return ArchiveStats(
        articles=count(_articles),
        withdrawn=sum(source.withdrawn for source in sources),
        versions=count(cast(Table, VersionRow.__table__)),
        endpoints=count(_endpoints),
        urls={row.state: row.number for row in states},
        sources=sources,
        languages=languages,
        warc_bytes=warc_bytes,
    )


@dataclass(slots=True)
class _Sum:
    """What the articles of a source add up to."""

    articles: int = 0
    dated: int = 0
    withdrawn: int = 0
    first_day: str | None = None
    last_day: str | None = None
    newest: datetime | None = None

    def add(self, row: TableRow) -> None:
        self.articles += row.number
        self.dated += row.dated
        self.withdrawn += row.withdrawn
        self.first_day = min(filter(None, (self.first_day, row.first_day)), default=None)
        self.last_day = max(filter(None, (self.last_day, row.last_day)), default=None)
        self.newest = max(filter(None, (self.newest, row.newest)), default=None)


def _article_stats(connection: Connection) -> tuple[tuple[SourceStats, ...], dict[str, int]]:
    """Counts by source, most articles first; and by language, in alphabetical order."""
    sums: dict[str | None, _Sum] = {}
    languages: Counter[str] = Counter()
    for row in _grouped(connection):
        sums.setdefault(row.source_key, _Sum()).add(row)
        languages[row.language or ""] += row.number
    names = {row.key: row.name_ar for row in connection.execute(select(_sources.c.key, _sources.c.name_ar))}
    sources = (
        SourceStats(
            source=key,
            name_ar=names.get(key),
            articles=found.articles,
            withdrawn=found.withdrawn,
            first_day=found.first_day,
            last_day=found.last_day,
            newest=found.newest,
            undated=found.articles - found.dated,
        )
        for key, found in sums.items()
    )
    ordered = sorted(sources, key=lambda source: (-source.articles, source.source or ""))
    return tuple(ordered), dict(sorted(languages.items()))


def _grouped(connection: Connection) -> Iterator[TableRow]:
    """Yield counts of articles by source and language, for one window of their numbers after the other.

    To group all at once SQLite would read the articles in the order of their sources, each page of the file many times,
    or sort them all.
    """
    first, last = connection.execute(select(func.min(_articles.c.id), func.max(_articles.c.id))).one()
    if first is None or last is None:
        return
    group = (_articles.c.source_key, _articles.c.language)
    statement = select(
        *group,
        func.count().label("number"),
        func.count(_articles.c.published_day).label("dated"),
        func.count(_articles.c.withdrawn_at).label("withdrawn"),
        func.min(_articles.c.published_day).label("first_day"),
        func.max(_articles.c.published_day).label("last_day"),
        func.max(_articles.c.first_seen_at).label("newest"),
    ).group_by(*group)
    step = max(_WINDOW, (last - first) // _MOST_WINDOWS + 1)
    for start in range(first, last + 1, step):
        window = _articles.c.id.between(start, min(start + step - 1, last))
        yield from connection.execute(statement.where(window))
