"""WARC files: every fetched page is stored as received before it is processed.

A fetch is an `Exchange`: `WarcStore.write_exchange` writes its records with one flush, `WarcStore.read` returns the
response. A file is written as NAME.warc.gz.open, locked by its writer, and renamed when it is closed; rows name it
NAME.warc.gz from the start. Nothing is ever appended to a file of an earlier run: everything after a torn record would
be unreadable (facts, F36). A file left open by a crash is mended at the next start (`storage.warc.mend`).
"""

from storage.warc.exchange import Exchange
from storage.warc.file import ROTATE_BYTES
from storage.warc.record import Earlier, WarcError, WarcLocation, WarcRecord, WarcResponse
from storage.warc.store import WarcStore

__all__ = [
    "ROTATE_BYTES",
    "Earlier",
    "Exchange",
    "WarcError",
    "WarcLocation",
    "WarcRecord",
    "WarcResponse",
    "WarcStore",
]
