"""Re-extraction: reads and writes of a pass of today's rules over stored pages, and its progress.

The pass is a row of the table `run` (kind "reextract") with its selection, the last article done, and its counts. A
batch of revisions and the new position are one transaction, so a killed pass resumes after the last batch and does
nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.crawl_state.previous_fetch import FOUND
from storage.database.engine import utc_now
from storage.database.rows import StoredArticle, snapshot_from
from storage.database.tables.core import ArticleRow, RunRow, SnapshotRow, UrlRow, VersionRow
from storage.model.address import hint_from
from storage.model.article import Article, Credit, FeedHint
from storage.model.signature import Signature
from storage.model.visit import Snapshot
from storage.saving.near_duplicates import StoryClusters
from storage.saving.revise import revise

KIND = "reextract"
#: Articles prefetched in one short transaction.
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The selection of articles, and the versions in use: a resumed pass must be uniform."""

    #: Keys of sources, any of them; () means all.
    sources: tuple[str, ...] = ()
    #: Pages fetched at this time or later; None means all.
    since: datetime | None = None
    extractor: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedArticle:
    """An article, and the pages it can be re-extracted from."""

    stored: StoredArticle
    #: What the feed stated about the URL of its page.
    hint: FeedHint | None
    #: The last fetch that found the same text on another page: metadata was read from it. None if there is none; the
    #: text itself is that of `stored.snapshot`.
    latest: Snapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReextractedArticle:
    """A re-extracted article, and the result."""

    #: As it was when its page was re-extracted.
    read: StoredArticle
    #: Its category in the counts: "text", "date", "failed" ...
    counts: tuple[str, ...]
    #: The result of today's rules; None if nothing changes.
    article: Article | None = None
    signature: Signature | None = None
    credits: tuple[Credit, ...] = ()


class Reextraction:
    """A pass over the articles of an archive, in the order of their numbers."""

    def __init__(self, archive: Archive, wanted: Wanted, *, run_id: int | None, after: int, until: int) -> None:
        self._archive = archive
        self.wanted = wanted
        self._run_id = run_id
        #: Number of the last finished article; 0 before the first.
        self.after = after
        self._until = until
        #: Counts so far: (source or "", category) -> articles.
        self.counts: Counter[tuple[str, str]] = Counter()

    @classmethod
    def begin(cls, archive: Archive, wanted: Wanted, *, keep: bool = True, restart: bool = False) -> Self:
        """Resume an unfinished pass with the same selection; else begin one.

        Args:
            keep: False: write nothing, and do not look for an earlier pass.
            restart: leave an earlier pass as it is.
        """
        with archive.reading() as connection:
            last = connection.scalar(select(func.max(ArticleRow.id))) or 0
            run = _unfinished(connection, wanted) if keep and not restart else None
        if run is not None:
            taken = cls(archive, wanted, run_id=run.id, after=run.counts["after"], until=run.counts["until"])
            for counted, number in run.counts["counts"].items():
                source, _, what = counted.partition("/")
                taken.counts[source, what] = number
            return taken
        run_id = archive.start_run(KIND, wanted.sources) if keep else None
        begun = cls(archive, wanted, run_id=run_id, after=0, until=last)
        begun.keep([])
        return begun

    @property
    def failed(self) -> int:
        """Count articles whose page is damaged, or broke the extractor. Articles without a page do not count."""
        return sum(number for (_, what), number in self.counts.items() if what in ("failed", "damaged"))

    def total(self) -> int:
        """Count the remaining articles."""
        with self._archive.reading() as connection:
            return connection.scalar(select(func.count()).select_from(self._ids(self.after).subquery())) or 0

    def articles(self) -> Iterator[ArchivedArticle]:
        """Yield those articles, in the order of their numbers; articles stored meanwhile are not included."""
        after = self.after
        while True:
            with self._archive.reading() as connection:
                ids = list(connection.scalars(self._ids(after).limit(_BATCH)))
                stored = list(self._archive.read(ids))
                kept = list(_with_pages(connection, stored))
            if not ids:
                return
            yield from kept
            after = ids[-1]

    def keep(self, batch: Sequence[ReextractedArticle]) -> None:
        """Store the results of a batch, and mark everything up to its last article as done; one transaction."""
        counts = self.counts.copy()
        after = batch[-1].read.id if batch else self.after
        if self._run_id is None:
            for one in batch:
                _count(counts, one)
            self.after, self.counts = after, counts
            return
        with self._archive.writing() as connection, Session(connection) as session:
            kept = []
            for one in batch:
                revision = one.article and revise(session, one.read.id, one.article, now=utc_now(), read=one.read)
                if revision and revision != "moved":
                    kept.append((one, revision))
                _count(counts, one, moved=revision == "moved")
            session.flush()
            self._archive.index(connection, [one.read.id for one, revision in kept if revision != "same"])
            stories = StoryClusters(session)
            for (
                one,
                _,
            ) in kept:  # after all articles are locked: it takes a lock that holders of an article wait for
                if one.signature is not None:
                    stories.add(one.read.id, one.signature, credits=one.credits)
            row = session.get_one(RunRow, self._run_id)
            row.counts = self._state(after, counts)
            session.flush()
        self.after, self.counts = after, counts

    def close(self, outcome: str) -> None:
        """Close the account: "done", "partial"; or "interrupted", to be resumed."""
        if self._run_id is not None:
            self._archive.finish_run(self._run_id, outcome=outcome, counts=self._state(self.after, self.counts))

    def _state(self, after: int, counts: Counter[tuple[str, str]]) -> dict[str, object]:
        counted = {f"{source}/{what}": number for (source, what), number in counts.items()}
        return _wishes(self.wanted) | {"after": after, "until": self._until, "counts": counted}

    def _ids(self, after: int) -> Select[int]:
        wanted = select(ArticleRow.id).where(ArticleRow.id > after, ArticleRow.id <= self._until)
        if self.wanted.sources:
            wanted = wanted.where(ArticleRow.source_key.in_(self.wanted.sources))
        if self.wanted.since is not None:
            shown = (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.version)
            wanted = wanted.join(VersionRow, shown).join(SnapshotRow, SnapshotRow.id == VersionRow.snapshot_id)
            wanted = wanted.where(SnapshotRow.fetched_at >= self.wanted.since)
        return wanted.order_by(ArticleRow.id)


def _count(counts: Counter[tuple[str, str]], one: ReextractedArticle, *, moved: bool = False) -> None:
    source = one.read.article.source or ""
    counts[source, "read"] += 1
    for what in ("moved",) if moved else one.counts:
        counts[source, what] += 1


def _wishes(wanted: Wanted) -> dict[str, object]:
    wishes = asdict(wanted) | {"since": wanted.since.isoformat() if wanted.since else None}
    return wishes | {"sources": sorted(wanted.sources)}


def _unfinished(connection: Connection, wanted: Wanted) -> "Row[int, str | None, dict[str, object]] | None":
    """Return the newest pass with this selection, if it did not finish."""
    wishes = _wishes(wanted)
    rows = connection.execute(
        select(RunRow.id, RunRow.outcome, RunRow.counts).where(RunRow.kind == KIND).order_by(RunRow.id.desc())
    )
    found = next((row for row in rows if wishes.items() <= dict(row.counts).items()), None)
    return found if found is not None and found.outcome in (None, "interrupted") else None


#: The rows of the articles' own URLs, also where a text came by another one. An alternative URL (AMP, print) never
#: changes an article, so its later content does not count.
_OWN_PAGES = (
    select(UrlRow.id, UrlRow.hint, ArticleRow.id.label("article_id"))
    .join(ArticleRow, ArticleRow.key_hash == UrlRow.key_hash)
    .where(ArticleRow.id.in_(bindparam("articles", expanding=True)))
)


def _with_pages(connection: Connection, stored: Iterable[StoredArticle]) -> Iterator[ArchivedArticle]:
    articles = {one.id: one for one in stored}
    shown = (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.version)
    read_from = (
        select(ArticleRow.id, UrlRow.hint)
        .join(VersionRow, shown)
        .join(SnapshotRow, SnapshotRow.id == VersionRow.snapshot_id)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(ArticleRow.id.in_(articles))
    )
    hints = {row.id: row.hint for row in connection.execute(read_from)}
    own = list(connection.execute(_OWN_PAGES, {"articles": list(articles)}))
    latest = _latest(connection, {row.id: row.article_id for row in own})
    hints |= {row.article_id: row.hint for row in own if row.hint and row.article_id in latest}
    for number, one in articles.items():
        yield ArchivedArticle(
            stored=one,
            hint=hint_from(hints.get(number)),
            latest=_newer(latest.get(number), one.snapshot),
        )


def _newer(latest: Snapshot | None, own: Snapshot | None) -> Snapshot | None:
    """Return the later fetch, if there is one with different bytes."""
    if latest is None or own is None or latest.fetched_at <= own.fetched_at:
        return None
    return None if latest.payload_sha256 == own.payload_sha256 else latest


def _latest(connection: Connection, own: dict[int, int]) -> dict[int, Snapshot]:
    """Return the last recorded fetch of each of these URLs (number -> article) that found its article there."""
    found = and_(SnapshotRow.outcome.in_(FOUND), SnapshotRow.status != 304)  # a 304 has no headers of the page's own
    last = (
        select(func.max(SnapshotRow.id))
        .where(SnapshotRow.url_id.in_(own), found, SnapshotRow.warc_file.is_not(None))
        .group_by(SnapshotRow.url_id)
    )
    with Session(connection) as session:
        rows = session.scalars(select(SnapshotRow).where(SnapshotRow.id.in_(last)))
        snapshots = {own[row.url_id]: snapshot_from(row) for row in rows}
    return {article: snapshot for article, snapshot in snapshots.items() if snapshot is not None}
