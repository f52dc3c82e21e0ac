"""Lines and points of the map (GeoJSON, RFC 7946): lines become links between nodes, points nodes.

A line ends at the node that lies within two kilometres of its end (and a quarter of its own length), of the
file or of another line; where none does, a node is made there. A line in parts (MultiLineString, as desktop
GIS writes even single lines) is one link where its parts meet end to end, whatever their order and direction;
else each run of parts is a link. Several points (MultiPoint) are as many nodes; a GeometryCollection is its
members. Properties are read by the names that milepost writes, and by the usual ones (``name``, ``mode``,
``railway``, ``highway``, ``length_km``), in capital letters or not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from milepost.intake.foreign.gmns import mode_of
from milepost.intake.foreign.oc4ids import items, json_of_file, mapping, text
from milepost.intake.foreign.reading import Ledger, Proposed, Reading, bad_file, id_of, number_of, short
from milepost.intake.names import by_code, known_names, plain
from milepost.records.lines import wkt_of

_NEAR_KM, _SAME_KM = 2.0, 0.01
_MOST_DEEP = 20  # collections in collections
_COUNTRY = ("country", "country_code", "country_co", "iso_a3", "iso3", "adm0_a3", "iso_a2")
_NUMBERS = ("fid", "ogc_fid", "osm_id", "@id", "gid", "objectid")  # as GIS number features
_EARTH_KM = 6371.0088
_POINT = (
    "layer",
    "id",
    *_NUMBERS,
    "name",
    *_COUNTRY,
    "kind",
    "commitments",
    "delivery",
    "timing",
    "promised",
    "title",
)
_LINE = (
    *(
        "layer",
        "id",
        *_NUMBERS,
        "from_node",
        "to_node",
        "mode",
        "direction",
        "km",
        "state",
        "commitments",
        "delivery",
    ),
    *(
        "timing",
        "promised",
        "name",
        "railway",
        "highway",
        "waterway",
        "route",
        "length_km",
        "title",
        "gauge",
        "gauge_mm",
    ),
)
_STATES = {
    "construction": "under construction",
    "proposed": "planned",
    "planned": "planned",
    "abandoned": "suspended",
}
_WGS_84 = re.compile(
    r"\bCRS:?84\b|\bEPSG:(?:[\d.]*:)?4326\b", re.IGNORECASE
)  # as GIS write it before RFC 7946
Point = tuple[float, float]


def read(path: Path, source: str = "") -> Reading:
    """Nodes and links. Raises ``BadData`` for a file without features."""
    document = mapping(json_of_file(path))
    features = items(document.get("features")) or _alone(document)
    if not features:
        raise bad_file(path, "there are no features in the file", "Give a FeatureCollection (RFC 7946)")
    system = document.get("crs")
    if system is not None and not _WGS_84.search(str(system)):
        named = text(mapping(mapping(system).get("properties")).get("name")) or "another"
        raise bad_file(
            path,
            f"the file names a coordinate system, {short(named, 60)}",
            "RFC 7946 knows WGS 84 only: export it again so",
        )
    own = "milepost" in document
    name = source or text(document.get("name")) or path.stem
    work = _Features(name, Ledger(), own=own)
    shapes = [_shape_of(feature) for feature in features]
    for n, shape in enumerate(shapes, start=1):
        work.points(f"feature {n}", shape, n)
        for kind in shape.others:
            work.ledger.add(
                f"feature {n}", f"a shape of the kind {short(kind or 'none', 30)}", "is no point and no line"
            )
    for n, shape in enumerate(shapes, start=1):
        if shape.lines:
            work.line(f"feature {n}", shape, n)
    return Reading("geojson", name, (*work.nodes, *work.links), work.ledger.lines(), own=own)


@dataclass(frozen=True)
class _Shape:
    """One feature: its id and facts, its points, its lines (as GeoJSON has them), and the kinds of shape that
    are neither."""

    ident: str
    named: bool  # whether its id is its name only, which another feature may bear too
    number: str
    facts: Mapping[str, Any]
    points: tuple[Any, ...]
    lines: tuple[Any, ...]
    others: tuple[str, ...]


def _alone(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A document that is one feature, or one shape without a feature around it."""
    if document.get("type") == "Feature":
        return [dict(document)]
    alone = isinstance(document.get("coordinates"), list) or isinstance(document.get("geometries"), list)
    return [{"geometry": dict(document), "properties": {}}] if alone else []


def _shape_of(feature: Mapping[str, Any]) -> _Shape:
    """Points and lines of a feature, those of all members of a collection together."""
    facts = {str(k).lower(): v for k, v in mapping(feature.get("properties")).items()}
    given = text(facts.get("id")) or text(feature.get("id"))
    name, number = text(facts.get("name")), next((i for k in _NUMBERS if (i := text(facts.get(k)))), "")
    points: list[Any] = []
    lines: list[Any] = []
    others: list[str] = []
    left = [(mapping(feature.get("geometry")), 0)]
    while left:
        shape, deep = left.pop(0)
        kind, at = text(shape.get("type")), shape.get("coordinates")
        several = at if isinstance(at, list) else []
        if kind == "GeometryCollection" and deep < _MOST_DEEP and items(shape.get("geometries")):
            left[:0] = [(mapping(one), deep + 1) for one in items(shape.get("geometries"))]
        elif kind in ("Point", "MultiPoint") and (kind == "Point" or several):
            points += [at] if kind == "Point" else several
        elif kind in ("LineString", "MultiLineString"):
            lines += [at] if kind == "LineString" else several or [None]
        else:
            others.append(kind)
    named = not given and bool(name)
    return _Shape(given or name or number, named, number, facts, tuple(points), tuple(lines), tuple(others))


class _Features:
    """Points first, then lines that end at them."""

    def __init__(self, name: str, ledger: Ledger, *, own: bool) -> None:
        self.name, self.ledger, self.own = name, ledger, own
        self.at: dict[str, Point] = {}
        self.cells: dict[tuple[int, int], list[str]] = {}  # nodes by tenths of a degree
        self.nodes: list[Proposed] = []
        self.links: list[Proposed] = []
        self.lines: set[str] = set()
        self.first = {"basis": "sourced", "source": name}

    def _told(self, where: str, facts: Mapping[str, Any], known: Sequence[str], what: str) -> None:
        for column, value in facts.items():
            if column not in known and value not in (None, ""):
                self.ledger.add(where, f"'{short(column, 40)}' of {what}", "has no column here")

    def _ident(self, where: str, shape: _Shape, n: int, what: str) -> str:
        """The id of a feature; of those that bear one name, the name with the feature's number."""
        ident = shape.ident or f"{what}-{n}"
        if shape.named and ident in (self.lines if what == "line" else self.at):
            self.ledger.add(where, f"{what}s of one name", "are told apart by their number in the file")
            ident = f"{ident}-{shape.number or n}"
        return ident

    def _wanted(self, ident: str, facts: Mapping[str, Any]) -> str:
        """A number says nothing to people: the name is the id where there is one."""
        name = "" if self.own or not ident.isdecimal() else text(facts.get("name"))
        return id_of(name) or id_of(ident)

    def points(self, where: str, shape: _Shape, n: int) -> None:
        """A node for each point."""
        if not shape.points:
            return
        facts, first = shape.facts, self._ident(where, shape, n, "point")
        if not shape.ident:
            self.ledger.add(where, "the id of points", "is not in the file: their number stands for it")
        if len(shape.points) > 1:
            told = f"point '{short(first, 40)}'"
            self.ledger.add(where, told, f"has {len(shape.points)} points: as many nodes")
        self._told(where, facts, _POINT + (_LINE if shape.lines else ()), "points")
        if not self._country(facts):
            self.ledger.add(
                where, "the country of nodes", "is not in the file: --country says it, else ROW stands"
            )
        for k, value in enumerate(shape.points, start=1):
            at, ident = _point(value), first if k == 1 else f"{first}-{k}"
            if at is None or ident in self.at:
                why = "has no degrees" if at is None else "has an id that is there"
                self.ledger.add(where, f"point '{short(ident, 40)}'", why)
                continue
            self._point(where, ident, at, facts)

    def _country(self, facts: Mapping[str, Any]) -> str:
        """The code of a country that is given by code or by name; else what the file says."""
        said = next((c for k in _COUNTRY if (c := text(facts.get(k)))), "")
        return said if self.own else by_code(said) or known_names().get(plain(said), "") or said

    def _point(self, where: str, ident: str, at: Point, facts: Mapping[str, Any]) -> None:
        country, kind = self._country(facts), text(facts.get("kind"))
        known = kind if kind in ("city", "port", "terminal", "border", "waypoint") else "city"
        name = text(facts.get("name")) or text(facts.get("title"))
        told = (name or ident, country or "ROW", known)
        self._node(ident, at, {"name": name} if name else {}, told, (where, self._wanted(ident, facts)))

    def _node(
        self,
        ident: str,
        at: Point,
        cells: dict[str, str],
        facts: tuple[str, str, str],
        made: tuple[str, str],
    ) -> None:
        self.at[ident] = at
        self.cells.setdefault(_cell(at), []).append(ident)
        first = dict(zip(("name", "country", "kind"), facts, strict=True)) | self.first
        self.nodes.append(
            Proposed(
                "nodes",
                ident,
                {"lat": f"{at[1]:.10g}", "lon": f"{at[0]:.10g}"} | cells,
                first,
                wanted=made[1],
                same=("lat", "lon"),
                where=made[0],
            )
        )

    def line(self, where: str, shape: _Shape, n: int) -> None:
        """A link between the nodes at the ends of each run of parts."""
        facts, ident = shape.facts, self._ident(where, shape, n, "line")
        runs = _runs(_parts(shape.lines))
        if not runs or ident in self.lines:
            self.ledger.add(
                where, f"line '{short(ident, 40)}'", "has no two points in degrees, or an id that is there"
            )
            return
        if len(runs) > 1:
            self.ledger.add(where, f"line '{short(ident, 40)}'", f"has gaps or branches: {len(runs)} links")
        words = [text(facts.get(k)) for k in ("mode", "railway", "highway", "waterway", "route")]
        kinds = ["rail" if facts.get("railway") else "", "river" if facts.get("waterway") else ""]
        drawn = sum(map(_length_km, runs))
        stated = number_of(text(facts.get("km")) or text(facts.get("length_km")))
        longer = stated / drawn if stated and drawn > 0 else 1.0
        mode = mode_of(*words, *kinds)
        if not mode:
            self.ledger.add(
                where, f"line '{short(ident, 40)}'", "names no mode that carries freight: rail, road, sea ..."
            )
            return
        self._told(where, facts, _LINE + (_POINT if shape.points else ()), "lines")
        for k, run in enumerate(runs, start=1):
            of_run = ident if k == 1 else f"{ident}-{k}"
            km = stated if stated and len(runs) == 1 else longer * _length_km(run)
            self._link(where, of_run, run, facts, (mode, km), whole=len(runs) == 1)

    def _link(
        self,
        where: str,
        ident: str,
        points: Sequence[Point],
        facts: Mapping[str, Any],
        made: tuple[str, float],
        *,
        whole: bool,
    ) -> None:
        mode, km = made
        ends = [text(facts.get(k)) if whole else "" for k in ("from_node", "to_node")]
        for k, at in ((0, points[0]), (1, points[-1])):
            if ends[k] not in self.at:
                ends[k] = self._near(at, (where, ident, k), min(_NEAR_KM, _length_km(points) / 4))
        if ends[0] == ends[1] or not km > 0:
            self.ledger.add(where, f"line '{short(ident, 40)}'", "ends where it begins, or has no length")
            return
        words = [text(facts.get(k)) for k in ("railway", "highway", "waterway", "route")]
        state = text(facts.get("state")) or next((v for k, v in _STATES.items() if k in words), "open")
        known = state if state in ("open", "under construction", "planned", "suspended") else "open"
        gauge = next(
            (g for k in ("gauge_mm", "gauge") if re.fullmatch(r"\d{3,4}", g := text(facts.get(k)))), ""
        )
        direction = "forward" if text(facts.get("direction")) == "forward" else "both"
        self.lines.add(ident)
        self.links.append(
            Proposed(
                "links",
                ident,
                {"mode": mode, "km": f"{km:.10g}", "direction": direction}
                | ({"gauge_mm": gauge} if mode == "rail" and gauge else {})
                | ({"geometry": wkt_of(points)} if len(points) > 2 else {}),
                self.first | {"state": known},
                refs={"from_node": (("nodes", ends[0]),), "to_node": (("nodes", ends[1]),)},
                wanted=self._wanted(ident, facts) if whole else id_of(ident),
                same=("from_node", "to_node", "mode", "direction"),
                where=where,
            )
        )

    def _near(self, at: Point, end: tuple[str, str, int], within: float) -> str:
        """The nearest node within so many km, else a new one. ``end``: where the line stands in the file, its
        id, and 0 or 1 for its beginning or end."""
        where, line, side = end
        x, y = _cell(at)
        wide = 1 + int(_NEAR_KM / (11.1 * max(0.05, math.cos(math.radians(at[1])))))
        around = (
            i
            for dx in range(-wide, wide + 1)
            for dy in (-1, 0, 1)
            for i in self.cells.get((x + dx, y + dy), ())
        )
        near = min(((_km(at, self.at[i]), i) for i in around), default=(math.inf, ""))
        if near[0] <= max(_SAME_KM, within):
            if near[0] > _SAME_KM:
                self.ledger.add(
                    where, "lines that end near a node", f"are joined to it, within {_NEAR_KM:g} km"
                )
            return near[1]
        ident = f"{line}-{'AB'[side]}"
        while ident in self.at:
            ident += "x"
        told = (f"{'Begin' if side == 0 else 'End'} of {short(line, 60)}", "ROW", "city")
        self._node(ident, at, {}, told, (where, id_of(ident)))
        return ident


def _cell(at: Point) -> tuple[int, int]:
    return math.floor(10 * at[0]), math.floor(10 * at[1])


def _point(value: Any) -> Point | None:
    if not isinstance(value, list) or len(value) < 2 or any(isinstance(v, bool) for v in value[:2]):
        return None
    lon, lat = (number_of(str(v)) if isinstance(v, int | float) else None for v in value[:2])
    return (lon, lat) if lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90 else None


def _parts(parts: Sequence[Any]) -> list[list[Point]]:
    """The parts of a line, each of two points or more. None where one of them is no point."""
    if not all(isinstance(p, list) for p in parts):
        return []
    found = [[_point(p) for p in part] for part in parts]
    if any(None in part for part in found):
        return []
    return [points for part in found if len(points := [p for p in part if p is not None]) > 1]


def _runs(parts: Sequence[list[Point]]) -> list[list[Point]]:
    """Parts that meet end to end, two at a point, as one run of points; the first part says which end is the
    beginning. Where three meet, the line branches: runs end there."""
    at: dict[Point, list[int]] = {}
    for k, part in enumerate(parts):
        for end in (part[0], part[-1]):
            at.setdefault(_spot(end), []).append(k)
    left, runs = set(range(len(parts))), []
    for first in range(len(parts)):
        if first not in left:
            continue
        left.remove(first)
        run = list(parts[first])
        for _ in range(2):  # on from the end, then, turned, from the beginning
            while (
                len(meet := at[_spot(run[-1])]) == 2 and (on := next((k for k in meet if k in left), -1)) >= 0
            ):
                left.remove(on)
                part = parts[on] if _spot(parts[on][0]) == _spot(run[-1]) else parts[on][::-1]
                if run[-1][0] * part[0][0] < 0 and abs(part[0][0]) > 179:
                    run.pop()  # cut at 180 degrees, as RFC 7946 wants: the cut is no point of the line
                run += part[1:]
            run.reverse()
        runs.append(run)
    return runs


def _spot(at: Point) -> Point:
    """Ten metres square: ends there are one; 180 degrees east and west are one."""
    lon = round(at[0], 4)
    return 180.0 if lon == -180 else lon, round(at[1], 4)


def _length_km(points: Sequence[Point]) -> float:
    return sum(_pairs(points))


def _pairs(points: Sequence[Point]) -> Iterator[float]:
    for a, b in pairwise(points):
        yield _km(a, b)


def _km(a: Point, b: Point) -> float:
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, h)))
