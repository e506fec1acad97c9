"""The calendar as a picture: size, colours, reproducible bytes, and shaped right-to-left Arabic."""

import re
import struct
import sys
from datetime import date, timedelta

import pytest

from pipelines.dates.months import month_names
from storage.errors import ConfigError
from storage.extras import install_command
from storage.statistics.calendar import Calendar
from warraq.cli.commands.stats.calendar import WEEKDAYS

pytest.importorskip("matplotlib")

from warraq import charts

DAYS = {date(2020, 1, 1) + timedelta(days=n): n % 9 + 1 for n in range(200)}
FOUND = Calendar(
    source="rassad",
    articles=DAYS,
    undated=3,
    waiting={},
    waiting_undated=12,
    backfilled=((date(2020, 1, 1), date(2020, 8, 31)),),
)
LABELS = {"name": "الرصد اليومي", "months": month_names("levantine"), "weekdays": [ar for _, ar in WEEKDAYS]}


def size_of(path):
    return struct.unpack(">II", path.read_bytes()[16:24])


def test_a_picture_grows_by_a_row_a_year_and_is_always_the_same(tmp_path):
    for years, name in (([2020], "a"), ([2020], "b"), ([2020, 2021], "c")):
        charts.draw_calendar(FOUND, tmp_path / name, years=years, **LABELS)
    one, two = size_of(tmp_path / "a"), size_of(tmp_path / "c")
    assert one[0] == two[0] > 1_500
    assert two[1] - one[1] == pytest.approx(144 * (0.42 + 7 * 0.17 + 0.18), abs=1)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_day_has_a_cell_of_its_shade():
    figure = charts.calendar_figure(FOUND, years=[2020], **LABELS)
    from matplotlib.colors import to_hex

    cells = [to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]
    legend = len(charts.legend(FOUND)) + 2
    assert len(cells) == 366 + legend
    asked = (date(2020, 8, 31) - date(2020, 1, 1)).days + 1
    assert cells.count(charts.COLOURS[0]) == asked - 200 + 1
    assert cells.count(charts.COLOURS[-1]) == 366 - asked + 1


def test_january_stands_on_the_right_and_the_week_begins_on_saturday():
    figure = charts.calendar_figure(FOUND, years=[2020], **LABELS)
    placed = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    january, december = (placed[charts.written(LABELS["months"][place])] for place in (0, 11))
    assert january[0] > december[0]
    assert placed[charts.written("السبت")][1] < placed[charts.written("الجمعة")][1]
    assert charts.written("الرصد اليومي") in placed


def test_what_is_drawn_is_joined():
    """The word takes less room than its letters one by one: they were joined, by matplotlib or before."""
    figure = charts.calendar_figure(FOUND, years=[2020], **LABELS)
    sheet = figure.axes[0]

    def width(text):
        return sheet.text(0, 0, text, size=40, family="DejaVu Sans").get_window_extent().width

    word = "تثبيت"
    assert width(charts.written(word)) < 0.8 * sum(width(charts.written(letter)) for letter in word)


def test_where_matplotlib_joins_no_letters_they_are_joined_before(monkeypatch):
    from matplotlib import ft2font

    monkeypatch.delattr(ft2font, "__libraqm_version__", raising=False)
    drawn = charts.written("شباط 2020")
    assert drawn.startswith("2020")
    assert all("\ufe70" <= letter <= "\ufefc" for letter in drawn[5:])


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match=re.escape(install_command("charts"))):
        charts.draw_calendar(FOUND, tmp_path / "x.png", years=[2020], **LABELS)


def test_a_picture_that_cannot_be_written_is_one_line(tmp_path):
    from storage.errors import StorageError

    with pytest.raises(StorageError, match="cannot write"):
        charts.draw_calendar(FOUND, tmp_path / "no" / "x.png", years=[2020], **LABELS)
