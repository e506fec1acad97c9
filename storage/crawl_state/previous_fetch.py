"""The fetch in which a stored text was last found, for the following revisit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Select, Table, and_, func, or_, select

from storage.database.tables.core import ArticleRow, SnapshotRow, VersionRow
from storage.database.types import TableRow
from storage.warc import Earlier, WarcLocation

#: Results of fetches that found the article (`storage.model.visit.Result`).
FOUND = ("new", "changed", "same", "restored")

_snapshots, _versions = cast(Table, SnapshotRow.__table__), cast(Table, VersionRow.__table__)
_articles = cast(Table, ArticleRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousFetch:
    """The fetch in which the shown text was last found."""

    earlier: Earlier | None
    #: Versions of the extractor and of the rules that made that text.
    made_by: tuple[str, str]


def earlier_fetches(connection: Connection, addresses: Mapping[int, int | None]) -> dict[int, PreviousFetch]:
    """Return the last good fetch of each URL, else that of its article's shown version.

    Args:
        addresses: number of the URL -> number of its article.
    """
    last = _last_good_fetches(connection, addresses)
    shown = {
        row.article_id: row
        for row in connection.execute(_shown_versions([a for a in addresses.values() if a is not None]))
    }
    return {
        url_id: PreviousFetch(
            earlier=_earlier(last.get(url_id) or shown[article_id]),
            made_by=(shown[article_id].extractor_version, shown[article_id].rules_version),
        )
        for url_id, article_id in addresses.items()
        if article_id in shown
    }


def _last_good_fetches(connection: Connection, addresses: Mapping[int, int | None]) -> dict[int, TableRow]:
    # Fetches before schema 0003 have no recorded result; for a finished URL, a status of 200 was its article.
    found = or_(_snapshots.c.outcome.in_(FOUND), and_(_snapshots.c.outcome.is_(None), _snapshots.c.status == 200))
    newest = (
        select(func.max(_snapshots.c.id)).where(_snapshots.c.url_id.in_(addresses), found).group_by(_snapshots.c.url_id)
    )
    return {row.url_id: row for row in connection.execute(select(_snapshots).where(_snapshots.c.id.in_(newest)))}


def _shown_versions(article_ids: list[int]) -> "Select[*tuple[object, ...]]":
    shown = and_(_versions.c.article_id == _articles.c.id, _versions.c.number == _articles.c.version)
    return (
        select(
            _articles.c.id.label("article_id"),
            _versions.c.extractor_version,
            _versions.c.rules_version,
            *(_snapshots.c[name] for name in _PLACE),
        )
        .join_from(_articles, _versions, shown)
        .outerjoin(_snapshots, _snapshots.c.id == _versions.c.snapshot_id)
        .where(_articles.c.id.in_(article_ids))
    )


_PLACE = ("url", "fetched_at", "payload_sha256", "warc_file", "warc_offset", "warc_length")


def _earlier(row: TableRow) -> Earlier | None:
    if row.warc_file is None or row.warc_offset is None or row.warc_length is None:
        return None
    return Earlier(
        url=row.url,
        fetched_at=row.fetched_at,
        payload_sha256=row.payload_sha256,
        record=WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length),
    )
