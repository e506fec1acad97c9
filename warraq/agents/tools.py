"""The tools of the MCP server: read-only functions that return plain values."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, cast

from storage.archive import Archive
from storage.errors import NotFoundError
from storage.export.columns import instant
from storage.model.visit import Snapshot
from storage.saving.story import StoryArticle
from storage.search.base import Hit
from storage.search.query import Query, Sort, parse, read_day
from storage.statistics.source_summaries import source_summaries
from storage.versions import KINDS, Kind, Version, classify, word_diff
from storage.versions.history import StoredVersion
from warraq.known_values import refuse_unknown, refuse_unknown_sources, refuse_value
from warraq.records.change_records import edit_record
from warraq.records.source_records import source_record
from warraq.web.attention import attention
from warraq.web.change_lists import ChangeFilters

Answer = dict[str, object]
#: Maximum number of articles or changes per result.
_MOST = 50
#: Characters of a text in one answer; a longer one is read in pieces.
_CHARACTERS = 20_000


class Tools:
    """The tools on one archive."""

    def __init__(self, archive: Archive, folders: Sequence[Path] = ()) -> None:
        """Make the tools. `folders`: of the user's own source files."""
        self._archive, self._folders = archive, folders

    def all(self) -> Sequence[Callable[..., object]]:
        """Every tool, to be offered by its name and docstring."""
        return (
            self.search, self.count, self.article, self.versions, self.difference, self.story, self.changes,
            self.attention, self.newspapers,
        )  # fmt: skip

    def search(
        self,
        query: str = "",
        source: str | None = None,
        country: str | None = None,
        since: str | None = None,
        until: str | None = None,
        kind: str | None = None,
        sort: Literal["newest", "relevance"] = "newest",
        limit: int = 10,
        offset: int = 0,
    ) -> Answer:
        """Find news articles by their words in Arabic or any language, in any spelling.

        query: words that must all occur; "a phrase", -without, one OR another, begin*. Empty: everything.
        source: key of a newspaper (see newspapers). country: ISO code. since, until: 2024, 2024-05 or 2024-05-01.
        """
        wanted = self._known(
            _query(
                query,
                source,
                country,
                since,
                until,
                kind,
                sort=sort,
                limit=_bounded_limit(limit),
                offset=max(offset, 0),
            )
        )
        found = list(self._archive.search(wanted))
        proofs = {one.id: one.snapshot for one in self._archive.read(hit.article_id for hit in found)}
        return {
            "matching": self._archive.count(wanted),
            "articles": [_hit_answer(hit, proofs.get(hit.article_id)) for hit in found],
        }

    def count(
        self,
        query: str = "",
        source: str | None = None,
        country: str | None = None,
        since: str | None = None,
        until: str | None = None,
        kind: str | None = None,
    ) -> Answer:
        """Count the articles that match, and how the newest of them spread over newspapers, months and kinds."""
        wanted = self._known(_query(query, source, country, since, until, kind))
        spread = self._archive.facet_counts(wanted)
        return {
            "matching": self._archive.count(wanted),
            "spread_counted_over": spread.counted,
            "sources": dict(spread.sources),
            "months": dict(spread.months),
            "kinds": dict(spread.kinds),
            "undated": spread.undated,
        }

    def article(self, article: int, start: int = 0) -> Answer:
        """Read one article by its number: text, dates, authors, address, evidence.

        A long text comes in pieces; `start` is where to go on, in characters.
        """
        stored = self._archive.get(article)
        one, start = stored.article, max(start, 0)
        piece = one.text[start : start + _CHARACTERS]
        end = start + len(piece)
        return {
            "article": stored.id,
            "title": one.title,
            "source": one.source,
            "address": one.url,
            "published": one.published.iso if one.published else None,
            "dated_by": one.published.origin if one.published else None,
            "authors": list(one.authors),
            "section": one.section,
            "kind": one.kind,
            "language": one.language,
            "text": piece,
            "next_start": end if end < len(one.text) else None,
            "version": stored.version,
            "versions": stored.versions,
            "withdrawn_at": instant(stored.withdrawn_at) if stored.withdrawn_at else None,
            "withdrawn_how": stored.withdrawn_how,
            "story": stored.story,
            "evidence": _evidence(stored.snapshot),
        }

    def versions(self, article: int) -> Answer:
        """List every version of an article that was ever seen, and when it was withdrawn."""
        return {
            "article": article,
            "address": self._archive.get(article).article.url,
            "versions": [_version(version) for version in self._archive.versions(article)],
            "withdrawals": [
                {
                    "how": one.how,
                    "noticed_at": instant(one.noticed_at),
                    "last_seen_at": instant(one.last_seen_at),
                    "ended_at": instant(one.ended_at) if one.ended_at else None,
                    "evidence": _evidence(one.proof),
                }
                for one in self._archive.withdrawals(article)
            ],
        }

    def difference(self, article: int, old: int, new: int) -> Answer:
        """Compare two versions of an article word by word: [-words that went-] {+words that came+}."""
        found = {one.number: one for one in self._archive.versions(article)}
        if old not in found or new not in found:
            raise NotFoundError(f"article {article} has the versions {', '.join(map(str, found))}")
        before, after = found[old], found[new]
        changes = classify(Version(title=before.title, text=before.text), Version(title=after.title, text=after.text))
        return {
            "article": article,
            "address": self._archive.get(article).article.url,
            "changes": [change.as_json() for change in changes],
            "title": _marked(before.title, after.title),
            "text": _marked(before.text, after.text)[:_CHARACTERS],
            "old": _version(before),
            "new": _version(after),
        }

    def story(self, article: int) -> Answer:
        """Tell which newspapers carry the same text as an article, who was first, and how much each took."""
        found = self._archive.story(article)
        copies = [
            _telling(copy.telling)
            | {"taken_from_first": round(copy.taken, 3), "kept_of_first": round(copy.kept, 3)}
            | {"added": list(copy.added[:10]), "left_out": list(copy.removed[:10])}
            for copy in found.copies[:_MOST]
        ]
        return {"story": found.id, "first": _telling(found.first), "copies": copies}

    def changes(
        self, since: str | None = None, kinds: list[str] | None = None, source: str | None = None, limit: int = 20
    ) -> Answer:
        """List what newspapers silently edited or withdrew, newest first.

        kinds: withdrawn, restored, headline, date, number, name_removed, name_added, paragraph_removed,
        paragraph_added, paragraph_moved, wording, typo.
        """
        filters = ChangeFilters(
            kinds=tuple(map(_change_kind, kinds or ())),
            sources=(source.lower(),) if source else (),
            since=since or "",
        )
        refuse_unknown_sources(self._archive, filters.sources, self._folders)
        found = self._archive.changes(since=filters.start, kinds=filters.kinds, sources=filters.sources)
        return {"changes": [_change(edit_record(edit)) for edit in islice(found, _bounded_limit(limit))]}

    def attention(
        self, queries: list[str], since: str | None = None, until: str | None = None,
        step: Literal["day", "week", "month", "year"] | None = None,
    ) -> Answer:  # fmt: skip
        """Count articles over time for up to four queries, with all articles of each step to compare with."""
        wanted = [self._known(_query(query, None, None, since, until, None)) for query in queries[:4]]
        found = attention(self._archive.days, wanted, _query("", None, None, since, until, None), step=step)
        return {
            "step": found.step,
            "from": [day.isoformat() for day in found.starts],
            "queries": dict(zip(queries, map(list, found.numbers), strict=False)),
            "all": list(found.totals),
        }

    def _known(self, query: Query) -> Query:
        """Return the query. Raises UnknownValueError, with a guess, where it names a source or kind that is none."""
        refuse_unknown(self._archive, query, self._folders)
        return query

    def newspapers(self) -> Answer:
        """List the newspapers of the archive: key, names, country, how many articles, the newest."""
        with self._archive.reading() as connection:
            return {"newspapers": [source_record(source) for source in source_summaries(connection)]}


def _query(
    query: str,
    source: str | None,
    country: str | None,
    since: str | None,
    until: str | None,
    kind: str | None,
    *,
    sort: Sort = "newest",
    limit: int | None = None,
    offset: int = 0,
) -> Query:
    return parse(
        query,
        sources=_lower(source),
        countries=_lower(country),
        kinds=_lower(kind),
        since=read_day(since, last=False) if since else None,
        until=read_day(until, last=True) if until else None,
        sort=sort,
        limit=limit,
        offset=offset,
    )


def _change_kind(kind: str) -> Kind:
    refuse_value("change", kind, KINDS)
    return cast(Kind, kind)


def _lower(value: str | None) -> tuple[str, ...]:
    return (value.lower(),) if value else ()


def _bounded_limit(limit: int) -> int:
    return max(1, min(limit, _MOST))


def _hit_answer(hit: Hit, snapshot: Snapshot | None) -> Answer:
    return {
        "article": hit.article_id,
        "title": hit.title.text,
        "source": hit.source,
        "address": hit.url,
        "published": hit.published,
        "snippet": hit.snippet.marked("**", "**"),
        "evidence": _evidence(snapshot),
    }


def _evidence(snapshot: Snapshot | None) -> Answer | None:
    """Return the fetch that proves a result; None for an article imported as text."""
    if snapshot is None:
        return None
    record = snapshot.record
    return {
        "fetched_at": instant(snapshot.fetched_at),
        "page_sha256": snapshot.payload_sha256,
        "warc": f"{record.file}, byte {record.offset}" if record else None,
    }


def _version(version: StoredVersion) -> Answer:
    return {
        "number": version.number,
        "title": version.title,
        "characters": len(version.text),
        "made_by": "newspaper" if version.cause == "page" else "our extraction",
        "first_seen_at": instant(version.first_seen_at),
        "last_seen_at": instant(version.last_seen_at),
        "evidence": _evidence(version.snapshot),
    }


def _telling(telling: StoryArticle) -> Answer:
    return {
        "article": telling.article_id,
        "source": telling.source,
        "title": telling.title,
        "address": telling.url,
        "at": instant(telling.instant),
        "at_is": telling.known_by,
        "credits": [credit.agency for credit in telling.credits],
    }


def _change(record: Mapping[str, object]) -> Answer:
    renamed = {
        "article_id": "article",
        "url": "address",
        "proof": "evidence",
        "at": "seen_at",
        "after": "last_seen_before",
    }
    return {renamed.get(name, name): value for name, value in record.items()}


_SIGNS = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}


def _marked(old: str, new: str) -> str:
    spans = word_diff(old, new)
    return "".join(span.text.join(_SIGNS[span.op]) for span in spans) if spans else new
