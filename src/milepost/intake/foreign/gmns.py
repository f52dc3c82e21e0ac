"""Networks in the General Modeling Network Specification: a folder of CSV files with nodes and links.

Lengths and speeds are read in the units of ``config.csv``. Where lengths in its long unit are impossible
between the nodes and those in its short unit are not, the short unit is taken and told. What carries no
freight (paths for bicycles and walkers) is left out.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from milepost.files import as_written
from milepost.intake.foreign.reading import (
    Faults,
    Ledger,
    Proposed,
    Reading,
    bad_file,
    id_of,
    number_of,
    short,
    text_of_file,
)
from milepost.records.lines import points_of, wkt_of
from milepost.records.written_numbers import either, may_be_either

KM = {
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1.0),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 0.001),
    **dict.fromkeys(("mi", "mile", "miles"), 1.609344),
    **dict.fromkeys(("ft", "foot", "feet"), 0.0003048),
}
KMH = {
    **dict.fromkeys(("km/h", "kmh", "kph", "kmph"), 1.0),
    **dict.fromkeys(("mph", "mi/h", "miles per hour"), 1.609344),
    "m/s": 3.6,
}
MODES = (  # words in the uses or the facility of a link -> mode
    ("rail", ("rail", "train", "tram", "metro")),
    ("ferry", ("ferry",)),
    ("river", ("river", "inland", "barge", "canal")),
    ("sea", ("sea", "ship", "vessel", "marine")),
    (
        "road",
        *(
            (
                "road",
                "auto",
                "car",
                "truck",
                "bus",
                "freight",
                "hgv",
                "hov",
                "vehicle",
                "motor",
                "highway",
                "freeway",
            ),
        ),
    ),
)
_SLOW = ("bike", "bicycle", "ped", "walk", "foot", "sidewalk", "crosswalk", "trail", "path")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_NUMBERS = {
    *("x_coord", "y_coord", "length", "free_speed", "toll"),
    *("milepost_trade_share", "milepost_usd_per_tkm", "milepost_capacity_mt_per_year"),
    *("milepost_load_mt_per_year", "milepost_gauge_mm"),
}
_NODE = ("node_id", "name", "x_coord", "y_coord", "node_type", "milepost_country", "milepost_trade_share")
_LINK = (
    "geometry",
    *(
        "link_id",
        "from_node_id",
        "to_node_id",
        "directed",
        "length",
        "facility_type",
        "free_speed",
        "allowed_uses",
    ),
    *(
        "toll",
        "name",
        "notes",
        "milepost_usd_per_tkm",
        "milepost_capacity_mt_per_year",
        "milepost_load_mt_per_year",
    ),
    *("milepost_gauge_mm", "milepost_commitments"),
)
Row = Mapping[str, str]


def read(path: Path, source: str = "") -> Reading:
    """Nodes and links of a folder. Raises ``BadData`` where one of the two tables is missing or has no
    such columns."""
    folder = path if path.is_dir() else path.parent
    nodes, links = (
        _table(folder, "node", ("node_id", "x_coord", "y_coord")),
        _table(folder, "link", ("link_id", "from_node_id", "to_node_id")),
    )
    config = (_table(folder, "config", ()) if (folder / "config.csv").exists() else []) or [{}]
    setting = {k: v.strip() for k, v in config[0].items()}
    crs = setting.get("crs", "").upper().removeprefix("EPSG:").strip()
    if crs not in ("", "4326", "WGS84", "WGS 84", "OGC:CRS84", "CRS84"):
        raise bad_file(
            folder / "config.csv", f"coordinates are in {crs[:40]}", "Give degrees in WGS 84 (EPSG:4326)"
        )
    name, ledger = source or setting.get("dataset_name", "") or folder.name, Ledger()
    nodes, links = _with_points(nodes, links, ledger)
    for file in sorted(folder.glob("*.csv")):
        if file.stem not in ("node", "link", "config", "use_definition"):
            ledger.add(file.name, f"the table {file.stem}", "has no table here")
    own = bool(links) and "milepost_gauge_mm" in links[0]
    where = {r["node_id"]: (number_of(r["x_coord"]), number_of(r["y_coord"])) for r in nodes}
    unit = _unit(setting, links, where, ledger)
    speed = KMH.get(setting.get("speed", "km/h").lower(), 0.0)
    if not speed:
        ledger.add(
            "config.csv", f"speeds in {short(setting.get('speed', ''), 20)}", "are in no unit that is known"
        )
    rows = [*_nodes(nodes, name, ledger), *_links(links, where, (unit, speed), name, ledger, own=own)]
    return Reading("gmns", name, tuple(rows), ledger.lines(), own=own)


def _table(folder: Path, name: str, needed: Sequence[str]) -> list[dict[str, str]]:
    file = folder / f"{name}.csv"
    if not file.is_file():
        raise bad_file(file, "there is no such file", "Give the folder with node.csv and link.csv")
    try:
        words = text_of_file(file)
        head = words.partition("\n")[0]
        separator = max(",;\t", key=head.count)
        reader = csv.DictReader(io.StringIO(words, newline=""), restval="", delimiter=separator)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        rows = [
            {k: as_written((v or "").strip()) for k, v in row.items() if isinstance(k, str)} for row in reader
        ]
    except csv.Error as fault:
        raise bad_file(file, f"this is no CSV: {fault}", "Export it again") from None
    faults = Faults(file.name)
    for column in needed:
        if column not in (reader.fieldnames or ()):
            faults.add(f"there is no column {column}", "GMNS asks for it", line=1, column=column)
    faults.stop()
    return rows


def _with_points(
    nodes: list[dict[str, str]], links: list[dict[str, str]], ledger: Ledger
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Numbers with a comma before the decimals, as a spreadsheet writes them in many countries, with a point.
    Degrees tell: they have no thousands, so a comma in one is no other, and one follows the other in a file
    of both tables."""
    degrees = [row[column] for row in nodes for column in ("x_coord", "y_coord")]
    sure = next((cell for cell in degrees if _COMMA.fullmatch(cell)), "")
    if not sure or any("." in cell for cell in degrees):
        return nodes, links
    for file, rows in (("node.csv", nodes), ("link.csv", links)):
        faults = Faults(file)
        for line, row in enumerate(rows, start=2):
            for column in (c for c in row if c in _NUMBERS and may_be_either(row[c])):
                message, remedy = either(row[column], sure)
                faults.add(message, remedy, line=line, column=column)
        faults.stop()
    ledger.add("node.csv", "the numbers", "are read with a comma before the decimals")

    def pointed(row: dict[str, str]) -> dict[str, str]:
        return {
            k: v.replace(",", ".") if k in _NUMBERS and _COMMA.fullmatch(v) else v for k, v in row.items()
        }

    return [pointed(row) for row in nodes], [pointed(row) for row in links]


def _unit(
    setting: Row, links: Sequence[Row], where: Mapping[str, tuple[float | None, float | None]], ledger: Ledger
) -> float:
    """Kilometres of one unit of length."""
    names = [setting.get(k, "").lower() for k in ("long_length", "short_length")]
    long, brief = KM.get(names[0] or "km", 0.0), KM.get(names[1], 0.0)
    if not long:
        ledger.add(
            "config.csv", f"lengths in {short(names[0], 20)}", "are in no unit that is known; km stands"
        )
        long = 1.0
    ratios = []
    for row in links:
        a, b = where.get(row["from_node_id"]), where.get(row["to_node_id"])
        length = number_of(row.get("length", ""))
        if a and b and length and (straight := _straight_km(a, b)) > 0:
            ratios.append(length / straight)
    middle = median(ratios) if ratios else 1.0
    if brief and middle * long > 10 and 0.5 < middle * brief < 10:
        why = (
            f"would be {middle * long:,.0f} times as long as the line between their nodes; {names[1]} stands"
        )
        ledger.add("link.csv", f"lengths in {names[0]}", why)
        return brief
    return long


def _straight_km(a: tuple[float | None, float | None], b: tuple[float | None, float | None]) -> float:
    if None in (*a, *b):
        return 0.0
    lon1, lat1, lon2, lat2 = (math.radians(float(x)) for x in (*a, *b) if x is not None)
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, h)))


def _nodes(rows: Sequence[Row], name: str, ledger: Ledger) -> Iterator[Proposed]:
    for n, row in enumerate(rows, start=2):
        where, ident = f"node.csv, line {n}", row["node_id"]
        lon, lat = number_of(row["x_coord"]), number_of(row["y_coord"])
        if not ident or lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            given = short(f"{row['x_coord']} {row['y_coord']}".strip(), 40)
            why = (
                "has no id" if not ident else f"has no degrees, but '{given}'" if given else "has no degrees"
            )
            ledger.add(where, f"node '{short(ident, 40)}'", why)
            continue
        for column, cell in row.items():
            if column not in _NODE and cell:
                ledger.add(where, f"{short(column, 40)} of nodes", "has no column here")
        country, kind = row.get("milepost_country", ""), row.get("node_type", "")
        if not country:
            ledger.add(
                where, "the country of nodes", "is not in the file: --country says it, else ROW stands"
            )
        share = row.get("milepost_trade_share", "")
        yield Proposed(
            "nodes",
            ident,
            {"lat": row["y_coord"], "lon": row["x_coord"]}
            | ({"name": row["name"]} if row.get("name") else {})
            | ({"trade_share": share} if share else {}),
            {
                "name": row.get("name") or ident,
                "country": country or "ROW",
                "kind": kind if kind in ("city", "port", "terminal", "border", "waypoint") else "city",
                "basis": "sourced",
                "source": name,
            },
            wanted=id_of(ident),
            same=("lat", "lon"),
            where=where,
        )


def _links(
    rows: Sequence[Row],
    nodes: Mapping[str, tuple[float | None, float | None]],
    units: tuple[float, float],
    name: str,
    ledger: Ledger,
    *,
    own: bool,
) -> Iterator[Proposed]:
    for n, row in enumerate(rows, start=2):
        where, ident = f"link.csv, line {n}", row["link_id"]
        ends = (row["from_node_id"], row["to_node_id"])
        mode = mode_of(row.get("allowed_uses", ""), row.get("facility_type", ""))
        length = number_of(row.get("length", ""))
        straight = (
            _straight_km(nodes[ends[0]], nodes[ends[1]]) if ends[0] in nodes and ends[1] in nodes else 0.0
        )
        km = length * units[0] if length else straight
        why = (
            "has no id"
            if not ident
            else "begins and ends at one node"
            if ends[0] == ends[1]
            else "ends at a node that is not there"
            if not set(ends) <= set(nodes)
            else "carries no freight"
            if not mode
            else "has no length"
            if not km > 0
            else ""
        )
        if why:
            ledger.add(where, f"link '{short(ident, 40)}'", why)
            continue
        if not length:
            ledger.add(where, "the length of links", "is not in the file: the straight line stands")
        for column, cell in row.items():
            if cell and (column not in _LINK or (column in ("toll", "name", "notes") and not own)):
                ledger.add(where, f"{short(column, 40)} of links", "has no column here")
        cells = {"mode": mode, "km": f"{km:.10g}"} | _course(row, where, ledger)
        speed = number_of(row.get("free_speed", ""))
        if speed and 0 < speed * units[1] <= 300 and not own:
            cells["speed_kmh"] = f"{speed * units[1]:.6g}"
        if own:
            ours = {"usd_per_t": "toll"} | {
                c: f"milepost_{c}"
                for c in ("usd_per_tkm", "capacity_mt_per_year", "load_mt_per_year", "gauge_mm")
            }
            cells |= {c: row[theirs] for c, theirs in ours.items() if row.get(theirs)}
        directed = row.get("directed", "").lower() in ("true", "1", "t", "yes")
        yield Proposed(
            "links",
            ident,
            cells | {"direction": "forward" if directed else "both"},
            {"state": "open", "basis": "sourced", "source": name},
            refs={"from_node": (("nodes", ends[0]),), "to_node": (("nodes", ends[1]),)},
            wanted=id_of(ident),
            same=("from_node", "to_node", "mode", "direction"),
            where=where,
        )


def _course(row: Row, where: str, ledger: Ledger) -> dict[str, str]:
    """The line of a link as its row keeps it; nothing for a straight one."""
    text = row.get("geometry", "")
    try:
        points = points_of(text)
    except ValueError:
        ledger.add(where, "geometry of links", "is no single line in degrees (WKT)")
        return {}
    return {"geometry": wkt_of(points)} if len(points) > 2 else {}


def mode_of(*words: str) -> str:
    """The mode that the uses or the facility of a link name; road where nothing is said, "" for what
    carries no freight."""
    found = re.findall(r"[a-z]+", " ".join(words).lower())
    for mode, names in MODES:
        if any(word.startswith(names) for word in found):
            return mode
    return "" if any(word.startswith(_SLOW) for word in found) else "road"
