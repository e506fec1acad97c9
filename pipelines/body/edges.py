"""The edges of the article: the standfirst above it that belongs to the text, and the notes below it that do not."""

import re
from collections.abc import Collection, Sequence

from pipelines.body.flow import Block
from pipelines.html.dom import Element, hints, text_of

#: What page authors call a standfirst: 30 of 43 such blocks belonged to the text of 160 pages, the others were mostly leads too.
_LEAD = re.compile(
    r"(?:^|[\s_\-])(?:dek|deck|stand-?first|lead|lede|sub-?head(?:line|ing|er)?|sub-?title|summary|intro|chapo|chapeau|excerpt|strap(?:line)?|"
    r"kicker|teaser|description)(?:$|[\s_\-])|standfirst|subhead|subtitle|articledek|_dek"
)
LEAD_TAGS = frozenset(["p", "div", "h2", "h3", "h4", "h5", "strong", "section", "blockquote"])
LEAD_WORDS = range(5, 81)
#: A standfirst stands at most this many blocks above the first paragraph.
LEAD_REACH = 12
#: A line right under the headline that nobody named is the standfirst at these lengths; without a full stop it needs more.
UNDER_WORDS = range(6, 61)
UNENDED_WORDS = 12
#: Notes are looked for in this many last blocks of an article of at least `NOTED_BLOCKS`.
NOTES = 2
NOTED_BLOCKS = 5
NOTE_WORDS = 80
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:^|\s)@\w{3,}")


def lead(found: Sequence[Block], chosen: Sequence[Block], under: Collection[Element] = ()) -> list[Block]:
    """The standfirst: blocks above the first paragraph that the page itself calls one, or a sentence in one of `under`."""
    if not chosen:
        return []
    first = next(position for position, block in enumerate(found) if block is chosen[0])
    above = found[max(0, first - LEAD_REACH) : first]
    return [block for block in above if is_lead(block) or (block.element in under and _tells(block))]


def under_headlines(body: Element) -> list[Element]:
    """What stands right under the page's headline, beside it: a standfirst without a name, where it is a sentence."""
    below = [heading.getnext() for heading in body.iter("h1")]
    return [element for element in below if element is not None and element.tag in ("p", "h2")]


def _tells(block: Block) -> bool:
    """Whether it is a sentence, or long enough for a line that tells the news; a byline and an hour are neither."""
    return block.words in UNDER_WORDS and not block.link_words and (block.ends or block.words >= UNENDED_WORDS)


def is_lead(block: Block) -> bool:
    """Whether the page calls this block, or the element right around it, a standfirst."""
    if block.element.tag not in LEAD_TAGS or block.words not in LEAD_WORDS or block.linked > 0.3:
        return False
    return any(_LEAD.search(hints(element)) for element in [block.element, *_outer(block.element, 2)])


def _outer(element: Element, count: int) -> list[Element]:
    return [outer for outer, _ in zip(element.iterancestors(), range(count), strict=False)]


def notes(chosen: Sequence[Block]) -> list[Block]:
    """Blocks at the end that speak about the article: all in italics, or with an address to write to."""
    if len(chosen) < NOTED_BLOCKS:
        return []
    found = []
    for block in list(reversed(chosen))[:NOTES]:
        if block.words > NOTE_WORDS or not (_is_slanted(block) or _MAIL.search(block.text)):
            break
        found.append(block)
    return found


def _is_slanted(block: Block) -> bool:
    if any(outer.tag == "blockquote" for outer in block.element.iterancestors()) or block.text[:1] in '"“«‘':
        return False
    return sum(len(text_of(part).split()) for part in block.element.iter("em", "i")) >= 0.9 * block.words
