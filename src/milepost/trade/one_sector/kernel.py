"""The arithmetic of the one-sector exact hat: arrays in, arrays out. Equations as numbered in
:mod:`milepost.trade.one_sector.solver`.

Everything is written in *changes* (a hat less one): w_i - 1, S_j - 1, E'_j/E_j - 1. A world in which nothing
changes therefore gives exact zeros, and a small shock loses no digits to cancellation.

The sums run along rows with plain additions in a fixed order (no reassociation), so a result is the same bit
for bit on one thread or two, alone or among many.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel
from milepost.trade.closures import Matrix, Vector
from milepost.trade.parts import parts_of

SOLVED = 0
NOT_CONVERGED = 1
NOT_POSITIVE = 2
ONE_WAY = 3  # solved, but bans left a part of the world that sells without buying

PLAIN = 0  # deficits zero, or fixed in the numeraire
MULTIPLICATIVE = 1  # expenditure a constant multiple of income, up to one common factor


class World(NamedTuple):
    """A baseline: what no shock changes. ``part`` labels the ``parts`` of the world that trade."""

    X: Matrix
    Y: Vector
    E: Vector
    theta: float
    closure: int
    part: NDArray[np.int64]
    parts: int
    start: Vector  # E'/E - 1 = start + slope (w - 1), where the closure is plain
    slope: Vector
    HT: Matrix  # the baseline's inverse Jacobian, transposed


class Shock(NamedTuple):
    """What a shock makes of the flows: M = X phi, its transpose, and its own part of (2) and (3)."""

    M: Matrix
    MT: Matrix
    g: Vector
    h: Vector


class State(NamedTuple):
    """Changes at wages 1 + dw, and room to work in: all filled by :func:`_state` but ``dw``."""

    dw: Vector
    dx: Vector
    dS: Vector
    dE: Vector
    dr: Vector
    D: Vector
    Z: Vector


@kernel()
def power(base, exponent):
    """base ** exponent; whole exponents by repeated multiplication, which is several times faster."""
    whole = int(exponent)
    if exponent == whole and 0 <= whole <= 64:
        result = 1.0
        square = base
        while whole:
            if whole & 1:
                result *= square
            square *= square
            whole >>= 1
        return result
    return base**exponent


@kernel()
def openness(cost_hat, theta, out):
    """Equation (1): phi = k ** -theta, elementwise; 1 stays exactly 1 and an infinite cost gives 0."""
    rows, columns = cost_hat.shape
    for i in range(rows):
        for j in range(columns):
            k = cost_hat[i, j]
            out[i, j] = 1.0 if k == 1.0 else 0.0 if k == np.inf else power(1.0 / k, theta)


@kernel()
def _state(world, shock, state):
    """Equations (2)-(6) at wages 1 + dw: fills dx, dS, dE, dr, D, Z; returns max |Z_i| / w_i, inf where not
    positive."""
    Y, E, theta, closure, part, parts = world.Y, world.E, world.theta, world.closure, world.part, world.parts
    start, slope = world.start, world.slope
    M, MT, g, h = shock.M, shock.MT, shock.g, shock.h
    dw, dx, dS, dE, dr, D, Z = state.dw, state.dx, state.dS, state.dE, state.dr, state.D, state.Z
    n = dw.size
    for i in range(n):
        if not dw[i] > -1.0:
            return np.inf
        dx[i] = np.expm1(-theta * np.log1p(dw[i]))
    for j in range(n):
        dS[j] = 0.0
        D[j] = 0.0
    for i in range(n):
        change = dx[i]
        for j in range(n):
            dS[j] += M[i, j] * change
    if closure == MULTIPLICATIVE:
        for c in range(parts):
            excess = 0.0
            total = 0.0
            apart = 0.0
            for i in range(n):
                if part[i] == c:
                    excess += (Y[i] - E[i]) * dw[i]
                    total += E[i] * (1.0 + dw[i])
                    apart += Y[i] - E[i]
            # mu - 1 = sum (Y - E) w / sum E w; in a part of the data sum Y is sum E, and what rounding leaves
            # must not count; in a part that bans have cut off it is what the part owed to the others or they
            # to it
            if abs(apart) > 1e-12 * total:
                excess += apart
            less_one = excess / total
            for j in range(n):
                if part[j] == c:
                    dE[j] = less_one + dw[j] + less_one * dw[j]
    else:
        for j in range(n):
            dE[j] = start[j] + slope[j] * dw[j]
    for j in range(n):
        dS[j] = g[j] + dS[j] / E[j]
        if not (dE[j] > -1.0 and dS[j] > -1.0):
            return np.inf
        dr[j] = (dE[j] - dS[j]) / (1.0 + dS[j])
    for j in range(n):
        change = dr[j]
        for i in range(n):
            D[i] += MT[j, i] * change
    worst = 0.0
    for i in range(n):
        q = h[i] + D[i] / Y[i]
        D[i] = dx[i] + q + dx[i] * q
        Z[i] = D[i] - dw[i]
        size = abs(Z[i]) / (1.0 + dw[i])
        if not size <= worst:  # also catches NaN
            worst = size
    return worst


@kernel()
def _shocked(world, phi):
    """M = X phi and its transpose; g_j and h_i: the shock's own part of (2) and (3), exact zero where phi is
    1."""
    X, Y, E = world.X, world.Y, world.E
    n = Y.size
    M = np.empty((n, n))
    MT = np.empty((n, n))
    g = np.empty(n)
    h = np.empty(n)
    for j in range(n):
        g[j] = 0.0
    for i in range(n):
        sum_h = 0.0
        for j in range(n):
            change = phi[i, j] - 1.0
            if change == 0.0:
                M[i, j] = X[i, j]
            else:
                M[i, j] = X[i, j] * phi[i, j]
                moved = X[i, j] * change
                g[j] += moved
                sum_h += moved
        h[i] = sum_h / Y[i]
    for j in range(n):
        g[j] /= E[j]
    for i in range(n):
        for j in range(n):
            MT[j, i] = M[i, j]
    return Shock(M, MT, g, h)


@kernel()
def _begun(dw, dS, dE):
    """A state at given wages, with room of its own for all but what the caller wants to have."""
    n = dw.size
    return State(dw, np.empty(n), dS, dE, np.empty(n), np.empty(n), np.empty(n))


@kernel()
def _moved(state, dw):
    """The same room at other wages."""
    return State(dw, state.dx, state.dS, state.dE, state.dr, state.D, state.Z)


@kernel()
def jacobian(world, M, state):
    """d Z / d w, equation (7), plus one rank per part of the world that trades with itself (the
    numeraire)."""
    Y, E, theta, closure, part, parts = world.Y, world.E, world.theta, world.closure, world.part, world.parts
    slope = world.slope
    dw, dx, dS, dE, D = state.dw, state.dx, state.dS, state.dE, state.D
    n = dw.size
    J = np.zeros((n, n))
    left = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            left[i, j] = M[i, j] * (1.0 + dE[j]) / (1.0 + dS[j]) ** 2 / E[j]
    for i in range(n):
        for j in range(n):
            a = left[i, j]
            if a != 0.0:
                for k in range(n):
                    J[i, k] += a * M[k, j]
    for i in range(n):
        for k in range(n):
            J[i, k] *= theta * (1.0 + dx[k]) / (1.0 + dw[k])
    for i in range(n):
        for j in range(n):
            a = M[i, j] / (1.0 + dS[j])
            if closure == MULTIPLICATIVE:
                J[i, j] += a * (1.0 + dE[j]) / (1.0 + dw[j])
            else:
                J[i, j] += a * slope[j]
    if closure == MULTIPLICATIVE:
        for c in range(parts):
            total = 0.0
            mu = 0.0
            for k in range(n):
                if part[k] == c:
                    total += E[k] * (1.0 + dw[k])
                    mu = (1.0 + dE[k]) / (1.0 + dw[k])
            for i in range(n):
                pull = 0.0
                for j in range(n):
                    if part[j] == c:
                        pull += M[i, j] * (1.0 + dw[j]) / (1.0 + dS[j])
                if pull != 0.0:
                    for k in range(n):
                        if part[k] == c:
                            J[i, k] += pull * (Y[k] - mu * E[k]) / total
    for i in range(n):
        scale = (1.0 + dx[i]) / Y[i]
        for k in range(n):
            J[i, k] *= scale
        J[i, i] -= theta * (1.0 + D[i]) / (1.0 + dw[i]) + 1.0
    weight = np.zeros(parts)
    for k in range(n):
        weight[part[k]] += Y[k]
    for i in range(n):
        for k in range(n):
            if part[i] == part[k]:
                J[i, k] += Y[k] / weight[part[k]]
    return J


@kernel()
def solve_linear(A, B):
    """A^-1 B by elimination with partial pivoting (own code: one thread, the same bits everywhere); NaN if
    singular."""
    n = A.shape[0]
    m = B.shape[1]
    U = A.copy()
    R = B.copy()
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(U[i, k]) > abs(U[p, k]):
                p = i
        if not abs(U[p, k]) > 0.0:
            R[:, :] = np.nan
            return R
        if p != k:
            for j in range(n):
                U[k, j], U[p, j] = U[p, j], U[k, j]
            for j in range(m):
                R[k, j], R[p, j] = R[p, j], R[k, j]
        for i in range(k + 1, n):
            f = U[i, k] / U[k, k]
            if f != 0.0:
                for j in range(k, n):
                    U[i, j] -= f * U[k, j]
                for j in range(m):
                    R[i, j] -= f * R[k, j]
    for k in range(n - 1, -1, -1):
        for i in range(k + 1, n):
            f = U[k, i]
            if f != 0.0:
                for j in range(m):
                    R[k, j] -= f * R[i, j]
        for j in range(m):
            R[k, j] /= U[k, k]
    return R


@kernel()
def newton(world, phi, dw, dS, dE, tolerance, most):
    """Damped Newton from the given dw (changed in place). Returns (status, iterations, residual)."""
    n = world.Y.size
    shock = _shocked(world, phi)
    state = _begun(dw, dS, dE)
    Z = state.Z
    trial = np.empty(n)
    ahead = _moved(state, trial)
    right = np.empty((n, 1))
    residual = _state(world, shock, state)
    if residual == np.inf:
        return NOT_POSITIVE, 0, residual
    for iteration in range(most):
        if residual <= tolerance:
            return SOLVED, iteration, residual
        J = jacobian(world, shock.M, state)
        for i in range(n):
            right[i, 0] = -Z[i]
        step = solve_linear(J, right)[:, 0]
        length = 1.0
        for i in range(n):
            if not abs(step[i]) < np.inf:
                return NOT_CONVERGED, iteration, residual
            if step[i] < 0.0:  # no wage may fall to less than a fifth in one step
                length = min(length, 0.8 * (1.0 + dw[i]) / -step[i])
        while True:
            for i in range(n):
                trial[i] = dw[i] + length * step[i]
            now = _state(world, shock, ahead)
            if now < residual * (1.0 - 1e-4 * length) or now <= tolerance:
                break
            if residual <= 1e-12:  # as far as rounding lets it go
                break
            length *= 0.5
            if length < 1e-9:
                break
        if not now < residual:
            # put the state of the better point back
            end = _state(world, shock, state)
            return (SOLVED if end <= 1e-12 else NOT_CONVERGED), iteration, end
        dw[:] = trial
        residual = now
    return (SOLVED if residual <= 1e-12 else NOT_CONVERGED), most, residual


@kernel()
def quasi_newton(world, phi, dw, dS, dE, tolerance, most):
    """Broyden's method from the baseline, with the baseline's inverse Jacobian (HT: its transpose) as first
    guess.

    The updates are kept as the steps themselves (Kelley 1995, Iterative Methods for Linear and Nonlinear
    Equations, algorithm brsol). Returns (status, iterations, residual); gives up as soon as it stops making
    progress.
    """
    n = world.Y.size
    shock = _shocked(world, phi)
    state = _begun(dw, dS, dE)
    Z, HT = state.Z, world.HT
    steps = np.empty((most + 1, n))
    squares = np.empty(most + 1)
    z = np.empty(n)
    for i in range(n):
        dw[i] = 0.0
    residual = _state(world, shock, state)
    best = residual
    for k in range(most):
        if residual <= tolerance:
            return SOLVED, k, residual
        for i in range(n):
            z[i] = 0.0
        for j in range(n):
            f = -Z[j]
            for i in range(n):
                z[i] += HT[j, i] * f
        for m in range(k - 1):
            dot = 0.0
            for i in range(n):
                dot += steps[m, i] * z[i]
            f = dot / squares[m]
            for i in range(n):
                z[i] += f * steps[m + 1, i]
        if k > 0:
            dot = 0.0
            for i in range(n):
                dot += steps[k - 1, i] * z[i]
            f = 1.0 - dot / squares[k - 1]
            if not abs(f) > 1e-3:
                return NOT_CONVERGED, k, residual
            for i in range(n):
                z[i] /= f
        squares[k] = 0.0
        for i in range(n):
            steps[k, i] = z[i]
            squares[k] += z[i] * z[i]
            dw[i] += z[i]
        if squares[k] == 0.0:
            break
        residual = _state(world, shock, state)
        if not residual <= 3.0 * best:
            break
        best = min(best, residual)
    if residual <= tolerance:
        return SOLVED, most, residual
    return NOT_CONVERGED, most, residual


@kernel()
def equilibrium(world, apart, phi, banned, dw, dS, dE, tolerance):
    """Quasi-Newton; if that fails damped Newton; if that fails the shock walked in steps. Results in dw, dS,
    dE.

    ``banned``: some phi is 0, so the parts of the world may fall apart; ``apart`` is the world with the parts
    that are left. Returns (status, iterations, residual, steps of the walk).
    """
    n = world.Y.size
    iterations = 0
    if not banned:
        status, done, residual = quasi_newton(world, phi, dw, dS, dE, tolerance, 24)
        iterations += done
        if status == SOLVED:
            return status, iterations, residual, 0
    dw[:] = 0.0
    status, done, residual = newton(apart, phi, dw, dS, dE, tolerance, 60)
    iterations += done
    if status == SOLVED:
        return status, iterations, residual, 0
    good = np.zeros(n)
    partial = np.empty_like(phi)
    t = 0.0
    pace = 0.25
    steps = 0
    last = residual
    while t < 1.0 and steps < 400:
        ahead = min(1.0, t + pace)
        for i in range(n):
            for j in range(n):
                f = phi[i, j]
                if ahead == 1.0 or f == 1.0:
                    partial[i, j] = f
                elif f > 0.0:
                    partial[i, j] = np.exp(ahead * np.log(f))
                else:
                    partial[i, j] = 1.0 - ahead
        dw[:] = good
        if ahead == 1.0:
            status, done, last = newton(apart, partial, dw, dS, dE, tolerance, 60)
        else:
            status, done, last = newton(world, partial, dw, dS, dE, 1e-10, 60)
        iterations += done
        steps += 1
        if status == SOLVED:
            good[:] = dw
            t = ahead
            pace = min(2.0 * pace, 0.5)
        else:
            pace *= 0.5
            if pace < 1e-4:
                return NOT_CONVERGED, iterations, max(last, residual), steps
    return (SOLVED if t == 1.0 else NOT_CONVERGED), iterations, last, steps


@kernel()
def gains(dS, dE, theta, out):
    """Equation (8) less one: the change of real income, (I'/I) / (P'/P) - 1."""
    for j in range(dS.size):
        if dS[j] == 0.0 and dE[j] == 0.0:
            out[j] = 0.0
        else:
            out[j] = np.expm1(np.log1p(dE[j]) + np.log1p(dS[j]) / theta)


@kernel()
def both_ways(M, label, parts):
    """Whether in every part of the world (:func:`parts_of`) goods can go round from anyone to anyone: strong
    connection."""
    n = M.shape[0]
    seen = np.empty(n, np.bool_)
    stack = np.empty(n, np.int64)
    for forward in (True, False):
        seen[:] = False
        for part in range(parts):
            first = 0
            while label[first] != part:
                first += 1
            seen[first] = True
            stack[0] = first
            height = 1
            while height:
                height -= 1
                i = stack[height]
                for j in range(n):
                    if not seen[j] and (M[i, j] if forward else M[j, i]) > 0.0:
                        seen[j] = True
                        stack[height] = j
                        height += 1
        if not seen.all():
            return False
    return True


@kernel()
def parted(world, trade):
    """The same world with the parts that trade with each other now."""
    part, parts = parts_of(trade)
    return World(
        world.X,
        world.Y,
        world.E,
        world.theta,
        world.closure,
        part,
        parts,
        world.start,
        world.slope,
        world.HT,
    )


@kernel()
def worth_many(world, hats, tolerance, out, trouble, moved):
    """Equivalent variation of many scenarios, cost hats [scenario, origin, destination], into out [scenario,
    country]; wage hats, and spending hats over S, into moved [scenario, 2, country] where there is room.

    ``trouble`` gets the status per scenario;
    ``ONE_WAY`` is said of what was solved where bans leave trade one way only: without deficits that is a
    limit, not a solution.
    """
    X, E, theta = world.X, world.E, world.theta
    n = E.size
    dw = np.empty(n)
    dS = np.empty(n)
    dE = np.empty(n)
    phi = np.empty((n, n))
    trade = np.empty((n, n))
    for s in range(hats.shape[0]):
        openness(hats[s], theta, phi)
        banned = False
        for i in range(n):
            for j in range(n):
                trade[i, j] = X[i, j] * phi[i, j]
                if phi[i, j] == 0.0:
                    banned = True
        apart = parted(world, trade) if banned else world
        status, _, _, _ = equilibrium(world, apart, phi, banned, dw, dS, dE, tolerance)
        trouble[s] = status
        if status == SOLVED:
            gains(dS, dE, theta, out[s])
            for j in range(n):
                out[s, j] *= E[j]
            if len(moved):
                for j in range(n):
                    moved[s, 0, j] = 1.0 + dw[j]
                    moved[s, 1, j] = (1.0 + dE[j]) / (1.0 + dS[j])
            if banned and not both_ways(trade, apart.part, apart.parts):
                trouble[s] = ONE_WAY
        else:
            for j in range(n):
                out[s, j] = np.nan
