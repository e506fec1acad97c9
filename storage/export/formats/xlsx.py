"""XLSX: a right-to-left sheet of one article a row, for spreadsheets. Text stays text, dates are dates, nothing is cut.

The one door of xlsxwriter, which is an extra: `pip install 'warraq[excel]'`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import columns, stored_record
from storage.export.formats.csv import cell
from storage.export.options import Options
from storage.extras import missing

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from storage.database.rows import StoredArticle

#: Excel's own bounds: characters of a cell, rows of a sheet.
MOST_CHARACTERS, MOST_ROWS = 32_767, 1_048_576
#: Excel counts days from here; an earlier one stays text.
_FIRST_DAY = date(1900, 3, 1)
#: Columns that hold an instant in UTC.
_INSTANTS = frozenset({"published_at", "modified", "fetched_at", "first_seen_at", "changed_at", "withdrawn_at"})
_WIDTHS = {"title": 50, "text": 60, "url": 30, "published": 17} | dict.fromkeys(_INSTANTS, 17)
#: Text that begins like a formula, a URL or a number is written as text.
_AS_TEXT = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write a workbook. Text too long for a cell continues in the sheet "continued". Raises ConfigError."""
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        raise missing("xlsx", "xlsxwriter", "excel") from error
    wanted = columns(options)
    with xlsxwriter.Workbook(out, _AS_TEXT) as workbook:
        sheets = _Sheets(workbook, [column.name for column in wanted])
        for stored in articles:
            sheets.add(stored_record(stored, wanted))
    if sheets.continued:
        options.tell(f'{sheets.continued} cells are longer than Excel holds; they go on in the sheet "continued"')


class _Sheets:
    """The sheets of a workbook, filled row by row."""

    def __init__(self, workbook: "Workbook", names: list[str]) -> None:
        self._book, self._names = workbook, names
        self._head = workbook.add_format({"bold": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._minute = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._number = 1
        self._sheet, self._row = self._new_sheet("articles"), 1
        self._rest: Worksheet | None = None
        self._rest_row = 1
        #: Cells that go on in another sheet.
        self.continued = 0

    def add(self, record: dict[str, object]) -> None:
        """Write one article."""
        if self._row == MOST_ROWS:
            self._number += 1
            self._sheet, self._row = self._new_sheet(f"articles {self._number}"), 1
        for column, (name, value) in enumerate(record.items()):
            self._write(column, name, value, record)
        self._row += 1

    def _write(self, column: int, name: str, value: object, record: dict[str, object]) -> None:
        moment = _moment(name, value)
        if moment is not None:
            shape: CellFormat = self._minute if isinstance(moment, datetime) else self._day
            self._sheet.write_datetime(self._row, column, moment, shape)
        elif isinstance(value, int) and not isinstance(value, bool):
            self._sheet.write_number(self._row, column, value)
        elif text := str(cell(value)):
            first, *rest = _pieces(text)
            self._sheet.write_string(self._row, column, first)
            self.continued += bool(rest)
            for number, piece in enumerate(rest, 2):
                self._continue(record.get("id"), name, number, piece)

    def _continue(self, article: object, name: str, number: int, piece: str) -> None:
        if self._rest is None:
            self._rest = self._new_sheet("continued", ["id", "column", "part", "text"])
        for column, value in enumerate((article, name, number)):
            self._rest.write(self._rest_row, column, value)
        self._rest.write_string(self._rest_row, 3, piece)
        self._rest_row += 1

    def _new_sheet(self, title: str, names: list[str] | None = None) -> "Worksheet":
        names = names or self._names
        sheet: Worksheet = self._book.add_worksheet(title)
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
            sheet.write_string(0, column, name, self._head)
        return sheet


def _moment(name: str, value: object) -> date | datetime | None:
    """A cell that is a date: an instant in UTC, or the day or minute that an article states, in its own zone."""
    if not isinstance(value, str) or not value or (name not in _INSTANTS and name != "published"):
        return None
    if len(value) == 10:
        day = date.fromisoformat(value)
        return day if day >= _FIRST_DAY else None
    at = datetime.fromisoformat(value)
    at = at.astimezone(UTC) if name in _INSTANTS else at
    return at.replace(tzinfo=None) if at.date() >= _FIRST_DAY else None


def _pieces(text: str) -> Iterator[str]:
    """Split a text into pieces that fit a cell; Excel counts characters above U+FFFF twice."""
    while len(text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        piece = text.encode("utf-16-le")[: MOST_CHARACTERS * 2].decode("utf-16-le", "ignore")
        yield piece
        text = text[len(piece) :]
    yield text
