r"""User equilibrium: no shipment can do better by another path, when paths get slower as they fill (Wardrop
1952).

A facility g (a link both ways, a terminal) with load x_g and capacity c_g costs everything that passes

    (1)  t_g(x_g) = a_g + h_g ((b_g + x_g) / c_g)^{p_g}    b_g: what is there anyhow; h_g, p_g: BPR (1964)
    (2)  cost of arc a for class s = fixed_{s,a} + value_s t_{g(a)}

Solved by gradient projection on paths (Jayakrishnan et al. 1994, TRR 1443), pair after pair: flow moves from
every dearer path to the cheapest by the difference of their costs over the sum of slopes on what they do not
share (a Newton step), never more than the path has. With one class (1)-(2) minimise Beckmann's objective

    (3)  Σ_a fixed_a x_a + Σ_g [ a_g x_g + h_g c_g / (p_g + 1) ( ((b_g + x_g)/c_g)^{p_g+1} − (b_g/c_g)^{p_g+1}
    ) ]

and the solution is unique in loads; with several classes that value time differently no such proof exists,
and the relative gap says how near the answer is:

    (4)  gap = ( Σ flow · cost − Σ demand · cheapest cost ) / Σ flow · cost .

A tree of cheapest paths stands as long as no arc on its way to a destination changed and none beside it got
cheap enough to shorten it, so where few facilities queue most trees are made once (:class:`Trees`).

Under (1) a new link may make everybody worse off (Braess 1968), so V need not grow with what is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import NoSolution, WrongUse
from milepost.network.heap import pop, push
from milepost.network.trees import Graph

Floats = NDArray[np.float64]
PASSES = 8  # moves along known paths between two rounds of trees
MOST_KEPT = 1 << 23  # nodes and queueing arcs of all trees that are kept: a hundred megabytes


@dataclass(frozen=True)
class Congestion:
    """Equations (1) and (2): ``facility`` of each arc; ``fixed`` (classes, arcs); ``value`` (classes,); the
    rest by facility."""

    facility: NDArray[np.int64]
    fixed: Floats
    value: Floats
    start: Floats
    slope: Floats
    capacity: Floats
    power: Floats
    background: Floats

    @classmethod
    def bpr(cls, free_flow: Floats, b: Floats, capacity: Floats, power: Floats, fixed: Floats) -> Congestion:
        """One class, every arc its own facility: t = free_flow (1 + b (x / capacity)^power) + fixed."""
        n = len(free_flow)
        steep = (b > 0) & (capacity > 0)
        return cls(
            np.arange(n),
            fixed[None, :].astype(np.float64),
            np.ones(1),
            free_flow + 0.0,
            np.where(steep, free_flow * b, 0.0),
            np.where(steep, capacity, 1.0),
            np.where(steep, power, 1.0).astype(np.float64),
            np.zeros(n),
        )

    def times(self, load: Floats) -> Floats:
        """Equation (1) by facility."""
        answer: Floats = self.start + self.slope * ((self.background + load) / self.capacity) ** self.power
        return answer

    def costs(self, load: Floats) -> Floats:
        """Equation (2), shape (classes, arcs)."""
        answer: Floats = self.fixed + self.value[:, None] * self.times(load)[self.facility][None, :]
        return answer

    def objective(self, flow: Floats) -> float:
        """Equation (3) for flows (1, arcs)."""
        load = np.bincount(self.facility, flow[0], minlength=len(self.start))
        up = self.power + 1
        queue = ((self.background + load) / self.capacity) ** up - (self.background / self.capacity) ** up
        whole = self.start * load + self.slope * self.capacity / up * queue
        return float(self.fixed[0] @ flow[0] + self.value[0] * whole.sum())


@dataclass(frozen=True)
class Equilibrium:
    """Flows (classes, arcs), loads (facilities), cheapest costs (classes, origins, destinations; inf without
    a path), the gap."""

    flow: Floats
    load: Floats
    cheapest: Floats
    gap: float
    gaps: tuple[float, ...]
    paths: int
    without_path: float

    @property
    def rounds(self) -> int:
        """Rounds of new trees."""
        return len(self.gaps)


class _Facilities(NamedTuple):
    """Equation (1), by facility."""

    start: Floats
    slope: Floats
    capacity: Floats
    power: Floats
    background: Floats


class _Arcs(NamedTuple):
    """The network: ``first`` to ``arc`` sorted by tail, the rest by arc."""

    first: NDArray[np.int64]
    head: NDArray[np.int64]
    arc: NDArray[np.int64]
    tail: NDArray[np.int64]
    facility: NDArray[np.int64]
    fixed: Floats
    value: Floats


class _Trips(NamedTuple):
    """What goes from where to where, and what the cheapest path costs in the end."""

    amount: Floats
    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    cheapest: Floats


class _Flows(NamedTuple):
    """Flows (classes, arcs), and load and time by facility."""

    flow: Floats
    load: Floats
    time: Floats


class Trees(NamedTuple):
    """Trees of cheapest paths that are kept, by row: class after class, origin after origin.

    ``dist`` and ``before`` (the arc that leads to each node) are (rows, nodes); ``queueing`` lists the arcs
    whose time can change, ``tail`` and ``head`` their ends, ``cost`` (rows, queueing) is what they cost when
    the tree was made, ``used`` whether the way to a destination leads over them, ``made`` which rows hold a
    tree. With one row and many wanted nothing is kept.
    """

    dist: Floats
    before: NDArray[np.int32]
    queueing: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    cost: Floats
    used: NDArray[np.bool_]
    made: NDArray[np.bool_]

    @classmethod
    def room(cls, graph: Graph, congestion: Congestion, origins: int) -> Trees:
        """Room for the trees of one graph and congestion, from one call of ``user_equilibrium`` to the
        next; for a large network, or one where most arcs queue, room for one."""
        queueing = np.nonzero(congestion.slope[congestion.facility] > 0)[0]
        rows, wide = len(congestion.value) * origins, graph.size + len(queueing)
        if rows * wide > MOST_KEPT:
            rows = 1
        head = np.empty(len(graph.arc), dtype=np.int64)
        head[graph.arc] = graph.head
        return cls(
            np.empty((rows, graph.size)),
            np.empty((rows, graph.size), dtype=np.int32),
            queueing,
            graph.tails()[queueing],
            head[queueing],
            np.empty((rows, len(queueing))),
            np.empty((rows, len(queueing)), dtype=np.bool_),
            np.zeros(rows, dtype=np.bool_),
        )


class _Room(NamedTuple):
    """Room for one tree."""

    cost: Floats
    heap: NDArray[np.int64]
    position: NDArray[np.int64]


def user_equilibrium(
    graph: Graph,
    congestion: Congestion,
    demand: Floats,
    origins: NDArray[np.integer[Any]],
    destinations: NDArray[np.integer[Any]],
    *,
    gap: float = 1e-8,
    most_rounds: int = 500,
    trees: Trees | None = None,
) -> Equilibrium:
    """Loads at which nobody gains by another path, to a relative gap (4). ``demand``: (classes, origins,
    destinations). ``trees``: those of an earlier call with the same graph, congestion, origins and
    destinations; this one goes on with them.

    Raises ``WrongUse`` for a negative demand or a facility without capacity, ``NoSolution`` if the gap is not
    reached.
    """
    wanted = np.ascontiguousarray(demand, dtype=np.float64)
    if not np.isfinite(wanted).all() or (wanted < 0).any():
        raise WrongUse("The demand holds a negative number, a NaN or an infinity.")
    if not ((congestion.capacity > 0) & (congestion.slope >= 0) & (congestion.power > 0)).all():
        raise WrongUse(
            "Every facility needs a capacity and a power above zero, and hours that are not negative."
        )
    flow = np.zeros(congestion.fixed.shape)
    load = np.zeros(len(congestion.start))
    gaps = np.zeros(most_rounds)
    cheapest = np.full(wanted.shape, np.inf)
    rounds, paths, lost, total = _project(
        _Arcs(
            graph.first,
            graph.head,
            graph.arc,
            graph.tails(),
            congestion.facility.astype(np.int64),
            congestion.fixed,
            congestion.value,
        ),
        _Facilities(
            congestion.start,
            congestion.slope,
            congestion.capacity,
            congestion.power,
            congestion.background,
        ),
        _Trips(
            wanted,
            np.ascontiguousarray(origins, dtype=np.int64),
            np.ascontiguousarray(destinations, dtype=np.int64),
            cheapest,
        ),
        _Flows(flow, load, np.empty(len(load))),
        Trees.room(graph, congestion, wanted.shape[1]) if trees is None else trees,
        gap,
        PASSES,
        gaps,
    )
    reached = float(gaps[rounds - 1]) if rounds else 0.0
    if total and reached > gap:
        raise NoSolution(
            f"No user equilibrium was found: after {rounds} rounds the relative gap is {reached:.1e}, wanted "
            f"{gap:.0e}. The "
            "usual reason: demand many times the capacity of the only path. Allow a larger gap or more "
            "rounds, or state more "
            "capacity."
        )
    return Equilibrium(flow, load, cheapest, reached, tuple(gaps[:rounds].tolist()), int(paths), float(lost))


@kernel(inline="always")
def _raised(base, power):  # type: ignore[no-untyped-def]
    if power == 4.0:
        square = base * base
        return square * square
    if power == 1.0:
        return base
    return base**power


@kernel(inline="always")
def _time(g, x, start, slope, capacity, power, background):  # type: ignore[no-untyped-def]
    if slope[g] == 0.0:
        return start[g]
    return start[g] + slope[g] * _raised((background[g] + x) / capacity[g], power[g])


@kernel(inline="always")
def _steepness(g, x, slope, capacity, power, background):  # type: ignore[no-untyped-def]
    if slope[g] == 0.0:
        return 0.0
    return slope[g] * power[g] / capacity[g] * _raised((background[g] + x) / capacity[g], power[g] - 1.0)


@kernel()
def _stands(cost, trees, row):  # type: ignore[no-untyped-def]
    """Whether a row's paths to destinations are the cheapest at other costs too: nothing on them has changed,
    and the distances of before are still below what any other path costs (they are a feasible potential)."""
    if not trees.made[row]:
        return False
    for k in range(len(trees.queueing)):
        a, u, v = trees.queueing[k], trees.tail[k], trees.head[k]
        was, now = trees.cost[row, k], cost[a]
        if now == was:
            continue
        if trees.used[row, k]:
            return False
        if now < was and trees.dist[row, u] + now < trees.dist[row, v]:
            return False
    return True


@kernel()
def _tree(net, source, goals, room, trees, row):  # type: ignore[no-untyped-def]
    """One tree of cheapest paths by float costs, and which queueing arcs lead to a destination."""
    first, head, arc, tail = net.first, net.head, net.arc, net.tail
    cost, heap, position = room
    dist, before = trees.dist[row], trees.before[row]
    dist[:] = np.inf
    before[:] = -1
    position[:] = -1
    dist[source] = 0.0
    count = push(heap, position, dist, 0, source)
    while count:
        u = pop(heap, position, dist, count)
        count -= 1
        for e in range(first[u], first[u + 1]):
            v = head[e]
            new = dist[u] + cost[arc[e]]
            if new < dist[v] and position[v] != -2:
                dist[v] = new
                before[v] = arc[e]
                count = push(heap, position, dist, count, v)
    for goal in goals:
        v = goal
        while before[v] >= 0 and position[v] != -3:
            position[v] = -3
            v = tail[before[v]]
    for k in range(len(trees.queueing)):
        a, v = trees.queueing[k], trees.head[k]
        trees.cost[row, k] = cost[a]
        trees.used[row, k] = before[v] == a and position[v] == -3
    trees.made[row] = True


@kernel()
def _project(net, facilities, trips, flows, trees, gap, passes, gaps):  # type: ignore[no-untyped-def]
    """Rounds of new trees and of moves along known paths, until the gap (4) is reached. In one piece:
    divided, it is a third slower, because every call counts the references of a dozen arrays."""
    tail, facility, fixed, value = net.tail, net.facility, net.fixed, net.value
    start, slope, capacity, power, background = facilities
    demand, origins, destinations, cheapest = trips
    flow, load, time = flows
    classes, origins_count, goals_count = demand.shape
    n, arcs = len(net.first) - 1, len(tail)
    kept = len(trees.made) == classes * origins_count
    heap, position = np.empty(n + 1, dtype=np.int64), np.empty(n, dtype=np.int64)
    for g in range(len(start)):
        time[g] = _time(g, 0.0, start, slope, capacity, power, background)
    cost = np.empty(arcs)
    room = _Room(cost, heap, position)
    pairs = classes * origins_count * goals_count
    newest = np.full(pairs, -1, dtype=np.int64)  # a linked list of paths per pair and class
    pool = np.empty(1 << 16, dtype=np.int64)  # arcs of all paths, one after the other
    used = 0
    begin, end = np.empty(1 << 10, dtype=np.int64), np.empty(1 << 10, dtype=np.int64)
    carried, older = np.zeros(1 << 10), np.empty(1 << 10, dtype=np.int64)
    paths = 0
    mark = np.zeros(len(start), dtype=np.int64)
    lost, total = 0.0, 0.0
    rounds = 0
    for turn in range(len(gaps) + 1):
        spent = 0.0
        for s in range(classes):
            for a in range(arcs):
                spent += flow[s, a] * (fixed[s, a] + value[s] * time[facility[a]])
        least = 0.0
        lost = 0.0
        total = 0.0
        for s in range(classes):
            for a in range(arcs):
                cost[a] = fixed[s, a] + value[s] * time[facility[a]]
            for o in range(origins_count):
                row = s * origins_count + o if kept else 0
                if not kept or not _stands(cost, trees, row):
                    _tree(net, origins[o], destinations, room, trees, row)
                dist, before = trees.dist[row], trees.before[row]
                for d in range(goals_count):
                    amount = demand[s, o, d]
                    goal = destinations[d]
                    cheapest[s, o, d] = dist[goal]
                    if amount <= 0.0 or goal == origins[o]:
                        continue
                    if not np.isfinite(dist[goal]):
                        lost += amount
                        continue
                    total += amount
                    least += amount * dist[goal]
                    length = 0
                    v = goal
                    while v != origins[o]:
                        v = tail[before[v]]
                        length += 1
                    if used + length > len(pool):
                        bigger = np.empty(2 * len(pool) + length, dtype=np.int64)
                        bigger[:used] = pool[:used]
                        pool = bigger
                    v = goal
                    for z in range(length):
                        pool[used + z] = before[v]
                        v = tail[before[v]]
                    pair = (s * origins_count + o) * goals_count + d
                    p = newest[pair]
                    known = False
                    while p >= 0 and not known:
                        if end[p] - begin[p] == length:
                            known = True
                            for z in range(length):
                                if pool[begin[p] + z] != pool[used + z]:
                                    known = False
                                    break
                        p = older[p]
                    if known:
                        continue
                    if paths == len(begin):
                        begin = np.concatenate((begin, begin))
                        end = np.concatenate((end, end))
                        carried = np.concatenate((carried, np.zeros(len(carried))))
                        older = np.concatenate((older, older))
                    begin[paths], end[paths], older[paths] = used, used + length, newest[pair]
                    carried[paths] = 0.0
                    if newest[pair] < 0:
                        # the first path takes everything, and those after it see the load
                        carried[paths] = amount
                        for z in range(used, used + length):
                            a = pool[z]
                            g = facility[a]
                            flow[s, a] += amount
                            load[g] += amount
                            time[g] = _time(g, load[g], start, slope, capacity, power, background)
                            cost[a] = fixed[s, a] + value[s] * time[g]
                    newest[pair] = paths
                    paths += 1
                    used += length
        if turn:
            gaps[turn - 1] = (spent - least) / spent if spent > 0.0 else 0.0
            rounds = turn
            if gaps[turn - 1] <= gap or turn == len(gaps):
                break
        if total == 0.0:
            break
        for _ in range(passes):
            for pair in range(pairs):
                if newest[pair] < 0 or older[newest[pair]] < 0:
                    continue
                s = pair // (origins_count * goals_count)
                best, lowest = -1, np.inf
                p = newest[pair]
                while p >= 0:
                    c = 0.0
                    for z in range(begin[p], end[p]):
                        c += fixed[s, pool[z]] + value[s] * time[facility[pool[z]]]
                    if c < lowest:
                        best, lowest = p, c
                    p = older[p]
                p, last = newest[pair], -1
                while p >= 0:
                    following = older[p]
                    if p != best and carried[p] > 0.0:
                        # net visits of each facility: what both paths use does not change
                        dearer, cheaper = 0.0, 0.0
                        for z in range(begin[p], end[p]):
                            g = facility[pool[z]]
                            dearer += fixed[s, pool[z]] + value[s] * time[g]
                            mark[g] += 1
                        for z in range(begin[best], end[best]):
                            g = facility[pool[z]]
                            cheaper += fixed[s, pool[z]] + value[s] * time[g]
                            mark[g] -= 1
                        if dearer > cheaper:
                            steep = 0.0
                            for q in (p, best):
                                for z in range(begin[q], end[q]):
                                    g = facility[pool[z]]
                                    if mark[g] != 0:
                                        steep += (
                                            mark[g]
                                            * mark[g]
                                            * _steepness(g, load[g], slope, capacity, power, background)
                                        )
                                        mark[g] = 0
                            moved = carried[p]
                            if steep > 0.0:
                                moved = min(moved, (dearer - cheaper) / (value[s] * steep))
                            for z in range(begin[p], end[p]):
                                a = pool[z]
                                flow[s, a] = max(0.0, flow[s, a] - moved)
                                load[facility[a]] -= moved
                            for z in range(begin[best], end[best]):
                                a = pool[z]
                                flow[s, a] += moved
                                load[facility[a]] += moved
                            for q in (p, best):
                                for z in range(begin[q], end[q]):
                                    g = facility[pool[z]]
                                    if load[g] < 0.0:
                                        load[g] = 0.0
                                    time[g] = _time(g, load[g], start, slope, capacity, power, background)
                            carried[p] -= moved
                            carried[best] += moved
                        else:
                            for q in (p, best):
                                for z in range(begin[q], end[q]):
                                    mark[facility[pool[z]]] = 0
                    if p != best and carried[p] <= 0.0:
                        if last < 0:
                            newest[pair] = following
                        else:
                            older[last] = following
                    else:
                        last = p
                    p = following
    return rounds, paths, lost, total
