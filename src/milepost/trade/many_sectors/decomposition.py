r"""Where a change of real income comes from: terms of trade, volume of trade, efficiency, transfers.

Along any path of costs and tariffs, with M_jni the imports of n from i net of tariffs, E_jni its sales to i,
c unit costs, d iceberg costs, the change of real income is exactly the integral of

    (1)  d ln W_n = 1/I_n [ sum_ji ( E_jni d ln c_jn - M_jni d ln c_ji )                   terms of trade
                          + sum_ji tau_jni M_jni ( d ln M_jni - d ln c_ji - d ln d_jni )    volume of trade
                          - sum_ji M_jni d ln d_jni                          efficiency, home trade included
                          + d D_n ]                                                          transfers

:func:`decompose` walks the path in steps and integrates (1) by the trapezoid rule with Romberg's
extrapolation, halving the steps until the parts add up to the exact change. Caliendo and Parro (2015,
equation 15) take one step, with changes in percent and weights of the baseline: that is :func:`first_order`,
and only there is it called welfare. The answer depends on the path: ours moves ln d and tariffs in a straight
line.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.results import Result, by_country, plain
from milepost.trade.many_sectors.solver import SectorOutcome, SectorShock, SectorSolver

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
ADDS_UP_TO = 1e-7


@dataclass(frozen=True, repr=False)
class Decomposition(Result):
    """Log changes of real income [sector, country, partner]; ``transfers`` [country]; ``gap`` to the exact
    change."""

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

    def headed(self) -> str:
        """How many countries, and how well the parts add up."""
        return (
            f"where the change of real income of {len(self.countries)} countries comes from, gap "
            f"{self.gap:.0e}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON values; arrays as nested lists."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    def frame(self) -> pd.DataFrame:
        """A row per country: the parts summed over sectors and partners, and the exact change, all in
        logs."""
        parts = {f"{name.replace(' ', '_')}_log_change": part for name, part in self.by_country().items()}
        return pd.DataFrame(parts, index=pd.Index(self.countries, name="country"))


@dataclass(frozen=True, repr=False)
class FirstOrder(Result):
    """The first-order formula of Caliendo and Parro (2015), in percent of income; not the exact change."""

    countries: tuple[str, ...]
    terms_of_trade_percent: Floats
    volume_of_trade_percent: Floats
    real_wage_percent: Floats

    @property
    def welfare_percent(self) -> Floats:
        """Their sum, as the paper prints it."""
        return self.terms_of_trade_percent + self.volume_of_trade_percent

    def headed(self) -> str:
        """What it is and what it is not."""
        return (
            f"first-order formula for {len(self.countries)} countries, percent of income, not the exact "
            "change"
        )

    def as_dict(self) -> dict[str, Any]:
        """Percent by country."""
        return {"countries": list(self.countries), **plain(self.frame().to_dict("list"))}

    def frame(self) -> pd.DataFrame:
        """A row per country, percent."""
        return by_country(
            self, "terms_of_trade_percent", "volume_of_trade_percent", "welfare_percent", "real_wage_percent"
        )


def first_order(solver: SectorSolver, outcome: SectorOutcome) -> FirstOrder:
    """Equation (15) of Caliendo and Parro (2015) for a shock to tariffs, percent changes and baseline
    weights."""
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
    d, tau1 = solver.arrays(shock)
    if not np.isfinite(d).all():
        raise WrongUse(
            "A ban has no decomposition: the way to it is infinitely long. Decompose a large finite cost "
            "instead."
        )
    tau0 = solver.base.tariffs
    known: dict[float, _Point] = {}
    table = [_trapezoid(solver, d, tau0, tau1, steps, known)]
    while True:
        steps *= 2
        # Romberg: each halving takes one more power of the step out of the error
        row = [_trapezoid(solver, d, tau0, tau1, steps, known)]
        for power, coarser in enumerate(table, start=1):
            row.append(tuple(b + (b - a) / (4**power - 1) for a, b in zip(coarser, row[-1], strict=True)))
        table = row
        exact = np.log(known[1.0].real_income_hat)
        # which order is best depends on how smooth the path is; the exact change tells
        gaps = [
            float(np.abs(t.sum(axis=(0, 2)) + v.sum(axis=(0, 2)) + e.sum(axis=(0, 2)) + f - exact).max())
            for t, v, e, f in row
        ]
        gap, better = min(gaps), row[int(np.argmin(gaps))]
        if gap < ADDS_UP_TO:
            break
        if steps >= most:
            raise NoSolution(
                f"The parts add up to the exact change only within {gap:.1e} after {steps} steps; allow more "
                "steps."
            )
    terms, volume, efficiency, transfers = better
    return Decomposition(
        solver.base.countries, solver.base.sectors, terms, volume, efficiency, transfers, exact, gap, steps
    )


@dataclass(frozen=True)
class _Point:
    """One equilibrium on the path, divided by income: [sector, country, partner] bought and sold, ln of costs
    and imports."""

    bought: Floats
    sold: Floats
    log_cost: Floats
    log_flow: Floats
    tariff: Floats
    deficit: Floats
    income: Floats
    real_income_hat: Floats


def _point(solver: SectorSolver, d: Floats, tau: Floats) -> _Point:
    o = solver.solve(SectorShock(d, tau))
    income = o.income_musd[None, :, None]
    with np.errstate(divide="ignore"):
        log_flow = np.where(o.flows > 0, np.log(o.flows), 0.0).transpose(0, 2, 1)
    deficit = o.income_musd - (o.wage_hat * solver.base.value_added_musd + o.tariff_revenue_musd)
    return _Point(
        o.flows.transpose(0, 2, 1) / income,
        o.flows / income,
        np.log(o.cost_hat),
        log_flow,
        tau.transpose(0, 2, 1),
        deficit,
        o.income_musd,
        o.real_income_hat,
    )


def _trapezoid(
    solver: SectorSolver, d: Floats, tau0: Floats, tau1: Floats, steps: int, known: dict[float, _Point]
) -> tuple[Floats, ...]:
    """Equation (1) by the trapezoid rule; ``known`` holds the points that a coarser walk has solved."""
    points = []
    for k in range(steps + 1):
        t = k / steps
        if t not in known:
            known[t] = _point(solver, d**t, tau0 + t * (tau1 - tau0))
        points.append(known[t])
    log_d = np.log(d).transpose(0, 2, 1) / steps
    J, n, _ = d.shape
    terms, volume, efficiency = (np.zeros((J, n, n)) for _ in range(3))
    transfers = np.zeros(n)
    for a, b in itertools.pairwise(points):
        dc = b.log_cost - a.log_cost
        bought, sold = (a.bought + b.bought) / 2, (a.sold + b.sold) / 2
        taxed = (a.tariff * a.bought + b.tariff * b.bought) / 2
        terms += sold * dc[:, :, None] - bought * dc[:, None, :]
        volume += taxed * (b.log_flow - a.log_flow - dc[:, None, :] - log_d)
        efficiency -= bought * log_d
        transfers += (b.deficit - a.deficit) * (1 / a.income + 1 / b.income) / 2
    return terms, volume, efficiency, transfers
