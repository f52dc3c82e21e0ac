"""Towns and ports that no drawn road comes near: roads to them are assumed, and told as such.

What is drawn are main roads. A town 60 km from the next of them is there all the same, and so is its trade;
without a road it would be left out. So it gets one to the nearest drawn road of its country: a straight line
over land, a quarter longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from milepost.atlas import borders
from milepost.atlas.geometry import Ints, Point, km_between, on_sphere
from milepost.atlas.raw_network import RawNetwork
from milepost.atlas.spots import Spot

NEAR_KM = 15.0  # a town or port so near a road or railway lies on it
FAR_KM = {"city": 100.0, "port": 40.0}  # further from every drawn road no road is assumed
LONGER_PERCENT = 125  # than the straight line
FRAGMENT_METRES = 50_000  # a drawn part that is shorter leads nowhere: what is beside it is taken instead
WATER_KM = 3.0  # an assumed road crosses no wider water; outlines are drawn no finer
_LOOKED_AT = 400


@dataclass(frozen=True)
class Access:
    """A road that is assumed: from a spot to a point of the network, metres."""

    spot: Spot
    point: int
    metres: int


def larger_parts(network: RawNetwork) -> NDArray[np.bool_]:
    """Points whose part of the network has at least 50 km of line."""
    count, part = connected_components(network.matrix(), directed=False)
    metres = np.bincount(part[network.a], weights=network.metres, minlength=count)
    return np.asarray(metres[part] >= FRAGMENT_METRES)


def assumed_roads(network: RawNetwork, countries: Sequence[str], spots: Sequence[Spot]) -> list[Access]:
    """For each spot without a road within 15 km that one of its own country could be joined to: that road.
    ``countries``: of each point, "" where it is none of the corridor's."""
    where = np.asarray(countries)
    found: list[Access] = []
    large = larger_parts(network)
    for country in sorted({spot.country for spot in spots}):
        own = np.flatnonzero(large & (where == country))
        if not len(own):
            continue
        points = on_sphere(network.lat[own], network.lon[own])
        tree = cKDTree(points)
        for spot in (s for s in spots if s.country == country and s.kind in FAR_KM):
            here = on_sphere(np.array([spot.lat]), np.array([spot.lon]))[0]
            km, near = tree.query(here, k=min(_LOOKED_AT, len(own)), distance_upper_bound=FAR_KM[spot.kind])
            km, near = np.atleast_1d(km), np.atleast_1d(near)
            if not np.isfinite(km[0]) or km[0] <= NEAR_KM:
                continue
            for k in near[np.isfinite(km)].tolist():
                point = int(own[k])
                end = float(network.lon[point]), float(network.lat[point])
                if over_land(spot.at, end, country):
                    found.append(Access(spot, point, road_metres(spot.at, end)))
                    break
    return found


def road_metres(one: Point, other: Point) -> int:
    """How long an assumed road between two points is, metres."""
    return max(1, round(10 * LONGER_PERCENT * km_between(one, other)))


def over_land(one: Point, other: Point, country: str) -> bool:
    """Does the straight line between two points stay in a country, but for 3 km at once?"""
    steps = max(2, round(km_between(one, other)) + 1)
    lon, lat = np.linspace(one[0], other[0], steps), np.linspace(one[1], other[1], steps)
    outside = ~borders.inside(lat, lon, country)
    run = longest = 0
    for out in outside.tolist():
        run = run + 1 if out else 0
        longest = max(longest, run)
    return longest <= WATER_KM


def with_roads(network: RawNetwork, roads: Sequence[Access]) -> tuple[RawNetwork, Ints]:
    """The network with the assumed roads, each from a new point at its spot; and the numbers of these."""
    new = len(network.lat) + np.arange(len(roads))
    grown = RawNetwork(
        np.concatenate((network.lat, np.array([road.spot.lat for road in roads]))),
        np.concatenate((network.lon, np.array([road.spot.lon for road in roads]))),
        network.a,
        network.b,
        network.metres,
        network.join,
    )
    ends = np.array([road.point for road in roads], dtype=np.int64)
    metres = np.array([road.metres for road in roads], dtype=np.int64)
    return grown.with_joins(ends, new, metres), new
