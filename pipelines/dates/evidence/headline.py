"""Find the headline of a page, and the short lines around it, in page order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from pipelines.html.dom import squeeze
from pipelines.html.parsed_page import ParsedPage

#: Amount of text after the headline in which lines are read: the byline is above or just below the lead.
AFTER_CHARS = 1500
AFTER_ELEMENTS = 300
#: A line this long is running text.
PROSE_CHARS = 90

_BLOCK_NAMES = (
    "address|article|aside|blockquote|br|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h1|h2|h3|h4|h5|h6|header|hr|"
    "li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split("|"))
#: Inline elements that set a piece of a line apart, as <b> and <em> do not.
_PIECES = frozenset({"span", "time", "a", "small", "label", "i", "bdi", "font"})
_WHOLE_PAGE = frozenset({"html", "head", "body"})
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "select", "option", "button", "svg", "iframe", "textarea"}
)
#: Parts of a page about other articles, the current time, or the site.
_ELSEWHERE_TAGS = frozenset({"aside", "footer", "nav", "figcaption", "figure", "blockquote"})
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:related|sidebar|side-?bar|latest|most|popular|trending|trend|ticker|breaking|urgent|weather|prayer|clock|"
    r"today|now|current|hijri|live-?time|comments?|carousel|slick|owl|footer|nav|navbar|menu|top-?bar|topnav|"
    r"more|also|captions?|img-?cap|credits?|recommend(?:ed|ations)?|copyright|copy-?rights?|toolbar|read-?more|suggest(?:ed|ions)?|next|prev|"
    r"top-?header|site-?header|main-?header|masthead|page-?header-?date|date-?time-?now)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"article|post|entry|story|news|detail|single|content|title|headline|head", re.IGNORECASE)
_DATE_CLASS = re.compile(r"date|time|publish|meta|info|byline", re.IGNORECASE)
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class HeadlineLine:
    """A line as it is seen on the page, and the <time> elements in it."""

    text: str
    #: The same with "|" between inline elements.
    pieces: str
    #: The element in which the line begins.
    within: HtmlElement | None
    times: tuple[HtmlElement, ...] = ()
    #: Number of lines of running text between the headline and this line.
    prose_before: int = 0


def headline(parsed: ParsedPage) -> HtmlElement | None:
    """Return the element of the page's headline: the heading or similar element that is most like its title."""
    tree = parsed.tree
    wanted = _title_words(parsed)
    headings = [node for node in islice(tree.iter("h1"), 60) if _text(node)]
    if len(headings) == 1 and (not wanted or _likeness(headings[0], wanted) >= 0.3):
        return headings[0]
    candidates = [*headings, *islice(tree.iter("h2", "h3"), 60)]
    best = max(candidates, key=lambda node: _likeness(node, wanted), default=None)
    if best is not None and wanted and _likeness(best, wanted) >= 0.5:
        return best
    named = max(islice(_named_headline(parsed), 80), key=lambda node: _likeness(node, wanted), default=None)
    if named is not None and wanted and _likeness(named, wanted) >= 0.5:
        return named
    return headings[0] if headings else _bare(tree, wanted)


def _bare(tree: HtmlElement, wanted: frozenset[str]) -> HtmlElement | None:
    """Return the element of a page without headings whose own text is the page's title."""
    if len(wanted) < 3:
        return None
    for node in tree.xpath("//body//td | //body//b | //body//strong | //body//font | //body//span | //body//div")[
        :1500
    ]:
        own = node.text or ""
        if 15 < len(own) < 250 and _likeness(node, wanted) >= 0.6:
            return node
    return None


def _named_headline(parsed: ParsedPage) -> Iterator[HtmlElement]:
    for element, tag, attributes in parsed.having_any({"class", "id"}):
        name = attributes.get("class", "")
        if ("title" in name or "headline" in name or "title" in attributes.get("id", "")) and tag not in _WHOLE_PAGE:
            yield element


def _title_words(parsed: ParsedPage) -> frozenset[str]:
    titles = [meta["content"] for meta in parsed.meta_tags if meta.get("property") == "og:title"]
    titles = titles or parsed.tree.xpath("//head/title/text()")
    return frozenset(_WORD.findall(titles[0][:300])) if titles else frozenset()


def _likeness(node: HtmlElement, wanted: frozenset[str]) -> float:
    """Return the share of words that a heading and the title have in common, 0 to 1."""
    words = frozenset(_WORD.findall(_text(node)[:400]))
    return len(words & wanted) / max(len(words), min(len(wanted), len(words) + 6)) if words and wanted else 0.0


def _text(node: HtmlElement) -> str:
    return " ".join(node.text_content().split()) if isinstance(node.tag, str) else ""


def lines_after(head: HtmlElement) -> Iterator[HeadlineLine]:
    """The lines that follow the headline, up to the body of the text; other articles and widgets left out."""
    return _lines(_following(head), limit=AFTER_CHARS)


def lines_before(head: HtmlElement) -> list[HeadlineLine]:
    """Return the lines shown just above the headline in its own block, nearest first; never the head of the site.

    One level up any short line counts; further up only inside an article element.
    """
    found: list[HeadlineLine] = []
    node = head
    for level in range(3):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html", "main") or is_elsewhere(parent, frozenset()):
            break
        if level and not _is_article(parent):
            break
        for sibling in list(node.itersiblings(preceding=True))[:4]:
            if not _may_hold_dateline(sibling, is_marked_needed=not _is_article(parent)):
                continue
            found.extend(reversed(list(_lines(_within(sibling), limit=400))))
        node = parent
    return found


def _is_article(node: HtmlElement) -> bool:
    return node.tag == "article" or bool(_ARTICLE.search(f"{node.get('class', '')} {node.get('id', '')}"))


def _may_hold_dateline(node: HtmlElement, *, is_marked_needed: bool) -> bool:
    if not isinstance(node.tag, str) or node.tag in ("header", "nav") or is_elsewhere(node, frozenset()):
        return False
    if len(_text(node)) > 300 or len(node.xpath(".//a[@href]")) > 6:
        return False
    return (
        not is_marked_needed
        or node.tag == "time"
        or bool(_DATE_CLASS.search(f"{node.get('class', '')} {node.get('id', '')}"))
    )


def is_elsewhere(node: HtmlElement, around: frozenset[HtmlElement]) -> bool:
    """Say whether an element, or one between it and the headline's ancestors, belongs to another part of the page."""
    while node is not None and node not in around:
        if not isinstance(node.tag, str) or node.tag in _ELSEWHERE_TAGS:
            return True
        if _is_named_elsewhere(node.get("class", "")) or _is_named_elsewhere(node.get("id", "")):
            return True
        node = node.getparent() if around else None
    return False


@lru_cache(maxsize=8192)  # a page asks for the same boxes again and again
def _is_named_elsewhere(name: str) -> bool:
    return bool(name) and _ELSEWHERE.search(name) is not None


#: What a walk meets: an element that opens, text, or the end of a block.
_Step = tuple[str, HtmlElement | None, str]


def _following(head: HtmlElement) -> Iterator[_Step]:
    seen = 0
    node = head
    while node is not None and node.tag != "body":
        if node is not head or node.tail:
            yield "text", node.getparent(), node.tail or ""
        for sibling in node.itersiblings():
            for step in _within(sibling):
                seen += 1
                if seen > AFTER_ELEMENTS * 3:
                    return
                yield step
            yield "text", sibling.getparent(), sibling.tail or ""
        yield "block", None, ""
        node = node.getparent()


def _within(top: HtmlElement) -> Iterator[_Step]:
    walk = etree.iterwalk(top, events=("start", "end"))
    left_out: HtmlElement | None = None
    for event, node in walk:
        tag = node.tag
        if event == "start":
            if tag in _SILENT or is_elsewhere(node, frozenset()):
                walk.skip_subtree()
                left_out = node
                if tag not in _SILENT:
                    yield "block", None, ""
                continue
            yield _edge(tag), node, ""
            if tag == "time":
                yield "time", node, ""
            yield "text", node, node.text or ""
        else:
            if node is not left_out:
                yield _edge(tag), node, ""
            if node is not top:
                yield "text", node.getparent(), node.tail or ""


def _edge(tag: str) -> str:
    return "block" if tag in _BLOCKS else "piece" if tag in _PIECES else "text"


def _lines(steps: Iterator[_Step], *, limit: int) -> Iterator[HeadlineLine]:
    words: list[str] = []
    times: list[HtmlElement] = []
    within: HtmlElement | None = None
    passed = prose = 0
    for kind, node, text in chain(steps, [("block", None, "")]):
        if kind == "text":
            words.append(text)
            if within is None and text.strip():
                within = node
        elif kind == "piece":
            words.append("\0")
        elif kind == "time" and node is not None:
            times.append(node)
            within = within if within is not None else node
        else:
            line, pieces = _joined(words)
            if line or times:
                yield HeadlineLine(line, pieces, within, tuple(times), prose)
            passed += len(line)
            prose += len(line) >= PROSE_CHARS
            words, times, within = [], [], None
            if passed > limit:
                return


def _joined(words: list[str]) -> tuple[str, str]:
    """Return the words of a line with single spaces, and its pieces with " | " between."""
    pieces = [line for piece in "".join(words).split("\0") if (line := squeeze(piece))]
    return " ".join(pieces), " | ".join(pieces)
