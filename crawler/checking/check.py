"""Check sources as a crawl would fetch them, storing nothing: home page, robots.txt, endpoints, three articles of each.

Sources are checked in parallel, the URLs of one host sequentially, a second or more apart.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapy.http import Response

from crawler.checking.prober import Probe, Prober
from crawler.checking.report import WALLS, EndpointCheck, SampledPage, SourceCheck
from crawler.config import Config
from crawler.discovery.found import Link
from crawler.engine import reactor
from crawler.fetching.responses import fetched_from
from crawler.sources.source import Source
from pipelines.dates.parse import parse_date
from pipelines.extraction.pool import ExtractionError
from storage.model.article import Article, FeedHint

#: Articles fetched per source.
SAMPLES = 3
#: Links at either end of a list whose dates are read.
_ENDS = 100
#: A date further in the future is an error of the newspaper's.
_AHEAD = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


def check_all(
    config: Config,
    sources: Sequence[Source],
    *,
    on_checked: Callable[[SourceCheck], None] = lambda _: None,
    now: datetime | None = None,
) -> list[SourceCheck]:
    """Check sources once; blocks until all are done. Nothing is stored.

    Args:
        on_checked: receives each source check when it is done.
        now: reference time for ages; defaults to the current time.

    Returns:
        The source checks, in order; after SIGINT or SIGTERM those that were done.
    """
    return reactor.run(_check_all(config, sources, on_checked, now or datetime.now(UTC)))


async def _check_all(
    config: Config, sources: Sequence[Source], on_checked: Callable[[SourceCheck], None], now: datetime
) -> list[SourceCheck]:
    room = asyncio.Semaphore(config.concurrency)
    async with Prober(config, workers=config.workers) as prober:

        async def one(source: Source) -> SourceCheck:
            async with room:
                condition = await _check(prober, source, now)
            on_checked(condition)
            return condition

        looks = [asyncio.ensure_future(one(source)) for source in sources]

        def stop() -> None:
            for look in looks:
                look.cancel()

        with reactor.on_signals(stop):
            ended = await asyncio.gather(*looks, return_exceptions=True)
    for end in ended:
        if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
            raise end
    return [end for end in ended if isinstance(end, SourceCheck)]


async def _check(prober: Prober, source: Source, now: datetime) -> SourceCheck:
    status, rules, problem = await prober.robots(source.home)
    seen = SourceCheck(
        source=source.key, at=now, home=source.home, robots_status=status, crawl_delay_s=rules.crawl_delay_s
    )
    if rules.unreachable:
        return replace(seen, robots="unreachable", home_problem=problem or f"robots.txt answers {status}")
    home, problem = await prober.ask(source.home)
    home_status = home.status if home is not None else None
    probes = [await prober.probe(one.url, source=source) for one in source.endpoint]
    links = await _links(prober, probes, source, now)
    samples = [await _sample(prober, source, link) for link in links]
    looks = [_look(probe, source, now) for probe in probes]
    dated = [*(look.newest for look in looks), *(_instant(sample.published, source, now) for sample in samples)]
    walled = next((sample.problem for sample in samples if sample.problem in WALLS), None)
    verdicts = [rules.verdict(link.url) for link in links] or [rules.verdict(source.home)]
    return replace(
        seen,
        robots="allowed" if "allowed" in verdicts else verdicts[0],
        home_status=home_status,
        home_problem=problem or ("" if home_status == 200 else f"http {home_status}"),
        moved_to=_elsewhere(source.home, home),
        wall=await _wall(prober, [home, *(probe.response for probe in probes if probe.problem)], source) or walled,
        endpoints=tuple(looks),
        samples=tuple(samples),
        newest=max(filter(None, dated), default=None),
    )


def _look(probe: Probe, source: Source, now: datetime) -> EndpointCheck:
    found = probe.found
    links = found.links if found else ()
    return EndpointCheck(
        url=probe.url,
        kind=found.kind if found else None,
        status=probe.status,
        links=len(links) + len(found.children if found else ()),
        newest=max(filter(None, (_dated(link, source, now) for link in _ends(links))), default=None),
        problem=probe.problem,
    )


async def _links(prober: Prober, probes: Iterable[Probe], source: Source, now: datetime) -> list[Link]:
    """Return the newest articles of the first endpoint that lists any; for an index, those of its latest sitemap."""
    for probe in probes:
        found = probe.found
        if found is not None and not found.links and found.children:
            latest = max(found.children, key=lambda child: child.lastmod or "")
            found = (await prober.probe(latest.url, source=source)).found
        wanted = [link for link in _ends(found.links) if not source.skips(link.url)] if found else []
        if wanted:
            newest = sorted(wanted, key=lambda link: _dated(link, source, now) or _NEVER, reverse=True)
            return newest[:SAMPLES]
    return []


async def _sample(prober: Prober, source: Source, link: Link) -> SampledPage:
    """Fetch and extract one article, as a crawl would."""
    response, problem = await prober.ask(link.url)
    if response is None:
        return SampledPage(url=link.url, status=None, problem=problem)
    fetched = fetched_from(response, source=source)
    outcome = await _outcome(prober, response, source, hint=link.hint)
    problem = fetched.failure.reason if fetched.failure else ""
    if isinstance(outcome, str) or problem:
        walled = isinstance(outcome, str) and outcome in WALLS
        return SampledPage(
            url=link.url, status=response.status, problem=str(outcome) if walled else problem or str(outcome)
        )
    return SampledPage(
        url=link.url,
        status=response.status,
        title=outcome.title,
        published=outcome.published.iso if outcome.published else None,
        words=len(outcome.text.split()),
    )


async def _wall(prober: Prober, answers: Iterable[Response | None], source: Source) -> str | None:
    """Return "challenge" or "login_wall" if one of the responses is such a page."""
    for answer in answers:
        outcome = await _outcome(prober, answer, source) if answer is not None else ""
        if isinstance(outcome, str) and outcome in WALLS:
            return outcome
    return None


async def _outcome(
    prober: Prober, response: Response, source: Source, *, hint: FeedHint | None = None
) -> Article | str:
    """Return the article in a response, or the reason why there is none, in a word."""
    page = fetched_from(response, source=source).page
    if page is None:
        return "no page"
    try:
        outcome = (await prober.extract(replace(page, hint=hint))).outcome
    except ExtractionError as error:
        return f"cannot be read: {error.reason}"
    return outcome if isinstance(outcome, Article) else outcome.reason


def _elsewhere(home: str, answer: Response | None) -> str | None:
    """Return the URL a home page redirects to, if it is on another host; "www." does not count."""
    if answer is None or _host(answer.url) == _host(home):
        return None
    return str(answer.url)


def _host(url: str) -> str:
    return (urlsplit(url).netloc or "").lower().removeprefix("www.")


def _ends(links: Sequence[Link]) -> Sequence[Link]:
    """Return the first and the last links of a list: feeds have the newest first, some sitemaps last."""
    return links if len(links) <= 2 * _ENDS else [*links[:_ENDS], *links[-_ENDS:]]


def _dated(link: Link, source: Source, now: datetime) -> datetime | None:
    """Return the publication or modification time that an endpoint states for an article."""
    stated = (link.hint.published if link.hint else None) or link.lastmod
    return _instant(stated, source, now)


def _instant(text: str | None, source: Source, now: datetime) -> datetime | None:
    """Convert a written date to UTC, a day to its first minute; None if it is unreadable or in the future."""
    read = parse_date(text[:100], now=now, timezone=source.timezone) if text else None
    if read is None:
        return None
    moment = read if isinstance(read, datetime) else datetime.combine(read, time.min)
    zone = ZoneInfo(source.timezone)
    try:
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
    return datetime.fromtimestamp(instant.timestamp(), UTC) if instant <= now + _AHEAD else None
