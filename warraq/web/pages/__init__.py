"""The pages, one file each: a page is one function from a request to a response, and one line in `PAGES`."""

from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.web.pages.alerts import alerts
from warraq.web.pages.article import article
from warraq.web.pages.attention import attention
from warraq.web.pages.capture import ask, capture, captured, progress
from warraq.web.pages.changes import changes
from warraq.web.pages.choices import choose
from warraq.web.pages.difference import all_versions, difference
from warraq.web.pages.evidence import evidence, kept_page
from warraq.web.pages.search import search
from warraq.web.pages.sources import source, sources
from warraq.web.pages.story import story
from warraq.web.pages.today import today
from warraq.web.pages.words import words

#: Path -> page.
PAGES: dict[str, Callable[[Request], Response]] = {
    "/": today,
    "/search": search,
    "/article/{article:int}": article,
    "/article/{article:int}/versions": all_versions,
    "/article/{article:int}/diff/{old:int}/{new:int}": difference,
    "/article/{article:int}/evidence": evidence,
    "/article/{article:int}/page": kept_page,
    "/article/{article:int}/page/{version:int}": kept_page,
    "/story/{story:int}": story,
    "/changes": changes,
    "/attention": attention,
    "/words": words,
    "/alerts": alerts,
    "/sources": sources,
    "/source/{key}": source,
    "/capture": capture,
    "/capture/{job}": captured,
    "/capture/{job}/progress": progress,
    "/choose": choose,
}


def routes() -> Iterator[Route]:
    """Return the routes of all pages. Captures have the only form that changes anything."""
    yield from (Route(path, page, methods=["GET"]) for path, page in PAGES.items())
    yield Route("/capture", ask, methods=["POST"])
