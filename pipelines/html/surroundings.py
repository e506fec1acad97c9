"""The visible lines around the headline: above it, below it, and after the article's prose."""

from dataclasses import dataclass
from itertools import takewhile

from pipelines.html.dom import Element
from pipelines.html.page_lines import PageLine
from pipelines.html.parsed_page import ParsedPage
from pipelines.words.normal import normal

#: Maximum number of lines above and below the headline, and after the prose.
MAX_OVER = 6
MAX_UNDER = 20
MAX_AFTER = 4
#: Boxes of one paragraph each that make an article (slides, entries), and lines looked at for them.
MIN_ALIKE = 3
MAX_ENTRIES = 60
#: Maximum length of a line that repeats the headline, as a multiple of it: vowel signs and kashidas lengthen lines.
LONGER = 4
#: How many times as long as such a line the folded headline may be: a joined pair of letters is written out.
SHORTER = 3

_TITLE_PLACES = {"h1": 3, "h2": 2, "h3": 1}


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


def surroundings_of(parsed: ParsedPage, heading: str) -> Surroundings:
    """Find the headline among the lines of a page, and its surroundings."""
    page = parsed.lines
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


def _place(page: list[PageLine], heading: str) -> int | None:
    """Find the headline's line; headings are preferred to other lines, plain text to links."""
    folded = normal(heading)
    if not folded:
        return None
    least, most = len(folded) / SHORTER, LONGER * len(heading)
    short = [(place, line.text) for place, line in enumerate(page) if least <= len(line.text) <= most]
    same = [place for place, text in short if normal(text) == folded]
    near = same or [
        place
        for place, text in short
        if len(heading) >= 15 and len(text) <= 2 * len(heading) and folded in normal(text)
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
    with_prose = [box for box in alike if any(line.is_prose and _holds(box, line.block) for line in rest[:MAX_ENTRIES])]
    return outer if len(with_prose) >= MIN_ALIKE else holder


def _holds(holder: Element, block: Element) -> bool:
    return block is holder or any(outer is holder for outer in block.iterancestors())
