"""Fields of a source file: type, check, and advice for missing or wrong values."""

import itertools
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, get_args

from cssselect import HTMLTranslator, SelectorError

from crawler.config import NoArchive
from crawler.sources.url_templates import check_archive, check_numbered
from pipelines.dates.months import Months
from pipelines.urls.canonical import BadUrl, absolute
from storage.model.time_zones import known_zone

EndpointKind = Literal["feed", "sitemap", "news_sitemap", "section"]
#: Kind of source. If two fit, the first of this list applies: a state's news agency is an agency.
SourceKind = Literal["agency", "fact_checker", "broadcaster", "party", "state", "private"]


def checked_value(name: str, value: object, *, where: str, of: str = "Source") -> object:
    """Return a field's value unchanged; raises ValueError with a message if it is invalid.

    `of` is the table of the field ("Source", "Endpoint", "Layout"); `where` starts the message.
    """
    if name in ("endpoint", "layout"):
        return value
    wanted, words = TYPES.get(name, (str, "text in quotes"))
    if not isinstance(value, wanted) or (isinstance(value, (bool, datetime)) and wanted is not bool):
        raise ValueError(f"{where}{name} = {value!r}: write {words}")
    try:
        CHECKS.get(f"{of}.{name}", CHECKS.get(name, _nothing))(value)
    except ValueError as error:
        raise ValueError(f"{where}{name} = {value!r}: {error}") from None
    return value


def _nothing(value: object) -> None:
    pass


def _check_name(value: str) -> None:
    if not value.strip():
        raise ValueError("write a name")


def _address(value: str) -> None:
    try:
        absolute(value)
    except BadUrl:
        raise ValueError("write a complete URL that begins with https:// or http://") from None


def _pattern(value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a valid regular expression: {error}; try it with Python's re.search") from None


def _zone(value: str) -> None:
    if known_zone(value) is None:
        raise ValueError('no such time zone; write one like "Africa/Casablanca"')


def _country(value: str) -> None:
    if not re.fullmatch("[A-Z]{2}", value):
        raise ValueError('write the country\'s two capital letters, like "MA"')


def _one_of(choice: object) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in get_args(choice):
            raise ValueError(f"write one of {', '.join(get_args(choice))}, or leave the line out")

    return check


def _checked(value: date | str) -> None:
    if isinstance(value, str) and value != "never":
        raise ValueError('write a date without quotes, like 2026-11-23, or "never"')


def _one_line(value: str) -> None:
    if not value.strip() or not value.isprintable():
        raise ValueError("write one line of words, or leave the line out")


def _selector(value: str) -> None:
    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as error:
        raise ValueError(f"not a valid CSS selector: {error}") from None


#: Seconds of the words that a duration may be written with.
_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d)")


def seconds_of(duration: float | str) -> float:
    """Convert a duration to seconds: "15 min", "1 h", "6 h", "1 d", or seconds as a number. Raises ValueError with a
    message."""
    if isinstance(duration, (int, float)) and not isinstance(duration, bool):
        return float(duration)
    written = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if written is None:
        raise ValueError(
            f'{duration!r} is not a duration; write one like "15 min", "6 h" or "1 d", or seconds as a number'
        )
    return float(written[1]) * _UNITS[written[2]]


def _rising(value: list[float | str]) -> None:
    seconds = [seconds_of(duration) for duration in value]
    if any(not 60 <= one <= 366 * 86_400 for one in seconds):
        raise ValueError("write durations from 1 min to 366 d")
    if any(a >= b for a, b in itertools.pairwise(seconds)):
        raise ValueError(
            "write them in order, each longer than the one before: they are all measured from the first fetch"
        )


def _templates(value: list[str]) -> None:
    for template in value:
        if not isinstance(template, str):
            raise ValueError("write URLs in quotes")
        check_archive(template)


def _between(low: float, high: float) -> Callable[[float], None]:
    def check(value: float) -> None:
        if not low <= value <= high:
            raise ValueError(f"write a number from {low:g} to {high:g}")

    return check


TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "delay_s": ((int, float), "a number of seconds"),
    "concurrency": (int, "a whole number"),
    "pages": (int, "a whole number"),
    "follow": (bool, "true or false"),
    "archive": (list, 'a list of URLs, like ["https://x.example/{year}/{month:02}/{day:02}"]'),
    "revisit": (list, 'a list of durations, like ["15 min", "1 h", "1 d"]; [] disables revisits'),
    "revisit_budget": (int, "a whole number"),
    "until": (date, "a date without quotes, like 2015-06-30"),
    "checked": ((date, str), 'a date without quotes, like 2026-11-23, or "never"'),
}
CHECKS: dict[str, Callable[..., None]] = {
    "name_ar": _check_name,
    "name_en": _check_name,
    "country": _country,
    "timezone": _zone,
    "home": _address,
    "url": _address,
    "Endpoint.kind": _one_of(EndpointKind),
    "Source.kind": _one_of(SourceKind),
    "months": _one_of(Months),
    "checked": _checked,
    "noarchive": _one_of(NoArchive),
    "note": _one_line,
    "article_url": _pattern,
    "skip_url": _pattern,
    "delay_s": _between(0, 3600),
    "concurrency": _between(1, 16),
    "pages": _between(1, 10_000),
    "archive": _templates,
    "numbered": check_numbered,
    "revisit": _rising,
    "revisit_budget": _between(0, 3_600),
    "title": _selector,
    "text": _selector,
    "authors": _selector,
    "published": _selector,
}
CURES = {
    "name_ar": 'add the name in Arabic, like name_ar = "هسبريس"',
    "name_en": 'add the name in Latin letters, like name_en = "Hespress"',
    "country": 'add the country\'s two letters, like country = "MA"',
    "timezone": 'add the zone of its dates, like timezone = "Africa/Casablanca"',
    "home": 'add the URL of its home page, like home = "https://www.hespress.com/"',
    "endpoint": "add [[endpoint]] with the url of a feed, sitemap or section",
    "url": "add the URL of the feed, sitemap or section",
}
