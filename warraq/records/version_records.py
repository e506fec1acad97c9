"""Versions of articles as plain values."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from storage.export.columns import instant

if TYPE_CHECKING:
    from storage.versions.history import StoredVersion


def version_record(version: "StoredVersion") -> dict[str, object]:
    """Return all that is known of a version, for JSON."""
    record = asdict(version)
    record |= {name: instant(record[name]) for name in ("first_seen_at", "last_seen_at")}
    if version.snapshot:
        record["snapshot"] |= {"fetched_at": instant(version.snapshot.fetched_at)}
    return record
