"""Seen: payloads that this process wrote, so that the same bytes again become a revisit record. Bounded."""

from collections import OrderedDict
from dataclasses import dataclass

from storage.warc.record import WarcLocation

#: Payloads remembered, and addresses: some 10 MB.
SEEN = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A response that a revisit may refer to."""

    url: str
    #: As its record words it.
    date: str
    #: WARC-Record-ID, in its angle brackets.
    id: str
    payload_sha256: str
    location: WarcLocation


class SeenPayloads:
    """The last so many originals by payload and by address. Not thread-safe: its store holds a lock."""

    def __init__(self, size: int = SEEN) -> None:
        self._size = size
        self._by_payload: OrderedDict[str, Original] = OrderedDict()
        self._by_url: OrderedDict[str, Original] = OrderedDict()

    def remember(self, original: Original, *, url: str) -> None:
        """Take note that `url` answered with the payload of an original, its own or another's."""
        self._put(self._by_payload, original.payload_sha256, original)
        self._put(self._by_url, url, original)

    def payload(self, sha256: str) -> Original | None:
        """The original with this payload."""
        return self._by_payload.get(sha256)

    def address(self, url: str) -> Original | None:
        """The original whose payload this address last answered with: what a 304 speaks of."""
        return self._by_url.get(url)

    def _put(self, table: OrderedDict[str, Original], key: str, original: Original) -> None:
        table[key] = original
        table.move_to_end(key)
        if len(table) > self._size:
            table.popitem(last=False)
