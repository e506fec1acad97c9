"""Print values to the consoles of a command: tables and paragraphs."""

from rich.table import Table
from rich.text import Text

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import display, visible
from warraq.cli.terminal.console import READABLE_CELLS, Arabic
from warraq.cli.terminal.fitting import fitted


def print_table(context: CliContext, rows: Table) -> None:
    """Print a table; without its rule and frame into a pipe, and nothing if it has no rows."""
    if not rows.rows:
        return
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
