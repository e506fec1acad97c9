"""The output of `warraq extract` for one page; runs in a worker process."""

from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.dates.parse import parse_date
from pipelines.extraction.extract import extract, extract_text
from pipelines.html.decode import decode
from pipelines.page import Extraction, Page
from storage.export.columns import COLUMNS, Record, article_record
from storage.model.article import Article, NotArticle
from warraq.cli.commands.extract.input import Given


def record_of(given: Given) -> Record:
    """Return the page as one record; "text" is always there, "not_article" gives the reason if it is not an article."""
    if given.page is None:
        return error_record(given, given.error)
    extraction = extract(given.page)
    if isinstance(extraction.outcome, NotArticle):
        record = _not_article(given.page, extraction.outcome)
    else:
        record = _article(extraction.outcome, given)
    return _addressed(record, given, extraction)


def error_record(given: Given, error: str) -> Record:
    """Return the record of a page that could not be processed."""
    return {"url": given.url, **_file(given), **_nothing(), "error": error}


def _article(article: Article, given: Given) -> Record:
    if not given.dated:
        article = _without_relative_dates(article)
    record = article_record(article)
    return {
        name: value for name, value in record.items() if name in _nothing() or (given.dated and name == "fetched_at")
    }


def _not_article(page: Page, outcome: NotArticle) -> Record:
    """Return the text of a non-article page, which the user asked for."""
    body = extract_text(decode(page.body, page.headers).text, page.url)
    return _nothing() | {"text": body.text, "not_article": outcome.reason, "detail": outcome.detail}


def _nothing() -> Record:
    """Return every column of an article except its URL, without a value: all records have the same keys."""
    lists = {"authors", "dates", "tags", "removed"}
    left_out = {"url", "source", "fetched_at"}
    names = (column.name for column in COLUMNS if column.path.startswith("article.") and column.name not in left_out)
    return {name: [] if name in lists else None for name in names} | {"text": ""}


def _addressed(record: Record, given: Given, extraction: Extraction) -> Record:
    """Put the URL first: the canonical one if a URL was given, else the one in the page itself."""
    outcome = extraction.outcome
    url = outcome.url if given.url else extraction.canonical
    return {"url": url, **_file(given), **record}


def _file(given: Given) -> Record:
    return {"file": given.file} if given.file else {}


def _without_relative_dates(article: Article) -> Article:
    """Remove what depends on an unknown fetch time."""
    now = article.fetched_at
    dates = tuple(replace(one, iso=None) if _is_relative(one.text, now) else one for one in article.dates)
    known = article.published is not None and not _is_relative(article.published.text, now)
    return replace(article, dates=dates, published=article.published if known else None)


def _is_relative(words: str, now: datetime) -> bool:
    """Whether they depend on the day of reading: "three hours ago", or a day without its year."""
    return parse_date(words, now=now) != parse_date(words, now=now - timedelta(days=400))
