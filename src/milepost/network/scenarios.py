r"""Many scenarios of cheaper arcs on one network, without searching it again: the update of
:mod:`milepost.network.overlay` for plain arrays, of any size.

For arcs a_1..a_m that may become cheaper, the trees from the origins and from the heads of those arcs are
searched once:

    P[o, k] = d(o, tail of a_k)     Q[k, y] = d(head of a_k, y)
    R[o, k] = d(o, head of a_k)     H[k, l] = d(head of a_k, tail of a_l)

A scenario picks some of them with new costs c. Paths through several of them run through the small matrix H +
c, closed under min-plus (Kleene star), and an origin's row changes only where an arc shortens the path to its
own head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import WrongUse
from milepost.network.trees import UNREACHABLE, Graph, Ints, distances


@dataclass(frozen=True)
class Scenarios:
    """Distances of today and of the ends of the arcs that may change; ``where`` gives the position of an arc
    among them."""

    today: Ints
    old: NDArray[np.int64]
    to_tail: Ints
    to_head: Ints
    from_head: Ints
    between: Ints
    where: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        size: int,
        tail: NDArray[np.integer[Any]],
        head: NDArray[np.integer[Any]],
        cost: NDArray[np.integer[Any]],
        origins: NDArray[np.integer[Any]],
        destinations: NDArray[np.integer[Any]],
        arcs: NDArray[np.integer[Any]],
    ) -> Scenarios:
        """``arcs``: those that scenarios may make cheaper."""
        graph = Graph.of(size, tail, head)
        tails, heads = np.unique(tail[arcs]), np.unique(head[arcs])
        P, n = len(origins), len(destinations)
        rows = np.concatenate([origins, heads]).astype(np.intp)
        columns = np.concatenate([destinations, tails, heads]).astype(np.intp)
        found = distances(graph, cost, rows, columns)
        at_tail = n + np.searchsorted(tails, tail[arcs])
        at_head = n + len(tails) + np.searchsorted(heads, head[arcs])
        row_head = P + np.searchsorted(heads, head[arcs])
        where = np.full(len(tail), -1, dtype=np.int64)
        where[arcs] = np.arange(len(arcs))
        return cls(
            np.ascontiguousarray(found[:P, :n]),
            np.asarray(cost, dtype=np.int64),
            np.ascontiguousarray(found[:P, at_tail].T),
            np.ascontiguousarray(found[:P, at_head].T),
            np.ascontiguousarray(found[row_head, :n]),
            np.ascontiguousarray(found[np.ix_(row_head, at_tail)]),
            where,
        )

    def cost(self, arcs: NDArray[np.integer[Any]], to: NDArray[np.integer[Any]]) -> Ints:
        """Costs (origins, destinations) with some arcs at new costs. Raises ``WrongUse`` if one is dearer
        than today or unknown."""
        which = self.where[arcs]
        if (which < 0).any():
            raise WrongUse("A scenario changes an arc that the overlay was not made for.")
        if (np.asarray(to) > self.old[arcs]).any() or (np.asarray(to) < 0).any():
            raise WrongUse(
                "A scenario only makes arcs cheaper, and no cost is below zero; build today's network at its "
                "worst."
            )
        answer = self.today.copy()
        _scenario(
            answer,
            self.to_tail,
            self.to_head,
            self.from_head,
            self.between,
            which,
            np.asarray(to, dtype=np.int64),
        )
        return answer


@kernel()
def _closed(between, which, cost):  # type: ignore[no-untyped-def]
    """From the head of one arc to that of another, through the tail of the latter and any others: the Kleene
    star."""
    m = len(which)
    star = np.empty((m, m), dtype=np.int64)
    for i in range(m):
        for j in range(m):
            star[i, j] = between[which[i], which[j]] + cost[j]
    for i in range(m):
        star[i, i] = 0
    for k in range(m):
        for i in range(m):
            for j in range(m):
                star[i, j] = min(star[i, j], star[i, k] + star[k, j])
    return star


@kernel()
def _scenario(D, to_tail, to_head, from_head, between, which, cost):  # type: ignore[no-untyped-def]
    m = len(which)
    far = np.int64(UNREACHABLE)
    star = _closed(between, which, cost)
    reach = np.empty(m, dtype=np.int64)
    for o in range(D.shape[0]):
        any_better = False
        for i in range(m):
            reach[i] = to_tail[which[i], o] + cost[i]
            any_better = any_better or reach[i] < to_head[which[i], o]
        if not any_better:
            continue
        row = D[o]
        for j in range(m):
            best = reach[j]
            for i in range(m):
                through = reach[i] + star[i, j]
                if through < best:
                    best = through
            if best >= to_head[which[j], o] or best >= far:
                continue
            onward = from_head[which[j]]
            start = np.int32(best)
            for y in range(D.shape[1]):
                # both are below 2^30, so the sum fits; what is out of reach stays dearer than UNREACHABLE
                through32 = start + onward[y]
                row[y] = min(row[y], through32)
