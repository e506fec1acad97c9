"""Sources as an export shows them: names in both languages, country, home, feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A source as the archive knows it."""

    key: str
    name_ar: str
    name_en: str
    #: ISO 3166, as the source file writes it.
    country: str
    home: str
    #: IANA zone in which its dates are written; "" if not known here.
    timezone: str = ""
    #: URLs of its active feeds, in the order of their discovery.
    feeds: tuple[str, ...] = ()
    #: The text of its source file; "" if not available: an archive does not store it.
    file: str = ""


def known_sources(archive: "Archive | None", keys: Iterable[str] | None = None) -> dict[str, KnownSource]:
    """Return the sources of the archive by key, in key order.

    Args:
        keys: the requested ones; None means all.
    """
    if archive is None:
        return {}
    from sqlalchemy import select

    from storage.database.tables.core import SourceRow
    from storage.database.tables.endpoints import EndpointRow

    wanted = None if keys is None else set(keys)
    feed = select(EndpointRow.source_key, EndpointRow.url).where(
        EndpointRow.kind == "feed", EndpointRow.retired.is_(False)
    )
    source = select(
        SourceRow.key, SourceRow.name_ar, SourceRow.name_en, SourceRow.country, SourceRow.home, SourceRow.timezone
    )
    with archive.reading() as connection:
        feeds: dict[str, list[str]] = {}
        for row in connection.execute(feed.order_by(EndpointRow.id)):
            feeds.setdefault(row.source_key, []).append(row.url)
        return {
            row.key: KnownSource(
                key=row.key,
                name_ar=row.name_ar,
                name_en=row.name_en,
                country=row.country,
                home=row.home,
                timezone=row.timezone,
                feeds=tuple(feeds.get(row.key, ())),
            )
            for row in connection.execute(source.order_by(SourceRow.key))
            if wanted is None or row.key in wanted
        }
