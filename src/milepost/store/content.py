"""The content of a programme as text cells, row by row: what is digested, compared, stored and sent.

Every row, whatever the store, is the same mapping from column to canonical text; its digest is the SHA-256 of
that mapping as canonical JSON (RFC 8785). Settings and policy are rows of the pseudo-tables ``programme`` and
``policy``.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import rfc8785

from milepost.errors import BadData, Finding
from milepost.records import TABLES, Policy, Records, Row, Settings
from milepost.records.kept import PerRow
from milepost.store.assembly import Model, assemble, read_model, setting_fault
from milepost.store.cells import Sheet, rows_of
from milepost.store.texts import cell_text, toml_value

# what RFC 8785 makes of texts whose names are ASCII, several times as fast as its library
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
Cells = dict[str, str]
Content = dict[str, dict[str, Cells]]
MODELS: dict[str, type[Settings] | type[Policy]] = {"programme": Settings, "policy": Policy}


def cells_of(row: Row) -> Cells:
    """The row's columns as canonical text."""
    return dict(_cells(row))


def _cells_of(row: Row) -> Cells:
    values = row.model_dump()
    return {name: cell_text(values[name]) for name in type(row).columns()}


_cells: PerRow[Cells] = PerRow(_cells_of)


def setting_cells(name: str, value: Any) -> Cells:
    """One setting as a row: its name and its value as TOML (empty = not set)."""
    return {"name": name, "value": "" if value is None else toml_value(value)}


def content_of(records: Records) -> Content:
    """Everything of a programme: table -> row id -> cells, in file order."""
    found: Content = {"programme": _set(records.settings), "policy": _set(records.policy)}
    for table in TABLES:
        found[table] = {row.ident: cells_of(row) for row in records.rows(table)}
    return found


def content_of_table(records: Records, table: str) -> dict[str, Cells]:
    """One table (or the settings, or the policy) of it."""
    if table in MODELS:
        return _set(records.settings if table == "programme" else records.policy)
    return {row.ident: cells_of(row) for row in records.rows(table)}


def _set(model: Settings | Policy) -> dict[str, Cells]:
    """What is set otherwise than by default: a release that brings a new setting changes no content."""
    return {
        name: setting_cells(name, value)
        for name, value in model
        if type(model).model_fields[name].is_required() or value != type(model).model_fields[name].default
    }


def records_of(
    content: Mapping[str, Mapping[str, Cells]], files: Mapping[str, str] | None = None
) -> tuple[Records, tuple[Finding, ...]]:
    """Records from content, by the same reader as files, with the findings. Raises ``BadData`` without
    settings."""
    sheets = {}
    for table, kind in TABLES.items():
        columns = kind.columns()
        rows = content.get(table, {})
        lines = tuple(
            (n, tuple(cells.get(c, "") for c in columns)) for n, cells in enumerate(rows.values(), start=2)
        )
        sheets[table] = Sheet(table, (files or {}).get(table, table), columns, lines)
    settings = model_of(Settings, content.get("programme", {}))
    policy = model_of(Policy, content.get("policy", {}))
    records, findings = assemble(settings, sheets, [], dict(files or {t: t for t in TABLES}), policy)
    if records is None:
        raise BadData(findings)
    return records, findings


def model_of(kind: type[Model], rows: Mapping[str, Cells], file: str = "") -> Model:
    """Settings or policy from their rows, every one of them stated: what has no row stands at its default.
    Raises ``BadData`` for what somebody else wrote into a database."""
    file = file or next(name for name, known in MODELS.items() if known is kind)
    values = {name: info.default for name, info in kind.model_fields.items() if not info.is_required()}
    faults = []
    for name, cells in rows.items():
        if not cells["value"]:
            continue
        try:
            values[name] = tomllib.loads(f"v = {cells['value']}")["v"]
        except tomllib.TOMLDecodeError:
            message = f"{name[:80]} holds {cells['value'][:80]!r}, which is no value"
            remedy = "Write it as in programme.toml: numbers and days plain, texts in quotes"
            faults.append(setting_fault(file, message, remedy, column=name))
    if faults:
        raise BadData(tuple(faults))
    model, faults = read_model(kind, values, file)
    if model is None:
        raise BadData(tuple(faults))
    return model


def row_of(table: str, cells: Mapping[str, str], where: str = "") -> Row:
    """One row from its cells; raises ``BadData`` with what is wrong with each cell."""
    sheet = Sheet(table, where or table, tuple(cells), ((0, tuple(cells.values())),))
    rows, faults = rows_of(sheet)
    if faults or not rows:
        raise BadData(faults)
    return rows[0]


def digest(cells: Mapping[str, str]) -> str:
    """SHA-256 of a row's cells, hexadecimal. Empty cells do not count, so a new empty column changes no
    digest."""
    told = {name: text for name, text in cells.items() if text}
    try:
        if all(type(name) is str and name.isascii() and type(text) is str for name, text in told.items()):
            return hashlib.sha256(_canonical(told).encode()).hexdigest()
    except UnicodeEncodeError:
        pass  # half a character, of which the library says what is wrong
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


# columns that came after the first release and do not stand empty: a row that an older one recorded has no
# cell there, read by this one it has the usual cell, and is the same row
_LATER = {
    "flows": ("valuation",),
    "sector_trade": ("valuation",),
    "links": ("direction",),
    "routes": ("loading",),
}


def filled(table: str, cells: Cells) -> Cells:
    """The row with the usual cells of columns that came later, where it has none."""
    usual = {c: cell_text(TABLES[table].model_fields[c].default) for c in _LATER.get(table, ())}
    return {**cells, **{c: text for c, text in usual.items() if not cells.get(c)}} if usual else cells


def is_digest(known: str | None, table: str, cells: Cells) -> bool:
    """Is it the digest of this row, as this release or an older one writes it?"""
    if known == digest(cells) or table not in _LATER:
        return known == digest(cells)
    whole, later = filled(table, cells), _LATER[table]
    usual = filled(table, {})
    bare = {c: text for c, text in whole.items() if c not in later or text != usual[c]}
    return known in (digest(whole), digest(bare))


def digests_beside(known: Mapping[str, Mapping[str, str]], content: Content) -> dict[str, dict[str, str]]:
    """Digests of every row, to be compared with those that are ``known``: one that an older release recorded
    otherwise has the digest that it was recorded with."""
    found = digests(content)
    for table in _LATER:
        for ident, was in known.get(table, {}).items():
            if ident in found.get(table, {}) and is_digest(was, table, content[table][ident]):
                found[table][ident] = was
    return found


def digests(content: Mapping[str, Mapping[str, Cells]]) -> dict[str, dict[str, str]]:
    """Digest of every row: table -> row id -> digest."""
    return {
        table: {ident: digest(cells) for ident, cells in rows.items()}
        for table, rows in content.items()
        if rows
    }


def differences(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Rows whose digests differ: (table, id, 'added' | 'changed' | 'removed')."""
    for table in dict.fromkeys((*before, *after)):
        old, new = before.get(table, {}), after.get(table, {})
        for ident in dict.fromkeys((*old, *new)):
            if ident not in new:
                yield table, ident, "removed"
            elif ident not in old:
                yield table, ident, "added"
            elif old[ident] != new[ident]:
                yield table, ident, "changed"
