"""Rows of JSON lines -> articles: our own fields one to one, those of others by common field names. Pure.

Nothing is cleaned and nothing guessed: text is stored as given, and an unreadable date stays evidence.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn, TypeVar, get_args
from zoneinfo import ZoneInfo

from crawler.importing.fields import NAMES
from pipelines.dates.machine import machine_date
from pipelines.dates.parse import parse_date
from pipelines.urls.canonical import BadUrl, absolute, canonical_key
from pipelines.words.language import detect
from storage.database.values import text_hash
from storage.model.article import Article, DateEvidence, Kind, Published, Removed
from storage.model.sanitize import safe_article
from storage.model.visit import Snapshot

T = TypeVar("T")

#: A row that has all of these was written by `warraq export -f jsonl`.
_OURS = frozenset({"key", "text_hash", "first_seen_at", "extractor_version", "rules_version", "published_precision"})
#: Origin of an imported row's date evidence.
ORIGIN = "import"
_KINDS: tuple[Kind, ...] = get_args(Kind)


class BadRow(ValueError):
    """A row that cannot be an article. The message names the field and its fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article as described by a row."""

    article: Article
    #: Its identity.
    key: str
    #: Whether the row states when its page was fetched; else `article.fetched_at` is the time of the import.
    dated: bool
    first_seen_at: datetime | None = None
    changed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_how: str | None = None
    #: The original fetch of its page: without a record.
    snapshot: Snapshot | None = None


def read_line(line: bytes) -> dict[str, object]:
    """Parse the object of a line. Raises BadRow."""
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        raise BadRow("not UTF-8; convert the file, for example with iconv") from None
    except (ValueError, RecursionError) as error:
        raise BadRow(f"not JSON: {getattr(error, 'msg', error)}") from None
    if not isinstance(value, dict):
        raise BadRow("not a JSON object; write one object per line")
    return value


def is_export(values: Mapping[str, object]) -> bool:
    """Whether a row was written by `warraq export -f jsonl`."""
    return values.keys() >= _OURS


def row_of(
    values: Mapping[str, object],
    *,
    now: datetime,
    source: str | None,
    timezone: str | None,
    find_language: Callable[[str], str | None] = detect,
) -> Row:
    """Return the article of a row.

    Args:
        now: time of the import, for rows that do not state when their page was fetched.
        source: key of the row's newspaper.
        timezone: of that newspaper, for times without an offset.
        find_language: of the text of a row that does not state it.

    Raises:
        BadRow: a required field is missing, or a field is invalid.
    """
    if is_export(values):
        return _exported_row(values)
    return _foreign(values, now=now, source=source, timezone=timezone, find_language=find_language)


def url_of(values: Mapping[str, object]) -> str:
    """Return the URL of a row. Raises BadRow."""
    url = _line(_first(values, "url"), "url")
    if not url:
        raise BadRow("url is missing")
    try:
        return absolute(url)
    except BadUrl as error:
        raise BadRow(f"url: {error}") from None


def _exported_row(values: Mapping[str, object]) -> Row:
    known = _RowReader(values)
    published = None
    if (iso := known.text("published")) is not None:
        _day(iso)
        published = Published(
            iso=iso,
            at=known.moment("published_at"),
            offset_minutes=known.number("published_offset"),
            text=known.text("published_text") or "",
            precision="minute" if known.text("published_precision") == "minute" else "day",
            origin=known.text("published_from") or ORIGIN,
            disagreed=bool(values.get("published_disagreed")),
        )
    url_of(values)
    article = Article(
        url=known.needed("url"),
        source=known.text("source"),
        title=known.needed("title"),
        text=known.needed("text"),
        authors=known.texts("authors"),
        published=published,
        dates=tuple(known.objects("dates", DateEvidence)),
        modified=known.moment("modified"),
        section=known.text("section"),
        tags=known.texts("tags"),
        image=known.text("image"),
        language=known.text("language"),
        kind=_kind(values.get("kind")),
        removed=tuple(known.objects("removed", Removed)),
        fetched_at=known.moment("fetched_at") or _missing("fetched_at"),
        extractor_version=known.needed("extractor_version")[:20],
        rules_version=known.needed("rules_version")[:20],
    )
    if not article.text.strip():
        raise BadRow("text is empty")
    if values["text_hash"] != text_hash(safe_article(article)):
        raise BadRow(
            "text_hash does not match title and text: they were changed; leave out text_hash if that is intended"
        )
    return Row(
        article=article,
        key=known.needed("key"),
        dated=True,
        first_seen_at=known.moment("first_seen_at"),
        changed_at=known.moment("changed_at"),
        withdrawn_at=known.moment("withdrawn_at"),
        withdrawn_how=(known.text("withdrawn_how") or "")[:30] or None,
        snapshot=_snapshot(known, article),
    )


def _snapshot(known: "_RowReader", article: Article) -> Snapshot | None:
    """Return the fetch described by the row; its record stayed at the row's origin."""
    sha256, status = known.text("payload_sha256"), known.number("status")
    if sha256 is None or status is None:
        return None
    if len(sha256) != 64 or sha256.strip("0123456789abcdef"):
        raise BadRow("payload_sha256: not 64 hex digits")
    return Snapshot(
        url=article.url,
        fetched_at=article.fetched_at,
        status=status,
        payload_sha256=sha256,
        encoding=known.text("encoding"),
        server_ip=known.text("server_ip"),
        tls_subject=known.text("tls_subject"),
    )


def _foreign(
    values: Mapping[str, object],
    *,
    now: datetime,
    source: str | None,
    timezone: str | None,
    find_language: Callable[[str], str | None],
) -> Row:
    url = url_of(values)
    title, text = (_words(_first(values, name), name) for name in ("title", "text"))
    for name, words in (("title", title), ("text", text)):
        if not words.strip():
            raise BadRow(f"{name} is {'empty' if _first(values, name) is not None else 'missing'}")
    stated_fetch = _first(values, "fetched_at")
    fetched = _moment(stated_fetch, timezone=timezone)
    stated = _first(values, "published")
    published, dates = stated_date(stated, now=fetched, timezone=timezone) if stated not in (None, "") else (None, ())
    near = fetched or _unzoned_moment(stated_fetch, now=now)
    language = _first(values, "language")
    article = Article(
        url=url,
        source=source,
        title=title,
        text=text,
        authors=_names(_first(values, "authors"), "authors"),
        published=published,
        dates=dates,
        modified=_moment(_first(values, "modified"), timezone=timezone),
        section=_line(_first(values, "section"), "section") or None,
        tags=_names(_first(values, "tags"), "tags"),
        image=_image(_first(values, "image")),
        language=language if isinstance(language, str) and 2 <= len(language) <= 3 else find_language(text),
        kind=_kind(values.get("kind")),
        fetched_at=near or now,
        extractor_version="none",
        rules_version="none",
    )
    try:
        return Row(article=article, key=canonical_key(url), dated=near is not None)
    except BadUrl as error:
        raise BadRow(f"url: {error}") from None


def stated_date(
    stated: object, *, now: datetime | None, timezone: str | None
) -> tuple[Published | None, tuple[DateEvidence, ...]]:
    """Return the stated date, with its words as evidence. Relative words give no date."""
    words = _line(stated if not isinstance(stated, int | float) else str(stated), "published")[:100]
    first = now or datetime.now(UTC)
    found = parse_date(words, now=first, timezone=timezone)
    if now is None and found != parse_date(words, now=first - timedelta(days=400), timezone=timezone):
        found = None
    evidence = (DateEvidence(origin=ORIGIN, text=words, iso=found.isoformat() if found else None),)
    if found is None:
        return None, evidence
    offset = found.utcoffset() if isinstance(found, datetime) else None
    return Published(
        iso=found.isoformat(),
        at=found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo is not None else None,
        offset_minutes=round(offset.total_seconds() / 60) if offset is not None else None,
        text=words,
        precision="minute" if isinstance(found, datetime) else "day",
        origin=ORIGIN,
    ), evidence


class _RowReader:
    """Reads the fields of our own rows with their required types."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        return self._value_of_type(name, str)

    def needed(self, name: str) -> str:
        found = self.text(name)
        return _missing(name) if found is None else found

    def number(self, name: str) -> int | None:
        found = self._value_of_type(name, int)
        if found is not None and abs(found) > 2**31:
            raise BadRow(f"{name}: too large")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._value_of_type(name, list) or []
        if not all(isinstance(one, str) for one in found):
            raise BadRow(f"{name}: not a list of texts")
        return tuple(found)

    def objects(self, name: str, kind: Callable[..., T]) -> list[T]:
        try:
            return [kind(**_plain_object(one)) for one in self._value_of_type(name, list) or []]
        except (TypeError, AttributeError):
            raise BadRow(f"{name}: not a list as written by an export") from None

    def moment(self, name: str) -> datetime | None:
        found = self.text(name)
        if found is None:
            return None
        moment = _moment(found, timezone=None)
        if moment is None:
            raise BadRow(f"{name}: not a time with its zone: {found[:40]}")
        return moment

    def _value_of_type(self, name: str, kind: type[T]) -> T | None:
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BadRow(f"{name}: {type(value).__name__} where {kind.__name__} belongs")
        return value


def _plain_object(one: object) -> dict[str, str | int | None]:
    """An object of texts and numbers. Raises TypeError for anything else."""
    if not isinstance(one, dict) or not all(value is None or isinstance(value, str | int) for value in one.values()):
        raise TypeError
    return one


def _first(values: Mapping[str, object], name: str) -> object:
    return next((values[other] for other in NAMES[name] if values.get(other) is not None), None)


def _missing(name: str) -> NoReturn:
    raise BadRow(f"{name} is missing")


def _words(value: object, name: str) -> str:
    if value is not None and not isinstance(value, str):
        raise BadRow(f"{name}: not text")
    return value or ""


def _line(value: object, name: str) -> str:
    return " ".join(_words(value, name).split())


def _names(value: object, name: str) -> tuple[str, ...]:
    """Return a list of names, or one name; names in one text stay one: a comma may be part of it."""
    found = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(words for one in found if (words := _line(one, name)))


def _image(value: object) -> str | None:
    try:
        return absolute(value) if isinstance(value, str) and value else None
    except BadUrl:
        return None


def _kind(value: object) -> Kind:
    return next((kind for kind in _KINDS if kind == value), "news")


def _moment(value: object, *, timezone: str | None) -> datetime | None:
    """Return an instant; None if none is stated, or one without zone."""
    if not isinstance(value, str):
        return None
    try:
        moment: date | None = datetime.fromisoformat(value)
    except ValueError:
        moment = machine_date(value)
    if not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None and timezone is not None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


def _unzoned_moment(value: object, *, now: datetime) -> datetime | None:
    """Return the time of a fetch that states no zone, read as UTC: at most 14 hours off, and never after the import.

    Enough to order fetches, not to find the day of "yesterday".
    """
    moment = _moment(value, timezone="UTC")
    return min(moment, now) if moment is not None else None


def _day(iso: str) -> None:
    try:
        date.fromisoformat(iso[:10])
    except ValueError:
        raise BadRow(f"published: no day: {iso[:40]}") from None
