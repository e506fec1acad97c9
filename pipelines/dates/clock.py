"""The time of day and the offset from UTC in a date's text.

Both are taken out of it, so that no digit is read twice.
"""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pipelines.dates.names import ABBREVIATIONS, ENGLISH_ZONES, FIXED_ZONES, HOURS, ZONES, alternation, by_name

#: AM and PM marks: Arabic and its dialects, English, Persian, Urdu and Kurdish.
_MORNING = (
    "قبل *الظهر|قبل *الظهيره|بعد *منتصف *الليل|صباحا|صباح|الصباح|الصبح|فجرا|الفجر|ضحي|سحرا|صبح|ق\\.ظ|ب\\.ن|"
    "in the morning|a\\.m\\.?|am|ص"
)
_EVENING = (
    "بعد *الظهر|بعد *العصر|بعد *الظهيره|بعد *القايله|مساءا|مساء|المساء|عصرا|العصر|عشيه|العشيه|شام|سه پهر|ب\\.ظ|د\\.ن|"
    "in the afternoon|in the evening|p\\.m\\.?|pm|ع|م"
)
_NOON = "ظهرا|الظهر|ظهر|الظهيره|ظهيره|القايله|دوپهر|noon"
_NIGHT = "منتصف *الليل|ليلا|الليل|ليل|رات|at night"
_HALVES = (_MORNING, _EVENING, _NOON, _NIGHT)
_WORD_MARKS = "|".join(mark for marks in _HALVES for mark in marks.split("|") if len(mark) > 1)
_MARK = rf"(?:(?:في|من|عند)\s+)?(?:{_WORD_MARKS}|[صمع])(?![ء-يa-z])\.?"
_IN_MORNING, _AT_NOON, _AT_NIGHT = (re.compile(marks) for marks in (_MORNING, _NOON, _NIGHT))

_DIGITS = re.compile(
    r"(?:(?:^|[-|,(\[])\s*(?P<letter>[صم])\.?\s*|(?<![ء-يa-z])(?P<word>" + _WORD_MARKS + r")\s+)?"
    r"(?:(?<![\d:.+])(?<!gmt-)(?<!utc-)|(?<=\d\d\d\d:))(?P<hour>\d{1,2})(?:\s?:\s?|\s?h\s?|(?<=\d)س\s?)(?P<minute>\d{2})"
    r"(?:\s?:\s?(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])"
    rf"(?:\s*[-,(]?\s*(?P<mark>{_MARK}))?"
)
_AT = re.compile(
    r"الساعه\s*:?\s*(?:تمام\s*)?(?P<hour>\d{1,2})(?!\d|\s*[:/])(?:\s?\.\s?(?P<minute>\d{2})(?!\d)|\s?و\s?(?P<past>\d{1,2})"
    rf"(?:\s*(?:دقيقه|دقايق|د)\b)?)?(?:\s*(?P<mark>{_MARK}))?"
)
_HOUR_MARK = re.compile(
    rf"(?<![\d:/.,-])(?P<hour>\d{{1,2}})\s*(?P<mark>(?:في\s+)?(?:{_WORD_MARKS})(?![ء-يa-z])"
    r"|(?:(?<=في \d )|(?<=في \d\d )|(?<=, \d )|(?<=, \d\d ))[صم]$)"
)
_WORDS = re.compile(
    rf"(?:الساعه\s*)(?P<hour>{alternation(HOURS)})(?![ء-ي])"
    r"(?:\s+(?P<part>والنصف|ونصف|والربع|وربع|والثلث|الا\s+ربعا?|الا\s+ثلثا?))?"
    rf"(?:\s*(?P<mark>{_MARK}))?"
)
_AROUND_MARK = re.compile(r"^(?:في|من|عند)\s+|\.$")
_HOURS = by_name(HOURS)
_PARTS = {"والنصف": 30, "ونصف": 30, "والربع": 15, "وربع": 15, "والثلث": 20, "الا ربع": -15, "الا ثلث": -20}

_GREENWICH = r"غر[يا]?نيتش|غرينتش|جر[يا]?نيتش|جرينتش|غرنتش|جرنتش|كرينتش|gmt|utc"
_NUMERIC_ZONE = re.compile(
    rf"(?:\(?\s*(?P<before>[+-]\s?\d{{1,2}}|\d{{1,2}}\s?[+-])\s*)?(?:ب?(?:ال)?توقيت\s*)?(?<![a-zء-ي])(?:ب?توقيت\s*)?(?:{_GREENWICH})(?![a-zء-ي])"
    r"(?:\s*(?P<after>[+-]\s?\d{1,2}(?::?\d{2})?)(?!\d))?"
)
_NAMED_ZONE = re.compile(
    rf"(?:ب?(?:ال)?توقيت)(?:\s+مدينه)?\s+(?P<name>{'|'.join(sorted((n.replace(' ', ' +') for n in FIXED_ZONES), key=len, reverse=True))}|{alternation(ZONES)})(?![ء-ي])"  # noqa: E501  a regular expression
)
_ATTACHED_ZONE = re.compile(r"\s?(?P<offset>[+-]\d{2}:?(?:00|15|30|45)|[+-]\d{2}(?=\s*\)?$))(?![\d/-])|\s*z(?![a-z])")
_ABBREVIATED_ZONE = re.compile(
    rf"\s*\(?(?P<name>{'|'.join(map(re.escape, ENGLISH_ZONES | ABBREVIATIONS))})(?![a-zء-ي\d])\.?\)?"
)
_ZONES = by_name(ZONES)
_FIXED = {name.replace(" ", ""): minutes for name, minutes in FIXED_ZONES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day; `zone` is None where the text names none."""

    hour: int
    minute: int
    second: int = 0
    zone: tzinfo | None = None


def take_clock(text: str) -> tuple[Clock | None, str]:
    """Return the first time of day in plain text, and the text without any time, zone or offset.

    A time that contradicts itself ("15:30 ص", "25:10") is None: its meaning is not known.
    """
    found = _first(text)
    if found is None:
        return None, text
    zone, start, end = _zone(text, found)
    rest = _DIGITS.sub(lambda other: " " * len(other[0]), _blanked(text, *found.span()))
    return _clock(found, zone), _blanked(rest, start, end)


def _blanked(text: str, start: int, end: int) -> str:
    """Return the text with spaces in place of a part of it, so that positions stay."""
    return text[:start] + " " * (end - start) + text[end:]


def _first(text: str) -> re.Match[str] | None:
    found = _DIGITS.search(text)
    if found:
        return found
    if "الساعه" in text:
        found = _AT.search(text) or _WORDS.search(text)
    return found or _HOUR_MARK.search(text)


def _clock(found: re.Match[str], zone: tzinfo | None) -> Clock | None:
    named = found.groupdict()
    if found.re is _WORDS:
        hour, minute = _HOURS[named["hour"].replace(" ", "")], 0
        part = re.sub(r"\s+", " ", named["part"] or "").removesuffix("ا") if named["part"] else ""
        minutes = hour * 60 + _PARTS.get(part, 0)
        hour, minute = divmod(minutes, 60)
    else:
        hour = int(named["hour"])
        minute = int(named.get("minute") or named.get("past") or 0)
    second = int(named.get("second") or 0)
    mark = named.get("mark") or named.get("letter") or named.get("word") or ""
    if hour == 12 and mark.startswith("في") and mark.endswith("المساء"):
        hour, mark = 0, ""  # ICU's word for the hour after midnight; for noon it has "ظهرًا"
    hours = _on_24_hours(hour, _AROUND_MARK.sub("", mark))
    if hours is None or hours > 23 or minute > 59 or second > 59:
        return None
    return Clock(hour=hours, minute=minute, second=second, zone=zone)


def _on_24_hours(hour: int, mark: str) -> int | None:
    """Return the hour of the day; None where hour and mark exclude each other."""
    if not mark:
        return hour
    if _IN_MORNING.fullmatch(mark):
        return None if hour > 12 else hour % 12
    if hour > 12:
        return hour
    if _AT_NOON.fullmatch(mark):
        return hour if hour >= 10 else hour + 12
    if _AT_NIGHT.fullmatch(mark):
        return hour % 12 if hour == 12 or hour <= 5 else hour + 12
    return hour % 12 + 12


def _zone(text: str, found: re.Match[str]) -> tuple[tzinfo | None, int, int]:
    """Return the zone that belongs to a time, and where it stands: after it, or else anywhere before it."""
    attached = _ATTACHED_ZONE.match(text, found.end())
    if attached:
        minutes = _minutes(attached["offset"]) if attached["offset"] else 0
        if minutes is not None:
            return _fixed(minutes), attached.start(), attached.end()
    following = _DIGITS.search(text, found.end())
    until = following.start() if following else len(text)
    for start, stop in ((found.end(), until), (0, found.start())):
        for pattern, read in ((_NUMERIC_ZONE, _numeric), (_NAMED_ZONE, _zone_by_name)):
            place = pattern.search(text, start, stop)
            if place:
                return read(place), place.start(), place.end()
    short = _ABBREVIATED_ZONE.match(text, found.end())
    if short:
        return _fixed((ENGLISH_ZONES | ABBREVIATIONS)[short["name"]]), short.start(), short.end()
    return None, 0, 0


def _numeric(place: re.Match[str]) -> tzinfo | None:
    minutes = _minutes(place["after"] or place["before"] or "+0")
    return None if minutes is None else _fixed(minutes)


def _zone_by_name(place: re.Match[str]) -> tzinfo:
    name = place["name"].replace(" ", "")
    return _fixed(_FIXED[name]) if name in _FIXED else ZoneInfo(_ZONES[name])


def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _minutes(offset: str) -> int | None:
    """Return the minutes east of UTC of "+3", "-0330", "+03:00"; None beyond any zone of the earth."""
    sign = -1 if "-" in offset else 1
    digits = re.sub(r"\D", "", offset)
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    return sign * (hours * 60 + minutes) if hours <= 14 and minutes < 60 else None
