r"""Where a change of real income comes from: terms of trade, volume of trade, efficiency, transfers.

Along any path of costs and tariffs, with M_jni the imports of n from i net of tariffs, E_jni its sales to i, c unit costs, d
iceberg costs, the change of real income is exactly the integral of

    (1)  d ln W_n = 1/I_n [ sum_ji ( E_jni d ln c_jn - M_jni d ln c_ji )                   terms of trade
                          + sum_ji tau_jni M_jni ( d ln M_jni - d ln c_ji - d ln d_jni )    volume of trade
                          - sum_ji M_jni d ln d_jni                                          efficiency, home trade included
                          + d D_n ]                                                          transfers

:func:`decompose` walks the path in steps and integrates (1) by the trapezoid rule with Richardson's extrapolation, halving the
steps until the parts add up to the exact change. Caliendo and Parro (2015, equation 15) take one step, with changes in percent
and weights of the baseline: that is :func:`first_order`, and only there is it called welfare. The answer depends on the path: ours
moves ln d and tariffs in a straight line.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.trade.sectors_hat import SectorOutcome, SectorShock, SectorSolver

Floats = NDArray[np.float64]
ADDS_UP_TO = 1e-7


@dataclass(frozen=True)
class Decomposition:
    """Log changes of real income [sector, country, partner]; ``transfers`` [country]; ``gap`` to the exact change."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    terms_of_trade: Floats
    volume_of_trade: Floats
    efficiency: Floats
    transfers: Floats
    real_income_log_change: Floats
    gap: float
    steps: int

    def by_country(self) -> dict[str, Floats]:
        """Each part summed over sectors and partners, and the exact total."""
        return {
            "terms of trade": self.terms_of_trade.sum(axis=(0, 2)),
            "volume of trade": self.volume_of_trade.sum(axis=(0, 2)),
            "efficiency": self.efficiency.sum(axis=(0, 2)),
            "transfers": self.transfers,
            "real income": self.real_income_log_change,
        }


@dataclass(frozen=True)
class FirstOrder:
    """The first-order formula of Caliendo and Parro (2015), in percent of income; not the exact change."""

    countries: tuple[str, ...]
    terms_of_trade_percent: Floats
    volume_of_trade_percent: Floats
    real_wage_percent: Floats

    @property
    def welfare_percent(self) -> Floats:
        """Their sum, as the paper prints it."""
        return self.terms_of_trade_percent + self.volume_of_trade_percent


def first_order(solver: SectorSolver, outcome: SectorOutcome) -> FirstOrder:
    """Equation (15) of Caliendo and Parro (2015) for a shock to tariffs, percent changes and baseline weights."""
    M, tau, income = solver.base.flows, solver.base.tariffs, solver.income_musd
    apart = 1.0 - np.eye(len(outcome.countries))
    X = M * apart
    c = outcome.cost_hat - 1
    grown = np.where(X > 0, outcome.flows / np.where(X > 0, M, 1.0) - 1, 0.0)
    terms = ((X.sum(axis=2) * c).sum(axis=0) - (X * c[:, :, None]).sum(axis=(0, 1))) / income
    volume = (tau * X * (grown - c[:, :, None])).sum(axis=(0, 1)) / income
    return FirstOrder(outcome.countries, 100 * terms, 100 * volume, 100 * (outcome.real_wage_hat - 1))


def decompose(solver: SectorSolver, shock: SectorShock, *, steps: int = 8, most: int = 256) -> Decomposition:
    """Parts that add up to the exact log change of real income within 1e-7, by sector and partner.

    Raises ``WrongUse`` for a ban (its log is infinite), ``NoSolution`` if ``most`` steps do not add up.
    """
    d = np.ones(solver.base.flows.shape) if shock.cost_hat is None else np.asarray(shock.cost_hat, dtype=np.float64)
    if not np.isfinite(d).all():
        raise WrongUse("A ban has no decomposition: the way to it is infinitely long. Decompose a large finite cost instead.")
    tau0 = solver.base.tariffs
    tau1 = tau0 if shock.tariffs is None else np.asarray(shock.tariffs, dtype=np.float64)
    coarse = _trapezoid(solver, d, tau0, tau1, steps)
    while True:
        steps *= 2
        fine = _trapezoid(solver, d, tau0, tau1, steps)
        better = tuple((4 * b - a) / 3 for a, b in zip(coarse[:4], fine[:4], strict=True))
        exact = fine[4]
        total = better[0].sum(axis=(0, 2)) + better[1].sum(axis=(0, 2)) + better[2].sum(axis=(0, 2)) + better[3]
        gap = float(np.abs(total - exact).max())
        if gap < ADDS_UP_TO:
            break
        if steps >= most:
            raise NoSolution(f"The parts add up to the exact change only within {gap:.1e} after {steps} steps; allow more steps.")
        coarse = fine
    terms, volume, efficiency, transfers = better
    return Decomposition(solver.base.countries, solver.base.sectors, terms, volume, efficiency, transfers, exact, gap, steps)


def _trapezoid(solver: SectorSolver, d: Floats, tau0: Floats, tau1: Floats, steps: int) -> tuple[Floats, ...]:
    points = []
    for k in range(steps + 1):
        t = k / steps
        tau = tau0 + t * (tau1 - tau0)
        o = solver.solve(SectorShock(d**t, tau))
        deficit = o.income_musd - (o.wage_hat * solver.base.value_added_musd + o.tariff_revenue_musd)
        # [sector, country, partner]: what the country buys from and sells to the partner
        bought, sold = o.flows.transpose(0, 2, 1) / o.income_musd[None, :, None], o.flows / o.income_musd[None, :, None]
        with np.errstate(divide="ignore"):
            log_flow = np.where(o.flows > 0, np.log(o.flows), 0.0).transpose(0, 2, 1)
        points.append(
            (bought, sold, np.log(o.cost_hat), log_flow, tau.transpose(0, 2, 1), deficit, o.income_musd, o.real_income_hat)
        )
    log_d = np.log(d).transpose(0, 2, 1) / steps
    J, n, _ = d.shape
    terms, volume, efficiency = (np.zeros((J, n, n)) for _ in range(3))
    transfers = np.zeros(n)
    for (b0, s0, c0, m0, t0, d0, i0, _), (b1, s1, c1, m1, t1, d1, i1, _) in itertools.pairwise(points):
        dc = c1 - c0
        bought, sold, taxed = (b0 + b1) / 2, (s0 + s1) / 2, (t0 * b0 + t1 * b1) / 2
        terms += sold * dc[:, :, None] - bought * dc[:, None, :]
        volume += taxed * (m1 - m0 - dc[:, None, :] - log_d)
        efficiency -= bought * log_d
        transfers += (d1 - d0) * (1 / i0 + 1 / i1) / 2
    return terms, volume, efficiency, transfers, np.log(points[-1][7])
