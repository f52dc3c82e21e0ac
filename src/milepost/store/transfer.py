"""From one store to another, and from a workbook back into the register with a diff before anything is
applied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.errors import Finding
from milepost.records import TABLES, Records
from milepost.store.content import MODELS, Cells, content_of, digest, setting_cells
from milepost.store.edits import Edit
from milepost.store.folder import write
from milepost.store.stores import DATABASE_SUFFIXES, Folder, Store, open_store
from milepost.store.workbook import write_workbook


@dataclass(frozen=True)
class Difference:
    """One row that differs: what happens to it and, cell by cell, from what to what. ``why`` is set when
    rejected."""

    what: str
    table: str
    id: str
    cells: tuple[tuple[str, str, str], ...] = ()
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain JSON values."""
        return {
            "what": self.what,
            "table": self.table,
            "id": self.id,
            "cells": [{"column": c, "from": old, "to": new} for c, old, new in self.cells],
            "why": self.why,
        }


@dataclass(frozen=True)
class Merge:
    """What merging one programme into another would do. Nothing can be applied while a row is rejected."""

    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]

    @property
    def rejected(self) -> tuple[Difference, ...]:
        """Rows that cannot be applied."""
        return tuple(d for d in self.differences if d.what == "rejected")


def copy(records: Records, target: str, *, by: str, reason: str) -> Store:
    """The records as a new programme: a folder, an ``.xlsx``, an SQLite file or a PostgreSQL database.

    Raises ``WrongUse`` if something stands there already.
    """
    if target.lower().endswith(".xlsx"):
        write_workbook(records, Path(target))
        return Folder(Path(target))
    store = open_store(target)
    if isinstance(store, Folder):
        write(records, Path(target))
        return store
    made: Any = store
    suffix = Path(target).suffix.lower()
    fresh = suffix in DATABASE_SUFFIXES and "://" not in target and not Path(target).exists()
    try:
        made.create(records, by=by, reason=reason)
    except BaseException:
        if fresh:
            made.close()
            for name in (target, f"{target}-wal", f"{target}-shm"):
                Path(name).unlink(missing_ok=True)
        raise
    return store


def merge(
    current: Records,
    incoming: Records,
    findings: tuple[Finding, ...] = (),
    seen: dict[tuple[str, str], str] | None = None,
    *,
    remove: bool = False,
) -> Merge:
    """What bringing ``incoming`` into ``current`` changes, row by row.

    ``findings`` of reading the incoming rows reject them, each with its reason. ``seen`` holds the digests of
    the rows as they were when the incoming copy was taken (a workbook that milepost wrote carries them): a
    row that was changed here since is rejected, not overwritten. Rows that are missing in ``incoming`` stay,
    unless ``remove`` is given.
    """
    here, there = content_of(current), content_of(incoming)
    differences: list[Difference] = []
    edits: list[Edit] = []
    for finding in findings:
        where = f"{finding.file}, line {finding.line}" + (
            f", column {finding.column}" if finding.column else ""
        )
        why = f"{where}: {finding.message}. {finding.remedy}"
        differences.append(Difference("rejected", finding.table, finding.id, why=why))
    for table, rows in there.items():
        had = here.get(table, {})
        for ident, cells in rows.items():
            old = had.get(ident)
            if old is not None and digest(old) == digest(cells):
                continue
            base = (seen or {}).get((table, ident))
            held = digest(old) if old is not None else None
            if seen is not None and base == digest(cells):
                continue  # it was not touched in the copy; what changed here since stays
            if seen is not None and base != held:
                why = "removed here" if old is None else "changed here" if base else "added here too"
                differences.append(
                    Difference(
                        "rejected",
                        table,
                        ident,
                        _cells(old, cells),
                        f"the row was {why} since the copy was taken",
                    )
                )
                continue
            differences.append(
                Difference("added" if old is None else "changed", table, ident, _cells(old, cells))
            )
            edits.append(Edit(table, ident, cells, held))
        if table in MODELS:
            stated = (
                incoming.settings.model_fields_set
                if table == "programme"
                else incoming.policy.model_fields_set
            )
            for ident, old in had.items():
                base, held = (seen or {}).get((table, ident)), digest(old)
                # a value at its default has no row: only who states it, or had another one in the copy, has
                # changed it
                changed = base is not None and stated if seen is not None else remove or ident in stated
                if ident in rows or not changed:
                    continue
                cells = setting_cells(ident, MODELS[table].model_fields[ident].default)
                if seen is not None and base != held:
                    why = "the row was changed here since the copy was taken"
                    differences.append(Difference("rejected", table, ident, _cells(old, cells), why))
                    continue
                differences.append(Difference("changed", table, ident, _cells(old, cells)))
                edits.append(Edit(table, ident, None, held))
        if remove and table in TABLES:
            for ident, old in had.items():
                if ident not in rows:
                    differences.append(Difference("removed", table, ident))
                    edits.append(Edit(table, ident, None, digest(old)))
    return Merge(tuple(differences), tuple(edits))


def _cells(old: Cells | None, new: Cells) -> tuple[tuple[str, str, str], ...]:
    before = old or {}
    return tuple((c, before.get(c, ""), v) for c, v in new.items() if before.get(c, "") != v)
