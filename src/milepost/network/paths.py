"""Cheapest paths: a skim between all zones, and one path as a list of legs.

Hours, dollars and km are added up along the path that is cheapest; of paths of equal cost the one with the
fewest hours is meant, then dollars, then km. A single path is found by scipy's Dijkstra; costs are integers
below 2^53, so its floating sums are exact. What cannot be reached is marked so, never priced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from milepost.errors import NoSolution, WrongUse, one_of
from milepost.network.network import CLASSES, SUM_UNIT, UNIT_USD_PER_T, UNREACHABLE, Arc, Network
from milepost.network.trees import Graph, sums_along
from milepost.results import Result, frame_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Skim:
    """Cheapest paths between all zones: arrays (rows, zones, zones), a row a shipment type of a cargo class.

    ``cost`` in 0.001 USD/t (UNREACHABLE where there is no path), ``hours``, ``usd_per_t`` and ``km`` along
    the same path (NaN where there is none).
    """

    cost: Ints
    hours: Floats
    usd_per_t: Floats
    km: Floats


@dataclass(frozen=True)
class Leg:
    """One stretch of a path: by a link, or a wait at a node."""

    mode: str
    from_node: str
    to_node: str
    km: float
    hours: float
    wait_hours: float
    usd_per_t: float
    what: str
    row: str

    @property
    def all_hours(self) -> float:
        """Hours in motion and waiting."""
        return self.hours + self.wait_hours

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True, repr=False)
class Route(Result):
    """The cheapest path between two nodes for one cargo class; ``cost_usd_per_t`` holds the value of time as
    well. ``delivered`` are the commitments it counts on, ``names`` what nodes are called."""

    origin: str
    destination: str
    cargo: str
    legs: tuple[Leg, ...]
    km: float
    hours: float
    usd_per_t: float
    cost_usd_per_t: float
    arcs: tuple[Arc, ...]
    delivered: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """Days from door to door."""
        return self.hours / 24

    @property
    def links(self) -> tuple[str, ...]:
        """Ids of the links that it takes, in its order."""
        return tuple(leg.row for leg in self.legs if leg.from_node != leg.to_node)

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost route --json``."""
        return {
            "origin": self.origin,
            "destination": self.destination,
            "cargo": self.cargo,
            "delivered": list(self.delivered),
            "km": self.km,
            "hours": self.hours,
            "days": self.days,
            "usd_per_t": self.usd_per_t,
            "generalised_cost_usd_per_t": self.cost_usd_per_t,
            "links": list(self.links),
            "legs": [
                {
                    **leg.as_dict(),
                    "from_name": self.names.get(leg.from_node, ""),
                    "to_name": self.names.get(leg.to_node, ""),
                }
                for leg in self.legs
            ],
        }

    def headed(self) -> str:
        """From where to where, with what, how long and for how much."""
        return (
            f"{self.origin} to {self.destination}, {self.cargo}: {self.km:,.0f} km, {self.days:,.1f} days, "
            f"{self.usd_per_t:.3g} USD/t of freight"
        )

    def frame(self) -> pd.DataFrame:
        """A row a leg."""
        return frame_of([leg.as_dict() for leg in self.legs], columns=[f.name for f in fields(Leg)])


def matrix(
    size: int, tail: NDArray[np.integer[Any]], head: NDArray[np.integer[Any]], cost: Ints
) -> tuple[Any, Any]:
    """Sparse costs with the cheapest of parallel arcs, and the arc that each entry comes from."""
    order = np.lexsort((np.arange(len(tail)), cost, head, tail))
    t, h = tail[order], head[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (t[1:] != t[:-1]) | (h[1:] != h[:-1])
    kept = order[first]
    graph = csr_matrix((cost[kept].astype(np.float64), (tail[kept], head[kept])), shape=(size, size))
    return graph, kept


def skim(network: Network) -> Skim:
    """Cheapest paths between all zones, for every cargo class; of equal ones that of fewest hours, dollars,
    km."""
    origins, destinations = network.frame.zone_ends()
    graph = Graph.of(network.frame.size, network.tail, network.head)
    rows = range(network.types.rows)
    return as_skim(np.stack([sums_along(graph, network.weight(r), origins, destinations) for r in rows]))


def as_skim(found: NDArray[np.int64]) -> Skim:
    """Integers of :func:`milepost.network.trees.sums_along`, shape (classes, zones, zones, 4), in the units
    of a skim."""
    cost = found[..., 0].astype(np.int32)
    hours, usd, km = (np.where(cost < UNREACHABLE, found[..., k] * SUM_UNIT, np.nan) for k in (1, 2, 3))
    return Skim(cost, hours, usd, km)


def route(
    network: Network,
    origin: str,
    destination: str,
    *,
    cargo: str = "containers",
    via: tuple[str, ...] = (),
    avoid_modes: tuple[str, ...] = (),
) -> Route:
    """The cheapest path between two nodes, through ``via`` in that order, without ``avoid_modes``.

    Raises ``WrongUse`` for an unknown node, cargo class or mode, ``NoSolution`` when there is no path.
    """
    if cargo not in CLASSES:
        raise one_of("cargo class", cargo, list(CLASSES))
    for node in (origin, destination, *via):
        if node not in network.frame.modes:
            raise one_of("node", node, list(network.frame.nodes))
    for mode in avoid_modes:
        if mode not in ("rail", "road", "sea", "ferry", "river"):
            raise one_of("mode", mode, ["rail", "road", "sea", "ferry", "river"])
    # passing where one stands is no condition
    via = tuple(node for node, last in zip(via, (origin, *via), strict=False) if node != last)
    if via and via[-1] == destination:
        via = via[:-1]
    if origin == destination and not via:
        raise WrongUse(f"'{origin}' is both ends; a path needs two.")
    s = CLASSES.index(cargo)
    size = network.frame.size
    used = [a for a in network.arcs if a.mode not in avoid_modes]
    tail = np.array([a.tail for a in used], dtype=np.int64)
    head = np.array([a.head for a in used], dtype=np.int64)
    cost = np.array([a.cost[s] for a in used], dtype=np.int32)
    arrives = np.array(network.frame.node_of)[head]
    # one copy of the network for each via node passed; arriving at the next one leads into the next copy
    layers = len(via) + 1
    tails, heads = [], []
    for layer in range(layers):
        step = np.zeros(len(used), dtype=np.int64)
        if layer < len(via):
            step = (arrives == via[layer]).astype(np.int64) * size
        tails.append(tail + layer * size)
        heads.append(head + layer * size + step)
    graph, kept = matrix(size * layers, np.concatenate(tails), np.concatenate(heads), np.tile(cost, layers))
    start = network.frame.index[origin, "", "origin"]
    end = network.frame.index[destination, "", "destination"] + (layers - 1) * size
    found, before = dijkstra(graph, indices=start, return_predecessors=True)
    if not np.isfinite(found[end]):
        raise NoSolution(_why_not(network, origin, destination, via, avoid_modes))
    all_tails, all_heads = np.concatenate(tails), np.concatenate(heads)
    which = {(int(all_tails[k]), int(all_heads[k])): int(k) % len(used) for k in kept}
    walked: list[Arc] = []
    v = int(end)
    while v != start:
        u = int(before[v])
        walked.append(used[which[u, v]])
        v = u
    walked.reverse()
    legs = [_leg(network, arc, s) for arc in walked]
    return Route(
        origin=origin,
        destination=destination,
        cargo=cargo,
        legs=tuple(leg for leg in legs if leg.km or leg.hours or leg.wait_hours or leg.usd_per_t),
        km=sum(leg.km for leg in legs),
        hours=sum(leg.all_hours for leg in legs),
        usd_per_t=sum(leg.usd_per_t for leg in legs),
        cost_usd_per_t=sum(a.cost[s] for a in walked) * UNIT_USD_PER_T,
        arcs=tuple(walked),
    )


def _leg(network: Network, arc: Arc, s: int) -> Leg:
    node = network.frame.node_of
    return Leg(
        mode=arc.mode,
        from_node=node[arc.tail],
        to_node=node[arc.head],
        km=arc.km,
        hours=arc.hours,
        wait_hours=arc.wait_hours,
        usd_per_t=arc.usd_per_t[s],
        what=arc.what,
        row=arc.row,
    )


def _why_not(
    network: Network, origin: str, destination: str, via: tuple[str, ...], avoid_modes: tuple[str, ...]
) -> str:
    linked = {network.frame.node_of[v] for a in network.arcs if a.key[0] == "link" for v in (a.tail, a.head)}
    for node in (origin, destination, *via):
        if node not in linked:
            return f"There is no path from {origin} to {destination}: no open link touches {node}."
    limits = f" through {', '.join(via)}" if via else ""
    limits += f" without {', '.join(avoid_modes)}" if avoid_modes else ""
    return f"There is no path from {origin} to {destination}{limits} on the links that are open."
