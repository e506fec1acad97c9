"""Newspapers' changes to their articles: edits, withdrawals and returns, each with its kinds, newest first."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from storage.crawl_state.previous_fetch import FOUND
from storage.database.rows import snapshot_from
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.model.visit import Snapshot
from storage.versions import Change, Kind, Status, Version, classify

#: Pairs of texts held in memory at once.
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one version."""

    number: int
    title: str
    text: str
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A version made by a newspaper, compared with the previous one; or a change without changed words."""

    article_id: int
    #: Canonical key of the article, the same in every archive.
    key: str
    url: str
    source: str | None
    language: str | None
    #: When the change was first observed; UTC. The newspaper made it earlier.
    at: datetime
    #: When the article was last seen unchanged; UTC. The newspaper changed it later.
    after: datetime
    #: For a withdrawal, a return or a changed date alone, both are the current wording.
    old: Wording
    new: Wording
    #: The fetch that shows it; None if not known.
    proof: Snapshot | None
    #: Most severe first, see `storage.versions.compare.classify`; never empty.
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of change, each once, most severe first."""
        return tuple(dict.fromkeys(change.kind for change in self.changes))


def edits(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    kinds: Collection[Kind] = (),
    sources: Collection[str] = (),
    limit: int | None = None,
) -> Iterator[Edit]:
    """Yield newspapers' changes, newest first, without versions that our own rules made.

    A version is compared with the one numbered before it, whatever its cause: if our rules re-extracted the old page,
    the new page differs from that version only by the newspaper's changes.

    Args:
        since: seen at this instant or later.
        until: seen at this instant or earlier.
        kinds: only edits that hold a change of one of these kinds; empty = all.
        sources: keys; empty = all.
        limit: maximum number, counted after `kinds`.
    """
    wanted = set(kinds)
    found = (edit for edit in _all(session, since, until, sources) if not wanted or not wanted.isdisjoint(edit.kinds))
    return islice(found, limit)


#: Where a change is recorded; in this order if several were observed at one time.
_Where = Literal["version", "redated", "withdrawn", "restored"]


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where one change is recorded: in which row."""

    at: datetime
    where: _Where
    id: int


def _all(session: Session, since: datetime | None, until: datetime | None, sources: Collection[str]) -> Iterator[Edit]:
    # Numbers first, texts later: sorting a million pairs of texts would take the memory that streaming saves.
    places = [
        _Place(at, where, row_id)
        for where, statement in _changes_by_place(sources).items()
        for at, row_id in session.execute(_between(statement, since, until))
    ]
    newest = iter(sorted(places, reverse=True))
    while batch := list(islice(newest, _BATCH)):
        edits = {
            (where, row_id): edit
            for where, load in _LOAD.items()
            for row_id, edit in load(session, [place.id for place in batch if place.where == where])
        }
        yield from (edits[place.where, place.id] for place in batch if (place.where, place.id) in edits)
        session.expunge_all()


def _between(statement: Select[datetime, int], since: datetime | None, until: datetime | None) -> Select[datetime, int]:
    at = statement.selected_columns[0]
    after = statement if since is None else statement.where(at >= since)
    return after if until is None else after.where(at <= until)


def _changes_by_place(sources: Collection[str]) -> dict[_Where, Select[datetime, int]]:
    """Return time and row of every change, by where it is recorded."""
    # The inner select uses the index of (article, number): otherwise all first versions, most of the archive, are read.
    later = select(VersionRow.id).where(VersionRow.number > 1)
    made = select(VersionRow.first_seen_at, VersionRow.id).where(VersionRow.id.in_(later), VersionRow.cause == "page")
    redated = select(SnapshotRow.fetched_at, SnapshotRow.id).where(SnapshotRow.date_after.is_not(None))
    gone = select(WithdrawalRow.noticed_at, WithdrawalRow.id)
    back = select(WithdrawalRow.ended_at, WithdrawalRow.id).where(WithdrawalRow.ended_at.is_not(None))
    if sources:
        of_article = ArticleRow.source_key.in_(sources)
        made = made.join(ArticleRow, ArticleRow.id == VersionRow.article_id).where(of_article)
        redated = redated.where(SnapshotRow.source_key.in_(sources))
        gone = gone.join(ArticleRow, ArticleRow.id == WithdrawalRow.article_id).where(of_article)
        back = back.join(ArticleRow, ArticleRow.id == WithdrawalRow.article_id).where(of_article)
    return {"version": made, "redated": redated, "withdrawn": gone, "restored": back}  # type: ignore[dict-item]


def _versions(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Edit]]:
    """Yield the edits of these versions, without those that differ only in looks."""
    new, old = aliased(VersionRow), aliased(VersionRow)
    statement = (
        select(ArticleRow, old, new, SnapshotRow)
        .join(new, new.article_id == ArticleRow.id)
        .join(old, (old.article_id == new.article_id) & (old.number == new.number - 1))
        .outerjoin(SnapshotRow, SnapshotRow.id == new.snapshot_id)
        .where(new.id.in_(ids))
    )
    for article, before, made, snapshot in session.execute(statement):
        changes = classify(_compared(before), _compared(made))
        if changes:
            yield (
                made.id,
                _edit(
                    article,
                    before,
                    made,
                    at=made.first_seen_at,
                    after=before.last_seen_at,
                    changes=changes,
                    proof=snapshot,
                ),
            )


def _redatings(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Edit]]:
    """Yield the changes of date that these fetches found."""
    before = aliased(SnapshotRow)
    last = (
        select(func.max(before.fetched_at))
        .where(before.url_id == SnapshotRow.url_id, before.id < SnapshotRow.id, before.outcome.in_(FOUND))
        .scalar_subquery()
    )
    statement = (
        select(ArticleRow, VersionRow, SnapshotRow, last.label("after"))
        .select_from(SnapshotRow)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .join(ArticleRow, ArticleRow.id == UrlRow.article_id)
        .join(VersionRow, _SHOWN)
        .where(SnapshotRow.id.in_(ids))
    )
    for article, shown, snapshot, after in session.execute(statement):
        change = Change(kind="date", place="page", old=snapshot.date_before, new=snapshot.date_after)
        at = snapshot.fetched_at
        yield snapshot.id, _edit(article, shown, shown, at=at, after=after or at, changes=(change,), proof=snapshot)


def _withdrawals(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Edit]]:
    for article, shown, row, snapshot in _withdrawal_rows(session, ids):
        change = Change(kind="withdrawn", place="page", old="live", new=_status(row.how))
        yield (
            row.id,
            _edit(article, shown, shown, at=row.noticed_at, after=row.last_seen_at, changes=(change,), proof=snapshot),
        )


def _returns(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Edit]]:
    for article, shown, row, _ in _withdrawal_rows(session, ids):
        if row.ended_at is not None:
            change = Change(kind="restored", place="page", old=_status(row.how), new="live")
            yield (
                row.id,
                _edit(article, shown, shown, at=row.ended_at, after=row.noticed_at, changes=(change,), proof=None),
            )


_SHOWN = (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.version)
_LOAD: dict[_Where, Callable[[Session, Sequence[int]], Iterator[tuple[int, Edit]]]] = {
    "version": _versions,
    "redated": _redatings,
    "withdrawn": _withdrawals,
    "restored": _returns,
}


def _withdrawal_rows(
    session: Session, ids: Sequence[int]
) -> Iterator[tuple[ArticleRow, VersionRow, WithdrawalRow, SnapshotRow | None]]:
    statement = (
        select(ArticleRow, VersionRow, WithdrawalRow, SnapshotRow)
        .join(WithdrawalRow, WithdrawalRow.article_id == ArticleRow.id)
        .join(VersionRow, _SHOWN)
        .outerjoin(SnapshotRow, SnapshotRow.id == WithdrawalRow.snapshot_id)
        .where(WithdrawalRow.id.in_(ids))
    )
    for row in session.execute(statement):
        yield row[0], row[1], row[2], row[3]


#: Other ways are "gone".
_STATUS: dict[str, Status] = {"redirected": "redirected_home", "emptied": "emptied"}


def _status(how: str) -> Status:
    return _STATUS.get(how, "gone")


def _compared(row: VersionRow) -> Version:
    return Version(title=row.title, text=row.text, published=row.published)


def _edit(
    article: ArticleRow,
    old: VersionRow,
    new: VersionRow,
    *,
    at: datetime,
    after: datetime,
    changes: tuple[Change, ...],
    proof: SnapshotRow | None,
) -> Edit:
    return Edit(
        article_id=article.id,
        key=article.key,
        url=article.url,
        source=article.source_key,
        language=article.language,
        at=at,
        after=after,
        old=_wording(old),
        new=_wording(new),
        proof=snapshot_from(proof),
        changes=changes,
    )


def _wording(row: VersionRow) -> Wording:
    return Wording(number=row.number, title=row.title, text=row.text, text_hash=row.text_hash)
