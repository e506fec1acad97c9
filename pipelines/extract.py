"""Extract the article of a page: bytes in, everything out. The one door of trafilatura, and the conductor of its neighbours.

bytes -> decode -> parse once -> metadata, dates, links, kind      (the whole tree)
                              -> lay out -> prune -> trafilatura -> lines -> clean -> strip what was learned
"""

import copy
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import use_config

from pipelines.body import edges, paragraphs, prune, select, widgets
from pipelines.body.dom import Element, drop, lines_of, parse, squeeze, text_of
from pipelines.body.flow import blocks, flow_element
from pipelines.clean import RULES_VERSION, clean
from pipelines.decode import decode
from pipelines.language import detect
from pipelines.links import links
from pipelines.page import Extraction, Page
from storage.article import Article, NotArticle, Removed

__all__ = ["EXTRACTOR_VERSION", "RULES_VERSION", "Body", "body_of", "extract", "extract_text"]

#: Version of the extractor, written into every article and version row; raise it when the same page gives other lines.
EXTRACTOR_VERSION = "1"

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def _settings() -> object:
    settings = use_config()
    settings.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "100")
    return settings


_CONFIG = _settings()


#: A page with more `<h1>` than this uses them for its sections.
MANY_HEADLINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of an article and what was taken out of it."""

    lines: tuple[str, ...]
    removed: tuple[Removed, ...] = field(default=())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def extract(page: Page) -> Extraction:
    """Turn a fetched page into an article, or into the reason why it is none. Pure: reads no clock, net or file."""
    from pipelines import metadata  # these neighbours are imported when they are needed, until all of them are there
    from pipelines.classify import classify

    decoded = decode(page.body, page.headers)
    tree = parse(decoded.text)
    meta = metadata.read(tree, url=page.url)
    body = body_of(tree, url=page.url, boilerplate=page.boilerplate, title=meta.title)
    refused = classify(
        tree,
        url=page.url,
        title=meta.title,
        text=body.text,
        article_url=page.article_url,
        status=page.status,
        headers=page.headers,
    )
    return Extraction(
        outcome=NotArticle(url=page.url, reason=refused[0], detail=refused[1])
        if refused
        else _article(page, tree, meta, body),
        links=links(tree, url=page.url),
        canonical=meta.canonical,
        encoding=decoded.encoding,
        robots=meta.robots,
    )


def _article(page: Page, tree: Element, meta: Any, body: Body) -> Article:
    from pipelines import evidence

    dates = evidence.gather(
        tree, url=page.url, headers=page.headers, hint=page.hint, now=page.fetched_at, timezone=page.timezone
    )
    return Article(
        url=page.url,
        source=page.source,
        title=meta.title,
        text=body.text,
        authors=meta.authors,
        published=evidence.decide(dates, now=page.fetched_at, timezone=page.timezone),
        dates=dates,
        modified=evidence.modified(tree, now=page.fetched_at, timezone=page.timezone),
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


def extract_text(html: str, url: str, *, boilerplate: frozenset[str] = frozenset(), title: str = "") -> Body:
    """The article's lines, cleaned; no lines where the page holds no text."""
    return body_of(parse(html), url=url, boilerplate=boilerplate, title=title)


def body_of(tree: Element, *, url: str, boilerplate: frozenset[str] = frozenset(), title: str = "") -> Body:
    """Like `extract_text`, of a page that was parsed already. The tree is not changed."""
    page = copy.deepcopy(tree)
    body = page.find("body")
    if body is None:
        return Body(lines=())
    paragraphs.lay_out(body)
    removed = list(_prune(body))
    found = blocks(body)
    chosen = select.choose(body, found, _read(page))
    notes = edges.notes(chosen)
    removed += [Removed(rule="note", text=block.text) for block in notes]
    kept = [*edges.lead(found, chosen), *(block for block in chosen if block not in notes)]
    cleaned = clean([line for block in kept for line in lines_of(block.element)], title=title)
    return Body(lines=cleaned.lines, removed=(*removed, *cleaned.removed))


def _prune(body: Element) -> Iterable[Removed]:
    for verdict in (prune.by_kind, prune.by_name):
        for rule, element in list(prune.condemned(body, prune.prose_share(blocks(body)), verdict)):
            text = text_of(element)
            drop(element)
            if text:
                yield Removed(rule=rule, text=text)
    yield from _headlines(body)
    found = blocks(body)
    flow = flow_element(body, found)
    inside = [block for block in found if select.within(block.element, flow)]
    for rule, block in list(widgets.find(widgets.measure(inside))):
        drop(block.element)
        yield Removed(rule=rule, text=block.text)


def _headlines(body: Element) -> Iterable[Removed]:
    """The page's `<h1>`: the headline is kept apart from the text. Pages that head every section with one keep them."""
    headings = list(body.iter("h1"))
    for heading in headings if len(headings) <= MANY_HEADLINES else headings[:1]:
        text = text_of(heading)
        drop(heading)
        if text:
            yield Removed(rule="headline", text=text)


def _read(page: Element) -> list[str]:
    """What trafilatura finds, one line a paragraph, heading, quote, list item or table row. The tree is not changed."""
    document = bare_extraction(
        copy.deepcopy(page), fast=True, include_comments=False, with_metadata=False, config=_CONFIG
    )
    if document is None or not document.text:
        return []
    return [squeeze(line.removeprefix("- ")) for line in document.text.splitlines()]


if __name__ == "__main__":
    from pipelines.batch import main

    main()
