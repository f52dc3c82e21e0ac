r"""Tonnes of the model where somebody has counted: links, borders, posts, ports and countries.

Over a link or a border they are told by direction, in and out of a terminal by mode; ships between ports of
two countries pass no border post. Goods of pairs of which neither end lies in country c are its transit,

    (1)  T_c = Σ tonnes of them that enter c by land or come ashore in c,

of a post or port what enters or leaves c there, of a border what crosses it by land. A country's transit by a
mode of land has the share in T_c that the mode has in the crossings,

    (2)  T_cm = T_c · (in_cm + out_cm) / Σ_m (in_cm + out_cm);

all its traffic by a mode of land is what crosses its borders by it, by water what its ports handle. What only
calls at a port, or passes at sea, is not in a country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.network.assignment import loads_of
from milepost.network.network import Arc, Network
from milepost.network.rates import mode_of
from milepost.params import LAND, WATER
from milepost.records import Count, Records
from milepost.value.assignment import demanded
from milepost.value.baseline import World

Floats = NDArray[np.float64]
Key = tuple[str, str, str, str]
Tonnes = dict[Key, float]


@dataclass(frozen=True)
class Counted:
    """Million tonnes a year over what is counted: (table, id, mode, direction) -> Mt."""

    mt: Mapping[Key, float]

    @classmethod
    def of(cls, world: World) -> Counted:
        """Everything that could be counted in a world, at the flows of the base."""
        network, demand, mt = world.network(), demanded(world), Tonnes()
        country = {n.id: n.country for n in world.records.nodes}
        ends = {x.id: (x.from_node, x.to_node) for x in world.records.links}
        asked = _transit_asked(world.records)
        loads = loads_of(network, [demand, *(_passing(network, demand, name) for name in asked)])
        for arc, a, b, tonnes in _loaded(network, loads[0]):
            i, j = country[a], country[b]
            if arc.key[0] != "link":
                _at_a_node(mt, arc.key, i, tonnes)
                continue
            forward = "forward" if a == ends[arc.row][0] else "back"
            _add(mt, ("links", arc.row), (arc.mode, ""), (forward, "both"), tonnes)
            if i != j:
                modes = (arc.mode,) if arc.mode == "sea" else (arc.mode, "")
                _add(mt, ("borders", f"{i}-{j}"), modes, ("forward", "both"), tonnes)
                _add(mt, ("borders", f"{j}-{i}"), modes, ("back", "both"), tonnes)
                if arc.mode in LAND:
                    for c in (i, j):
                        _add(mt, ("countries", c), (arc.mode,), ("both",), tonnes)
        for name, (into, out) in _traded(network, demand).items():
            _add(mt, ("countries", name), ("",), ("import", "both"), into)
            _add(mt, ("countries", name), ("",), ("export", "both"), out)
        for name, load in zip(asked, loads[1:], strict=True):
            _transit(mt, network, load, country, name)
        return cls(mt)

    def tells(self, row: Count) -> tuple[float | None, str]:
        """The model's million tonnes a year of a count, over all that was counted together; None with the
        reason where it says nothing."""
        keys = [(row.place_table, one, row.mode, row.direction) for one in row.counted_at]
        if any(key in self.mt for key in keys):
            return sum(self.mt.get(key, 0.0) for key in keys), ""
        if row.place_table == "corridors":
            return None, "a corridor has no figure of its own in the model"
        if row.place_table == "countries" and row.mode and row.direction in ("import", "export"):
            return None, "the model does not tell a country's trade by mode"
        if row.place_table == "links" and row.direction == "transit":
            return None, "whose transit it is can be told of a country, a border or a node only"
        return 0.0, ""


def _loaded(network: Network, load: Floats) -> Iterator[tuple[Arc, str, str, float]]:
    """Arcs that are used, with the nodes of their ends and million tonnes a year."""
    node = network.frame.node_of
    for arc, tonnes in zip(network.arcs, load.tolist(), strict=True):
        if tonnes:
            yield arc, node[arc.tail], node[arc.head], tonnes / 1e6


def _add(
    mt: Tonnes, at: tuple[str, str], modes: Sequence[str], directions: Sequence[str], add: float
) -> None:
    """Add million tonnes under each mode and direction."""
    for mode in modes:
        for direction in directions:
            key = (*at, mode, direction)
            mt[key] = mt.get(key, 0.0) + add


def _at_a_node(mt: Tonnes, key: tuple[str, ...], country: str, tonnes: float) -> None:
    """Add what an arc of a node handles there: by mode, and once whatever the mode; and by ship in its
    country."""
    sides = _handled(key)
    for mode, direction in sides:
        _add(mt, ("nodes", key[1]), (mode,), (direction, "both"), tonnes)
        if mode in WATER:
            _add(mt, ("countries", country), (mode,), ("both",), tonnes)
    if sides or key[2] != key[3]:  # from gauge to gauge it is handled, too, and has no mode of its own
        _add(mt, ("nodes", key[1]), ("",), ("both",), tonnes)


def _handled(key: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(mode, direction) under which tonnes on an arc of a node are counted there: what leaves by a mode is
    its export; what only passes is not handled."""
    if key[0] == "load":
        return ((mode_of(key[2]), "export"),)
    if key[0] == "unload":
        return ((mode_of(key[2]), "import"),)
    a, b = mode_of(key[2]), mode_of(key[3])
    return () if a == b else ((a, "import"), (b, "export"))


def _traded(network: Network, demand: Floats) -> dict[str, tuple[float, float]]:
    """Million tonnes that each country's zones receive and send on the network, by country."""
    per_zone = demand.sum(axis=0) / 1e6
    names = np.array([z.country for z in network.zones])
    into, out = per_zone.sum(axis=0), per_zone.sum(axis=1)
    return {
        name: (float(into[names == name].sum()), float(out[names == name].sum()))
        for name in dict.fromkeys(names.tolist())
    }


def _transit_asked(records: Records) -> list[str]:
    """Countries whose transit somebody has counted: at all, at one of their nodes, or over a border (of the
    first of its two)."""
    country = {n.id: n.country for n in records.nodes}
    asked = [
        country.get(one, "") if row.place_table == "nodes" else one.partition("-")[0]
        for row in records.counts
        for one in row.counted_at
        if row.direction.startswith("transit") and row.place_table in ("nodes", "countries", "borders")
    ]
    return list(dict.fromkeys(asked))


def _passing(network: Network, demand: Floats, name: str) -> Floats:
    """The demand of which neither end lies in a country."""
    inside = np.array([z.country == name for z in network.zones], dtype=np.bool_)
    return np.where(inside[:, None] | inside[None, :], 0.0, demand)


def _transit(mt: Tonnes, network: Network, load: Floats, country: Mapping[str, str], name: str) -> None:
    """Goods between other countries: where they enter and leave a country, and by what; (1), (2)."""
    entering, by_land = 0.0, dict.fromkeys(LAND, 0.0)
    for arc, a, b, tonnes in _loaded(network, load):
        i, j = country[a], country[b]
        if arc.key[0] == "link":
            if i == j or name not in (i, j) or arc.mode not in LAND:
                continue
            at, mode, inward = (b, arc.mode, True) if j == name else (a, arc.mode, False)
            by_land[mode] += tonnes
            _add(mt, ("borders", f"{name}-{i if inward else j}"), (mode, ""), ("transit",), tonnes)
        elif i == name and (landing := _ashore(arc.key)):
            at, (mode, inward) = a, landing
        else:
            continue
        _add(mt, ("nodes", at), (mode, ""), ("transit", "transit in") if inward else ("transit",), tonnes)
        entering += tonnes if inward else 0.0
    mt["countries", name, "", "transit"] = entering
    over = sum(by_land.values())
    for mode, tonnes in by_land.items():
        mt["countries", name, mode, "transit"] = entering * tonnes / over if over else 0.0


def _ashore(key: tuple[str, ...]) -> tuple[str, bool] | None:
    """(mode of the ship, whether goods come ashore) of an arc of a node between water and land; None for any
    other."""
    if key[0] != "cross":
        return None
    a, b = mode_of(key[2]), mode_of(key[3])
    if a in WATER and b in LAND:
        return a, True
    return (b, False) if a in LAND and b in WATER else None
