r"""The gains of trade costs of all 2^K sets of commitments: by tables of what matters to each pair of zones
(:mod:`milepost.value.cell_tables`) and countries (:mod:`milepost.value.pair_tables`); and one set after the
other by a walk that touches only what changes, for single sets and where tables would be too large.

The walk visits sets by counting in binary, the commitment of most work as the highest digit, so each one
follows from a set without its last commitment, and commitments are only ever added: the update of
:mod:`milepost.network.overlay`, for all shipment types of a cargo class at once. Nothing is done twice:

* a row of a matrix (all paths from one place) is copied when a path of it gets shorter, never before;
* of the mean over types in (2) of :mod:`milepost.trade.costs` a pair of zones is worked out anew when its
  cost changes, and the gain of a pair of countries when one of its means does, always in the same order, so
  that the bits are those of the whole sum;
* equal gains have equal values. Each set's gains have a fingerprint (:mod:`milepost.value.fingerprints`), so
  it follows from its parent's by the cells that changed.

Cost matrices never leave here: trade asks for nothing but their gains. Where something is gathered along
paths (:mod:`milepost.value.gathered`), all is by keys of paths instead of costs, which are their higher bits,
and a set is known by that, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.overlay import Overlay
from milepost.network.traced import SHIFT, Traced
from milepost.trade.costs import Hats, Weights, term
from milepost.value.fingerprints import gathered_cell, mixed, mixed_cell
from milepost.value.gathered import INDEX, Gathered, Paths, add_paths, traffic
from milepost.value.pair_tables import MOST_BYTES, PairTables, Parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 4096  # sets that are walked before their values are asked for
ROOM_BYTES = 1 << 26  # for their gains, in each thread
MOST_THREADS = 8
REMEMBERED = 64  # means remembered for each pair of zones at most: powers are what a set costs most
REMEMBERED_BYTES = 1 << 28  # in each thread


@dataclass(frozen=True)
class Piece:
    """Some sets: masks of the players, fingerprints of their gains (sets, 2), the gains that occur among them
    (gains, sectors, countries, countries), and which of these each set has. Where something is gathered, also
    the ``totals`` A of pairs of countries that occur (rows, sectors, columns), and which of them the gains
    have, ``totals_of`` (gains, pairs), -1 for nothing."""

    masks: Ints
    fingerprints: NDArray[np.uint64]
    gains: Floats
    which: Ints
    totals: Ints | None = None
    totals_of: NDArray[np.int32] | None = None


class Seen:
    """Keys of sets that were met before: fingerprint and duties, in a table by open addressing."""

    def __init__(self, players: int) -> None:
        size = 1 << (players + 1)
        self._keys = np.zeros((size, 3), dtype=np.uint64)
        self._first = np.full(size, -1, dtype=np.int64)

    def first(self, piece: Piece, duties: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """For each set the mask of the first one with its key, and whether it is that one itself."""
        first = np.empty(len(piece.masks), dtype=np.int64)
        fresh = np.zeros(len(piece.masks), dtype=np.bool_)
        duty = duties.astype(np.uint64)
        _meet(self._keys, self._first, piece.fingerprints, duty, piece.masks, first, fresh)
        return first, fresh


def pieces(
    overlay: Overlay,
    hats: Hats,
    at_once: int | None = None,
    traced: Traced | None = None,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Piece]:
    """All 2^K sets, piece by piece, on all cores; with ``traced`` also what is gathered along paths. By
    tables if those take no more than ``most_bytes``, else by the walk, to the same bits."""
    walk = Walk(overlay, hats, traced)
    sectors, n = len(hats.costs), hats.costs[0].countries
    room = ROOM_BYTES // (8 * sectors * n * n * (1 + walk.paths.columns // 8))
    chunk = at_once or max(16, min(AT_ONCE, room))
    parts = 1
    while parts < min(os.cpu_count() or 1, MOST_THREADS) and 8 * chunk * 2 * parts <= (1 << walk.players):
        parts *= 2
    length = (1 << walk.players) // parts
    tables = PairTables.of(walk.parts(), most_bytes)
    with ThreadPoolExecutor(parts) as pool:
        if tables is not None:
            for lo in range(0, length, chunk):
                hi = min(lo + chunk, length)
                bounds = [(tables, lo + k * length, hi + k * length) for k in range(parts)]
                yield from pool.map(lambda span: walk.looked_up(*span), bounds)
            return
        states = list(pool.map(walk.begin, (k * length for k in range(parts))))
        for lo in range(0, length, chunk):
            hi = min(lo + chunk, length)
            spans = [(state, lo + k * length, hi + k * length) for k, state in enumerate(states)]
            yield from pool.map(lambda span: walk.some(*span), spans)


class _Steps(NamedTuple):
    """Added arcs, level by level from ``first``: other members (bits), ends, cost (steps, classes, types);
    rows a level needs, and where its own rows begin; ``free``: no later one's arc needs this commitment;
    ``rows`` and ``columns``, arc by arc and class by class, in which an arc may ever shorten anything."""

    first: Ints
    others: Ints
    ends: Ints
    cost: NDArray[Any]
    need: Ints
    begin: Ints
    free: NDArray[np.bool_]
    row_first: Ints
    rows: Ints
    column_first: Ints
    columns: Ints


class _Trade(NamedTuple):
    """Today's costs (classes, zones, zones · types), weights, elasticities and what is valued fob under each,
    which of these each sector has, shares of classes by sector, the zones of each country."""

    today: NDArray[np.int32]
    weights: Weights
    theta: Floats
    fob: NDArray[np.bool_]
    which: Ints
    class_share: Floats
    first: Ints
    zones: Ints


class _State(NamedTuple):
    """Of a walk. A *level* is the state once its commitment is decided; the last one is the start.

    ``cost`` holds rows of matrices one after the other, and ``row`` (levels, classes, places) where each one
    of a level begins; ``mean`` (levels, elasticities, classes, zones, zones) and ``mean_at`` (levels,
    classes, zones) which level holds a row of them; ``gain`` and ``bits`` (the same as integers), ``known``
    (fingerprints) and ``gain_at`` likewise. ``at``: which level holds before a level is decided. ``tried``
    (pairs of zones, spots, types) and ``means`` (pairs, spots, elasticities): costs met before, and
    their means.
    """

    cost: NDArray[Any]
    row: Ints
    mean: Floats
    mean_at: Ints
    gain: Floats
    bits: NDArray[np.uint64]
    known: NDArray[np.uint64]
    gain_at: Ints
    at: Ints
    tried: NDArray[Any]
    means: Floats
    paths: Gathered


class _Found(NamedTuple):
    """Room for fingerprints, gains, and which gains each set has; for what is gathered, and which of it."""

    fingerprints: NDArray[np.uint64]
    gains: Floats
    which: Ints
    totals: Ints
    totals_of: NDArray[np.int32]


class Walk:
    """What no set changes, and how to begin and go on."""

    def __init__(self, overlay: Overlay, hats: Hats, traced: Traced | None = None) -> None:
        K = self.players = len(overlay.order)
        rank = {p: k for k, p in enumerate(overlay.order)}
        weights = hats.costs[0].weights
        classes = self.classes = len(weights.value)
        types = self.types = len(overlay.base) // classes
        self.zones = overlay.zones
        self.size = overlay.base.shape[1]
        flat = [(k, step) for k, steps in enumerate(overlay.steps) for step in steps]
        first = np.zeros(K + 1, dtype=np.int64)
        for k, _ in flat:
            first[k + 1] += 1
        others = np.array([sum(1 << rank[m] for m in step[0]) for _, step in flat], dtype=np.int64)
        ends = np.array([[step[1], step[2]] for _, step in flat], dtype=np.int64).reshape(-1, 2)
        plain = np.array([step[3] for _, step in flat], dtype=np.int32)
        self.shift = 0 if traced is None else SHIFT
        cost = (plain.astype(np.int64) if traced is None else traced.step_key).reshape(-1, classes, types)
        need = np.array([*overlay.ends[:K], overlay.zones], dtype=np.int64)
        rows = np.concatenate([classes * types * need[:K] ** 2, [classes * types * self.size**2]])
        self.begins = np.concatenate([[0], np.cumsum(rows)])
        free = np.array([not (others >> k & 1).any() for k in range(K)], dtype=np.bool_)
        where = self._useful(overlay, ends, plain.reshape(-1, classes * types))
        self.steps = _Steps(np.cumsum(first), others, ends, cost, need, self.begins[:-1], free, *where)
        self.base = self._innermost(overlay.base.astype(np.int64) if traced is None else traced.key)
        self.paths = self._paths_of(traced)
        theta, fob, which = hats.means()
        zones, start = hats.costs[0].by_country()
        today = self._innermost(hats.costs[0].today)
        self.trade = _Trade(today, weights, theta, fob, which, hats.class_shares(), start, zones)
        each = self.types * self.base.itemsize + 8 * (len(theta) + (len(which) + 1) * self.paths.columns)
        self.spots = REMEMBERED  # a power of two
        while self.spots > 1 and classes * self.zones**2 * self.spots * each > REMEMBERED_BYTES:
            self.spots //= 2
        self.bits = np.array([1 << overlay.players.index(p) for p in overlay.order], dtype=np.int64)
        # of a state that is asked for single sets: by level what was there before it, and who holds it
        self._stands: tuple[_State | None, dict[int, tuple[int, int]]] = (None, {})

    def parts(self) -> Parts:
        """What tables are made of."""
        return Parts(self.base, self.steps, self.trade, self.paths, self.types, self.shift)

    def _useful(
        self, overlay: Overlay, ends: Ints, price: NDArray[np.int32]
    ) -> tuple[Ints, Ints, Ints, Ints]:
        """Rows and columns of each added arc: where each list begins, and the lists, for both."""
        best, shape = overlay.best(), (len(ends), self.classes, self.size)
        rows, columns = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        for k in range(len(ends)):
            _useful(overlay.base, best, self.types, (ends[k, 0], ends[k, 1]), price[k], rows[k], columns[k])
        lists: list[Ints] = []
        for marked in (rows, columns):
            counts = marked.reshape(-1, self.size).sum(axis=1)
            lists.append(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
            lists.append(np.nonzero(marked)[2].astype(np.int64))
        return lists[0], lists[1], lists[2], lists[3]

    def _paths_of(self, traced: Traced | None) -> Paths:
        """What is gathered along the start's paths and the added arcs."""
        if traced is None:
            none, whole = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int64)
            column = np.empty(0, dtype=np.int32)
            return Paths(0, column, 0, none, column, whole, none, column, whole)
        a, b = traced.segments, traced.step_vectors
        segment = self._innermost(traced.segment).ravel()
        start = int(self.begins[self.players])
        return Paths(traced.columns, segment, start, a.first, a.column, a.amount, b.first, b.column, b.amount)

    def _innermost(self, matrices: NDArray[Any]) -> NDArray[Any]:
        """Matrices with the types of a class side by side: (classes, places, places · types)."""
        n = matrices.shape[1]
        apart = matrices.reshape(self.classes, self.types, n, n).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(apart).reshape(self.classes, n, n * self.types)

    def begin(self, leaf: int) -> _State:
        """The state just before a set that begins a part: all but its last commitment are there."""
        K, C, P = self.players, self.classes, self.zones
        sectors, n = self.trade.class_share.shape[0], self.trade.class_share.shape[-1]
        levels, kind = K + 1, self.base.dtype
        gain = np.zeros((levels, sectors, n, n))
        state = _State(
            cost=np.empty(self.begins[-1], dtype=kind),
            row=np.zeros((levels, C, self.size), dtype=np.int64),
            mean=np.zeros((levels, len(self.trade.theta), C, P, P)),
            mean_at=np.full((levels, C, P), K, dtype=np.int64),
            gain=gain,
            bits=gain.view(np.uint64),
            known=np.zeros((levels, 2), dtype=np.uint64),
            gain_at=np.full(levels, K, dtype=np.int64),
            at=np.full(levels, K, dtype=np.int64),
            tried=np.full((C * P * P, self.spots, self.types), -1, dtype=kind),
            means=np.empty((C * P * P, self.spots, len(self.trade.theta))),
            paths=self._nothing_gathered(),
        )
        state.cost[self.begins[K] :] = self.base.ravel()
        offset = np.arange(C * self.size, dtype=np.int64).reshape(C, self.size)
        state.row[K] = self.begins[K] + offset * (self.size * self.types)
        _start(state, self.steps, self.trade, self.paths, (self.types, self.shift), K)
        there = 0
        for k in range(K):
            bit = 1 << (K - 1 - k)
            if (
                leaf & bit and leaf != there | bit
            ):  # what comes before the last commitment of the part's first set
                there |= bit
                self.some(state, there, there + 1)
        return state

    def _nothing_gathered(self) -> Gathered:
        """Room for what is gathered; none where nothing is."""
        levels, columns = self.players + 1, self.paths.columns
        sectors, n = self.trade.class_share.shape[0], self.trade.class_share.shape[-1]
        cells, pairs = (self.classes * self.zones**2, n * n) if columns else (0, 0)
        return Gathered(
            parent=np.full(levels, self.players, dtype=np.int64),
            vector=np.empty((cells, self.spots, sectors, columns), dtype=np.int64),
            total=np.zeros((levels, pairs, sectors, columns), dtype=np.int64),
            total_at=np.full((levels, pairs), self.players, dtype=np.int64),
            slot=np.full((levels, pairs), -1, dtype=np.int64),
            choice=np.empty(self.begins[self.players] if columns else 0, dtype=np.int32),
            key=np.full((cells, self.spots), -1, dtype=np.int64),
            path=np.empty((cells, self.spots, columns), dtype=np.int64),
        )

    def one(self, state: _State, leaf: int) -> Piece:
        """One set by itself, from a state that was begun with no commitment there.

        A level that stands as it would be written, put in after the same commitments as the last time, is not
        written again: the first commitments are most of the work."""
        K = self.players
        if self._stands[0] is not state:
            self._stands = state, {}
        stands, there, digits = self._stands[1], 0, [k for k in range(K) if leaf >> (K - 1 - k) & 1]
        state.at[:] = K
        if not leaf:
            return self._walked(state, 0, 1)
        for k in digits:
            bit = 1 << (K - 1 - k)
            if k != digits[-1] and k in stands and stands[k][0] == there:
                state.at[k + 1 :] = stands[k][1]
            else:
                found = self._walked(state, there | bit, (there | bit) + 1)
                stands[k] = there, int(state.at[k + 1])
            there |= bit
        return found

    def some(self, state: _State, lo: int, hi: int) -> Piece:
        """The sets from one to another by counting; the state goes on from there."""
        self._stands = None, {}
        return self._walked(state, lo, hi)

    def _walked(self, state: _State, lo: int, hi: int) -> Piece:
        sectors, n = self.trade.class_share.shape[0], self.trade.class_share.shape[-1]
        fingerprints = np.empty((hi - lo, 2), dtype=np.uint64)
        gains = np.empty((hi - lo, sectors, n, n))
        which = np.empty(hi - lo, dtype=np.int64)
        pairs = state.paths.total.shape[1]
        totals = np.empty(((hi - lo) * pairs, sectors, self.paths.columns), dtype=np.int64)
        totals_of = np.empty((hi - lo, pairs), dtype=np.int32)
        found = _Found(fingerprints, gains, which, totals, totals_of)
        parts = (self.steps, self.trade, self.paths, (self.types, self.shift))
        count, rows = _walk(state, *parts, (lo, hi), found)
        masks = self.masks(lo, hi)
        if not self.paths.columns:
            return Piece(masks, fingerprints, gains[:count], which)
        return Piece(masks, fingerprints, gains[:count], which, totals[:rows], totals_of[:count])

    def masks(self, lo: int, hi: int) -> Ints:
        """Of the sets from one to another by counting, as masks of the players."""
        leaves = np.arange(lo, hi, dtype=np.int64)
        masks = np.zeros(hi - lo, dtype=np.int64)
        for k in range(self.players):
            masks |= np.where(leaves >> (self.players - 1 - k) & 1, self.bits[k], 0)
        return masks

    def looked_up(self, tables: PairTables, lo: int, hi: int) -> Piece:
        """The sets from one to another by counting, from tables."""
        fingerprints, gains, which, totals_of = tables.some(lo, hi)
        if not self.paths.columns:
            return Piece(self.masks(lo, hi), fingerprints, gains, which)
        return Piece(self.masks(lo, hi), fingerprints, gains, which, tables.states.total, totals_of)


@kernel()
def _set_gains(state, trade, level, pairs, count):  # type: ignore[no-untyped-def]
    """The gains of pairs of countries by the means of a level, written there with their fingerprint."""
    mean, mean_at, gains, bits, known = state.mean, state.mean_at, state.gain, state.bits, state.known
    share, class_share, which, first, zones = (
        trade.weights.share,
        trade.class_share,
        trade.which,
        trade.first,
        trade.zones,
    )
    sectors, classes, n, _ = class_share.shape
    one, two = known[level, 0], known[level, 1]
    for k in range(count):
        i, j = pairs[k, 0], pairs[k, 1]
        for p in range(sectors):
            q, gain = which[p], 0.0
            for s in range(classes):
                part = class_share[p, s, i, j]
                for a in range(first[i], first[i + 1]):
                    o = zones[a]
                    held = mean_at[level, s, o]
                    for b in range(first[j], first[j + 1]):
                        d = zones[b]
                        change = mean[held, q, s, o, d]
                        if change != 0.0:
                            gain += share[0, s, o, j] * share[1, s, d, i] * part * change
            cell = (p * n + i) * n + j
            one -= mixed_cell(bits[level, p, i, j], cell, 0)
            two -= mixed_cell(bits[level, p, i, j], cell, 1)
            gains[level, p, i, j] = gain
            one += mixed_cell(bits[level, p, i, j], cell, 0)
            two += mixed_cell(bits[level, p, i, j], cell, 1)
    known[level, 0], known[level, 1] = one, two


@kernel(inline="always")
def _spot_of(cost, at, types, spots):  # type: ignore[no-untyped-def]
    """Which of the spots the costs of a pair of zones, from ``at`` on, belong to."""
    mix = np.int64(0)
    for t in range(INDEX(types)):
        mix += np.int64(cost[INDEX(at) + t]) * np.int64(INDEX(2) * t + INDEX(1))
    return np.int64((np.uint64(mix) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)) & (spots - 1)


@kernel()
def _work_out(state, steps, trade, paths, kind, at_pair, spot):  # type: ignore[no-untyped-def]
    """The means over types of (2), and what is gathered, for a pair of zones (level, class, from, to) by the
    costs of the level, remembered in a spot."""
    types, shift = kind
    level, s, x, y = at_pair
    cost, tried, means, vector = state.cost, state.tried, state.means, state.paths.vector
    today, theta, weights = trade.today, trade.theta, trade.weights
    unit, unreachable = weights.unit, weights.unreachable
    zones = today.shape[1]
    at = state.row[level, s, x] + y * types
    cell = (s * zones + x) * zones + y
    scale = np.empty(types)
    i, j = weights.country[x], weights.country[y]
    v = weights.value[s, i, j]
    for t in range(types):
        tried[cell, spot, t] = cost[at + t]
    for q in range(len(theta)):
        total = 0.0
        fob = trade.fob[q, i, j]
        for t in range(types):
            was, now = today[s, x, y * types + t], cost[at + t] >> shift
            change = term(was, now, v, fob, unit, unreachable, theta[q])
            total += change
            if paths.columns:
                scale[t] = traffic(was, now, v, fob, unit, unreachable, change) / types
        means[cell, spot, q] = total / types
        if paths.columns:
            into = np.zeros(paths.columns)
            add_paths(state, steps, paths, types, (level, s, x, y), scale, into)
            share = weights.share[0, s, x, j] * weights.share[1, s, y, i] * 2.0**50
            for p in range(len(trade.which)):
                if trade.which[p] == q:
                    part = share * trade.class_share[p, s, i, j]
                    for c in range(paths.columns):
                        vector[cell, spot, p, c] = np.int64(np.rint(part * into[c]))


@kernel()
def _set_means(state, steps, trade, paths, kind, level, cells, count):  # type: ignore[no-untyped-def]
    """The means over types of (2) for pairs of zones (class, from, to) by the costs of a level, for each
    elasticity; and what is gathered there.

    Nothing here is a view of an array: each one would be counted, which takes longer than what it is for."""
    types = kind[0]
    mean, means, tried, cost, row = state.mean, state.means, state.tried, state.cost, state.row
    vector, total, total_at, slot = (
        state.paths.vector,
        state.paths.total,
        state.paths.total_at,
        state.paths.slot,
    )
    zones, n, country = trade.today.shape[1], trade.class_share.shape[-1], trade.weights.country
    sectors, elasticities, columns = len(trade.which), len(trade.theta), paths.columns
    start, spots = len(state.at) - 1, tried.shape[1]
    parent = state.paths.parent[level]
    for k in range(count):
        s, x, y = cells[k, 0], cells[k, 1], cells[k, 2]
        cell = (s * zones + x) * zones + y
        of = country[x] * n + country[y]
        if columns and total_at[level, of] != level:
            held = total_at[level, of]
            for p in range(sectors):
                for c in range(columns):
                    total[level, of, p, c] = total[held, of, p, c]
            total_at[level, of], slot[level, of] = level, -1
        for turn in range(2):  # what it was is taken off first
            if turn == 0 and (columns == 0 or level == start):
                continue
            here = level if turn else parent
            at = row[here, s, x] + y * types
            spot = _spot_of(cost, at, types, spots)
            same = True
            for t in range(INDEX(types)):
                same &= tried[cell, spot, t] == cost[INDEX(at) + t]
            if not same:
                _work_out(state, steps, trade, paths, kind, (here, s, x, y), spot)
            if turn:
                for q in range(elasticities):
                    mean[level, q, s, x, y] = means[cell, spot, q]
            sign = 2 * turn - 1
            for p in range(sectors):
                for c in range(columns):
                    total[level, of, p, c] += sign * vector[cell, spot, p, c]


@kernel()
def _mark(state, level, pairs, count, sign):  # type: ignore[no-untyped-def]
    """Add what pairs of countries gather to the fingerprint of a level, or take it off."""
    total, total_at, known = state.paths.total, state.paths.total_at, state.known
    n = state.gain.shape[-1]
    for k in range(count):
        of = pairs[k, 0] * n + pairs[k, 1]
        one, two = gathered_cell(total[total_at[level, of], of], state.gain.size + of)
        if sign > 0:
            known[level, 0] += one
            known[level, 1] += two
        else:
            known[level, 0] -= one
            known[level, 1] -= two


@kernel()
def _written(state, holder, found, count, rows):  # type: ignore[no-untyped-def]
    """Which totals a level has, each written once. Returns how many were."""
    total, total_at, slot = state.paths.total, state.paths.total_at, state.paths.slot
    totals, totals_of, n = found.totals, found.totals_of, state.gain.shape[-1]
    sectors, columns = total.shape[2], total.shape[3]
    for of in range(total.shape[1]):
        held = total_at[holder, of]
        if of // n == of % n:
            totals_of[count, of] = -1
            continue
        if slot[held, of] < 0:
            for p in range(sectors):
                for c in range(columns):
                    totals[rows, p, c] = total[held, of, p, c]
            slot[held, of] = rows
            rows += 1
        totals_of[count, of] = slot[held, of]
    return rows


@kernel()
def _start(state, steps, trade, paths, kind, level):  # type: ignore[no-untyped-def]
    """Means, gains and fingerprint of the start, whole."""
    country = trade.weights.country
    classes, zones, _ = trade.today.shape
    n = trade.class_share.shape[-1]
    cells = np.empty((classes * zones * zones, 3), dtype=np.int64)
    pairs = np.empty((n * n, 2), dtype=np.int64)
    count = 0
    for s in range(classes):
        for x in range(zones):
            for y in range(zones):
                if country[x] != country[y]:
                    cells[count, 0], cells[count, 1], cells[count, 2] = s, x, y
                    count += 1
    _set_means(state, steps, trade, paths, kind, level, cells, count)
    count = 0
    for i in range(n):
        for j in range(n):
            if i != j:
                pairs[count, 0], pairs[count, 1] = i, j
                count += 1
    _set_gains(state, trade, level, pairs, count)
    if paths.columns:
        _mark(state, level, pairs, count, 1)


@kernel()
def _add(state, steps, sizes, level, parent, applied, dirty, cells):  # type: ignore[no-untyped-def]
    """Put in the arcs of a level's commitment: rows of the parent that get shorter become rows of the level.
    Writes which pairs (class, from, to) did, each once, and marks them ``dirty``; returns how many.

    Indices are unsigned where much is done, see :data:`~milepost.value.gathered.INDEX`."""
    cost, row, mean, mean_at = state.cost, state.row, state.mean, state.mean_at
    (types, zones), classes, choice = sizes, row.shape[1], state.paths.choice
    begin, added, others, ends = steps.begin, steps.cost, steps.others, steps.ends
    row_first, rows, column_first, columns = steps.row_first, steps.rows, steps.column_first, steps.columns
    elasticities, chosen = mean.shape[1], len(choice) > 0
    many, used = INDEX(types), steps.need[level]
    width = used * types
    count = 0
    through = np.empty(types, dtype=cost.dtype)  # to the head of the arc
    ahead = np.empty(types, dtype=cost.dtype)  # and on: what is stored is no wider than its parts
    for s in range(classes):
        for x in range(used):
            row[level, s, x] = row[parent, s, x]
        for x in range(zones):
            mean_at[level, s, x] = mean_at[parent, s, x]
    for step in range(steps.first[level], steps.first[level + 1]):
        if others[step] & applied != others[step]:
            continue
        a, b = ends[step, 0], ends[step, 1]
        for s in range(classes):
            of = step * classes + s
            onward, last = row[level, s, b], column_first[of + 1]
            for e in range(row_first[of], row_first[of + 1]):
                x = rows[e]
                if x >= used:
                    break
                at = row[level, s, x]
                near, far = INDEX(at + a * types), INDEX(at + b * types)
                shorter = False
                for t in range(many):
                    through[t] = cost[near + t] + added[step, s, t]
                    shorter |= through[t] < cost[far + t]
                if not shorter:
                    continue
                own = begin[level] + (s * used + x) * width
                if at != own:
                    new, old = INDEX(own), INDEX(at)
                    for k in range(INDEX(width)):
                        cost[new + k] = cost[old + k]
                    row[level, s, x] = own
                    if x < zones:
                        held = mean_at[parent, s, x]
                        for q in range(elasticities):
                            for y in range(zones):
                                mean[level, q, s, x, y] = mean[held, q, s, x, y]
                        mean_at[level, s, x] = level
                # what is out of reach is at least UNREACHABLE by any way on, so it never gets shorter
                for m in range(column_first[of], last):
                    y = columns[m]
                    if y >= used:
                        break
                    here, on = INDEX(own + y * types), INDEX(onward + y * types)
                    changed = False
                    for t in range(many):
                        ahead[t] = through[t] + cost[on + t]
                    for t in range(many):
                        changed |= ahead[t] < cost[here + t]
                    if changed:
                        if chosen:
                            for t in range(many):
                                if ahead[t] < cost[here + t]:
                                    choice[here + t] = step
                        for t in range(many):
                            cost[here + t] = min(ahead[t], cost[here + t])
                        if not dirty[s, x, y]:
                            dirty[s, x, y] = True
                            cells[count, 0], cells[count, 1], cells[count, 2] = s, x, y
                            count += 1
    return count


@kernel()
def _look(keep, country, zones, dirty, cells, count):  # type: ignore[no-untyped-def]
    """Of what got shorter: is anything of use to a later level, and which pairs of zones lie in different
    countries? These are kept at the head of ``cells``. Returns (alive, how many)."""
    alive = False
    kept = 0
    for k in range(count):
        s, x, y = cells[k, 0], cells[k, 1], cells[k, 2]
        dirty[s, x, y] = False
        alive |= x < keep and y < keep
        if x < zones and y < zones and country[x] != country[y]:
            cells[kept, 0], cells[kept, 1], cells[kept, 2] = s, x, y
            kept += 1
    return alive, kept


@kernel()
def _useful(base, best, types, ends, price, rows, columns):  # type: ignore[no-untyped-def]
    """Marks the rows and columns (classes, N) in which an arc may ever shorten anything: with all delivered
    (``best``) to and from it, and with nothing (``base``) without."""
    a, b = ends
    N = base.shape[1]
    for r in range(len(base)):
        s = r // types
        for x in range(N):
            to = np.int64(best[r, x, a]) + price[r]
            if to > base[r, x, b]:
                continue
            for y in range(N):
                if to + best[r, b, y] <= base[r, x, y]:
                    rows[s, x] = columns[s, y] = True


@kernel()
def _pairs_of(cells, count, country, marked, pairs):  # type: ignore[no-untyped-def]
    """Pairs of countries that pairs of zones belong to, each once. Returns how many."""
    found = 0
    for k in range(count):
        i, j = country[cells[k, 1]], country[cells[k, 2]]
        if not marked[i, j]:
            marked[i, j] = True
            pairs[found, 0], pairs[found, 1] = i, j
            found += 1
    for k in range(found):
        marked[pairs[k, 0], pairs[k, 1]] = False
    return found


@kernel()
def _walk(state, steps, trade, paths, kind, span, found):  # type: ignore[no-untyped-def]
    """Sets from one to another by counting in binary, the first commitment as the highest digit. Returns how
    many gains were written, and how many totals."""
    types, (lo, hi), gathered = kind[0], span, state.paths
    K = len(state.at) - 1
    n = trade.class_share.shape[-1]
    zones = trade.today.shape[1]
    marked = np.zeros((n, n), dtype=np.bool_)
    pairs = np.empty((n * n, 2), dtype=np.int64)
    classes, size = state.row.shape[1], state.row.shape[2]
    cells = np.empty((classes * size * size, 3), dtype=np.int64)
    dirty = np.zeros((classes, size, size), dtype=np.bool_)
    country = trade.weights.country
    slot = np.full(K + 1, -1, dtype=np.int64)  # where the gains of a level stand among those written
    gain_at, at, free = state.gain_at, state.at, steps.free
    gathered.slot[:] = -1
    count, rows = 0, 0
    leaf = lo
    while leaf < hi:
        now, level = K, 0
        alive = leaf == 0
        if leaf:
            level = K - 1
            while (leaf - 1) >> (K - 1 - level) & 1:
                level -= 1
            applied = 0
            for k in range(level):
                applied |= ((leaf >> (K - 1 - k)) & 1) << k
            now = parent = at[level]
            gathered.parent[level] = parent
            changed = _add(state, steps, (types, zones), level, parent, applied, dirty, cells)
            if changed:
                alive, changed = _look(steps.need[level + 1], country, zones, dirty, cells, changed)
                if alive:  # else only paths to its own ends got shorter, and nobody needs them any more
                    now = level
                    held = gain_at[parent]
                    gain_at[level] = held
                    if changed:
                        state.gain[level] = state.gain[held]
                        state.known[level] = state.known[held]
                        touched = _pairs_of(cells, changed, country, marked, pairs)
                        if paths.columns:
                            gathered.total_at[level] = gathered.total_at[held]
                            _mark(state, level, pairs, touched, -1)
                        _set_means(state, steps, trade, paths, kind, level, cells, changed)
                        _set_gains(state, trade, level, pairs, touched)
                        if paths.columns:
                            _mark(state, level, pairs, touched, 1)
                        gain_at[level] = level
                        slot[level] = -1
            for k in range(level + 1, K + 1):
                at[k] = now
        block = 1 << (K - 1 - level)
        if leaf and not alive and free[level] and leaf - block >= lo and leaf + block <= hi:
            # it changes nothing, so whatever is added to it is worth what it is without it
            for k in range(leaf - lo, leaf - lo + block):
                found.fingerprints[k] = found.fingerprints[k - block]
                found.which[k] = found.which[k - block]
            leaf += block
            continue
        holder = gain_at[now]
        found.fingerprints[leaf - lo, 0] = state.known[holder, 0]
        found.fingerprints[leaf - lo, 1] = state.known[holder, 1]
        if slot[holder] < 0:
            found.gains[count] = state.gain[holder]
            if paths.columns:
                rows = _written(state, holder, found, count, rows)
            slot[holder] = count
            count += 1
        found.which[leaf - lo] = slot[holder]
        leaf += 1
    return count, rows


@kernel()
def _meet(keys, firsts, fingerprints, duties, masks, first, fresh):  # type: ignore[no-untyped-def]
    """Look keys up, and put in those that are new."""
    last = np.uint64(len(keys) - 1)
    for k in range(len(masks)):
        a, b, c = fingerprints[k, 0], fingerprints[k, 1], duties[k]
        at = mixed(a ^ mixed(c)) & last
        while firsts[at] >= 0 and (keys[at, 0] != a or keys[at, 1] != b or keys[at, 2] != c):
            at = (at + np.uint64(1)) & last
        if firsts[at] < 0:
            keys[at, 0], keys[at, 1], keys[at, 2] = a, b, c
            firsts[at] = masks[k]
            fresh[k] = True
        first[k] = firsts[at]
