"""The published schemas as oracles: what they find wrong with an export. They lie in
``../shared/data/schemas`` and share nothing with our code."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from referencing import Registry, Resource


def _moment(text: object) -> bool:
    return not isinstance(text, str) or dt.datetime.fromisoformat(text).tzinfo is not None


def oc4ids_faults(shared: Path, package: Mapping[str, Any]) -> list[str]:
    """What the package schema of OC4IDS 0.9, with that of projects, says of a package."""
    found = [f"{list(e.path)}: {e.message[:200]}" for e in _oc4ids(shared).iter_errors(package)]
    ids = [p.get("id") for p in package["projects"]]
    found += ["two projects bear one id"] * (len(set(ids)) < len(ids))
    for p in package["projects"]:
        for block in ("milestones", "documents", "parties", "locations"):
            names = [x.get("id") for x in p.get(block, ())]
            found += [f"two {block} of {p.get('id')} bear one id"] * (len(set(names)) < len(names))
    return found


@cache
def _oc4ids(shared: Path) -> Any:
    import jsonschema  # loads for a second and a half, and not every worker needs it

    formats = jsonschema.FormatChecker(())
    formats.checks("date-time", raises=ValueError)(_moment)
    folder = shared / "data/schemas/oc4ids"
    package = json.loads((folder / "package-schema-0.9.json").read_text(encoding="utf-8"))
    project = json.loads((folder / "project-schema-0.9.json").read_text(encoding="utf-8"))
    registry: Any = Registry().with_resource(project["id"], Resource.from_contents(project))
    kind = jsonschema.validators.validator_for(package)
    return kind(package, registry=registry, format_checker=formats)


def iati_faults(shared: Path, content: bytes) -> list[str]:
    """What the activity schema of IATI 2.03 says of a file."""
    schema = _iati(shared)
    schema.validate(etree.fromstring(content))
    return [str(e) for e in schema.error_log]


@cache
def _iati(shared: Path) -> Any:
    return etree.XMLSchema(etree.parse(str(shared / "data/schemas/iati/iati-activities-schema.xsd")))


def gmns_faults(shared: Path, files: Mapping[str, str]) -> list[str]:
    """What the table schemas of GMNS 0.96 say of a folder: every field of theirs in its order, types,
    bounds, keys."""
    tables = {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text))) for name, text in files.items()
    }
    found: list[str] = []
    for name, rows in tables.items():
        schema = json.loads((shared / f"data/schemas/gmns/{name}.schema.json").read_text(encoding="utf-8"))
        fields = {f["name"]: f for f in schema["fields"]}
        head = files[f"{name}.csv"].splitlines()[0].split(",")
        if name != "config" and head[: len(fields)] != list(fields):
            found.append(f"{name}: the head is {head}")
        ours = [c for c in head if c not in fields and not c.startswith("milepost_")]
        found += [f"{name}: {c} is no field" for c in ours]
        for row in rows:
            found += [
                f"{name}: {column} {row[column]}: {why}"
                for column in head
                if column in fields
                if (why := _field_fault(row[column], fields[column]))
            ]
        key = schema.get("primaryKey")
        if key and len({r[key] for r in rows}) < len(rows):
            found.append(f"{name}: two rows bear one {key}")
        for foreign in schema.get("foreignKeys", ()):
            target = foreign["reference"]["resource"] or name
            have = {r[foreign["reference"]["fields"]] for r in tables.get(target, ())}
            missing = {r[foreign["fields"]] for r in rows} - {""} - have
            found += [f"{name}: {foreign['fields']} {m} is not in {target}" for m in missing]
    return found


def _field_fault(cell: str, field: Mapping[str, Any]) -> str:
    limits = field.get("constraints") or {}
    if cell == "":
        return "is missing" if limits.get("required") else ""
    if field["type"] == "boolean":
        return (
            "" if cell in ("true", "false", "True", "False", "TRUE", "FALSE", "1", "0") else "is no boolean"
        )
    if field["type"] in ("number", "integer"):
        try:
            value = float(cell) if field["type"] == "number" else int(cell)
        except ValueError:
            return "is no number"
        return (
            ""
            if limits.get("minimum", value) <= value <= limits.get("maximum", value)
            else "is out of bounds"
        )
    names = [c["value"] if isinstance(c, dict) else c for c in field.get("categories") or ()]
    return f"is none of {names}" if names and cell not in names else ""
