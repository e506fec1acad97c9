"""Parse the header of a record: its named fields, and whether its block matches its digest. Needs only the decompressed
bytes."""

import base64
import binascii
import hashlib


def fields_of(plain: bytes) -> dict[str, str]:
    """Return the fields of a record's own header, names in lower case; empty if the bytes do not start a record."""
    head = plain.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    version, *lines = head.split("\r\n")
    if not version.startswith("WARC/"):
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def block_holds(plain: bytes) -> bool:
    """Whether a complete record matches its stated length and block digest; True if it states none of a known type."""
    fields = fields_of(plain)
    block = plain.partition(b"\r\n\r\n")[2]
    length = fields.get("content-length", "")
    if not length.isdecimal() or block[int(length) :] != b"\r\n\r\n":
        return False
    algorithm, _, named = fields.get("warc-block-digest", "").partition(":")
    if algorithm not in ("sha1", "sha256", "md5"):
        return True
    return hashlib.new(algorithm, block[: int(length)], usedforsecurity=False).digest() == _bytes(named)


def _bytes(digest: str) -> bytes:
    """Decode a digest written in hex or base 32."""
    try:
        return bytes.fromhex(digest)
    except ValueError:
        pass
    try:
        return base64.b32decode(digest)
    except binascii.Error:
        return b""
