"""Strengths and needs of the members, and which commitments bring them together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.records import Records
from milepost.records.tables import Capacity
from milepost.trade.complement import Complement, Match, Spare, complementarity, revealed_advantage
from milepost.value.game import Game

LEAST_PERCENT = 0.01  # off the cost of trade, to be named


def complements(
    records: Records, game: Game, done: frozenset[str] = frozenset(), *, most: int = 200
) -> Complement:
    """Matches between countries that owe commitments. Raises ``WrongUse`` without trade by sector and without
    capacities."""
    from milepost.network.overlay import Overlay
    from milepost.network.restrictions import in_force, restrictions
    from milepost.value.answers import trade_costs

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
    names, sectors = tuple(c.id for c in records.countries), tuple(s.id for s in records.sectors)
    at, which = {c: k for k, c in enumerate(names)}, {s: k for k, s in enumerate(sectors)}
    flows = np.zeros((len(sectors), len(names), len(names)))
    for row in records.sector_trade:
        flows[which[row.sector], at[row.exporter], at[row.importer]] = row.usd_m
    advantage, together = revealed_advantage(flows), complementarity(flows)
    unions = {p.id: p.members for p in records.parties if p.kind == "union" and p.members}
    owing = {one for c in records.commitments for p in c.owed_by for one in (unions.get(p) or (p,))}
    members = [c for c in names if c in owing] or list(names)
    usual = restrictions(records, in_force(records, records.settings.base_date))
    overlay = Overlay.of(records, game.players, done, usual)
    # a sector saves on the ways of its own kinds of cargo; one that uses no way saves nothing
    today, alone = overlay.cost(frozenset()), {p: overlay.cost(frozenset({p})) for p in game.players}
    saving: dict[tuple[str, str], NDArray[np.float64]] = {}
    for s in records.sectors:
        mix = np.array([s.bulk, s.general, s.containers])
        if mix.any():
            costs = trade_costs(records, today, names, mix, s.trade_elasticity)
            saving |= {(p, s.id): 1.0 - costs.hat(cost) for p, cost in alone.items()}
    none = np.zeros((len(names), len(names)))
    duty = _duties(records, game, done)
    imports = (flows * (1 - np.eye(len(names)))).sum(axis=1)
    matches = []
    for a in members:
        for b in members:
            if a == b or not np.isfinite(together[at[a], at[b]]):
                continue
            for k, sector in enumerate(sectors):
                share = imports[k, at[b]] / imports[:, at[b]].sum()
                if not advantage[at[a], k] > 1 or share <= 0:
                    continue
                percent = (
                    (
                        p,
                        100
                        * (
                            1
                            - (1 - float(saving.get((p, sector), none)[at[a], at[b]]))
                            * duty.get((p, a, b, sector), 1.0)
                        ),
                    )
                    for p in game.players
                )
                opened = tuple(sorted((x for x in percent if x[1] > LEAST_PERCENT), key=lambda x: -x[1])[:3])
                has = tuple(s.what for s in spare if s.party == a and (not s.sectors or sector in s.sectors))
                matches.append(
                    Match(
                        a,
                        b,
                        sector,
                        float(advantage[at[a], k]),
                        float(share),
                        float(flows[k, at[a], at[b]]),
                        float(together[at[a], at[b]]),
                        opened,
                        has,
                    )
                )
    matches.sort(key=lambda m: (-m.import_share * min(m.advantage, 10.0), m.exporter, m.importer, m.sector))
    return Complement(names, sectors, advantage, together, tuple(matches[:most]), spare)


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
    from milepost.network.effects import duty_of, is_valued, needs

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
