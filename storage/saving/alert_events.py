"""Note a change for the alerts, in the transaction that stores it: neither is there without the other.

One statement, which writes nothing in an archive without alerts; which alert wants the change is decided later, by
`storage.alerts.follow`, so that no search runs while a crawl's transaction is open.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from storage.database.tables.alerts import AlertEventRow, AlertRow
from storage.saving.plan import KnownVersion, NewVersion, Plan

_events = cast(Table, AlertEventRow.__table__)
_COLUMNS = ("article_id", "change", "version", "identity", "at")
#: Built once: to build it for each article takes three times as long as to run it.
_NOTE = insert(_events).from_select(
    _COLUMNS,
    select(*(bindparam(name, type_=_events.c[name].type) for name in _COLUMNS)).where(exists(select(AlertRow.id))),
)


@dataclass(frozen=True, slots=True)
class _Noted:
    change: str
    version: int | None
    #: What makes the change this one, after the change's name and the article's number.
    mark: str


def note_events(session: Session, plan: Plan, article_id: int | None, *, now: datetime) -> None:
    """Note what a visit changed, if any alert exists. Revisits that found nothing new note nothing."""
    if article_id is None:
        return
    for noted in _noted(plan, now):
        note_event(session, noted.change, article_id, version=noted.version, mark=noted.mark, now=now)


def note_event(
    session: Session, change: str, article_id: int, *, version: int | None, mark: str, now: datetime
) -> None:
    """Note one change: "new", "changed", "withdrawn" or "restored"."""
    values = {"article_id": article_id, "change": change, "version": version, "at": now}
    session.connection().execute(_NOTE, values | {"identity": f"{change}:{article_id}:{mark}"})


def _noted(plan: Plan, now: datetime) -> list[_Noted]:
    found = []
    if plan.result == "new":
        found.append(_Noted("new", 1, "1"))
    if plan.result in ("withdrawn", "restored"):
        found.append(_Noted(plan.result, None, now.isoformat()))
    match plan.text:
        case NewVersion(cause="page", number=number):
            found.append(_Noted("changed", number, str(number)))
        case KnownVersion(date_change=date) if date is not None:
            found.append(_Noted("changed", None, f"{date.before} {date.after}"))
    return found
