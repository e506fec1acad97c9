"""Words that mark a query: the right ones, without its own, against articles that do not match."""

from collections.abc import Iterator

import pytest

from storage.archive import Archive
from storage.search.marking_words import SIGNIFICANT, log_likelihood
from storage.search.query import parse
from tests.support.small_archive import make_archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(make_archive(tmp_path_factory.mktemp("words") / "archive")) as opened:
        yield opened


def test_the_words_of_a_topic_mark_it_and_its_own_do_not(archive: Archive) -> None:
    found = archive.marking_words(parse("السوق"), archive.word_spread())
    words = {one.word: one for one in found.words}
    assert found.matches == 32
    assert found.others == 53 - 32
    assert {"الشتاء", "تاجر", "المدينة"} <= words.keys()
    assert not {"السوق", "سوق"} & words.keys()
    assert not any(word.isdigit() for word in words)
    scores = [one.g2 for one in found.words]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= SIGNIFICANT


def test_counts_are_those_of_the_texts(archive: Archive) -> None:
    found = archive.marking_words(parse("source:wardan"), archive.word_spread())
    one = next(word for word in found.words if word.word == "تاجر")
    texts = {stored.id: stored.article for stored in archive.find(parse(""))}
    having = [article.source for article in texts.values() if "تاجر" in article.text.split()]
    assert (one.matches, one.others) == (having.count("wardan"), len(having) - having.count("wardan"))


def test_a_query_with_many_matches_is_compared_with_fewer_articles(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = archive.marking_words(parse("السوق"), archive.word_spread())
    monkeypatch.setattr("storage.search.marking_words._LISTED", 5)
    monkeypatch.setattr("storage.search.marking_words._THINNED", 1)
    assert archive.marking_words(parse("السوق"), archive.word_spread()) == listed


@pytest.mark.parametrize("query", ["", "xyzzy"])
def test_everything_and_nothing_have_no_marking_words(archive: Archive, query: str) -> None:
    assert archive.marking_words(parse(query), archive.word_spread()).words == ()


def test_the_score_is_that_of_the_textbook() -> None:
    """The sum of O * ln(O / E) over the four cells, twice."""
    from math import log

    cells = [(20, 100 * 30 / 600), (10, 500 * 30 / 600), (80, 100 * 570 / 600), (490, 500 * 570 / 600)]
    expected = 2 * sum(observed * log(observed / wanted) for observed, wanted in cells)
    assert log_likelihood(20, 100, 10, 500) == pytest.approx(expected)
    assert log_likelihood(0, 0, 10, 500) == 0
