"""Readings: texts that were read to learn from them, kept on disk so that they are not read a second time."""

import tempfile
from collections.abc import Iterable
from typing import Self

from pipelines.texts.read import GivenText

#: Bytes that are held in memory; with more a file is made.
_IN_MEMORY = 8_000_000


class Readings:
    """Pickled `ReadText`s by the text that each was made of: in memory, many in a temporary file without a name."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, prefix="warraq-")  # noqa: SIM115  closed by `close`
        self._end = 0
        #: Hash of a given text -> where its reading begins, and its length.
        self._places: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def add(self, given: int, reading: bytes) -> None:
        """Keep a reading. `given`: `hash(GivenText)`, in the process that asks for it later."""
        self._file.seek(self._end)
        self._file.write(reading)
        self._places[given] = self._end, len(reading)
        self._end += len(reading)

    def of(self, given: GivenText) -> bytes | None:
        """Return the reading of a text; None if it was not kept."""
        place = self._places.get(hash(given)) if self._places else None
        return None if place is None else self._at(*place)

    def all(self, given: Iterable[int]) -> list[bytes]:
        """The readings of texts that were kept, by their hashes."""
        return [self._at(*self._places[one]) for one in given]

    def _at(self, start: int, length: int) -> bytes:
        self._file.seek(start)
        return self._file.read(length)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
