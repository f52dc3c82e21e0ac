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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.apart import apart
from milepost.errors import WrongUse
from milepost.intake.foreign.cells import amount_in
from milepost.intake.foreign.reading import (
    Faults,
    Ledger,
    Named,
    Proposed,
    Reading,
    Unread,
    bad_file,
    number_of,
    short,
    text_of_file,
)

FROM = ("exporter", "origin", "from", "o", "orig", "from_country", "origin_country", "from_zone")
TO = ("importer", "destination", "to", "d", "dest", "to_country", "destination_country", "to_zone")
REPORTER, PARTNER = ("reporter", "reporter_iso", "reporteriso"), ("partner", "partner_iso", "partneriso")
FLOW = ("flow", "trade_flow", "flowcode", "flow_code", "direction")  # whether the reporter bought or sold
_BOUGHT, _SOLD = {"m", "import", "imports"}, {"x", "export", "exports"}
# what one of a column is worth in MUSD
UNITS = {
    **dict.fromkeys(("usd", "us_dollars", "dollars", "value_usd", "usd_per_year"), 1e-6),
    **dict.fromkeys(("kusd", "usd_k", "thousand_usd", "value_kusd", "usd_thousand"), 1e-3),
    **dict.fromkeys(("usd_m", "musd", "million_usd", "usd_million", "value_musd", "musd_per_year"), 1.0),
    **dict.fromkeys(("value", "flow", "trade", "amount"), 1.0),
}
UNSAID = ("value", "flow", "trade", "amount")
# words of a heading: what is counted there, in how many, and money that is not of the register
_DOLLARS = re.compile(r"usd|us\$|\$|dollars?|долл\w*|دلار", re.IGNORECASE)
_SCALES = (
    (re.compile(r"(?<![^\W\d_])(millions?|mill?|mln|mn|mio|m|млн|миллион\w*|میلیون|مليون)(?![^\W\d_])"), 1.0),
    (
        re.compile(
            r"(?<![^\W\d_])(thousands?|thsd?|k|тыс|тысяч\w*|milliers?|هزار|ألف)(?![^\W\d_])"
            r"|\b1[ .,]?000\b|\b000\b"
        ),
        1e-3,
    ),
    (
        re.compile(
            r"(?<![^\W\d_])(billions?|bn|bln|mrd|milliards?|млрд|миллиард\w*|میلیارد|مليار)(?![^\W\d_])"
        ),
        1e3,
    ),
)
_CURRENCY = re.compile(
    r"\b(eur|euros?|gbp|rub|cny|rmb|irr|kzt|try|inr|jpy|chf|yuan|roubles?|rials?|руб\w*)\b|€|£|¥"
)
OTHER = ("tonnes", "tons", "t", "kt", "mt", "teu", "trips", "vehicles", "trucks", "weight", "volume")
_MOST_CELLS = 4_000_000
Cell = tuple[str, str, float, str]  # origin, destination, MUSD a year, where it stands


@dataclass(frozen=True)
class _Columns:
    """Where the seller, the buyer and the money of a list stand, and the column that says of each row whether
    its reporter bought (-1: none; then the seller is the exporter)."""

    seller: int
    buyer: int
    money: int
    flow: int = -1


def read_long(path: Path, source: str = "") -> Reading:
    """A list of flows: a row a pair of countries, with a column of money. Raises ``BadData`` where a column
    is missing, money is in no known unit, or rows are of several years."""
    head, rows = _rows_of(path)
    ledger = Ledger()
    at = {_plain(name): k for k, name in reversed(list(enumerate(head)))}
    columns = _columns(path, head, rows, at)
    if not _DOLLARS.search(head[columns.money]):
        told = f"the unit of {short(head[columns.money], 40)}"
        ledger.add("line 1", told, "is not said: million USD a year was taken")
    used = {columns.seller, columns.buyer, columns.money, columns.flow, at.get("year", -1)}
    for k, name in enumerate(head):
        if k not in used and name:
            ledger.add("line 1", f"the column {short(name, 40)}", "has no column here: its rows are added up")
    name = source or path.stem
    flows = _flows(_cells(head, rows, columns, ledger), name, ledger)
    return Reading("long", name, tuple(flows), ledger.lines())


def _cells(head: list[str], rows: list[list[str]], columns: _Columns, ledger: Ledger) -> Iterator[Cell]:
    unit = unit_of(head[columns.money]) or 1.0
    decimal = _decimal_of([row[columns.money] for row in rows if len(row) > columns.money])
    if decimal == ",":
        told = f"the numbers of {short(head[columns.money], 40)}"
        ledger.add("line 1", told, "are read with a comma before the decimals")
    for n, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        found = (
            row[k].strip() if k < len(row) else "" for k in (columns.seller, columns.buyer, columns.money)
        )
        a, b, text = found
        said = row[columns.flow].strip().lower() if 0 <= columns.flow < len(row) else ""
        value = _amount(text, decimal)
        if columns.flow >= 0 and said not in _BOUGHT | _SOLD:
            ledger.add(
                f"line {n}", f"rows of the flow '{short(said, 20)}'", "are neither imports nor exports"
            )
        elif value is None:
            ledger.add(f"line {n}", f"'{short(text, 30)}' as a flow", "is no number")
        else:
            yield *((b, a) if said in _BOUGHT else (a, b)), value * unit, f"line {n}"


def _decimal_of(cells: list[str]) -> str:
    """What stands before the decimals in a column: a comma where more cells say so than say a point."""
    commas = points = 0
    for cell in map(_bare, cells):
        comma, point = cell.rfind(","), cell.rfind(".")
        if comma >= 0 and point >= 0:
            commas, points = commas + (comma > point), points + (point > comma)
        elif comma >= 0:
            decimal = cell.count(",") == 1 and len(cell) - comma != 4
            commas, points = commas + decimal, points + (cell.count(",") > 1)
        elif point >= 0:
            decimal = cell.count(".") == 1 and len(cell) - point != 4
            commas, points = commas + (cell.count(".") > 1), points + decimal
    return "," if commas > points else "."


def _amount(cell: str, decimal: str) -> float | None:
    """The number of a cell, with thousands grouped or not; None for anything else."""
    text = _bare(cell)
    if "," not in text and (decimal == "." or "." not in text):
        return number_of(text)
    return amount_in(text, 1.0, decimal) if re.fullmatch(r"-?[\d.,]+", text) else None


def _bare(cell: str) -> str:
    return re.sub(r"[\s'\u2019]|^\$|^USD|USD$|\$$", "", cell.strip())


def _columns(path: Path, head: list[str], rows: list[list[str]], at: Mapping[str, int]) -> _Columns:
    """What stands where. Raises ``BadData``."""
    faults = Faults(path.name)
    seller, buyer = (next((at[name] for name in names if name in at), -1) for names in (FROM, TO))
    flow = -1
    if seller < 0 and buyer < 0 and (reports := [at[n] for n in REPORTER if n in at]):
        seller, buyer = reports[0], next((at[n] for n in PARTNER if n in at), -1)
        flow = _flow_of(rows, at, faults)
    money = [k for k, name in enumerate(head) if k != flow and unit_of(name) is not None]
    exact = [k for k in money if _plain(head[k]) in UNITS]
    for what, column in (("from whom", seller), ("to whom", buyer)):
        if column < 0:
            faults.add(f"no column says {what} goods go", "Call it exporter, or importer", line=1)
    if not money:
        other = [name for name in head if _plain(name) in OTHER or _CURRENCY.search(name.lower())]
        told = f"flows are in {short(other[0], 40)}, and trade is kept in money (USD)" if other else ""
        faults.add(told or "no column holds money", "Give million USD a year in a column usd_m", line=1)
    elif len(money) > 1 and not exact:
        names = " and ".join(f"'{short(head[k], 30)}'" for k in money[:3])
        faults.add(f"several columns hold money: {names}", "Keep one, or call it usd_m", line=1)
    years = {row[at["year"]].strip() for row in rows if "year" in at and len(row) > at["year"]} - {""}
    if len(years) > 1:
        held = f"{min(years)} to {max(years)}"
        faults.add(f"the rows are of the years {held}", "Keep the rows of one year", column="year")
    faults.stop()
    return _Columns(seller, buyer, min(exact or money, key=lambda k: _rank(head[k])), flow)


def _flow_of(rows: list[list[str]], at: Mapping[str, int], faults: Faults) -> int:
    """The column that says whether reporters bought or sold; all rows must say the same, else trade would
    count twice."""
    for column in (at[name] for name in FLOW if name in at):
        said = {row[column].strip().lower() for row in rows if len(row) > column}
        if said & _BOUGHT and said & _SOLD:
            faults.add("rows are of imports and of exports", "Keep the rows of one of them", line=1)
        if said & (_BOUGHT | _SOLD):
            return column
    remedy = "Call the columns exporter and importer, or add a column flow with import or export"
    faults.add("the list does not say whether its reporters bought or sold", remedy, line=1)
    return -1


def _rank(heading: str) -> int:
    """Columns of money by how plainly their heading says so."""
    plain = _plain(heading)
    return list(UNITS).index(plain) if plain in UNITS else len(UNITS)


def unit_of(heading: str) -> float | None:
    """What one of a column is worth in MUSD, by its heading: ``usd_m``, ``Value (thousand US$)``, ``Trade
    value``. None where it is no money, or of another currency."""
    plain, words = _plain(heading), heading.lower()
    if plain in UNITS:
        return UNITS[plain]
    if _CURRENCY.search(words):
        return None
    if not _DOLLARS.search(words.replace("_", " ")):
        return 1.0 if plain in ("trade_value", "value_of_trade", "valeur", "стоимость", "ارزش") else None
    return next((scale for said, scale in _SCALES if said.search(words.replace("_", " "))), 1e-6)


def read_omx(path: Path, source: str = "") -> Reading:
    """An open matrix (OMX 0.2): the matrix ``total``, else all matrices added up, its zones named by a
    lookup. Raises ``BadData`` for what is none, ``WrongUse`` where the library that reads it is missing."""
    if not path.is_file():
        raise bad_file(path, "there is no such file", "Check its name")
    # in a process of its own: on some broken files the library never comes back
    names, matrix, factor, told = apart(matrix_of_file, path, what=path.name)
    ledger = Ledger()
    for unread in told:
        ledger.add(unread.where, unread.what, unread.why)

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


def matrix_of_file(path: Path) -> tuple[list[str], list[list[float]], float, tuple[Unread, ...]]:
    """Names of the zones, the matrix, what one of it is worth in MUSD, and what was not understood. Raises
    as :func:`read_omx` does."""
    try:
        import h5py
    except ImportError:
        raise WrongUse("OMX is read by h5py: install it with pip install 'milepost[omx]'.") from None
    ledger = Ledger()
    try:
        with h5py.File(path, "r") as file:
            names, matrix, factor = _matrix(file, path, ledger)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError, MemoryError) as fault:
        raise bad_file(path, f"this is no OMX file: {short(str(fault), 120)}", "Export it again") from None
    return names, matrix, factor, ledger.lines()


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
