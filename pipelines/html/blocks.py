"""Blocks and boxes: the visible pieces of text of a page, and the elements that contain them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.html.disclosure import is_closed_panel
from pipelines.html.dom import SENTENCE_END, Element
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
        "rule",
        "table",
        "tag",
        "tags",
        "words",
    )

    def __init__(self, element: Element, attributes: Mapping[str, str], parent: "Box | None") -> None:
        self.element = element
        self.tag: str = element.tag
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self._attributes = attributes
        #: The cleaning rule that its tag, role or name speaks for.
        self.rule = role_of(self.tag, attributes)
        if self.rule == "hidden" and is_closed_panel(element, attributes):
            self.rule = named(attributes)
        #: Tag and class: boxes of one kind share them.
        self.key: tuple[str, str] = (self.tag, attributes.get("class", ""))
        #: Tags of the box and of all boxes around it.
        self.tags: frozenset[str] = _with(parent.tags, self.tag) if parent is not None else frozenset([self.tag])
        #: The innermost table, table cell and embedded post that it is or is inside of.
        self.table: Box | None = self if self.tag == "table" else parent.table if parent is not None else None
        self.cell: Box | None = self if self.tag in CELLS else parent.cell if parent is not None else None
        self.embed: Box | None = parent.embed if parent is not None else None
        if self.tag == "blockquote" and is_embed(attributes):
            self.embed = self
        self.holds_table = False
        self.blocks = self.words = self.link_words = self.prose = 0

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
        return any(box is outer for box in self.outward())


def _with(tags: frozenset[str], tag: str) -> frozenset[str]:
    return tags if tag in tags else tags | {tag}


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph, heading, list item, table row or caption."""

    box: Box
    #: Its lines, as single line breaks part them; at least one, none of them empty.
    lines: tuple[str, ...]
    words: int
    #: Words inside links, and inside bold or slanted type.
    link_words: int
    strong_words: int
    #: Positions of its start and of its last piece of text, in page order.
    order: int
    last: int
    #: Words before the first link; all words if there is no link.
    label_words: int = 0
    links: int = 0
    #: The rule of the inline element that holds all of it ("share", "hidden"), if any.
    rule: str | None = None
    #: Whether it is a row of a data table.
    is_row: bool = False
    text: str = field(init=False)
    #: Whether it ends as a sentence does.
    ends: bool = field(init=False)
    is_prose: bool = field(init=False)

    def __post_init__(self) -> None:
        self.text = " ".join(self.lines)
        self.ends = bool(SENTENCE_END.search(self.text[-4:]))
        long_enough = self.words >= (PROSE_WORDS if self.ends else LONG_PROSE_WORDS)
        self.is_prose = long_enough and 2 * self.link_words < self.words

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
