"""Changes of articles as plain values."""

from typing import TYPE_CHECKING

from storage.export.columns import instant

if TYPE_CHECKING:
    from storage.model.visit import Snapshot
    from storage.versions.changes import Edit


def edit_record(edit: "Edit") -> dict[str, object]:
    """Return an edit as a plain object, without the texts: `warraq show --diff --json` has them."""
    return {
        "article_id": edit.article_id,
        "url": edit.url,
        "source": edit.source,
        "at": instant(edit.at),
        "after": instant(edit.after),
        "old": edit.old.number,
        "new": edit.new.number,
        "title": edit.new.title,
        "kinds": list(edit.kinds),
        "changes": [change.as_json() for change in edit.changes],
        "proof": _proof(edit.proof),
    }


def _proof(snapshot: "Snapshot | None") -> dict[str, object] | None:
    """The fetch that shows a change, for JSON, with the place of its WARC record."""
    if snapshot is None:
        return None
    record = snapshot.record
    return {
        "fetched_at": instant(snapshot.fetched_at),
        "url": snapshot.url,
        "status": snapshot.status,
        "payload_sha256": snapshot.payload_sha256,
        "warc_file": record.file if record else None,
        "warc_offset": record.offset if record else None,
    }
