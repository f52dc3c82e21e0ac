r"""What is gathered along cheapest paths: for every set of commitments, without searching the network again.

Beside the distances of an :class:`~milepost.network.overlay.Overlay` stands a *vector* for each path between
its zones and ends: amounts per tonne by column, such as what each country receives. A path with
commitments delivered is made of pieces of today's paths and of added arcs; its vector is their sum.

Of paths of equal cost one is meant. Each arc has a number h, a hash of its key of 20 bits, and a path has

    (1)  key = 2^32 · Σ cost + Σ h ,

added up like a cost and exact, so the path of least key is the same in whatever order arcs are tried, and two
paths of one key are the same path (but for a chance of one in a million where their costs are equal). What is
to be gathered follows from a key alone: :mod:`milepost.value.gathered` finds the pieces of a path from keys.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import MilepostError
from milepost.network.heap import pop, push
from milepost.network.hierarchy import Hierarchy, passes
from milepost.network.network import CLASSES, Arc
from milepost.network.overlay import Overlay
from milepost.network.trees import UNREACHABLE, Graph

PER_T = (
    2.0**-40
)  # dollars a tonne along a path are whole numbers of these, arc by arc: no order of sums matters
SHIFT = 32
HASH_BITS = 20
LONGEST = 1 << (SHIFT - HASH_BITS)  # arcs of a path
NO_PATH = np.int64(UNREACHABLE) << SHIFT
LAST = np.int64((1 << SHIFT) - 1)  # of equal cost, the last to be meant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Terms = Callable[[Arc], Iterable[tuple[int, Sequence[float]]]]  # columns, and amounts per tonne by class


@dataclass(frozen=True)
class Vectors:
    """Sparse vectors one after the other: vector k has columns ``column[first[k]:first[k+1]]``; amounts in
    units of 2^-40 per tonne."""

    first: Ints
    column: NDArray[np.int32]
    amount: Ints

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True)
class Traced:
    """Keys and vectors of an overlay's paths.

    ``key`` (rows, N, N) are equation (1) for the distances of ``overlay.base``; ``segment`` (rows, N, N) says
    which of ``segments`` each path has, -1 for none. ``step_key`` (steps, rows) are those of the added arcs,
    in the order of the overlay's steps, and ``step_vectors`` theirs: step k of class s is vector
    ``k · classes + s``. ``columns`` is how many there are.
    """

    overlay: Overlay
    columns: int
    key: Ints
    segment: NDArray[np.int32]
    segments: Vectors
    step_key: Ints
    step_vectors: Vectors

    @classmethod
    def of(cls, overlay: Overlay, columns: int, terms: Terms) -> Traced:
        """Search today's network once more, for keys and vectors. Raises ``MilepostError`` for a path of more
        than 4096 arcs."""
        today = overlay.today
        ties = np.array([hashed(a.key) for a in today.arcs], dtype=np.int64)
        types, found = today.types.types, []
        net = _Net.of(today.frame.size, today.tail, today.head)
        key = np.empty(overlay.base.shape, dtype=np.int64)
        segment = np.empty(overlay.base.shape, dtype=np.int32)
        met = 0
        ends = overlay.rows.astype(np.int64), overlay.columns.astype(np.int64)
        asked = _asked(overlay)
        for s in range(len(CLASSES)):
            rows = slice(s * types, (s + 1) * types)
            weight = (today.cost[rows].astype(np.int64) << SHIFT) + ties
            vectors = _vectors([today.arcs], terms, (s,))
            for x, part in enumerate(_from_each(net, weight, (*ends, *asked), (vectors, columns))):
                key[rows, x], own, some = part
                segment[rows, x] = np.where(own >= 0, own + met, -1)
                met += len(some)
                found.append(some)
        added = [arc for arcs in overlay.arcs for arc in arcs]
        costs = [weight[:, 0] for weights in overlay.weights for weight in weights]
        step_key = np.array(costs, dtype=np.int64).reshape(-1, today.types.rows) << SHIFT
        needed = [
            others | {name} for name, k in zip(overlay.order, overlay.steps, strict=True) for others, *_ in k
        ]
        ties_of_added = [hashed(a.key, who) for a, who in zip(added, needed, strict=True)]
        step_key += np.array(ties_of_added, dtype=np.int64)[:, None]
        steps = _vectors([[arc] for arc in added], terms, range(len(CLASSES)))
        return cls(overlay, columns, key, segment, _joined(found), step_key, steps)

    def with_limit(self, overlay: Overlay, limit: NDArray[np.int32]) -> Traced:
        """The same where pairs of zones have a way off the network that costs ``limit``: nothing is gathered
        there, and a path of equal cost is meant first."""
        P = overlay.zones
        key, segment = self.key.copy(), self.segment.copy()
        off = (limit.astype(np.int64) << SHIFT) + LAST
        dearer = key[:, :P, :P] > off
        key[:, :P, :P] = np.minimum(key[:, :P, :P], off)
        segment[:, :P, :P][dearer] = -1
        return replace(self, overlay=overlay, key=key, segment=segment)


def hashed(key: tuple[str, ...], members: Iterable[str] = ()) -> int:
    """The number of an arc in (1), from 1 to 2^20 - 1: at equal cost the path of fewer such is meant.

    ``members`` are the commitments that it takes: two that change one link to the same cost may give what is
    paid to different countries."""
    digest = blake2b("/".join((*key, *sorted(members))).encode(), digest_size=8).digest()
    return 1 + int.from_bytes(digest, "little") % ((1 << HASH_BITS) - 1)


def _vectors(groups: Sequence[Sequence[Arc]], terms: Terms, classes: Iterable[int]) -> Vectors:
    """The vectors of arcs in classes, a class after the other within each group of arcs."""
    first, column, amount, wanted = [0], [], [], tuple(classes)
    for arcs in groups:
        told = [tuple(terms(arc)) for arc in arcs]
        for s in wanted:
            for found in told:
                for c, amounts in found:
                    if amounts[s] != 0.0:
                        column.append(c)
                        amount.append(amounts[s])
                first.append(len(column))
    return Vectors(
        np.array(first, dtype=np.int64),
        np.array(column, dtype=np.int32),
        np.rint(np.array(amount, dtype=np.float64) / PER_T).astype(np.int64),
    )


def _joined(parts: Sequence[Vectors]) -> Vectors:
    """Vectors of several parts, one after the other."""
    lengths = np.concatenate([[0], *(np.diff(v.first) for v in parts)])
    return Vectors(
        np.cumsum(lengths).astype(np.int64),
        np.concatenate([np.empty(0, dtype=np.int32), *(v.column for v in parts)]),
        np.concatenate([np.empty(0, dtype=np.int64), *(v.amount for v in parts)]),
    )


def _asked(overlay: Overlay) -> tuple[Bools, Bools]:
    """Which rows and columns of an overlay's matrices a path may be put together from: those of zones, rows
    of what added arcs lead to, columns of what they come from."""
    rows, columns = (np.zeros(overlay.base.shape[1], dtype=np.bool_) for _ in range(2))
    rows[: overlay.zones] = columns[: overlay.zones] = True
    for steps in overlay.steps:
        for _, a, b, _ in steps:
            columns[a] = rows[b] = True
    return rows, columns


@dataclass(frozen=True)
class _Net:
    """A table of arcs to be searched: by nodes taken out, or, where that is of no use, by a heap. ``at`` is
    what a node is called in ``forth`` and ``back``, the arcs sorted by tail and by head."""

    hierarchy: Hierarchy | None
    at: Ints
    forth: Graph
    back: Graph

    @classmethod
    def of(cls, size: int, tail: NDArray[np.integer[Any]], head: NDArray[np.integer[Any]]) -> _Net:
        """That of arcs between nodes."""
        hierarchy = Hierarchy.of(size, tail, head)
        at = np.arange(size, dtype=np.int64) if hierarchy is None else hierarchy.at
        return cls(hierarchy, at, Graph.of(size, at[tail], at[head]), Graph.of(size, at[head], at[tail]))


def _from_each(
    net: _Net, weight: Ints, ends: tuple[Ints, Ints, Bools, Bools], told: tuple[Vectors, int]
) -> list[tuple[Ints, NDArray[np.int32], Vectors]]:
    """Of each source the keys (types, targets), which vector each path has, and the vectors that occur, each
    once; for keys of arcs ``weight`` (types, arcs). ``ends``: sources and targets, and which of them paths
    are told of."""
    types, (vectors, columns) = len(weight), told
    sources, targets, from_it, to_it = net.at[ends[0]], net.at[ends[1]], ends[2], ends[3]
    none = np.zeros(len(targets), dtype=np.bool_)
    forth, back, arcs = net.forth, net.back, (vectors.first, vectors.column, vectors.amount)
    by_arc = np.ascontiguousarray(weight.T)
    hierarchy = net.hierarchy
    chords = None if hierarchy is None else hierarchy.weights(weight)
    by_tail = np.ascontiguousarray(weight[:, forth.arc]) if hierarchy is None else np.empty((0, 0), np.int64)

    def some(lo: int, hi: int) -> list[tuple[Ints, NDArray[np.int32], Vectors]]:
        n = len(net.at)
        room = tuple(np.empty(shape, np.int64) for shape in (types * len(targets) + 1, (n, columns), n, n))
        dist, found = np.empty((n, types), dtype=np.int64), []
        for x, source in enumerate(sources[lo:hi].tolist(), lo):
            if hierarchy is not None:
                passes(hierarchy.arrays, chords, source, dist)
            else:
                _search(forth.first, forth.head, by_tail, source, dist)
            key = np.empty((types, len(targets)), dtype=np.int64)
            segment = np.empty((types, len(targets)), dtype=np.int32)
            before = back.first, back.head, back.arc, by_arc
            wanted = to_it if from_it[x] else none
            count, column, amount = _segments(
                before, dist, source, (targets, wanted), arcs, (key, segment), room
            )
            if count < 0:
                raise MilepostError(
                    f"A path has more than {LONGEST} arcs; leave out nodes that nothing ends at."
                )
            found.append((key, segment, Vectors(room[0][: count + 1].copy(), column, amount)))
        return found

    threads = min(os.cpu_count() or 1, 8)
    cuts = [len(sources) * k // threads for k in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return [one for part in pool.map(some, cuts[:-1], cuts[1:]) for one in part]


@kernel()
def _search(first, head, weight, source, dist):  # type: ignore[no-untyped-def]
    """Dijkstra by keys, which are above zero, into (nodes, types)."""
    n = len(first) - 1
    heap, position, known = np.empty(n + 1, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    for t in range(len(weight)):
        position[:] = -1
        known[:] = NO_PATH
        known[source] = 0
        count = push(heap, position, known, 0, source)
        while count:
            u = pop(heap, position, known, count)
            count -= 1
            for e in range(first[u], first[u + 1]):
                v = head[e]
                new = known[u] + weight[t, e]
                if new < known[v]:
                    known[v] = new
                    count = push(heap, position, known, count, v)
        dist[:, t] = known


@kernel()
def _segments(back, dist, source, ends, arcs, found, room):  # type: ignore[no-untyped-def]
    """Keys from one source and the vectors of its paths, told from distances by going back over the arcs that
    they are sums along; types that take the same path share one. Returns how many there are (-1: a path is
    too long), and their columns and amounts."""
    into, before, arc, weight = back
    (targets, wanted), (key, segment) = ends, found
    first, column, amount = arcs
    begins, vector, told, length = room
    types, width = dist.shape[1], vector.shape[1]
    trail = np.empty(LONGEST + 1, dtype=np.int64)
    columns, amounts = np.empty(256, dtype=np.int32), np.empty(256, dtype=np.int64)
    count, filled = 0, 0
    begins[0] = 0
    told[:] = -1
    for t in range(types):
        told[source], length[source] = t, 0
        vector[source] = 0
        for y in range(len(targets)):
            v = targets[y]
            if dist[v, t] >= NO_PATH:
                key[t, y], segment[t, y] = NO_PATH, -1
                continue
            key[t, y], segment[t, y] = dist[v, t], -1
            if not wanted[y]:
                continue
            same = -1
            for u in range(t):
                if (dist[v, u] ^ dist[v, t]) & LAST == 0 and dist[v, u] < NO_PATH:
                    same = u
                    break
            if same >= 0:
                segment[t, y] = segment[same, y]
                continue
            steps = 0
            while told[v] != t:  # back to what is told of this type already
                e = into[v]
                while dist[before[e], t] + weight[arc[e], t] != dist[v, t]:
                    e += 1
                if steps + length[before[e]] * (told[before[e]] == t) >= LONGEST:
                    return -1, columns, amounts
                trail[steps] = e
                steps += 1
                v = before[e]
            while steps:
                steps -= 1
                e = trail[steps]
                u, v = before[e], targets[y] if steps == 0 else before[trail[steps - 1]]
                for c in range(width):
                    vector[v, c] = vector[u, c]
                for k in range(first[arc[e]], first[arc[e] + 1]):
                    vector[v, column[k]] += amount[k]
                told[v], length[v] = t, length[u] + 1
            if filled + width > len(columns):
                columns = np.concatenate((columns, np.empty(len(columns) + width, dtype=np.int32)))
                amounts = np.concatenate((amounts, np.empty(len(amounts) + width, dtype=np.int64)))
            had = filled
            for c in range(width):
                if vector[v, c] != 0:
                    columns[filled], amounts[filled] = c, vector[v, c]
                    filled += 1
            if filled > had:
                segment[t, y] = count
                count += 1
                begins[count] = filled
    return count, columns[:filled].copy(), amounts[:filled].copy()
