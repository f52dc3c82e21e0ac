r"""From generalised cost to trade cost: what hours and dollars do to the price of goods delivered.

    (1)  κ = 1 + g / v                     g generalised cost, v value of cargo, both USD per tonne
    (2)  κ̂_ij = ( Σ_{o,d,s} ω_o ω_d σ_s (κ'_ods / κ_ods)^−θ )^(−1/θ)

ω are the shares of a country's trade by zone, σ by cargo class. The mean (2) is the one under which the
trade model with countries gives the same totals as with zones (weights are base trade shares, the power is
the trade elasticity); a plain mean would not. A pair of zones without a path today is held at 1 and counted.
A pair that loses its path (only a restriction can do that) trades nothing: its term in (2) is zero, and
countries without any path left have κ̂ = ∞.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import kernel

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TradeCosts:
    """Today's costs and the weights, ready to turn other cost matrices into hats.

    ``today`` (classes, zones, zones) in ``unit`` USD/t; ``country`` index of each zone's country,
    ``share`` of its country's trade; ``class_share`` of trade value and ``cargo_value_usd_per_t`` per class.
    """

    today: Ints
    unit: float
    unreachable: int
    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    cargo_value_usd_per_t: Floats
    countries: int
    theta: float

    def hat(self, cost: Ints) -> Floats:
        """Cost hats (countries, countries) for new cost matrices; 1 within a country and where nothing
        changed."""
        weights = _Weights(self.country, self.share, self.class_share, self.cargo_value_usd_per_t)
        hats: Floats = _hat(
            self.today, cost, self.unit, self.unreachable, weights, self.countries, self.theta
        )
        return hats

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
    """What the kernel reads of each zone (country, share of its trade) and each class of cargo (share,
    USD/t)."""

    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    value: Floats


@kernel()
def _hat(today, cost, unit, unreachable, weights, n, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value = weights
    classes, zones, _ = today.shape
    gain = np.zeros((n, n))
    for s in range(classes):
        for o in range(zones):
            i = country[o]
            for d in range(zones):
                a = today[s, o, d]
                b = cost[s, o, d]
                if a == b or a >= unreachable or country[d] == i:
                    continue
                if b >= unreachable:
                    gain[i, country[d]] -= share[o] * share[d] * class_share[s]
                    continue
                ratio = (value[s] + b * unit) / (value[s] + a * unit)
                gain[i, country[d]] += share[o] * share[d] * class_share[s] * (ratio**-theta - 1.0)
    hats = np.ones((n, n))
    for i in range(n):
        for j in range(n):
            if 1.0 + gain[i, j] <= 1e-9:
                hats[i, j] = np.inf
            elif gain[i, j] != 0.0:
                hats[i, j] = (1.0 + gain[i, j]) ** (-1.0 / theta)
    return hats
