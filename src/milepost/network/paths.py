"""Cheapest paths: a skim between all zones, and one path as a list of legs.

Hours, dollars and km are added up along the path that is cheapest; of paths of equal cost the one with the
fewest hours is meant, then dollars, then km. What cannot be reached is marked so, never
priced. A single path is searched by :mod:`milepost.network.one_path`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse, one_of
from milepost.network.network import CLASSES, SUM_UNIT, UNIT_USD_PER_T, UNREACHABLE, Arc, Network
from milepost.network.one_path import PLAIN, Layered
from milepost.network.reduced import Reduced
from milepost.network.trees import sums_along
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


@dataclass(frozen=True)
class PathShare:
    """A path, and the share of a cargo class that takes it: links and modes in its order, and their sums."""

    share: float
    links: tuple[str, ...]
    modes: tuple[str, ...]
    km: float
    hours: float
    usd_per_t: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "links": list(self.links), "modes": list(self.modes), "days": self.hours / 24}


@dataclass(frozen=True, repr=False)
class Route(Result):
    """The path between two nodes that most shipment types of a cargo class take; ``cost_usd_per_t`` holds the
    value of time at the mean of the class as well. ``shares`` are all paths taken, the most used first.
    ``delivered`` are the commitments it counts on, ``names`` what nodes are called."""

    origin: str
    destination: str
    cargo: str
    legs: tuple[Leg, ...]
    km: float
    hours: float
    usd_per_t: float
    cost_usd_per_t: float
    arcs: tuple[Arc, ...]
    shares: tuple[PathShare, ...] = ()
    delivered: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """Days from door to door."""
        return self.hours / 24

    def without_loading(self) -> tuple[float, float]:
        """Hours and USD per tonne without loading and unloading at the two ends."""
        s = CLASSES.index(self.cargo)
        ends = [a for a in self.arcs if a.key[0] in ("load", "unload")]
        hours = sum(a.hours + a.wait_hours for a in ends)
        return self.hours - hours, self.usd_per_t - sum(a.usd_per_t[s] for a in ends)

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
            "paths": [path.as_dict() for path in self.shares],
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


def skim(network: Network) -> Skim:
    """Cheapest paths between all zones, for every cargo class; of equal ones that of fewest hours, dollars,
    km."""
    origins, destinations = network.frame.zone_ends()
    less = Reduced.of(network.frame.size, network.tail, network.head, np.concatenate([origins, destinations]))
    ends = less.at[origins], less.at[destinations]
    rows = range(network.types.rows)
    return as_skim(np.stack([sums_along(less.graph, less.weight(network.weight(r)), *ends) for r in rows]))


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
    compiled: bool = False,
) -> Route:
    """The cheapest path between two nodes, through ``via`` (nodes, and links to be taken) in that order,
    without ``avoid_modes``; by a compiled search where so many are asked for that loading it pays.

    Raises ``WrongUse`` for an unknown node, cargo class or mode, ``NoSolution`` when there is no path.
    """
    if cargo not in CLASSES:
        raise one_of("cargo class", cargo, list(CLASSES))
    for node in (origin, destination, *(v for v in via if v not in network.frame.links)):
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
    kept = [k for k, a in enumerate(network.arcs) if a.mode not in avoid_modes]
    used = [network.arcs[k] for k in kept]
    index = network.frame.index
    ends = index[origin, "", "origin"], index[destination, "", "destination"]
    arrives = np.array([(network.arrives_at == v) | (network.takes == v) for v in via], dtype=np.bool_)
    graph = Layered(
        network.frame.size,
        network.tail[kept].astype(np.int64),
        network.head[kept].astype(np.int64),
        arrives.reshape(len(via), len(network.arcs))[:, kept],
        0 if compiled else PLAIN,
    )
    taken: dict[tuple[int, ...], int] = {}
    for row in network.types.rows_of(cargo):
        path = graph.path(network.weight(row)[kept], *ends)
        if not path:
            raise NoSolution(_why_not(network, origin, destination, via, avoid_modes))
        taken[tuple(path)] = taken.get(tuple(path), 0) + 1
    found = {key: [used[k] for k in key] for key in taken}
    mean = {key: sum(a.cost[s] for a in walked) for key, walked in found.items()}
    ranked = sorted(taken, key=lambda key: (-taken[key], mean[key]))
    legs = [_leg(network, arc, s) for arc in found[ranked[0]]]
    return Route(
        origin=origin,
        destination=destination,
        cargo=cargo,
        legs=tuple(leg for leg in legs if leg.km or leg.hours or leg.wait_hours or leg.usd_per_t),
        km=sum(leg.km for leg in legs),
        hours=sum(leg.all_hours for leg in legs),
        usd_per_t=sum(leg.usd_per_t for leg in legs),
        cost_usd_per_t=mean[ranked[0]] * UNIT_USD_PER_T,
        arcs=tuple(found[ranked[0]]),
        shares=_shares([(taken[key] / network.types.types, found[key]) for key in ranked], s),
    )


def _shares(taken: list[tuple[float, list[Arc]]], s: int) -> tuple[PathShare, ...]:
    """Paths by the links they take, the most used first; two that differ in what they do at a node alone are
    told apart by their hours."""
    return tuple(
        PathShare(
            share=share,
            links=tuple(a.row for a in walked if a.key[0] == "link"),
            modes=tuple(mode for mode, _ in groupby(a.mode for a in walked if a.key[0] == "link")),
            km=sum(a.km for a in walked),
            hours=sum(a.hours + a.wait_hours for a in walked),
            usd_per_t=sum(a.usd_per_t[s] for a in walked),
        )
        for share, walked in taken
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
        if node in network.frame.modes and node not in linked:
            return f"There is no path from {origin} to {destination}: no open link touches {node}."
    limits = f" through {', '.join(via)}" if via else ""
    limits += f" without {', '.join(avoid_modes)}" if avoid_modes else ""
    return f"There is no path from {origin} to {destination}{limits} on the links that are open."
