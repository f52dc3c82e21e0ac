r"""All 2^K sets by tables: what each pair of countries gains in a set follows from those of its commitments
that matter to it, so it is worked out for these, and looked up for every set.

The gain of two countries is a sum over cells (:mod:`milepost.value.cell_tables`), zones and classes of cargo,
and so is what their trade gathers along paths. Its *state* is the union of their tables: one for each set of
the commitments that change any of them. Sums are made in the same order as in
:mod:`milepost.value.all_sets`, with the same bits and the same fingerprints, so that a set walked to by
itself is known again.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.value.cell_tables import CellTables, class_tables, entries, rows_of, sets_of
from milepost.value.fingerprints import gathered_cell, mixed_cell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_BYTES = 1 << 30  # of tables of cells of a class, and of states


class Cells(NamedTuple):
    """Cells between zones of different countries: support, where the table begins in ``ids`` and how long it
    is (classes, zones, zones); and by entry the means (entries, elasticities) and what is gathered
    (entries, elasticities, columns)."""

    support: Ints
    begin: Ints
    length: Ints
    ids: NDArray[np.int32]
    means: Floats
    gathered: Floats


class States(NamedTuple):
    """Of pairs of countries: their support (n · n), where their states begin, -1 for a country with itself;
    and by state gains (states, sectors), totals (states, sectors, columns), fingerprints (states, 2)."""

    support: Ints
    begin: Ints
    gain: Floats
    total: Ints
    known: NDArray[np.uint64]


class _Halves(NamedTuple):
    """Where a set's states stand: those of the pairs that any commitment changes (``of``), by the upper and
    the lower half of its digits, (2^half, pairs). ``low`` is how many digits the lower half has."""

    of: Ints
    upper: NDArray[np.int32]
    lower: NDArray[np.int32]
    low: int


@dataclass(frozen=True)
class PairTables:
    """What every set leads to, ready to be looked up; ``sets`` counts in binary, the first commitment of the
    overlay's order as the highest digit."""

    states: States
    halves: _Halves
    countries: int
    start: tuple[np.uint64, np.uint64]  # fingerprint of the pairs that nothing changes

    @classmethod
    def of(cls, parts: Parts, most_bytes: int) -> PairTables | None:
        """The tables, or None where those of a class, or the states, would take more than ``most_bytes``:
        where most commitments matter to most pairs it is better to walk."""
        cells = _cells(parts, most_bytes)
        if cells is None:
            return None
        n, sectors = parts.trade.class_share.shape[-1], len(parts.trade.which)
        support = np.zeros(n * n, dtype=np.int64)
        begin = np.full(n * n, -1, dtype=np.int64)
        states = _supports(cells, parts.trade, support, begin)
        columns = parts.paths.columns
        if states < 0 or 8 * states * (2 + sectors * (1 + columns)) > most_bytes:
            return None
        gain, total = np.zeros((states, sectors)), np.zeros((states, sectors, columns), dtype=np.int64)
        known = np.zeros((states, 2), dtype=np.uint64)
        made = States(support, begin, gain, total, known)
        threads = min(os.cpu_count() or 1, n)
        levels = len(parts.steps.need)
        with ThreadPoolExecutor(threads) as pool:
            bits = gain.view(np.uint64)
            done = [
                pool.submit(_fill, cells, parts.trade, made, bits, (k, threads, levels))
                for k in range(threads)
            ]
            for one in done:
                one.result()
        of = np.flatnonzero(support).astype(np.int64)
        K = levels - 1
        low = K // 2
        upper = np.zeros((1 << (K - low), len(of)), dtype=np.int32)
        lower = np.zeros((1 << low, len(of)), dtype=np.int32)
        _split(support[of], K, low, upper, lower)
        still = np.flatnonzero((support == 0) & (begin >= 0))
        start = known[begin[still]].sum(axis=0, dtype=np.uint64)
        return cls(made, _Halves(of, upper, lower, low), n, (start[0], start[1]))

    def some(self, lo: int, hi: int) -> tuple[NDArray[np.uint64], Floats, Ints, NDArray[np.int32]]:
        """Fingerprints (sets, 2) of the sets from one to another, the gains that occur (gains, sectors, n,
        n), which of these each set has, and which totals the gains have (gains, n · n)."""
        n, sectors = self.countries, self.states.gain.shape[1]
        fingerprints = np.empty((hi - lo, 2), dtype=np.uint64)
        which = np.empty(hi - lo, dtype=np.int64)
        first = np.empty(hi - lo, dtype=np.int64)
        room = 2
        while room < 2 * (hi - lo):
            room *= 2
        spots = np.full(room, -1, dtype=np.int64)
        count = _look_up(self.states, self.halves, self.start, (lo, hi), spots, fingerprints, which, first)
        gains = np.zeros((count, sectors, n, n))
        totals_of = np.full((count, n * n), -1, dtype=np.int32)
        _write(self.states, self.halves, first[:count], gains, totals_of)
        return fingerprints, gains, which, totals_of


class Parts(NamedTuple):
    """What no set changes, as :class:`milepost.value.all_sets.Walk` makes it: today's costs or keys (classes,
    N, N · types), the added arcs, trade, paths, and the higher bits of a key that are its cost."""

    base: NDArray[Any]
    steps: Any
    trade: Any
    paths: Any
    types: int
    shift: int


def _cells(parts: Parts, most_bytes: int) -> Cells | None:
    """The tables of all classes, a class in each thread."""
    classes, N, _ = parts.base.shape
    zones = parts.trade.today.shape[1]

    def one(s: int) -> tuple[CellTables, Floats, Floats] | None:
        tables = class_tables(parts.base[s], parts.steps, s, parts.types, most_bytes)
        if tables is None:
            return None
        kind = (parts.types, parts.shift, zones, N)
        means, gathered = entries(tables, parts.steps, parts.trade, parts.paths, s, kind)
        return tables, means, gathered

    with ThreadPoolExecutor(min(os.cpu_count() or 1, classes)) as pool:
        made = list(pool.map(one, range(classes)))
    found = [m for m in made if m is not None]
    if len(found) < classes:
        return None
    ids, slots = 0, 0
    support, begin, length, numbers = [], [], [], []
    for tables, means, _ in found:
        shape = (N, N)
        support.append(tables.support.reshape(shape)[:zones, :zones])
        begin.append(tables.begin.reshape(shape)[:zones, :zones] + ids)
        length.append(tables.length.reshape(shape)[:zones, :zones])
        numbers.append(tables.ids + np.int32(slots))
        ids, slots = ids + len(tables.ids), slots + len(means)
    return Cells(
        np.stack(support),
        np.stack(begin),
        np.stack(length),
        np.concatenate(numbers),
        np.concatenate([means for _, means, _ in found]),
        np.concatenate([gathered for *_, gathered in found]),
    )


@kernel()
def _supports(cells, trade, support, begin):  # type: ignore[no-untyped-def]
    """Supports of pairs of countries, and where their states begin. Returns how many states there are, -1 for
    more than can be counted."""
    country = trade.weights.country
    classes, zones, _ = cells.support.shape
    n = trade.class_share.shape[-1]
    for s in range(classes):
        for x in range(zones):
            for y in range(zones):
                if country[x] != country[y]:
                    support[country[x] * n + country[y]] |= cells.support[s, x, y]
    states = 0
    for of in range(n * n):
        if of // n == of % n:
            continue
        begin[of] = states
        states += sets_of(support[of])
        if states > 2**31 - 1:
            return -1
    return states


@kernel()
def _add_cell(cells, trade, states, of, cell, at_once):  # type: ignore[no-untyped-def]
    """Add what a cell (class, from, to) gives to each state of a pair of countries."""
    s, o, d = cell
    wide, vector = at_once
    share, class_share, ids, total = trade.weights.share, trade.class_share, cells.ids, states.total
    n, sectors, columns = class_share.shape[-1], total.shape[1], total.shape[2]
    i, j, at = of // n, of % n, states.begin[of]
    begin, length = cells.begin[s, o, d], cells.length[s, o, d]
    nobody = np.int64(0)
    size = rows_of(states.support[of], (cells.support[s, o, d], nobody, nobody, nobody), wide)
    for p in range(sectors):
        q, part = trade.which[p], class_share[p, s, i, j]
        for u in range(size):
            change = cells.means[ids[begin + wide[0, u]], q]
            if change != 0.0:
                states.gain[at + u, p] += share[0, s, o, j] * share[1, s, d, i] * part * change
        if columns == 0:
            continue
        whole = share[0, s, o, j] * share[1, s, d, i] * 2.0**50 * part
        for r in range(length):
            e = ids[begin + r]
            for c in range(columns):
                vector[r, c] = np.int64(np.rint(whole * cells.gathered[e, q, c]))
        for u in range(size):
            r = wide[0, u]
            for c in range(columns):
                total[at + u, p, c] += vector[r, c]


@kernel()
def _fill(cells, trade, states, bits, part):  # type: ignore[no-untyped-def]
    """The states of every ``threads``-th pair of countries, cell by cell in the order of the whole sum; and
    their fingerprints."""
    thread, threads, levels = part
    first, zones, total, known = trade.first, trade.zones, states.total, states.known
    sectors, classes, n, _ = trade.class_share.shape
    columns = total.shape[2]
    longest, rows = 1, 1
    for of in range(n * n):
        longest = max(longest, sets_of(states.support[of]))
    for k in range(cells.length.size):
        rows = max(rows, cells.length.flat[k])
    at_once = np.empty((4, longest), dtype=np.int32), np.empty((rows, columns), dtype=np.int64)
    for of in range(thread, n * n, threads):
        i, j = of // n, of % n
        if i == j:
            continue
        for s in range(classes):
            for a in range(first[i], first[i + 1]):
                for b in range(first[j], first[j + 1]):
                    _add_cell(cells, trade, states, of, (s, zones[a], zones[b]), at_once)
        for u in range(states.begin[of], states.begin[of] + sets_of(states.support[of])):
            one, two = np.uint64(0), np.uint64(0)
            for p in range(sectors):
                cell = (p * n + i) * n + j
                one += mixed_cell(bits[u, p], cell, 0)
                two += mixed_cell(bits[u, p], cell, 1)
            if columns:
                gathered = gathered_cell(total[u], levels * sectors * n * n + of)
                one += gathered[0]
                two += gathered[1]
            known[u, 0], known[u, 1] = one, two


@kernel()
def _split(support, K, low, upper, lower):  # type: ignore[no-untyped-def]
    """What each half of the digits of a set adds to the number of a state: commitment k is digit K - 1 - k
    of a set and, among those of the support, the next digit of a state."""
    for a in range(len(support)):
        weight = 1
        for k in range(K):
            if not support[a] >> k & 1:
                continue
            digit = K - 1 - k
            half, bit = (lower, digit) if digit < low else (upper, digit - low)
            for u in range(len(half)):
                if u >> bit & 1:
                    half[u, a] += weight
            weight *= 2


@kernel()
def _look_up(states, halves, start, span, spots, fingerprints, which, first):  # type: ignore[no-untyped-def]
    """The fingerprint of each set of a span, and which of those that occur it has: ``first`` is the set that
    had it first. Returns how many occur."""
    of, upper, lower, low = halves
    lo, hi = span
    known, begin = states.known, states.begin
    count, last = 0, len(spots) - 1
    for leaf in range(lo, hi):
        one, two = start
        u, v = leaf >> low, leaf & ((1 << low) - 1)
        for a in range(len(of)):
            k = begin[of[a]] + upper[u, a] + lower[v, a]
            one += known[k, 0]
            two += known[k, 1]
        fingerprints[leaf - lo, 0], fingerprints[leaf - lo, 1] = one, two
        spot = np.int64(one >> np.uint64(1)) & last
        while True:
            held = spots[spot]
            if held < 0:
                spots[spot] = count
                first[count], which[leaf - lo] = leaf, count
                count += 1
                break
            k = first[held] - lo
            if fingerprints[k, 0] == one and fingerprints[k, 1] == two:
                which[leaf - lo] = held
                break
            spot = (spot + 1) & last
    return count


@kernel()
def _write(states, halves, first, gains, totals_of):  # type: ignore[no-untyped-def]
    """Gains of sets, and which totals they have."""
    of, upper, lower, low = halves
    sectors, n = gains.shape[1], gains.shape[2]
    for g in range(len(first)):
        for pair in range(n * n):
            totals_of[g, pair] = states.begin[pair]
        u, v = first[g] >> low, first[g] & ((1 << low) - 1)
        for a in range(len(of)):
            totals_of[g, of[a]] += upper[u, a] + lower[v, a]
        for pair in range(n * n):
            k = totals_of[g, pair]
            if k >= 0:
                for p in range(sectors):
                    gains[g, p, pair // n, pair % n] = states.gain[k, p]
