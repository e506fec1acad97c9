"""From the page's tree to the article's lines: lay out, prune, let trafilatura read, choose, clean. Keeps what it takes out."""

import copy
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.body import edges, paragraphs, prune, select, widgets
from pipelines.body.flow import Block, blocks, flow_element
from pipelines.boilerplate.recurring import shifted, strip_lines
from pipelines.cleaning.clean import clean
from pipelines.html.dom import Element, drop, lines_of, text_of
from storage.model.article import Kind, Removed

#: Reads the main text of a tree, one line a paragraph; may change nothing. Given from outside: trafilatura has one door.
Reader = Callable[[Element], Sequence[str]]

#: Rules that do not hold for articles of a kind.
SPARED: dict[Kind, frozenset[str]] = {"gallery": frozenset(["caption"])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of an article and what was taken out of it."""

    lines: tuple[str, ...]
    removed: tuple[Removed, ...] = field(default=())

    @property
    def text(self) -> str:
        """The lines as `Article.text` wants them."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """An element that was taken out, and where it stood."""

    rule: str
    text: str
    #: Its number in page order, and the element that held it.
    order: int
    holder: Element


def body_text(
    tree: Element,
    *,
    read: Reader,
    title: str = "",
    kind: Kind = "news",
    boilerplate: frozenset[str] = frozenset(),
    selector: str | None = None,
) -> Body:
    """The article's lines, cleaned; none where the page holds no text. The tree is not changed.

    `kind`: in a gallery the captions are the text, so they stay.
    `selector`: CSS of the elements that hold the text, where the source states it; it replaces the search for the article.
    """
    page = copy.deepcopy(tree)
    body = page.find("body")
    if body is None:
        return Body(lines=())
    chosen_by_source = _selected(body, selector)
    paragraphs.lay_out(body)
    under = edges.under_headlines(body)
    order = {element: number for number, element in enumerate(body.iter())}
    cuts = list(_prune(body, order, spared=chosen_by_source, spared_rules=SPARED.get(kind, frozenset())))
    found = blocks(body)
    kept, taken = _choose(body, found, read, page, chosen_by_source, under)
    cuts += [_cut(rule, block.element, order) for rule, block in taken]
    return _finish(kept, cuts, order, flow_element(body, found), title=title, boilerplate=boilerplate)


def _selected(body: Element, selector: str | None) -> list[Element]:
    return list(body.cssselect(selector)) if selector else []


def _prune(
    body: Element, order: dict[Element, int], *, spared: Sequence[Element], spared_rules: frozenset[str]
) -> Iterator[_Cut]:
    safe = {outer for element in spared for outer in [element, *element.iterancestors()]}
    for verdict in (prune.by_kind, prune.by_name):
        for rule, element in list(prune.condemned(body, prune.prose_share(blocks(body)), verdict)):
            if element not in safe and rule not in spared_rules:
                yield from _take(rule, element, order)
    for heading in prune.headlines(body):
        yield from _take("headline", heading, order)
    found = blocks(body)
    flow = flow_element(body, found)
    inside = [block for block in found if select.within(block.element, flow)]
    for rule, block in list(widgets.find(widgets.measure(inside))):
        yield from _take(rule, block.element, order)


def _take(rule: str, element: Element, order: dict[Element, int]) -> Iterator[_Cut]:
    cut = _cut(rule, element, order)
    drop(element)
    if cut.text:
        yield cut


def _cut(rule: str, element: Element, order: dict[Element, int]) -> _Cut:
    return _Cut(rule=rule, text=text_of(element), order=order.get(element, 0), holder=element.getparent())


def _choose(
    body: Element,
    found: Sequence[Block],
    read: Reader,
    page: Element,
    chosen_by_source: Sequence[Element],
    under: Sequence[Element],
) -> tuple[list[Block], list[tuple[str, Block]]]:
    """The article's blocks, and the (rule, block) of those that trafilatura took along from around it."""
    if chosen_by_source:
        return [block for block in found if any(select.within(block.element, outer) for outer in chosen_by_source)], []
    chosen = select.choose(body, found, read(page))
    taken = list(widgets.find(widgets.measure(chosen)))
    chosen = _without(chosen, taken)
    taken += [("note", block) for block in edges.notes(chosen)]
    chosen = _without(chosen, taken)
    return [*edges.lead(found, chosen, under), *chosen], taken


def _without(chosen: Sequence[Block], taken: Sequence[tuple[str, Block]]) -> list[Block]:
    gone = {block.element for _, block in taken}
    return [block for block in chosen if block.element not in gone]


def _finish(
    kept: Sequence[Block],
    cuts: Sequence[_Cut],
    order: dict[Element, int],
    flow: Element,
    *,
    title: str,
    boilerplate: frozenset[str],
) -> Body:
    """Clean the lines, and tell of each cut from the article's own part of the page how many lines stand before it."""
    lines = [(line, order.get(block.element, 0)) for block in kept for line in lines_of(block.element)]
    cleaned = clean([line for line, _ in lines], title=title)
    orders = [lines[position][1] for position in cleaned.kept]
    pruned = [
        Removed(rule=cut.rule, text=cut.text, after_line=bisect_left(orders, cut.order))
        for cut in cuts
        if cut.holder is not None and select.within(cut.holder, flow)
    ]
    removed = sorted([*pruned, *cleaned.removed], key=lambda one: one.after_line or 0)
    stripped, learned = strip_lines(cleaned.lines, boilerplate)
    return Body(lines=tuple(stripped), removed=shifted(removed, learned))
