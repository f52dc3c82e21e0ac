"""The network for other models: General Modeling Network Specification 0.96 (Zephyr Foundation), as a folder
of CSV files.

Only links that are open carry freight, so only they are in ``link.csv``: a reader of GMNS would route over
every row. What GMNS has no field for stands in columns of our own, as the specification allows: their names
begin with ``milepost_`` and hold their unit. Times and charges at crossings belong to changes between uses
and have no place there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from milepost.network.gauges import Gauges
from milepost.network.link_facts import link_facts
from milepost.network.rates import model_links
from milepost.records import Link, Node, Records
from milepost.register.status import Status
from milepost.report.exchange.geo import commitments_at, line_of, told_of_lines
from milepost.store.texts import csv_of

VERSION = 0.96


# every field of the published schemas, in their order (a reader may ask for all), then ours
_NODE = (
    *(
        "node_id",
        "name",
        "x_coord",
        "y_coord",
        "z_coord",
        "node_type",
        "ctrl_type",
        "zone_id",
        "parent_node_id",
    ),
    *("milepost_country", "milepost_trade_share"),
)
_LINK = (
    *(
        "link_id",
        "name",
        "from_node_id",
        "to_node_id",
        "directed",
        "geometry_id",
        "geometry",
        "parent_link_id",
    ),
    *("dir_flag", "length", "grade", "facility_type", "capacity", "free_speed", "lanes", "bike_facility"),
    *("ped_facility", "parking", "allowed_uses", "toll", "jurisdiction", "row_width"),
    *("milepost_usd_per_tkm", "milepost_capacity_mt_per_year", "milepost_load_mt_per_year"),
    *("milepost_gauge_mm", "milepost_commitments"),
)
_USE = ("use", "persons_per_vehicle", "pce", "special_conditions", "description")
_PCE_ROAD = (
    2.0  # passenger cars that a truck takes the room of, in general purpose on level terrain (HCM 2016)
)
_FASTEST_KMH = 200  # the range of free_speed ends here
_CONFIG = {
    "dataset_name": "",
    "short_length": "m",
    "long_length": "km",
    "speed": "km/h",
    "crs": "EPSG:4326",
    "geometry_field_format": "WKT",
    "currency": "USD",
    "version_number": VERSION,
    "id_type": "string",
}


def gmns(records: Records, statuses: tuple[Status, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """File name -> text of config, node, link and use_definition; and notes on what is not in them.

    Lengths in km, speeds in km/h, tolls in USD a tonne, degrees in WGS 84; ids are those of the register. A
    use is a mode, of rail with its gauge, so that a model that keeps uses apart does not run wide-gauge
    trains on standard track.
    """
    kmh = {facts.id: facts.kmh for facts in link_facts(records)}
    links = [link for link in model_links(records) if link.state == "open"]
    left = sum(1 for _ in model_links(records)) - len(links)
    gauges = Gauges.of(records)
    uses = sorted({gauges.name(link) for link in links})
    config = _CONFIG | {"dataset_name": records.settings.title}
    files = {
        "config.csv": _csv(tuple(config), [tuple(config.values())]),
        "node.csv": _table(_NODE, [_node(n) for n in records.nodes]),
        "link.csv": _table(
            _LINK, [_link(records, statuses, link, kmh[link.id], gauges.name(link)) for link in links]
        ),
        "use_definition.csv": _table(_USE, [_use(use) for use in uses]),
    }
    notes = [
        told_of_lines(records),
        "waiting and charges at crossings have no place in GMNS",
    ]
    fast = sum((kmh[link.id] or 0) > _FASTEST_KMH for link in links)
    if fast:
        notes.append(f"{fast} speeds beyond {_FASTEST_KMH} km/h, which GMNS does not know, are left out")
    if left:
        notes.append(f"{left} links that are not open are left out")
    return files, tuple(notes)


def _node(node: Node) -> dict[str, object]:
    return {
        "node_id": node.id,
        "name": node.name,
        "x_coord": node.lon,
        "y_coord": node.lat,
        "node_type": node.kind,
        "milepost_country": node.country,
        "milepost_trade_share": node.trade_share,
    }


def _link(
    records: Records, statuses: tuple[Status, ...], link: Link, kmh: float | None, use: str
) -> dict[str, object]:
    """A row of the links."""
    return {
        "link_id": link.id,
        "from_node_id": link.from_node,
        "to_node_id": link.to_node,
        "directed": "true" if link.direction == "forward" else "false",
        "geometry": _wkt(records, link),
        "length": link.km,
        "facility_type": link.mode,
        "free_speed": kmh if kmh is not None and kmh <= _FASTEST_KMH else None,
        "allowed_uses": use,
        "toll": link.usd_per_t,
        "milepost_usd_per_tkm": link.usd_per_tkm,
        "milepost_capacity_mt_per_year": link.capacity_mt_per_year,
        "milepost_load_mt_per_year": link.load_mt_per_year,
        "milepost_gauge_mm": link.gauge_mm,
        "milepost_commitments": commitments_at(records, statuses, f"L:{link.id}")["commitments"],
    }


def _use(use: str) -> dict[str, object]:
    """Freight carries nobody; only a truck takes the room of cars."""
    return {
        "use": use,
        "persons_per_vehicle": 0,
        "pce": _PCE_ROAD if use == "road" else 0,
        "description": f"freight by {use}; its unit is a tonne, not a vehicle",
    }


def _table(head: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    return _csv(head, [[row.get(c) for c in head] for row in rows])


def _wkt(records: Records, link: Link) -> str:
    parts = [f"({', '.join(f'{lon:.6f} {lat:.6f}' for lon, lat in line)})" for line in line_of(records, link)]
    return f"LINESTRING {parts[0]}" if len(parts) == 1 else f"MULTILINESTRING ({', '.join(parts)})"


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return csv_of([head, *(["" if cell is None else str(cell) for cell in row] for row in rows)])
