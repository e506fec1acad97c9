"""Archived page: rebuild the `Page` of an earlier fetch from its WARC record, to apply today's rules to it.

snapshot -> WARC record -> content decoding -> Page -> judge (in a worker) -> Extraction
"""

from collections.abc import Mapping
from typing import Protocol

from pipelines.extraction.judge import judge
from pipelines.html.content_coding import BadCoding, bare
from pipelines.page import MAX_BYTES, Page
from storage.errors import WarraqError
from storage.model.article import FeedHint
from storage.model.visit import Snapshot
from storage.warc import WarcStore

__all__ = ["ArchivedSource", "PageLostError", "judge", "page_of", "reextract_page"]


class PageLostError(WarraqError):
    """A stored page cannot be read. `reason` is one of a few, such as "no page kept", "truncated", "too large"."""

    def __init__(self, reason: str, url: str = "") -> None:
        self.reason = reason
        self.url = url
        super().__init__(f"{url[:200] or 'a page'} cannot be read again: {reason}")


class ArchivedSource(Protocol):
    """The settings of a source that extraction needs; implemented by `crawler.sources.source.Source`."""

    @property
    def key(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def article_url(self) -> str: ...
    def selectors(self, url: str, published: str | None = None) -> dict[str, str]: ...


def reextract_page(
    warc: WarcStore,
    snapshot: Snapshot,
    *,
    source: ArchivedSource | None = None,
    hint: FeedHint | None = None,
    boilerplate: frozenset[str] = frozenset(),
) -> Page:
    """Read the page of an earlier fetch from its WARC record, as input for `judge` in a worker.

    Args:
        source: the source's current settings; None for a page without a source.
        hint: the feed's metadata for the URL, from its row in the frontier.
        boilerplate: keys of the source's learned boilerplate.

    Raises:
        PageLostError: no record was stored, or its body cannot be decoded.
        WarcError: the record is missing or damaged.
    """
    if snapshot.record is None:
        raise PageLostError("no page kept", snapshot.url)
    response = warc.read(snapshot.record)
    headers = _joined_headers(response.headers)
    try:
        body = bare(response.payload, headers.pop("content-encoding", ""), limit=MAX_BYTES)
    except BadCoding as error:
        raise PageLostError(error.reason, snapshot.url) from error
    return page_of(snapshot, body, headers, source=source, hint=hint, boilerplate=boilerplate)


def page_of(
    snapshot: Snapshot,
    body: bytes,
    headers: Mapping[str, str],
    *,
    source: ArchivedSource | None = None,
    hint: FeedHint | None = None,
    boilerplate: frozenset[str] = frozenset(),
) -> Page:
    """Build the page of a snapshot. `body`: after content decoding; `headers`: names in lower case."""
    return Page(
        url=snapshot.url,
        body=body,
        fetched_at=snapshot.fetched_at,
        headers=dict(headers),
        status=snapshot.status or 200,  # 0: supplied by a user, there was no response
        source=source.key if source else None,
        timezone=(source.timezone or None) if source else None,
        hint=hint,
        selectors=source.selectors(snapshot.url, hint.published if hint else None) if source else {},
        article_url=(source.article_url or None) if source else None,
        boilerplate=boilerplate,
    )


def _joined_headers(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Convert headers for `Page`: names in lower case, several values joined by ", "."""
    plain: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        plain[key] = f"{plain[key]}, {value}" if key in plain else value
    return plain
