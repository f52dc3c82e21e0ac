r"""The cost matrices of every set of commitments, without searching the network again.

Delivering only adds arcs (a better value of something is a parallel arc; the minimum picks). With D the
distances between zones and the ends of added arcs, one added arc a -> b of cost c changes D to

    (1)  D'[x, y] = min( D[x, y], D[x, a] + c + D[b, y] ),

a min-plus update of rank one; integers make it exact, so the result has the same bits in any order as a
search of the network with all arcs in place. An effect that needs several commitments, or an arc whose value
several of them change, becomes an arc that is present only if all its ``members`` are delivered.

All subsets are visited depth-first, parent = S without its largest member, so that there are only additions.
The commitment that is most work comes first and is applied least often; ends of arcs that no later member
needs are dropped.

Most sets share their matrices with another one, so :meth:`Overlay.fingerprints` gives each one of 128 bits: a
set whose last commitment shortens no path keeps its parent's matrix and fingerprint without a copy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import MilepostError
from milepost.network.borders import Borders
from milepost.network.effects import changes, elements, is_valued, needs
from milepost.network.network import CLASSES, UNREACHABLE, Arc, ArcKey, Frame, Network, arcs
from milepost.network.paths import Skim, as_skim
from milepost.network.rates import Rates, model_links
from milepost.network.restrictions import NO_RESTRICTIONS, Restrictions
from milepost.network.trees import Graph, distances, sums_along
from milepost.records import Records

MOST_ON_ONE_ARC = 6


@dataclass(frozen=True)
class Addition:
    """A parallel arc that is present once all ``members`` are delivered."""

    members: frozenset[str]
    arc: Arc


def additions(
    records: Records,
    players: tuple[str, ...],
    done: frozenset[str] = frozenset(),
    restricted: Restrictions = NO_RESTRICTIONS,
) -> tuple[Addition, ...]:
    """Arcs that sets of players add to today's network, in a fixed order.

    Raises ``MilepostError`` if more than six players change one and the same arc.
    """
    frame = Frame.of(records)
    rates = Rates(records, changes(records, frozenset(), done, restricted))
    today = {a.key: a for a in arcs(rates, frame)}
    arcs_of = _Elements(records)
    found: list[Addition] = []
    best: dict[ArcKey, list[tuple[frozenset[str], tuple[tuple[int, ...], ...]]]] = {}
    for group in _groups(records, players, arcs_of):
        changed = changes(records, group, done, restricted)
        # what the group does not touch is as today, and adds nothing
        touched = frozenset(part for element in changed.elements() for part in arcs_of(element))
        for arc in arcs(rates.under(changed), frame, touched):
            key, weight = arc.key, arc.weight  # an arc of equal cost counts if it has fewer hours
            smaller: list[tuple[tuple[int, ...], ...]] = [
                w for members, w in best.get(key, []) if members < group
            ]
            if key in today:
                smaller.append(today[key].weight)
            if smaller and all(min(w[s] for w in smaller) <= weight[s] for s in range(len(CLASSES))):
                continue
            best.setdefault(key, []).append((group, weight))
            found.append(Addition(group, arc))
    return tuple(found)


def _groups(records: Records, players: tuple[str, ...], arcs_of: _Elements) -> list[frozenset[str]]:
    """Sets of players that may add an arc which none of their parts adds, small ones first."""
    groups = {frozenset({p}) for p in players}
    # players meet on an element if their effects name it, or if one effect needs several of them
    by_element: dict[tuple[str, str], set[str]] = {}
    for effect in records.effects:
        if not is_valued(records, effect) or effect.commitment not in players:
            continue
        wanted = {p for p in needs(effect) if p in players}
        for element in (part for whole in elements(records, effect) for part in arcs_of(whole)):
            by_element.setdefault(element, set()).update(wanted)
    for element, names in by_element.items():
        if len(names) > MOST_ON_ONE_ARC:
            raise MilepostError(
                f"{len(names)} commitments change {element[1]} ({', '.join(sorted(names))}); "
                f"at most {MOST_ON_ONE_ARC} can be told apart. Split the element or join the commitments."
            )
        for size in range(2, len(names) + 1):
            groups.update(frozenset(group) for group in combinations(sorted(names), size))
    return sorted(groups, key=lambda g: (len(g), sorted(g)))


class _Elements:
    """The links and nodes whose arcs an element is part of: a service is part of its link, a border row of
    every link that pays it, any other crossing of its node."""

    def __init__(self, records: Records) -> None:
        self.parts: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
            **{("crossings", c.id): (("nodes", c.node),) for c in records.crossings if c.kind != "border"},
            **{("crossings", c.id): () for c in records.crossings if c.kind == "border"},
            **{("services", s.id): (("links", s.link),) for s in records.services},
        }
        borders = Borders.of(records)
        for link in model_links(records):
            for row in borders.paid(link):
                self.parts["crossings", row.id] += (("links", link.id),)

    def __call__(self, element: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        return self.parts.get(element, (element,))


@dataclass(frozen=True)
class Overlay:
    """Distances between zones and the ends of added arcs, and the arcs, ready for any set of players.

    ``order`` is the order of application, the commitment that shortens most first. ``base`` has shape
    (classes, N, N) with the zones first, then the ends of arcs, those needed longest first.
    """

    players: tuple[str, ...]
    order: tuple[str, ...]
    zones: int
    base: NDArray[np.int32]
    ends: tuple[int, ...]  # rows still needed once the first k of ``order`` have been decided
    steps: tuple[tuple[tuple[frozenset[str], int, int, NDArray[np.int32]], ...], ...]
    weights: tuple[
        tuple[NDArray[np.int64], ...], ...
    ]  # of the same arcs: cost, hours, dollars, km (classes, 4)
    today: Network
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @classmethod
    def of(
        cls,
        records: Records,
        players: tuple[str, ...],
        done: frozenset[str] = frozenset(),
        restricted: Restrictions = NO_RESTRICTIONS,
    ) -> Overlay:
        """Search the network without the players once from every zone and every end of an added arc."""
        today = Network.of(records, (), done, restricted)
        added = additions(records, players, done, restricted)
        origins, destinations = today.frame.zone_ends()
        P = len(origins)
        nodes = sorted({node for a in added for node in (a.arc.tail, a.arc.head)})
        rows = np.concatenate([origins, np.array(nodes, dtype=np.intp)])
        columns = np.concatenate([destinations, np.array(nodes, dtype=np.intp)])
        graph = Graph.of(today.frame.size, today.tail, today.head)
        base = np.stack([distances(graph, today.cost[s], rows, columns) for s in range(len(CLASSES))])
        at = {node: P + i for i, node in enumerate(nodes)}
        # the dearest to apply comes first and is applied least often: every arc looks at all rows, and
        # rewrites those it shortens
        effort = dict.fromkeys(players, 0)
        for a in added:
            shorter = (
                base[:, :, at[a.arc.tail]] + np.array(a.arc.cost, dtype=np.int64)[:, None]
                < base[:, :, at[a.arc.head]]
            )
            for member in a.members:
                effort[member] += len(rows) + int(shorter.sum()) * len(rows) // 8
        order = tuple(sorted(players, key=lambda p: (-effort[p], p)))
        rank = {p: k for k, p in enumerate(order)}
        last = [max(rank[p] for p in a.members) for a in added]
        latest: dict[int, int] = {}
        for a, k in zip(added, last, strict=True):
            for node in (a.arc.tail, a.arc.head):
                latest[node] = max(latest.get(node, -1), k)
        terminals = sorted(latest, key=lambda node: (-latest[node], node))
        sorted_ends = np.concatenate(
            [np.arange(P), np.array([at[node] for node in terminals], dtype=np.intp)]
        ).astype(np.intp)
        base = np.ascontiguousarray(base[:, sorted_ends[:, None], sorted_ends[None, :]])
        rows, columns = rows[sorted_ends], columns[sorted_ends]
        at = {node: P + i for i, node in enumerate(terminals)}
        steps: list[list[tuple[frozenset[str], int, int, NDArray[np.int32]]]] = [[] for _ in order]
        weights: list[list[NDArray[np.int64]]] = [[] for _ in order]
        for a, k in zip(added, last, strict=True):
            cost = np.array(a.arc.cost, dtype=np.int32)
            steps[k].append((a.members - {order[k]}, at[a.arc.tail], at[a.arc.head], cost))
            weights[k].append(np.array(a.arc.weight, dtype=np.int64))
        ends = tuple(P + sum(latest[n] >= k for n in terminals) for k in range(len(order) + 1))
        done_steps, done_weights = tuple(tuple(step) for step in steps), tuple(tuple(w) for w in weights)
        return cls(players, order, P, base, ends, done_steps, done_weights, today, rows, columns)

    @cached_property
    def _sums(self) -> NDArray[np.int64]:
        """Cost, hours, dollars and km today between the zones and ends, shape (classes, N, N, 4)."""
        graph = Graph.of(self.today.frame.size, self.today.tail, self.today.head)
        return np.stack(
            [sums_along(graph, self.today.weight[s], self.rows, self.columns) for s in range(len(CLASSES))]
        )

    def skim(self, delivered: frozenset[str]) -> Skim:
        """Cost, hours, dollars and km between zones along the best paths, with a set of players delivered."""
        D = self._sums.copy()
        for k, name in enumerate(self.order):
            if name in delivered:
                for (others, a, b, _), weight in zip(self.steps[k], self.weights[k], strict=True):
                    if others <= delivered:
                        _update_sums(D, a, b, weight)
        return as_skim(D[:, : self.zones, : self.zones])

    def chain(self, order: Sequence[str]) -> Iterator[NDArray[np.int32]]:
        """Cost matrices as the players of ``order`` are delivered one after the other, each from the one
        before it."""
        of: dict[str, list[tuple[frozenset[str], int, int, NDArray[np.int32]]]] = {
            p: [] for p in self.players
        }
        for k, name in enumerate(self.order):
            for others, a, b, cost in self.steps[k]:
                members = others | {name}
                for member in members:
                    of[member].append((members, a, b, cost))
        D = self.base.copy()
        delivered: set[str] = set()
        for name in order:
            delivered.add(name)
            for members, a, b, cost in of[name]:
                if members <= delivered:
                    _update(D, a, b, cost)
            yield np.ascontiguousarray(D[:, : self.zones, : self.zones])

    def reach(self) -> dict[str, NDArray[np.bool_]]:
        """Pairs of zones (zones, zones) that each player may bring nearer, whatever else is delivered, for
        any cargo class.

        Sound, not tight: with all players delivered D* bounds every D(S) from below, and today's D bounds it
        from above, so an arc a -> b with D*[x, a] + c + D*[b, y] >= D[x, y] for all zones x, y never
        shortens anything.
        """
        best = self.base.copy()
        for steps in self.steps:
            for _, a, b, cost in steps:
                _update(best, a, b, cost)
        P = self.zones
        answer = {p: np.zeros((P, P), dtype=np.bool_) for p in self.players}
        for k, name in enumerate(self.order):
            for others, a, b, cost in self.steps[k]:
                for s in range(len(CLASSES)):
                    to, on = best[s, :P, a].astype(np.int64), best[s, b, :P].astype(np.int64)
                    through = to[:, None] + int(cost[s]) + on[None, :]
                    reached = (to < UNREACHABLE)[:, None] & (on < UNREACHABLE)[None, :]
                    nearer = reached & (through < self.base[s, :P, :P])
                    for member in others | {name}:
                        answer[member] |= nearer
        return answer

    def cost(self, delivered: frozenset[str]) -> NDArray[np.int32]:
        """Cost matrices between zones, shape (classes, zones, zones), with a set of players delivered."""
        D = self.base.copy()
        for k, name in enumerate(self.order):
            if name in delivered:
                self._apply(D, k, delivered)
        return np.ascontiguousarray(D[:, : self.zones, : self.zones])

    def every(self) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """(mask, cost) of all 2^K sets, player k of ``players`` as bit k; the array is new for each set."""
        bit = {p: 1 << k for k, p in enumerate(self.players)}
        P = self.zones
        stack: list[tuple[int, frozenset[str], NDArray[np.int32]]] = [(0, frozenset(), self.base)]
        while stack:
            k, delivered, D = stack.pop()
            if k == len(self.order):
                continue
            # without order[k]: the same matrices, seen again deeper down
            stack.append((k + 1, delivered, D))
            with_k = delivered | {self.order[k]}
            need = self.ends[k]
            child = np.ascontiguousarray(D[:, :need, :need])
            child = child if child is not D and child.base is None else child.copy()
            self._apply(child, k, with_k)
            stack.append((k + 1, with_k, child))
            yield sum(bit[p] for p in with_k), np.ascontiguousarray(child[:, :P, :P])
        yield 0, np.ascontiguousarray(self.base[:, :P, :P])

    def fingerprints(
        self, chunk: int = 1024
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]]:
        """All 2^K sets, a chunk at a time: masks of ``players``, fingerprints (sets, 2), new matrices, which
        set each is of.

        Equal matrices have equal fingerprints; unequal ones differ but for a chance of about 2^(2K - 129).
        Matrices, shape (new, classes, zones, zones), come only for sets that are not known to equal their
        parent.
        """
        K = len(self.order)
        rank = {p: k for k, p in enumerate(self.order)}
        flat = [(k, step) for k, steps in enumerate(self.steps) for step in steps]
        first = np.zeros(K + 1, dtype=np.int64)
        for k, _ in flat:
            first[k + 1] += 1
        first = np.cumsum(first)
        others = np.array([sum(1 << rank[m] for m in step[0]) for _, step in flat], dtype=np.int64)
        ends = np.array([[step[1], step[2]] for _, step in flat], dtype=np.int64).reshape(-1, 2)
        cost = np.array([step[3] for _, step in flat], dtype=np.int32).reshape(-1, len(CLASSES))
        need = np.array([*self.ends[:K], self.zones], dtype=np.int64)
        size = self.base.shape[1]
        bits = np.array([1 << self.players.index(p) for p in self.order], dtype=np.int64)

        def begin() -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint64]]:
            # one matrix a level and today's as the last; flat rows, so that a level uses only as much as it
            # needs
            stack = np.empty((K + 1, len(CLASSES), size, size), dtype=np.int32)
            stack[K] = self.base
            known = np.zeros((K + 1, 2), dtype=np.uint64)
            _fingerprint(stack[K], self.zones, known[K])
            return stack, np.full(K + 1, K, dtype=np.int64), known

        def some(state: tuple[Any, ...], lo: int, hi: int) -> tuple[Any, ...]:
            out = np.empty((hi - lo, 2), dtype=np.uint64)
            new = np.empty((hi - lo, len(CLASSES), self.zones, self.zones), dtype=np.int32)
            whose = np.empty(hi - lo, dtype=np.int64)
            stack, at, known = state
            steps = _Steps(first, others, ends, cost, need)
            count = _walk(_State(stack, at, known), steps, self.zones, lo, hi, _Found(out, new, whose))
            leaves = np.arange(lo, hi, dtype=np.int64)
            masks = np.zeros(hi - lo, dtype=np.int64)
            for k in range(K):
                masks |= np.where(leaves >> (K - 1 - k) & 1, bits[k], 0)
            return masks, out, new[:count], whose[:count]

        # where the first digits change, a walk depends on nothing before it: such parts are walked side by
        # side
        parts = 2 if 8 * chunk <= (1 << K) and (os.cpu_count() or 1) > 1 else 1
        length = (1 << K) // parts
        states = [begin() for _ in range(parts)]
        with ThreadPoolExecutor(parts) as pool:
            for lo in range(0, length, chunk):
                hi = min(lo + chunk, length)
                yield from pool.map(
                    some,
                    states,
                    (lo + k * length for k in range(parts)),
                    (hi + k * length for k in range(parts)),
                )

    def _apply(self, D: NDArray[np.int32], k: int, delivered: frozenset[str]) -> None:
        for others, a, b, cost in self.steps[k]:
            if others <= delivered:
                _update(D, a, b, cost)


class _State(NamedTuple):
    """Of a walk: a matrix a level (and today's), which of them holds before each level, fingerprints."""

    stack: NDArray[np.int32]
    at: NDArray[np.int64]
    known: NDArray[np.uint64]


class _Steps(NamedTuple):
    """Added arcs, level by level from ``first``: other members (bits), ends, cost; rows a level needs."""

    first: NDArray[np.int64]
    others: NDArray[np.int64]
    ends: NDArray[np.int64]
    cost: NDArray[np.int32]
    need: NDArray[np.int64]


class _Found(NamedTuple):
    """Room for fingerprints, new matrices, and the sets that these are of."""

    out: NDArray[np.uint64]
    new: NDArray[np.int32]
    whose: NDArray[np.int64]


@kernel()
def _update(D: NDArray[np.int32], a: int, b: int, cost: NDArray[np.int32]) -> None:
    """Equation (1) in place. Only rows for which the arc shortens the path to its own head can change."""
    classes, n, _ = D.shape
    for s in range(classes):
        for x in range(n):
            if D[s, x, a] >= UNREACHABLE:
                continue
            through = D[s, x, a] + cost[s]
            if through < D[s, x, b]:
                for y in range(n):
                    if D[s, b, y] < UNREACHABLE and through + D[s, b, y] < D[s, x, y]:
                        D[s, x, y] = through + D[s, b, y]


@kernel(inline="always")
def _sooner(path, on, known):  # type: ignore[no-untyped-def]
    """Is the sum of the first two before the third, cost by cost, then hours, dollars and km?"""
    for f in range(4):
        if path[f] + on[f] != known[f]:
            return path[f] + on[f] < known[f]
    return False


@kernel()
def _update_sums(D, a, b, weight):  # type: ignore[no-untyped-def]
    """Equation (1) in the lexicographic order of cost, hours, dollars, km, in place."""
    classes, n = D.shape[0], D.shape[1]
    via, nothing = np.empty(4, dtype=np.int64), np.zeros(4, dtype=np.int64)
    for s in range(classes):
        for x in range(n):
            if D[s, x, a, 0] >= UNREACHABLE:
                continue
            for f in range(4):
                via[f] = D[s, x, a, f] + weight[s, f]
            if not _sooner(via, nothing, D[s, x, b]):
                continue
            for y in range(n):
                if D[s, b, y, 0] < UNREACHABLE and _sooner(via, D[s, b, y], D[s, x, y]):
                    for f in range(4):
                        D[s, x, y, f] = via[f] + D[s, b, y, f]


@kernel()
def _fingerprint(D, zones, out):  # type: ignore[no-untyped-def]
    """Two 64-bit fingerprints of the block of zones, by multiply and shift over its cells in order."""
    p1, p2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
    q1, q2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
    h1, h2 = np.uint64(0), np.uint64(0)
    for s in range(D.shape[0]):
        a1, b1, a2, b2 = p1, p2, q1, q2  # independent chains keep the multiplier busy
        for x in range(zones):
            for y in range(zones):
                v = np.uint64(D[s, x, y])
                if y & 1:
                    a1 = (a1 ^ v) * p1
                    a1 ^= a1 >> np.uint64(29)
                    b1 = (b1 + v) * q1
                    b1 ^= b1 >> np.uint64(32)
                else:
                    a2 = (a2 ^ v) * p2
                    a2 ^= a2 >> np.uint64(29)
                    b2 = (b2 + v) * q2
                    b2 ^= b2 >> np.uint64(32)
        h1 = ((h1 ^ a1) * p2 ^ a2) * q1
        h2 = ((h2 ^ b1) * q2 ^ b2) * p1
    out[0], out[1] = h1, h2


@kernel()
def _walk(state, steps, zones, lo, hi, found):  # type: ignore[no-untyped-def]
    """Sets ``lo`` to ``hi`` by counting in binary, the first commitment as the highest digit; the state stays
    in the arrays.

    ``at[level]`` is the matrix in the stack before ``level`` is decided, ``known`` the fingerprint of each.
    Returns how many matrices were written to ``new``.
    """
    stack, at, known = state
    first, others, ends, cost, need = steps
    out, new, whose = found
    K = len(at) - 1
    classes = stack.shape[1]
    count = 0
    for leaf in range(lo, hi):
        fresh = leaf == 0
        now = at[0] if leaf == 0 else 0
        if leaf:
            level = K - 1
            while (leaf - 1) >> (K - 1 - level) & 1:
                level -= 1
            applied = 0
            for k in range(level):
                applied |= ((leaf >> (K - 1 - k)) & 1) << k
            now = parent = at[level]
            used, keep = need[level], need[level + 1]
            for step in range(first[level], first[level + 1]):
                if others[step] & applied != others[step]:
                    continue
                a, b = ends[step, 0], ends[step, 1]
                for s in range(classes):
                    c = cost[step, s]
                    for x in range(used):
                        through = stack[now, s, x, a]
                        if through >= UNREACHABLE:
                            continue
                        through += c
                        if through >= stack[now, s, x, b]:
                            continue
                        if (
                            now != level
                        ):  # the first path that gets shorter: from here on this level has its own matrix
                            for t in range(classes):
                                for u in range(used):
                                    for v in range(used):
                                        stack[level, t, u, v] = stack[now, t, u, v]
                            now = level
                        for y in range(used):
                            rest = stack[now, s, b, y]
                            if rest < UNREACHABLE and through + rest < stack[now, s, x, y]:
                                stack[now, s, x, y] = through + rest
                                if x < keep and y < keep:
                                    fresh = True
            if fresh:
                _fingerprint(stack[now], zones, known[now])
            else:
                now = parent  # only paths to its own ends got shorter, and nobody needs them any more
            for k in range(level + 1, K + 1):
                at[k] = now
        out[leaf - lo, 0], out[leaf - lo, 1] = known[now, 0], known[now, 1]
        if fresh or leaf == lo:
            for s in range(classes):
                for x in range(zones):
                    for y in range(zones):
                        new[count, s, x, y] = stack[now, s, x, y]
            whose[count] = leaf - lo
            count += 1
    return count
