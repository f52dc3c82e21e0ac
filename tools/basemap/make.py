"""Make src/milepost/plots/basemap.json and src/milepost/atlas/borders.json from world-atlas: run `npm ci` in
this folder, then `python make.py`.

For the map, arcs are simplified one by one (Douglas-Peucker), so neighbours keep their common border without
gaps. For the atlas they stand as they are: each country by its ISO 3166-1 number, or its name where it has
none.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "src/milepost/plots/basemap.json"
BORDERS = HERE.parent.parent / "src/milepost/atlas/borders.json"
TOLERANCE_DEGREES = 0.12
SMALLEST_DEGREES2 = 0.15
WEST, SOUTH, EAST, NORTH = -25.0, -40.0, 150.0, 78.0

Point = tuple[float, float]


def simplify(points: list[Point]) -> list[Point]:
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        (x0, y0), (x1, y1) = points[a], points[b]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        far, at = 0.0, -1
        for k in range(a + 1, b):
            x, y = points[k]
            d = (
                abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length
                if length
                else ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
            )
            if d > far:
                far, at = d, k
        if far > TOLERANCE_DEGREES:
            keep.add(at)
            stack += [(a, at), (at, b)]
    return [points[k] for k in sorted(keep)]


def main() -> None:
    package = json.loads((HERE / "node_modules/world-atlas/package.json").read_text(encoding="utf-8"))
    world = json.loads((HERE / "node_modules/world-atlas/countries-50m.json").read_text(encoding="utf-8"))
    scale, move = world["transform"]["scale"], world["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in world["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        arcs.append(simplify(points))

    def ring(ids: list[int]) -> list[Point]:
        points: list[Point] = []
        for i in ids:
            points += (arcs[i] if i >= 0 else arcs[~i][::-1])[1 if points else 0 :]
        return points

    rings = []
    for country in world["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [country.get("arcs")], "MultiPolygon": country.get("arcs")}.get(
            country["type"], []
        )
        for polygon in polygons:
            for ids in polygon:
                points = ring(ids)
                xs, ys = [p[0] for p in points], [p[1] for p in points]
                area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points))) / 2
                outside = max(xs) < WEST or min(xs) > EAST or max(ys) < SOUTH or min(ys) > NORTH
                if len(points) > 3 and area > SMALLEST_DEGREES2 and not outside:
                    rings.append([[round(x, 2), round(y, 2)] for x, y in points])
    content = {
        "source": f"Natural Earth 1:50m (public domain) by world-atlas {package['version']}",
        "vertices": sum(map(len, rings)),
        "rings": rings,
    }
    TARGET.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(len(rings), "rings,", content["vertices"], "vertices,", TARGET.stat().st_size, "bytes")
    borders(world, content["source"])


def borders(world: dict[str, Any], source: str) -> None:
    """Every country whole: its rings as numbers of arcs, and the arcs as steps on the grid of the source."""
    countries: dict[str, list[list[list[int]]]] = {}
    for country in world["objects"]["countries"]["geometries"]:
        if country["type"] in ("Polygon", "MultiPolygon"):
            parts = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
            name = country.get("id") or country["properties"]["name"]
            countries.setdefault(name, []).extend(parts)
    whole = {
        "source": source,
        "scale": world["transform"]["scale"],
        "translate": world["transform"]["translate"],
        "countries": countries,
        "arcs": world["arcs"],
    }
    BORDERS.write_text(json.dumps(whole, separators=(",", ":")) + "\n", encoding="utf-8")
    print(len(countries), "countries,", BORDERS.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
