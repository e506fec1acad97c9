"""Extract the article of a page from its bytes. The only module that uses trafilatura.

bytes -> decode -> parse once -> metadata, dates, links, kind
                              -> body text: lay out, prune, trafilatura, choose, clean, strip what was learned
"""

import logging
from configparser import ConfigParser
from dataclasses import replace
from functools import cache

from trafilatura import bare_extraction
from trafilatura.settings import Document, use_config

from pipelines.body.stated import with_stated_text
from pipelines.body.text import Body, body_text
from pipelines.classification.classify import classify
from pipelines.cleaning.clean import RULES_VERSION
from pipelines.dates import evidence
from pipelines.dates.parse import parse_date
from pipelines.extraction.collector import paused
from pipelines.html import jsonld
from pipelines.html.decode import decode
from pipelines.html.dom import Element, squeeze
from pipelines.html.file_kind import file_kind
from pipelines.html.links import links
from pipelines.html.parsed_page import ParsedPage, parse_page
from pipelines.html.parts import parts
from pipelines.metadata import metadata
from pipelines.metadata.metadata import Metadata
from pipelines.page import EXTRACTOR_VERSION, Extraction, Page
from pipelines.urls.canonical import choose_canonical
from pipelines.words.language import detect
from storage.model.article import Article, DateEvidence, NotArticle

__all__ = ["EXTRACTOR_VERSION", "RULES_VERSION", "Body", "extract", "extract_text"]

for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(
        logging.CRITICAL
    )  # it warns about every empty page; those are counted with their reason


def extract(page: Page) -> Extraction:
    """Extract the article of a fetched page, or the reason why there is none. Pure: uses no clock, network or file."""
    with paused():
        return _extracted(page)


def _extracted(page: Page) -> Extraction:
    if kind := file_kind(page.body):
        return Extraction(outcome=NotArticle(url=page.url, reason="not_html", detail=f"a file: {kind}"))
    decoded = decode(page.body, page.headers)
    parsed = parse_page(decoded.text, decoded.markup)
    tree = parsed.tree
    objects = jsonld.objects(tree)
    meta = _with_selectors(metadata.read(parsed, url=page.url, objects=objects), parsed, page)
    body = _body(parsed, meta, objects, boilerplate=page.boilerplate, selector=page.selectors.get("text"))
    refused = classify(
        parsed,
        url=page.url,
        title=meta.title,
        text=body.text,
        article_url=page.article_url,
        status=page.status,
        headers=page.headers,
        objects=objects,
    )
    part, part_urls = (None, ()) if refused else parts(parsed, url=page.url) or (None, ())
    return Extraction(
        outcome=NotArticle(url=page.url, reason=refused[0], detail=refused[1])
        if refused
        else _article(page, parsed, meta, body, objects),
        part=part,
        part_urls=part_urls,
        links=links(parsed, url=page.url),
        canonical=meta.canonical,
        encoding=decoded.encoding,
        robots=meta.robots,
    )


def extract_text(html: str, url: str, *, boilerplate: frozenset[str] = frozenset()) -> Body:
    """Return only the article's lines, for a decoded page; no lines if it has no text."""
    with paused():
        parsed = parse_page(html)
        objects = jsonld.objects(parsed.tree)
        meta = metadata.read(parsed, url=url, objects=objects)
        return _body(parsed, meta, objects, boilerplate=boilerplate)


def _body(
    parsed: ParsedPage,
    meta: Metadata,
    objects: list[jsonld.Object],
    *,
    boilerplate: frozenset[str],
    selector: str | None = None,
) -> Body:
    """The text that the page shows, or states as data; what the selector of its source selects, where it has one."""
    shown = body_text(
        parsed, read=main_text, title=meta.title, kind=meta.kind, boilerplate=boilerplate, selector=selector
    )
    if selector is not None:
        return shown
    return with_stated_text(shown, objects, title=meta.title, boilerplate=boilerplate)


def main_text(tree: Element) -> list[str]:
    """Return trafilatura's main text, one line per paragraph, heading, item or row. It works on a copy of the tree."""
    document = bare_extraction(tree, fast=True, include_comments=False, with_metadata=False, config=_settings())
    if not isinstance(document, Document) or not document.text:
        return []
    return [squeeze(line.removeprefix("- ")) for line in document.text.splitlines()]


@cache
def _settings() -> ConfigParser:
    settings = use_config()
    settings.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")  # keep short news; `classify` rejects pages that are too short
    return settings


def _with_selectors(meta: Metadata, parsed: ParsedPage, page: Page) -> Metadata:
    """Replace extracted values by those of the source's selectors."""
    if selector := page.selectors.get("title"):
        shown = [parsed.text_of(element) for element in parsed.tree.cssselect(selector)]
        meta = replace(meta, title=next(filter(None, shown), meta.title))
    if selector := page.selectors.get("authors"):
        named = tuple(filter(None, (parsed.text_of(element) for element in parsed.tree.cssselect(selector))))
        meta = replace(meta, authors=named or meta.authors)
    return meta


def _article(page: Page, parsed: ParsedPage, meta: Metadata, body: Body, objects: list[jsonld.Object]) -> Article:
    now = page.fetched_at
    zone = page.timezone or evidence.zone_of_address(page.url)
    seen = evidence.seen_dates(parsed, now=now)
    dates = _selected_date(page, parsed) + evidence.gather(
        parsed,
        url=page.url,
        headers=page.headers,
        hint=page.hint,
        now=now,
        timezone=zone,
        objects=objects,
        seen=seen,
    )
    return Article(
        url=choose_canonical(page.url, meta.canonical),
        source=page.source,
        title=meta.title,
        text=body.text,
        authors=meta.authors,
        published=evidence.decide(dates, now=now, timezone=zone),
        dates=dates,
        modified=evidence.modified(
            parsed, now=now, timezone=zone, url=page.url, dates=dates, objects=objects, seen=seen
        ),
        section=meta.section,
        tags=meta.tags,
        image=meta.image,
        language=detect(body.text),
        kind=meta.kind,
        removed=body.removed,
        fetched_at=page.fetched_at,
        extractor_version=EXTRACTOR_VERSION,
        rules_version=RULES_VERSION,
    )


def _selected_date(page: Page, parsed: ParsedPage) -> tuple[DateEvidence, ...]:
    """Return the date at the source's selector."""
    selector = page.selectors.get("published")
    shown = [parsed.text_of(element) for element in parsed.tree.cssselect(selector)] if selector else []
    found = [(text, parse_date(text, now=page.fetched_at, timezone=page.timezone)) for text in shown if text]
    return tuple(DateEvidence(origin="visible", text=text[:100], iso=day.isoformat()) for text, day in found if day)
