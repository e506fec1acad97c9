"""Pages that a newspaper refuses, or serves without text. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from crawler.health.change_point import turn_of
from crawler.health.findings import Finding, Kind
from storage.statistics.health import FetchDay, SourceFigures
from storage.statistics.health.values import FetchClass

#: Fetch results -> kind of finding.
_KINDS: dict[FetchClass, Kind] = {
    "challenge": "challenged",
    "login_wall": "login_wall",
    "blocked": "blocked",
    "failed": "failing",
    "empty": "no_text",
}
_BARRED = ("challenge", "login_wall", "blocked")
#: Minimum fetches since a change and before it.
_LEAST, _LEAST_BEFORE = 5, 10
#: A state not seen for this long is over.
_OVER = timedelta(days=2)
#: Minimum number of URLs without a response to report, and their share of all.
_LEAST_UNANSWERED, _SHARE_UNANSWERED = 5, 0.25


def barred(source: SourceFigures, *, now: datetime) -> list[Finding]:
    """Return what blocks access to its pages, by kind."""
    days = sorted({one.day for one in source.fetches})
    total: dict[date, int] = defaultdict(int)
    for one in source.fetches:
        total[one.day] += one.number
    found = []
    for what, kind in _KINDS.items():
        of = {one.day: one for one in source.fetches if one.kind == what}
        series = [(of[day].number if day in of else 0, total[day]) for day in days]
        turn = turn_of(series, least=_LEAST, least_before=_LEAST_BEFORE, rise=0.2, always=0.5)
        if turn is None or not _lasts(series, days, now=now):
            continue
        later = [of[day] for day in days[turn.place :] if day in of]
        found.append(
            Finding(
                source=source.source,
                kind=kind,
                since=later[0].first_at if turn.share_before is not None else None,
                examples=_examples(later),
                command=_command(kind, source.source, _examples(later)),
                facts={
                    "share": turn.share,
                    "share_before": turn.share_before,
                    "fetches": sum(total[day] for day in days[turn.place :]),
                },
            )
        )
    return found


def _lasts(series: Sequence[tuple[int, int]], days: Sequence[date], *, now: datetime) -> bool:
    """Whether it still holds on the last days with enough fetches."""
    bad = number = 0
    for (one, of), day in zip(reversed(series), reversed(days), strict=True):
        if number >= _LEAST or now.date() - day > _OVER:
            break
        bad, number = bad + one, number + of
    return bad > 0 and bad >= 0.2 * number


def _examples(later: Iterable[FetchDay]) -> tuple[str, ...]:
    newest = sorted(later, key=lambda one: one.day, reverse=True)
    return tuple(dict.fromkeys(url for one in newest for url in one.examples))[:3]


def _command(kind: Kind, source: str, examples: Sequence[str]) -> str:
    return f"warraq capture {examples[0]}" if kind == "no_text" and examples else f"warraq sources check {source}"


def barred_share(source: SourceFigures) -> float | None:
    """Return the refused share of the fetches of the last three days with any; None: there was no fetch."""
    last = sorted({one.day for one in source.fetches})[-3:]
    number = sum(one.number for one in source.fetches if one.day in last)
    bad = sum(one.number for one in source.fetches if one.day in last and one.kind in _BARRED)
    return bad / number if number else None


def unheard(source: SourceFigures, *, now: datetime) -> list[Finding]:
    """Report URLs without any response, or without permission; each reason that is a large share of all."""
    found = []
    for one in source.unanswered:
        reached = sum(day.number for day in source.fetches if day.day >= one.first_at.date())
        forbidden = one.reason == "robots.txt"
        lasts = now - one.last_at <= _OVER or one.number > reached
        if one.number < _LEAST_UNANSWERED or one.number < _SHARE_UNANSWERED * (one.number + reached) or not lasts:
            continue
        if one.reason.startswith("robots.txt unreachable"):  # reported by `robots`
            continue
        found.append(
            Finding(
                source=source.source,
                kind="robots_forbids" if forbidden else "failing",
                since=one.first_at,
                examples=one.examples,
                command=f"warraq sources check {source.source}",
                facts={"reason": one.reason, "addresses": one.number},
            )
        )
    return found
