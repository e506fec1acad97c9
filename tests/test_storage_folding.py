"""Folding: one word for all its spellings, and for no other word."""

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.text import lexicon
from storage.text.folding import (
    ANALYSER_VERSION,
    BLANK,
    TOKEN,
    analyse,
    analyse_beginning,
    analyse_word,
    fold,
    normalise,
    shadow,
)
from storage.text.inside_words import inside_words

PAIRS = Path(__file__).parent / "data" / "search_pairs.tsv"
SHARED_PAIRS = Path(__file__).parents[1] / "../shared/facts/search_pairs.tsv"

#: Any text, and text that is dense in what folding is about.
TEXTS = st.text(max_size=80) | st.text(
    alphabet="ابةىيوؤئءأإآهلكفبسمنتـًَُِّْٰ ٠١٢٣۴گپیک\u200f\u200c\u202b\ufeffﻻﷲﷺé½ß1a_-.", max_size=80
)


def pairs(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("أحمد إبراهيم آسيا ٱلله", "احمد ابراهيم اسيا الله"),
        ("مسؤول مسئول", "مسءول مسءول"),
        ("مصطفى", "مصطفي"),
        ("مدرسة", "مدرسه"),
        ("مُحَمَّدٌ رَسُولُهُ", "محمد رسوله"),
        ("هٰذا الرحمٰن", "هذا الرحمن"),
        ("غـــزة", "غزه"),
        ("ﺍﻟﺴﻼﻡ", "السلام"),
        ("ایران کتاب گل", "ايران كتاب كل"),
        ("٢٠٢٤ ۲۰۲۴", "2024 2024"),
        ("م\u200bصر ا\u200fل\u202aيمن", "مصر اليمن"),
        ("BBC Café ＡＢＣ Straße", "bbc cafe abc strasse"),
        ("«قال» – 50%!", "«قال» – 50%!"),
        ("ﷲ", "الله"),
        ("و\u0654", "ء"),
        ("", ""),
    ],
)
def test_normalising_leaves_one_spelling(written: str, normal: str) -> None:
    assert normalise(written) == normal


def test_folding_leaves_words_and_single_spaces() -> None:
    assert fold("  «القاهرة»،\n٣ قتلى…  و15 جريحًا (تحديث)") == "القاهره 3 قتلي و15 جريحا تحديث"


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_normalising_and_folding_again_change_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="written out from Unicode 14")
def test_the_marks_inside_words_are_those_of_unicode() -> None:
    mark = re.compile(f"[{inside_words()}]")
    signs = [chr(point) for point in (*range(0x10000), *range(0xE0000, 0xE0200))]

    assert [sign for sign in signs if mark.match(sign)] == [
        sign for sign in signs if unicodedata.category(sign) in ("Mn", "Cf", "Co")
    ]


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_the_shadow_has_one_token_for_each_word(text: str) -> None:
    tokens = shadow(text).split(" ") if text and TOKEN.search(text) else []

    assert len(tokens) == len(TOKEN.findall(text))
    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert [token for token in tokens if token != BLANK] == [token for token in analyse(text) if token != BLANK]


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_spelling_does_not_change_what_is_found(text: str) -> None:
    """Tatweel, diacritics and bidi marks inside words are as nothing."""
    decorated = re.sub("([بتجحسصعفكلمن])(?=[بتجحسصعفكلمن])", "\\1\u0640\u064e\u200f", text)

    assert analyse(decorated) == analyse(text)


@pytest.mark.parametrize("pair", pairs(PAIRS), ids=lambda p: f"{p['category']}-{p['query']}-{p['doc_form']}")
def test_words_that_belong_together_meet_and_others_do_not(pair: dict[str, str]) -> None:
    met = analyse(pair["query"]) == analyse(pair["doc_form"])

    assert met == (pair["should_match"] == "1"), (analyse(pair["query"]), analyse(pair["doc_form"]))


@pytest.mark.skipif(not SHARED_PAIRS.exists(), reason="the table is next to the checkout only in development")
def test_the_table_that_came_with_the_task_is_met() -> None:
    met = Counter(
        (pair["should_match"], analyse(pair["query"]) == analyse(pair["doc_form"])) for pair in pairs(SHARED_PAIRS)
    )

    assert met["1", True] >= 0.8 * (met["1", True] + met["1", False])
    assert met["0", True] <= 0.1 * (met["0", True] + met["0", False])


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("وللحكومةِ قرارُها", ["حكومة", "قرار"]),
        ("للبنان وللجنة وللاجئين", ["لبنان", "لجنة", "لاجء"]),
        ("الالتزام بالتزاماته", ["التزام", "التزام"]),
        ("و20 بـ15 الـBBC", ["20", "15", "bbc"]),
        ("15/3/2024", ["15", "3", "2024"]),
        ("عليه وعليها", ["على", "على"]),
        ("\u200f \u200f", []),
        ("user_name@example.org", ["user", "name", "example", "org"]),
    ],
)
def test_a_text_is_analysed_word_by_word(text: str, tokens: list[str]) -> None:
    assert analyse(text) == tokens


@pytest.mark.parametrize(
    ("typed", "start"),
    [("حكوم", "حكوم"), ("والحكوم", "حكوم"), ("ال", "ال"), ("الح", "ح"), ("Mac", "mac"), ("لبنا", "لبنا")],
)
def test_the_beginning_of_a_word_loses_its_clitics(typed: str, start: str) -> None:
    assert analyse_beginning(typed) == start


def test_the_beginning_of_a_whole_word_begins_its_token() -> None:
    for word in ["الحكومة", "والمدينة", "فلسطينيون", "مسؤولين", "وزارة", "لبنان", "الاقتصادية"]:
        start = analyse_beginning(word[:-1])
        assert analyse_word(word).startswith(start[:3])


def test_a_word_of_the_lexicon_is_stable() -> None:
    """What a token stands for is found by the token itself: names that must stay whole do."""
    for word in lexicon.WHOLE - set(lexicon.PLURALS):
        assert analyse_word(word) == word


def test_the_lexicon_is_spelled_as_the_stemmer_looks_it_up() -> None:
    lists = [lexicon.WHOLE, lexicon.OWN_ARTICLE, lexicon.OWN_LETTER, lexicon.SHORT, lexicon.FEMININE, lexicon.COUNTED]
    for words in (*lists, set(lexicon.PLURALS), set(lexicon.CONJUGATED), set(lexicon.PARTICLES)):
        assert [word for word in words if re.search("[أإآٱؤئى]", word)] == []
    assert all(word.endswith("ة") for word in lexicon.FEMININE)


def test_no_form_has_two_lemmas() -> None:
    forms = Counter([*lexicon.PLURALS, *lexicon.CONJUGATED, *lexicon.PARTICLES])

    assert [form for form, times in forms.items() if times > 1] == []


def test_lemmas_are_their_own_tokens() -> None:
    """`رؤساء` is given `رئيس`; so must `رئيس` be."""
    wrong = {lemma: analyse_word(lemma) for lemma in {*lexicon.PLURALS.values(), *lexicon.CONJUGATED.values()}}

    assert {lemma: token for lemma, token in wrong.items() if lemma != token} == {}


def test_another_analysis_has_another_version() -> None:
    """Archives are re-indexed only if ANALYSER_VERSION changes: if this fails, raise it and update the digest."""
    words = [word for pair in pairs(PAIRS) for word in (pair["query"], pair["doc_form"])]
    words += sorted(lexicon.WHOLE | lexicon.OWN_LETTER | lexicon.FEMININE | lexicon.SHORT | set(lexicon.PLURALS))
    digest = hashlib.sha256("\n".join(map(analyse_word, words)).encode()).hexdigest()[:16]

    assert (ANALYSER_VERSION, digest) == (2, "310fc730dc745b10")
