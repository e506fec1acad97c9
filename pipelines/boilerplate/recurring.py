"""Recurring marks: lines and parts of lines that may recur across a source's articles, and their removal once learned.

Each part is identified by a key, so that a set of strings holds everything learned about a source:

    "اشترك في نشرتنا"       the whole line, `normal.shape`: numbers written as 0
    "label|مقالات الكاتب"    text before the colon of a short line; the rest varies
    "part|عين اليوم"         one side of a dash in a short line, the other varies
    "opens|…" "closes|…"     the first or last sentence of a paragraph at the edge of the text
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.html.dom import SENTENCE_END
from pipelines.words.normal import shape
from storage.model.article import Article, Removed

Place = Literal["start", "middle", "end"]

#: Number of first and of last lines that count as the edge of an article.
START_LINES = 2
END_LINES = 3
LABEL_WORDS = 6
LABELLED_WORDS = 25
PARTED_WORDS = 8
_COLON = re.compile(r"[:：]\s")
_DASH = re.compile(r"\s+[-–—|/ـ]\s+")
_SENTENCES = re.compile(r"(?<=[.!؟?…])\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of one line of an article."""

    key: str
    place: Place
    text: str


def recurring_marks(lines: Sequence[str]) -> Iterator[Mark]:
    """Return all marks of an article's lines, in order; a key may occur more than once."""
    for position, line in enumerate(lines):
        place = _place(position, len(lines))
        for key, text in _keys(line, place):
            if any(letter.isalpha() for letter in key):
                yield Mark(key, place, text)


def _place(position: int, count: int) -> Place:
    if position >= count - END_LINES:
        return "end"
    return "start" if position < START_LINES else "middle"


def _keys(line: str, place: Place) -> Iterator[tuple[str, str]]:
    yield shape(line), line
    words = len(line.split())
    if words <= LABELLED_WORDS and not SENTENCE_END.search(line[-4:]):
        label, colon, rest = _partition(_COLON, line)
        if colon and rest and 0 < len(label.split()) <= LABEL_WORDS:
            yield f"label|{shape(label)}", line
    if place == "middle":
        return
    if words <= PARTED_WORDS:
        parts = _DASH.split(line)
        yield from ((f"part|{shape(part)}", line) for part in parts if len(parts) > 1 and part)
    sentences = _SENTENCES.split(line)
    if len(sentences) > 1:
        yield f"opens|{shape(sentences[0])}", sentences[0]
        yield f"closes|{shape(sentences[-1])}", sentences[-1]


def _partition(pattern: re.Pattern[str], line: str) -> tuple[str, str, str]:
    found = pattern.search(line)
    return (line[: found.start()], found.group(), line[found.end() :]) if found else (line, "", "")


def strip(article: Article, learned: frozenset[str]) -> Article:
    """Remove learned boilerplate from an article; the removed lines are added to `removed` under the rule "learned"."""
    lines, removed = strip_lines(article.text.split("\n") if article.text else [], learned)
    if not removed:
        return article
    return replace(article, text="\n".join(lines), removed=shifted(article.removed, removed))


def strip_lines(lines: Sequence[str], learned: frozenset[str]) -> tuple[list[str], list[Removed]]:
    """Return the remaining lines and the removed ones; `after_line` counts remaining lines."""
    kept: list[str] = []
    removed: list[Removed] = []
    for position, line in enumerate(lines):
        rest = _unlearned_part(line, _place(position, len(lines)), learned) if learned else line
        if rest != line:
            taken = line if not rest else (line.removesuffix(rest) if line.endswith(rest) else line.removeprefix(rest))
            removed.append(Removed(rule="learned", text=taken.strip(), after_line=len(kept)))
        if rest:
            kept.append(rest)
    return kept, removed


def _unlearned_part(line: str, place: Place, learned: frozenset[str]) -> str:
    """Return the rest of a line; "" if all of it is removed."""
    found = {
        key.partition("|")[0] if "|" in key else "whole": text for key, text in _keys(line, place) if key in learned
    }
    if found.keys() & {"whole", "label", "part"}:
        return ""
    rest = line
    if "opens" in found:
        rest = rest.removeprefix(found["opens"]).lstrip()
    if "closes" in found:
        rest = rest.removesuffix(found["closes"]).rstrip()
    return rest


def shifted(earlier: Sequence[Removed], later: Sequence[Removed]) -> tuple[Removed, ...]:
    """Merge all removals in page order; the `after_line` of earlier ones is adjusted for the lines removed since."""
    gone = [one.after_line + order for order, one in enumerate(later) if one.after_line is not None]
    moved = [
        one
        if one.after_line is None
        else replace(one, after_line=one.after_line - sum(line < one.after_line for line in gone))
        for one in earlier
    ]
    unplaced = [one for one in moved if one.after_line is None]
    placed = sorted(
        (one for one in [*moved, *later] if one.after_line is not None), key=lambda one: one.after_line or 0
    )
    return (*unplaced, *placed)
