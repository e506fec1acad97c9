"""Print values to the consoles of a command: tables and paragraphs."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import display, visible
from warraq.cli.terminal.console import READABLE_CELLS, Arabic
from warraq.cli.terminal.fitting import fitted
from warraq.locale.speech import say

#: Left-to-right mark: between Arabic headings it keeps the columns in their order.
_MARK = "\u200e"
#: Columns whose cells are words of ours, by their English heading.
_WORDED = frozenset({"checked", "found", "from", "kind", "outcome", "result", "state"})


def print_table(context: CliContext, rows: Table) -> None:
    """Print a table; without its rule and frame into a pipe, and nothing if it has no rows."""
    if not rows.rows:
        return
    translate(context, rows)
    if not context.out.is_terminal:
        rows.box = None
    context.out.print(fitted(rows, context.out))


def page(context: CliContext, what: str | Arabic, *, style: str = "") -> None:
    """Print a paragraph at a comfortable width; into a pipe as one line, nothing added."""
    paragraph = what if isinstance(what, Arabic) else Arabic(text=what, shapes=context.shapes, style=style)
    if not context.out.is_terminal:
        text = visible(paragraph.text, lines=True)
        context.out.print(Text(display(text) if paragraph.shapes else text), soft_wrap=True)
    else:
        context.out.print(paragraph if paragraph.text else "", width=min(context.out.width, READABLE_CELLS))


def tell(context: CliContext, words: str, *, style: str = "") -> None:
    """Print a message on stderr; nothing if the command is quiet. A path or URL in it is never broken in two."""
    if context.shapes_messages and context.err.is_terminal:
        context.err.print(Arabic(text=words, shapes=True, style=style))
    else:
        context.err.print(Text(words, style=style), soft_wrap=True)


def translate(context: CliContext, rows: Table) -> None:
    """Put headings, and cells that are words of ours, into the language of the person."""
    if context.language == "en":
        return
    shapes = context.shapes
    for column in rows.columns:
        heading = str(column.header)
        if heading in _WORDED:
            column._cells[:] = [_cell(cell, shapes=shapes, within=heading) for cell in column.cells]
        column.header = _cell(heading, shapes=shapes)


def _cell(cell: RenderableType, *, shapes: bool, within: str = "") -> RenderableType:
    """A translated cell, between marks that keep it in its column.

    `within`: its column's heading, for a word with another meaning elsewhere; the catalogue has "kind: state".
    """
    if not isinstance(cell, str) or not cell:
        return cell
    word = next((say(key) for key in (f"{within}: {cell}", cell) if say(key) != key), cell)
    if word == cell:
        return cell
    return display(word) if shapes else f"{_MARK}{word}{_MARK}"
