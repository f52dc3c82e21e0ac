"""Points on a sphere and lines between them: km, the nearest points, and lines with few vertices."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Point = tuple[float, float]  # longitude, latitude, degrees
Line = tuple[Point, ...]


def on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Degrees as points [n, 3] in km from the centre: near ones are as far apart as on the ground."""
    a, b = np.radians(lat), np.radians(lon)
    return EARTH_KM * np.column_stack((np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)))


def km_between(one: Point, other: Point) -> float:
    """Great-circle distance, km."""
    a, b = math.radians(one[1]), math.radians(other[1])
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(other[0] - one[0]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def in_box(lat: Floats, lon: Floats, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Which points lie in a box (west, south, east, north); east may be beyond 180 degrees."""
    west, south, east, north = box
    found: NDArray[np.bool_] = np.mod(lon - west, 360.0) <= min(east - west, 360.0)
    return found & (lat >= south) & (lat <= north)


def line_km(line: Sequence[Point]) -> float:
    """Length of a line, km."""
    return sum(km_between(a, b) for a, b in itertools.pairwise(line))


def simpler(line: Sequence[Point], km: float) -> Line:
    """The line without vertices that lie within ``km`` of what is left (Douglas-Peucker, in degrees of
    latitude)."""
    shrink = math.cos(math.radians(line[len(line) // 2][1]))
    xy = [(x * shrink, y) for x, y in line]
    keep, stack, limit = {0, len(line) - 1}, [(0, len(line) - 1)], km / 111.0
    while stack:
        a, b = stack.pop()
        far, at = max(((_off(xy[k], xy[a], xy[b]), -k) for k in range(a + 1, b)), default=(0.0, 0))
        if far > limit:
            keep.add(-at)
            stack += [(a, -at), (-at, b)]
    return tuple(line[k] for k in sorted(keep))


def _off(point: Point, a: Point, b: Point) -> float:
    """Distance of a point from the segment between two others, in the plane."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy)
