r"""From generalised cost to trade cost: what hours and dollars do to the price of goods delivered.

    (1)  κ = 1 + g / v                     g generalised cost, v value of cargo, both USD per tonne
    (2)  κ̂_ij = ( Σ_{o,d,s} ω_o ω_d σ_s · 1/R Σ_t (κ'_odst / κ_odst)^−θ )^(−1/θ)

ω are the shares of a country's trade by zone, σ by cargo class, 1/R those of the R shipment types of a class.
The mean (2) is the one under which the trade model with countries gives the same totals as with zones
(weights are base trade shares, the power is the trade elasticity); a plain mean would not. A pair of zones
without a path today is held at 1 and counted. A pair that loses its path (only a restriction can do that)
trades nothing: its term in (2) is zero, and countries without any path left have κ̂ = ∞.

(2) is kept as its *gain*, the sum of ω ω σ · 1/R Σ ((κ'/κ)^−θ − 1), which is zero where nothing changes, and
is added up pair of countries by pair of countries, always in the same order, whether all of it is (here) or
only what changed (:mod:`milepost.value.all_sets`).
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

    ``today`` (rows, zones, zones) in ``unit`` USD/t, a row a shipment type of a class of cargo; ``country``
    index of each zone's country, ``share`` of its country's trade. ``class_share`` of trade value and
    ``cargo_value_usd_per_t`` have shape (classes,), or (classes, countries, countries) where they differ by
    exporter and importer.
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
        hats: Floats = _hats(_gain(self.today, cost, self.weights(), self.theta), self.theta)
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

    def weights(self) -> Weights:
        """What the kernels read, by pair of countries."""
        shape = (len(self.class_share), self.countries, self.countries)
        share, value = (
            np.ascontiguousarray(np.broadcast_to(x if x.ndim == 3 else x[:, None, None], shape))
            for x in (self.class_share, self.cargo_value_usd_per_t)
        )
        return Weights(self.country, self.share, share, value, self.unit, self.unreachable)


class Weights(NamedTuple):
    """What a kernel reads of each zone (country, share of its trade), each class of cargo between two
    countries (share, USD/t) and the integers of cost."""

    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    value: Floats
    unit: float
    unreachable: int


@dataclass(frozen=True)
class Hats:
    """Several trade costs on the same matrices, one for each sector: gains in, hats out.

    They differ in elasticity and in shares of classes; zones and values of cargo are the same."""

    costs: tuple[TradeCosts, ...]

    def of(self, cost: Ints) -> Floats:
        """Hats (sectors, countries, countries) of cost matrices."""
        return np.stack([c.hat(cost) for c in self.costs])

    def from_gains(self, gains: Floats) -> Floats:
        """The same from gains (sets, sectors, countries, countries)."""
        hats = np.empty(gains.shape)
        for k, c in enumerate(self.costs):
            _many_hats(gains, k, c.theta, hats)
        return hats

    def elasticities(self) -> tuple[Floats, NDArray[np.int64]]:
        """The elasticities that differ, and which one each sector has."""
        theta, which = np.unique([c.theta for c in self.costs], return_inverse=True)
        return theta, which.astype(np.int64)

    def class_shares(self) -> Floats:
        """Shares of the classes of cargo (sectors, classes, countries, countries)."""
        return np.stack([c.weights().class_share for c in self.costs])


@kernel(inline="always")
def term(a, b, value, unit, unreachable, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    """(κ'/κ)^−θ − 1 of (2) for costs a today and b then."""
    if a == b or a >= unreachable:
        return 0.0
    if b >= unreachable:
        return -1.0
    return ((value + b * unit) / (value + a * unit)) ** -theta - 1.0


@kernel()
def _gain(today, cost, weights, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, unit, unreachable = weights
    classes, n, _ = value.shape
    rows, zones, _ = today.shape
    types = rows // classes
    gain = np.zeros((n, n))
    for s in range(classes):
        for o in range(zones):
            i = country[o]
            for d in range(zones):
                j = country[d]
                if i == j:
                    continue
                v = value[s, i, j]
                total = 0.0
                for r in range(s * types, (s + 1) * types):
                    total += term(today[r, o, d], cost[r, o, d], v, unit, unreachable, theta)
                if total != 0.0:
                    gain[i, j] += share[o] * share[d] * class_share[s, i, j] * (total / types)
    return gain


@kernel()
def _hats(gain, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    n = len(gain)
    hats = np.ones((n, n))
    for i in range(n):
        for j in range(n):
            if 1.0 + gain[i, j] <= 1e-9:
                hats[i, j] = np.inf
            elif gain[i, j] != 0.0:
                hats[i, j] = (1.0 + gain[i, j]) ** (-1.0 / theta)
    return hats


@kernel()
def _many_hats(gains, k, theta, hats):  # type: ignore[no-untyped-def]  # pragma: no cover
    for m in range(len(gains)):
        hats[m, k] = _hats(gains[m, k], theta)
