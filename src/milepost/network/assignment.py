r"""All-or-nothing assignment by shipment types: every type of a cargo class on its own cheapest path.

With T[s,o,d] tonnes of class s from zone o to zone d and R types a class,

    (1)  x_a = Σ_{s,t,o,d} T[s,o,d] / R · 1{ a lies on the cheapest path from o to d for type t of class s }

gathered from the ends of each origin's tree towards its root (Sheffi 1985, ch. 5), so a tree costs one pass
whatever the number of pairs. Of paths of equal cost the one of fewest hours, dollars and km is taken, as in a
skim. A *selected* set of arcs tells which tonnes pass it: select link.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.heap import pop, push
from milepost.network.network import CLASSES, Network
from milepost.network.reduced import Reduced

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assigned:
    """Tonnes by arc; tonnes of pairs without a path; of each class and pair of zones (classes, zones, zones)
    those that pass the selected arcs."""

    load: Floats
    lost: float
    passing: Floats


def assign(network: Network, demand: Floats, selected: NDArray[np.bool_] | None = None) -> Assigned:
    """Equation (1) for a demand (classes, zones, zones)."""
    loads, lost, passing = _assigned(network, demand[None], selected)
    return Assigned(loads[0], lost, passing)


def loads_of(network: Network, demands: Sequence[Floats]) -> Floats:
    """Tonnes by arc (demands, arcs) of several demands on the same paths, which are searched once."""
    return _assigned(network, np.stack(demands), None)[0]


def _assigned(
    network: Network, demands: Floats, selected: NDArray[np.bool_] | None
) -> tuple[Floats, float, Floats]:
    """Tonnes by arc (demands, arcs), and of the first demand what has no path and what passes the selected
    arcs; rows are searched side by side and added up in order."""
    origins, destinations = network.frame.zone_ends()
    ends = np.concatenate([origins, destinations])
    less = Reduced.of(network.frame.size, network.tail, network.head, ends)
    graph = less.graph
    types = network.types.types
    picked = np.zeros(len(network.arcs), dtype=np.bool_) if selected is None else selected
    many, size = len(demands), len(network.arcs)
    total, passing, lost = np.zeros((many, size)), np.zeros(demands.shape[1:]), 0.0
    if not len(origins):
        return total, lost, passing

    def one(row: int) -> tuple[Floats, Floats, float]:
        load, through = np.zeros((many, len(graph.arc))), np.zeros(demands.shape[2:])
        weight = np.ascontiguousarray(less.weight(network.weight(row))[graph.arc])
        amount = np.ascontiguousarray(demands[:, row // types] / types)
        gone = _gather(
            (graph.first, graph.head, graph.arc, weight),
            less.at[origins],
            less.at[destinations],
            amount,
            chosen,
            load,
            through,
        )
        whole = np.zeros((many, size))
        for k in range(many):
            np.add.at(whole[k], less.first, load[k])
            np.add.at(whole[k], less.second[two], load[k, two])
        return whole, through, gone

    two = less.second >= 0
    chosen = picked[less.first]
    chosen[two] |= picked[less.second[two]]
    rows = range(len(CLASSES) * types)
    _ = network.cost, network.weight(0)  # made once, before threads ask for it
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(rows))) as pool:
        for row, (load, through, gone) in zip(rows, pool.map(one, rows), strict=True):
            total += load
            passing[row // types] += through
            lost += gone
    return total, lost, passing


@kernel(inline="always")
def _better(rest, u, v, weight, e):  # type: ignore[no-untyped-def]
    """Is the path on from ``u`` by ``e`` before the one known to ``v``, in hours, dollars and km?"""
    for f in range(3):
        new = rest[u, f] + weight[e, f + 1]
        if new != rest[v, f]:
            return new < rest[v, f]
    return False


@kernel()
def _gather(net, origins, destinations, demand, picked, load, passing):  # type: ignore[no-untyped-def]
    """Tonnes by arc of one row for every demand, and those of each pair that pass a picked arc. Returns what
    has no path; both of the first demand.

    A node that gets better at equal cost is taken from the heap again, and so is what hangs on it; in the
    order in which nodes were taken last, every node comes after its parent.
    """
    first, head, arc, weight = net
    n, many = len(first) - 1, len(demand)
    far = np.int64(2**62)
    dist, rest = np.empty(n, dtype=np.int64), np.empty((n, 3), dtype=np.int64)
    heap, position = np.empty(n + 1, dtype=np.int64), np.empty(n, dtype=np.int64)
    before, parent = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    taken, last = np.empty(2 * n + 2, dtype=np.int64), np.empty(n, dtype=np.int64)
    at, via = np.empty((n, many)), np.empty(n, dtype=np.bool_)
    lost = 0.0
    for k in range(len(origins)):
        root = origins[k]
        dist[:], rest[:], position[:], at[:], via[:] = far, 0, -1, 0.0, False
        dist[root], before[root] = 0, -1
        count, order = push(heap, position, dist, 0, root), 0
        while count:
            u = pop(heap, position, dist, count)
            count -= 1
            if order == len(taken):
                taken = np.concatenate((taken, taken))
            taken[order], last[u] = u, order
            order += 1
            for e in range(first[u], first[u + 1]):
                v = head[e]
                new = dist[u] + weight[e, 0]
                if new > dist[v] or (new == dist[v] and not _better(rest, u, v, weight, e)):
                    continue
                dist[v], before[v], parent[v] = new, e, u
                for f in range(3):
                    rest[v, f] = rest[u, f] + weight[e, f + 1]
                count = push(heap, position, dist, count, v)
        for z in range(order):
            v = taken[z]
            if last[v] == z and v != root:
                via[v] = via[parent[v]] or picked[arc[before[v]]]
        for d in range(len(destinations)):
            goal = destinations[d]
            if dist[goal] == far:
                lost += demand[0, k, d]
                continue
            for m in range(many):
                at[goal, m] += demand[m, k, d]
            if via[goal]:
                passing[k, d] = demand[0, k, d]
        for z in range(order - 1, -1, -1):
            v = taken[z]
            if last[v] == z and v != root:
                for m in range(many):
                    if at[v, m] != 0.0:
                        load[m, arc[before[v]]] += at[v, m]
                        at[parent[v], m] += at[v, m]
    return lost
