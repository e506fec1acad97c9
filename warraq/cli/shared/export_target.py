"""Target of an export: the format by file extension, and whether an existing file may be replaced."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from storage.export.corpus.split import part_path
from storage.export.formats import FORMATS

#: Additional file extensions of formats.
_ALIASES = {".ndjson": "jsonl", ".htm": "html", ".xhtml": "html"}


def format_of(output: str, given: str | None) -> str:
    """Return the given format, or the format of a file's extension.

    Raises UsageError if they contradict each other.
    """
    endings = {known.suffix: name for name, known in FORMATS.items() if known.suffix} | _ALIASES
    ended = next((name for suffix, name in endings.items() if output.lower().endswith(suffix)), None)
    if given is not None:
        if ended not in (None, given):
            raise _error(f"{output} ends like {ended}, and -f says {given}; leave out one of them")
        return given
    suffix = Path(output).suffix
    if ended is None and suffix and output != "-":
        known = ", ".join(f"{name} ({one.suffix})" for name, one in FORMATS.items() if one.suffix)
        raise _error(f"no format has files that end in {suffix}; there are {known}; or name it with -f")
    return ended or "jsonl"


def refuse_existing(output: str, *, split: bool, force: bool) -> None:
    """Raise UsageError if a file exists and replacing it was not allowed; on a terminal, ask."""
    if output == "-" or force:
        return
    existing = next(_existing(Path(output), split=split), None)
    if existing is None:
        return
    if sys.stdin.isatty() and sys.stderr.isatty():
        if click.confirm(f"{existing} exists; replace it?", err=True):
            return
        raise _error(f"{existing} was left as it is")
    raise _error(f"{existing} exists; --force replaces it")


def _existing(path: Path, *, split: bool) -> Iterator[Path]:
    if not split:
        yield from [path] if path.is_file() else []
        return
    pattern = part_path(path, "*")
    yield from (found for found in pattern.parent.glob(pattern.name) if found.is_file())


def _error(words: str) -> click.UsageError:
    return click.UsageError(words, click.get_current_context())
