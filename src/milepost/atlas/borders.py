"""Which country a point lies in: Natural Earth's boundaries at 1:50 million, as they are drawn there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from milepost.atlas.geometry import Floats, Point, on_sphere
from milepost.atlas.sources import lands

NEAR_KM = 25.0  # a port or a bridge outside the outline of every country belongs to the nearest
_NAMED = {"Kosovo": "XKX"}  # drawn without an ISO number


@cache
def _drawn() -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(Path(__file__).with_name("borders.json").read_text(encoding="utf-8"))
    return drawn


@cache
def rings(country: str) -> tuple[Floats, ...]:
    """The outline of a country as rings of (longitude, latitude), degrees; empty for one that is not
    drawn."""
    drawn, number = _drawn(), lands()[country].number
    names = {number, *(name for name, code in _NAMED.items() if code == country)}
    parts = [part for name in sorted(names) for part in drawn["countries"].get(name, [])]
    return tuple(_ring(drawn, ids) for part in parts for ids in part)


def _ring(drawn: dict[str, Any], ids: Sequence[int]) -> Floats:
    pieces = []
    for n in ids:
        steps = np.cumsum(np.array(drawn["arcs"][n if n >= 0 else ~n], dtype=np.int64), axis=0)
        pieces.append(steps if n >= 0 else steps[::-1])
    grid = np.concatenate(pieces)
    ring: Floats = grid * np.array(drawn["scale"]) + np.array(drawn["translate"])
    # an outline across the antimeridian goes on beyond 180 degrees: cut there, its edges run round the world
    ring[:, 0] = np.unwrap(ring[:, 0], period=360.0)
    return ring


def box(countries: Iterable[str], *more: Point) -> tuple[float, float, float, float]:
    """West, south, east and north of countries and further points, degrees; east is beyond 180 where the
    narrowest box lies across the antimeridian."""
    outlines = [ring for country in countries for ring in rings(country)]
    points = np.concatenate([*outlines, np.array(more).reshape(-1, 2)])
    west, east = span(points[:, 0])
    return west, float(points[:, 1].min()), east, float(points[:, 1].max())


def span(lon: Floats) -> tuple[float, float]:
    """The narrowest stretch of longitudes that holds all, from west (-180 to 180) to east, degrees."""
    found = np.sort(np.unique(np.mod(lon, 360.0)))
    gaps = np.diff(found, append=found[0] + 360.0)
    last = int(np.argmax(gaps))
    west = float(found[(last + 1) % len(found)])
    west -= 360.0 if west > 180.0 else 0.0
    return west, west + 360.0 - float(gaps[last])


def countries_of(lat: Floats, lon: Floats, among: Sequence[str]) -> NDArray[np.int64]:
    """For each point the number of its country in ``among``; -1 for none.

    A point just outside every outline (a pier, a bridge) has the country of the nearest point that lies in
    one, up to 25 km off.
    """
    found = np.full(len(lat), -1, dtype=np.int64)
    for number, country in enumerate(among):
        found[inside(lat, lon, country) & (found < 0)] = number
    lost, sure = np.flatnonzero(found < 0), np.flatnonzero(found >= 0)
    if len(lost) and len(sure):
        points = on_sphere(lat, lon)
        far, nearest = cKDTree(points[sure]).query(points[lost], distance_upper_bound=NEAR_KM)
        near = np.isfinite(far)
        found[lost[near]] = found[sure[nearest[near]]]
    return found


def inside(lat: Floats, lon: Floats, country: str) -> NDArray[np.bool_]:
    """Which points lie within the outline of a country."""
    found = np.zeros(len(lat), dtype=bool)
    for ring in rings(country):
        for turn in (-360.0, 0.0, 360.0):
            if ring[:, 0].min() <= 180.0 + turn and ring[:, 0].max() >= turn - 180.0:
                found ^= _within(lat, lon + turn, ring)
    return found


def _within(lat: Floats, lon: Floats, ring: Floats) -> NDArray[np.bool_]:
    """Which points a ring holds: those with an odd number of its edges to the west (even-odd rule)."""
    (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    inside = np.zeros(len(lat), dtype=bool)
    near = np.flatnonzero((lat >= south) & (lat < north) & (lon >= west) & (lon <= east))
    near = near[np.argsort(lat[near], kind="stable")]
    y, x = lat[near], lon[near]
    odd = np.zeros(len(near), dtype=bool)
    x0, y0, x1, y1 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
    first = np.searchsorted(y, np.minimum(y0, y1), side="left")
    last = np.searchsorted(y, np.maximum(y0, y1), side="left")
    for k in np.flatnonzero(last > first):
        span = slice(first[k], last[k])
        odd[span] ^= x[span] > x0[k] + (y[span] - y0[k]) / (y1[k] - y0[k]) * (x1[k] - x0[k])
    inside[near] = odd
    return inside
