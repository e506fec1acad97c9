"""Source: one newspaper, described by one TOML file; parsed, checked, and written back."""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from crawler.config import NoArchive
from crawler.sources.fields import CURES, EndpointKind, SourceKind, checked_value, seconds_of
from pipelines.dates.months import Months
from pipelines.urls.canonical import same_site
from storage.crawl_state.revisit_schedule import BUDGET
from storage.errors import ConfigError

#: The built-in sources.
BUILT_IN = Path(__file__).parent / "catalogue"

#: Default seconds between two requests to one host (facts, E9: Heritrix 3 to 30, Media Cloud 5).
DELAY_S = 5.0

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class SourceError(ConfigError):
    """A source file is wrong. One line: the file, the key, what to do."""

    def __init__(self, path: Path | str, words: str) -> None:
        super().__init__(f"{path}: {words}")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A feed, sitemap or section where a source announces its articles."""

    url: str
    #: None: detected from its content.
    kind: EndpointKind | None = None
    #: Pages of a section to poll, including the first; the further ones only while they list something new.
    pages: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """CSS selectors of a page layout; if one is empty, extraction finds that part itself."""

    #: The last day of this layout; None = today's layout.
    until: date | None = None
    title: str = ""
    text: str = ""
    authors: str = ""
    published: str = ""

    @property
    def selectors(self) -> dict[str, str]:
        """The stated ones, as `Page.selectors` expects them."""
        parts = {name: getattr(self, name) for name in ("title", "text", "authors", "published")}
        return {name: css for name, css in parts.items() if css}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A newspaper, agency or site that is crawled."""

    #: The file's name without ".toml": "hespress".
    key: str
    name_ar: str
    name_en: str
    #: ISO 3166 code of two letters: "MA".
    country: str
    #: IANA zone of its dates: "Africa/Casablanca".
    timezone: str
    home: str
    #: Kind of source; None = not known.
    kind: SourceKind | None = None
    #: Its month names; None = not known. All names are understood in any source, see pipelines/dates/months.py.
    months: Months | None = None
    #: The last day on which `warraq sources check` passed.
    checked: date | Literal["never"] = "never"
    #: Remarks for users: that it is blocked, moved, or in several languages.
    note: str = ""
    #: Regular expression, searched in the whole percent-decoded URL: matches are articles. "" = judge by shape.
    article_url: str = ""
    #: The same, for URLs that are never fetched, however discovered.
    skip_url: str = ""
    #: Seconds between two requests to one host of this source.
    delay_s: float = DELAY_S
    #: Concurrent requests to one host of this source.
    concurrency: int = 1
    #: Also fetch links on article pages that match `article_url`: walks the whole newspaper back in time, behind the
    #: news.
    follow: bool = False
    #: URL templates of its date archive, with {year}, {month:02}, {day:02} and {page}; for backfills.
    archive: tuple[str, ...] = ()
    #: URL template of an article by number, with {id}; for backfills. "" = no numbers.
    numbered: str = ""
    #: When a stored article is revisited, measured from its first fetch; () = never.
    revisit: tuple[str | float, ...] = ("15 min", "1 h", "6 h", "1 d", "7 d", "30 d")
    #: Maximum revisits per hour.
    revisit_budget: int = BUDGET
    #: Treatment of its pages with "noarchive"; None = as WARRAQ_NOARCHIVE says, see docs/archive.md.
    noarchive: NoArchive | None = None
    endpoint: tuple[Endpoint, ...]
    layout: tuple[Layout, ...] = ()

    @property
    def schedule(self) -> tuple[float, ...]:
        """`revisit` in seconds."""
        return tuple(map(seconds_of, self.revisit))

    @property
    def host(self) -> str:
        """Host of the home page, without "www."."""
        return (urlsplit(self.home).hostname or "").removeprefix("www.")

    def matches(self, url: str) -> bool:
        """Whether a URL is an article's, by `article_url`; True for all if the source has no pattern."""
        decoded = unquote(url)
        return not self.skips(url) and (not self.article_url or re.search(self.article_url, decoded) is not None)

    def skips(self, url: str) -> bool:
        """Whether a URL must never be fetched, by `skip_url`."""
        return bool(self.skip_url) and re.search(self.skip_url, unquote(url)) is not None

    def selectors(self, url: str, published: str | None = None) -> dict[str, str]:
        """Return the selectors of the layout used when a page was published.

        Args:
            published: the feed's date, ISO 8601; a date in the URL takes precedence.
        """
        day = _day_in(url) or _iso_day(published)
        for layout in sorted(self.layout, key=lambda layout: layout.until or date.max):
            if layout.until is None or (day is not None and day <= layout.until):
                return layout.selectors
        return {}


def paths(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the path of each source's file, by key: the built-in ones, then the user's; a later one replaces an
    earlier."""
    return {path.stem: path for folder in (BUILT_IN, *folders) for path in sorted(Path(folder).glob("*.toml"))}


def path_of(key: str, folders: Iterable[Path] = ()) -> Path | None:
    """Return the path that `paths` has for a key, without reading the folders; None: there is none."""
    named = [Path(folder) / f"{key}.toml" for folder in (BUILT_IN, *folders)]
    return next((path for path in reversed(named) if path.stem == key and path.is_file()), None)


def load_all(folders: Iterable[Path] = ()) -> dict[str, Source]:
    """Load all sources of the files in `paths`. Use `load` for a single one: loading all takes 0.1 s.

    Raises:
        SourceError: any of the files is wrong.
    """
    return {key: load(path) for key, path in paths(folders).items()}


def load(path: Path) -> Source:
    """Load a source from its file. Raises SourceError in one line: file, key, what to do."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}") from error
    return parse(text, path=path)


def parse(text: str, *, path: Path | str) -> Source:
    """Parse a source from the text of its file; `path` appears in errors, and its stem is the key."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(path, f"not valid TOML: {error}") from None
    key = Path(path).stem
    if not _KEY.fullmatch(key):
        raise SourceError(path, f"name the file in small Latin letters, digits, - and _: not {key!r}")
    if table.setdefault("key", key) != key:
        raise SourceError(path, f"key = {table['key']!r} is not the file's name; delete the line or rename the file")
    try:
        return _source(table)
    except ValueError as error:
        raise SourceError(path, str(error)) from None


def to_toml(source: Source) -> str:
    """Return the text of a source's file: fields that differ from the defaults, in order."""
    lines = [_line(item.name, getattr(source, item.name)) for item in fields(Source) if _is_said(source, item)]
    for name in ("endpoint", "layout"):
        for part in getattr(source, name):
            lines += ["", f"[[{name}]]"]
            lines += [_line(item.name, getattr(part, item.name)) for item in fields(part) if _is_said(part, item)]
    return "\n".join(lines) + "\n"


def _source(table: dict[str, object]) -> Source:
    values = _checked(Source, table, where="")
    for name, kind in (("endpoint", Endpoint), ("layout", Layout)):
        parts = values.get(name, [])
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise ValueError(f"{name}: write one table for each, with the header [[{name}]]")
        values[name] = tuple(
            kind(**_checked(kind, part, where=f"{name} {place}: ")) for place, part in enumerate(parts, 1)
        )
    if not values["endpoint"]:
        raise ValueError("endpoint is missing; add [[endpoint]] with the url of a feed, sitemap or section")
    for name in ("revisit", "archive"):
        if name in values:
            values[name] = tuple(values[name])
    return Source(**values)


def _checked(kind: type, table: Mapping[str, object], *, where: str) -> dict[str, Any]:
    known = {item.name for item in fields(kind)}
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(known))}"
            raise ValueError(f"{where}unknown key {name!r}; {cure}")
    for item in fields(kind):
        if item.name not in table and item.default is MISSING:
            raise ValueError(f"{where}{item.name} is missing; {CURES.get(item.name, 'add it')}")
    return {name: checked_value(name, value, where=where, of=kind.__name__) for name, value in table.items()}


def _is_said(part: Source | Endpoint | Layout, item: "Field[object]") -> bool:
    """Whether a field is in the file: the key never is, it is the file's name; "never" is written explicitly."""
    if item.name in ("key", "endpoint", "layout"):
        return False
    return item.name == "checked" or bool(getattr(part, item.name) != item.default)


def _line(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
    if isinstance(value, str):
        literal = (
            "'" not in value and value.isprintable() and "\\" in value
        )  # a pattern, shown without doubled backslashes
        return (
            f"{name} = '{value}'"
            if literal
            else f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        )
    plain = str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else value
    return f"{name} = {plain}"


_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)")


def _day_in(url: str) -> date | None:
    """Return the day in a URL; the month's first if it contains only the month."""
    found = _URL_DAY.search(url)
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def source_of(url: str, sources: Mapping[str, Source]) -> Source | None:
    """Return the known source of a URL's site; if several match, the one with the closest home page above the URL."""
    return nearest_source(url, [source for source in sources.values() if same_site(url, source.home)])


def nearest_source(url: str, sources: Sequence[Source]) -> Source | None:
    """Return the one with the closest home page above the URL, of sources of its site; None if there are none."""
    if len(sources) < 2:
        return sources[0] if sources else None
    fitting = {_place(source.home): source for source in sources}
    here = _place(url) + "/"
    above = [place for place in fitting if here.startswith(f"{place}/")]
    # None is above: an edition on a host of its own, "en.hespress.com", belongs to the newspaper with the plainest URL.
    return fitting[max(above, key=len, default="") or min(fitting, key=len)]


def _place(url: str) -> str:
    """Return host and path in a normalized spelling."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")
