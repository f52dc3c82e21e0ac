"""The land under every map, and the projection it is drawn in.

Albers' conic equal-area projection (Snyder 1987, USGS Professional Paper 1395, ch. 14), fitted to the points
shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from milepost.errors import WrongUse

Point = tuple[float, float]
Land = tuple[str, tuple[tuple[Point, ...], ...]]  # source, rings
BOUNDARIES = "boundaries.geojson"
WIDTH = 1000.0


@cache
def basemap() -> Land:
    """The outlines that are shipped, with their source."""
    content = json.loads(Path(__file__).with_name("basemap.json").read_text(encoding="utf-8"))
    return content["source"], tuple(tuple((x, y) for x, y in ring) for ring in content["rings"])


def read_land(file: Path) -> Land:
    """Outlines that replace the shipped ones: polygons of a GeoJSON file in degrees; ``source`` beside its
    features is shown.

    Raises ``WrongUse`` for what is no such file.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        found: list[tuple[Point, ...]] = []
        for feature in content["features"]:
            shape = feature["geometry"]
            parts = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(
                shape["type"], []
            )
            found += [tuple((float(p[0]), float(p[1])) for p in ring) for part in parts for ring in part]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise WrongUse(
            f"'{file.name}' is no GeoJSON of polygons; replace it, or remove it to use the shipped outlines."
        ) from None
    if not found:
        raise WrongUse(
            f"'{file.name}' holds no polygon; replace it, or remove it to use the shipped outlines."
        )
    return str(content.get("source") or f"Outlines from {file.name}"), tuple(found)


def land_of(path: Path | str) -> Land | None:
    """Outlines that a programme brings along, in a folder as ``boundaries.geojson``; None for the shipped
    ones."""
    file = Path(path) / BOUNDARIES
    return read_land(file) if str(path) and file.is_file() else None


class Projection:
    """Albers' projection fitted to points: (lon, lat) in degrees to (x, y) in the picture, y downward."""

    def __init__(self, points: Sequence[Point], margin: float = 0.06) -> None:
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        self.lon0 = math.radians((min(lons) + max(lons)) / 2)
        south, north = math.radians(min(lats)), math.radians(max(lats))
        a, b = south + (north - south) / 6, north - (north - south) / 6
        self.n = (math.sin(a) + math.sin(b)) / 2
        if abs(self.n) < 1e-3:
            self.n = 1e-3  # symmetric about the equator: the cone opens to a cylinder
        self.c = math.cos(a) ** 2 + 2 * self.n * math.sin(a)
        xy = [self._plane(p) for p in points]
        xs, ys = [p[0] for p in xy], [p[1] for p in xy]
        span = max(max(xs) - min(xs), (max(ys) - min(ys)) * 1.15, 1e-6)
        self.scale = WIDTH * (1 - 2 * margin) / span
        self.height = (max(ys) - min(ys)) * self.scale + 2 * margin * WIDTH
        self.x0 = (min(xs) + max(xs)) / 2 - WIDTH / 2 / self.scale
        self.y0 = max(ys) + margin * WIDTH / self.scale

    def _plane(self, point: Point) -> Point:
        inside = max(0.0, self.c - 2 * self.n * math.sin(math.radians(point[1])))
        rho = math.sqrt(inside) / self.n
        theta = self.n * (math.radians(point[0]) - self.lon0)
        return rho * math.sin(theta), -rho * math.cos(theta)

    def __call__(self, point: Point) -> Point:
        x, y = self._plane(point)
        return (x - self.x0) * self.scale, (self.y0 - y) * self.scale

    def holds(self, point: Point) -> bool:
        """Whether it lies in the picture."""
        x, y = self(point)
        return 0 <= x <= WIDTH and 0 <= y <= self.height
