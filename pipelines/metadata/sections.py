"""Section of an article: stated by the page, in its breadcrumbs, or a label above the headline from its menu."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pipelines.html import jsonld
from pipelines.html.dom import Element
from pipelines.html.page_lines import PageLine
from pipelines.html.parsed_page import ParsedPage
from pipelines.html.surroundings import Surroundings
from pipelines.metadata.title import clean_line
from pipelines.words.normal import normal

#: Maximum length of a section in characters, and of a label in words.
MAX_CHARS = 60
MAX_LABEL_WORDS = 4
#: Maximum number of steps of a trail in plain text; a longer one is a menu.
MAX_STEPS = 4

#: Names in breadcrumbs and categories that are not sections, folded.
NO_SECTION = frozenset(
    normal(word)
    for word in (
        "الرئيسية", "الصفحة الرئيسية", "الرئيسيه", "رئيسية", "الصفحة الأولى", "الواجهة", "البداية", "home", "homepage", "accueil",  # noqa: E501  a table row
        "uncategorized", "non classé", "غير مصنف", "الموقع", "بدون تصنيف", "تفاصيل الخبر", "عرض الخبر", "أنت هنا",
    )
)  # fmt: skip
_HOME = r"(?:الصفحة\s+)?الرئيسي[ةه]|الواجهة|home|accueil"
_STEP = re.compile(r"\s*(?:[»›>«‹\\→←]|/|::)+\s*")
_TRAIL = re.compile(rf"^(?:أنت هنا\s*:?\s*)?(?:{_HOME})\s*(?:[»›>«‹\\→←]|/|::)", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?:القسم|قسم|التصنيف(?:ات)?|تصنيف|الباب|نشر في قسم|section|category)\s*[:：]\s*(\S.*)$", re.IGNORECASE
)
_CUT = re.compile(r"\s*[،,|/]\s*")
#: What `rel` says of a link to an article's category.
_CATEGORY = frozenset(["category tag", "category", "tag category"])
#: Attributes that may name an element as breadcrumbs.
_TRAIL_NAMED = frozenset(["class", "id", "itemtype", "aria-label"])
_CRUMBS = frozenset(["crumbs", "crumb"])


def section(
    parsed: ParsedPage, found: list[jsonld.Object], meta: str, near: Surroundings, *, heading: str, sites: set[str]
) -> str | None:
    """Return the most certain section; None if the page shows none.

    `meta` is the section in its meta tags, "" if absent; `sites` are the folded names of the site, which are not
    sections.
    """
    for candidate in _candidates(parsed, found, meta, near):
        line = clean_line(candidate)
        if (
            line
            and len(line) <= MAX_CHARS
            and not line.isdigit()
            and not _is_other(normal(line), normal(heading), sites)
        ):
            return line
    return None


def _is_other(folded: str, heading: str, sites: set[str]) -> bool:
    """Whether a candidate is home, the site, or the headline or a long piece of it."""
    if not folded or folded in NO_SECTION or folded in sites or (heading and heading in folded):
        return True
    return len(folded.split()) >= 3 and folded in heading


def _candidates(parsed: ParsedPage, found: list[jsonld.Object], meta: str, near: Surroundings) -> Iterator[str]:
    yield from texts((jsonld.article(found) or {}).get("articleSection"))
    yield meta
    named = (one for one, _, attributes in parsed.having("itemprop") if attributes["itemprop"] == "articleSection")
    for element in islice(named, 3):
        links = element.xpath(".//a")
        yield element.get("content") or parsed.text_of(links[0] if links else element)
    yield from _steps_of_jsonld(found)
    yield from _steps_shown(parsed)
    filed = (one for one, tag, attributes in parsed.having("rel") if tag == "a" and attributes["rel"] in _CATEGORY)
    for link in islice(filed, 1):
        yield parsed.text_of(link)
    for line in (*reversed(near.over), *near.under, *near.after):
        yield from _stated_section(line)
    yield from _label(parsed, near)


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of a JSON-LD value: a string, an object with a name, or a list of these."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"]


def _steps_of_jsonld(found: list[jsonld.Object]) -> Iterator[str]:
    for thing in found:
        steps = thing.get("itemListElement") if "breadcrumblist" in jsonld.types(thing) else None
        for step in reversed(steps[:10] if isinstance(steps, list) else []):
            item = step.get("item") if isinstance(step, dict) else None
            name = step.get("name") if isinstance(step, dict) else None
            name = name or (item.get("name") if isinstance(item, dict) else None)
            if isinstance(name, str):
                yield name


def _steps_shown(parsed: ParsedPage) -> Iterator[str]:
    """Yield the steps of the visible breadcrumbs, last first: links, else list items, else split text."""
    boxes = [element for element, _, attributes in parsed.having_any(_TRAIL_NAMED) if _is_trail(attributes)][:5]
    for box in boxes:
        yield from (parsed.text_of(link) for link in reversed(box.xpath(".//a")[:10]))
    for box in boxes:
        items = box.xpath(".//li | .//span[not(*)]")[:10]
        shown = [parsed.text_of(item) for item in items] if items else _STEP.split(parsed.text_of(box))
        yield from reversed([step.strip("»›>«‹\\/→←|-– ") for step in shown])


def _stated_section(line: PageLine) -> Iterator[str]:
    """Yield the section stated in a line near the headline: "القسم: سياسة" or a trail that begins at home."""
    labelled = _LABELLED.match(line.text)
    if labelled and line.words <= MAX_LABEL_WORDS + 4:
        yield _CUT.split(labelled[1])[0]
    elif _TRAIL.match(line.text):
        steps = [step for step in _STEP.split(line.text) if step]
        if len(steps) <= MAX_STEPS:
            yield from reversed(steps)


def _is_trail(attributes: Mapping[str, str]) -> bool:
    """Whether an element is named as breadcrumbs."""
    names = attributes.get("class", "")
    if "breadcrumb" in names or "Breadcrumb" in names or "breadcrumb" in attributes.get("id", ""):
        return True
    if "crumb" in names and not _CRUMBS.isdisjoint(names.split()):
        return True
    return "BreadcrumbList" in attributes.get("itemtype", "") or attributes.get("aria-label") == "breadcrumb"


def _label(parsed: ParsedPage, near: Surroundings) -> Iterator[str]:
    """Yield the only short line above the headline, in the same box, that is also a link of the site's menu."""
    if near.headline is None:
        return
    box = _common(near.over[-1].block, near.headline.block) if near.over else None
    over = [line for line in near.over if box is not None and _within(box, line.block)]
    labels = [line for line in over if line.linked or line.words <= MAX_LABEL_WORDS]
    if 1 <= len(labels) <= 2 and labels[-1].words <= MAX_LABEL_WORDS and not _in_menu(labels[-1].block):
        text = normal(labels[-1].text)
        most = 4 * len(labels[-1].text)
        same = [link for link, words in parsed.links[:1_000] if len(words) <= most and normal(words) == text]
        if len(same) > labels[-1].linked:
            yield labels[-1].text


def _in_menu(block: Element) -> bool:
    return any(outer.tag in ("li", "nav", "footer") for outer in (block, *block.iterancestors()))


def _common(one: Element, other: Element) -> Element | None:
    """Return the nearest common ancestor, at most three levels above the second; None for the body."""
    for depth, outer in enumerate([other, *other.iterancestors()]):
        if outer.tag in ("body", "html") or depth > 3:
            return None
        if _within(outer, one):
            return outer
    return None


def _within(box: Element, block: Element) -> bool:
    return block is box or any(outer is box for outer in block.iterancestors())
