r"""Many sectors in exact hats: Caliendo and Parro (2015, Review of Economic Studies 82(1)), with tariff
revenue, input-output links and a stated closure of deficits.

    (1)  c_jn = w_n^{gamma_L,jn} prod_m P_mn^{gamma_mjn}                                unit cost
    (2)  pi'_jni = pi_jni (kappa_jni c_ji)^-theta_j / S_jn ,  P_jn = S_jn^{-1/theta_j}
         kappa = d (1 + tau') / (1 + tau)
    (3)  X'_jn = sum_k gamma_jkn sum_m pi'_kmn X'_km / (1 + tau'_kmn) + alpha_jn I'_n      spending
    (4)  I'_n  = w_n VA_n + sum_ji tau' pi' X' / (1 + tau') + D'_n                         income
    (5)  sum_j gamma_L,jn sum_m pi'_jmn X'_jm / (1 + tau'_jmn) = w_n VA_n                  labour
    (6)  D' = 0 (zero) | D (fixed, in units of value added) | I' = mu r_n (w VA + revenue), r the baseline's
    ratio; the unit and
         mu belong to each part of the world that trades, so that a part that bans have cut off has a budget
         of its own
    (7)  real income hat = (I'_n / I_n) / prod_j P_jn^alpha_jn ;  equivalent variation = I_n (hat - 1)

Real income is exact; the formula of the 2015 paper is a first-order approximation and only
:func:`first_order` gives it, under that name. The baseline is solved first under the same closure and the
economy re-based on it, because data hardly ever clear all markets; what that moved is in
:class:`SectorRebasing`. The identity that the solver does not use and must satisfy:

    (8)  ln(w_n / P_n) = - sum_j alpha_jn sum_k [(I - Gamma_n^T)^-1]_jk ( ln(pi'_knn / pi_knn) / theta_k + ln
    kappa_knn )
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import read_only
from milepost.errors import NoSolution, WrongUse
from milepost.results import Result, by_country, plain, solved_in_words
from milepost.trade.closures import Closure
from milepost.trade.many_sectors import kernel
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.one_way import one_way, one_way_error
from milepost.trade.parts import parts_of
from milepost.trade.rebasing import keep_deficits, moved_most

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
TOLERANCE = 1e-11
MOST_SWEEPS = 300
VANISHED = 18.0  # ln: one wage beside another, 1e8 times what it was beside it in the data
_CLOSURE = {"zero": kernel.ZERO, "fixed": kernel.FIXED, "multiplicative": kernel.MULTIPLICATIVE}


@dataclass(frozen=True)
class SectorShock:
    """Ratios of new to old iceberg ``cost_hat`` [sector, origin, destination] (inf = ban), new ``tariffs``;
    None = as is."""

    cost_hat: Floats | None = None
    tariffs: Floats | None = None


@dataclass(frozen=True)
class SectorRebasing:
    """What solving the baseline moved: share of all trade, real income of each country (after over before,
    losing or paying back its deficit included), deficits of the data in MUSD."""

    closure: Closure
    deficit_musd: Floats
    real_income_hat: Floats
    flows_changed: float

    def sentences(self, countries: tuple[str, ...]) -> tuple[str, ...]:
        """The same in words."""
        if self.flows_changed < 1e-9:
            return (f"The data clear all markets under the closure '{self.closure}'; nothing was moved.",)
        most = int(np.argmax(np.abs(self.deficit_musd)))
        return (
            f"The baseline was solved under the closure '{self.closure}' before any shock: "
            f"{self.flows_changed:.2%} of all trade "
            f"moved, real incomes most in {moved_most(countries, self.real_income_hat)}; the largest deficit "
            "or surplus of the "
            f"data is {self.deficit_musd[most]:,.0f} MUSD ({countries[most]}).",
            *(keep_deficits(countries, self.real_income_hat) if self.closure == "zero" else ()),
        )


@dataclass(frozen=True)
class SectorChecks:
    """Independent checks of a solution, each a largest relative error."""

    goods: float  # spending against demand for inputs and final goods, equation (3)
    # imports less exports against the deficit, over value added or what is spent, whichever is more
    budget: float
    labour: float  # equation (5)
    real_wage_identity: float  # equation (8), over countries with home sales in every sector they use

    @property
    def worst(self) -> float:
        """The largest of the four."""
        return max(self.goods, self.budget, self.labour, self.real_wage_identity)


@dataclass(frozen=True, repr=False)
class SectorOutcome(Result):
    """A counterfactual against its solved baseline. ``flows`` [sector, origin, destination] net of tariffs,
    MUSD a year.

    Hats are ratios of new to old, by country unless said; its table has a row per country.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    closure: Closure
    wage_hat: Floats
    price_hat: Floats  # of final goods
    sector_price_hat: Floats  # [sector, country]
    cost_hat: Floats  # unit costs, equation (1), [sector, country]
    real_wage_hat: Floats
    real_income_hat: Floats
    equivalent_variation_musd: Floats
    income_musd: Floats
    tariff_revenue_musd: Floats
    flows: Floats
    tariffs: Floats
    baseline_flows: Floats
    iterations: int
    residual: float
    steps: int
    checks: SectorChecks
    solution: Floats

    def headed(self) -> str:
        """Who, how closed, how well solved."""
        return solved_in_words(self) + f", {len(self.sectors)} sector{'s' if len(self.sectors) != 1 else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Every field but the solver's own vector as JSON values; arrays as nested lists, in the order of the
        names."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name != "solution"}

    def frame(self) -> pd.DataFrame:
        """A row per country: hats (new over old), equivalent variation, income and tariff revenue in MUSD a
        year."""
        hats = ("wage_hat", "price_hat", "real_wage_hat", "real_income_hat")
        return by_country(self, *hats, "equivalent_variation_musd", "income_musd", "tariff_revenue_musd")


class SectorSolver:
    """Solve one economy again and again; its baseline is solved once.

    ``base`` is the economy that counterfactuals start from. Raises ``NoSolution`` if the baseline cannot be
    solved.
    """

    def __init__(self, economy: SectorEconomy) -> None:
        self._prepare(
            economy, economy.shares, economy.spending_musd, economy.value_added_musd, economy.deficit_musd
        )
        if economy.solved_under is not None:
            self.base, n = economy, len(economy.countries)
            self.rebasing = SectorRebasing(economy.closure, economy.deficit_musd, np.ones(n), 0.0)
        else:
            self._refuse_one_way(self._pi)
            x, _, residual, _ = self._robust(self._pi, self._tau, baseline=True)
            # as near as the numbers allow: what is left of the baseline's residual is what a shock of zero
            # seems to do
            finer, B = x.copy(), self._pi / (1 + self._tau)
            _, better = self._run(self._pi, B, finer, 1.0, 40, 1e-15)
            self._rebase(economy, finer if better < residual else x)

    @property
    def income_musd(self) -> Floats:
        """Income of the solved baseline, tariff revenue and deficit included."""
        answer: Floats = self._income
        return answer

    def _prepare(self, economy: SectorEconomy, pi: Floats, X: Floats, va: Floats, deficit: Floats) -> None:
        self._economy = economy
        self._n, self._J = len(economy.countries), len(economy.sectors)
        n, J = self._n, self._J
        self._tau = np.ascontiguousarray(economy.tariffs.transpose(0, 2, 1))
        self._pi = np.ascontiguousarray(pi)
        self._gamma = np.ascontiguousarray(economy.materials)
        self._gamma_l = np.ascontiguousarray(economy.value_added_share.T)
        self._alpha = np.ascontiguousarray(economy.final_share.T)
        self._va, self._theta = np.ascontiguousarray(va), np.ascontiguousarray(economy.theta)
        self._closure = _CLOSURE[economy.closure]
        self._deficit = np.ascontiguousarray(deficit if economy.closure == "fixed" else np.zeros(n))
        own = np.eye(n, dtype=bool)
        self._traded = np.ascontiguousarray((self._pi[:, ~own].reshape(J, -1) > 0).any(axis=1))
        B = self._pi / (1 + self._tau)
        earned = self._va + (X * (1 - B.sum(axis=2))).sum(axis=0)
        self._ratio = (
            np.ascontiguousarray((earned + deficit) / earned)
            if economy.closure == "multiplicative"
            else np.ones(n)
        )
        self._income = earned * self._ratio + self._deficit
        if (self._income <= 0).any():
            who = ", ".join(c for c, i in zip(economy.countries, self._income, strict=True) if i <= 0)
            raise NoSolution(
                f"With the closure '{economy.closure}' {who} would owe more than it earns; choose another "
                "closure."
            )
        # the unit of each spending: where the data show next to none, what users and households there ask for
        # at the data's outputs; a solution of a million units would leave no digits for the residual. Tiny
        # spending must not make noise large
        asked = (
            np.einsum("imk,ki->mi", self._gamma, (B * X[:, :, None]).sum(axis=1)) + self._alpha * self._income
        )
        known = np.where(asked > 10.0 * X, asked, X)
        self._X = np.ascontiguousarray(np.maximum(known, 1e-9 * known.sum(axis=0)[None, :]))
        self._start = np.concatenate([np.zeros(n + J * n), (known / self._X).ravel()])
        self._spent = X
        self._condition(B, X)

    def _condition(self, B: Floats, X: Floats) -> None:
        """Own-country blocks and the chord in wages, all at the baseline.

        The blocks are kept in single precision: half the memory that every sweep reads, and where an
        iteration ends does not depend on how its steps were scaled.
        """
        n, J = self._n, self._J
        at = np.arange(n)
        own, own_net = self._pi[:, at, at], B[:, at, at]
        F = B.sum(axis=2)
        eye = np.eye(J)
        # gamma[i] is [input, user]; a user's cost moves with its inputs
        Bp = np.linalg.inv(eye[None] - own.T[:, :, None] * self._gamma.transpose(0, 2, 1)).astype(np.float32)
        scale = self._X.T
        block = self._gamma * own_net.T[:, None, :] + self._alpha.T[:, :, None] * (1 - F).T[:, None, :]
        block = block * scale[:, None, :] / scale[:, :, None]
        Bx = np.linalg.inv(eye[None] - block).astype(np.float32)
        # d(ln wage) for n wages at once: prices and spending solved out by repetition (columns are wages)
        wages = np.eye(n)
        dc_wage = self._gamma_l[:, :, None] * wages[None]
        dp = np.zeros((J, n, n))
        for _ in range(200):
            dc = dc_wage + np.einsum("imk,mia->kia", self._gamma, dp, optimize=True)
            new = np.matmul(self._pi, dc)
            moved = float(np.abs(new - dp).max())
            dp = new
            if moved < 1e-10:
                break
        dc = dc_wage + np.einsum("imk,mia->kia", self._gamma, dp, optimize=True)
        flow = B * X[:, :, None]  # net flows [j, d, i]
        tax = (self._pi - B) * X[:, :, None]
        theta = self._theta[:, None, None]
        # d flow = flow (d ln X_d - theta (dc_i - dp_d))
        dY_price = -theta * (flow.sum(axis=1)[:, :, None] * dc - np.matmul(flow.transpose(0, 2, 1), dp))
        dR_price = -(theta * (np.matmul(tax, dc) - tax.sum(axis=2)[:, :, None] * dp)).sum(axis=0)
        safe = np.where(X > 0, X, 1.0)
        dX = np.zeros((J, n, n))
        lift = self._ratio[:, None]
        for _ in range(300):
            log_x = dX / safe[:, :, None]
            dY = dY_price + np.matmul(flow.transpose(0, 2, 1), log_x)
            dI = lift * (
                self._va[:, None] * wages + dR_price + (tax.sum(axis=2)[:, :, None] * log_x).sum(axis=0)
            )
            new = (
                np.einsum("imk,kia->mia", self._gamma, dY, optimize=True) + self._alpha[:, :, None] * dI[None]
            )
            moved = float(np.abs(new - dX).max()) / float(X.max())
            dX = new
            if moved < 1e-10:
                break
        dY = dY_price + np.matmul(flow.transpose(0, 2, 1), dX / safe[:, :, None])
        Y = flow.sum(axis=1)
        paid = (self._gamma_l * Y).sum(axis=0)
        K = (self._gamma_l[:, :, None] * dY).sum(axis=0) / np.where(paid > 0, paid, 1.0)[:, None] - wages
        # each part of the world that trades with no other has a scale of wages of its own
        part, parts = parts_of(self._pi.sum(axis=0))
        whole = np.array([self._va.sum()]) if parts == 1 else np.bincount(part, self._va, parts)
        weight = np.where(part[:, None] == part[None, :], self._va / whole[part], 0.0)
        W = np.ascontiguousarray(-np.linalg.inv(K - weight))
        self._blocks = kernel.Blocks(Bp, Bx, W)

    def _rebase(self, economy: SectorEconomy, x: Floats) -> None:
        A, B = self._pi, self._pi / (1 + self._tau)
        levels = self._levels(x, A, B)
        pi, X, va = levels["pi"], levels["X"], np.exp(x[: self._n]) * economy.value_added_musd
        flows = (pi * X[:, :, None] / (1 + self._tau)).transpose(0, 2, 1)
        deficit = self._deficit.copy() if economy.closure == "fixed" else levels["income"] - levels["earned"]
        moved = float(np.abs(flows - economy.flows).sum() / economy.flows.sum())
        data_deficit = economy.deficit_musd
        # what the data's households spend holds their deficit; losing it or paying it back is part of what
        # solving moved
        spent = self._income + (data_deficit if economy.closure == "zero" else 0.0)
        gain = levels["income"] / np.where(spent > 0, spent, self._income) / np.exp(levels["log_price"])
        self.base = replace(
            economy,
            flows=flows,
            value_added_musd=va,
            final_share=economy.final_share,
            solved_under=economy.closure,
        )
        self.rebasing = SectorRebasing(economy.closure, data_deficit, gain, moved)
        self._prepare(self.base, pi, X, va, deficit)

    def _levels(self, x: Floats, A: Floats, B: Floats) -> dict[str, Floats]:
        n, J = self._n, self._J
        lw, p = x[:n], x[n : n + J * n].reshape(J, n)
        X = x[n + J * n :].reshape(J, n) * self._X
        c = self._gamma_l * lw + np.einsum("imk,mi->ki", self._gamma, p, optimize=True)
        z = np.exp(-self._theta[:, None] * c)
        S = np.matmul(A, z[:, :, None])[:, :, 0]
        pi = A * z[:, None, :] / S[:, :, None]
        net = np.matmul(B, z[:, :, None])[:, :, 0] / S
        earned = np.exp(lw) * self._va + (X * (1 - net)).sum(axis=0)
        income = self._spending(earned, A)
        return {
            "pi": pi,
            "X": X,
            "c": c,
            "income": income,
            "earned": earned,
            "log_price": (self._alpha * p).sum(axis=0),
            "p": p,
        }

    def _spending(self, earned: Floats, A: Floats) -> Floats:
        """Equation (6): what earnings allow to spend."""
        if self._closure != kernel.MULTIPLICATIVE:
            return np.asarray(earned + self._deficit)
        income = earned.copy()
        kernel.spend(income, self._ratio, self._part(A))
        return income

    def _part(self, A: Floats) -> NDArray[np.int64]:
        """Which part of the world that trades a country belongs to."""
        label: NDArray[np.int64] = parts_of(A.sum(axis=0))[0]
        return label

    def _world(self) -> kernel.World:
        return kernel.World(
            gamma=read_only(self._gamma),
            gamma_l=read_only(self._gamma_l),
            alpha=read_only(self._alpha),
            va=read_only(self._va),
            deficit=read_only(self._deficit),
            closure=self._closure,
            ratio=read_only(self._ratio),
            theta=read_only(self._theta),
            base_x=read_only(self._X),
            traded=read_only(self._traded),
            tau=read_only(self._tau),
        )

    def _run(
        self, A: Floats, B: Floats, x: Floats, damping: float, most: int, tolerance: float = TOLERANCE
    ) -> tuple[int, float]:
        shares = kernel.Shares(A, B, self._part(A))
        answer: tuple[int, float] = kernel.solve(
            self._world(), self._blocks, shares, x, damping, tolerance, most
        )
        return answer

    def _robust(
        self,
        A: Floats,
        tau: Floats,
        *,
        baseline: bool = False,
        kappa: Floats | None = None,
        tolerance: float = TOLERANCE,
    ) -> tuple[Floats, int, float, int]:
        """Anderson; then damped; then the shock in steps. Returns x, sweeps, residual, steps of the walk."""
        begin = self._start
        x = begin.copy()
        B = A / (1 + tau)
        sweeps, residual = self._run(A, B, x, 1.0, MOST_SWEEPS, tolerance)
        if residual < tolerance:
            return x, sweeps, residual, 1
        for damping in (0.5, 0.25, 0.1):
            x = begin.copy()
            more, residual = self._run(A, B, x, damping, 8 * MOST_SWEEPS, 1e-6)
            sweeps += more
            if residual < 1e-6:
                more, residual = self._run(A, B, x, 1.0, MOST_SWEEPS, tolerance)
                sweeps += more
                if residual < tolerance:
                    return x, sweeps, residual, 1
        if kappa is None:
            if self._closure != kernel.ZERO and (found := self._by_deficits(A, B, tolerance)) is not None:
                return found
            if (found := self._by_elasticity(A, B, tolerance)) is not None:
                return found
            raise self._unsolved(residual, tolerance, sweeps, 1, A, baseline=baseline)
        # walk: costs and tariffs move together from the baseline; a ban is approached from below in shares
        good, t, pace, steps = begin.copy(), 0.0, 0.25, 0
        banned = A == 0
        while t < 1.0:
            ahead = min(1.0, t + pace)
            with np.errstate(divide="ignore", invalid="ignore"):
                part = self._pi * np.where(
                    banned, 1.0 - ahead, kappa ** (-self._theta[:, None, None] * ahead)
                )
            if ahead == 1.0:
                part = A
            part_tau = self._tau + ahead * (tau - self._tau)
            x = good.copy()
            more, residual = self._run(
                np.ascontiguousarray(part), part / (1 + part_tau), x, 1.0, MOST_SWEEPS, tolerance
            )
            sweeps, steps = sweeps + more, steps + 1
            if residual < tolerance:
                good, t, pace = x, ahead, min(0.5, 2 * pace)
            else:
                pace *= 0.5
                if pace < 1e-3 or steps > 200:
                    raise self._unsolved(residual, tolerance, sweeps, steps, A)
        return good, sweeps, residual, steps

    def _by_deficits(self, A: Floats, B: Floats, tolerance: float) -> tuple[Floats, int, float, int] | None:
        """The baseline with more and more of the data's deficits held (or of the logarithm of what is spent
        beside what is earned), from none to all; as :meth:`_robust`. None where not even none is solved.

        Raises ``NoSolution`` that names who runs out of income, and at which share: a surplus is owed in
        full whatever its country earns, so beyond it there is no equilibrium.
        """
        whole, ratio, share, pace, sweeps, steps = self._deficit, self._ratio, 0.0, 1.0, 0, 0
        good: Floats | None = None
        poorest, left = 0, 1.0
        try:
            while pace >= 1e-3 and share < 1.0:
                ahead = 0.0 if good is None else min(1.0, share + pace)
                self._deficit = np.ascontiguousarray(whole * ahead)
                self._ratio = np.ascontiguousarray(ratio**ahead)
                x = (self._start if good is None else good).copy()
                more, residual = self._run(A, B, x, 1.0, MOST_SWEEPS, tolerance)
                sweeps, steps = sweeps + more, steps + 1
                if residual < tolerance:
                    good, share = x, ahead
                    levels = self._levels(x, A, B)
                    part = levels["income"] / levels["earned"]
                    poorest, left = int(part.argmin()), float(part.min())
                elif good is None:
                    return None
                else:
                    pace *= 0.5
        finally:
            self._deficit, self._ratio = whole, ratio
        if good is not None and share == 1.0:
            return good, sweeps, residual, steps
        if left > 0.1 or self._closure != kernel.FIXED:
            return None
        raise NoSolution(
            f"With the closure 'fixed' {self._economy.countries[poorest]} has nothing left to spend once "
            f"{share:.1%} of the deficits and surpluses in the data are held: its surplus is owed whatever "
            "it earns. Choose the closure 'zero' or 'multiplicative', or look at what it sells and buys."
        )

    def _by_elasticity(self, A: Floats, B: Floats, tolerance: float) -> tuple[Floats, int, float, int] | None:
        """The baseline with trade elasticities that rise to their own: what is steep is reached from where it
        is flat. None where that does not lead there either; else as :meth:`_robust`."""
        theta, blocks, good = self._theta, self._blocks, self._start
        share, pace, sweeps, steps, residual = 0.0, 0.1, 0, 0, np.inf
        try:
            while pace >= 1e-3 and share < 1.0:
                ahead = min(1.0, share + pace)
                self._theta = theta * ahead
                self._condition(B, self._spent)
                for damping in (1.0, 0.25):
                    x = good.copy()
                    more, residual = self._run(A, B, x, damping, MOST_SWEEPS, tolerance)
                    sweeps, steps = sweeps + more, steps + 1
                    if residual < tolerance:
                        break
                if residual < tolerance:
                    good, share, pace = x, ahead, min(0.25, 2 * pace)
                else:
                    pace *= 0.5
        finally:
            self._theta, self._blocks = theta, blocks
        return (good, sweeps, residual, steps) if share == 1.0 else None

    def _one_way(self, A: Floats) -> list[int]:
        return one_way(A.sum(axis=0) > 0)

    def _refuse_one_way(self, A: Floats) -> None:
        which = self._one_way(A) if self._closure == kernel.ZERO else []
        if which:
            raise one_way_error(self._economy.countries, which)

    def _unsolved(
        self, residual: float, tolerance: float, sweeps: int, steps: int, A: Floats, *, baseline: bool = False
    ) -> NoSolution:
        what = "baseline" if baseline else "counterfactual"
        why = "a very large shock in a sector with a very large trade elasticity"
        if baseline:
            why = "a country that sells or buys next to nothing abroad beside its deficit"
        if self._closure == kernel.FIXED:
            why = "deficits that a country cannot pay once its income falls"
        which = [self._economy.countries[i] for i in self._one_way(A)]
        if which:
            why = f"trade that goes one way only ({', '.join(which[:6])})"
        other = "'fixed'" if self._closure == kernel.ZERO else "'zero'"
        far = (
            f"the residual is {residual:.1e}, wanted {tolerance:.0e}"
            if np.isfinite(residual)
            else "prices or incomes left all bounds"
        )
        walked = f" and {steps} steps of the shock" if steps > 1 else ""
        return NoSolution(
            f"The {what} was not found: after {sweeps} sweeps{walked} {far}. The usual reason: {why}. Try "
            f"the closure {other}"
            f"{'' if baseline else ', a smaller shock'}, or look for a country with almost no home sales in "
            "a sector."
        )

    def arrays(self, shock: SectorShock) -> tuple[Floats, Floats]:
        """Cost hats and new tariffs of a shock, whole [sector, origin, destination]. Raises ``WrongUse`` for
        what is none."""
        n, J = self._n, self._J
        try:
            d = np.ones((J, n, n)) if shock.cost_hat is None else np.array(shock.cost_hat, dtype=np.float64)
            tau = self.base.tariffs if shock.tariffs is None else np.array(shock.tariffs, dtype=np.float64)
        except (TypeError, ValueError):
            raise WrongUse("A shock is two arrays of numbers: cost hats and tariffs.") from None
        if d.shape != (J, n, n) or tau.shape != (J, n, n):
            raise WrongUse(
                f"A shock has shape {d.shape} and tariffs {tau.shape}; wanted {(J, n, n)}: sector, origin, "
                "destination."
            )
        if not (d > 0).all() or not np.isfinite(tau).all() or (tau <= -1).any():
            raise WrongUse("A cost hat is above zero (inf is a ban) and a tariff above -100 %.")
        at = np.arange(n)
        if not np.isfinite(d[:, at, at]).all():
            raise WrongUse("A country's trade with itself cannot be banned: its cost hat must be finite.")
        return d, tau

    def _shock(self, shock: SectorShock) -> tuple[Floats, Floats, Floats]:
        """A = pi kappa^-theta, new tariffs and kappa, [sector, destination, origin]."""
        d, tau = self.arrays(shock)
        d, tau = np.ascontiguousarray(d.transpose(0, 2, 1)), np.ascontiguousarray(tau.transpose(0, 2, 1))
        kappa = d * (1 + tau) / (1 + self._tau)
        A = self._pi * kappa ** -self._theta[:, None, None]
        gone = np.argwhere(A.sum(axis=2) == 0)
        if len(gone):
            j, c = gone[0]
            raise NoSolution(
                f"{self.base.countries[c]} has no supplier of {self.base.sectors[j]} left: it made none "
                "itself and all others are "
                "banned. The model has no price for that; leave it one supplier."
            )
        if not np.isfinite(d).all():
            self._refuse_one_way(A)
        return np.ascontiguousarray(A), tau, kappa

    def solve(self, shock: SectorShock, *, tolerance: float = TOLERANCE) -> SectorOutcome:
        """The equilibrium after a shock. Raises ``WrongUse`` for a shock that is none, ``NoSolution`` if none
        is found."""
        A, tau, kappa = self._shock(shock)
        x, sweeps, residual, steps = self._robust(A, tau, kappa=kappa, tolerance=tolerance)
        # who sells and cannot buy for it has no equilibrium: wages of the others fall until they vanish
        # beside its own, and with them what is left open
        if np.ptp(x[: self._n]) > VANISHED and self._one_way(A):
            raise self._unsolved(np.inf, tolerance, sweeps, steps, A)
        return self._outcome(x, A, tau, kappa, sweeps, residual, steps)

    def _outcome(
        self, x: Floats, A: Floats, tau: Floats, kappa: Floats, sweeps: int, residual: float, steps: int
    ) -> SectorOutcome:
        n = self._n
        B = A / (1 + tau)
        with np.errstate(over="ignore", invalid="ignore"):  # what leaves all bounds is said below
            levels = self._levels(x, A, B)
        pi, X, income = levels["pi"], levels["X"], levels["income"]
        net = pi * X[:, :, None] / (1 + tau)
        wage, price = np.exp(x[:n]), np.exp(levels["log_price"])
        gain = income / self._income / price
        if not np.isfinite(gain).all():
            raise self._unsolved(np.inf, TOLERANCE, sweeps, steps, A)
        revenue = (tau * net).sum(axis=(0, 2))
        return SectorOutcome(
            countries=self.base.countries,
            sectors=self.base.sectors,
            closure=self.base.closure,
            wage_hat=wage,
            price_hat=price,
            sector_price_hat=np.exp(levels["p"]),
            cost_hat=np.exp(levels["c"]),
            real_wage_hat=wage / price,
            real_income_hat=gain,
            equivalent_variation_musd=self._income * (gain - 1),
            income_musd=income,
            tariff_revenue_musd=revenue,
            flows=net.transpose(0, 2, 1),
            tariffs=tau.transpose(0, 2, 1),
            baseline_flows=self.base.flows,
            iterations=sweeps,
            residual=residual,
            steps=steps,
            checks=self._checks(wage, price, pi, X, net, tau, kappa),
            solution=x,
        )

    def _checks(
        self, wage: Floats, price: Floats, pi: Floats, X: Floats, net: Floats, tau: Floats, kappa: Floats
    ) -> SectorChecks:
        n, J = self._n, self._J
        at = np.arange(n)
        output = net.sum(axis=1)
        income = wage * self._va + (tau * net).sum(axis=(0, 2))
        deficit = self._spending(income, pi) - income
        wanted = np.einsum("imk,ki->mi", self._gamma, output) + self._alpha * (income + deficit)
        big = self._X.sum(axis=0)[None, :]
        goods = float((np.abs(wanted - X) / np.maximum(X, 1e-6 * big)).max())
        imports, exports = net.sum(axis=(0, 2)), output.sum(axis=0)
        labour = float(np.abs((self._gamma_l * output).sum(axis=0) / (wage * self._va) - 1).max())
        own_before, own = self._pi[:, at, at], pi[:, at, at]
        used = (self._alpha > 0) | (self._gamma.transpose(1, 0, 2) > 0).any(axis=2)
        fine = ((own_before > 0) & (own > 0) | ~used).all(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_share = np.where(own_before > 0, np.log(own / own_before) / self._theta[:, None], 0.0)
            log_share = log_share + np.log(kappa[:, at, at])
        identity = 0.0
        for i in np.flatnonzero(fine):
            through = np.linalg.solve(np.eye(J) - self._gamma[i].T, log_share[:, i])
            identity = max(identity, abs(float(np.log(wage[i] / price[i]) + self._alpha[:, i] @ through)))
        return SectorChecks(
            goods=goods,
            budget=float(
                (np.abs(imports - exports - deficit) / np.maximum(self._va, income + deficit)).max()
            ),
            labour=labour,
            real_wage_identity=identity,
        )

    def _cut_apart(self, scenarios: Scenarios) -> list[int]:
        """Scenarios whose bans leave trade one way only or make new parts of the world, which the compiled
        batch does not know."""
        banned = np.flatnonzero(~np.isfinite(scenarios.cost_hat))
        parts, answer = parts_of(self._pi.sum(axis=0))[1], []
        for s in np.unique(np.searchsorted(scenarios.first, banned, side="right") - 1).tolist():
            cells = banned[(banned >= scenarios.first[s]) & (banned < scenarios.first[s + 1])]
            A = self._pi.copy()
            A[scenarios.sector[cells], scenarios.destination[cells], scenarios.origin[cells]] = 0.0
            if self._one_way(A) or parts_of(A.sum(axis=0))[1] != parts:
                answer.append(int(s))
        return answer

    def worth_many(
        self, scenarios: Scenarios, *, tolerance: float = 1e-8, threads: int | None = None
    ) -> Floats:
        """Equivalent variation, MUSD a year [scenario, country], of many sparse scenarios; the same bits on
        any number of threads.

        A scenario that Anderson does not solve, or whose bans cut the world apart, is solved again with all
        means. Raises ``NoSolution`` naming the scenario.
        """
        return self._many(scenarios, tolerance, threads, moved=False)[0]

    def worth_and_moved(self, scenarios: Scenarios, *, tolerance: float = 1e-8) -> tuple[Floats, Floats]:
        """The same, and by how much unit costs, spending, duties and the competition of others change the
        quantity that is traded [scenario, sector, origin, destination]:
        (c_i (1 + tau') / (1 + tau))^-(theta + 1) X'_n / (X_n S_n). What a pair's own cost d changes,
        d^-(theta + 1), comes on top."""
        worth, solution = self._many(scenarios, tolerance, None, moved=True)
        J, n, S = self._J, self._n, len(worth)
        lw, p = solution[:, :n], solution[:, n : n + J * n].reshape(S, J, n)
        spent = solution[:, n + J * n :].reshape(S, J, n)
        c = self._gamma_l * lw[:, None, :] + np.einsum("imk,smi->ski", self._gamma, p, optimize=True)
        theta = self._theta[:, None]
        moved = np.exp(-(theta + 1.0) * c)[:, :, :, None] * (spent * np.exp(theta * p))[:, :, None, :]
        for s in range(S):
            at = slice(int(scenarios.first[s]), int(scenarios.first[s + 1]))
            j, o, d = scenarios.sector[at], scenarios.origin[at], scenarios.destination[at]
            duty = (1.0 + scenarios.tariff[at]) / (1.0 + self.base.tariffs[j, o, d])
            moved[s, j, o, d] *= duty ** -(self._theta[j] + 1.0)
        moved[np.diff(scenarios.first) == 0] = 1.0
        return worth, moved

    def _many(
        self, scenarios: Scenarios, tolerance: float, threads: int | None, *, moved: bool
    ) -> tuple[Floats, Floats]:
        n = self._n
        S = len(scenarios.first) - 1
        solution = np.empty((S if moved else 0, len(self._start)))
        out, sweeps, residuals = np.empty((S, 2, n)), np.zeros(S, dtype=np.int64), np.zeros(S)
        world = self._world()
        shares = kernel.Shares(self._pi, self._pi / (1 + self._tau), self._part(self._pi))

        def some(lo: int, hi: int) -> None:
            cells = kernel.Cells(
                scenarios.first[lo : hi + 1],
                scenarios.sector,
                scenarios.destination,
                scenarios.origin,
                scenarios.cost_hat,
                scenarios.tariff,
            )
            found = kernel.Found(out[lo:hi], sweeps[lo:hi], residuals[lo:hi], solution[lo:hi])
            kernel.batch(world, self._blocks, shares, self._start, cells, found, tolerance, MOST_SWEEPS)

        workers = max(1, min(threads or os.cpu_count() or 1, S))
        if workers == 1:
            some(0, S)
        else:
            cuts = [S * k // (4 * workers) for k in range(4 * workers + 1)]
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(some, cuts[:-1], cuts[1:]))
        with np.errstate(
            invalid="ignore", over="ignore", divide="ignore"
        ):  # what ran away is solved anew below
            worth: Floats = self._income * (out[:, 0] / self._income / np.exp(out[:, 1]) - 1)
        worth[np.diff(scenarios.first) == 0] = 0.0  # nothing changed: nothing gained, to the last bit
        residuals[self._cut_apart(scenarios)] = np.inf
        for s in np.flatnonzero(~(residuals < tolerance)):
            try:
                outcome = self.solve(scenarios.dense(int(s), self.base), tolerance=tolerance)
                worth[s] = outcome.equivalent_variation_musd
                if moved:
                    solution[s] = outcome.solution
            except NoSolution as error:
                raise NoSolution(f"{f'Scenario {s}: ' if S > 1 else ''}{error}") from None
        return worth, solution


def solve(economy: SectorEconomy, shock: SectorShock, *, closure: Closure | None = None) -> SectorOutcome:
    """The equilibrium of one shock, baseline first, both under one closure (``closure`` replaces the
    economy's own).

    Raises ``WrongUse`` for a shock that is none and for a solved baseline with another closure,
    ``NoSolution`` if there is none. Use :class:`SectorSolver` for many shocks: it solves the baseline once.
    """
    return SectorSolver(economy if closure is None else economy.closed_by(closure)).solve(shock)


@dataclass(frozen=True)
class Scenarios:
    """Scenario s changes the cells ``first[s]`` to ``first[s+1]``: ``cost_hat`` of each and its new
    ``tariff``."""

    first: NDArray[np.int64]
    sector: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    cost_hat: Floats
    tariff: Floats

    @classmethod
    def of(
        cls, base: SectorEconomy, changes: Sequence[Sequence[tuple[int, int, int, float, float | None]]]
    ) -> Scenarios:
        """From (sector, origin, destination, cost hat, new tariff or None). Raises ``WrongUse`` for a cell
        that is named twice or is not there, a hat not above zero, a ban at home, a tariff not above -1."""
        first = [0]
        rows: list[tuple[int, int, int, float, float]] = []
        J, n, _ = base.flows.shape
        for number, cells in enumerate(changes):
            seen = {(j, o, d) for j, o, d, _, _ in cells}
            if len(seen) != len(cells):
                raise WrongUse(f"Scenario {number} changes a cell twice.")
            for j, o, d, hat, tariff in cells:
                if not (0 <= j < J and 0 <= o < n and 0 <= d < n):
                    raise WrongUse(
                        f"Scenario {number} names the cell {(j, o, d)}; there are {J} sectors and {n} "
                        "countries, from 0."
                    )
                if not hat > 0 or (o == d and not np.isfinite(hat)):
                    raise WrongUse(
                        f"Scenario {number} has a cost hat of {hat}; it is above zero, and at home it is "
                        "finite."
                    )
                if tariff is not None and not (np.isfinite(tariff) and tariff > -1):
                    raise WrongUse(f"Scenario {number} has a tariff of {tariff}; it is above -1 (-100 %).")
                rows.append((j, o, d, hat, float(base.tariffs[j, o, d]) if tariff is None else tariff))
            first.append(len(rows))
        table = np.array(rows, dtype=np.float64).reshape(-1, 5)
        index = table[:, :3].astype(np.int64)
        return cls(
            np.array(first, dtype=np.int64),
            np.ascontiguousarray(index[:, 0]),
            np.ascontiguousarray(index[:, 1]),
            np.ascontiguousarray(index[:, 2]),
            np.ascontiguousarray(table[:, 3]),
            np.ascontiguousarray(table[:, 4]),
        )

    def dense(self, s: int, base: SectorEconomy) -> SectorShock:
        """One scenario as whole arrays."""
        hat, tariffs = np.ones(base.flows.shape), base.tariffs.copy()
        at = slice(int(self.first[s]), int(self.first[s + 1]))
        cells = (self.sector[at], self.origin[at], self.destination[at])
        hat[cells] = self.cost_hat[at]
        tariffs[cells] = self.tariff[at]
        return SectorShock(hat, tariffs)
