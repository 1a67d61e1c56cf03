"""Lines and columns as SVG attributes: a page carries no styles, and no script is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_HEIGHT = 300, 48
# The line keeps off the edges, so that its width is not cut.
_TOP, _FOOT = 4, 2


@dataclass(frozen=True)
class Spark:
    """A line and the area below it."""

    line: str
    fill: str
    flat: bool


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, in the chart's own units."""

    x: float
    y: float
    width: float
    height: float
    tone: int = 0


def spark(values: Sequence[float]) -> Spark:
    """The line of some values over time, from the left edge to the right one."""
    most = max(values, default=0)
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    room = SPARK_HEIGHT - _TOP - _FOOT
    foot = SPARK_HEIGHT - _FOOT
    points = [
        f"{at * step:.1f} {foot - (value / most * room if most else 0):.1f}"
        for at, value in enumerate(values)
    ]
    line = "M" + "L".join(points) if points else ""
    return Spark(line, f"{line}V{SPARK_HEIGHT}H0Z" if line else "", flat=not most)


def nice_ceiling(most: float) -> int:
    """The next of 1, 2, 5 times a power of ten: a top that people can read off."""
    if most <= 1:
        return 1
    power = int(10 ** (len(str(int(most))) - 1))
    return next(top for top in (power, 2 * power, 5 * power, 10 * power) if top >= most)


CHART_WIDTH, CHART_HEIGHT = 720, 180


@dataclass(frozen=True)
class Columns:
    """A column for each day, its second part on top of the first; `lines` are (y, figure)."""

    bars: list[Bar]
    lines: list[tuple[float, int]]
    width: int = CHART_WIDTH
    height: int = CHART_HEIGHT


def columns(values: Sequence[tuple[int, int]]) -> Columns:
    """Stacked columns over the whole width, with three lines to read them by."""
    top = nice_ceiling(max((first + second for first, second in values), default=0))
    each = CHART_WIDTH / max(len(values), 1)
    bars = []
    for at, parts in enumerate(values):
        foot = float(CHART_HEIGHT)
        for tone, value in enumerate(parts):
            height = value / top * CHART_HEIGHT
            foot -= height
            if value:
                bar = Bar(at * each + each * 0.15, foot, each * 0.7, height, tone)
                bars.append(bar)
    lines = [(CHART_HEIGHT - CHART_HEIGHT * part / 2, round(top * part / 2)) for part in range(3)]
    return Columns(bars, lines)
