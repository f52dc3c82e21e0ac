"""The dialect of a CSV file: spreadsheets separate cells by ``;`` and write decimals with a comma where the
locale does."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, get_args

from milepost.records import TABLES, Row
from milepost.records.written_numbers import either, may_be_either
from milepost.store.cells import Cell, Unreadable

SEPARATORS = (",", ";", "\t")
_DECIMAL_COMMA = re.compile(r"^[+-]?(\d+),(\d+)$")
_DECIMAL_POINT = re.compile(r"^[+-]?\d*\.\d+$")
Lines = tuple[tuple[int, tuple[str, ...]], ...]
Read = tuple[tuple[int, tuple[Cell, ...]], ...]


def separator(text: str, columns: Sequence[str]) -> str:
    """What parts the header into the most columns that the table knows; the comma, if nothing does so
    better."""
    first = next((line for line in text.splitlines() if line.strip() and not is_hint(line)), "")

    def known(sign: str) -> int:
        return len({name.strip() for name in next(csv.reader([first], delimiter=sign), [])} & set(columns))

    return max(SEPARATORS, key=known)


def is_hint(line: str) -> bool:
    """Whether a line is Excel's ``sep=;``, which is no row."""
    return re.fullmatch(r"sep=.?", line.strip().strip(";,\t").lower() or "-") is not None


def with_decimal_points(table: str, header: Sequence[str], lines: Lines) -> Read:
    """Decimal commas of the number columns as points, if the file leaves no doubt that commas are decimal.

    ``1,234`` alone may be either, and a file with ``1.5`` beside ``1,5`` follows no rule: such cells stay as
    they are, and the reader refuses them in words. Beside ``1,5`` a cell ``1.800`` may be 1800 or 1.8: it is
    the one that is refused, with both readings.
    """
    columns = {i for i, name in enumerate(header) if name in number_columns(TABLES[table])}
    cells = [row[i].strip() for _, row in lines for i in columns if i < len(row)]
    commas = [found for cell in cells if (found := _DECIMAL_COMMA.match(cell))]
    sure = next((c[0] for c in commas if len(c[2]) != 3 or len(c[1]) > 3 or c[1].startswith("0")), "")
    if not sure or any(_DECIMAL_POINT.match(cell) and not may_be_either(cell) for cell in cells):
        return lines

    def read(cell: str) -> str | Unreadable:
        text = cell.strip()
        if may_be_either(text):
            return Unreadable(*either(text, sure))
        return text.replace(",", ".") if _DECIMAL_COMMA.match(text) else cell

    return tuple((n, tuple(read(c) if i in columns else c for i, c in enumerate(row))) for n, row in lines)


@cache
def number_columns(kind: type[Row]) -> frozenset[str]:
    """Columns that hold numbers."""

    def holds(annotation: Any) -> bool:
        return annotation in (float, int) or any(holds(part) for part in get_args(annotation))

    return frozenset(name for name in kind.columns() if holds(kind.model_fields[name].annotation))
