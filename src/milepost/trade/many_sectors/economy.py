r"""A world economy of many sectors with input-output links, tariffs and deficits, as arrays (Caliendo and
Parro 2015).

Arrays, n countries, J sectors, values in MUSD a year:

    flows[sector, origin, destination]      net of tariffs, domestic sales on the diagonal
    tariffs[sector, origin, destination]    ad valorem, 0.05 = 5 %, zero at home
    materials[country, input, user]         spending of a user sector on inputs over its gross output (gamma)
    value_added_share[country, sector]      value added over gross output (gamma_L); with materials: 1
    final_share[country, sector]            shares of final spending (alpha), adding to 1
    value_added_musd[country]               income of labour and capital
    theta[sector]                           trade elasticities
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.errors import WrongUse
from milepost.trade.closures import CLOSURES, Closure

Floats = NDArray[np.float64]
# published input-output tables hold small negative inputs (balancing, inventories); they are kept as they are
LEAST = {"materials": -0.05}


@dataclass(frozen=True)
class SectorEconomy:
    """The arrays of the module's heading. Raises ``WrongUse`` naming what does not fit, all faults at once.

    ``solved_under``: set by a solver on a baseline that it solved; such an economy cannot change its closure.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariffs: Floats
    materials: Floats
    value_added_share: Floats
    final_share: Floats
    value_added_musd: Floats
    theta: Floats
    closure: Closure = "zero"
    solved_under: Closure | None = None

    def __post_init__(self) -> None:
        n, J = len(self.countries), len(self.sectors)
        shapes = {
            "flows": (J, n, n),
            "tariffs": (J, n, n),
            "materials": (n, J, J),
            "value_added_share": (n, J),
            "final_share": (n, J),
            "value_added_musd": (n,),
            "theta": (J,),
        }
        faults = []
        if not n or not J:
            faults.append("there is no country or no sector")
        for what, names in (("country", self.countries), ("sector", self.sectors)):
            if len(set(names)) < len(names):
                faults.append(
                    f"a {what} stands twice: "
                    f"{', '.join(sorted({x for x in names if names.count(x) > 1})[:3])}"
                )
        for name, shape in shapes.items():
            try:
                array = np.array(getattr(self, name), dtype=np.float64, order="C")
            except (TypeError, ValueError):
                faults.append(f"{name} is no array of numbers")
                continue
            if array.shape != shape:
                faults.append(f"{name} has shape {array.shape}, wanted {shape}")
            elif not np.isfinite(array).all() or (array < LEAST.get(name, 0.0)).any():
                where = np.argwhere(~np.isfinite(array) | (array < LEAST.get(name, 0.0)))[0]
                least = f"{LEAST[name]:g}" if name in LEAST else "0"
                faults.append(
                    f"{name}{where.tolist()} is {array[tuple(where)]}; every number is {least} or more"
                )
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.closure not in CLOSURES:
            faults.append(f"there is no closure '{self.closure}' (known: {', '.join(CLOSURES)})")
        if not faults:
            faults += self._odd()
        if faults:
            raise WrongUse("The economy does not fit together: " + "; ".join(faults) + ".")
        if self.solved_under is not None and self.solved_under != self.closure:
            raise WrongUse(
                f"This baseline was solved with the closure '{self.solved_under}'. A counterfactual with "
                f"'{self.closure}' would "
                "mix the effect of the shock with that of changing the deficits. Give the data as they were "
                "read and choose the "
                "closure there; the baseline is then solved anew under it."
            )

    def _odd(self) -> list[str]:
        faults = []
        total = self.materials.sum(axis=1) + self.value_added_share
        for n, j in np.argwhere(np.abs(total - 1) > 1e-6)[:3]:
            faults.append(
                f"inputs and value added of {self.sectors[j]} in {self.countries[n]} add up to "
                f"{total[n, j]:.6g}, not 1"
            )
        for n in np.flatnonzero(np.abs(self.final_share.sum(axis=1) - 1) > 1e-6)[:3]:
            faults.append(
                f"final shares of {self.countries[n]} add up to {self.final_share[n].sum():.6g}, not 1"
            )
        if not (self.theta > 0).all():
            faults.append("a trade elasticity is not above zero")
        for n in np.flatnonzero(self.value_added_musd <= 0)[:3]:
            faults.append(f"{self.countries[n]} has no value added")
        for j, n in np.argwhere((self.flows.sum(axis=1) == 0) & (self._wanted().T > 0))[:3]:
            faults.append(f"{self.countries[n]} uses {self.sectors[j]} and buys none, not even at home")
        return faults

    def _wanted(self) -> Floats:
        return np.asarray((self.materials.sum(axis=2) > 0) | (self.final_share > 0), dtype=np.float64)

    @classmethod
    def from_accounts(
        cls,
        countries: tuple[str, ...],
        sectors: tuple[str, ...],
        *,
        flows: ArrayLike,
        tariffs: ArrayLike,
        materials_musd: ArrayLike,
        value_added_musd: ArrayLike,
        final_musd: ArrayLike,
        theta: ArrayLike,
        closure: Closure = "zero",
    ) -> SectorEconomy:
        """From accounts in MUSD: materials[country, input, user], value added and final spending [country,
        sector].

        Shares are taken of inputs plus value added. Where a sector neither uses nor adds anything, its value
        added share is 1.
        """
        n, J = len(countries), len(sectors)
        try:
            M, va, final = (
                np.asarray(x, dtype=np.float64) for x in (materials_musd, value_added_musd, final_musd)
            )
        except (TypeError, ValueError):
            raise WrongUse("Inputs, value added or final spending are no arrays of numbers.") from None
        if (M.shape, va.shape, final.shape) != ((n, J, J), (n, J), (n, J)):
            raise WrongUse(
                f"The accounts have shapes {M.shape}, {va.shape} and {final.shape}; wanted {(n, J, J)} for "
                "inputs "
                f"[country, input, user] and {(n, J)} for value added and final spending [country, sector]."
            )
        idle_countries = [c for c, total in zip(countries, final.sum(axis=1), strict=True) if not total > 0]
        if idle_countries:
            raise WrongUse(
                f"Without final spending: {', '.join(idle_countries[:5])}. Give it, or leave the country out."
            )
        gross = M.sum(axis=1) + va
        idle = gross == 0
        safe = np.where(idle, 1.0, gross)
        return cls(
            tuple(countries),
            tuple(sectors),
            flows,  # type: ignore[arg-type]
            tariffs,  # type: ignore[arg-type]
            np.where(idle[:, None, :], 0.0, M / safe[:, None, :]),
            np.where(idle, 1.0, va / safe),
            final / final.sum(axis=1, keepdims=True),
            va.sum(axis=1),
            theta,  # type: ignore[arg-type]
            closure,
        )

    @classmethod
    def one_sector(
        cls, countries: tuple[str, ...], flows: ArrayLike, theta: float, closure: Closure = "zero"
    ) -> SectorEconomy:
        """The special case J = 1 without materials and tariffs, which is the one-sector model."""
        n = len(countries)
        try:
            X = np.asarray(flows, dtype=np.float64)
        except (TypeError, ValueError):
            raise WrongUse("The flows are no array of numbers.") from None
        if X.shape != (n, n):
            raise WrongUse(f"The flows have shape {X.shape}; {n} countries need {(n, n)}, origins in rows.")
        return cls(
            tuple(countries),
            ("all",),
            X[None],
            np.zeros((1, n, n)),
            np.zeros((n, 1, 1)),
            np.ones((n, 1)),
            np.ones((n, 1)),
            X.sum(axis=1),
            np.array([theta]),
            closure,
        )

    @property
    def spending_musd(self) -> Floats:
        """Spending of each country on each sector with tariffs, [sector, country]."""
        return np.asarray((self.flows * (1 + self.tariffs)).sum(axis=1))

    @property
    def shares(self) -> Floats:
        """Share of each origin in spending, tariffs included, [sector, destination, origin]; nobody's
        purchases count as own."""
        paid = (self.flows * (1 + self.tariffs)).transpose(0, 2, 1)
        total = paid.sum(axis=2, keepdims=True)
        own = np.broadcast_to(np.eye(len(self.countries)), paid.shape)
        return np.ascontiguousarray(np.where(total > 0, paid / np.where(total > 0, total, 1.0), own))

    @property
    def deficit_musd(self) -> Floats:
        """Imports less exports of each country, net of tariffs."""
        return np.asarray(self.flows.sum(axis=(0, 1)) - self.flows.sum(axis=(0, 2)))

    def closed_by(self, closure: Closure) -> SectorEconomy:
        """The same data under another closure. Raises ``WrongUse`` for a baseline that was solved under one
        already."""
        return replace(self, closure=closure)
