"""Check that statements about withdrawn articles are consistent: they must never be wrong."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from storage.database.tables.every import Base
from storage.verify.base import Inspection, VerifyFinding

_articles = Base.metadata.tables["article"]
_withdrawals = Base.metadata.tables["withdrawal"]
_snapshots = Base.metadata.tables["snapshot"]

_OPEN = _withdrawals.c.ended_at.is_(None)
_CURE = "restore a backup of archive.db; or capture the page again, which shows whether it is online"


def withdrawals(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that an article is withdrawn exactly as its one open withdrawal states, and that a fetch that missed it is
    the proof."""
    yield from _articles_and_rows(inspection)
    yield from _twice(inspection)
    yield from _proofs(inspection)


def _articles_and_rows(inspection: Inspection) -> Iterator[VerifyFinding]:
    at, how = _articles.c.withdrawn_at, _articles.c.withdrawn_how
    withdrawn = select(_articles.c.id, at, how, _withdrawals.c.id.label("open"))
    latest = select(func.max(_withdrawals.c.id)).where(_OPEN).group_by(_withdrawals.c.article_id)
    both = withdrawn.outerjoin(
        _withdrawals, and_(_withdrawals.c.article_id == _articles.c.id, _withdrawals.c.id.in_(latest))
    )
    other = or_(at.is_distinct_from(_withdrawals.c.noticed_at), how.is_distinct_from(_withdrawals.c.how))
    for row in inspection.rows(both.where(other)):
        where = f"article {row.id}"
        if row.open is None:
            message = "is marked as withdrawn without an open withdrawal"
        elif row.withdrawn_at is None:
            message = f"is marked as online, but withdrawal {row.open} has not ended"
        else:
            message = f"its withdrawn_at and withdrawn_how differ from withdrawal {row.open}"
        yield _error(where, message)


def _twice(inspection: Inspection) -> Iterator[VerifyFinding]:
    open_ones = select(_withdrawals.c.article_id, func.count().label("number")).where(_OPEN)
    for row in inspection.rows(open_ones.group_by(_withdrawals.c.article_id).having(func.count() > 1)):
        yield _error(f"article {row.article_id}", f"{row.number} withdrawals of it are open; at most one can be")


def _proofs(inspection: Inspection) -> Iterator[VerifyFinding]:
    proof = select(_withdrawals.c.id, _snapshots.c.id.label("snapshot"), _snapshots.c.outcome)
    bad = proof.join(_snapshots, _snapshots.c.id == _withdrawals.c.snapshot_id)
    for row in inspection.rows(bad.where(_snapshots.c.outcome.is_distinct_from("withdrawn"))):
        found = f"came to {row.outcome!r}" if row.outcome else "has no recorded result"
        yield _error(f"withdrawal {row.id}", f"its proof, snapshot {row.snapshot}, {found}: not 'withdrawn'")


def _error(where: str, message: str) -> VerifyFinding:
    return VerifyFinding(check="withdrawal", severity="error", where=where, message=message, cure=_CURE)
