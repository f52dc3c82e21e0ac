"""Writing an export: one call, one file (or folder), whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from milepost.errors import WrongUse, one_of
from milepost.files import write_folder, write_whole
from milepost.programme import Programme
from milepost.report.exchange.geo import geojson, geopackage, told_of_lines
from milepost.report.exchange.gmns import gmns
from milepost.report.exchange.iati import iati
from milepost.report.exchange.mspdi import mspdi
from milepost.report.exchange.oc4ids import left_out, oc4ids
from milepost.report.exchange.power_bi import power_bi
from milepost.report.exchange.table_schema import data_package

FORMATS = {
    "oc4ids": "infrastructure projects, JSON (OC4IDS 0.9)",
    "iati": "activities, XML (IATI 2.03)",
    "table-schema": "a folder of CSV files with a data package (Table Schema)",
    "geojson": "nodes and links (RFC 7946)",
    "geopackage": "nodes and links for QGIS (needs the extra gis)",
    "gmns": "a folder of CSV files with the network of open links (GMNS 0.96)",
    "mspdi": "a plan with baselines, XML (Microsoft Project)",
    "power-bi": "a folder of flat CSV files with stable keys",
}

_MODELLED = ("gmns",)  # speeds of links need the parameters too
_OF_COMMITMENTS = ("oc4ids", "iati", "mspdi")
_OF_NETWORK = ("geojson", "geopackage", "gmns")


def export(
    programme: Programme, kind: str, target: Path, on: dt.date | None = None, organisation: str = ""
) -> tuple[str, ...]:
    """Write the programme in another system's format; returns notes on what that format cannot carry.

    What tells of commitments needs the register alone; the network goes out as far as it is there.
    ``organisation`` is the publisher's IATI identifier. Raises ``WrongUse`` for an unknown format, a target
    that exists, and a format that has nothing to hold; ``BadData`` for findings.
    """
    if kind not in FORMATS:
        raise one_of("format", kind, list(FORMATS))
    if target.exists():
        raise WrongUse(f"'{target}' exists; choose another name.")
    _must_hold(programme, kind)
    records = programme.sound() if kind in _MODELLED else programme.for_register().sound()
    day = on or programme.day
    statuses = programme.status(day)
    if kind == "geopackage":
        geopackage(records, statuses, target)
        return (told_of_lines(records),)
    if kind == "table-schema":
        write_folder(target, data_package(records))
        return ("settings and policy are not in the package",)
    if kind in ("gmns", "power-bi"):
        files, notes = (
            gmns(records, statuses)
            if kind == "gmns"
            else (power_bi(records, statuses, on=day), ("the network and its values are not in the tables",))
        )
        if kind == "gmns":  # whose data the network is goes with it
            words = f"{records.settings.title}\n\n{records.settings.boundary_disclaimer}\n"
            files = files | {"README.txt": words}
        write_folder(target, files)
        return notes
    if kind == "oc4ids":
        content, notes = _json(oc4ids(records, statuses, on=day)), left_out(records, day)
    elif kind == "iati":
        content, notes = iati(records, statuses, on=day, organisation=organisation)
    elif kind == "mspdi":
        content, notes = mspdi(records, statuses, on=day)
    else:
        content, notes = _json(geojson(records, statuses)), ()
    write_whole(target, content)
    return notes


def _must_hold(programme: Programme, kind: str) -> None:
    """Raises ``WrongUse`` where the programme has nothing that the format holds; before its findings, for
    those of a model that nobody began are no answer."""
    records, faulty = programme.records, {f.table for f in programme.reading}
    if kind in _OF_COMMITMENTS and not records.commitments and "commitments" not in faulty:
        raise WrongUse(
            f"This programme has no commitments, and {kind} holds nothing else. Add some with 'milepost "
            "edit' or 'milepost import --as', or export its network: geojson, geopackage, gmns."
        )
    if kind in _OF_NETWORK and not records.nodes and "nodes" not in faulty:
        raise WrongUse(
            f"This register has no network, and {kind} holds nothing else. Bring one in with 'milepost "
            "import --as gmns' or geojson, begin one with 'milepost new DIR --through COUNTRIES', or "
            "export its commitments: oc4ids, iati, mspdi, power-bi."
        )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
