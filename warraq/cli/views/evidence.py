"""The evidence sheet: what was fetched, when, from which server, and where its record is."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.text import Text

from storage.export.columns import instant
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import visible

if TYPE_CHECKING:
    from storage.verify.evidence import Evidence

_LABELS = 14


def evidence_record(evidence: "Evidence") -> dict[str, object]:
    """A sheet for machines: plain values, instants in UTC."""
    snapshot = evidence.snapshot
    local = _local(snapshot.fetched_at, evidence.timezone)
    return {
        "version": evidence.version,
        "asked": evidence.asked,
        "answered": snapshot.url,
        "fetched_at": instant(snapshot.fetched_at),
        "fetched_at_local": local.isoformat() if local else None,
        "timezone": evidence.timezone,
        "status": snapshot.status,
        "payload_sha256": snapshot.payload_sha256,
        "server_ip": snapshot.server_ip,
        "tls_subject": snapshot.tls_subject,
        "warc": asdict(snapshot.record) if snapshot.record else None,
        "payload_in": asdict(evidence.original) if evidence.original else None,
        "read_back": _commands(evidence),
        "fault": evidence.fault,
    }


def print_sheet(context: CliContext, evidence: "Evidence") -> None:
    """A sheet for people."""
    about = f" of version {evidence.version}" if evidence.version else ""
    context.out.print(Text(f"Evidence{about}", style="bold"))
    for label, words in _lines(evidence):
        style = "bold red" if label == "damaged" else ""
        line = Text(f"{label:<{_LABELS}}", style="dim").append(visible(words), style=style or "not dim")
        context.out.print(line, soft_wrap=True)


def _lines(evidence: "Evidence") -> Iterator[tuple[str, str]]:
    snapshot = evidence.snapshot
    yield "SHA-256", snapshot.payload_sha256
    yield "fetched", f"{snapshot.fetched_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if local := _local(snapshot.fetched_at, evidence.timezone):
        yield "", f"{local.isoformat(sep=' ', timespec='seconds')} ({evidence.timezone})"
    yield "asked", evidence.asked
    if unquote(snapshot.url) != unquote(evidence.asked):
        yield "answered", snapshot.url
    media = f", {snapshot.media_type}" if snapshot.media_type else ""
    yield "answer", (f"HTTP {snapshot.status}" if snapshot.status else "given by hand") + media
    if snapshot.server_ip:
        yield "server", snapshot.server_ip
    if snapshot.tls_subject:
        yield "certificate", snapshot.tls_subject
    record = snapshot.record
    yield "WARC", f"{record.file}, byte {record.offset}, {record.length} bytes" if record else "not recorded"
    if original := evidence.original:
        same = "not modified since the" if snapshot.status == 304 else "the same bytes as in the"
        yield "", f"{same} record in {original.file}, byte {original.offset}, {original.length} bytes"
    for number, command in enumerate(_commands(evidence)):
        yield "" if number else "read it back", command
    if evidence.fault:
        yield "damaged", evidence.fault
    elif record:
        yield "", "verified now: the payload has this SHA-256"


def _commands(evidence: "Evidence") -> list[str]:
    """Return commands that read the record, and the one with the payload, with an independent tool."""
    if evidence.path is None or evidence.snapshot.record is None:
        return []
    places = [(evidence.path, evidence.snapshot.record.offset)]
    if evidence.original is not None:
        places.append((_warc_path(evidence.path, evidence.original.file), evidence.original.offset))
    return [f"warcio extract {shlex.quote(str(path))} {offset}" for path, offset in places]


def _warc_path(path: Path, name: str) -> Path:
    closed = path.with_name(name)
    return closed if closed.exists() else path.with_name(f"{name}.open")


def _local(moment: datetime, timezone: str | None) -> datetime | None:
    """Return the instant in the newspaper's zone; None if that is not known."""
    try:
        return moment.astimezone(ZoneInfo(timezone)) if timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
