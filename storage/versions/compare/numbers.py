"""Numbers in running Arabic text: digits of any script, with مليون and similar, and plain number words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage.text.folding import normalise


def _table(rows: dict[int, str]) -> dict[str, int]:
    return {normalise(word): value for value, words in rows.items() for word in words.split()}


_UNITS = _table(
    {
        2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي إثنان إثنين",
        3: "ثلاثة ثلاث",
        4: "أربعة أربع",
        5: "خمسة خمس",
        6: "ستة ست",
        7: "سبعة سبع",
        8: "ثمانية ثماني ثمان",
        9: "تسعة تسع",
        10: "عشرة عشر",
    }
)
#: Words that count only before عشر or before tens: alone they mean "somebody", "Sunday", "one of".
_ONE = _table({1: "أحد إحدى واحد واحدة"})
_TENS = _table(
    {
        20: "عشرون عشرين",
        30: "ثلاثون ثلاثين",
        40: "أربعون أربعين",
        50: "خمسون خمسين",
        60: "ستون ستين",
        70: "سبعون سبعين",
        80: "ثمانون ثمانين",
        90: "تسعون تسعين",
    }
)
_HUNDREDS = _table(
    {100: "مئة مائة", 200: "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي"}
    | {
        unit * 100: f"{name}مئة {name}مائة"
        for unit, name in {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان", 9: "تسع"}.items()
    }
)
_SCALES = _table(
    {
        1000: "ألف آلاف ألفا",
        10**6: "مليون ملايين مليونا",
        10**9: "مليار مليارات مليارا بليون",
        10**12: "تريليون تريليونات",
    }
)
_DUALS = _table(
    {2000: "ألفان ألفين ألفا ألفي", 2 * 10**6: "مليونان مليونين مليوني", 2 * 10**9: "ملياران مليارين ملياري"}
)
#: Plural scales count only after a number: "آلاف الأشخاص" is not a number.
_VAGUE = frozenset(map(normalise, ("آلاف", "ملايين", "مليارات", "تريليونات", "ألفا")))
_DIGITS = re.compile(r"[وفبلك]{0,2}(?:ال)?(-?\d+(?:\.\d+)?)")
_CLOCK = re.compile(r"[وفبلك]?(\d+[:.,]\d[\d:.,]*)")
#: Never after a clitic: `الاثنين` is Monday, `وست` and `بألف` are other words as often as numbers.
_WHOLE = frozenset(map(normalise, ("اثنين", "ست", "ألف", "سبع", "عشر")))
_WORDS = _UNITS | _TENS | _HUNDREDS | _DUALS | {word: value for word, value in _SCALES.items() if word not in _VAGUE}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its words: `start` to `stop`, the last not included."""

    start: int
    stop: int
    #: Canonical: "25", "1.5", "3000000"; a time or dotted date as written.
    value: str


def numbers(words: Sequence[str]) -> list[Number]:
    """The numbers among words in their folded form (`storage.versions.compare.words.folded`).

    >>> from storage.versions.compare.words import folded
    >>> numbers(folded("قتل خمسة وعشرون شخصا و3 ملايين نازح".split()))
    [Number(start=1, stop=3, value='25'), Number(start=4, stop=6, value='3000000')]
    """
    found: list[Number] = []
    place = 0
    while place < len(words):
        number = _digits(words, place) or _spelled(words, place)
        if number:
            found.append(number)
        place = number.stop if number else place + 1
    return found


def _digits(words: Sequence[str], place: int) -> Number | None:
    plain = _DIGITS.fullmatch(words[place])
    if not plain:
        clock = _CLOCK.fullmatch(words[place])
        return Number(place, place + 1, clock[1]) if clock else None
    value, stop = Decimal(plain[1]), place + 1
    while stop < len(words) and words[stop] in _SCALES:
        value, stop = value * _SCALES[words[stop]], stop + 1
    return Number(place, stop, _canonical(value))


def _canonical(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spelled(words: Sequence[str], place: int) -> Number | None:
    first = _first(words, place)
    if first is None:
        return None
    total, current, stop = 0, first, place + 1
    while stop < len(words):
        word = words[stop]
        tail = _WORDS.get(word[1:]) or _ONE.get(word[1:]) if word.startswith("و") else None
        if word in ("عشر", "عشره") and 0 < current % 100 < 10:
            current += 10
        elif word in _SCALES and 0 < current < 1000:
            total, current = total + current * _SCALES[word], 0
        elif tail and _adds(current, tail, after_scale=total > 0):
            current += tail
        else:
            break
        stop += 1
    return Number(place, stop, str(total + current))


def _first(words: Sequence[str], place: int) -> int | None:
    """Return the value of the word that opens a number, ignoring clitics."""
    following = words[place + 1] if place + 1 < len(words) else ""
    for word in (words[place], words[place].removeprefix("ال"), words[place][1:] if words[place][0] in "وفبل" else ""):
        if word in _WORDS and not (word != words[place] and word in _WHOLE):
            return _WORDS[word]
        if word in _ONE and (following in ("عشر", "عشره") or (following[1:] in _TENS and following[0] == "و")):
            return _ONE[word]
    return None


def _adds(current: int, tail: int, *, after_scale: bool) -> bool:
    """Whether "and" joins two values into one number: units before tens, hundreds before both, anything after
    thousands."""
    if current == 0:
        return after_scale
    if tail < 100:
        return (current % 100 == 0) or (current % 100 < 10 and tail >= 20 and tail % 10 == 0)
    return current >= 1000 and current % 1000 == 0 and tail < 1000
