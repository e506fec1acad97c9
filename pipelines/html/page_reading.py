"""Parse a page into blocks: one pass over its tree makes a flat list of text blocks, each with its boxes.

A block is a visible paragraph, heading, list item, table row or caption: text not divided by a block-level
element or a double line break. All text of the page is in a block, including hidden parts and buttons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from pipelines.html.blocks import HEADINGS, Block, Box
from pipelines.html.dom import BLANK, DEAD, INLINE, Element
from pipelines.html.roles import role_of
from pipelines.html.tables import joined

#: Elements whose text is not displayed. Buttons and dialogs are read, so that what stands in them is told as removed.
SILENT = (DEAD - {"dialog", "button"}) | {"audio", "video", "map", "head", "title"}
_STRONG = frozenset(["b", "strong", "em", "i"])
#: If most lines between single breaks have this many words, the breaks separate paragraphs.
LONG_LINE_WORDS = 12


@dataclass(frozen=True, slots=True)
class PageReading:
    """The parsed body of a page; blocks and boxes in page order, the body is the first box."""

    blocks: tuple[Block, ...]
    boxes: tuple[Box, ...]


def _sum_up(blocks: list[Block], boxes: list[Box]) -> None:
    """Fill the sums of the boxes: what each holds itself first, then outward; a box comes after the box around it."""
    for block in blocks:
        box = block.box
        box.blocks += 1
        box.words += block.words
        box.link_words += block.link_words
        if block.is_prose:
            box.prose += block.words
    for box in reversed(boxes):
        outer = box.parent
        if outer is not None and box.blocks:
            outer.blocks += box.blocks
            outer.words += box.words
            outer.link_words += box.link_words
            outer.prose += box.prose


class _Run:
    """The block being filled: text of one box, or of one inline element with its own rule."""

    __slots__ = (
        "box",
        "inline",
        "is_begun",
        "label_words",
        "lines",
        "link_words",
        "links",
        "order",
        "rule",
        "strong_words",
    )

    def __init__(self, box: Box, inline: Element = None, rule: str | None = None) -> None:
        self.box = box
        self.inline = inline
        self.rule = rule
        self.lines: list[list[str]] = [[]]
        self.link_words = self.strong_words = self.links = 0
        self.label_words = -1
        #: The place of its first text in page order; -1 without text.
        self.order = -1
        #: Whether it has text, a break or a link: most boxes hold nothing but other boxes.
        self.is_begun = False

    def words(self) -> int:
        """Words so far."""
        return sum([len(piece.split()) for line in self.lines for piece in line])

    def blocks(self) -> list[Block]:
        """Return the collected text: one block, or one per line if the lines are paragraphs; none without text."""
        if len(self.lines) == 1:
            pieces = self.lines[0]
            words = (pieces[0] if len(pieces) == 1 else "".join(pieces)).split()
            return [self._block((" ".join(words),), len(words))] if words else []
        lines = [line for pieces in self.lines if (line := " ".join("".join(pieces).split()))]
        if not lines:
            return []
        counts = [len(line.split()) for line in lines]
        if len(lines) > 1 and sum(count >= LONG_LINE_WORDS for count in counts) >= max(2, len(lines) / 2):
            return [self._block((line,), count, count / sum(counts)) for line, count in zip(lines, counts, strict=True)]
        return [self._block(tuple(lines), sum(counts))]

    def _block(self, lines: tuple[str, ...], words: int, share: float = 1.0) -> Block:
        """Make a block of these lines. `share`: of the run's words, that links and bold type are divided by."""
        linked = min(words, round(share * self.link_words)) if self.link_words else 0
        strong = min(words, round(share * self.strong_words)) if self.strong_words else 0
        label = words if self.label_words < 0 else min(words, self.label_words)
        return Block(self.box, lines, words, linked, strong, self.order, label, self.links, self.rule)


class BlockReader:
    """The state of the walk: the open box, open links and bold type, and the runs of text that are being filled."""

    def __init__(self, body: Element) -> None:
        self.blocks: list[Block] = []
        self.boxes: list[Box] = []
        self._root = body
        self._box: Box | None = None
        self._runs: list[_Run] = []
        self._order = self._links = self._strong = 0
        self._silent: Element = None

    def enter(self, node: Element, tag: str, text: str | None, attributes: Mapping[str, str]) -> None:
        if self._silent is not None:
            return
        if tag in SILENT:
            self._silent = node
            return
        self._order += 1
        if tag not in INLINE or node is self._root:
            self._open(node, tag, attributes)
            if text and text != BLANK:  # white space begins no block
                self._add(text)
            return
        if tag == "br":
            self._break()
        else:
            self._enter_inline(node, tag, attributes)
        if text:
            self._add(text)

    def leave(self, node: Element, tag: str, tail: str | None) -> None:
        if self._silent is not None:
            if self._silent is not node:
                return
            self._silent = None
        elif tag == "br":
            pass
        elif tag not in INLINE or node is self._root:
            self._close()
            if tail and tail != BLANK and node is not self._root:
                self._add(tail)
            return
        else:
            if tag == "a":
                self._links -= not self._is_anchor(node)
            elif tag in _STRONG:
                self._strong -= 1
            if self._runs[-1].inline is node:
                self.blocks += self._runs.pop().blocks()
        if tail:
            self._add(tail)

    def reading(self) -> PageReading:
        """What was read, once the walk has left the body."""
        blocks = joined(sorted(self.blocks, key=attrgetter("order")))
        _sum_up(blocks, self.boxes)
        return PageReading(blocks=tuple(blocks), boxes=tuple(self.boxes))

    def _enter_inline(self, node: Element, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "a" and not self._is_anchor(node):
            self._links += 1
            run = self._runs[-1]
            run.links += 1
            run.is_begun = True
            if run.label_words < 0:
                run.label_words = run.words()
        elif tag in _STRONG:
            self._strong += 1
        if tag != "img":
            rule = role_of(tag, attributes)
            if rule:
                self._runs.append(_Run(self._runs[-1].box, node, rule))

    def _is_anchor(self, link: Element) -> bool:
        """Whether a link is only the anchor of a heading on this page; a bare "#" is a button."""
        if self._box is None or self._box.tag not in HEADINGS:
            return False
        href = (link.get("href") or "").strip()
        return len(href) > 1 and href[0] == "#"

    def _open(self, node: Element, tag: str, attributes: Mapping[str, str]) -> None:
        if self._runs and self._runs[-1].is_begun:
            self._restart()
        self._box = Box(node, tag, attributes, self._box)
        if tag == "table":
            for outer in self._box.parent.outward() if self._box.parent is not None else ():
                outer.holds_table = True
        self.boxes.append(self._box)
        rule = self._runs[-1].rule if self._runs else None  # a block inside of a hidden inline element is hidden too
        run = _Run(self._box, None, rule)
        if self._links:
            run.label_words = 0
            run.is_begun = True
        self._runs.append(run)

    def _close(self) -> None:
        """End the box's run; text after it in the same parent is a block of its own."""
        run = self._runs.pop()
        if run.order >= 0:
            self.blocks += run.blocks()
        if self._box is not None:
            self._box = self._box.parent
        if self._runs and self._runs[-1].is_begun:
            self._restart()

    def _restart(self) -> None:
        """End the block of the innermost run and begin another one in its place."""
        run = self._runs[-1]
        if run.order >= 0:
            self.blocks += run.blocks()
        self._runs[-1] = _Run(run.box, run.inline, run.rule)

    def _break(self) -> None:
        run = self._runs[-1]
        if run.lines[-1]:
            run.lines.append([])
        elif len(run.lines) > 1:
            self._restart()

    def _add(self, text: str) -> None:
        run = self._runs[-1]
        if text == BLANK:
            if run.lines[-1]:
                run.lines[-1].append(text)
            return
        if run.order < 0:
            run.order = self._order
            run.is_begun = True
        run.lines[-1].append(text)
        if self._links or self._strong:
            words = len(text.split())
            if self._links:
                run.link_words += words
            if self._strong:
                run.strong_words += words
