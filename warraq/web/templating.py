"""Templates: one Jinja environment per language, with autoescaping."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

import warraq
from storage.export.xml import direction_of, language_of
from storage.statistics.source_summaries import SourceSummary
from storage.text.beginning import beginning
from storage.versions import word_parts
from warraq.locale import LANGUAGES, Language, preferred, translations
from warraq.locale.error_words import in_words
from warraq.web.filters import Filters
from warraq.web.room import room_of
from warraq.web.security.signing import SESSION_COOKIE, new_session
from warraq.web.view import words
from warraq.web.view.dates import Dates
from warraq.web.view.health import HealthWords
from warraq.web.view.text import followable, plain_address

FOLDER = Path(__file__).parent
_YEAR_S = 365 * 86_400
THEMES = ("auto", "light", "dark")
_VARY = "Cookie, Accept-Language"
#: Where a streamed page is cut in two. No stored text has this character.
_FLUSH = "\0"

R = TypeVar("R", bound=Response)


@cache
def environment(language: Language) -> Environment:
    """Return the Jinja environment of an interface language."""
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = translations(language)
    env.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    dates = Dates(catalogue)
    env.filters |= {
        "stated": dates.stated,
        "instant": dates.instant,
        "weekday": dates.weekday,
        "day": dates.day,
        "month": dates.month,
        "dir": direction_of,
        "lang": language_of,
        "followable": followable,
        "beginning": beginning,
        "plain_address": plain_address,
        "in_words": partial(in_words, language=language),
        "parts": word_parts,
        "share": lambda value: f"{100 * value:.0f}%",
        "grouped": lambda number: f"{number:,}",
        "zip_names": lambda keys, sources, language: [(key, source_label(sources, key, language)) for key in keys],
    }
    env.globals |= {
        "language": language,
        "direction": direction_of(language),
        "ago": dates.ago,
        "version": warraq.__version__,
        "word": lambda table, value: catalogue.gettext(getattr(words, table).get(value, value)) if value else "",
        "quote": quote,
        "source_label": source_label,
        "countries": lambda sources: _countries(sources, catalogue.gettext),
        "article_kinds": [(kind, catalogue.gettext(name)) for kind, name in words.ARTICLE_KINDS.items()],
        "health": HealthWords(language),
        "month_name": dates.month_name,
        "change_kinds": [(kind, catalogue.gettext(name)) for kind, name in words.CHANGE_KINDS.items()],
    }
    return env


def source_label(sources: Mapping[str, SourceSummary], key: str, language: Language) -> str:
    """Return a newspaper's name in a language; its key if it has no name or is unknown."""
    source = sources.get(key)
    if source is None:
        return key
    return (source.name_ar if language == "ar" else source.name_en) or source.name_en or key


def _countries(sources: Mapping[str, SourceSummary], say: Callable[[str], str]) -> list[tuple[str, str]]:
    """Return the countries of all newspapers as (code, name) pairs."""
    codes = {source.country.upper() for source in sources.values() if source.country}
    return sorted(((code.lower(), say(words.COUNTRIES.get(code, code))) for code in codes), key=lambda pair: pair[1])


def language_of_request(request: Request) -> Language:
    """Return the interface language: the reader's choice, else the browser's preference."""
    chosen = request.cookies.get("warraq_language", "")
    return next((one for one in LANGUAGES if one == chosen), preferred(request.headers.get("accept-language", "")))


def theme_of_request(request: Request) -> str:
    """Return the colour theme the reader chose; "auto" follows the system."""
    chosen = request.cookies.get("warraq_theme", "auto")
    return chosen if chosen in THEMES else "auto"


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Render a page. Every template has room, sources, path, theme and form token of the request."""
    session = _session_of(request)
    body = _template(request, template).render(_context(request, session, values))
    response = HTMLResponse(body, status_code=status, headers={"vary": _VARY, **(headers or {})})
    return _with_session(request, response, session)


def stream(request: Request, template: str, **values: object) -> StreamingResponse:
    """Render a page in two parts: what stands before `{{ flush }}` in the template is sent while the rest is computed.

    The browser fetches styles and fonts meanwhile. The status is 200, so what can fail is computed before, or the
    template shows the error.
    """
    session = _session_of(request)
    pieces = _template(request, template).generate(_context(request, session, {"flush": _FLUSH, **values}))
    response = StreamingResponse(_parts(pieces), media_type="text/html", headers={"vary": _VARY})
    return _with_session(request, response, session)


def _parts(pieces: Iterator[str]) -> Iterator[str]:
    """Join the pieces of a page into those before and after the mark."""
    yield "".join(takewhile(lambda piece: piece != _FLUSH, pieces))
    yield "".join(pieces)


def _template(request: Request, name: str) -> Template:
    return environment(language_of_request(request)).get_template(name)


def _session_of(request: Request) -> str:
    return request.cookies.get(SESSION_COOKIE) or new_session()


def _context(request: Request, session: str, values: Mapping[str, object]) -> dict[str, object]:
    room = room_of(request)
    return {
        "filters": Filters(many={}),
        "path": request.url.path,
        "request_query": request.url.query,
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "theme": theme_of_request(request),
        "sources": room.sources(),
        "now": room.clock(),
        "can_capture": room.jobs is not None,
        "has_alerts": bool(room.alerts()),
        "form_token": room.signer.sign("form", session),
        **values,
    }


def _with_session(request: Request, response: R, session: str) -> R:
    if SESSION_COOKIE not in request.cookies:
        response.set_cookie(SESSION_COOKIE, session, httponly=True, samesite="strict", path="/")
    return response


def local_path(address: str) -> str:
    """Return the path if it is local, else "/". Prevents open redirects."""
    parts = urlsplit(address)
    is_ours = (
        address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    )
    return address if is_ours and address.isprintable() else "/"


def set_choice(response: Response, name: str, value: str) -> None:
    """Store a preference in a cookie for a year."""
    response.set_cookie(name, value, max_age=_YEAR_S, httponly=True, samesite="strict", path="/")


__all__ = [
    "THEMES",
    "environment",
    "language_of_request",
    "local_path",
    "render",
    "set_choice",
    "stream",
    "theme_of_request",
]
