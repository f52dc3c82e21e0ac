"""Strengths and needs of the members, and which commitments bring them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.network.cargo import cargo_mix
from milepost.network.effects import duty_of, is_valued, needs
from milepost.network.overlay import Overlay
from milepost.records import Records
from milepost.records.tables import Capacity
from milepost.trade.complement import Complement, Match, Spare, complementarity, revealed_advantage
from milepost.value.answers import trade_costs
from milepost.value.baseline import Baseline, World
from milepost.value.game import Game

Floats = NDArray[np.float64]
LEAST_PERCENT = 0.01  # off the cost of trade, to be named


@dataclass(frozen=True)
class _Exchange:
    """Trade by sector as arrays, and what each commitment takes off the cost of it."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats  # (sectors, exporters, importers), MUSD a year
    saving: Mapping[tuple[str, str], Floats]  # (commitment, sector) -> share of the cost of trade
    duty: Mapping[tuple[str, str, str, str], float]

    def opened(self, players: tuple[str, ...], a: int, b: int, k: int) -> tuple[tuple[str, float], ...]:
        """The three commitments that make the trade of a sector from a to b cheapest, with by how many
        percent."""
        sector, exporter, importer = self.sectors[k], self.countries[a], self.countries[b]
        none = np.zeros((len(self.countries), len(self.countries)))
        percent = (
            (
                p,
                100
                * (
                    1
                    - (1 - float(self.saving.get((p, sector), none)[a, b]))
                    * self.duty.get((p, exporter, importer, sector), 1.0)
                ),
            )
            for p in players
        )
        return tuple(sorted((x for x in percent if x[1] > LEAST_PERCENT), key=lambda x: -x[1])[:3])


def find_matches(world: World, game: Game, *, most: int = 200) -> Complement:
    """Matches between countries that owe commitments, on the baseline of the world.

    Raises ``WrongUse`` without trade by sector and without capacities.
    """
    records = world.records
    spare = tuple(_spare(row) for row in records.capacities)
    if not records.sector_trade:
        if not spare:
            raise WrongUse(
                "There is no trade by sector and no stated capacity. Fill sectors and sector_trade (milepost "
                "trade read itpd "
                "or icio --into DIR), or capacities."
            )
        empty = np.zeros((0, 0))
        return Complement((), (), empty, empty, (), spare)
    exchange = _exchange(world.baseline, game)
    names, flows = exchange.countries, exchange.flows
    advantage, together = revealed_advantage(flows), complementarity(flows)
    owing = _owing(records)
    members = [k for k, c in enumerate(names) if c in owing] or list(range(len(names)))
    imports = (flows * (1 - np.eye(len(names)))).sum(axis=1)
    matches = []
    for a, b in product(members, members):
        if a == b or not np.isfinite(together[a, b]):
            continue
        for k, sector in enumerate(exchange.sectors):
            share = imports[k, b] / imports[:, b].sum()
            if not advantage[a, k] > 1 or share <= 0:
                continue
            has = tuple(
                s.what for s in spare if s.party == names[a] and (not s.sectors or sector in s.sectors)
            )
            matches.append(
                Match(
                    names[a],
                    names[b],
                    sector,
                    float(advantage[a, k]),
                    float(share),
                    float(flows[k, a, b]),
                    float(together[a, b]),
                    exchange.opened(game.players, a, b, k),
                    has,
                )
            )
    matches.sort(key=lambda m: (-m.import_share * min(m.advantage, 10.0), m.exporter, m.importer, m.sector))
    return Complement(names, exchange.sectors, advantage, together, tuple(matches[:most]), spare)


def _owing(records: Records) -> set[str]:
    """Who owes a commitment, a union by its members."""
    unions = {p.id: p.members for p in records.parties if p.kind == "union" and p.members}
    return {one for c in records.commitments for p in c.owed_by for one in (unions.get(p) or (p,))}


def _exchange(baseline: Baseline, game: Game) -> _Exchange:
    records = baseline.records
    names, sectors = tuple(c.id for c in records.countries), tuple(s.id for s in records.sectors)
    at, which = {c: k for k, c in enumerate(names)}, {s: k for k, s in enumerate(sectors)}
    flows = np.zeros((len(sectors), len(names), len(names)))
    fob = np.ones(flows.shape, dtype=bool)
    for row in records.sector_trade:
        cell = which[row.sector], at[row.exporter], at[row.importer]
        flows[cell], fob[cell] = row.usd_m, row.valuation == "fob"
    cargo = cargo_mix(records, names)
    overlay = Overlay.of(records, game.players, baseline.done, baseline.usual)
    # a sector saves on the paths of its own kinds of cargo; one that uses no path saves nothing
    today, alone = overlay.cost(frozenset()), {p: overlay.cost(frozenset({p})) for p in game.players}
    saving: dict[tuple[str, str], Floats] = {}
    for s in records.sectors:
        kinds = np.array([s.bulk, s.general, s.containers])
        if kinds.any():
            mix = cargo.of_sector(kinds)
            costs = trade_costs(records, today, names, mix, s.trade_elasticity, fob[which[s.id]])
            saving |= {(p, s.id): 1.0 - costs.hat(cost) for p, cost in alone.items()}
    return _Exchange(names, sectors, flows, saving, _duties(records, game, baseline.done))


def _spare(row: Capacity) -> Spare:
    return Spare(
        party=row.party,
        field=row.field,
        what=row.what,
        amount=row.amount,
        used=row.used,
        unit=row.unit,
        year=row.year,
        sectors=tuple(row.sectors),
        basis=row.basis,
        source=row.source,
    )


def _duties(records: Records, game: Game, done: frozenset[str]) -> dict[tuple[str, str, str, str], float]:
    """Price with the promised duty over that with today's, by commitment, exporter, importer and sector."""
    today = {(t.exporter, t.importer, t.sector): t.tariff_percent / 100 for t in records.sector_trade}
    answer: dict[tuple[str, str, str, str], float] = {}
    for effect in records.effects:
        if (
            effect.attribute != "duty"
            or effect.commitment not in game.players
            or not is_valued(records, effect)
        ):
            continue
        if needs(effect) - done != {effect.commitment}:
            continue
        exporter, importer, only, share = duty_of(records, effect)
        for sector in (only,) if only else tuple(s.id for s in records.sectors):
            now = today.get((exporter, importer, sector), 0.0)
            if share < now:
                key = (effect.commitment, exporter, importer, sector)
                answer[key] = min(answer.get(key, 1.0), (1 + share) / (1 + now))
    return answer
