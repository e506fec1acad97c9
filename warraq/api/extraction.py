"""Extraction of one saved page, in this process: no archive, no crawl."""

from datetime import UTC, datetime

from pipelines.extraction.extract import extract as extract_page
from pipelines.page import Page
from storage.errors import WarraqError
from storage.model.article import Article, NotArticle


class NotAnArticleError(WarraqError):
    """A page has no article. `reason` is the reason that a crawl would record ("no_text", "section", ...)."""

    def __init__(self, url: str, reason: str, detail: str | None) -> None:
        super().__init__(f"{url} is no article: {reason}" + (f" ({detail})" if detail else ""))
        self.reason = reason


def extract(html: str | bytes, *, url: str, fetched_at: datetime | None = None, timezone: str | None = None) -> Article:
    """Extract the article of a page.

    Args:
        html: the page as text, or as bytes, whose encoding is then detected.
        url: its address; dates and the canonical address are read from it too.
        fetched_at: when the page was fetched; relative dates ("منذ ساعتين") count from it. None: now, in UTC.
        timezone: IANA zone of the source ("Africa/Casablanca"), for times without an offset. None: unknown.

    Runs without the limits on time and memory that a crawl's worker processes have: for pages that you trust.
    Raises NotAnArticleError if the page has no article.
    """
    body = html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html
    headers = {"content-type": "text/html; charset=utf-8"} if isinstance(html, str) else {}
    page = Page(url=url, body=body, headers=headers, fetched_at=fetched_at or datetime.now(UTC), timezone=timezone)
    outcome = extract_page(page).outcome
    if isinstance(outcome, NotArticle):
        raise NotAnArticleError(url, outcome.reason, outcome.detail)
    return outcome
