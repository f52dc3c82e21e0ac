"""Railways and roads as they are drawn: points, and stretches between two of them, with lengths in metres.

Lengths are whole metres, so that sums are exact and the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from milepost.atlas.geometry import Floats, Ints, in_box, on_sphere
from milepost.atlas.sources import OPENSTREETMAP
from milepost.errors import WrongUse

Drawn = Literal["rail", "road"]
_FILES = {"rail": "world_railways.py", "road": "world_highways.py"}
STEP_METRES = 4_000  # a town or a border is found along a stretch, not only at its ends


@dataclass(frozen=True)
class RawNetwork:
    """Points (degrees) and stretches between points ``a`` and ``b``; ``join`` marks what was added to close a
    gap."""

    lat: Floats
    lon: Floats
    a: Ints
    b: Ints
    metres: Ints
    join: NDArray[np.bool_]

    def within(self, box: tuple[float, float, float, float]) -> RawNetwork:
        """What lies in a box (west, south, east, north), with the stretches that have both ends in it."""
        return self.only(in_box(self.lat, self.lon, box))

    def only(self, kept: NDArray[np.bool_]) -> RawNetwork:
        """Some of the points, renumbered in their order, with the stretches between them."""
        number = np.cumsum(kept) - 1
        whole = kept[self.a] & kept[self.b]
        return RawNetwork(
            self.lat[kept],
            self.lon[kept],
            number[self.a[whole]],
            number[self.b[whole]],
            self.metres[whole],
            self.join[whole],
        )

    def without(self, stretches: NDArray[np.bool_]) -> RawNetwork:
        """The same without some of the stretches."""
        kept = ~stretches
        return RawNetwork(self.lat, self.lon, self.a[kept], self.b[kept], self.metres[kept], self.join[kept])

    def with_joins(self, a: Ints, b: Ints, metres: Ints) -> RawNetwork:
        """The same with stretches added, marked as joins."""
        return RawNetwork(
            self.lat,
            self.lon,
            np.concatenate((self.a, a)),
            np.concatenate((self.b, b)),
            np.concatenate((self.metres, metres)),
            np.concatenate((self.join, np.ones(len(a), dtype=bool))),
        )

    def dense(self, where: NDArray[np.bool_]) -> tuple[RawNetwork, Ints]:
        """The same with points along the stretches that ``where`` marks, one each 4 km, after those that are
        there; and between which two points of old each new one lies [new points, 2]."""
        parts = np.where(where, np.maximum(1, -(-self.metres // STEP_METRES)), 1)
        long = np.flatnonzero(parts > 1)
        short = parts == 1
        added = int((parts[long] - 1).sum())
        owner = np.repeat(long, parts[long])
        step = np.arange(len(owner)) - np.repeat(np.cumsum(parts[long]) - parts[long], parts[long])
        fresh = len(self.lat) + np.arange(added)
        number = np.full(len(owner), -1, dtype=np.int64)  # of the point at the end of each part but the last
        last = step == parts[owner] - 1
        number[~last] = fresh
        before = np.roll(number, 1)
        start = np.where(step == 0, self.a[owner], before)
        end = np.where(last, self.b[owner], number)
        share = (step[~last] + 1) / parts[owner][~last]
        metres = self.metres[owner] * (step + 1) // parts[owner] - self.metres[owner] * step // parts[owner]

        def along(values: Floats) -> Floats:
            one, two = values[self.a[owner[~last]]], values[self.b[owner[~last]]]
            step = np.mod(two - one + 180.0, 360.0) - 180.0  # across the antimeridian, not round the world
            line: Floats = np.concatenate((values, np.mod(one + share * step + 180.0, 360.0) - 180.0))
            return line

        made = RawNetwork(
            along(self.lat),
            along(self.lon),
            np.concatenate((self.a[short], start)),
            np.concatenate((self.b[short], end)),
            np.concatenate((self.metres[short], np.maximum(metres, 1))),
            np.concatenate((self.join[short], self.join[owner])),
        )
        return made, np.column_stack((self.a[owner[~last]], self.b[owner[~last]]))

    def matrix(self) -> csr_matrix:
        """Metres both ways as a sparse matrix; of stretches between the same two points the shortest."""
        n = len(self.lat)
        low, high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)
        order = np.lexsort((self.metres, high, low))
        low, high, metres = low[order], high[order], self.metres[order]
        first = np.ones(len(low), dtype=bool)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        first &= low != high
        low, high, metres = low[first], high[first], metres[first].astype(np.float64)
        return csr_matrix(
            (np.concatenate((metres, metres)), (np.concatenate((low, high)), np.concatenate((high, low)))),
            shape=(n, n),
        )

    def points(self) -> Floats:
        """The points in km from the centre of the earth [n, 3]."""
        return on_sphere(self.lat, self.lon)


def read_network(mode: Drawn) -> RawNetwork:
    """The railways or roads of the world. Raises ``WrongUse`` without the extra, or for another form of its
    file."""
    text = OPENSTREETMAP.file(_FILES[mode]).read_text(encoding="utf-8")
    try:
        start, nodes = text.index("graph=["), text.index("nodes=[")
        rows = text[start + 7 : text.rindex("]", start, nodes)].split("}")[:-1]
        counts = np.array([row.count(":") for row in rows])
        drop = str.maketrans("{:,[]", "     ")
        numbers = np.array("".join(rows).translate(drop).split(), dtype=np.float64)
        coordinates = text[nodes + 7 : text.index("]]", nodes)].translate(drop)
        points = np.array(coordinates.split(), dtype=np.float64).reshape(-1, 2)
        if len(points) != len(rows) or len(numbers) != 2 * counts.sum():
            raise ValueError
    except ValueError:
        package = f"{OPENSTREETMAP.package} {OPENSTREETMAP.version}"
        raise WrongUse(
            f"The railways and roads of {package} have a form that milepost does not know; install 2.0.0."
        ) from None
    a = np.repeat(np.arange(len(rows)), counts)
    b = numbers[0::2].astype(np.int64)
    once = a < b
    metres = np.maximum(1, np.rint(numbers[1::2][once] * 1000)).astype(np.int64)
    joined = np.zeros(len(metres), dtype=bool)
    return RawNetwork(points[:, 0], points[:, 1], a[once], b[once], metres, joined)
