"""Dates that readers see: <time> elements and lines beside the headline."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, zip_longest

from lxml.html import HtmlElement

from pipelines.dates import parse_date
from pipelines.dates.letters import plain
from pipelines.evidence.headline import Line, headline, is_elsewhere, lines_after, lines_before

#: Longer lines are prose, whatever date they hold.
MAX_LINE = 140
#: Lines of running text (a standfirst, a caption) that may stand between headline and date.
PROSE_BETWEEN = 2
#: A card of another article shows less text than this.
CARD_CHARS = 500
#: Dates beside one headline; a page with more is a list.
MAX_SEEN = 12
_UPDATED = re.compile(r"تحديث|تعديل|حدث(?:ت)? |updated|modified|mis a jour|actualise")
_UPDATED_AS_WRITTEN = re.compile(
    r"(?:آخر |تم |تاريخ )?(?:ال)?(?:تحديث|تعديل)|(?:last )?(?:updated|modified)", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"نشر|كتب|تحرير|اضيف|بتاريخ|تاريخ الخبر|حرر|اعداد|بقلم|published|posted|publie|written by|\bby\b|بواسطه|المصدر"
)
_SEPARATOR_END = re.compile(r"[-|,:/()\[\]·.>»،]\s*$")
_WEEKDAY_END = re.compile(
    r"(?:^|(?<=\s))(?:يوم|مساء|صباح|الموافق|في|on|le|مساء يوم|ال(?:اثنين|اتنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد)|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\.?,?|[صم])\s*,?\s*$"
)
_FIRST_OF_DATE = re.compile(
    r"\d|منذ|قبل|امس|اليوم|الان|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|محرم|صفر|ربيع|جمادي|رجب|شعبان|رمضان|شوال|ذو|ذي"
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_CLOCK_ONLY = re.compile(r"[^\dء-ي]*(?:الساعه|علي الساعه|at)?[^\dء-ي]*\d{1,2}\s?[:.h]\s?\d{2}.{0,30}$")
#: "اليوم" or "الآن" alone is a section or a clock, seldom a date.
_BARE = re.compile(r"[^\d]*$")
_RIGHTS = re.compile(r"حقوق|copyright|©|\(c\)|جميع الحقوق")


@dataclass(frozen=True, slots=True)
class Seen:
    """A date beside the headline: its words, where it stands ("time" or "visible"), and whether it is of the last change."""

    origin: str
    text: str
    is_update: bool = False


def seen_dates(tree: HtmlElement, *, now: datetime) -> list[Seen]:
    """Return the dates shown with the headline: below it in page order, then just above it, then marked ones elsewhere in its article."""
    head = headline(tree)
    if head is None:
        return []
    around = frozenset(head.iterancestors())
    found = list(islice(_beside(head, around, now), MAX_SEEN))
    return found + [seen for seen in _marked(tree, around) if seen not in found]


def _beside(head: HtmlElement, around: frozenset[HtmlElement], now: datetime) -> Iterator[Seen]:
    after = list(lines_after(head))
    for line, following in zip_longest(after, after[1:]):
        seen = list(_in_line(line, following, now)) if _is_near(line) else []
        if seen and not _is_card(line.within, around):
            yield from seen
    for line in lines_before(head):
        yield from _in_line(line, None, now)


def _is_near(line: Line) -> bool:
    """Say whether a line stands with the headline: before the text has begun in earnest, or labelled after it."""
    return line.prose_before <= PROSE_BETWEEN or bool(_PUBLISHED.search(plain(line.text[:MAX_LINE])))


def _in_line(line: Line, following: Line | None, now: datetime) -> Iterator[Seen]:
    words = plain(line.text)
    label = _UPDATED.search(words)
    is_update = bool(label and not _YEAR.search(words[: label.start()])) and not _PUBLISHED.search(words)
    for element in line.times:
        stated = element.get("datetime") or element.get("content") or element.get("data-time") or ""
        if any(letter.isdigit() for letter in stated):
            yield Seen("time", stated, is_update or _marks_update(element))
    if not words or len(line.text) > MAX_LINE or _RIGHTS.search(words):
        return
    text = line.text
    found = _parsed(text, now)
    if found is not None and not isinstance(found, datetime) and following:
        rest = following.text
        if (
            len(rest) <= 30
            and _CLOCK_ONLY.match(plain(rest))
            and isinstance(parse_date(f"{text} {rest}", now=now), datetime)
        ):
            text = f"{text} {rest}"
    if found is not None and _stands_alone(plain(line.pieces)):
        yield Seen("visible", text, is_update or any(_marks_update(element) for element in line.times))
    both = _UPDATED_AS_WRITTEN.search(text)
    if both and not is_update and _parsed(text[both.start() :], now) is not None:
        yield Seen("visible", text[both.start() :], is_update=True)


def _parsed(text: str, now: datetime) -> date | None:
    if not any(letter.isdigit() for letter in text) and _BARE.match(text) and "منذ" not in text and "قبل" not in text:
        return None
    return parse_date(text, now=now)


def _stands_alone(words: str) -> bool:
    """Say whether the date is what a line is about, and not a word of its sentence: "احتجاجات 15 مارس" is no date line."""
    first = _FIRST_OF_DATE.search(words)
    if not first:
        return True
    before = words[: first.start()]
    while True:
        shorter = _WEEKDAY_END.sub("", before)
        if shorter == before:
            break
        before = shorter
    before = before.strip()
    return (
        not before or bool(_SEPARATOR_END.search(before)) or bool(_PUBLISHED.search(before) or _UPDATED.search(before))
    )


def _marked(tree: HtmlElement, around: frozenset[HtmlElement]) -> Iterator[Seen]:
    """Yield <time> and microdata that call themselves the publishing date, in the headline's article but not beside it."""
    marked = tree.xpath("//time[@datetime] | //*[@itemprop='datePublished' and not(self::meta)]")[:40]
    for element in marked:
        if (
            element.get("itemprop") != "datePublished"
            and element.get("pubdate") is None
            and "publish" not in element.get("class", "")
        ):
            continue
        if is_elsewhere(element, around) or _is_card(element.getparent(), around):
            continue
        stated = element.get("datetime") or element.get("content") or element.text_content()
        if any(letter.isdigit() for letter in stated) and len(stated) < MAX_LINE:
            yield Seen("time", stated.strip(), _marks_update(element))


def _is_card(node: HtmlElement | None, around: frozenset[HtmlElement]) -> bool:
    """Say whether an element stands in the card of another article: something small with a heading or link of its own."""
    while node is not None and node not in around:
        if node.tag == "a" or (next(node.iter("h2", "h3", "h4"), None) is not None and _is_short(node)):
            return True
        node = node.getparent()
    return False


def _is_short(node: HtmlElement) -> bool:
    """Say whether an element holds less text than an article does; reads no further than it must."""
    length = 0
    for text in node.itertext():
        length += len(text)
        if length > CARD_CHARS:
            return False
    return True


def _marks_update(element: HtmlElement) -> bool:
    classes = set(element.get("class", "").lower().split())
    if element.get("itemprop") == "dateModified":
        return True
    if classes & {"published", "entry-date"}:
        return False
    return bool(classes & {"updated", "modified", "post-modified", "date-modified", "last-updated", "update-date"})
