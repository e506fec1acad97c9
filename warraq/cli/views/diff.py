"""What went and what came, marked inside running text: by colour where there is one, by [-...-]{+...+} elsewhere.

The signs stand in logical order beside the words and mirror with them, so that a line reads the same from the right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console

from storage.versions import Change, Span
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.console import Arabic

#: Lines through and under the words too: colours alone are not told apart by everybody.
STYLES = {"delete": "red strike", "insert": "green underline"}
_SIGNS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a diff."""

    text: str
    #: Ranges of the text that are drawn in a style, as (start, end, style).
    styled: tuple[tuple[int, int, str], ...] = ()
    #: Whether anything in it went or came.
    changed: bool = False

    def shown(self, context: CliContext, *, lines: int | None = None) -> Arabic:
        """The line as it is printed."""
        return Arabic(text=self.text, shapes=context.shapes, styled=self.styled, lines=lines)


def coloured(console: Console) -> bool:
    """Whether what is printed here can be marked by colour: on a terminal that has colours and is allowed to use them."""
    return console.is_terminal and not console.is_dumb_terminal and not console.no_color


def marked(spans: Iterable[Span], *, colour: bool) -> list[DiffLine]:
    """The lines of a diff, nothing left out. What differs in white space alone is shown as it is now, unmarked.

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
    """The words of one change on one line."""
    sides = (("delete", change.old), ("insert", change.new))
    return _line([Span(op, " ".join(words.split())) for op, words in sides if words], colour=colour)  # type: ignore[arg-type]  # ops of the table


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
