"""The alerts of an archive: add, list, remove, and keep those of a settings file up to date."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from storage.alerts.alert import Alert, AlertState
from storage.archive import Archive
from storage.database.engine import alone
from storage.database.tables.alerts import (
    AlertDeliveryRow,
    AlertEventRow,
    AlertItemRow,
    AlertMessageRow,
    AlertRow,
)
from storage.errors import NotFoundError, WarraqError


class AlertExistsError(WarraqError):
    """Another alert has this name."""

    exit_code = 2


def add_alert(archive: Archive, alert: Alert) -> None:
    """Store an alert; what happens from now on matches. Raises AlertExistsError."""
    with archive.writing() as connection:
        alone(connection)  # so that no other program takes the name between the two statements
        if connection.scalar(select(AlertRow.id).where(AlertRow.name == alert.name)) is not None:
            raise AlertExistsError(
                f"there is an alert {alert.name!r} already; `warraq alert remove {alert.name}` removes it"
            )
        connection.execute(insert(AlertRow).values(created_at=archive.now(), findings=[], **_columns(alert)))


def remove_alert(archive: Archive, name: str) -> None:
    """Remove an alert, its matches and what waits to be sent. Raises NotFoundError."""
    with archive.writing() as connection:
        found = connection.scalar(select(AlertRow.id).where(AlertRow.name == name))
        if found is None:
            raise NotFoundError(f"there is no alert {name!r}")
        _remove(connection, [found])


def put_file_alerts(archive: Archive, alerts: Sequence[Alert]) -> None:
    """Keep the alerts of the settings file: new ones begin now, others are brought up to date.

    Their targets stay in the file. One that the file no longer has keeps its matches and sends nothing, since another
    program may have another file; `remove_alert` ends it.

    Raises:
        AlertExistsError: the archive has an alert of its own of that name.
    """
    with archive.reading() as connection:
        if not _outdated(connection, alerts):
            return
    with archive.writing() as connection:
        alone(connection)
        for alert, held in _outdated(connection, alerts):
            values = _columns(alert) | {"targets": []}
            if held is None:
                connection.execute(insert(AlertRow).values(created_at=archive.now(), findings=[], **values))
            else:
                connection.execute(update(AlertRow).where(AlertRow.id == held).values(**values))


def _outdated(connection: Connection, alerts: Sequence[Alert]) -> list[tuple[Alert, int | None]]:
    """Return the alerts whose rows are missing or other, with the row's number."""
    rows = {row["name"]: row for row in connection.execute(select(AlertRow.__table__)).mappings()}
    found: list[tuple[Alert, int | None]] = []
    for alert in alerts:
        row = rows.get(alert.name)
        if row is None:
            found.append((alert, None))
        elif row["origin"] != "file":
            raise AlertExistsError(
                f"alert {alert.name!r} of the settings file: the archive has one of that name; rename one of them"
            )
        elif any(row[name] != value for name, value in _columns(alert).items() if name != "targets"):
            found.append((alert, row["id"]))
    return found


def alert_states(archive: Archive, file_alerts: Collection[Alert] = ()) -> list[AlertState]:
    """Return all alerts by name, with what waits; `file_alerts` bring the targets of those of the settings file."""
    targets = {alert.name: alert.targets for alert in file_alerts}
    waits, failed = AlertDeliveryRow.ended_at.is_(None), AlertDeliveryRow.error.is_not(None)
    of_alert = select(AlertDeliveryRow.error).join(AlertMessageRow).where(AlertMessageRow.alert_id == AlertRow.id)
    counted = of_alert.with_only_columns(func.count())
    error = of_alert.where(failed).order_by(AlertDeliveryRow.id.desc()).limit(1)
    matches = select(func.count()).where(AlertItemRow.alert_id == AlertRow.id, AlertItemRow.message_id.is_(None))
    statement = select(
        *AlertRow.__table__.columns,
        matches.scalar_subquery().label("matches"),
        counted.where(waits).scalar_subquery().label("waiting"),
        counted.where(~waits, failed).scalar_subquery().label("given_up"),
        error.scalar_subquery().label("error"),
    ).order_by(AlertRow.name)
    with archive.reading() as connection:
        return [_state(row, targets) for row in connection.execute(statement).mappings()]


def _state(row: RowMapping, file_targets: dict[str, tuple[str, ...]]) -> AlertState:
    is_file = row["origin"] == "file"
    alert = Alert(
        name=row["name"],
        query=row["query"],
        targets=file_targets.get(row["name"], ()) if is_file else tuple(row["targets"]),
        events=tuple(row["events"]),
        quiet=row["quiet"],
        zone=row["zone"],
        every_s=row["every_s"],
        lines=row["lines"],
        origin=row["origin"],
    )
    return AlertState(
        id=row["id"],
        alert=alert,
        created_at=row["created_at"],
        last_message_at=row["last_message_at"],
        matches=row["matches"],
        waiting=row["waiting"],
        given_up=row["given_up"],
        error=row["error"],
    )


def _columns(alert: Alert) -> dict[str, object]:
    return {
        "name": alert.name,
        "query": alert.query,
        "targets": list(alert.targets),
        "events": list(alert.events),
        "quiet": alert.quiet,
        "zone": alert.zone,
        "every_s": alert.every_s,
        "lines": alert.lines,
        "origin": alert.origin,
    }


def _remove(connection: Connection, ids: Sequence[int]) -> None:
    if not ids:
        return
    messages = select(AlertMessageRow.id).where(AlertMessageRow.alert_id.in_(ids))
    connection.execute(delete(AlertDeliveryRow).where(AlertDeliveryRow.message_id.in_(messages)))
    connection.execute(delete(AlertItemRow).where(AlertItemRow.alert_id.in_(ids)))
    connection.execute(delete(AlertMessageRow).where(AlertMessageRow.alert_id.in_(ids)))
    connection.execute(delete(AlertRow).where(AlertRow.id.in_(ids)))
    if connection.scalar(select(func.count()).select_from(AlertRow)) == 0:
        connection.execute(delete(AlertEventRow))
