"""Draw the sea legs of an example by sea: the column ``geometry`` of its links, for maps only.

    python scripts/sea_lines.py src/milepost/examples/north-south [LINK ...]

The sea is what no country of Natural Earth 1:50m (public domain) covers, in cells of an eighth of a degree,
with the straits and canals that are narrower than a cell. A leg is the shortest path over it, through Suez or
round the Cape, whichever is nearer to the km of the table; vertices are left out wherever the line stays on
water without them. What a leg costs and takes is in the tables and does not come from here; a line whose
length is far from the km of the table is told.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

import milepost.atlas
from milepost.atlas.geometry import Line, Point, km_between, line_km
from milepost.files import write_whole
from milepost.records.lines import wkt_of

WEST, SOUTH, EAST, NORTH, A_DEGREE = -30, -42, 150, 70, 8  # the waters of both examples, cells a degree
SUEZ: Line = ((32.35, 31.5), (32.3, 30.7), (32.56, 29.8))
NARROW: tuple[Line, ...] = (
    ((29.2, 41.4), (29.05, 41.1), (28.9, 40.9)),  # Bosporus
    ((27.0, 40.5), (26.4, 40.2), (25.9, 39.95)),  # Dardanelles
    ((-6.4, 35.9), (-5.6, 35.95), (-4.8, 36.05)),  # Gibraltar
    (
        (10.6, 57.9),
        (11.4, 57.0),
        (11.2, 56.2),
        (10.9, 55.4),
        (11.1, 54.7),
        (12.2, 54.5),
        (13.0, 54.9),
    ),  # Great Belt
    ((43.5, 12.3), (43.3, 12.7), (42.9, 13.3)),  # Bab el-Mandeb
    ((48.0, 45.4), (47.8, 45.75), (47.6, 46.1), (48.0, 46.35)),  # Volga-Caspian channel
    ((56.1, 26.35), (56.5, 26.6), (56.9, 26.2)),  # Hormuz
    ((101.2, 2.6), (103.0, 1.4), (103.9, 1.15), (104.6, 1.3)),  # Malacca, Singapore
    ((36.4, 45.0), (36.6, 45.35), (36.7, 45.6)),  # Kerch
    ((12.1, -6.05), (12.9, -5.9), (13.45, -5.83)),  # Congo to Matadi
    ((28.0, 60.0), (29.0, 60.05), (30.1, 59.93)),  # Neva Bay
)
SHALLOW: tuple[Line, ...] = tuple(  # Palk Strait, too shallow for ships
    ((78.8, lat / 10), (80.3, lat / 10)) for lat in range(89, 98)
)
NEAR_PORT_DEGREES = 0.7  # a port may lie in a bay that the map does not have
TOLD_RATIO = 1.25


def water(canal: bool) -> NDArray[np.bool_]:
    """Cells [rows from the south, columns from the west] whose middle no country covers, and the narrow ones;
    with the Suez Canal or without."""
    drawn = json.loads(Path(milepost.atlas.__file__).with_name("borders.json").read_text(encoding="utf-8"))
    rows, columns = (NORTH - SOUTH) * A_DEGREE, (EAST - WEST) * A_DEGREE
    land = np.zeros((rows, columns), dtype=bool)
    for parts in drawn["countries"].values():
        for ids in itertools.chain.from_iterable(parts):
            land ^= _inside(_ring(drawn, ids), rows, columns)
    sea = ~land
    for lines, open_ in ((NARROW, True), ((SUEZ,), canal), (SHALLOW, False)):
        for cell in itertools.chain.from_iterable(map(_cells, lines)):
            sea[cell] = open_
    return sea


def _ring(drawn: dict[str, Any], ids: list[int]) -> NDArray[np.float64]:
    pieces = []
    for n in ids:
        steps = np.cumsum(np.array(drawn["arcs"][n if n >= 0 else ~n], dtype=np.int64), axis=0)
        pieces.append(steps if n >= 0 else steps[::-1])
    ring: NDArray[np.float64] = np.concatenate(pieces) * np.array(drawn["scale"]) + np.array(
        drawn["translate"]
    )
    return ring


def _inside(ring: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.bool_]:
    """Cells whose middle lies in a ring, by counting edges to the west of each (even-odd)."""
    crossed = np.zeros((rows, columns + 1), dtype=np.int64)
    for (x1, y1), (x2, y2) in itertools.pairwise(np.concatenate((ring, ring[:1]))):
        low, high = sorted(((y1 - SOUTH) * A_DEGREE - 0.5, (y2 - SOUTH) * A_DEGREE - 0.5))
        for r in range(max(0, math.ceil(low)), min(rows - 1, math.ceil(high) - 1) + 1):
            y = SOUTH + (r + 0.5) / A_DEGREE
            x = x1 + (x2 - x1) * (y - y1) / (y2 - y1)
            crossed[r, min(columns, max(0, math.ceil((x - WEST) * A_DEGREE - 0.5)))] += 1
    inside: NDArray[np.bool_] = np.cumsum(crossed, axis=1)[:, :columns] % 2 == 1
    return inside


def _cell(point: Point) -> tuple[int, int]:
    return int((point[1] - SOUTH) * A_DEGREE), int((point[0] - WEST) * A_DEGREE)


def _middle(cell: tuple[int, int]) -> Point:
    return WEST + (cell[1] + 0.5) / A_DEGREE, SOUTH + (cell[0] + 0.5) / A_DEGREE


def _samples(a: Point, b: Point) -> Iterator[Point]:
    """Points of a segment, four a cell."""
    steps = max(1, math.ceil(math.dist(a, b) * A_DEGREE * 4))
    return ((a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps + 1))


def _cells(line: Line) -> list[tuple[int, int]]:
    return [_cell(point) for a, b in itertools.pairwise(line) for point in _samples(a, b)]


class Waters:
    """The sea as a network of cells: shortest paths over it, and lines with few vertices."""

    def __init__(self, canal: bool) -> None:
        self.sea = water(canal)
        number = np.cumsum(self.sea.ravel()).reshape(self.sea.shape) - 1
        self.number, self.cells = number, np.argwhere(self.sea)
        parts = []
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2)):
            r, c = self.cells[:, 0] + dr, self.cells[:, 1] + dc
            held = (r < self.sea.shape[0]) & (c >= 0) & (c < self.sea.shape[1])
            held[held] &= self.sea[r[held], c[held]]
            lat = np.radians(SOUTH + (self.cells[held, 0] + dr / 2 + 0.5) / A_DEGREE)
            km = 111.2 / A_DEGREE * np.hypot(dr, dc * np.cos(lat))
            parts.append((np.flatnonzero(held), number[r[held], c[held]], km))
        a, b, km = (np.concatenate(column) for column in zip(*parts, strict=True))
        n = len(self.cells)
        self.matrix: csr_matrix = coo_matrix((km, (a, b)), shape=(n, n)).tocsr()
        self.body = connected_components(self.matrix, directed=False)[1]
        self.before: dict[int, NDArray[np.int32]] = {}

    def near(self, point: Point) -> dict[int, int]:
        """The nearest cell of each body of water within a degree and a half."""
        (r, c), reach = _cell(point), A_DEGREE * 3 // 2
        found: dict[int, tuple[float, int]] = {}
        for y in range(max(0, r - reach), min(self.sea.shape[0], r + reach + 1)):
            for x in range(max(0, c - reach), min(self.sea.shape[1], c + reach + 1)):
                if self.sea[y, x]:
                    k = int(self.number[y, x])
                    body, far = int(self.body[k]), km_between(point, _middle((y, x)))
                    found[body] = min(found.get(body, (far, k)), (far, k))
        return {body: k for body, (_, k) in found.items()}

    def line(self, a: Point, b: Point) -> Line:
        """From port to port by sea. Raises ``ValueError`` where no water joins them."""
        one, other = self.near(a), self.near(b)
        size = np.bincount(self.body)
        both = sorted(one.keys() & other.keys(), key=lambda body: -size[body])
        if not both:
            raise ValueError("no water joins them")
        start, at = one[both[0]], other[both[0]]
        if start not in self.before:
            self.before[start] = dijkstra(
                self.matrix, directed=False, indices=start, return_predecessors=True
            )[1]
        path = []
        while at >= 0:
            path.append(_middle((int(self.cells[at][0]), int(self.cells[at][1]))))
            at = int(self.before[start][at])
        return self._shorter([a, *reversed(path), b])

    def _shorter(self, line: list[Point]) -> Line:
        kept = [line[0]]
        k = 0
        while k < len(line) - 1:
            k = max(
                j
                for j in range(k + 1, len(line))
                if j == k + 1 or self._free(line[k], line[j], (line[0], line[-1]))
            )
            kept.append(line[k])
        return tuple((round(x, 2), round(y, 2)) for x, y in kept)

    def _free(self, a: Point, b: Point, ports: tuple[Point, Point]) -> bool:
        return all(
            self.sea[_cell(p)] or min(math.dist(p, port) for port in ports) < NEAR_PORT_DEGREES
            for p in _samples(a, b)
        )


def main(folder: Path, *only: str) -> None:
    """Write the lines of all sea legs or of ``only`` some into ``links.csv`` of the programme, and tell those
    that are far from the table's km."""
    with (folder / "nodes.csv").open(encoding="utf-8", newline="") as file:
        at = {row["id"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    path = folder / "links.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    if "geometry" not in columns:
        columns.insert(columns.index("use"), "geometry")
    by_canal, round_it = Waters(canal=True), Waters(canal=False)
    for row in rows:
        if row["mode"] not in ("sea", "ferry") or (only and row["id"] not in only):
            continue
        ends, km = (at[row["from_node"]], at[row["to_node"]]), float(row["km"])
        try:
            line = by_canal.line(*ends)
        except ValueError as error:  # a lake that the map does not have
            print(f"{row['id']}: {error}; left straight")
            continue
        if line_km(line) < 0.8 * km:
            line = min(line, round_it.line(*ends), key=lambda drawn: abs(line_km(drawn) - km))
        row["geometry"] = wkt_of(line) if len(line) > 2 else ""
        ratio = line_km(line) / km
        if not 1 / TOLD_RATIO < ratio < TOLD_RATIO:
            print(f"{row['id']}: {line_km(line):,.0f} km drawn, {km:,.0f} in the table")
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, out.getvalue().encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
