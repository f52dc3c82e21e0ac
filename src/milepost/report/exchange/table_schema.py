"""The tables as a data package: CSV files with a Table Schema (Frictionless Data, specs.frictionlessdata.io,
version 1)."""

from __future__ import annotations

import json
import types
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen

from milepost.records import TABLES, Records, Ref, Row
from milepost.records.kinds import PartialDate
from milepost.store.texts import csv_text

_DATE = r"^((before|after) )?\d{4}(-\d{2}(-\d{2})?)?$"


def data_package(records: Records) -> dict[str, str]:
    """Files of the package by name: ``datapackage.json`` and a CSV for each table that has rows."""
    files: dict[str, str] = {}
    resources = []
    written = [t for t in TABLES if records.rows(t)]
    for table in written:
        files[f"{table}.csv"] = csv_text(TABLES[table], records.rows(table))
        resources.append(
            {
                "name": table.replace("_", "-"),
                "path": f"{table}.csv",
                "profile": "tabular-data-resource",
                "title": " ".join((TABLES[table].__doc__ or "").split()),
                "encoding": "utf-8",
                "dialect": {
                    "delimiter": ",",
                    "lineTerminator": "\n",
                    "quoteChar": '"',
                    "doubleQuote": True,
                    "header": True,
                },
                "schema": table_schema(TABLES[table], set(written)),
            }
        )
    package = {
        "profile": "tabular-data-package",
        "name": "milepost-programme",
        "title": records.settings.title,
        "description": records.settings.summary or records.settings.title,
        "version": records.fingerprint,
        "resources": resources,
    }
    files["datapackage.json"] = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    return files


def table_schema(kind: type[Row], present: set[str]) -> dict[str, Any]:
    """The Table Schema of one table; foreign keys only to tables that are in the package."""
    fields = []
    for name in kind.columns():
        info = kind.model_fields[name]
        sort, limits = _field(info.annotation, list(info.metadata))
        if info.is_required():
            limits["required"] = True
        field: dict[str, Any] = {"name": name, "type": sort, "description": info.description or name}
        if limits:
            field["constraints"] = limits
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""], "primaryKey": list(kind.key)}
    keys = []
    for column, target in kind.references().items():
        single = get_origin(_plain(kind.model_fields[column].annotation)) is not tuple
        if single and target in present and len(TABLES[target].key) == 1:
            reference = {
                "resource": "" if target == kind.table else target.replace("_", "-"),
                "fields": TABLES[target].key[0],
            }
            keys.append({"fields": column, "reference": reference})
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _plain(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain(next(a for a in get_args(annotation) if a is not type(None)))
    return _plain(annotation.__origin__) if hasattr(annotation, "__metadata__") else annotation


def _field(annotation: Any, metadata: list[Any]) -> tuple[str, dict[str, Any]]:
    if get_origin(annotation) in (Union, types.UnionType):
        return _field(next(a for a in get_args(annotation) if a is not type(None)), metadata)
    if hasattr(annotation, "__metadata__"):
        return _field(annotation.__origin__, [*metadata, *annotation.__metadata__])
    flat = [c for m in metadata for c in getattr(m, "metadata", [m])]
    if get_origin(annotation) is Literal:
        return "string", {"enum": [str(a) for a in get_args(annotation) if a != ""]}
    if annotation is PartialDate:
        return "string", {"pattern": _DATE}
    if annotation in (int, float):
        return ("integer" if annotation is int else "number"), _bounds(flat)
    return "string", _shape(flat)


def _bounds(marks: list[Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for mark in marks:
        if isinstance(mark, Ge):
            limits["minimum"] = mark.ge
        elif isinstance(mark, Gt):
            limits["minimum"] = mark.gt  # Table Schema 1 has no exclusive bound
        elif isinstance(mark, Le):
            limits["maximum"] = mark.le
    return limits


def _shape(marks: list[Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    refers = any(isinstance(m, Ref) for m in marks)
    for mark in marks:
        pattern = getattr(mark, "pattern", None)
        if pattern and not refers:
            limits["pattern"] = pattern
        if isinstance(mark, MinLen):
            limits["minLength"] = mark.min_length
    return limits
