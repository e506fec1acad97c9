"""A line as words with their positions, so that matches on folded words can be cut out of the original line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.words.normal import normal

_WORD = re.compile(r"\S+")
_ENDS = re.compile(r"[.!?؟…۔][\"'”“’»)\]\u200f\u200e]*$")


@lru_cache(maxsize=100_000)  # a newspaper's vocabulary is small
def folded(word: str) -> tuple[str, ...]:
    """Return the folded words of a run of characters: none for a bullet, two for "share-line"."""
    return tuple(normal.__wrapped__(word).split())


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space."""

    text: str
    start: int
    end: int
    #: See `folded`.
    folded: tuple[str, ...]

    @property
    def ends_sentence(self) -> bool:
        return bool(_ENDS.search(self.text))

    @property
    def is_sign(self) -> bool:
        """Whether it is a bullet, dash or other sign without a letter or digit."""
        return not self.folded


@dataclass(frozen=True, slots=True)
class WordedLine:
    """The words of a line, in order."""

    line: str
    words: Sequence[Word] = field(init=False)

    def __post_init__(self) -> None:
        found = [
            Word(match.group(), match.start(), match.end(), folded(match.group()))
            for match in _WORD.finditer(self.line)
        ]
        object.__setattr__(self, "words", found)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, position: int) -> Word:
        return self.words[position]

    def text(self, start: int, end: int) -> str:
        """Return the original text from one word up to another."""
        return self.line[self.words[start].start : self.words[end - 1].end] if start < end else ""

    def begins_piece(self, position: int) -> bool:
        """Whether a word is at the start of the line or after a sentence; bullets in between are ignored."""
        while position > 0 and self.words[position - 1].is_sign:
            position -= 1
        return position == 0 or self.words[position - 1].ends_sentence
