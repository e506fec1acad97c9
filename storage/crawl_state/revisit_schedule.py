"""When a finished page is revisited. Pure: instants and durations in, an instant out.

Steps are measured from the first fetch of the article and never drift: a late revisit replaces all the steps it missed.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0

#: Seconds from the first fetch to each revisit: most corrections come within the day, most withdrawals within the
#: month.
SCHEDULE_S = (15 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 30 * _DAY)
#: Revisits per hour and source in ordinary crawls: at a gap of 5 s, a sixth of a host's capacity.
BUDGET = 120

#: Share of a step by which revisits are scattered to both sides, so that a thousand articles of one hour do not return
#: at once.
JITTER = 0.1
#: An article older than this at its first fetch gets only the last step.
OLD_S = 30 * _DAY
#: A younger one skips the steps shorter than this share of its age: they have passed already.
_AGE_SHARE = 0.1

#: A sign of withdrawal that may be a mishap counts if it is found again after this many seconds.
CONFIRM_S = _HOUR
#: Checks whether a withdrawn article is back, in seconds from when it was missed.
RETURN_S = (_DAY, 7 * _DAY)
#: Seconds until the second, third ... attempt of a failed revisit; after the last, the next step is awaited.
BACK_OFF_S = (60.0, 300.0, 1_800.0, 7_200.0)


def steps(schedule: Sequence[float], age_s: float | None) -> tuple[float, ...]:
    """Return the steps left for an article of this age at its first fetch; None: age unknown, treated as old."""
    if age_s is None or age_s > OLD_S:
        return tuple(schedule[-1:])
    return tuple(step for step in schedule if step >= age_s * _AGE_SHARE)


def next_revisit(
    schedule: Sequence[float], *, first: datetime, age_s: float | None, now: datetime, key: str
) -> datetime | None:
    """Return the time of the next revisit; None: never.

    Args:
        schedule: seconds from the first fetch, rising.
        first: when the article was first fetched.
        age_s: its age then, see `steps`.
        key: scatters the revisits; deterministic per key.
    """
    gone = (now - first).total_seconds()
    for step in steps(schedule, age_s):
        if step * (1 - JITTER) > gone:
            return first + timedelta(seconds=step * _scattered(key, step))
    return None


def next_return(missed: datetime, *, now: datetime, key: str) -> datetime | None:
    """Return when to check whether a withdrawn article is back; None: not again."""
    return next_revisit(RETURN_S, first=missed, age_s=0.0, now=now, key=key)


def confirmation(first: datetime, *, now: datetime) -> datetime:
    """Return when to check whether a sign is still present."""
    return max(first, now - timedelta(seconds=CONFIRM_S)) + timedelta(seconds=CONFIRM_S)


def recheck(stood_s: float, *, now: datetime) -> datetime:
    """Return when to recheck a sign that does not count yet: the interval grows with its age, from an hour to a day."""
    return now + timedelta(seconds=min(max(stood_s, CONFIRM_S), _DAY))


def _scattered(key: str, step: float) -> float:
    digest = hashlib.sha256(f"{key} {step:g}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return 1 - JITTER + 2 * JITTER * share
