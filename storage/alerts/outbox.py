"""The outbox: matches become messages, each is claimed by one process, sent, and settled.

A message is committed with its key before it is sent. A process that dies between sending and settling leaves a claim
that runs out; the message is then sent again with the same key.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from storage.alerts.alert import AlertMessage, AlertState, target_hash
from storage.alerts.matches import forget_old, match_of
from storage.archive import Archive
from storage.database.tables.alerts import AlertDeliveryRow, AlertItemRow, AlertMessageRow, AlertRow

#: A claim runs out after this time; no attempt takes so long.
CLAIM = timedelta(minutes=2)
#: Wait after the first failed attempt; it doubles with each, up to the second value.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
#: A message that could not be sent for so long is given up.
GIVE_UP = timedelta(days=3)


def make_messages(archive: Archive, states: Sequence[AlertState], *, now: datetime, gathered_s: float) -> list[str]:
    """Put waiting matches into messages, one for each alert; return the names of those alerts.

    Args:
        states: alerts that may send now.
        gathered_s: matches wait so long for others, in seconds; 0: they do not.
    """
    made = []
    for state in states:
        if not state.matches or not state.alert.targets or not _is_time(state, now):
            continue
        with archive.writing() as connection:
            if _make(connection, state, now, gathered_s):
                made.append(state.alert.name)
    return made


def _is_time(state: AlertState, now: datetime) -> bool:
    last = state.last_message_at
    return last is None or now - last >= timedelta(seconds=state.alert.every_s)


def _make(connection: Connection, state: AlertState, now: datetime, gathered_s: float) -> bool:
    waiting = (AlertItemRow.alert_id == state.id, AlertItemRow.message_id.is_(None))
    oldest = connection.scalar(select(func.min(AlertItemRow.at)).where(*waiting))
    if oldest is None or (gathered_s and now - oldest < timedelta(seconds=gathered_s)):
        return False
    made = insert(AlertMessageRow).values(alert_id=state.id, key=uuid.uuid4().hex, made_at=now)
    number = connection.execute(made.returning(AlertMessageRow.id)).scalar_one()
    connection.execute(update(AlertItemRow).where(*waiting).values(message_id=number))
    for target in dict.fromkeys(state.alert.targets):
        values = {"message_id": number, "target_hash": target_hash(target), "due_at": now, "attempts": 0}
        connection.execute(insert(AlertDeliveryRow).values(**values))
    connection.execute(update(AlertRow).where(AlertRow.id == state.id).values(last_message_at=now))
    forget_old(connection, now=now)
    return True


def waiting_deliveries(
    archive: Archive, states: Sequence[AlertState], *, now: datetime, every: bool = False
) -> list[tuple[int, str]]:
    """Return number and target of the deliveries of these alerts that are due, oldest first.

    Args:
        every: also those whose next attempt is later.
    """
    free = or_(AlertDeliveryRow.claimed_until.is_(None), AlertDeliveryRow.claimed_until <= now)
    due = (free,) if every else (free, AlertDeliveryRow.due_at <= now)
    statement = (
        select(AlertDeliveryRow.id, AlertDeliveryRow.target_hash)
        .join(AlertMessageRow, AlertMessageRow.id == AlertDeliveryRow.message_id)
        .where(AlertDeliveryRow.ended_at.is_(None), AlertMessageRow.alert_id.in_([state.id for state in states]), *due)
        .order_by(AlertDeliveryRow.id)
    )
    with archive.reading() as connection:
        return [(row.id, row.target_hash) for row in connection.execute(statement)]


def claimed_until(archive: Archive, *, now: datetime) -> datetime | None:
    """Return until when messages are claimed by processes that send them, or died doing so; None if none is."""
    claimed = (AlertDeliveryRow.ended_at.is_(None), AlertDeliveryRow.claimed_until > now)
    with archive.reading() as connection:
        return connection.scalar(
            select(AlertDeliveryRow.claimed_until)
            .where(*claimed)
            .order_by(AlertDeliveryRow.claimed_until.desc())
            .limit(1)
        )


def claim_delivery(archive: Archive, delivery_id: int, *, now: datetime) -> AlertMessage | None:
    """Claim a delivery for this process; None if another one has it, or it has ended."""
    free = or_(AlertDeliveryRow.claimed_until.is_(None), AlertDeliveryRow.claimed_until <= now)
    claim = (
        update(AlertDeliveryRow)
        .where(AlertDeliveryRow.id == delivery_id, AlertDeliveryRow.ended_at.is_(None), free)
        .values(claimed_until=now + CLAIM, attempts=AlertDeliveryRow.attempts + 1)
    )
    with archive.writing() as connection:
        if connection.execute(claim.returning(AlertDeliveryRow.id)).first() is None:
            return None
        return _message(connection, delivery_id)


def _message(connection: Connection, delivery_id: int) -> AlertMessage:
    head = connection.execute(
        select(
            AlertMessageRow.id,
            AlertMessageRow.key,
            AlertMessageRow.made_at,
            AlertRow.name,
            AlertDeliveryRow.target_hash,
            AlertDeliveryRow.attempts,
        )
        .join(AlertMessageRow, AlertMessageRow.id == AlertDeliveryRow.message_id)
        .join(AlertRow, AlertRow.id == AlertMessageRow.alert_id)
        .where(AlertDeliveryRow.id == delivery_id)
    ).one()
    columns = AlertItemRow.__table__.columns
    rows = connection.execute(
        select(*columns).where(AlertItemRow.message_id == head.id).order_by(AlertItemRow.id)
    ).mappings()
    return AlertMessage(
        delivery_id=delivery_id,
        key=head.key,
        alert=head.name,
        target_hash=head.target_hash,
        attempts=head.attempts,
        made_at=head.made_at,
        matches=tuple(map(match_of, rows)),
    )


def settle_delivery(
    archive: Archive, message: AlertMessage, *, error: str | None, now: datetime, is_final: bool = False
) -> None:
    """Note how an attempt ended: `error` is None if the message was delivered; else it is tried again later.

    Args:
        is_final: another attempt is useless.
    """
    values: dict[str, object] = {"claimed_until": None, "error": error}
    if error is None or is_final or now - message.made_at >= GIVE_UP:
        values["ended_at"] = now
    else:
        values["due_at"] = now + wait_after(message.attempts)
    with archive.writing() as connection:
        connection.execute(update(AlertDeliveryRow).where(AlertDeliveryRow.id == message.delivery_id).values(**values))


def wait_after(attempts: int) -> timedelta:
    """Return the wait after so many failed attempts.

    >>> [int(wait_after(number).total_seconds() // 60) for number in (1, 2, 3, 6, 7, 50)]
    [1, 2, 4, 32, 60, 60]
    """
    doublings: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)
