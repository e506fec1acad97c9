"""Matches in the outbox: put them there once, and forget old ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, RowMapping, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.alerts.alert import AlertMatch
from storage.database.tables.alerts import AlertDeliveryRow, AlertItemRow, AlertMessageRow

_items = cast(Table, AlertItemRow.__table__)
#: Matches and messages are kept so long after they were sent.
KEPT = timedelta(days=30)


def put_matches(connection: Connection, alert_id: int, matches: Sequence[AlertMatch]) -> None:
    """Add matches of an alert; those that it has already are left out."""
    if not matches:
        return
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = module.insert(_items).on_conflict_do_nothing(index_elements=[_items.c.alert_id, _items.c.identity])
    connection.execute(statement, [{"alert_id": alert_id, **_columns(match)} for match in matches])


def match_of(row: RowMapping) -> AlertMatch:
    """Return the match of a row of `alert_item`."""
    return AlertMatch(
        identity=row["identity"],
        change=row["change"],
        article_id=row["article_id"],
        source=row["source"],
        title=row["title"],
        url=row["url"],
        detail=row["detail"],
        at=row["at"],
    )


def forget_old(connection: Connection, *, now: datetime) -> None:
    """Remove messages that were sent or given up long ago, with their matches."""
    open_ones = select(AlertDeliveryRow.message_id).where(AlertDeliveryRow.ended_at.is_(None))
    old = list(
        connection.scalars(
            select(AlertMessageRow.id).where(AlertMessageRow.made_at < now - KEPT, AlertMessageRow.id.not_in(open_ones))
        )
    )
    for table, column in ((AlertDeliveryRow, AlertDeliveryRow.message_id), (AlertItemRow, AlertItemRow.message_id)):
        connection.execute(delete(table).where(column.in_(old)))
    connection.execute(delete(AlertMessageRow).where(AlertMessageRow.id.in_(old)))


def _columns(match: AlertMatch) -> dict[str, object]:
    return {
        "identity": match.identity,
        "change": match.change,
        "article_id": match.article_id,
        "source": match.source,
        "title": match.title,
        "url": match.url,
        "detail": match.detail,
        "at": match.at,
        "message_id": None,
    }
