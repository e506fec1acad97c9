"""Visible dates: <time> elements and lines near the headline."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, zip_longest

from lxml.html import HtmlElement

from pipelines.dates.evidence.dateline import (
    MAX_CHARS,
    dated,
    is_dateline,
    is_labelled,
    is_update,
    may_be_dated,
    update_part,
)
from pipelines.dates.evidence.headline import HeadlineLine, headline, is_elsewhere, lines_after, lines_before
from pipelines.dates.evidence.lone import lone_date
from pipelines.dates.letters import plain
from pipelines.dates.parse import parse_date
from pipelines.html.dom import has_more_text
from pipelines.html.parsed_page import ParsedPage

#: Maximum number of lines of running text (a standfirst, a caption) between headline and date.
PROSE_BETWEEN = 2
#: Maximum number of short lines (byline, shares, sections) there. Further down, and after the text, only labelled dates
#: count.
NEAR_LINES = 25
#: A card of another article shows less text than this.
CARD_CHARS = 500
#: Maximum length of a link that contains only a date (a link to the article itself, in WordPress).
LINK_CHARS = 60
#: A line that is a time of day, its label and its zone.
CLOCK_CHARS = 40
#: Maximum number of dates near a headline; a page with more is a list.
MAX_SEEN = 12
#: "اخر تحديث 14:30 (gmt+0400)" gives the hour and the offset to the day before it.
_CLOCK_ONLY = re.compile(
    r"[^\dء-ي]*(?:الساعه|علي الساعه|at|(?:اخر )?(?:ال)?تحديث)?[^\dء-ي]*\d{1,2}\s?[:.h]\s?\d{2}.{0,30}$"
)


@dataclass(frozen=True, slots=True)
class VisibleDate:
    """A date near the headline: its words, its kind ("time" or "visible"), and whether it is the last change."""

    origin: str
    text: str
    is_update: bool = False


def seen_dates(parsed: ParsedPage, *, now: datetime) -> list[VisibleDate]:
    """Return the dates near the headline: below it in page order, just above it, then marked ones in its article."""
    tree = parsed.tree
    head = headline(parsed)
    if head is None:
        return _lone(parsed, None, frozenset([tree] if parsed.body is None else [tree, parsed.body]), now)
    around = frozenset(head.iterancestors())
    found = list(islice(_dates_near_headline(head, around, now), MAX_SEEN))
    found += [seen for seen in _marked(parsed, around) if seen not in found]
    return found or list(islice(_labelled(tree, around, now), MAX_SEEN)) or _lone(parsed, head, around, now)


def _lone(
    parsed: ParsedPage, head: HtmlElement | None, around: frozenset[HtmlElement], now: datetime
) -> list[VisibleDate]:
    def elsewhere(element: HtmlElement) -> bool:
        return is_elsewhere(element, around) or _is_card(element, around)

    found = lone_date(parsed, head=head, elsewhere=elsewhere, now=now)
    return [VisibleDate(*found)] if found else []


def _labelled(tree: HtmlElement, around: frozenset[HtmlElement], now: datetime) -> Iterator[VisibleDate]:
    """Yield lines anywhere that are a publishing label and its date: some pages have the date at the end."""
    for text in tree.xpath("//body//text()[contains(., 'نشر') or contains(., 'تاريخ')]")[:40]:
        for element in islice([text.getparent(), *text.getparent().iterancestors()], 2):
            line = " ".join(element.text_content().split()) if _is_short(element) else ""
            if not is_labelled(line) or dated(line, now) is None:
                continue
            if not is_elsewhere(element, around) and not _is_card(element, around):
                yield VisibleDate("visible", line)
            break


def _dates_near_headline(head: HtmlElement, around: frozenset[HtmlElement], now: datetime) -> Iterator[VisibleDate]:
    after = list(lines_after(head))
    for number, (line, following) in enumerate(zip_longest(after, after[1:])):
        if (number < NEAR_LINES and line.prose_before <= PROSE_BETWEEN) or is_labelled(line.text):
            seen = list(_in_line(line, following, now))
            if seen and not _is_card(line.within, around):
                yield from seen
    for line in lines_before(head):
        yield from _in_line(line, None, now)


def _in_line(line: HeadlineLine, following: HeadlineLine | None, now: datetime) -> Iterator[VisibleDate]:
    if not line.times and (len(line.text) > MAX_CHARS or not may_be_dated(line.text)):
        return
    words = plain(line.text)
    marks_update = is_update(words)
    for element in line.times:
        stated = element.get("datetime") or element.get("content") or element.get("data-time") or ""
        if any(letter.isdigit() for letter in stated):
            yield VisibleDate("time", stated, marks_update or _marks_update(element))
    if not words or len(line.text) > MAX_CHARS:
        return
    found = dated(line.text, now)
    if found is None or not is_dateline(line.pieces, now):
        return
    changed = "" if marks_update else update_part(line.text)
    changed_at = dated(changed, now) if changed else None
    if changed_at is not None:
        yield VisibleDate("visible", changed, is_update=True)
        if _day(changed_at) < _day(found):
            return  # the head of a site: today's date, and when the site was last filled
    text = line.text if isinstance(found, datetime) else _with_clock(line.text, following, now)
    yield VisibleDate("visible", text, marks_update or any(_marks_update(element) for element in line.times))


def _day(found: date) -> date:
    return found.date() if isinstance(found, datetime) else found


def _with_clock(text: str, following: HeadlineLine | None, now: datetime) -> str:
    """Return a line that states a day, joined with the next line if that is only a time of day."""
    rest = following.text if following else ""
    if 0 < len(rest) <= CLOCK_CHARS and _CLOCK_ONLY.match(plain(rest)):
        both = f"{text} {rest}"
        if isinstance(parse_date(both, now=now), datetime):
            return both
    return text


def _marked(parsed: ParsedPage, around: frozenset[HtmlElement]) -> Iterator[VisibleDate]:
    """Yield <time> and microdata marked as publishing date, in the headline's article but not near the headline."""
    for element in islice(_stating_dates(parsed), 40):
        if (
            element.get("itemprop") != "datePublished"
            and element.get("pubdate") is None
            and "publish" not in element.get("class", "")
        ):
            continue
        if is_elsewhere(element, around) or _is_card(element.getparent(), around):
            continue
        stated = element.get("datetime") or element.get("content") or element.text_content()
        if any(letter.isdigit() for letter in stated) and len(stated) < MAX_CHARS:
            yield VisibleDate("time", stated.strip(), _marks_update(element))


def _stating_dates(parsed: ParsedPage) -> Iterator[HtmlElement]:
    for element, tag, attributes in parsed.having_any({"datetime", "itemprop"}):
        is_time = tag == "time" and "datetime" in attributes
        if is_time or (tag != "meta" and attributes.get("itemprop") == "datePublished"):
            yield element


def _is_card(node: HtmlElement | None, around: frozenset[HtmlElement]) -> bool:
    """Say whether an element is in the card of another article: a long link, or a small box with a linked heading."""
    while node is not None and node not in around:
        if node.tag == "a" and len(node.text_content()) > LINK_CHARS:
            return True
        if any(_is_linked(heading) for heading in islice(node.iter("h2", "h3", "h4"), 3)) and _is_short(node):
            return True
        node = node.getparent()
    return False


def _is_linked(heading: HtmlElement) -> bool:
    parent = heading.getparent()
    return next(heading.iter("a"), None) is not None or (parent is not None and parent.tag == "a")


def _is_short(node: HtmlElement) -> bool:
    """Say whether an element has less text than an article."""
    return not has_more_text(node, CARD_CHARS)


def _marks_update(element: HtmlElement) -> bool:
    classes = set(element.get("class", "").lower().split())
    if element.get("itemprop") == "dateModified":
        return True
    if classes & {"published", "entry-date"}:
        return False
    return bool(classes & {"updated", "modified", "post-modified", "date-modified", "last-updated", "update-date"})
