"""The dateline of a text: place, date, author and agency before its first sentence, extracted as evidence.

"الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس"      an agency's: place, day in two calendars, agency
"لندن: «الشرق الأوسط»"                                place and newspaper
"فهد كاملي- سبق- جازان: تعرضت ..."                     author, newspaper, place, then the sentence
"دبي (رويترز) - قال ..."                              place, agency, dash, then the sentence
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.texts.days import StatedDay, find_days
from pipelines.texts.openers import PARTICLES, VERBS, opens_paragraph, opens_sentence
from pipelines.texts.places import is_place
from pipelines.words.agencies import agency_of
from pipelines.words.normal import normal
from pipelines.words.persons import NOT_NAMES, is_person, split_clear_persons
from storage.model.article import Credit

#: Maximum length of a dateline in characters, and of each piece in words.
_CHARS = 110
_PIECE_WORDS = 5
_PIECES = 7
#: Minimum number of words of the sentence after a dateline on the same line.
_SENTENCE_WORDS = 6
_CUT = re.compile(r"\s*[()\[\]{}|/\\:：،,;؛+&•*«»“”\"]\s*|\s*[-–—ـ]+\s+|\s+[-–—ـ]+\s*|(?<=[^\W\d_])[-–—](?=[^\W\d_])")
_COLON = re.compile(r"\s*[:：]\s*[-–—]?\s*")
_DASH = re.compile(r"\s+[-–—ـ]+\s*|\s*[-–—]+\s+|(?<=[)\]/])\s*[-–—]?\s*")
#: "لندن: «الشرق الأوسط» قالت": a newspaper in quotes between the colon and the verb of the lead.
_QUOTED = re.compile(r"\s*«[^«»]{2,40}»\s*(\S+)")
_WORD = re.compile(r"\S+")
#: A word of ordinary sentences that also occurs in names of newspapers.
_TODAY = normal("اليوم")
#: Words that mark a piece as the name of a newspaper or desk.
_DESK = frozenset(
    normal(word)
    for word in [
        "متابعات",
        "متابعة",
        "وكالات",
        "الوكالات",
        "خاص",
        "مكتب",
        "تقرير",
        "تحقيق",
        "حوار",
        "أونلاين",
        "اونلاين",
        "مراسلنا",
        "مراسل",
        "المراسل",
        "قسم",
        "تحرير",
        "التحرير",
        "صحيفة",
        "جريدة",
        "موفد",
        "بعثة",
        "ترجمة",
        "إعداد",
        "عواصم",
        "العواصم",
        "الإلكترونية",
        "الالكترونية",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The parts of a dateline."""

    #: The dateline as written, without the sentence.
    text: str
    place: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[Credit, ...] = ()
    #: Newspapers and desks.
    outlets: tuple[str, ...] = ()
    day: StatedDay | None = None


def take_dateline(line: str, *, alone: bool, outlets: frozenset[str] = frozenset()) -> tuple[Dateline | None, str]:
    """Return the dateline at the start of a text's first line, and the rest of the line.

    Args:
        line: the first line of a text.
        alone: more lines follow, so the whole line may be a dateline.
        outlets: folded newspaper names that occur in the source's datelines.
    """
    head = line[:_CHARS]
    dated = _dated(head, line)
    if dated is not None:
        return dated
    if alone and len(line) <= _CHARS:
        found = read_pieces(line, outlets=outlets)
        if found is not None:
            return found, ""
    for end, start in _ends(head):
        rest = line[start:].strip()
        found = read_pieces(line[:end], outlets=outlets)
        if found is not None and len(rest.split()) >= _SENTENCE_WORDS:
            return replace(found, text=line[:start].strip()), rest
    return None, line


def _ends(head: str) -> Iterator[tuple[int, int]]:
    """Return candidate ends of a dateline: at a colon, before a verb, or at a dash, last first."""
    for colon in list(_COLON.finditer(head))[:2][::-1]:
        quoted = _QUOTED.match(head, colon.end())
        if quoted and opens_paragraph(normal(quoted[1])):
            yield quoted.start(1), quoted.start(1)
        yield colon.start(), colon.end()
    verbs = [word.start() for word in _WORD.finditer(head) if word.start() and _is_verb(word.group())]
    yield from ((verb, verb) for verb in verbs[:3] if _CUT.search(head[:verb].strip()))
    yield from ((dash.start(), dash.end()) for dash in reversed(list(_DASH.finditer(head))) if dash.start())


@lru_cache(maxsize=20_000)
def _is_verb(word: str) -> bool:
    return normal(word) in VERBS


def _dated(head: str, line: str) -> tuple[Dateline, str] | None:
    """Parse an agency's dateline: place, date and agency separated only by spaces."""
    found = find_days(head)
    if found is None:
        return None
    place = head[: found.start].strip(" -–—:،,/()«»")
    if len(place.split()) > _PIECE_WORDS - 1 or not (is_place(place) or (place and _could_be_place(place))):
        return None
    rest = line[found.end :].lstrip(" -–—:،,/()")
    agency, rest = _leading_agency(rest)
    if agency is None and not is_place(place):
        return None
    if rest and len(rest.split()) < _SENTENCE_WORDS:
        return None
    return Dateline(
        text=line[: len(line) - len(rest)].strip(), place=place, agencies=(agency,) if agency else (), day=found.day
    ), rest


def _leading_agency(rest: str) -> tuple[Credit | None, str]:
    words = rest.split()
    for count in (4, 3, 2, 1):
        agency = agency_of(" ".join(words[:count]).strip("()/:-–—.، ")) if len(words) >= count else None
        if agency is not None:
            pattern = r"\s+".join(map(re.escape, words[:count])) + r"[\s:/()\-–—]*"
            return agency, re.sub(f"^{pattern}", "", rest)
    return None, rest


def _could_be_place(piece: str) -> bool:
    words = normal(piece).split()
    return 1 <= len(words) <= 3 and not any(word in NOT_NAMES or opens_sentence(word) for word in words)


def read_pieces(text: str, *, outlets: frozenset[str] = frozenset()) -> Dateline | None:
    """Parse a text that is entirely a dateline: short pieces, at least one of them certain; None otherwise."""
    quoted = {normal(match[1] or match[2]) for match in re.finditer(r"«([^«»]{2,40})»|[“\"]([^“”\"]{2,40})[”\"]", text)}
    found = find_days(text)
    plain = text if found is None else f"{text[: found.start]} - {text[found.end :]}"
    pieces = [piece for piece in map(_bare, _CUT.split(plain)) if normal(piece)]
    if not 1 <= len(pieces) <= _PIECES or any(len(piece.split()) > _PIECE_WORDS for piece in pieces):
        return None
    place: str | None = None
    persons, agencies, names, unknown = [], [], [], []
    for piece in pieces:
        agency = agency_of(piece)
        if agency is not None:
            agencies.append(agency)
        elif is_place(piece):
            place = place or piece
        elif normal(piece) in quoted or normal(piece) in outlets or _is_desk(piece):
            names.append(piece)
        elif is_person(piece):
            persons.append(piece)
        else:
            unknown.append(piece)
    certain = place is not None or bool(agencies) or any(normal(name) in outlets for name in names)
    if len(pieces) > 1:
        named = bool(persons) or any(map(_is_desk, names))
        certain = certain or (named and bool(names or unknown)) or found is not None
    if (
        not certain
        or not all(map(_could_be_name, unknown))
        or opens_sentence(normal(pieces[0]).split()[0])
        or (len(pieces) == 1 and not _single(pieces[0], outlets))
    ):
        return None
    if len(unknown) > 1 and not (persons or place or agencies):
        return None
    if not persons:  # of names missing from the tables, those of several words are persons
        persons = [one for one in unknown if len(one.split()) > 1][:1]
    authors = tuple(name for person in persons for name in split_clear_persons(person))
    outs = (*names, *(one for one in unknown if one not in persons))
    day = found.day if found else None
    return Dateline(text=text.strip(), place=place, authors=authors, agencies=tuple(agencies), outlets=outs, day=day)


def _single(piece: str, outlets: frozenset[str]) -> bool:
    return is_place(piece) or agency_of(piece) is not None or normal(piece) in outlets


def _bare(piece: str) -> str:
    return piece.strip(" .،-–—ـ\u200f\u200e\u00a0")


def _is_desk(piece: str) -> bool:
    return any(word in _DESK for word in normal(piece).split())


def _could_be_name(piece: str) -> bool:
    words = normal(piece).split()
    return (
        1 <= len(words) <= 4
        and not any(word in NOT_NAMES and word != _TODAY for word in words)
        and words[0] not in PARTICLES
        and not any(letter.isdigit() for letter in piece)
    )
