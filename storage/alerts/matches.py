"""Matches in the outbox: put them there once, and forget old ones."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, RowMapping, Table, delete, select

from storage.alerts.alert import AlertMatch
from storage.database.engine import insert_new
from storage.database.tables.alerts import AlertDeliveryRow, AlertItemRow, AlertMessageRow

_items = cast(Table, AlertItemRow.__table__)
#: Matches and messages are kept so long after they were sent.
KEPT = timedelta(days=30)


def put_matches(connection: Connection, alert_id: int, matches: Sequence[AlertMatch]) -> None:
    """Add matches of an alert; those that it has already are left out."""
    rows: list[dict[str, object]] = [{"alert_id": alert_id, "message_id": None, **asdict(match)} for match in matches]
    insert_new(connection, _items, rows, unique=("alert_id", "identity"))


def match_of(row: RowMapping) -> AlertMatch:
    """Return the match of a row of `alert_item`."""
    return AlertMatch(**{field.name: row[field.name] for field in fields(AlertMatch)})


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
