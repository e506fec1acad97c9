"""Find the feeds and sitemaps of a newspaper from its home page.

Looks where sites declare them (link tags, robots.txt), then at the usual paths. Each candidate is judged by content.
"""

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from crawler.checking.prober import Probe, Prober
from crawler.checking.unreachable import unreachable
from crawler.config import Config
from crawler.discovery.front_page import MOST_NAMED, read_front_page
from crawler.engine import reactor
from crawler.sources.countries import ZONES
from crawler.sources.source import Endpoint, Source, parse, to_toml
from pipelines.html.links import resolve
from pipelines.urls.canonical import absolute, same_site
from storage.errors import NotFoundError

#: Usual paths of feeds and sitemaps, most informative first.
USUAL_PLACES = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.rss",
    "/?format=feed&type=rss",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_index.xml",
    "/sitemap.xml",
)


def find(config: Config, home: str, *, key: str | None = None) -> Source:
    """Return a source for a newspaper: its endpoints as found; a person completes names and time zone.

    Raises:
        BadUrl: `home` is not a valid page URL.
        NotFoundError: the page cannot be fetched, or neither feed nor sitemap nor a list of articles was found.
    """
    home = absolute(home)
    name, probes = reactor.run(_find(config, home))
    speaking = [probe for probe in probes if probe.is_endpoint and probe.found is not None]
    fed = [probe for probe in speaking if probe.found and probe.found.kind != "section"]
    chosen = _distinct(fed or [probe for probe in speaking if probe is probes[-1]])
    if not chosen:
        raise NotFoundError(
            f"{home} was read, and neither it nor its robots.txt nor the usual places name a feed, a sitemap "
            "or a list of articles; write a source file with the addresses of its sections (docs/sources.md)"
        )
    key = key or key_of(home)
    source = Source(
        key=key,
        name_ar=name or key,
        name_en=key.replace("-", " ").title(),
        country=_country(home),
        timezone=ZONES.get(_country(home), "UTC"),
        home=home,
        endpoint=tuple(Endpoint(url=probe.url, kind=probe.found.kind) for probe in chosen if probe.found),
    )
    return parse(to_toml(source), path=f"{key}.toml")


async def _find(config: Config, home: str) -> tuple[str, list[Probe]]:
    """Return the newspaper's name from its home page, and the probes, the home page last."""
    async with Prober(config) as prober:
        first, problem = await prober.ask(home)
        if first is None:
            # An unreachable robots.txt hides the cause, so it is requested directly.
            _, _, deeper = await prober.robots(home) if problem == "robots.txt unreachable" else (None, None, "")
            raise NotFoundError(unreachable(home, deeper or problem))
        if first.status != 200:
            raise NotFoundError(f"{home} answers with HTTP status {first.status}; name the address of the front page")
        name, named = await prober.read(read_front_page, first)
        here = first.url
        rules = await prober.rules(here)
        named += [address for listed_url in rules.sitemaps if (address := resolve(listed_url, base=here))]
        usual = [urljoin(here, place) for place in USUAL_PLACES]
        wanted = [
            url for url in dict.fromkeys([*named[: 2 * MOST_NAMED], *usual]) if same_site(url, here) or url in named
        ]
        probes = [await prober.probe(url) for url in wanted]
        return name, [*probes, await prober.probe(here)]


def _distinct(probes: Sequence[Probe]) -> list[Probe]:
    """Keep one of several URLs with the same content: a feed often has three URLs."""
    seen: set[frozenset[str]] = set()
    chosen = []
    for probe in probes:
        assert probe.found is not None
        says = frozenset([link.key for link in probe.found.links] or [child.url for child in probe.found.children])
        if says not in seen:
            seen.add(says)
            chosen.append(probe)
    return chosen


def key_of(home: str) -> str:
    """Derive a file name from the host: "www.al-jarida.com.sa" -> "al-jarida"."""
    labels = (urlsplit(home).hostname or "source").removeprefix("www.").split(".")
    names = [label for label in labels[:-1] if label not in ("com", "net", "org", "co", "gov")] or labels
    key = re.sub(r"[^a-z0-9_-]", "-", max(names, key=len).lower()).strip("-_")
    return key or "source"


def _country(home: str) -> str:
    """Return the country of the host's top-level domain, if it has one; otherwise "XX" (ISO's "unknown")."""
    ending = (urlsplit(home).hostname or "").rpartition(".")[2].upper()
    return {"UK": "GB"}.get(ending, ending) if re.fullmatch("[A-Z]{2}", ending) else "XX"
