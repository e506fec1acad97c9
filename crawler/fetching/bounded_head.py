"""A download handler that aborts a response while it is received, if its head is too large.

Without it, 200,000 header lines cost 147 MB and 4.6 s of processor time, because body limits apply later.
"""

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

#: Bytes that the status line and headers of one answer may have. Browsers stop at 256 kB; real ones have some 2 kB.
MAX_HEAD_BYTES = 256 * 1024


class HeadTooLargeError(Exception):
    """The status line and headers of a response are larger than `MAX_HEAD_BYTES`."""


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """One connection: counts the bytes that come before a body."""

    _parser_seen: object = None
    _head = 0

    def dataReceived(self, data: bytes) -> None:
        parser = self._parser
        if parser is not self._parser_seen:  # the next answer on the same connection
            self._parser_seen, self._head = parser, 0
        if parser is not None and parser.state not in (BODY, DONE):
            self._head += len(data)
            if self._head > MAX_HEAD_BYTES:
                self._giveUp(Failure(HeadTooLargeError()))  # type: ignore[no-untyped-call]
                if self.transport is not None:
                    self.transport.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHeadHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a bound on the head of each answer."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
