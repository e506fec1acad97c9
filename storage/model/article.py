"""Article: the value that travels from extraction to export, and its parts.

All instants are timezone-aware and in UTC. All text is in logical order, NFC, never reshaped, never cut.
`None` always means "not known": nothing here is ever guessed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

#: Precision of a date: to the minute (or second), to the day, or unknown.
Precision = Literal["minute", "day"]

#: Kind of article; decides how its text was assembled.
Kind = Literal["news", "opinion", "live", "gallery", "video", "interview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A piece of text that cleaning removed, kept as evidence."""

    #: Name of the rule that removed it, a key of `pipelines.cleaning.rules.RULES`.
    rule: str
    #: The text as it was on the page, lines joined by "\n".
    text: str
    #: Its position: the number of text lines before it in the cleaned text (0 = before the first line). None if it was
    #: removed from the page before any line existed.
    after_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """One statement by the page, the feed or the URL about when the article was published."""

    #: Where it was found: "json-ld", "meta", "time", "visible", "url", "feed", "sitemap", "http";
    #: "import": a row of another's data; "dateline": the dateline of an imported text.
    origin: str
    #: The words as found, at most 100 characters.
    text: str
    #: Its meaning in ISO 8601 at the stated precision ("2024-01-05", "2024-01-05T09:07+03:00"); None if unreadable.
    iso: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The publication date that an article states."""

    #: ISO 8601 at the precision that the evidence states, in the article's own zone: "2024-01-05", "2024-01-05T09:07",
    #: "2024-01-05T09:07+03:00". What export shows.
    iso: str
    #: The instant in UTC. None where only a day is known, or a time without a zone.
    at: datetime | None = None
    #: Minutes east of UTC, as stated or from the source's time zone on that day. None if unknown.
    offset_minutes: int | None = None
    #: The words it was read from.
    text: str
    precision: Precision
    #: The kind of evidence that won: see DateEvidence.origin.
    origin: str
    #: True if other evidence names another day, or another time of the same day.
    disagreed: bool = False

    @property
    def day(self) -> date:
        """The calendar day, in the article's own zone."""
        return date.fromisoformat(self.iso[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article: all of it, and nothing of the page around it."""

    #: URL to cite: the page's canonical link if it is on the same registered domain, else the fetched URL.
    url: str
    #: Key of the source ("hespress"); None for a captured page of no known source.
    source: str | None = None
    #: Headline as the page shows it, one line, without the site's name; "" only if the page shows none.
    title: str
    #: Paragraphs, sub-headings, quotes and list items, one a line, joined by "\n"; no empty lines.
    text: str
    #: People or desks, in the page's order; empty if none are named.
    authors: tuple[str, ...] = ()
    published: Published | None = None
    #: Every date candidate found, in the order of `pipelines.dates.evidence.ORIGINS`.
    dates: tuple[DateEvidence, ...] = ()
    #: When the page says it was last modified; UTC. None if not stated, or stated without a zone.
    modified: datetime | None = None
    #: Section or category as the page names it ("سياسة").
    section: str | None = None
    tags: tuple[str, ...] = ()
    #: Absolute http(s) URL of the lead image.
    image: str | None = None
    #: ISO 639 code detected from the text itself ("ar", "fa", "ur", "ckb"); None if the text is too short.
    language: str | None = None
    kind: Kind = "news"
    #: What cleaning removed, in page order.
    removed: tuple[Removed, ...] = ()
    #: When the page was fetched; UTC.
    fetched_at: datetime
    #: Versions of the extractor and of the cleaning rules that produced this text ("1", "2", ...).
    extractor_version: str = "1"
    rules_version: str = "1"


#: Why a page is not an article. One word per reason, so that they can be counted.
NotArticleReason = Literal[
    "home",
    "section",
    "video_stub",
    "login_wall",
    "challenge",
    "soft_404",
    "too_short",
    "not_html",
    "no_text",
    "feed",
    "noarchive",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArticle:
    """A page that was read and is not an article; recorded so that it is accounted for."""

    url: str
    reason: NotArticleReason
    #: The evidence, for people ("12 link cards, longest paragraph 9 words").
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHint:
    """What a feed or sitemap stated about an article before it was fetched; evidence, not truth."""

    title: str | None = None
    #: As written in the feed.
    published: str | None = None
    authors: tuple[str, ...] = ()
    #: Full content as HTML, where the feed carries it.
    content: str | None = None
    #: "feed" or "sitemap": the kind of endpoint.
    origin: str = "feed"
    tags: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An agency that an article credits as the origin of its text."""

    #: Key of the agency ("reuters"), see `pipelines.words.agencies.AGENCIES`.
    agency: str
    #: The words on the page ("أ ف ب").
    written: str
