"""Remember payloads written by this process, so that identical bytes become a revisit record. Bounded."""

from collections import OrderedDict
from dataclasses import dataclass

from storage.warc.record import WarcLocation

#: Number of remembered payloads and URLs: some 10 MB.
SEEN = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A response that a revisit may refer to."""

    url: str
    #: Verbatim.
    date: str
    #: WARC-Record-ID, in its angle brackets.
    id: str
    payload_sha256: str
    location: WarcLocation


class SeenPayloads:
    """The most recent originals by payload and by URL. Not thread-safe: its store holds a lock."""

    def __init__(self, size: int = SEEN) -> None:
        self._size = size
        self._by_payload: OrderedDict[str, Original] = OrderedDict()
        self._by_url: OrderedDict[str, Original] = OrderedDict()

    def remember(self, original: Original, *, url: str) -> None:
        """Record that `url` returned the payload of an original, its own or another URL's."""
        self._put(self._by_payload, original.payload_sha256, original)
        self._put(self._by_url, url, original)

    def payload(self, sha256: str) -> Original | None:
        """The original with this payload."""
        return self._by_payload.get(sha256)

    def address(self, url: str) -> Original | None:
        """The original whose payload this URL last returned: a 304 refers to it."""
        return self._by_url.get(url)

    def _put(self, table: OrderedDict[str, Original], key: str, original: Original) -> None:
        table[key] = original
        table.move_to_end(key)
        if len(table) > self._size:
            table.popitem(last=False)
