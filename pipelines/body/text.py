"""From a page's blocks to the article's lines: judge, choose, clean, strip learned boilerplate.

Removed lines are stored.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.body.choose import Verdicts, choose, choose_in
from pipelines.body.flow import Judged, home, judge
from pipelines.boilerplate.recurring import shifted, strip_lines
from pipelines.cleaning.clean import clean
from pipelines.html.blocks import Block, Box
from pipelines.html.dom import Element
from pipelines.html.page_reading import PageReading
from pipelines.html.parsed_page import ParsedPage
from storage.model.article import Kind, Removed

#: Extracts the main text of a tree, one line per paragraph, without changing it; passed in, so that only one module
#: uses trafilatura.
Reader = Callable[[Element], Sequence[str]]

#: Rules that do not apply to a kind of article: in a gallery the captions are the text.
SPARED: dict[Kind, frozenset[str]] = {"gallery": frozenset(["caption"])}
#: Prefix of each line of an embedded post.
QUOTED = "> "


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of an article, and the removed pieces."""

    lines: tuple[str, ...]
    removed: tuple[Removed, ...] = field(default=())

    @property
    def text(self) -> str:
        """The lines joined for `Article.text`."""
        return "\n".join(self.lines)


def body_text(
    parsed: ParsedPage,
    *,
    read: Reader,
    title: str = "",
    kind: Kind = "news",
    boilerplate: frozenset[str] = frozenset(),
    selector: str | None = None,
) -> Body:
    """The article's lines, cleaned; none where the page holds no text.

    `selector`: the source's CSS selector of the text; it replaces the search for the article.
    """
    reading = parsed.reading
    if reading is None:
        return Body(lines=())
    page = judge(reading, spared=SPARED.get(kind, frozenset()))
    held = list(_holders(reading, parsed.body.cssselect(selector))) if selector else []
    verdicts = choose_in(page, held) if held else choose(page, lambda: read(parsed.tree))
    return _finish(page, verdicts, title=title, boilerplate=boilerplate)


def _holders(reading: PageReading, elements: Sequence[Element]) -> Iterator[Box]:
    """Return the box of each element; for inline elements the box around it."""
    boxes = {box.element: box for box in reading.boxes}
    for element in elements:
        yield next(boxes[outer] for outer in [element, *element.iterancestors()] if outer in boxes)


def _finish(page: Judged, verdicts: Verdicts, *, title: str, boilerplate: frozenset[str]) -> Body:
    lines = [
        (line, place)
        for place, verdict in enumerate(verdicts)
        if verdict is None
        for line in _lines(page.blocks[place])
    ]
    cleaned = clean([line for line, _ in lines], title=title)
    places = [lines[position][1] for position in cleaned.kept]
    own = [block for block, verdict in zip(page.blocks, verdicts, strict=True) if verdict is None]
    taken = _removed_pieces(page.blocks, verdicts, places, home(own)) if own else []
    removed = sorted([*taken, *cleaned.removed], key=lambda one: -1 if one.after_line is None else one.after_line)
    stripped, learned = strip_lines(cleaned.lines, boilerplate)
    return Body(lines=tuple(stripped), removed=shifted(removed, learned))


def _lines(block: Block) -> tuple[str, ...]:
    return block.lines if block.box.embed is None else tuple(QUOTED + line for line in block.lines)


def _removed_pieces(
    blocks: Sequence[Block], verdicts: Verdicts, kept: Sequence[int], container: Box | None
) -> list[Removed]:
    """Return the pieces removed from the article's container; those outside of it as one entry with a count."""
    taken = []
    outside = words = 0
    for place, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict is None:
            continue
        if verdict == "headline" or (container is not None and block.box.is_in(container)):
            taken.append(Removed(rule=verdict, text="\n".join(block.lines), after_line=bisect_left(kept, place)))
        else:
            outside += 1
            words += block.words
    if outside and container is not None:
        taken.append(
            Removed(rule="outside", text=f"{words} words in {outside} pieces outside of {_css_selector(container)}")
        )
    return taken


def _css_selector(box: Box) -> str:
    """Return a CSS selector for the box."""
    element = box.element
    number = element.get("id")
    classes = "".join(f".{name}" for name in (element.get("class") or "").split())
    return f"{box.tag}#{number}" if number else f"{box.tag}{classes}"
