"""Health findings of alerts: a match when one begins, none while it lasts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from storage.alerts.alert import AlertMatch
from storage.alerts.matches import put_matches
from storage.archive import Archive
from storage.database.engine import repeated
from storage.database.tables.alerts import AlertRow


def put_findings(archive: Archive, alert_id: int, found: Mapping[str, AlertMatch], *, now: datetime) -> None:
    """Add the findings that were not open before, and keep which are open now.

    Args:
        found: all open findings; the key says which, whenever it is seen. The matches' identities are replaced.
    """

    def transaction() -> None:
        with archive.writing() as connection:
            row = select(AlertRow.findings).where(AlertRow.id == alert_id).with_for_update()
            open_before = set(connection.scalar(row) or ())
            begun = [
                replace(match, identity=f"{key}:{now.isoformat()}")
                for key, match in found.items()
                if key not in open_before
            ]
            put_matches(connection, alert_id, begun)
            if open_before != set(found):
                connection.execute(update(AlertRow).where(AlertRow.id == alert_id).values(findings=sorted(found)))

    repeated(transaction)
