"""Writing an export: one call, one file (or folder), whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from pathlib import Path

from milepost.errors import WrongUse, one_of
from milepost.programme import Programme
from milepost.report.exchange.geo import geojson, geopackage
from milepost.report.exchange.iati import iati
from milepost.report.exchange.oc4ids import oc4ids
from milepost.report.exchange.table_schema import data_package

FORMATS = {
    "oc4ids": "infrastructure projects, JSON (OC4IDS 0.9)",
    "iati": "activities, XML (IATI 2.03)",
    "table-schema": "a folder of CSV files with a data package (Table Schema)",
    "geojson": "nodes and links (RFC 7946)",
    "geopackage": "nodes and links for QGIS (needs the extra gis)",
}


def export(programme: Programme, kind: str, target: Path, on: dt.date | None = None, organisation: str = "") -> tuple[str, ...]:
    """Write the programme in another system's format; returns notes on what that format cannot carry.

    ``organisation`` is the publisher's IATI identifier. Raises ``WrongUse`` for an unknown format or a target that exists.
    """
    if kind not in FORMATS:
        raise one_of("format", kind, list(FORMATS))
    if target.exists():
        raise WrongUse(f"'{target}' exists; choose another name.")
    records = programme.sound()
    day = on or programme.settings.base_date
    statuses = programme.status(day)
    notes: tuple[str, ...] = ()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind == "geopackage":
            geopackage(records, statuses, target)
            return ("links are straight lines between nodes",)
        if kind == "table-schema":
            _folder(target, data_package(records))
            return ("settings and policy are not in the package",)
        if kind == "oc4ids":
            content = _json(oc4ids(records, statuses, on=day))
            notes = ("the value of commitments, dependencies and force of agreements have no place in OC4IDS",)
        elif kind == "iati":
            content, notes = iati(records, statuses, on=day, organisation=organisation)
        else:
            content = _json(geojson(records, statuses))
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).rename(target)
    except OSError as fault:
        raise WrongUse(f"Cannot write '{target}': {fault.strerror}.") from None
    return notes


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _folder(target: Path, files: dict[str, str]) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, text in files.items():
            (temporary / name).write_text(text, encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        temporary.rename(target)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
