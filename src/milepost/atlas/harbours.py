"""Ports that the roads and railways of a corridor lead to, and ports of islands.

A port that no link leads to loads nothing. A part of the network that hangs together, has people and no port,
and is not the one where most people are, is an island, or as good as one: it gets the port nearest to its
towns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from milepost.atlas import sea
from milepost.atlas.access import road_metres
from milepost.atlas.geometry import km_between
from milepost.atlas.spots import Draft, Names, Spot

ISLAND_PORT_KM = 60.0  # from a town of an island to its port


def parts_of(spots: Sequence[Spot], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Which spots hang together by pairs of them: for each the name of its part, that of
    its first spot."""
    number = {spot.id: k for k, spot in enumerate(spots)}
    ends = np.array([(number[one], number[other]) for one, other in pairs], dtype=np.int64).reshape(-1, 2)
    size = len(spots)
    joined = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    labels = connected_components(joined, directed=False)[1].tolist()
    first: dict[int, str] = {}  # of each part
    return {spot.id: first.setdefault(label, spot.id) for spot, label in zip(spots, labels, strict=True)}


def people_of(spots: Sequence[Spot], part: dict[str, str], through: Sequence[str]) -> dict[str, int]:
    """Inhabitants of each part in the countries of the corridor, in the order of its name: the towns of a
    large partner beyond do not make its network the main one."""
    people: dict[str, int] = {}
    for spot in spots:
        own = spot.people if spot.country in through else 0
        people[part[spot.id]] = people.get(part[spot.id], 0) + own
    return {name: people[name] for name in sorted(people)}


def with_harbours(
    spots: Sequence[Spot], drafts: Sequence[Draft], through: Sequence[str], names: Names
) -> tuple[list[Spot], list[Draft], dict[str, str]]:
    """Spots and links without ports that no link leads to, with a port for each island that has towns;
    and the part of each spot. The road from such a port to its town is assumed."""
    ends = {end for draft in drafts for end in (draft.a, draft.b)}
    idle = [spot for spot in spots if spot.kind == "port" and spot.id not in ends]
    kept = [spot for spot in spots if spot.kind != "port" or spot.id in ends]
    part = parts_of(kept, ((draft.a, draft.b) for draft in drafts))
    roads = []
    for port, town in _wanted(kept, part, through, names, idle):
        kept.append(port)
        part[port.id] = part[town.id]
        metres = road_metres(port.at, town.at)
        a, b = sorted((port, town), key=lambda spot: spot.id)
        roads.append(Draft(a.id, b.id, "road", metres, (a.at, b.at), assumed=(metres,)))
    return kept, [*drafts, *roads], part


def _wanted(
    spots: Sequence[Spot], part: dict[str, str], through: Sequence[str], names: Names, idle: Sequence[Spot]
) -> Iterator[tuple[Spot, Spot]]:
    """A port for each island without one, and the town it is nearest to."""
    people = people_of(spots, part, through)
    main = max(people, key=lambda name: people[name])
    served = {part[spot.id] for spot in spots if spot.kind == "port"}
    for name in people:
        towns = [s for s in spots if part[s.id] == name and s.people]
        if name == main or name in served or not towns:
            continue
        for town in sorted(towns, key=lambda spot: (-spot.people, spot.id)):
            near = [p for p in idle if p.country == town.country and _km(p, town) <= ISLAND_PORT_KM]
            port = min(near, key=lambda p: (_km(p, town), p.id), default=None)
            port = port or sea.port_near(town, names, ISLAND_PORT_KM) or sea.landing(town, names)
            if port is not None:
                yield port, town
                break


def _km(one: Spot, other: Spot) -> float:
    return km_between(one.at, other.at)
