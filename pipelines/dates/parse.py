"""parse_date: the words of a date -> a date or time, or None."""

import re
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from pipelines.dates.clock import Clock, take_clock
from pipelines.dates.day import Impossible, find_day
from pipelines.dates.letters import plain
from pipelines.dates.machine import machine_date
from pipelines.dates.moment import Moment
from pipelines.dates.relative import find_relative

_PUBLISHED = re.compile(r"نشر|كتب|اضيف|بتاريخ|published|posted")
_FOUR_DIGITS = re.compile(r"\d{4}")
#: "اخر تحديث 14:30 (gmt+0400)": a time of day and an offset, no day.
_UPDATE_CLOCK = re.compile(
    r"[^\d]{3,25}\d{1,2}:\d{2}(?::\d{2})?\s*(?:[صم]\s*)?\(?(?:gmt|utc)?\s?(?:[+-]\d{1,2}:?\d{0,2})?\)?[\s.|]*"
)
_UPDATED = re.compile(r"(?:اخر |تم |تاريخ )?(?:ال)?(?:تحديث|تعديل)|حدثت?\b|updated|modified")


def parse_date(text: str, *, now: datetime, timezone: str | tzinfo | None = None) -> date | None:
    """Parse a date as Arabic newsrooms, content systems and machines write it; None if there is none, never a guess.

    The result is a `datetime.date` where the text states a day, and a `Moment` where it states a time: `isoformat()` of
    both is at the stated precision. A `Moment` carries the offset that the text states; failing that the one that
    `timezone` (an IANA name or tzinfo) has then; failing that it is naive. Day, month and year must all be stated, or
    be relative to `now` (naive or aware; the time of fetching); no century, weekday or first of January is supplied. Of
    a day that is in dispute (two dates, 31 February) nothing is returned. Dates far in the past or future are: judging
    them is for `evidence`.

    >>> now = datetime(2024, 3, 15, 12)
    >>> parse_date("نُشر في 7 تشرين الأول/أكتوبر 2023 الساعة 06:30", now=now).isoformat()
    '2023-10-07T06:30'
    >>> parse_date("منذ 3 ساعات", now=now, timezone="Africa/Cairo").isoformat()
    '2024-03-15T09:00+02:00'
    """
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    words = plain(text)
    if len(words) < 2:
        return None
    found = machine_date(words)
    if found is None:
        found = _worded(_published_part(words), _in_zone(now, zone))
    if isinstance(found, Moment) and found.tzinfo is None and zone is not None:
        return found.replace(tzinfo=zone)
    return found


def _in_zone(now: datetime, zone: tzinfo | None) -> datetime:
    """Return `now` on the wall clock of the zone, so that "أمس" is yesterday there."""
    return now if zone is None or now.tzinfo is None else now.astimezone(zone)


def _published_part(words: str) -> str:
    """Return the part about publishing, if a line states both publication and update."""
    updated = _UPDATED.search(words)
    if not updated or not updated.start():
        published = _PUBLISHED.search(words, updated.end()) if updated else None
        part = words[published.start() :] if published else ""
    else:
        part = words[: updated.start()]
        if _UPDATE_CLOCK.fullmatch(words, updated.start()):
            return words  # the day is stated once, the hour and its offset after the label
    return part if _FOUR_DIGITS.search(part) else words


def _worded(words: str, now: datetime) -> date | None:
    clock, rest = take_clock(words)
    try:
        day = find_day(rest, this_year=now.year)
    except Impossible:
        return None
    if day is None:
        return find_relative(rest, clock, now=now)
    return _at(day, clock)


def _at(day: date, clock: Clock | None) -> date:
    if clock is None:
        return day
    return Moment.on(day, clock.hour, clock.minute, clock.second, clock.zone)
