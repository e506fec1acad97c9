"""Save one visit in one transaction: load the facts, decide without I/O, apply the plan.

Article, version, snapshot, new links and frontier state change together or not at all.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from storage.crawl_state.frontier import add_links
from storage.database.rows import snapshot_values
from storage.database.tables.core import SnapshotRow, UrlRow
from storage.model.article import Article
from storage.model.sanitize import safe_line
from storage.model.visit import Stored, Visit
from storage.saving.alert_events import note_event, note_events
from storage.saving.apply import apply
from storage.saving.decide import decide
from storage.saving.load import load
from storage.saving.parts import as_completion, kept_parts, note_first_part, with_kept_parts
from storage.saving.save_part import save_part
from storage.search.base import SearchEngine


def save(session: Session, visit: Visit, *, now: datetime, search: SearchEngine) -> Stored:
    """Save a visit inside the caller's transaction.

    Returns "lease_lost", with nothing stored, if the visit's lease has passed to another owner.
    """
    kept = kept_parts(session, visit)
    loaded = load(session, with_kept_parts(visit, kept), now=now)
    if loaded is None:
        return Stored(result="lease_lost")
    outcome, part = loaded.visit.outcome, visit.part
    if isinstance(outcome, Article) and part is not None and part.number > 1:
        snapshot = _add_snapshot(session, loaded.row, visit)
        new_urls = add_links(session.connection(), visit.links, now=now)
        stored = save_part(session, loaded.row, visit, outcome, part, snapshot, now=now, search=search)
        if snapshot is not None:
            loaded.row.fetched_at = snapshot.fetched_at
            snapshot.outcome, snapshot.reason = stored.result, f"part {part.number}"
        if stored.result == "new" and stored.article_id is not None:
            note_event(session, "new", stored.article_id, version=1, mark="1", now=now)
        return replace(stored, new_urls=new_urls)
    plan = as_completion(decide(loaded.facts, loaded.visit, now=now), part, kept)
    loaded.row.revisits += loaded.facts.held is not None
    reason = safe_line(plan.reason, limit=300) if plan.reason else None
    snapshot = _add_snapshot(session, loaded.row, visit, outcome=plan.result, reason=reason)
    new_urls = add_links(session.connection(), visit.links, now=now)
    article_id = apply(session, loaded, plan, snapshot, now=now, search=search)
    note_first_part(session, article_id, visit, plan, kept, snapshot)
    note_events(session, plan, article_id, now=now)
    return Stored(result=plan.result, article_id=article_id, new_urls=new_urls)


def _add_snapshot(
    session: Session, row: UrlRow, visit: Visit, *, outcome: str | None = None, reason: str | None = None
) -> SnapshotRow | None:
    """Add the snapshot; None if the visit has none. The caller updates the URL, with all else that changes of it."""
    if visit.snapshot is None:
        return None
    values = snapshot_values(visit.snapshot)
    snapshot = SnapshotRow(url_id=row.id, source_key=row.source_key, outcome=outcome, reason=reason, **values)
    session.add(snapshot)
    session.flush()
    return snapshot
