"""The world economy of a programme: flows between countries, domestic trade included, and the trade
elasticity."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from milepost.errors import WrongUse
from milepost.trade.closures import CLOSURES, Closure, Matrix, Vector


@dataclass(frozen=True)
class Economy:
    """One sector, n countries.

    ``flows[origin, destination]``: trade in MUSD a year, domestic trade on the diagonal. Output of i is its
    row sum Y_i, expenditure of j its column sum E_j, so the deficit E_j - Y_j is never implicit. ``closure``
    says what becomes of it:

    * ``zero``: every deficit is removed first, and the balanced world is the baseline;
    * ``fixed``: deficits stay as they are in units of world income;
    * ``multiplicative``: expenditure stays the same multiple of income, up to one factor common to all
    countries.

    ``theta`` is the trade elasticity (sigma - 1 in Armington's model, the Frechet shape in Eaton and
    Kortum's). ``marks[origin, destination]`` says where a flow comes from: reported, estimated, user or
    residual; it may be empty. Raises ``WrongUse`` if the arrays do not fit, a flow is negative or not finite,
    or a country has no output or no expenditure.
    """

    countries: tuple[str, ...]
    flows: Matrix
    theta: float
    closure: Closure = "zero"
    marks: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        try:
            flows = np.array(self.flows, dtype=np.float64, order="C")
        except (TypeError, ValueError):
            raise WrongUse("The flows are no array of numbers.") from None
        n = len(self.countries)
        if flows.shape != (n, n) or n == 0:
            raise WrongUse(
                f"The flows have shape {flows.shape}; {n} countries need {(n, n)}, origins in rows."
            )
        if len(set(self.countries)) != n:
            raise WrongUse("A country stands twice in the list of countries.")
        if not np.isfinite(flows).all() or (flows < 0).any():
            raise WrongUse(
                "The flows hold a negative number, a NaN or an infinity; every flow is 0 or more, in MUSD."
            )
        if not (np.isfinite(self.theta) and self.theta > 0):
            raise WrongUse(f"The trade elasticity is {self.theta}; it must be a positive number.")
        if self.closure not in CLOSURES:
            raise WrongUse(f"There is no closure '{self.closure}'. Known: {', '.join(CLOSURES)}.")
        for what, sums in (("sells nothing, not even at home", flows.sum(1)), ("buys nothing", flows.sum(0))):
            if not (sums > 0).all():
                idle = ", ".join(c for c, s in zip(self.countries, sums, strict=True) if not s > 0)
                raise WrongUse(f"{idle} {what}: give it flows, or leave it out of the countries.")
        flows.setflags(write=False)
        object.__setattr__(self, "flows", flows)

    @property
    def output_musd(self) -> Vector:
        """Y_i, the row sums: what i sells, domestic sales included, MUSD a year."""
        return np.asarray(self.flows.sum(axis=1))

    @property
    def expenditure_musd(self) -> Vector:
        """E_j, the column sums: what j buys, domestic purchases included, MUSD a year."""
        return np.asarray(self.flows.sum(axis=0))

    @property
    def deficit_musd(self) -> Vector:
        """E_j - Y_j, MUSD a year; they add up to zero."""
        return self.expenditure_musd - self.output_musd

    def closed_by(self, closure: Closure) -> Economy:
        """The same data under another closure; a solver will re-solve its baseline from them."""
        return replace(self, closure=closure)
