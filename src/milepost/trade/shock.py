r"""Changes of trade costs from outside the network: a tariff war, a currency, a study of somebody else.

A CSV file has a row a pair of countries, or ``*`` for all of them, and what happens to its cost of trade:

    exporter, importer    country ids, or * for every other one
    sector                optional, where the programme has sectors; empty: all of them
    factor or percent     on the cost of trade as a whole (1.05 and 5 say the same); one of the two
    basis, source         as in every table

The factor stands beside what the network does, and both multiply:

    (1)  τ̂_ij = τ̂_ij(S) · f_ij,      f_ij = Π factors of the rows that touch the pair, in the file's order.

What stays within a country is not touched. So factors of 1 change nothing, and factors that equal the hats of
a set of commitments are worth what the set is.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from milepost.errors import BadData, Finding, WrongUse
from milepost.records.kinds import ANY, Basis

Floats = NDArray[np.float64]
COLUMNS = ("exporter", "importer", "sector", "factor", "percent", "basis", "source")
BASES: tuple[str, ...] = get_args(Basis)
MOST = 1000.0  # times as dear: beyond it a unit is wrong, or a ban is meant


@dataclass(frozen=True)
class ShockRow:
    """The cost of trade from ``exporter`` to ``importer`` (``*``: every other country), of a sector (empty:
    all), times ``factor``."""

    exporter: str
    importer: str
    sector: str
    factor: float
    basis: str
    source: str


@dataclass(frozen=True)
class Shock:
    """The rows of a file by its name."""

    name: str
    rows: tuple[ShockRow, ...]

    def factors(self, countries: Sequence[str], sector: str = "") -> Floats:
        """f of (1) for a sector [exporter, importer]; 1 within a country."""
        at = {c: k for k, c in enumerate(countries)}
        answer = np.ones((len(at), len(at)))
        for row in self.rows:
            if row.sector in ("", sector) and {row.exporter, row.importer} <= {ANY, *at}:
                sells = slice(None) if row.exporter == ANY else at[row.exporter]
                buys = slice(None) if row.importer == ANY else at[row.importer]
                answer[sells, buys] *= row.factor
        np.fill_diagonal(answer, 1.0)
        return answer

    @property
    def nothing(self) -> bool:
        """Does no row change anything?"""
        return all(row.factor == 1.0 for row in self.rows)

    @property
    def assumed(self) -> int:
        """Rows that nobody has published."""
        return sum(row.basis in ("assumed", "estimated") for row in self.rows)


def read_shock(file: Path, countries: Sequence[str], sectors: Sequence[str] = ()) -> Shock:
    """The shock in a CSV file, for the ids of a programme.

    Raises ``WrongUse`` where there is no such file or no table in it, ``BadData`` with a finding for each
    cell that says nothing.
    """
    head, cells = _table(file)
    known = _Known(file.name, {ANY, *countries}, {"", *sectors})
    faults = [known.finding(1, name, *said) for name, said in _of_head(head)]
    rows: list[ShockRow] = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, values in cells:
        row = dict(zip(head, values, strict=False))
        found = list(known.faults(line, row))
        key = row.get("exporter", ""), row.get("importer", ""), row.get("sector", "")
        if key in seen:
            said = f"{key[0]} to {key[1]} stands in line {seen[key]} already"
            found.append(known.finding(line, "exporter", said, "Keep one of them"))
        seen.setdefault(key, line)
        faults += found
        if not found and not faults:
            rows.append(ShockRow(*key, _factor(row), row.get("basis", ""), row.get("source", "")))
    if not cells:
        faults.append(known.finding(1, "exporter", "the file has no row", "Write a row a pair of countries"))
    if faults:
        raise BadData(tuple(faults))
    return Shock(file.name, tuple(rows))


def _table(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head and the rows with their lines; separated by commas or by semicolons."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise WrongUse(f"'{file}' cannot be read: {fault.strerror or fault}.") from None
    except UnicodeDecodeError:
        raise WrongUse(f"'{file}' is no text in UTF-8; save it as CSV UTF-8.") from None
    first = text.split("\n", 1)[0]
    sign = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=sign)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                made = [cell.strip() for cell in cells]
                rows.append((reader.line_num, [c.replace(",", ".") for c in made] if sign == ";" else made))
    except csv.Error as fault:
        raise WrongUse(f"'{file}', line {reader.line_num}: {fault}.") from None
    if not rows:
        raise WrongUse(f"'{file}' is empty; its head is {', '.join(COLUMNS)}.")
    return [name.lower() for name in rows[0][1]], rows[1:]


def _of_head(head: Sequence[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in head:
        if name not in COLUMNS:
            yield name, (f"there is no column '{name}'", f"Columns are {', '.join(COLUMNS)}")
        elif head.count(name) > 1:
            yield name, (f"the column {name} stands twice", "Keep one of them")
    for name in ("exporter", "importer", "basis"):
        if name not in head:
            yield name, (f"the column {name} is missing", "Add it")
    if not {"factor", "percent"} & set(head):
        yield "factor", ("neither factor nor percent is a column", "Add one of them")


@dataclass(frozen=True)
class _Known:
    """What a row may name."""

    file: str
    countries: set[str]
    sectors: set[str]

    def finding(self, line: int, column: str, message: str, remedy: str) -> Finding:
        return Finding("shock", self.file, line, "", message, remedy, column, "values")

    def faults(self, line: int, row: Mapping[str, str]) -> Iterator[Finding]:
        """What is wrong in a row."""
        for column in ("exporter", "importer"):
            if column in row and row[column] not in self.countries:
                said = f"there is no country '{row[column]}'"
                yield self.finding(line, column, said, "Write an id of countries.csv, or * for all")
        if row.get("exporter") == row.get("importer") != ANY:
            said = "what a country sells to itself has no cost of trade here"
            yield self.finding(line, "importer", said, "Name two countries, or leave the row out")
        if row.get("sector", "") not in self.sectors:
            said = f"there is no sector '{row['sector']}'"
            yield self.finding(line, "sector", said, "Write an id of sectors.csv, or leave it empty for all")
        given = [name for name in ("factor", "percent") if row.get(name)]
        if len(given) != 1:
            said = "both factor and percent are given" if given else "neither factor nor percent is given"
            yield self.finding(line, "factor", said, "Write one of the two")
        elif not 0.0 < _factor(row) <= MOST:
            said = f"{given[0]} is '{row[given[0]]}'"
            remedy = f"Write a factor above 0 and up to {MOST:g}, or a change in per cent above -100"
            yield self.finding(line, given[0], said, remedy)
        if row.get("basis") not in BASES:
            said = f"basis is '{row.get('basis', '')}'"
            yield self.finding(line, "basis", said, f"Write {', '.join(BASES)}")
        elif row["basis"] == "sourced" and not row.get("source"):
            yield self.finding(line, "source", "it is sourced, and the source is empty", "Name the source")


def _factor(row: Mapping[str, str]) -> float:
    """The factor of a row; nan where it says none."""
    try:
        value = float(row["factor"]) if row.get("factor") else 1.0 + float(row["percent"]) / 100.0
    except ValueError:
        return math.nan
    return value
