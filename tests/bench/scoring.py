"""Scores of extracted text: precision and recall over four-word shingles, and leaked strings of widgets."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def squash(text: str) -> str:
    """Words alone, one space between them."""
    return re.sub(r"\W+", " ", text).strip()


def precision_recall(true: str, found: str) -> tuple[float, float]:
    """Over the multiset of four-word shingles."""
    expected, got = _shingles(true), _shingles(found)
    both = sum((expected & got).values())
    precision = both / sum(got.values()) if got else float(not expected)
    return precision, both / sum(expected.values()) if expected else 1.0


def _shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1))) if words else Counter()


def leaked(strings: Iterable[str], *, true: str, found: str) -> list[str]:
    """The strings that stand in the found text, as a line or (longer ones) anywhere, and not in the true one."""
    lines = {squash(line) for line in found.splitlines()}
    body, article = squash(found), squash(true)
    return [
        string
        for string in map(squash, strings)
        if string and string not in article and (string in lines or (len(string) > 12 and string in body))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Means over pages."""

    precision: float
    recall: float
    leaks: int
    strings: int

    @property
    def f1(self) -> float:
        return (
            2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0
        )

    def __str__(self) -> str:
        share = f"{100 * self.leaks / self.strings:5.1f} %" if self.strings else "      -"
        return f"F1 {self.f1:.4f}  P {self.precision:.4f}  R {self.recall:.4f}  leaks {self.leaks:4d} of {self.strings:4d} {share}"  # noqa: E501  one value


def score(pages: Sequence[tuple[str, str, Sequence[str]]]) -> Score:
    """Score (true text, found text, strings that must not leak) of each page."""
    pairs = [precision_recall(true, found) for true, found, _ in pages]
    return Score(
        precision=statistics.mean(pair[0] for pair in pairs),
        recall=statistics.mean(pair[1] for pair in pairs),
        leaks=sum(len(leaked(strings, true=true, found=found)) for true, found, strings in pages),
        strings=sum(len(strings) for _, _, strings in pages),
    )
