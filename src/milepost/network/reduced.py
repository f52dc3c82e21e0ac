r"""A graph without what no search between some nodes can use, so that trees on it cost a third.

Nodes are split by mode, and every one may be loaded at; but goods start and end in zones alone. For searches
between given *ends*

    (1)  what leads nowhere, and what nothing leads to, is left out, again and again;
    (2)  a node with one arc out, u -> v, is passed over: t -> u -> v becomes one arc t -> v.

An arc of the reduced graph is one arc of the whole one or two in a row, and its cost, hours, dollars and km
are their sums, integers all of them: every distance and every sum between ends is the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.network.trees import Graph

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Reduced:
    """``graph`` runs over the nodes that ``at`` numbers (-1: left out); its arc k is arc ``first[k]`` of the
    whole graph and then ``second[k]`` (-1: none)."""

    graph: Graph
    at: Indices
    first: Indices
    second: Indices

    @classmethod
    def of(
        cls,
        size: int,
        tail: NDArray[np.integer[Any]],
        head: NDArray[np.integer[Any]],
        ends: NDArray[np.integer[Any]],
    ) -> Reduced:
        """``ends``: where searches begin and end; they stay."""
        kept = np.zeros(size, dtype=np.bool_)
        kept[ends] = True
        first = np.arange(len(tail), dtype=np.int64)
        t, h = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
        while True:  # (1)
            leads, led_to = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
            leads[t], led_to[h] = True, True
            used = (leads | kept)[h] & (led_to | kept)[t]
            if used.all():
                break
            first, t, h = first[used], t[used], h[used]
        degree = np.bincount(t, minlength=size)
        over = (degree == 1) & ~kept
        only = np.full(size, -1, dtype=np.int64)
        only[t] = np.arange(len(t))  # right where there is one
        # of two such nodes in a row one stays, so that an arc stands for two at most
        over[over] = ~over[h[only[over]]]
        on = over[h]
        second = np.where(on, first[only[h]], -1)
        h = np.where(on, h[only[h]], h)
        left = ~over[t]
        first, second, t, h = first[left], second[left], t[left], h[left]
        nodes = kept.copy()
        nodes[t], nodes[h] = True, True
        at = np.where(nodes, np.cumsum(nodes) - 1, -1)
        return cls(Graph.of(int(nodes.sum()), at[t], at[h]), at, first, second)

    def weight(self, whole: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Costs of the arcs from those of the whole graph, (arcs,) or (arcs, 4)."""
        answer = np.asarray(whole, dtype=np.int64)[self.first]
        two = self.second >= 0
        answer[two] += whole[self.second[two]]
        return answer
