"""An article on several pages: the part number of a page, and the stored parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.model.article import Removed


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """A page that is one of several of an article."""

    #: From 1.
    number: int
    #: The highest number that the page names.
    last: int
    #: URL of the first part, and its canonical key: the article's identity.
    first_url: str
    first_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartText:
    """The text of one part."""

    number: int
    last: int
    text: str
    removed: tuple[Removed, ...] = ()


def joined(parts: Sequence[PartText]) -> tuple[str, tuple[Removed, ...]]:
    """Return the text of all parts in order, and the removed pieces at their positions in that text."""
    lines = 0
    removed: list[Removed] = []
    texts = []
    for part in sorted(parts, key=lambda one: one.number):
        removed += [
            one if one.after_line is None else replace(one, after_line=one.after_line + lines) for one in part.removed
        ]
        texts.append(part.text)
        lines += len(part.text.split("\n"))
    return "\n".join(texts), tuple(removed)


def missing(parts: Sequence[PartText]) -> tuple[int, ...]:
    """Return the numbers of parts that are referred to but not stored, in order; none for an article on one page."""
    last = max((part.last for part in parts), default=0)
    return tuple(sorted({*range(1, last + 1)} - {part.number for part in parts}))
