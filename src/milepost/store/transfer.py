"""From one store to another, and from a workbook back into the register with a diff before anything is
applied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.errors import Finding
from milepost.records import Records
from milepost.store.content import MODELS, Cells, content_of, digest, setting_cells
from milepost.store.edits import Edit
from milepost.store.folder import write
from milepost.store.stores import DATABASE_SUFFIXES, Folder, Store, open_store
from milepost.store.workbook import write_workbook

_Pairs = tuple[tuple[str, str, str], ...]


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
    found = _Found([_unread(f) for f in findings], [], seen)
    for table, rows in there.items():
        had = here.get(table, {})
        for ident, cells in rows.items():
            found.row(table, ident, had.get(ident), cells)
        if table in MODELS:
            model = incoming.settings if table == "programme" else incoming.policy
            for ident, old in had.items():
                if ident not in rows:
                    found.default(table, ident, old, model.model_fields_set, remove=remove)
        elif remove:
            for ident, old in had.items():
                if ident not in rows:
                    found.add("removed", table, ident, Edit(table, ident, None, digest(old)))
    return Merge(tuple(found.differences), tuple(found.edits))


@dataclass
class _Found:
    """What a merge has found so far."""

    differences: list[Difference]
    edits: list[Edit]
    seen: dict[tuple[str, str], str] | None

    def row(self, table: str, ident: str, old: Cells | None, cells: Cells) -> None:
        """A row of the copy beside the one that stands here."""
        if old is not None and digest(old) == digest(cells):
            return
        base = (self.seen or {}).get((table, ident))
        held = digest(old) if old is not None else None
        if self.seen is not None and base == digest(cells):
            return  # it was not touched in the copy; what changed here since stays
        if self.seen is not None and base != held:
            why = "removed here" if old is None else "changed here" if base else "added here too"
            self.reject(table, ident, _cells(old, cells), f"the row was {why} since the copy was taken")
            return
        what = "added" if old is None else "changed"
        self.add(what, table, ident, Edit(table, ident, cells, held), _cells(old, cells))

    def default(self, table: str, ident: str, old: Cells, stated: set[str], *, remove: bool) -> None:
        """A setting that has no row in the copy: it stands at its default there. Only a copy that states it,
        or had another value when it was taken, has changed it."""
        base, held = (self.seen or {}).get((table, ident)), digest(old)
        if not (base is not None and stated if self.seen is not None else remove or ident in stated):
            return
        cells = setting_cells(ident, MODELS[table].model_fields[ident].default)
        if self.seen is not None and base != held:
            why = "the row was changed here since the copy was taken"
            self.reject(table, ident, _cells(old, cells), why)
            return
        self.add("changed", table, ident, Edit(table, ident, None, held), _cells(old, cells))

    def add(self, what: str, table: str, ident: str, edit: Edit, cells: _Pairs = ()) -> None:
        """A row that can be applied."""
        self.differences.append(Difference(what, table, ident, cells))
        self.edits.append(edit)

    def reject(self, table: str, ident: str, cells: _Pairs, why: str) -> None:
        """A row that cannot."""
        self.differences.append(Difference("rejected", table, ident, cells, why))


def _unread(finding: Finding) -> Difference:
    """A row of the copy that could not be read is rejected with its reason."""
    where = f"{finding.file}, line {finding.line}" + (f", column {finding.column}" if finding.column else "")
    why = f"{where}: {finding.message}. {finding.remedy}"
    return Difference("rejected", finding.table, finding.id, why=why)


def _cells(old: Cells | None, new: Cells) -> _Pairs:
    before = old or {}
    return tuple((c, before.get(c, ""), v) for c, v in new.items() if before.get(c, "") != v)
