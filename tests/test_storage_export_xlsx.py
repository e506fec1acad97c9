"""XLSX, read back by openpyxl: text as text, dates as dates, nothing cut, right to left."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from test_storage_archive import ARTICLE

from storage.database.rows import StoredArticle
from storage.export.columns import NAMES
from storage.export.formats import xlsx
from storage.export.options import Options
from storage.model.article import Article, Published

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def stored(article: Article, number: int = 1) -> StoredArticle:
    return StoredArticle(
        id=number,
        key="k",
        article=article,
        version=1,
        versions=1,
        first_seen_at=NOW,
        text_hash="h",
        snapshot=None,
        changed_at=None,
    )


def book(*articles: Article, **options: Any) -> Any:
    out = io.BytesIO()
    xlsx.write((stored(one, number) for number, one in enumerate(articles, 1)), out, Options(**options))
    return openpyxl.load_workbook(out)


def cells(sheet: Any, row: int = 2) -> dict[str, Any]:
    return {NAMES[at]: one for at, one in enumerate(sheet[row])}


def test_the_sheet_is_right_to_left_with_a_frozen_header():
    sheet = book(ARTICLE)["articles"]
    assert sheet.sheet_view.rightToLeft
    assert sheet.freeze_panes == "A2"
    assert tuple(cell.value for cell in sheet[1]) == NAMES


@pytest.mark.fault("A30")
@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "12", "http://example.org/", "001", "{=1}"])
def test_text_stays_text(text):
    cell = cells(book(replace(ARTICLE, title=text))["articles"])["title"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("iso", "value", "shape"),
    [
        ("2024-01-05", datetime(2024, 1, 5), "yyyy-mm-dd"),
        ("2024-01-05T09:07+03:00", datetime(2024, 1, 5, 9, 7), "yyyy-mm-dd hh:mm"),
        ("1890-01-05", "1890-01-05", "General"),
    ],
)
def test_dates_are_dates(iso, value, shape):
    published = Published(iso=iso, text=iso, precision="minute" if "T" in iso else "day", origin="meta")
    row = cells(book(replace(ARTICLE, published=published))["articles"])
    assert (row["published"].value, row["published"].number_format) == (value, shape)
    assert row["first_seen_at"].value == datetime(2026, 1, 2, 3, 4, 5)
    assert row["withdrawn_at"].value is None


def test_no_text_is_cut():
    told: list[str] = []
    long = "كلمة 😀 " * 12_000
    sheets = book(replace(ARTICLE, text=long), ARTICLE, tell=told.append)
    rest = sheets["continued"]
    pieces = [row[3].value for row in rest.iter_rows(min_row=2)]
    assert cells(sheets["articles"])["text"].value + "".join(pieces) == long
    assert [cell.value for cell in rest[2]][:3] == [1, "text", 2]
    assert told == ['1 cells are longer than Excel holds; they go on in the sheet "continued"']
