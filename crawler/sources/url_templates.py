"""URL templates of a newspaper's own archive: "https://x/{year}/{month:02}/{day:02}?page={page}". Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from string import Formatter
from urllib.parse import unquote, urlsplit

from pipelines.urls.canonical import BadUrl, absolute

#: Maximum further pages of one archive page.
MAX_PAGES = 200
_PARTS = ("year", "month", "day", "page")
_SPEC = re.compile(r"0?[1-9]?d?|")


def check_archive(template: str) -> None:
    """Raise ValueError, with a message, if a template cannot be a date archive's."""
    names = _fields(template, _PARTS)
    if "year" not in names or ("day" in names and "month" not in names):
        raise ValueError("write {year}, {year} and {month}, or {year}, {month} and {day} in place of the date")
    _check_complete(template, year=2020, month=3, day=7, page=2)


def check_numbered(template: str) -> None:
    """Raise ValueError, with a message, if a template cannot be a numbered article's."""
    if _fields(template, ("id",)) != ["id"]:
        raise ValueError("write {id} once, in place of the article's number")
    _check_complete(template, id=12345)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """One page of an archive: the days that it lists, and its number, 1 for the first."""

    template: str
    first: date
    last: date
    page: int


def first_pages(template: str, since: date, until: date) -> Iterator[str]:
    """Return the first page of every day, month or year of the range, in order of time."""
    names = _fields(template, _PARTS)
    day = since
    while day <= until:
        yield template.format(year=day.year, month=day.month, day=day.day, page=1)
        day = _span(names, day)[1] + timedelta(days=1)


def page_of(template: str, url: str) -> ArchivePage | None:
    """Return the archive page of a URL; None if it is none."""
    found = _pattern(template).fullmatch(unquote(url))
    if found is None:
        return None
    said = {name: int(value) for name, value in found.groupdict().items()}
    try:
        day = date(said["year"], said.get("month", 1), said.get("day", 1))
    except ValueError:
        return None
    first, last = _span(_fields(template, _PARTS), day)
    return ArchivePage(template=template, first=first, last=last, page=said.get("page", 1))


def next_of(page: ArchivePage) -> str | None:
    """Return the URL of the following page; None if the template has no pages, or enough were seen."""
    if "page" not in _fields(page.template, _PARTS) or page.page >= MAX_PAGES:
        return None
    return page.template.format(year=page.first.year, month=page.first.month, day=page.first.day, page=page.page + 1)


def number_in(template: str, url: str) -> int | None:
    """Return the number in an article's URL; None if it does not match the template. A slug may follow the number."""
    path = template.partition("://")[2].partition("/")[2]
    before, _, after = path.partition("{id}")
    # If only a slash or a file extension follows, a URL with a slug after the number is the same article.
    pattern = re.escape("/" + unquote(before)) + r"(\d{1,12})(?!\d)"
    if after.strip("/") and "." not in after:
        pattern += re.escape(unquote(after))
    parts = urlsplit(url)
    found = re.match(pattern, unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))
    return int(found[1]) if found else None


def _fields(template: str, allowed: tuple[str, ...]) -> list[str]:
    try:
        parts = [(name, spec, how) for _, name, spec, how in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise ValueError(f"{error}; write names in braces, like {{{allowed[0]}}}") from None
    for name, spec, how in parts:
        if name not in allowed or how or not _SPEC.fullmatch(spec or ""):
            raise ValueError(
                f"{{{name}{':' if spec else ''}{spec}}} is not known; "
                f"write {', '.join(f'{{{one}}}' for one in allowed)}, with :02 for two digits"
            )
    return [name for name, _, _ in parts]


def _check_complete(template: str, **values: int) -> None:
    try:
        absolute(template.format(**values))
    except BadUrl:
        raise ValueError("write a complete URL that begins with https:// or http://") from None


def _span(names: list[str], day: date) -> tuple[date, date]:
    if "day" in names:
        return day, day
    first = day.replace(day=1) if "month" in names else day.replace(month=1, day=1)
    later = first + timedelta(days=32) if "month" in names else first.replace(year=first.year + 1)
    return first, later.replace(day=1) - timedelta(days=1)


def _pattern(template: str) -> re.Pattern[str]:
    made, seen = "", set()
    for literal, name, _, _ in Formatter().parse(template):
        made += re.escape(unquote(literal))
        if name is not None:
            made += rf"(?P={name})" if name in seen else rf"(?P<{name}>\d{{1,6}})"
            seen.add(name)
    return re.compile(made)
