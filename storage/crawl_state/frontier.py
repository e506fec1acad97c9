"""The frontier: every discovered URL in one recorded state, claimed with a lease, settled only by its owner.

If an owner dies, its lease expires and the row is due again; that counts as one attempt, and after `MAX_ATTEMPTS` the
row is set aside as failed. Only the current lease holder may settle a row (fencing), so a delayed worker cannot undo
another's work. A finished row is revisited under the same lease and fence, and keeps its state meanwhile
(docs/decisions/0008).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, func, or_, select, update

from storage.crawl_state.previous_fetch import earlier_fetches
from storage.crawl_state.revisit_schedule import RETURN_S
from storage.database.engine import insert_new, repeated, translated, utc_now
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow
from storage.database.transactions import Transactions
from storage.database.types import TableRow
from storage.database.values import key_hash
from storage.model.address import FINISHED, Claim, Discovered, State, hint_from

#: Twice the longest fetch and extraction (30 s + 5 s), plus a margin for a host's own delay.
LEASE_S = 120.0
#: Claims before a row is set aside with its reason.
MAX_ATTEMPTS = 5
#: Seconds until the second, third ... attempt, unless the server states a delay.
BACK_OFF_S = (5.0, 30.0, 120.0, 600.0)

#: Priority by kind of endpoint, which indicates a URL's age: news is fetched before backlog.
PRIORITY: dict[str, int] = {
    "capture": 30,
    "news_sitemap": 20,
    "feed": 20,
    "section": 10,
    "page": 0,
    "sitemap": 0,
    "import": 0,
}

#: Wait after a budget was used up.
_LATER = timedelta(minutes=5)


_urls = cast(Table, UrlRow.__table__)
_snapshots = cast(Table, SnapshotRow.__table__)
_articles = cast(Table, ArticleRow.__table__)


def url_row(link: Discovered, *, now: datetime) -> dict[str, object]:
    """Return a new row of `url`."""
    return {
        "key": link.key,
        "key_hash": key_hash(link.key),
        "url": link.url,
        "source_key": link.source,
        "how": link.how,
        "via": link.via,
        "hint": asdict(link.hint) if link.hint else None,
        "discovered_at": now,
        "state": "pending",
        "attempts": 0,
        "next_attempt_at": now,
        "priority": PRIORITY.get(link.how, 0) + link.priority,
    }


def add_links(connection: Connection, links: Iterable[Discovered], *, now: datetime) -> int:
    """Add unknown links, inside the caller's transaction; return how many were new."""
    rows = {link.key: url_row(link, now=now) for link in links}
    return insert_new(connection, _urls, list(rows.values()), unique=("key_hash",))


class Frontier:
    """The table `url`, as fetchers use it."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock

    def add(self, links: Iterable[Discovered]) -> int:
        """Add unknown URLs; return how many were new. Known rows are left unchanged."""
        found = list(links)

        def transaction() -> int:
            with self._writer.begin() as connection:
                return add_links(connection, found, now=self._clock())

        with translated("add addresses to the frontier"):
            return repeated(transaction)

    def claim(self, *, source: str | None, owner: str, limit: int, lease_s: float = LEASE_S) -> list[Claim]:
        """Lease up to `limit` due rows of a source (None: rows without a source), news first, oldest first.

        Rows whose lease expired `MAX_ATTEMPTS` times are set aside as failed ("abandoned").
        """
        now = self._clock()
        free, of_source = _free(now), _in_source(source)
        with translated("claim addresses"), self._writer.begin() as connection:
            connection.execute(
                update(_urls)
                .where(of_source, _urls.c.state == "pending", _urls.c.attempts >= MAX_ATTEMPTS, free)
                .values(
                    state="failed",
                    reason=func.coalesce(_urls.c.reason, "abandoned"),
                    lease_owner=None,
                    lease_until=None,
                )
            )
            due = (
                select(_urls.c.id)
                .where(of_source, _urls.c.state == "pending", _urls.c.next_attempt_at <= now, free)
                .order_by(_urls.c.priority.desc(), _urls.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            until = now + timedelta(seconds=lease_s)
            rows = _lease(connection, list(connection.scalars(due)), owner=owner, until=until)
        return [_claim(row, owner=owner, until=until) for row in rows]

    def claim_revisits(
        self, *, source: str, owner: str, limit: int, budget: int | None = None, lease_s: float = LEASE_S
    ) -> list[Claim]:
        """Lease up to `limit` finished rows of a source that are due for a revisit, the longest overdue first.

        A row whose lease expired `MAX_ATTEMPTS` times is postponed to its last scheduled revisit.

        Args:
            budget: revisits per hour for all crawls of the source together, claimed ones included. When it is used up,
              due
                rows are postponed a little. None: unlimited.
        """
        now = self._clock()
        due = (_in_source(source), _urls.c.state.in_(FINISHED), _urls.c.revisit_at <= now, _free(now))
        with translated("claim addresses to look at again"), self._writer.begin() as connection:
            connection.execute(
                update(_urls)
                .where(*due, _urls.c.attempts >= MAX_ATTEMPTS)
                .values(
                    attempts=0,
                    lease_owner=None,
                    lease_until=None,
                    revisit_at=now + timedelta(seconds=RETURN_S[-1]),
                )
            )
            first = select(_urls.c.id).where(*due).order_by(_urls.c.revisit_at, _urls.c.id).limit(limit)
            ids = list(connection.scalars(first.with_for_update(skip_locked=True)))
            if ids and budget is not None:
                ids = ids[: max(0, budget - _recent_revisits(connection, source, now=now))]
                if not ids:
                    connection.execute(update(_urls).where(*due).values(revisit_at=now + _LATER))
            if not ids:
                return []
            until = now + timedelta(seconds=lease_s)
            rows = _lease(connection, ids, owner=owner, until=until)
            earlier = earlier_fetches(connection, {row.id: row.article_id for row in rows})
        return [
            replace(
                _claim(row, owner=owner, until=until),
                revisit=True,
                earlier=fetch.earlier if fetch else None,
                made_by=fetch.made_by if fetch else None,
            )
            for row in rows
            for fetch in (earlier.get(row.id),)
        ]

    def recall(self, source: str | None) -> int:
        """Make all remaining revisits of a source's pages due now, or of pages of no source; return how many."""
        now = self._clock()
        left = (_in_source(source), _urls.c.state.in_(FINISHED), _urls.c.revisit_at > now, _free(now))
        with translated("bring looks forward"), self._writer.begin() as connection:
            return connection.execute(update(_urls).where(*left).values(revisit_at=now)).rowcount

    def is_stored(self, key: str, *, asked: int) -> bool:
        """Whether a key leads to an article that is online, and the requested URL (its number) had no article of its
        own."""
        with translated("look an address up"), self._engine.connect() as connection:
            own = connection.scalar(select(_urls.c.article_id).where(_urls.c.id == asked))
            return own is None and connection.scalar(stored_at(key)) is not None

    def renew(self, owner: str, *, lease_s: float = LEASE_S) -> int:
        """Extend all leases that `owner` still holds; return how many."""
        until = self._clock() + timedelta(seconds=lease_s)
        with translated("renew leases"), self._writer.begin() as connection:
            held = update(_urls).where(_urls.c.lease_owner == owner).values(lease_until=until)
            return connection.execute(held).rowcount

    def release(self, owner: str) -> int:
        """Release the leases of `owner` as if the rows had never been claimed; return how many. For a clean stop."""
        with translated("give leases back"), self._writer.begin() as connection:
            held = (
                update(_urls)
                .where(_urls.c.lease_owner == owner)
                .values(lease_owner=None, lease_until=None, attempts=_urls.c.attempts - 1)
            )
            return connection.execute(held).rowcount

    def owners(self) -> set[str]:
        """Return the owners of all URL leases, expired or not."""
        held = select(_urls.c.lease_owner).where(_urls.c.lease_owner.is_not(None)).distinct()
        with translated("read leases"), self._engine.connect() as connection:
            return set(connection.scalars(held))

    def next_due(self, source: str | None) -> datetime | None:
        """Return when the next pending row of a source can be claimed (due time or end of lease).

        None: none pending.
        """
        with translated("read the frontier"), self._writer.reading() as connection:
            rows = connection.execute(
                select(func.min(_urls.c.next_attempt_at), func.min(_urls.c.lease_until), _urls.c.lease_owner.is_(None))
                .where(_in_source(source), _urls.c.state == "pending")
                .group_by(_urls.c.lease_owner.is_(None))
            ).all()
        times = [free_at if unleased else lease_end for free_at, lease_end, unleased in rows]
        return min((time for time in times if time is not None), default=None)

    def waiting(self, sources: Collection[str]) -> tuple[int, datetime | None]:
        """How many pending rows of these sources may not be claimed yet, and when the first of them may."""
        statement = select(func.count(), func.min(_urls.c.next_attempt_at)).where(
            _urls.c.source_key.in_(sources), _urls.c.state == "pending", _urls.c.next_attempt_at > self._clock()
        )
        with translated("read the frontier"), self._engine.connect() as connection:
            number, first = connection.execute(statement).one()
            return number, first

    def claimable(self, sources: Collection[str]) -> int:
        """Count the pending rows of these sources that may be claimed now; revisits are not among them."""
        statement = select(func.count()).where(
            _urls.c.source_key.in_(sources), _urls.c.state == "pending", _urls.c.next_attempt_at <= self._clock()
        )
        with translated("read the frontier"), self._engine.connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def counts(self, source: str | None = None) -> dict[str, int]:
        """Count rows by state; over all sources if none is given."""
        statement = select(_urls.c.state, func.count().label("number")).group_by(_urls.c.state)
        if source is not None:
            statement = statement.where(_urls.c.source_key == source)
        with translated("read the frontier"), self._engine.connect() as connection:
            return {row.state: row.number for row in connection.execute(statement)}

    def requeue(self, *, source: str | None = None, state: State = "failed", reason: str | None = None) -> int:
        """Return failed rows to pending with no attempts; return how many."""
        statement = update(_urls).where(_urls.c.state == state)
        if source is not None:
            statement = statement.where(_urls.c.source_key == source)
        if reason is not None:
            statement = statement.where(_urls.c.reason == reason)
        with translated("feed addresses back"), self._writer.begin() as connection:
            fresh = statement.values(
                state="pending",
                attempts=0,
                next_attempt_at=self._clock(),
                lease_owner=None,
                lease_until=None,
                revisit_at=None,
            )
            return connection.execute(fresh).rowcount


def stored_at(key: str) -> Select[int]:
    """Return the article that a URL was finished with, unless that article was withdrawn since."""
    stands = _urls.join(_articles, _articles.c.id == _urls.c.article_id)
    found = select(_articles.c.id).select_from(stands).where(_urls.c.key_hash == key_hash(key))
    return found.where(_urls.c.state == "done", _articles.c.withdrawn_at.is_(None))


def _in_source(source: str | None) -> ColumnElement[bool]:
    return _urls.c.source_key == source if source is not None else _urls.c.source_key.is_(None)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_urls.c.lease_until.is_(None), _urls.c.lease_until < now)


def _lease(connection: Connection, ids: list[int], *, owner: str, until: datetime) -> list[TableRow]:
    """Lease rows; return them, in the order of their ids here."""
    taken = update(_urls).where(_urls.c.id.in_(ids))
    connection.execute(taken.values(lease_owner=owner, lease_until=until, attempts=_urls.c.attempts + 1))
    order = {row_id: place for place, row_id in enumerate(ids)}
    rows = connection.execute(select(_urls).where(_urls.c.id.in_(ids))).all()
    return sorted(rows, key=lambda row: order[row.id])


def _claim(row: TableRow, *, owner: str, until: datetime) -> Claim:
    return Claim(
        id=row.id,
        key=row.key,
        url=row.url,
        source=row.source_key,
        attempts=row.attempts,
        hint=hint_from(row.hint),
        etag=row.etag,
        last_modified=row.last_modified,
        owner=owner,
        lease_until=until,
        looks=row.revisits,
        how=row.how,
        via=row.via,
    )


def _recent_revisits(connection: Connection, source: str, *, now: datetime) -> int:
    """Count revisits made within the last hour, and those claimed now."""
    before = _snapshots.alias("before")
    again = select(before.c.id).where(before.c.url_id == _snapshots.c.url_id, before.c.id < _snapshots.c.id).exists()
    taken = (
        select(func.count())
        .select_from(_snapshots.join(_urls, _urls.c.id == _snapshots.c.url_id))
        .where(_snapshots.c.source_key == source, _snapshots.c.fetched_at > now - timedelta(hours=1))
        .where(_urls.c.revisits > 0, again)
    )
    leased = _urls.c.lease_owner.is_not(None)
    in_hand = select(func.count()).where(
        _in_source(source), _urls.c.state.in_(FINISHED), leased, _urls.c.lease_until >= now
    )
    return (connection.scalar(taken) or 0) + (connection.scalar(in_hand) or 0)
