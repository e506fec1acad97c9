"""Deletions and insertions marked inside running text: by colour if available, by [-...-]{+...+} elsewhere.

The signs are in logical order next to the words and mirror with them, so that a line reads the same from the right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console

from storage.versions import Change, Span
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.console import Arabic

#: Lines through and under the words too: not everyone can distinguish the colours.
STYLES = {"delete": "red strike", "insert": "green underline"}
_SIGNS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a diff."""

    text: str
    #: Styled ranges of the text, as (start, end, style).
    styled: tuple[tuple[int, int, str], ...] = ()
    #: Whether it contains deletions or insertions.
    changed: bool = False

    def shown(self, context: CliContext, *, lines: int | None = None) -> Arabic:
        """Return the line as printed."""
        return Arabic(text=self.text, shapes=context.shapes, styled=self.styled, lines=lines)


def coloured(console: Console) -> bool:
    """Whether output can be marked by colour: on a terminal that supports and allows it."""
    return console.is_terminal and not console.is_dumb_terminal and not console.no_color


def marked(spans: Iterable[Span], *, colour: bool) -> list[DiffLine]:
    """Return the complete lines of a diff. Differences in white space alone are shown in their new form, unmarked.

    >>> [line.text for line in marked([Span("equal", "قتل "), Span("delete", "5"), Span("insert", "7")], colour=False)]
    ['قتل [-5-]{+7+}']
    """
    lines: list[list[Span]] = [[]]
    for span in spans:
        if span.op == "delete" and not span.text.strip():
            continue
        for number, piece in enumerate(span.text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(Span(span.op, piece))
    return [_line(pieces, colour=colour) for pieces in lines if pieces]


def replaced(change: Change, *, colour: bool) -> DiffLine:
    """Return the words of one change on one line."""
    sides = [Span("delete", change.old or ""), Span("insert", change.new or "")]
    return _line([Span(side.op, " ".join(side.text.split())) for side in sides if side.text], colour=colour)


def _line(pieces: Sequence[Span], *, colour: bool) -> DiffLine:
    text, styled, before = "", [], "equal"
    for piece in pieces:
        plain = piece.op == "equal" or not piece.text.strip()
        if colour and not plain and before == "delete" and piece.op == "insert":
            text += " "
        opening, closing = ("", "") if plain or colour else _SIGNS[piece.op]
        said = f"{opening}{piece.text}{closing}"
        if not plain:
            styled.append((len(text), len(text) + len(said), STYLES[piece.op]))
        text += said
        before = "equal" if plain else piece.op
    return DiffLine(text=text, styled=tuple(styled) if colour else (), changed=any(p.op != "equal" for p in pieces))
