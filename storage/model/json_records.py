"""Values in JSON columns: the fields of `asdict`, with lists instead of tuples."""

from typing import NotRequired, TypedDict


class RemovedRecord(TypedDict):
    """A `Removed`."""

    rule: str
    text: str
    after_line: NotRequired[int | None]


class EvidenceRecord(TypedDict):
    """A `DateEvidence`."""

    origin: str
    text: str
    iso: NotRequired[str | None]


class CreditRecord(TypedDict):
    """A `Credit`."""

    agency: str
    written: str


class HintRecord(TypedDict, total=False):
    """A `FeedHint`; a field that it did not have yet when it was stored is missing."""

    title: str | None
    published: str | None
    authors: list[str]
    content: str | None
    origin: str
    tags: list[str]
