"""The lines of a page as a reader sees them: text that blocks and line breaks separate."""

from typing import NamedTuple

from pipelines.html.dom import BLANK, DEAD, INLINE, Element, squeeze

#: Lines read of one page; a page with more is a list.
MAX_LINES = 4_000
#: Words of the shortest line that is prose: no byline, date or label has as many.
PROSE_WORDS = 12

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


class PageLine(NamedTuple):
    """One line of the page, as blocks and line breaks separate it."""

    text: str
    #: The block that the line begins in.
    block: Element
    #: Whether all of its letters are in links.
    linked: bool

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_prose(self) -> bool:
        return not self.linked and len(self.text) >= 2 * PROSE_WORDS - 1 and self.words >= PROSE_WORDS


class LineReader:
    """Collects text until a block or a line break ends the line; a line break does not end a heading."""

    __slots__ = ("_dead", "_free", "_has_letters", "_links", "_pieces", "block", "lines")

    def __init__(self, block: Element) -> None:
        self.block = block
        self.lines: list[PageLine] = []
        self._pieces: list[str] = []
        self._links = 0
        #: Whether the line has letters or digits, and whether some of them are outside of links.
        self._has_letters = self._free = False
        self._dead: Element = None

    def enter(self, node: Element, tag: str, text: str | None) -> None:
        """Read the beginning of an element, and the text at its beginning: `BLANK` if it is white space."""
        if self._dead is not None:
            return
        if tag in DEAD:
            self._dead = node
            return
        if tag not in INLINE:
            if self._pieces:
                self.close(node)
            else:
                self.block = node
            if text and text != BLANK:
                self._add(text)
            return
        if tag == "br":
            if self.block.tag not in HEADINGS:
                self.close(self.block)
            self._pieces.append(" ")
        elif tag == "a":
            self._links += 1
        if text:
            self._add(text)

    def leave(self, node: Element, tag: str, tail: str | None) -> None:
        if self._dead is not None:
            if self._dead is not node:
                return
            self._dead = None
        elif tag == "a":
            self._links -= 1
        elif tag not in INLINE:
            if self._pieces:
                self.close(node)
            parent = node.getparent()
            self.block = parent if parent is not None else node
        if tail:
            self._add(tail)

    def close(self, block: Element) -> None:
        """End the line; the next one begins in `block`."""
        if self._has_letters:
            if len(self.lines) <= MAX_LINES:
                text = squeeze("".join(self._pieces))
                self.lines.append(PageLine(text, self.block, not self._free))
            self._free = self._has_letters = False
        self._pieces = []
        self.block = block

    def _add(self, text: str) -> None:
        if text == BLANK:
            if self._pieces:
                self._pieces.append(text)
            return
        self._pieces.append(text)
        if not self._free and any(map(str.isalnum, text)):
            self._has_letters = True
            self._free = self._links == 0
