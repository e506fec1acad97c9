"""Reextract: a page that was kept becomes a `Page` again, as on the day when it was fetched, so that today's rules can read it.

snapshot -> WARC record -> content coding undone -> Page -> (a worker) judge -> Extraction
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
    """A page cannot be read again. `reason` can be counted: "no page kept", "truncated", "too large"."""

    def __init__(self, reason: str, url: str = "") -> None:
        self.reason = reason
        self.url = url
        super().__init__(f"{url[:200] or 'a page'} cannot be read again: {reason}")


class ArchivedSource(Protocol):
    """What extraction needs of a source's file; `crawler.sources.source.Source` has it."""

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
    """The page of an earlier fetch, read from its WARC record; give it to `judge`, in a worker.

    Args:
        source: the newspaper as its file is today; None for a page that belongs to none.
        hint: what the feed said of the address, from its row of the frontier.
        boilerplate: keys of what has been learned of the source.

    Raises:
        PageLostError: no record was kept, or its body cannot be unpacked.
        WarcError: the record is missing or damaged.
    """
    if snapshot.record is None:
        raise PageLostError("no page kept", snapshot.url)
    response = warc.read(snapshot.record)
    headers = _plain(response.headers)
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
    """The page that a snapshot is of. `body`: content coding undone; `headers`: names in lower case."""
    return Page(
        url=snapshot.url,
        body=body,
        fetched_at=snapshot.fetched_at,
        headers=dict(headers),
        status=snapshot.status or 200,  # 0: given by hand, no server said anything
        source=source.key if source else None,
        timezone=(source.timezone or None) if source else None,
        hint=hint,
        selectors=source.selectors(snapshot.url, hint.published if hint else None) if source else {},
        article_url=(source.article_url or None) if source else None,
        boilerplate=boilerplate,
    )


def _plain(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Headers as `Page` wants them: names in lower case, several values joined by ", "."""
    plain: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        plain[key] = f"{plain[key]}, {value}" if key in plain else value
    return plain
