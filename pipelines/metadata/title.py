"""Title of an article as the page shows it: headings against og:title, JSON-LD and <title>, decided by agreement."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.html import jsonld
from pipelines.html.dom import DEAD, squeeze
from pipelines.html.links import resolve
from pipelines.html.parsed_page import ParsedPage
from pipelines.words.normal import normal
from storage.text.characters import clean_characters, without_idle_marks

#: Maximum length of a title in characters (facts, E12).
MAX_TITLE = 1_000
#: Minimum share of common words for a heading and a claim to agree.
AGREE = 0.6
#: Maximum number of headings and similar elements; a page with more is a list.
MAX_SHOWN = 400
#: Longest text that is folded to see whether it may hold the title.
MAX_FOLDED = 2_000

_SEPARATOR = re.compile(
    r"\s+(?:[-|–—−:»«•·›‹<>/\\~*،←→]|::|\|\||--|>>|<<|\.::|::\.)+\s+|\s*(?:\||::|»|•|—)\s*|\s+[-–:]|(?<=\w)[-–]\s+"
)
#: Signs of which each separator has one.
_SEPARATING = frozenset("-|–—−:»«•·›‹<>/\\~*،←→")
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:logo|brand|site-?(?:title|name|branding)|sidebar|widget|related|most|latest|trending|ticker|breaking|menu|nav|navbar"
    r"|footer|comments?|popup|modal|newsletter|cookie|breadcrumbs?|recommend\w*|more|carousel|slider)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|news|story|single|content|page|main|item|details?|topic)[_-]?(?:title|headline|head|heading|subject)"
    r"|headline|titre|title|tit|عنوان)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|[\s_-])(?:label|kicker|category|cat|badge|tag|section|eyebrow|over-?title|sup-?title|pre-?title|flag|breaking|urgent|date|time|author)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|screen-reader(?:-text)?|visually-?hidden|hidden|d-none)(?:$|[\s_-])|display\s*:\s*none",
    re.IGNORECASE,
)


_TITLE_TAGS = frozenset(["h1", "h2", "h3"])
_TITLE_PROPERTIES = frozenset(["headline", "name"])


@lru_cache(maxsize=512)  # a line is asked for as it is, without the site, and in parts
def _separators(text: str) -> Sequence[re.Match[str]]:
    """What may separate a title from the site's name, in page order."""
    return () if _SEPARATING.isdisjoint(text) else tuple(_SEPARATOR.finditer(text))


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate line for the title."""

    text: str
    #: Weight of its position, 0 to 1: an h1 with a headline class has 1, a bold line of a table 0.1.
    weight: float
    #: False for a heading without one of its children, and for such a child alone.
    whole: bool = True


def title(parsed: ParsedPage, found: list[jsonld.Object], *, sites: Iterable[str], url: str) -> str:
    """Return the title without the site's name, punctuation unchanged; "" if the page shows none.

    `sites` are the known names of the site. A heading wins over the meta tags that agree with it;
    meta tags win over headings without support elsewhere in the page.
    """
    names = {normal(name) for name in sites if name} - {""}
    names |= {normal(word) for word in (urlsplit(url).hostname or "").removeprefix("www.").split(".")[:1]}
    lines = _claims(parsed, found)
    names |= _learned(lines)
    claims = [text for line in lines if normal(text := without_site(line, names)) not in names]
    shown = [replace(one, text=without_site(one.text, names)) for one in _shown(parsed, url, claims)]
    best = _best([one for one in shown if normal(one.text) not in names], claims)
    return clean_line(best)[:MAX_TITLE]


def clean_line(text: str) -> str:
    """Return one line without control and invisible characters, with doubly encoded entities decoded."""
    if "&" in text:
        text = html.unescape(text)
    return squeeze(without_idle_marks(clean_characters(text)))


def without_site(text: str, names: set[str]) -> str:
    """Remove the site's name, and section labels between it and the title, from both ends.

    >>> without_site("هسبريس - فوز المنتخب - بالصور | هسبريس", {"هسبريس"})
    'فوز المنتخب - بالصور'
    """
    changed = True
    while changed:
        changed = False
        cuts = [(found.start(), found.end()) for found in _separators(text)]
        for start, end in cuts:
            if normal(text[:start]) in names and normal(text[end:]):
                text, changed = text[end:].strip(), True
                break
            if normal(text[end:]) in names and normal(text[:start]):
                text, changed = text[:start].strip(), True
                break
    return text


def _claims(parsed: ParsedPage, found: list[jsonld.Object]) -> list[str]:
    """Return the titles stated in the page's head, most reliable first."""
    thing = jsonld.article(found) or {}
    raw = [thing.get("headline")]
    for name in ("og:title", "twitter:title"):
        raw += [meta["content"] for meta in parsed.meta_tags if name in (meta.get("name"), meta.get("property"))][:1]
    raw.append(thing.get("name"))
    raw += [
        meta["content"]
        for meta in parsed.meta_tags
        if meta.get("name") in ("title", "parsely-title") or meta.get("itemprop") == "headline"
    ][:2]
    document = next(parsed.tree.iter("title"), None)
    raw.append(document.text_content() if document is not None else None)
    return [line for text in raw if isinstance(text, str) and normal(line := clean_line(text))]


def _learned(lines: list[str]) -> set[str]:
    """Return the prefixes and suffixes of a claim that another lacks: the site's name, or its section."""
    learned = set()
    for line in lines:
        for cut in _separators(line):
            before, after = line[: cut.start()], line[cut.end() :]
            if before in lines and len(after.split()) <= 6:
                learned.add(normal(after))
            if after in lines and len(before.split()) <= 6:
                learned.add(normal(before))
    return learned - {""}


def _shown(parsed: ParsedPage, url: str, claims: Sequence[str]) -> Iterator[Shown]:
    """Yield the lines that may be the title, with what their place is worth.

    Where the page claims a title, only an `<h1>` can win without agreeing with a claim; other lines that cannot
    agree are left out.
    """
    wanted = _Wanted(claims)
    marked = _marked(parsed)[:MAX_SHOWN]
    for element in marked:
        if element.tag in DEAD or element.tag in ("html", "body", "title"):
            continue
        if element.tag == "h1" or wanted.may_be_met_by(parsed.text_of(element)):
            yield from _readings(parsed, element, _weight(element, url))
    if not any(element.tag == "h1" for element in marked):
        for element in parsed.tree.xpath("//b | //strong | //font[@size] | //td | //span | //p | //div[not(*)]")[
            :MAX_SHOWN
        ]:
            if wanted.may_be_met_by(parsed.text_of(element)):
                yield from _readings(parsed, element, 0.1, longest=300)


def _marked(parsed: ParsedPage) -> list[HtmlElement]:
    """Return headings, and elements that are named like a title or headline, in page order."""
    classes = {name for name in parsed.classes if "titl" in name or "headline" in name}
    return [
        element
        for element, tag, attributes in parsed.attributes
        if tag in _TITLE_TAGS
        or ("class" in attributes and attributes["class"] in classes)
        or ("id" in attributes and "itle" in attributes["id"])
        or ("itemprop" in attributes and attributes["itemprop"] in _TITLE_PROPERTIES)
    ]


class _Wanted:
    """What a line must have so that a part of it can agree with a claim of the page, by `_agreement`."""

    def __init__(self, claims: Iterable[str]) -> None:
        folded = [_pieces(claim) for claim in claims]
        self._claims = {frozenset(whole.split()) for whole, *_ in folded}
        self._parts = frozenset(part.replace(" ", "") for _, *parts in folded for part in parts) - {""}

    def may_be_met_by(self, text: str) -> bool:
        """Whether the text has enough of a claim's words, or one of its parts; true where nothing is claimed.

        1.9 c / (w + t) >= AGREE and w >= c mean that it has c >= t AGREE / (1.9 - AGREE) of the claim's t words. Words
        are looked for anywhere: elements inside the line part them, or run them together.
        """
        if not self._claims or len(text) > MAX_FOLDED:
            return True
        letters = normal(text).replace(" ", "")
        for words in self._claims:
            if sum(word in letters for word in words) >= AGREE / (1.9 - AGREE) * len(words):
                return True
        return any(part in letters for part in self._parts)


def _weight(element: HtmlElement, url: str) -> float:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    weight = {"h1": 0.8, "h2": 0.4, "h3": 0.2}.get(element.tag, 0.15)
    if element.get("itemprop") == "headline" or _HEADLINE.search(names):
        weight += 0.2
    if any(_leads_home(link.get("href", ""), url) for link in element.iter("a")):
        return weight * 0.2
    for depth, outer in enumerate(element.iterancestors()):
        if outer.tag in ("nav", "footer", "aside", "form", "dialog") or (outer.tag == "li" and element.tag != "h1"):
            return weight * 0.2
        if depth < 4 and _ELSEWHERE.search(f"{outer.get('class', '')} {outer.get('id', '')}"):
            weight *= 0.5
        if outer.tag == "article":
            break
    return weight * 0.3 if _ELSEWHERE.search(names) else weight


def _leads_home(href: str, url: str) -> bool:
    """Say whether a heading links to the home page, and so is the site's name."""
    address = resolve(href, base=url)
    return bool(address) and urlsplit(str(address)).path in ("", "/") and not urlsplit(str(address)).query


def _readings(parsed: ParsedPage, element: HtmlElement, weight: float, longest: int = 600) -> Iterator[Shown]:
    """Yield the whole line, and the line without a label at its start or end."""
    if _is_hidden(element):
        return
    whole = _visible(parsed, element, None)
    if not whole or len(whole) > longest:
        return
    children = [child for child in element if isinstance(child.tag, str)][:6]
    labels = [child for child in children if _LABEL.search(child.get("class", ""))]
    parts = [_visible(parsed, element, child) for child in children if child.tag != "br"]
    bare = next((text for label in labels if (text := _visible(parsed, element, label))), None)
    yield Shown(bare or whole, weight)
    cuts = [found for found in _separators(whole) if found[0].strip() in ("|", "»", "::", "•")]
    parts += [whole[cut.end() :] for cut in cuts]
    for text in [whole, *parts, *(_visible(parsed, child, None) for child in children)]:
        if text and len(text) > 8:
            yield Shown(text, weight * 0.95, whole=text == whole)


def _is_hidden(element: HtmlElement) -> bool:
    return bool(_HIDDEN.search(f"{element.get('class', '')} {element.get('style', '')}"))


def _visible(parsed: ParsedPage, element: HtmlElement, without: HtmlElement | None) -> str:
    """Return the visible text of an element without one child."""
    pieces = [element.text or ""]
    for child in element:
        if child is not without and child.tag not in DEAD and not _is_hidden(child):
            glue = "" if child.tag in ("b", "i", "em", "strong", "u", "font", "bdi", "mark") else " "
            pieces += [glue, parsed.text_of(child), glue]
        pieces.append(child.tail or "")
    return clean_line("".join(pieces))


def _best(shown: list[Shown], claims: list[str]) -> str:
    """Choose the line with the best position and support; without support a single h1, without lines the claims."""
    folded = [_pieces(claim) for claim in claims]
    scored = [(_agreement(normal(one.text), folded), one) for one in shown if one.text]
    agreeing = [(agreement + one.weight, one.text) for agreement, one in scored if agreement >= AGREE]
    if agreeing:
        return max(agreeing, key=lambda pair: pair[0])[1]
    heads = {
        one.text: agreement
        for agreement, one in scored
        if one.whole and one.weight >= 0.75 and len(one.text.split()) >= 3
    }
    if heads and (not claims or len(heads) == 1):
        return next(iter(heads))
    if claims:
        return _commonest(claims)
    return (
        max(shown, key=lambda one: one.weight, default=Shown("", 0)).text
        if any(one.weight >= 0.2 for one in shown)
        else ""
    )


def _pieces(claim: str) -> list[str]:
    """Return a folded claim: whole, then the parts before and after each separator."""
    cuts = _separators(claim)
    return [
        normal(claim),
        *(normal(claim[: cut.start()]) for cut in cuts),
        *(normal(claim[cut.end() :]) for cut in cuts),
    ]


def _agreement(line: str, claims: list[list[str]]) -> float:
    """Return the agreement of a folded line with the claims: 1 if it is one of them, else the best word overlap."""
    words = set(line.split())
    best = 0.0
    for whole, *parts in claims:
        if line == whole:
            return 1.0
        theirs = set(whole.split())
        common = len(words & theirs)
        if common:
            best = max(best, 1.9 * common / (len(words) + len(theirs)))
        if line in parts:
            best = max(best, AGREE + 0.35 * common / len(theirs))
    return best


def _commonest(claims: list[str]) -> str:
    """Return the claim that most claims agree with, without the tail that only <title> has."""
    folded = [normal(claim) for claim in claims]
    votes = [sum(other.startswith(one) or one.startswith(other) for other in folded) for one in folded]
    best = max(range(len(claims)), key=lambda place: (votes[place], -place))
    return _without_tail(
        claims[best], ("|", "»", "::", "•") if len(set(folded)) < len(folded) else ("|", "»", "::", "•", "-", "–", "—")
    )


def _without_tail(text: str, separators: tuple[str, ...]) -> str:
    """Remove the part after the last separator as a fallback: at most four words after at least three."""
    cuts = [found for found in _separators(text) if found[0].strip() in separators]
    if cuts and len(text[cuts[-1].end() :].split()) <= 4 and len(text[: cuts[-1].start()].split()) >= 3:
        return text[: cuts[-1].start()].strip()
    return text
