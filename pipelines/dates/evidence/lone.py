"""Dates far from the headline: a last resort, accepted only if the page shows a single day in such places."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from lxml.html import HtmlElement

from pipelines.dates.evidence.dateline import dated, is_dateline, is_update
from pipelines.dates.letters import plain

#: Class names of elements that show the publishing date.
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:published|publish|publication|posted|post|entry|article|news|story|blog)[_-]?(?:ed)?[_-]?(?:date|time|on|at)(?:$|[\s_-])"
    r"|(?:^|[\s_-])(?:date|time)[_-]?(?:published|publish|posted|publication)(?:$|[\s_-])|(?:^|\s)(?:pub-?date|dateline)(?:$|\s)",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updat|modif|revis", re.IGNORECASE)
#: A line that is a date and little more.
LINE_CHARS = 45
NAMED_CHARS = 80
#: Maximum number of elements examined per kind.
MOST = 300
#: An unlabelled date this close to the fetch may be a clock's.
CLOCK_DAYS = timedelta(days=2)

_SHORT_TEXTS = "//body//text()[string-length(normalize-space()) > 7 and string-length(normalize-space()) < 60]"
_NO_LINES = frozenset(["script", "style", "noscript", "template", "option", "a"])
_YEAR = re.compile(r"\d{4}")

#: Whether an element belongs to something else on the page: a widget, another article's card.
Elsewhere = Callable[[HtmlElement], bool]


def lone_date(
    tree: HtmlElement, *, head: HtmlElement | None, elsewhere: Elsewhere, now: datetime
) -> tuple[str, str] | None:
    """Return the origin and words of the one date that the page shows; None where it shows none, or several days.

    In this order: elements with a matching class name, <time> elements, lines that are only a date.
    """
    for origin, found in (
        ("visible", _by_class_name(tree, now)),
        ("time", _times(tree, now)),
        ("visible", _lines(tree, head, now)),
    ):
        shown = [(text, day) for element, text, day in found if not elsewhere(element)]
        if shown:
            return (origin, shown[0][0]) if len({_day(day) for _, day in shown}) == 1 else None
    return None


def _day(found: date) -> date:
    return found.date() if isinstance(found, datetime) else found


_Found = Iterator[tuple[HtmlElement, str, date]]


def _by_class_name(tree: HtmlElement, now: datetime) -> _Found:
    for element in tree.xpath(
        "//body//*[contains(@class,'date') or contains(@class,'time') or contains(@class,'posted') or contains(@class,'publi')]"  # noqa: E501  an XPath
    )[:MOST]:
        name = f"{element.get('class', '')} {element.get('id', '')}"
        if _NAMED.search(name) and not _UPDATED.search(name):
            text = " ".join(element.text_content().split())
            if 0 < len(text) <= NAMED_CHARS and not is_update(plain(text)) and (found := dated(text, now)):
                yield element, text, found


def _times(tree: HtmlElement, now: datetime) -> _Found:
    for element in tree.xpath("//body//time[@datetime]")[:MOST]:
        if not _UPDATED.search(element.get("class", "")) and (found := dated(element.get("datetime"), now)):
            yield element, element.get("datetime"), found


def _lines(tree: HtmlElement, head: HtmlElement | None, now: datetime) -> _Found:
    """Yield lines below the headline that are a date; a day near the fetch may be a clock's, or the weather's."""
    above = set(itertools.takewhile(lambda element: element is not head, tree.iter())) if head is not None else set()
    latest = now.date() - CLOCK_DAYS
    for text in tree.xpath(_SHORT_TEXTS)[: 10 * MOST]:
        element = text.getparent()
        if element is None or element in above or element.tag in _NO_LINES or not _YEAR.search(text):
            continue
        line = " ".join(element.text_content().split())
        if len(line) > LINE_CHARS or is_update(plain(line)) or not is_dateline(line, now):
            continue
        if (found := dated(line, now)) and _day(found) < latest:
            yield element, line, found
