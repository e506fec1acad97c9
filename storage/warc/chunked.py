"""Decode HTTP's chunked transfer coding: records of other programs may contain it, ours never do."""

#: Maximum length of a chunk-size line.
_LINE_BYTES = 1024


class BadChunks(ValueError):
    """A chunked body is cut short, or damaged behind its first chunk."""


def dechunked(body: bytes) -> bytes:
    """Return the body without chunk sizes. A body that is not chunked, though a header says so, is returned as it is.

    Raises:
        BadChunks: it starts chunked but does not end properly.

    >>> dechunked(b"4;x=1\\r\\nWiki\\r\\n2\\r\\nab\\r\\n0\\r\\n\\r\\n")
    b'Wikiab'
    """
    parts: list[bytes] = []
    position = 0
    while True:
        size, start = _size(body, position)
        if size is None:
            if not parts:
                return body  # a program that undid the coding and left the header
            raise BadChunks("no chunk size" if start else "cut short")
        if size == 0:
            return b"".join(parts)
        if start + size > len(body):
            if not parts and body[position : position + 1] == b"<":
                return body
            raise BadChunks("cut short")
        parts.append(body[start : start + size])
        position = start + size
        position += 2 if body[position : position + 2] == b"\r\n" else body[position : position + 1] == b"\n"


def _size(body: bytes, position: int) -> tuple[int | None, int]:
    """Return a chunk's size and the start of its data; (None, 0) at the end, (None, n) if the line has no size."""
    end = body.find(b"\n", position, position + _LINE_BYTES)
    if end < 0:
        return None, 0 if position >= len(body) else 1
    word = body[position:end].split(b";")[0].strip()
    if not word or word.strip(b"0123456789abcdefABCDEF"):
        return None, 1
    return int(word, 16), end + 1
