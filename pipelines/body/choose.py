"""Which blocks of a page are the article's, and the rule that keeps each of the others out."""

from collections.abc import Callable, Sequence

from pipelines.body import model, standfirst, sure_rules
from pipelines.body.flow import Judged
from pipelines.body.second import second_reading
from pipelines.html.blocks import Block, Box

#: A block of at least this score is the article's.
LIKELY = 0.4
#: And of at least this one, if it is a sibling of the article's paragraphs.
UNSURE = 0.1
#: What boxes say of themselves that is believed against any score.
SURE = frozenset(["hidden", "navigation", "form", "dialog", "button", "caption"])
#: A page with more `<h1>` than this uses them for its sections.
MANY_HEADLINES = 2

#: For each block the rule that keeps it out, None for the article's.
Verdicts = list[str | None]


def choose(page: Judged, read: Callable[[], Sequence[str]]) -> Verdicts:
    """Judge every block; `read` asks a second reader for the article's lines, where the first reading is doubtful."""
    verdicts = _by_score(page)
    _headlines(page.blocks, verdicts)
    _embedded(page.blocks, verdicts)
    _furniture(page.blocks, verdicts)
    second_reading(page, verdicts, read)
    for place in standfirst.find(page.blocks, verdicts):
        verdicts[place] = None
    _furniture(page.blocks, verdicts)
    return verdicts


def choose_in(page: Judged, holders: Sequence[Box]) -> Verdicts:
    """The article's blocks where its source states the elements that hold the text."""
    held = set(holders)
    verdicts: Verdicts = [
        rule or (None if any(box in held for box in block.box.outward()) else "outside")
        for block, rule in zip(page.blocks, page.rules, strict=True)
    ]
    _headlines(page.blocks, verdicts)
    _furniture(page.blocks, verdicts)
    return verdicts


def _by_score(page: Judged) -> Verdicts:
    scores = model.scores(page)
    likely = [score >= LIKELY for score in scores]
    _whole_tables(page.blocks, likely)
    chosen = [place for place, is_likely in enumerate(likely) if is_likely and page.rules[place] is None]
    for place in _siblings(page, scores, chosen):
        likely[place] = True
    return [
        rule if rule in SURE else None if is_likely else rule or "unlikely"
        for rule, is_likely in zip(page.rules, likely, strict=True)
    ]


def _siblings(page: Judged, scores: Sequence[float], chosen: Sequence[int]) -> list[int]:
    """What is uncertain stays: blocks without links beside the article's paragraphs, and sentences like them at its end."""
    prose = [place for place in chosen if page.blocks[place].is_prose]
    if not prose:
        return []
    parents = {page.blocks[place].box.parent for place in prose}
    kinds = {_kind(page.blocks[place].box) for place in prose}
    found = []
    for place in range(prose[0], len(page.blocks)):
        block = page.blocks[place]
        if page.rules[place] is not None or scores[place] < UNSURE:
            continue
        if block.link_words and not block.is_sentence_of_links:
            continue
        if _holder(block.box) in parents if place < prose[-1] else block.ends and _kind(block.box) in kinds:
            found.append(place)
    return found


def _holder(box: Box) -> Box | None:
    """The box around a paragraph; around a quotation for its paragraphs."""
    outer = box.parent
    return outer.parent if outer is not None and outer.tag == "blockquote" else outer


def _kind(box: Box) -> tuple[object, ...]:
    """What is alike in paragraphs of one article: their tags and classes, and the element around their boxes."""
    return (box.key, box.parent and box.parent.key, box.parent and box.parent.parent)


def _whole_tables(blocks: Sequence[Block], likely: list[bool]) -> None:
    """A table of data is the article's as a whole or not at all: by most of its words."""
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
    """The headline is kept apart from the text; a page that heads every section with an `<h1>` keeps the others."""
    found = [place for place, block in enumerate(blocks) if "h1" in block.box.tags]
    for place in found if len(found) <= MANY_HEADLINES else found[:1]:
        verdicts[place] = "headline"


def _embedded(blocks: Sequence[Block], verdicts: Verdicts) -> None:
    """A post set into the article belongs to it: it is what the article talks about."""
    inside = [place for place, verdict in enumerate(verdicts) if verdict is None]
    for place in range(inside[0], inside[-1] + 1) if inside else ():
        if blocks[place].box.embed is not None:
            verdicts[place] = None


def _furniture(blocks: Sequence[Block], verdicts: Verdicts) -> None:
    own = [place for place, verdict in enumerate(verdicts) if verdict is None]
    free = [place for place in own if blocks[place].box.embed is None]
    for place, rule in zip(free, sure_rules.find([blocks[place] for place in free]), strict=True):
        verdicts[place] = rule
