r"""Growth stops where capacity is stated: which share of what a commitment brings still gets through when
trade is g times that of the base.

With everything promised delivered, of what all users u save by a commitment i (T_u tonnes, Δ_u on each less
than without i) this share is kept:

    (1)  kept_i(g) = Σ_u T_u Δ_u y_u(g) / Σ_u T_u Δ_u ,

y_u(g) being the share that gets onto its path when every flow is g times as large. What is there today keeps
its room; what is added and what grows share the rest of a capacity alike, by the rule (3) of
:mod:`milepost.value.capacity`. Links and terminals that nobody promises to change cut nothing. In
year t trade is g_t = Σ_c w_c G_c,t times that of the base, w_c the share of a country in all trade.

Of what a set S of commitments is worth to country c, Σ_{i∈S} p_ic kept_i / Σ_{i∈S} p_ic is kept, p_ic being
what the country's trade saves by i, half of it counted to who sends and half to who receives: exactly where
commitments do not need each other, and in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# times the base; between them kept is a line in 1 / g
TRAFFIC: Floats = np.append(np.geomspace(1.0, 8.0, 41), (11.0, 16.0, 32.0, 64.0))


@dataclass(frozen=True)
class Ceilings:
    """Of each player ``kept`` (players, traffic) by equation (1) at :data:`TRAFFIC`, and ``part``, p_ic
    (players, countries); ``weights`` (countries,) are shares in trade."""

    players: tuple[str, ...]
    kept: Floats
    part: Floats
    weights: Floats

    def of(self, name: str, growth: Floats) -> Floats:
        """The share of a commitment's value that is kept, by year, for factors on trade (countries,
        years)."""
        return self._kept(self.players.index(name), -1.0 / np.maximum(self.weights @ growth, 1.0))

    def at(self, growth: Floats) -> Floats:
        """The same of every player (players, years)."""
        less = -1.0 / np.maximum(self.weights @ growth, 1.0)
        return np.array([self._kept(k, less) for k in range(len(self.players))])

    def _kept(self, player: int, less: Floats) -> Floats:
        found: Floats = np.interp(less, -1.0 / TRAFFIC, self.kept[player])
        return found

    def of_set(self, delivered: Iterable[str], kept: Floats) -> Floats:
        """The share of the value of a set that is kept, by country and year, from that of every player; 1
        where no trade of a country saves anything by the set."""
        there = set(delivered)
        rows = [k for k, name in enumerate(self.players) if name in there]
        return mean_kept(self.part[rows].sum(axis=0), self.part[rows].T @ kept[rows])


def mean_kept(whole: Floats, through: Floats) -> Floats:
    """Means (..., countries, years) of what is kept: what gets through of what there is in all (...,
    countries)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole[..., None] > 0, through / whole[..., None], 1.0)
