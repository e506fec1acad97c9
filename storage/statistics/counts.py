"""Counts over the archive: its contents, and what became of every URL."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import ArticleRow, SourceRow, UrlRow, VersionRow
from storage.database.tables.endpoints import EndpointRow

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

    def by(column: str, table: Table) -> dict[str, int]:
        rows = connection.execute(
            select(table.c[column].label("name"), func.count().label("number")).group_by(table.c[column])
        )
        return {row.name or "": row.number for row in rows}

    sources = _source_stats(connection)
    return ArchiveStats(
        articles=count(_articles),
        withdrawn=sum(source.withdrawn for source in sources),
        versions=count(cast(Table, VersionRow.__table__)),
        endpoints=count(_endpoints),
        urls=by("state", _urls),
        sources=sources,
        languages=by("language", _articles),
        warc_bytes=warc_bytes,
    )


def _source_stats(connection: Connection) -> tuple[SourceStats, ...]:
    number = func.count().label("number")
    rows = connection.execute(
        select(
            _articles.c.source_key,
            _sources.c.name_ar,
            number,
            func.min(_articles.c.published_day).label("first_day"),
            func.max(_articles.c.published_day).label("last_day"),
            func.max(_articles.c.first_seen_at).label("newest"),
            (number - func.count(_articles.c.published_day)).label("undated"),
            func.count(_articles.c.withdrawn_at).label("withdrawn"),
        )
        .select_from(_articles.outerjoin(_sources, _sources.c.key == _articles.c.source_key))
        .group_by(_articles.c.source_key, _sources.c.name_ar)
        .order_by(number.desc(), _articles.c.source_key)
    )
    return tuple(
        SourceStats(
            source=row.source_key,
            name_ar=row.name_ar,
            articles=row.number,
            withdrawn=row.withdrawn,
            first_day=row.first_day,
            last_day=row.last_day,
            newest=row.newest,
            undated=row.undated,
        )
        for row in rows
    )
