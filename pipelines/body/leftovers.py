"""Leftovers of furniture among the chosen blocks: headings over nothing, and what the site says of itself elsewhere.

Both are told by what was excluded: the judgement of a block can only be as good as what is known of the others.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.html.blocks import HEADINGS, Block

#: An article has more headings than this share of its words at the end only if its items are nothing but headings.
MOST_HEADINGS = 0.2
#: Rules of boxes in which a site speaks of itself: a sentence of theirs is not the article's anywhere on the page.
OF_THE_SITE = frozenset(["footer", "newsletter", "consent", "disclaimer"])
#: A shorter line may stand in both by chance: a name, a date, a topic.
SENTENCE_WORDS = 8


def find(blocks: Sequence[Block], verdicts: Sequence[str | None]) -> Iterator[tuple[int, str]]:
    """The chosen blocks that are leftovers, each with its rule."""
    yield from ((place, "site") for place in _said_by_the_site(blocks, verdicts))
    yield from ((place, "heads-nothing") for place in _last_headings(blocks, verdicts))


def _said_by_the_site(blocks: Sequence[Block], verdicts: Sequence[str | None]) -> Iterator[int]:
    told = {
        block.text
        for block, verdict in zip(blocks, verdicts, strict=True)
        if verdict in OF_THE_SITE and block.words >= SENTENCE_WORDS
    }
    if told:
        yield from (place for place, verdict in enumerate(verdicts) if verdict is None and blocks[place].text in told)


def _last_headings(blocks: Sequence[Block], verdicts: Sequence[str | None]) -> Sequence[int]:
    """The headings after the last paragraph: what they head was excluded, so that they are its labels.

    Headings that follow each other directly head nothing on the page either: those are lines in large type.
    """
    own = [place for place, verdict in enumerate(verdicts) if verdict is None]
    last: list[int] = []
    for place in reversed(own):
        if blocks[place].tag not in HEADINGS:
            break
        last.append(place)
    if any(after - place == 1 for after, place in pairwise(last)):
        return []
    words = sum(blocks[place].words for place in own)
    return last if sum(blocks[place].words for place in last) <= MOST_HEADINGS * words else []
