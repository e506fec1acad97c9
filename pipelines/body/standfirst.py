"""The standfirst: a sentence above the first paragraph that has such a class name or directly follows the headline."""

import re
from collections.abc import Iterator, Sequence

from pipelines.html.blocks import Block

#: Class names of a standfirst: 30 of 43 such blocks in 160 articles were text, most of the others leads too.
_LEAD = re.compile(
    r"(?:^|[\s_\-])(?:dek|deck|stand-?first|lead|lede|sub-?head(?:line|ing|er)?|sub-?title|summary|intro|chapo|chapeau|excerpt|strap(?:line)?|"
    r"kicker|teaser|description)(?:$|[\s_\-])|standfirst|subhead|subtitle|articledek|_dek"
)
LEAD_TAGS = frozenset(["p", "div", "h2", "h3", "h4", "h5", "section", "blockquote"])
LEAD_WORDS = range(5, 81)
LEAD_LINKED = 0.3
#: Maximum distance from the first paragraph, in blocks.
LEAD_REACH = 12
#: Minimum lengths of an unnamed line directly under the headline, with and without a full stop.
UNDER_WORDS = range(6, 61)
UNENDED_WORDS = 12
#: Rules that a standfirst overrules: it often is outside of the box that holds the paragraphs.
DOUBTFUL = frozenset(["unlikely", "elsewhere"])
#: Number of boxes around the block's own whose names are examined.
OUTER = 2


def find(blocks: Sequence[Block], verdicts: Sequence[str | None]) -> Iterator[int]:
    """Return the positions of excluded standfirsts."""
    first = next((place for place, verdict in enumerate(verdicts) if verdict is None), 0)
    for place in range(max(0, first - LEAD_REACH), first):
        if verdicts[place] in DOUBTFUL and (_is_named(blocks[place]) or _is_under(blocks, place)):
            yield place


def _is_named(block: Block) -> bool:
    if block.tag not in LEAD_TAGS or block.words not in LEAD_WORDS or block.linked > LEAD_LINKED:
        return False
    boxes = [box for box, _ in zip(block.box.outward(), range(OUTER + 1), strict=False)]
    return any(box.hints and _LEAD.search(box.hints) for box in boxes)


def _is_under(blocks: Sequence[Block], place: int) -> bool:
    """Whether it follows the headline and is a sentence, or is long enough to summarise the news."""
    block, above = blocks[place], blocks[place - 1] if place else None
    if above is None or above.tag != "h1" or above.box.parent is not block.box.parent or block.tag not in ("p", "h2"):
        return False
    return block.words in UNDER_WORDS and not block.link_words and (block.ends or block.words >= UNENDED_WORDS)
