"""Outlines in design units: smooth curves through points, ellipses, ribbons of varying width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fusionsite.demo.art.canvas import Points


def points(*pairs: tuple[float, float]) -> Points:
    """An (n, 2) array of the pairs."""
    return np.array(pairs, np.float64)


def curve(through: Points | Sequence[Any], count: int = 120, closed: bool = False) -> Points:
    """`count` points, evenly spaced, on a centripetal Catmull-Rom curve through the given ones."""
    knots = _distinct(np.asarray(through, np.float64), closed)
    if closed:
        padded = np.vstack([knots[-1:], knots, knots[:2]])
    else:
        padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    pieces = [_segment(padded[i : i + 4]) for i in range(len(padded) - 3)]
    return resample(np.vstack([*pieces, padded[-2:-1]]), count)


def resample(line: Points, count: int) -> Points:
    """`count` points, evenly spaced along a polyline."""
    along = lengths(line)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], 1)


def lengths(line: Points) -> npt.NDArray[Any]:
    """The way from the first point to each point of a polyline."""
    return np.asarray(np.r_[0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def normals(line: Points) -> Points:
    """Unit vectors to the right of the way (in a picture whose y grows downwards: to the left)."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return np.asarray(np.stack([-tangent[:, 1], tangent[:, 0]], 1))


def ribbon(line: Points, half_width: float | npt.NDArray[Any]) -> Points:
    """The outline of a band round a line; the half width may change along it."""
    side = normals(line) * np.broadcast_to(half_width, len(line))[:, None]
    return np.vstack([line + side, (line - side)[::-1]])


def ellipse(
    centre: Any, radius_x: float, radius_y: float | None = None, turn: float = 0.0, count: int = 120
) -> Points:
    """An ellipse (a circle without `radius_y`), turned by `turn` radians."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x = radius_x * np.cos(angle)
    y = (radius_x if radius_y is None else radius_y) * np.sin(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos], 1)


def scaled(outline: Points, factor: float, centre: Any = None) -> Points:
    """The outline grown or shrunk about its centre of gravity, or about another point."""
    pivot = outline.mean(0) if centre is None else np.asarray(centre, np.float64)
    return np.asarray(pivot + (outline - pivot) * factor)


def moved(outline: Points, right: float, down: float) -> Points:
    """The outline shifted."""
    return np.asarray(outline + np.array([right, down]))


def beside(offsets: Points, side: int, axis_x: float) -> Points:
    """Points given as offsets from an upright axis, on its right (side 1) or left (side -1)."""
    return np.asarray(offsets * np.array([side, 1]) + np.array([axis_x, 0]))


def symmetric(right_half: Points, axis_x: float, count: int = 240) -> Points:
    """A closed curve from its right half, given from top to bottom as offsets from the axis."""
    right, left = beside(right_half, 1, axis_x), beside(right_half, -1, axis_x)[::-1]
    return curve(np.vstack([right, left]), count, closed=True)


def bend(root: Any, tip: Any, bow: float, count: int = 8) -> Points:
    """A line from root to tip that bows sideways by `bow` of its length."""
    start, end = np.asarray(root, np.float64), np.asarray(tip, np.float64)
    way = end - start
    t = np.linspace(0, 1, count)[:, None]
    return start + way * t + np.array([-way[1], way[0]]) * bow * (2 * t * (1 - t) + 0.25 * t * t)


def _distinct(knots: Points, closed: bool) -> Points:
    kept = np.r_[True, np.hypot(*np.diff(knots, axis=0).T) > 1e-6]
    distinct = knots[kept]
    if closed and np.hypot(*(distinct[0] - distinct[-1])) <= 1e-6:
        distinct = distinct[:-1]
    return distinct


def _segment(four: Points) -> Points:
    """The piece of a centripetal Catmull-Rom curve between the middle two of four knots.

    Barry and Goldman, "A recursive evaluation algorithm for a class of Catmull-Rom splines", 1988.
    """
    a, b, c, d = four
    knots = np.r_[0.0, np.cumsum([np.hypot(*v) ** 0.5 + 1e-9 for v in (b - a, c - b, d - c)])]
    t = np.linspace(knots[1], knots[2], 24, endpoint=False)[:, None]

    def mix(left: Points, right: Points, start: float, end: float) -> Points:
        return (left * (end - t) + right * (t - start)) / (end - start)

    ab, bc, cd = mix(a, b, *knots[:2]), mix(b, c, *knots[1:3]), mix(c, d, *knots[2:])
    abc, bcd = mix(ab, bc, knots[0], knots[2]), mix(bc, cd, knots[1], knots[3])
    return mix(abc, bcd, knots[1], knots[2])
