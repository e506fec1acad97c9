"""Dates far from the headline: a last resort, accepted only if the page shows a single day in such places."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from lxml import etree
from lxml.html import HtmlElement

from pipelines.dates.evidence.dateline import dated, is_dateline, is_update
from pipelines.dates.letters import plain
from pipelines.html.parsed_page import ParsedPage

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

#: Parts of class names that may name a date, and the length of a text that may be one.
_NAME_PARTS = ("date", "time", "posted", "publi")
SHORT_CHARS = range(8, 60)
_NO_LINES = frozenset(["script", "style", "noscript", "template", "option", "a"])
_YEAR = re.compile(r"\d{4}")

#: Whether an element belongs to something else on the page: a widget, another article's card.
Elsewhere = Callable[[HtmlElement], bool]


def lone_date(
    parsed: ParsedPage, *, head: HtmlElement | None, elsewhere: Elsewhere, now: datetime
) -> tuple[str, str] | None:
    """Return the origin and words of the one date that the page shows; None where it shows none, or several days.

    In this order: elements with a matching class name, <time> elements, lines that are only a date.
    """
    for origin, found in (
        ("visible", _by_class_name(parsed, now)),
        ("time", _times(parsed, now)),
        ("visible", _lines(parsed.tree, head, now)),
    ):
        shown = [(text, day) for element, text, day in found if not elsewhere(element)]
        if shown:
            return (origin, shown[0][0]) if len({_day(day) for _, day in shown}) == 1 else None
    return None


def _day(found: date) -> date:
    return found.date() if isinstance(found, datetime) else found


_Found = Iterator[tuple[HtmlElement, str, date]]


def _by_class_name(parsed: ParsedPage, now: datetime) -> _Found:
    names = {name for name in parsed.classes if any(word in name for word in _NAME_PARTS)}
    classed = parsed.having("class") if names else ()
    named = (one for one in classed if one[2]["class"] in names and one[1] not in ("html", "body"))
    for element, _, attributes in itertools.islice(named, MOST):
        name = f"{attributes['class']} {attributes.get('id', '')}"
        if _NAMED.search(name) and not _UPDATED.search(name):
            text = " ".join(element.text_content().split())
            if 0 < len(text) <= NAMED_CHARS and not is_update(plain(text)) and (found := dated(text, now)):
                yield element, text, found


def _elements_with_year(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield, in page order, each element of the body whose own short text, or the text after it, holds a year."""
    body = tree.find("body")
    for event, element in () if body is None else etree.iterwalk(body, events=("start", "end")):
        if element.tag in _NO_LINES:
            continue
        text = element.text if event == "start" else element.tail
        if text and _YEAR.search(text) and len(" ".join(text.split())) in SHORT_CHARS:
            yield element


def _times(parsed: ParsedPage, now: datetime) -> _Found:
    times = [(element, attributes) for element, tag, attributes in parsed.having("datetime") if tag == "time"]
    for element, attributes in times[:MOST]:
        if not _UPDATED.search(attributes.get("class", "")) and (found := dated(attributes["datetime"], now)):
            yield element, attributes["datetime"], found


def _lines(tree: HtmlElement, head: HtmlElement | None, now: datetime) -> _Found:
    """Yield lines below the headline that are a date; a day near the fetch may be a clock's, or the weather's."""
    above = set(itertools.takewhile(lambda element: element is not head, tree.iter())) if head is not None else set()
    latest = now.date() - CLOCK_DAYS
    for element in itertools.islice(_elements_with_year(tree), 10 * MOST):
        if element in above:
            continue
        line = " ".join(element.text_content().split())
        if len(line) > LINE_CHARS or is_update(plain(line)) or not is_dateline(line, now):
            continue
        if (found := dated(line, now)) and _day(found) < latest:
            yield element, line, found
