"""Hosts: what each requires, the requests made to it day by day, and its robots.txt over the years.

Several processes write here at once. The database adds counts itself, and a rest is only ever extended, so nothing is
lost whichever process writes last.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, Engine, Table, case, or_, select, update

from storage.database.advisory_locks import AdvisoryLock, lock_until_commit
from storage.database.dialect import insert_into
from storage.database.engine import translated, utc_now
from storage.database.tables.hosts import HostDayRow, HostRow, RobotsRow
from storage.database.transactions import Transactions

_hosts, _days = cast(Table, HostRow.__table__), cast(Table, HostDayRow.__table__)
_robots = cast(Table, RobotsRow.__table__)

#: Number of characters stored of a page served instead of robots.txt: it may differ at every fetch.
_PAGE_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HostMemory:
    """What must be remembered about a host between two runs, and between two machines. All instants are UTC."""

    #: Name without port, lower case.
    host: str
    #: Consecutive failures of the host itself (no connection, no answer, 5xx).
    failures: int = 0
    #: Not contacted until then; None: not resting.
    rest_until: datetime | None = None
    #: Crawl delay that its robots.txt asks for, in seconds; 0: none.
    crawl_delay_s: float = 0.0
    #: Start of the last request to it; None: not known.
    last_request_at: datetime | None = None
    #: Time up to which the above is known to be complete.
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDay:
    """Requests made to one host on one day (UTC); as an addition: the increment."""

    host: str
    #: YYYY-MM-DD.
    day: str
    #: All requests: robots.txt, redirects and retries included.
    requests: int = 0
    #: Of bodies, as transferred.
    bytes: int = 0
    #: Responses with status 304 and 429.
    not_modified: int = 0
    too_many: int = 0
    #: No response, or 5xx.
    errors: int = 0
    #: Shortest gap between two requests, and the shortest required gap, in seconds; None with fewer than two requests.
    shortest_gap_s: float | None = None
    delay_s: float | None = None

    @property
    def kept(self) -> bool | None:
        """Whether every gap was at least the required one; None if there was no second request."""
        if self.shortest_gap_s is None or self.delay_s is None:
            return None
        return self.shortest_gap_s >= self.delay_s - 0.001  # clock resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsSeen:
    """A robots.txt as served for a period."""

    #: scheme://host, with the port where it is named.
    place: str
    #: HTTP status; None if there was no response.
    status: int | None
    #: "" if none was sent.
    body: str
    first_seen_at: datetime
    last_seen_at: datetime


class Hosts:
    """The tables `host`, `host_day` and `robots`."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock

    def recall(self, hosts: Collection[str] | None = None) -> dict[str, HostMemory]:
        """Return what is remembered, by host; hosts that were never contacted are left out. None: all hosts."""
        statement = select(_hosts) if hosts is None else select(_hosts).where(_hosts.c.host.in_(hosts))
        with translated("read what is remembered of hosts"), self._engine.connect() as connection:
            return {row.host: HostMemory(**row._mapping) for row in connection.execute(statement)}

    def meet(self, host: str, *, now: datetime) -> HostMemory | None:
        """Return what is remembered of a host before contacting it; None if nothing is.

        Its row records that it is about to be contacted, so the next process knows even if this one dies before it
        writes again.
        """
        with translated("read what is remembered of a host"), self._writer.begin() as connection:
            row = connection.execute(select(_hosts).where(_hosts.c.host == host).with_for_update()).first()
            if row is None:
                _upsert(connection, _hosts, [asdict(HostMemory(host=host, updated_at=now))], {})
            else:
                later = _later(_hosts.c.updated_at, now)
                connection.execute(update(_hosts).where(_hosts.c.host == host).values(updated_at=later))
        return HostMemory(**row._mapping) if row is not None else None

    def remember(self, memories: Iterable[HostMemory]) -> None:
        """Store what is to be remembered. Rest and last request only move forward; other values are overwritten."""
        rows = [asdict(memory) for memory in memories]
        merged = dict.fromkeys(("rest_until", "last_request_at", "updated_at"), _later)
        with translated("remember hosts"), self._writer.begin() as connection:
            _upsert(connection, _hosts, rows, merged)

    def add_days(self, days: Iterable[HostDay]) -> None:
        """Add to the politeness log: counts are summed, gaps and delays keep the smallest value."""
        merged = dict.fromkeys(("requests", "bytes", "not_modified", "too_many", "errors"), _sum)
        merged |= dict.fromkeys(("shortest_gap_s", "delay_s"), _smaller)
        with translated("write the politeness log"), self._writer.begin() as connection:
            _upsert(connection, _days, [asdict(day) for day in days], merged)

    def days(self, *, since: str | None = None, until: str | None = None, host: str | None = None) -> list[HostDay]:
        """Return the politeness log by day and host. `since` and `until`: YYYY-MM-DD, both included."""
        asked = select(_days).order_by(_days.c.day, _days.c.host)
        for condition in (
            _days.c.day >= since if since is not None else None,
            _days.c.day <= until if until is not None else None,
            _days.c.host == host if host is not None else None,
        ):
            asked = asked.where(condition) if condition is not None else asked
        with translated("read the politeness log"), self._engine.connect() as connection:
            return [HostDay(**row._mapping) for row in connection.execute(asked)]

    def robots_seen(self, place: str, *, status: int | None, body: str, at: datetime) -> bool:
        """Store a robots.txt as just fetched; True if it differs from the last one of that origin.

        Unless the status is 200, only the status is stored; of a page in its place, only the beginning.
        """
        kept = _kept_robots(body) if status == 200 else ""
        digest = hashlib.sha256(kept.encode()).hexdigest()
        newest = select(_robots).where(_robots.c.place == place).order_by(_robots.c.last_seen_at.desc()).limit(1)
        with translated("keep a robots.txt"), self._writer.begin() as connection:
            lock_until_commit(connection, AdvisoryLock.ROBOTS)
            row = connection.execute(newest).first()
            if row is not None and (row.status, row.body_hash) == (status, digest):
                later = _later(_robots.c.last_seen_at, at)
                connection.execute(update(_robots).where(_robots.c.id == row.id).values(last_seen_at=later))
                return False
            connection.execute(
                _robots.insert().values(
                    place=place, status=status, body=kept, body_hash=digest, first_seen_at=at, last_seen_at=at
                )
            )
            return True

    def robots_history(self, place: str) -> list[RobotsSeen]:
        """Return every robots.txt of an origin (scheme://host:port), or of all origins of a host name; oldest first."""
        where: ColumnElement[bool] = _robots.c.place == place
        if "://" not in place:
            name = place.lower()
            where = or_(
                _robots.c.place.in_([f"http://{name}", f"https://{name}"]),
                _robots.c.place.like(f"%://{name.replace('%', '').replace('_', '')}:%"),
            )
        asked = select(_robots).where(where).order_by(_robots.c.place, _robots.c.first_seen_at, _robots.c.id)
        columns = ("place", "status", "body", "first_seen_at", "last_seen_at")
        with translated("read the history of robots.txt"), self._engine.connect() as connection:
            return [RobotsSeen(**{name: row._mapping[name] for name in columns}) for row in connection.execute(asked)]


def _kept_robots(body: str) -> str:
    text = body.replace("\x00", "\ufffd")
    return text[:_PAGE_CHARS] if text.lstrip("\ufeff \t\r\n").startswith("<") else text


#: Merge rules: (stored value, new value) -> value to store.
_Merge = Callable[[ColumnElement[object], ColumnElement[object]], ColumnElement[object]]


def _upsert(
    connection: Connection, table: Table, rows: Sequence[dict[str, object]], merged: Mapping[str, _Merge]
) -> None:
    """Insert rows, or merge them into existing ones; columns without a merge rule are overwritten.

    Rows are written in key order, so that two concurrent writers cannot deadlock.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(connection.dialect.name, table)
    new = statement.excluded
    values = {
        column.name: merged[column.name](column, new[column.name]) if column.name in merged else new[column.name]
        for column in table.c
        if column.name not in keys
    }
    ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), ordered)


def _sum(held: ColumnElement[object], new: ColumnElement[object]) -> ColumnElement[object]:
    return held + new


def _later(held: ColumnElement[object], new: ColumnElement[object] | datetime) -> ColumnElement[object]:
    """Return the later of two instants, either of which may be null: SQLite's max() of a null is null, PostgreSQL's
    greatest() is not."""
    return case((held.is_(None), new), (new > held, new), else_=held)


def _smaller(held: ColumnElement[object], new: ColumnElement[object]) -> ColumnElement[object]:
    return case((held.is_(None), new), (new < held, new), else_=held)
