"""What `warraq extract` says of one page; runs in a worker process."""

from dataclasses import replace
from datetime import timedelta

from pipelines.dates import parse_date
from pipelines.decode import decode
from pipelines.extract import extract, extract_text
from pipelines.page import Extraction, Page
from storage.article import Article, NotArticle, Published
from storage.export.columns import Record, article_record
from warraq.cli.pages import Given


def record_of(given: Given) -> Record:
    """Return the page as one record; "text" is always there, "not_article" says why the page is none."""
    if given.page is None:
        return error_record(given, given.error)
    extraction = extract(given.page)
    if isinstance(extraction.outcome, NotArticle):
        record = _not_article(given.page, extraction.outcome)
    else:
        record = _article(extraction.outcome, given)
    return _addressed(record, given, extraction)


def error_record(given: Given, error: str) -> Record:
    """The record of a page that nothing could be made of."""
    return {"url": given.url, **_file(given), "title": None, "text": "", "error": error}


def _article(article: Article, given: Given) -> Record:
    if not given.dated and article.published and _is_relative(article.published, article):
        article = replace(article, published=None)
    record = article_record(article)
    del record["source"]
    if not given.dated:
        del record["fetched_at"]
    return record


def _not_article(page: Page, outcome: NotArticle) -> Record:
    """Who asks for the text gets it, whatever the page is."""
    body = extract_text(decode(page.body, page.headers).text, page.url)
    return {"title": None, "text": body.text, "not_article": outcome.reason, "detail": outcome.detail}


def _addressed(record: Record, given: Given, extraction: Extraction) -> Record:
    """Put the address first: the one cited where one was given, else the one that the page itself names."""
    url = record.get("url") or given.url if given.url else extraction.canonical
    return {"url": url, **_file(given), **{name: value for name, value in record.items() if name != "url"}}


def _file(given: Given) -> Record:
    return {"file": given.file} if given.file else {}


def _is_relative(published: Published, article: Article) -> bool:
    """Whether the words mean another day when read on another day: "three hours ago", of a page saved nobody knows when."""
    now = article.fetched_at
    return parse_date(published.text, now=now) != parse_date(published.text, now=now - timedelta(days=400))
