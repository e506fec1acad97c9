"""Record: one article as a file gives it, with its place in the file."""

from dataclasses import dataclass, field
from typing import Literal

from storage.errors import WarraqError

#: Format of a file, after decompression.
Shape = Literal["txt", "jsonl", "json", "csv", "tsv", "parquet"]

#: The first bytes of a gzip file.
GZIP = b"\x1f\x8b"
#: Longest line or array element that is read: the longest article of a newspaper has some 200,000 letters.
MAX_RECORD_BYTES = 16_000_000


class UnreadableError(WarraqError):
    """A file, or the rest of it, cannot be read. The message says which, why, and what to do."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row, object or text file."""

    #: "articles.jsonl, line 7"; for people.
    where: str
    #: By field name, in the order of the file. JSON and Parquet values are as their types have them.
    values: dict[str, object] = field(default_factory=dict)
    #: Why the record cannot be used; "" if it can.
    error: str = ""
