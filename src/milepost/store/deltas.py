"""Records after an edit, out of the records before it: what is read and checked anew is the rows that change.

The answer is the one that reading everything anew gives, which the tests hold it to; where an edit reaches
beyond its own rows (one is removed, a setting changes, a fault comes up), everything is read anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from milepost.errors import Finding
from milepost.records import TABLES, Records, Row
from milepost.records.kept import by_ident, came_of
from milepost.store.cells import Sheet, rows_of
from milepost.store.changes import RowChange
from milepost.store.content import MODELS, Cells, cells_of, content_of, content_of_table, records_of
from milepost.store.edits import applied
from milepost.store.texts import fingerprint

After = tuple[Records, tuple[Finding, ...]]
_LAST: list[tuple[Records, tuple[RowChange, ...], After]] = []  # an act asks, and then the store that writes
_KEPT = 8
_LOCK = Lock()


def cells_at(records: Records, table: str, ident: str) -> Cells | None:
    """The cells of one row, or of one setting; None if there is no such row."""
    if table in MODELS:
        return content_of_table(records, table).get(ident)
    row = by_ident(records.rows(table)).get(ident) if table in TABLES else None
    return None if row is None else cells_of(row)


def records_after(before: Records, changes: Sequence[RowChange]) -> After:
    """The records as they are after changes, with the findings of reading them. Raises as
    :func:`milepost.store.content.records_of`."""
    asked = tuple(changes)
    with _LOCK:
        for known, same, made in _LAST:
            if known is before and same == asked:
                return made
    found = _of_rows(before, asked) or _anew(before, asked)
    with _LOCK:
        _LAST.insert(0, (before, asked, found))
        del _LAST[_KEPT:]
    return found


def _anew(before: Records, changes: tuple[RowChange, ...]) -> After:
    """The same by reading everything; what was not touched keeps the lines on which it stands in its file."""
    after, faults = records_of(applied(content_of(before), changes), before.files)
    touched = {c.table for c in changes}
    same = {
        t: before.rows(t) for t in TABLES if t not in touched and len(before.rows(t)) == len(after.rows(t))
    }
    return after.with_rows(**same), faults


def _of_rows(before: Records, changes: tuple[RowChange, ...]) -> After | None:
    """The same by the changed rows alone; None where that does not do."""
    if before.unread or before.told or any(c.table not in TABLES or c.after is None for c in changes):
        return None
    tables: dict[str, list[Row]] = {}
    instead: dict[str, dict[int, Row]] = {}
    fresh: list[Row] = []
    for change in changes:
        rows = tables.get(change.table)
        if rows is None:
            rows = tables[change.table] = list(before.rows(change.table))
        placed = _placed(rows, before, change)
        if placed is None:
            return None
        at, row = placed
        if at < len(before.rows(change.table)):
            instead.setdefault(change.table, {})[at] = row
        fresh.append(row)
    added = {(row.table, row.ident) for row in fresh}
    if any(_names_nobody(before, row, added) for row in fresh):
        return None
    after = before.with_rows(**tables)
    for table in tables:
        came_of(tuple(before.rows(table)), tuple(after.rows(table)), instead.get(table, {}))
    return replace(after, fingerprint=fingerprint(after)), ()


def _placed(rows: list[Row], before: Records, change: RowChange) -> tuple[int, Row] | None:
    """The row that a change makes, and its place, where it is put; None where it cannot be told by itself."""
    assert change.after is not None
    there = by_ident(before.rows(change.table)).get(change.id)
    if (there is None) != (change.before is None):
        return None
    at = _index(rows, there)
    if there is None:
        # lines that do not follow one another are those of a file that somebody wrote
        if any(row.ident == change.id for row in rows[len(before.rows(change.table)) :]):
            return None
        line = len(rows) + 2
        if rows and before.file(change.table).endswith(".csv"):
            line = rows[-1].line + lines_of(rows[-1])
        elif rows and rows[-1].line != line - 1:
            return None
    elif at < 0:
        return None  # one row twice
    else:
        line = there.line
    row = _read(change.table, change.after, line)
    if row is None or row.ident != change.id:
        return None
    if at < 0:
        at = len(rows)
        rows.append(row)
    else:
        rows[at] = row
    return at, row


def lines_of(row: Row) -> int:
    """On how many lines of a file a row stands."""
    return 1 + sum(cell.count("\n") for cell in cells_of(row).values())


def _index(rows: list[Row], row: Row | None) -> int:
    return -1 if row is None else next((i for i, r in enumerate(rows) if r is row), -1)


def _read(table: str, cells: Mapping[str, str], line: int) -> Row | None:
    columns = TABLES[table].columns()
    sheet = Sheet(table, table, columns, ((line, tuple(cells.get(c, "") for c in columns)),))
    rows, faults = rows_of(sheet)
    return rows[0] if rows and not faults else None


def _names_nobody(before: Records, row: Row, added: set[tuple[str, str]]) -> bool:
    """Does a cell name a row that there is not?"""
    for column, target in type(row).references().items():
        value: Any = getattr(row, column)
        for name in value if isinstance(value, tuple) else (value,):
            if name and name not in by_ident(before.rows(target)) and (target, name) not in added:
                return True
    return False
