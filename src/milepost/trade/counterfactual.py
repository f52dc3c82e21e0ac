r"""What an agreement between countries is worth: the same world with and without it, in general equilibrium.

An agreement multiplies trade of a pair by exp(b) at given incomes and prices (b: coefficient of a gravity
regression), that is, it changes the iceberg cost by exp(b) ^ (-1 / (sigma - 1)). Two answers of Yotov,
Piermartini, Monteiro and Larch (2016, An Advanced Guide to Trade Policy Analysis, WTO and UNCTAD, chapter 2):

    (1)  conditional: outputs Y and expenditures E stay, the multilateral resistances answer. The new flows
         are X exp(b) balanced to the same Y and E, because a Poisson fit with exporter and importer effects
         keeps both sums (Fally 2015, JIE 97(1)).
    (2)  full endowment: factory-gate prices p, and with them Y = p Q and E, answer too. With theta =
         sigma - 1 this is the exact hat of :mod:`milepost.trade.one_sector.solver`, the wage being the price.

The guide finds (2) by a loop that fits again and again and stops when prices move by less than 0.01. With its
own data the loop goes back and forth around the equilibrium and its markets miss each other by 0.4 %;
:func:`guide_loop` follows it step by step, to be compared with what is published, beside the solved one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from milepost.errors import NoSolution, WrongUse
from milepost.results import Result, frame_of
from milepost.trade.closures import Closure, Matrix, Vector
from milepost.trade.gravity import balance
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import Solver

if TYPE_CHECKING:
    import pandas as pd

Change = Literal["removed", "added", "changed"]  # changed: trade costs, by a shock from outside
GUIDE_STOP = 0.01  # the guide's own: largest and standard deviation of the move of factory-gate prices
GUIDE_PASSES = 100


@dataclass(frozen=True)
class Loop:
    """Where the guide's loop stopped: after how many passes, how far markets are from clearing, and what it
    says."""

    passes: int
    market_gap: float  # largest relative gap of sales and output
    exports_hat: Vector
    real_gdp_hat: Vector


@dataclass(frozen=True, repr=False)
class Counterfactual(Result):
    """The world with an agreement over the world without it, by country. Hats are ratios, with over without,
    whichever of the two the data are; its table holds them in per cent, and the same turned round."""

    countries: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]  # exporter and importer, whose costs change
    change: Change  # what was done to the world of the data
    coefficient: float
    sigma: float
    closure: Closure
    baseline: str  # which flows the data's world has: observed, or fitted by trade costs
    reference: str  # prices and exports are in units of this country's price index; empty: of world income
    conditional_exports_hat: Vector
    exports_hat: Vector
    real_gdp_hat: Vector
    real_income_hat: Vector
    factory_gate_price_hat: Vector
    price_index_hat: Vector
    check: float  # worst of the independent checks of the equilibrium
    notes: tuple[str, ...] = ()
    guide: Loop | None = None

    @property
    def members(self) -> tuple[str, ...]:
        """The countries whose costs change."""
        return tuple(sorted({c for pair in self.pairs for c in pair}))

    def headed(self) -> str:
        """What was changed, by how much."""
        n = len(self.pairs)
        if self.change == "changed":
            return f"trade costs of {n} pair{'s' if n != 1 else ''} changed, sigma {self.sigma:g}"
        return (
            f"agreement of {', '.join(self.members)} {self.change}: {n} pair{'s' if n != 1 else ''}, "
            f"coefficient {self.coefficient:.4g}, sigma {self.sigma:g}"
        )

    def percent(self) -> dict[str, Vector]:
        """Name and values of each column: what the agreement adds, then what its removal takes, in per
        cent."""
        hats = {
            "conditional_exports": self.conditional_exports_hat,
            "exports": self.exports_hat,
            "real_gdp": self.real_gdp_hat,
            "real_income": self.real_income_hat,
            "factory_gate_price": self.factory_gate_price_hat,
            "price_index": self.price_index_hat,
        }
        if self.guide:
            hats |= {"guide_exports": self.guide.exports_hat, "guide_real_gdp": self.guide.real_gdp_hat}
        added = {f"{name}_added_pct": 100 * (hat - 1) for name, hat in hats.items()}
        return added | {f"{name}_removed_pct": 100 * (1 / hat - 1) for name, hat in hats.items()}

    def frame(self) -> pd.DataFrame:
        """A row per country, in per cent."""
        return frame_of(self.percent(), index=self.countries, row="country")

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost trade counterfactual``."""
        return {
            "pairs": [list(pair) for pair in self.pairs],
            "change": self.change,
            "coefficient": self.coefficient,
            "sigma": self.sigma,
            "deficits": self.closure,
            "baseline": self.baseline,
            "reference": self.reference or None,
            "check": self.check,
            "guide_passes": self.guide.passes if self.guide else None,
            "guide_market_gap": self.guide.market_gap if self.guide else None,
            "countries": {
                country: {name: float(values[k]) for name, values in self.percent().items()}
                for k, country in enumerate(self.countries)
            },
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Agreement:
    """Which pairs [exporter, importer] it changes, by which coefficient, at which elasticity of substitution,
    and what is done to it."""

    touches: Matrix  # 1 where trade changes, 0 elsewhere; of a shock what it does to ln of trade
    coefficient: float
    sigma: float
    change: Change = "removed"

    @property
    def openness(self) -> Matrix:
        """Changed world over the data's: exp(-b) where it is removed, exp(b) where it is added."""
        sign = -1.0 if self.change == "removed" else 1.0
        return np.exp(sign * self.coefficient * self.touches)


def counterfactual(
    countries: Sequence[str],
    flows: Matrix,
    agreement: Agreement,
    *,
    closure: Closure = "multiplicative",
    reference: str = "",
    guide: bool = False,
) -> Counterfactual:
    """Solve (1) and (2) from flows [exporter, importer] of the data's world, sales at home included.

    ``reference``: the country whose price index is the unit. ``guide``: follow the guide's loop, too. Raises
    ``WrongUse`` for what does not fit, ``NoSolution`` where there is none.
    """
    names = tuple(countries)
    if not agreement.touches.any():
        raise WrongUse("The agreement changes no pair.")
    if not (np.isfinite(agreement.sigma) and agreement.sigma > 1):
        raise WrongUse(f"The elasticity of substitution is {agreement.sigma:g}; it must be above 1.")
    if not np.isfinite(agreement.coefficient):
        raise WrongUse("The coefficient is no finite number.")
    if reference and reference not in names:
        raise WrongUse(f"The reference country {reference} is not in the data.")
    if guide and not reference:
        raise WrongUse("The guide's loop needs a reference country (--reference).")
    theta = agreement.sigma - 1
    opened = agreement.openness
    solver = Solver(Economy(names, flows, theta, closure))
    base = solver.base.flows
    conditional = balance(base * opened, base.sum(axis=1), base.sum(axis=0))
    solved = solver.solve(opened ** (-1 / theta))
    unit = solved.price_hat[names.index(reference)] if reference else 1.0
    power = -1.0 if agreement.change == "removed" else 1.0  # hats of the solver are changed over data
    loop = guide_loop(base, agreement, names.index(reference)) if guide else None
    return Counterfactual(
        names,
        tuple((names[i], names[j]) for i, j in np.argwhere(agreement.touches != 0)),
        agreement.change,
        float(agreement.coefficient),
        float(agreement.sigma),
        closure,
        "observed",
        reference,
        (_abroad(conditional) / _abroad(base)) ** power,
        (_abroad(solved.flows) / unit / _abroad(base)) ** power,
        (solved.wage_hat / solved.price_hat) ** power,
        solved.real_income_hat**power,
        (solved.wage_hat / unit) ** power,
        (solved.price_hat / unit) ** power,
        solved.checks.worst,
        solver.rebasing.sentences(names),
        loop,
    )


def _abroad(flows: Matrix) -> Vector:
    return np.asarray(flows.sum(axis=1) - np.diag(flows))


@dataclass(frozen=True)
class _Fit:
    """A balanced matrix with its exporter and importer effects, the reference's importer effect being one."""

    flows: Matrix
    pi: Vector
    chi: Vector


def _fit(total: Matrix, cost: Matrix, r: int) -> _Fit:
    """The Poisson fit of ``total`` by ``cost`` with exporter and importer effects."""
    flows = balance(cost, total.sum(axis=1), total.sum(axis=0))
    pi = flows[:, r] / cost[:, r]
    return _Fit(flows, pi, flows[r] / cost[r] / pi[r])


def guide_loop(flows: Matrix, agreement: Agreement, reference: int, *, stop: float = GUIDE_STOP) -> Loop:
    """The loop of chapter 2 of the guide, from its published program: steps III.b (i) to (iv), with its own
    rule to stop; expenditure stays the same multiple of output in every country.

    Raises ``WrongUse`` if the reference country does not trade with everybody, ``NoSolution`` if prices still
    move after a hundred passes.
    """
    r, power = reference, 1 / (1 - agreement.sigma)
    if not (flows[r] > 0).all() or not (flows[:, r] > 0).all():
        raise WrongUse("For the guide's loop the reference country has to trade with every other, both ways.")
    Y, E = flows.sum(axis=1), flows.sum(axis=0)
    phi = E / Y
    cost = flows * agreement.openness
    start, now = _Fit(flows, np.ones(len(Y)), np.ones(len(Y))), _fit(flows, cost, r)
    price, before = (now.pi / start.pi) ** power, np.zeros(len(Y))
    outward, inward, y, e = np.ones(len(Y)), np.ones(len(Y)), Y, E
    passes = 0
    for _ in range(GUIDE_PASSES):
        passes += 1
        trade = now.flows * np.outer(price, price) / np.outer(outward, inward)
        new = _fit(trade, cost, r)
        y_new = new.flows.sum(axis=1)
        e_new = phi * y_new
        lift = e_new[r] / e[r]
        outward = (y_new / y) * lift / (new.pi / now.pi)
        inward = (e_new / e) / (new.chi / now.chi) / lift
        moved = price - before
        before, price = price, (new.pi / now.pi / lift) ** power
        now, y, e = new, y_new, e_new
        if moved.std(ddof=1) <= stop and abs(moved.max()) <= stop:
            break
    else:
        raise NoSolution(f"The guide's loop still moves prices after {GUIDE_PASSES} passes.")
    hat = (now.pi / start.pi / (e[r] / E[r])) ** power
    made, bought = hat * Y, phi * hat * Y
    resistance = (e / E) / (now.chi / start.chi) / (e[r] / E[r])
    found = now.flows * (bought / e)  # the guide's outward resistance already holds the new output
    sign = -1.0 if agreement.change == "removed" else 1.0
    return Loop(
        passes,
        float(np.abs(found.sum(axis=1) / made - 1).max()),
        (_abroad(found) / _abroad(flows)) ** sign,
        (hat / resistance**power) ** sign,
    )
