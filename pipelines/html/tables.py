"""Data tables: which tables of a page contain data, and their rows as blocks, cells joined by a bar."""

from collections.abc import Iterable, Sequence

from pipelines.html.blocks import Block, Box

#: Maximum number of words of a cell in a data table; layout tables have longer cells.
CELL_WORDS = 60
#: Minimum number of rows with at least two filled cells in a data table.
LEAST_ROWS = 2
JOINT = " | "

#: The blocks of a row, by cell.
_Row = dict[Box, list[Block]]


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks in page order, each row of a data table as one block."""
    tables: dict[Box, dict[Box, _Row]] = {}
    for block in blocks:
        cell = block.box.cell
        row = cell.parent if cell is not None else None
        table = row.table if row is not None else None
        if cell is not None and row is not None and table is not None and not table.holds_table:
            tables.setdefault(table, {}).setdefault(row, {}).setdefault(cell, []).append(block)
    rows: dict[Block, Block] = {}
    gone: set[Block] = set()
    for found in tables.values():
        if _holds_data(found.values()):
            for row, cells in found.items():
                parts = [block for held in cells.values() for block in held]
                rows[parts[0]] = _row_block(row, cells)
                gone.update(parts[1:])
    return [rows.get(block, block) for block in blocks if block not in gone]


def _holds_data(rows: Iterable[_Row]) -> bool:
    cells = [[sum(block.words for block in held) for held in row.values()] for row in rows]
    if any(words > CELL_WORDS for row in cells for words in row):
        return False
    return sum(len(row) > 1 for row in cells) >= LEAST_ROWS


def _row_block(row: Box, cells: _Row) -> Block:
    parts = [block for held in cells.values() for block in held]
    return Block(
        box=row,
        lines=(JOINT.join(" ".join(block.text for block in held) for held in cells.values()),),
        words=sum(block.words for block in parts),
        link_words=sum(block.link_words for block in parts),
        strong_words=sum(block.strong_words for block in parts),
        order=parts[0].order,
        is_row=True,
    )
