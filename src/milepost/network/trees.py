r"""Trees of cheapest paths: Dijkstra's algorithm (1959) with a four-ary heap, compiled.

Two kinds. :func:`distances` gives integer costs alone. :func:`sums_along` orders paths by cost, then hours,
dollars and km, each an integer sum over the path: a lexicographic order of sums is kept by adding the same to
both sides, so the best path's hours, dollars and km are the same numbers in whatever order paths are tried,
however many there are of equal cost.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import MilepostError
from milepost.network.heap import pop, push

UNREACHABLE = np.int32(2**29)
FAR = np.int64(2**62)
FEW = 64  # below this many trees a second thread costs more than it saves

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Graph:
    """Arcs sorted by tail: ``first`` (nodes + 1), ``head`` (arcs), and ``arc``, the position of each in the
    table of arcs."""

    first: NDArray[np.int64]
    head: NDArray[np.int64]
    arc: NDArray[np.int64]

    @classmethod
    def of(cls, size: int, tail: NDArray[np.integer[Any]], head: NDArray[np.integer[Any]]) -> Graph:
        """``size`` nodes; arcs keep their order within a tail."""
        order = np.argsort(tail, kind="stable").astype(np.int64)
        first = np.zeros(size + 1, dtype=np.int64)
        first[1:] = np.cumsum(np.bincount(np.asarray(tail, dtype=np.int64), minlength=size))
        return cls(first, np.asarray(head, dtype=np.int64)[order], order)

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.first) - 1

    def tails(self) -> NDArray[np.int64]:
        """Tail of each arc, in the order of the table of arcs."""
        answer = np.empty(len(self.arc), dtype=np.int64)
        answer[self.arc] = np.repeat(np.arange(self.size, dtype=np.int64), np.diff(self.first))
        return answer


def distances(
    graph: Graph, cost: NDArray[np.integer[Any]], sources: NDArray[np.intp], targets: NDArray[np.intp]
) -> Ints:
    """Costs (sources, targets) as int32, ``UNREACHABLE`` where there is no path. ``cost`` runs over the table
    of arcs, each >= 0.

    Raises ``MilepostError`` if a path costs 2^29 or more.
    """
    weight = np.asarray(cost, dtype=np.int64)[graph.arc]
    starts, goals = np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)
    found = np.empty((len(starts), len(goals)), dtype=np.int64)
    _in_parts(
        lambda lo, hi: _distances(graph.first, graph.head, weight, starts[lo:hi], goals, found[lo:hi]),
        len(starts),
    )
    return as_costs(found)


def sums_along(
    graph: Graph, weight: NDArray[np.int64], sources: NDArray[np.intp], targets: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Cost and sums (sources, targets, 4) along the lexicographically best path; ``weight`` has shape
    (arcs, 4).

    What cannot be reached has cost ``UNREACHABLE`` and sums zero. Raises as :func:`distances`.
    """
    sorted_weight = np.ascontiguousarray(weight[graph.arc])
    starts, goals = np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)
    found = np.empty((len(starts), len(goals), 4), dtype=np.int64)
    _in_parts(
        lambda lo, hi: _sums_along(
            graph.first, graph.head, sorted_weight, starts[lo:hi], goals, found[lo:hi]
        ),
        len(starts),
    )
    _guard(found[..., 0], FAR)
    found[found[..., 0] == FAR] = (int(UNREACHABLE), 0, 0, 0)
    return found


def as_costs(found: NDArray[np.int64], far: np.int64 = FAR) -> Ints:
    """Distances as int32, ``UNREACHABLE`` for those that are ``far``. Raises as :func:`distances`."""
    _guard(found, far)
    return np.where(found == far, np.int64(UNREACHABLE), found).astype(np.int32)


def _guard(found: NDArray[np.int64], far: np.int64) -> None:
    if ((found >= UNREACHABLE) & (found < far)).any():
        raise MilepostError(
            "A path costs more than 530,000 USD a tonne; check km, hours and rates for a slip of units."
        )


def _in_parts(do: Callable[[int, int], object], count: int) -> None:
    """Rows are independent, so any split gives the same bits."""
    threads = min(os.cpu_count() or 1, count // FEW)
    if threads < 2:
        do(0, count)
        return
    cuts = [count * k // (2 * threads) for k in range(2 * threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(do, cuts[:-1], cuts[1:]))


@kernel()
def _distances(first, head, weight, sources, targets, out):  # type: ignore[no-untyped-def]
    n = len(first) - 1
    far = np.int64(2**62)
    dist = np.empty(n, dtype=np.int64)
    heap = np.empty(n + 1, dtype=np.int64)
    position = np.empty(n, dtype=np.int64)  # where in the heap; -1 never seen, -2 settled
    for k in range(len(sources)):
        dist[:] = far
        position[:] = -1
        dist[sources[k]] = 0
        count = push(heap, position, dist, 0, sources[k])
        while count:
            u = pop(heap, position, dist, count)
            count -= 1
            for e in range(first[u], first[u + 1]):
                v = head[e]
                new = dist[u] + weight[e]
                if new < dist[v]:
                    dist[v] = new
                    count = push(heap, position, dist, count, v)
        for t in range(len(targets)):
            out[k, t] = dist[targets[t]]


@kernel(inline="always")
def _sooner(rest, u, v, weight, e):  # type: ignore[no-untyped-def]
    """Is the path on from ``u`` by ``e`` before the one known to ``v``, in hours, dollars and km?"""
    for f in range(3):
        new = rest[u, f] + weight[e, f + 1]
        if new != rest[v, f]:
            return new < rest[v, f]
    return False


@kernel()
def _sums_along(first, head, weight, sources, targets, out):  # type: ignore[no-untyped-def]
    """The heap knows costs alone. A node whose hours, dollars or km get better at equal cost, by an arc that
    costs nothing, is put in again before any dearer one is taken, so all is settled cost by cost."""
    n = len(first) - 1
    dist = np.empty(n, dtype=np.int64)
    rest = np.empty((n, 3), dtype=np.int64)
    heap = np.empty(n + 1, dtype=np.int64)
    position = np.empty(n, dtype=np.int64)
    for k in range(len(sources)):
        dist[:] = np.int64(2**62)
        rest[:] = 0
        position[:] = -1
        dist[sources[k]] = 0
        count = push(heap, position, dist, 0, sources[k])
        while count:
            u = pop(heap, position, dist, count)
            count -= 1
            for e in range(first[u], first[u + 1]):
                v = head[e]
                new = dist[u] + weight[e, 0]
                if new > dist[v] or (new == dist[v] and not _sooner(rest, u, v, weight, e)):
                    continue
                dist[v] = new
                for f in range(3):
                    rest[v, f] = rest[u, f] + weight[e, f + 1]
                count = push(heap, position, dist, count, v)
        for t in range(len(targets)):
            out[k, t, 0] = dist[targets[t]]
            for f in range(3):
                out[k, t, f + 1] = rest[targets[t], f]
