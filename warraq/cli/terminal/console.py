"""Terminal output: consoles, tables, and Arabic inside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from warraq.cli.terminal.arabic import glyphs, is_rtl, visible, width_of, wrap

#: Line width without a terminal: a pipe receives whole rows.
_ENDLESS = 100_000
#: Widest comfortable line, in cells.
READABLE_CELLS = 90
_MARKED = "bold yellow"
#: Columns that may wrap if the space is short; the others stay whole.
_FLEXIBLE = frozenset({"title", "why", "name", "example", "what"})


class _Console(Console):
    """A console that leaves a closed pipe to `warraq.cli.main`: rich itself would exit with code 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError from None


def console(stream: TextIO, *, quiet: bool = False) -> Console:
    """Create a console that prints text as given: no markup, no emoji codes, no highlighting."""
    width = None if stream.isatty() else _ENDLESS
    return _Console(
        file=stream, width=width, markup=False, emoji=False, highlight=False, quiet=quiet, legacy_windows=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arabic:
    """Text for a table or a page: wrapped to the available width, then joined and reordered if the terminal cannot."""

    text: str
    #: Whether the terminal needs help: `CliContext.shapes`.
    shapes: bool
    style: str = ""
    #: Highlighted ranges of the text, as (start, end).
    marked: Sequence[tuple[int, int]] = ()
    #: Ranges of the text with a style of their own, as (start, end, style).
    styled: Sequence[tuple[int, int, str]] = ()
    #: Maximum lines shown; None = all.
    lines: int | None = None

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max(map(self._cells, self.text.split()), default=0)
        return Measurement(min(longest, options.max_width), min(self._cells(self.text), options.max_width))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = visible(self.text, lines=True)
        rtl = is_rtl(text)
        spans = wrap(text, options.max_width, measure=self._cells)
        for number, (start, end) in enumerate(spans[: self.lines], 1):
            line = self._line(text, start, end, rtl=rtl)
            if number == self.lines and number < len(spans):
                line = self._cut(line, options.max_width, rtl=rtl)
            line.justify = "right" if rtl and self.shapes and console.is_terminal else "left"
            yield line

    def _cells(self, text: str) -> int:
        """Return the width on this terminal: a lam-alef takes one cell if we shape it, two if the terminal does."""
        return width_of(text) if self.shapes else cell_len(text)

    def _line(self, text: str, start: int, end: int, *, rtl: bool) -> Text:
        if self.shapes:
            placed = [(glyph.shown, glyph.index + start) for glyph in glyphs(text[start:end], rtl=rtl)]
        else:
            placed = [(letter, at) for at, letter in enumerate(text[start:end], start)]
        ranges = [*((first, last, _MARKED) for first, last in self.marked), *self.styled]
        styles = {at: style for first, last, style in ranges for at in range(max(first, start), min(last, end))}
        runs = groupby(placed, key=lambda part: styles.get(part[1], ""))
        parts = [("".join(shown for shown, _ in run), style) for style, run in runs]
        return Text.assemble(*parts, style=self.style, no_wrap=True)

    def _cut(self, line: Text, width: int, *, rtl: bool) -> Text:
        """Mark omitted text by an ellipsis, at the reading end."""
        if line.cell_len >= width:
            line = line[1:] if rtl and self.shapes else line[:-1]
        ellipsis = Text("…", style=self.style)
        whole = ellipsis + line if rtl and self.shapes else line + ellipsis
        whole.no_wrap = True
        return whole


def table(*columns: str, right: Sequence[str] = (), title: str | None = None) -> Table:
    """Create an empty table; `right` lists the columns of numbers.

    A column of Arabic comes last and after one of Latin letters: terminals that reorder lines themselves would
    otherwise swap two Arabic cells, or Arabic and a number.
    """
    made = Table(
        box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False, padding=(0, 1)
    )
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", no_wrap=column not in _FLEXIBLE)
    return made
