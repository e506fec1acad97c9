"""The pages, one file each: a page is one function from a request to an answer, and one line in `PAGES`."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from warraq.web.pages.article import article
from warraq.web.pages.choices import choose
from warraq.web.pages.search import search
from warraq.web.pages.today import today

#: Path -> page.
PAGES: dict[str, Callable[[Request], Response]] = {
    "/": today,
    "/search": search,
    "/article/{article:int}": article,
    "/choose": choose,
}
