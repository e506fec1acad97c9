"""The calendar day in plain text: Gregorian first, Hijri if there is no other."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from hijridate import Hijri

from pipelines.dates.names import (
    HIJRI_MONTHS,
    LIBYAN,
    LIBYAN_YEARS,
    MONTHS,
    ORDINALS,
    WEEKDAYS,
    alternation,
    by_name,
)

#: Years that a newspaper can print as a current date; other four-digit numbers are numbers.
GREGORIAN_YEARS = range(1900, 2101)
#: Two digits are a year of the web: "٤٥" is not 1945 but the Hijri 1445, or no year.
FIRST_SHORT_YEAR = 1990
#: hijridate holds Umm al-Qura for these years only.
HIJRI_YEARS = range(1343, 1501)
#: Numbers alone, without "هـ": from 1990 on; 1402/12/25 on a Persian page is the solar year.
BARE_HIJRI_YEARS = range(1410, 1501)

_GREGORIAN = by_name(MONTHS)
_HIJRI = by_name(HIJRI_MONTHS)
_ORDINALS = by_name(ORDINALS)
_WEEKDAYS = by_name(WEEKDAYS)

#: A name that ends in a number ("تشرين 1") is not the beginning of a longer number.
_MONTH = rf"(?:{alternation(MONTHS, HIJRI_MONTHS)})(?![ء-يa-z])(?!(?<=\d)\d)"
_TWIN = rf"(?:\s*(?:[/\-(,]|او)?\s*(?P<twin>{_MONTH})\s*\)?)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
#: Two digits are a year where nothing but the end of a piece follows: "19 Nov 26", not "5 mars 15 personnes".
_YEAR_OR_SHORT = r"(?P<year>\d{4}(?!\d)|'?\d{2}(?=\s*(?:$|[|,)\]]|-\s)))"
_OF_YEAR = r"[\s,./()\-]*(?:(?:من\s*)?(?:لل?عام|العام|عام|لسنه|السنه|سنه|del?|of)\s+)?"
_DAY_MONTH_YEAR = re.compile(
    rf"(?:(?<!\d)(?<!\d:)(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th|er|e)\b)?|(?<![ء-ي])(?P<ordinal>{alternation(ORDINALS)})(?![ء-ي]))"
    rf"[\s,./\-()]*(?:(?:من\s*شهر|لشهر|شهر|من|of|de)\s+)?(?P<month>{_MONTH}){_TWIN}{_OF_YEAR}{_YEAR_OR_SHORT}"
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?<![ء-يa-z])(?P<month>{_MONTH}){_TWIN}[\s,./\-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|[\s./\-]+)(?:في\s+)?{_YEAR}"
)
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d){_YEAR}[\s,./\-]+(?P<month>{_MONTH}){_TWIN}[\s,./\-]+(?P<day>\d{{1,2}})(?!\d)")
_NUMBERS = re.compile(
    r"(?<![\d/.+])(?<!\d[:-])(?P<first>\d{4}|\d{1,2})\s?(?P<sign>[/.,\-]|//)\s?(?P<second>\d{1,2})\s?(?P=sign)\s?"
    r"(?P<third>\d{4}|\d{1,2})(?!\d|[/.\-]\d)(?P<hijri>\s*(?:هجريه|هجري|ه|ah)(?![ء-يa-z]))?"
)
_RANGE_BEFORE = re.compile(r"\d(?:-| ?(?:الي|حتي|و|to) ?)$")
_WEEKDAY = re.compile(rf"(?<![ء-يa-z])(?:{alternation(WEEKDAYS)})(?![ء-يa-z])")
_BEFORE_CHRIST = re.compile(r"(?<![ء-ي])(?:ق\.? ?م\b|قبل الميلاد)|ه\.? ?ش(?![ء-ي])")


class Impossible(ValueError):
    """The text states a day that does not exist, or several."""


def find_day(text: str, *, this_year: int) -> date | None:
    """Return the one day that plain text without a time of day states; None if it states none.

    Raises:
        Impossible: it states a day that no calendar has (31 February), or two different ones.
    """
    if not any(letter.isdigit() for letter in text) or _BEFORE_CHRIST.search(text):
        return None
    gregorian: set[date] = set()
    hijri: set[date] = set()
    for calendar, day in _stated_days(text, this_year):
        (gregorian if calendar == "gregorian" else hijri).add(day)
    if not gregorian and not hijri:
        return None
    days = gregorian or {_seen_from_weekday(day, text) for day in hijri}
    if len(days) > 1:
        raise Impossible(text)
    return days.pop()


def _stated_days(text: str, this_year: int) -> Iterator[tuple[str, date]]:
    yield from _days_with_month_name(text, this_year)
    for found in _NUMBERS.finditer(text):
        yield from _numbered(found, this_year)


def _days_with_month_name(text: str, this_year: int) -> Iterator[tuple[str, date]]:
    for pattern in (_DAY_MONTH_YEAR, _MONTH_DAY_YEAR, _YEAR_MONTH_DAY):
        matches = list(pattern.finditer(text))
        for found in matches:
            if _RANGE_BEFORE.search(text[max(0, found.start() - 8) : found.start()]):
                raise Impossible(text)
            yield _from_names(found, text, this_year)
        if matches:
            return


def _from_names(found: re.Match[str], text: str, this_year: int) -> tuple[str, date]:
    named = found.groupdict()
    name = _key(named["month"])
    twin = _key(named["twin"]) if named["twin"] else name
    day = int(named["day"]) if named["day"] else _ORDINALS[_key(named["ordinal"])]
    digits = named["year"].removeprefix("'")
    year = int(digits) if len(digits) == 4 else _century(day, int(digits), " ", this_year)
    for calendar, months in (("gregorian", _GREGORIAN), ("hijri", _HIJRI)):
        if name in months:
            if months.get(twin) != months[name] or (name in LIBYAN and year not in LIBYAN_YEARS):
                raise Impossible(text)
            return calendar, _day(calendar, year, months[name], day)
    raise Impossible(text)


def _key(name: str) -> str:
    return name.replace(" ", "")


def _numbered(found: re.Match[str], this_year: int) -> Iterator[tuple[str, date]]:
    first, second, third = int(found["first"]), int(found["second"]), int(found["third"])
    if len(found["first"]) == 4:
        year, month, day = first, second, third
        if len(found["third"]) == 4:
            return
    elif len(found["third"]) == 4:
        day, month, year = first, second, third
    else:
        if found["hijri"] or found["sign"] == "," or len(found["third"]) != 2:
            return
        day, month, year = first, second, _century(first, third, found["sign"], this_year)
    if (found["hijri"] or "").strip() == "ah" and day <= 12 and month <= 12:
        raise Impossible("in English the month may come first")
    if found["hijri"] or year in BARE_HIJRI_YEARS:
        if year in HIJRI_YEARS:
            yield "hijri", _day("hijri", year, month, day)
    elif year in GREGORIAN_YEARS:
        if month > 12 and day <= 12 and len(found["third"]) == 4 and found["sign"] == "/":
            day, month = month, day
        yield "gregorian", _day("gregorian", year, month, day)


def _century(first: int, last: int, sign: str, this_year: int) -> int:
    """Return the year of "15/03/24"; impossible where "24/03/15" or "12-11-10" may as well begin with the year."""
    recent = {year % 100 for year in range(this_year - 2, this_year + 2)}
    if last not in recent and (first in recent or first > 31 or sign == "-"):
        raise Impossible(f"{first}/../{last}")
    year = this_year // 100 * 100 + last
    year = year if year <= this_year + 1 else year - 100
    if year < FIRST_SHORT_YEAR:
        raise Impossible(f"'{last}")
    return year


def _day(calendar: str, year: int, month: int, day: int) -> date:
    try:
        if calendar == "gregorian":
            if year not in GREGORIAN_YEARS:
                raise Impossible(str(year))
            return date(year, month, day)
        if year not in HIJRI_YEARS:
            raise Impossible(str(year))
        told = Hijri(year, month, day).to_gregorian()
        return date(told.year, told.month, told.day)
    except (ValueError, OverflowError) as wrong:
        raise Impossible(f"{year}-{month}-{day}") from wrong


def _seen_from_weekday(day: date, text: str) -> date:
    """Move a Hijri day by one day, the margin between moon sighting and Umm al-Qura, if its weekday requires that."""
    found = _WEEKDAY.search(text)
    if found:
        away = (_WEEKDAYS[_key(found[0])] - day.weekday() + 3) % 7 - 3
        if abs(away) == 1:
            return day + timedelta(days=away)
    return day
