"""Lines and points of the map (GeoJSON, RFC 7946): lines become links between nodes, points nodes.

A line ends at the node that lies within two kilometres of its end, of the file or of another line; where
none does, a node is made there. A line in parts (MultiLineString, as desktop GIS writes even single lines) is
one link where its parts meet end to end, whatever their order and direction; else each run of parts is a
link. Properties are read by the names that milepost writes, and by the usual ones
(``name``, ``mode``, ``railway``, ``highway``, ``length_km``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from milepost.intake.foreign.gmns import mode_of
from milepost.intake.foreign.oc4ids import items, json_of_file, mapping, text
from milepost.intake.foreign.reading import Ledger, Proposed, Reading, bad_file, id_of, number_of, short
from milepost.records.lines import wkt_of

_NEAR_KM = 2.0
_EARTH_KM = 6371.0088
_POINT = ("layer", "id", "name", "country", "kind", "commitments", "delivery", "timing", "promised", "title")
_LINE = (
    *("layer", "id", "from_node", "to_node", "mode", "direction", "km", "state", "commitments", "delivery"),
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
    features = items(document.get("features")) or (
        [dict(document)] if document.get("type") == "Feature" else []
    )
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
    kinds = [(f, text(mapping(f.get("geometry")).get("type"))) for f in features]
    for n, (feature, kind) in enumerate(kinds, start=1):
        if kind == "Point":
            work.point(f"feature {n}", feature)
        elif kind not in ("LineString", "MultiLineString"):
            work.ledger.add(
                f"feature {n}",
                f"a feature of the kind {short(kind or 'none', 30)}",
                "is no point and no line",
            )
    for n, (feature, kind) in enumerate(kinds, start=1):
        if kind in ("LineString", "MultiLineString"):
            work.line(f"feature {n}", feature, n)
    return Reading("geojson", name, (*work.nodes, *work.links), work.ledger.lines(), own=own)


class _Features:
    """Points first, then lines that end at them."""

    def __init__(self, name: str, ledger: Ledger, *, own: bool) -> None:
        self.name, self.ledger, self.own = name, ledger, own
        self.at: dict[str, Point] = {}
        self.cells: dict[tuple[int, int], list[str]] = {}  # nodes by tenths of a degree
        self.nodes: list[Proposed] = []
        self.links: list[Proposed] = []
        self.first = {"basis": "sourced", "source": name}

    def _told(self, where: str, facts: Mapping[str, Any], known: Sequence[str], what: str) -> None:
        for column, value in facts.items():
            if column not in known and value not in (None, ""):
                self.ledger.add(where, f"'{short(column, 40)}' of {what}", "has no column here")

    def point(self, where: str, feature: Mapping[str, Any]) -> None:
        """A node."""
        facts, at = (
            mapping(feature.get("properties")),
            _point(mapping(feature["geometry"]).get("coordinates")),
        )
        ident = text(facts.get("id")) or text(feature.get("id")) or text(facts.get("name"))
        if at is None or not ident or ident in self.at:
            self.ledger.add(
                where, f"point '{short(ident, 40)}'", "has no id, an id that is there, or no degrees"
            )
            return
        self._told(where, facts, _POINT, "points")
        country, kind = text(facts.get("country")), text(facts.get("kind"))
        if not country:
            self.ledger.add(
                where, "the country of nodes", "is not in the file: --country says it, else ROW stands"
            )
        known = kind if kind in ("city", "port", "terminal", "border", "waypoint") else "city"
        name = text(facts.get("name")) or text(facts.get("title"))
        self._node(ident, at, {"name": name} if name else {}, (name or ident, country or "ROW", known), where)

    def _node(
        self, ident: str, at: Point, cells: dict[str, str], facts: tuple[str, str, str], where: str
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
                wanted=id_of(ident),
                same=("lat", "lon"),
                where=where,
            )
        )

    def line(self, where: str, feature: Mapping[str, Any], n: int) -> None:
        """A link between the nodes at the ends of each run of parts."""
        geometry, facts = mapping(feature["geometry"]), mapping(feature.get("properties"))
        parts = _parts(geometry)
        runs = _runs(parts)
        ident = text(facts.get("id")) or text(feature.get("id")) or text(facts.get("name")) or f"line-{n}"
        if not runs or ident in {x.key for x in self.links}:
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
        self._told(where, facts, _LINE, "lines")
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
                ends[k] = self._near(at, where, ident, k)
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
        self.links.append(
            Proposed(
                "links",
                ident,
                {"mode": mode, "km": f"{km:.10g}", "direction": direction}
                | ({"gauge_mm": gauge} if mode == "rail" and gauge else {})
                | ({"geometry": wkt_of(points)} if len(points) > 2 else {}),
                self.first | {"state": known},
                refs={"from_node": (("nodes", ends[0]),), "to_node": (("nodes", ends[1]),)},
                wanted=id_of(ident),
                same=("from_node", "to_node", "mode", "direction"),
                where=where,
            )
        )

    def _near(self, at: Point, where: str, line: str, end: int) -> str:
        """The nearest node within two kilometres, else a new one."""
        x, y = _cell(at)
        wide = 1 + int(_NEAR_KM / (11.1 * max(0.05, math.cos(math.radians(at[1])))))
        around = (
            i
            for dx in range(-wide, wide + 1)
            for dy in (-1, 0, 1)
            for i in self.cells.get((x + dx, y + dy), ())
        )
        near = min(((_km(at, self.at[i]), i) for i in around), default=(math.inf, ""))
        if near[0] <= _NEAR_KM:
            if near[0] > 0.01:
                self.ledger.add(
                    where, "lines that end near a node", f"are joined to it, within {_NEAR_KM:g} km"
                )
            return near[1]
        ident = f"{line}-{'AB'[end]}"
        while ident in self.at:
            ident += "x"
        self._node(
            ident, at, {}, (f"{'Begin' if end == 0 else 'End'} of {short(line, 60)}", "ROW", "city"), where
        )
        return ident


def _cell(at: Point) -> tuple[int, int]:
    return math.floor(10 * at[0]), math.floor(10 * at[1])


def _point(value: Any) -> Point | None:
    if not isinstance(value, list) or len(value) < 2 or any(isinstance(v, bool) for v in value[:2]):
        return None
    lon, lat = (number_of(str(v)) if isinstance(v, int | float) else None for v in value[:2])
    return (lon, lat) if lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90 else None


def _parts(geometry: Mapping[str, Any]) -> list[list[Point]]:
    """The parts of a line, each of two points or more. None where one of them is no point."""
    parts = geometry.get("coordinates")
    if geometry.get("type") == "LineString":
        parts = [parts]
    if not isinstance(parts, list) or not all(isinstance(p, list) for p in parts):
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
