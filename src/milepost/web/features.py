"""OGC API - Features, parts 1 core, GeoJSON: nodes, links and commitments for QGIS and other desktop programs.

(OGC 17-069r4.) In QGIS: Layer, Add WFS / OGC API - Features, address ``http://HOST/api/v1/features``.
"""

from __future__ import annotations

import itertools
from typing import Any

from milepost.errors import WrongUse, one_of
from milepost.report.exchange.geo import geojson
from milepost.web.state import Valued

COLLECTIONS = {
    "nodes": "Cities, ports, terminals and border points",
    "links": "Railways, roads, sea lanes, ferries and rivers, as straight lines between their nodes",
}
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")]
MOST = 10_000
GEO = "application/geo+json"


def landing(base: str, title: str) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": title,
        "description": "Network of the corridor, with the commitments about each part of it.",
        "links": [
            _link(f"{base}", "self", "application/json", "this document"),
            _link(
                base.replace("/features", "/openapi.json"), "service-desc", "application/vnd.oai.openapi+json;version=3.0", "API"
            ),
            _link(f"{base}/conformance", "conformance", "application/json", "conformance"),
            _link(f"{base}/collections", "data", "application/json", "collections"),
        ],
    }


def collections(base: str, valued: Valued) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [_link(f"{base}/collections", "self", "application/json", "this document")],
        "collections": [collection(base, valued, name) for name in COLLECTIONS],
    }


def collection(base: str, valued: Valued, name: str) -> dict[str, Any]:
    """One collection with its extent. Raises ``WrongUse`` for an unknown one."""
    _known(name)
    nodes = valued.programme.records.nodes
    box = [min(n.lon for n in nodes), min(n.lat for n in nodes), max(n.lon for n in nodes), max(n.lat for n in nodes)]
    return {
        "id": name,
        "title": COLLECTIONS[name],
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [box], "crs": CRS84}},
        "links": [
            _link(f"{base}/collections/{name}", "self", "application/json", "this collection"),
            _link(f"{base}/collections/{name}/items", "items", GEO, "features"),
        ],
    }


def items(
    base: str, valued: Valued, name: str, *, limit: int, offset: int, bbox: str, properties: dict[str, str], moment: str
) -> dict[str, Any]:
    """A page of features. ``bbox`` is four (or six) numbers; ``properties`` filter by equality of text."""
    found = _all(valued, name)
    if bbox:
        box = _box(bbox)
        found = [f for f in found if _meets(f["geometry"], box)]
    for key, wanted in properties.items():
        found = [f for f in found if str(f["properties"].get(key, "")) == wanted]
    page = found[offset : offset + limit]
    here = f"{base}/collections/{name}/items"
    links = [_link(here, "self", GEO, "this page")]
    if offset + limit < len(found):
        links.append(
            _link(f"{here}?limit={limit}&offset={offset + limit}" + (f"&bbox={bbox}" if bbox else ""), "next", GEO, "next")
        )
    return {
        "type": "FeatureCollection",
        "features": page,
        "links": links,
        "timeStamp": moment,
        "numberMatched": len(found),
        "numberReturned": len(page),
    }


def item(base: str, valued: Valued, name: str, ident: str) -> dict[str, Any]:
    """One feature. Raises ``WrongUse`` for an unknown one."""
    for feature in _all(valued, name):
        if feature["id"] == ident:
            here = f"{base}/collections/{name}"
            links = [
                _link(f"{here}/items/{ident}", "self", GEO, "this"),
                _link(here, "collection", "application/json", "collection"),
            ]
            return {**feature, "links": links}
    raise one_of("feature", ident, [f["id"] for f in _all(valued, name)])


def _all(valued: Valued, name: str) -> list[dict[str, Any]]:
    _known(name)
    whole = valued.once("geojson", lambda: geojson(valued.programme.sound(), valued.programme.status()))
    return [{**f, "id": f["properties"]["id"]} for f in whole["features"] if f["properties"]["layer"] == name]


def _known(name: str) -> None:
    if name not in COLLECTIONS:
        raise one_of("collection", name, list(COLLECTIONS))


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(abs(n) < 1e6 for n in numbers) or numbers[1] > numbers[3]:
        raise WrongUse("bbox is four numbers with commas: west,south,east,north in degrees.")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _meets(geometry: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    shape = geometry["coordinates"]
    lines = [[shape]] if geometry["type"] == "Point" else [shape] if geometry["type"] == "LineString" else shape

    def inside(lon: float, lat: float) -> bool:
        across = west <= lon <= east if west <= east else lon >= west or lon <= east  # over the date line
        return across and south <= lat <= north

    for line in lines:
        if any(inside(p[0], p[1]) for p in line):
            return True
        for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(line):
            steps = 64  # links are straight and short; a box between two nodes is met by looking along the line
            if any(inside(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps) for k in range(1, steps)):
                return True
    return False


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}
