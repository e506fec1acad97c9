"""Write the date of a source's check into its file; comments are kept."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from crawler.sources.source import Source, SourceError, parse, paths
from storage.export.file import whole_file

_CHECKED = re.compile(r"^(checked[ \t]*=[ \t]*)(?:\"[^\"\n]*\"|'[^'\n]*'|[\d-]+)", re.MULTILINE)
_TABLE = re.compile(r"^\[", re.MULTILINE)


def write_checked(source: Source, day: date, folders: Sequence[Path]) -> Path:
    """Write the check date into the file of a source, and change nothing else.

    A built-in file is not touched: it is copied into the first of `folders`, unless that is the built-in folder itself.

    Returns:
        The file that was written.

    Raises:
        SourceError: the file cannot be read or written, or is not the one that was loaded.
        StorageError: the disk refuses.
        IndexError: no folder is given and the file is built in.
    """
    path = paths(folders)[source.key]
    target = path if path.parent in map(Path, folders) else Path(folders[0]) / path.name
    try:
        text = with_checked(path.read_text("utf-8"), day)
        if parse(text, path=path) != replace(source, checked=day):
            raise SourceError(path, "has changed since it was read, or states `checked` in a way that is not found")
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as out:
            out.write(text.encode())
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(target, f"cannot be written: {error}") from error
    return target


def with_checked(text: str, day: date) -> str:
    """Return the text of a source's file with another check date: one line changed, or one added before the first
    table.

    >>> with_checked('home = "https://a.example/"\\n\\n[[endpoint]]\\n', date(2026, 11, 23))
    'home = "https://a.example/"\\nchecked = 2026-11-23\\n\\n[[endpoint]]\\n'
    """
    first = _TABLE.search(text)
    head, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
    changed, number = _CHECKED.subn(rf"\g<1>{day.isoformat()}", head, count=1)
    if not number:
        body = head.rstrip()
        changed = f"{body}\nchecked = {day.isoformat()}\n{head[len(body) :].removeprefix(chr(10))}"
    return changed + rest
