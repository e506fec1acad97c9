"""A difference between two texts as rows of two cells, for one column and for two."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.versions import Span


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A paragraph that stayed, with what went and came in it; or paragraphs that went, or came."""

    pieces: tuple[Span, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it went or came that is more than white space."""
        return any(piece.op != "equal" and piece.text.strip() for piece in self.pieces)

    @property
    def old(self) -> tuple[Span, ...]:
        """The earlier side."""
        return tuple(piece for piece in self.pieces if piece.op != "insert")

    @property
    def new(self) -> tuple[Span, ...]:
        """The later side."""
        return tuple(piece for piece in self.pieces if piece.op != "delete")


def rows(old: str, new: str, spans: Sequence[Span]) -> list[DiffRow]:
    """Cut a difference into rows where both texts end a paragraph. `spans`: as `word_diff(old, new)` gives them."""
    if not spans:
        return [DiffRow((Span("equal", line),)) for line in new.split("\n") if line]
    found: list[list[Span]] = [[]]
    for span in spans:
        if span.op != "equal":
            found[-1].append(span)
            continue
        for number, piece in enumerate(span.text.split("\n")):
            if number:
                found.append([])
            if piece:
                found[-1].append(Span("equal", piece))
    return [DiffRow(tuple(pieces)) for pieces in found if any(piece.text.strip() for piece in pieces)]
