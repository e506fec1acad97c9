"""Pages from WARC and WACZ files: copied into our own WARC files first, then processed like fetched pages.

foreign record -> our WARC (with its date, its request, its origin in the metadata) -> Page -> (worker) -> stored
"""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from crawler.importing.import_context import ImportContext, Item, Result
from pipelines.extraction.judge import judge
from pipelines.extraction.pool import ExtractionError
from pipelines.html.content_coding import BadCoding, bare
from pipelines.page import MAX_BYTES, Extraction, Page
from pipelines.reextraction.archived_page import page_of
from pipelines.urls.canonical import BadUrl, canonical_key
from storage.model.article import Article
from storage.model.visit import Failure, Snapshot, Visit
from storage.operations.imports import known_addresses, known_fetch, put_import
from storage.operations.origin import Origin
from storage.warc import Exchange, WarcError, WarcLocation
from storage.warc.foreign import Damage, ForeignAnswer, answers
from storage.warc.packed import warc_files

#: Maximum pages with the workers, or waiting for an earlier one.
_AHEAD = 48
#: Payloads remembered by their stated digest, for revisit records that refer to them.
_REMEMBERED = 200_000
_HTML = frozenset({"text/html", "application/xhtml+xml"})
#: Responses without a page that matter for a known URL: it is gone, or redirected.
_OUTCOME_STATUSES = frozenset({301, 302, 303, 307, 308, 404, 410})
_SAME_PAYLOAD = "identical-payload-digest"


def pages(context: ImportContext, path: Path, *, packed: bool) -> Iterator[Item]:
    """Import every page of a file. Damage is reported with its position, and the rest imported."""
    reader = _PageReader(context, path.name)
    if not packed:
        with path.open("rb") as file:
            yield from reader.read(file, name="")
        return
    for name, content in warc_files(path):
        yield from reader.read(content, name=f"{name}, ")


class _Skipped(Exception):
    """A response that is not imported: (result, reason)."""

    def __init__(self, result: Result, reason: str) -> None:
        self.result, self.reason = result, reason


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A page with the workers, or an item that waits for earlier ones."""

    item: Item
    visit: Visit | None = None
    extraction: "Future[Extraction] | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payload:
    """A record of ours that a revisit record may refer to."""

    location: WarcLocation
    media_type: str | None


class _PageReader:
    """Reads one file and remembers its payloads."""

    def __init__(self, context: ImportContext, file: str) -> None:
        self._context, self._origin = context, Origin(file=file)
        self._learned: dict[str, frozenset[str]] = {}
        self._payloads: OrderedDict[str, _Payload] = OrderedDict()

    def read(self, file: BinaryIO, *, name: str) -> Iterator[Item]:
        """Yield the result for each record, in file order."""
        waiting: deque[_Waiting] = deque()
        position = 0
        for record in answers(file):
            if self._context.stopping():
                break
            self._context.read(max(0, record.offset - position))
            position = max(position, record.offset)
            item = Item(where=f"{name}byte {record.offset}", url="", result="refused")
            if isinstance(record, Damage):
                waiting.append(_Waiting(replace(item, reason=record.reason)))
            else:
                waiting.append(self._begun(record, replace(item, url=record.url[:2_000])))
            while len(waiting) > _AHEAD:
                yield self._stored_item(waiting.popleft())
        yield from map(self._stored_item, waiting)

    def _begun(self, answer: ForeignAnswer, item: Item) -> _Waiting:
        """Store the records of a response, and pass its page to the workers."""
        try:
            key = _key(answer.url)
            if answer.status in _OUTCOME_STATUSES:
                return self._without_page(answer, key, item)
            if answer.status not in (0, 200):
                raise _Skipped("refused" if answer.status < 0 else "skipped", _status(answer.status))
            body, media_type = self._content(answer)
            if not _is_html(media_type, body):
                raise _Skipped("skipped", media_type or "no media type")
            return self._with_page(answer, key, body, media_type, item)
        except _Skipped as left:
            return _Waiting(replace(item, result=left.result, reason=left.reason))

    def _content(self, answer: ForeignAnswer) -> tuple[bytes, str | None]:
        """Return body and media type; for a revisit, those of the original response. Raises _Skipped if it is not
        available."""
        if answer.kind != "revisit":
            return answer.body, answer.media_type
        if _SAME_PAYLOAD not in answer.profile:
            raise _Skipped("skipped", "revisit without a payload")
        found = self._payloads.get(answer.digest) or self._payloads.get(answer.refers_to)
        if found is None:
            raise _Skipped("refused", "revisit of a page that does not precede it in the file")
        try:
            return self._context.archive.warc.read(found.location).payload, answer.media_type or found.media_type
        except WarcError as error:
            raise _Skipped("refused", str(error)) from error

    def _with_page(self, answer: ForeignAnswer, key: str, body: bytes, media_type: str | None, item: Item) -> _Waiting:
        source = self._context.source_of(answer.url)
        item = replace(item, source=source.key if source else None)
        sha256 = hashlib.sha256(body).hexdigest()
        known = known_fetch(self._context.archive, key, at=answer.at, sha256=sha256)
        snapshot = known or self._recorded(answer, body, media_type)
        if snapshot.record is not None and answer.kind != "revisit":
            self._remember(answer, _Payload(location=snapshot.record, media_type=media_type))
        if known is not None:
            return _Waiting(replace(item, result="same"))
        headers = {"content-type": media_type} if media_type else {}
        headers |= {name.lower(): value for name, value in answer.headers}
        visit = Visit(
            url=answer.url, key=key, source=item.source, snapshot=snapshot, outcome=Failure(reason="", final=True)
        )
        try:
            plain = bare(body, headers.pop("content-encoding", ""), limit=MAX_BYTES)
        except BadCoding as error:
            return _Waiting(item, replace(visit, outcome=Failure(reason=error.reason, final=True)))
        if len(plain) > MAX_BYTES:
            return _Waiting(item, replace(visit, outcome=Failure(reason="too large", final=True)))
        page = page_of(snapshot, plain, headers, source=source, boilerplate=self._boilerplate(item.source))
        return _Waiting(item, visit, self._submitted(page))

    def _submitted(self, page: Page) -> "Future[Extraction]":
        return self._context.pool.submit(judge, page, url=page.url)

    def _without_page(self, answer: ForeignAnswer, key: str, item: Item) -> _Waiting:
        """Handle a redirect, or a withdrawn page: stored if the URL is known, without changing an article."""
        if not known_addresses(self._context.archive, [key]):
            raise _Skipped("skipped", _status(answer.status))
        sha256 = hashlib.sha256(answer.body).hexdigest()
        if known_fetch(self._context.archive, key, at=answer.at, sha256=sha256) is not None:
            raise _Skipped("same", "")
        snapshot = self._recorded(answer, answer.body, answer.media_type)
        failure = Failure(reason=_status(answer.status), final=True)
        return _Waiting(item, Visit(url=answer.url, key=key, snapshot=snapshot, outcome=failure))

    def _recorded(self, answer: ForeignAnswer, body: bytes, media_type: str | None) -> Snapshot:
        """Copy the response into our own files, before it is processed."""
        warc = self._context.archive.warc
        if answer.kind == "resource":
            record = warc.write_resource(
                url=answer.url, body=body, media_type=media_type or "text/html", fetched_at=answer.at
            )
        else:
            exchange = Exchange(
                url=answer.url,
                fetched_at=answer.at,
                status=answer.status,
                reason=answer.reason,
                headers=answer.headers,
                body=body,
                http_version=answer.http_version,
                ip=answer.ip,
                method=answer.method,
                request_headers=answer.request_headers,
                about=self._about(answer),
            )
            written = warc.write_exchange(exchange)
            assert written is not None, "nothing is written only for a 304"
            record = written
        return Snapshot(
            url=answer.url,
            fetched_at=answer.at,
            status=answer.status,
            media_type=media_type,
            payload_sha256=record.payload_sha256,
            record=record.location,
            server_ip=answer.ip,
        )

    def _about(self, answer: ForeignAnswer) -> tuple[tuple[str, str], ...]:
        """Build the metadata record: the origin of the response, then its original metadata."""
        origin = (
            ("importedFrom", self._origin.file),
            ("importedOffset", str(answer.offset)),
            ("importedRecord", answer.id),
            ("importedDigest", answer.digest),
        )
        return (*origin, *answer.about)

    def _remember(self, answer: ForeignAnswer, payload: _Payload) -> None:
        for name in filter(None, (answer.digest, answer.id)):
            self._payloads[name] = payload
        while len(self._payloads) > _REMEMBERED:
            self._payloads.popitem(last=False)

    def _boilerplate(self, source: str | None) -> frozenset[str]:
        if source is None:
            return frozenset()
        if source not in self._learned:
            self._learned[source] = self._context.archive.boilerplate.keys(source)
        return self._learned[source]

    def _stored_item(self, waiting: _Waiting) -> Item:
        """Store a finished item; return its result."""
        item, visit = waiting.item, waiting.visit
        if visit is None:
            return item
        if waiting.extraction is not None:
            visit = _with_extraction(visit, waiting.extraction)
        made = put_import(self._context.archive, visit, self._origin, alerts=self._context.alerts)
        reason = str(getattr(visit.outcome, "reason", ""))
        broken = isinstance(visit.outcome, Failure) and visit.snapshot is not None and visit.snapshot.status in (0, 200)
        result: Result = "refused" if broken else made.result  # type: ignore[assignment]  # dated, of a known address
        return replace(item, result=result, reason=reason, article_id=made.article_id)


def _with_extraction(visit: Visit, extraction: "Future[Extraction]") -> Visit:
    """Complete the visit with the judgement of its page."""
    try:
        found = extraction.result()
    except ExtractionError as error:
        return replace(visit, outcome=Failure(reason=f"extract: {error.reason}", final=not error.passing))
    outcome = found.outcome
    snapshot = visit.snapshot and replace(visit.snapshot, encoding=found.encoding, robots=found.robots)
    article_key = None
    if isinstance(outcome, Article):
        try:
            article_key = canonical_key(outcome.url)
        except BadUrl:
            article_key = visit.key
    return replace(
        visit,
        outcome=outcome,
        snapshot=snapshot,
        article_key=article_key,
        signature=found.signature,
        credits=found.credits,
    )


def _key(url: str) -> str:
    try:
        return canonical_key(url)
    except BadUrl as error:
        raise _Skipped("skipped", "not the URL of a page") from error


def _status(status: int) -> str:
    return f"http {status}" if status >= 0 else "no HTTP status"


def _is_html(media_type: str | None, body: bytes) -> bool:
    return media_type in _HTML or (media_type is None and body[:512].lstrip()[:1] == b"<")
