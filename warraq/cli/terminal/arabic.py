"""Arabic on terminals that cannot shape it: the only module that turns letters into glyphs.

Stored text is logical and unshaped, and so is everything piped, exported or printed as JSON. Only a terminal that
neither joins letters nor reorders lines gets presentation forms in visual order, and only from here. Wrap first,
reorder after: a line wrapped in visual order reads from its end.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypedDict

import rich.cells

if TYPE_CHECKING:
    from arabic_reshaper import ArabicReshaper

#: Formatting characters that would be drawn as boxes or crash the two libraries: isolates make python-bidi raise
#: AssertionError, a joiner before lam-alef makes arabic-reshaper raise IndexError.
_STEERING = dict.fromkeys(
    map(ord, "\u00ad\u061c\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)
#: Prevents joining in Persian words; needed while shaping, removed afterwards.
_NON_JOINER = "\u200c"

_OPENING = {"(": ")", "[": "]", "{": "}", "«": "»", "‹": "›"}

#: Control characters as their pictures, one for one, so that a hostile title cannot control the terminal. C1 has none.
_CONTROLS = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    **dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029), "\ufffd"),
    0x7F: "\u2421",
    0x09: " ",
}
#: Direction overrides do not belong in a headline, a URL or an error either.
_ONE_LINE = _CONTROLS | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
_LINES = {code: picture for code, picture in _CONTROLS.items() if code != 0x0A}


def visible(text: str, *, lines: bool = False) -> str:
    """Return the text with control characters made visible, each at its position.

    With `lines` it is a whole text: line feeds and direction marks stay.

    >>> visible("a\\x1b[2Jb")
    'a␛[2Jb'
    """
    return text.translate(_LINES if lines else _ONE_LINE)


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction is right-to-left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


@dataclass(frozen=True, slots=True)
class Glyph:
    """One displayed cell: a base with its marks."""

    shown: str
    #: Index of its first letter in the given text.
    index: int


def display(text: str, *, rtl: bool | None = None) -> str:
    """Return one line for a terminal that draws cells from left to right, unjoined.

    `rtl` is the direction of the line's paragraph; None derives it from the line itself.
    """
    return "".join(glyph.shown for glyph in glyphs(text, rtl=rtl))


def glyphs(text: str, *, rtl: bool | None = None) -> list[Glyph]:
    """Return the line's glyphs from left to right, each with its position in the text."""
    bases, marks, places = _clusters(text)
    shaped, first = _shape(bases)
    ordered = _order(shaped, is_rtl(text) if rtl is None else rtl)
    ends = [*first[1:], len(bases)]
    return [
        Glyph(shown + "".join(marks[first[at] : ends[at]]), places[first[at]])
        for shown, at in ordered
        if shown != _NON_JOINER
    ]


def wrap(text: str, width: int, *, measure: Callable[[str], int] | None = None) -> list[tuple[int, int]]:
    """Break one paragraph at spaces into lines of at most `width` cells: the (start, end) of each in the text.

    `measure` returns the cells of a piece; by default, it is shaped first.
    """
    lines: list[tuple[int, int]] = []
    measure = measure or width_of
    for start, end in _words(text, max(width, 1), measure):
        if lines and measure(text[lines[-1][0] : end]) <= width:
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((start, end))
    return lines


def width_of(text: str) -> int:
    """Return the cells that the text takes once shaped: marks take none, a lam-alef one."""
    bases, _, _ = _clusters(text)
    return sum(rich.cells.cell_len(shown) for shown in _shape(bases)[0] if shown != _NON_JOINER)


def _words(text: str, width: int, measure: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """Return the position of each word; one longer than a line (a URL, mostly) is cut."""
    for word in re.finditer(r"\S+", text):
        start, end = word.span()
        while measure(text[start:end]) > width:
            cut = end
            while cut - start > 1 and measure(text[start:cut]) > width:
                cut -= max(1, (measure(text[start:cut]) - width) // 2)
            yield start, cut
            start = cut
        if start < end:
            yield start, end


def _clusters(text: str) -> tuple[str, list[str], list[int]]:
    """Separate letters from their marks: return bases, the marks of each base, and the position of each base."""
    bases: list[str] = []
    marks: list[str] = []
    places: list[int] = []
    for index, letter in enumerate(text):
        if ord(letter) in _STEERING:
            continue
        if bases and unicodedata.combining(letter):
            marks[-1] += letter
        else:
            bases.append(letter)
            marks.append("")
            places.append(index)
    return "".join(bases), marks, places


def _shape(bases: str) -> tuple[str, list[int]]:
    """Join the letters; for each shape, the index of its first base (a lam-alef has two)."""
    shaped: str = _reshaper().reshape(bases)
    first: list[int] = []
    at = 0
    for shape in shaped:
        first.append(at)
        at += 1 if shape == bases[at] else len(unicodedata.normalize("NFKC", shape))
    return shaped, first


class _Character(TypedDict):
    """A character as python-bidi keeps it."""

    ch: str
    #: Its bidirectional class ("L", "AL", "EN", ...), resolved step by step.
    type: str
    #: Ours: its place in the line.
    index: int


@cache
def _reshaper() -> "ArabicReshaper":
    """Create the shaper: every mark and tatweel kept, no ligature but lam-alef (others are unreadable in one cell)."""
    from arabic_reshaper import ArabicReshaper
    from arabic_reshaper.ligatures import LIGATURES

    lam_alef = re.compile("ARABIC LIGATURE LAM WITH ALEF(?! MAKSURA)")
    ligatures = {name: bool(lam_alef.match(name)) for name, _ in LIGATURES}
    return ArabicReshaper({"delete_harakat": False, "delete_tatweel": False, "support_zwj": False, **ligatures})


def _order(line: str, rtl: bool) -> list[tuple[str, int]]:
    """Return the characters in visual order, mirrored where needed, each with its index in the line."""
    from bidi import algorithm

    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = int(rtl), "LR"[rtl]
    algorithm.get_embedding_levels(line, storage)
    chars: list[_Character] = storage["chars"]
    for index, char in enumerate(chars):
        char["index"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _pair_brackets(chars, "R" if rtl else "L")
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    algorithm.reorder_resolved_levels(storage, debug=False)
    algorithm.apply_mirroring(storage, debug=False)
    return [(char["ch"], char["index"]) for char in storage["chars"]]


def _pair_brackets(chars: list[_Character], embedding: str) -> None:
    """Give both brackets of a pair one direction (rule N0 of UAX 9, which python-bidi omits)."""
    for opening, closing in _bracket_pairs(chars):
        inside = {_strong(char) for char in chars[opening + 1 : closing]} - {""}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = (_strong(char) for char in reversed(chars[:opening]))
            other = inside.pop()
            direction = other if next((strong for strong in before if strong), embedding) == other else embedding
        else:
            continue
        chars[opening]["type"] = chars[closing]["type"] = direction


def _bracket_pairs(chars: list[_Character]) -> list[tuple[int, int]]:
    """Return the positions of matching brackets, in the order of the opening ones."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(chars):
        if char["ch"] in _OPENING:
            stack.append((_OPENING[char["ch"]], index))
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == char["ch"]:
                pairs.append((stack[depth][1], index))
                del stack[depth:]
                break
    return sorted(pairs)


def _strong(char: _Character) -> str:
    """Return the direction that a character gives to brackets: numbers act like Arabic; "" for none."""
    return {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}.get(char["type"], "")
