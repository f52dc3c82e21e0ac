"""The network for other models: General Modeling Network Specification 0.96 (Zephyr Foundation), as a folder
of CSV files.

Only links that are open carry freight, so only they are in ``link.csv``: a reader of GMNS would route over
every row. What GMNS has no field for stands in columns of our own, as the specification allows: their names
begin with ``milepost_`` and hold their unit. Times and charges at crossings belong to changes between uses
and have no place there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milepost.network.gauges import Gauges
from milepost.network.link_facts import link_facts
from milepost.network.rates import model_links
from milepost.records import Link, Records
from milepost.register.status import Status
from milepost.report.exchange.geo import commitments_at, straight
from milepost.store.texts import csv_of

VERSION = 0.96


_NODE = ("node_id", "name", "x_coord", "y_coord", "node_type", "milepost_country", "milepost_trade_share")
_LINK = (
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
)
_CONFIG = {
    "dataset_name": "",
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
        "node.csv": _csv(
            _NODE, [(n.id, n.name, n.lon, n.lat, n.kind, n.country, n.trade_share) for n in records.nodes]
        ),
        "link.csv": _csv(
            _LINK, [_link(records, statuses, link, kmh[link.id], gauges.name(link)) for link in links]
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


def _link(
    records: Records, statuses: tuple[Status, ...], link: Link, kmh: float | None, use: str
) -> tuple[object, ...]:
    """A row of the links, in the order of its columns."""
    return (
        link.id,
        link.from_node,
        link.to_node,
        "true" if link.direction == "forward" else "false",
        _wkt(records, link.from_node, link.to_node),
        link.km,
        link.mode,
        kmh,
        use,
        link.usd_per_t,
        link.usd_per_tkm,
        link.capacity_mt_per_year,
        link.load_mt_per_year,
        commitments_at(records, statuses, f"L:{link.id}")["commitments"],
    )


def _wkt(records: Records, start: str, end: str) -> str:
    parts = [
        f"({', '.join(f'{lon:.6f} {lat:.6f}' for lon, lat in line)})"
        for line in straight(records, start, end)
    ]
    return f"LINESTRING {parts[0]}" if len(parts) == 1 else f"MULTILINESTRING ({', '.join(parts)})"


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return csv_of([head, *(["" if cell is None else str(cell) for cell in row] for row in rows)])
