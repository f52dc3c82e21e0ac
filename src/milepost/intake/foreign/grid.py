"""A table as a grid of texts: CSV, TSV or the sheet of a workbook. Merged cells say in each of their
cells what they say in the first."""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from milepost.errors import WrongUse, one_of
from milepost.files import as_written
from milepost.intake.foreign.reading import bad_file, text_of_file
from milepost.packed import Most, must_be_bounded

_MOST_ROWS, _MOST_COLUMNS = 100_000, 400
_SEPARATORS = "\t;,|"


@dataclass(frozen=True)
class Grid:
    """Rows of texts, all of one length, with their numbers in the file; ``merged`` are rows in which cells of
    several columns are one."""

    name: str
    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    merged: frozenset[int] = frozenset()
    sheets: tuple[str, ...] = ()


def grid_of(path: Path, sheet: str = "") -> Grid:
    """The table of a file. Raises ``BadData`` for one that cannot be read, ``WrongUse`` for a sheet that
    is not there."""
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _of_workbook(path, sheet)
    if path.suffix.lower() in (".xls", ".xlsb", ".ods"):
        raise bad_file(path, f"tables of the kind {path.suffix} are not read", "Save it as .xlsx or CSV")
    text = text_of_file(path)
    head = "\n".join(text.splitlines()[:20])
    separator = max(_SEPARATORS, key=head.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [[as_written(cell) for cell in line] for line in lines]
    except csv.Error as fault:
        raise bad_file(path, f"this is no table: {fault}", "Export it again as CSV") from None
    return _made(path, path.stem, enumerate(rows, start=1))


def _of_workbook(path: Path, sheet: str) -> Grid:
    try:
        must_be_bounded(path, path.name, Most(unpacked=100_000_000, cells=3_000_000))
        with path.open("rb") as raw, warnings.catch_warnings():  # openpyxl leaves a broken file open
            warnings.simplefilter("ignore")  # of what a workbook has besides its cells
            book = openpyxl.load_workbook(raw, data_only=True)
    except FileNotFoundError:
        raise bad_file(path, "there is no such file", "Check its name") from None
    except Exception as fault:  # a broken workbook breaks openpyxl anywhere
        if isinstance(fault, WrongUse):
            raise bad_file(path, str(fault).rstrip("."), "Keep only the table") from None
        raise bad_file(path, "this is no Excel workbook (.xlsx)", "Save it again as .xlsx or CSV") from None
    names = tuple(s.title for s in book.worksheets)
    if not names:
        raise bad_file(path, "the workbook has no sheet of cells", "Save it again as .xlsx or CSV")
    if sheet and sheet not in names:
        raise one_of("sheet", sheet, list(names))
    found = book[sheet] if sheet else max(book.worksheets, key=lambda s: s.max_row * s.max_column)
    if found.max_row > _MOST_ROWS or found.max_column > _MOST_COLUMNS:
        raise bad_file(
            path, f"the sheet has {found.max_row:,} rows of {found.max_column:,} columns", "Keep the table"
        )
    cells = {
        (c.row, c.column): _text(c.value) for row in found.iter_rows() for c in row if c.value is not None
    }
    merged = set()
    for area in found.merged_cells.ranges:
        first = cells.get((area.min_row, area.min_col), "")
        if area.max_col > area.min_col:
            merged.add(area.min_row)
        for n in range(area.min_row, min(area.max_row, _MOST_ROWS) + 1):
            for k in range(area.min_col, min(area.max_col, _MOST_COLUMNS) + 1):
                cells[n, k] = first
    wide = found.max_column
    rows = ((n, [cells.get((n, k), "") for k in range(1, wide + 1)]) for n in range(1, found.max_row + 1))
    made = _made(path, found.title, rows)
    return Grid(made.name, made.numbers, made.rows, frozenset(merged), names)


def _made(path: Path, name: str, rows: Iterator[tuple[int, Sequence[str]]] | Any) -> Grid:
    kept = [(n, [c.strip() for c in row]) for n, row in rows if any(c.strip() for c in row)]
    if not kept:
        raise bad_file(path, "the table is empty", "Export it again")
    wide = max(len(row) for _, row in kept)
    return Grid(name, tuple(n for n, _ in kept), tuple((*row, *[""] * (wide - len(row))) for _, row in kept))


def _text(value: Any) -> str:
    """A cell as text: days as 2027-06-30, whole numbers without a point."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "".join(c for c in str(value) if c != "\0")
