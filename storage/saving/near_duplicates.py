"""Near-duplicates in the archive: found by bands in SQL, verified, clustered into stories. Marked, never removed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Literal, Self, cast

from sqlalchemy import BindParameter, Connection, Insert, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from storage.database.advisory_locks import AdvisoryLock, lock_until_commit
from storage.database.dialect import insert_into
from storage.database.engine import utc_now
from storage.database.tables.core import ArticleRow
from storage.database.tables.stories import CopyRow, SignatureRow, StoryRow
from storage.errors import NotFoundError
from storage.model.article import Credit
from storage.model.json_records import CreditRecord
from storage.model.signature import SCHEME, Signature, jaccard, shingles
from storage.saving import compared
from storage.saving.bands import delete_bands, ends, insert_bands, sharing
from storage.saving.formulas import CANDIDATES, SERIES_DAYS, References, neighbours
from storage.saving.story import Story, StoryArticle, story
from storage.text.folding import fold

#: Minimum Jaccard similarity of near-duplicates (facts, section 4: .25 finds 98 % at 20 % changed words, no hard
#: negative).
LIKENESS = 0.25
#: Between these the estimate is not sufficient, and the texts themselves are compared: 1.3 standard errors below (a
#: text that barely qualifies is seldom found by its bands), 3 above.
_DOUBT_FROM, _DOUBT_TO = 0.2, 0.36
#: Shorter texts are similar through stock phrases alone; their headlines must match too. Below the second, never.
ENOUGH_WORDS = 60
FEW_WORDS = 12
#: Share of the words of two headlines that both have.
TITLE_LIKENESS = 0.5
#: A source's daily series (gold prices, prayer times, weather) differ only in figures: on different days they are not
#: near- duplicates, unless nearly equal.
SAME_HOUSE_LIKENESS = 0.8
#: So are the formulas that several sources print (weather, congratulations, closing prices): from SERIES_DAYS on, texts
#: are not near-duplicates below this similarity. Sources copy each other within a day or two.
SERIES_LIKENESS = 0.4
#: Below this similarity, what two texts have besides formulas must be similar by itself: at least so much within
#: SERIES_DAYS, and as much as whole texts from then on.
SURE_LIKENESS = 0.9
RARE_LIKENESS = 0.1
#: Pairs recorded per article, the most similar first.
_PAIRS = 20

_signatures = cast(Table, SignatureRow.__table__)
_copies = cast(Table, CopyRow.__table__)
_stories = cast(Table, StoryRow.__table__)

_HELD = select(_signatures.c.scheme, _signatures.c.words, _signatures.c.packed, _signatures.c.credits).where(
    _signatures.c.article_id == bindparam("id")
)
_STORY = select(_stories.c.story_id).where(_stories.c.article_id == bindparam("id"))
#: Statements written once: SQLAlchemy takes longer to make one than SQLite to run it.
_ids: BindParameter[int] = bindparam("ids", expanding=True)
_STORIES_OF = select(_stories.c.article_id, _stories.c.story_id).where(_stories.c.article_id.in_(_ids))
_ADD_PAIRS, _ADD_TO_STORY = insert(_copies), insert(_stories)


@cache
def _adding(dialect: str) -> Insert:
    """The statement that adds a signature, and returns a row, if the article has none. Written once for a database."""
    return insert_into(dialect, _signatures).on_conflict_do_nothing().returning(_signatures.c.article_id)


@dataclass(frozen=True, slots=True)
class Pair:
    """Another article with a similar text."""

    article_id: int
    #: Jaccard similarity of two-word shingles.
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """The signature of an article that has none yet."""

    article_id: int
    signature: Signature
    #: Of the signature.
    bands: Sequence[int]
    credits: Sequence[Credit] = ()


class StoryClusters:
    """The stories of an archive, inside a session's transaction.

    A story is named by the smallest id among its articles, an article without near-duplicates is its own story; so
    every id that ever named a story still leads to it. On PostgreSQL `add` takes a lock until the transaction ends:
    call it last.
    """

    def __init__(self, session: Session, *, now: datetime | None = None) -> None:
        self._session = session
        self._now = now

    @classmethod
    def on(cls, connection: Connection, *, now: datetime | None = None) -> Self:
        """The stories inside a connection's transaction."""
        return cls(Session(connection), now=now)

    def add_new(self, texts: Sequence[NewText]) -> None:
        """Do what `add` does for some hundred articles that have no signature yet, in few statements."""
        if not texts:
            return
        self._session.flush()
        connection = self._session.connection()
        lock_until_commit(connection, AdvisoryLock.STORIES)
        now = self._now or utc_now()
        connection.execute(
            insert(_signatures),
            [{"article_id": one.article_id, "updated_at": now, **_signed(one.signature, one.credits)} for one in texts],
        )
        banded = [(one, one.bands) for one in texts if one.signature.words >= FEW_WORDS]
        having: defaultdict[int, list[int]] = defaultdict(list)
        for band, other in sharing(connection, [band for _, bands in banded for band in bands]):
            having[band].append(other)
        near: dict[int, list[int]] = {}
        for one, bands in banded:
            near[one.article_id] = neighbours([(band, other) for band in bands for other in ends(having.get(band, ()))])
            for band in bands:
                having[band].append(one.article_id)
        new = {one.article_id: one.signature for one in texts}
        signed = new | compared.signatures(
            connection, {id for ids in near.values() for id in ids[:CANDIDATES]} - new.keys()
        )
        for one, _ in banded:
            ids = near[one.article_id]
            theirs = {other: signed[other] for other in ids[:CANDIDATES] if other in signed}
            if not theirs:
                continue
            text = _Text(one.article_id, one.signature, _references(connection, ids))
            self._join(connection, text, self._alike_among(connection, text, theirs), is_new=True)
        insert_bands(connection, ((band, one.article_id) for one, bands in banded for band in bands))

    def add(self, article_id: int, signature: Signature, *, credits: Sequence[Credit] = ()) -> int:
        """Record the signature of an article's current text and find its near-duplicates; return the id of its story.

        The article's row must exist. Adding the same signature again changes nothing; with a new one (the text
        changed), near-duplicates of the new text join the story, and nothing leaves it.
        """
        self._session.flush()
        connection = self._session.connection()
        lock_until_commit(connection, AdvisoryLock.STORIES)
        change = self._record(connection, article_id, signature, credits)
        found: list[Pair] = []
        if change != "same" and signature.words >= FEW_WORDS:
            bands = signature.bands()
            text, found = self._find(connection, article_id, signature, bands)
            insert_bands(connection, ((band, article_id) for band in bands))
            self._join(connection, text, found)
        return article_id if change == "new" and not found else self.of(article_id)

    def of(self, article_id: int) -> int:
        """Return the id of an article's story."""
        found = self._session.connection().scalar(_STORY, {"id": article_id})
        return article_id if found is None else cast(int, found)

    def like(self, article_id: int, signature: Signature) -> list[Pair]:
        """Return articles with a similar text, most similar first. Reads only."""
        if signature.words < FEW_WORDS:
            return []
        return self._find(self._session.connection(), article_id, signature, signature.bands())[1]

    def members(self, story_id: int) -> list[int]:
        """Return the ids of the articles in an article's story, smallest first."""
        connection = self._session.connection()
        statement = select(_stories.c.article_id).where(_stories.c.story_id == self.of(story_id))
        return sorted(connection.scalars(statement)) or [story_id]

    def story(self, article_id: int) -> Story:
        """Return an article's story. Raises NotFoundError if there is no such article."""
        signed = SignatureRow.article_id == ArticleRow.id
        rows = self._session.execute(
            select(ArticleRow, SignatureRow.credits)
            .outerjoin(SignatureRow, signed)
            .where(ArticleRow.id.in_(self.members(article_id)))
        ).all()
        if not rows:
            raise NotFoundError(
                f"no article {article_id} in the archive; `warraq search` finds articles by their words"
            )
        return story(self.of(article_id), [_telling(row, credits or []) for row, credits in rows])

    def _record(
        self, connection: Connection, article_id: int, signature: Signature, credits: Sequence[Credit]
    ) -> Literal["new", "changed", "same"]:
        """Write the signature; return whether it changed, in which case its bands are deleted."""
        values = _signed(signature, credits)
        signed = {"article_id": article_id, "updated_at": self._now or utc_now(), **values}
        if connection.execute(_adding(connection.dialect.name), signed).first() is not None:
            return "new"
        held = connection.execute(_HELD, {"id": article_id}).one()
        if held._asdict() == values:
            return "same"
        connection.execute(update(_signatures).where(_signatures.c.article_id == article_id).values(**signed))
        if (held.scheme, held.packed) == (SCHEME, values["packed"]):
            return "same"
        old = Signature(held.words, held.packed).bands() if held.scheme == SCHEME else []
        delete_bands(connection, old, article_id)
        return "changed"

    def _find(
        self, connection: Connection, article_id: int, signature: Signature, bands: Sequence[int]
    ) -> tuple["_Text", list[Pair]]:
        """Return a text with what it is compared by, and its near-duplicates."""
        near = neighbours([one for one in sharing(connection, bands) if one[1] != article_id])
        text = _Text(article_id, signature, _references(connection, near))
        return text, self._alike_among(connection, text, compared.signatures(connection, near[:CANDIDATES]))

    def _alike_among(self, connection: Connection, text: "_Text", signed: Mapping[int, Signature]) -> list[Pair]:
        """Return the near-duplicates among some articles, given with their signatures, most similar first."""
        return self._plausible(connection, text, self._verified(connection, text, signed), signed)[:_PAIRS]

    def _verified(self, connection: Connection, text: "_Text", signed: Mapping[int, Signature]) -> list[Pair]:
        """Return the candidates that qualify, most similar first; borderline estimates are checked with the texts."""
        guesses = {other: text.signature.likeness(theirs) for other, theirs in signed.items()}
        doubtful = [other for other, guess in guesses.items() if _DOUBT_FROM <= guess < _DOUBT_TO]
        if doubtful:
            texts = compared.texts(connection, [text.article_id, *doubtful])
            mine = frozenset(shingles(texts[text.article_id]))
            for other in doubtful:
                guesses[other] = jaccard(mine, frozenset(shingles(texts[other])))
        found = [Pair(other, guess) for other, guess in guesses.items() if guess >= LIKENESS]
        return sorted(found, key=lambda pair: (-pair.likeness, pair.article_id))

    def _plausible(
        self,
        connection: Connection,
        text: "_Text",
        found: Sequence[Pair],
        signed: Mapping[int, Signature],
        *,
        vouched: bool = False,
    ) -> list[Pair]:
        """Remove texts that are similar in form only: short ones under different headlines, daily series, formulas.

        vouched: a third text is a near-duplicate of both, so that headlines and houses matter no more.
        """
        if not found:
            return []
        borderline = any(pair.likeness < SURE_LIKENESS for pair in found)
        ids = {text.article_id, *(pair.article_id for pair in found), *(text.references.ids if borderline else ())}
        articles = compared.articles(connection, sorted(ids))
        days = {id: one.day for id, one in articles.items()}
        mine = articles[text.article_id]
        kept = []
        for pair in found:
            other, theirs = articles[pair.article_id], signed[pair.article_id]
            same_house = mine.source is not None and mine.source == other.source
            daily = same_house and mine.day != other.day and pair.likeness < SAME_HOUSE_LIKENESS
            few = min(theirs.words, text.signature.words) < ENOUGH_WORDS
            form = daily or (few and title_likeness(mine.title, other.title) < TITLE_LIKENESS)
            if (vouched or not form) and text.tells_of_one_event(theirs, pair, days):
                kept.append(pair)
        return kept

    def _join(
        self,
        connection: Connection,
        text: "_Text",
        found: Sequence[Pair],
        *,
        is_new: bool = False,
    ) -> None:
        """Record the pairs, and put the article into the stories that it belongs to. A new article has no pairs yet."""
        if not found:
            return
        now, article_id = self._now or utc_now(), text.article_id
        pairs = select(_copies.c.other_id).where(_copies.c.article_id == article_id)
        known = set() if is_new else set(connection.scalars(pairs))
        rows = [
            {"article_id": article_id, "other_id": pair.article_id, "likeness": pair.likeness, "found_at": now}
            for pair in found
            if pair.article_id not in known
        ]
        if rows:
            connection.execute(_ADD_PAIRS, rows)
        self._cluster(connection, text, found)

    def _cluster(self, connection: Connection, text: "_Text", found: Sequence[Pair]) -> None:
        """Add an article to the stories of similar articles, if it is similar to their first article too.

        Similarity to another member alone is not enough: a story would chain from one text to another.
        """
        article_id = text.article_id
        touched = [article_id, *(pair.article_id for pair in found)]
        stories = {row.article_id: row.story_id for row in connection.execute(_STORIES_OF, {"ids": touched})}
        mine = stories.get(article_id, article_id)
        others = {stories.get(one, one) for one in touched if one != article_id} - {mine}
        near = {pair.article_id for pair in found}
        like = (others & near) | self._like_heads(connection, text, others - near)
        like = like if mine == article_id else self._alike(connection, text, mine, like)
        if not like:
            return
        name = min(like)
        joined = {name} | self._alike(connection, text, name, like - {name})
        merged = {*joined, mine}
        name = min(merged)
        alone = {one for one in touched if one not in stories}
        if moved := merged - alone - {name}:
            connection.execute(update(_stories).where(_stories.c.story_id.in_(moved)).values(story_id=name))
        new = [one for one in merged if one in alone or (one not in stories and self._row_is_missing(connection, one))]
        if new:
            connection.execute(_ADD_TO_STORY, [{"article_id": one, "story_id": name} for one in new])

    def _row_is_missing(self, connection: Connection, article_id: int) -> bool:
        return connection.scalar(_STORY, {"id": article_id}) is None

    def _alike(self, connection: Connection, text: "_Text", head: int, others: set[int]) -> set[int]:
        """Return the stories whose first article is similar to that of another, as a text that may join both shows."""
        if not others or not (signed := compared.signatures(connection, [head])):
            return set()
        return self._like_heads(connection, _Text(head, signed[head], text.references), others)

    def _like_heads(self, connection: Connection, text: "_Text", heads: set[int]) -> set[int]:
        """Return the first articles of stories that a text is a near-duplicate of."""
        if not heads:
            return set()
        signed = compared.signatures(connection, sorted(heads))
        verified = self._verified(connection, text, signed)
        return {pair.article_id for pair in self._plausible(connection, text, verified, signed, vouched=True)}


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with what it is compared by."""

    article_id: int
    signature: Signature
    references: References

    def tells_of_one_event(self, other: Signature, pair: Pair, days: Mapping[int, date]) -> bool:
        """Whether a similar text of some day is no other piece of a series, and more than formulas is similar."""
        between = (days[self.article_id], days[pair.article_id])
        apart = abs((between[0] - between[1]).days) >= SERIES_DAYS
        if apart and pair.likeness < SERIES_LIKENESS:
            return False
        if pair.likeness >= SURE_LIKENESS:
            return True
        enough = LIKENESS if apart else RARE_LIKENESS
        return self.references.likeness(self.signature, other, between, days) >= enough


def title_likeness(one: str, other: str) -> float:
    """Return the share of the folded words of two headlines that both have."""
    return jaccard(frozenset(fold(one).split()), frozenset(fold(other).split()))


def _signed(signature: Signature, credits: Sequence[Credit]) -> dict[str, object]:
    """The columns of `signature` that tell whether it changed."""
    return {
        "scheme": SCHEME,
        "words": signature.words,
        "packed": signature.packed,
        "credits": [asdict(credit) for credit in credits],
    }


def _references(connection: Connection, near: Sequence[int]) -> References:
    """The articles that show what is formula in a text."""
    return References(near, partial(compared.signatures, connection))


def _telling(row: ArticleRow, credits: Iterable[CreditRecord]) -> StoryArticle:
    return StoryArticle(
        article_id=row.id,
        source=row.source_key,
        url=row.url,
        title=row.title,
        text=row.text,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        credits=tuple(Credit(**credit) for credit in credits),
    )
