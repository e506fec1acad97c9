"""The evidence sheet: what was fetched, when, from which server, and where its record is."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rich.cells import cell_len
from rich.text import Text

from storage.export.columns import instant
from storage.model.time_zones import known_zone
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import display, is_rtl, visible
from warraq.cli.views.output import page
from warraq.locale.speech import say

if TYPE_CHECKING:
    from storage.verify.evidence import Evidence
    from storage.warc.record import WarcLocation

_LABELS = 14
#: Label of what is wrong, before it is translated.
_DAMAGED = "damaged"
#: Left-to-right mark.
_MARK = "\u200e"


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
    version = evidence.version
    page(context, say("Evidence of version %(number)d", number=version) if version else say("Evidence"), style="bold")
    for label, words in _lines(evidence):
        style = "bold red" if label == _DAMAGED else ""
        shown = _label(say("damaged") if label == _DAMAGED else label, shapes=context.shapes)
        line = Text(shown, style="dim").append(_words(words, shapes=context.shapes), style=style or "not dim")
        context.out.print(line, soft_wrap=True)


def _lines(evidence: "Evidence") -> Iterator[tuple[str, str]]:
    snapshot = evidence.snapshot
    yield "SHA-256", snapshot.payload_sha256
    yield say("fetched"), f"{snapshot.fetched_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if local := _local(snapshot.fetched_at, evidence.timezone):
        yield "", f"{local.isoformat(sep=' ', timespec='seconds')} ({evidence.timezone})"
    yield say("asked"), evidence.asked
    if unquote(snapshot.url) != unquote(evidence.asked):
        yield say("answered"), snapshot.url
    media = f", {snapshot.media_type}" if snapshot.media_type else ""
    yield say("answer"), (f"HTTP {snapshot.status}" if snapshot.status else say("given by hand")) + media
    if snapshot.server_ip:
        yield say("server"), snapshot.server_ip
    if snapshot.tls_subject:
        yield say("certificate"), snapshot.tls_subject
    record = snapshot.record
    yield "WARC", _place(record) if record else say("not recorded")
    if original := evidence.original:
        if snapshot.status == 304:
            yield "", say("not modified since the record in %(place)s", place=_place(original))
        else:
            yield "", say("the same bytes as in the record in %(place)s", place=_place(original))
    for number, command in enumerate(_commands(evidence)):
        yield "" if number else say("read it back"), command
    if evidence.fault:
        yield _DAMAGED, evidence.fault
    elif record:
        yield "", say("verified now: the payload has this SHA-256")


def _label(label: str, *, shapes: bool) -> str:
    """A label in its column; a mark keeps an Arabic one there."""
    padded = label + " " * (_LABELS - cell_len(label))
    return display(label) + padded[len(label) :] if shapes else padded + (_MARK if is_rtl(label) else "")


def _words(words: str, *, shapes: bool) -> str:
    """A value: sentences of ours may hold isolates, what a server sent may not."""
    shown = visible(words, lines=True) if is_rtl(words) else visible(words)
    return display(shown) if shapes else shown


def _place(record: "WarcLocation") -> str:
    return say(
        "%(file)s, byte %(offset)d, %(length)d bytes",
        file=record.file, offset=record.offset, length=record.length,
    )  # fmt: skip


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
    zone = known_zone(timezone) if timezone else None
    return moment.astimezone(zone) if zone else None
