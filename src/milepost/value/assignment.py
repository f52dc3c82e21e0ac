"""Tonnes on the links and terminals of a world at the flows of the base, all goods on their cheapest path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milepost.network.loads import Bottleneck, Bottlenecks, Loads, loads
from milepost.value.baseline import World
from milepost.value.shipments import shipped


def assigned(world: World) -> Loads:
    """Tonnes on each link and terminal; pairs whose trade is banned send nothing."""
    demand = shipped(world.baseline, world.restricted.banned())
    return loads(world.records, world.network(), demand, world.done)


def bottlenecks(world: World, due: Mapping[str, dt.date]) -> Bottlenecks:
    """Links and terminals that would be asked for more than they can carry, on the base date and whenever
    something is due."""
    found: list[Bottleneck] = []
    for day in sorted({world.day, *(d for d in due.values() if d > world.day)}):
        there = assigned(world.with_delivered(c for c, d in due.items() if d <= day))
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
    return LinkFlows(assigned(today).by_link(), assigned(then).by_link())
