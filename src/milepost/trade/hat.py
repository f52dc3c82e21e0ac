r"""One-sector trade equilibrium in exact changes (Armington or Eaton-Kortum), hats meaning new over old.

With base flows X[i, j] (origin i, destination j, domestic trade on the diagonal), spending E_j = Σ_i X_ij, income
Y_i = Σ_j X_ij, shares π_ij = X_ij / E_j and trade elasticity θ, a change of trade costs κ̂ gives (Dekle, Eaton & Kortum
2008, IMF Staff Papers 55(3); Arkolakis, Costinot & Rodríguez-Clare 2012, AER 102(1))

    (1)  π'_ij = π_ij (ŵ_i κ̂_ij)^−θ / Σ_k π_kj (ŵ_k κ̂_kj)^−θ
    (2)  P̂_j   = ( Σ_k π_kj (ŵ_k κ̂_kj)^−θ )^(−1/θ)
    (3)  ŵ_i Y_i = Σ_j π'_ij E'_j

and, by the closure of deficits D_j = E_j − Y_j,

    (4)  zero            E'_j = ŵ_j Y_j          the base is re-solved without deficits first, and re-based on it
         fixed           E'_j = ŵ_j Y_j + D_j    D in units of world income, which is the numeraire: Σ ŵ Y = Σ Y
         multiplicative  E'_j = ŵ_j E_j

    (5)  real income change = (E'_j / E_j) / P̂_j,    equivalent variation = E_j (real income change − 1), MUSD a year.

Solved by Newton's method with the Jacobian of the base (chord steps), exact Newton steps when these slow down, and the
shock walked in steps when both fail. A shock of ones returns exactly nothing. No unconverged number is ever returned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse

Floats = NDArray[np.float64]
Closure = Literal["zero", "fixed", "multiplicative"]
CLOSURES: tuple[Closure, ...] = ("zero", "fixed", "multiplicative")
TOLERANCE = 1e-13
_CODE = {"zero": 0, "fixed": 1, "multiplicative": 2}


@dataclass(frozen=True)
class Economy:
    """Base of the trade model: flows[origin, destination] in MUSD a year, trade elasticity, closure of deficits."""

    countries: tuple[str, ...]
    flows: Floats
    theta: float
    closure: Closure = "zero"

    def __post_init__(self) -> None:
        n = len(self.countries)
        if self.flows.shape != (n, n):
            raise WrongUse(f"{n} countries need {n} x {n} flows; these are {' x '.join(map(str, self.flows.shape))}.")
        if not np.isfinite(self.flows).all() or (self.flows < 0).any():
            raise WrongUse("Trade flows must be numbers of at least 0; nothing can be computed from others.")
        if self.theta <= 0 or not np.isfinite(self.theta):
            raise WrongUse(f"The trade elasticity is {self.theta}; it must be above 0.")
        if self.closure not in CLOSURES:
            raise WrongUse(f"There is no closure '{self.closure}'. Known: {', '.join(CLOSURES)}.")
        for name, total in (("exports", self.flows.sum(1)), ("imports", self.flows.sum(0))):
            empty = [c for c, t in zip(self.countries, total, strict=True) if t <= 0]
            if empty:
                raise WrongUse(f"Without any {name}, domestic sales included: {', '.join(empty)}. Give them trade.")


@dataclass(frozen=True)
class Outcome:
    """One counterfactual equilibrium. Arrays run over countries; money in MUSD a year at base prices."""

    wage_hat: Floats
    price_hat: Floats
    real_income_hat: Floats
    equivalent_variation_musd: Floats
    flows: Floats
    iterations: int
    residual: float
    market_clearing: float  # largest |sales - income| / income in the new equilibrium, computed from the new flows
    real_wage_gap: float  # largest |ln(ŵ/P̂) + ln(π̂_jj)/θ|, the identity of Arkolakis et al. (2012)


class Solver:
    """Many counterfactuals of one economy. Read-only once made; safe to share between threads."""

    def __init__(self, economy: Economy) -> None:
        self.given = economy
        self.rebased_by = 0.0
        if economy.closure == "zero":
            economy, self.rebased_by = _without_deficits(economy)
        self.economy = economy
        self.income = economy.flows.sum(axis=1)
        self.spending = economy.flows.sum(axis=0)
        self.shares = np.ascontiguousarray(economy.flows / self.spending)
        self.deficit = self.spending - self.income
        self.code = _CODE[economy.closure]
        n = len(self.income)
        self.inverse = np.ascontiguousarray(
            np.linalg.inv(
                _jacobian(np.ones(n), self.shares, self.income, self.spending, self.deficit, economy.theta, self.code)
            )
        )

    def wages(self, cost_hat: Floats) -> tuple[Floats, int, float]:
        """Wage hats, iterations and residual for a matrix of cost hats. Raises ``NoSolution``."""
        A = self._attraction(cost_hat)
        start = np.ones(len(self.income))
        found = self._from(A, start)
        if found is not None:
            return found
        with np.errstate(divide="ignore"):
            logs = np.log(A / self.shares, where=self.shares > 0, out=np.zeros_like(A))
        for pieces in (4, 16, 64):  # walk the shock in steps, each starting where the last one ended
            at: Floats = start
            done = 0
            for piece in range(1, pieces + 1):
                # a ban has no logarithm: it is walked as a falling share
                part = np.where(A > 0, self.shares * np.exp(np.where(A > 0, logs, 0.0) * piece / pieces), 0.0)
                if piece < pieces:
                    part = np.where(A > 0, part, self.shares * (1 - piece / pieces))
                step = self._from(part if piece < pieces else A, at)
                if step is None:
                    break
                at, used, residual = step
                done += used
            else:
                return at, done, residual
        raise NoSolution(
            "The trade equilibrium was not found: wages did not settle within 200 steps, nor with the shock walked in "
            "64 steps. Usually a country is cut off from all trade or a deficit exceeds its income; check the largest "
            "cost changes, or set deficits = 'zero'."
        )

    def solve(self, cost_hat: Floats) -> Outcome:
        """The equilibrium with trade costs changed by ``cost_hat`` (n, n), new over old; inf is a ban."""
        wage, iterations, residual = self.wages(cost_hat)
        A = self._attraction(cost_hat)
        theta = self.economy.theta
        pull = A * (wage**-theta)[:, None]
        denominator = pull.sum(axis=0)
        price = denominator ** (-1 / theta)
        spending = self._spending(wage)
        flows = pull / denominator * spending
        real = spending / self.spending / price
        income = wage * self.income
        own = np.diag(pull) / denominator / np.diag(self.shares)
        gap = np.abs(np.log(wage / price) + np.log(own) / theta).max() if (np.diag(self.shares) > 0).all() else 0.0
        unchanged = bool((cost_hat == 1.0).all())
        return Outcome(
            wage_hat=wage,
            price_hat=np.ones_like(price) if unchanged else price,
            real_income_hat=np.ones_like(real) if unchanged else real,
            equivalent_variation_musd=np.zeros_like(real) if unchanged else self.spending * (real - 1.0),
            flows=flows,
            iterations=iterations,
            residual=residual,
            market_clearing=float(np.abs(flows.sum(axis=1) / income - 1.0).max()),
            real_wage_gap=float(gap),
        )

    def equivalent_variation(self, cost_hat: Floats) -> Floats:
        """Equivalent variation only, MUSD a year per country."""
        if (cost_hat == 1.0).all():
            return np.zeros(len(self.income))
        wage, _, _ = self.wages(cost_hat)
        theta = self.economy.theta
        price = ((wage**-theta) @ self._attraction(cost_hat)) ** (-1 / theta)
        value: Floats = self._spending(wage) / price - self.spending
        return value

    def _attraction(self, cost_hat: Floats) -> Floats:
        if cost_hat.shape != self.shares.shape or np.isnan(cost_hat).any() or (cost_hat <= 0).any():
            raise WrongUse(f"Cost hats are a {len(self.income)} x {len(self.income)} matrix of numbers above 0.")
        pull: Floats = self.shares * cost_hat**-self.economy.theta
        return pull

    def _spending(self, wage: Floats) -> Floats:
        income: Floats = wage * self.income
        if self.code == 1:
            income = income + self.deficit
        elif self.code == 2:
            income = wage * self.spending
        return income

    def _from(self, A: Floats, start: Floats) -> tuple[Floats, int, float] | None:
        wage, iterations, residual = _newton(
            A,
            start,
            self.inverse,
            self.shares,
            self.income,
            self.spending,
            self.deficit,
            self.economy.theta,
            self.code,
        )
        return (wage, iterations, residual) if residual < TOLERANCE * 100 else None


def solve(economy: Economy, cost_hat: Floats) -> Outcome:
    """One counterfactual; use :class:`Solver` for many. Raises ``NoSolution`` rather than return a wrong number."""
    return Solver(economy).solve(cost_hat)


def _without_deficits(economy: Economy) -> tuple[Economy, float]:
    """The base re-solved with every deficit at zero, and the largest relative change of a country's income."""
    income, spending = economy.flows.sum(axis=1), economy.flows.sum(axis=0)
    if np.abs(spending - income).max() <= 1e-14 * income.max():
        return economy, 0.0
    shares = economy.flows / spending
    wage = np.ones(len(income))
    # fixed point of (3) with E' = ŵ Y, then Newton from there: deficits may be large
    for _ in range(5000):
        pull = shares * (wage**-economy.theta)[:, None]
        sales = pull / pull.sum(axis=0) @ (wage * income)
        new = wage * (sales / (wage * income)) ** (1 / (1 + economy.theta))
        new *= income.sum() / (new * income).sum()
        change = np.abs(new / wage - 1).max()
        wage = new
        if change < 1e-15:
            break
    pull = shares * (wage**-economy.theta)[:, None]
    flows = pull / pull.sum(axis=0) * (wage * income)
    gap = np.abs(flows.sum(axis=1) / (wage * income) - 1).max()
    if gap > 1e-12:
        raise NoSolution(
            f"The base without deficits was not found (markets miss by {gap:.1e}). Usually a country hardly sells to "
            "itself; check its domestic trade, or set deficits = 'fixed'."
        )
    return replace(economy, flows=flows), float(np.abs(wage - 1).max())


@njit(cache=True)  # type: ignore[untyped-decorator,unused-ignore]
def _excess(w, A, income, spending, deficit, theta, code, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Relative excess sales of each country, equation (3); returns its largest absolute value."""
    n = len(w)
    pull = w**-theta
    total = 0.0
    world = 0.0
    for i in range(n):
        out[i] = 0.0
        total += w[i] * income[i]
        world += income[i]
    for j in range(n):
        denominator = 0.0
        for i in range(n):
            denominator += A[i, j] * pull[i]
        e = w[j] * income[j]
        if code == 1:
            e += deficit[j]
        elif code == 2:
            e = w[j] * spending[j]
        scale = e / denominator
        for i in range(n):
            out[i] += A[i, j] * scale
    worst = 0.0
    for i in range(n):
        out[i] = out[i] * pull[i] / (w[i] * income[i]) - 1.0
        worst = max(worst, abs(out[i]))
    # one market follows from the others; world income is the numeraire and takes its place
    out[n - 1] = total / world - 1.0
    return max(worst, abs(out[n - 1]))


@njit(cache=True)  # type: ignore[untyped-decorator,unused-ignore]
def _jacobian(w, A, income, spending, deficit, theta, code):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Derivatives of the excess with respect to ln w, last row the numeraire."""
    n = len(w)
    pull = w**-theta
    J = np.zeros((n, n))
    share = np.empty((n, n))
    e = np.empty(n)
    de = np.empty(n)
    for j in range(n):
        denominator = 0.0
        for i in range(n):
            denominator += A[i, j] * pull[i]
        for i in range(n):
            share[i, j] = A[i, j] * pull[i] / denominator
        e[j] = w[j] * income[j]
        de[j] = e[j]
        if code == 1:
            e[j] += deficit[j]
        elif code == 2:
            e[j] = w[j] * spending[j]
            de[j] = e[j]
    for i in range(n):
        y = w[i] * income[i]
        sales = 0.0
        for j in range(n):
            sales += share[i, j] * e[j]
        for k in range(n):
            cross = 0.0
            for j in range(n):
                cross += share[i, j] * share[k, j] * e[j]
            J[i, k] = (theta * cross + share[i, k] * de[k]) / y
        J[i, i] -= (1.0 + theta) * sales / y
    total = 0.0
    for k in range(n):
        total += income[k]
    for k in range(n):
        J[n - 1, k] = w[k] * income[k] / total
    return J


@njit(cache=True)  # type: ignore[untyped-decorator,unused-ignore]
def _newton(A, start, inverse, shares, income, spending, deficit, theta, code):  # type: ignore[no-untyped-def]  # pragma: no cover
    n = len(start)
    A = np.ascontiguousarray(A)
    w = start.copy()
    f = np.empty(n)
    trial = np.empty(n)
    g = np.empty(n)
    M = inverse
    residual = _excess(w, A, income, spending, deficit, theta, code, f)
    used = 0
    polished = False
    while used < 200:
        used += 1
        step = -np.dot(M, f)
        size = np.abs(step).max()
        damp = 1.0 if size < 1.0 else 1.0 / size
        better = False
        for _ in range(30):
            for i in range(n):
                trial[i] = w[i] * np.exp(damp * step[i])
            r = _excess(trial, A, income, spending, deficit, theta, code, g)
            if r < residual:
                better = True
                break
            damp *= 0.5
            if residual < 1e-12:
                break
        if not better:
            if residual < 1e-11 or polished:
                break  # the floor of double precision, or nothing left to try
            M = np.ascontiguousarray(np.linalg.inv(_jacobian(w, A, income, spending, deficit, theta, code)))
            polished = True
            continue
        slow = r > 0.3 * residual
        w[:] = trial
        f[:] = g
        residual = r
        polished = False
        if residual < 1e-15:
            break
        if slow and residual > 1e-12:
            M = np.ascontiguousarray(np.linalg.inv(_jacobian(w, A, income, spending, deficit, theta, code)))
            polished = True
    return w, used, residual
