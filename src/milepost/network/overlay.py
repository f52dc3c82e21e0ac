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

:mod:`milepost.value.all_sets` walks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.errors import MilepostError
from milepost.network.borders import Borders
from milepost.network.effects import changes, elements, is_valued, needs
from milepost.network.hierarchy import NONE, Hierarchy
from milepost.network.network import UNREACHABLE, Arc, ArcKey, Network, arcs, sums
from milepost.network.paths import Skim, as_skim
from milepost.network.rates import Rates, model_links
from milepost.network.reduced import Reduced
from milepost.network.restrictions import NO_RESTRICTIONS, Restrictions
from milepost.network.shipment_types import ShipmentTypes
from milepost.network.trees import as_costs, distances, sums_along
from milepost.records import Records

MOST_ON_ONE_ARC = 6


@dataclass(frozen=True)
class Addition:
    """A parallel arc that is present once all ``members`` are delivered; ``weight`` (rows, 4) holds its cost,
    hours, dollars and km for every shipment type."""

    members: frozenset[str]
    arc: Arc
    weight: NDArray[np.int64]


def additions(
    records: Records,
    players: tuple[str, ...],
    done: frozenset[str] = frozenset(),
    restricted: Restrictions = NO_RESTRICTIONS,
) -> tuple[Addition, ...]:
    """Arcs that sets of players add to today's network, in a fixed order.

    Raises ``MilepostError`` if more than six players change one and the same arc.
    """
    return _additions(records, players, Network.of(records, (), done, restricted), done, restricted)


def _additions(
    records: Records,
    players: tuple[str, ...],
    network: Network,
    done: frozenset[str],
    restricted: Restrictions,
) -> tuple[Addition, ...]:
    frame, types = network.frame, network.types
    rates = Rates(records, changes(records, frozenset(), done, restricted))
    today = {a.key: k for k, a in enumerate(network.arcs)}
    arcs_of = _Elements(records)
    found: list[Addition] = []
    best: dict[ArcKey, list[tuple[frozenset[str], list[list[int]]]]] = {}
    by_group: list[tuple[frozenset[str], Arc]] = []
    for group in _groups(records, players, arcs_of):
        changed = changes(records, group, done, restricted)
        # what the group does not touch is as today, and adds nothing
        parts = frozenset(part for element in changed.elements() for part in arcs_of(element))
        by_group.extend((group, arc) for arc in arcs(rates.under(changed), frame, parts))
    known = sorted({today[arc.key] for _, arc in by_group if arc.key in today})
    now = dict(zip(known, _weights(types, [network.arcs[k] for k in known]).tolist(), strict=True))
    for (group, arc), weight in zip(by_group, _weights(types, [arc for _, arc in by_group]), strict=True):
        key, mine = arc.key, weight.tolist()  # an arc of equal cost counts if it has fewer hours
        smaller = [w for members, w in best.get(key, []) if members < group]
        if key in today:
            smaller.append(now[today[key]])
        if mine in smaller or (
            smaller and all(min(w[r] for w in smaller) <= mine[r] for r in range(types.rows))
        ):
            continue
        best.setdefault(key, []).append((group, mine))
        found.append(Addition(group, arc, weight))
    return tuple(found)


def _weights(types: ShipmentTypes, found: Sequence[Arc]) -> NDArray[np.int64]:
    """Cost, hours, dollars and km of arcs, shape (arcs, rows, 4)."""
    cost = types.cost(found)[..., None].astype(np.int64)
    rest = np.repeat(sums(found), types.types, axis=0)
    return np.ascontiguousarray(np.concatenate([cost, rest], axis=2).transpose(1, 0, 2))


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
    (rows, N, N) with the zones first, then the ends of arcs, those needed longest first; a row is a shipment
    type of a cargo class.
    """

    players: tuple[str, ...]
    order: tuple[str, ...]
    zones: int
    base: NDArray[np.int32]
    ends: tuple[int, ...]  # rows still needed once the first k of ``order`` have been decided
    steps: tuple[tuple[tuple[frozenset[str], int, int, NDArray[np.int32]], ...], ...]
    weights: tuple[tuple[NDArray[np.int64], ...], ...]  # of the same arcs: cost, hours, dollars, km (rows, 4)
    arcs: tuple[tuple[Arc, ...], ...]  # the same arcs
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
        first: Sequence[str] = (),
    ) -> Overlay:
        """Search the network without the players once from every zone and every end of an added arc. Players
        of ``first`` come first in the order, for who asks for few sets, each of which begins like another."""
        today = Network.of(records, (), done, restricted)
        added = _additions(records, players, today, done, restricted)
        origins, destinations = today.frame.zone_ends()
        P = len(origins)
        nodes = sorted({node for a in added for node in (a.arc.tail, a.arc.head)})
        rows = np.concatenate([origins, np.array(nodes, dtype=np.intp)])
        columns = np.concatenate([destinations, np.array(nodes, dtype=np.intp)])
        base = _distances(today, rows, columns)
        at = {node: P + i for i, node in enumerate(nodes)}
        # the dearest to apply comes first and is applied least often: every arc looks at all rows, and
        # rewrites those it shortens
        effort = dict.fromkeys(players, 0)
        for a in added:
            shorter = base[:, :, at[a.arc.tail]] + a.weight[:, 0, None] < base[:, :, at[a.arc.head]]
            for member in a.members:
                effort[member] += len(rows) + int(shorter.sum()) * len(rows) // 8
        rank = {p: k for k, p in enumerate(first)}
        order = tuple(sorted(players, key=lambda p: (rank.get(p, len(rank)), -effort[p], p)))
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
        own: list[list[Arc]] = [[] for _ in order]
        for a, k in zip(added, last, strict=True):
            cost = np.ascontiguousarray(a.weight[:, 0], dtype=np.int32)
            steps[k].append((a.members - {order[k]}, at[a.arc.tail], at[a.arc.head], cost))
            weights[k].append(a.weight)
            own[k].append(a.arc)
        ends = tuple(P + sum(latest[n] >= k for n in terminals) for k in range(len(order) + 1))
        done_steps, done_weights = tuple(tuple(step) for step in steps), tuple(tuple(w) for w in weights)
        made = tuple(tuple(arcs) for arcs in own)
        return cls(players, order, P, base, ends, done_steps, done_weights, made, today, rows, columns)

    @cached_property
    def _sums(self) -> NDArray[np.int64]:
        """Cost, hours, dollars and km today between the zones and ends, shape (rows, N, N, 4)."""
        today = self.today
        less = Reduced.of(today.frame.size, today.tail, today.head, np.concatenate([self.rows, self.columns]))
        ends = less.at[self.rows], less.at[self.columns]
        return np.stack(
            [sums_along(less.graph, less.weight(today.weight(r)), *ends) for r in range(today.types.rows)]
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
        any shipment type.

        Sound, not tight: with all players delivered D* bounds every D(S) from below, and today's D bounds it
        from above, so an arc a -> b with D*[x, a] + c + D*[b, y] >= D[x, y] for all zones x, y never
        shortens anything.
        """
        best, P = self.best(), self.zones
        answer = {p: np.zeros((P, P), dtype=np.bool_) for p in self.players}
        for k, name in enumerate(self.order):
            for others, a, b, cost in self.steps[k]:
                for s in range(len(best)):
                    to, on = best[s, :P, a].astype(np.int64), best[s, b, :P].astype(np.int64)
                    through = to[:, None] + int(cost[s]) + on[None, :]
                    reached = (to < UNREACHABLE)[:, None] & (on < UNREACHABLE)[None, :]
                    nearer = reached & (through < self.base[s, :P, :P])
                    for member in others | {name}:
                        answer[member] |= nearer
        return answer

    def best(self) -> NDArray[np.int32]:
        """The distances (rows, N, N) with all players delivered."""
        best = self.base.copy()
        for steps in self.steps:
            for _, a, b, cost in steps:
                _update(best, a, b, cost)
        return best

    def cost(self, delivered: frozenset[str]) -> NDArray[np.int32]:
        """Cost matrices between zones, shape (rows, zones, zones), with a set of players delivered."""
        return np.ascontiguousarray(self.distances(delivered)[:, : self.zones, : self.zones])

    def distances(self, delivered: frozenset[str]) -> NDArray[np.int32]:
        """The same between zones and all ends of added arcs, shape (rows, N, N)."""
        D = self.base.copy()
        for k, name in enumerate(self.order):
            if name in delivered:
                self._apply(D, k, delivered)
        return D

    def costs(self, sets: Sequence[frozenset[str]]) -> list[NDArray[np.int32]]:
        """Cost matrices of several sets, as :meth:`cost` gives them one by one. Sets are halved until one is
        left, and what all of a half have in common is put in once: K sets that each lack one of K players
        take K log K steps instead of K squared, on matrices without the ends that nobody needs any more."""
        order = sorted(range(len(sets)), key=lambda k: [p in sets[k] for p in self.order], reverse=True)
        answer: list[NDArray[np.int32]] = [self.base] * len(sets)
        everyone = np.arange(self.base.shape[1], dtype=np.intp)
        nobody = frozenset[str]()
        stack = [(self.base, everyone, nobody, order)] if order else []
        while stack:
            D, held, applied, some = stack.pop()
            common = frozenset.intersection(*(sets[k] for k in some))
            wanted = self._ends_of(frozenset.union(*(sets[k] for k in some)), applied)
            keep = np.flatnonzero(np.isin(held, wanted))
            D, held = np.ascontiguousarray(D[:, keep[:, None], keep[None, :]]), held[keep]
            at = {end: k for k, end in enumerate(held.tolist())}
            for k, name in enumerate(self.order):
                for others, a, b, cost in self.steps[k] if name in common else ():
                    if others <= common and not (others | {name}) <= applied:
                        _update(D, at[a], at[b], cost)
            if len({sets[k] for k in some}) == 1:
                made = np.ascontiguousarray(D[:, : self.zones, : self.zones])
                for k in some:
                    answer[k] = made
                continue
            half = len(some) // 2
            stack += [(D, held, common, some[:half]), (D, held, common, some[half:])]
        return answer

    def _ends_of(self, players: frozenset[str], applied: frozenset[str]) -> list[int]:
        """The zones, and the ends of arcs that a set of players has besides those that are put in already."""
        ends = set(range(self.zones))
        for name, steps in zip(self.order, self.steps, strict=True):
            for others, a, b, _ in steps:
                members = others | {name}
                if members <= players and not members <= applied:
                    ends |= {a, b}
        return sorted(ends)

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

    def _apply(self, D: NDArray[np.int32], k: int, delivered: frozenset[str]) -> None:
        for others, a, b, cost in self.steps[k]:
            if others <= delivered:
                _update(D, a, b, cost)


def _distances(today: Network, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.int32]:
    """Costs of a network between nodes (types, rows, columns)."""
    hierarchy = Hierarchy.of(today.frame.size, today.tail, today.head)
    if hierarchy is not None:
        return as_costs(hierarchy.distances(today.cost, rows, columns), NONE)
    less = Reduced.of(today.frame.size, today.tail, today.head, np.concatenate([rows, columns]))
    ends = less.at[rows], less.at[columns]
    return np.stack([distances(less.graph, less.weight(cost), *ends) for cost in today.cost])


@kernel()
def _update(D: NDArray[np.int32], a: int, b: int, cost: NDArray[np.int32]) -> None:
    """Equation (1) in place. Only rows for which the arc shortens the path to its own head can change; what
    is out of reach is at least UNREACHABLE by any way on, so it never gets shorter."""
    classes, n, _ = D.shape
    for s in range(classes):
        onward = D[s, b]
        for x in range(n):
            if D[s, x, a] >= UNREACHABLE:
                continue
            through = np.int32(D[s, x, a] + cost[s])
            if through < D[s, x, b]:
                here = D[s, x]
                for y in range(n):
                    here[y] = min(here[y], np.int32(through + onward[y]))


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
