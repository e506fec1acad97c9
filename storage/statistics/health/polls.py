"""Polls: the last responses of endpoints, the days on which hosts were contacted, and their robots.txt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, select

from storage.crawl_state.hosts import RobotsSeen
from storage.database.tables.endpoints import EndpointRow
from storage.database.tables.hosts import HostDayRow, RobotsRow
from storage.statistics.health.values import EndpointFigures

_endpoints, _days = cast(Table, EndpointRow.__table__), cast(Table, HostDayRow.__table__)
_robots = cast(Table, RobotsRow.__table__)


def endpoints_of(connection: Connection, keys: Sequence[str]) -> dict[str, list[EndpointFigures]]:
    """Return source -> its declared endpoints. Discovered ones come and go, and prove nothing."""
    standing = (_endpoints.c.declared.is_(True), _endpoints.c.retired.is_(False))
    asked = select(_endpoints).where(_endpoints.c.source_key.in_(keys), *standing).order_by(_endpoints.c.id)
    found: dict[str, list[EndpointFigures]] = defaultdict(list)
    for row in connection.execute(asked):
        found[row.source_key].append(
            EndpointFigures(
                url=row.url,
                kind=row.kind,
                last_polled_at=row.last_polled_at,
                last_new_at=row.last_new_at,
                last_status=row.last_status,
                errors=row.errors,
                last_error=row.last_error,
                missed=_missed(row.rhythm),
            )
        )
    return found


def _missed(rhythm: Mapping[str, object] | None) -> float:
    """Return the third of the numbers that `crawler.discovery.poll_interval` stores under "now"."""
    try:
        now = (rhythm or {})["now"]
        return float(now[2]) if isinstance(now, list) else 0.0
    except (KeyError, IndexError, TypeError, ValueError):
        return 0.0


@dataclass(frozen=True, slots=True)
class Visited:
    """Host -> UTC days on which it was contacted."""

    days: Mapping[str, frozenset[date]]

    def of(self, addresses: Iterable[str]) -> frozenset[date]:
        """Return those of the hosts of these URLs."""
        hosts = {(urlsplit(address).hostname or "") for address in addresses}
        return frozenset().union(*(self.days.get(host, frozenset()) for host in hosts))


def visited_days(connection: Connection, *, since: datetime) -> Visited:
    """Read them from the politeness log."""
    found: dict[str, set[date]] = defaultdict(set)
    asked = select(_days.c.host, _days.c.day).where(_days.c.day >= f"{since:%Y-%m-%d}", _days.c.requests > 0)
    for host, day in connection.execute(asked):
        found[host].add(date.fromisoformat(day))
    return Visited({host: frozenset(days) for host, days in found.items()})


@dataclass(frozen=True, slots=True)
class Robots:
    """Origin (scheme://host, port if named) -> each robots.txt seen there, oldest first."""

    seen: Mapping[str, Sequence[RobotsSeen]]

    def of(self, addresses: Iterable[str]) -> tuple[RobotsSeen, ...]:
        """Return those of the origins of these URLs."""
        places = dict.fromkeys(_place(address) for address in addresses)
        return tuple(one for place in places for one in self.seen.get(place, ()))


def robots_of(connection: Connection) -> Robots:
    """Read all of them: a row is written only for a change, so there are few."""
    found: dict[str, list[RobotsSeen]] = defaultdict(list)
    columns = [_robots.c[name] for name in ("place", "status", "body", "first_seen_at", "last_seen_at")]
    for row in connection.execute(select(*columns).order_by(_robots.c.place, _robots.c.first_seen_at, _robots.c.id)):
        found[row.place].append(RobotsSeen(**row._mapping))
    return Robots(found)


def _place(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
