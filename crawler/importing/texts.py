"""Convert an imported record to a cleaned text with the metadata of its fields and dateline. Pure; runs in workers."""

import pickle
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time
from functools import lru_cache

from crawler.importing.fields import field_value, find_fields
from crawler.importing.readings import Readings
from crawler.importing.row_reader import BadRow, stated_date
from pipelines.texts.dateline import Dateline, read_pieces
from pipelines.texts.entities import one_line
from pipelines.texts.places import is_place
from pipelines.texts.read import GivenText, ReadText, byline_names, read_text, without_learned
from pipelines.texts.recurring import NOTHING, Recurring
from pipelines.urls.host import host
from pipelines.words.persons import split_clear_persons
from storage.model.article import DateEvidence, Published, Removed

#: Where a date from a text's own dateline comes from, in `DateEvidence.origin`.
ORIGIN = "dateline"
_WORDS = (str, int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """The metadata of a record, with its cleaned text."""

    read: ReadText
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    place: str | None
    published: Published | None
    dates: tuple[DateEvidence, ...]


def source_name(values: Mapping[str, object], fields: Mapping[str, str]) -> str:
    """Return the name of a record's source for learning: its source field, else its host; "" if it has neither."""
    named = field_value(values, fields, "source")
    if isinstance(named, str) and named.strip():
        return named.strip()
    url = field_value(values, fields, "url")
    try:
        return host(url) if isinstance(url, str) else ""
    except ValueError:
        return ""


def given_text(values: Mapping[str, object], fields: Mapping[str, str]) -> GivenText:
    """Return the text and headline of a record. Raises BadRow if it has no text."""
    if "text" not in fields:
        raise BadRow(f"no field for the text among {', '.join(map(str, values))[:200]}; name it: --map text=FIELD")
    text, title = field_value(values, fields, "text"), field_value(values, fields, "title")
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "\n".join(text)
    if text is not None and not isinstance(text, str):
        raise BadRow(f"{fields['text']}: {type(text).__name__} where text belongs")
    return GivenText(text=text or "", title=title if isinstance(title, str) else "")


def kept_reading(values: Mapping[str, object], *, mapped: Mapping[str, str], readings: Readings) -> bytes | None:
    """Return the reading of a record's text that was made to learn from it; None if there is none."""
    if not readings:
        return None
    try:
        return readings.of(given_text(values, find_fields(list(values), mapped)))
    except BadRow:
        return None


def find_text(
    values: Mapping[str, object],
    *,
    mapped: Mapping[str, str],
    learned: Mapping[str, Recurring],
    timezone: str | None = None,
    reading: bytes | None = None,
) -> FoundText:
    """Clean a record's text. Raises BadRow.

    Args:
        mapped: our field -> the record's, see `crawler.importing.fields.parse_map`.
        learned: learned boilerplate of each source, by `source_name`.
        timezone: IANA name for times without an offset.
        reading: the text as it was read to learn from, see `crawler.importing.readings`.
    """
    fields = find_fields(list(values), mapped)
    recurring = learned.get(source_name(values, fields), NOTHING)
    if reading is None:
        read = read_text(given_text(values, fields), recurring)
    else:
        read = without_learned(pickle.loads(reading), recurring)  # noqa: S301  made by a worker of this process
    byline = _byline(field_value(values, fields, "authors"))
    lines = [one for one in (*byline.read, read.dateline) if one is not None]
    published, dates = _dated(field_value(values, fields, "published"), lines, timezone=timezone)
    return FoundText(
        read=read,
        authors=tuple(dict.fromkeys((*byline.names, *read.authors))),
        agencies=tuple(dict.fromkeys(agency.agency for line in lines for agency in line.agencies)),
        place=next((line.place for line in lines if line.place), None),
        published=published,
        dates=dates,
    )


@dataclass(frozen=True, slots=True)
class _Byline:
    names: tuple[str, ...]
    read: tuple[Dateline, ...]


def _byline(given: object) -> _Byline:
    """Parse an author field: names, or a dateline ("واس - الرياض"), of which only persons are authors."""
    found = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    names: list[str] = []
    lines: list[Dateline] = []
    for one in found:
        named, line = _read_byline(one) if isinstance(one, str) else ((), None)
        names += named
        lines += [line] if line is not None else []
    return _Byline(tuple(names), tuple(lines))


#: "هشام محمود من لندن": the place that an author writes from.
_FROM = re.compile(r"\s+من\s+([^\W\d]+(?:\s[^\W\d]+){0,2})(?=\s*(?:[-–—ـ/،,:]|$))")


@lru_cache(maxsize=4096)  # a newspaper has few authors
def _read_byline(given: str) -> tuple[Sequence[str], Dateline | None]:
    """Return the authors that a field names, and the dateline if it is one."""
    words = one_line(given)
    line = read_pieces(_FROM.sub(_apart, words)) if words else None
    if line is not None:
        return line.authors, line
    name = words.strip(" :")
    return byline_names(words) or (split_clear_persons(name) if name else []), None


def _apart(found: re.Match[str]) -> str:
    return f" - {found[1]}" if is_place(found[1]) else found[0]


def _dated(
    given: object, lines: Sequence[Dateline], *, timezone: str | None
) -> tuple[Published | None, tuple[DateEvidence, ...]]:
    """The date that the record states, else the one of its dateline, with all evidence."""
    published: Published | None = None
    dates: tuple[DateEvidence, ...] = ()
    if given is not None and isinstance(given, _WORDS) and str(given).strip():
        published, dates = stated_date(given, now=None, timezone=timezone)
    elif isinstance(given, date | time):
        published, dates = stated_date(given.isoformat(), now=None, timezone=timezone)
    day = next((line.day for line in lines if line.day is not None), None)
    if day is None:
        return published, dates
    iso = day.day.isoformat()
    evidence = [DateEvidence(origin=ORIGIN, text=day.text[:100], iso=iso)]
    if day.disagreed and day.hijri is not None:
        evidence.append(DateEvidence(origin=ORIGIN, text=f"Hijri: {day.text}"[:100], iso=day.hijri.isoformat()))
    if published is not None:
        differs = published.iso[:10] != iso or day.disagreed
        published = replace(published, disagreed=published.disagreed or differs)
    else:
        published = Published(iso=iso, text=day.text[:100], precision="day", origin=ORIGIN, disagreed=day.disagreed)
    return published, (*dates, *evidence)


#: Columns that a cleaned record has, after those that it was given.
ADDED = ("title", "text", "authors", "published", "place", "agencies", "dates", "removed")


def cleaned_values(
    values: Mapping[str, object],
    *,
    mapped: Mapping[str, str],
    learned: Mapping[str, Recurring],
    reading: bytes | None = None,
) -> dict[str, object]:
    """A record with its cleaned text under "text" and its headline under "title"; other fields as given.

    `reading` as for `find_text`. Raises BadRow.
    """
    found = find_text(values, mapped=mapped, learned=learned, reading=reading)
    fields = find_fields(list(values), mapped)
    replaced = {fields.get("text"), fields.get("title"), *ADDED}
    kept = {name: value for name, value in values.items() if name not in replaced}
    return kept | {
        "title": found.read.title,
        "text": found.read.text,
        "authors": list(found.authors),
        "published": found.published.iso if found.published else None,
        "place": found.place,
        "agencies": list(found.agencies),
        "dates": [asdict(one) for one in found.dates],
        "removed": [asdict(piece) for piece in removed(found.read)],
    }


def removed(read: ReadText) -> tuple[Removed, ...]:
    """Return the removed pieces, in the order of the text."""
    return tuple(sorted(read.removed, key=lambda piece: piece.after_line or 0))
