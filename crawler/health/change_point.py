"""Find where a series of good and bad values turned worse, if it did. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.health.chance import share_gain

#: Minimum log likelihood ratio of a change point: chance reaches it once in some thousand series.
GAIN = 7.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """A place from which on the share of bad values is larger."""

    #: Index of the first value after the change; 0: it was always so.
    place: int
    share: float
    #: None: there is nothing before.
    share_before: float | None


def turn_of(
    series: Sequence[tuple[int, int]], *, least: int, least_before: int, rise: float, always: float
) -> ChangePoint | None:
    """Find where a series of (bad, all) turned worse; None if it did not.

    Args:
        least: minimum bad values since the change.
        least_before: minimum values, good or bad, before it.
        rise: minimum increase of the share.
        always: a share this large is reported even if it was never smaller.
    """
    bad, number = sum(one[0] for one in series), sum(one[1] for one in series)
    best, place, after = GAIN, None, (0, 0)
    bad_later = later = 0
    for at in range(len(series) - 1, 0, -1):
        bad_later, later = bad_later + series[at][0], later + series[at][1]
        bad_before, before = bad - bad_later, number - later
        if bad_later < least or before < least_before or not series[at][0]:
            continue
        gain = share_gain(bad_later, later, bad_before, before)
        if gain > best and bad_later / later - bad_before / before >= rise:
            best, place, after = gain, at, (bad_later, later)
    if place is not None:
        before = number - after[1]
        return ChangePoint(place=place, share=after[0] / after[1], share_before=(bad - after[0]) / before)
    if bad >= least and bad >= always * number:
        return ChangePoint(place=0, share=bad / number, share_before=None)
    return None
