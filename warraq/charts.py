"""Charts with Arabic labels. The only module that imports matplotlib, an optional extra: `pip install
'warraq[charts]'`.

A calendar is read from right to left, like its labels: January is on the right, weeks run down from Saturday.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import StorageError
from storage.extras import missing
from storage.statistics.calendar import Calendar, bounds, legend, level, weeks
from warraq.cli.terminal.arabic import display

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Shades of a day: 1 to 4, light to dark; backfilled but empty; never backfilled.
COLOURS = {1: "#bfe3d3", 2: "#77c2a3", 3: "#2f9673", 4: "#0b5b45", 0: "#f6d9cf", -1: "#eef0f2"}
_INK, _PALE = "#1f2933", "#6b7785"
#: A font with Arabic that matplotlib ships.
_FONT = "DejaVu Sans"
#: Inches per day, of the areas above and below all years, and of a year's own margins.
_CELL, _HEAD, _FOOT, _ABOVE, _BELOW = 0.17, 0.75, 0.6, 0.42, 0.18
_LEFT, _RIGHT, _DPI = 1.25, 0.95, 144


def draw_calendar(
    found: Calendar, path: Path, *, years: Sequence[int], name: str, months: Sequence[str], weekdays: Sequence[str]
) -> None:
    """Write a newspaper's calendar as a PNG, one row per year; the same calendar always makes the same file.

    Args:
        name: the newspaper's, in Arabic.
        months, weekdays: names in Arabic, January and Saturday first.

    Raises:
        ConfigError: matplotlib is not installed.
        StorageError: the file cannot be written.
    """
    figure = calendar_figure(found, years=years, name=name, months=months, weekdays=weekdays)
    try:
        figure.savefig(path, dpi=_DPI, format="png", metadata={"Software": None})
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def calendar_figure(
    found: Calendar, *, years: Sequence[int], name: str, months: Sequence[str], weekdays: Sequence[str]
) -> "Figure":
    """Build the figure. Raises ConfigError if matplotlib is not installed."""
    try:
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise missing("a picture", "matplotlib", "charts") from error
    row = _ABOVE + 7 * _CELL + _BELOW
    width, height = _LEFT + 54 * _CELL + _RIGHT, _HEAD + len(years) * row + _FOOT
    with rc_context({"font.family": _FONT}):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        sheet = figure.add_axes((0, 0, 1, 1))
        sheet.set(xlim=(0, width), ylim=(height, 0))
        sheet.axis("off")
        _head(sheet, found, name, right=width - _RIGHT, years=years)
        for place, year in enumerate(years):
            _year(sheet, found, year, top=_HEAD + place * row, months=months, weekdays=weekdays)
        _foot(sheet, found, right=width - _RIGHT, top=height - _FOOT + 0.1)
    return figure


def written(text: str) -> str:
    """Return Arabic text for matplotlib: unchanged if it shapes text itself, else joined and reordered."""
    from matplotlib import ft2font

    return text if hasattr(ft2font, "__libraqm_version__") else display(text, rtl=True)


def _head(sheet: "Axes", found: Calendar, name: str, *, right: float, years: Sequence[int]) -> None:
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]} – {years[-1]}"
    articles = sum(found.between(date(year, 1, 1), date(year, 12, 31)) for year in years)
    sheet.text(right, 0.3, written(name), ha="right", va="center", size=17, weight="bold", color=_INK)
    sheet.text(_LEFT, 0.3, span, ha="left", va="center", size=13, color=_PALE)
    sheet.text(right, 0.6, written(f"عدد المقالات: {articles:,}"), ha="right", va="center", size=9.5, color=_PALE)
    waiting = sum(found.waiting.values()) + found.waiting_undated
    more = [(f"بلا تاريخ: {found.undated:,}", found.undated), (f"في الانتظار: {waiting:,}", waiting)]
    words = "   ".join(said for said, number in more if number)
    sheet.text(_LEFT, 0.6, written(words), ha="left", va="center", size=9.5, color=_PALE)


def _year(
    sheet: "Axes", found: Calendar, year: int, *, top: float, months: Sequence[str], weekdays: Sequence[str]
) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    right, above = _LEFT + 54 * _CELL, top + _ABOVE
    steps = bounds(found)
    for place, week in enumerate(weeks(first, last)):
        left = right - (place + 1) * _CELL
        for day in week:
            y = above + (day.weekday() + 2) % 7 * _CELL
            _cell(sheet, left, y, level(found, day, steps))
            if day.day == 1:
                sheet.text(left + _CELL, above - 0.1, written(months[day.month - 1]), ha="right", va="baseline", size=7.5, color=_PALE)  # fmt: skip  # noqa: E501  one value
    for place in (0, 2, 4, 6):
        y = above + (place + 0.5) * _CELL
        sheet.text(right + 0.1, y, written(weekdays[place]), ha="left", va="center", size=7, color=_PALE)
    middle = above + 3.5 * _CELL
    sheet.text(_LEFT - 0.15, middle - 0.13, str(year), ha="right", va="center", size=12, weight="bold", color=_INK)
    sheet.text(_LEFT - 0.15, middle + 0.13, f"{found.between(first, last):,}", ha="right", va="center", size=9, color=_PALE)  # fmt: skip  # noqa: E501  one value


def _foot(sheet: "Axes", found: Calendar, *, right: float, top: float) -> None:
    """Draw the legend of shades, from the right."""
    at = right
    entries = [
        *((shade, words) for shade, words in legend(found)),
        (0, written("لا شيء بعد البحث")),
        (-1, written("لم يُبحث عنه")),
    ]
    for shade, words in entries:
        at -= _CELL
        _cell(sheet, at, top, shade)
        label = sheet.text(at - 0.06, top + _CELL / 2, words, ha="right", va="center", size=8, color=_PALE)
        extent = label.get_window_extent(dpi=72)
        at -= extent.width / 72 + 0.28


def _cell(sheet: "Axes", left: float, top: float, shade: int) -> None:
    from matplotlib.patches import FancyBboxPatch

    edge = 0.02
    sheet.add_patch(
        FancyBboxPatch(
            (left + edge, top + edge),
            _CELL - 2 * edge,
            _CELL - 2 * edge,
            boxstyle="round,pad=0,rounding_size=0.025",
            linewidth=0,
            facecolor=COLOURS[shade],
        )
    )
