"""Nodes and links for QGIS and the like: GeoJSON (RFC 7946) and GeoPackage (OGC 12-128).

Links are straight lines between their nodes: the register holds lengths, not alignments. A line that crosses
the antimeridian is cut there (RFC 7946, section 3.1.9).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from milepost.errors import WrongUse
from milepost.files import whole_file
from milepost.records import Records
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
        parts = straight(records, link.from_node, link.to_node)
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
            "note": f"Links are straight lines between nodes. {records.settings.boundary_disclaimer}",
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


def straight(records: Records, start: str, end: str) -> list[Line]:
    """The straight line between two nodes, in two where it crosses 180 degrees; none if a node is not
    there."""
    nodes = {n.id: n for n in records.nodes}
    a, b = nodes.get(start), nodes.get(end)
    if a is None or b is None:
        return []
    one, two = [round(a.lon, 6), round(a.lat, 6)], [round(b.lon, 6), round(b.lat, 6)]
    if abs(a.lon - b.lon) <= 180:
        return [[one, two]]
    # the short way round crosses 180 degrees: go there, and on from the other side
    east = 180.0 if a.lon > 0 else -180.0
    far = b.lon + (360.0 if a.lon > 0 else -360.0)
    share = (east - a.lon) / (far - a.lon)
    lat = round(a.lat + share * (b.lat - a.lat), 6)
    return [[one, [east, lat]], [[-east, lat], two]]


def _wkb(geometry: dict[str, Any]) -> bytes:
    """Well-known binary, little-endian (OGC 06-103r4)."""
    if geometry["type"] == "Point":
        return struct.pack("<BIdd", 1, 1, *geometry["coordinates"])
    lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
    out = struct.pack("<BII", 1, 5, len(lines))
    for line in lines:
        out += struct.pack("<BII", 1, 2, len(line)) + b"".join(struct.pack("<dd", *point) for point in line)
    return out
