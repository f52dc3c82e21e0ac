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

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import MilepostError
from milepost.network.heap import pop, push
from milepost.network.network import CLASSES, Arc
from milepost.network.overlay import Overlay
from milepost.network.trees import UNREACHABLE, Graph

SHIFT = 32
HASH_BITS = 20
LONGEST = 1 << (SHIFT - HASH_BITS)  # arcs of a path
NO_PATH = np.int64(UNREACHABLE) << SHIFT
LAST = np.int64((1 << SHIFT) - 1)  # of equal cost, the last to be meant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Terms = Callable[[Arc], Iterable[tuple[int, Sequence[float]]]]  # columns, and amounts per tonne by class


@dataclass(frozen=True)
class Vectors:
    """Sparse vectors one after the other: vector k has columns ``column[first[k]:first[k+1]]``."""

    first: Ints
    column: NDArray[np.int32]
    amount: Floats

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
        graph = Graph.of(today.frame.size, today.tail, today.head)
        ties = np.array([hashed(a.key) for a in today.arcs], dtype=np.int64)
        types, found = today.types.types, []
        key = np.empty(overlay.base.shape, dtype=np.int64)
        segment = np.empty(overlay.base.shape, dtype=np.int32)
        met = 0
        for s in range(len(CLASSES)):
            rows = slice(s * types, (s + 1) * types)
            weight = (today.cost[rows].astype(np.int64) << SHIFT) + ties
            net = _Net(
                graph.first,
                graph.head,
                graph.arc,
                np.ascontiguousarray(weight[:, graph.arc]),
                overlay.columns.astype(np.int64),
            )
            vectors = _vectors([today.arcs], terms, (s,))
            for x, part in enumerate(_from_each(net, overlay.rows.astype(np.int64), vectors, columns)):
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
        np.array(amount, dtype=np.float64),
    )


def _joined(parts: Sequence[Vectors]) -> Vectors:
    """Vectors of several parts, one after the other."""
    lengths = np.concatenate([[0], *(np.diff(v.first) for v in parts)])
    return Vectors(
        np.cumsum(lengths).astype(np.int64),
        np.concatenate([np.empty(0, dtype=np.int32), *(v.column for v in parts)]),
        np.concatenate([np.empty(0), *(v.amount for v in parts)]),
    )


class _Net:
    """The arcs sorted by tail (``first``, ``head``, ``arc``), their keys (types, arcs), and where paths
    end."""

    def __init__(
        self,
        first: Ints,
        head: Ints,
        arc: Ints,
        key: Ints,
        targets: Ints,
    ) -> None:
        self.arrays = (first, head, arc, key)
        self.targets = targets


def _from_each(
    net: _Net, sources: Ints, vectors: Vectors, columns: int
) -> list[tuple[Ints, NDArray[np.int32], Vectors]]:
    """Of each source the keys (types, targets), which vector each path has, and the vectors that occur, each
    once."""
    types, targets = len(net.arrays[3]), len(net.targets)

    def one(source: int) -> tuple[Ints, NDArray[np.int32], Vectors]:
        key = np.empty((types, targets), dtype=np.int64)
        segment = np.empty((types, targets), dtype=np.int32)
        room = (np.empty(types * targets + 1, dtype=np.int64), np.zeros(columns), np.zeros(columns, np.int32))
        arcs = (vectors.first, vectors.column, vectors.amount)
        count, column, amount = _segments(net.arrays, source, net.targets, arcs, key, segment, room)
        if count < 0:
            raise MilepostError(f"A path has more than {LONGEST} arcs; leave out nodes that nothing ends at.")
        return key, segment, Vectors(room[0][: count + 1].copy(), column, amount)

    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        return list(pool.map(one, sources.tolist()))


@kernel()
def _search(net, source, t, dist, before, parent):  # type: ignore[no-untyped-def]
    """Dijkstra by keys, which are above zero; of each node the arc before it, and where that comes from."""
    first, head, _, weight = net
    n = len(first) - 1
    heap, position = np.empty(n + 1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    dist[:] = np.int64(2**62)
    dist[source] = 0
    count = push(heap, position, dist, 0, source)
    while count:
        u = pop(heap, position, dist, count)
        count -= 1
        for e in range(first[u], first[u + 1]):
            v = head[e]
            new = dist[u] + weight[t, e]
            if new < dist[v]:
                dist[v], before[v], parent[v] = new, e, u
                count = push(heap, position, dist, count, v)


@kernel()
def _segments(net, source, targets, arcs, key, segment, room):  # type: ignore[no-untyped-def]
    """Keys from one source and the vectors of its paths; types that take the same path share one. Returns how
    many there are (-1: a path is too long), and their columns and amounts."""
    arc = net[2]
    first, column, amount = arcs
    begins, total, touched = room
    types, n = len(net[3]), len(net[0]) - 1
    dist = np.empty((types, n), dtype=np.int64)
    before, parent = np.empty((types, n), dtype=np.int64), np.empty((types, n), dtype=np.int64)
    for t in range(types):
        _search(net, source, t, dist[t], before[t], parent[t])
    columns, amounts = np.empty(256, dtype=np.int32), np.empty(256)
    count, filled = 0, 0
    begins[0] = 0
    for y in range(len(targets)):
        for t in range(types):
            v = targets[y]
            if dist[t, v] == np.int64(2**62):
                key[t, y], segment[t, y] = NO_PATH, -1
                continue
            key[t, y] = dist[t, v]
            same = -1
            for u in range(t):
                if dist[u, v] & LAST == dist[t, v] & LAST and dist[u, v] != np.int64(2**62):
                    same = u
                    break
            if same >= 0:
                segment[t, y] = segment[same, y]
                continue
            used, length = 0, 0
            while v != source:
                a = arc[before[t, v]]
                for k in range(first[a], first[a + 1]):
                    c = column[k]
                    seen = False
                    for m in range(used):
                        seen |= touched[m] == c
                    if not seen:
                        touched[used], total[c] = c, 0.0
                        used += 1
                    total[c] += amount[k]
                v = parent[t, v]
                length += 1
            if length > LONGEST:
                return -1, columns, amounts
            segment[t, y] = -1
            if used == 0:
                continue
            while filled + used > len(columns):
                columns, amounts = (
                    np.concatenate((columns, columns)),
                    np.concatenate((amounts, amounts)),
                )
            for m in range(used):
                columns[filled], amounts[filled] = touched[m], total[touched[m]]
                filled += 1
            segment[t, y] = count
            count += 1
            begins[count] = filled
    return count, columns[:filled].copy(), amounts[:filled].copy()
