r"""The compiled inner loops of :mod:`milepost.trade.many_sectors.solver`. Index order
[sector, destination, origin].

Unknowns x = (ln w [n], ln P [J, n], X / X_base [J, n]). One sweep computes, from A = pi kappa^-theta and B =
A / (1 + tau'):

    (1)  c = gamma_L ln w + Gamma^T ln P          ln of the unit cost, Gamma[country, input, user]
    (2)  S = A exp(-theta c) ,  ln P' = -ln S / theta
    (3)  Y_i = exp(-theta c_i) sum_n B_ni X_n / S_n ,  F = B exp(-theta c) / S
         output; share of spending net of tariffs
    (4)  I = w VA + sum_j X (1 - F) + D ,  X' = Gamma Y + alpha I
    (5)  r = ln( sum_j gamma_L Y / (w VA) )                                          excess demand for labour

and steps by  ln P += Bp (ln P' - ln P),  X += Bx (X' - X),  ln w += W r : Bp and Bx are the inverses of each
country's own block (home shares are large, so they take most of the feedback), W is minus the inverse of the
Jacobian of (5) in wages with prices and spending solved out, all three taken at the baseline. Anderson
acceleration (1965) of depth ``DEPTH`` does the rest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

DEPTH = 5
ZERO, FIXED, MULTIPLICATIVE = 0, 1, 2


class World(NamedTuple):
    """A baseline: what no shock changes."""

    gamma: Floats  # [n, input, user]
    gamma_l: Floats  # [J, n], as alpha and base_x
    alpha: Floats
    va: Floats
    deficit: Floats
    closure: int
    ratio: Floats
    theta: Floats
    base_x: Floats
    traded: NDArray[np.bool_]  # [J]
    tau: Floats  # [J, destination, origin]


class Blocks(NamedTuple):
    """What a step is made of: inverses of each country's own blocks, and the chord in wages."""

    Bp: Singles
    Bx: Singles
    W: Floats


class Shares(NamedTuple):
    """A and B of a shock [J, destination, origin], and which part of the world that trades each country
    belongs to."""

    A: Floats
    B: Floats
    part: Ints


class Cells(NamedTuple):
    """Changed cells of many scenarios; those of scenario s are ``first[s]:first[s+1]``."""

    first: Ints
    sector: Ints
    destination: Ints
    origin: Ints
    kappa: Floats
    tau: Floats


class Found(NamedTuple):
    """What :func:`batch` fills, by scenario: income and ln price [2, n], sweeps, residual, and the solution
    where there is room for it."""

    income: Floats
    sweeps: Ints
    residual: Floats
    solution: Floats


@kernel()
def spend(income, ratio, part):  # type: ignore[no-untyped-def]
    """Earnings become spending in place: the baseline's ratio of each, and one factor for each part of the
    world that trades."""
    n = len(income)
    for here in range(part.max() + 1):
        up, down = 0.0, 0.0
        for i in range(n):
            if part[i] == here:
                up += income[i]
                down += ratio[i] * income[i]
        for i in range(n):
            if part[i] == here:
                income[i] *= ratio[i] * up / down


_ROUND = 6755399441055744.0  # 1.5 * 2^52: a double of this size has no room for a fraction
_ROUND_BITS = int(np.array([_ROUND]).view(np.int64)[0])
_FAST = {"contract", "nsz", "arcp", "reassoc"}


@kernel(fastmath=_FAST, inline="always")
def rows_times(M, v, out):  # type: ignore[no-untyped-def]
    """out = M v, added up in the precision of ``M``. Four rows at a time: each entry of ``v`` is loaded once
    for the four."""
    rows, size = M.shape
    a = 0
    while a + 3 < rows:
        m0, m1, m2, m3 = M[a], M[a + 1], M[a + 2], M[a + 3]
        t0 = M.dtype.type(0.0)
        t1, t2, t3 = t0, t0, t0
        for k in range(size):
            x = v[k]
            t0 += m0[k] * x
            t1 += m1[k] * x
            t2 += m2[k] * x
            t3 += m3[k] * x
        out[a], out[a + 1], out[a + 2], out[a + 3] = t0, t1, t2, t3
        a += 4
    while a < rows:
        m0 = M[a]
        t0 = 0.0
        for k in range(size):
            t0 += m0[k] * v[k]
        out[a] = t0
        a += 1


@kernel(fastmath=_FAST, inline="always")
def columns_times(M, v, out):  # type: ignore[no-untyped-def]
    """out += M^T v. Four rows at a time: each entry of ``out`` is loaded and stored once for the four."""
    rows, size = M.shape
    a = 0
    while a + 3 < rows:
        m0, m1, m2, m3 = M[a], M[a + 1], M[a + 2], M[a + 3]
        x0, x1, x2, x3 = v[a], v[a + 1], v[a + 2], v[a + 3]
        for k in range(size):
            out[k] += m0[k] * x0 + m1[k] * x1 + m2[k] * x2 + m3[k] * x3
        a += 4
    while a < rows:
        m0, x0 = M[a], v[a]
        for k in range(size):
            out[k] += m0[k] * x0
        a += 1


# without 'reassoc': adding and taking away _ROUND is meant to round. Not inlined by numba, which would take
# the caller's flags
@kernel(fastmath={"contract"})
def exponentials(x, out, turns, bits, power, power_bits):  # type: ignore[no-untyped-def]
    """out = e^x to the last bit or the one before, in loops that a compiler can run four at a time.

    x = k ln 2 + r, |r| <= ln 2 / 2; e^r by its series to r^13, 2^k by its bits. Beyond 700 either way x is
    cut: such a cost is no number any more, and the caller sees it in its sums. The last four are room to work
    in: two arrays and their bits.
    """
    size = len(x)
    for i in range(size):
        turns[i] = min(max(x[i], -700.0), 700.0) * 1.4426950408889634 + _ROUND
    for i in range(size):
        k = turns[i] - _ROUND
        r = (min(max(x[i], -700.0), 700.0) - k * 0.693145751953125) - k * 1.42860682030941723212e-6
        p = 1.0 / 6227020800.0
        p = p * r + 1.0 / 479001600.0
        p = p * r + 1.0 / 39916800.0
        p = p * r + 1.0 / 3628800.0
        p = p * r + 1.0 / 362880.0
        p = p * r + 1.0 / 40320.0
        p = p * r + 1.0 / 5040.0
        p = p * r + 1.0 / 720.0
        p = p * r + 1.0 / 120.0
        p = p * r + 1.0 / 24.0
        p = p * r + 1.0 / 6.0
        p = p * r + 0.5
        p = p * r + 1.0
        out[i] = p * r + 1.0
        power_bits[i] = (bits[i] - _ROUND_BITS + 1023) << 52
    for i in range(size):
        out[i] *= power[i]


# a division by zero on the way gives no number, which the checks see: not an exception of compiled code
@kernel(fastmath=_FAST, error_model="numpy")
def solve(world, blocks, shares, x, damping, tolerance, most):  # type: ignore[no-untyped-def]
    """Iterate from ``x`` in place; returns (sweeps, residual)."""
    gamma, gamma_l, alpha, va, deficit = world.gamma, world.gamma_l, world.alpha, world.va, world.deficit
    closure, ratio, theta, base_x = world.closure, world.ratio, world.theta, world.base_x
    traded = world.traded
    Bp, Bx, W = blocks
    A, B, part = shares
    J, n = gamma_l.shape
    size = n + 2 * J * n
    step = np.empty(size)
    old_x, old_step = np.empty(size), np.empty(size)
    # the last changes of the step, and of where it leads; products of the former with each other and with the
    # step
    df, both = np.empty((DEPTH, size)), np.empty((DEPTH, size))
    gram, cross, right = np.empty((DEPTH, DEPTH)), np.empty(DEPTH), np.empty(DEPTH)
    z, S, Y, left = np.empty((J, n)), np.empty((J, n)), np.empty((J, n)), np.empty((J, n))
    own, dc = np.empty(J), np.empty(J)  # one country's sectors
    net, bought = np.empty(n), np.empty(n)  # one sector's destinations
    turns, power = np.empty(max(n, J)), np.empty(max(n, J))
    bits, power_bits = turns.view(np.int64), power.view(np.int64)
    c = np.empty((n, J))
    rp = np.empty((n, J), dtype=np.float32)
    asked = np.empty(J, dtype=np.float32)
    wage, income = np.empty(n), np.empty(n)
    r = np.empty(n)
    # by country, as the loops over one country's sectors read them
    labour, final, unit = np.empty((n, J)), np.empty((n, J)), np.empty((n, J))
    for i in range(n):
        for j in range(J):
            labour[i, j], final[i, j], unit[i, j] = gamma_l[j, i], alpha[j, i], 1.0 / base_x[j, i]
    held, spot = 0, 0
    residual, best = np.inf, np.inf
    world = va.sum()
    sweeps = 0
    while sweeps < most:
        sweeps += 1
        lw = x[:n]
        for i in range(n):
            wage[i] = np.exp(lw[i])
            for k in range(J):
                c[i, k] = labour[i, k] * lw[i]
            for m in range(J):
                own[m] = x[n + m * n + i]
            columns_times(gamma[i], own, c[i])
        residual = 0.0
        for j in range(J):
            for i in range(n):
                bought[i] = -theta[j] * c[i, j]
            exponentials(bought, z[j], turns, bits, power, power_bits)
            if traded[j]:
                rows_times(A[j], z[j], S[j])
            else:
                for d in range(n):
                    S[j, d] = A[j, d, d] * z[j, d]
            for d in range(n):
                if not S[j, d] > 0.0:
                    return sweeps, np.inf
                f = -np.log(S[j, d]) / theta[j] - x[n + j * n + d]
                rp[d, j] = f
                residual = max(residual, abs(f))
        # prices step, and everything after sees the new prices
        for i in range(n):
            rows_times(Bp[i], rp[i], own)
            for j in range(J):
                own[j] *= damping
                step[n + j * n + i] = own[j]
                dc[j] = 0.0
            columns_times(gamma[i], own, dc)
            for j in range(J):
                dc[j] *= -theta[j]
            exponentials(dc, own, turns, bits, power, power_bits)
            for j in range(J):
                z[j, i] *= own[j]
        for i in range(n):
            income[i] = 0.0
        for j in range(J):
            if traded[j]:
                rows_times(A[j], z[j], S[j])
                rows_times(B[j], z[j], net)
                for d in range(n):
                    if not S[j, d] > 0.0:  # the step in prices went beyond all numbers
                        return sweeps, np.inf
                    left[j, d] = 1.0 - net[d] / S[j, d]
                    spent = x[n + J * n + j * n + d] * base_x[j, d]
                    bought[d] = spent / S[j, d]
                    income[d] += spent * left[j, d]
                    Y[j, d] = 0.0
                columns_times(B[j], bought, Y[j])
                for i in range(n):
                    Y[j, i] *= z[j, i]
            else:
                for d in range(n):
                    kept = B[j, d, d] / A[j, d, d]
                    S[j, d] = A[j, d, d] * z[j, d]
                    left[j, d] = 1.0 - kept
                    spent = x[n + J * n + j * n + d] * base_x[j, d]
                    Y[j, d] = kept * spent
                    income[d] += spent * left[j, d]
        for i in range(n):
            income[i] += wage[i] * va[i]
        if closure == MULTIPLICATIVE:
            spend(income, ratio, part)
        elif closure == FIXED:
            for i in range(n):
                income[i] += deficit[i]
        for i in range(n):
            if not income[i] > 0.0:
                return sweeps, np.inf
            for k in range(J):
                own[k] = Y[k, i]
            rows_times(gamma[i], own, dc)
            for m in range(J):
                f = (final[i, m] * income[i] + dc[m]) * unit[i, m] - x[n + J * n + m * n + i]
                asked[m] = f
                residual = max(residual, abs(f) / max(1.0, x[n + J * n + m * n + i]))
            rows_times(Bx[i], asked, dc)
            for j in range(J):
                step[n + J * n + j * n + i] = damping * dc[j]
        # labour is asked for by the new spending
        for j in range(J):
            if traded[j]:
                for d in range(n):
                    a = n + J * n + j * n + d
                    bought[d] = (x[a] + step[a]) * base_x[j, d] / S[j, d]
                    Y[j, d] = 0.0
                columns_times(B[j], bought, Y[j])
                for i in range(n):
                    Y[j, i] *= z[j, i]
            else:
                for d in range(n):
                    a = n + J * n + j * n + d
                    Y[j, d] = (1.0 - left[j, d]) * (x[a] + step[a]) * base_x[j, d]
        for i in range(n):
            r[i] = 0.0
        for j in range(J):
            for i in range(n):
                r[i] += gamma_l[j, i] * Y[j, i]
        for i in range(n):
            if not r[i] > 0.0:
                return sweeps, np.inf
            r[i] = np.log(r[i] / (wage[i] * va[i]))
            residual = max(residual, abs(r[i]))
        if not residual < 1e12:
            return sweeps, np.inf
        if residual < tolerance:
            break
        for i in range(n):
            total = 0.0
            for k in range(n):
                total += W[i, k] * r[k]
            step[i] = damping * total
        if residual > 20.0 * best and held:
            held, spot = 0, 0  # the history misleads: begin it anew
        best = min(best, residual)
        if sweeps > 1 and damping == 1.0:
            for a in range(size):
                f = step[a] - old_step[a]
                df[spot, a] = f
                both[spot, a] = f + (x[a] - old_x[a])
            held = min(held + 1, DEPTH)
            rows_times(df[:held], df[spot], cross)
            for h in range(held):
                gram[h, spot] = cross[h]
                gram[spot, h] = cross[h]
            spot = (spot + 1) % DEPTH
        for a in range(size):
            old_x[a] = x[a]
            old_step[a] = step[a]
        if held:
            rows_times(df[:held], step, right)
            system = gram[:held, :held].copy()
            for h in range(held):
                system[h, h] = system[h, h] * (1.0 + 1e-12) + 1e-300
            columns_times(both[:held], -np.linalg.solve(system, right[:held].copy()), step)
        for a in range(n + J * n):
            x[a] += step[a]
        for a in range(n + J * n, size):
            x[a] = max(x[a] + step[a], 0.05 * x[a])  # spending stays above zero
        # the numeraire: value added keeps its value in the world, and in each part of it that trades with no
        # other (nothing else would hold their wages beside one another). Prices and spending move with it,
        # but where deficits are fixed: these are in units of that value
        for here in range(part.max() + 1):
            now, before = 0.0, 0.0
            for i in range(n):
                if part[i] == here:
                    now += np.exp(x[i]) * va[i]
                    before += va[i]
            if part.max() == 0 and closure != FIXED:
                before = world
            shift = np.log(now / before)
            back = np.exp(-shift)
            for i in range(n):
                if part[i] == here and shift != 0.0:
                    x[i] -= shift
                    if closure != FIXED:
                        for j in range(J):
                            x[n + j * n + i] -= shift
                            x[n + J * n + j * n + i] *= back
    return sweeps, residual


@kernel()
def batch(world, blocks, shares, start, cells, found, tolerance, most):  # type: ignore[no-untyped-def]
    """Scenarios ``first[s]:first[s+1]`` of changed cells, one after the other; fills ``found``."""
    A, B, part = shares
    theta = world.theta
    here = Shares(A.copy(), B.copy(), part)
    for s in range(len(cells.first) - 1):
        for e in range(cells.first[s], cells.first[s + 1]):
            j, d, o = cells.sector[e], cells.destination[e], cells.origin[e]
            k = cells.kappa[e] * (1.0 + cells.tau[e]) / (1.0 + world.tau[j, d, o])
            here.A[j, d, o] = A[j, d, o] * k ** -theta[j]
            here.B[j, d, o] = here.A[j, d, o] / (1.0 + cells.tau[e])
        x = start.copy()
        found.sweeps[s], found.residual[s] = solve(world, blocks, here, x, 1.0, tolerance, most)
        real_income(world, here, x, found.income[s])
        if len(found.solution):
            found.solution[s] = x
        for e in range(cells.first[s], cells.first[s + 1]):
            j, d, o = cells.sector[e], cells.destination[e], cells.origin[e]
            here.A[j, d, o] = A[j, d, o]
            here.B[j, d, o] = B[j, d, o]


@kernel(fastmath=_FAST, error_model="numpy")
def real_income(world, shares, x, out):  # type: ignore[no-untyped-def]
    """out[0] income and out[1] ln of the price index of final goods, by country, at a solution ``x``."""
    gamma, gamma_l, alpha, va, deficit = world.gamma, world.gamma_l, world.alpha, world.va, world.deficit
    closure, ratio, theta, base_x = world.closure, world.ratio, world.theta, world.base_x
    traded = world.traded
    A, B, part = shares
    J, n = gamma_l.shape
    for d in range(n):
        out[0, d] = np.exp(x[d]) * va[d]
        total = 0.0
        for j in range(J):
            total += alpha[j, d] * x[n + j * n + d]
        out[1, d] = total
    z, turns, power = np.empty((J, n)), np.empty(n), np.empty(n)
    bits, power_bits = turns.view(np.int64), power.view(np.int64)
    own, cost = np.empty(J), np.empty(J)  # one country's sectors
    exponent, gross, net = np.empty(n), np.empty(n), np.empty(n)  # one sector's countries
    for i in range(n):
        for j in range(J):
            own[j] = x[n + j * n + i]
            cost[j] = gamma_l[j, i] * x[i]
        columns_times(gamma[i], own, cost)
        for j in range(J):
            z[j, i] = -theta[j] * cost[j]
    for j in range(J):
        for i in range(n):
            exponent[i] = z[j, i]
        exponentials(exponent, z[j], turns, bits, power, power_bits)
        if traded[j]:
            rows_times(A[j], z[j], gross)
            rows_times(B[j], z[j], net)
        else:
            for d in range(n):
                gross[d], net[d] = A[j, d, d], B[j, d, d]
        for d in range(n):
            out[0, d] += x[n + J * n + j * n + d] * base_x[j, d] * (1.0 - net[d] / gross[d])
    if closure == MULTIPLICATIVE:
        spend(out[0], ratio, part)
    elif closure == FIXED:
        for d in range(n):
            out[0, d] += deficit[d]
