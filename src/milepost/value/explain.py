"""Why is a commitment worth what it is? The paths between zones that it changes most, weighted by their
trade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from milepost.network.cargo import CargoMix, cargo_mix, zone_shares
from milepost.network.network import CLASSES, UNREACHABLE
from milepost.network.paths import Skim, skim
from milepost.records import Records
from milepost.trade.flows import flows_between
from milepost.value.baseline import World
from milepost.value.game import Game

NOTHING_MUSD = 1e-9  # a year


@dataclass(frozen=True)
class PathChange:
    """The cheapest path of a cargo before and after: days, and freight in USD/t; ``gain_musd`` is base trade
    times the fall of its cost."""

    origin: str
    destination: str
    cargo: str
    days_before: float
    days_after: float
    usd_before: float
    usd_after: float
    gain_musd: float


@dataclass(frozen=True)
class Why:
    """Paths that a commitment changes most, and against which background it was looked at."""

    commitment: str
    background: str
    paths: tuple[PathChange, ...]


def why(
    world: World, commitments: tuple[str, ...], everyone: tuple[str, ...], most: int = 2
) -> tuple[Why, ...]:
    """Look at each commitment alone; at one that does nothing alone, with all others delivered.

    ``gain_musd`` is first-order (base trade x share of zones x change of trade cost), for ranking paths only.
    """
    records = world.records
    countries, flows = flows_between(records)
    mix = cargo_mix(records, countries)
    index = {c: k for k, c in enumerate(countries)}

    def skim_with(delivered: Iterable[str]) -> Skim:
        return skim(world.with_delivered(delivered).network())

    today = skim_with(())
    full: Skim | None = None
    found = []
    for name in commitments:
        before, after, background = today, skim_with((name,)), "alone"
        if np.array_equal(before.cost, after.cost):
            full = full or skim_with(everyone)
            before, after = skim_with(set(everyone) - {name}), full
            background = "with all others delivered"
        found.append(Why(name, background, _paths(records, (flows, mix), index, before, after, most)))
    return tuple(found)


def gains_from(game: Game, dates: Mapping[str, dt.date | None]) -> dict[str, dt.date | None]:
    """Of players that gain nothing today: the day from which they begin to change a best path, as the others
    are delivered by their dates; None if they never do."""
    dated = sorted((d, c) for c, d in dates.items() if d is not None and c in game.players)
    answer: dict[str, dt.date | None] = {}
    for name in game.players:
        if abs(game.value([name])).max() > NOTHING_MUSD:
            continue
        before: list[str] = []
        answer[name] = None
        for day, other in dated:
            if other == name:
                continue
            before.append(other)
            if abs(game.value([*before, name]) - game.value(before)).max() > NOTHING_MUSD:
                answer[name] = day
                break
    return answer


def _paths(
    records: Records,
    trade: tuple[np.ndarray, CargoMix],
    index: dict[str, int],
    before: Skim,
    after: Skim,
    most: int,
) -> tuple[PathChange, ...]:
    zones = [n for n in records.nodes if n.trade_share]
    at = np.array([index[n.country] for n in zones])
    out, into = zone_shares(records, tuple(index))
    flows, mix = trade
    between = flows[np.ix_(at, at)] * (at[:, None] != at[None, :])
    types = len(before.cost) // len(CLASSES)
    gain = np.zeros((len(CLASSES), len(zones), len(zones)))
    for row in range(len(before.cost)):
        s = row // types
        value, part = mix.usd_per_t[s][np.ix_(at, at)], mix.share[s][np.ix_(at, at)]
        reach = (before.cost[row] < UNREACHABLE) & (after.cost[row] < UNREACHABLE)
        a, b = 1 + before.cost[row] / 1000 / value, 1 + after.cost[row] / 1000 / value
        sent = between * out[s][:, at] * into[s][:, at].T
        gain[s] += np.where(reach, sent * part * (1 - b / a), 0.0) / types
    # one line for a pair of zones, both directions and all classes together, told for the class that gains
    # most
    pair = gain.sum(axis=0)
    pair = np.triu(pair + pair.T)
    chosen = []
    for flat in np.argsort(-pair, axis=None)[:most]:
        o, d = divmod(int(flat), len(zones))
        if pair[o, d] <= 0:
            break
        if gain[:, d, o].sum() > gain[:, o, d].sum():
            o, d = d, o
        s = int(gain[:, o, d].argmax())
        rows = slice(s * types, (s + 1) * types)
        chosen.append(
            PathChange(
                zones[o].name,
                zones[d].name,
                CLASSES[s],
                float(before.hours[rows, o, d].mean() / 24),
                float(after.hours[rows, o, d].mean() / 24),
                float(before.usd_per_t[rows, o, d].mean()),
                float(after.usd_per_t[rows, o, d].mean()),
                float(pair[min(o, d), max(o, d)]),
            )
        )
    return tuple(chosen)
