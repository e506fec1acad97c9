"""Revisits: when a finished page is looked at again. Pure: instants and durations in, an instant out.

Steps are measured from when the article was first fetched and never drift: a look that came late takes the place of
all the steps that it missed.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0

#: Seconds from the first fetch to each look: most corrections come within the day, most withdrawals within the month.
SCHEDULE_S = (15 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 30 * _DAY)
#: Looks an hour and source, of ordinary crawls: at a gap of 5 s a sixth of what a host may be asked.
BUDGET = 120

#: Share of a step by which looks are scattered to both sides, so that a thousand articles of one hour do not return as one.
JITTER = 0.1
#: An article that was older than this when it was first fetched gets the last step alone.
OLD_S = 30 * _DAY
#: A younger one goes without the steps that are shorter than this share of its age: it has had them already.
_AGE_SHARE = 0.1

#: A sign that an article is gone which may be a mishap counts when it is there again after so many seconds.
CONFIRM_S = _HOUR
#: Looks at whether a withdrawn article has come back, in seconds from when it was missed.
RETURN_S = (_DAY, 7 * _DAY)
#: Seconds to the second, third ... try of a look that failed; after the last it is given up, and the next step waited for.
BACK_OFF_S = (60.0, 300.0, 1_800.0, 7_200.0)


def steps(schedule: Sequence[float], age_s: float | None) -> tuple[float, ...]:
    """The steps that are left to an article of this age when it was first fetched; None: nobody knows its age, so old."""
    if age_s is None or age_s > OLD_S:
        return tuple(schedule[-1:])
    return tuple(step for step in schedule if step >= age_s * _AGE_SHARE)


def next_look(
    schedule: Sequence[float], *, first: datetime, age_s: float | None, now: datetime, key: str
) -> datetime | None:
    """When to look again; None: never.

    Args:
        schedule: seconds from the first fetch, rising.
        first: when the article was first fetched.
        age_s: how old it was then, see `steps`.
        key: scatters the looks; the same key always in the same way.
    """
    gone = (now - first).total_seconds()
    for step in steps(schedule, age_s):
        if step * (1 - JITTER) > gone:
            return first + timedelta(seconds=step * _scattered(key, step))
    return None


def next_return(missed: datetime, *, now: datetime, key: str) -> datetime | None:
    """When to look whether a withdrawn article has come back; None: no more."""
    return next_look(RETURN_S, first=missed, age_s=0.0, now=now, key=key)


def confirmation(first: datetime, *, now: datetime) -> datetime:
    """When to look whether a sign is still there."""
    return max(first, now - timedelta(seconds=CONFIRM_S)) + timedelta(seconds=CONFIRM_S)


def recheck(stood_s: float, *, now: datetime) -> datetime:
    """When to look again at a sign that does not count yet: the longer it has stood the later, from an hour to a day."""
    return now + timedelta(seconds=min(max(stood_s, CONFIRM_S), _DAY))


def _scattered(key: str, step: float) -> float:
    digest = hashlib.sha256(f"{key} {step:g}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return 1 - JITTER + 2 * JITTER * share
