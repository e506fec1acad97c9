"""ArchiveReader: an archive as notebooks and programs read it. Plain strings in, values, dictionaries or pandas out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Self

from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.errors import NotFoundError
from storage.export.columns import stored_record
from storage.saving.story import Story
from storage.search.base import Hit
from storage.search.query import Query, Sort, parse, read_day
from storage.versions import Kind, Span, word_diff
from storage.versions.changes import Edit
from storage.versions.history import StoredVersion
from warraq.api.as_dicts import edit_record, hit_record
from warraq.api.results import Results

CountBy = Literal["source", "kind", "language", "month", "day"]

#: Any number of keys, or one.
Names = str | Iterable[str]


def open_archive(path: str | Path, *, warc: str | Path | None = None) -> "ArchiveReader":
    """Open an archive for reading: a folder, or a PostgreSQL address with `warc` as the folder of its WARC files.

    The archive is not changed, and a crawl may write to it at the same time. Raises StorageError if there is no
    archive, and ConfigError if the address is invalid.
    """
    archive = Archive.open(path, warc=Path(warc) if warc is not None else None, create=False, read_only=True)
    return ArchiveReader(archive)


class ArchiveReader:
    """An open archive, read-only. A context manager; `close` ends it.

    Queries are strings in the language of `warraq search`. The keyword filters narrow a query in the same way as its
    `source:`, `country:`, `kind:`, `language:`, `author:`, `since:` and `until:`. Instants are in UTC.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database. Safe to call twice."""
        self._archive.close()

    def __len__(self) -> int:
        return self._archive.count(Query())

    def search(
        self,
        query: str = "",
        *,
        source: Names = (),
        country: Names = (),
        kind: Names = (),
        language: Names = (),
        author: Names = (),
        since: str | date | None = None,
        until: str | date | None = None,
        sort: Sort = "newest",
        limit: int | None = None,
    ) -> Results[Hit]:
        """What matches, with title and the excerpt that matches; for lists. `find` gives whole articles.

        Args:
            query: words, "phrases", prefix*, filters; "" matches everything.
            source, country, kind, language, author: one or several; any of them matches.
            since, until: first and last day of publication, inclusive; "2024", "2024-05" and "2024-05-01" are
            understood. sort: "newest" first, or by "relevance". limit: at most so many; None means all.

        Raises QueryError if the query has a syntax error.
        """
        wanted = _query(query, source, country, kind, language, author, since, until, sort, limit)
        return Results(lambda: self._archive.search(wanted), record=hit_record)

    def find(
        self,
        query: str = "",
        *,
        source: Names = (),
        country: Names = (),
        kind: Names = (),
        language: Names = (),
        author: Names = (),
        since: str | date | None = None,
        until: str | date | None = None,
        sort: Sort = "newest",
        limit: int | None = None,
    ) -> Results[StoredArticle]:
        """The articles that match, whole, with their provenance; dictionaries have the columns of an export.

        Arguments and errors as for `search`.
        """
        wanted = _query(query, source, country, kind, language, author, since, until, sort, limit)
        return Results(lambda: self._archive.find(wanted), record=stored_record)

    def count(self, query: str = "", *, by: CountBy | None = None) -> int | dict[str, int]:
        """How many articles match: one number, or one for each value of `by`.

        by="month" and by="day" count days of publication in UTC, oldest first ("2024-05", "2024-05-01"), without
        articles whose day is not known; by="source", "kind" and "language" put the largest count first.
        """
        wanted = _query(query)
        if by is None:
            return self._archive.count(wanted)
        if by in ("day", "month"):
            return _by_time(self._archive.days(wanted), letters=10 if by == "day" else 7)
        counts = self._archive.facet_counts(wanted, most=2**31)
        return dict({"source": counts.sources, "kind": counts.kinds, "language": counts.languages}[by])

    def get(self, article: int | str) -> StoredArticle:
        """One article by its number, or by a URL that leads to it. Raises NotFoundError."""
        return self._archive.get(article)

    def versions(self, article: int | str) -> list[StoredVersion]:
        """Every version of an article, oldest first. Raises NotFoundError."""
        return self._archive.versions(article)

    def diff(self, article: int | str, old: int | None = None, new: int | None = None) -> list[Span]:
        """What changed in the text between two versions, word by word; by default between the last two.

        Each span has `op` ("equal", "delete", "insert") and `text`. Empty where nothing changed or there is only one
        version. Raises NotFoundError where there is no such article or version.
        """
        texts = {version.number: version.text for version in self.versions(article)}
        last = max(texts)
        old, new = old or max(1, last - 1), new or last
        missing = [str(number) for number in (old, new) if number not in texts]
        if missing:
            raise _no_version(article, missing[0], sorted(texts))
        return word_diff(texts[old], texts[new])

    def changes(
        self,
        *,
        since: datetime | None = None,
        kind: Collection[Kind] = (),
        source: Names = (),
        limit: int | None = None,
    ) -> Results[Edit]:
        """What sources changed in their articles after publication, newest first: edits, withdrawals, returns.

        `since`: an instant with a time zone; None means from the beginning.
        """
        sources = _names(source)
        return Results(
            lambda: self._archive.changes(since=since, kinds=kind, sources=sources, limit=limit), record=edit_record
        )

    def story(self, article: int | str) -> Story:
        """The articles of one text in several outlets: the first published, and what each other one took from it."""
        return self._archive.story(article)


def _query(
    text: str,
    source: Names = (),
    country: Names = (),
    kind: Names = (),
    language: Names = (),
    author: Names = (),
    since: str | date | None = None,
    until: str | date | None = None,
    sort: Sort = "newest",
    limit: int | None = None,
) -> Query:
    """One query of the words and the keyword filters."""
    return parse(
        text,
        sources=_names(source),
        countries=tuple(name.lower() for name in _names(country)),
        kinds=_names(kind),
        languages=_names(language),
        authors=_names(author),
        since=_day(since, last=False),
        until=_day(until, last=True),
        sort=sort,
        limit=limit,
    )


def _names(given: Names) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _day(given: str | date | None, *, last: bool) -> date | None:
    return read_day(given, last=last) if isinstance(given, str) else given


def _by_time(days: dict[date, int], *, letters: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for day in sorted(days):
        name = day.isoformat()[:letters]
        counts[name] = counts.get(name, 0) + days[day]
    return counts


def _no_version(article: int | str, number: str, known: Sequence[int]) -> NotFoundError:
    return NotFoundError(f"article {article} has no version {number}; it has {', '.join(map(str, known))}")
