"""What articles are compared by, read from their rows by number: signatures, texts, headlines, sources and days.

A look-up reads some dozen rows of each; statements go to the driver, since SQLAlchemy takes longer to make objects of
them than SQLite to find them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from storage.database.dialect import placeholder
from storage.database.driver import fetch
from storage.model.signature import SCHEME, Signature

#: Rows read with one statement: below the 999 parameters that any SQLite takes.
_MARKS = 900


@dataclass(frozen=True, slots=True)
class ComparedArticle:
    """What tells whether two articles with similar texts are about one event."""

    title: str
    #: None: of no known source.
    source: str | None
    #: Of publication; of the first visit where that is not known, in UTC.
    day: date


def articles(connection: Connection, ids: Iterable[int]) -> dict[int, ComparedArticle]:
    """Return headline, source and day of articles, by number."""
    rows = _rows(connection, "select id, title, source_key, published_day, first_seen_at from article where id in", ids)
    return {id: ComparedArticle(title, source, _day(published, seen)) for id, title, source, published, seen in rows}


def texts(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the texts of articles, by number."""
    return dict(_rows(connection, "select id, text from article where id in", ids))


def signatures(connection: Connection, ids: Iterable[int]) -> dict[int, Signature]:
    """Return the signatures of articles as far as they have one of the present scheme, by number."""
    statement = f"select article_id, words, packed from signature where scheme = {SCHEME} and article_id in"  # noqa: S608
    return {id: Signature(words, packed) for id, words, packed in _rows(connection, statement, ids)}


def _rows(connection: Connection, statement: str, ids: Iterable[int]) -> Iterator[Any]:
    """Yield the rows of a statement that ends with IN."""
    numbers = list(ids)
    for start in range(0, len(numbers), _MARKS):
        some = numbers[start : start + _MARKS]
        marks = ", ".join([placeholder(connection)] * len(some))
        yield from fetch(connection, f"{statement} ({marks})", some)


def _day(published: str | None, first_seen_at: str | datetime) -> date:
    if published:
        return date.fromisoformat(published)
    if isinstance(first_seen_at, str):  # SQLite keeps instants as text, in UTC
        return date.fromisoformat(first_seen_at[:10])
    return first_seen_at.astimezone(UTC).date()
