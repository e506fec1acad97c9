"""Fit a table to the terminal: unchanged, without empty columns, or with two lines per row. Headings are never cut."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Column, Table
from rich.text import Text

#: Cells that say that there is nothing.
_NOTHING = frozenset({"", "-", "0", "0.0"})
#: Cells by which the second line of a row is indented.
_INDENT = 4
#: Minimum width of a wrapped column: narrower ones are unreadable.
_READABLE = 30
_BOUNDLESS = 100_000


def fitted(rows: Table, console: Console) -> RenderableType:
    """Return the table in the form that fits the console."""
    if _fits(rows, console):
        return rows
    columns = [column for at, column in enumerate(rows.columns) if at == 0 or not _is_empty(column)]
    fewer = _table_of(rows, columns)
    if _fits(fewer, console):
        return fewer
    kept = _first_that_fit(rows, columns, console)
    return _in_two_lines(rows, kept, [column for column in columns if column not in kept], console)


def _fits(rows: Table, console: Console) -> bool:
    options = console.options.update(width=_BOUNDLESS)
    for column in rows.columns:
        widest = max((Measurement.get(console, options, cell).maximum for cell in column.cells), default=0)
        # rich takes the longest word for the least width, also of a column that does not wrap.
        column.min_width = max(widest, cell_len(str(column.header))) if column.no_wrap else min(widest, _READABLE)
    return Measurement.get(console, options, rows).minimum <= console.width


def _is_empty(column: Column) -> bool:
    return all(isinstance(cell, str) and cell in _NOTHING for cell in column.cells)


def _table_of(rows: Table, columns: Sequence[Column]) -> Table:
    """A table like `rows` with some of its columns."""
    made = Table(
        box=rows.box, title=rows.title, title_justify="left", title_style="bold", pad_edge=False, padding=rows.padding
    )
    for column in columns:
        made.add_column(column.header, justify=column.justify, no_wrap=column.no_wrap)
    for cells in zip(*(column.cells for column in columns), strict=True):
        made.add_row(*cells)
    return made


def _first_that_fit(rows: Table, columns: Sequence[Column], console: Console) -> list[Column]:
    """The first column, and after it those that fit on one line and never break."""
    kept = [columns[0]]
    for column in columns[1:]:
        if column.no_wrap and _fits(_table_of(rows, [*kept, column]), console):
            kept.append(column)
    return kept


def _in_two_lines(rows: Table, first: Sequence[Column], second: Sequence[Column], console: Console) -> RenderableType:
    """The first columns as a table, and under each of its rows the others, each with its heading."""
    lines = console.render_lines(_table_of(rows, first), console.options, pad=False)
    while lines and not "".join(segment.text for segment in lines[-1]).strip():
        lines.pop()
    head = len(lines) - len(rows.rows)
    parts: list[RenderableType] = [_line(line) for line in lines[:head]]
    others = list(zip(*(column.cells for column in second), strict=True)) or [()] * len(rows.rows)
    headings = [str(column.header) for column in second]
    for line, cells in zip(lines[head:], others, strict=True):
        parts.append(_line(line))
        parts += (Padding(part, (0, 0, 0, _INDENT)) for part in _details(headings, cells))
    return Group(*parts)


def _line(segments: Sequence[Segment]) -> RenderableType:
    return Segments([*segments, Segment.line()])


def _details(headings: Sequence[str], cells: Sequence[RenderableType]) -> Iterator[RenderableType]:
    """Return plain cells with their headings in one paragraph, Arabic ones on separate lines."""
    plain = [
        f"{heading} {cell}"
        for heading, cell in zip(headings, cells, strict=True)
        if isinstance(cell, str) and cell not in _NOTHING
    ]
    if plain:
        yield Text(" · ".join(plain), style="dim")
    yield from (cell for cell in cells if not isinstance(cell, str))
