"""Detect revisits of unchanged pages, which need no extraction. Pure."""

from dataclasses import replace

from scrapy.http import Response

from pipelines.cleaning.clean import RULES_VERSION
from pipelines.page import EXTRACTOR_VERSION
from pipelines.stages import Fetched
from storage.model.address import Claim
from storage.model.visit import Snapshot
from storage.warc import Earlier


def mark_unchanged(fetched: Fetched, response: Response) -> Fetched:
    """Mark a fetch as unchanged if the status is 304, or its bytes are the same.

    A response from another URL than the requested one is no evidence. Bytes extracted by older rules are extracted
    again.
    """
    claim = fetched.claim
    if claim is None or claim.earlier is None or response.meta.get("redirect_urls"):
        return fetched
    if response.status == 304:
        snapshot = fetched.snapshot or _unrecorded(fetched, claim.earlier)
        return replace(fetched, snapshot=snapshot, page=None, failure=None, unchanged=True)
    if fetched.failure is None and _is_same(fetched, claim, claim.earlier):
        return replace(fetched, page=None, unchanged=True)
    return fetched


def _is_same(fetched: Fetched, claim: Claim, earlier: Earlier) -> bool:
    same = fetched.snapshot is not None and fetched.snapshot.payload_sha256 == earlier.payload_sha256
    return same and claim.made_by == (EXTRACTOR_VERSION, RULES_VERSION)


def _unrecorded(fetched: Fetched, earlier: Earlier) -> Snapshot | None:
    """Return the fetch of an unrecorded 304: it refers to the previous payload."""
    if fetched.page is None:
        return None
    return Snapshot(
        url=fetched.page.url, fetched_at=fetched.page.fetched_at, status=304, payload_sha256=earlier.payload_sha256
    )
