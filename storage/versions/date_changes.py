"""Changes of an article's date under the same words. Pure.

A version is a distinct text, so another date makes no version (docs/decisions/0010): the fetch that found the new date
keeps both dates (`snapshot.date_before`, `snapshot.date_after`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storage.model.article import Published
from storage.versions import same_moment

#: A four-digit year, or three numbers of a date, in digits of any script.
_YEAR = re.compile(r"\d{4}|\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """A change of date. Both in ISO 8601 at the precision known."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """The date that a stored article states: ISO 8601, the words it was read from, and the kind of evidence."""

    iso: str | None
    text: str | None
    origin: str | None


def date_change(stored: StatedDate, new: Published | None, reported: Iterable[DateChange]) -> DateChange | None:
    """Return the change from a stored date to the date of a new fetch; None if there is none or it was reported before.

    Only dates from the same place on the page are compared: a feed that states less is no change by the source. Dates
    that count from the reader's day ("منذ 3 ساعات") are not compared: they differ by minutes at every fetch.
    """
    if new is None or stored.iso is None or stored.origin != new.origin:
        return None
    if not is_comparable(stored, new) or same_moment(stored.iso, new.iso):
        return None
    if any(new.iso in (change.before, change.after) for change in reported):
        return None
    return DateChange(before=stored.iso, after=new.iso)


def is_comparable(stored: StatedDate, new: Published | None) -> bool:
    """Whether neither date counts from the day of the fetch. A missing date is comparable."""
    return _states_its_year(stored.text) and _states_its_year(new.text if new else None)


def _states_its_year(written: str | None) -> bool:
    return written is None or _YEAR.search(written) is not None
