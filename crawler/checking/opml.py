"""Sources from OPML: a list of feeds becomes one source per site; our own exports are restored completely."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from crawler.checking.find_endpoints import key_of
from crawler.sources.countries import ZONES
from crawler.sources.source import Endpoint, Source, SourceError, parse, to_toml
from pipelines.urls.canonical import BadUrl, absolute, same_site
from storage.errors import ConfigError
from storage.export.formats.opml import NAMESPACE
from storage.export.sources import KnownSource

#: Maximum size of a list: 20,000 feeds are 5 MB.
MAX_BYTES = 50_000_000

_OURS = f"{{{NAMESPACE}}}"


class OpmlError(ConfigError):
    """A list of feeds cannot be read, or lacks required data. One line, with what to do."""


def sources_from_opml(text: bytes, *, country: str | None = None, timezone: str | None = None) -> list[Source]:
    """Return the sources of an OPML document, in its order, without duplicate keys.

    A list from `warraq sources export -f opml` restores every field. In others, feeds are grouped by site, and named
    after the outline of the first one.

    Args:
        country: two letters, for outlines without one; nothing is guessed from names and URLs.
        timezone: for outlines of a country that has several, or is unknown.

    Raises:
        OpmlError: it is not OPML, lists no feed, or lacks data that `country` and `timezone` do not provide.
    """
    made: dict[str, Source] = {}
    for outline, feeds in _sites(_tree(text)):
        source = _embedded_source(outline) or _source_of_outline(outline, feeds, country=country, timezone=timezone)
        key, number = source.key, 2
        while key in made:
            key, number = f"{source.key}-{number}", number + 1
        made[key] = parse(to_toml(source), path=f"{key}.toml")
    if not made:
        raise OpmlError("the list has no feed: no outline has an xmlUrl")
    return list(made.values())


def known_source(source: Source) -> KnownSource:
    """Return a source in the form that `storage.export.formats.opml` writes, including its whole file."""
    return KnownSource(
        key=source.key,
        name_ar=source.name_ar,
        name_en=source.name_en,
        country=source.country,
        home=source.home,
        feeds=tuple(one.url for one in source.endpoint if one.kind == "feed"),
        file=to_toml(source),
    )


def _tree(text: bytes) -> etree._Element:
    """Return the document's root. No external reference is fetched, no entity is replaced, depth is bounded."""
    if len(text) > MAX_BYTES:
        raise OpmlError(f"the list is larger than {MAX_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OpmlError(f"not valid XML: {str(error).splitlines()[0]}") from None
    if root.tag != "opml":
        raise OpmlError(f"not OPML: the document is <{str(root.tag)[:40]}>")
    return root


def _sites(root: etree._Element) -> Iterator[tuple[etree._Element, list[str]]]:
    """Return each site's outline with all its feeds, wherever they are in the list."""
    sites: list[tuple[etree._Element, str, list[str]]] = []
    for outline in root.iter("outline"):
        if outline.get(f"{_OURS}key"):
            yield outline, [address for one in outline.iter("outline") if (address := _address(one.get("xmlUrl")))]
        elif (feed := _address(outline.get("xmlUrl"))) and not _is_within_ours(outline):
            home = _home(outline, feed)
            found = next((feeds for _, known, feeds in sites if same_site(known, home)), None)
            if found is None:
                sites.append((outline, home, found := []))
            found.append(feed)
    yield from ((outline, feeds) for outline, _, feeds in sites)


def _is_within_ours(outline: etree._Element) -> bool:
    return any(parent.get(f"{_OURS}key") for parent in outline.iterancestors("outline"))


def _embedded_source(outline: etree._Element) -> Source | None:
    """Return the source whose whole file the outline contains; None if it contains none."""
    key, file = outline.get(f"{_OURS}key"), outline.get(f"{_OURS}file")
    if not file:
        return None
    try:
        return parse(file, path=f"{key}.toml")
    except SourceError as error:
        raise OpmlError(str(error)) from None


def _source_of_outline(
    outline: etree._Element, feeds: list[str], *, country: str | None, timezone: str | None
) -> Source:
    """Build a source from an outline."""
    names = (outline.get("text") or "").strip(), (outline.get("title") or "").strip()
    if not feeds:
        raise OpmlError(f"{names[0] or 'an outline'} has no feed: give its outline an xmlUrl, or remove it")
    home = _home(outline, feeds[0])
    key = outline.get(f"{_OURS}key") or key_of(home)
    where = country or _category(outline)
    if not where:
        raise OpmlError(
            f"{urlsplit(home).hostname}: the list has no country; give it with --country, like --country MA"
        )
    zone = timezone or ZONES.get(where.upper())
    if not zone:
        raise OpmlError(f"{urlsplit(home).hostname}: {where} has no single time zone; give it with --timezone")
    source = Source(
        key=key,
        name_ar=names[0] or names[1] or key,
        name_en=names[1] or names[0] or key,
        country=where.upper(),
        timezone=zone,
        home=home,
        endpoint=tuple(Endpoint(url=feed, kind="feed") for feed in dict.fromkeys(feeds)),
    )
    try:
        return parse(to_toml(source), path=f"{key}.toml")
    except SourceError as error:
        raise OpmlError(str(error)) from None


def _category(outline: etree._Element) -> str | None:
    """Return the country in the category of our own outlines: "/ma". Two letters in others are ambiguous."""
    category = outline.get("category") or ""
    return category[1:] if outline.get(f"{_OURS}key") and len(category) == 3 and category[0] == "/" else None


def _home(outline: etree._Element, feed: str) -> str:
    """Return the site of a feed from its outline; else the root of the feed's host."""
    parts = urlsplit(feed)
    return _address(outline.get("htmlUrl")) or f"{parts.scheme}://{parts.netloc}/"


def _address(names: str | None) -> str | None:
    try:
        return absolute(names) if names else None
    except BadUrl:
        return None
