"""A difference between two texts as rows of two cells, for one-column and two-column views."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.versions import Span


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A kept paragraph with its deletions and insertions, or deleted or inserted paragraphs."""

    pieces: tuple[Span, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the row has a change other than white space."""
        return any(piece.op != "equal" and piece.text.strip() for piece in self.pieces)

    @property
    def old(self) -> tuple[Span, ...]:
        """Spans of the older text."""
        return tuple(piece for piece in self.pieces if piece.op != "insert")

    @property
    def new(self) -> tuple[Span, ...]:
        """Spans of the newer text."""
        return tuple(piece for piece in self.pieces if piece.op != "delete")


def rows(old: str, new: str, spans: Sequence[Span]) -> list[DiffRow]:
    """Split a difference into rows where both texts end a paragraph. `spans`: from `word_diff(old, new)`."""
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
