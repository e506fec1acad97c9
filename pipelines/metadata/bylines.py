"""Bylines in plain lines, under the headline or at the very end, recognised by their wording.

The verb in "كتب: محمد علي" also begins sentences ("كتب الرئيس على حسابه ..."), so a word of writing counts only
with a mark between it and the name, or before nothing but a name of two words; "بقلم" begins no sentence and needs
neither.
"""

import re
from collections.abc import Iterator, Sequence

from pipelines.html.page_lines import PageLine
from pipelines.html.surroundings import Surroundings
from pipelines.words.agencies import AGENCIES
from pipelines.words.normal import normal
from pipelines.words.persons import NOT_NAMES, PLACES, could_be_name, is_bare_name, is_person

#: Maximum length of a byline in characters: two names, their places and an agency.
MAX_CHARS = 90

_INTERVIEWER = (
    r"حاوره|حاورها|حاورهم|حاورته|حاورتها|أجرى الحوار|أجرت الحوار|أجرى المقابلة|أجرت المقابلة|أجرى اللقاء|أجراه|أجرته"
)
_WRITER = rf"بقلم(?: الكاتبة?| الدكتورة?)?|كتبت?|كتبها|كتبه|يكتبها?|يكتبه|إعداد|اعداد|أعده|أعدها|أعدته|أعدتها|ترجمة|الكاتبة?|{_INTERVIEWER}|written by|by"  # noqa: E501  a regular expression
#: Words that begin headlines and labels too: they must be followed by a clear person's name.
_MAYBE = r"تقرير|تحقيق|متابعة|حوار|مقابلة|لقاء|تحرير|مراسلنا|مراسلتنا|مراسلة?|الصحفية?|خاص"
_MARK = r"\s*[:：/\\|\-–—]+\s*"
_WRITTEN = re.compile(rf"^(?:{_WRITER})(?:\s+وتصوير)?{_MARK}(?P<name>\S.*)$", re.IGNORECASE)
_MAYBE_WRITTEN = re.compile(rf"^(?:{_MAYBE}){_MARK}(?P<name>\S.*)$")
_PEN = re.compile(r"^بقلم\s+(?P<name>\S.*)$")
_VERB = re.compile(r"^كتبت?\s+(?P<name>\S.*)$")
_WORD_ALONE = re.compile(rf"^(?:{_WRITER}){_MARK}$|^بقلم$")
_INTERVIEWED = re.compile(rf"^(?:{_INTERVIEWER}|حوار|مقابلة){_MARK}(?P<name>\S.*)$")
_DASH = re.compile(r"\s+[-–—/|]+\s+|\s*[–—]\s*")
_SENTENCE = re.compile(r"[؟?!…«»“”\"]|\.\.|\.$|\d{2}|https?:|@")
_STRETCHED, _STRETCHED_DASH = re.compile("ـ+"), re.compile(r"\s+ـ+\s+")
_ORNAMENTS = " *•●▪✍\ufe0f|،,"
_ENCLOSED = re.compile(r"^[(\[]([^()\[\]]+)[)\]]$")
_DATE_BEFORE = re.compile(r"^[^|–—:-]*\b(?:19|20)\d\d\s*[|–—-]+\s*")
_DATE_AFTER = re.compile(
    r"\s*[|–—،,-]*\s*(?:(?:يوم\s+)?\b(?:السبت|الأحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة)\b|\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d).*$",
    re.IGNORECASE,
)
_DESKS = frozenset(normal(written) for variants in AGENCIES.values() for written in variants)


def bylines(near: Surroundings, *, sites: set[str]) -> Iterator[str]:
    """Yield the names in the first byline under the headline, else at the end of the article.

    `sites` are the folded names of the site, which occur next to names like places: "هسبريس - محمد علي".
    """
    for lines in (near.under, near.after):
        for place, line in enumerate(lines):
            if named := _byline_names(line.text, sites) or _named_below(lines, place):
                yield named
                return


def is_interview(near: Surroundings) -> bool:
    """Whether a line under the headline or at the end names an interviewer."""
    for line in (*near.under, *near.after):
        text = _bare(line.text) if len(line.text) <= MAX_CHARS else ""
        found = _INTERVIEWED.match(text)
        if (
            found
            and _is_line_of_names(found["name"])
            and (text[:4] not in ("حوار", "مقاب") or is_person(found["name"]))
        ):
            return True
    return False


def _bare(text: str) -> str:
    """Return a line without ornaments at its edges, tatweel, and a date next to the byline."""
    text = _STRETCHED.sub("", _STRETCHED_DASH.sub(" - ", text)).strip(_ORNAMENTS)
    text = _ENCLOSED.sub(r"\1", text)
    return _DATE_AFTER.sub("", _DATE_BEFORE.sub("", text)).strip(_ORNAMENTS)


def _byline_names(text: str, sites: set[str]) -> str | None:
    """Return the names in a line that is entirely a byline."""
    if len(text) > MAX_CHARS:
        return None
    text = _bare(text)
    found = _WRITTEN.match(text) or _PEN.match(text)
    if found:
        return found["name"] if _is_line_of_names(found["name"]) else None
    found = _VERB.match(text)
    if found:
        name = _DASH.split(found["name"])[0]
        return found["name"] if is_person(name) and is_bare_name(name) else None
    found = _MAYBE_WRITTEN.match(text)
    if found:
        return found["name"] if is_person(_DASH.split(found["name"])[0]) else None
    return _credited(text, sites)


def _named_below(lines: Sequence[PageLine], place: int) -> str | None:
    """Return the line after one that is only "بقلم:", if it is a name."""
    if not _WORD_ALONE.match(lines[place].text) or place + 1 == len(lines):
        return None
    below = lines[place + 1].text
    return below if _is_line_of_names(below) and 2 <= len(below.split()) <= 5 else None


def _is_line_of_names(text: str) -> bool:
    return could_be_name(text) and not _SENTENCE.search(text)


def _credited(text: str, sites: set[str]) -> str | None:
    """Return the people and agencies of "القاهرة - محمد علي" and "محمد علي - وكالات"; every part must be recognised."""
    parts = [part.strip() for part in _DASH.split(text)]
    if not 2 <= len(parts) <= 4 or _SENTENCE.search(text):
        return None
    people = [part for part in parts if is_person(part)]
    desks = [part for part in parts if normal(part) in _DESKS]
    places = [part for part in parts if normal(part) in PLACES or normal(part) in sites]
    if len(people) + len(desks) + len(places) < len(parts) or NOT_NAMES.intersection(normal(text).split()):
        return None
    return "، ".join(people + desks) or None
