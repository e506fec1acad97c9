"""The visible lines around the headline: above it, below it, and after the article's prose."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from pipelines.html.dom import DEAD, INLINE, Element, squeeze
from pipelines.words.normal import normal

#: Maximum number of lines above and below the headline, and after the prose.
MAX_OVER = 6
MAX_UNDER = 20
MAX_AFTER = 4
#: Maximum number of lines of a page; a page with more is a list.
MAX_LINES = 4_000
#: Number of single-paragraph boxes that make an article (slides, entries), and of lines searched for them.
MIN_ALIKE = 3
MAX_ENTRIES = 60
#: Minimum number of words of a line of prose: bylines, dates and labels have fewer.
PROSE_WORDS = 12

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_TITLE_PLACES = {"h1": 3, "h2": 2, "h3": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """One line of the page, delimited by blocks and line breaks."""

    text: str
    #: The block in which the line begins.
    block: Element
    #: Whether all its letters are in links.
    linked: bool

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_prose(self) -> bool:
        return not self.linked and self.words >= PROSE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The position of the article among the lines of its page; all fields are empty if the headline was not found."""

    #: The lines before the headline, nearest last.
    over: tuple[PageLine, ...] = ()
    #: The headline itself.
    headline: PageLine | None = None
    #: The lines between the headline and the first line of prose.
    under: tuple[PageLine, ...] = ()
    #: The article's lines from its first prose to its last, including short ones between them.
    prose: tuple[PageLine, ...] = ()
    #: The lines after the prose, in the element that contains it.
    after: tuple[PageLine, ...] = ()


def surroundings_of(tree: Element, heading: str) -> Surroundings:
    """Find the headline among the lines of a page, and its surroundings. The tree is not changed."""
    page = list(lines(tree))
    place = _place(page, heading)
    if place is None:
        return Surroundings()
    rest = page[place + 1 :]
    under = list(takewhile(lambda line: not line.is_prose, rest[: MAX_UNDER + 1]))
    prose, after = _prose(rest[len(under) :]) if len(under) <= MAX_UNDER else ([], [])
    return Surroundings(
        over=tuple(page[max(0, place - MAX_OVER) : place]),
        headline=page[place],
        under=tuple(under[: MAX_UNDER if prose else MAX_AFTER]),
        prose=tuple(prose),
        after=tuple(after[:MAX_AFTER]),
    )


def lines(tree: Element) -> Iterator[PageLine]:
    """Yield the lines of the body in page order; a line break cuts a line, but not a heading."""
    body = tree.find(".//body")
    cut = _Cutter(body if body is not None else tree)
    walk = etree.iterwalk(cut.block, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node.tag in DEAD:
            walk.skip_subtree()
        elif event == "start":
            cut.enter(node)
        else:
            cut.leave(node)
        if len(cut.done) > MAX_LINES:
            break
    cut.close(cut.block)
    yield from cut.done


class _Cutter:
    """Collects text until a block or a line break ends the line."""

    __slots__ = ("_free", "_links", "_pieces", "block", "done")

    def __init__(self, block: Element) -> None:
        self.block = block
        self.done: list[PageLine] = []
        self._pieces: list[str] = []
        self._links = 0
        self._free = False

    def enter(self, node: Element) -> None:
        if node.tag not in INLINE or (node.tag == "br" and self.block.tag not in _HEADINGS):
            self.close(node if node.tag != "br" else self.block)
        self._links += node.tag == "a"
        self._add(" " if node.tag == "br" else "")
        self._add(node.text)

    def leave(self, node: Element) -> None:
        self._links -= node.tag == "a" and node.tag not in DEAD
        if node.tag not in INLINE and node.tag not in DEAD:
            parent = node.getparent()
            self.close(parent if parent is not None else node)
        self._add(node.tail)

    def close(self, block: Element) -> None:
        """End the line; the next one begins in `block`."""
        text = squeeze("".join(self._pieces))
        if any(letter.isalnum() for letter in text):
            self.done.append(PageLine(text=text, block=self.block, linked=not self._free))
        self._pieces, self._free, self.block = [], False, block

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            self._free = self._free or (self._links == 0 and any(letter.isalnum() for letter in text))


def _place(page: list[PageLine], heading: str) -> int | None:
    """Find the headline's line; headings are preferred to other lines, plain text to links."""
    folded = normal(heading)
    if not folded:
        return None
    same = [place for place, line in enumerate(page) if normal(line.text) == folded]
    near = same or [
        place
        for place, line in enumerate(page)
        if folded in normal(line.text) and len(line.text) <= 2 * len(heading) and len(heading) >= 15
    ]
    return max(near, key=lambda place: (_rank(page[place]), -place), default=None)


def _rank(line: PageLine) -> tuple[int, bool]:
    return _TITLE_PLACES.get(line.block.tag, 0), not line.linked


def _prose(rest: list[PageLine]) -> tuple[list[PageLine], list[PageLine]]:
    """Return the lines from the first to the last prose in the same element, and the following ones in it."""
    if not rest:
        return [], []
    holder = _holder(rest)
    inside = list(takewhile(lambda line: _holds(holder, line.block), rest))
    last = max(place for place, line in enumerate(inside) if line.is_prose or place == 0)
    return inside[: last + 1], inside[last + 1 :]


def _holder(rest: list[PageLine]) -> Element:
    """Return the element that contains the paragraphs, or the boxes of one paragraph each."""
    first = rest[0].block
    holder = first.getparent() if first.tag not in ("td", "body", "article", "main") else first
    holder = first if holder is None else holder
    outer = holder.getparent()
    if outer is None or sum(line.is_prose for line in takewhile(lambda line: _holds(holder, line.block), rest)) > 1:
        return holder
    alike = [box for box in outer if box.tag == holder.tag and box.get("class") == holder.get("class")]
    told = [box for box in alike if any(line.is_prose and _holds(box, line.block) for line in rest[:MAX_ENTRIES])]
    return outer if len(told) >= MIN_ALIKE else holder


def _holds(holder: Element, block: Element) -> bool:
    return block is holder or any(outer is holder for outer in block.iterancestors())
