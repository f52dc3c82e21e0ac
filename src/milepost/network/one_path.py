r"""One cheapest path between two nodes of a graph: Dijkstra (1959) from one end until the other is settled.

Paths are ordered by cost, then hours, dollars and km, integer sums all of them, as in
:mod:`milepost.network.trees`. Through nodes that must be passed, the graph has a copy for each of them: an
arc that arrives at the next one leads into the next copy, so

    (1)  state = (node, how many have been passed),     states = nodes · (1 + those to be passed).

Twice the same search: a plain one for the few thousand arcs of most programmes, so that ``check`` need not
load numba, and a compiled one beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.heap import pop, push

PLAIN = 20_000  # states and arcs up to which numba would take longer to load than the search takes
FIELD = 62  # bits of hours, of dollars and of km in the one integer that orders paths


@dataclass(frozen=True)
class Layered:
    """Arcs (tail, head) of a graph of ``size`` nodes; ``arrives`` (passed, arcs) is true where an arc arrives
    at the node to be passed next. Arcs keep their order. ``plain``: up to so many states and arcs the search
    is not compiled."""

    size: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    arrives: NDArray[np.bool_]
    plain: int = PLAIN

    @property
    def layers(self) -> int:
        """Copies of the graph."""
        return len(self.arrives) + 1

    def path(self, weight: NDArray[np.int64], start: int, end: int) -> list[int]:
        """Arcs of the best path by ``weight`` (arcs, 4), in its order; none if there is no path."""
        if self.layers * (self.size + len(self.tail)) <= self.plain:
            return self._plain(weight, start, end)
        first, head, arc, arrives = self._sorted
        goal = end + (self.layers - 1) * self.size
        before = _search(first, head, arrives, np.ascontiguousarray(weight[arc]), start, goal)
        answer: list[int] = []
        while goal != start:
            goal, e = before[goal].tolist()
            if e < 0:
                return []
            answer.append(int(arc[e]))
        return answer[::-1]

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Arcs by tail: where each node's begin, heads, arcs, arrivals."""
        order = np.argsort(self.tail, kind="stable")
        first = np.zeros(self.size + 1, dtype=np.int64)
        first[1:] = np.cumsum(np.bincount(self.tail, minlength=self.size))
        return first, self.head[order], order, np.ascontiguousarray(self.arrives[:, order])

    @cached_property
    def _onward(self) -> list[list[tuple[int, int]]]:
        """Of each state: the states that an arc leads to, and the arc."""
        n = self.size
        answer: list[list[tuple[int, int]]] = [[] for _ in range(n * self.layers)]
        ends = list(zip(self.tail.tolist(), self.head.tolist(), strict=True))
        for layer in range(self.layers):
            nearer: Sequence[bool] = (
                self.arrives[layer].tolist() if layer < len(self.arrives) else [False] * len(ends)
            )
            for e, (tail, head) in enumerate(ends):
                answer[tail + layer * n].append((head + (layer + nearer[e]) * n, e))
        return answer

    def _plain(self, weight: NDArray[np.int64], start: int, end: int) -> list[int]:
        # one integer a path, cost first: sums stay in their fields, so its order is that of the four
        length = [((c << FIELD | h) << FIELD | m) << FIELD | km for c, h, m, km in weight.tolist()]
        goal = end + (self.layers - 1) * self.size
        best: dict[int, int] = {start: 0}
        last: dict[int, tuple[int, int]] = {}
        settled: set[int] = set()
        heap = [(0, start)]
        while heap:
            so_far, u = heappop(heap)
            if u in settled:
                continue
            if u == goal:
                break
            settled.add(u)
            for v, e in self._onward[u]:
                new = so_far + length[e]
                if v not in best or new < best[v]:
                    best[v], last[v] = new, (u, e)
                    heappush(heap, (new, v))
        if goal not in best:
            return []
        answer: list[int] = []
        while goal != start:
            goal, e = last[goal]
            answer.append(e)
        return answer[::-1]


def line(nodes: int) -> list[int]:
    """The path from one end of a line to the other: what compiles the search where there are many."""
    at = np.arange(nodes - 1, dtype=np.int64)
    graph = Layered(nodes, at, at + 1, np.empty((0, nodes - 1), dtype=np.bool_))
    return graph.path(np.ones((nodes - 1, 4), dtype=np.int64), 0, nodes - 1)


@kernel()
def _search(first, head, arrives, weight, start, goal):  # type: ignore[no-untyped-def]
    """The state and the arc (by tail) before each state; -1 where none is known."""
    n = len(first) - 1
    states = n * (len(arrives) + 1)
    dist = np.full(states, np.int64(2**62), dtype=np.int64)
    rest = np.zeros((states, 3), dtype=np.int64)
    before = np.full((states, 2), -1, dtype=np.int64)
    heap = np.empty(states + 1, dtype=np.int64)
    position = np.full(states, -1, dtype=np.int64)
    dist[start] = 0
    count = push(heap, position, dist, 0, start)
    while count:
        u = pop(heap, position, dist, count)
        count -= 1
        # arcs that cost nothing may still make the goal's hours fewer: only what is dearer is of no use
        if dist[u] > dist[goal]:
            break
        layer, node = u // n, u % n
        for e in range(first[node], first[node + 1]):
            v = head[e] + layer * n
            if layer < len(arrives) and arrives[layer, e]:
                v += n
            new = dist[u] + weight[e, 0]
            if new > dist[v]:
                continue
            if new == dist[v]:
                sooner = False
                for f in range(3):
                    here, there = rest[u, f] + weight[e, f + 1], rest[v, f]
                    if here != there:
                        sooner = here < there
                        break
                if not sooner:
                    continue
            dist[v] = new
            for f in range(3):
                rest[v, f] = rest[u, f] + weight[e, f + 1]
            before[v, 0], before[v, 1] = u, e
            count = push(heap, position, dist, count, v)
    return before
