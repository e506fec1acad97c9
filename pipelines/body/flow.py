"""The article's flow: the page's leaf blocks in order, each measured, and the element that holds most of the prose."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.html.dom import INLINE, SENTENCE_END, Element, text_of

#: A block of at least this many words that ends a sentence and is not mostly link is prose.
PROSE_WORDS = 14
#: The flow is the deepest element that holds this share of the page's prose words.
FLOW_SHARE = 0.75

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block without blocks inside: one paragraph, heading, list item, cell, caption."""

    element: Element
    text: str
    words: int
    #: Words inside links, and inside bold or slanted type.
    link_words: int
    strong_words: int

    @property
    def ends(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(SENTENCE_END.search(self.text[-4:]))

    @property
    def linked(self) -> float:
        """Share of its words that are link text."""
        return self.link_words / self.words if self.words else 0.0

    @property
    def is_strong(self) -> bool:
        return self.strong_words >= 0.9 * self.words

    @property
    def is_prose(self) -> bool:
        return self.words >= PROSE_WORDS and self.linked < 0.5 and (self.ends or self.words >= 25)


def blocks(body: Element) -> list[Block]:
    """All leaf blocks with words, in page order."""
    found = []
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag not in INLINE and _is_leaf(element):
            text = text_of(element)
            if text:
                found.append(_measure(element, text))
    return found


def _is_leaf(element: Element) -> bool:
    return all(inner.tag in INLINE for inner in element.iterdescendants() if isinstance(inner.tag, str))


def _measure(element: Element, text: str) -> Block:
    words = len(text.split())
    if next(element.iterancestors("a"), None) is not None:
        return Block(element=element, text=text, words=words, link_words=words, strong_words=0)
    link_words = sum(len(text_of(link).split()) for link in element.iter("a") if not _is_anchor(link))
    strong = sum(
        len(text_of(part).split())
        for part in element.iter("b", "strong", "em", "i")
        if not any(outer.tag in ("b", "strong", "em", "i") for outer in part.iterancestors() if outer is not element)
    )
    return Block(element=element, text=text, words=words, link_words=link_words, strong_words=strong)


def _is_anchor(link: Element) -> bool:
    """Whether a link only lets people point at a heading of this page; a bare "#" is a button."""
    href = (link.get("href") or "").strip()
    return len(href) > 1 and href.startswith("#") and any(outer.tag in HEADINGS for outer in link.iterancestors())


def flow_element(body: Element, found: Sequence[Block]) -> Element:
    """The deepest element that holds most of the prose; the body itself where there is no prose."""
    weight: dict[Element, int] = {}
    total = 0
    for block in found:
        if block.is_prose:
            total += block.words
            for outer in block.element.iterancestors():
                weight[outer] = weight.get(outer, 0) + block.words
    if not total:
        return body
    current = body
    while True:
        inner = max((child for child in current if child in weight), key=lambda child: weight[child], default=None)
        if inner is None or weight[inner] < FLOW_SHARE * total:
            return current
        current = inner
