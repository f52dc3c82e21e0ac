"""Why is a commitment worth what it is? The journeys between places that it changes most, weighted by their
trade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from milepost.network.network import CLASSES, UNREACHABLE, Network
from milepost.network.paths import Skim, skim
from milepost.network.restrictions import in_force, restrictions
from milepost.records import Records
from milepost.register.status import status
from milepost.trade.flows import flows_between


@dataclass(frozen=True)
class Journey:
    """One journey before and after: days and freight in USD/t; ``gain_musd`` is base trade times the fall of
    its cost."""

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
    """Journeys that a commitment changes most, and against which background it was looked at."""

    commitment: str
    background: str
    journeys: tuple[Journey, ...]


def why(
    records: Records,
    commitments: tuple[str, ...],
    everyone: tuple[str, ...],
    most: int = 2,
    applied: frozenset[str] | None = None,
) -> tuple[Why, ...]:
    """Look at each commitment alone; at one that does nothing alone, with all others delivered.

    ``applied`` are the restrictions in force (default: those of the base date).

    ``gain_musd`` is first-order (base trade x share of places x change of trade cost), for ranking journeys
    only.
    """
    countries, flows = flows_between(records)
    index = {c: k for k, c in enumerate(countries)}
    day = records.settings.base_date
    done = frozenset(s.commitment for s in status(records, day) if s.done)
    restricted = restrictions(records, in_force(records, day) if applied is None else applied)

    def ways(delivered: Iterable[str]) -> Skim:
        return skim(Network.of(records, delivered, done, restricted))

    today = ways(())
    full: Skim | None = None
    found = []
    for name in commitments:
        before, after, background = today, ways((name,)), "alone"
        if np.array_equal(before.cost, after.cost):
            full = full or ways(everyone)
            before, after = ways(set(everyone) - {name}), full
            background = "with all others delivered"
        found.append(Why(name, background, _journeys(records, flows, index, before, after, most)))
    return tuple(found)


def _journeys(
    records: Records, flows: np.ndarray, index: dict[str, int], before: Skim, after: Skim, most: int
) -> tuple[Journey, ...]:
    places = [n for n in records.nodes if n.trade_share]
    at = np.array([index[n.country] for n in places])
    share = np.array([n.trade_share or 0.0 for n in places])
    trade = flows[np.ix_(at, at)] * np.outer(share, share) * (at[:, None] != at[None, :])
    gain = np.zeros(before.cost.shape)
    for s, cargo in enumerate(CLASSES):
        value, part = records.param("cargo_value_usd_per_t", cargo), records.param("trade_share", cargo)
        reach = (before.cost[s] < UNREACHABLE) & (after.cost[s] < UNREACHABLE)
        a, b = 1 + before.cost[s] / 1000 / value, 1 + after.cost[s] / 1000 / value
        gain[s] = np.where(reach, trade * part * (1 - b / a), 0.0)
    # one line for a pair of places, both directions and all classes together, told for the class that gains
    # most
    pair = gain.sum(axis=0)
    pair = np.triu(pair + pair.T)
    chosen = []
    for flat in np.argsort(-pair, axis=None)[:most]:
        o, d = divmod(int(flat), len(places))
        if pair[o, d] <= 0:
            break
        if gain[:, d, o].sum() > gain[:, o, d].sum():
            o, d = d, o
        s = int(gain[:, o, d].argmax())
        chosen.append(
            Journey(
                places[o].name,
                places[d].name,
                CLASSES[s],
                float(before.hours[s, o, d] / 24),
                float(after.hours[s, o, d] / 24),
                float(before.usd_per_t[s, o, d]),
                float(after.usd_per_t[s, o, d]),
                float(pair[min(o, d), max(o, d)]),
            )
        )
    return tuple(chosen)
