"""Dates as machines write them: ISO 8601 and its neighbours, epoch numbers, digits alone."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from pipelines.dates.moment import Moment

_ISO = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)"
    r"(?:[t _](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(?:(z)|([+-])(\d\d):?(\d\d)?)?)?"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?(z)?)?")
_EPOCH = re.compile(r"([1-9]\d{9})(\d{3})?(?:\.\d+)?")
#: Ten-digit numbers are times from 2001 on; this is the last accepted one (2040).
LAST_EPOCH_S = 2_208_988_800


def machine_date(text: str) -> date | None:
    """Parse a plain text that is only a machine-readable date; None if it is not one, or is impossible.

    Eight digits are a day, twelve or fourteen a time without offset, ten or thirteen an epoch in UTC.
    """
    if not text[:4].isdigit():
        return None
    try:
        found = _ISO.fullmatch(text)
        if found:
            return _iso(found)
        found = _COMPACT.fullmatch(text)
        if found:
            return _built(found, UTC if found[7] else None)
        found = _EPOCH.fullmatch(text)
        if found and int(found[1]) <= LAST_EPOCH_S:
            return Moment.of(datetime.fromtimestamp(int(found[1]), UTC))
    except ValueError:
        return None
    return None


def _iso(found: re.Match[str]) -> date:
    zone: tzinfo | None = UTC if found[7] else None
    if found[8]:
        minutes = (int(found[9]) * 60 + int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
        zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
    return _built(found, zone)


def _built(found: re.Match[str], zone: tzinfo | None) -> date:
    year, month, day, hour, minute, second = found.groups()[:6]
    on = date(int(year), int(month), int(day))
    return Moment.on(on, int(hour), int(minute), int(second or 0), zone) if hour else on
