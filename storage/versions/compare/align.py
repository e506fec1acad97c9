"""Align two sequences of words: which words stayed in place. The basis of the diff and of the classification.

Patience order: words that occur once on each side are the anchors, the longest rising run of them is kept, and each gap
between two anchors is treated the same way. Near-linear where difflib is quadratic, and it never matches a paragraph to
its neighbour by its small words.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

#: A gap without anchors goes to difflib up to this many pairs of words; a larger one counts as rewritten.
_DIFFLIB_PAIRS = 40_000

#: Old and new index of two equal words.
Match = tuple[int, int]


def matches(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Pairs of indices of equal words, rising on both sides."""
    found: list[Match] = []
    gaps = [(0, len(old), 0, len(new))]
    while gaps:
        start, stop, other, other_stop = gaps.pop()
        while start < stop and other < other_stop and old[start] == new[other]:
            found.append((start, other))
            start, other = start + 1, other + 1
        while start < stop and other < other_stop and old[stop - 1] == new[other_stop - 1]:
            stop, other_stop = stop - 1, other_stop - 1
            found.append((stop, other_stop))
        if start == stop or other == other_stop:
            continue
        anchors = _anchors(old, new, start, stop, other, other_stop)
        if anchors:
            found += anchors
            edges = [(start - 1, other - 1), *anchors, (stop, other_stop)]
            gaps += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges) if a + 1 < c and b + 1 < d]
        elif (stop - start) * (other_stop - other) <= _DIFFLIB_PAIRS:
            blocks = SequenceMatcher(None, old[start:stop], new[other:other_stop], autojunk=False).get_matching_blocks()
            found += [(start + block.a + n, other + block.b + n) for block in blocks for n in range(block.size)]
    return sorted(found)


def _anchors(old: Sequence[str], new: Sequence[str], start: int, stop: int, other: int, other_stop: int) -> list[Match]:
    """Return the longest rising run of words that occur once on each side of a gap."""
    here, there = Counter(old[start:stop]), Counter(new[other:other_stop])
    place = {new[j]: j for j in range(other, other_stop) if there[new[j]] == 1}
    return _rising([(i, place[old[i]]) for i in range(start, stop) if here[old[i]] == 1 and old[i] in place])


def _rising(pairs: list[Match]) -> list[Match]:
    """Longest increasing subsequence by the second index; the first rises already."""
    tops: list[int] = []  # second index that ends the best run of each length
    ends: list[int] = []  # and its position in `pairs`
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(tops, j)
        tops[length : length + 1] = [j]
        ends[length : length + 1] = [place]
        before.append(ends[length - 1] if length else -1)
    run: list[Match] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        run.append(pairs[place])
        place = before[place]
    return run[::-1]


#: Old words start:stop were replaced by new words other:other_stop; either may be empty.
Hunk = tuple[int, int, int, int]


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """Yield the differing stretches, in order; stray words common to two rewritten passages are part of them."""
    found: list[Hunk] = []
    last, other_last = 0, 0
    for i, j in [*matches(old, new), (len(old), len(new))]:
        if i > last or j > other_last:
            _append(found, (last, i, other_last, j))
        last, other_last = i + 1, j + 1
    return found


def _append(found: list[Hunk], hunk: Hunk) -> None:
    """Add a hunk; merge it with earlier ones separated by an equal stretch of at most half the smaller hunk's size."""
    while found:
        between = hunk[0] - found[-1][1]
        if 2 * between > min(_size(found[-1]), _size(hunk)):
            break
        before = found.pop()
        hunk = (before[0], hunk[1], before[2], hunk[3])
    found.append(hunk)


def _size(hunk: Hunk) -> int:
    return max(hunk[1] - hunk[0], hunk[3] - hunk[2])
