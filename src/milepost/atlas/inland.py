"""Railways or roads between towns, ports and borders of the countries of a corridor, and on to its partners.

Inside the corridor everything is kept that the closure keeps. Outside it are the hubs of partners (towns and
ports): of each hub the points where its shortest paths to the towns of the corridor come in, and the paths
between hubs and these. Where a path changes country stands a border: a node on either side of it and a link
of its own between them, which is where the wait is paid and where the gauge changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from milepost.atlas import borders
from milepost.atlas.access import NEAR_KM, assumed_roads, larger_parts, with_roads
from milepost.atlas.closure import Path, first_entries, paths_between, spanner
from milepost.atlas.geometry import Floats, Ints, Line, Point, in_box, km_between, on_sphere, simpler
from milepost.atlas.healing import healed
from milepost.atlas.raw_network import Drawn, RawNetwork, read_network
from milepost.atlas.sources import OPENSTREETMAP, lands, shut_borders
from milepost.atlas.spots import ROW, Draft, Names, Spot, nearest_town

HUB_KM = 40.0  # of a hub outside, whose network is not looked at as closely
MARGIN_DEGREES = 2.0
SAME_BORDER_KM = 15.0  # crossings of the same two countries so near are one
SAME_ENTRY_KM = 40.0
ENTRIES_A_HUB = 3
LEAST_SHARE = 0.1  # of the people whose shortest path to a hub leads there: a smaller entry is left out
SLIVER_METRES = 10_000
NOISE_METRES = 4_000  # across a border for less than that, a line only follows it
LINE_KM = 1.0
# What is drawn is straighter than what is built: the median of cited lengths of roads is 6 % above, of
# railways 2
BENDS_PERCENT = {"rail": 100, "road": 105}


@dataclass
class Inland:
    """What one mode gives: nodes at borders, links, and the spots that no railway or road comes near."""

    spots: list[Spot] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    far: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Region:
    """The network around a corridor: for each point the number of its country in ``among``, of which the
    first ones are ``through``; -1 elsewhere."""

    network: RawNetwork
    codes: Ints
    among: tuple[str, ...]
    through: tuple[str, ...]
    assumed: frozenset[int] = frozenset()  # points at the ends of roads that are not drawn

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Points in the countries of the corridor."""
        return np.asarray((self.codes >= 0) & (self.codes < len(self.through)))

    def at(self, point: int) -> Point:
        """Longitude and latitude of a point, degrees."""
        return round(float(self.network.lon[point]), 4), round(float(self.network.lat[point]), 4)


@dataclass(frozen=True)
class _Part:
    """A part of the region with points of its own: ``whole`` gives the number in the region."""

    network: RawNetwork
    whole: Ints

    @classmethod
    def of(cls, region: _Region, kept: NDArray[np.bool_]) -> _Part:
        return cls(region.network.only(kept), np.flatnonzero(kept))


def inland(
    mode: Drawn,
    through: Sequence[str],
    inner: Sequence[Spot],
    hubs: Sequence[Spot],
    names: Names,
) -> Inland:
    """Links of a mode between ``inner`` spots (in ``through``) and ``hubs`` (elsewhere), with their
    borders."""
    made = Inland()
    region = _region(mode, through, hubs)
    if mode == "road":
        region = _reaching(region, inner)
    inside, outside = _Part.of(region, region.inside), _Part.of(region, ~region.inside)
    snapped = _snapped(inside, inner, region, NEAR_KM)
    made.far = [spot.id for spot in inner if spot.id not in snapped]
    snapped_hubs = _snapped(outside, hubs, None, HUB_KM)
    sides = _Borders(mode, region, names, {spot.country for spot in hubs} | set(through))
    found = [hub for hub in hubs if hub.id in snapped_hubs]
    reached = [spot for spot in inner if spot.id in snapped]
    entries = _entries(region, (inside, outside), found, snapped_hubs, (reached, snapped))
    inner_ends, outer_ends = dict(snapped), dict(snapped_hubs)
    index_in = {int(w): k for k, w in enumerate(inside.whole)}
    index_out = {int(w): k for k, w in enumerate(outside.whole)}
    for one, other in entries:
        near, far, draft = sides.between(one, other)
        made.drafts.append(draft)
        inner_ends.setdefault(near.id, index_in[one])
        outer_ends.setdefault(far.id, index_out[other])
    drafts = [*_links(region, inside, inner_ends, sides), *_links(region, outside, outer_ends, sides)]
    made.spots = sides.spots
    made.drafts = _thinned([*made.drafts, *sides.drafts, *drafts])
    return made


def _region(mode: Drawn, through: Sequence[str], hubs: Sequence[Spot]) -> _Region:
    """The network within a box around corridor and hubs; close to the corridor dense, healed, by country."""
    wide = _wider(borders.box(through, *(hub.at for hub in hubs)), MARGIN_DEGREES)
    network = read_network(mode).within(wide)
    close = _wider(borders.box(through), 1.0)
    near = in_box(network.lat, network.lon, close)
    old = len(network.lat)
    network, ends = network.dense(near[network.a] | near[network.b])
    near = in_box(network.lat, network.lon, close)
    beside = {code for country in through for code in lands()[country].neighbours} - set(through)
    among = (*through, *sorted(beside))
    codes = np.full(len(network.lat), -1, dtype=np.int64)
    codes[near] = borders.countries_of(network.lat[near], network.lon[near], among)
    codes[old:] = _between(codes[old:], codes[ends], network.points()[old:])
    codes = _smooth(network, codes)
    looked = near if mode == "rail" else (codes >= 0) & (codes < len(through))
    network = healed(network, looked, codes)  # before borders are closed, or it would open them again
    return _Region(network.without(_closed(network, mode, codes, among)), codes, among, tuple(through))


def _reaching(region: _Region, spots: Sequence[Spot]) -> _Region:
    """The region with assumed roads to the spots that no drawn one comes near."""
    names = np.array([*region.through, *[""] * (len(region.among) - len(region.through) + 1)])
    roads = assumed_roads(region.network, names[region.codes].tolist(), spots)
    network, new = with_roads(region.network, roads)
    codes = [region.among.index(road.spot.country) for road in roads]
    return replace(
        region,
        network=network,
        codes=np.concatenate((region.codes, np.array(codes, dtype=np.int64))),
        assumed=frozenset(new.tolist()),
    )


def _between(codes: Ints, ends: Ints, points: Floats) -> Ints:
    """Codes of points along stretches with the codes of their two ends: a long stretch is drawn straight, and
    lies in no third country. What seems to has the code of the nearest point that does not."""
    found = codes.copy()
    known = (ends >= 0).all(axis=1)
    for pair in np.unique(np.sort(ends[known], axis=1), axis=0):
        mine = np.flatnonzero(known & (np.sort(ends, axis=1) == pair).all(axis=1))
        sure = np.isin(codes[mine], pair)
        if pair[0] == pair[1]:
            found[mine] = pair[0]
        elif sure.any():
            nearest = cKDTree(points[mine[sure]]).query(points[mine[~sure]])[1]
            found[mine[~sure]] = codes[mine[sure]][nearest]
    return found


def _smooth(network: RawNetwork, codes: Ints) -> Ints:
    """The codes without slivers: what hangs together in one country for less than 10 km and goes on in
    another only follows a border that is drawn coarsely."""
    for _ in range(3):
        a, b = network.a, network.b
        same = codes[a] == codes[b]
        n = len(codes)
        graph = csr_matrix((np.ones(int(same.sum())), (a[same], b[same])), shape=(n, n))
        count, part = connected_components(graph, directed=False)
        metres = np.bincount(part[a[same]], weights=network.metres[same], minlength=count)
        one, other = np.concatenate((a[~same], b[~same])), np.concatenate((b[~same], a[~same]))
        small = (metres[part[one]] < SLIVER_METRES) & (metres[part[one]] < metres[part[other]])
        if not small.any():
            return codes
        one, other = one[small], other[small]
        order = np.lexsort((other, metres[part[other]]))  # the last written is what the longest part says
        new = np.full(count, -2, dtype=np.int64)
        new[part[one[order]]] = codes[other[order]]
        codes = np.where(new[part] > -2, new[part], codes)
    return codes


def _closed(network: RawNetwork, mode: Drawn, codes: Ints, among: Sequence[str]) -> NDArray[np.bool_]:
    """Stretches across borders that are closed to goods."""
    found = np.zeros(len(network.a), dtype=bool)
    for one, other in shut_borders(mode):
        if one in among and other in among:
            pair = {among.index(one), among.index(other)}
            a, b = codes[network.a], codes[network.b]
            found |= np.isin(a, list(pair)) & np.isin(b, list(pair)) & (a != b)
    return found


def _wider(box: tuple[float, float, float, float], degrees: float) -> tuple[float, float, float, float]:
    west, south, east, north = box
    return west - degrees, south - degrees, east + degrees, north + degrees


def _snapped(part: _Part, spots: Sequence[Spot], region: _Region | None, most_km: float) -> dict[str, int]:
    """For each spot the nearest point of the part that no other spot has: in its own country, if ``region``
    says which that is, and at most ``most_km`` off. A fragment is taken only where nothing longer is within
    15 km."""
    if not spots or not len(part.whole):
        return {}
    tree = cKDTree(part.network.points())
    found: dict[str, int] = {}
    taken: set[int] = set()
    large = larger_parts(part.network)
    points = on_sphere(np.array([s.lat for s in spots]), np.array([s.lon for s in spots]))
    for spot, point in zip(spots, points, strict=True):
        km, near = tree.query(point, k=min(64, len(part.whole)), distance_upper_bound=most_km)
        ends = [(off, int(k)) for off, k in zip(np.atleast_1d(km), np.atleast_1d(near), strict=True)]
        ends = [end for end in ends if np.isfinite(end[0]) and end[1] not in taken]
        for _, k in sorted(ends, key=lambda end: not (large[end[1]] and end[0] <= NEAR_KM)):
            if region is None or region.among[region.codes[part.whole[k]]] == spot.country:
                found[spot.id] = k
                taken.add(k)
                break
    return found


def _entries(
    region: _Region,
    parts: tuple[_Part, _Part],
    at: Sequence[Spot],
    hubs: dict[str, int],
    inner: tuple[Sequence[Spot], dict[str, int]],
) -> list[tuple[int, int]]:
    """Stretches (point inside, point outside) by which the shortest paths of hubs come in."""
    network, inside = region.network, region.inside
    crosses = np.flatnonzero(inside[network.a] != inside[network.b])
    if not len(crosses) or not at:
        return []
    a, b = network.a[crosses], network.b[crosses]
    one, other = np.where(inside[a], a, b), np.where(inside[a], b, a)
    spots, snapped = inner
    number_in, number_out = np.cumsum(inside) - 1, np.cumsum(~inside) - 1
    doors = _Doors(parts[0].network, number_in[one], [s for s in spots if s.people], snapped)
    from_hubs = np.atleast_2d(dijkstra(parts[1].network.matrix(), indices=[hubs[h.id] for h in at]))
    people: dict[int, int] = {}
    for hub, far in zip(at, from_hubs, strict=True):
        metres = far[number_out[other]] + network.metres[crosses]
        open_ = np.isfinite(metres)
        if (
            hub.country in region.among
        ):  # a neighbour is entered from the corridor itself, not through a third
            own = open_ & (region.codes[other] == region.among.index(hub.country))
            open_ = own if own.any() else open_
        for k, count in doors.chosen(metres, np.flatnonzero(open_)):
            people[k] = max(people.get(k, 0), count)
    kept: list[tuple[int, int]] = []
    for k in sorted(people, key=lambda k: (-people[k], k)):
        near, far_side = int(one[k]), int(other[k])
        same = (
            km_between(region.at(near), region.at(old)) < SAME_ENTRY_KM
            and region.codes[old] == region.codes[near]
            and region.codes[old_far] == region.codes[far_side]
            for old, old_far in kept
        )
        if not any(same):
            kept.append((near, far_side))
    return kept


@dataclass(frozen=True)
class _Doors:
    """Points inside by which the corridor is entered (``at``), and its towns: who would come in where."""

    inside: RawNetwork
    at: Ints
    towns: Sequence[Spot]
    snapped: dict[str, int]

    def chosen(self, metres: Floats, open_: Ints) -> list[tuple[int, int]]:
        """Of the ``open_`` doors, at ``metres`` from a hub, those by which the shortest paths of at least a
        tenth of the people of a country come in, at most three a country; with how many people."""
        if not len(open_):
            return []
        ends = [self.snapped[town.id] for town in self.towns]
        found = first_entries(self.inside, self.at[open_], metres[open_].astype(np.int64), ends)
        served: dict[str, dict[int, int]] = {}
        for town, door in zip(self.towns, found, strict=True):
            if door is not None:
                own = served.setdefault(town.country, {})
                own[int(open_[door])] = own.get(int(open_[door]), 0) + town.people
        kept = []
        for own in served.values():
            best = sorted(own, key=lambda k, own=own: (-own[k], k))[:ENTRIES_A_HUB]  # type: ignore[misc]
            kept += [(k, own[k]) for k in best if own[k] >= LEAST_SHARE * sum(own.values())]
        return kept


class _Borders:
    """The borders that were met, each with a node on either side and the link between them."""

    def __init__(self, mode: Drawn, region: _Region, names: Names, modelled: set[str]) -> None:
        self.mode, self.region, self.names, self.modelled = mode, region, names, modelled
        self.spots: list[Spot] = []
        self.drafts: list[Draft] = []
        self.of: dict[tuple[int, int], list[tuple[Spot, Spot]]] = {}

    def between(self, one: int, other: int) -> tuple[Spot, Spot, Draft]:
        """Nodes on the sides of two points, and the link between them; a new border unless one is near."""
        codes = int(self.region.codes[one]), int(self.region.codes[other])
        at, beyond = self.region.at(one), self.region.at(other)
        for near, far in self.of.get(codes, ()):
            if km_between(at, near.at) < SAME_BORDER_KM:
                return near, far, next(d for d in self.drafts if {d.a, d.b} == {near.id, far.id})
        near, far = self._made(codes, at, beyond)
        metres = max(1_000, round(1000 * km_between(at, beyond)))
        draft = Draft(near.id, far.id, self.mode, metres, (at, beyond), border=True)
        self.spots += [near, far]
        self.drafts.append(draft)
        self.of.setdefault(codes, []).append((near, far))
        self.of.setdefault(codes[::-1], []).append((far, near))
        return near, far, draft

    def _made(self, codes: tuple[int, int], at: Point, beyond: Point) -> tuple[Spot, Spot]:
        names = [self.region.among[code] if code >= 0 else "" for code in codes]
        town = nearest_town(at, set(names))
        where = town.name if town else ""
        source = f"{OPENSTREETMAP.cited}, x Natural Earth 1:50m"
        made = []
        for country, other, point in ((names[0], names[1], at), (names[1], names[0], beyond)):
            note = "where the network crosses the boundary; the name of the post is not known"
            if country not in self.modelled:
                note += f"; in {country or 'a country'}, which the model does not have"
            made.append(
                Spot(
                    self.names.fresh(f"{country or 'OUT'}-{other or 'OUT'}-{where}", self.mode),
                    f"Border {country}-{other} near {where} ({self.mode})",
                    country if country in self.modelled else ROW,
                    point[1],
                    point[0],
                    "border",
                    0,
                    "computed",
                    source,
                    note,
                )
            )
        return made[0], made[1]


def _links(region: _Region, part: _Part, ends: dict[str, int], sides: _Borders) -> list[Draft]:
    """Links of a part between its ends, cut where they change country."""
    ids = list(ends)
    stretches = _Stretches(part.network)
    found: list[Draft] = []
    for path in paths_between(part.network, [ends[i] for i in ids]):
        found += _cut(region, part, path, (ids[path.start], ids[path.end]), (stretches, sides))
    return found


class _Stretches:
    """Metres of the stretches of a network, and which of them are joins."""

    def __init__(self, network: RawNetwork) -> None:
        self.matrix = network.matrix()
        added = np.flatnonzero(network.join)
        ends = zip(network.a[added].tolist(), network.b[added].tolist(), strict=True)
        self.joins = {(min(e), max(e)) for e in ends}

    def along(self, points: Sequence[int]) -> list[int]:
        """Metres of each stretch along points."""
        matrix, metres = self.matrix, []
        for a, b in pairwise(points):
            row = slice(matrix.indptr[a], matrix.indptr[a + 1])
            metres.append(int(matrix.data[row][matrix.indices[row] == b][0]))
        return metres

    def joined(self, points: Sequence[int], metres: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
        """The joins along points: both ends, metres."""
        ends = zip(points, points[1:], metres, strict=False)
        return tuple((a, b, m) for a, b, m in ends if (min(a, b), max(a, b)) in self.joins)


def _cut(
    region: _Region, part: _Part, path: Path, ends: tuple[str, str], of: tuple[_Stretches, _Borders]
) -> list[Draft]:
    """A path as links: cut at the borders inside the corridor, whole outside it."""
    stretches, sides = of
    points = list(path.points)
    metres = stretches.along(points)
    whole = [int(k) for k in part.whole[np.array(points)]]
    changes = _changes(region.codes[whole], metres) if region.inside[whole[0]] else []
    cuts = []
    for k in changes:
        near, far, _ = sides.between(whole[k], whole[k + 1])
        cuts.append((k, near.id, far.id))
    found, start, first = [], ends[0], 0
    for k, near_id, far_id in [*cuts, (len(points) - 1, ends[1], "")]:
        length = sum(metres[first:k])
        if near_id != start:
            joins = stretches.joined(points[first : k + 1], metres[first:k])
            line = tuple(region.at(point) for point in whole[first : k + 1])
            assumed = [m for a, b, m in joins if {int(part.whole[a]), int(part.whole[b])} & region.assumed]
            closed = [m for a, b, m in joins if not {int(part.whole[a]), int(part.whole[b])} & region.assumed]
            found.append(
                Draft(start, near_id, sides.mode, length, line, tuple(closed), assumed=tuple(assumed))
            )
        start, first = far_id, k + 1
    return found


def _changes(codes: Ints, metres: Sequence[int]) -> list[int]:
    """After which points a path changes country; what only follows a border for a few km does not count."""
    runs: list[list[int]] = []  # first and last point, code
    for k, code in enumerate(codes.tolist()):
        if runs and runs[-1][2] == code:
            runs[-1][1] = k
        else:
            runs.append([k, k, code])
    kept: list[list[int]] = []
    for n, (first, last, code) in enumerate(runs):
        short = 0 < n < len(runs) - 1 and sum(metres[first:last]) < NOISE_METRES
        if kept and (kept[-1][2] == code or short):
            kept[-1][1] = last
        else:
            kept.append([first, last, code])
    return [first - 1 for first, _, _ in kept[1:]]


def _thinned(drafts: Sequence[Draft]) -> list[Draft]:
    """One link between two spots, and none that others make superfluous; borders stay."""
    best: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        if draft.a == draft.b:
            continue
        ordered = draft
        if draft.a > draft.b:
            ordered = replace(draft, a=draft.b, b=draft.a, line=draft.line[::-1], joins=draft.joins[::-1])
        key = (ordered.a, ordered.b)
        if key not in best or (ordered.border, -ordered.metres) > (best[key].border, -best[key].metres):
            best[key] = ordered
    always = [(d.metres, d.a, d.b) for d in best.values() if d.border]
    others = [(d.metres, d.a, d.b) for d in best.values() if not d.border]
    kept = {(a, b) for _, a, b in [*always, *spanner(others, always)]}
    return [best[key] for key in sorted(kept)]


def drawn(draft: Draft, start: Point, end: Point) -> tuple[float, Line]:
    """Length in km and line of a link between two nodes: with the bends that are not drawn, never shorter
    than the great circle; the line simplified to within about 1 km."""
    km = draft.metres * BENDS_PERCENT.get(draft.mode, 100) / 100_000
    line = (start, *draft.line[1:-1], end)
    return round(max(km, km_between(start, end), 0.1), 1), simpler(line, LINE_KM)
