"""Nodes and links for QGIS and the like: GeoJSON (RFC 7946) and GeoPackage (OGC 12-128).

A link has the line that its row has, else a straight one between its nodes. A line that crosses the
antimeridian is cut there (RFC 7946, section 3.1.9).
"""

from __future__ import annotations

import itertools
import struct
from pathlib import Path
from typing import Any

import numpy as np

from milepost.errors import WrongUse
from milepost.files import whole_file
from milepost.records import Link, Records
from milepost.records.lines import points_of
from milepost.register.status import Status

Line = list[list[float]]


def geojson(records: Records, statuses: tuple[Status, ...]) -> dict[str, Any]:
    """One feature a node and one a link, degrees in WGS 84, longitude first, to six decimals (0.1 m)."""
    features: list[dict[str, Any]] = []
    for node in records.nodes:
        about = commitments_at(records, statuses, f"N:{node.id}")
        geometry = {"type": "Point", "coordinates": [round(node.lon, 6), round(node.lat, 6)]}
        facts: dict[str, Any] = {
            "layer": "nodes",
            "id": node.id,
            "name": node.name,
            "country": node.country,
            "kind": node.kind,
            **about,
        }
        features.append(
            {"type": "Feature", "id": f"node/{node.id}", "geometry": geometry, "properties": facts}
        )
    for link in records.links:
        parts = line_of(records, link)
        if not parts:
            continue
        one = len(parts) == 1
        geometry = {
            "type": "LineString" if one else "MultiLineString",
            "coordinates": parts[0] if one else parts,
        }
        properties: dict[str, Any] = {
            "layer": "links",
            "id": link.id,
            "from_node": link.from_node,
            "to_node": link.to_node,
            "mode": link.mode,
            "direction": link.direction,
            "km": link.km,
            "state": link.state,
            **commitments_at(records, statuses, f"L:{link.id}"),
        }
        features.append(
            {"type": "Feature", "id": f"link/{link.id}", "geometry": geometry, "properties": properties}
        )
    return {
        "type": "FeatureCollection",
        "features": features,
        "milepost": {
            "title": records.settings.title,
            "fingerprint": records.fingerprint,
            "note": f"{_capital(told_of_lines(records))}. {records.settings.boundary_disclaimer}",
        },
    }


def geopackage(records: Records, statuses: tuple[Status, ...], target: Path) -> None:
    """Layers ``nodes`` and ``links`` of one GeoPackage; whole or not at all. Needs the extra ``gis``."""
    try:
        import pyogrio.raw
    except ImportError:
        raise WrongUse("A GeoPackage needs the extra: pip install 'milepost[gis]'.") from None
    collection = geojson(records, statuses)
    with whole_file(target, ".gpkg") as part:
        part.unlink()  # the driver makes the file, and adds layers to the one it finds
        for layer, kind in (("nodes", "Point"), ("links", "MultiLineString")):
            features = [f for f in collection["features"] if f["properties"]["layer"] == layer]
            columns = [c for c in features[0]["properties"] if c != "layer"] if features else ["id"]
            values = [
                np.array([f["properties"].get(c) for f in features], dtype=float if c == "km" else object)
                for c in columns
            ]
            pyogrio.raw.write(
                str(part),
                geometry=np.array([_wkb(f["geometry"]) for f in features], dtype=object),
                field_data=values,
                fields=np.array(columns, dtype=object),
                layer=layer,
                driver="GPKG",
                geometry_type=kind,
                crs="EPSG:4326",
                append=part.exists(),
                layer_options={"DESCRIPTION": collection["milepost"]["note"]},
            )


def commitments_at(records: Records, statuses: tuple[Status, ...], ref: str) -> dict[str, str]:
    """Commitments that name a node (``N:id``) or link (``L:id``), with their status, each joined by
    semicolons."""
    mine = {c.id for c in records.commitments if ref in c.network_ref}
    found = [s for s in statuses if s.commitment in mine]
    return {
        "commitments": ";".join(s.commitment for s in found),
        "delivery": ";".join(s.delivery for s in found),
        "timing": ";".join(s.timing for s in found),
        "promised": ";".join(str(s.latest_promised or "") for s in found),
    }


def line_of(records: Records, link: Link) -> list[Line]:
    """Where a link runs: the line of its row, else a straight one; in parts where it crosses 180 degrees,
    none if a node is not there."""
    nodes = {n.id: n for n in records.nodes}
    ends = [nodes.get(end) for end in (link.from_node, link.to_node)]
    points = list(points_of(link.geometry)) or [(n.lon, n.lat) for n in ends if n is not None]
    if None in ends:
        return []
    parts: list[Line] = [[_rounded(*points[0])]]
    for a, b in itertools.pairwise(points):
        if abs(a[0] - b[0]) > 180:
            # the short way round crosses 180 degrees: go there, and on from the other side
            east = 180.0 if a[0] > 0 else -180.0
            far = b[0] + (360.0 if a[0] > 0 else -360.0)
            lat = a[1] + (east - a[0]) / (far - a[0]) * (b[1] - a[1])
            parts[-1].append(_rounded(east, lat))
            parts.append([_rounded(-east, lat)])
        parts[-1].append(_rounded(*b))
    return parts


def told_of_lines(records: Records) -> str:
    """What a reader must know of the lines of links, in a sentence without its full stop; how many are
    straight."""
    straight = sum(1 for link in records.links if not link.geometry)
    if straight == len(records.links):
        return "links are straight lines between nodes"
    if not straight:
        return "every link has the line of its row"
    return f"{straight} of {len(records.links)} links are straight lines between nodes"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rounded(lon: float, lat: float) -> list[float]:
    return [round(lon, 6), round(lat, 6)]


def _wkb(geometry: dict[str, Any]) -> bytes:
    """Well-known binary, little-endian (OGC 06-103r4)."""
    if geometry["type"] == "Point":
        return struct.pack("<BIdd", 1, 1, *geometry["coordinates"])
    lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
    out = struct.pack("<BII", 1, 5, len(lines))
    for line in lines:
        out += struct.pack("<BII", 1, 2, len(line)) + b"".join(struct.pack("<dd", *point) for point in line)
    return out
