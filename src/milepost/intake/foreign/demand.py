"""Demand as planners keep it: a list of flows between countries (CSV), or an open matrix (OMX, in HDF5).

What the register holds is trade in million USD a year between countries of the programme, so that is what is
taken: the unit is read from the heading of the list (``usd``, ``kusd``, ``usd_m``) or the attribute ``unit``
of the matrix, and tonnes, trips or vehicles are refused. Zones are matched with countries by code or name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from milepost.errors import WrongUse
from milepost.intake.foreign.reading import (
    Faults,
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    number_of,
    short,
    text_of_file,
)

FROM = ("exporter", "origin", "from", "o", "orig", "reporter", "from_country", "origin_country", "from_zone")
TO = ("importer", "destination", "to", "d", "dest", "partner", "to_country", "destination_country", "to_zone")
# what one of a column is worth in MUSD
UNITS = {
    **dict.fromkeys(("usd", "us_dollars", "dollars", "value_usd", "usd_per_year"), 1e-6),
    **dict.fromkeys(("kusd", "usd_k", "thousand_usd", "value_kusd", "usd_thousand"), 1e-3),
    **dict.fromkeys(("usd_m", "musd", "million_usd", "usd_million", "value_musd", "musd_per_year"), 1.0),
    **dict.fromkeys(("value", "flow", "trade", "amount"), 1.0),
}
UNSAID = ("value", "flow", "trade", "amount")
OTHER = ("tonnes", "tons", "t", "kt", "mt", "teu", "trips", "vehicles", "trucks", "weight", "volume")
_MOST_CELLS = 4_000_000
Cell = tuple[str, str, float, str]  # origin, destination, MUSD a year, where it stands


def read_long(path: Path, source: str = "") -> Reading:
    """A list of flows: a row a pair of countries, with a column of money. Raises ``BadData`` where a column
    is missing, money is in no known unit, or rows are of several years."""
    head, rows = _rows_of(path)
    ledger = Ledger()
    at = {_plain(name): k for k, name in reversed(list(enumerate(head)))}
    origin, destination, money = _columns(path, head, rows, at)
    unit = _plain(head[money])
    if unit in UNSAID:
        ledger.add("line 1", f"the unit of {head[money]}", "is not said: million USD a year was taken")
    used = {origin, destination, money, *(at[n] for n in ("year",) if n in at)}
    for k, name in enumerate(head):
        if k not in used and name:
            ledger.add("line 1", f"the column {short(name, 40)}", "has no column here: its rows are added up")

    def cells() -> Iterator[Cell]:
        for n, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            a, b, text = (row[k].strip() if k < len(row) else "" for k in (origin, destination, money))
            value = number_of(text.replace("\u00a0", "").replace(" ", ""))
            if value is None:
                ledger.add(f"line {n}", f"'{short(text, 30)}' as a flow", "is no number")
            else:
                yield a, b, value * UNITS[unit], f"line {n}"

    name = source or path.stem
    return Reading("long", name, tuple(_flows(cells(), name, ledger)), ledger.lines())


def _columns(
    path: Path, head: list[str], rows: list[list[str]], at: Mapping[str, int]
) -> tuple[int, int, int]:
    """Where the origin, the destination and the money of a list stand."""
    faults = Faults(path.name)
    found = [next((at[name] for name in names if name in at), -1) for names in (FROM, TO, UNITS)]
    for what, column in (("from whom", found[0]), ("to whom", found[1])):
        if column < 0:
            faults.add(f"no column says {what} goods go", "Call it exporter, or importer", line=1)
    if found[2] < 0:
        other = [name for name in head if _plain(name) in OTHER]
        told = f"flows are in {other[0]}, and trade is kept in money" if other else "no column holds money"
        faults.add(told, "Give million USD a year in a column usd_m", line=1)
    years = {row[at["year"]].strip() for row in rows if "year" in at and len(row) > at["year"]} - {""}
    if len(years) > 1:
        held = f"{min(years)} to {max(years)}"
        faults.add(f"the rows are of the years {held}", "Keep the rows of one year", column="year")
    faults.stop()
    return found[0], found[1], found[2]


def read_omx(path: Path, source: str = "") -> Reading:
    """An open matrix (OMX 0.2): the matrix ``total``, else all matrices added up, its zones named by a
    lookup. Raises ``BadData`` for what is none, ``WrongUse`` where the library that reads it is missing."""
    try:
        import h5py
    except ImportError:
        raise WrongUse("OMX is read by h5py: install it with pip install 'milepost[omx]'.") from None
    if not path.is_file():
        raise bad_file(path, "there is no such file", "Check its name")
    ledger = Ledger()
    try:
        with h5py.File(path, "r") as file:
            names, matrix, factor = _matrix(file, path, ledger)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError, MemoryError) as fault:
        raise bad_file(path, f"this is no OMX file: {short(str(fault), 120)}", "Export it again") from None

    def cells() -> Iterator[Cell]:
        for i, a in enumerate(names):
            for j, b in enumerate(names):
                value = float(matrix[i][j])
                if value == 0:
                    continue
                if value == value and abs(value) != float("inf"):
                    yield a, b, value * factor, f"cell {a}, {b}"
                else:
                    ledger.add(f"cell {a}, {b}", "a flow", "is no number")

    name = source or path.stem
    return Reading("omx", name, tuple(_flows(cells(), name, ledger)), ledger.lines())


def _matrix(file: Any, path: Path, ledger: Ledger) -> tuple[list[str], list[list[float]], float]:
    """Names of the zones, the matrix as rows of numbers, and what one of it is worth in MUSD."""
    if not hasattr(file.get("data"), "keys"):
        raise bad_file(path, "the file holds no matrix under /data", "Export it as OMX")
    held = {name: one for name in file["data"] if hasattr(one := file["data"][name], "shape")}
    if not held:
        raise bad_file(path, "the file holds no matrix under /data", "Export it as OMX")
    whole = [name for name in held if name.lower() == "total"]
    taken = whole[:1] or sorted(held)
    shapes = {held[name].shape for name in taken}
    size = next(iter(shapes))
    if len(shapes) > 1 or len(size) != 2 or size[0] != size[1] or size[0] * size[1] > _MOST_CELLS:
        raise bad_file(
            path, f"its matrices are not square, alike and of at most 2,000 zones: {shapes}", "Cut it"
        )
    if whole and len(held) > 1:
        ledger.add("/data", f"the matrices beside {whole[0]}", "are left out: it is their total")
    elif len(taken) > 1:
        ledger.add("/data", f"the matrices {short(', '.join(taken), 80)}", "are added up")
    matrix = sum((held[name][...].astype(float) for name in taken[1:]), held[taken[0]][...].astype(float))
    unit = _plain(_text(held[taken[0]].attrs.get("unit", file.attrs.get("unit", ""))))
    if unit and unit not in UNITS:
        raise bad_file(
            path, f"flows are in {short(unit, 30)}, and trade is kept in money", "Give million USD a year"
        )
    if not unit or unit in UNSAID:
        ledger.add("/data", "the unit of the matrix", "is not said: million USD a year was taken")
    return _zones(file, size[0], path), matrix.tolist(), UNITS[unit] if unit else 1.0


def _zones(file: Any, size: int, path: Path) -> list[str]:
    """Zones by the lookup that names most of them in words; without one there is nobody to match."""
    lookups = file.get("lookup", {})
    named = [
        [_text(x) for x in lookups[name][...].tolist()]
        for name in lookups
        if getattr(lookups[name], "shape", ()) == (size,)
    ]
    if not named:
        raise bad_file(path, "no lookup names its zones", "Add one with ISO codes or names of countries")
    return max(named, key=lambda names: sum(bool(re.search(r"[^\W\d_]", name)) for name in names))


def _flows(cells: Iterable[Cell], name: str, ledger: Ledger) -> Iterator[Proposed]:
    """A row of flows for each pair, cells of one pair added up."""
    total: dict[tuple[str, str], float] = {}
    first: dict[tuple[str, str], str] = {}
    for a, b, musd, where in cells:
        if not a or not b:
            ledger.add(where, "a flow", "names no country")
        elif musd < 0:
            ledger.add(where, f"{musd:g} MUSD from {short(a, 30)} to {short(b, 30)}", "is below zero")
        else:
            if (a, b) in total:
                ledger.add(where, "flows of a pair that stood before", "are added to it")
            total[a, b] = total.get((a, b), 0.0) + musd
            first.setdefault((a, b), where)
    for (a, b), musd in total.items():
        yield Proposed(
            "flows",
            f"{a} > {b}",
            {"usd_m": f"{musd:.9g}"},
            {"basis": "sourced", "source": name},
            names={"exporter": (_country(a),), "importer": (_country(b),)},
            same=("exporter", "importer"),
            where=first[a, b],
        )


def _country(name: str) -> Named:
    return Named("countries", name, code=name if len(name) in (2, 3) else "")


def _rows_of(path: Path) -> tuple[list[str], list[list[str]]]:
    text = text_of_file(path)
    line = text.split("\n", 1)[0]
    sign = max((",", ";", "\t"), key=line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as fault:
        raise bad_file(path, f"this is no CSV: {fault}", "Export it again") from None
    if len(rows) < 2:
        raise bad_file(path, "there is a head and no rows", "Export it again")
    return rows[0], rows[1:]


def _plain(heading: str) -> str:
    """A heading in small letters, words joined by underlines."""
    return re.sub(r"[\W_]+", "_", heading.strip().lower()).strip("_")


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace").strip() if isinstance(value, bytes) else str(value).strip()
