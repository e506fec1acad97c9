"""The date in a dateline, in one or two calendars, and whether both agree."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from pipelines.dates.letters import plain
from pipelines.dates.names import HIJRI_MONTHS, MONTHS, alternation
from pipelines.dates.parse import parse_date

#: Allowed difference in days between the calendars, which depends on moon sighting.
_ONE_DAY = 1
#: Reference time for `parse_date`; its value does not matter, because relative dates are not accepted here.
_NOW = datetime(2000, 1, 1, tzinfo=UTC)
_SPACE = r"[\s,،./\-()]*"
_YEAR = r"\d{4}"
_DIGIT = re.compile(r"\d")


def _loose(pattern: str) -> str:
    """Convert a pattern over plain letters to one over letters as written."""
    spelled = {"ا": "[اأإآ]", "ه": "[هة]", "ي": "[يىئ]", "و": "[وؤ]"}
    return "".join(spelled.get(letter, letter) for letter in pattern)


_WEEKDAY = r"(?:(?:يوم\s+)?ال(?:[اأإ]ثنين|[اأإ]تنين|ثلاثاء|[اأإ]ربعاء|خميس|جمع[ةه]|سبت|[اأ]حد)[\s,،/\-]+)?"
_HIJRI = rf"\d{{1,2}}\s*[\-/]?\s*(?:{_loose(alternation(HIJRI_MONTHS))})\s*[\-/,،]?\s*{_YEAR}\s*(?:هـ|ه(?!\w))?"
_MONTH = _loose(alternation(MONTHS))
_GREGORIAN = rf"\d{{1,2}}\s*[\-/]?\s*(?:{_MONTH})(?:\s*[/(]?\s*(?:{_MONTH})\s*\)?)?\s*[\-/,،]?\s*{_YEAR}\s*(?:م(?!\w))?"
_JOINED = r"[\s,،/\-(]*(?:الموافق(?:\s+لـ?)?|الموافق\s+ل|لـ)?[\s,،/\-(:]*"
_DAYS = (
    rf"{_WEEKDAY}(?:(?P<first>{_HIJRI}){_JOINED}(?P<second>{_GREGORIAN})|(?P<third>{_GREGORIAN}){_JOINED}(?P<fourth>{_HIJRI})"
    rf"|(?P<alone>{_GREGORIAN}|{_HIJRI}))\)?"
)


@cache
def _days() -> re.Pattern[str]:
    """The pattern takes a quarter of a second to compile, which a process that reads no text need not spend."""
    return re.compile(_DAYS, re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDay:
    """A date as stated in a dateline."""

    #: The Gregorian date if stated, else converted from the Hijri date.
    day: date
    text: str
    #: Whether the stated Hijri date differs by more than a day.
    disagreed: bool = False
    #: Gregorian date of the Hijri date; None if no Hijri date is stated.
    hijri: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDay:
    """A date and its position in the text."""

    day: StatedDay
    start: int
    end: int


def find_days(text: str) -> FoundDay | None:
    """Return the first date in a text, in one calendar or both; None if there is none or it does not exist."""
    found = _days().search(text) if _DIGIT.search(text) else None
    if found is None:
        return None
    gregorian = found["second"] or found["third"]
    hijri = found["first"] or found["fourth"]
    if gregorian and hijri:
        day, twin = _read(gregorian), _read(hijri)
    else:
        day, twin = _read(found["alone"]), None
    if day is None:
        return None
    disagreed = twin is not None and abs((twin - day).days) > _ONE_DAY
    stated = StatedDay(day=day, text=found.group().strip(), disagreed=disagreed, hijri=twin)
    return FoundDay(day=stated, start=found.start(), end=found.end())


def _read(words: str) -> date | None:
    read = parse_date(plain(words), now=_NOW)
    return read.date() if isinstance(read, datetime) else read
