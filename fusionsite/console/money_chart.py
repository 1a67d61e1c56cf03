"""The balance as a line: solid what is booked, dashed what is expected; SVG attributes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 600, 120
_TOP, _FLOOR = 8, 112
# The dashed part is at most so many times as long as the solid one, or that would be a stump.
_AHEAD_AT_MOST = 2

Point = tuple[date, int]


@dataclass(frozen=True)
class Chart:
    """Paths for the template; axis labels with their place in percent of the width."""

    booked: str
    area: str
    expected: str
    zero_y: float
    first: date
    today: date
    today_percent: float
    last: date | None


def draw(booked: Sequence[Point], expected: Sequence[Point]) -> Chart:
    """The chart of a balance by day; `booked` ends today, `expected` begins today."""
    first, today = booked[0][0], booked[-1][0]
    until = today + timedelta(days=_AHEAD_AT_MOST * max((today - first).days, 1))
    ahead = [point for point in expected if point[0] <= until]
    last = ahead[-1][0] if len(ahead) > 1 else None
    place = _Place(first, last or today, [fen for _day, fen in [*booked, *ahead]])
    line = place.path(booked)
    return Chart(
        booked=line,
        area=f"{line}V{place.y(0):.1f}H0Z",
        expected=place.path(ahead) if last else "",
        zero_y=round(place.y(0), 1),
        first=first,
        today=today,
        today_percent=round(place.x(today) / WIDTH * 100, 1),
        last=last,
    )


class _Place:
    """Days to x, fen to y."""

    def __init__(self, first: date, last: date, fens: Sequence[int]) -> None:
        self.first = first
        self.days = max((last - first).days, 1)
        self.lowest = min(0, *fens)
        self.span = max(max(0, *fens) - self.lowest, 1)

    def x(self, day: date) -> float:
        return (day - self.first).days / self.days * WIDTH

    def y(self, fen: int) -> float:
        return _FLOOR - (fen - self.lowest) / self.span * (_FLOOR - _TOP)

    def path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{self.x(day):.1f} {self.y(fen):.1f}" for day, fen in points)
