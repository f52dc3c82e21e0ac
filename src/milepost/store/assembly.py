"""Records out of sheets and settings, wherever they were read, with every fault on the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from milepost.errors import Finding
from milepost.records import TABLES, UNKNOWN, Policy, Records, Row, Settings
from milepost.records.starter import starter_params
from milepost.store.cells import Sheet, dangling, gathered, rejected_ids, rows_of, unknown_references
from milepost.store.texts import fingerprint

Model = TypeVar("Model", Settings, Policy)


def assemble(
    settings: Settings | None,
    sheets: Mapping[str, Sheet],
    found: list[Finding],
    files: dict[str, str],
    policy: Policy | None = None,
) -> tuple[Records | None, tuple[Finding, ...]]:
    """Rows from sheets, references between them, and the fingerprint of the whole."""
    tables: dict[str, tuple[Row, ...]] = {}
    unread: dict[
        str, frozenset[str]
    ] = {}  # a row that could not be read is there: who names it is not at fault
    for table, kind in TABLES.items():
        if table in sheets:
            tables[table], faults = rows_of(sheets[table])
            found.extend(faults)
            if faults:
                unread[table] = rejected_ids(sheets[table], faults)
        else:
            tables[table] = ()
            if any(f.table == table for f in found):
                unread[table] = frozenset((UNKNOWN,))
            if kind.required and not any(f.table == table for f in found):
                message = f"the table '{table}' is missing"
                found.append(
                    Finding(
                        table,
                        files[table],
                        0,
                        "",
                        message,
                        f"Add {files[table]}; an empty one has its header only",
                    )
                )
                unread[table] = frozenset((UNKNOWN,))
    lacking = dangling(tables, unread)
    found.extend(unknown_references(lacking, tables, files))
    told: dict[str, set[str]] = {}
    for target, name in lacking:
        told.setdefault(target, set()).add(name)
        if not tables[target]:
            unread[target] = frozenset((UNKNOWN,))
    ordered = gathered(sorted(found, key=lambda f: (f.file, f.line, f.column, f.id)))
    if settings is None:
        return None, ordered
    content: dict[str, Any] = dict(tables)
    records = Records(
        settings=settings, policy=policy or Policy(), files=files, unread=unread, told=told, **content
    )
    return replace(records, fingerprint=fingerprint(records)), ordered


def template_rows(table: str) -> tuple[Row, ...]:
    """Rows of a table in an empty template: parameters with their usual values, nothing else."""
    return starter_params() if table == "params" else ()


def template_settings(name: str = "", day: dt.date | None = None) -> Settings:
    """Settings of an empty template, whose base date is ``day`` (default: 2026-01-01); its key is made of the
    name of what it is written to."""
    day = day or dt.date(2026, 1, 1)
    return Settings(
        key=re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:40],
        title="A new corridor programme",
        base_date=day,
        base_year=day.year - 1,
        discount_rate_per_year=0.05,
        horizon=dt.date(day.year + 24, 12, 31),
    )


def read_model(kind: type[Model], values: Mapping[str, Any], file: str) -> tuple[Model | None, list[Finding]]:
    """Settings or policy from parsed values, or everything that is wrong with them."""
    try:
        return kind.model_validate(values), []
    except ValidationError as fault:
        found = []
        for error in fault.errors(include_url=False):
            name = str(error["loc"][0]) if error["loc"] else ""
            info = kind.model_fields.get(name)
            if error["type"] == "extra_forbidden":
                message, remedy = (
                    f"there is no setting '{name[:80]}'",
                    f"Known settings: {', '.join(kind.model_fields)}; if a newer milepost wrote it, "
                    "install that",
                )
            elif error["type"] == "missing":
                message, remedy = (
                    f"the setting '{name}' is missing",
                    f"Add it: {info.description if info else ''}",
                )
            else:
                why = error["msg"].removeprefix("Value error, ")
                why = why[:1].lower() + why[1:]
                message = f"{name} = {str(error.get('input'))[:80]!r} cannot be: {why}"
                remedy = f"Write {info.description if info else 'a value'}"
            found.append(setting_fault(file, message, remedy, column=name))
        return None, found


def setting_fault(file: str, message: str, remedy: str, column: str = "") -> Finding:
    return Finding("programme", file, 0, "", message, remedy, column)
