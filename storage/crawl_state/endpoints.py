"""Endpoints of sources: when each feed, sitemap or section is polled, and its last response.

An endpoint's validators (ETag, Last-Modified) are stored in the same transaction as the URLs it listed: a crash between
the two would otherwise hide those URLs behind a 304 forever.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Engine, Table, and_, or_, select, update
from sqlalchemy.orm import Session

from storage.crawl_state.frontier import LEASE_S, add_links
from storage.database.engine import repeated, translated, utc_now
from storage.database.tables.endpoints import EndpointRow
from storage.database.transactions import Transactions
from storage.database.values import key_hash
from storage.model.address import Discovered

#: Number of new URLs -> seconds until the next poll, and the state to keep for the one after.
Learn = Callable[[int], tuple[float, dict[str, object]]]

_endpoints = cast(Table, EndpointRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointClaim:
    """An endpoint, leased to one owner."""

    id: int
    source: str
    url: str
    #: None until its content is known.
    kind: str | None
    #: Steps from a declared endpoint: 0 = declared.
    depth: int
    etag: str | None
    last_modified: str | None
    #: Consecutive failures before this poll.
    errors: int
    owner: str
    #: Learned poll interval in seconds, and the learner's state (`Endpoints.settle`); empty at first.
    interval_s: float | None = None
    rhythm: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """The result of a poll, as it is stored."""

    #: HTTP status, including 304; None if there was no response.
    status: int | None
    #: Seconds until the next poll; ignored if `rhythm` is given.
    next_poll_s: float
    found: Sequence[Discovered] = ()
    #: Endpoints listed by this one (a sitemap of an index, a section's next page): URL and kind; due at once if new.
    children: Sequence[tuple[str, str | None]] = ()
    kind: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    #: In words, if the poll failed; the validators are kept.
    error: str | None = None
    #: Takes the number of new URLs; returns the seconds to wait, and the state to keep.
    rhythm: Learn | None = None


class Endpoints:
    """The table `endpoint`."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock

    def declare(self, source: str, endpoints: Iterable[tuple[str, str | None]]) -> None:
        """Set the declared endpoints (URL, kind) of a source; state is kept, removed ones are retired.

        The source itself must exist (`Archive.put_source`).
        """
        listed = dict(endpoints)
        now = self._clock()
        with translated("store a source's endpoints"), self._writer.begin() as connection:
            known = {
                row.url: row for row in connection.execute(select(_endpoints).where(_endpoints.c.source_key == source))
            }
            for url, kind in listed.items():
                if url in known:
                    values = {"declared": True, "retired": False, "depth": 0, "kind": kind or known[url].kind}
                    connection.execute(update(_endpoints).where(_endpoints.c.id == known[url].id).values(**values))
                else:
                    _insert(connection, source=source, url=url, kind=kind, depth=0, declared=True, now=now)
            gone = [row.id for url, row in known.items() if row.declared and url not in listed]
            connection.execute(update(_endpoints).where(_endpoints.c.id.in_(gone)).values(retired=True))

    def claim(
        self,
        *,
        source: str,
        owner: str,
        limit: int,
        force: bool = False,
        since: datetime | None = None,
        lease_s: float = LEASE_S,
    ) -> list[EndpointClaim]:
        """Lease up to `limit` due endpoints of a source, declared ones first.

        Args:
            force: also those that are not due, if they were not polled since `since` (the start of this run).
        """
        now = self._clock()
        free = or_(_endpoints.c.lease_until.is_(None), _endpoints.c.lease_until < now)
        due = _endpoints.c.next_poll_at <= now
        if force:
            asleep = or_(_endpoints.c.last_polled_at.is_(None), _endpoints.c.last_polled_at < (since or now))
            due = or_(due, and_(_endpoints.c.declared, asleep))
        with translated("claim endpoints"), self._writer.begin() as connection:
            wanted = (
                select(_endpoints.c.id)
                .where(_endpoints.c.source_key == source, _endpoints.c.retired.is_(False), free, due)
                .order_by(_endpoints.c.depth, _endpoints.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            ids = list(connection.scalars(wanted))
            until = now + timedelta(seconds=lease_s)
            connection.execute(
                update(_endpoints).where(_endpoints.c.id.in_(ids)).values(lease_owner=owner, lease_until=until)
            )
            rows = connection.execute(
                select(_endpoints).where(_endpoints.c.id.in_(ids)).order_by(_endpoints.c.depth, _endpoints.c.id)
            ).all()
        return [
            EndpointClaim(
                id=row.id,
                source=row.source_key,
                url=row.url,
                kind=row.kind,
                depth=row.depth,
                etag=row.etag,
                last_modified=row.last_modified,
                errors=row.errors,
                owner=owner,
                interval_s=row.interval_s,
                rhythm=row.rhythm or {},
            )
            for row in rows
        ]

    def settle(self, claim: EndpointClaim, poll: PollOutcome) -> int | None:
        """Store the result of a poll in one transaction: URLs, child endpoints, validators, the next poll time.

        Returns:
            How many URLs were new; None if the lease had passed to another owner, and nothing was stored.
        """
        now = self._clock()
        values: dict[str, object] = {
            "last_polled_at": now,
            "last_status": poll.status,
            "next_poll_at": now + timedelta(seconds=poll.next_poll_s),
            "errors": claim.errors + 1 if poll.error else 0,
            "last_error": poll.error,
            "lease_owner": None,
            "lease_until": None,
        }
        if not poll.error and poll.status != 304:
            values |= {"etag": poll.etag, "last_modified": poll.last_modified, "kind": poll.kind or claim.kind}

        def transaction() -> int | None:
            with self._writer.begin() as connection:
                held = update(_endpoints).where(_endpoints.c.id == claim.id, _endpoints.c.lease_owner == claim.owner)
                if connection.execute(held.values(**values)).rowcount == 0:
                    return None
                new = add_links(connection, poll.found, now=now)
                learned: dict[str, object] = {"last_new_at": now} if new else {}
                if poll.rhythm is not None:
                    wait_s, kept = poll.rhythm(new)
                    learned |= {"next_poll_at": now + timedelta(seconds=wait_s), "interval_s": wait_s, "rhythm": kept}
                if learned:
                    connection.execute(update(_endpoints).where(_endpoints.c.id == claim.id).values(**learned))
                for url, child_kind in poll.children:
                    _insert(
                        connection,
                        source=claim.source,
                        url=url,
                        kind=child_kind,
                        depth=claim.depth + 1,
                        declared=False,
                        now=now,
                    )
                return new

        with translated("store an endpoint's poll"):
            return repeated(transaction)

    def wake(self, source: str, urls: Sequence[str]) -> int:
        """Make known child endpoints due now; return how many. A changed parent wakes its children."""
        hashes = [key_hash(url) for url in urls]
        with translated("wake endpoints"), self._writer.begin() as connection:
            theirs = update(_endpoints).where(_endpoints.c.source_key == source, _endpoints.c.url_hash.in_(hashes))
            return connection.execute(theirs.values(next_poll_at=self._clock())).rowcount

    def renew(self, owner: str, *, lease_s: float = LEASE_S) -> int:
        """Extend all leases of `owner`; return how many."""
        until = self._clock() + timedelta(seconds=lease_s)
        with translated("renew leases"), self._writer.begin() as connection:
            held = update(_endpoints).where(_endpoints.c.lease_owner == owner)
            return connection.execute(held.values(lease_until=until)).rowcount

    def owners(self) -> set[str]:
        """Return the owners of all endpoint leases, expired or not."""
        held = select(_endpoints.c.lease_owner).where(_endpoints.c.lease_owner.is_not(None)).distinct()
        with translated("read leases"), self._engine.connect() as connection:
            return set(connection.scalars(held))

    def release(self, owner: str) -> int:
        """Release all leases of `owner`; return how many. For a clean stop."""
        with translated("give leases back"), self._writer.begin() as connection:
            held = (
                update(_endpoints).where(_endpoints.c.lease_owner == owner).values(lease_owner=None, lease_until=None)
            )
            return connection.execute(held).rowcount

    def all(self, source: str) -> list[EndpointRow]:
        """Return every endpoint of a source, declared ones first, as detached rows."""
        with translated("read endpoints"), Session(self._engine, expire_on_commit=False) as session:
            order = (
                select(EndpointRow).where(EndpointRow.source_key == source).order_by(EndpointRow.depth, EndpointRow.id)
            )
            return list(session.scalars(order))


def _insert(
    connection: Connection, *, source: str, url: str, kind: str | None, depth: int, declared: bool, now: datetime
) -> None:
    known = select(_endpoints.c.id).where(_endpoints.c.source_key == source, _endpoints.c.url_hash == key_hash(url))
    if connection.scalar(known) is not None:
        return
    row = {
        "source_key": source,
        "url": url,
        "url_hash": key_hash(url),
        "kind": kind,
        "declared": declared,
        "retired": False,
        "depth": depth,
        "next_poll_at": now,
        "errors": 0,
    }
    connection.execute(_endpoints.insert().values(**row))
