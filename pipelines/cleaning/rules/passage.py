"""Passage: the lines of an article, as input of the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.html.dom import ends_a_sentence
from pipelines.words.normal import count_words, normal


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of text with their normal forms, and the article's headline."""

    lines: Sequence[str]
    title: str = ""
    #: `normal(line)` of each line.
    normals: Sequence[str] = field(init=False)
    _words: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "normals", [normal(line) for line in self.lines])
        object.__setattr__(self, "_words", [count_words(line) for line in self.normals])

    def words(self, position: int) -> int:
        return self._words[position]

    def ends(self, position: int) -> bool:
        """Whether the line ends like a sentence."""
        return ends_a_sentence(self.lines[position][-4:])
