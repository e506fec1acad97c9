"""Articles that lack titles, dates, or the rest of their text, and since when. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median

from crawler.health.chance import rank_scores
from crawler.health.change_point import turn_of
from crawler.health.findings import Facts, Finding, Kind, Severity
from storage.statistics.health import Sample

#: Minimum articles since a change, and before it.
_LEAST, _LEAST_BEFORE = 6, 12
#: Texts are short if their median is this share of the previous one, and hardly by chance: a score over 150 places.
_SHORTER, _SCORE = 0.6, -4.2
#: What changed longer ago is the new normal.
_TURNED_WITHIN = timedelta(days=21)
#: Maximum error of a newspaper's clock.
_AHEAD = timedelta(hours=2)


def without_title(one: Sample) -> bool:
    return not one.titled


def without_date(one: Sample) -> bool:
    return one.precision == "none"


def dated_ahead(one: Sample) -> bool:
    return one.published_at is not None and one.published_at - one.first_seen_at > _AHEAD


_LACKS: tuple[tuple[Kind, Callable[[Sample], bool]], ...] = (
    ("no_titles", without_title),
    ("no_dates", without_date),
    ("dates_ahead", dated_ahead),
)


def lacking(source: str, samples: Sequence[Sample], *, now: datetime) -> list[Finding]:
    """Return what the articles lack, by kind."""
    found = []
    for kind, lacks in _LACKS:
        flags = [(int(lacks(one)), 1) for one in samples]
        turn = turn_of(flags, least=_LEAST, least_before=_LEAST_BEFORE, rise=0.25, always=0.5)
        if turn is None:
            continue
        since = samples[turn.place].at if turn.place else None
        bad = [one for one in samples[turn.place :] if lacks(one)]
        facts = {"share": turn.share, "share_before": turn.share_before, "articles": len(samples) - turn.place}
        # What was always so is not a breakage: the source file should name a selector, and nothing is lost meanwhile.
        turned = since is not None and now - since <= _TURNED_WITHIN
        severity: Severity = "problem" if turned or kind == "no_titles" else "notice"
        found.append(_finding(source, kind, bad, since=since, facts=facts, severity=severity))
    return found


def shortened(source: str, samples: Sequence[Sample], *, now: datetime) -> list[Finding]:
    """Report that texts are suddenly shorter."""
    scores = rank_scores([one.length for one in samples])
    places = range(_LEAST_BEFORE, len(samples) - _LEAST + 1)
    place = min(places, key=scores.__getitem__, default=None)
    if place is None or scores[place] > _SCORE or now - samples[place].at > _TURNED_WITHIN:
        return []
    lengths = [float(one.length) for one in samples]
    later, before = median(lengths[place:]), median(lengths[:place])
    if later > _SHORTER * before:
        return []
    facts = {"length": round(later), "length_before": round(before), "articles": len(samples) - place}
    short = [one for one in samples[place:] if one.length <= later]
    return [_finding(source, "short_texts", short, since=samples[place].at, facts=facts)]


def _finding(
    source: str,
    kind: Kind,
    bad: Sequence[Sample],
    *,
    since: datetime | None,
    facts: Facts,
    severity: Severity = "problem",
) -> Finding:
    examples = tuple(one.url for one in bad[-1:-4:-1])
    return Finding(
        source=source, kind=kind, severity=severity, since=since, examples=examples,
        command=f"warraq capture {examples[0]}",
        facts=facts,
    )  # fmt: skip
