"""Tables at 60, 80 and 120 columns: no heading is cut, no value is lost, no line is longer than the terminal."""

import io
import re

import pytest
from rich.console import Console
from rich.table import Table

from warraq.cli.terminal.console import Arabic, table
from warraq.cli.terminal.fitting import fitted

FIGURES = ("new", "changed", "same", "withdrawn", "refused", "failed", "retried", "seconds")


def crawl() -> Table:
    """The closing table of a crawl."""
    rows = table("source", *FIGURES, "outcome", "why", right=FIGURES)
    why = "robots.txt 7, http 500 3, challenge 2, http 503 2, timeout 2, login_wall 1, endpoint: http 404 1"
    rows.add_row("demo", "64", "1", "9", "0", "16", "2", "7", "82.7", "partial", why)
    rows.add_row("france24_arabic", "0", "0", "0", "0", "0", "0", "0", "0.4", "failed", "endpoint: timeout 3")
    return rows


def sources() -> Table:
    """`warraq sources list`."""
    rows = table("country", "kind", "checked", "feeds", "home", "source", "name", right=("feeds",))
    for key, name in (("aps_algeria", "وكالة الأنباء الجزائرية"), ("hespress", "هسبريس")):
        home = f"www.{key.replace('_', '-')}.example/arabic/news"
        rows.add_row("DZ", "agency", "2026-08-01", "3", home, key, Arabic(text=name, shapes=False))
    return rows


def figures() -> Table:
    """`warraq stats`: headings and cells of several words."""
    rows = table(
        "articles", "undated", "first day", "last day", "stored", "source", "name", right=("articles", "undated")
    )
    rows.add_row("69", "0", "2023-01-20", "2025-05-11", "2026-11-28 20:56", "demo", Arabic(text="وردان", shapes=False))
    return rows


def versions() -> Table:
    """`warraq show --versions`."""
    columns = ("version", "first seen (UTC)", "last seen (UTC)", "words", "made by", "title")
    rows = table(*columns, right=("version", "words"))
    for number in ("1", "2"):
        title = Arabic(text="نجم المنارة يخطف كأس الجمهورية", shapes=False)
        rows.add_row(number, "2026-11-28 20:56", "2026-11-28 22:09", "187", "the newspaper", title)
    return rows


def politeness() -> Table:
    """`warraq stats --politeness`."""
    names = ("requests", "MB", "304", "errors", "shortest gap", "asked gap")
    rows = table("host", "day", *names, "kept", right=names)
    rows.add_row("127.0.0.1", "2026-11-28", "128", "0.5", "3 %", "9", "0.02 s", "0.02 s", "yes")
    return rows


def screen(rows: Table, width: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None, markup=False, highlight=False)
    console.print(fitted(rows, console))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("make", [crawl, sources, figures, versions, politeness])
def test_nothing_is_cut(make, width):
    lines = screen(make(), width)
    whole = re.sub(r"\s+", "", "".join(lines))
    assert all(len(line) <= width for line in lines)
    assert "…" not in whole
    for column in make().columns:
        cells = [getattr(cell, "text", cell) for cell in column.cells]
        if all(cell in ("0", "-", "") for cell in cells):
            continue
        assert str(column.header).replace(" ", "") in whole or column.header in ("name", "title")
        for cell in cells:
            words = str(cell).split()
            assert all(word in whole for word in words), (column.header, cell)


def test_a_wide_terminal_gets_the_whole_table():
    header = screen(crawl(), 200)[1].split()
    assert header == ["source", *FIGURES, "outcome", "why"]


def test_a_narrow_one_loses_empty_columns_first_then_gets_two_lines_a_row():
    assert "withdrawn" not in screen(crawl(), 125)[1]
    lines = screen(crawl(), 60)
    assert lines[1].split()[:3] == ["source", "new", "changed"]
    assert lines[4].startswith("    retried 7 · seconds 82.7 · outcome partial · why")
