"""The query language: what people type is a query or one clear line, never a crash."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.search.expression import And, Expression, Not, Or, Term, leaves
from storage.search.grammar import read_tree
from storage.search.plain_words import is_plain, read_words
from storage.search.query import MAX_CHARACTERS, MAX_TERMS, Query, QueryError, parse, read_day
from storage.text.folding import analyse


def shape(query: Query) -> str:
    """A query's terms, readable."""

    def written(tree: Expression) -> str:
        match tree:
            case And(parts):
                return " & ".join(map(written, parts))
            case Or(parts):
                return f"({' | '.join(map(written, parts))})"
            case Not(part):
                return f"-{written(part)}"
            case Term():
                return " ".join(tree.tokens) + (f"|{tree.beginning}*" if tree.beginning is not None else "")
            case _:
                raise AssertionError(tree)

    return written(query.where) if query.where is not None else ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("   \n\t ", ""),
        ("الحكومة", "حكومة"),
        ("قرارات الحكومةِ", "قرار & حكومة"),
        ('"قرار الحكومة"', "قرار حكومة"),
        ("«قرار الحكومة»", "قرار حكومة"),
        ("“قرار الحكومة”", "قرار حكومة"),
        ("غزة -رفح", "غزة & -رفح"),
        ('غزة -"معبر رفح"', "غزة & -معبر رفح"),
        ("-غزة", "-غزة"),
        ("غزة - إسرائيل", "غزة & اسراءيل"),
        ("غزة–رفح", "غزة رفح"),
        ("غزة أو رفح", "(غزة | رفح)"),
        ("غزة OR رفح OR خانيونس", "(غزة | رفح | خانيونس)"),
        ("غزة | رفح", "(غزة | رفح)"),
        ("معبر غزة أو رفح مغلق", "معبر & (غزة | رفح) & مغلق"),
        ("أو غزة", "غزة"),
        ("غزة أو", "غزة"),
        ("غزة أو أو رفح", "(غزة | رفح)"),
        ("gaza or rafah", "gaza & or & rafah"),
        ("حكوم*", "حكوم|حكوم*"),
        ("والحكوم*", "حكوم|حكوم*"),
        ("شركات*", "شركة|شركات*"),
        ("حكوم* أو وزار*", "(حكوم|حكوم* | وزار|وزار*)"),
        ("C++", "c"),
        ("50%", "50"),
        ("15/3/2024", "15 3 2024"),
        ("السعودية (2024)", "سعودي & 2024"),
        ("قال: نعم", "قال & نعم"),
        ("http://example.org/a", "http example org a"),
        ("x:y", "x y"),
        ("NEAR(a b)", "near & a & b"),
        ("a AND b NOT c", "a & b & -c"),
        ("غزة ﷺ 👍", "غزة & (صلياللهعليهوسلم | صلي الله على سلم)"),
        ("\x00غزة\ud800", "غزة"),
    ],
)
def test_words_phrases_and_signs(typed: str, meant: str) -> None:
    assert shape(parse(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("source:hespress", {"sources": ("hespress",)}),
        ("Source:Hespress SOURCE:ahram", {"sources": ("hespress", "ahram")}),
        ("country:MA", {"countries": ("ma",)}),
        ("language:ar kind:opinion", {"languages": ("ar",), "kinds": ("opinion",)}),
        ('author:"محمد علي"', {"authors": ("محمد علي",)}),
        ("author:«محمد علي»", {"authors": ("محمد علي",)}),
        ("author:علي", {"authors": ("علي",)}),
        ("since:2024", {"since": date(2024, 1, 1)}),
        ("until:2024", {"until": date(2024, 12, 31)}),
        ("since:2024-02 until:2024-02", {"since": date(2024, 2, 1), "until": date(2024, 2, 29)}),
        ("since:٢٠٢٤-٠٥-٠١", {"since": date(2024, 5, 1)}),
        ("until:۲۰۲۴/۵/۱", {"until": date(2024, 5, 1)}),
    ],
)
def test_filters_alone_are_a_query(typed: str, fields: dict[str, Any]) -> None:
    query = parse(typed)

    assert {name: getattr(query, name) for name in fields} == fields
    assert query.terms == ()
    assert query.text == typed


def test_filters_stand_anywhere_among_words() -> None:
    query = parse("غزة أو رفح source:ahram since:2024 -رياضة", limit=20, sort="relevance")

    assert shape(query) == "(غزة | رفح) & -رياضة"
    assert (query.sources, query.since, query.limit, query.sort) == (("ahram",), date(2024, 1, 1), 20, "relevance")


def test_what_the_text_names_goes_before_options() -> None:
    assert parse("source:ahram", sources=("hespress",)).sources == ("ahram",)
    assert parse("غزة", sources=("hespress",)).sources == ("hespress",)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("???", "no word to search for"),
        ('""', "no word to search for"),
        ("-", "no word to search for"),
        ("*", "no word to search for"),
        ("أ*", "at least 2 letters"),
        ("الح*", "at least 2 letters"),
        ("source:", "needs a value"),
        ("author:!!", "needs a name"),
        ("since:أمس", "is not a date"),
        ("since:2024-13", "not a day of the calendar"),
        ("until:2023-02-29", "not a day of the calendar"),
        ("since:0000", "not a day of the calendar"),
        ("since:2025 until:2024", "later than"),
        ("كلمة " * (MAX_TERMS + 1), f"at most {MAX_TERMS}"),
        ("a OR " * 20_000, "at most"),
        ("a* " * 5_000, "at most"),
        ("ك" * (MAX_CHARACTERS + 1), f"at most {MAX_CHARACTERS}"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(typed: str, told: str) -> None:
    with pytest.raises(QueryError, match=told) as raised:
        parse(typed)

    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2


@given(st.text(max_size=220) | st.text(alphabet='غزة أوال"«»*-:|()OR sinceurto٢0/\x00\ud800', max_size=220))
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as refused:
        line = str(refused)
    else:
        line = "ok"
        terms = [leaf for leaf in leaves(query.where) if isinstance(leaf, Term)]
        assert sum(len(term.tokens) for term in terms) <= MAX_TERMS
        assert all(term.tokens for term in terms)

    assert line
    assert "\n" not in line


@given(st.lists(st.sampled_from("حكومة غزة القرار والمدينة 2024 bbc".split()), min_size=1, max_size=5))  # noqa: SIM905
def test_plain_words_are_looked_for_as_they_are_indexed(words: list[str]) -> None:
    assert [token for term in parse(" ".join(words)).terms for token in term.tokens] == analyse(" ".join(words))


@given(
    st.lists(
        st.sampled_from("حكومة أو OR AND NOT or ـ ــ ﷺ ﷲ 2024 ٢٠٢٤ bbc ÀÉ لأو ²".split())  # noqa: SIM905
        | st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=5),
        max_size=5,
    )
)
@settings(max_examples=500, deadline=None)
def test_plain_words_are_read_as_the_grammar_reads_them(words: list[str]) -> None:
    text = " ".join(words)
    if is_plain(text):
        assert read_words(text) == (read_tree(text) if words else None)
    else:
        assert {"أو", "OR", "AND", "NOT"} & set(words)


@pytest.mark.parametrize("text", ["-حكومة", "حكوم*", '"قرار"', "غزة|رفح", "(غزة)", "title:غزة", "sorce:", "غزّة"])
def test_a_query_with_a_sign_is_not_plain(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize(("text", "last", "day"), [
    ("2024", False, date(2024, 1, 1)), ("2024", True, date(2024, 12, 31)), ("2023-2", True, date(2023, 2, 28)),
    ("2024-05-01", True, date(2024, 5, 1)), ("9999", True, date(9999, 12, 31)),
])  # fmt: skip
def test_a_year_or_month_means_all_of_it(text: str, last: bool, day: date) -> None:
    assert read_day(text, last=last) == day
