"""Missing spaces: two known phrases in one ("شارك المقالتم النسخ"), a phrase and the lead, a sentence and a phrase.

A space is added only between two pieces that are both known, so that no word of an article is split.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from pipelines.texts.openers import VERBS
from pipelines.texts.worded_line import WordedLine, folded_all, worded
from pipelines.words.normal import normal
from pipelines.words.phrases import table

#: Maximum number of words of a phrase.
_LONGEST = 9
#: Minimum number of letters of a verb that may open a lead joined to a phrase.
_VERB_LETTERS = 4
_SENTENCE = re.compile(r"(.*[.!?؟…»”\"])([^\W\d_].*)")


def add_missing_spaces(text: str) -> str:
    """Return a text with the spaces that its lines lost around known phrases."""
    doubtful = _possibly_two(text)
    if not doubtful:
        return text
    lines = text.split("\n")
    return "\n".join([line if doubtful.isdisjoint(line.split()) else _parted(line, doubtful) for line in lines])


def _parted(line: str, doubtful: set[str]) -> str:
    while doubtful:
        words = worded(line)
        possible = [at for at, text in enumerate(words.texts) if text in doubtful]
        places = [(at, place) for at in possible if (place := _place(words, at))]
        if not places:
            return line
        texts = list(words.texts)
        for at, place in places:
            texts[at] = f"{texts[at][:place]} {texts[at][place:]}"
        line = " ".join(texts)
        doubtful = _possibly_two(line)
    return line


#: Words as written that are of one piece, nearly all, and those that may be of two: known after some texts.
_SINGLE: set[str] = set()
_DOUBTFUL: set[str] = set()
_MAX_KNOWN = 100_000


def _possibly_two(text: str) -> set[str]:
    """The words of a text that may be two words without their space."""
    if len(_SINGLE) + len(_DOUBTFUL) > _MAX_KNOWN:
        _SINGLE.clear()
        _DOUBTFUL.clear()
    doubtful = set(text.split())
    doubtful -= _SINGLE
    unknown = list(doubtful - _DOUBTFUL)
    if unknown:
        beginnings = _beginnings()
        single = {
            word for word, parts in zip(unknown, folded_all(unknown), strict=True) if not _are_two(parts, beginnings)
        }
        _SINGLE.update(single)
        doubtful -= single
        _DOUBTFUL.update(doubtful)
    return doubtful


def _are_two(parts: Sequence[str], beginnings: frozenset[str]) -> bool:
    return len(parts) == 2 or bool(parts and parts[0][:2] in beginnings and _halves(parts[0]))


def _place(words: WordedLine, at: int) -> int | None:
    """Return the position of the missing space in a word; None if nothing is missing."""
    text, folded = words.texts[at], words.folded[at]
    if len(folded) == 1:
        for before, after in _halves(folded[0]):
            if normal(text[: len(before)]) == before and _is_joined(words, at, before, after):
                return len(before)
    elif len(folded) == 2 and (sentence := _SENTENCE.fullmatch(text)):
        return sentence.end(1) if _begins_phrase(words, at, normal(sentence[2]), least=2) else None
    return None


def _is_joined(words: WordedLine, at: int, before: str, after: str) -> bool:
    start = _phrase_start(words, at, before)
    if start is None:
        return False
    if _begins_phrase(words, at, after, least=1):
        return True
    return len(after) >= _VERB_LETTERS and after in VERBS and words.begins_piece(start)


def _phrase_start(words: WordedLine, at: int, last: str) -> int | None:
    """Return where the phrase of two words or more begins whose last word this is; None if there is none."""
    phrase = last
    for start in range(at - 1, max(-1, at - _LONGEST), -1):
        if not words.folded[start]:
            return None
        phrase = f"{words.folded[start][-1]} {phrase}"
        if (found := table().get(phrase)) is not None and found.opens:
            return start
        if len(words.folded[start]) > 1:
            return None
    return None


def _begins_phrase(words: WordedLine, at: int, first: str, *, least: int) -> bool:
    """Whether a phrase of at least so many words begins with a word."""
    phrase, count = first, 1
    for following in (*words.folded[at + 1 : at + _LONGEST], ()):
        found = table().get(phrase)
        if found is not None and found.opens and count >= least:
            return True
        if len(following) != 1:
            return False
        phrase, count = f"{phrase} {following[0]}", count + 1
    return False


@lru_cache(maxsize=16_384)
def _halves(word: str) -> tuple[tuple[str, str], ...]:
    """Return the ways to split a folded word into the last word of a phrase and the first of another, or a verb."""
    return tuple(_split(word))


def _split(word: str) -> Iterator[tuple[str, str]]:
    first, last = _edges()
    for place in range(2, len(word) - 1):
        if word[:place] in last and (word[place:] in first or word[place:] in VERBS):
            yield word[:place], word[place:]


@cache
def _beginnings() -> frozenset[str]:
    """The first two letters of the last words of phrases."""
    return frozenset(word[:2] for word in _edges()[1])


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    """First words of phrases that may open a line, and last words of those that have several."""
    phrases = [phrase.text.split() for phrase in table().values() if phrase.opens and phrase.text]
    return frozenset(words[0] for words in phrases), frozenset(words[-1] for words in phrases if len(words) > 1)
