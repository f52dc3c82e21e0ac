"""From one store to another, and from a workbook back into the register with a diff before anything is
applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.errors import Finding
from milepost.records import TABLES, Records
from milepost.store.changes import changed_outside, next_entry, read_entry
from milepost.store.checkpoints import line_digest
from milepost.store.content import MODELS, Cells, content_of, digest, setting_cells
from milepost.store.edits import Edit
from milepost.store.folder import write
from milepost.store.journal import CHAIN, CHECKPOINTS
from milepost.store.stores import DATABASE_SUFFIXES, Folder, Store, open_store
from milepost.store.workbook import write_workbook

Seen = Mapping[tuple[str, str], str]  # table and id of a row: its digest when the copy was taken


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
    """What merging one programme into another would do. Nothing can be applied while a row is rejected.

    ``passed_over`` counts rows that stand in a workbook as they did when it was taken, and are not here: they
    were removed since, or the workbook was taken from another programme.
    """

    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]
    passed_over: int = 0

    @property
    def rejected(self) -> tuple[Difference, ...]:
        """Rows that cannot be applied."""
        return tuple(d for d in self.differences if d.what == "rejected")


@dataclass(frozen=True)
class Chain:
    """An audit chain that goes along with its rows: entries and signed checkpoints, a line each."""

    lines: Sequence[str] = ()
    checkpoints: Sequence[str] = ()

    def continued(self, records: Records, by: str, reason: str) -> Chain:
        """The same with what was changed by hand taken over, and an entry that says who brought it where;
        nothing where nothing was recorded."""
        if not self.lines:
            return self
        last = read_entry(self.lines[-1])
        said = {"checkpoint": line_digest(self.checkpoints[-1]) if self.checkpoints else ""}
        new = []
        if outside := changed_outside(self.lines, content_of(records)):
            last = next_entry(
                last.n, last.hash, outside, "", "changed outside milepost", "outside", more=said
            )
            new.append(last.line)
        new.append(next_entry(last.n, last.hash, (), by, reason, more=said).line)
        return Chain((*self.lines, *new), self.checkpoints)


NO_CHAIN = Chain()


def copy(
    records: Records,
    target: str,
    *,
    by: str,
    reason: str,
    chain: Chain = NO_CHAIN,
    documents: Mapping[str, Path] | None = None,
) -> Store:
    """The records as a new programme: a folder, an ``.xlsx``, an SQLite file or a PostgreSQL database; with
    the ``chain`` of where they were, or one that begins here. A folder takes ``documents`` along, by their
    path within it.

    Raises ``WrongUse`` if something stands there already.
    """
    chain = chain.continued(records, by, reason)
    if target.lower().endswith(".xlsx"):
        write_workbook(records, Path(target))
        return Folder(Path(target))
    store = open_store(target)
    if isinstance(store, Folder):
        write(records, Path(target), _files(chain), documents)
        return store
    made: Any = store
    suffix = Path(target).suffix.lower()
    fresh = suffix in DATABASE_SUFFIXES and "://" not in target and not Path(target).exists()
    try:
        made.create(records, by=by, reason=reason, lines=chain.lines, checkpoints=chain.checkpoints)
    except BaseException:
        if fresh:
            made.close()
            for name in (target, f"{target}-wal", f"{target}-shm"):
                Path(name).unlink(missing_ok=True)
        raise
    return store


def _files(chain: Chain) -> dict[str, str]:
    texts = {CHAIN: chain.lines, CHECKPOINTS: chain.checkpoints}
    return {name: "".join(f"{line}\n" for line in lines) for name, lines in texts.items() if lines}


Step = tuple[Difference, Edit | None]  # what is different, and the edit unless it is rejected


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
    steps: list[Step] = [(_rejected(finding), None) for finding in findings]
    for table, rows in there.items():
        had = here.get(table, {})
        steps += _changed_rows(table, had, rows, seen)
        if table in MODELS:
            settings = incoming.settings if table == "programme" else incoming.policy
            steps += _reset_settings(table, had, rows, seen, settings.model_fields_set, remove=remove)
        if remove and table in TABLES:
            steps += [
                (Difference("removed", table, ident), Edit(table, ident, None, digest(old)))
                for ident, old in had.items()
                if ident not in rows
            ]
    known = seen or {}
    passed_over = sum(
        ident not in here.get(table, {}) and known.get((table, ident)) == digest(cells)
        for table, rows in there.items()
        if table in TABLES
        for ident, cells in rows.items()
    )
    return Merge(tuple(d for d, _ in steps), tuple(e for _, e in steps if e is not None), passed_over)


def _rejected(finding: Finding) -> Difference:
    where = f"{finding.file}, line {finding.line}" + (f", column {finding.column}" if finding.column else "")
    why = f"{where}: {finding.message}. {finding.remedy}"
    return Difference("rejected", finding.table, finding.id, why=why)


def _changed_rows(
    table: str, had: Mapping[str, Cells], rows: Mapping[str, Cells], seen: Seen | None
) -> Iterator[Step]:
    """Rows that are new or different in the copy."""
    for ident, cells in rows.items():
        old = had.get(ident)
        if old is not None and digest(old) == digest(cells):
            continue
        base = (seen or {}).get((table, ident))
        held = digest(old) if old is not None else None
        if seen is not None and base == digest(cells):
            continue  # it was not touched in the copy; what changed here since stays
        if seen is not None and base != held:
            did = "removed here" if old is None else "changed here" if base else "added here too"
            why = f"the row was {did} since the copy was taken"
            yield Difference("rejected", table, ident, _cells(old, cells), why), None
            continue
        what = "added" if old is None else "changed"
        yield Difference(what, table, ident, _cells(old, cells)), Edit(table, ident, cells, held)


def _reset_settings(
    table: str,
    had: Mapping[str, Cells],
    rows: Mapping[str, Cells],
    seen: Seen | None,
    stated: set[str],
    *,
    remove: bool,
) -> Iterator[Step]:
    """Settings that are at their default in the copy, and not here. A value at its default has no row: only
    who states it, or had another one in the copy, has changed it."""
    for ident, old in had.items():
        base, held = (seen or {}).get((table, ident)), digest(old)
        changed = base is not None and stated if seen is not None else remove or ident in stated
        if ident in rows or not changed:
            continue
        cells = setting_cells(ident, MODELS[table].model_fields[ident].default)
        if seen is not None and base != held:
            why = "the row was changed here since the copy was taken"
            yield Difference("rejected", table, ident, _cells(old, cells), why), None
            continue
        yield Difference("changed", table, ident, _cells(old, cells)), Edit(table, ident, None, held)


def _cells(old: Cells | None, new: Cells) -> tuple[tuple[str, str, str], ...]:
    before = old or {}
    return tuple((c, before.get(c, ""), v) for c, v in new.items() if before.get(c, "") != v)
