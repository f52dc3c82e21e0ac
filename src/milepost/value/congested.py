r"""V(S) when paths get slower as they fill: network and trade brought to a fixed point.

V(S) elsewhere holds loads as they are today. Here, for one set S at a time,

    (1)  costs = user equilibrium of the tonnes T on the network with S (:mod:`~milepost.network.equilibrium`)
    (2)  T'      = tonnes of the trade flows that answer those costs (:mod:`milepost.value.queued_trade`)
    (3)  T      <- T + (T' - T) / 2        until no cost moves by more than one unit of 0.001 USD per tonne

A facility's load moves in proportion to the tonnes that the model sends through it: stated load times model
load over model load today, so that today's queue is the stated one whatever the model thinks of the level.
Where the model sends nothing today, its tonnes come on top of the stated load. Only facilities with stated
load and capacity have queues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.network.effects import changes
from milepost.network.equilibrium import Congestion, Trees, user_equilibrium
from milepost.network.loads import arc_loads
from milepost.network.network import UNIT_USD_PER_T, UNREACHABLE, Network
from milepost.network.paths import skim
from milepost.network.queues import Queue, queues
from milepost.network.restrictions import restrictions
from milepost.network.trees import Graph
from milepost.results import Result, frame_of
from milepost.value.baseline import Baseline, World
from milepost.value.game import Game
from milepost.value.queued_trade import QueuedTrade, trade_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MOST_ROUNDS = 60
GAP = 1e-9
NEVER_FULL = 1e30  # tonnes a year


@dataclass(frozen=True)
class Facility:
    """A link or terminal with a queue: use (load over capacity) today and with S, hours waited today and with
    S."""

    name: str
    use_today: float
    use: float
    hours_today: float
    hours: float


@dataclass(frozen=True, repr=False)
class Congested(Result):
    """V(S) at the fixed point, MUSD a year by country, beside V(S) at frozen loads.

    ``falls``: commitments of S without which the world total would be larger (Braess's paradox), with by how
    much. ``gap`` is the largest relative gap of the user equilibria, ``rounds`` the most rounds of (1)-(3).
    """

    delivered: tuple[str, ...]
    countries: tuple[str, ...]
    value: Floats
    frozen: Floats
    facilities: tuple[Facility, ...]
    falls: tuple[tuple[str, float], ...]
    gap: float
    rounds: int
    unit: str = "MUSD/year"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost value --congested``."""
        return {
            "unit": self.unit,
            "delivered": list(self.delivered),
            "countries": dict(zip(self.countries, self.value.tolist(), strict=True)),
            "at_frozen_loads": dict(zip(self.countries, self.frozen.tolist(), strict=True)),
            "facilities": [vars(f) for f in self.facilities],
            "braess": [{"commitment": c, "loses_musd": v} for c, v in self.falls],
            "relative_gap": self.gap,
            "rounds": self.rounds,
        }

    def ranked(self) -> list[tuple[str, float, float]]:
        """Countries by what they gain with queues, largest first, and what at frozen loads."""
        rows = zip(self.countries, self.value.tolist(), self.frozen.tolist(), strict=True)
        return sorted(rows, key=lambda row: -row[1])

    @property
    def all(self) -> tuple[float, float]:
        """Both sums over all countries of the model: with queues, at frozen loads."""
        return float(self.value.sum()), float(self.frozen.sum())

    def frame(self) -> pd.DataFrame:
        """A row per country: at the fixed point and at frozen loads."""
        worth = {"musd_per_year": self.value, "at_frozen_loads_musd_per_year": self.frozen}
        return frame_of({"country": list(self.countries), **worth})

    def headed(self) -> str:
        """Of which set, in which unit."""
        return f"V({', '.join(self.delivered)}) with queues, {self.unit}"


def with_queues(world: World, game: Game, delivered: Iterable[str]) -> Congested:
    """V of one set of commitments of the world's game, with queues that answer.

    Raises ``WrongUse`` for restrictions on trade and for a shock from outside, ``NoSolution`` if the fixed
    point is not reached.
    """
    records = world.records
    changed = restrictions(records, world.changed)
    if changed.trade or changed.duty:
        raise WrongUse(
            "Queues are not brought together with restrictions on trade between countries; leave out "
            "--congested."
        )
    if world.shock is not None:
        raise WrongUse("Queues are not brought together with a shock from outside; leave out --congested.")
    point = _FixedPoint.of(world.baseline)
    asked = tuple(dict.fromkeys(delivered))
    frozen = game.value(asked)  # refuses unknown ones
    names = tuple(p for p in game.players if p in asked)
    today = point.solve(world.baseline, None)
    # under restrictions that are not part of today nothing delivered is worth something already: V counts
    # from there
    base = point.solve(world, today) if world.changed else today
    start = base.value
    then = point.solve(world.with_delivered(names), today)
    falls = []
    total = float((then.value - start).sum())
    # an answer that differs by less than what the tolerance of costs allows is no answer
    least = 1e-6 * max(1.0, abs(total))
    for name in names:
        others = world.with_delivered(n for n in names if n != name)
        without = float((point.solve(others, today).value - start).sum())
        if without > total + least:
            falls.append((name, without - total))
    facilities = tuple(
        Facility(f, today.use[f], then.use[f], today.hours[f], then.hours[f])
        for f in sorted(then.use, key=lambda f: -then.use[f])
    )
    return Congested(
        names,
        game.countries,
        then.value - start,
        frozen,
        facilities,
        tuple(falls),
        max(base.gap, then.gap),
        max(base.rounds, then.rounds),
    )


@dataclass(frozen=True)
class _State:
    value: Floats
    cost: NDArray[np.int32]
    use: dict[str, float]
    hours: dict[str, float]
    gap: float
    rounds: int


@dataclass(frozen=True)
class _FixedPoint:
    """What no set changes: the trade baseline, the tonnes, the share of each facility's stated load."""

    trade: QueuedTrade
    queues: Mapping[str, Queue]
    through: Mapping[str, float]  # million tonnes a year that the model sends through each facility today

    @classmethod
    def of(cls, baseline: Baseline) -> _FixedPoint:
        """Today's tonnes on today's network."""
        records, today = baseline.records, baseline.network()
        trade = trade_of(records, skim(today).cost, baseline.done)
        waits = queues(records)
        load, _ = arc_loads(today, trade.demand)
        through: dict[str, float] = dict.fromkeys(waits, 0.0)
        for arc, amount in zip(today.arcs, load.tolist(), strict=True):
            if arc.facility:
                through[arc.facility] += amount / 1e6
        return cls(trade, waits, through)

    def congestion(self, world: World, network: Network) -> Congestion:
        """How the arcs of a world's network slow down as they fill; shipment types are valued by their
        hour, and what else they find in an arc stays as it is at today's queue."""
        records = world.records
        number = {name: k for k, name in enumerate(self.queues)}
        hour = network.types.row_usd_per_hour
        # arcs without a queue share a last facility whose slope is zero
        n = len(number)
        facility = np.array([number[a.facility] if a.facility else n for a in network.arcs], dtype=np.int64)
        queueing = np.array([a.queue_hours for a in network.arcs])
        fixed = network.cost * UNIT_USD_PER_T - hour[:, None] * queueing[None, :]
        fixed = np.maximum(fixed, 0.0)
        capacity, background, slope, power = (np.ones(n + 1) for _ in range(4))
        background[:], slope[-1] = 0.0, 0.0
        changed = changes(records, world.delivered, world.done, world.restricted)
        for name, k in number.items():
            queue = self.queues[name]
            table, ident = name.split(":", 1)
            most = changed.larger(table, ident, "capacity", queue.capacity_mt)
            per_model_tonne = queue.load_mt / self.through[name] if self.through[name] > 0 else 0.0
            if self.through[name] > 0 and queue.load_mt == 0:
                capacity[k] = NEVER_FULL  # load moves in proportion, and no multiple of nothing is a queue
            elif per_model_tonne > 0:
                capacity[k] = most * 1e6 / per_model_tonne
            else:
                capacity[k], background[k] = most * 1e6, queue.load_mt * 1e6
            slope[k], power[k] = queue.hours_at_capacity, queue.power
        return Congestion(facility, fixed, hour, np.zeros(n + 1), slope, capacity, power, background)

    def solve(self, world: World, today: _State | None) -> _State:
        """Equations (1) to (3) for a world; without ``today`` trade stays as it is."""
        network = world.network()
        slowing = self.congestion(world, network)
        origins, destinations = network.frame.zone_ends()
        demand, cost, worst, moved = self.trade.demand, None, 0.0, np.inf
        types = network.types.types
        graph = Graph.of(network.frame.size, network.tail, network.head)
        trees = Trees.room(graph, slowing, len(origins))
        for turn in range(1, MOST_ROUNDS + 1):
            found = user_equilibrium(
                graph,
                slowing,
                np.repeat(demand / types, types, axis=0),
                origins,
                destinations,
                gap=GAP,
                most_rounds=2000,
                trees=trees,
            )
            worst = max(worst, found.gap)
            new = _units(found.cheapest)
            if cost is not None:
                moved = float(np.abs(new.astype(np.int64) - cost).max(initial=0)) * UNIT_USD_PER_T
            cost, value = new, np.zeros(len(self.trade.countries))
            if today is not None:
                value, there = self.trade.answers(today.cost, cost, world.delivered)
                demand = demand + (there - demand) / 2
            if today is None or moved < 1.5 * UNIT_USD_PER_T:
                return _State(value, cost, *self._queues(slowing, found.load), worst, turn)
        raise NoSolution(
            f"Network and trade did not settle: after {MOST_ROUNDS} rounds a cost still moves by {moved:.2g} "
            "USD a tonne. The "
            "usual reason: a facility far beyond its capacity, so that a small load moves its queue by days. "
            "State more "
            "capacity or a lower queue_power, or use frozen loads."
        )

    def _queues(self, slowing: Congestion, load: Floats) -> tuple[dict[str, float], dict[str, float]]:
        """Use and hours waited of each facility at a load."""
        use = {
            name: float((slowing.background[k] + load[k]) / slowing.capacity[k])
            for k, name in enumerate(self.queues)
        }
        hours = {
            name: float(slowing.slope[k] * use[name] ** slowing.power[k])
            for k, name in enumerate(self.queues)
        }
        return use, hours


def _units(cheapest: Floats) -> NDArray[np.int32]:
    """Costs in whole units, as the network counts them."""
    with np.errstate(invalid="ignore"):
        units = np.where(np.isfinite(cheapest), np.round(cheapest / UNIT_USD_PER_T), float(UNREACHABLE))
    return units.astype(np.int32)
