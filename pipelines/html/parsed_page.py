"""A page parsed and read once: everything that asks for its text, blocks or lines gets what one pass over it found."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from lxml import etree

from pipelines.html import streamed
from pipelines.html.dom import BLANK, INLINE, Element, has_more_text, parse, squeeze, text_of
from pipelines.html.page_lines import LineReader, PageLine
from pipelines.html.page_reading import BlockReader, PageReading

#: An element with its tag and attributes.
Attributed = tuple[Element, str, dict[str, str]]

#: Characters of the longest link; cards of other articles, teaser included, have up to some 700.
MAX_LINK_CHARS = 2_000


class ParsedPage:
    """The tree of a page and what one pass over it found; the tree is never changed."""

    def __init__(self, tree: Element) -> None:
        #: The root element, for selectors; see `pipelines.html.dom.parse`.
        self.tree = tree
        #: None for a document without a body (a frameset).
        self.body: Element = tree.find("body")

    def text_of(self, element: Element) -> str:
        """All text of an element of this page on one line; words of neighbouring blocks do not run together."""
        span = self._read.spans.get(element)
        if span is None:  # libxml2 leaves some broken pages with a second root, which XPath finds and no walk
            return text_of(element)
        first, end = span
        return squeeze("".join(self._read.pieces[first:end]))

    @property
    def reading(self) -> PageReading | None:
        """The blocks and boxes of the body; None where there is no body."""
        return self._read.reading

    @property
    def lines(self) -> list[PageLine]:
        """The lines of the body in page order."""
        return self._read.lines

    @property
    def attributes(self) -> list[Attributed]:
        """Every element in page order: for several conditions, faster than XPath."""
        return self._read.attributes

    def having(self, attribute: str) -> Sequence[Attributed]:
        """The elements with an attribute, in page order."""
        return self._by_attribute.get(attribute, ())

    def having_any(self, attributes: AbstractSet[str]) -> list[Attributed]:
        """The elements with at least one of these attributes, in page order."""
        found = [name for name in attributes if name in self._by_attribute]
        if len(found) <= 1:
            return self._by_attribute[found[0]] if found else []
        return [one for one in self.attributes if not attributes.isdisjoint(one[2])]

    @cached_property
    def classes(self) -> frozenset[str]:
        """The class attributes of the page, each once: for names that hardly any page has."""
        return frozenset([attributes["class"] for _, _, attributes in self.having("class")])

    @cached_property
    def all_classes(self) -> str:
        """The same in one text, to see at once that no class has a name."""
        return "\n".join(self.classes)

    @cached_property
    def _by_attribute(self) -> dict[str, list[Attributed]]:
        found: dict[str, list[Attributed]] = {}
        for one in self.attributes:
            for name in one[2]:
                if name in found:
                    found[name].append(one)
                else:
                    found[name] = [one]
        return found

    @cached_property
    def meta_tags(self) -> list[dict[str, str]]:
        """The attributes of every meta tag that has a content, in page order."""
        return [attributes for _, tag, attributes in self.having("content") if tag == "meta"]

    @cached_property
    def base_href(self) -> str | None:
        """What relative links are relative to, as its `<base>` says."""
        named = (attributes["href"] for _, tag, attributes in self.having("href") if tag == "base")
        return next(filter(None, named), None)

    @cached_property
    def links(self) -> list[tuple[Element, str]]:
        """The `<a href>` of the page in page order, each with its text on one line."""
        linked = [link for link, tag, attributes in self.having("href") if tag == "a" and attributes["href"]]
        return [(link, self.text_of(link)) for link in linked]

    @cached_property
    def _read(self) -> "_Read":
        return _Read(self.tree, self.body)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The contents of meta tags by their name, property or itemprop, in page order."""
        metas: dict[str, list[str]] = {}
        for meta in self.meta_tags:
            for name in {meta.get("name"), meta.get("property"), meta.get("itemprop")} - {None}:
                metas.setdefault(str(name), []).append(meta["content"])
        return metas


def parse_page(text: str, markup: bytes | None = None) -> ParsedPage:
    """Parse a decoded page; never fails, see `pipelines.html.dom.parse`."""
    tree = parse(text, markup)
    streamed.put_into_place(tree)
    return ParsedPage(tree)


def _is_left_open(link: Element) -> bool:
    """Whether a link holds far more text than links do: it was not closed, and the parser put what follows inside."""
    for child in link:
        if child.tag not in INLINE:
            return has_more_text(link, MAX_LINK_CHARS)
    return False


#: Elements whose content is drawn: it is neither text nor has it attributes that tell something of the page.
_DRAWN = frozenset(["svg", "select"])


#: Elements that mean nothing for the lines of a page unless they hold text.
_PLAIN = INLINE - {"a", "br"}


class _Read:
    """The one pass: text of every element as a slice of `pieces`, attributes, blocks and lines of the body."""

    def __init__(self, tree: Element, body: Element) -> None:
        self.pieces: list[str] = []
        #: Where the pieces of each element begin and end; its tail is outside.
        self.spans: dict[Element, tuple[int, int]] = {}
        self.attributes: list[Attributed] = []
        root = body if body is not None else tree
        lines = LineReader(root)
        blocks = BlockReader(root)
        pieces, spans, told = self.pieces, self.spans, self.attributes
        enter_line, leave_line, enter_block, leave_block = lines.enter, lines.leave, blocks.enter, blocks.leave
        add_piece = pieces.append
        starts: list[int] = []
        inside = False
        open_links: set[Element] = set()
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, node in walk:
            tag = node.tag
            if event == "start":
                if tag in _DRAWN:
                    walk.skip_subtree()
                attributes = dict(node.items())
                told.append((node, tag, attributes))
                if tag == "a" and len(node) and _is_left_open(node):
                    open_links.add(node)
                    tag = "span"
                inside = inside or node is root
                text = node.text
                starts.append(len(pieces))
                if tag == "br":
                    add_piece("\n")
                elif tag not in INLINE:
                    add_piece(" ")
                if text:
                    if text.isspace():
                        text = BLANK
                    add_piece(text)
                if inside:
                    if text or tag not in _PLAIN:
                        enter_line(node, tag, text)
                    enter_block(node, tag, text, attributes)
            else:
                tail = node.tail
                if open_links and node in open_links:
                    tag = "span"
                if tag not in INLINE:
                    add_piece(" ")
                spans[node] = (starts.pop(), len(pieces))
                if tail:
                    if tail.isspace():
                        tail = BLANK
                    add_piece(tail)
                if inside:
                    if tail or tag not in _PLAIN:
                        leave_line(node, tag, tail)
                    leave_block(node, tag, tail)
                    inside = node is not root
        lines.close(root)
        self.lines = lines.lines
        self.reading = blocks.reading() if body is not None else None
