"""The whole newspaper of one edition as a table: route -> response. Pure, built once per edition."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from crawler.demo import feeds, fronts, specials
from crawler.demo.answers import DemoResponse, html, redirect
from crawler.demo.manuscript import EDITIONS, SECTIONS, Manuscript, TemplateName, manuscripts, withdrawn
from crawler.demo.templates import amp, bare, drupal, microdata, mobile, react, table, wordpress
from crawler.demo.templates.furniture import NAME, SERVICE_PAGES, Frame, address

#: Template -> its renderer. A new template is one file and one line here.
RENDERERS = {
    "wordpress": wordpress.render,
    "react": react.render,
    "drupal": drupal.render,
    "table": table.render,
    "microdata": microdata.render,
    "bare": bare.render,
}

#: Sitemap paths, and the templates that each lists. Table and bare pages are linked only from section pages.
SITEMAPS: dict[str, tuple[TemplateName, ...]] = {
    "/sitemap-posts.xml": ("wordpress",),
    "/sitemap-nodes.xml.gz": ("drupal", "microdata"),
    "/sitemap-articles.xml": ("react",),
}

#: A child listed in the sitemap index that does not exist.
LOST_SITEMAP = "/sitemap-2019.xml"

#: <loc> values of the kind that aborted a whole sitemap in stock spiders (facts, F47).
BAD_LOCS = ("javascript:alert(1)", "http://[::1", "not a url", "mailto:desk@wardan.example", "http://127.0.0.1:99999/x")

FEED_LENGTH = 25
NEWS_LENGTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Content of one edition."""

    answers: Mapping[str, DemoResponse]
    #: Route -> canonical route, for every alias of an article: redirects, alternative pages.
    aliases: Mapping[str, str]
    #: Routes that robots.txt disallows and that pages link to.
    forbidden: tuple[str, ...]


def build(base_url: str, edition: int, *, crawl_delay: float, slow: bool) -> Site:
    """Return the newspaper. `slow`: whether pages link to the silent page, which costs a crawl its time-out."""
    articles = manuscripts(edition)
    aliases, forwards = _forwards(base_url, articles)
    forbidden = tuple(f"/private/article/{number}-draft" for number in range(70001, 70001 + len(SECTIONS)))
    linked = [path for path in specials.END_STATES if slow or path != specials.SILENT_PATH]
    answers: dict[str, DemoResponse] = {
        **_articles(base_url, articles),
        **_twins(base_url, articles),
        **forwards,
        **_fronts(articles, [*linked, *(a for a in aliases if "/article/" in a)], forbidden),
        **_endpoints(base_url, articles, crawl_delay),
        **specials.ANSWERS,
        **{path: html(f"<h1>{name}</h1><p>{NAME}</p>") for name, path in SERVICE_PAGES.items()},
        **{path: html(f"<h1>مسودة</h1><p>{'لا يجوز أن يقرأها زاحف. ' * 40}</p>") for path in forbidden},
        **{each.path: html(specials.GONE, status=410) for each in withdrawn(edition)},
    }
    return Site(answers=answers, aliases={**aliases, **_twin_aliases(articles)}, forbidden=forbidden)


@cache
def _steady() -> tuple[Manuscript, ...]:
    """The articles that are the same in every edition."""
    last = manuscripts(EDITIONS[-1])
    return tuple(each for each in manuscripts(EDITIONS[0]) if each in last)


def frame(base_url: str, article: Manuscript) -> Frame:
    """Return the surroundings of an article: neighbours that no edition changes, so that one edit changes one page."""
    steady = [each for each in _steady() if each.key != article.key]
    start = article.number * 7 % len(steady)
    near = [*steady[start:], *steady[:start]][:7]
    return Frame(base_url=base_url, related=tuple(near[:6]), following=near[6])


def _articles(base_url: str, articles: tuple[Manuscript, ...]) -> dict[str, DemoResponse]:
    found = {}
    for each in articles:
        page = RENDERERS[each.template](each, frame(base_url, each))
        plain = each.template in ("table", "bare")
        found[each.path] = DemoResponse(
            body=page.encode(table.ENCODING if each.template == "table" else "utf-8"),
            content_type="text/html" if plain else "text/html; charset=utf-8",
            last_modified=each.modified or each.published,
            failures=each.failures,
        )
    return found


def _twins(base_url: str, articles: tuple[Manuscript, ...]) -> dict[str, DemoResponse]:
    twins = {}
    for each in articles:
        around = frame(base_url, each)
        if each.template == "wordpress":
            twins[f"{each.path}amp/"] = html(amp.render(each, around), last_modified=each.modified or each.published)
        elif each.template == "microdata":
            twins[f"/m{each.path}"] = html(mobile.render(each, around), last_modified=each.modified or each.published)
    return twins


def _twin_aliases(articles: tuple[Manuscript, ...]) -> dict[str, str]:
    amps = {f"{each.path}amp/": each.path for each in articles if each.template == "wordpress"}
    mobiles = {f"/m{each.path}": each.path for each in articles if each.template == "microdata"}
    return amps | mobiles


def _forwards(base_url: str, articles: tuple[Manuscript, ...]) -> tuple[dict[str, str], dict[str, DemoResponse]]:
    """Old URLs: short links of WordPress, three articles that moved, and one behind a chain of three."""
    moved = [each for each in articles if each.template == "react" and each in _steady()][:4]
    targets = {f"/?p={each.number}": each.path for each in articles if each.template == "wordpress"}
    targets |= {f"/article/old-{each.number}": each.path for each in moved[:3]}
    answers = {old: redirect(address(base_url, path)) for old, path in targets.items()}
    end = address(base_url, moved[3].path)
    chain = ["/article/go-1", "/article/go-2", "/article/go-3"]
    answers |= {a: redirect(b, 302) for a, b in zip(chain, [*chain[1:], end], strict=True)}
    return targets | dict.fromkeys(chain, moved[3].path), answers


def _fronts(articles: tuple[Manuscript, ...], linked: list[str], forbidden: tuple[str, ...]) -> dict[str, DemoResponse]:
    """Home and section pages; the URLs in `linked` are spread over the sections, each with one disallowed URL."""
    fronts_of: dict[str, str] = {"/": fronts.home(articles)}
    for place, section in enumerate(SECTIONS):
        own = [each for each in articles if each.section == section]
        fronts_of |= fronts.section_pages(section, own, [*linked[place :: len(SECTIONS)], forbidden[place]])
    newest = _newest(articles)
    return {path: html(page, last_modified=newest) for path, page in fronts_of.items()}


def _endpoints(base_url: str, articles: tuple[Manuscript, ...], crawl_delay: float) -> dict[str, DemoResponse]:
    def of(*templates: str) -> list[Manuscript]:
        return [each for each in articles if each.template in templates]

    strangers = [*BAD_LOCS, base_url + specials.MISSING_PATH]
    files: dict[str, tuple[str, bytes]] = {
        "/robots.txt": ("text/plain", feeds.robots(base_url, crawl_delay)),
        "/feed.xml": ("application/rss+xml", feeds.rss(base_url, of("wordpress", "react", "microdata")[:FEED_LENGTH])),
        "/atom.xml": ("application/atom+xml", feeds.atom(base_url, of("drupal"))),
        "/news-sitemap.xml.gz": (
            "application/x-gzip",
            feeds.news_sitemap(base_url, of("wordpress", "react", "drupal", "microdata")[:NEWS_LENGTH]),
        ),
        "/sitemap.xml": ("application/xml", feeds.sitemap_index(base_url, [*SITEMAPS, LOST_SITEMAP])),
    }
    for path, templates in SITEMAPS.items():
        child = feeds.sitemap(base_url, of(*templates), strangers if path == "/sitemap-articles.xml" else ())
        packed = gzip.compress(child, mtime=0) if path.endswith(".gz") else child
        files[path] = ("application/x-gzip" if path.endswith(".gz") else "text/xml", packed)
    newest = _newest(articles)
    return {
        path: DemoResponse(body=body, content_type=kind, last_modified=newest) for path, (kind, body) in files.items()
    }


def _newest(articles: tuple[Manuscript, ...]) -> datetime:
    return max(each.modified or each.published for each in articles)
