"""Lines of ships between ports, along the sea network of SeaRoute, through straits and canals by their names.

A leg that passes a strait or a canal is cut there, so that it can be closed or made dearer by its node; where
another path round it exists, that one is there too. The Arctic passages are left out, and so is the Volga-Don
waterway, which is no sea: add it as a river where it matters.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from milepost.atlas.geometry import Floats, Line, Point, km_between, on_sphere
from milepost.atlas.sources import SEAROUTE, lands, towns
from milepost.atlas.spots import Draft, Names, Spot

ARCTIC = ("northwest", "bering")
VOLGA_DON = (39.6, 45.7, 47.9, 50.0)  # west, south, east, north, degrees
AT_SEA_KM = 80.0  # further from every line of ships a port is a dry one
APART_KM = 30.0
TOWN_KM = 30.0  # a port so near a town of 15,000 inhabitants is one of the town
ROUND_AT_MOST = 2.5  # times the shorter path: a longer path round a strait is never taken
STRAITS = {
    "babalmandab": "Bab el-Mandeb",
    "bosporus": "Bosporus",
    "chili": "Strait of Magellan",
    "dardanelles": "Dardanelles",
    "gibraltar": "Strait of Gibraltar",
    "malacca": "Strait of Malacca",
    "ormuz": "Strait of Hormuz",
    "panama": "Panama Canal",
    "south_africa": "Cape of Good Hope",
    "suez": "Suez Canal",
    "sunda": "Sunda Strait",
}
CANALS = {"Suez Canal": (16.0, 6.0), "Panama Canal": (16.0, 8.0)}  # hours and USD/t, assumed
_OPEN_SEA = ("chili", "south_africa")  # passed on the open sea: no node in the middle of it is needed


@dataclass(frozen=True)
class _Sea:
    """The sea as points (longitude, latitude) and stretches between two of them: metres, and the strait that
    each is a part of."""

    points: tuple[Point, ...]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    metres: NDArray[np.int64]
    strait: NDArray[np.str_]
    tree: cKDTree


@cache
def _sea() -> _Sea:
    told = json.loads(SEAROUTE.file("data/marnet_searoute.geojson").read_text(encoding="utf-8"))
    drawn: dict[tuple[Point, Point], tuple[int, str]] = {}
    for feature in told["features"]:
        strait = feature["properties"].get("passage", "")
        shape = feature["geometry"]
        lines = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        for line in lines:
            for a, b in itertools.pairwise([_at_sea(p[0], p[1]) for p in line]):
                if a == b or strait in ARCTIC or _is_river(a) or _is_river(b):
                    continue
                key, length = (min(a, b), max(a, b)), (round(1000 * km_between(a, b)), strait)
                drawn[key] = min(drawn.get(key, length), length)
    points = tuple(sorted({point for key in drawn for point in key}))
    number = {point: k for k, point in enumerate(points)}
    ends = sorted(drawn)
    return _Sea(
        points,
        np.array([number[a] for a, _ in ends]),
        np.array([number[b] for _, b in ends]),
        np.array([drawn[key][0] for key in ends]),
        np.array([drawn[key][1] for key in ends]),
        cKDTree(on_sphere(np.array([p[1] for p in points]), np.array([p[0] for p in points]))),
    )


def _at_sea(lon: float, lat: float) -> Point:
    lon = (float(lon) + 180.0) % 360.0 - 180.0
    return round(lon, 5), round(float(lat), 5)


def _is_river(point: Point) -> bool:
    west, south, east, north = VOLGA_DON
    return west < point[0] < east and south < point[1] < north


def _nearest(point: Point) -> tuple[int, float]:
    """The nearest point at sea, and km to it."""
    km, k = _sea().tree.query(on_sphere(np.array([point[1]]), np.array([point[0]])))
    return int(k[0]), float(km[0])


def ports_of(country: str, names: Names, most: int) -> list[Spot]:
    """The ports of a country that a line of ships passes within 80 km: those near a town first, and of these
    those of containers and of most partner countries; none for a country without a coast. Raises
    ``WrongUse`` without the extra."""
    near = [(town.lon, town.lat) for town in towns() if town.country == country]

    def rank(port: _Port) -> tuple[bool, float, int, str]:
        # a terminal of oil at sea, far from every town, loads nothing that a road or railway brings
        return all(km_between(port.at, at) > TOWN_KM for at in near), *port.rank

    found: list[Spot] = []
    for port in sorted(_ports(country), key=rank):
        if len(found) >= most:
            break
        if any(km_between(port.at, other.at) < APART_KM for other in found) or not _by_the_sea(port):
            continue
        found.append(port.spot(country, names))
    return found


def port_near(town: Spot, names: Names, most_km: float) -> Spot | None:
    """The port of its country nearest to a town, at most ``most_km`` off; None where there is none."""
    off = [(km_between(port.at, town.at), port.code, port) for port in _ports(town.country)]
    near = min((far for far in off if far[0] <= most_km and _by_the_sea(far[2])), default=None)
    return near[2].spot(town.country, names) if near else None


def landing(town: Spot, names: Names) -> Spot | None:
    """An assumed port at a town of a country that is all islands and has none in the source that ships pass;
    None where the country has neighbours by land: its town may lie far from the sea."""
    if lands()[town.country].neighbours:
        return None
    note = f"no port of {town.name} is known to the source: assumed to be at the town"
    name = f"{town.name} (port)"
    ident = names.fresh(town.name, "port")
    return Spot(ident, name, town.country, town.lat, town.lon, "port", 0, "assumed", SEAROUTE.cited, note)


@dataclass(frozen=True, order=True)
class _Port:
    """A port as the source has it: UN/LOCODE, name, longitude and latitude, and what it is ranked by."""

    code: str
    name: str
    at: Point
    rank: tuple[float, int, str]

    def spot(self, country: str, names: Names) -> Spot:
        """A node to be, with an id of its own."""
        return Spot(
            names.fresh(self.name, "port"),
            f"{self.name} (port)",
            country,
            self.at[1],
            self.at[0],
            "port",
            0,
            "sourced",
            SEAROUTE.cited,
            f"UN/LOCODE {self.code}",
        )


def _by_the_sea(port: _Port) -> bool:
    return _nearest(port.at)[1] <= AT_SEA_KM


@cache
def _ports(country: str) -> tuple[_Port, ...]:
    told = json.loads(SEAROUTE.file("data/ports.geojson").read_text(encoding="utf-8"))["features"]
    found = []
    for feature in told:
        about = feature["properties"]
        if not (about.get("port") or "").startswith(lands()[country].iso2):
            continue
        serves, code = about.get("to_cty"), str(about["port"])
        rank = -float(str(about.get("t") or 0.0)), -len(serves) if isinstance(serves, list) else 0, code
        lon, lat = map(float, feature["geometry"]["coordinates"][:2])
        found.append(_Port(code, about["name"], (lon, lat), rank))
    return tuple(found)


def legs(
    ports: Sequence[Spot],
    names: Names,
    there: Sequence[Spot] = (),
    part: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Spot], list[Draft]]:
    """Straits and canals that ships pass between ports, and the legs between all; straits that are ``there``
    already, by their names, are used and not given again. Two ports of one country have a leg only where
    neither road nor railway joins them: where ``part`` names another part for each."""
    voyages, straits = _Voyages(ports), _Straits(names, there)
    found: dict[tuple[str, str], Draft] = {}
    for i, j in itertools.combinations(sorted(range(len(ports)), key=lambda k: ports[k].id), 2):
        same = part.get(ports[i].id) == part.get(ports[j].id)
        if ports[i].country == ports[j].country and same:
            continue
        for points in voyages.between(i, j):
            for draft in _cut(voyages, points, (ports[i], ports[j]), straits):
                key = (draft.a, draft.b)
                if key not in found or draft.metres < found[key].metres:
                    found[key] = draft
    return straits.spots, [found[key] for key in sorted(found)]


class _Voyages:
    """Shortest paths at sea between ports, with all straits or with one of them closed."""

    def __init__(self, ports: Sequence[Spot]) -> None:
        sea = _sea()
        near = [_nearest(port.at) for port in ports]
        self.size, self.at = len(sea.points), [*sea.points, *(port.at for port in ports)]
        self.a = np.concatenate((sea.a, np.array([k for k, _ in near], dtype=np.int64)))
        self.b = np.concatenate((sea.b, self.size + np.arange(len(ports))))
        access = np.array([max(1, round(1000 * km)) for _, km in near], dtype=np.int64)
        self.metres = np.concatenate((sea.metres, access))
        self.strait = np.concatenate((sea.strait, np.full(len(ports), "", dtype=sea.strait.dtype)))
        ends = zip(self.a.tolist(), self.b.tolist(), strict=True)
        self.stretch = {(min(e), max(e)): k for k, e in enumerate(ends)}
        self.solved: dict[tuple[int, str], tuple[Floats, NDArray[np.int32]]] = {}

    def about(self, a: int, b: int) -> tuple[int, str]:
        """Metres and strait of the stretch between two points."""
        k = self.stretch[min(a, b), max(a, b)]
        return int(self.metres[k]), str(self.strait[k])

    def between(self, i: int, j: int) -> Iterator[tuple[int, ...]]:
        """The shortest path between two ports, and for each strait on it the shortest one round that."""
        best, length = self._path(i, j, "")
        if not best:
            return
        yield best
        passed = {self.about(a, b)[1] for a, b in itertools.pairwise(best)}
        for strait in sorted(passed - {"", *_OPEN_SEA}):
            around, longer = self._path(i, j, strait)
            if around and longer <= ROUND_AT_MOST * length:
                yield around

    def _path(self, i: int, j: int, closed: str) -> tuple[tuple[int, ...], float]:
        if (i, closed) not in self.solved:
            open_ = (self.strait != closed) | (self.strait == "")
            n = len(self.at)
            matrix = csr_matrix(
                (self.metres[open_].astype(np.float64), (self.a[open_], self.b[open_])), shape=(n, n)
            )
            self.solved[i, closed] = dijkstra(
                matrix, directed=False, indices=self.size + i, return_predecessors=True
            )
        metres, before = self.solved[i, closed]
        at, points = self.size + j, []
        if not np.isfinite(metres[at]):
            return (), 0.0
        while at >= 0:
            points.append(int(at))
            at = before[at]
        return tuple(reversed(points)), float(metres[self.size + j])


class _Straits:
    """The straits that were passed, each a spot once."""

    def __init__(self, names: Names, there: Sequence[Spot]) -> None:
        self.names = names
        self.spots: list[Spot] = []
        strait_of = {name: strait for strait, name in STRAITS.items()}
        self.by_name = {strait_of[spot.name]: spot for spot in there if spot.name in strait_of}

    def spot(self, strait: str, at: Point) -> Spot:
        if strait not in self.by_name:
            name = STRAITS.get(strait, strait.title())
            made = Spot(
                self.names.fresh(name.replace(" ", "-")),
                name,
                "ROW",
                at[1],
                at[0],
                "waypoint",
                0,
                "sourced",
                SEAROUTE.cited,
            )
            self.by_name[strait] = made
            self.spots.append(made)
        return self.by_name[strait]


def _cut(
    voyages: _Voyages, points: Sequence[int], ends: tuple[Spot, Spot], straits: _Straits
) -> Iterator[Draft]:
    """The legs of one path, cut where it enters a strait."""
    start, line = ends[0], [ends[0].at]
    metres, last = 0, ""
    for a, b in itertools.pairwise(points):
        length, strait = voyages.about(a, b)
        if strait and strait != last and strait not in _OPEN_SEA:
            stop = straits.spot(strait, voyages.at[a])
            if stop.id != start.id:
                off = round(1000 * km_between(voyages.at[a], stop.at))
                yield _leg(start, stop, metres + off, [*line, stop.at])
                start, line, metres = stop, [stop.at], off
        last = strait or last
        metres += length
        line.append(voyages.at[b])
    yield _leg(start, ends[1], metres, line)


def _leg(start: Spot, end: Spot, metres: int, points: Sequence[Point]) -> Draft:
    line: Line = tuple(points)
    if start.id > end.id:
        start, end, line = end, start, line[::-1]
    return Draft(start.id, end.id, "sea", max(1, metres), line)
