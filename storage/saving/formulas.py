"""Formulas of the trade (cables, weather, market closes): what articles of other days share with a text too.

Two texts that share formulas only are alike in form: they tell of two events. What is formula is seen in the articles
of other days that share a band with the text, which a look-up finds anyway. No counts are kept, so none can be wrong
after a crash, and nothing more is read for a text that is like no other, or nearly equal.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import lt

from storage.model.signature import EVERY_PLACE, Signature, equal_places

#: Candidates examined per article. One member of a story is enough to join it.
CANDIDATES = 24
#: Further articles that share a band, spread evenly over the archive: candidates may all be copies of one day.
_SPREAD = 24
#: Copies of a text appear within fewer days than this; what is further away tells of another event.
SERIES_DAYS = 3


def neighbours(bands: Sequence[tuple[int, int]]) -> list[int]:
    """Return articles that share bands with a text, given as band and article: CANDIDATES, then others as references.

    Likeliest first: a rare band is strong evidence, one of stock phrases weak.
    """
    having = Counter([band for band, _ in bands])
    weights: defaultdict[int, float] = defaultdict(float)
    for band, other in bands:
        weights[other] += 1 / having[band]
    found = [other for _, other in sorted((-weight, other) for other, weight in weights.items())]
    rest = sorted(found[CANDIDATES:])
    return [*found[:CANDIDATES], *rest[:: max(1, len(rest) // _SPREAD)][:_SPREAD]]


class References:
    """Articles that share a band with a text; their signatures are read when a borderline pair needs them."""

    def __init__(self, ids: Sequence[int], signatures_of: Callable[[Sequence[int]], Mapping[int, Signature]]) -> None:
        """`signatures_of`: returns the signatures of articles, as far as they have one."""
        self.ids = ids
        self._signatures_of = signatures_of
        self._signed: dict[int, int] = {}
        self._same: defaultdict[int, dict[int, int]] = defaultdict(dict)

    def likeness(self, one: Signature, other: Signature, between: tuple[date, date], days: Mapping[int, date]) -> float:
        """Estimate the likeness of two texts, leaving out what the first shares with articles of other days.

        Each value of a signature is a shingle of both texts, drawn at random; those of other days do not count.

        Args:
            between: the days of the two texts.
            days: the days of the references.
        """
        far = [
            id for id in self.ids if id in days and all(abs((days[id] - day).days) >= SERIES_DAYS for day in between)
        ]
        mine = one.number
        common = self._common(mine, far)
        shared = equal_places(mine, other.number)
        rare = (shared & ~common).bit_count()
        differing = (EVERY_PLACE & ~shared & (~common | _smaller(other, one))).bit_count()
        return rare / (rare + differing) if rare else 0.0

    def _common(self, one: int, ids: Sequence[int]) -> int:
        """Return the places of a signature's values that one of some articles has too."""
        if missing := [id for id in ids if id not in self._signed]:
            self._signed |= {id: signed.number for id, signed in self._signatures_of(missing).items()}
        same, common = self._same[one], 0
        for id in ids:
            if id not in same:
                same[id] = equal_places(one, self._signed[id]) if id in self._signed else 0
            common |= same[id]
        return common


def _smaller(one: Signature, other: Signature) -> int:
    """Return the places where one signature's value is the smaller."""
    places = tuple(map(lt, one.values, other.values))
    return Signature.of(0, places).number << 31
