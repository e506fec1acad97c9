"""Choose the article's blocks, and give every other block the rule that excludes it."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from pipelines.body import leftovers, model, standfirst, sure_rules
from pipelines.body.features import measure
from pipelines.body.flow import Judged
from pipelines.body.second import second_reading
from pipelines.html.blocks import Block, Box

#: Rules of boxes that exclude a block regardless of its score.
SURE = frozenset(["hidden", "navigation", "form", "dialog", "button", "caption"])
#: A page with more `<h1>` elements than this uses them as section headings.
MANY_HEADLINES = 2

#: For each block the rule that excludes it; None: part of the article.
Verdicts = list[str | None]


def choose(page: Judged, read: Callable[[], Sequence[str]]) -> Verdicts:
    """Judge every block. `read` is a second extractor of the article's lines, called if the result is doubtful."""
    verdicts = _by_score(page)
    _headlines(page.blocks, verdicts)
    _embedded(page.blocks, verdicts)
    _furniture(page.blocks, verdicts)
    first = list(verdicts)
    second_reading(page, verdicts, read)
    for place in standfirst.find(page.blocks, verdicts):
        verdicts[place] = None
    if verdicts != first:
        _furniture(page.blocks, verdicts)
    for place, rule in list(leftovers.find(page.blocks, verdicts)):
        verdicts[place] = rule
    return verdicts


def choose_in(page: Judged, holders: Sequence[Box]) -> Verdicts:
    """Choose the blocks inside the elements that the source's selectors match."""
    held = set(holders)
    verdicts: Verdicts = [
        rule or (None if any(box in held for box in block.box.outward()) else "outside")
        for block, rule in zip(page.blocks, page.rules, strict=True)
    ]
    _headlines(page.blocks, verdicts)
    _furniture(page.blocks, verdicts)
    return verdicts


def _by_score(page: Judged) -> Verdicts:
    free = [place for place, rule in enumerate(page.rules) if rule not in SURE]
    scores = [0.0] * len(page.blocks)
    for place, features in zip(free, measure(page, free), strict=True):
        scores[place] = model.score(features)
    likely = [score >= model.LIKELY for score in scores]
    _whole_tables(page.blocks, likely)
    chosen = [place for place, is_likely in enumerate(likely) if is_likely and page.rules[place] is None]
    parents = {page.blocks[place].box.parent for place in chosen if page.blocks[place].is_prose}
    for place in (*_siblings(page, scores, chosen, parents), *_tables_nearby(page, parents)):
        likely[place] = True
    return [
        rule if rule in SURE else None if is_likely else rule or "unlikely"
        for rule, is_likely in zip(page.rules, likely, strict=True)
    ]


def _siblings(
    page: Judged, scores: Sequence[float], chosen: Sequence[int], parents: AbstractSet[Box | None]
) -> list[int]:
    """Keep uncertain blocks: siblings of the article's paragraphs without links, and similar sentences at its end."""
    prose = [place for place in chosen if page.blocks[place].is_prose]
    if not prose:
        return []
    kinds = {_kind(page.blocks[place].box) for place in prose}
    found = []
    for place in range(prose[0], len(page.blocks)):
        block = page.blocks[place]
        if page.rules[place] is not None:
            continue
        if _is_quotation(block) and _holder(block.box) in parents:
            found.append(place)
            continue
        if scores[place] < model.UNSURE:
            continue
        if block.link_words and not block.is_sentence_of_links:
            continue
        if _holder(block.box) in parents if place < prose[-1] else block.ends and _kind(block.box) in kinds:
            found.append(place)
    return found


def _tables_nearby(page: Judged, parents: AbstractSet[Box | None]) -> Iterator[int]:
    """The rows of data tables that are next to the article's paragraphs, whatever their scores.

    Of 22 tables that the scores of 510 pages left out, 5 of the 6 next to paragraphs were article, none of the others.
    """
    for place, block in enumerate(page.blocks):
        table = block.box.table
        if block.is_row and page.rules[place] is None and table is not None:
            outer = table.parent
            if outer in parents or (outer is not None and outer.parent in parents):
                yield place


def _is_quotation(block: Block) -> bool:
    """Whether it is a sentence in a quotation: wherever it is among the paragraphs, the article quotes it."""
    outer = block.box if block.box.tag == "blockquote" else block.box.parent
    return outer is not None and outer.tag == "blockquote" and block.ends and not block.link_words


def _holder(box: Box) -> Box | None:
    """Return the box around a paragraph; for a quotation and its paragraphs, the box around the quotation."""
    if box.tag == "blockquote":
        return box.parent
    outer = box.parent
    return outer.parent if outer is not None and outer.tag == "blockquote" else outer


def _kind(box: Box) -> tuple[object, ...]:
    """Return the features shared by paragraphs of one article: tags, classes, and the element around their boxes."""
    return (box.key, box.parent and box.parent.key, box.parent and box.parent.parent)


def _whole_tables(blocks: Sequence[Block], likely: list[bool]) -> None:
    """Include or exclude a data table as a whole, by the majority of its words."""
    tables: dict[Box, list[int]] = {}
    for place, block in enumerate(blocks):
        table = block.box.table
        if block.is_row and table is not None:
            tables.setdefault(table, []).append(place)
    for rows in tables.values():
        words = sum(blocks[row].words for row in rows)
        is_likely = 2 * sum(blocks[row].words for row in rows if likely[row]) >= words
        for row in rows:
            likely[row] = is_likely


def _headlines(blocks: Sequence[Block], verdicts: Verdicts) -> None:
    """Exclude the headline from the text; other `<h1>` elements stay on pages that use them as section headings."""
    found = [place for place, block in enumerate(blocks) if "h1" in block.box.tags]
    for place in found if len(found) <= MANY_HEADLINES else found[:1]:
        verdicts[place] = "headline"


def _embedded(blocks: Sequence[Block], verdicts: Verdicts) -> None:
    """Include embedded posts, because the article refers to them."""
    inside = [place for place, verdict in enumerate(verdicts) if verdict is None]
    for place in range(inside[0], inside[-1] + 1) if inside else ():
        if blocks[place].box.embed is not None:
            verdicts[place] = None


def _furniture(blocks: Sequence[Block], verdicts: Verdicts) -> None:
    own = [place for place, verdict in enumerate(verdicts) if verdict is None]
    free = [place for place in own if blocks[place].box.embed is None]
    for place, rule in zip(free, sure_rules.find([blocks[place] for place in free]), strict=True):
        verdicts[place] = rule
