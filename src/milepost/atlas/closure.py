"""A drawn network of a hundred thousand points as links between its terminals.

    (1)  candidates: the shortest path between two terminals that passes no third one
    (2)  kept, from the shortest on: those that what is kept already does not join within 1.05 times their
    length

(2) is the greedy spanner of Althöfer et al. 1993 (Discrete Comput. Geom. 9): between any two terminals what
is kept is at most 5 % longer than what is drawn.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from milepost.atlas.geometry import Ints
from milepost.atlas.raw_network import RawNetwork

STRETCH_PERCENT = 105
_AT_ONCE = 32
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Path:
    """A path between two terminals, by their numbers: metres, and the points it runs along."""

    start: int
    end: int
    metres: int
    points: tuple[int, ...]


def paths_between(network: RawNetwork, terminals: Sequence[int]) -> list[Path]:
    """The kept paths by (1) and (2) between ``terminals``, which are different points of the network."""
    count, n = len(terminals), len(network.lat)
    if count < 2:
        return []
    matrix = _only_outward(network.matrix(), terminals)
    before: list[NDArray[np.int32]] = []
    candidates: list[tuple[int, int, int]] = []
    for first in range(0, count, _AT_ONCE):
        sources = np.arange(first, min(first + _AT_ONCE, count))
        metres, previous = dijkstra(matrix, indices=n + sources, return_predecessors=True)
        before += list(previous)
        reached = metres[:, np.asarray(terminals)]
        for u, v in zip(*np.nonzero(np.isfinite(reached)), strict=True):
            if sources[u] < v:
                candidates.append((int(reached[u, v]), int(sources[u]), int(v)))
    kept = spanner(candidates)
    return [Path(u, v, metres, _traced(before[u], terminals[u], terminals[v], n)) for metres, u, v in kept]


def _only_outward(matrix: csr_matrix, terminals: Sequence[int]) -> csr_matrix:
    """The matrix with a point more for each terminal, from which its stretches go out; none goes out of the
    terminal itself, so that no path passes it."""
    size, n = len(terminals), matrix.shape[0]
    entries = matrix.tocoo()
    copy = np.full(n, -1, dtype=np.int64)
    copy[np.asarray(terminals)] = n + np.arange(size)
    row = np.where(copy[entries.row] >= 0, copy[entries.row], entries.row)
    return csr_matrix((entries.data, (row, entries.col)), shape=(n + size, n + size))


def _traced(before: NDArray[np.int32], start: int, end: int, n: int) -> tuple[int, ...]:
    points, at = [], end
    while at < n:
        points.append(at)
        at = int(before[at])
    return (start, *reversed(points))


def spanner(
    candidates: Iterable[tuple[int, Key, Key]], always: Iterable[tuple[int, Key, Key]] = ()
) -> list[tuple[int, Key, Key]]:
    """Equation (2) on candidates (metres, one end, the other), in a fixed order; ``always`` are kept
    beforehand."""
    asked, given = sorted(candidates, key=lambda c: (c[0], str(c[1]), str(c[2]))), list(always)
    number: dict[Key, int] = {}
    for _, a, b in (*given, *asked):
        number.setdefault(a, len(number))
        number.setdefault(b, len(number))
    known = _Known(len(number))
    for metres, a, b in given:
        known.keep(metres, number[a], number[b])
    kept = []
    for metres, a, b in asked:
        if not known.within(number[a], number[b], metres * STRETCH_PERCENT // 100):
            known.keep(metres, number[a], number[b])
            kept.append((metres, a, b))
    return kept


class _Known:
    """What is kept, and for each two ends a length that some path between them does not exceed.

    What is kept only grows, so a length once found holds on; most candidates are answered by one, without a
    search (Farshi & Gudmundsson 2009, ACM J. Exp. Algorithmics 14).
    """

    def __init__(self, size: int) -> None:
        self.joined: list[list[tuple[int, int]]] = [[] for _ in range(size)]
        self.most = np.full((size, size), np.iinfo(np.int64).max, dtype=np.int64)

    def keep(self, metres: int, a: int, b: int) -> None:
        """Keep a path between two ends."""
        self.joined[a].append((b, metres))
        self.joined[b].append((a, metres))
        self.most[a, b] = self.most[b, a] = min(metres, int(self.most[a, b]))

    def within(self, start: int, end: int, limit: int) -> bool:
        """Is there a path of at most ``limit`` metres? (Dijkstra, no further than that.)"""
        if self.most[start, end] <= limit:
            return True
        best, heap, joined = {start: 0}, [(0, start)], self.joined
        while heap:
            metres, at = heapq.heappop(heap)
            if metres > best[at]:
                continue
            for other, length in joined[at]:
                far = metres + length
                if far <= limit and far < best.get(other, limit + 1):
                    best[other] = far
                    heapq.heappush(heap, (far, other))
        ends = np.fromiter(best, dtype=np.int64, count=len(best))
        found = np.fromiter(best.values(), dtype=np.int64, count=len(best))
        self.most[start, ends] = np.minimum(self.most[start, ends], found)
        self.most[ends, start] = self.most[start, ends]
        return end in best


def first_entries(
    inside: RawNetwork, doors: Ints, metres: Ints, terminals: Sequence[int]
) -> list[int | None]:
    """For each terminal inside, by which of the ``doors`` (points inside, at ``metres`` from a hub outside)
    the shortest path from that hub enters; None where no path does."""
    n = len(inside.lat)
    entries = inside.matrix().tocoo()
    matrix = csr_matrix(
        (
            np.concatenate((entries.data, np.maximum(metres, 1).astype(np.float64))),
            (np.concatenate((entries.row, np.full(len(doors), n))), np.concatenate((entries.col, doors))),
        ),
        shape=(n + 1, n + 1),
    )
    length, before = dijkstra(matrix, indices=n, return_predecessors=True)
    number = {int(point): k for k, point in enumerate(doors)}
    found: list[int | None] = []
    for terminal in terminals:
        if not np.isfinite(length[terminal]):
            found.append(None)
            continue
        at = terminal
        while before[at] != n:
            at = int(before[at])
        found.append(number[at])
    return found
