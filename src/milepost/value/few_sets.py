r"""The gains of trade costs of a few sets of commitments, and what is gathered along their paths, without
what only other sets would ask for.

A walk over all sets (:mod:`milepost.value.all_sets`) keeps every end of an added arc that any later set may
need, for all shipment types at once. Who asks for fifty sets needs less. The sets are put into a tree, each
below the largest of the others that is part of it, and below it only the arcs are put in that the one has
and the other has not:

    (1)  D_S = D_parent, then (1) of :mod:`milepost.network.overlay` for each of these arcs,

between zones and those ends alone that the set itself, or one below it, puts an arc at. One shipment type
follows the other, so that what is worked on stays in the nearest memory of the processor.

A path is told by the same rule backwards: a key that the parent has too is the parent's path; else it runs
over one of the arcs a -> b put in here, D[x, a] + c + D[b, y] being its key, and both ends of it are told in
the same manner. Vectors are whole numbers, so the path has the same one whatever it is put together from.
Sums over types, zones and classes are made in the order of the walk: the bits are the walk's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.overlay import Overlay
from milepost.network.traced import LAST, PER_T, SHIFT, Traced
from milepost.trade.costs import Hats, term
from milepost.value.all_sets import Piece
from milepost.value.gathered import INDEX, in_all, traffic

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WITH_ANOTHER = -2  # the path of a type that an earlier one takes in the same set
MOST_BYTES = 1 << 28  # for the matrices of a type, or the keys of a class
MOST_AT_ONCE = 256  # sets of one tree: each is compared with all others


class _Tree(NamedTuple):
    """The sets, each after its parent; the first is the empty one. ``size`` is how many positions a set
    keeps, the zones first, ``begin`` where its matrix stands, ``position_first`` where its list begins in
    ``position``, each by its number in the parent (in the overlay for the first set). Arcs put in: from
    ``first`` on, ``step``, and their ends by position."""

    parent: Ints
    size: Ints
    begin: Ints
    position_first: Ints
    position: Ints
    first: Ints
    step: Ints
    ends: Ints


class _Class(NamedTuple):
    """Of one class of cargo: keys (sets, types, zones · zones) and numbers of paths likewise, vectors of
    paths (paths, columns), and whether a pair of zones differs from the parent's for any type (sets,
    pairs)."""

    keys: Ints
    path: NDArray[np.int32]
    vectors: Ints
    changed: NDArray[np.bool_]


class _Evaluated(NamedTuple):
    """Which entry each set has for each pair of zones (classes, sets, pairs); by entry means (entries,
    elasticities) and terms of A (entries, sectors, columns). Entries of a class begin at ``begin``."""

    entry: NDArray[np.int32]
    means: Floats
    terms: Ints


class _Net(NamedTuple):
    """What is traced: keys and vectors of today's paths and of added arcs, for the rows of a class."""

    key: Ints
    segment: NDArray[np.int32]
    step_key: Ints
    first: Ints
    column: NDArray[np.int32]
    amount: Ints
    step_first: Ints
    step_column: NDArray[np.int32]
    step_amount: Ints


def few_sets(overlay: Overlay, hats: Hats, traced: Traced, sets: Sequence[frozenset[str]]) -> Piece | None:
    """Gains, and what is gathered, of sets in the order asked, without fingerprints; None where that takes
    too much room."""
    order = list(dict.fromkeys([frozenset[str](), *sorted(sets, key=len)]))
    tree = _tree(overlay, order)
    P, types = overlay.zones, len(overlay.base) // len(hats.costs[0].weights.value)
    if 8 * int(tree.begin[-1]) > MOST_BYTES or 12 * len(order) * types * P * P > MOST_BYTES:
        return None
    found = _evaluated(overlay, hats, traced, tree, types)
    costs = hats.costs[0]
    n = costs.countries
    zones, start = costs.by_country()
    shares, (_, _, which) = hats.class_shares(), hats.means()
    shape = (len(order), len(which), n, n)
    gains = np.zeros(shape)
    totals_of = np.full((len(order), n * n), -1, dtype=np.int32)
    trade = costs.weights.share, shares, which, start, zones
    totals = _summed(found, tree.parent, trade, gains, totals_of, traced.columns)
    at = [order.index(s) for s in sets]
    masks = np.array([sum(1 << overlay.players.index(p) for p in s) for s in sets], dtype=np.int64)
    none, which_of = np.empty((0, 2), dtype=np.uint64), np.arange(len(at))
    return Piece(masks, none, gains[at], which_of, totals, totals_of[at])


def some_at_once(
    sets: Sequence[frozenset[str]], bytes_of_a_set: int, most_bytes: int = MOST_BYTES
) -> list[list[frozenset[str]]]:
    """Sets in groups for which there is room, each of sets that have much in common: in the order of a
    dictionary whose first letter is the commitment that most of them hold. Groups of timetables that run
    alike hold whole chains."""
    held = Counter(name for one in sets for name in one)
    rank = {name: k for k, name in enumerate(sorted(held, key=lambda name: (-held[name], name)))}
    order = sorted(dict.fromkeys(sets), key=lambda one: sorted(rank[name] for name in one))
    size = max(1, min(MOST_AT_ONCE, most_bytes // max(1, bytes_of_a_set)))
    return [order[k : k + size] for k in range(0, len(order), size)]


def bytes_of_a_set(overlay: Overlay, hats: Hats) -> int:
    """What a set takes in a tree at the most: its matrix, or its keys and paths."""
    types = len(overlay.base) // len(hats.costs[0].weights.value)
    return max(8 * int(overlay.base.shape[1]) ** 2, 12 * types * overlay.zones**2)


def _tree(overlay: Overlay, order: Sequence[frozenset[str]]) -> _Tree:
    """The tree of sets, parents first."""
    flat = [
        (others | {name}, a, b)
        for name, steps in zip(overlay.order, overlay.steps, strict=True)
        for others, a, b, _ in steps
    ]
    parent = [0]
    for k, one in enumerate(order[1:], 1):
        parts = [j for j in range(k) if order[j] < one]
        parent.append(max(parts, key=lambda j: (len(order[j]), -j)))
    own = [
        [e for e, (members, _, _) in enumerate(flat) if members <= one and not members <= order[parent[k]]]
        if k
        else []
        for k, one in enumerate(order)
    ]
    needed = [{position for e in mine for position in flat[e][1:]} for mine in own]
    for k in range(len(order) - 1, 0, -1):
        needed[parent[k]] |= needed[k]
    zones = list(range(overlay.zones))
    positions = [zones + sorted(some - set(zones)) for some in needed]
    at = [{position: k for k, position in enumerate(some)} for some in positions]
    sizes = np.array([len(some) for some in positions], dtype=np.int64)
    return _Tree(
        parent=np.array(parent, dtype=np.int64),
        size=sizes,
        begin=np.concatenate([[0], np.cumsum(sizes**2)]).astype(np.int64),
        position_first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        position=np.array(
            [at[parent[k]][p] if k else p for k, some in enumerate(positions) for p in some], dtype=np.int64
        ),
        first=np.concatenate([[0], np.cumsum([len(mine) for mine in own])]).astype(np.int64),
        step=np.array([e for mine in own for e in mine], dtype=np.int64),
        ends=np.array(
            [[at[k][flat[e][1]], at[k][flat[e][2]]] for k, mine in enumerate(own) for e in mine],
            dtype=np.int64,
        ).reshape(-1, 2),
    )


def _evaluated(overlay: Overlay, hats: Hats, traced: Traced, tree: _Tree, types: int) -> _Evaluated:
    """Means and terms of every set, a class after the other."""
    costs, (theta, fob, which) = hats.costs[0], hats.means()
    shares, weights, P = hats.class_shares(), costs.weights, overlay.zones
    entry, means, terms, count = [], [], [], 0
    a, b = traced.segments, traced.step_vectors
    arcs = (a.first, a.column, a.amount, b.first, b.column, b.amount)
    for s in range(len(weights.value)):
        rows = slice(s * types, (s + 1) * types)
        net = _Net(
            traced.key[rows], traced.segment[rows], np.ascontiguousarray(traced.step_key[:, rows]), *arcs
        )
        apart = (costs.country[:, None] != costs.country[None, :]).ravel()
        one = _keys(net, tree, (s, len(weights.value), P, traced.columns), apart)
        today = np.ascontiguousarray(costs.today[rows]).reshape(types, P * P)
        some = _entries(one, tree.parent, today, (theta, fob, which, weights, shares), s, apart)
        entry.append(np.where(some[0] >= 0, some[0] + count, -1).astype(np.int32))
        means.append(some[1])
        terms.append(some[2])
        count += len(some[1])
    return _Evaluated(np.stack(entry), np.concatenate(means), np.concatenate(terms))


@kernel()
def _put_in(D, tree, node, cost, t, onward):  # type: ignore[no-untyped-def]
    """The matrix of a set, from its parent's, for one shipment type."""
    n, at, up = tree.size[node], tree.begin[node], tree.begin[tree.parent[node]]
    m, position = tree.size[tree.parent[node]], tree.position_first[node]
    for x in range(n):
        row, above = INDEX(at + x * n), up + tree.position[position + x] * m
        for y in range(INDEX(n)):
            D[row + y] = D[INDEX(above + tree.position[INDEX(position) + y])]
    for e in range(tree.first[node], tree.first[node + 1]):
        a, b, c = tree.ends[e, 0], tree.ends[e, 1], cost[tree.step[e], t]
        back = INDEX(at + b * n)
        for y in range(INDEX(n)):
            onward[y] = D[back + y]
        for x in range(n):
            row = INDEX(at + x * n)
            through = D[row + INDEX(a)] + c
            if through < D[row + INDEX(b)]:
                for y in range(INDEX(n)):
                    D[row + y] = min(D[row + y], through + onward[y])


@kernel(inline="always")
def _told(D, tree, net, kind, at_pair, told, todo):  # type: ignore[no-untyped-def]
    """Add the vectors of the pieces of one path (set, from, to, type) to a row of vectors. No view of an
    array, and no call: each one would be counted, which takes longer than what it is for."""
    s, classes = kind
    (vectors, mine), (node, x, y, t) = told, at_pair
    todo[0, 0], todo[0, 1], todo[0, 2] = node, x, y
    left = 1
    while left:
        left -= 1
        node, u, v = todo[left, 0], todo[left, 1], todo[left, 2]
        key = D[tree.begin[node] + u * tree.size[node] + v]
        step = -1
        while node:
            up, position = tree.parent[node], tree.position_first[node]
            above, beyond = tree.position[position + u], tree.position[position + v]
            if D[tree.begin[up] + above * tree.size[up] + beyond] != key:
                break
            node, u, v = up, above, beyond
        if node == 0:
            k = net.segment[t, tree.position[u], tree.position[v]]
            if k >= 0:
                for e in range(net.first[k], net.first[k + 1]):
                    vectors[mine, net.column[e]] += net.amount[e]
            continue
        at, n = tree.begin[node], tree.size[node]
        for e in range(tree.first[node], tree.first[node + 1]):
            a, b, step = tree.ends[e, 0], tree.ends[e, 1], tree.step[e]
            if D[at + u * n + a] + net.step_key[step, t] + D[at + b * n + v] == key:
                break
        k = step * classes + s
        for m in range(net.step_first[k], net.step_first[k + 1]):
            vectors[mine, net.step_column[m]] += net.step_amount[m]
        todo[left, 0], todo[left, 1], todo[left, 2] = node, u, a
        todo[left + 1, 0], todo[left + 1, 1], todo[left + 1, 2] = node, b, v
        left += 2


@kernel()
def _keys(net, tree, kind, apart):  # type: ignore[no-untyped-def]
    """Keys and paths between zones of a class in every set, a shipment type after the other."""
    s, classes, P, columns = kind
    types, nodes = len(net.key), len(tree.parent)
    keys = np.empty((nodes, types, P * P), dtype=np.int64)
    path = np.full((nodes, types, P * P), -1, dtype=np.int32)
    changed = np.zeros((nodes, P * P), dtype=np.bool_)
    D, onward = np.empty(tree.begin[-1], dtype=np.int64), np.empty(tree.size[0], dtype=np.int64)
    vectors, count = np.zeros((16 * P * P, columns), dtype=np.int64), 0
    marks = np.empty(len(vectors), dtype=np.int64)  # whose cell a path is of
    todo = np.empty((len(tree.step) + len(tree.parent) + 4, 3), dtype=np.int64)
    spots, numbers = np.empty(1 << 16, dtype=np.int64), np.full(1 << 16, -1, dtype=np.int32)
    for t in range(types):
        for node in range(nodes):
            n, at, up = tree.size[node], tree.begin[node], tree.parent[node]
            if node:
                _put_in(D, tree, node, net.step_key, t, onward)
            else:
                for x in range(n):
                    for y in range(n):
                        D[at + x * n + y] = net.key[t, tree.position[x], tree.position[y]]
            if count + P * P > len(vectors):
                vectors = np.concatenate((vectors, np.zeros_like(vectors)))
                marks = np.concatenate((marks, marks))
            while 2 * (count + P * P) > len(spots):
                spots, numbers = _spread(spots, numbers, marks)
            for cell in range(P * P):
                x, y = cell // P, cell % P
                key = D[at + x * n + y]
                keys[node, t, cell] = key
                if not apart[cell]:
                    continue
                if node and keys[up, t, cell] == key:
                    path[node, t, cell] = path[up, t, cell]
                    # it may go alone now where one went with it before
                    if path[up, t, cell] != WITH_ANOTHER or not changed[node, cell]:
                        continue
                else:
                    changed[node, cell] = True
                if _goes_with(keys, node, cell, t):
                    path[node, t, cell] = WITH_ANOTHER
                    continue
                spot = _spot(key, cell, len(spots))
                while node and numbers[spot] >= 0 and (spots[spot] != key or marks[numbers[spot]] != cell):
                    spot = (spot + 1) & (len(spots) - 1)
                if node and numbers[spot] >= 0:
                    path[node, t, cell] = numbers[spot]
                    continue
                if node:  # today's paths have each a key of their own
                    spots[spot], numbers[spot] = key, count
                marks[count], path[node, t, cell] = cell, count
                _told(D, tree, net, (s, classes), (node, x, y, t), (vectors, count), todo)
                count += 1
    return _Class(keys, path, vectors[:count], changed)


@kernel(inline="always")
def _goes_with(keys, node, cell, t):  # type: ignore[no-untyped-def]
    """Does an earlier type take the same path in this set? Its key ends alike, and it counts both."""
    u = 0
    while u < t and (keys[node, u, cell] ^ keys[node, t, cell]) & LAST:
        u += 1
    return u < t


@kernel(inline="always")
def _spot(key, cell, room):  # type: ignore[no-untyped-def]
    mix = (np.uint64(key) + np.uint64(cell)) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(mix >> np.uint64(33)) & (room - 1)


@kernel()
def _spread(spots, numbers, marks):  # type: ignore[no-untyped-def]
    """A table of paths by key and cell, twice as wide."""
    room = 2 * len(spots)
    wide, which = np.empty(room, dtype=np.int64), np.full(room, -1, dtype=np.int32)
    for k in range(len(spots)):
        if numbers[k] >= 0:
            spot = _spot(spots[k], marks[numbers[k]], room)
            while which[spot] >= 0:
                spot = (spot + 1) & (room - 1)
            wide[spot], which[spot] = spots[k], numbers[k]
    return wide, which


@kernel()
def _entries(one, parent, today, trade, s, apart):  # type: ignore[no-untyped-def]
    """Which entry each set has for each pair of zones (-1 within a country), and by entry the means over
    types of (2) in :mod:`milepost.trade.costs` and the terms of A. Sets of the same keys share one."""
    theta, fob, which, weights, class_share = trade
    keys, path, vectors, changed = one
    nodes, types, cells = keys.shape
    P, columns = len(weights.country), vectors.shape[1]
    entry = np.full((nodes, cells), -1, dtype=np.int32)
    room = 2 * cells
    means, terms = np.empty((room, len(theta))), np.empty((room, len(which), columns), dtype=np.int64)
    whose, before = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    latest = np.full(cells, -1, dtype=np.int64)  # entry of each pair, and the one before it
    own, scale, into = np.empty(types, dtype=np.int64), np.empty(types), np.empty(columns)
    count = 0
    for node in range(nodes):
        for cell in range(cells):
            if not apart[cell]:
                continue
            if not changed[node, cell]:
                entry[node, cell] = entry[parent[node], cell]
                continue
            for t in range(types):
                own[t] = keys[node, t, cell]
            e = latest[cell]
            while e >= 0:
                same, t = True, 0
                while same and t < types:
                    same = keys[whose[e], t, cell] == own[t]
                    t += 1
                if same:
                    break
                e = before[e]
            if e < 0:
                if count == room:
                    means, terms = np.concatenate((means, means)), np.concatenate((terms, terms))
                    whose, before = np.concatenate((whose, whose)), np.concatenate((before, before))
                    room *= 2
                e = count
                count += 1
                whose[e], before[e], latest[cell] = node, latest[cell], e
                x, y = cell // P, cell % P
                i, j = weights.country[x], weights.country[y]
                v = weights.value[s, i, j]
                share = weights.share[0, s, x, j] * weights.share[1, s, y, i] * 2.0**50
                for q in range(len(theta)):
                    total = 0.0
                    for t in range(types):
                        was, now = today[t, cell], own[t] >> SHIFT
                        change = term(was, now, v, fob[q, i, j], weights.unit, weights.unreachable, theta[q])
                        total += change
                        scale[t] = (
                            traffic(was, now, v, fob[q, i, j], weights.unit, weights.unreachable, change)
                            / types
                        )
                    means[e, q] = total / types
                    into[:] = 0.0
                    for t in range(types):
                        many = in_all(own, 0, types, scale, t)
                        if many == 0.0:
                            continue
                        many *= PER_T
                        k = path[node, t, cell]
                        for c in range(columns):
                            into[c] += many * vectors[k, c]
                    for p in range(len(which)):
                        if which[p] == q:
                            part = share * class_share[p, s, i, j]
                            for c in range(columns):
                                terms[e, p, c] = np.int64(np.rint(part * into[c]))
            entry[node, cell] = e
    return entry, means[:count], terms[:count]


@kernel()
def _summed(found, parent, trade, gains, totals_of, columns):  # type: ignore[no-untyped-def]
    """Gains of pairs of countries into ``gains``, and the totals A that occur; a pair of which no cell
    differs from the parent's has the parent's."""
    share, class_share, which, first, zones = trade
    entry, means, terms = found
    sectors, classes, n, _ = class_share.shape
    P = len(zones)
    totals, rows = np.zeros((n * n + 1, sectors, columns), dtype=np.int64), 0
    for node in range(len(parent)):
        up = parent[node]
        for i in range(n):
            for j in range(n):
                if i == j:
                    continue
                same = node > 0
                for s in range(classes):
                    for a in range(first[i], first[i + 1]):
                        for b in range(first[j], first[j + 1]):
                            cell = zones[a] * P + zones[b]
                            same = same and entry[s, node, cell] == entry[s, up, cell]
                if same:
                    totals_of[node, i * n + j] = totals_of[up, i * n + j]
                    for p in range(sectors):
                        gains[node, p, i, j] = gains[up, p, i, j]
                    continue
                if rows == len(totals):
                    totals = np.concatenate((totals, np.zeros_like(totals)))
                for p in range(sectors):
                    q, gain = which[p], 0.0
                    for s in range(classes):
                        part = class_share[p, s, i, j]
                        for a in range(first[i], first[i + 1]):
                            o = zones[a]
                            for b in range(first[j], first[j + 1]):
                                d = zones[b]
                                e = entry[s, node, o * P + d]
                                change = means[e, q]
                                if change != 0.0:
                                    gain += share[0, s, o, j] * share[1, s, d, i] * part * change
                                for c in range(columns):
                                    totals[rows, p, c] += terms[e, p, c]
                    gains[node, p, i, j] = gain
                totals_of[node, i * n + j] = rows
                rows += 1
    return totals[:rows]
