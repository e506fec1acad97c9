"""Classify a line with a date: a dateline, a note of the last change, or a sentence that contains a date."""

import re
from datetime import date, datetime

from pipelines.dates.letters import plain
from pipelines.dates.parse import parse_date

#: Longer lines are prose, even with a date.
MAX_CHARS = 140
#: Maximum length of a line with a date in digits or two calendars that is a dateline with any city before the date.
SHORT_CHARS = 70

#: A longer line that begins with "نشر" is a sentence: "نشرت الوزارة بتاريخ ...".
LABELLED_CHARS = 80

_LABELLED = re.compile(
    r"(?:تاريخ (?:ال)?(?:نشر|خبر|اضافه|مقال)|تم النشر|نشرت?(?: (?:في|بتاريخ|يوم))?|النشر|بتاريخ|(?:first )?published(?: on)?|posted(?: on)?|"  # noqa: E501  a regular expression
    r"(?:date )?(?:de )?publi(?:e|cation)(?: le)?|mis en ligne(?: le)?|paru(?: le)?)"
    r"[\s:|-]*(?:في|بتاريخ|يوم)?[\s:|-]*(?:ال(?:اثنين|اتنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد)[\s,]*)?(?:\d|منذ|قبل|امس|اليوم|[a-z]{3,9}\.? \d)"  # noqa: E501  a regular expression
)
_PUBLISHED = re.compile(
    r"نشر|كتب|تحرير|اضيف|بتاريخ|تاريخ الخبر|حرر|اعداد|بقلم|published|posted|publie|written by|\bby\b|بواسطه|المصدر"
)
_BYLINE = re.compile(r"(?:كتبت?|تحرير|حررت?|اعداد|بقلم|بواسطه|المصدر|by|written by)(?![ء-يa-z])")
_UPDATED = re.compile(r"تحديث|تعديل|حدث(?:ت)? |updated|modified|mis a jour|actualise")
_UPDATED_AS_WRITTEN = re.compile(
    r"(?:آخر |تم |تاريخ )?(?:ال)?(?:تحديث|تعديل)|(?:last )?(?:updated|modified)", re.IGNORECASE
)
_RIGHTS = re.compile(r"حقوق|copyright|©|\(c\)")
_OF_OFFICE = re.compile(r"(?<!\d)\d{1,2}([-/.])\d{1,2}\1\d{4}(?!\d)|\d{4} ?(?:ه|هجري)(?![ء-ي])|الموافق")
_SEPARATOR = re.compile(r"[-|,:/()\[\]·.>»]\s*")
_LEADING = re.compile(
    r"(?:(?:يوم|مساء|صباح|الموافق|في|on|le|تاريخ|التاريخ|"
    r"ال(?:اثنين|اتنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد)|"
    r"(?:mon|tues?|wednes|thurs?|fri|satur|sun|sat|wed|thu)(?:day)?\.?|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|[صم])"
    r"(?:\s|,|$)\s*)+"
)
_FIRST_OF_DATE = re.compile(
    r"\d|منذ|قبل|امس|اليوم|الان|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|"
    r"jan|fe[bv]|mar|a[pv]r|may|ju[nil]|a[uo][gu]|sep|oct|nov|dec|محرم|صفر|ربيع|جمادي|رجب|شعبان|رمضان|شوال|ذو|ذي"
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def dated(text: str, now: datetime) -> date | None:
    """Return the date of a line, or None; "اليوم" or "الآن" alone is the name of a section, or a clock."""
    return parse_date(text, now=now) if may_be_dated(text) else None


def may_be_dated(text: str) -> bool:
    """Whether a line has a digit, or a word of a time relative to now: without one it states no date."""
    return any(map(str.isdigit, text)) or "منذ" in text or "قبل" in text


def is_labelled(text: str) -> bool:
    """Say whether a line is only a publishing label and its date, which is accepted far from the headline too."""
    return len(text) <= LABELLED_CHARS and bool(_LABELLED.match(plain(text)))


def is_update(words: str) -> bool:
    """Say whether the first date of a plain line is that of the last change."""
    label = _UPDATED.search(words)
    return bool(label and not _YEAR.search(words[: label.start()])) and not _PUBLISHED.search(words)


def update_part(text: str) -> str:
    """Return the part of a line, as written, that states the last change; "" if there is none."""
    found = _UPDATED_AS_WRITTEN.search(text)
    return text[found.start() :] if found else ""


def is_dateline(pieces: str, now: datetime) -> bool:
    """Say whether a line is a dateline, not a sentence that mentions a date: "احتجاجات 15 مارس 2023" is no dateline.

    `pieces` is the line with "|" between its elements. The date must begin the line or one of its pieces, or follow a
    label.
    """
    words = plain(pieces)
    if _RIGHTS.search(words):
        return False
    if len(words) <= SHORT_CHARS and _OF_OFFICE.search(words):
        return True
    starts = [0, *(mark.end() for mark in _SEPARATOR.finditer(words))][:12]
    if any(_LABELLED.match(words, start) or _UPDATED.match(words, start) for start in starts):
        return True
    return _is_byline(words) or any(_begins_with_date(words[start:], now) for start in starts)


def _is_byline(words: str) -> bool:
    """Say whether a line is "كتب محمد علي الجمعة 15 مارس 2024": a few words before the date, no sentence after it."""
    if not _BYLINE.match(words):
        return False
    first, years = _FIRST_OF_DATE.search(words), list(_YEAR.finditer(words))
    if first is None or not years:
        return False
    return len(words[: first.start()].split()) <= 7 and len(words[years[-1].end() :].split()) <= 4


def _begins_with_date(words: str, now: datetime) -> bool:
    leading = _LEADING.match(words)
    words = words[leading.end() :] if leading else words
    if not _FIRST_OF_DATE.match(words):
        return False
    return dated(words, now) is not None or dated(words.replace("|", " "), now) is not None
