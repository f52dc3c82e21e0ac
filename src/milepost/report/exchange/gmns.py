"""The network for other models: General Modeling Network Specification 0.96 (Zephyr Foundation), as a folder
of CSV files.

Only links that are open carry freight, so only they are in ``link.csv``: a reader of GMNS would route over
every row. What GMNS has no field for stands in columns of our own, as the specification allows: their names
begin with ``milepost_`` and hold their unit. Times and charges at crossings belong to changes between uses
and have no place there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milepost.network.network import carrier, model_links
from milepost.records import Records
from milepost.register.status import Status
from milepost.report.exchange.geo import commitments_at, straight
from milepost.store.texts import csv_of

VERSION = 0.96


def gmns(records: Records, statuses: tuple[Status, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """File name -> text of config, node, link and use_definition; and notes on what is not in them.

    Lengths in km, speeds in km/h, tolls in USD a tonne, degrees in WGS 84; ids are those of the register. A
    use is a mode, of rail with its gauge, so that a model that keeps uses apart does not run wide-gauge
    trains on standard track.
    """
    speed = {p.applies_to: p.value for p in records.params if p.name == "speed_kmh"}
    links = [link for link in model_links(records) if link.state == "open"]
    left = sum(1 for _ in model_links(records)) - len(links)
    uses = sorted({carrier(link) for link in links})
    files = {
        "config.csv": _csv(
            (
                "dataset_name",
                "long_length",
                "speed",
                "crs",
                "geometry_field_format",
                "currency",
                "version_number",
                "id_type",
            ),
            [(records.settings.title, "km", "km/h", "EPSG:4326", "WKT", "USD", VERSION, "string")],
        ),
        "node.csv": _csv(
            (
                "node_id",
                "name",
                "x_coord",
                "y_coord",
                "node_type",
                "milepost_country",
                "milepost_trade_share",
            ),
            [(n.id, n.name, n.lon, n.lat, n.kind, n.country, n.trade_share) for n in records.nodes],
        ),
        "link.csv": _csv(
            (
                "link_id",
                "from_node_id",
                "to_node_id",
                "directed",
                "geometry",
                "length",
                "facility_type",
                "free_speed",
                "allowed_uses",
                "toll",
                "milepost_usd_per_tkm",
                "milepost_capacity_mt_per_year",
                "milepost_load_mt_per_year",
                "milepost_commitments",
            ),
            [
                (
                    link.id,
                    link.from_node,
                    link.to_node,
                    "false",
                    _wkt(records, link.from_node, link.to_node),
                    link.km,
                    link.mode,
                    link.speed_kmh or speed.get(link.mode),
                    carrier(link),
                    link.usd_per_t,
                    link.usd_per_tkm,
                    link.capacity_mt_per_year,
                    link.load_mt_per_year,
                    commitments_at(records, statuses, f"L:{link.id}")["commitments"],
                )
                for link in links
            ],
        ),
        "use_definition.csv": _csv(("use", "description"), [(use, f"freight by {use}") for use in uses]),
    }
    notes = [
        "links are straight lines between nodes",
        "waiting and charges at crossings have no place in GMNS",
    ]
    if left:
        notes.append(f"{left} links that are not open are left out")
    return files, tuple(notes)


def _wkt(records: Records, start: str, end: str) -> str:
    parts = [
        f"({', '.join(f'{lon:.6f} {lat:.6f}' for lon, lat in line)})"
        for line in straight(records, start, end)
    ]
    return f"LINESTRING {parts[0]}" if len(parts) == 1 else f"MULTILINESTRING ({', '.join(parts)})"


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return csv_of([head, *(["" if cell is None else str(cell) for cell in row] for row in rows)])
