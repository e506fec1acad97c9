"""Blocks and boxes: the visible pieces of text of a page, and the elements that contain them."""

from collections.abc import Iterator, Mapping

from pipelines.html.disclosure import is_closed_panel
from pipelines.html.dom import Element, ends_a_sentence
from pipelines.html.roles import hints, is_embed, named, role_of

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
CELLS = frozenset(["td", "th"])
#: A block of at least this many words that ends a sentence and is not mostly link is prose; a longer one need not end.
PROSE_WORDS = 14
LONG_PROSE_WORDS = 25


class Box:
    """A block-level element, with sums over all blocks inside it."""

    __slots__ = (
        "_attributes",
        "blocks",
        "cell",
        "depth",
        "element",
        "embed",
        "holds_table",
        "key",
        "link_words",
        "parent",
        "prose",
        "table",
        "tag",
        "tags",
        "words",
    )

    def __init__(self, element: Element, tag: str, attributes: Mapping[str, str], parent: "Box | None") -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self._attributes = attributes
        #: Tag and class: boxes of one kind share them.
        self.key: tuple[str, str] = (tag, attributes.get("class", ""))
        if parent is None:
            self.depth = 0
            #: Tags of the box and of all boxes around it.
            self.tags = frozenset([tag])
            #: The innermost table, table cell and embedded post that it is or is inside of.
            self.table: Box | None = None
            self.cell: Box | None = None
            self.embed: Box | None = None
        else:
            self.depth = parent.depth + 1
            self.tags = parent.tags if tag in parent.tags else parent.tags | {tag}
            self.table, self.cell, self.embed = parent.table, parent.cell, parent.embed
        if tag == "table":
            self.table = self
        elif tag in CELLS:
            self.cell = self
        elif tag == "blockquote" and is_embed(attributes):
            self.embed = self
        self.holds_table = False
        self.blocks = self.words = self.link_words = self.prose = 0

    @property
    def rule(self) -> str | None:
        """The cleaning rule that its tag, role or name speaks for; half of the boxes are never asked for it."""
        rule = role_of(self.tag, self._attributes)
        if rule == "hidden" and is_closed_panel(self.element, self._attributes):
            return named(self._attributes)
        return rule

    @property
    def hints(self) -> str:
        """What the page's author calls it, in lower case."""
        return hints(self._attributes)

    def outward(self) -> "Iterator[Box]":
        """The box itself, then each box around it."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent

    def is_in(self, outer: "Box") -> bool:
        """Whether it is another box or inside of it."""
        box, depth = self, outer.depth
        while box.depth > depth and box.parent is not None:
            box = box.parent
        return box is outer


class Block:
    """One paragraph, heading, list item, table row or caption."""

    __slots__ = (
        "box",
        "ends",
        "is_prose",
        "is_row",
        "label_words",
        "lines",
        "link_words",
        "links",
        "order",
        "rule",
        "strong_words",
        "text",
        "words",
    )

    def __init__(
        self,
        box: Box,
        lines: tuple[str, ...],
        words: int,
        link_words: int,
        strong_words: int,
        order: int,
        label_words: int = 0,
        links: int = 0,
        rule: str | None = None,
        is_row: bool = False,
    ) -> None:
        self.box = box
        #: Its lines, as single line breaks part them; at least one, none of them empty.
        self.lines = lines
        self.text = text = lines[0] if len(lines) == 1 else " ".join(lines)
        self.words = words
        #: Words inside links, and inside bold or slanted type.
        self.link_words = link_words
        self.strong_words = strong_words
        #: The position of its start in page order.
        self.order = order
        #: Words before the first link; all words if there is no link.
        self.label_words = label_words
        self.links = links
        #: The rule of the inline element that holds all of it ("share", "hidden"), if any.
        self.rule = rule
        #: Whether it is a row of a data table.
        self.is_row = is_row
        #: Whether it ends as a sentence does.
        self.ends = ends_a_sentence(text[-4:])
        long_enough = words >= (PROSE_WORDS if self.ends else LONG_PROSE_WORDS)
        self.is_prose = long_enough and 2 * link_words < words

    @property
    def tag(self) -> str:
        return self.box.tag

    @property
    def linked(self) -> float:
        """Share of its words that are link text."""
        return self.link_words / self.words if self.words else 0.0

    @property
    def is_strong(self) -> bool:
        return self.strong_words >= 0.9 * self.words

    @property
    def is_sentence_of_links(self) -> bool:
        """Whether it is a sentence with several links in it: "published here, here and here"."""
        return self.ends and self.links > 1 and self.link_words < self.words

    @property
    def label(self) -> str:
        """The text before the first link."""
        return " ".join(self.text.split()[: self.label_words])
