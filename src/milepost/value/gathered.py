r"""What is gathered on the paths of all trade, for every set of commitments: the part of the walk over all
sets (:mod:`milepost.value.all_sets`) that looks at paths and not at costs alone.

With X_ij the trade of two countries as delivered today, w_od and σ_s its weights by zones and classes of
cargo, a pair of zones in a set S sends, for each of R shipment types,

    (1)  T_odst(S) = F_ij(S) · X_ij w_od σ_s / R · κ_a / (κ_a v) · (κ_b / κ_a)^−(θ+1)      tonnes

κ_a and κ_b are today's cost of trade and that in S (without the first κ_a where the flow is recorded cif),
and F_ij(S) what wages, spending and the competition of others change (from the trade model). Tonnes follow
value with the power θ of the trade model, and value follows tonnes times κ, hence θ + 1. With τ_c the vector
of the path (:mod:`milepost.network.traced`), country c has

    (2)  G_c(S) = Σ_ij X_ij F_ij(S) A_ijc(S) ,     A_ijc = Σ_{o,d,s} w_od σ_s · 1/R Σ_t ( ... ) τ_c .

A is kept as integers in units of 2^-50 per dollar of trade: so it can be changed pair of zones by pair of
zones as paths change, and has the same bits whatever the order.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.network.traced import PER_T

# An index of this kind is not asked whether it counts from the end, which takes longer than what it is for.
# Without compilation a plain number is.
INDEX: Any = int if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0") else np.uint64
UNIT = 2.0**-50
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Paths(NamedTuple):
    """What no set changes: vectors of today's paths by class, row and column (``segment`` laid out as the
    start's rows), those of the added arcs, in units of 2^-40 per tonne, and where the start's rows begin.
    ``columns`` zero: nothing is gathered."""

    columns: int
    segment: NDArray[np.int32]
    start: int
    first: Ints
    column: NDArray[np.int32]
    amount: Ints
    step_first: Ints
    step_column: NDArray[np.int32]
    step_amount: Ints


class Gathered(NamedTuple):
    """Of a walk. ``parent`` of each level as it was decided; ``vector`` (pairs of zones, remembered, sectors,
    columns): their terms of A for costs met before; ``total`` (levels, pairs of countries, sectors, columns)
    holds A, and ``total_at`` (levels, pairs) which level holds that of a pair; ``slot`` (levels, pairs) where
    it stands among those written. ``choice``: beside each cost of a level's own rows the last added arc that
    made it shorter, of no meaning where none did. ``path`` (pairs of zones, remembered, columns): vectors of
    paths met before, and ``key`` whose they are, -1 for none's."""

    parent: Ints
    vector: Ints
    total: Ints
    total_at: Ints
    slot: Ints
    choice: NDArray[np.int32]
    key: Ints
    path: Ints


@kernel()
def _trace(state, steps, paths, types, at_pair, into):  # type: ignore[no-untyped-def]
    """Add the vectors of the pieces of one path (level, class, from, to, type) to ``into``, as integers, so
    that it is the same path's whatever it is put together from."""
    level, s, x, y, t = at_pair
    cost, row, parent, choice = state.cost, state.row, state.paths.parent, state.paths.choice
    segment, first, column, amount, start = (
        paths.segment,
        paths.first,
        paths.column,
        paths.amount,
        paths.start,
    )
    begin, classes = steps.begin, row.shape[1]
    todo = np.empty((128, 3), dtype=np.int64)
    todo[0, 0], todo[0, 1], todo[0, 2] = level, x, y
    count = 1
    while count:
        count -= 1
        u, v = todo[count, 1], todo[count, 2]
        at = row[todo[count, 0], s, u]
        while True:
            if at >= start:
                k = segment[at - start + v * types + t]
                if k >= 0:
                    for e in range(first[k], first[k + 1]):
                        into[column[e]] += amount[e]
                break
            owner = 0
            for lower in range(1, len(begin)):
                if begin[lower] <= at:
                    owner = lower
            key = cost[at + v * types + t]
            before = row[parent[owner], s, u]
            if cost[before + v * types + t] == key:
                at = before
                continue
            # it got shorter at this level, and the last arc that made it so is on the path
            step = choice[at + v * types + t]
            a, b = steps.ends[step, 0], steps.ends[step, 1]
            k = step * classes + s
            for e in range(paths.step_first[k], paths.step_first[k + 1]):
                into[paths.step_column[e]] += paths.step_amount[e]
            if count + 2 > len(todo):
                todo = np.concatenate((todo, todo))
            todo[count, 0], todo[count, 1], todo[count, 2] = owner, u, a
            todo[count + 1, 0], todo[count + 1, 1], todo[count + 1, 2] = owner, b, v
            count += 2
            break


@kernel(inline="always")
def in_all(keys, at, types, scale, t):  # type: ignore[no-untyped-def]
    """What all types together have on the path of type t, whose keys end alike; 0 if an earlier one takes it,
    and has counted it. The keys of all types begin ``at``."""
    key, many = np.int64(keys[at + t]), scale[t]
    if many != 0.0:
        for u in range(t):
            if scale[u] != 0.0 and (np.int64(keys[at + u]) ^ key) & 0xFFFFFFFF == 0:
                many = 0.0
                break
        if many != 0.0:
            for u in range(t + 1, types):
                if (np.int64(keys[at + u]) ^ key) & 0xFFFFFFFF == 0:
                    many += scale[u]
    return many


@kernel()
def add_paths(state, steps, paths, types, at_pair, scale, into):  # type: ignore[no-untyped-def]
    """Add the vectors of the paths of (level, class, from, to), ``scale`` (types,) times each, to ``into``.

    Types that take the same path are added up first: their keys end alike. A path that was met before is
    looked up by the whole key of the first type that takes it."""
    level, s, x, y = at_pair
    cost, zones = state.cost, state.mean.shape[-1]
    goal = state.row[level, s, x] + y * types
    cell = (s * zones + x) * zones + y
    keys, met = state.paths.key, state.paths.path
    last = keys.shape[1] - 1
    for t in range(types):
        many, key = in_all(cost, goal, types, scale, t), np.int64(cost[goal + t])
        if many == 0.0:
            continue
        spot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)) & last
        if keys[cell, spot] != key and keys[cell, spot ^ (last & 1)] == key:
            spot ^= last & 1
        elif keys[cell, spot] != key:
            if keys[cell, spot] >= 0:
                spot ^= last & 1  # what was there first stays: it has been asked for longest
            for c in range(len(into)):
                met[cell, spot, c] = 0
            _trace(state, steps, paths, types, (level, s, x, y, t), met[cell, spot])
            keys[cell, spot] = key
        many *= PER_T
        for c in range(INDEX(len(into))):
            into[c] += many * met[cell, spot, c]


@kernel(inline="always")
def traffic(a, b, value, fob, unit, unreachable, change):  # type: ignore[no-untyped-def]
    """Tonnes by (1) per dollar of trade, without F, weights and 1/R, for costs a today and b then; ``change``
    is what trade makes of them, κ_a ((κ_b / κ_a)^−θ − 1) without the first κ_a if not ``fob``: powers are
    dear, and this has one already."""
    if a >= unreachable or b >= unreachable:
        return 0.0
    kappa = value + a * unit
    today = 1.0 / value if fob else 1.0 / kappa
    if a == b:
        return today
    power = 1.0 + (change * value / kappa if fob else change)
    return today * power * (kappa / (value + b * unit))


@kernel()
def sum_up(flows, factor, totals, which, out):  # type: ignore[no-untyped-def]
    """Equation (2) for many sets: ``flows`` (sectors, n, n), ``factor`` (sets, sectors, n, n), ``totals``
    (rows, sectors, columns), ``which`` (sets, pairs; -1: nothing) into ``out`` (sets, columns)."""
    sectors, n, _ = flows.shape
    for k in range(len(which)):
        for c in range(out.shape[1]):
            out[k, c] = 0.0
        for pair in range(n * n):
            row = which[k, pair]
            if row < 0:
                continue
            i, j = pair // n, pair % n
            for p in range(sectors):
                amount = flows[p, i, j] * factor[k, p, i, j] * 2.0**-50
                if amount != 0.0:
                    for c in range(out.shape[1]):
                        out[k, c] += amount * totals[row, p, c]
