r"""V(S) when ways get slower as they fill: network and trade brought to a fixed point.

V(S) elsewhere holds loads as they are today. Here, for one set S at a time,

    (1)  costs = user equilibrium of the tonnes T on the network with S (:mod:`~milepost.network.equilibrium`)
    (2)  T'      = tonnes of the trade flows that answer those costs              (:mod:`milepost.trade.hat`)
    (3)  T      <- T + (T' - T) / 2        until no cost moves by more than one unit of 0.001 USD per tonne

A facility's load moves in proportion to the tonnes that the model sends through it: stated load times model
load over model load today, so that today's queue is the stated one whatever the model thinks of the level.
Where the model sends nothing today, its tonnes come on top of the stated load. Only facilities with stated
load and capacity have queues.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.results import Result

if TYPE_CHECKING:
    import pandas as pd

    from milepost.records import Records
    from milepost.value.game import Game

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

    def frame(self) -> pd.DataFrame:
        """A row per country: at the fixed point and at frozen loads."""
        import pandas as pd

        worth = {"musd_per_year": self.value, "at_frozen_loads_musd_per_year": self.frozen}
        return pd.DataFrame({"country": list(self.countries), **worth})

    def headed(self) -> str:
        """Of which set, in which unit."""
        return f"V({', '.join(self.delivered)}) with queues, {self.unit}"


def congested(
    records: Records, game: Game, delivered: Iterable[str], applied: frozenset[str], done: frozenset[str]
) -> Congested:
    """V of one set of commitments with queues that answer. Raises ``NoSolution`` if the fixed point is not
    reached."""
    from milepost.network.restrictions import in_force, restrictions

    if records.settings.model != "one-sector":
        raise WrongUse(
            "Queues and trade are brought together for the model with one sector so far; set model = "
            "'one-sector'."
        )
    usual = in_force(records, records.settings.base_date)
    if restrictions(records, applied ^ usual).trade:
        raise WrongUse(
            "Queues are not brought together with restrictions on trade between countries; leave out "
            "--congested."
        )
    world = _World(records, applied, usual, done)
    asked = tuple(dict.fromkeys(delivered))
    frozen = game.value(asked)  # refuses strangers
    names = tuple(p for p in game.players if p in asked)
    today = world.solve(frozenset(), None, today=True)
    # under restrictions that are not part of today nothing delivered is worth something already: V counts
    # from there
    base = today if applied == usual else world.solve(frozenset(), today)
    start = base.value
    then = world.solve(frozenset(names), today)
    falls = []
    total = float((then.value - start).sum())
    # an answer that differs by less than what the tolerance of costs allows is no answer
    least = 1e-6 * max(1.0, abs(total))
    for name in names:
        without = float((world.solve(frozenset(names) - {name}, today).value - start).sum())
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


class _World:
    """What no set changes: the trade baseline, the tonnes, the share of each facility's stated load."""

    def __init__(
        self, records: Records, applied: frozenset[str], usual: frozenset[str], done: frozenset[str]
    ) -> None:
        from milepost.network.loads import arc_loads, tonnes
        from milepost.network.network import Network
        from milepost.network.queues import queues
        from milepost.network.restrictions import restrictions
        from milepost.trade.base import base
        from milepost.trade.hat import Solver

        self.records, self.done = records, done
        self.restricted, self.usual = restrictions(records, applied), restrictions(records, usual)
        self.solver = Solver(base(records).economy)
        self.queues = queues(records)
        self.demand = tonnes(records, self.solver.base.flows, self.solver.base.countries)
        today = Network.of(records, (), done, self.usual)
        load, _ = arc_loads(today, self.demand)
        through: dict[str, float] = dict.fromkeys(self.queues, 0.0)
        for arc, amount in zip(today.arcs, load.tolist(), strict=True):
            if arc.facility:
                through[arc.facility] += amount / 1e6
        self.through = through

    def solve(self, delivered: frozenset[str], base: _State | None, *, today: bool = False) -> _State:
        from milepost.network.effects import changes
        from milepost.network.equilibrium import Congestion, user_equilibrium
        from milepost.network.loads import tonnes
        from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE, Network
        from milepost.network.trees import Graph
        from milepost.value.answers import trade_costs

        records, restricted = self.records, self.usual if today else self.restricted
        network = Network.of(records, delivered, self.done, restricted)
        changed = changes(records, delivered, self.done, restricted)
        names = tuple(self.queues)
        number = {name: k for k, name in enumerate(names)}
        hour = np.array(
            [
                records.param("cargo_value_usd_per_t", s)
                * records.param("value_of_time_share_per_day", s)
                / 24
                for s in CLASSES
            ]
        )
        # arcs without a queue share a last facility whose slope is zero
        facility = np.array(
            [number[a.facility] if a.facility else len(names) for a in network.arcs], dtype=np.int64
        )
        queueing = np.array([a.queue_hours for a in network.arcs])
        fixed = network.cost * UNIT_USD_PER_T - hour[:, None] * queueing[None, :]
        fixed = np.maximum(fixed, 0.0)
        capacity, background, slope, power = (np.ones(len(names) + 1) for _ in range(4))
        background[:], slope[-1] = 0.0, 0.0
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
        congestion = Congestion(
            facility, fixed, hour, np.zeros(len(names) + 1), slope, capacity, power, background
        )
        origins, destinations = network.frame.place_ends()
        countries = self.solver.base.countries
        shares = np.array([records.param("trade_share", s) for s in CLASSES])
        costs = (
            None if base is None else trade_costs(records, base.cost, countries, shares, self.solver.theta)
        )
        demand, cost, worst, state = self.demand, None, 0.0, None
        for turn in range(1, MOST_ROUNDS + 1):
            found = user_equilibrium(
                Graph.of(network.frame.size, network.tail, network.head),
                congestion,
                demand,
                origins,
                destinations,
                gap=GAP,
                most_rounds=2000,
            )
            worst = max(worst, found.gap)
            with np.errstate(invalid="ignore"):
                units = np.where(
                    np.isfinite(found.cheapest), np.round(found.cheapest / UNIT_USD_PER_T), float(UNREACHABLE)
                )
            new = units.astype(np.int32)
            value = np.zeros(len(countries))
            moved = (
                np.inf
                if cost is None
                else float(np.abs(new.astype(np.int64) - cost).max(initial=0)) * UNIT_USD_PER_T
            )
            cost = new
            if costs is not None:
                outcome = self.solver.solve(costs.hat(cost))
                value = outcome.equivalent_variation_musd
                demand = demand + (tonnes(records, outcome.flows, countries) - demand) / 2
            use = {n: float((background[k] + found.load[k]) / capacity[k]) for n, k in number.items()}
            hours = {n: float(slope[k] * use[n] ** power[k]) for n, k in number.items()}
            state = _State(value, cost, use, hours, worst, turn)
            if base is None or moved < 1.5 * UNIT_USD_PER_T:
                return state
        raise NoSolution(
            f"Network and trade did not settle: after {MOST_ROUNDS} rounds a cost still moves by {moved:.2g} "
            "USD a tonne. The "
            "usual reason: a facility far beyond its capacity, so that a small load moves its queue by days. "
            "State more "
            "capacity or a lower queue_power, or use frozen loads."
        )
