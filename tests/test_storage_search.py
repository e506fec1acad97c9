"""One contract for every search engine: the same articles for the same query, on SQLite and on PostgreSQL."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.database.engine import for_writing, open_engine
from storage.database.tables.core import ArticleRow, SourceRow, VersionRow
from storage.database.tables.every import Base
from storage.errors import StorageError
from storage.search.base import Excerpt, SearchEngine
from storage.search.engines import search_engine
from storage.search.facets import between, day_facets
from storage.search.query import QueryError, parse
from storage.text.folding import shadow

pytest_plugins = ["tests.support.postgres"]

NOW = datetime(2024, 6, 1, tzinfo=UTC)


class Newsroom:
    """A database with a search engine, and short ways to fill it."""

    def __init__(self, url: str) -> None:
        self.database = open_engine(url)
        self.writer = for_writing(self.database)
        self.engine: SearchEngine = search_engine(self.database)
        Base.metadata.create_all(self.database)
        with Session(self.writer) as session, session.begin():
            self.engine.create(session.connection())
            for key, country in (("hespress", "MA"), ("ahram", "eg"), ("al-x", "EG")):
                session.add(SourceRow(key=key, name_ar=key, name_en=key, country=country, timezone="UTC", home="h"))

    def put(self, article_id: int, title: str, body: str = "", **columns: Any) -> None:
        """Store an article, or a new version of it, and index it; a higher id is a day newer."""
        with Session(self.writer) as session, session.begin():
            held = session.get(ArticleRow, article_id)
            number = 1 if held is None else held.version + 1
            day = columns.pop("day", (NOW + timedelta(days=article_id)).date().isoformat())
            values: dict[str, Any] = {
                "key": str(article_id), "key_hash": str(article_id), "url": f"https://example.org/{article_id}",
                "source_key": "hespress", "title": title, "text": body, "authors": [], "published": day,
                "published_at": None, "published_day": day, "published_precision": "day", "dates": [], "tags": [],
                "kind": "news", "language": "ar", "version": number, "text_hash": str(number), "first_seen_at": NOW,
                "fetched_at": NOW, "sort_at": NOW + timedelta(days=article_id),
            }  # fmt: skip
            session.merge(ArticleRow(id=article_id, **(values | columns)))
            session.flush()
            session.add(
                VersionRow(article_id=article_id, number=number, title=title, text=body, removed=[],
                           text_hash=str(number), cause="page", first_seen_at=NOW, last_seen_at=NOW,
                           extractor_version="1", rules_version="1")
            )  # fmt: skip
            session.flush()
            self.engine.index(session.connection(), article_id)

    def find(self, query: str, **options: Any) -> list[int]:
        with self.database.connect() as connection:
            return list(self.engine.ids(connection, parse(query, **options)))

    def hits(self, query: str, **options: Any) -> list[Any]:
        with self.database.connect() as connection:
            return list(self.engine.search(connection, parse(query, **options)))

    def check(self) -> list[str]:
        with self.writer.begin() as connection:
            return self.engine.check(connection)


_ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@contextmanager
def _room(request: pytest.FixtureRequest, folder: Path) -> Iterator[Newsroom]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            room = Newsroom(f"sqlite:///{folder / 'archive.db'}")
        else:
            room = Newsroom(stack.enter_context(request.getfixturevalue("postgres_database")()))
        stack.callback(room.database.dispose)
        yield room


def _fill(room: Newsroom) -> Newsroom:
    room.put(1, "قرار الحكومةَ", "قالت غـــزة إن والمدرسة أغلقت أبوابها في ٢٠٢٣", authors=["محمد علي", "سارة حسن"])
    room.put(2, "رفح اليوم", "كتب الرئيس في لبنان", source_key="ahram", language="en", day="2024-01-05")
    room.put(3, "الحكومة للحكومة", "القرار الأخير لحكومة السودان", source_key="al-x", kind="opinion", day="2024-02-29")
    room.put(4, "بلا تاريخ", "غزة وحدها", source_key=None, day=None, language=None)
    return room


@pytest.fixture(params=_ENGINES)
def newsroom(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    """An empty one, of the test's own."""
    with _room(request, tmp_path) as room:
        yield room


@pytest.fixture
def filled(newsroom: Newsroom) -> Newsroom:
    """One with four articles, of the test's own."""
    return _fill(newsroom)


@pytest.fixture(params=_ENGINES, scope="module")
def readable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One with the same four articles, shared by tests that only read."""
    with _room(request, tmp_path_factory.mktemp("search")) as room:
        yield _fill(room)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("حكومة", [3, 1]),
        ("غزه", [4, 1]),
        ("2023", [1]),
        ("حكومة قرار", [3, 1]),
        ('"قرار الحكومة"', [1]),
        ('"الحكومة قرار"', []),
        ('"الأخير لحكومة السودان"', [3]),
        ("للحكومة قالت", [1]),
        ('"الحكومة قالت"', []),
        ("رفح أو غزة", [4, 2, 1]),
        ("غزة OR رفح حكومة", [1]),
        ("حكومة -غزة", [3]),
        ("-غزة", [3, 2]),
        ('-"قرار حكومة" حكومة', [3]),
        ("حكوم*", [3, 1]),
        ("السود*", [3]),
        ("source:ahram", [2]),
        ("source:AHRAM رئيس", [2]),
        ("source:ahram source:al-x", [3, 2]),
        ("source:nowhere", []),
        ("country:eg", [3, 2]),
        ("country:EG حكومة", [3]),
        ("country:zz", []),
        ("language:en", [2]),
        ("kind:opinion", [3]),
        ("author:علي", [1]),
        ('author:"محمد علي"', [1]),
        ('author:"علي سارة"', []),
        ("since:2024-06", [1]),
        ("until:2024-02", [3, 2]),
        ("since:2024-01-05 until:2024-01-05", [2]),
        ("since:2024-01-06 until:2024-02-28", []),
        ("since:٢٠٢٤ until:٢٠٢٤ حكومة", [3, 1]),
        ("since:2025", []),
    ],
)
@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_a_query_finds_what_it_names(readable: Newsroom, query: str, found: list[int], sort: Any) -> None:
    ids = readable.find(query, sort=sort)

    assert sorted(ids) == sorted(found)
    if sort == "newest":
        assert ids == found
    with readable.database.connect() as connection:
        assert readable.engine.count(connection, parse(query)) == len(found)


def test_limit_and_offset_page_through_the_answer(readable: Newsroom) -> None:
    assert readable.find("", limit=2) == [4, 3]
    assert readable.find("", limit=2, offset=2) == [2, 1]
    assert readable.find("", limit=0) == []
    assert [hit.article_id for hit in readable.hits("", limit=3, offset=1)] == [3, 2, 1]


def test_marks_lie_on_the_words_as_they_were_written(readable: Newsroom) -> None:
    [hit] = readable.hits("حكومة غزه مدرسة", limit=20)

    assert hit.title.marked() == "قرار [الحكومةَ]"
    assert hit.snippet.marked("<b>", "</b>") == "قالت <b>غـــزة</b> إن <b>والمدرسة</b> أغلقت أبوابها في ٢٠٢٣"
    assert [hit.title.text[start:end] for start, end in hit.title.marks] == ["الحكومةَ"]


def test_a_phrase_is_marked_only_where_it_stands(filled: Newsroom) -> None:
    filled.put(9, "الحكومة", "حكومة لبنان بعد قرار حكومة لبنان")
    [hit] = filled.hits('"قرار حكومة لبنان"')

    assert hit.title.marks == ()
    assert hit.snippet.marked() == "حكومة لبنان بعد [قرار] [حكومة] [لبنان]"


def test_the_snippet_shows_the_place_of_the_match(newsroom: Newsroom) -> None:
    newsroom.put(1, "عنوان", " ".join(["كلام"] * 500) + " الزلزال في المغرب " + " ".join(["كلام"] * 500))
    [hit] = newsroom.hits("زلزال مغرب")

    assert "[الزلزال] في [المغرب]" in hit.snippet.marked()
    assert hit.snippet.marked().startswith("… ")
    assert hit.snippet.marked().endswith(" …")
    assert 25 <= len(hit.snippet.text.split()) <= 35


def test_a_hit_is_plain_json(readable: Newsroom) -> None:
    [hit] = readable.hits("زلزال أو لبنان", sort="relevance")
    read = json.loads(json.dumps(asdict(hit), ensure_ascii=False))

    assert read["article_id"] == 2
    assert read["source"] == "ahram"
    assert read["published"] == "2024-01-05"
    assert read["score"] > 0
    assert read["snippet"]["marks"] == [[14, 19]]


def test_pieces_join_to_the_text() -> None:
    shown = Excerpt(text="قرار الحكومة اليوم", marks=((5, 12),))

    assert list(shown.pieces()) == [("قرار ", False), ("الحكومة", True), (" اليوم", False)]


def test_relevance_puts_a_title_and_a_repeated_word_first(newsroom: Newsroom) -> None:
    filler = " ".join(f"كلمة{n}" for n in range(60))
    newsroom.put(1, "زلزال المغرب", filler)
    newsroom.put(2, "نشرة", f"زلزال زلزال زلزال {filler}")
    newsroom.put(3, "نشرة", f"{filler} زلزال {filler}")
    newsroom.put(4, "رياضة", filler)

    assert newsroom.find("زلزال", sort="relevance") == [1, 2, 3]
    assert [hit.score for hit in newsroom.hits("زلزال")] == [None, None, None]


def test_relevance_weighs_the_newest_and_leaves_none_out(newsroom: Newsroom) -> None:
    filler = " ".join(f"كلمة{n}" for n in range(30))
    for article_id in range(1, 9):
        newsroom.put(article_id, "زلزال" if article_id in (1, 6) else "نشرة", f"زلزال {filler}")
    newsroom.engine = type(newsroom.engine)(candidates=4)  # type: ignore[call-arg]

    assert newsroom.find("زلزال", sort="relevance") == [6, 8, 7, 5, 4, 3, 2, 1]
    assert newsroom.find("زلزال", sort="relevance", limit=3, offset=3) == [5, 4, 3]
    assert newsroom.find("زلزال", sort="relevance", limit=2, offset=6) == [2, 1]


def test_an_article_that_changes_is_found_by_its_new_words_only(filled: Newsroom) -> None:
    filled.put(1, "عنوان جديد", "نص آخر", authors=["كاتب"], source_key="ahram", day="2020-01-01")

    assert filled.find("غزة") == [4]
    assert filled.find("author:علي") == []
    assert filled.find("source:ahram عنوان until:2020") == [1]
    assert filled.check() == []


def test_only_its_date_author_or_place_may_change(filled: Newsroom) -> None:
    with Session(filled.writer) as session, session.begin():
        row = session.get_one(ArticleRow, 1)
        row.authors, row.published_day, row.sort_at = ["ليلى"], "2031-01-01", NOW + timedelta(days=99)
        session.flush()
        filled.engine.index(session.connection(), 1)

    assert filled.find("") == [1, 4, 3, 2]
    assert filled.find("author:ليلى since:2031") == [1]
    assert filled.check() == []


def test_indexing_again_what_has_not_changed_changes_nothing(filled: Newsroom) -> None:
    with filled.writer.begin() as connection:
        filled.engine.index(connection, 1)

    assert filled.find("غزة") == [4, 1]
    assert filled.check() == []


def test_a_removed_article_leaves_no_word_behind(filled: Newsroom) -> None:
    with filled.writer.begin() as connection:
        filled.engine.remove(connection, 1)
        filled.engine.remove(connection, 1)
        for table in ("version", "article"):
            column = "article_id" if table == "version" else "id"
            connection.execute(text(f"delete from {table} where {column} = 1"))

    assert filled.find("مدرسة") == []
    assert filled.check() == []


def test_what_is_rolled_back_is_not_found(filled: Newsroom) -> None:
    with filled.database.connect() as connection:
        transaction = connection.begin()
        filled.engine.remove(connection, 2)
        transaction.rollback()

    assert filled.find("رفح") == [2]


def test_an_index_made_by_another_analyser_is_made_anew(filled: Newsroom) -> None:
    with filled.writer.begin() as connection:
        connection.execute(text("update search_meta set analyser_version = 0"))
        connection.execute(text("delete from search_doc where article_id = 3"))
    with filled.writer.begin() as connection:
        filled.engine.create(connection)

    assert filled.find("") == [4, 3, 2, 1]
    assert filled.check() == []


def test_an_article_that_is_missing_from_the_index_is_told(filled: Newsroom) -> None:
    with filled.writer.begin() as connection:
        filled.engine.remove(connection, 2)

    assert filled.check() == ["article 2 is not in the search index in its current form"]


def test_many_articles_of_one_day_keep_the_order_in_which_they_came(newsroom: Newsroom) -> None:
    for article_id in range(1, 6):
        newsroom.put(article_id, "خبر", sort_at=datetime(1969, 12, 31, tzinfo=UTC))

    assert newsroom.find("خبر") == [5, 4, 3, 2, 1]


def test_texts_of_any_size_and_script_are_indexed(newsroom: Newsroom) -> None:
    newsroom.put(1, "x" * 5000, "ك" * 3000 + " " + " ".join(f"w{n}" for n in range(60_000)) + " 'quote' back\\slash")
    newsroom.put(2, "\u200f", "日本語 кириллица हिन्दी café ﷺ ½ ❤\ufe0f")

    assert newsroom.find("w59") == [1]
    assert newsroom.find("CAFE") == [2]
    assert newsroom.check() == []


_HOSTILE = [
    "غزة - إسرائيل", "قال: نعم", '"غير مكتمل', "C++", "السعودية (2024)", "50%", "15/3/2024", "", '""', "*", "a AND",
    "AND", "NOT", "NEAR(a b, 2)", "title: x", "{title} : x", "a^b", "- -", "' or 1=1 --", "'; drop table article; --",
    "source:' or ''='", "a:*", "!a & b | c <-> d", "\\", "%_", "\x00", "\ud800", "أو أو أو", "OR", "-OR", "غزة*رفح*",
    "author:\"", "since:", "\u202e", "١٢", "''''", "x" * 200, "(" * 50, "country:ma'--", "kind:\x00", "author:%",
]  # fmt: skip


@pytest.mark.fault("A35", "A36")
@pytest.mark.parametrize("query", _HOSTILE)
@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_any_input_is_an_answer_or_a_query_error(readable: Newsroom, query: str, sort: Any) -> None:
    try:
        found = readable.hits(query, sort=sort)
    except QueryError as refused:
        told = str(refused)
    else:
        told = "found"
        assert {hit.article_id for hit in found} <= {1, 2, 3, 4}

    assert told
    assert "\n" not in told


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    room = Newsroom(f"sqlite:///{tmp_path_factory.mktemp('search') / 'archive.db'}")
    room.put(1, "قرار الحكومة", "غزة a b c 2024")
    yield room
    room.database.dispose()


@given(query=st.text(max_size=60) | st.text(alphabet="abغزةوال \"*-:()^{}+~,.'\\٢٠", max_size=60))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(shared: Newsroom, query: str) -> None:
    try:
        found = shared.find(query)
    except QueryError:
        return
    assert found in ([], [1])


@given(words=st.text(max_size=40) | st.text(alphabet="غزةوال َ\u200f\u0640ab1", max_size=40))
@settings(max_examples=300, deadline=None)
def test_fts5_sees_one_token_of_the_shadow_for_each_of_the_text(words: str) -> None:
    database = sqlite3.connect(":memory:")
    tokenizer = "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Cf'\""
    known = "".join(c for c in words if c.isascii() or "\u0600" <= c <= "\u06ff" or c == "\u200f")
    database.execute(f"create virtual table t using fts5(body, {tokenizer})")
    database.execute("create virtual table seen using fts5vocab(t, instance)")
    database.executemany("insert into t values (?)", [(known,), (shadow(known),)])
    counts = [database.execute("select count(*) from seen where doc = ?", (row,)).fetchone()[0] for row in (1, 2)]
    database.close()

    assert counts[0] == counts[1]


def test_fts5_itself_highlights_the_original_words(shared: Newsroom) -> None:
    shared.put(2, "قرارُ الحكومةَ", "قالت غـــزة إن والمدرسة أغلقت")
    with shared.database.connect() as connection:
        marked = connection.exec_driver_sql(
            "select highlight(search, 0, '[', ']'), highlight(search, 1, '[', ']') from search"
            " where search match 'حكومة AND غزة AND مدرسة'"
        ).one()

    assert tuple(marked) == ("قرارُ [الحكومةَ]", "قالت [غـــزة] إن [والمدرسة] أغلقت")


def test_taking_out_what_can_no_longer_be_read_is_refused(shared: Newsroom) -> None:
    shared.put(5, "عنوان", "نص")
    with shared.database.connect() as connection, connection.begin() as transaction:
        connection.execute(text("delete from version where article_id = 5"))
        with pytest.raises(StorageError, match="article 5"):
            shared.engine.remove(connection, 5)
        transaction.rollback()


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2024-01-05", "2024-01-05"),
        ("2023-12-30", "2024-12-31"),
        ("1999-12-31", "2000-01-01"),
        ("2020-02-29", "2031-07-09"),
    ],
)
def test_day_tokens_cover_exactly_the_days_between(since: str, until: str) -> None:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    cover = set(between(first, last))
    for away in range(-40, (last - first).days + 40):
        day = first + timedelta(days=away)
        assert bool(cover & set(day_facets(day.isoformat()))) == (first <= day <= last), day
    assert len(cover) < 100


@pytest.mark.parametrize(("since", "until"), [(None, None), ("2024-01-05", None), (None, "2024-01-05")])
def test_open_ranges_are_covered_by_few_tokens(since: str | None, until: str | None) -> None:
    cover = between(since and date.fromisoformat(since), until and date.fromisoformat(until))  # type: ignore[arg-type]

    assert len(cover) < 160


@pytest.fixture(params=_ENGINES, scope="module")
def joined(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One whose words are written in several forms; shared by tests that only read."""
    with _room(request, tmp_path_factory.mktemp("joined")) as room:
        room.put(1, "بي\u200cبي\u200cسي عربي تغلق مكتبها", "نص أول")
        room.put(2, "نشرة", "قالت قناة بي بي سي عربي")
        room.put(3, "قال محمد ﷺ لأصحابه", "نص ثالث")
        room.put(4, "حديث", "قال محمد صلى الله عليه وسلم لأصحابه")
        room.put(5, "عبدﷲ في السوق", "سعر الخبز المن\u00adشور اليوم")
        room.put(6, "﷽", "وزارة\u200bالصحة أعلنت")
        yield room


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("بي بي سي", [2, 1]),
        ('"بي بي سي عربي"', [2, 1]),
        ("بي\u200cبي\u200cسي", [2, 1]),
        ("بيبيسي", [1]),
        ("صلى الله عليه وسلم", [4, 3]),
        ('"محمد صلى الله عليه وسلم لأصحابه"', [4, 3]),
        ("ﷺ", [4, 3]),
        ('"محمد ﷺ"', [4, 3]),
        ("عبدالله", [5]),
        ("المنشور", [5]),
        ("شور", []),
        ("بسم الله الرحمن الرحيم", [6]),
        ("﷽", [6]),
        ("الصحة", [6]),
        ("وزارة الصحة", [6]),
        ("لأصحابه -ﷺ", []),
        ("عبدالله OR بيبيسي", [5, 1]),
    ],
)
def test_words_are_found_in_each_of_their_forms(joined: Newsroom, query: str, expected: list[int]) -> None:
    assert joined.find(query) == expected


def test_a_word_with_several_forms_is_marked_as_it_is_written(joined: Newsroom) -> None:
    assert [hit.title.marked() for hit in joined.hits("صلى الله عليه وسلم")][1] == "قال محمد [ﷺ] لأصحابه"
    assert joined.hits("بي بي سي")[1].title.marked() == "[بي\u200cبي\u200cسي] عربي تغلق مكتبها"
    assert joined.check() == []
