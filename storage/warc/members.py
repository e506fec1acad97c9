"""Iterate over the gzip members of a WARC file one by one, past damaged ones."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

#: Read size: most members are smaller, and excess bytes are read again.
_CHUNK = 16_384
_WINDOW = 1 << 20
_MAGIC = b"\x1f\x8b\x08"
#: First bytes of a record; anything else that looks like the start of a member is chance.
_RECORD = b"WARC/1."
#: Prefix of a member's content that is returned: all of a record's own header, and all of a record of fields.
HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A stretch of the file: a whole gzip member, or bytes that are not one."""

    offset: int
    length: int
    #: A whole member with a correct checksum.
    whole: bool
    #: The only fault is that the file ends early: the effect of a crash.
    torn: bool
    #: The first `HEAD_BYTES` of its content, as far as readable.
    head: bytes
    #: Length of the content in bytes.
    size: int


def members(file: BinaryIO, *, start: int = 0) -> Iterator[Member]:
    """Yield every stretch of a file, in order; together they cover the file. After damage, search for the next record.

    Args:
        start: where to begin; must be the start of a member.
    """
    size = file.seek(0, os.SEEK_END)
    offset = start
    while offset < size:
        member = _member(file, offset, size)
        if not member.whole and (following := _next_record(file, offset + 1, size)) is not None:
            member = replace(member, length=following - offset, torn=False)
        yield member
        offset += member.length


def _member(file: BinaryIO, offset: int, size: int) -> Member:
    unpacker, head, plain, position = zlib.decompressobj(wbits=31), b"", 0, offset
    file.seek(offset)
    torn = True
    while chunk := file.read(_CHUNK):
        try:
            content = unpacker.decompress(chunk)
        except zlib.error:
            torn = False
            break
        plain += len(content)
        head += content[: HEAD_BYTES - len(head)]
        position += len(chunk) - len(unpacker.unused_data)
        if unpacker.eof:
            return Member(offset=offset, length=position - offset, whole=True, torn=False, head=head, size=plain)
    if not torn:
        head = head or _readable(file, offset)
    return Member(offset=offset, length=size - offset, whole=False, torn=torn, head=head, size=plain)


def _readable(file: BinaryIO, offset: int) -> bytes:
    """Decompress what is readable of a damaged member, a few bytes at a time: enough to identify the record."""
    file.seek(offset)
    unpacker, head = zlib.decompressobj(wbits=31), b""
    for _ in range(HEAD_BYTES // 64):
        try:
            head += unpacker.decompress(file.read(64))
        except zlib.error:
            break
        if unpacker.eof:
            break
    return head


def _next_record(file: BinaryIO, start: int, size: int) -> int | None:
    """Find the next readable record; None if there is none."""
    position = start
    while position < size:
        file.seek(position)
        window = file.read(_WINDOW + len(_MAGIC) - 1)
        found = window.find(_MAGIC)
        while found >= 0:
            if _begins_record(file, position + found):
                return position + found
            found = window.find(_MAGIC, found + 1)
        position += _WINDOW
    return None


def _begins_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(512)).startswith(_RECORD)
    except zlib.error:
        return False
