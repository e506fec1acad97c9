"""Probabilities that a count, a share or an order is due to chance."""

import math
from collections.abc import Sequence
from itertools import accumulate


def at_most(count: int, mean: float, variance: float) -> float:
    """P(N <= count), N negative binomial of this mean and variance; Poisson where the variance is no larger.

    >>> round(at_most(0, 3.0, 3.0), 4)
    0.0498
    >>> round(at_most(0, 3.0, 6.0), 4)
    0.125
    """
    if mean <= 0:
        return 1.0
    total = 0.0
    for number in range(count, -1, -1):
        term = math.exp(_log_chance(number, mean, variance))
        total += term
        if number < mean and term < total * 1e-9:
            break
    return min(total, 1.0)


def _log_chance(number: int, mean: float, variance: float) -> float:
    if variance <= mean * (1 + 1e-9):
        return number * math.log(mean) - mean - math.lgamma(number + 1)
    size = mean * mean / (variance - mean)
    arranged = math.lgamma(number + size) - math.lgamma(size) - math.lgamma(number + 1)
    return arranged - size * math.log1p(mean / size) - number * math.log1p(size / mean)


def share_gain(bad: int, number: int, bad_before: int, before: int) -> float:
    """Return how much better two shares explain a series than one: log likelihood ratio.

    0 if the later is not larger.
    """
    if not number or not before or bad * before <= bad_before * number:
        return 0.0
    together = _log_share(bad + bad_before, number + before)
    return _log_share(bad, number) + _log_share(bad_before, before) - together


def _log_share(bad: int, number: int) -> float:
    good = number - bad
    return sum(part * math.log(part / number) for part in (bad, good) if part)


def rank_scores(values: Sequence[float]) -> list[float]:
    """Compare, at each place of a series, the values from there on with those before, by ranks.

    The standard score of a Mann-Whitney test with mean ranks for ties; negative: smaller from there on. 0 at the first
    place.
    """
    number = len(values)
    ordered = sorted(range(number), key=values.__getitem__)
    ranks = [0.0] * number
    start = 0
    while start < number:
        end = start
        while end < number and values[ordered[end]] == values[ordered[start]]:
            end += 1
        for place in ordered[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    sums = list(accumulate(ranks, initial=0.0))
    scores = [0.0]
    for place in range(1, number):
        later = number - place
        spread = math.sqrt(later * place * (number + 1) / 12)
        scores.append((sums[number] - sums[place] - later * (number + 1) / 2) / spread)
    return scores[:number]
