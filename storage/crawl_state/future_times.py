"""Repair of due times too far in the future, written while the clock was wrong.

Without it, pages would wait until the false time, and every crawl until then would end as done.
"""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Table, update

from storage.crawl_state.backfills import HELD
from storage.database.tables.core import UrlRow
from storage.database.tables.endpoints import EndpointRow

#: Longest time between an attempt and the next: a Retry-After of a day, with room for clocks that differ.
LONGEST_WAIT = timedelta(days=1, hours=1)
#: Longest time between a poll and the next: deeper pages of a section wait 30 days
#: (`crawler.discovery.polls.ASLEEP_S`).
LONGEST_POLL = timedelta(days=31)
#: The same for a lease, which is renewed every few minutes.
LONGEST_LEASE = timedelta(hours=1)

_urls = cast(Table, UrlRow.__table__)
_endpoints = cast(Table, EndpointRow.__table__)


def bound_future_times(connection: Connection, *, now: datetime) -> int:
    """Set such times of pending URLs, endpoints and leases to now; return the row count. Held URLs are unchanged."""
    latest, lease_end = now + LONGEST_WAIT, now + LONGEST_LEASE
    waiting = update(_urls).where(
        _urls.c.state == "pending", _urls.c.next_attempt_at > latest, _urls.c.next_attempt_at < HELD
    )
    polled = update(_endpoints).where(_endpoints.c.next_poll_at > now + LONGEST_POLL)
    statements = (
        waiting.values(next_attempt_at=now),
        polled.values(next_poll_at=now),
        update(_urls).where(_urls.c.lease_until > lease_end).values(lease_until=now),
        update(_endpoints).where(_endpoints.c.lease_until > lease_end).values(lease_until=now),
    )
    return sum(connection.execute(statement).rowcount for statement in statements)
