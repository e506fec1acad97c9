"""Combine all checks, causes before their consequences. Pure."""

from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from crawler.health.all_sources import COLLAPSE, DIP, AllSources, press_of
from crawler.health.article_rate import (
    JUDGED_DAYS,
    ArticleRate,
    Baseline,
    Drop,
    PressLevel,
    fall_of,
    pace_of,
    so_far,
    usual_of,
)
from crawler.health.feed_findings import feeds
from crawler.health.fetches import barred, barred_share, unheard
from crawler.health.findings import KINDS, Diagnosis, Facts, Finding, Report, Severity
from crawler.health.pages import lacking, shortened, without_date, without_title
from crawler.health.robots import robots
from storage.statistics.health import Figures, SourceFigures

#: Time without polls: of any source; of this one, while others were polled.
_STOPPED, _PASSED_OVER = timedelta(hours=26), timedelta(days=3)
#: Time after which a source counts as abandoned.
_LET_GO = timedelta(days=30)
#: A newspaper whose newest article is older is silent, or publishes elsewhere.
STALE = timedelta(days=45)
#: Days that count as "the latest".
_LATEST = timedelta(days=7)
_RANK = ("problem", "notice", "new", "well")


def diagnose(figures: Figures) -> Diagnosis:
    """Return what is wrong with each source and with all of them."""
    paces = {one.source: pace_of(one, now=figures.at) for one in figures.sources}
    usual = {key: usual_of(pace, before=pace.today - timedelta(days=JUDGED_DAYS)) for key, pace in paces.items()}
    press = press_of(
        (one.country, paces[one.source], known)
        for one in figures.sources
        if (known := usual[one.source]) is not None and _is_followed(one, figures.at)
    )
    stopped = _stopped(figures)
    reports = [
        _report(one, figures, paces[one.source], usual[one.source], press, stopped=bool(stopped))
        for one in figures.sources
    ]
    ordered = sorted(reports, key=lambda one: (_RANK.index(one.verdict), -len(one.findings), one.source))
    return Diagnosis(at=figures.at, findings=(*stopped, *_fell(press)), reports=tuple(ordered))


def _is_followed(source: SourceFigures, now: datetime) -> bool:
    return source.looked_at is not None and now - source.looked_at <= _PASSED_OVER


def _stopped(figures: Figures) -> list[Finding]:
    """Report that nothing at all was polled recently."""
    looks = [one.looked_at for one in figures.sources if one.looked_at is not None]
    if not looks or figures.at - max(looks) <= _STOPPED:
        return []
    facts: Facts = {"last_run": figures.last_run_at.isoformat() if figures.last_run_at else None}
    return [Finding(source=None, kind="nothing_crawled", since=max(looks), command="warraq watch", facts=facts)]


def _fell(press: AllSources) -> list[Finding]:
    """Report once that all newspapers together have less than expected."""
    days = press.dips(DIP)
    if not days:
        return []
    share = min(press.shares[None, day] for day in days)
    severity: Severity = "problem" if press.shares[None, days[-1]] < COLLAPSE else "notice"
    since = datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC)
    return [
        Finding(
            source=None, kind="everything_fell", severity=severity, since=since, since_day=True,
            command="warraq stats --politeness", facts={"share": share, "days": len(days)},
        )
    ]  # fmt: skip


def _report(
    source: SourceFigures,
    figures: Figures,
    pace: ArticleRate,
    usual: Baseline | None,
    press: AllSources,
    *,
    stopped: bool,
) -> Report:
    now = figures.at
    # Nothing else can be said about days without polls.
    found = _unlooked(source, now, stopped=stopped) or _ailments(source, pace, usual, press, now=now)
    latest = [one for one in source.samples if now - one.at <= _LATEST]
    before = [one.length for one in source.samples if now - one.at > _LATEST]
    week = pace.days(pace.today - timedelta(days=JUDGED_DAYS), JUDGED_DAYS)
    return Report(
        source=source.source,
        name_ar=source.name_ar,
        name_en=source.name_en,
        today=pace.counts.get(now.astimezone(pace.until.tzinfo).date(), 0),
        today_usual=so_far(pace, usual) if usual is not None and not pace.by_day else None,
        week=pace.count(week),
        week_usual=sum(map(usual.of, week)) if usual is not None else None,
        newest_at=source.newest_at,
        looked_at=source.looked_at,
        blocked_share=barred_share(source),
        undated_share=sum(map(without_date, latest)) / len(latest) if latest else None,
        untitled_share=sum(map(without_title, latest)) / len(latest) if latest else None,
        length=median([one.length for one in latest]) if latest else None,
        length_usual=median(before) if before else None,
        findings=tuple(sorted(_each_once(found), key=lambda one: (one.severity != "problem", KINDS.index(one.kind)))),
    )


def _ailments(
    source: SourceFigures, pace: ArticleRate, usual: Baseline | None, press: AllSources, *, now: datetime
) -> list[Finding]:
    found = [*robots(source), *barred(source, now=now), *unheard(source, now=now), *feeds(source)]
    found += _volume(source, pace, usual, press, now=now)
    return [
        *found,
        *lacking(source.source, source.samples, now=now),
        *shortened(source.source, source.samples, now=now),
    ]


def _each_once(found: list[Finding]) -> list[Finding]:
    """Keep one finding per kind and example; the one named first stays."""
    kept: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for one in found:
        # Whole-source states are reported once, whichever sign revealed them; endpoints individually.
        key = (one.kind, one.examples if one.kind in ("feed_died", "feed_lies") else ())
        kept.setdefault(key, one)
    if any(one.kind == "robots_changed" for one in kept.values()):
        kept = {key: one for key, one in kept.items() if one.kind != "robots_forbids"}
    return list(kept.values())


def _unlooked(source: SourceFigures, now: datetime, *, stopped: bool) -> list[Finding]:
    """Report missing polls: not the newspaper's fault."""
    looked = source.looked_at
    command = f"warraq crawl {source.source}"
    if looked is None:
        return [
            Finding(source=source.source, kind="never_crawled", severity="notice", since=None, command=command)
        ] if source.endpoints else []  # fmt: skip
    if stopped or not source.endpoints or now - looked <= _PASSED_OVER:
        return []
    # A newspaper without polls for a month is no longer followed: most likely its source file was removed.
    severity: Severity = "problem" if now - looked <= _LET_GO else "notice"
    return [Finding(source=source.source, kind="not_looked", severity=severity, since=looked, command=command)]


def _volume(
    source: SourceFigures, pace: ArticleRate, usual: Baseline | None, press: AllSources, *, now: datetime
) -> list[Finding]:
    looked = source.looked_at
    if looked is None or source.newest_at is None or not _is_followed(source, now):
        return []
    tide = press.tide(source.country)
    fall = fall_of(pace, usual, tide=tide) if usual is not None else None
    fall = fall or _long_silence(pace, tide)
    finding_of = partial(
        Finding,
        source=source.source,
        examples=tuple(one.url for one in source.samples[-1:-4:-1] or source.endpoints[:3]),
        command=f"warraq sources check {source.source}",
    )
    if fall is not None:
        facts: Facts = {"found": fall.found, "usual": fall.usual}
        return [
            finding_of(
                kind="silent" if fall.silent else "fewer", since=fall.since, since_day=fall.since_day, facts=facts
            )
        ]
    age = looked - source.newest_at
    return [finding_of(kind="stale", since=source.newest_at, facts={"days": age.days})] if age >= STALE else []


def _long_silence(pace: ArticleRate, tide: PressLevel) -> Drop | None:
    """Detect silence that began before the baseline weeks: judged by those before it."""
    if pace.newest is None or (pace.today - pace.newest.date()).days < 3:
        return None
    usual = usual_of(pace, before=pace.newest.date())
    fall = fall_of(pace, usual, tide=tide) if usual is not None else None
    return fall if fall is not None and fall.silent else None
