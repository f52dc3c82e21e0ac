"""OGC API - Features, parts 1 core, GeoJSON: nodes, links and commitments for QGIS and other desktop
programs.

(OGC 17-069r4.) In QGIS: Layer, Add WFS / OGC API - Features, address ``http://HOST/api/v1/features``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pydantic.json_schema import SkipJsonSchema

from milepost.errors import WrongUse, one_of
from milepost.report.exchange.geo import geojson
from milepost.web.answers.base import Answer
from milepost.web.rights import NotThere
from milepost.web.state import Valued

COLLECTIONS = {
    "nodes": "Cities, ports, terminals and border points",
    "links": "Railways, roads, sea lanes, ferries and rivers, along the line of their row, else straight",
}
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
]
MOST = 10_000
GEO = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


class WebLink(Answer):
    """A link to another resource (RFC 8288)."""

    href: str
    """Its address."""
    rel: str
    """What it is to this one."""
    type: str
    """Its content type."""
    title: str
    """What it is, in words."""


class Landing(Answer):
    """The landing page."""

    title: str
    """Title of the programme."""
    description: str
    """What there is."""
    links: list[WebLink]
    """Where it is."""


class Conformance(Answer):
    """The conformance classes that the server keeps to."""

    conformsTo: list[str]  # noqa: N815
    """Their addresses."""


class Spatial(Answer):
    """Where features lie."""

    bbox: list[list[float]]
    """West, south, east, north, degrees."""
    crs: str
    """Coordinate reference system."""


class Extent(Answer):
    """Where features lie; they have no time."""

    spatial: Spatial
    """The box around them."""


class Collection(Answer):
    """One collection of features."""

    id: str
    """Its name."""
    title: str
    """What it holds."""
    description: str
    """The same, in a sentence."""
    itemType: str  # noqa: N815
    """Feature."""
    crs: list[str]
    """Coordinate reference systems."""
    links: list[WebLink]
    """Where its features are."""
    extent: Extent | SkipJsonSchema[None] = None
    """Where they lie; left out where there are none."""


class Collections(Answer):
    """All collections."""

    links: list[WebLink]
    """Where this document is."""
    collections: list[Collection]
    """All collections."""


def landing(base: str, title: str) -> Landing:
    """The landing page."""
    return Landing(
        title=title,
        description="Network of the corridor, with the commitments about each part of it.",
        links=[
            _link(f"{base}", "self", "application/json", "this document"),
            _link(f"{base}/api", "service-desc", OPENAPI, "the API, OpenAPI 3.0"),
            _link(
                base.removesuffix("/features") + "/openapi.json",
                "alternate",
                "application/json",
                "the whole API, OpenAPI 3.1",
            ),
            _link(f"{base}/conformance", "conformance", "application/json", "conformance"),
            _link(f"{base}/collections", "data", "application/json", "collections"),
        ],
    )


def description(whole: dict[str, Any], prefix: str) -> dict[str, Any]:
    """What the whole OpenAPI 3.1 document says of the features, as OpenAPI 3.0 (conformance class oas30)."""
    paths = {p: _older(about) for p, about in whole["paths"].items() if p.startswith(prefix)}
    wanted: dict[str, Any] = {}
    queue = _references(paths)
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted[name] = _older(whole["components"]["schemas"][name])
            queue |= _references(wanted[name])
    # the box is a list in OGC's own schema; it reads as text here so that one sentence can say what is wrong
    # with it
    for methods in paths.values():
        for parameter in methods["get"].get("parameters", []):
            if parameter["name"] == "bbox":
                number = {"type": "number"}
                parameter["schema"] = {"type": "array", "items": number, "minItems": 4, "maxItems": 6}
                parameter |= {"style": "form", "explode": False}
            elif parameter["in"] == "query":
                parameter |= {"style": "form", "explode": False}
    return {"openapi": "3.0.3", "info": whole["info"], "paths": paths, "components": {"schemas": wanted}}


def _older(node: Any) -> Any:
    """A part of OpenAPI 3.1 as OpenAPI 3.0 writes it: no type null, no lists of examples, no const."""
    if isinstance(node, list):
        return [_older(x) for x in node]
    if not isinstance(node, dict):
        return node
    made = {k: _older(v) for k, v in node.items() if k not in ("examples", "const")}
    if "const" in node:
        made["enum"] = [node["const"]]
    options = made.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [o for o in options if o != {"type": "null"}]
        del made["anyOf"]
        made |= {"nullable": True} | (
            rest[0] if len(rest) == 1 and "$ref" not in rest[0] else {"anyOf": rest}
        )
    return made


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = {str(node["$ref"]).rpartition("/")[2]} if "$ref" in node else set()
    return found.union(*map(_references, node.values())) if node else found


def collections(base: str, valued: Valued) -> Collections:
    """All collections."""
    return Collections(
        links=[_link(f"{base}/collections", "self", "application/json", "this document")],
        collections=[collection(base, valued, name) for name in COLLECTIONS],
    )


def collection(base: str, valued: Valued, name: str) -> Collection:
    """One collection with its extent. Raises ``NotThere`` for an unknown one."""
    _known(name)
    return Collection.model_validate(
        {
            "id": name,
            "title": COLLECTIONS[name],
            "description": f"{COLLECTIONS[name]}, with the commitments about them",
            "itemType": "feature",
            "crs": [CRS84],
            "links": [
                _link(f"{base}/collections/{name}", "self", "application/json", "this collection"),
                _link(f"{base}/collections/{name}/items", "items", GEO, "features"),
            ],
            **_extent(valued),
        }
    )


def _extent(valued: Valued) -> dict[str, Extent]:
    nodes = valued.programme.records.nodes
    if not nodes:
        return {}
    lons, lats = [n.lon for n in nodes], [n.lat for n in nodes]
    box = [min(lons), min(lats), max(lons), max(lats)]
    return {"extent": Extent(spatial=Spatial(bbox=[box], crs=CRS84))}


@dataclass(frozen=True)
class Query:
    """What is asked of a collection. ``properties`` filter by equality; ``day`` is the one of
    ``on_day``."""

    limit: int = 1_000
    offset: int = 0
    bbox: str = ""
    datetime: str = ""
    as_of: str = ""
    known_on: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    def address(self, offset: int) -> str:
        """The query of a page of it, everything that was asked included."""
        named = {"bbox": self.bbox, "datetime": self.datetime, "as_of": self.as_of, "known_on": self.known_on}
        pairs = [
            ("limit", str(self.limit)),
            ("offset", str(offset)),
            *((k, v) for k, v in named.items() if v),
            *self.properties,
        ]
        return urlencode(pairs)


def items(base: str, valued: Valued, name: str, query: Query, on: dt.date, moment: str) -> dict[str, Any]:
    """A page of features. Raises ``NotThere`` for an unknown collection, ``WrongUse`` for a query that cannot
    be understood."""
    found = _all(valued, name, on)
    if query.bbox:
        box = _box(query.bbox)
        found = [f for f in found if _meets(f["geometry"], box)]
    _interval(
        query.datetime
    )  # no feature has a time of its own, so every one meets any time (req/core/fc-time-response)
    for key, wanted in query.properties:
        found = [f for f in found if _equals(f["properties"].get(key, ""), wanted)]
    limit = min(query.limit, MOST)
    page = found[query.offset : query.offset + limit]
    here = f"{base}/collections/{name}"

    def at(offset: int, rel: str) -> WebLink:
        return _link(f"{here}/items?{query.address(offset)}", rel, GEO, f"{rel} page")

    links = [at(query.offset, "self"), _link(here, "collection", "application/json", "the collection")]
    if query.offset + limit < len(found):
        links.append(at(query.offset + limit, "next"))
    if query.offset:
        links.append(at(max(0, query.offset - limit), "prev"))
    return {
        "type": "FeatureCollection",
        "features": page,
        "links": [link.as_dict() for link in links],
        "timeStamp": moment,
        "numberMatched": len(found),
        "numberReturned": len(page),
    }


def _equals(held: Any, wanted: str) -> bool:
    """Is a property what the text of a query says? Numbers are compared as numbers: 80 is 80.0 and 8e1."""
    if isinstance(held, int | float) and not isinstance(held, bool):
        with suppress(ValueError):
            return float(held) == float(wanted)
        return False
    return ("true" if held else "false") == wanted.lower() if isinstance(held, bool) else str(held) == wanted


def item(base: str, valued: Valued, name: str, ident: str, on: dt.date) -> dict[str, Any]:
    """One feature. Raises ``NotThere`` for an unknown one."""
    for feature in _all(valued, name, on):
        if feature["id"] == ident:
            here = f"{base}/collections/{name}"
            links = [
                _link(f"{here}/items/{quote(ident, safe='')}", "self", GEO, "this"),
                _link(here, "collection", "application/json", "collection"),
            ]
            return {**feature, "links": [link.as_dict() for link in links]}
    raise NotThere(str(one_of("feature", ident, [f["id"] for f in _all(valued, name, on)])))


def properties(valued: Valued, name: str) -> tuple[str, ...]:
    """Names of the properties of a collection, each of which filters. Raises ``NotThere`` for an unknown
    collection."""
    features = _all(valued, name, valued.day)
    return tuple(features[0]["properties"]) if features else ()


def _all(valued: Valued, name: str, on: dt.date) -> list[dict[str, Any]]:
    _known(name)
    whole = valued.once(
        "geojson", lambda: geojson(valued.programme.sound(), valued.programme.status(valued.day))
    )
    found = [
        {**f, "id": f["properties"]["id"]} for f in whole["features"] if f["properties"]["layer"] == name
    ]
    if name == "links":
        states = (
            valued.once("links today", lambda: valued.programme.link_states(on, valued.day))
            if on == valued.day
            else valued.programme.link_states(on, valued.day)
        )
        found = [{**f, "properties": {**f["properties"], "on_day": states[f["id"]]}} for f in found]
    return found


def _known(name: str) -> None:
    if name not in COLLECTIONS:
        raise NotThere(str(one_of("collection", name, list(COLLECTIONS))))


def _interval(text: str) -> None:
    """A moment or an interval of RFC 3339 (req/core/fc-time-definition). Raises ``WrongUse`` for anything
    else."""
    parts = text.split("/") if text else []
    try:
        moments = [dt.datetime.fromisoformat(p.replace("Z", "+00:00")) for p in parts if p not in ("", "..")]
        good = len(parts) < 2 or (len(parts) == 2 and len(moments) > 0)
        if len(moments) == 2:
            first, last = (m if m.tzinfo else m.replace(tzinfo=dt.UTC) for m in moments)
            good = good and first <= last
    except ValueError:
        good = False
    if not good or (len(parts) == 1 and not moments):
        raise WrongUse(
            "datetime is a moment or an interval: 2030-01-01T00:00:00Z, 2030-01-01T00:00:00Z/.. or "
            "../2030-12-31T00:00:00Z."
        )


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    good = all(abs(n) < 1e6 for n in numbers)
    if len(numbers) == 6:  # the heights are of no matter: the network is flat
        good = good and numbers[2] <= numbers[5]
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if not good or len(numbers) != 4 or numbers[1] > numbers[3]:
        raise WrongUse(
            "bbox is four numbers with commas: west,south,east,north in degrees (or six, with heights)."
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _meets(geometry: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    shape = geometry["coordinates"]
    lines = (
        [[shape]] if geometry["type"] == "Point" else [shape] if geometry["type"] == "LineString" else shape
    )

    def inside(lon: float, lat: float) -> bool:
        across = west <= lon <= east if west <= east else lon >= west or lon <= east  # over the date line
        return across and south <= lat <= north

    for line in lines:
        if any(inside(p[0], p[1]) for p in line):
            return True
        for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(line):
            steps = (
                64  # stretches are straight and short; a box between two points is met by looking along them
            )
            if any(inside(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps) for k in range(1, steps)):
                return True
    return False


def _link(href: str, rel: str, kind: str, title: str) -> WebLink:
    return WebLink(href=href, rel=rel, type=kind, title=title)
