"""How trade answers: cost matrices, with restrictions and duties, to equivalent variation by country. One
class a model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.network.cargo import CargoMix, cargo_mix, zone_shares
from milepost.network.effects import duty_of, is_valued, needs
from milepost.network.network import UNIT_USD_PER_T, UNREACHABLE
from milepost.network.restrictions import Restrictions, restrictions
from milepost.records import Records
from milepost.trade.costs import Hats, TradeCosts
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.many_sectors.solver import Scenarios, SectorSolver
from milepost.trade.one_sector.from_records import base
from milepost.trade.one_sector.solver import Solver
from milepost.trade.shock import Shock
from milepost.value.baseline import World

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
PRECISION = 1e-10  # of a many-sector solution: thousandths of a MUSD on a country of ten million MUSD


class Answer(Protocol):
    """What the game asks of a trade model."""

    countries: tuple[str, ...]
    costs: TradeCosts  # of containers' trade, for what is held and lost
    hats: Hats  # of each sector that pays for paths
    flows: Floats  # between countries, MUSD a year
    estimated: Bools  # flows that nobody records
    notes: tuple[str, ...]
    duties: frozenset[str]  # commitments that change duties
    separable: bool  # parts of the world that do not trade have equilibria of their own

    def many(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> Floats:
        """Equivalent variation, MUSD a year (sets, countries), against today without restrictions lifted or
        added, for ``hats`` (sets, sectors, countries, countries)."""

    def moved(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> tuple[Floats, Floats]:
        """:meth:`many`, and by how much the quantity traded changes besides what a pair's own cost of freight
        changes (sets, sectors, countries, countries): F of :mod:`milepost.value.gathered`."""

    @property
    def shipped(self) -> Floats:
        """Flows as delivered that pay for paths, MUSD a year, for the sectors of :attr:`hats` (sectors,
        countries, countries)."""

    def saved(self, cost: Ints) -> Floats:
        """What a cost matrix saves on each flow, to first order, X (1 - hat), MUSD a year [exporter,
        importer]."""


def answer_of(world: World, today: Ints) -> Answer:
    """The model that ``programme.toml`` names, with the restrictions in force beside those of today.

    ``today`` are the costs of the baseline, (rows, zones, zones).

    What holds today and then is part of the flows and of the tariffs; only what is added or lifted changes a
    cost of trade.
    """
    records, restricted, usual = world.records, world.restricted, world.usual
    added = restrictions(records, restricted.ids - usual.ids)
    lifted = restrictions(records, usual.ids - restricted.ids)
    if records.settings.model == "many-sectors":
        return ManySectors(records, today, added, lifted, world.done, world.shock)
    return OneSector(records, today, added, lifted, world.shock)


class OneSector:
    """Dekle, Eaton and Kortum: :mod:`milepost.trade.one_sector.solver`."""

    duties: frozenset[str] = frozenset()
    separable = True

    def __init__(
        self,
        records: Records,
        today: Ints,
        added: Restrictions,
        lifted: Restrictions,
        shock: Shock | None = None,
    ) -> None:
        trade = base(records)
        economy = trade.economy
        self.countries = economy.countries
        mix = cargo_mix(records, self.countries)
        self.costs = trade_costs(records, today, self.countries, mix, economy.theta, ~trade.matrix.cif)
        self._solver = Solver(replace(economy, flows=economy.flows * self.costs.cif_factor))
        self.flows = self._solver.base.flows
        self.estimated = trade.matrix.estimated
        self.notes = (
            *trade.notes,
            *(self._solver.rebasing.sentences(self.countries) if records.flows else ()),
        )
        self.hats = Hats((self.costs,))
        if (
            any(sector for part in (added, lifted) for _, _, sector in part.trade)
            or added.duty
            or lifted.duty
        ):
            raise WrongUse(
                "A restriction by sector or of duties needs the model with many sectors (model in "
                "programme.toml)."
            )
        self._barrier = _barrier(added, lifted, self.countries)
        if shock is not None:
            self._barrier *= shock.factors(self.countries)

    def many(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> Floats:
        """See :class:`Answer`."""
        threads = min(len(hats), os.cpu_count() or 1)
        return self._solver.worth_many(hats[:, 0] * self._barrier, threads=threads)

    def moved(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> tuple[Floats, Floats]:
        """See :class:`Answer`."""
        threads = min(len(hats), os.cpu_count() or 1)
        worth, moved = self._solver.worth_and_moved(hats[:, 0] * self._barrier, threads=threads)
        return worth, (moved * self._barrier ** -(self._solver.theta + 1.0))[:, None]

    @property
    def shipped(self) -> Floats:
        """See :class:`Answer`."""
        return self.flows[None]

    def saved(self, cost: Ints) -> Floats:
        """See :class:`Answer`."""
        return _saved(self.flows, self.costs.hat(cost))


class ManySectors:
    """Caliendo and Parro: :mod:`milepost.trade.many_sectors.solver`. A sector pays for paths by its kinds
    of cargo; the rest is unmoved."""

    separable = False  # deficits are in units of world income

    def __init__(
        self,
        records: Records,
        today: Ints,
        added: Restrictions,
        lifted: Restrictions,
        done: frozenset[str],
        shock: Shock | None = None,
    ) -> None:
        made = sector_base(records)
        self.countries = made.economy.countries
        mix = cargo_mix(records, self.countries)
        self._sector_costs = tuple(
            trade_costs(
                records,
                today,
                self.countries,
                mix.of_sector(np.array([s.bulk, s.general, s.containers])),
                s.trade_elasticity,
                ~made.cif[j],
            )
            for j, s in enumerate(records.sectors)
        )
        delivered = made.economy.flows * np.stack([costs.cif_factor for costs in self._sector_costs])
        self._solver = SectorSolver(replace(made.economy, flows=delivered))
        self.economy = self._solver.base
        self.flows = self.economy.flows.sum(axis=0)
        self.estimated = np.zeros(self.flows.shape, dtype=bool)
        self.notes = (*made.notes, *self._solver.rebasing.sentences(self.countries))
        self._at = {c: k for k, c in enumerate(self.countries)}
        self._which = {s.id: j for j, s in enumerate(records.sectors)}
        off_network = [1.0 - s.bulk - s.general - s.containers for s in records.sectors]
        # where no sector pays for a path the first one stands for all: its shares of classes are zero
        self._moves = [j for j, off in enumerate(off_network) if off < 1.0 - 1e-12] or [0]
        self.costs = self._sector_costs[0]
        self.hats = Hats(tuple(self._sector_costs[j] for j in self._moves))
        J, n = len(records.sectors), len(self.countries)
        self._barrier = np.ones((J, n, n))
        for j, name in enumerate(self._which):
            self._barrier[j] = _barrier(added, lifted, self.countries, name)
            if shock is not None:
                self._barrier[j] *= shock.factors(self.countries, name)
        self._added = np.zeros((J, n, n))  # duties by restrictions come on top of what commitments promise
        for part, sign in ((added, 1), (lifted, -1)):
            for (a, b, sector), share in part.duty.items():
                self._added[self._sectors(sector), self._at[a], self._at[b]] += sign * share
        self._duties = [
            (needs(e) - done, *duty_of(records, e))
            for e in records.effects
            if e.attribute == "duty" and is_valued(records, e) and e.commitment not in done
        ]
        self.duties = frozenset(p for members, *_ in self._duties for p in members)

    def saved(self, cost: Ints) -> Floats:
        """See :class:`Answer`."""
        answer = np.zeros(self.flows.shape)
        for j in self._moves:
            answer += _saved(self.economy.flows[j], self._sector_costs[j].hat(cost))
        return answer

    def _sectors(self, sector: str) -> list[int]:
        return [self._which[sector]] if sector else list(self._which.values())

    def many(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> Floats:
        """See :class:`Answer`."""
        return self._solver.worth_many(self._scenarios(hats, delivered), tolerance=PRECISION)

    def moved(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> tuple[Floats, Floats]:
        """See :class:`Answer`."""
        scenarios = self._scenarios(hats, delivered)
        worth, moved = self._solver.worth_and_moved(scenarios, tolerance=PRECISION)
        power = -(self.economy.theta[:, None, None] + 1.0)
        return worth, (moved * self._barrier**power)[:, self._moves]

    @property
    def shipped(self) -> Floats:
        """See :class:`Answer`."""
        return np.ascontiguousarray(self.economy.flows[self._moves])

    def _scenarios(self, hats: Floats, delivered: Sequence[frozenset[str]]) -> Scenarios:
        """What sets change, cell by cell."""
        parts: list[tuple[NDArray[np.intp], ...]] = []
        changed, tariffs, first = [], [], [0]
        for moved, names in zip(hats, delivered, strict=True):
            hat = self._barrier.copy()
            hat[self._moves] *= moved
            promised = self.economy.tariffs.copy()
            for members, exporter, importer, sector, share in self._duties:
                if members <= names:
                    where = (self._sectors(sector), self._at[exporter], self._at[importer])
                    promised[where] = np.minimum(promised[where], share)
            tariff = np.maximum(promised + self._added, 0.0)
            cells = np.nonzero(((hat != 1.0) | (tariff != self.economy.tariffs)) & (self.economy.flows > 0))
            parts.append(cells)
            changed.append(hat[cells])
            tariffs.append(tariff[cells])
            first.append(first[-1] + len(cells[0]))
        cells_of = [np.concatenate([p[k] for p in parts]).astype(np.int64) for k in range(3)]
        kinds, origins, destinations = cells_of
        return Scenarios(
            np.array(first, dtype=np.int64),
            kinds,
            origins,
            destinations,
            np.concatenate(changed),
            np.concatenate(tariffs),
        )


def trade_costs(
    records: Records, today: Ints, countries: tuple[str, ...], mix: CargoMix, theta: float, fob: Bools
) -> TradeCosts:
    """Today's costs with the weights of zones and kinds of cargo, a trade elasticity, and which flows are
    recorded without freight."""
    index = {c: k for k, c in enumerate(countries)}
    zones = [n for n in records.nodes if n.trade_share]
    return TradeCosts(
        today=today,
        unit=UNIT_USD_PER_T,
        unreachable=int(UNREACHABLE),
        country=np.array([index[n.country] for n in zones], dtype=np.int64),
        share=zone_shares(records, countries),
        class_share=mix.share,
        cargo_value_usd_per_t=mix.usd_per_t,
        fob=fob,
        theta=theta,
    )


def _saved(flows: Floats, hat: Floats) -> Floats:
    """X (1 - hat), at most all of a flow lost."""
    return np.asarray(flows * (1.0 - np.minimum(hat, 2.0)))


def _barrier(
    added: Restrictions, lifted: Restrictions, countries: tuple[str, ...], sector: str = ""
) -> Floats:
    """Factors on the cost of trade by restrictions that are not part of today, for one sector and those for
    every sector."""
    index = {c: k for k, c in enumerate(countries)}
    barrier = np.ones((len(index), len(index)))
    for which, sign in ((added, 1), (lifted, -1)):
        for (a, b, name), factor in which.trade.items():
            if name not in ("", sector) or a not in index or b not in index:
                continue
            if not np.isfinite(factor) and sign < 0:
                raise WrongUse(
                    f"Trade from {a} to {b} is banned today, so it is not in the flows; what lifting it is "
                    "worth cannot be "
                    "told from them."
                )
            barrier[index[a], index[b]] *= factor**sign
    return barrier
