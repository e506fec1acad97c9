"""Word diff of two texts. Whole words, so that joined letters and right-to-left order stay intact."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from storage.versions.compare.align import hunks
from storage.versions.compare.words import Unit, units

Op = Literal["equal", "delete", "insert"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that stayed, was deleted or inserted. Logical order, including white space and line breaks."""

    op: Op
    text: str


def word_diff(old: str, new: str) -> list[Span]:
    """Return the diff from `old` to `new`, in order; empty if nothing changed.

    "equal" and "delete" joined are `old`, "equal" and "insert" joined are `new`. A deletion comes before the insertion
    in its place. Only white space and line breaks may differ without a word being marked.

    >>> [(span.op, span.text) for span in word_diff("قتل 5 أشخاص", "قتل 7 أشخاص")]
    [('equal', 'قتل '), ('delete', '5'), ('insert', '7'), ('equal', ' أشخاص')]
    """
    if old == new:
        return []
    (here, here_end), (there, there_end) = units(old), units(new)
    return list(_merged(_pieces([*here, Unit(here_end, "")], [*there, Unit(there_end, "")])))


def apply(old: str, spans: Sequence[Span]) -> str:
    """Return the new text. Raises ValueError if the spans do not belong to `old`."""
    if not spans:
        return old
    if "".join(span.text for span in spans if span.op != "insert") != old:
        raise ValueError("these spans describe another text")
    return "".join(span.text for span in spans if span.op != "delete")


def _pieces(here: list[Unit], there: list[Unit]) -> Iterator[Span]:
    last, other_last = 0, 0
    keys = [unit.text for unit in here], [unit.text for unit in there]
    for start, stop, other, other_stop in [*hunks(*keys), (len(here), len(here), len(there), len(there))]:
        for a, b in zip(here[last:start], there[other_last:other], strict=True):
            yield from _equal_spans(a, b)
        yield from _replaced(here[start:stop], there[other:other_stop])
        last, other_last = stop, other_stop


def _equal_spans(old: Unit, new: Unit) -> Iterator[Span]:
    if old.space == new.space:
        yield Span("equal", old.space + old.text)
    else:
        yield from (Span("delete", old.space), Span("insert", new.space), Span("equal", old.text))


def _replaced(old: list[Unit], new: list[Unit]) -> Iterator[Span]:
    """Return a hunk: leading white space common to both sides stays."""
    gone, came = "".join(unit.space + unit.text for unit in old), "".join(unit.space + unit.text for unit in new)
    if old and new and old[0].space == new[0].space:
        space = old[0].space
        yield Span("equal", space)
        gone, came = gone[len(space) :], came[len(space) :]
    yield from (Span("delete", gone), Span("insert", came))


def _merged(pieces: Iterator[Span]) -> Iterator[Span]:
    """Join neighbours: between two equal spans one deletion, then one insertion, none of them empty."""
    held: dict[Op, list[str]] = {"equal": [], "delete": [], "insert": []}
    for piece in pieces:
        if not piece.text:
            continue
        if piece.op == "equal" and (held["delete"] or held["insert"]):
            yield from _flushed(held)
        elif piece.op != "equal" and held["equal"]:
            yield from _flushed({"equal": held["equal"]})
        held[piece.op].append(piece.text)
    yield from _flushed(held)


def _flushed(held: dict[Op, list[str]]) -> Iterator[Span]:
    for op, texts in held.items():
        if texts:
            yield Span(op, "".join(texts))
            texts.clear()


#: Clitics that Arabic joins to a word, before and after it.
_PREFIXES = [a + b for a in ("", "و", "ف") for b in ("", "ال", "لل", "بال", "كال", "ب", "ك", "ل", "س")]
_SUFFIXES = ["", "ه", "ها", "هم", "هما", "هن", "ك", "كم", "نا", "ني"]


def word_parts(old: str, new: str) -> list[Span]:
    """Return which letters of a word changed: a clitic at its edge, or the letters two spellings do not share; empty if
    too different.

    For screens that can mark part of a word without breaking its joined letters. Marks stay with their letter.

    >>> [(span.op, span.text) for span in word_parts("الحكومة", "والحكومة")]
    [('insert', 'و'), ('equal', 'الحكومة')]
    """
    here, there = _letters(old), _letters(new)
    head = 0
    while head < min(len(here), len(there)) and here[head] == there[head]:
        head += 1
    tail = 0
    while tail < min(len(here), len(there)) - head and here[-1 - tail] == there[-1 - tail]:
        tail += 1
    if old == new or 2 * (head + tail) < max(len(here), len(there)) or head + tail < 2:
        return []
    spans = (
        Span("equal", "".join(here[:head])),
        Span("delete", "".join(here[head : len(here) - tail])),
        Span("insert", "".join(there[head : len(there) - tail])),
        Span("equal", "".join(here[len(here) - tail :])),
    )
    return [span for span in spans if span.text]


def is_clitic_change(old: str, new: str) -> bool:
    """Whether two words differ only in the clitics joined to them (`الحكومة`, `وللحكومة`; `كتاب`, `كتابه`)."""
    return old != new and not _stems(old).isdisjoint(_stems(new))


def _stems(word: str) -> set[str]:
    return {
        word[len(prefix) : len(word) - len(suffix)]
        for prefix in _PREFIXES
        for suffix in _SUFFIXES
        if word.startswith(prefix) and word.endswith(suffix) and len(word) - len(prefix) - len(suffix) >= 3
    }


def _letters(word: str) -> list[str]:
    out: list[str] = []
    for sign in word:
        if out and (unicodedata.category(sign) in ("Mn", "Cf") or sign == "\u0640"):
            out[-1] += sign
        else:
            out.append(sign)
    return out


def as_json(spans: Sequence[Span]) -> list[dict[str, object]]:
    """Return the spans as plain objects: op, text.

    If one word replaced another and they share most letters, the insertion also has "parts" (see
    `word_parts`) and "clitic": whether only clitics changed.
    """
    out: list[dict[str, object]] = []
    for place, span in enumerate(spans):
        entry: dict[str, object] = {"op": span.op, "text": span.text}
        before = spans[place - 1] if place else None
        if span.op == "insert" and before and before.op == "delete":
            parts = word_parts(before.text, span.text) if not re.search(r"\s", before.text + span.text) else []
            if parts:
                entry["parts"] = [{"op": part.op, "text": part.text} for part in parts]
                entry["clitic"] = is_clitic_change(before.text, span.text)
        out.append(entry)
    return out
