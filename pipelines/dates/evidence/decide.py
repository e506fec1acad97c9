"""Decide from the evidence when an article was published. Agreement first, trust second, precision third."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pipelines.dates.moment import Moment
from storage.model.article import DateEvidence, Published

#: Weight of each kind of evidence for a day; kinds add up, several pieces of one kind do not.
WEIGHTS = {
    "json-ld": 4.0,
    "meta": 3.5,
    "time": 3.0,
    "visible": 3.0,
    "feed": 2.5,
    "sitemap": 2.5,
    "url": 2.5,
    "http": 0.0,
}
#: A date inside a slug may be of the event: it never wins alone.
SLUG_WEIGHT = 0.5
LEAST_WEIGHT = 1.0
#: Earlier dates are stored as evidence but never win: there were no newspapers on the web.
FIRST_DAY = date(1990, 1, 1)
#: Allowed difference between clocks: nothing is published after it was fetched.
SKEW = timedelta(minutes=10)
#: Where the source's zone is unknown, its wall clock may be this far ahead of UTC.
EASTERNMOST = timedelta(hours=14)
#: Times with at most this difference are equal: systems round to the minute and save a moment later.
SAME = timedelta(minutes=2)
#: A machine-readable time this close to the fetch was probably generated with the page (`date('c')`).
PRINTED_NOW = timedelta(minutes=3)
PRINTED_NOW_SHARE = 0.3
#: Offsets of the Arab world and of the Americas, for evidence of a source without a known zone.
MOST_EAST = timedelta(hours=4)
MOST_WEST = timedelta(hours=-8)

_AGO = re.compile(r"منذ|قبل|مضت|أمس|امس|اليوم|البارح|الآن|الان|ago|yesterday|today|il y a|hier")
_COARSE = re.compile(r"سبوع|سابيع|شهر|شهور|سن[ةهو]|سنتين|سنين|عام|week|month|year|ربع سن|الماضي")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """One parsed piece of evidence: the day in the newspaper's time zone, and the time if stated."""

    evidence: DateEvidence
    day: date
    #: None if only a day is meant.
    moment: Moment | None = None
    weight: float

    @property
    def witness(self) -> str:
        """Return the identity of the evidence: a <time> and the line that contains it count once."""
        return "page" if self.evidence.origin in ("time", "visible") else self.evidence.origin

    @property
    def is_relative(self) -> bool:
        """Say whether it is relative to the time of the fetch, and so only approximate."""
        return bool(_AGO.search(self.evidence.text)) and self.evidence.origin in ("visible", "time")


def decide(evidence: Iterable[DateEvidence], *, now: datetime, timezone: str | None) -> Published | None:
    """Return when the article was published; None if there is no admissible evidence.

    `timezone` is the IANA zone of the source: it supplies missing offsets, and times in UTC are converted to it.
    Without it a time without offset remains naive.
    """
    zone = ZoneInfo(timezone) if timezone else None
    claims = [claim for one in evidence if (claim := _claim(one, now, zone))]
    claims = _shifted(_unmasked([_without_future_utc(claim, now) for claim in claims]), zone)
    claims = [_in_zone(claim, zone) for claim in claims]
    claims = [_without_future_time(claim, now) for claim in _untwisted(claims)]
    claims = _on_shown_days([claim for claim in claims if _is_possible(claim, now, zone)], zone)
    day = _best_day(claims)
    if day is None:
        return None
    agreeing = [claim for claim in claims if _supports(claim, day)]
    return _published(_most_precise(agreeing, day), day, claims)


def has_false_utc(evidence: Iterable[DateEvidence], *, now: datetime) -> bool:
    """Say whether the page writes "Z" after local times: other evidence shows the same wall clock as local."""
    claims = [claim for one in evidence if (claim := _claim(one, now, None))]
    return _unmasked(claims) != claims


def _claim(one: DateEvidence, now: datetime, zone: tzinfo | None) -> DateClaim | None:
    if one.iso is None or one.origin not in WEIGHTS or (_COARSE.search(one.text) and _AGO.search(one.text)):
        return None
    weight = SLUG_WEIGHT if one.origin == "url" and not one.text.startswith("/") else WEIGHTS[one.origin]
    if not "1900" <= one.iso[:4] <= "2200":  # an empty stamp; and no arithmetic at the ends of the calendar
        return None
    if "T" not in one.iso:
        return DateClaim(evidence=one, day=date.fromisoformat(one.iso), weight=weight)
    moment = Moment.fromisoformat(one.iso)
    if one.origin in ("json-ld", "meta", "time") and moment.tzinfo and abs(_aware(now) - moment) < PRINTED_NOW:
        weight *= PRINTED_NOW_SHARE
    day = _meant_as_day(moment, one.origin, zone)
    return DateClaim(evidence=one, day=day or moment.date(), moment=None if day else moment, weight=weight)


def _aware(now: datetime) -> datetime:
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def _meant_as_day(moment: Moment, origin: str, zone: tzinfo | None) -> date | None:
    """Return the day if a machine-readable midnight means a day: midnight as stated, or in the source's zone."""
    if origin == "visible":
        return None
    if zone is not None and moment.tzinfo is not None and not moment.utcoffset():
        local = moment.astimezone(zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return local.date()
    return moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else None


def _is_utc(claim: DateClaim) -> bool:
    return claim.moment is not None and claim.moment.tzinfo is not None and not claim.moment.utcoffset()


def _is_naive(claim: DateClaim) -> bool:
    return claim.moment is not None and claim.moment.tzinfo is None


def _wall(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, moment.hour, moment.minute)  # noqa: DTZ001


def _unmasked(claims: list[DateClaim]) -> list[DateClaim]:
    """Replace a false "Z" by the offset that other evidence shows with the same wall clock, or remove it."""
    shown: dict[datetime, tzinfo | None] = {}
    for claim in claims:
        if claim.moment is None or _is_utc(claim) or claim.is_relative:
            continue
        # A machine-readable time without an offset may be UTC; only visible times prove a local clock.
        if claim.moment.tzinfo is not None or claim.evidence.origin in ("visible", "feed", "sitemap"):
            shown.setdefault(_wall(claim.moment), claim.moment.tzinfo)
    return [
        replace(claim, moment=claim.moment.replace(tzinfo=shown[_wall(claim.moment)]))
        if claim.moment is not None and _is_utc(claim) and _wall(claim.moment) in shown
        else claim
        for claim in claims
    ]


def _shifted(claims: list[DateClaim], zone: tzinfo | None) -> list[DateClaim]:
    """If the source's zone is unknown, derive it from a time stated both in UTC and as local time."""
    if zone is not None:
        return claims
    for local in claims:
        for utc in claims:
            if (
                local.moment is None
                or utc.moment is None
                or not _is_naive(local)
                or not _is_utc(utc)
                or local.is_relative
            ):
                continue
            ahead = _wall(local.moment) - _wall(utc.moment)
            if ahead and MOST_WEST <= ahead <= MOST_EAST and ahead.seconds % 1800 == 0:
                learned = timezone(ahead)
                return [_in_zone(claim, learned) for claim in claims]
    return claims


def _in_zone(claim: DateClaim, zone: tzinfo | None) -> DateClaim:
    """Add a missing offset, and convert a UTC time to the newspaper's time zone."""
    if zone is None or claim.moment is None:
        return claim
    if claim.moment.tzinfo is None:
        return replace(claim, moment=claim.moment.replace(tzinfo=zone))
    if not _is_utc(claim) or claim.evidence.origin == "visible":
        return claim
    moment = Moment.of(claim.moment.astimezone(zone))
    return replace(claim, moment=moment, day=moment.date())


def _without_future_utc(claim: DateClaim, now: datetime) -> DateClaim:
    """Remove the "Z" from a time after the fetch: it is local time marked as UTC."""
    if claim.moment is None or not _is_utc(claim) or claim.moment <= _aware(now) + SKEW:
        return claim
    return replace(claim, moment=claim.moment.replace(tzinfo=None))


def _without_future_time(claim: DateClaim, now: datetime) -> DateClaim:
    """Reduce a time after the fetch to its day: the hour or the zone is wrong."""
    if claim.moment is None:
        return claim
    if claim.moment.tzinfo is None:
        ahead = _wall(claim.moment) > _wall(_aware(now).astimezone(UTC)) + EASTERNMOST
    else:
        ahead = claim.moment > _aware(now) + SKEW
    return replace(claim, moment=None) if ahead else claim


def _is_possible(claim: DateClaim, now: datetime, zone: tzinfo | None) -> bool:
    latest = _aware(now).astimezone(zone) if zone else _aware(now).astimezone(UTC) + EASTERNMOST
    return FIRST_DAY <= claim.day <= latest.date()


def _on_shown_days(claims: list[DateClaim], zone: tzinfo | None) -> list[DateClaim]:
    """Give UTC times the day that the page shows, if the source's zone is unknown and some zone makes them agree."""
    if zone is not None:
        return claims
    local = [claim for claim in claims if not _is_utc(claim) and not claim.is_relative]
    shown = {claim.day for claim in local if claim.witness == "page"}
    return [_on_shown_day(claim, shown) for claim in claims]


def _on_shown_day(claim: DateClaim, shown: set[date]) -> DateClaim:
    if claim.moment is None or not _is_utc(claim) or claim.day in shown:
        return claim
    reached = {(claim.moment + offset).date() for offset in (MOST_EAST, MOST_WEST)} & shown
    return replace(claim, day=reached.pop(), moment=None) if len(reached) == 1 else claim


_NUMERIC = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


def _untwisted(claims: list[DateClaim]) -> list[DateClaim]:
    """Read 3/4/2024 with the month first if only that agrees with other evidence."""
    mended = []
    for claim in claims:
        others = {other.day for other in claims if other.evidence != claim.evidence}
        if _NUMERIC.match(claim.evidence.text) and claim.day.day <= 12 and claim.day not in others:
            twisted = claim.day.replace(month=claim.day.day, day=claim.day.month)
            if twisted in others:
                moment = claim.moment and claim.moment.replace(month=twisted.month, day=twisted.day)
                claim = replace(claim, day=twisted, moment=moment)
        mended.append(claim)
    return mended


def _supports(claim: DateClaim, day: date) -> bool:
    if claim.day == day:
        return True
    if claim.is_relative and claim.moment is None:
        return abs(claim.day - day) <= timedelta(days=1)
    # A UTC time of a source without a known zone may be on the next day there.
    return _is_utc(claim) and claim.moment is not None and (claim.moment + MOST_EAST).date() == day


def _best_day(claims: list[DateClaim]) -> date | None:
    order = list(WEIGHTS)
    best: tuple[float, int] = (0, 0)
    winner = None
    for claim in claims:
        backing: dict[str, float] = {}
        for other in claims:
            if _supports(other, claim.day):
                backing[other.witness] = max(backing.get(other.witness, 0), other.weight)
        rank = (sum(backing.values()), -order.index(claim.evidence.origin))
        if rank > best and rank[0] >= LEAST_WEIGHT and not (claim.is_relative and claim.moment is None and winner):
            best, winner = rank, claim.day
    return winner


def _same_time(one: Moment, other: Moment) -> bool:
    if (one.tzinfo is None) != (other.tzinfo is None):
        return abs(_wall(one) - _wall(other)) <= SAME
    return abs(one - other) <= SAME


def _most_precise(agreeing: list[DateClaim], day: date) -> DateClaim:
    """Return the claim with the time of day that most evidence shares; a day if no claim has a time."""
    timed = [claim for claim in agreeing if claim.moment is not None and claim.evidence.origin != "http"]
    if not timed:
        return next((claim for claim in agreeing if claim.day == day and claim.weight >= LEAST_WEIGHT), agreeing[0])

    def backing(claim: DateClaim) -> tuple[bool, float, bool, float, bool]:
        shared = {
            other.witness: other.weight
            for other in timed
            if claim.moment is not None and other.moment is not None and _same_time(claim.moment, other.moment)
        }
        aware = claim.moment is not None and claim.moment.tzinfo is not None
        return (
            not claim.is_relative,
            sum(shared.values()),
            aware,
            claim.weight,
            bool(claim.moment and claim.moment.second),
        )

    return max(timed, key=backing)


def _published(won: DateClaim, day: date, claims: list[DateClaim]) -> Published:
    told = Published(
        iso=day.isoformat(),
        text=won.evidence.text,
        precision="day",
        origin=won.evidence.origin,
        disagreed=_disagreed(won, day, claims),
    )
    if won.moment is None:
        return told
    offset = won.moment.utcoffset()
    return replace(
        told,
        iso=won.moment.isoformat(),
        at=None if offset is None else datetime.fromtimestamp(won.moment.timestamp(), UTC),
        offset_minutes=None if offset is None else round(offset.total_seconds() / 60),
        precision="minute",
    )


def _disagreed(won: DateClaim, day: date, claims: list[DateClaim]) -> bool:
    for claim in claims:
        if claim.weight < LEAST_WEIGHT and claim.evidence.origin in ("http", "url"):
            continue
        if not _supports(claim, day):
            return True
        if claim.moment is None or won.moment is None or claim.is_relative:
            continue
        if not _same_time(claim.moment, won.moment):
            return True
    return False
