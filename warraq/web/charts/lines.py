"""Line chart over time: several series of counts or shares on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

#: Size of the chart and of its label margins, in SVG user units.
WIDTH, HEIGHT = 960, 320
_START, _END, _TOP, _BOTTOM = 60, 14, 14, 34
#: Maximum number of labels on the time axis.
_LABELS = 8


@dataclass(frozen=True, slots=True)
class Series:
    """One series of values."""

    name: str
    #: One value per time step.
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Label:
    """A label on an axis, with its position."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Geometry of the chart, as the template draws it."""

    width: int
    height: int
    #: (name, points of the polyline, positions of dots if the series has a single step).
    lines: tuple[tuple[str, str, tuple[tuple[float, float], ...]], ...]
    #: Labels of both axes.
    across: tuple[Label, ...]
    up: tuple[Label, ...]
    #: Side of the value labels, and the horizontal bounds of the plot.
    axis: float
    anchor: Literal["start", "end"]
    low: float
    high: float
    base: float
    #: Width of one time step, and the position of each value of the first series: for bars.
    step: float
    places: tuple[tuple[float, float], ...]


def line_chart(
    series: Sequence[Series], steps: Sequence[str], *, right_to_left: bool, percent: bool = False
) -> LineChart:
    """Lay out all series. `steps`: labels of the time steps, oldest first; `right_to_left`: time runs to the left."""
    top = nice_top(max((value for one in series for value in one.values), default=0), percent=percent)
    span = WIDTH - _START - _END
    count = max(len(steps) - 1, 1)

    def x(place: int) -> float:
        along = _START + span * place / count
        return round(WIDTH - along if right_to_left else along, 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)

    every = max(1, -(-len(steps) // _LABELS))
    ticks = (0.0, top / 2, top)
    return LineChart(
        width=WIDTH,
        height=HEIGHT,
        lines=tuple(
            (
                one.name,
                " ".join(f"{x(place)},{y(value)}" for place, value in enumerate(one.values)),
                tuple((x(place), y(value)) for place, value in enumerate(one.values)) if len(one.values) < 40 else (),
            )
            for one in series
        ),
        across=tuple(Label(x(place), step) for place, step in enumerate(steps) if place % every == 0),
        up=tuple(Label(y(value), _value_label(value, percent=percent)) for value in ticks),
        axis=WIDTH - _START + 8 if right_to_left else _START - 8,
        anchor="start" if right_to_left else "end",
        low=_END if right_to_left else _START,
        high=WIDTH - _START if right_to_left else WIDTH - _END,
        base=HEIGHT - _BOTTOM,
        step=span / count,
        places=tuple((x(place), y(value)) for one in series[:1] for place, value in enumerate(one.values)),
    )


def nice_top(highest: float, *, percent: bool = False) -> float:
    """Return a round number that is at least the highest value.

    >>> nice_top(37), nice_top(0), nice_top(104)
    (40.0, 2.0, 200.0)
    """
    if highest <= 0:
        return 2.0 if not percent else 0.01
    size = 10.0 ** floor(log10(highest))
    top = next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= highest)
    return top if percent else max(top, 2.0)


def _value_label(value: float, *, percent: bool) -> str:
    if percent:
        return f"{100 * value:.3g}%"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
