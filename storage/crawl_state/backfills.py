"""Backfills: the requested date ranges of sources' pasts, and every step of the walks through them.

A step is settled in one transaction with the URLs and further steps that it returned, so a crash repeats at most the
current step. Steps hold no lease: one crawl walks a backfill. If two walk it anyway, the attempt number is the fence,
and the later one stores nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, cast

from sqlalchemy import ColumnElement, Connection, Engine, Table, Update, and_, func, or_, select, update

from storage.crawl_state.frontier import url_row
from storage.database.engine import insert_new, translated, utc_now
from storage.database.tables.backfills import BackfillRow, BackfillStepRow
from storage.database.tables.core import ArticleRow, UrlRow
from storage.database.transactions import Transactions
from storage.database.types import TableRow
from storage.database.values import key_hash
from storage.model.address import Discovered

StepHow = Literal["sitemap", "day", "page", "number"]
#: Attempts before a step is set aside as failed; the next run of the same backfill tries it again.
MAX_ATTEMPTS = 3
#: Priority offset of discovered URLs: after news, and after URLs that ordinary crawls find in sitemaps.
BACKLOG = -10
#: Priority of a URL that is fetched only to learn the date of its number.
PROBE = 50
#: Due time of URLs found for an estimate only: never, until the backfill is opened for fetching.
HELD = datetime(2999, 1, 1, tzinfo=UTC)

_backfills, _steps = cast(Table, BackfillRow.__table__), cast(Table, BackfillStepRow.__table__)
_urls, _articles = cast(Table, UrlRow.__table__), cast(Table, ArticleRow.__table__)
#: Rows per query.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A page to search for URLs."""

    how: StepHow
    url: str
    #: Distance from the start of the walk.
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepClaim:
    """A claimed step. `attempts`: this attempt's number, 1 for the first; the fence."""

    id: int
    backfill: int
    how: StepHow
    url: str
    depth: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A date range of a source's past."""

    id: int
    source: str
    #: First and last day, both included.
    since: date
    until: date
    started_at: datetime
    #: When the last step was finished; None before.
    ended_at: datetime | None
    #: Results of the walk by name; the walk defines them.
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of a backfill."""

    pending: int
    done: int
    failed: int
    #: URLs within the range that its steps listed, and how many of them were new.
    found: int
    new: int
    #: Of the new ones, those that are not settled yet.
    waiting: int

    @property
    def steps(self) -> int:
        return self.pending + self.done + self.failed

    @property
    def settled(self) -> int:
        return self.done + self.failed


class Backfills:
    """The tables `backfill` and `backfill_step`."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock

    def open(
        self, source: str, since: date, until: date, steps: Iterable[NewStep] = (), *, held: bool = False
    ) -> Backfill:
        """Begin a backfill, or resume it. The source must exist (`Archive.put_source`).

        Steps that failed temporarily (no answer, 429, 5xx) get new attempts. If the range was not over yet when its
        walk ended, it is walked again.

        Args:
            steps: start of the walk; known steps are unchanged.
            held: keep the URLs of an estimate on hold; False releases them.
        """
        now, first, last = self._clock(), since.isoformat(), until.isoformat()
        with translated("open a backfill"), self._writer.begin() as connection:
            same = (_backfills.c.source_key == source, _backfills.c.since == first, _backfills.c.until == last)
            row = connection.execute(select(_backfills).where(*same).with_for_update()).one_or_none()
            if row is None:
                values = {"source_key": source, "since": first, "until": last, "started_at": now, "counts": {}}
                backfill_id = connection.scalar(_backfills.insert().values(**values).returning(_backfills.c.id))
            else:
                backfill_id = row.id
                _reopen(connection, row, restart=row.ended_at is not None and last >= row.ended_at.date().isoformat())
            _add(connection, backfill_id, steps)
            if _has_open_steps(connection, backfill_id):
                connection.execute(update(_backfills).where(_backfills.c.id == backfill_id).values(ended_at=None))
            if not held:
                _wake(connection, source, backfill_id, now=now)
            return _backfill(connection.execute(select(_backfills).where(_backfills.c.id == backfill_id)).one())

    def get(self, backfill: int) -> Backfill:
        """A backfill by its number."""
        with translated("read a backfill"), self._engine.connect() as connection:
            return _backfill(connection.execute(select(_backfills).where(_backfills.c.id == backfill)).one())

    def all(self, source: str) -> list[Backfill]:
        """Every backfill of a source, by its first day."""
        with translated("read backfills"), self._engine.connect() as connection:
            wanted = select(_backfills).where(_backfills.c.source_key == source)
            rows = connection.execute(wanted.order_by(_backfills.c.since, _backfills.c.until))
            return [_backfill(row) for row in rows]

    def add(self, backfill: int, steps: Iterable[NewStep]) -> int:
        """Add steps that are not known yet; return how many were new."""
        with translated("add steps"), self._writer.begin() as connection:
            _lock(connection, backfill)
            return _add(connection, backfill, steps)

    def claim(self, backfill: int, *, limit: int, without: Iterable[int] = ()) -> list[StepClaim]:
        """Claim up to `limit` steps, previously failed ones last. `without`: numbers of steps already claimed."""
        waiting = (_steps.c.backfill_id == backfill, _steps.c.state == "pending", _steps.c.id.not_in(list(without)))
        with translated("claim steps"), self._writer.begin() as connection:
            first = select(_steps.c.id).where(*waiting).order_by(_steps.c.attempts, _steps.c.id).limit(limit)
            ids = list(connection.scalars(first.with_for_update()))
            taken = update(_steps).where(_steps.c.id.in_(ids)).values(attempts=_steps.c.attempts + 1)
            connection.execute(taken)
            rows = connection.execute(
                select(_steps).where(_steps.c.id.in_(ids)).order_by(_steps.c.attempts, _steps.c.id)
            )
            return [_claim(row) for row in rows]

    def release(self, claims: Iterable[StepClaim]) -> None:
        """Give back steps as if they had never been claimed."""
        with translated("give steps back"), self._writer.begin() as connection:
            for claim in claims:
                connection.execute(_update_if_claimed(claim).values(attempts=claim.attempts - 1))

    def settle(
        self,
        claim: StepClaim,
        *,
        status: int | None = None,
        error: str | None = None,
        final: bool = False,
        addresses: Sequence[Discovered] = (),
        steps: Iterable[NewStep] = (),
        counts: Mapping[str, int] | None = None,
        oldest: date | None = None,
        newest: date | None = None,
        held: bool = False,
    ) -> int | None:
        """Store the result of a step in one transaction: URLs, further steps, and its completion.

        Args:
            status: HTTP status; None if there was no response or no request.
            error: in words, if it failed; it is retried unless `final`.
            addresses: the URLs within the range. They enter the frontier behind the news.
            counts: added to the backfill's own.
            oldest, newest: first and last day that the page mentions.
            held: the URLs stay on hold until the backfill is opened for fetching.

        Returns:
            How many URLs were new; None if another process has settled the step, and nothing was stored.
        """
        now = self._clock()
        with translated("settle a step"), self._writer.begin() as connection:
            _lock(connection, claim.backfill)
            over = error is None or final or claim.attempts >= MAX_ATTEMPTS
            values: dict[str, object] = {
                "state": "pending" if not over else "done" if error is None else "failed",
                "status": status,
                "error": error,
                "found": len(addresses),
                "oldest": oldest.isoformat() if oldest else None,
                "newest": newest.isoformat() if newest else None,
                "settled_at": now if over else None,
            }
            if connection.execute(_update_if_claimed(claim).values(**values)).rowcount == 0:
                return None
            new = _insert_discovered(connection, addresses, now=now, held=held)
            connection.execute(update(_steps).where(_steps.c.id == claim.id).values(new=new))
            _add(connection, claim.backfill, steps)
            _count(connection, claim.backfill, counts or {})
            return new

    def finish(self, backfill: int) -> bool:
        """Mark the walk as finished if no step is left; return whether it is."""
        with translated("finish a backfill"), self._writer.begin() as connection:
            _lock(connection, backfill)
            if _has_open_steps(connection, backfill):
                return False
            open_one = update(_backfills).where(_backfills.c.id == backfill, _backfills.c.ended_at.is_(None))
            connection.execute(open_one.values(ended_at=self._clock()))
            return True

    def progress(self, backfill: int) -> Progress:
        """Return its progress."""
        with translated("read a backfill"), self._engine.connect() as connection:
            number = (func.count().label("number"), func.sum(_steps.c.found), func.sum(_steps.c.new))
            rows = connection.execute(
                select(_steps.c.state, *number).where(_steps.c.backfill_id == backfill).group_by(_steps.c.state)
            ).all()
            states = {row.state: row.number for row in rows}
            source = connection.scalar(select(_backfills.c.source_key).where(_backfills.c.id == backfill))
            waits = select(func.count()).where(*_pending_of_backfill(source, backfill))
            return Progress(
                pending=states.get("pending", 0),
                done=states.get("done", 0),
                failed=states.get("failed", 0),
                found=int(sum(row[2] for row in rows)),
                new=int(sum(row[3] for row in rows)),
                waiting=connection.scalar(waits) or 0,
            )

    def troubles(self, backfill: int) -> dict[str, int]:
        """Count failed steps by reason: "http 404" -> number."""
        with translated("read a backfill"), self._engine.connect() as connection:
            failed = (_steps.c.backfill_id == backfill, _steps.c.state == "failed")
            rows = connection.execute(select(_steps.c.error, func.count()).where(*failed).group_by(_steps.c.error))
            return {error or "": number for error, number in rows}

    def ways(self, backfill: int) -> dict[str, int]:
        """Count steps by kind: "sitemap" -> number."""
        with translated("read a backfill"), self._engine.connect() as connection:
            rows = connection.execute(
                select(_steps.c.how, func.count()).where(_steps.c.backfill_id == backfill).group_by(_steps.c.how)
            )
            return {row.how: row[1] for row in rows}

    def known(self, source: str) -> list[tuple[str, str, str | None]]:
        """Yield every URL of a source: (URL, state, day of its article YYYY-MM-DD, None if not known)."""
        with translated("read the frontier"), self._engine.connect() as connection:
            whole = select(_urls.c.url, _urls.c.state, _articles.c.published_day).select_from(
                _urls.outerjoin(_articles, _articles.c.id == _urls.c.article_id)
            )
            return [(row[0], row[1], row[2]) for row in connection.execute(whole.where(_urls.c.source_key == source))]

    def probe(self, link: Discovered) -> None:
        """Give a URL priority over all others."""
        now = self._clock()
        first = {"priority": PROBE, "next_attempt_at": now}
        with translated("add a probe"), self._writer.begin() as connection:
            insert_new(connection, _urls, [url_row(link, now=now) | first], unique=("key_hash",))
            row = update(_urls).where(_urls.c.key_hash == key_hash(link.key), _urls.c.state == "pending")
            connection.execute(row.where(_urls.c.priority < PROBE).values(**first))

    def outcome(self, key: str) -> tuple[str, str | None] | None:
        """Return the state of a URL, and the day of its article; None if the URL is unknown."""
        with translated("read the frontier"), self._engine.connect() as connection:
            one = select(_urls.c.state, _articles.c.published_day).select_from(
                _urls.outerjoin(_articles, _articles.c.id == _urls.c.article_id)
            )
            row = connection.execute(one.where(_urls.c.key_hash == key_hash(key))).one_or_none()
            return (row[0], row[1]) if row is not None else None


def _backfill(row: TableRow) -> Backfill:
    return Backfill(
        id=row.id,
        source=row.source_key,
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        started_at=row.started_at,
        ended_at=row.ended_at,
        counts=row.counts or {},
    )


def _claim(row: TableRow) -> StepClaim:
    return StepClaim(
        id=row.id, backfill=row.backfill_id, how=row.how, url=row.url, depth=row.depth, attempts=row.attempts
    )


def _update_if_claimed(claim: StepClaim) -> Update:
    """Build an UPDATE of the step, conditional on this claim."""
    return update(_steps).where(
        _steps.c.id == claim.id, _steps.c.attempts == claim.attempts, _steps.c.state == "pending"
    )


def _lock(connection: Connection, backfill: int) -> None:
    """Lock the steps of a backfill for writing until the transaction ends."""
    connection.execute(select(_backfills.c.id).where(_backfills.c.id == backfill).with_for_update())


def _has_open_steps(connection: Connection, backfill: int) -> bool:
    pending = select(_steps.c.id).where(_steps.c.backfill_id == backfill, _steps.c.state == "pending").limit(1)
    return connection.scalar(pending) is not None


def _reopen(connection: Connection, row: TableRow, *, restart: bool) -> None:
    if restart:
        again = update(_steps).where(_steps.c.backfill_id == row.id)
        connection.execute(_backfills.update().where(_backfills.c.id == row.id).values(counts={}))
    else:
        passing = or_(_steps.c.status.is_(None), _steps.c.status == 429, _steps.c.status >= 500)
        again = update(_steps).where(and_(_steps.c.backfill_id == row.id, _steps.c.state == "failed", passing))
    connection.execute(again.values(state="pending", attempts=0))


def _add(connection: Connection, backfill: int, steps: Iterable[NewStep]) -> int:
    wanted = {key_hash(step.url): step for step in steps}
    hashes = list(wanted)
    for start in range(0, len(hashes), _CHUNK):
        there = select(_steps.c.url_hash).where(
            _steps.c.backfill_id == backfill, _steps.c.url_hash.in_(hashes[start : start + _CHUNK])
        )
        for known in connection.scalars(there).all():
            del wanted[known]
    rows = [
        {"backfill_id": backfill, "how": step.how, "url": step.url, "url_hash": digest, "depth": step.depth}
        for digest, step in wanted.items()
    ]
    if rows:
        connection.execute(_steps.insert(), rows)
    return len(rows)


def _insert_discovered(connection: Connection, addresses: Sequence[Discovered], *, now: datetime, held: bool) -> int:
    due = {"next_attempt_at": HELD} if held else {}
    rows = {link.key: url_row(link, now=now) | due for link in addresses}
    return insert_new(connection, _urls, list(rows.values()), unique=("key_hash",))


def _pending_of_backfill(source: str | None, backfill: int) -> tuple[ColumnElement[bool], ...]:
    """Select the pending URLs of a source that steps of this backfill found."""
    named = select(_steps.c.url).where(_steps.c.backfill_id == backfill)
    return (_urls.c.source_key == source, _urls.c.state == "pending", _urls.c.via.in_(named))


def _wake(connection: Connection, source: str, backfill: int, *, now: datetime) -> None:
    asleep = update(_urls).where(*_pending_of_backfill(source, backfill), _urls.c.next_attempt_at >= HELD)
    connection.execute(asleep.values(next_attempt_at=now))


def _count(connection: Connection, backfill: int, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    known = connection.scalar(select(_backfills.c.counts).where(_backfills.c.id == backfill)) or {}
    whole = {name: known.get(name, 0) + counts.get(name, 0) for name in [*known, *(set(counts) - set(known))]}
    connection.execute(update(_backfills).where(_backfills.c.id == backfill).values(counts=whole))
