"""Near-duplicates: what is found, what is not, stories over restarts, both databases."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from pipelines.extraction.fingerprint import signature
from storage.database.engine import for_writing, open_engine
from storage.database.tables.core import ArticleRow, SourceRow
from storage.database.tables.every import Base
from storage.database.tables.stories import BandRow, CopyRow, RecentBandRow, SignatureRow, StoryRow
from storage.database.values import key_hash
from storage.errors import NotFoundError
from storage.model.article import Credit
from storage.model.signature import BANDS, VALUES, Signature, jaccard, share_in, shingles
from storage.saving.formulas import CANDIDATES, References, neighbours
from storage.saving.near_duplicates import ENOUGH_WORDS, FEW_WORDS, NewText, StoryClusters, title_likeness
from storage.saving.story import StoryArticle, sentences, story

WHEN = datetime(2026, 1, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

_SYLLABLES = ["با", "تو", "ري", "نم", "سع", "لا", "كر", "مد", "فا", "حي", "شر", "عم", "جو", "طب", "قا", "زه"]


def words(count: int, seed: int) -> list[str]:
    """Words that no other seed is likely to have in the same order."""
    rng = random.Random(seed)
    return ["".join(rng.choices(_SYLLABLES, k=3)) for _ in range(count)]


def prose(count: int, seed: int) -> str:
    """Lines of two sentences of ten words."""
    found = words(count, seed)
    said = [" ".join(found[n : n + 10]) + "." for n in range(0, count, 10)]
    return "\n".join(" ".join(said[n : n + 2]) for n in range(0, len(said), 2))


def changed(text: str, share: float, seed: int = 0) -> str:
    rng = random.Random(seed)
    new = iter(words(10_000, seed + 77))
    return "\n".join(
        " ".join(next(new) if rng.random() < share else word for word in line.split()) for line in text.split("\n")
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Opens an empty database with the tables, a new connection at each call, like another process."""
    address = f"sqlite:///{tmp_path}/archive.db"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres_url")
    opened: list[Engine] = []

    def open_again() -> Engine:
        opened.append(for_writing(open_engine(address)))
        return opened[-1]

    engine = open_again()
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        for key in ("rassad", "nahar", "wakala"):
            session.add(SourceRow(key=key, name_ar=key, name_en=key, country="MA", timezone="UTC", home="https://x"))
    yield open_again
    for engine in opened:
        engine.dispose()


class Desk:
    """Puts articles into a database and asks for their stories, each in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def put(
        self,
        article_id: int,
        text: str,
        *,
        title: str = "عنوان",
        source: str | None = None,
        published: datetime | None = None,
        seen: datetime = WHEN,
        credits: tuple[Credit, ...] = (),
    ) -> int:
        with Session(self.engine) as session, session.begin():
            row = session.get(ArticleRow, article_id)
            if row is None:
                row = ArticleRow(id=article_id, key=f"{article_id}", key_hash=key_hash(f"{article_id}"))
                session.add(row)
            row.url, row.source_key, row.title, row.text = f"https://x/{article_id}", source, title, text
            row.published_at, row.first_seen_at, row.fetched_at, row.sort_at = published, seen, seen, seen
            row.published_day = published.date().isoformat() if published else None
            row.published_precision, row.kind, row.text_hash = "none", "news", ""
            row.authors, row.dates, row.tags = [], [], []
            return StoryClusters(session, now=WHEN).add(article_id, signature(text), credits=credits)

    def of(self, article_id: int) -> int:
        with Session(self.engine) as session:
            return StoryClusters(session).of(article_id)

    def count(self, table: type[Base]) -> int:
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def bands(self) -> int:
        return self.count(BandRow) + self.count(RecentBandRow)


@pytest.fixture
def desk(reopened: Callable[[], Engine]) -> Desk:
    return Desk(reopened())


TEXT = prose(200, 1)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(TEXT, id="the same"),
        pytest.param("\n".join((prose(20, 2), TEXT, prose(20, 3))), id="intro and outro"),
        pytest.param(changed(TEXT, 0.1), id="a tenth of the words"),
        pytest.param(changed(TEXT, 0.2), id="a fifth of the words"),
        pytest.param("\n".join(TEXT.split("\n")[3:]), id="30 % of the paragraphs cut"),
        pytest.param("\n".join(reversed(TEXT.split("\n"))), id="reordered"),
        pytest.param(TEXT.replace("ي", "ى").replace("م", "مّـ"), id="respelled"),
    ],
)
def test_a_copy_joins_the_story(desk: Desk, copy: str) -> None:
    assert desk.put(1, TEXT) == 1
    assert desk.put(2, prose(200, 4)) == 2
    assert desk.put(3, copy) == 1
    assert (desk.of(1), desk.of(2), desk.of(3)) == (1, 2, 1)


def test_texts_that_share_a_quarter_are_two_stories(desk: Desk) -> None:
    for number in range(1, 21):
        desk.put(2 * number, prose(50, number) + "\n" + prose(150, 100 + number))
        desk.put(2 * number + 1, prose(150, 200 + number) + "\n" + prose(50, number))
    assert desk.count(StoryRow) == 0


def test_short_texts_need_like_headlines(desk: Desk) -> None:
    text = prose(ENOUGH_WORDS - 10, 5)
    desk.put(1, text, title="زلزال يضرب شمال البلاد")
    assert desk.put(2, text, title="افتتاح معرض الكتاب") == 2
    assert desk.put(3, text, title="زلزال قوي يضرب شمال البلاد") == 1


def test_the_shortest_texts_are_never_copies(desk: Desk) -> None:
    text = prose(FEW_WORDS - 2, 6)
    assert [desk.put(number, text) for number in (1, 2)] == [1, 2]
    assert [desk.put(number, "") for number in (3, 4)] == [3, 4]
    assert desk.bands() == 0


def test_one_house_may_print_the_same_form_every_day(desk: Desk) -> None:
    day = timedelta(days=1)
    desk.put(1, TEXT, source="rassad", published=WHEN)
    assert desk.put(2, changed(TEXT, 0.15), source="rassad", published=WHEN + day) == 2
    assert desk.put(3, changed(TEXT, 0.15, seed=1), source="nahar", published=WHEN + day) == 1
    assert desk.put(4, changed(TEXT, 0.01), source="rassad", published=WHEN + 2 * day) == 1


def test_a_formula_that_several_houses_print_is_no_copy_days_later(desk: Desk) -> None:
    day = timedelta(days=1)
    half = prose(90, 60)
    bulletin = [f"{half}\n{prose(100, 61 + number)}" for number in range(3)]
    desk.put(1, bulletin[0], source="rassad", published=WHEN)
    assert desk.put(2, bulletin[1], source="nahar", published=WHEN + day) == 1
    assert desk.put(3, bulletin[2], source="wakala", published=WHEN + 6 * day) == 3
    assert desk.put(4, changed(bulletin[0], 0.1), source="wakala", published=WHEN + 6 * day) == 1


def test_what_other_days_print_too_makes_no_story(desk: Desk) -> None:
    """Two cables of one day, in one wording that is known from other days: likeness .43, and nothing else shared."""
    formula, today = prose(90, 60), WHEN + timedelta(days=40)
    cables = [f"{formula}\n{prose(60, 61 + number)}" for number in range(6)]
    for number in range(4):
        published = WHEN + timedelta(days=8 * number)
        assert desk.put(number + 1, cables[number], source="rassad", published=published) == number + 1
    assert desk.put(5, cables[4], source="rassad", published=today) == 5
    assert desk.put(6, cables[5], source="nahar", published=today) == 6
    assert desk.put(7, changed(cables[4], 0.1), source="nahar", published=today) == 5
    assert desk.put(8, "\n".join([*cables[5].split("\n")[2:], prose(20, 70)]), source="wakala", published=today) == 6


def test_a_wording_of_one_day_only_is_no_formula_yet(desk: Desk) -> None:
    formula = prose(90, 60)
    stories = [desk.put(n + 1, f"{formula}\n{prose(60, 61 + n)}", source="nahar", published=WHEN) for n in range(2)]
    assert stories == [1, 1]


def test_articles_added_at_once_make_the_stories_that_they_make_one_by_one(desk: Desk) -> None:
    """Two cables a day in one wording, each printed by two newspapers."""
    formula = prose(90, 60)
    texts = [changed(f"{formula}\n{prose(60, 60 + number // 2)}", 0.02, number) for number in range(16)]
    one_by_one = [
        desk.put(n + 1, text, published=WHEN + timedelta(days=8 * (n // 4)), source=("rassad", "nahar")[n % 2])
        for n, text in enumerate(texts)
    ]
    assert one_by_one[:4] == [1, 1, 1, 1], "of the first day, nothing tells what is formula"
    assert one_by_one[12:] == [13, 13, 15, 15]
    with Session(desk.engine) as session, session.begin():
        for table in (StoryRow, CopyRow, BandRow, RecentBandRow, SignatureRow):
            session.execute(delete(table))
        stories = StoryClusters(session, now=WHEN)
        signed = [signature(text) for text in texts]
        stories.add_new([NewText(article_id=n, signature=one, bands=one.bands()) for n, one in enumerate(signed, 1)])
        assert [stories.of(n + 1) for n in range(16)] == one_by_one


def test_a_text_of_another_day_is_held_against_the_first_of_the_story_too(desk: Desk) -> None:
    shared, day = prose(90, 80), timedelta(days=1)
    later = f"{shared}\n{prose(70, 88)}"
    desk.put(1, f"{shared}\n{prose(70, 81)}", source="rassad", published=WHEN)
    assert desk.put(2, later, source="nahar", published=WHEN + day) == 1
    assert desk.put(3, later, source="wakala", published=WHEN + 4 * day) == 3, "likeness .39 with the first"
    assert desk.put(4, later, source="wakala", published=WHEN + 2 * day) == 1


def test_a_story_outlives_the_program(reopened: Callable[[], Engine]) -> None:
    Desk(reopened()).put(1, TEXT)
    assert Desk(reopened()).put(2, changed(TEXT, 0.1)) == 1
    assert Desk(reopened()).of(2) == 1


def test_copies_that_come_at_the_same_time_are_one_story(reopened: Callable[[], Engine]) -> None:
    desks = [Desk(reopened()) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: desks[number % 4].put(number, changed(TEXT, 0.05, number)), range(1, 13)))
    assert {desks[0].of(number) for number in range(1, 13)} == {1}


def test_adding_again_changes_nothing(desk: Desk) -> None:
    desk.put(1, TEXT)
    desk.put(2, TEXT)
    before = [desk.bands(), *(desk.count(table) for table in (SignatureRow, CopyRow, StoryRow))]
    assert before == [2 * BANDS, 2, 1, 2]
    assert [desk.put(1, TEXT), desk.put(2, TEXT)] == [1, 1]
    assert [desk.bands(), *(desk.count(table) for table in (SignatureRow, CopyRow, StoryRow))] == before


def test_a_changed_text_is_found_by_its_new_words_and_leaves_no_story(desk: Desk) -> None:
    other = prose(200, 9)
    desk.put(1, TEXT)
    desk.put(2, TEXT)
    desk.put(3, other)
    assert desk.put(2, other) == 1
    assert [desk.of(number) for number in (1, 2, 3)] == [1, 1, 3], "3 is not like the first of the story"
    assert desk.bands() == 3 * BANDS
    assert desk.put(4, prose(200, 10)) == 4


def test_an_article_like_two_stories_joins_one_and_leaves_both(desk: Desk) -> None:
    one, two = prose(200, 11), prose(200, 12)
    assert [desk.put(1, one), desk.put(2, two), desk.put(3, one), desk.put(4, two)] == [1, 2, 1, 2]
    assert desk.put(5, one + "\n" + two) == 1
    assert [desk.of(number) for number in (1, 2, 3, 4, 5)] == [1, 2, 1, 2, 1]


def test_stories_do_not_chain(desk: Desk) -> None:
    """Each text shares half of its words with the one before, and none with the first but one."""
    halves = [prose(100, 40 + number) for number in range(8)]
    stories = [desk.put(number + 1, f"{halves[number]}\n{halves[number + 1]}") for number in range(7)]
    assert stories[:2] == [1, 1]
    assert all(story != 1 for story in stories[2:])


def test_a_smaller_id_that_joins_later_names_the_story(desk: Desk) -> None:
    desk.put(5, TEXT)
    desk.put(6, TEXT)
    assert desk.put(2, TEXT) == 2
    assert [desk.of(number) for number in (5, 6)] == [2, 2]


def test_a_story_says_who_was_first_and_how_much_each_took(desk: Desk) -> None:
    reuters = Credit(agency="reuters", written="رويترز")
    lines = TEXT.split("\n")
    own = "كتب مراسلنا هذه الجملة وحده في الميدان."
    desk.put(
        1, "\n".join([*lines[:5], own]), source="nahar", published=WHEN + HOUR, seen=WHEN + 2 * HOUR, credits=(reuters,)
    )
    desk.put(2, TEXT, source="rassad", published=WHEN, seen=WHEN + 5 * HOUR)
    desk.put(3, TEXT, source="wakala", seen=WHEN + 3 * HOUR)
    with Session(desk.engine) as session:
        told = StoryClusters(session).story(3)
    assert (told.id, told.first.article_id, told.first.known_by) == (1, 2, "published")
    later = {copy.telling.article_id: copy for copy in told.copies}
    assert list(later) == [1, 3]
    assert later[1].telling.credits == (reuters,)
    assert later[1].taken == pytest.approx(99 / 106)
    assert later[1].kept == pytest.approx(99 / 199)
    assert later[1].added == (own,)
    assert later[1].removed == tuple(sentences("\n".join(lines[5:])))
    assert (later[3].taken, later[3].kept, later[3].likeness) == (1, 1, 1)
    assert (later[3].added, later[3].removed, later[3].telling.known_by) == ((), (), "first seen")


def test_a_lone_article_is_a_story_of_its_own(desk: Desk) -> None:
    desk.put(1, TEXT)
    with Session(desk.engine) as session:
        told = StoryClusters(session).story(1)
        assert (told.id, told.first.article_id, told.copies) == (1, 1, ())
        with pytest.raises(NotFoundError):
            StoryClusters(session).story(99)


def test_an_article_seen_before_its_stated_time_was_there_by_then() -> None:
    def told(article_id: int, published: datetime | None, seen: datetime) -> StoryArticle:
        return StoryArticle(
            article_id=article_id, source=None, url="", title="", text=TEXT, published_at=published, first_seen_at=seen
        )

    found = story(1, [told(1, WHEN + HOUR, WHEN + 2 * HOUR), told(2, WHEN + 5 * HOUR, WHEN), told(3, None, WHEN)])
    assert found.first.article_id == 2
    assert (found.first.instant, found.first.known_by) == (WHEN, "first seen")
    assert [copy.telling.article_id for copy in found.copies] == [3, 1]


def test_the_migration_makes_what_the_models_say(reopened: Callable[[], Engine]) -> None:
    from alembic import command
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext

    engine = reopened()
    ours = {"signature", "band", "copy", "story"}
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option(
            "script_location", str(Path(__file__).parents[1] / "storage" / "database" / "migrations")
        )
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")

    def is_ours(item: Any, name: str, kind: str, reflected: bool, compared: object) -> bool:
        return (name if kind == "table" else item.table.name) in ours

    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, Base.metadata) == []
        if engine.dialect.name == "sqlite":
            (made,) = connection.exec_driver_sql("select sql from sqlite_master where name = 'band'").one()
            assert "WITHOUT ROWID" in made


# Formulas


def test_references_are_spread_over_the_archive() -> None:
    """The band that a few articles share is the rarest; a thousand share the other."""
    sharing = [(1, other) for other in range(1000)] + [(2, other) for other in range(500, 500 + CANDIDATES)]
    found = neighbours(sharing)
    assert found[:CANDIDATES] == list(range(500, 500 + CANDIDATES))
    spread = found[CANDIDATES:]
    assert spread == sorted(spread)
    assert (spread[0], len(spread)) == (0, 24)
    assert spread[-1] > 900


def test_what_other_days_have_too_does_not_count() -> None:
    formula, day = prose(100, 90), WHEN.date()
    one, other, *earlier = (signature(f"{formula}\n{prose(60, seed)}") for seed in range(91, 99))
    between = (day, day + timedelta(days=1))

    def likeness(held: date) -> float:
        references = References(range(6), lambda ids: {id: earlier[id] for id in ids})
        return references.likeness(one, other, between, dict.fromkeys(range(6), held))

    assert likeness(day - timedelta(days=2)) == one.likeness(other) > 0.3
    assert likeness(day - timedelta(days=3)) == likeness(day + timedelta(days=4)) < 0.05


@given(st.integers(0, 2**32 - 1))
def test_values_are_compared_all_at_once_as_one_by_one(seed: int) -> None:
    dice = random.Random(seed)
    some = [0, 1, 2**31 - 1, 2**31, 2**32 - 1]
    one, other, third = (Signature.of(99, tuple(dice.choices(some, k=VALUES))) for _ in range(3))
    day = WHEN.date()
    references = References([7], lambda _: {7: third})
    found = references.likeness(one, other, (day, day), {7: day - timedelta(days=9)})
    values = list(zip(one.values, other.values, third.values, strict=True))
    assert one.likeness(other) == sum(a == b for a, b, _ in values) / VALUES
    rare = sum(a == b != c for a, b, c in values)
    differing = sum(a != b and (a != c or b < a) for a, b, c in values)
    assert found == (rare / (rare + differing) if rare else 0.0)


# Signatures


def test_a_signature_is_what_it_was() -> None:
    """Stored values must compare with new ones: raise `SCHEME` when folding or the library gives others."""
    made = signature("أعلنت الحكومة قرارها بعد اجتماع طويل")
    assert (made.words, made.values[:3], made.bands()[:2]) == (
        6,
        (3505520885, 3339848712, 3249855917),
        [126548834219971, 173180005045656],
    )


def test_spelling_does_not_change_a_signature() -> None:
    assert signature("«إعلان» الحكومةِ، عن ٣ قرارات") == signature("اعلان الحكومـه عن 3 قرارات!")


def test_an_empty_text_has_a_signature_of_no_words() -> None:
    assert signature("").words == 0
    assert len(signature("،").values) == VALUES


@given(
    st.integers(0, 2**32 - 1).flatmap(lambda seed: st.just(tuple(random.Random(seed).choices(range(2**32), k=VALUES))))
)
def test_a_packed_signature_is_read_back(values: tuple[int, ...]) -> None:
    made = Signature.of(7, values)
    assert Signature(7, made.packed).values == values
    assert all(0 <= band < 2**48 for band in made.bands())


@given(st.integers(0, 1000), st.floats(0, 0.5))
@settings(max_examples=30, deadline=None)
def test_the_estimate_is_near_the_likeness(seed: int, share: float) -> None:
    one, other = prose(200, seed), changed(prose(200, seed), share, seed)
    exact = jaccard(frozenset(shingles(one)), frozenset(shingles(other)))
    assert signature(one).likeness(signature(other)) == pytest.approx(exact, abs=0.2)


def test_likeness_of_sets() -> None:
    assert jaccard(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)
    assert jaccard(frozenset(), frozenset()) == 0
    assert share_in(frozenset("ab"), frozenset("bcd")) == 0.5
    assert share_in(frozenset(), frozenset("a")) == 0
    assert title_likeness("إعلان القرار", "اعلان القرار.") == 1


def test_sentences_are_cut_at_their_ends() -> None:
    assert list(sentences("قال الوزير: «انتهى الأمر.» ثم خرج! هل يعود؟\nلا أحد يعلم")) == [
        "قال الوزير: «انتهى الأمر.",
        "ثم خرج!",
        "هل يعود؟",
        "لا أحد يعلم",
    ]
