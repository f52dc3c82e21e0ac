"""Trade beside queues: tonnes of today, and what trade answers to costs of paths, in either trade model.

One class a model, as in :mod:`milepost.value.answers`; here each answers with the tonnes that it sends, so
that :mod:`milepost.value.congested` can bring network and trade to a fixed point.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from milepost.network.cargo import cargo_mix
from milepost.network.effects import duty_of, is_valued, needs
from milepost.network.loads import Freight, tonnes
from milepost.records import Records
from milepost.trade.costs import TradeCosts
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.many_sectors.solver import SectorShock, SectorSolver
from milepost.trade.one_sector.from_records import base
from milepost.trade.one_sector.solver import Solver
from milepost.value.answers import trade_costs

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class QueuedTrade(Protocol):
    """What a fixed point asks of a trade model. Costs are (rows, zones, zones) in the network's unit."""

    countries: tuple[str, ...]
    demand: Floats  # tonnes a year today (classes, zones, zones)

    def answers(self, today: Ints, cost: Ints, delivered: frozenset[str]) -> tuple[Floats, Floats]:
        """Equivalent variation, MUSD a year by country, and tonnes (classes, zones, zones), once paths cost
        ``cost`` instead of ``today`` and a set is delivered, which may change duties."""


def trade_of(records: Records, cost: Ints, done: frozenset[str]) -> QueuedTrade:
    """The model that ``programme.toml`` names, at the costs of today's network without moving queues."""
    if records.settings.model == "many-sectors":
        return ManySectors(records, cost, done)
    return OneSector(records, cost)


class OneSector:
    """Dekle, Eaton and Kortum."""

    def __init__(self, records: Records, cost: Ints) -> None:
        self._records = records
        trade = base(records)
        economy, self._cif = trade.economy, trade.matrix.cif
        self.countries = economy.countries
        self._mix = cargo_mix(records, self.countries)
        costs = trade_costs(records, cost, self.countries, self._mix, economy.theta, ~self._cif)
        self._solver = Solver(replace(economy, flows=economy.flows * costs.cif_factor))
        self.demand = self._tonnes(costs, self._solver.base.flows, cost)

    def _tonnes(self, costs: TradeCosts, flows: Floats, cost: Ints) -> Floats:
        sent = costs.as_recorded(flows, cost)
        return tonnes(self._records, sent, self.countries, self._mix, Freight(self._cif, cost))

    def answers(self, today: Ints, cost: Ints, delivered: frozenset[str]) -> tuple[Floats, Floats]:
        """See :class:`QueuedTrade`."""
        costs = trade_costs(self._records, today, self.countries, self._mix, self._solver.theta, ~self._cif)
        outcome = self._solver.solve(costs.hat(cost))
        return outcome.equivalent_variation_musd, self._tonnes(costs, outcome.flows, cost)


class ManySectors:
    """Caliendo and Parro; a sector pays for paths by its kinds of cargo, and weighs what those are worth."""

    def __init__(self, records: Records, cost: Ints, done: frozenset[str]) -> None:
        self._records = records
        made = sector_base(records)
        self._cif = made.cif
        self.countries = made.economy.countries
        mix = cargo_mix(records, self.countries)
        shares = [np.array([s.bulk, s.general, s.containers]) for s in records.sectors]
        self._mixes = [mix.of_sector(share) for share in shares]
        costs = self._costs(cost)
        delivered = made.economy.flows * np.stack([c.cif_factor for c in costs])
        self._solver = SectorSolver(replace(made.economy, flows=delivered))
        self._tariffs = self._solver.base.tariffs
        at = {c: k for k, c in enumerate(self.countries)}
        which = {s.id: [j] for j, s in enumerate(records.sectors)} | {"": [*range(len(records.sectors))]}
        self._duties = [
            (needs(e) - done, (which[sector], at[a], at[b]), share)
            for e in records.effects
            if e.attribute == "duty" and is_valued(records, e) and e.commitment not in done
            for a, b, sector, share in (duty_of(records, e),)
        ]
        self.demand = self._tonnes(costs, self._solver.base.flows, cost)

    def _costs(self, today: Ints) -> list[TradeCosts]:
        sectors = zip(self._records.sectors, self._mixes, self._cif, strict=True)
        return [
            trade_costs(self._records, today, self.countries, mix, s.trade_elasticity, ~cif)
            for s, mix, cif in sectors
        ]

    def _tonnes(self, costs: list[TradeCosts], flows: Floats, cost: Ints) -> Floats:
        parts = [
            tonnes(self._records, c.as_recorded(sold, cost), self.countries, mix, Freight(cif, cost))
            for c, sold, mix, cif in zip(costs, flows, self._mixes, self._cif, strict=True)
        ]
        answer: Floats = np.sum(parts, axis=0)
        return answer

    def answers(self, today: Ints, cost: Ints, delivered: frozenset[str]) -> tuple[Floats, Floats]:
        """See :class:`QueuedTrade`."""
        costs = self._costs(today)
        tariffs = self._tariffs.copy()
        for members, where, share in self._duties:
            if members <= delivered:
                tariffs[where] = np.minimum(tariffs[where], share)
        outcome = self._solver.solve(SectorShock(np.stack([c.hat(cost) for c in costs]), tariffs))
        return outcome.equivalent_variation_musd, self._tonnes(costs, outcome.flows, cost)
