"""Attention over time and the calendar of a newspaper: the numbers behind the charts."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.query import Query
from warraq.web.attention import STEPS, Step, attention
from warraq.web.charts.heat import heat

counts = st.dictionaries(st.dates(date(2015, 1, 1), date(2017, 12, 31)), st.integers(1, 9), max_size=30)


def start(day: date, step: Step) -> date:
    """The first day of a step, told another way than in the program."""
    if step == "week":
        while day.isoweekday() != 7:
            day -= timedelta(days=1)
        return day
    return {"day": day, "month": date(day.year, day.month, 1), "year": date(day.year, 1, 1)}[step]


@given(counts, counts, st.sampled_from([step for step in STEPS if step != "day"]))
def test_each_day_is_counted_in_its_step(of_query: dict[date, int], total: dict[date, int], step: Step) -> None:
    found = attention(lambda query: of_query if query.text else total, [Query(text="خبر")], Query(), step=step)
    expected: Counter[date] = Counter()
    for day, number in of_query.items():
        expected[start(day, step)] += number
    assert {day: n for day, n in zip(found.starts, found.numbers[0] if of_query else [], strict=True) if n} == expected
    if found.starts:
        reached = max(of_query) if of_query else date.min
        shown = [day for day in total if found.starts[0] <= start(day, step) <= start(reached, step)]
        assert sum(found.totals) == sum(total[day] for day in shown)


def test_days_before_the_shown_steps_are_left_out() -> None:
    days = {date(2015, 1, 1) + timedelta(days=n): 1 for n in range(1_000)}
    found = attention(lambda _: days, [Query(text="خبر")], Query(), step="day")
    assert len(found.starts) == 400
    assert found.starts[-1] == max(days)
    assert sum(found.numbers[0]) == sum(found.totals) == 400


@pytest.mark.parametrize("right_to_left", [True, False])
def test_a_calendar_has_a_cell_for_each_day_and_names_those_with_articles(right_to_left: bool) -> None:
    cells = heat(2024, {date(2024, 2, 29): 3, date(2024, 3, 1): 7}, right_to_left=right_to_left).cells
    assert cells.count("<rect ") == 366
    assert re.findall(r"<title>(.*?)</title>", cells) == ["2024-02-29: 3", "2024-03-01: 7"]
    assert cells.count('class="shade-0"') == 364
