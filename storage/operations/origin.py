"""Origin: where an imported article comes from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Origin of an imported article, and its history in the other archive."""

    #: Name of the file, without its folder.
    file: str
    #: When the other archive first stored it, and when it last saw it change; None: when it was fetched, never.
    first_seen_at: datetime | None = None
    changed_at: datetime | None = None
    #: When its withdrawal was observed, and the evidence; None while it is online.
    withdrawn_at: datetime | None = None
    withdrawn_how: str | None = None
