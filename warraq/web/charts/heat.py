"""Calendar heat map: articles per day of a year, one column per week, Saturday at the top."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage.statistics.calendar import weeks

#: Size of a day and the gap between two days, in SVG user units.
CELL, GAP = 13, 3
#: Height of the month labels above the weeks.
TOP = 20


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One day in the heat map."""

    x: int
    y: int
    day: date
    number: int
    #: 0: no articles; 1 to 4: quartile among the days with articles.
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Heat map of one year."""

    year: int
    width: int
    height: int
    days: tuple[HeatDay, ...]
    #: (x, month 1 to 12) of the first week of each month.
    months: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> str:
        """The days as SVG, whole numbers and ISO dates only, so nothing needs escaping. Written here, since a template
        takes ten times as long for the thousand days of three years."""
        return "".join(map(_cell, self.days))


def _cell(one: HeatDay) -> str:
    title = f"<title>{one.day.isoformat()}: {one.number}</title>" if one.number else ""
    place = f'x="{one.x}" y="{one.y}" width="{CELL}" height="{CELL}"'
    return f'<rect class="shade-{one.shade}" {place} rx="2">{title}</rect>'


def heat(year: int, numbers: Mapping[date, int], *, right_to_left: bool) -> Heat:
    """Lay out the days of a year. `right_to_left`: January is on the right."""
    columns = weeks(date(year, 1, 1), date(year, 12, 31))
    width = len(columns) * (CELL + GAP)
    steps = quarters(numbers)
    days: list[HeatDay] = []
    months: dict[int, int] = {}
    for column, week in enumerate(columns):
        x = column * (CELL + GAP)
        x = width - x - CELL if right_to_left else x
        months.setdefault(week[0].month, x + CELL if right_to_left else x)
        for day in week:
            row = (day.weekday() + 2) % 7
            number = numbers.get(day, 0)
            shade = 1 + sum(number > step for step in steps) if number else 0
            days.append(HeatDay(x, TOP + row * (CELL + GAP), day, number, shade))
    placed = tuple((x, month) for month, x in months.items())
    return Heat(year=year, width=width, height=TOP + 7 * (CELL + GAP), days=tuple(days), months=placed)


def quarters(numbers: Mapping[date, int]) -> tuple[int, int, int]:
    """Return the three thresholds between shades: quartiles of the days with articles."""
    held = sorted(number for number in numbers.values() if number) or [1]
    first, second, third = (held[(len(held) - 1) * part // 4] for part in (1, 2, 3))
    return first, second, third
