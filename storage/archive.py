"""Archive: the single entry point to everything that is stored."""

import logging
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from sqlalchemy import Connection, Engine, func, inspect, literal, make_url, select, text, union_all
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session

from storage import crawl_state, saving, search, statistics, versions
from storage.database.engine import alone, for_reading, open_engine, repeated, translated, utc_now
from storage.database.migrate import is_older, migrate
from storage.database.opening import check_soundness, open_folder, refuse_foreign
from storage.database.rows import StoredArticle, StoredPart, stored_article, stored_part
from storage.database.tables.core import ArticleRow, RunRow, SnapshotRow, SourceRow, UrlRow, VersionRow
from storage.database.tables.parts import PartRow
from storage.database.tables.stories import StoryRow
from storage.database.transactions import Transactions
from storage.database.values import key_hash
from storage.errors import ConfigError, NotFoundError
from storage.extras import missing
from storage.model.article import Article
from storage.model.visit import Stored, Visit
from storage.search.base import Hit
from storage.search.document import Document
from storage.search.engines import search_engine
from storage.search.hits import hits
from storage.search.query import Query
from storage.text.folding import ANALYSER_VERSION
from storage.warc import WarcStore
from storage.warc.gather import reader

if TYPE_CHECKING:
    from storage.crawl_state.backfills import Backfills
    from storage.crawl_state.boilerplate import Boilerplate
    from storage.crawl_state.endpoints import Endpoints
    from storage.crawl_state.frontier import Frontier
    from storage.crawl_state.hosts import Hosts
    from storage.saving.story import Story
    from storage.saving.withdrawals import Withdrawal
    from storage.saving.writer import WriterThread
    from storage.search.cards import Card
    from storage.search.explain import Explanation
    from storage.search.facet_counts import FacetCounts
    from storage.search.marking_words import MarkingWords, Spread
    from storage.statistics.counts import ArchiveStats, LedgerLine
    from storage.versions import Kind
    from storage.versions.changes import Edit
    from storage.versions.history import StoredVersion

logger = logging.getLogger(__name__)

#: Articles held in memory at once while streaming.
_BATCH = 200


class Archive:
    """An archive: a database and a folder of WARC files.

    Created by `Archive.open`. Use one object in one process only; any number of processes may open the same archive.
    """

    def __init__(
        self, engine: Engine, *, warc: WarcStore, folder: Path | None, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock
        #: The archive's folder; None for a database given by URL.
        self.folder = folder
        self.warc = warc
        self._search = search_engine(engine)

    @cached_property
    def frontier(self) -> "Frontier":
        """Every URL ever discovered, and which are due."""
        return crawl_state.frontier.Frontier(self._engine, clock=self._clock)

    @cached_property
    def endpoints(self) -> "Endpoints":
        """The feeds, sitemaps and section pages of the sources."""
        return crawl_state.endpoints.Endpoints(self._engine, clock=self._clock)

    @cached_property
    def boilerplate(self) -> "Boilerplate":
        """What recurs on the pages of a source."""
        return crawl_state.boilerplate.Boilerplate(self._engine, clock=self._clock)

    @cached_property
    def hosts(self) -> "Hosts":
        """What is remembered of the hosts between runs."""
        return crawl_state.hosts.Hosts(self._engine, clock=self._clock)

    @cached_property
    def backfills(self) -> "Backfills":
        """The date ranges of the past that were asked for."""
        return crawl_state.backfills.Backfills(self._engine, clock=self._clock)

    @classmethod
    def open(
        cls,
        address: str | Path,
        *,
        warc: Path | None = None,
        gather: str | None = None,
        create: bool = True,
        upgrade: bool = True,
        read_only: bool = False,
        deadline_s: float | None = None,
        rebuild: bool = False,
        check: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open an archive; create it if missing, and upgrade its schema.

        Args:
            address: a folder, or a database URL ("postgresql+psycopg://user@host/name").
            warc: folder of WARC files; required with a database URL, else `address/warc`.
            gather: where to read WARC files that are not in that folder, see `storage.warc.gather`.
            create: False: raise instead of making a new archive.
            upgrade: False: leave schema and search index unchanged; only `storage.verify` works with every state
                of them.
            read_only: no connection of this archive can write or block a writer; implies `upgrade=False`.
            deadline_s: with `read_only`, seconds after which a transaction that reads is stopped; None: never.
            rebuild: create a new database for existing WARC files whose database is lost, to import them.
            check: first check the integrity of the database, for at most `opening.CHECK_S` seconds.

        Raises:
            StorageError: it cannot be opened, or does not exist and `create` is False.
            ConfigError: a database URL without `warc`, or an invalid one.
        """
        if "://" in str(address):
            engine, folder = _server_engine(str(address)), None
            if warc is None:
                raise ConfigError(f"archive {address}: a database URL needs a folder for WARC files; add --warc FOLDER")
            with translated("read the archive's tables"), engine.connect() as connection:
                refuse_foreign(connection)
        else:
            folder = Path(address)
            engine = open_folder(folder, create=create, rebuild=rebuild)
            warc = warc or folder / "warc"
        if read_only:
            engine, upgrade = for_reading(engine, deadline_s=deadline_s), False
        if check:
            check_soundness(engine)
        archive = cls(engine, warc=WarcStore(warc, clock=clock), folder=folder, clock=clock)
        archive.warc.elsewhere = reader(gather) if gather else None
        if upgrade:
            migrate(engine, backup=folder / "archive.db" if folder else None)
            archive._prepare_search()
        return archive

    def _prepare_search(self) -> None:
        with translated("read the search index"), self._engine.connect() as connection:
            if _is_searchable(connection):
                return
        if "immutable" in self._engine.url.query:
            logger.warning(
                "the search index is of another version and cannot be renewed here: a search may miss articles"
            )
            return
        with translated("make the search index"), self._writer.begin() as connection:
            alone(connection)
            if not _is_searchable(connection):  # another process may have created it already
                self._search.create(connection)

    def now(self) -> datetime:
        """Return the time of the archive's clock; UTC."""
        return self._clock()

    def writer(self) -> "WriterThread":
        """A writer of this archive, see `storage.saving.writer`. Close it before the archive."""
        return saving.writer.WriterThread(self._writer, sync=self.warc.sync)

    def has_older_schema(self) -> bool:
        """Whether opening it with `upgrade` would bring its schema up to date."""
        return is_older(self._engine)

    def close(self) -> None:
        """Close the WARC file being written and the database. Safe to call twice."""
        self.warc.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put_source(self, *, key: str, name_ar: str, name_en: str, country: str, timezone: str, home: str) -> None:
        """Add a source, or update its description."""
        row = SourceRow(key=key, name_ar=name_ar, name_en=name_en, country=country, timezone=timezone, home=home)
        with translated("store a source"), self._writer.session() as session:
            session.merge(row)

    def store(self, visit: Visit) -> Stored:
        """Store the result of a visit in one transaction: article, version, snapshot, links and frontier state."""

        def transaction() -> Stored:
            with self._writer.session() as session:
                return saving.save.save(session, visit, now=self._clock(), search=self._search)

        with translated(f"store {visit.url}"):
            return repeated(transaction)

    def get(self, ref: int | str) -> StoredArticle:
        """Return an article by its number, URL or key. Raises NotFoundError."""
        with translated("read an article"), Session(self._engine) as session:
            article_id = self._article_id(session, ref)
            found = next(iter(_load(session, [article_id] if article_id is not None else [])), None)
        if found is None:
            raise _not_found(ref)
        return found

    def versions(self, ref: int | str) -> "list[StoredVersion]":
        """Return every version of an article, oldest first. `ref` as for `get`. Raises NotFoundError."""
        with translated("read versions"), Session(self._engine) as session:
            article_id = self._article_id(session, ref)
            found = versions.history.versions(session, article_id) if article_id is not None else []
        if not found:
            raise _not_found(ref)
        return found

    def withdrawals(self, ref: int | str) -> "list[Withdrawal]":
        """Return an article's withdrawals, oldest first. `ref` as for `get`. Raises NotFoundError."""
        with translated("read withdrawals"), Session(self._engine) as session:
            article_id = self._article_id(session, ref)
            if article_id is None:
                raise _not_found(ref)
            return saving.withdrawals.withdrawals(session, article_id)

    def story(self, ref: int | str) -> "Story":
        """Return the article's story; the article alone if it has no near-duplicates. Raises NotFoundError."""
        with translated("read a story"), Session(self._engine) as session:
            article_id = self._article_id(session, ref)
            if article_id is None:
                raise _not_found(ref)
            return saving.near_duplicates.StoryClusters(session).story(article_id)

    def changes(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: "Collection[Kind]" = (),
        sources: Collection[str] = (),
        limit: int | None = None,
    ) -> "Iterator[Edit]":
        """Return the changes that newspapers made to their articles, newest first; see
        `storage.versions.changes.edits`."""
        with translated("read changes"), Session(self._engine) as session:
            found = versions.changes.edits(session, since=since, until=until, kinds=kinds, sources=sources, limit=limit)
            yield from found

    def outdated(self, visit: Visit) -> StoredArticle | None:
        """Return the stored article that a visit would update, if older rules extracted its text from a different page.

        A difference may then come from the rules or from the newspaper: only re-extracting the earlier page can tell.
        """
        new = visit.outcome
        if not isinstance(new, Article) or visit.snapshot is None:
            return None
        with translated("read an article"), Session(self._engine) as session:
            held = next(iter(_load(session, _ids_at(session, (visit.key, visit.article_key))[:1])), None)
        if held is None or held.snapshot is None or held.snapshot.payload_sha256 == visit.snapshot.payload_sha256:
            return None
        old = held.article
        same = (old.extractor_version, old.rules_version) == (new.extractor_version, new.rules_version)
        return None if same else held

    def revise(self, article_id: int, article: Article, *, read: StoredArticle | None = None) -> bool:
        """Replace an article's text by what better rules extracted from the same page; True if it changed.

        The new version's cause is "rules", so it never counts as an edit by the newspaper. `read`: the article as it
        was when its page was re-extracted; nothing is done if it has changed since.
        """
        with translated(f"revise article {article_id}"), self._writer.session() as session:
            return self._revise(session, article_id, article, read)

    def revise_all(self, revisions: Sequence[tuple[StoredArticle, Article]]) -> int:
        """Do what `revise` does for several articles in one transaction; return how many changed.

        Args:
            revisions: each article as it was read, and its new value.
        """
        with translated("revise articles"), self._writer.session() as session:
            return sum(self._revise(session, read.id, article, read) for read, article in revisions)

    def _revise(self, session: Session, article_id: int, article: Article, read: StoredArticle | None) -> bool:
        revision = saving.revise.revise(session, article_id, article, now=self._clock(), read=read)
        session.flush()
        if revision != "same":
            self._search.index(session.connection(), article_id)
        return revision == "text"

    def find(self, query: Query) -> Iterator[StoredArticle]:
        """Stream the matching articles in the requested order; one batch in memory at a time.

        Articles stored meanwhile are not included. Each batch is a transaction of its own, as it is at that moment.
        """
        yield from self.read(self.ids(query))

    def read(self, ids: Iterable[int]) -> Iterator[StoredArticle]:
        """Return the articles with these numbers, in their order, as `find` yields them; unknown ones are omitted."""
        waiting = iter(ids)
        while batch := list(islice(waiting, _BATCH)):
            with translated("read articles"), Session(self._engine) as session:
                stored = list(_load(session, batch))
            yield from stored  # no transaction is open meanwhile: a slow reader would keep the WAL from being reset

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading rows in one transaction, for storage modules that copy or count them."""
        with translated("read the archive"), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the same for writing rows, in one transaction."""
        with translated("write the archive"), self._writer.begin() as connection:
            yield connection

    def index(self, connection: Connection, ids: Iterable[int]) -> None:
        """Add articles to the search index whose rows were written through `writing`."""
        self._search.index_all(connection, ids)

    def index_new(self, connection: Connection, new: Sequence[Document]) -> None:
        """Do the same for articles that the archive did not have, given as the index takes them."""
        self._search.index_new(connection, new)

    def ids(self, query: Query) -> Iterator[int]:
        """Return the numbers of the matching articles, in the requested order."""
        with translated("search"), self._engine.connect() as connection:
            found = array("q", self._search.ids(connection, query))
        yield from found

    def search(self, query: Query) -> Iterator[Hit]:
        """Return the matches ready for display: title and snippet with the matching words marked."""
        with translated("search"), self._engine.connect() as connection:
            found = self._search.matches(connection, query)
        for start in range(0, len(found), _BATCH):
            with translated("search"), self._engine.connect() as connection:
                shown = list(hits(connection, found[start : start + _BATCH], query))
            yield from shown

    def explain(self, query: Query) -> "Explanation":
        """Explain why a query finds nothing. Raises QueryError if that takes too long."""
        with translated("search"), self._engine.connect() as connection:
            return search.explain.explain(self._search, connection, query)

    def matching(self, connection: Connection, query: Query, ids: Collection[int]) -> set[int]:
        """Return which of these articles match, inside a transaction of `reading`."""
        return self._search.matching(connection, query, ids)

    def count(self, query: Query) -> int:
        """Count the matching articles, regardless of `limit` and `offset`."""
        with translated("search"), self._engine.connect() as connection:
            return self._search.count(connection, query)

    def cards(self, query: Query) -> "list[Card]":
        """Return the matches, in the requested order, as lists show them: headline, beginning of the text, source,
        story."""
        with translated("search"), self._engine.connect() as connection:
            return search.cards.cards(connection, list(self._search.ids(connection, query)))

    def cards_of(self, ids: Sequence[int]) -> "list[Card]":
        """Return the articles with these numbers, in their order, as lists show them; unknown numbers are left out."""
        with translated("read articles"), self._engine.connect() as connection:
            return search.cards.cards(connection, ids)

    def facet_counts(self, query: Query, *, most: int | None = None) -> "FacetCounts":
        """Count the matches by source, kind, language and day; see `storage.search.facet_counts`."""
        with translated("count what matches"), self._engine.connect() as connection:
            return search.facet_counts.facet_counts(connection, query, most=most)

    def days(self, query: Query) -> dict[date, int]:
        """Count the matches published on each day; see `storage.search.facet_counts.days`."""
        with translated("count what matches"), self._engine.connect() as connection:
            return search.facet_counts.days(connection, query)

    def word_spread(self) -> "Spread":
        """Read the words of articles spread over the archive, for `marking_words`."""
        with translated("read articles"), self._engine.connect() as connection:
            return search.marking_words.spread(connection)

    def marking_words(self, query: Query, against: "Spread") -> "MarkingWords":
        """Return the words that mark a query against the rest; see `storage.search.marking_words`."""
        with translated("search"), self._engine.connect() as connection:
            return search.marking_words.marking_words(self._search, connection, query, against)

    def bound_future_times(self) -> int:
        """See `storage.crawl_state.future_times`; asked when a crawl begins. How many rows were changed."""
        with self.writing() as connection:
            changed = crawl_state.future_times.bound_future_times(connection, now=self._clock())
        if changed:
            logger.warning(
                "%d times lay too far ahead: the clock of this machine was wrong once; they are due now", changed
            )
        return changed

    def start_run(self, kind: str, sources: Sequence[str]) -> int:
        """Open the ledger of a crawl or capture; its number."""
        with translated("open a run"), self._writer.session() as session:
            row = RunRow(kind=kind, sources=list(sources), started_at=self._clock(), counts={})
            session.add(row)
            session.flush()
            return row.id

    def note_run(self, run_id: int, *, counts: Mapping[str, int]) -> None:
        """Store intermediate counts of a running run."""
        with translated("write a run"), self._writer.session() as session:
            session.get_one(RunRow, run_id).counts = dict(counts)

    def finish_run(self, run_id: int, *, outcome: str, counts: Mapping[str, object]) -> None:
        """Close a run's ledger. `outcome`: "done", "partial", "failed" or "interrupted"."""
        with translated("close a run"), self._writer.session() as session:
            row = session.get_one(RunRow, run_id)
            row.ended_at, row.outcome, row.counts = self._clock(), outcome, dict(counts)

    def runs(self, limit: int = 20) -> list[RunRow]:
        """Return the last runs, newest first, as detached rows."""
        with translated("read runs"), Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(select(RunRow).order_by(RunRow.id.desc()).limit(limit)))

    def ledger(self, source: str | None = None) -> "list[LedgerLine]":
        """Count every URL by source, state and reason."""
        with translated("read the ledger"), self._engine.connect() as connection:
            return statistics.counts.ledger(connection, source)

    def stats(self) -> "ArchiveStats":
        """Count the archive's contents."""
        with translated("count the archive"), self._engine.connect() as connection:
            warc_bytes = sum(path.stat().st_size for path in self.warc.files())
            return statistics.counts.archive_stats(connection, warc_bytes=warc_bytes)

    def _article_id(self, session: Session, ref: int | str) -> int | None:
        if isinstance(ref, int) or ref.isdecimal():
            return int(ref) if int(ref) < 2**63 else None
        if found := _ids_at(session, (ref,)):
            return found[0]
        by_url = select(UrlRow.article_id).where(UrlRow.url == ref, UrlRow.article_id.is_not(None))
        return session.scalar(by_url.limit(1))


def _not_found(ref: int | str) -> NotFoundError:
    return NotFoundError(f"no article {ref} in the archive; `warraq search` finds articles by their words")


def _is_searchable(connection: Connection) -> bool:
    """Whether the search index exists and matches today's analyser; checked so that opening takes no write lock."""
    if not inspect(connection).has_table("search_meta"):
        return False
    made_by: int | None = connection.scalar(text("select analyser_version from search_meta"))
    return made_by == ANALYSER_VERSION


def _ids_at(session: Session, keys: Iterable[str | None]) -> list[int]:
    """Return the articles in the order of the keys: of each key the article that has it, then that at its URL."""
    digests = [key_hash(key) for key in keys if key]
    by_key = select(literal(0).label("rank"), ArticleRow.key_hash, ArticleRow.id).where(
        ArticleRow.key_hash.in_(digests)
    )
    by_url = select(literal(1), UrlRow.key_hash, UrlRow.article_id).where(
        UrlRow.key_hash.in_(digests), UrlRow.article_id.is_not(None)
    )
    found = list(cast(Iterable[tuple[int, str, int]], session.execute(union_all(by_key, by_url).order_by("rank"))))
    return [article_id for digest in digests for _, held, article_id in found if held == digest]


def _load(session: Session, ids: Sequence[int]) -> Iterator[StoredArticle]:
    """Stored articles of these ids, in their order; unknown ids are left out."""
    if not ids:
        return
    shown = (VersionRow.article_id == ArticleRow.id) & (VersionRow.number == ArticleRow.version)
    statement = (
        select(ArticleRow, VersionRow, SnapshotRow)
        .join(VersionRow, shown)
        .outerjoin(SnapshotRow, SnapshotRow.id == VersionRow.snapshot_id)
        .where(ArticleRow.id.in_(ids))
    )
    rows = {article.id: (article, version, snapshot) for article, version, snapshot in session.execute(statement)}
    counted = select(VersionRow.article_id, func.count().label("number")).where(VersionRow.article_id.in_(ids))
    counts = {row.article_id: row.number for row in session.execute(counted.group_by(VersionRow.article_id))}
    stories, parts = _stories(session, ids), _parts(session, ids)
    for article_id in ids:
        if article_id in rows:
            yield stored_article(
                *rows[article_id],
                versions=counts[article_id],
                story=stories.get(article_id),
                parts=tuple(parts.get(article_id, ())),
            )


def _parts(session: Session, ids: Sequence[int]) -> dict[int, list[StoredPart]]:
    """Return the parts of articles on several pages, in order."""
    statement = (
        select(PartRow, SnapshotRow)
        .outerjoin(SnapshotRow, SnapshotRow.id == PartRow.snapshot_id)
        .where(PartRow.article_id.in_(ids))
        .order_by(PartRow.article_id, PartRow.number)
    )
    parts: dict[int, list[StoredPart]] = {}
    for row, snapshot in session.execute(statement):
        parts.setdefault(row.article_id, []).append(stored_part(row, snapshot))
    return parts


def _stories(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return the story of each article: its own number if it has no near-duplicates."""
    told = select(StoryRow.article_id, StoryRow.story_id).where(StoryRow.article_id.in_(ids))
    return dict(zip(ids, ids, strict=True)) | {row.article_id: row.story_id for row in session.execute(told)}


def _server_engine(address: str) -> Engine:
    try:
        return open_engine(address)
    except ModuleNotFoundError as error:
        raise missing(f"archive {_without_password(address)}", error.name or "a driver", "postgres") from error
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise ConfigError(
            f"archive {_without_password(address)}: {error}; write postgresql+psycopg://user@host/name"
        ) from error


def _without_password(address: str) -> str:
    """Return a database URL without its password, for messages."""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return address.split("@")[-1]
