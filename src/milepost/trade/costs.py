r"""From generalised cost to trade cost: what hours and dollars do to the price of goods delivered.

    (1)  κ = 1 + g / v                     g generalised cost, v value of cargo, both USD per tonne
    (2)  κ̂_ij = ( Σ_{o,d,s} w_ods (κ'_ods / κ_ods)^−θ )^(−1/θ)
    (3)  w_ods ∝ ω_o ω_d σ_s κ_ods         of a flow recorded fob;  ω_o ω_d σ_s of one recorded cif
    (4)  X_cif = X_fob Σ_{o,d,s} ω_o ω_d σ_s κ_ods

ω are the shares of a country's trade by zone, σ those of a pair of countries by cargo class, both of the
value that is recorded; what is left of 1 goes off the network, and its κ is 1. The mean (2) is the one under
which the trade model with countries gives the same totals as with zones (w are shares of what is spent, so of
the value as delivered, and the power is the trade elasticity); a plain mean would not. With (3) and (4) what
a small change is worth, X_cif (1 − κ̂), is tonnes times dollars saved, X_fob / v · Δg, summed over zones and
classes.

A pair of zones without a path today is held at 1 and counted. A pair that loses its path (only a restriction
can do that) trades nothing: its term in (2) is zero, and countries without any path left have κ̂ = ∞.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class TradeCosts:
    """Today's costs and the weights, ready to turn other cost matrices into hats.

    ``today`` (rows, zones, zones) in ``unit`` USD/t, as many rows a class of cargo as it has types of
    shipment, one after the other; ``country`` index of each zone's country, ``share`` of its country's trade.
    ``class_share`` of the value of trade and ``cargo_value_usd_per_t`` are [class, exporter, importer];
    ``fob`` [exporter, importer] says which flows are recorded as they leave the exporter, without freight.
    """

    today: Ints
    unit: float
    unreachable: int
    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    cargo_value_usd_per_t: Floats
    fob: Bools
    theta: float

    @property
    def countries(self) -> int:
        """How many."""
        return len(self.fob)

    @cached_property
    def cif_factor(self) -> Floats:
        """Equation (4): what makes a flow as recorded one as delivered; 1 where it is recorded so."""
        return np.asarray(np.where(self.fob, self.mean_kappa(self.today), 1.0))

    def as_recorded(self, delivered_musd: Floats, cost: Ints) -> Floats:
        """Flows as delivered at a cost matrix, valued as they are recorded: (4) backwards."""
        return np.asarray(delivered_musd / np.where(self.fob, self.mean_kappa(cost), 1.0))

    def mean_kappa(self, cost: Ints) -> Floats:
        """Cost of trade (1) at a cost matrix, over the weights of a flow valued fob [exporter, importer]; a
        pair of zones without a path counts as 1."""
        weights = _Weights(self.country, self.share, self.class_share, self.cargo_value_usd_per_t, self.fob)
        kappa: Floats = _mean_kappa(cost, self.unit, self.unreachable, weights)
        return kappa

    def hat(self, cost: Ints) -> Floats:
        """Cost hats (countries, countries) for new cost matrices; 1 within a country and where nothing
        changed."""
        hats: Floats = _hat(self.today, cost, self.unit, self.unreachable, self._weights, self.theta)
        return hats

    @cached_property
    def _weights(self) -> _Weights:
        # shares of what is spent: equation (3) but for the kappa of each pair of zones
        spent = np.ascontiguousarray(self.class_share / self.cif_factor)
        return _Weights(self.country, self.share, spent, self.cargo_value_usd_per_t, self.fob)

    def lost(self, cost: Ints) -> tuple[int, int]:
        """Pairs of zones in different countries that have a path for containers today and none in ``cost``,
        and all pairs."""
        apart = self.country[:, None] != self.country[None, :]
        gone = (self.today[-1] < self.unreachable) & (cost[-1] >= self.unreachable)
        return int((apart & gone).sum()), int(apart.sum())

    def held(self) -> tuple[int, int]:
        """Pairs of zones in different countries without a path today for containers, and all such pairs."""
        apart = self.country[:, None] != self.country[None, :]
        return int((apart & (self.today[-1] >= self.unreachable)).sum()), int(apart.sum())


class _Weights(NamedTuple):
    """What the kernels read of each zone (country, share of its trade), of each class of cargo and pair of
    countries (share, USD/t), and of each pair (valued fob)."""

    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    value: Floats
    fob: Bools


@kernel()
def _mean_kappa(cost, unit, unreachable, weights):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, fob = weights
    rows, zones, _ = cost.shape
    types = rows // len(class_share)
    kappa = np.ones(fob.shape)
    for r in range(rows):
        s = r // types
        for o in range(zones):
            i = country[o]
            for d in range(zones):
                j = country[d]
                b = cost[r, o, d]
                if i != j and b < unreachable:
                    freight = b * unit / value[s, i, j]
                    kappa[i, j] += share[o] * share[d] * class_share[s, i, j] * (freight / types)
    return kappa


@kernel()
def _hat(today, cost, unit, unreachable, weights, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, fob = weights
    rows, zones, _ = today.shape
    types = rows // len(class_share)
    n = len(fob)
    gain = np.zeros((n, n))
    for r in range(rows):
        s = r // types
        for o in range(zones):
            i = country[o]
            for d in range(zones):
                j = country[d]
                a = today[r, o, d]
                b = cost[r, o, d]
                if a == b or a >= unreachable or j == i:
                    continue
                v = value[s, i, j]
                weight = share[o] * share[d] * class_share[s, i, j] / types
                if fob[i, j]:
                    weight *= (v + a * unit) / v
                if b >= unreachable:
                    gain[i, j] -= weight
                    continue
                ratio = (v + b * unit) / (v + a * unit)
                gain[i, j] += weight * (ratio**-theta - 1.0)
    hats = np.ones((n, n))
    for i in range(n):
        for j in range(n):
            if 1.0 + gain[i, j] <= 1e-9:
                hats[i, j] = np.inf
            elif gain[i, j] != 0.0:
                hats[i, j] = (1.0 + gain[i, j]) ** (-1.0 / theta)
    return hats
