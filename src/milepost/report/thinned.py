"""Lines with fewer vertices."""

from __future__ import annotations

import math

from milepost.plots.land import Point


def simpler(shape: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker (1973): no vertex that lies nearer than ``tolerance`` to the line without it. The
    one in the middle stays, so a ring needs no other rule."""
    keep = {0, len(shape) // 2, len(shape) - 1}
    stack = [(0, len(shape) // 2), (len(shape) // 2, len(shape) - 1)]
    while stack:
        a, b = stack.pop()
        (x0, y0), (x1, y1) = shape[a], shape[b]
        length, far, at = math.hypot(x1 - x0, y1 - y0), tolerance, -1
        for k in range(a + 1, b):
            x, y = shape[k]
            d = (
                abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length
                if length
                else math.hypot(x - x0, y - y0)
            )
            if d > far:
                far, at = d, k
        if at >= 0:
            keep.add(at)
            stack += [(a, at), (at, b)]
    return [shape[k] for k in sorted(keep)]
