"""Fetch results of each source, day by day, and URLs without a response."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Connection, String, Table, and_, case, func, select
from sqlalchemy import cast as sql_cast

from storage.database.tables.core import SnapshotRow, SourceRow, UrlRow
from storage.statistics.health.values import FETCH_HISTORY, FetchClass, FetchDay, Unanswered

#: Status codes with which a server refuses robots; 999 is not in any standard, and used for just that.
_BLOCKS = (401, 402, 403, 406, 429, 451, 999)
#: How far back to look for URLs without a response.
_UNANSWERED = timedelta(days=14)
_EXAMPLES = 3
_CHUNK = 5_000

_sources, _urls = cast(Table, SourceRow.__table__), cast(Table, UrlRow.__table__)
_snapshots = cast(Table, SnapshotRow.__table__)


def fetch_days(connection: Connection, keys: Sequence[str], *, now: datetime) -> dict[str, list[FetchDay]]:
    """Return source -> its fetches by day and result, oldest first."""
    kind = case(
        (_snapshots.c.reason.in_(("challenge", "login_wall")), _snapshots.c.reason),
        (_snapshots.c.status.in_(_BLOCKS), "blocked"),
        (_snapshots.c.outcome.in_(("retry", "failed")), "failed"),
        (_snapshots.c.reason.in_(("no_text", "too_short")), "empty"),
        else_="ok",
    )
    odd = _snapshots.c.id % 2 == 1
    of = and_(_snapshots.c.source_key == _sources.c.key, _snapshots.c.fetched_at >= now - FETCH_HISTORY)
    asked = (
        select(
            _sources.c.key,
            _day(connection).label("day"),
            kind.label("kind"),
            func.count().label("number"),
            func.min(_snapshots.c.fetched_at).label("first_at"),
            func.max(case((odd, _snapshots.c.id))).label("odd"),
            func.max(case((~odd, _snapshots.c.id))).label("even"),
            func.min(_snapshots.c.id).label("first"),
        )
        .select_from(_sources.join(_snapshots, of))
        .where(_sources.c.key.in_(keys), _snapshots.c.fetched_at <= now)
        .group_by(_sources.c.key, "day", "kind")
    )
    rows = connection.execute(asked).all()
    named = _requested_urls(
        connection, {id for row in rows if row.kind != "ok" for id in (row.odd, row.even, row.first) if id}
    )
    found: dict[str, list[FetchDay]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.key, row.day, row.kind)):
        ids = sorted({row.odd, row.even, row.first} & named.keys(), reverse=True)
        found[row.key].append(
            FetchDay(
                day=date.fromisoformat(row.day),
                kind=cast(FetchClass, row.kind),
                number=row.number,
                first_at=row.first_at,
                examples=tuple(dict.fromkeys(named[id] for id in ids)),
            )
        )
    return found


def _day(connection: Connection) -> ColumnElement[str]:
    """Return the UTC date of a fetch, YYYY-MM-DD."""
    if connection.dialect.name == "sqlite":
        return func.substr(sql_cast(_snapshots.c.fetched_at, String), 1, 10)
    return func.to_char(func.timezone("UTC", _snapshots.c.fetched_at), "YYYY-MM-DD")


def _requested_urls(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return number of a fetch -> the requested URL."""
    wanted = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        asked = select(_snapshots.c.id, _urls.c.url).join(_urls, _urls.c.id == _snapshots.c.url_id)
        found.update((row.id, row.url) for row in connection.execute(asked.where(_snapshots.c.id.in_(chunk))))
    return found


def earliest(connection: Connection, keys: Sequence[str]) -> dict[str, datetime]:
    """Return source -> its first recorded fetch."""
    return _end(connection, keys, func.min(_snapshots.c.fetched_at))


def last_fetches(connection: Connection, keys: Sequence[str]) -> dict[str, datetime]:
    """Return source -> its last recorded fetch."""
    return _end(connection, keys, func.max(_snapshots.c.fetched_at))


def _end(connection: Connection, keys: Sequence[str], which: ColumnElement[datetime]) -> dict[str, datetime]:
    at = select(which).where(_snapshots.c.source_key == _sources.c.key).scalar_subquery().label("at")
    rows = connection.execute(select(_sources.c.key, at).where(_sources.c.key.in_(keys)))
    return {row.key: row.at for row in rows if row.at is not None}


def unanswered(connection: Connection, keys: Sequence[str], *, now: datetime) -> dict[str, list[Unanswered]]:
    """Return source -> reasons why recently found URLs were never fetched, most frequent first."""
    of = and_(_urls.c.source_key == _sources.c.key, _urls.c.state.in_(("pending", "failed")))
    ends = (func.max(case((_urls.c.id % 2 == bit, _urls.c.id))) for bit in (0, 1))
    asked = (
        select(
            _sources.c.key,
            _urls.c.reason,
            func.count().label("number"),
            func.min(_urls.c.discovered_at).label("first_at"),
            func.max(_urls.c.discovered_at).label("last_at"),
            func.min(_urls.c.id).label("first"),
            *ends,
        )
        .select_from(_sources.join(_urls, of))
        .where(
            _sources.c.key.in_(keys),
            _urls.c.reason.is_not(None),
            _urls.c.fetched_at.is_(None),
            _urls.c.discovered_at >= now - _UNANSWERED,
        )
        .group_by(_sources.c.key, _urls.c.reason)
        .order_by(_sources.c.key, func.count().desc(), _urls.c.reason)
    )
    rows = connection.execute(asked).all()
    ids = {id for row in rows for id in row[5:] if id is not None}
    named = {
        row.id: row.url
        for row in connection.execute(select(_urls.c.id, _urls.c.url).where(_urls.c.id.in_(sorted(ids))))
    }
    found: dict[str, list[Unanswered]] = defaultdict(list)
    for row in rows:
        found[row.key].append(
            Unanswered(
                reason=row.reason,
                number=row.number,
                first_at=row.first_at,
                last_at=row.last_at,
                examples=tuple(named[id] for id in sorted({*row[5:]} & named.keys(), reverse=True)[:_EXAMPLES]),
            )
        )
    return found
