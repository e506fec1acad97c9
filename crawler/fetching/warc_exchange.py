"""Convert a request and its response for the WARC. Pure."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

from scrapy import Request
from scrapy.http import Response
from scrapy.http.headers import Headers
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.certificate import certificate_of
from crawler.fetching.request_context import request_context_of
from storage.warc import Earlier, Exchange

Pairs = tuple[tuple[str, str], ...]

#: Default ports, which a Host header omits.
_USUAL_PORT = {"http": 80, "https": 443}
#: Header fields about archiving and mining, under their names in the metadata record.
_RIGHTS = {"X-Robots-Tag": "robotsTag", "TDM-Reservation": "tdmReservation", "TDM-Policy": "tdmPolicy"}


def exchange_of(
    request: Request, response: Response, *, at: datetime, seconds: float | None, source: str | None
) -> Exchange:
    """Return the exchange.

    Args:
        at: when the response arrived.
        seconds: from sending the request to the last byte; None if not measured.
        source: key of the source it was fetched for.
    """
    return Exchange(
        url=response.url,
        fetched_at=at,
        status=response.status,
        reason=_phrase(response.status),
        headers=_pairs(response.headers),
        body=response.body,
        http_version=response.protocol or "HTTP/1.1",
        ip=str(response.ip_address) if response.ip_address else None,
        method=request.method,
        request_headers=(*_pairs(request.headers), ("Host", _host(request))),
        about=tuple(_about(request, response, seconds=seconds, source=source)),
        earlier=_earlier(request, response),
    )


def _about(
    request: Request, response: Response, *, seconds: float | None, source: str | None
) -> Iterator[tuple[str, str]]:
    """The fields of the metadata record."""
    if seconds is not None:
        yield "fetchTimeMs", str(round(seconds * 1000))
    if source is not None:
        yield "source", source
    yield from _way(request)
    certificate = certificate_of(response.certificate)
    if certificate is not None:
        yield "tlsSubject", certificate.subject
        yield "tlsIssuer", certificate.issuer
        yield "tlsNames", " ".join(certificate.names)
        yield "tlsCertificateSha256", certificate.sha256
    for header, name in _RIGHTS.items():
        yield name, b", ".join(response.headers.getlist(header)).decode("latin-1")


def _way(request: Request) -> Iterator[tuple[str, str]]:
    """Return how the URL was found: "feed", "capture", ... and the page or endpoint that listed it."""
    request_context = request_context_of(request)
    if hops := request.meta.get("redirect_urls"):
        yield from (("discovered", "redirect"), ("via", hops[-1]))
    elif request_context is None or request_context.is_robots:
        yield "discovered", "robots"
    elif request_context.endpoint is not None:
        yield "discovered", "endpoint"
    elif request_context.step is not None:
        yield "discovered", "backfill"
    elif request_context.claim is not None:
        yield "discovered", getattr(request_context.claim, "how", None) or ""
        yield "via", getattr(request_context.claim, "via", None) or ""
    else:
        yield "discovered", "capture"


def _earlier(request: Request, response: Response) -> Earlier | None:
    """Return the previous fetch, if it was of the URL that responded now: a redirect hop's 304 refers to the hop."""
    request_context = request_context_of(request)
    earlier = getattr(request_context.claim, "earlier", None) if request_context is not None else None
    return earlier if isinstance(earlier, Earlier) and earlier.url == response.url else None


def _host(request: Request) -> str:
    """Return the Host header that the downloader adds."""
    parts = urlparse_cached(request)
    port = parts.port
    return str(parts.hostname) if port in (None, _USUAL_PORT.get(parts.scheme)) else f"{parts.hostname}:{port}"


def _pairs(headers: Headers) -> Pairs:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )


def _phrase(status: int) -> str:
    """Return the standard reason phrase: Twisted does not pass on the server's own."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
