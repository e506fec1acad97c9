"""A line as words with their positions, so that matches on folded words can be cut out of the original line."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.words.normal import folded_each

_WORD = re.compile(r"\S+")
_ENDS = re.compile(r"[.!?؟…۔][\"'”“’»)\]\u200f\u200e]*$")


#: Words as written -> their folded words. A newspaper's vocabulary is small; it is begun again when it is full.
_FOLDED: dict[str, tuple[str, ...]] = {}
_MAX_FOLDED = 50_000


def folded_all(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the folded words of each run of characters: none for a bullet, two for "share-line"."""
    if unknown := list({word for word in words if word not in _FOLDED}):
        if len(_FOLDED) + len(unknown) > _MAX_FOLDED:
            _FOLDED.clear()
            unknown = list(set(words))
        _FOLDED.update(zip(unknown, map(tuple, folded_each(unknown)), strict=True))
    return [_FOLDED[word] for word in words]


class Word(NamedTuple):
    """A run of characters without white space."""

    text: str
    #: See `folded_all`.
    folded: tuple[str, ...]

    @property
    def ends_sentence(self) -> bool:
        return bool(_ENDS.search(self.text))

    @property
    def is_sign(self) -> bool:
        """Whether it is a bullet, dash or other sign without a letter or digit."""
        return not self.folded


class WordedLine:
    """The words of a line, in order. Never changed: `worded` hands the same one out again."""

    __slots__ = ("_places", "folded", "line", "texts")

    def __init__(self, line: str) -> None:
        self.line = line
        self.texts = line.split()
        #: The folded words of each.
        self.folded: Sequence[tuple[str, ...]] = folded_all(self.texts)
        #: Where each begins and ends in the line; None until a piece is cut out, which few lines need.
        self._places: Sequence[tuple[int, int]] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, position: int) -> Word:
        return Word(self.texts[position], self.folded[position])

    def text(self, start: int, end: int) -> str:
        """Return the original text from one word up to another."""
        if start >= end:
            return ""
        if self._places is None:
            self._places = [match.span() for match in _WORD.finditer(self.line)]
        return self.line[self._places[start][0] : self._places[end - 1][1]]

    def begins_piece(self, position: int) -> bool:
        """Whether a word is at the start of the line or after a sentence; bullets in between are ignored."""
        while position > 0 and not self.folded[position - 1]:
            position -= 1
        return position == 0 or self[position - 1].ends_sentence


#: The lines that several steps need one after the other.
worded = lru_cache(maxsize=64)(WordedLine)
