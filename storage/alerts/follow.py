"""Follow what crawls changed: each noted change becomes a match of every alert that wants it.

Matches are inserted and changes deleted in one transaction, so a kill loses and repeats nothing; the searches run
before it, in a transaction that only reads.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import aliased

from storage.alerts.alert import AlertMatch, AlertState, Change
from storage.alerts.matches import put_matches
from storage.archive import Archive
from storage.database.tables.alerts import AlertEventRow
from storage.database.tables.core import ArticleRow, VersionRow
from storage.search.evaluate import matches
from storage.search.query import QueryError, parse
from storage.search.stored_documents import documents_of
from storage.versions import Version, classify

logger = logging.getLogger(__name__)

#: Changes handled in one transaction.
BATCH = 500


@dataclass(frozen=True, slots=True)
class _Event:
    """A noted change, with what a message says of its article. The fields are the columns of `_EVENTS`."""

    id: int
    article_id: int
    change: Change
    version: int | None
    identity: str
    at: datetime
    title: str
    url: str
    source: str | None


def follow(archive: Archive, alerts: Sequence[AlertState]) -> int:
    """Turn all noted changes into matches; return how many were handled."""
    handled = 0
    while number := _follow_batch(archive, alerts):
        handled += number
    return handled


def _follow_batch(archive: Archive, alerts: Sequence[AlertState]) -> int:
    with archive.reading() as connection:
        events = [_Event(**row) for row in connection.execute(_EVENTS).mappings()]
        if not events:
            return 0
        found = _matches_by_alert(archive, connection, events, alerts)
    with archive.writing() as connection:
        for alert_id, made in found.items():
            put_matches(connection, alert_id, made)
        connection.execute(delete(AlertEventRow).where(AlertEventRow.id.in_([event.id for event in events])))
    return len(events)


_EVENTS = (
    select(
        AlertEventRow.id,
        AlertEventRow.article_id,
        AlertEventRow.change,
        AlertEventRow.version,
        AlertEventRow.identity,
        AlertEventRow.at,
        ArticleRow.title,
        ArticleRow.url,
        ArticleRow.source_key.label("source"),
    )
    .join(ArticleRow, ArticleRow.id == AlertEventRow.article_id)
    .order_by(AlertEventRow.id)
    .limit(BATCH)
)


def _matches_by_alert(
    archive: Archive, connection: Connection, events: Sequence[_Event], alerts: Sequence[AlertState]
) -> dict[int, list[AlertMatch]]:
    """Return the matches by alert."""
    found: dict[int, list[AlertMatch]] = {}
    details: dict[int, str | None] = {}
    for state in alerts:
        wanted = [event for event in events if event.change in state.alert.events and event.at >= state.created_at]
        if not wanted:
            continue
        ids = {event.article_id for event in wanted}
        matching = ids if not state.alert.query else _matching(archive, connection, state, ids)
        for event in wanted:
            if event.article_id not in matching and not _matched_before(connection, state, event):
                continue
            if event.id not in details:
                details[event.id] = _detail(connection, event)
            if (detail := details[event.id]) is not None:
                found.setdefault(state.id, []).append(_match(event, detail))
    return found


def _matching(archive: Archive, connection: Connection, state: AlertState, ids: set[int]) -> set[int]:
    try:
        return archive.matching(connection, parse(state.alert.query), ids)
    except QueryError as error:
        logger.warning("alert %s matches nothing: %s", state.alert.name, error)
        return set()


def _matched_before(connection: Connection, state: AlertState, event: _Event) -> bool:
    """Whether an edited article matched by the words that it had before: one that loses the word is a match too."""
    if event.change != "changed" or event.version is None:
        return False
    row = connection.execute(
        select(VersionRow.title, VersionRow.text).where(
            VersionRow.article_id == event.article_id, VersionRow.number == event.version - 1
        )
    ).first()
    now = documents_of(connection, [event.article_id]).get(event.article_id)
    if row is None or now is None:
        return False
    try:
        return matches(connection, parse(state.alert.query), replace(now, title=row.title, text=row.text))
    except QueryError:
        return False


def _match(event: _Event, detail: str) -> AlertMatch:
    return AlertMatch(
        identity=event.identity,
        change=event.change,
        article_id=event.article_id,
        source=event.source,
        title=event.title,
        url=event.url,
        detail=detail,
        at=event.at,
    )


def _detail(connection: Connection, event: _Event) -> str | None:
    """Describe a change; None if the words are the same to a reader, so that no message is sent."""
    if event.change != "changed":
        return ""
    if event.version is None:
        return "date"
    new, old = aliased(VersionRow), aliased(VersionRow)
    statement = (
        select(old.title, old.text, old.published, new.title, new.text, new.published)
        .join(new, (new.article_id == old.article_id) & (new.number == old.number + 1))
        .where(new.article_id == event.article_id, new.number == event.version)
    )
    row = connection.execute(statement).first()
    if row is None:
        return ""
    before = Version(title=row[0], text=row[1], published=row[2])
    after = Version(title=row[3], text=row[4], published=row[5])
    kinds = dict.fromkeys(change.kind.replace("_", " ") for change in classify(before, after))
    return ", ".join(kinds) or None
