"""Rows of any table: added, changed or removed together, with what their writer saw; and rows by their
columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.rights import must_act, must_edit
from milepost.acts.writing import Plan, Register, Written, write
from milepost.errors import BadData, Finding, MilepostError, Unavailable, WrongUse, one_of
from milepost.files import as_written
from milepost.languages.said import finding_as_read
from milepost.programme import Programme
from milepost.records import TABLES, Records
from milepost.results import Cell
from milepost.store.changes import Entry
from milepost.store.content import MODELS, Cells, cells_of, digest, row_of
from milepost.store.dialect import separator
from milepost.store.edits import Edit

How = Literal["add", "change", "remove"]


@dataclass(frozen=True)
class Changed:
    """A row that an act wrote: added, changed or removed."""

    table: str
    id: str
    what: Literal["added", "changed", "removed"]


@dataclass(frozen=True, repr=False)
class Edited(Written):
    """The rows that differ now."""

    rows: tuple[Changed, ...]
    entry: int | None
    hash: str | None

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row each."""
        rows = [[r.what, r.table, r.id, self.entry, self.hash] for r in self.rows]
        return ["what", "table", "id", "entry", "hash"], rows


@dataclass(frozen=True)
class Checked:
    """Why rows would not be written: a sentence (empty: they would), and what is wrong with which cell."""

    error: str
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return {"error": self.error, "findings": [finding_as_read(f) for f in self.findings]}


def check(register: Register, person: Person, edits: Sequence[Edit]) -> Checked:
    """Whether :func:`edit` would write these rows; nothing is written. Raises ``Unavailable``."""
    try:
        _write(replace(register, dry=True), person, lambda _: edits, "a look before writing")
    except Unavailable:
        raise
    except BadData as fault:
        return Checked(str(fault), fault.findings)
    except MilepostError as fault:
        return Checked(str(fault))
    return Checked("")


def edit(register: Register, person: Person, edits: Sequence[Edit], reason: str) -> Edited:
    """Rows written together, or not at all. Raises ``LostRace`` if one was changed since it was seen,
    ``BadData`` with every fault, ``Forbidden`` for what takes two persons."""
    return _edited(_write(register, person, lambda _: edits, reason))


def set_cells(
    register: Register,
    person: Person,
    row: tuple[str, str],
    cells: Mapping[str, str],
    *,
    how: How,
    reason: str,
) -> Edited:
    """Columns of one ``row`` (its table and id), the others staying as they are. Raises ``WrongUse`` for a
    row to add that is there, or one to change that is not."""
    return set_rows(register, person, row[0], [(row[1], cells)], how=how, reason=reason)


def set_rows(
    register: Register,
    person: Person,
    table: str,
    rows: Sequence[tuple[str, Mapping[str, str]]],
    *,
    how: How,
    reason: str,
) -> Edited:
    """Columns of several rows of a table (id and cells of each), written together or not at all: so are
    shares changed that must add up. Raises ``WrongUse`` as :func:`set_cells` does, and for a row that is
    named twice."""
    if table not in TABLES:
        raise one_of("table", table, list(TABLES))
    for _, cells in rows:
        for column in cells:
            if column not in TABLES[table].columns():
                raise WrongUse(
                    f"'{column}' sets no column of {table}; there are {', '.join(TABLES[table].columns())}."
                )

    def edits(records: Records) -> list[Edit]:
        return [_edit_of(records, (table, ident), cells, how) for ident, cells in rows]

    return _edited(_write(register, person, edits, reason))


def rows_of_file(path: str | Path, table: str) -> list[tuple[str, dict[str, str]]]:
    """Id and cells of the rows of a CSV file, which has the columns of the table's key and those to set.
    Raises ``WrongUse`` for a file that cannot be read, or has no such columns."""
    if table not in TABLES:
        raise one_of("table", table, list(TABLES))
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        sign = separator(text, TABLES[table].columns())
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise WrongUse(f"The rows in {path} cannot be read: {fault}.") from None
    head = [cell.strip() for cell in lines[0]] if lines else []
    if lacking := [k for k in TABLES[table].key if k not in head]:
        raise WrongUse(f"{path} has no column {', '.join(lacking)}, which tells the rows of {table} apart.")
    found = []
    for n, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(head):
            raise WrongUse(f"Line {n} of {path} has {len(line)} cells, its header {len(head)}.")
        cells = {name: as_written(cell.strip()) for name, cell in zip(head, line, strict=True)}
        found.append((" ".join(cells[k] for k in TABLES[table].key), cells))
    return found


def _edit_of(records: Records, row: tuple[str, str], cells: Mapping[str, str], how: How) -> Edit:
    table, ident = row
    old = _cells_now(records, table, ident)
    if how == "add" and old is not None:
        raise WrongUse(f"{table} {ident} exists; change it instead of adding it.")
    if how != "add" and old is None:
        raise one_of(f"row of {table}", ident, [r.ident for r in records.rows(table)])
    seen = digest(old) if old is not None else None
    if how == "remove":
        return Edit(table, ident, None, seen)
    return Edit(table, ident, {**(old or _key_cells(table, ident)), **cells}, seen)


def edit_programme(path: str | Path, edits: Sequence[Edit], *, by: str, reason: str) -> Entry | None:
    """Write rows to a programme: checked as a whole, recorded in its chain, refused if somebody else was
    faster.

    Returns the entry of the chain, or None if nothing differs. Raises ``BadData`` with the findings that the
    edit would bring, ``LostRace`` with the rows as they are now; nothing is written then.
    """
    return _write(Register(path), at_the_terminal(by), lambda _: edits, reason)


def known_columns(cells: Mapping[str, str], known: Sequence[str]) -> Cells:
    """The cells of all columns, those not given empty. Raises ``WrongUse`` for another column."""
    for name in cells:
        if name not in known:
            raise one_of("column", name, list(known), most=len(known))  # nowhere else are they told
    return {c: cells.get(c, "") for c in known}


def must_edit_all(person: Person, records: Records, edits: Sequence[Edit]) -> None:
    """Raises ``Forbidden`` for a row that one person may not write alone."""
    for e in edits:
        must_edit(person, e.table, _cells_now(records, e.table, e.id), e.cells)


def _write(
    register: Register, person: Person, edits: Callable[[Records], Sequence[Edit]], reason: str
) -> Entry | None:
    must_act(person, "edit")

    def plan(programme: Programme) -> Plan[None]:
        wanted = edits(programme.records)
        if len({(e.table, e.id) for e in wanted}) < len(wanted):
            raise WrongUse("One row is written twice; say once what it shall be.")
        must_edit_all(person, programme.records, wanted)
        return Plan([_clean(e) for e in wanted], reason, None)

    return write(register, person, plan)[1]


def _clean(edit: Edit) -> Edit:
    """The row as its table writes it. Raises ``BadData`` with what is wrong with each cell, ``WrongUse``
    where the cells make another row."""
    if edit.table not in TABLES and edit.table not in MODELS:
        raise one_of("table", edit.table, [*TABLES, *MODELS])
    if edit.cells is None:
        return edit
    if edit.table in MODELS:
        cells = known_columns(edit.cells, ("name", "value"))
        if cells["name"] != edit.id:
            raise WrongUse(f"The cells of {edit.table} {edit.id} make the setting {cells['name'][:60]}.")
        return replace(edit, cells=cells)
    row = row_of(edit.table, known_columns(edit.cells, TABLES[edit.table].columns()), edit.table)
    if row.ident != edit.id:
        raise WrongUse(
            f"The cells of {edit.table} {edit.id} make the row {row.ident}. An id is never changed; remove "
            "the row and add another."
        )
    return replace(edit, cells=cells_of(row))


def _cells_now(records: Records, table: str, ident: str) -> Cells | None:
    rows = records.rows(table) if table in TABLES else ()
    return next((cells_of(r) for r in rows if r.ident == ident), None)


def _key_cells(table: str, ident: str) -> dict[str, Any]:
    key = TABLES[table].key
    return dict(zip(key, ident.split(" "), strict=False)) if len(key) > 1 else {key[0]: ident}


def _edited(entry: Entry | None) -> Edited:
    if entry is None:
        return Edited((), None, None)
    rows = tuple(Changed(c.table, c.id, c.what) for c in entry.changes)
    return Edited(rows, entry.n, entry.hash)
