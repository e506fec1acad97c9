"""Turn a response into the page and snapshot that the stages process. Pure except for the clock reading in meta."""

from datetime import UTC, datetime

from scrapy.http import Response

from crawler.fetching.certificate import certificate_of
from crawler.fetching.http import retry_after
from crawler.fetching.request_context import RequestContext, record_of
from crawler.sources.source import Source
from pipelines.html.robots_directives import kept, words_of_headers
from pipelines.page import Page
from pipelines.stages import Fetched, failure_of_status
from pipelines.urls.canonical import same_site
from storage.model.article import FeedHint
from storage.model.visit import Failure, Snapshot


def fetched_from(response: Response, *, source: Source | None, anywhere: bool = False) -> Fetched:
    """Return what a response contains.

    Args:
        source: the source of the page, if any.
        anywhere: accept a page of another site than the requested one (a person's own capture).
    """
    request_context: RequestContext = response.meta["request_context"]
    headers = plain_headers(response)
    record, withheld = record_of(response), response.meta.get("withheld")
    fetched_at: datetime = response.meta.get("fetched_at") or datetime.now(UTC)
    wait = retry_after(response, now=fetched_at)
    hint = request_context.claim.hint if request_context.claim else None
    certificate = certificate_of(response.certificate)
    snapshot = (
        None
        if record is None and withheld is None
        else Snapshot(
            url=response.url,
            fetched_at=fetched_at,
            status=response.status,
            media_type=headers.get("content-type", "").split(";")[0].strip().lower() or None,
            payload_sha256=record.payload_sha256 if record is not None else withheld or "",
            record=record.location if record is not None else None,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            robots=_robots_words(response),
            server_ip=str(response.ip_address) if response.ip_address else None,
            tls_subject=certificate.subject or None if certificate else None,
        )
    )
    return Fetched(
        claim=request_context.claim,
        url=request_context.url,
        key=request_context.key,
        source=source.key if source else None,
        page=_page(response, headers, source, hint, fetched_at),
        snapshot=snapshot,
        hops=tuple(response.meta.get("redirect_urls", ()))[1:],
        off_site=not same_site(response.url, request_context.url) and anywhere,
        retry_after_s=wait,
        noarchive=response.meta.get("noarchive", "keep"),
        failure=_failure(response, request_context, source, wait=wait, anywhere=anywhere),
    )


def plain_headers(response: Response) -> dict[str, str]:
    """Return headers as `Page` expects them: names in lower case, several values joined by ", "."""
    pairs = response.headers.items()
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values) for name, values in pairs
    }


def _page(
    response: Response, headers: dict[str, str], source: Source | None, hint: FeedHint | None, fetched_at: datetime
) -> Page:
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=fetched_at,
        headers=headers,
        status=response.status,
        source=source.key if source else None,
        timezone=source.timezone if source else None,
        hint=hint,
        selectors=source.selectors(response.url, hint.published if hint else None) if source else {},
        article_url=(source.article_url or None) if source else None,
    )


def _failure(
    response: Response, request_context: RequestContext, source: Source | None, *, wait: float | None, anywhere: bool
) -> Failure | None:
    location = response.headers.get("Location")
    if 300 <= response.status < 400 and response.status != 304:
        scheme = (location or b"").decode("latin-1").partition(":")[0][:12]
        return Failure(reason=f"redirect to {scheme}:" if location else "redirect to nowhere", final=True)
    known = [request_context.url, *([source.home] if source else [])]
    if not anywhere and not any(same_site(response.url, own) for own in known):
        return Failure(reason="leads to another site", final=True)
    return failure_of_status(response.status, retry_after_s=wait)


def _robots_words(response: Response) -> tuple[str, ...]:
    """Return the archiving directives in the headers and the site's robots.txt."""
    pairs = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    return kept((*words_of_headers(pairs), *response.meta.get("robots_words", ())))
