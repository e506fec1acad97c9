"""Choose the article's blocks: trafilatura says where the article is, the page's own structure says what belongs to it.

trafilatura finds the right place nearly always but loses paragraphs that it takes for repeats, captions or spans; the page's
structure alone keeps all of a place but may pick the wrong one. So its lines are anchors: the article is the blocks between
the first and the last of them, and the blocks of the same kind beside them.
"""

from collections import Counter
from collections.abc import Sequence

from pipelines.body.flow import HEADINGS, Block, flow_element
from pipelines.html.dom import Element
from pipelines.words.normal import normal

#: trafilatura has lost the article where its text holds less than this share of the prose in the page's own flow.
LOST_SHARE = 0.3
#: Or where it found fewer words of prose than this, a standfirst or a cookie notice, beside a flow that holds much more.
LOST_WORDS = 40
#: A block of fewer words is not looked for inside longer lines.
PART_WORDS = 8
#: A sentence of so many words beside the article's paragraphs is one of them, whatever it is called.
FULL_WORDS = 40
FULL_LINKED = 0.2


def choose(body: Element, found: Sequence[Block], lines: Sequence[str]) -> list[Block]:
    """The blocks of the article in page order; `lines` is what trafilatura read."""
    read = Counter(normal(line) for line in lines)
    text = f" {' '.join(read)} "
    anchored = [_is_anchor(normal(block.text), read, text) for block in found]
    anchors = [block for block, is_anchor in zip(found, anchored, strict=True) if is_anchor]
    flow = flow_element(body, found)
    own = [block for block in found if within(block.element, flow)]
    inside = [block for block in anchors if within(block.element, flow)]
    if _prose(anchors) < LOST_SHARE * _prose(own) and (inside or _prose(anchors) < LOST_WORDS):
        return own
    return _among(found, anchored, flow_element(body, anchors)) if anchors else []


def _is_anchor(line: str, read: Counter[str], text: str) -> bool:
    """Whether trafilatura read this block; each line counts once, a long block may also stand in it as several lines."""
    if read[line]:
        read[line] -= 1
        return True
    return line not in read and len(line.split()) >= PART_WORDS and f" {line} " in text


def within(element: Element, outer: Element) -> bool:
    """Whether an element is another or lies inside it."""
    return element is outer or any(ancestor is outer for ancestor in element.iterancestors())


def _prose(blocks: Sequence[Block]) -> int:
    return sum(block.words for block in blocks if block.is_prose)


def _among(found: Sequence[Block], anchored: Sequence[bool], flow: Element) -> list[Block]:
    """Anchors, and the blocks of the flow that stand among them and are of their kind."""
    strong = [
        position
        for position, block in enumerate(found)
        if anchored[position] and block.is_prose and within(block.element, flow)
    ]
    first, last = (strong[0], strong[-1]) if strong else (len(found), -1)
    looks = {_look(found[position]) for position in strong}
    parents = {found[position].element.getparent() for position in strong}
    headed = {_look(block) for block in found[first + 1 : last] if block.element.tag in HEADINGS}
    places = {(_look(found[position]), found[position].element.getparent()) for position in strong}
    return [
        block
        for position, block in enumerate(found)
        if anchored[position]
        or ((_look(block), block.element.getparent()) in places and (block.is_prose or first < position < last))
        or (first < position < last and block.is_prose and _look(block) in looks and within(block.element, flow))
        or (block.element.getparent() in parents and _is_sibling(block, inside=first < position < last))
        or (position == first - 1 and _look(block) in headed and block.element.getparent() in parents)
        or (first < position < last and _list_home(block) in parents and not block.link_words)
    ]


def _is_sibling(block: Block, *, inside: bool) -> bool:
    """Whether a block beside the article's paragraphs is its own: among them headings and prose, around them full paragraphs."""
    if inside:
        return block.is_prose or block.element.tag in HEADINGS
    return block.is_prose and block.ends and block.words >= FULL_WORDS and block.linked < FULL_LINKED


def _list_home(block: Block) -> Element:
    """The element that holds the list that the block is an item of; None if it is none."""
    return block.element.getparent().getparent() if block.element.tag == "li" else None


def _look(block: Block) -> tuple[str, str]:
    return block.element.tag, block.element.get("class") or ""
