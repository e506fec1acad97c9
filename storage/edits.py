"""What newspapers changed in their articles: each edit with its kinds, newest first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from storage.models import ArticleRow, VersionRow
from storage.versions import Change, Kind, Version, classify

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
    """A version that a newspaper made, beside the one before it."""

    article_id: int
    #: Canonical key of the article, the same in every archive.
    key: str
    url: str
    source: str | None
    language: str | None
    #: When the new wording was first seen here; UTC. The newspaper changed it at some time before.
    at: datetime
    #: When the old wording was last seen; UTC. The newspaper changed it at some time after.
    after: datetime
    old: Wording
    new: Wording
    #: Gravest first, see `storage.versions.classify`; never empty.
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of change, each once, gravest first."""
        return tuple(dict.fromkeys(change.kind for change in self.changes))


def edits(
    session: Session,
    *,
    since: datetime | None = None,
    kinds: Collection[Kind] = (),
    sources: Collection[str] = (),
    limit: int | None = None,
) -> Iterator[Edit]:
    """The edits by newspapers, newest first; versions that our own rules made are none.

    A version is compared with the one numbered before it, whoever made that: our rules' rereading of the old page, where
    there is one, is what the new page differs from by the newspaper's hand alone.

    Args:
        since: seen at this instant or later.
        kinds: only edits that hold a change of one of these kinds; empty = all.
        sources: keys; empty = all.
        limit: at most so many, counted after `kinds`.
    """
    wanted = set(kinds)
    found = (edit for edit in _all(session, since, sources) if not wanted or not wanted.isdisjoint(edit.kinds))
    return islice(found, limit)


def _all(session: Session, since: datetime | None, sources: Collection[str]) -> Iterator[Edit]:
    # Numbers first, texts later: sorting a million pairs of texts would take the memory that streaming saves.
    ids = iter(session.scalars(_newest(since, sources)).all())
    while batch := list(islice(ids, _BATCH)):
        yield from _load(session, batch)
        session.expunge_all()


def _newest(since: datetime | None, sources: Collection[str]) -> Select[int]:
    # The inner select is answered by the index of (article, number): else all first versions, most of the archive, are read.
    later = select(VersionRow.id).where(VersionRow.number > 1)
    made = select(VersionRow.id).where(VersionRow.id.in_(later), VersionRow.cause == "page")
    if since is not None:
        made = made.where(VersionRow.first_seen_at >= since)
    if sources:
        made = made.join(ArticleRow, ArticleRow.id == VersionRow.article_id).where(ArticleRow.source_key.in_(sources))
    return made.order_by(VersionRow.first_seen_at.desc(), VersionRow.id.desc())


def _load(session: Session, ids: Sequence[int]) -> Iterator[Edit]:
    """The edits that made these versions, in their order; without those whose words only look otherwise."""
    new, old = aliased(VersionRow), aliased(VersionRow)
    statement = (
        select(ArticleRow, old, new)
        .join(new, new.article_id == ArticleRow.id)
        .join(old, (old.article_id == new.article_id) & (old.number == new.number - 1))
        .where(new.id.in_(ids))
    )
    rows = {made.id: (article, before, made) for article, before, made in session.execute(statement)}
    for version_id in ids:
        if version_id in rows:
            edit = _edit(*rows[version_id])
            if edit.changes:
                yield edit


def _edit(article: ArticleRow, old: VersionRow, new: VersionRow) -> Edit:
    return Edit(
        article_id=article.id,
        key=article.key,
        url=article.url,
        source=article.source_key,
        language=article.language,
        at=new.first_seen_at,
        after=old.last_seen_at,
        old=_wording(old),
        new=_wording(new),
        changes=classify(Version(title=old.title, text=old.text), Version(title=new.title, text=new.text)),
    )


def _wording(row: VersionRow) -> Wording:
    return Wording(number=row.number, title=row.title, text=row.text, text_hash=row.text_hash)
