"""Tonnes on the links and terminals of a world at the flows of the base, all goods on their cheapest path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.network.loads import Bottleneck, Bottlenecks, Loads, loads
from milepost.network.network import Network
from milepost.network.select_link import SelectLink, What, arcs_of, changed, closed, select
from milepost.value.baseline import World
from milepost.value.shipments import shipped

Floats = NDArray[np.float64]


def assigned(world: World, demand: Floats | None = None) -> Loads:
    """Tonnes on each link and terminal; pairs whose trade is banned send nothing. ``demand``: what is
    :func:`demanded`, where it is known already."""
    demand = demanded(world) if demand is None else demand
    return loads(world.records, world.network(), demand, world.done)


def selected(world: World, ident: str) -> SelectLink:
    """Who uses a link, a node, or what a commitment changes, and where the goods would go without.

    Raises ``WrongUse`` for an id that is none of them, and for a commitment that is delivered already.
    """
    records = world.records
    commitments = [c.id for c in records.commitments]
    if ident in commitments:
        if ident in world.done:
            raise WrongUse(
                f"{ident} was delivered by the base date, so its effects are part of the rows; select one of "
                "its links or nodes."
            )
        network = world.with_delivered((ident,)).network()
        without = Network.of(records, world.delivered - {ident}, world.done, world.restricted)
        return select(network, without, demanded(world), "commitment", ident, changed(network, without))
    what: What = "link" if ident in {x.id for x in records.links} else "node"
    nodes = [n.id for n in records.nodes]
    if what == "node" and ident not in nodes:
        raise one_of(
            "link, node or commitment", ident, [*(x.id for x in records.links), *nodes, *commitments]
        )
    network = world.network()
    chosen = arcs_of(network, what, ident)
    return select(network, closed(network, chosen), demanded(world), what, ident, chosen)


def demanded(world: World) -> Floats:
    """Tonnes a year (classes, zones, zones) at the flows of the base; nothing where trade is banned."""
    return shipped(world.baseline, world.restricted.banned())


def bottlenecks(world: World, due: Mapping[str, dt.date]) -> Bottlenecks:
    """Links and terminals that would be asked for more than they can carry, on the base date and whenever
    something is due."""
    found: list[Bottleneck] = []
    demand = demanded(world)  # what is delivered changes paths, and not what is sent
    for day in sorted({world.day, *(d for d in due.values() if d > world.day)}):
        there = assigned(world.with_delivered(c for c, d in due.items() if d <= day), demand)
        found += [
            Bottleneck(day, x.link, x.mode, x.total_mt, x.capacity_mt or 0.0) for x in there.bottlenecks()
        ]
    return Bottlenecks(found, "bottlenecks", world.day, "Mt/year")


@dataclass(frozen=True)
class LinkFlows:
    """Million tonnes a year by link, today and with a set delivered."""

    today: Mapping[str, float]
    then: Mapping[str, float]
    unit: str = "million tonnes/year"

    def as_dict(self) -> dict[str, Any]:
        """Unit, and tonnes by link."""
        return {"unit": self.unit, "today": dict(self.today), "all": dict(self.then)}


def link_flows(today: World, then: World) -> LinkFlows:
    """Tonnes of each link in two worlds."""
    demand = demanded(today)
    same = then.baseline is today.baseline and then.restricted == today.restricted
    after = assigned(then, demand if same else None)
    return LinkFlows(assigned(today, demand).by_link(), after.by_link())
