"""The query language on both engines: 60 queries compared with a naive search of the demo's texts, and errors."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crawler.demo.manuscript import Manuscript, manuscripts
from storage.database.engine import for_writing, open_engine
from storage.database.tables.core import ArticleRow, SourceRow, VersionRow
from storage.database.tables.every import Base
from storage.search.engines import search_engine
from storage.search.query import QueryError, parse
from storage.text.folding import analyse

pytest_plugins = ["tests.support.postgres"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Two newspapers share the demo's articles, so that there are sources and countries to choose from.
SOURCES = {"alpha": "JO", "beta": "MA"}


@dataclass(frozen=True)
class Naive:
    """One article, read word by word without any index."""

    article: Manuscript
    source: str

    @property
    def text(self) -> str:
        return "\n".join([self.article.lead, *(block.text for block in self.article.blocks)])

    @property
    def day(self) -> str:
        return self.article.published.date().isoformat()

    @property
    def kind(self) -> str:
        return self.article.kind

    def has(self, phrase: str) -> bool:
        """Whether the words follow one another in the headline or in the text."""
        return self.titled(phrase) or _follow(analyse(phrase), analyse(self.text))

    def titled(self, phrase: str) -> bool:
        return _follow(analyse(phrase), analyse(self.article.title))

    def begins(self, start: str) -> bool:
        return any(token.startswith(start) for token in analyse(f"{self.article.title} {self.text}"))

    def by(self, name: str) -> bool:
        return any(_follow(analyse(name), analyse(author)) for author in self.article.authors)


def _follow(words: list[str], text: list[str]) -> bool:
    return any(text[at : at + len(words)] == words for at in range(len(text)))


ARTICLES = [Naive(one, list(SOURCES)[number % 2]) for number, one in enumerate(manuscripts(1))]

#: Query -> what it means of one article.
TABLE: dict[str, Callable[[Naive], bool]] = {
    "": lambda a: True,
    "وزارة": lambda a: a.has("وزارة"),
    "وزير": lambda a: a.has("وزير"),
    "الحكومة": lambda a: a.has("الحكومة"),
    "وزارة الحكومة": lambda a: a.has("وزارة") and a.has("الحكومة"),
    "وزارة AND الحكومة": lambda a: a.has("وزارة") and a.has("الحكومة"),
    "وزارة OR ميناء": lambda a: a.has("وزارة") or a.has("ميناء"),
    "وزارة أو ميناء": lambda a: a.has("وزارة") or a.has("ميناء"),
    "وزارة | ميناء": lambda a: a.has("وزارة") or a.has("ميناء"),
    "وزير OR (ميناء باب)": lambda a: a.has("وزير") or (a.has("ميناء") and a.has("باب")),
    "(ميناء باب) OR وزير": lambda a: a.has("وزير") or (a.has("ميناء") and a.has("باب")),
    "(وزير OR ميناء) باب": lambda a: (a.has("وزير") or a.has("ميناء")) and a.has("باب"),
    "وزير OR ميناء باب": lambda a: (a.has("وزير") or a.has("ميناء")) and a.has("باب"),
    "وزير OR ميناء AND باب": lambda a: a.has("وزير") or (a.has("ميناء") and a.has("باب")),
    "ميناء AND باب OR وزير": lambda a: a.has("وزير") or (a.has("ميناء") and a.has("باب")),
    "باب ميناء OR وزير AND العاصمة": lambda a: (
        a.has("باب") and (a.has("ميناء") or (a.has("وزير") and a.has("العاصمة")))
    ),
    "-وزارة": lambda a: not a.has("وزارة"),
    "NOT وزارة": lambda a: not a.has("وزارة"),
    "الحكومة -وزارة": lambda a: a.has("الحكومة") and not a.has("وزارة"),
    "الحكومة NOT وزارة": lambda a: a.has("الحكومة") and not a.has("وزارة"),
    "الحكومة AND NOT وزارة": lambda a: a.has("الحكومة") and not a.has("وزارة"),
    "الحكومة -(وزارة OR البحر)": lambda a: a.has("الحكومة") and not (a.has("وزارة") or a.has("البحر")),
    "البحر OR -الحكومة": lambda a: a.has("البحر") or not a.has("الحكومة"),
    "NOT (البحر الحكومة)": lambda a: not (a.has("البحر") and a.has("الحكومة")),
    "NOT NOT البحر": lambda a: a.has("البحر"),
    "-(-البحر)": lambda a: a.has("البحر"),
    "((البحر))": lambda a: a.has("البحر"),
    '"وادي الصفصاف"': lambda a: a.has("وادي الصفصاف"),
    "«وادي الصفصاف»": lambda a: a.has("وادي الصفصاف"),
    '"الصفصاف وادي"': lambda a: a.has("الصفصاف وادي"),
    '-"وادي الصفصاف" وادي': lambda a: a.has("وادي") and not a.has("وادي الصفصاف"),
    '"وادي الصفصاف" OR "البنك المركزي"': lambda a: a.has("وادي الصفصاف") or a.has("البنك المركزي"),
    "مدين*": lambda a: a.begins("مدين"),
    "مدين* OR مدرس*": lambda a: a.begins("مدين") or a.begins("مدرس"),
    "(مدين* -الحكومة)": lambda a: a.begins("مدين") and not a.has("الحكومة"),
    "title:وردان": lambda a: a.titled("وردان"),
    "title:وردان البحر": lambda a: a.titled("وردان") and a.has("البحر"),
    "-title:وردان وردان": lambda a: a.has("وردان") and not a.titled("وردان"),
    'title:"وزير الخارجية"': lambda a: a.titled("وزير الخارجية"),
    "source:alpha": lambda a: a.source == "alpha",
    "source:alpha source:beta": lambda a: True,
    "source:alpha OR source:beta": lambda a: True,
    "-source:alpha": lambda a: a.source != "alpha",
    "البحر source:beta": lambda a: a.has("البحر") and a.source == "beta",
    "(البحر source:beta) OR (الحكومة source:alpha)": lambda a: (
        (a.has("البحر") and a.source == "beta") or (a.has("الحكومة") and a.source == "alpha")
    ),
    "country:jo": lambda a: a.source == "alpha",
    "NOT country:JO البحر": lambda a: a.source == "beta" and a.has("البحر"),
    "kind:opinion": lambda a: a.kind == "opinion",
    "kind:opinion kind:live": lambda a: a.kind in ("opinion", "live"),
    "-kind:news": lambda a: a.kind != "news",
    "kind:opinion OR title:وردان": lambda a: a.kind == "opinion" or a.titled("وردان"),
    "since:2025": lambda a: a.day >= "2025",
    "until:2024": lambda a: a.day < "2025",
    "date:2025-03": lambda a: a.day.startswith("2025-03"),
    "date:2024..2025-02": lambda a: "2024" <= a.day < "2025-03",
    "date:..٢٠٢٤ البحر": lambda a: a.day < "2025" and a.has("البحر"),
    "-date:2025-03": lambda a: not a.day.startswith("2025-03"),
    "(date:2023 OR date:2025-03) -البحر": lambda a: (
        (a.day.startswith("2023") or a.day.startswith("2025-03")) and not a.has("البحر")
    ),
    'author:"عبير الطيب"': lambda a: a.by("عبير الطيب"),
    '-author:"عبير الطيب" البحر': lambda a: a.has("البحر") and not a.by("عبير الطيب"),
    "author:الطيب OR title:وردان": lambda a: a.by("الطيب") or a.titled("وردان"),
    "وزارةُ، الحكـومة!": lambda a: a.has("وزارة") and a.has("الحكومة"),
    "البحر كلمةلاوجودلها": lambda a: False,
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], scope="module")
def count(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., int]]:
    """Counts what a query finds in a database that holds the articles."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('language') / 'archive.db'}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres_database")())
        database = open_engine(url)
        stack.callback(database.dispose)
        engine = search_engine(database)
        Base.metadata.create_all(database)
        with Session(for_writing(database)) as session, session.begin():
            engine.create(session.connection())
            for key, country in SOURCES.items():
                session.add(SourceRow(key=key, name_ar=key, name_en=key, country=country, timezone="UTC", home="h"))
            session.flush()
            for number, article in enumerate(ARTICLES, 1):
                _put(session, number, article)
                session.flush()
                engine.index(session.connection(), number)

        def counted(query: str, **options: Any) -> int:
            with database.connect() as connection:
                wanted = parse(query, **options)
                number = engine.count(connection, wanted)
                assert len(list(engine.search(connection, wanted))) == number
                return number

        yield counted


def _put(session: Session, number: int, naive: Naive) -> None:
    article = naive.article
    shared: dict[str, Any] = {
        "title": article.title,
        "text": naive.text,
        "text_hash": str(number),
        "first_seen_at": NOW,
    }
    session.add(
        ArticleRow(
            id=number,
            key=str(number),
            key_hash=str(number),
            url=article.path,
            source_key=naive.source,
            authors=list(article.authors),
            published=naive.day,
            published_day=naive.day,
            published_precision="day",
            dates=[],
            tags=[],
            kind=article.kind,
            language="ar",
            version=1,
            fetched_at=NOW,
            sort_at=article.published,
            **shared,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        VersionRow(article_id=number, number=1, removed=[], cause="page", last_seen_at=NOW, extractor_version="1",
                   rules_version="1", **shared)
    )  # fmt: skip


@pytest.mark.parametrize("query", TABLE)
@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_counts_are_those_of_a_naive_reading(count: Callable[..., int], query: str, sort: str) -> None:
    assert count(query, sort=sort) == sum(map(TABLE[query], ARTICLES))


def test_the_table_is_worth_reading() -> None:
    assert len(TABLE) >= 60
    found = [sum(map(meaning, ARTICLES)) for meaning in TABLE.values()]
    assert sum(0 < number < len(ARTICLES) for number in found) >= 50


@pytest.mark.parametrize(
    ("query", "at", "told"),
    [
        ("غزة (رفح", 4, "this parenthesis is not closed"),
        ("غزة (رفح (معبر)", 4, "this parenthesis is not closed"),
        ("غزة) رفح", 3, "this parenthesis closes nothing"),
        ("غزة ()", 5, "there is nothing in these parentheses"),
        ('غزة "رفح', 4, "this quotation mark is not closed"),
        ("غزة «رفح", 4, "this quotation mark is not closed"),
        ("OR غزة", 0, "OR needs a word before it"),
        ("غزة OR", 4, "OR needs a word after it"),
        ("غزة OR ???", 4, "OR needs a word after it"),
        ("غزة AND OR رفح", 4, "AND needs a word after it"),
        ("(غزة AND) رفح", 5, "AND needs a word after it"),
        ("غزة NOT", 4, "NOT needs a word after it"),
        ("sorce:hespress", 0, "no field is called 'sorce'; did you mean source:?"),
        ("غزة sorce: hespress", 4, "no field is called 'sorce'; did you mean source:?"),
        ("byline:x", 0, "no field is called 'byline'; there are source, country"),
        ("غزة source:", 4, "source: needs a value right after the colon"),
        ("(source:)", 1, "source: needs a value right after the colon"),
        ("غزة since:أمس", 10, "is not a date"),
        ("date:..", 5, "needs a day"),
        ("أ*", 0, "at least 2 letters"),
    ],
)
def test_a_fault_names_its_place(query: str, at: int, told: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert told in str(raised.value)
    assert raised.value.at == at
    assert f"(at character {at + 1}: " in str(raised.value)


@pytest.mark.parametrize(
    "pasted", ["BBC: غزة", "http://example.org/a?b=c", "10:30 غزة", "خبر | صحيفة", "غزة أو", "| غزة"]
)
def test_what_people_paste_is_text(pasted: str) -> None:
    assert parse(pasted).terms


def test_the_manual_states_these_counts() -> None:
    manual = (Path(__file__).parents[1] / "docs/search.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| <code>(.*?)</code> \| (\d+) \|$", manual, re.MULTILINE)
    assert {html.unescape(query): int(number) for query, number in shown} == {
        query: sum(map(means, ARTICLES)) for query, means in TABLE.items() if query
    }
