"""A newspaper's calendar in the terminal: one cell per day, weeks from Saturday to Friday, months below with their
counts."""

import calendar as months_of
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from crawler.backfill.date_range import span_in_address
from crawler.sources.source import path_of
from pipelines.dates.months import month_names
from storage.errors import NotFoundError
from storage.export.sources import known_sources
from storage.statistics.calendar import Calendar, bounds, calendar, legend, level, weeks
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.source_options import chosen
from warraq.cli.terminal.arabic import display
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import page, print_table, tell
from warraq.locale.speech import count, numbered, say

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.dates.months import Months

#: Saturday first: the week of the Arab press.
WEEKDAYS = (
    ("Sat", "السبت"),
    ("Sun", "الأحد"),
    ("Mon", "الاثنين"),
    ("Tue", "الثلاثاء"),
    ("Wed", "الأربعاء"),
    ("Thu", "الخميس"),
    ("Fri", "الجمعة"),
)
#: A day without articles: never backfilled; backfilled and empty. Then quarters of the busiest days.
OUTSIDE, NOTHING, SHADES = "·", "x", "░▒▓█"


class CalendarSource(Protocol):
    """Data of a newspaper for its calendar: from the source file, else from the archive."""

    @property
    def key(self) -> str: ...
    @property
    def name_ar(self) -> str: ...
    @property
    def timezone(self) -> str: ...


def read(context: CliContext, source: CalendarSource) -> Calendar:
    """Read the archive's data of a source. Raises StorageError."""
    zone = ZoneInfo(source.timezone)
    with context.archive() as archive, archive.reading() as connection:
        return calendar(connection, source.key, zone=zone, day_of=lambda url, stated: _day_of(url, stated, zone))


def show(context: CliContext, key: str, years: Sequence[int], *, as_json: bool, png: Path | None) -> None:
    """Print the calendar of a newspaper, or write it as a picture."""
    source = _newspaper(context, key)
    found = read(context, source)
    if found.days is None and not years:
        raise NotFoundError(f"the archive has no dated articles of {key} yet: {found.undated} undated")
    shown = sorted(set(years)) or _years(found)
    if png is not None:
        from warraq.charts import draw_calendar

        # Two names do not fit over four weeks.
        names = [one.rpartition("/")[2] for one in _month_names(source)]
        draw_calendar(found, png, years=shown, name=source.name_ar, months=names, weekdays=[ar for _, ar in WEEKDAYS])
        tell(context, say("%(path)s is written", path=png))
    if as_json:
        from storage.export.columns import to_json

        click.echo(to_json(record_of(found, shown)))
    elif png is None:
        _print(context, found, source, shown)


def _newspaper(context: CliContext, key: str) -> CalendarSource:
    """Return what is known of a source: from its file, else from the archive, whose articles outlive the file."""
    if path_of(key, context.config.sources) is None:
        with context.archive() as archive:
            held = known_sources(archive, [key]).get(key)
        if held is not None and held.timezone:
            return held
    return chosen(context, (key,))[0]


def _month_names(source: CalendarSource) -> tuple[str, ...]:
    months: Months | None = getattr(source, "months", None)
    return month_names(months or "egyptian")


def print_months(context: CliContext, source: CalendarSource, first: date, last: date) -> None:
    """Print the months of a range: articles, and days without any."""
    print_table(context, _months(context, read(context, source), source, first, last))


def record_of(found: Calendar, years: Iterable[int]) -> dict[str, object]:
    """Return the same for programs."""
    wanted = set(years)
    return {
        "source": found.source,
        "days": {f"{day}": number for day, number in found.articles.items() if day.year in wanted},
        "undated": found.undated,
        "waiting": {f"{day}": number for day, number in found.waiting.items() if day.year in wanted},
        "waiting_undated": found.waiting_undated,
        "backfilled": [[f"{first}", f"{last}"] for first, last in found.backfilled],
    }


def _print(context: CliContext, found: Calendar, source: CalendarSource, years: Sequence[int]) -> None:
    steps = bounds(found)
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        page(context, f"{year}  {numbered(found.between(first, last), 'article')}", style="bold")
        for line in _grid(found, weeks(first, last), steps):
            context.out.print(Text(display(line, rtl=False) if context.shapes else line), soft_wrap=True)
        print_table(context, _months(context, found, source, first, last, empty=False))
    shades = "  ".join(f"{SHADES[shade - 1]} {words}" for shade, words in legend(found))
    legend_of_none = f"{NOTHING} {say('backfilled, none')}  {OUTSIDE} {say('not backfilled')}"
    context.out.print(f"{shades}  {legend_of_none}", soft_wrap=True)
    waiting = sum(found.waiting.values()) + found.waiting_undated
    undated = count(found.undated, "%(num)d article without a day", "%(num)d articles without a day")
    pending = count(waiting, "%(num)d URL pending", "%(num)d URLs pending")
    page(context, f"{undated}; {pending}")


def _grid(found: Calendar, columns: list[list[date]], steps: tuple[int, int, int]) -> Iterable[str]:
    """Return the lines of a year: numbers of the months over their first week, then one line per weekday."""
    heads = [" "] * (len(columns) + 2)
    for place, week in enumerate(columns):
        if (begins := next((day for day in week if day.day == 1), None)) is not None:
            heads[place : place + 2] = f"{begins.month:<2}"
    yield "     " + "".join(heads).rstrip()
    for place, (short, name) in enumerate(WEEKDAYS):
        cells = ""
        for week in columns:
            day = next((one for one in week if (one.weekday() + 2) % 7 == place), None)
            cells += " " if day is None else _cell(level(found, day, steps))
        yield f"{short}  {cells}  {name}"


def _cell(shade: int) -> str:
    return OUTSIDE if shade < 0 else NOTHING if shade == 0 else SHADES[min(shade, 4) - 1]


def _months(
    context: CliContext, found: Calendar, source: CalendarSource, first: date, last: date, *, empty: bool = True
) -> "Table":
    names = _month_names(source)
    figures = ("articles", "days", "days without", "waiting")
    rows = table("month", *figures, "name", right=figures)
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        begins, ends = date(year, month, 1), date(year, month, months_of.monthrange(year, month)[1])
        begins, ends = max(begins, first), min(ends, last)
        number, held = found.between(begins, ends), sum(begins <= day <= ends for day in found.articles)
        waits = sum(number for day, number in found.waiting.items() if begins <= day <= ends)
        if empty or number or waits:
            without = (ends - begins).days + 1 - held
            name = Arabic(text=names[month - 1], shapes=context.shapes)
            rows.add_row(f"{year}-{month:02}", str(number), str(held), str(without), str(waits), name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return rows


def _years(found: Calendar) -> list[int]:
    assert found.days is not None
    first, last = found.days
    return list(range(first.year, last.year + 1))


def _day_of(url: str, stated: str | None, zone: ZoneInfo) -> date | None:
    """Return the day of a pending URL: as stated by its list, else in the URL itself, if that is a day."""
    try:
        when = datetime.fromisoformat((stated or "").strip())
    except ValueError:
        span = span_in_address(url)
        return span[0] if span is not None and span[0] == span[1] else None
    return when.astimezone(zone).date() if when.tzinfo else when.date()
