r"""All cheapest paths of a network from many sources, for all shipment types at once, without a heap.

A network of corridors has few arcs a node, so its nodes can be taken out one after the other, the one with
the fewest arcs first, and what led through it is kept as a *chord* between its neighbours:

    (1)  w(a, b) = min( w(a, b), w(a, v) + w(v, b) )        for each v taken out, its neighbours a and b left.

Every cheapest path then rises along chords to the node that was taken out last, and falls from there: so one
pass up from a source and one pass down over all chords give its distances (contraction hierarchies with
weights put in afterwards: Dibbelt, Strasser & Wagner 2016, ACM Journal of Experimental Algorithmics 21;
passes over all nodes: Delling, Goldberg, Nowatzyk & Werneck 2011, IPDPS). When a node is taken out hangs on
the arcs alone and is kept; weights are whole numbers, a row a shipment type, side by side: the same distances
as of any other search, to the bit.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel

Ints = NDArray[np.int64]
NONE = np.int64(1) << np.int64(61)  # no path; two of them are still a number
MOST_NODES = 4096  # beyond it takes longer to take nodes out than to search
MOST_CHORDS = 40  # for each arc: where there would be more, a search is sooner done
TOGETHER = 16  # rows


@dataclass(frozen=True)
class Hierarchy:
    """``at``: when each node is taken out, its number here. Chords that rise from each node (``up_first``,
    ``up``), and those that fall to it (``down_first``, ``down``): the node at the upper end, with the number
    of the chord in ``up_chord``, ``down_chord``. ``chord`` of each arc (-1: from a node to itself); ``made``
    (n, 3): chord, and the two that (1) makes it of, in order."""

    size: int
    chords: int
    at: Ints
    up_first: Ints
    up: Ints
    up_chord: Ints
    down_first: Ints
    down: Ints
    down_chord: Ints
    chord: Ints
    made: Ints

    @classmethod
    def of(
        cls, size: int, tail: NDArray[np.integer[Any]], head: NDArray[np.integer[Any]]
    ) -> Hierarchy | None:
        """That of a table of arcs; None where a search is the better way."""
        if size > MOST_NODES:
            return None
        return _of(
            size, np.asarray(tail, dtype=np.int64).tobytes(), np.asarray(head, dtype=np.int64).tobytes()
        )

    def weights(self, cost: NDArray[np.integer[Any]]) -> Ints:
        """Weights of the chords (chords, rows) of costs (rows, arcs)."""
        found: Ints = np.full((self.chords, len(cost)), NONE)
        _weigh(np.ascontiguousarray(cost.T, dtype=np.int64), self.chord, self.made, found)
        return found

    def distances(
        self, cost: NDArray[np.integer[Any]], sources: NDArray[np.intp], targets: NDArray[np.intp]
    ) -> Ints:
        """Costs (rows, sources, targets) for costs of arcs (rows, arcs), :data:`NONE` where there is no
        path."""
        found = np.empty((len(cost), len(sources), len(targets)), dtype=np.int64)
        for lo in range(0, len(cost), TOGETHER):
            weights = self.weights(cost[lo : lo + TOGETHER])
            _from_each(self.arrays, weights, self.at[sources], self.at[targets], found[lo : lo + TOGETHER])
        return found

    @property
    def arrays(self) -> tuple[Ints, ...]:
        """What :func:`passes` reads."""
        return self.up_first, self.up, self.up_chord, self.down_first, self.down, self.down_chord


@lru_cache(maxsize=8)
def _of(size: int, tail: bytes, head: bytes) -> Hierarchy | None:
    """Take nodes out."""
    tails, heads = np.frombuffer(tail, dtype=np.int64).tolist(), np.frombuffer(head, dtype=np.int64).tolist()
    number: dict[tuple[int, int], int] = {}
    chord = [
        number.setdefault(ends, len(number)) if ends[0] != ends[1] else -1
        for ends in zip(tails, heads, strict=True)
    ]
    out: list[dict[int, None]] = [{} for _ in range(size)]
    into: list[dict[int, None]] = [{} for _ in range(size)]
    for a, b in number:
        out[a][b] = into[b][a] = None
    at, made = [-1] * size, []
    taken: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
    most = MOST_CHORDS * (len(tails) + size)
    heap = [(len(into[v]) * len(out[v]), v) for v in range(size)]
    heapq.heapify(heap)
    while heap:
        effort, v = heapq.heappop(heap)
        if at[v] >= 0 or effort != len(into[v]) * len(out[v]):
            continue
        at[v] = len(taken)
        taken.append((v, tuple(out[v]), tuple(into[v])))
        for a in into[v]:
            for b in out[v]:
                if a != b:
                    new = number.setdefault((a, b), len(number))
                    made.append((new, number[a, v], number[v, b]))
                    out[a][b] = into[b][a] = None
        if len(made) > most:
            return None
        for a in into[v]:
            del out[a][v]
        for b in out[v]:
            del into[b][v]
        for u in {*into[v], *out[v]}:
            heapq.heappush(heap, (len(into[u]) * len(out[u]), u))
    ups = [sorted((at[b], number[v, b]) for b in those) for v, those, _ in taken]
    downs = [sorted((at[a], number[a, v]) for a in those) for v, _, those in taken]
    return Hierarchy(
        size,
        len(number),
        np.array(at, dtype=np.int64),
        *_lists(ups),
        *_lists(downs),
        np.array(chord, dtype=np.int64),
        np.array(made, dtype=np.int64).reshape(-1, 3),
    )


def _lists(found: list[list[tuple[int, int]]]) -> tuple[Ints, Ints, Ints]:
    """Where each list begins; nodes and chords of all, one after the other."""
    flat = np.array([pair for some in found for pair in some], dtype=np.int64).reshape(-1, 2)
    first = np.concatenate([[0], np.cumsum([len(some) for some in found])]).astype(np.int64)
    return first, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1])


@kernel()
def _weigh(cost, chord, made, weights):  # type: ignore[no-untyped-def]
    rows = weights.shape[1]
    for e in range(len(cost)):
        k = chord[e]
        if k >= 0:
            for r in range(rows):
                weights[k, r] = min(weights[k, r], cost[e, r])
    for m in range(len(made)):
        k, a, b = made[m]
        for r in range(rows):
            weights[k, r] = min(weights[k, r], weights[a, r] + weights[b, r])


@kernel()
def passes(arrays, weights, source, dist):  # type: ignore[no-untyped-def]
    """Distances (nodes, rows) from one node, all by their numbers here: up from it, then down over all."""
    up_first, up, up_chord, down_first, down, down_chord = arrays
    none = np.int64(1) << np.int64(61)
    nodes, rows = dist.shape
    dist[:] = none
    dist[source] = 0
    reached = np.zeros(nodes, dtype=np.bool_)
    reached[source] = True
    for v in range(source, nodes):
        if reached[v]:
            for e in range(up_first[v], up_first[v + 1]):
                u, k = up[e], up_chord[e]
                reached[u] = True
                for r in range(rows):
                    dist[u, r] = min(dist[u, r], dist[v, r] + weights[k, r])
    for v in range(nodes - 1, -1, -1):
        for e in range(down_first[v], down_first[v + 1]):
            u, k = down[e], down_chord[e]
            for r in range(rows):
                dist[v, r] = min(dist[v, r], dist[u, r] + weights[k, r])


@kernel()
def _from_each(arrays, weights, sources, targets, out):  # type: ignore[no-untyped-def]
    rows = weights.shape[1]
    dist = np.empty((len(arrays[0]) - 1, rows), dtype=np.int64)
    for x in range(len(sources)):
        passes(arrays, weights, sources[x], dist)
        for y in range(len(targets)):
            for r in range(rows):
                out[r, x, y] = dist[targets[y], r]
