"""The day that a dateline states in one calendar or two, and whether the two agree."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipelines.dates import parse_date
from pipelines.dates.letters import plain
from pipelines.dates.names import HIJRI_MONTHS, MONTHS, alternation

#: The two calendars may differ by the evening on which the moon was seen.
_ONE_DAY = 1
#: Relative words and days without a year mean nothing here; any moment does.
_NOW = datetime(2000, 1, 1, tzinfo=UTC)
_SPACE = r"[\s,،./\-()]*"
_YEAR = r"\d{4}"


def _loose(pattern: str) -> str:
    """A pattern over plain letters as one over letters as written."""
    spelled = {"ا": "[اأإآ]", "ه": "[هة]", "ي": "[يىئ]", "و": "[وؤ]"}
    return "".join(spelled.get(letter, letter) for letter in pattern)


_WEEKDAY = r"(?:(?:يوم\s+)?ال(?:[اأإ]ثنين|[اأإ]تنين|ثلاثاء|[اأإ]ربعاء|خميس|جمع[ةه]|سبت|[اأ]حد)[\s,،/\-]+)?"
_HIJRI = rf"\d{{1,2}}\s*[\-/]?\s*(?:{_loose(alternation(HIJRI_MONTHS))})\s*[\-/,،]?\s*{_YEAR}\s*(?:هـ|ه(?!\w))?"
_MONTH = _loose(alternation(MONTHS))
_GREGORIAN = rf"\d{{1,2}}\s*[\-/]?\s*(?:{_MONTH})(?:\s*[/(]?\s*(?:{_MONTH})\s*\)?)?\s*[\-/,،]?\s*{_YEAR}\s*(?:م(?!\w))?"
_JOINED = r"[\s,،/\-(]*(?:الموافق(?:\s+لـ?)?|الموافق\s+ل|لـ)?[\s,،/\-(:]*"
_DAYS = re.compile(
    rf"{_WEEKDAY}(?:(?P<first>{_HIJRI}){_JOINED}(?P<second>{_GREGORIAN})|(?P<third>{_GREGORIAN}){_JOINED}(?P<fourth>{_HIJRI})"
    rf"|(?P<alone>{_GREGORIAN}|{_HIJRI}))\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDay:
    """A day as a dateline states it."""

    #: The Gregorian day where one is stated, else the one that the Hijri day is.
    day: date
    text: str
    #: Whether a Hijri day stands with it and is another, by more than a day.
    disagreed: bool = False
    #: What the Hijri words mean; None without them.
    hijri: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDay:
    """A day and its place in the text."""

    day: StatedDay
    start: int
    end: int


def find_days(text: str) -> FoundDay | None:
    """The first day in a text, in one calendar or both; None if it states none, or one that does not exist."""
    found = _DAYS.search(text)
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
