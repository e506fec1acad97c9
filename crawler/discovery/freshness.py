"""Freshness hints in responses: HTTP freshness, and RSS's ttl, skipHours and syndication module. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.discovery.found import Hints

#: Seconds of a sy:updatePeriod (RSS 1.0 syndication module).
_PERIOD_S = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_UNFRESH = re.compile(r"\b(?:no-cache|no-store)\b", re.IGNORECASE)


def fresh_s(headers: Mapping[str, str], *, now: datetime) -> float:
    """Return the seconds for which a response is fresh (RFC 9111, 4.2.1); 0: not stated, or not fresh.

    `headers`: names in lower case.
    """
    control = headers.get("cache-control", "")
    if _UNFRESH.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        return max(0.0, float(found[1]) - (float(age) if age.isascii() and age.isdigit() else 0.0))
    expires = _instant(headers.get("expires", ""))
    return max(0.0, (expires - (_instant(headers.get("date", "")) or now)).total_seconds()) if expires else 0.0


def feed_hints(channel: Mapping[str, object], text: str) -> Hints:
    """Return a feed's own hints.

    Args:
        channel: its fields as feedparser names them.
        text: the feed; skipHours and skipDays are read from its head, because feedparser keeps only the last of each.
    """
    head = re.split(r"<(?:item|entry)\b", text[:100_000], maxsplit=1, flags=re.IGNORECASE)[0]
    hours = {
        int(hour) % 24 for hour in _list_items(head, "skipHours", r"<hour>\s*(\d{1,2})\s*</hour>") if int(hour) <= 24
    }
    days = {
        _DAYS.index(day)
        for name in _list_items(head, "skipDays", r"<day>\s*(\w+)\s*</day>")
        if (day := name.lower()) in _DAYS
    }
    return Hints(
        fresh_s=max(_minutes(channel.get("ttl")) * 60, _period_s(channel)),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
    )


def _period_s(channel: Mapping[str, object]) -> float:
    """Convert sy:updatePeriod and sy:updateFrequency to seconds; 0 for "hourly", WordPress's default, which is rarely
    intended."""
    period = str(channel.get("sy_updateperiod") or "").strip().lower()
    times = _minutes(channel.get("sy_updatefrequency")) or 1
    return 0.0 if (period, times) == ("hourly", 1) else _PERIOD_S.get(period, 0) / times


def _minutes(value: object) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _list_items(head: str, name: str, one: str) -> list[str]:
    found = re.search(rf"<{name}>(.*?)</{name}>", head, re.IGNORECASE | re.DOTALL)
    return re.findall(one, found[1], re.IGNORECASE) if found else []


def _instant(said: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
