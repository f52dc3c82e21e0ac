"""Gaps in a drawn network are closed where its own lines say so, and every join is told.

The railways of the world as drawn fall into 787 parts, most of them cut by a few hundred metres. From a loose
end to the nearest point ahead of it (within a right angle of its own direction, or within 1 km) there is a
join

- of up to 5 km to another part, or to its own part where the detour over what is drawn is more than ten times
  the gap and more than 50 km;
- of up to 25 km, within 45 degrees of its own direction, where the detour with all shorter joins is more than
  twenty times the gap and more than 300 km, or there is none.

So a railway that ends is not continued: Rasht-Astara and Rozanak-Herat are longer gaps, and stay.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from milepost.atlas.geometry import Floats, Ints
from milepost.atlas.raw_network import RawNetwork

SHORT = 5_000  # metres
LONG = 25_000
BESIDE = 1_000
FACING = 0.7  # cosine of 45 degrees
DETOUR, DETOUR_METRES = 10, 50_000
LONG_DETOUR, LONG_DETOUR_METRES = 20, 300_000
LOOK_BACK_KM = 4.0
Join = tuple[int, int, int]  # metres, a loose end, the point that it is joined to


@dataclass(frozen=True)
class _Drawn:
    """A network as it is drawn: points in km, the part of each, stretches, and where each loose end
    points."""

    points: Floats
    parts: NDArray[np.int32]
    matrix: csr_matrix
    facing: Mapping[int, Floats]

    @classmethod
    def of(cls, network: RawNetwork) -> _Drawn:
        matrix, points = network.matrix(), network.points()
        loose = np.flatnonzero(np.diff(matrix.indptr) == 1)
        facing = {int(end): _direction(int(end), points, matrix) for end in loose}
        return cls(points, connected_components(matrix, directed=False)[1], matrix, facing)


def healed(
    network: RawNetwork, where: NDArray[np.bool_] | None = None, country: Ints | None = None
) -> RawNetwork:
    """The network with its gaps closed; ``where`` marks the points whose loose ends are looked at (all). A
    gap of more than 5 km between two countries stays, where ``country`` says in which each point lies."""
    drawn = _Drawn.of(network)
    ends = [end for end in drawn.facing if where is None or where[end]]
    if not ends:
        return network
    around = cKDTree(drawn.points).query_ball_point(drawn.points[ends], LONG / 1000, return_sorted=True)
    found = [j for end, near in zip(ends, around, strict=True) for j in _joins(end, np.array(near), drawn)]
    short = _with(network, [join for join in found if join[0] <= SHORT])
    long = [
        join
        for join in sorted(found)
        if join[0] > SHORT and (country is None or country[join[1]] == country[join[2]])
    ]
    return _with(short, _long(short, long))


def _with(network: RawNetwork, joins: Sequence[Join]) -> RawNetwork:
    table = np.array(joins, dtype=np.int64).reshape(-1, 3)
    return network.with_joins(table[:, 1], table[:, 2], table[:, 0])


def _joins(end: int, near: Ints, drawn: _Drawn) -> Iterator[Join]:
    """From a loose end what may join it: the nearest point of each part, of its own after a detour; one of
    each part within 5 km, and one further off."""
    step = drawn.points[near] - drawn.points[end]
    off = np.rint(np.linalg.norm(step, axis=1) * 1000).astype(np.int64)
    towards = (step @ drawn.facing[end]) / np.maximum(np.linalg.norm(step, axis=1), 1e-9)
    own = drawn.parts[near] == drawn.parts[end]
    fits = (near != end) & np.where(off <= SHORT, (towards > 0) | (off < BESIDE), towards > FACING)
    met: set[int] = set()
    reached: dict[int, int] = {}
    for k in np.lexsort((near, off)):
        part, other, metres = int(drawn.parts[near[k]]), int(near[k]), max(1, int(off[k]))
        if not fits[k] or part in met:
            continue
        if own[k]:
            reached = reached or _reached(end, drawn.matrix, DETOUR * SHORT * 2)
            if reached.get(other, DETOUR * SHORT * 2 + 1) <= max(DETOUR * metres, DETOUR_METRES):
                continue
        met.add(part)
        yield metres, end, other


def _long(network: RawNetwork, candidates: Sequence[Join]) -> list[Join]:
    """Of long joins, the shortest first, those without which the detour is far."""
    kept: list[Join] = []
    matrix = network.matrix()
    for metres, end, other in candidates:
        limit = max(LONG_DETOUR * metres, LONG_DETOUR_METRES)
        if np.isfinite(dijkstra(matrix, indices=end, limit=limit)[other]):
            continue
        kept.append((metres, end, other))
        matrix = _with(network, kept).matrix()
    return kept


def _direction(end: int, points: Floats, matrix: csr_matrix) -> Floats:
    """Where a loose end points to, seen from some km before it: a vector of length 1."""
    before, here = end, int(matrix.indices[matrix.indptr[end]])
    while np.linalg.norm(points[here] - points[end]) < LOOK_BACK_KM:
        onward = [n for n in matrix.indices[matrix.indptr[here] : matrix.indptr[here + 1]] if n != before]
        if len(onward) != 1:
            break
        before, here = here, int(onward[0])
    direction: Floats = points[end] - points[here]
    length = float(np.linalg.norm(direction))
    return direction / length if length else direction


def _reached(start: int, matrix: csr_matrix, limit: int) -> dict[int, int]:
    """Metres to every point within ``limit`` metres of one (Dijkstra)."""
    found: dict[int, int] = {}
    heap = [(0, start)]
    while heap:
        metres, at = heapq.heappop(heap)
        if at in found:
            continue
        found[at] = metres
        for k in range(matrix.indptr[at], matrix.indptr[at + 1]):
            far = metres + int(matrix.data[k])
            if far <= limit and int(matrix.indices[k]) not in found:
                heapq.heappush(heap, (far, int(matrix.indices[k])))
    return found
