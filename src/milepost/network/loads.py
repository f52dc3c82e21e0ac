"""Tonnes on every link and terminal, when all goods take their cheapest path, against what is known of
capacity.

Each shipment type of a cargo class takes its own path (:mod:`milepost.network.assignment`). Costs do not
depend on loads here: it says where the paths would run if nothing were ever full, and where that meets a
capacity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.network.assignment import assign
from milepost.network.cargo import CargoMix, cargo_mix, zone_shares
from milepost.network.effects import needs, number
from milepost.network.network import UNIT_USD_PER_T, UNREACHABLE, Network
from milepost.network.queues import TONNES, rows_of
from milepost.records import Link, Node, Records
from milepost.results import Result, Rows, frame_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LinkLoad:
    """One link: million tonnes a year there, back, and capacity both ways (None where none is stated).

    A terminal among the bottlenecks is one, too: mode ``terminal``, both ends its node, what it handles as
    ``there_mt``.
    """

    link: str
    mode: str
    from_node: str
    to_node: str
    there_mt: float
    back_mt: float
    capacity_mt: float | None

    @property
    def total_mt(self) -> float:
        """Both ways."""
        return self.there_mt + self.back_mt

    @property
    def use(self) -> float | None:
        """Load over capacity; above 1 is a bottleneck."""
        return None if self.capacity_mt is None else self.total_mt / self.capacity_mt


@dataclass(frozen=True)
class Bottleneck:
    """A link asked for more than it can carry from a day on, if the timetable is kept; million tonnes a
    year."""

    day: dt.date
    link: str
    mode: str
    load_mt: float
    capacity_mt: float

    @property
    def use(self) -> float:
        """Load over capacity."""
        return self.load_mt / self.capacity_mt

    def as_dict(self) -> dict[str, Any]:
        """The bottleneck as plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "link": self.link,
            "mode": self.mode,
            "load_mt": self.load_mt,
            "capacity_mt": self.capacity_mt,
            "use": self.use,
        }


@dataclass(frozen=True)
class Turn:
    """From a day on a link is asked for more, or for less, than before: ``now`` is None once it is within its
    capacity."""

    day: dt.date
    link: str
    now: Bottleneck | None


class Bottlenecks(Rows[Bottleneck]):
    """Links and terminals asked for more than they can carry, on each day on which something is due."""

    heads: Sequence[str] = ("day", "link", "mode", "load_mt", "capacity_mt", "use")

    def turns(self, least: float = 0.01) -> list[Turn]:
        """What changes from day to day: links that come, that change by more than ``least`` of use, that are
        no longer among them."""
        found: list[Turn] = []
        before: dict[str, float] = {}
        for day in sorted({x.day for x in self}):
            now = {x.link: x for x in self if x.day == day}
            found += [
                Turn(day, x.link, x) for x in now.values() if abs(x.use - before.get(x.link, 0.0)) > least
            ]
            found += [Turn(day, link, None) for link in before if link not in now]
            before = {link: x.use for link, x in now.items()}
        return found


@dataclass(frozen=True, repr=False)
class Loads(Result):
    """Loads of links and of terminals (tonnes handled at a node: loaded, unloaded, moved between modes),
    million tonnes a year.

    ``without_path_mt`` are tonnes of pairs without a path; ``terminal_capacity_mt`` what nodes can handle,
    where that is stated. With commitments ``delivered``, ``shift`` says by how much each link's load differs
    from today's; it is empty without.
    """

    links: tuple[LinkLoad, ...]
    terminals: Mapping[str, float]
    moved_mt: float
    without_path_mt: float
    terminal_capacity_mt: Mapping[str, float]
    delivered: tuple[str, ...] = ()
    shift: Mapping[str, float] = field(default_factory=dict)

    def against(self, today: Loads, delivered: Iterable[str]) -> Loads:
        """The same, with what was delivered for it and how it differs from today's loads. Links that lose all
        their goods are in ``shift`` alone."""
        before, after = today.by_link(), self.by_link()
        shift = {x: after.get(x, 0.0) - before.get(x, 0.0) for x in {**before, **after}}
        return replace(self, delivered=tuple(delivered), shift=shift)

    def ranked(self) -> tuple[LinkLoad, ...]:
        """Links by the size of their shift if something was delivered, by load otherwise."""
        if not self.delivered:
            return self.links
        return tuple(sorted(self.links, key=lambda x: -abs(self.shift[x.link])))

    def by_link(self) -> dict[str, float]:
        """Link -> million tonnes a year, both ways."""
        return {x.link: x.total_mt for x in self.links}

    def bottlenecks(self) -> tuple[LinkLoad, ...]:
        """Links and terminals loaded beyond their stated capacity, worst first."""
        handled = (
            LinkLoad(n, "terminal", n, n, mt, 0.0, self.terminal_capacity_mt.get(n))
            for n, mt in self.terminals.items()
        )
        over = [x for x in (*self.links, *handled) if (x.use or 0.0) > 1.0]
        return tuple(sorted(over, key=lambda x: -(x.use or 0.0)))

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost loads``."""
        return {
            "unit": "Mt/year",
            "delivered": list(self.delivered),
            "moved": self.moved_mt,
            "without_path": self.without_path_mt,
            "links": {
                x.link: {
                    "mode": x.mode,
                    "from_node": x.from_node,
                    "to_node": x.to_node,
                    "there": x.there_mt,
                    "back": x.back_mt,
                    "total": x.total_mt,
                    "capacity": x.capacity_mt,
                    "use": x.use,
                }
                for x in self.links
            },
            "terminals": dict(self.terminals),
            "terminal_capacity": dict(self.terminal_capacity_mt),
            "shift": dict(self.shift),
        }

    def headed(self) -> str:
        """What it is, with what delivered, in which unit."""
        having = f" with {', '.join(self.delivered)}" if self.delivered else ""
        return f"loads of {len(self.links)} links{having}, million tonnes a year"

    def frame(self) -> pd.DataFrame:
        """A row a link, those that shift most first if something was delivered."""
        return frame_of(
            [
                {
                    "link": x.link,
                    "mode": x.mode,
                    "mt_per_year": x.total_mt,
                    "capacity": x.capacity_mt,
                    "use": x.use,
                    "shift": self.shift.get(x.link, 0.0),
                }
                for x in self.ranked()
            ],
            columns=["link", "mode", "mt_per_year", "capacity", "use", "shift"],
        )


@dataclass(frozen=True)
class Freight:
    """What freight adds to flows that are recorded with it: which flows those are [exporter, importer], and
    the cost of today's paths (rows, zones, zones) in the network's unit, a row a type of shipment."""

    cif: NDArray[np.bool_]
    cost: NDArray[np.int32]


def tonnes(
    records: Records,
    flows_musd: Floats,
    countries: tuple[str, ...],
    mix: CargoMix | None = None,
    freight: Freight | None = None,
) -> Floats:
    """Tonnes a year between zones (classes, zones, zones) from trade between countries, MUSD a year.

    A flow is spread over cargo classes by ``mix`` (the programme's where none is given) and over the zones of
    both countries by their shares in each class, by value; what goes off the network is left out. Of a flow
    recorded cif freight is taken off first, by today's cost of the path. Trade inside a country is not on
    this network.
    """
    zones = [n for n in records.nodes if n.trade_share]
    mix = cargo_mix(records, countries) if mix is None else mix
    at = {c: k for k, c in enumerate(countries)}
    country = np.array([at[n.country] for n in zones], dtype=np.intp)
    sent, taken = zone_shares(records, countries)
    pairs = np.ix_(country, country)
    flows = np.where(country[:, None] == country[None, :], 0.0, flows_musd[pairs])
    answer = np.empty((len(mix.share), len(zones), len(zones)))
    for s in range(len(answer)):
        value = mix.usd_per_t[s][pairs]
        musd = flows * sent[s][:, country] * taken[s][:, country].T
        answer[s] = musd * 1e6 * mix.share[s][pairs] / value
        if freight is not None:
            types = len(freight.cost) // len(answer)
            cost = freight.cost[s * types : (s + 1) * types]
            dollars = np.where(cost < UNREACHABLE, cost * UNIT_USD_PER_T, 0.0)
            answer[s] *= np.where(freight.cif[pairs], (1.0 / (1.0 + dollars / value)).mean(axis=0), 1.0)
    return answer


def arc_loads(network: Network, demand: Floats) -> tuple[Floats, float]:
    """Tonnes on each arc of the network, and tonnes of pairs without a path."""
    found = assign(network, demand)
    return found.load, found.lost


def loads(records: Records, network: Network, demand: Floats, done: frozenset[str] = frozenset()) -> Loads:
    """Loads of links and terminals for a demand in tonnes a year (classes, zones, zones).

    ``done`` are the commitments delivered by the base date, which the rows show already.
    """
    load, lost = arc_loads(network, demand)
    node = network.frame.node_of
    names = tuple(name for _, name, _ in network.frame.index)
    there: dict[str, float] = {}
    back: dict[str, float] = {}
    handled: dict[str, float] = {}
    ends = {x.id: x for x in records.links}
    for arc, amount in zip(network.arcs, load.tolist(), strict=True):
        if arc.key[0] == "link":
            side = there if node[arc.tail] == ends[arc.row].from_node else back
            side[arc.row] = side.get(arc.row, 0.0) + amount / 1e6
        elif amount and names[arc.tail] != names[arc.head]:  # loaded, unloaded, moved: not passing through
            name = node[arc.tail]
            handled[name] = handled.get(name, 0.0) + amount / 1e6
    most = capacities(records, network.delivered, done)
    rows = [
        LinkLoad(
            x.id, x.mode, x.from_node, x.to_node, there.get(x.id, 0.0), back.get(x.id, 0.0), most.get(x.id)
        )
        for x in records.links
        if x.id in there or x.id in back
    ]
    rows.sort(key=lambda x: (-x.total_mt, x.link))
    terminals = dict(sorted(handled.items(), key=lambda item: (-item[1], item[0])))
    able = capacities(records, network.delivered, done, "nodes")
    return Loads(tuple(rows), terminals, (float(demand.sum()) - lost) / 1e6, lost / 1e6, able)


def capacities(
    records: Records,
    delivered: frozenset[str],
    done: frozenset[str] = frozenset(),
    table: Literal["links", "nodes"] = "links",
) -> dict[str, float]:
    """Stated capacity of links or nodes, million tonnes a year, with what ``delivered`` adds to them."""
    stated: tuple[Link | Node, ...] = records.links if table == "links" else records.nodes
    answer = {x.id: x.capacity_mt_per_year for x in stated if x.capacity_mt_per_year is not None}
    for effect in records.effects:
        if effect.attribute != "capacity" or effect.use != "model" or effect.unit not in TONNES:
            continue
        if effect.commitment in done or not needs(effect) <= delivered | done:
            continue
        after = number(effect, effect.after)
        for row in rows_of(records, effect):
            if after is not None and row.id in answer and row.table == table:
                answer[row.id] = max(answer[row.id], after)
    return answer
