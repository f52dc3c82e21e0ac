r"""From generalised cost to trade cost: what hours and dollars do to the price of goods delivered.

    (1)  κ = 1 + g / v                     g generalised cost, v value of cargo, both USD per tonne
    (2)  κ̂_ij = ( Σ_{o,d,s} 1/R Σ_t w_odst (κ'_odst / κ_odst)^−θ )^(−1/θ)
    (3)  w_odst ∝ ω_os ω_ds σ_s κ_odst     of a flow recorded fob;  ω_os ω_ds σ_s of one recorded cif
    (4)  X_cif = X_fob Σ_{o,d,s} ω_os ω_ds σ_s · 1/R Σ_t κ_odst

ω are the shares of a country's trade in a class of cargo by zone (with the other country, as exporter or as
importer), σ those of a pair of countries by cargo class, both of the value that is recorded; what is left of
1 goes off the network, and its κ is 1. 1/R are those of the R shipment types of a class. The mean (2) is the
one under which the trade model with countries gives the same totals as with zones (w are shares of what is
spent, so of the value as delivered, and the power is the trade elasticity); a plain mean would not. With (3)
and (4) what a small change is worth, X_cif (1 − κ̂), is tonnes times dollars saved, X_fob / v · Δg, summed
over zones and classes.

A pair of zones without a path today is held at 1 and counted. A pair that loses its path (only a restriction
can do that) trades nothing: its term in (2) is zero, and countries without any path left have κ̂ = ∞.

(2) is kept as its *gain*, the sum of w · 1/R Σ ((κ'/κ)^−θ − 1), which is zero where nothing changes, and is
added up pair of countries by pair of countries, always in the same order, whether all of it is (here) or only
what changed (:mod:`milepost.value.all_sets`).
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
    shipment, one after the other; ``country`` index of each zone's country, ``share`` (exports and imports,
    class, zones, countries) of its country's trade in a class of cargo with each other.
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

    def by_country(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Zones (zones) in the order of their countries, and where those of each country begin
        (countries + 1)."""
        begin = np.concatenate([[0], np.cumsum(np.bincount(self.country, minlength=self.countries))])
        return np.argsort(self.country, kind="stable").astype(np.int64), begin.astype(np.int64)

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
        kappa: Floats = _mean_kappa(cost, self._weights_of(np.ascontiguousarray(self.class_share)))
        return kappa

    def hat(self, cost: Ints) -> Floats:
        """Cost hats (countries, countries) for new cost matrices; 1 within a country and where nothing
        changed."""
        hats: Floats = _hats(_gain(self.today, cost, self.weights, self.theta), self.theta)
        return hats

    def hat_of_two(self, cost: Ints, other: Ints, share: Floats) -> Floats:
        """The same where a ``share`` (rows, zones, zones) of each type pays ``cost`` and the rest
        ``other``."""
        gain = _gain_of_two(self.today, cost, other, share, self.weights, self.theta)
        hats: Floats = _hats(gain, self.theta)
        return hats

    @cached_property
    def weights(self) -> Weights:
        """What the kernels read. Shares of classes are those of what is spent: equation (3) but for the κ of
        each pair of zones."""
        spent = np.ascontiguousarray(self.class_share / self.cif_factor)
        return self._weights_of(spent)

    def _weights_of(self, class_share: Floats) -> Weights:
        value = np.ascontiguousarray(self.cargo_value_usd_per_t)
        return Weights(self.country, self.share, class_share, value, self.fob, self.unit, self.unreachable)

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


class Weights(NamedTuple):
    """What a kernel reads of each zone (country, shares of its trade), of each class of cargo and pair of
    countries (share, USD/t), of each pair (valued fob), and of the integers of cost."""

    country: NDArray[np.int64]
    share: Floats
    class_share: Floats
    value: Floats
    fob: Bools
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

    def of_two(self, cost: Ints, other: Ints, share: Floats) -> Floats:
        """The same where a share of each type pays another cost."""
        return np.stack([c.hat_of_two(cost, other, share) for c in self.costs])

    def from_gains(self, gains: Floats) -> Floats:
        """The same from gains (sets, sectors, countries, countries)."""
        hats = np.empty(gains.shape)
        for k, c in enumerate(self.costs):
            _many_hats(gains, k, c.theta, hats)
        return hats

    def means(self) -> tuple[Floats, Bools, NDArray[np.int64]]:
        """The means over types that differ: elasticity and which pairs of countries are valued fob, and which
        of them each sector has."""
        keys = [(c.theta, c.fob.tobytes()) for c in self.costs]
        apart = list(dict.fromkeys(keys))
        first = [self.costs[keys.index(key)] for key in apart]
        which = np.array([apart.index(key) for key in keys], dtype=np.int64)
        return np.array([c.theta for c in first]), np.stack([c.fob for c in first]), which

    def class_shares(self) -> Floats:
        """Shares of the classes of cargo (sectors, classes, countries, countries)."""
        return np.stack([c.weights.class_share for c in self.costs])


@kernel(inline="always")
def term(a, b, value, fob, unit, unreachable, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    """κ ((κ'/κ)^−θ − 1) of (2) and (3) for costs a today and b then; without the first κ if not ``fob``."""
    if a == b or a >= unreachable:
        return 0.0
    weight = (value + a * unit) / value if fob else 1.0
    if b >= unreachable:
        return -weight
    return weight * (((value + b * unit) / (value + a * unit)) ** -theta - 1.0)


@kernel()
def _mean_kappa(cost, weights):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, fob, unit, unreachable = weights
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
                    kappa[i, j] += (
                        share[0, s, o, j] * share[1, s, d, i] * class_share[s, i, j] * (freight / types)
                    )
    return kappa


@kernel()
def _gain(today, cost, weights, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, fob, unit, unreachable = weights
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
                    total += term(today[r, o, d], cost[r, o, d], v, fob[i, j], unit, unreachable, theta)
                if total != 0.0:
                    gain[i, j] += (
                        share[0, s, o, j] * share[1, s, d, i] * class_share[s, i, j] * (total / types)
                    )
    return gain


@kernel()
def _gain_of_two(today, cost, other, part, weights, theta):  # type: ignore[no-untyped-def]  # pragma: no cover
    country, share, class_share, value, fob, unit, unreachable = weights
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
                    now, y = today[r, o, d], part[r, o, d]
                    total += y * term(now, cost[r, o, d], v, fob[i, j], unit, unreachable, theta)
                    total += (1.0 - y) * term(now, other[r, o, d], v, fob[i, j], unit, unreachable, theta)
                if total != 0.0:
                    gain[i, j] += (
                        share[0, s, o, j] * share[1, s, d, i] * class_share[s, i, j] * (total / types)
                    )
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
