"""Article: the one value that travels from extraction to export, and the small values inside it.

All instants are timezone-aware and in UTC. All text is in logical order, NFC, never reshaped, never cut.
`None` always means "not known": nothing here is ever guessed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

#: How exactly a date is known: to the minute (or second), to the day, or not at all.
Precision = Literal["minute", "day"]

#: What an article is, beside plain news; decides how its text was put together.
Kind = Literal["news", "opinion", "live", "gallery", "video", "interview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A piece that cleaning took out of the text, kept as evidence."""

    #: Name of the rule that removed it, a key of `pipelines.cleaning.rules.RULES`.
    rule: str
    #: The text as it stood on the page, lines joined by "\n".
    text: str
    #: Where it stood: the number of text lines before it in the cleaned text (0 = before the first line).
    #: None where it was removed from the page before any line existed.
    after_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """One thing that the page, the feed or the address says about when the article was published."""

    #: Where it was found: "json-ld", "meta", "time", "visible", "url", "feed", "sitemap", "http";
    #: "import": a row of another's data.
    origin: str
    #: The words as found, at most 100 characters.
    text: str
    #: What they mean, ISO 8601 at the precision that they state ("2024-01-05", "2024-01-05T09:07+03:00"); None if unreadable.
    iso: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When an article says that it was published."""

    #: ISO 8601 at the precision that the evidence states, in the article's own zone: "2024-01-05", "2024-01-05T09:07",
    #: "2024-01-05T09:07+03:00". What export shows.
    iso: str
    #: The instant in UTC. None where only a day is known, or a time without a zone.
    at: datetime | None = None
    #: Minutes east of UTC, as stated or as the source's time zone has it on that day. None where unknown.
    offset_minutes: int | None = None
    #: The words that it was read from.
    text: str
    precision: Precision
    #: The kind of evidence that won: see DateEvidence.origin.
    origin: str
    #: True where other evidence names another day, or another time of the same day.
    disagreed: bool = False

    @property
    def day(self) -> date:
        """The calendar day, in the article's own zone."""
        return date.fromisoformat(self.iso[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article: all of it, and nothing of the page around it."""

    #: Address to cite: the page's canonical link where it lies on the same registered domain, else the address fetched.
    url: str
    #: Key of the source ("hespress"); None for a capture of a page that belongs to no known source.
    source: str | None = None
    #: Headline as the page shows it, one line, without the site's name; "" only if the page shows none.
    title: str
    #: Paragraphs, sub-headings, quotes and list items, one a line, joined by "\n"; no empty lines.
    text: str
    #: People or desks, in the page's order; empty if none are named.
    authors: tuple[str, ...] = ()
    published: Published | None = None
    #: Every date candidate that was seen, in the order of `pipelines.dates.evidence.ORIGINS`.
    dates: tuple[DateEvidence, ...] = ()
    #: When the page says that it was last changed; UTC. None where not said, or said without a zone.
    modified: datetime | None = None
    #: Section or category as the page names it ("سياسة").
    section: str | None = None
    tags: tuple[str, ...] = ()
    #: Absolute http(s) address of the lead image.
    image: str | None = None
    #: ISO 639 code found in the text itself ("ar", "fa", "ur", "ckb"); None if the text is too short to say.
    language: str | None = None
    kind: Kind = "news"
    #: What cleaning took out, in page order.
    removed: tuple[Removed, ...] = ()
    #: When the page was fetched; UTC.
    fetched_at: datetime
    #: Versions of the extractor and of the cleaning rules that made this text ("1", "2", ...).
    extractor_version: str = "1"
    rules_version: str = "1"


#: Why a page is not an article. One word a reason, so that they can be counted.
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
    """The page was read and is no article; kept so that nobody wonders where it went."""

    url: str
    reason: NotArticleReason
    #: What gave it away, for people ("12 link cards, longest paragraph 9 words").
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHint:
    """What a feed or sitemap said of an article before it was fetched; evidence, never truth."""

    title: str | None = None
    #: As written in the feed.
    published: str | None = None
    authors: tuple[str, ...] = ()
    #: Full content as HTML, where the feed carries it.
    content: str | None = None
    #: "feed" or "sitemap": what kind of endpoint said so.
    origin: str = "feed"
    tags: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An agency that an article names as where it has its text from."""

    #: Key of the agency ("reuters"), see `pipelines.words.agencies.AGENCIES`.
    agency: str
    #: The words on the page ("أ ف ب").
    written: str
