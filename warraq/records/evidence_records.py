"""Evidence as plain values: URL, time and server of a fetch, and the location of its record."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from storage.export.columns import instant

if TYPE_CHECKING:
    from storage.verify.evidence import Evidence


def evidence_summary(evidence: "Evidence") -> dict[str, object]:
    """Return one fetch and the result of reading its record back, without paths of this machine."""
    snapshot = evidence.snapshot
    return {
        "version": evidence.version,
        "asked": evidence.asked,
        "answered": snapshot.url,
        "fetched_at": instant(snapshot.fetched_at),
        "status": snapshot.status,
        "media_type": snapshot.media_type,
        "payload_sha256": snapshot.payload_sha256,
        "server_ip": snapshot.server_ip,
        "tls_subject": snapshot.tls_subject,
        "warc": asdict(snapshot.record) if snapshot.record else None,
        "fault": evidence.fault,
    }
