"""The elements of one JSON array, one by one, without holding the array."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from crawler.importing.records.given_record import MAX_RECORD_BYTES, UnreadableError

_CHUNK_BYTES = 1 << 18
_SPACE = " \t\r\n"


def elements(stream: BinaryIO, name: str) -> Iterator[object]:
    """Decode the elements of a JSON array from a stream. Raises UnreadableError if it is damaged or not an array."""
    return _Elements(stream, name).read()


class _Elements:
    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder()
        self._text, self._at, self._ended, self._number = "", 0, False, 0

    def read(self) -> Iterator[object]:
        self._expect("[")
        if self._next() == "]":
            return
        while True:
            yield self._element()
            sign = self._next()
            self._at += 1
            if sign == "]":
                return
            if sign != ",":
                raise self._damaged("the array ends in the middle" if not sign else f"{sign!r} where a comma belongs")

    def _element(self) -> object:
        self._number += 1
        self._next()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if len(self._text) - self._at > MAX_RECORD_BYTES:
                    raise self._damaged("longer than 16 MB, or not closed") from None
                if not self._has_more():
                    raise self._damaged(f"not JSON: {getattr(error, 'msg', error)}") from None
                continue
            if end < len(self._text) or not self._has_more():  # a number may go on in the next piece
                self._at = end
                return value

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise self._damaged(f"no {sign!r}")
        self._at += 1

    def _next(self) -> str:
        """Return the next character that is not white space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._has_more():
                return ""

    def _has_more(self) -> bool:
        if self._ended:
            return False
        data = self._stream.read(max(_CHUNK_BYTES, len(self._text) - self._at))  # doubles: a long element stays linear
        self._ended = not data
        try:
            self._text = self._text[self._at :] + self._decode.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise self._damaged("not UTF-8; convert the file, for example with iconv") from None
        self._at = 0
        return not self._ended

    def _damaged(self, why: str) -> UnreadableError:
        return UnreadableError(f"{self._name}, element {self._number}: {why}")
