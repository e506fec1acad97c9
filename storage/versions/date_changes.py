"""Redating: a date that a newspaper changed under the same words, as the fetch that found it remembers it.

A version is a distinct text, so another date makes none (docs/decisions/0010): the row of the fetch says it instead.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow
from storage.model.article import Article
from storage.versions import same_moment

#: A year of four digits, or three numbers of a date, in any script's digits.
_YEAR = re.compile(r"\d{4}|\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """A change of date. Both in ISO 8601 at the precision known."""

    old: str
    new: str

    @property
    def reason(self) -> str:
        """As `snapshot.reason` says it."""
        return f"date {self.old} {self.new}"


def redating_of(reason: str | None) -> Redating | None:
    """What a fetch's reason says of a date; None: nothing."""
    parts = (reason or "").split(" ")
    return Redating(old=parts[1], new=parts[2]) if len(parts) == 3 and parts[0] == "date" else None


def redated(session: Session, row: UrlRow, held: ArticleRow, article: Article) -> str | None:
    """The reason of a fetch that found the same text under another date; None where that is not so, or was told before.

    Only dates of the same place on the page are compared: a feed that says less is no change of the newspaper's. Nor are
    dates that count from the reader's day ("منذ 3 ساعات"): they come out a few minutes different at every look.
    """
    new = article.published
    if new is None or held.published is None or held.published_from != new.origin:
        return None
    if not is_comparable(held, article):
        return None
    if same_moment(held.published, new.iso):
        return None
    told = select(SnapshotRow.reason).where(SnapshotRow.url_id == row.id, SnapshotRow.outcome == "changed")
    change = Redating(old=held.published, new=new.iso)
    earlier = [redating_of(reason) for reason in session.scalars(told)]
    if any(one and new.iso in (one.old, one.new) for one in earlier):
        return None
    return change.reason


def is_comparable(held: ArticleRow, article: Article) -> bool:
    """Whether neither date counts from the day of the fetch. An article without a date is comparable."""
    new = article.published.text if article.published else None
    return _states_its_year(held.published_text) and _states_its_year(new)


def _states_its_year(written: str | None) -> bool:
    return written is None or _YEAR.search(written) is not None
