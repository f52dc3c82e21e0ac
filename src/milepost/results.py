"""What an answer is, and its one shape: in one line, as a table, as plain values, as JSON and CSV text.

Every answer of every room is a :class:`Result`. Its ``as_dict`` *is* what ``--json`` prints and what the API
sends; its ``table`` is what ``--csv`` prints; how it looks on a terminal is laid out by the command.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import numpy as np

from milepost.errors import Finding
from milepost.files import no_formula

if TYPE_CHECKING:
    import pandas as pd

Row = TypeVar("Row")
Form = Literal["text", "json", "csv"]
Cell = str | int | float | None
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class Result:
    """An answer of the library. Its arrays may hold thousands of numbers, so its ``repr`` is one line, never
    all of them."""

    def frame(self) -> pd.DataFrame:
        """The answer as a table (pandas); units are in the names of columns, or in the name of the axis if
        all have one. By default that of :meth:`table`: an answer defines one of the two, or both."""
        if type(self).table is Result.table:
            raise NotImplementedError
        columns, rows = self.table()
        return frame_of([list(row) for row in rows], columns)

    def rounded(self, digits: int = 3) -> pd.DataFrame:
        """The same table to read and to draw: numbers to ``digits`` significant digits, days as days (as
        precise as their source: what is no whole day stays text), counts as whole numbers that may be absent.

        ``attrs`` of the table says what it is (``about``), of which day (``on``), and units: ``unit`` if all
        numbers have one, ``units`` by column. :meth:`frame` keeps every digit.
        """
        return typed(self.frame(), digits, about=self.headed(), unit=getattr(self, "unit", ""))

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        raise NotImplementedError

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """The answer as plain rows: columns, and a row each with None for an absent value. What ``--csv``
        prints."""
        frame = self.frame()
        frame = frame.reset_index() if frame.index.name is not None else frame
        cells = frame.astype(object).where(frame.notna(), None)
        return [str(c) for c in cells.columns], [
            [plain(v) for v in row] for row in cells.itertuples(index=False)
        ]

    def headed(self) -> str:
        """What it is, in a few words, with unit and day where it has them."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.headed()}>"

    def _repr_html_(self) -> str:
        frame = self.rounded()
        named = frame.index.name is not None  # a bare count of rows tells nothing
        unit = frame.attrs.get("unit", "")
        under = f" <small>{escape(unit)}</small>" if unit and unit not in self.headed() else ""
        return f"<p>{escape(self.headed())}{under}</p>" + str(
            frame.to_html(index=named, float_format=_told, na_rep="–")
        )


class Rows(Result, tuple[Row, ...]):
    """A tuple, and a result too: a row each. ``name`` says what the rows are, ``day`` as of when, ``unit`` in
    which unit their numbers are, if all have one."""

    name: str
    day: dt.date | None
    unit: str
    heads: Sequence[str] = ()  # columns, where no row is there to tell them

    def __new__(
        cls,
        rows: Iterable[Row] = (),
        name: str = "rows",
        day: dt.date | None = None,
        unit: str = "",
        heads: Sequence[str] = (),
    ) -> Self:
        made = super().__new__(cls, tuple(rows))
        made.name, made.day, made.unit = name, day, unit
        made.heads = heads or cls.heads
        return made

    def headed(self) -> str:
        """How many of what, on which day."""
        return f"{len(self)} {self.name}" + (f" on {self.day}" if self.day else "")

    def as_dict(self) -> dict[str, Any]:
        """The day and the unit, and the rows under their name."""
        day = {"on": self.day.isoformat()} if self.day else {}
        unit = {"unit": self.unit} if self.unit else {}
        return {**day, **unit, self.name.replace(" ", "_"): [record(row) for row in self]}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row each, a column for each of its fields; what holds several values is one text, divided by
        semicolons."""
        rows = [record(row) for row in self]
        columns = list(dict.fromkeys(name for row in rows for name in row)) or list(self.heads)
        return columns, [[cell(row.get(name)) for name in columns] for row in rows]


class Findings(Rows[Finding]):
    """Faults in the data, what stops everything first."""

    heads: Sequence[str] = tuple(f.name for f in fields(Finding))

    @property
    def of_everything(self) -> int:
        """How many stop everything that computes."""
        return sum(f.needed_for == "everything" for f in self)

    @property
    def of_values(self) -> int:
        """How many stop only what needs values."""
        return sum(f.needed_for == "values" for f in self)


@dataclass(frozen=True, repr=False)
class Made(Result):
    """What was written or changed, in one row of named plain values: which file, how many rows.

    For answers that no other room reads; what a room computes has a class of its own.
    """

    what: str
    facts: Mapping[str, Any]

    def headed(self) -> str:
        """What was made."""
        return self.what

    def as_dict(self) -> dict[str, Any]:
        """The facts."""
        return {name: plain(value) for name, value in self.facts.items()}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """One row, a column a fact."""
        facts = self.as_dict()
        return list(facts), [[cell(value) for value in facts.values()]]


def frame_of(
    data: Any,
    columns: Sequence[str] | None = None,
    index: Sequence[str] | None = None,
    row: str = "",
    column: str = "",
) -> pd.DataFrame:
    """A table of pandas; ``row`` and ``column`` name its axes. The one place that loads pandas for an answer,
    when a table is asked for: it takes longer to load than most commands take to run."""
    import pandas as pd

    frame = pd.DataFrame(
        data, None if index is None else list(index), None if columns is None else list(columns)
    )
    if row:
        frame.index.name = row
    if column:
        frame.columns.name = column
    return frame


UNITS = {  # end of a column's name -> unit
    "musd_per_year": "MUSD/year",
    "musd": "MUSD",
    "usd_per_tkm": "USD/tkm",
    "usd_per_t": "USD/t",
    "usd_m": "MUSD",
    "mt_per_year": "Mt/year",
    "mt": "Mt",
    "kmh": "km/h",
    "km": "km",
    "hours": "h",
    "days": "days",
    "days_late": "days",
    "slip_days": "days",
    "percent": "%",
    "per_year": "1/year",
}


def typed(frame: pd.DataFrame, digits: int, *, about: str, unit: str = "") -> pd.DataFrame:
    """A table with numbers of ``digits`` significant digits and columns of types; see
    :meth:`Result.rounded`."""
    made = frame.copy()
    for name in made.columns:
        counted = not unit and _unit_of(str(name)) in ("", "days", "%")
        made[name] = _column(made[name], digits, counted=counted)
    units = {str(c): found for c in made.columns if (found := _unit_of(str(c)))}
    made.attrs = {"about": about, **({"unit": unit} if unit else {}), **({"units": units} if units else {})}
    return made


def _unit_of(column: str) -> str:
    ends = sorted(UNITS, key=len, reverse=True)
    return next((UNITS[end] for end in ends if column == end or column.endswith(f"_{end}")), "")


def _column(column: Any, digits: int, *, counted: bool) -> Any:
    """One column with its type: days, whole numbers (where it may hold counts), rounded numbers, or as it
    is."""
    there = list(column.dropna())
    if there and all(isinstance(v, str) and _DAY.match(v) for v in there):
        return column.astype("datetime64[s]")
    if there and column.dtype == object and all(type(v) in (int, float) for v in there):
        column = column.astype(float)
    if column.dtype.kind != "f":
        return column
    if counted and there and all(float(v).is_integer() for v in there):
        return column.astype("Int64")
    return column.map(lambda v: float(f"{v:.{digits}g}") if np.isfinite(v) else v)


def _told(value: float) -> str:
    """A rounded number as people read it: never in powers of ten."""
    if value == 0 or not np.isfinite(value):
        return "0" if value == 0 else str(value)
    return (
        f"{value:,.0f}"
        if abs(value) >= 100
        else f"{value:,.{max(0, 2 - int(np.floor(np.log10(abs(value)))))}f}"
    )


def show(answer: Result, form: Form) -> str:
    """The answer as text: one JSON document, one CSV table, or its heading and its table for people.

    The same for every answer and every door; ends with a line break.
    """
    if form == "json":
        return json.dumps(answer.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if form == "csv":
        return csv_text(*answer.table())
    return f"{answer.headed()}\n{answer.frame().to_string()}\n"


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """One CSV table; an empty cell is an absent value, and none is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([no_formula(column) for column in columns])
    writer.writerows(
        [
            ["" if cell is None else no_formula(cell) if isinstance(cell, str) else cell for cell in row]
            for row in rows
        ]
    )
    return out.getvalue()


def largest(names: Sequence[str], values: Sequence[float], number: int) -> list[tuple[str, float]]:
    """The names whose values are largest in size, with these; of equal ones the first."""
    return sorted(zip(names, values, strict=True), key=lambda pair: -abs(pair[1]))[:number]


def by_reason(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    """The same turned round: each reason with all that it holds for, in order."""
    found: dict[str, list[str]] = {}
    for name, why in reasons.items():
        found.setdefault(why, []).append(name)
    return found


def by_country(outcome: Any, *columns: str) -> pd.DataFrame:
    """A row per country of an outcome with arrays by country."""
    rows = {name: np.asarray(getattr(outcome, name)) for name in columns}
    return frame_of(rows, index=outcome.countries, row="country")


def solved_in_words(outcome: Any) -> str:
    """An equilibrium in one line: how many countries, under which closure, and the worst of its independent
    checks."""
    n = len(outcome.countries)
    return (
        f"equilibrium of {n} countr{'ies' if n != 1 else 'y'}, closure '{outcome.closure}', checks "
        f"{outcome.checks.worst:.0e}"
    )


def plain(value: Any) -> Any:
    """Anything in a result as JSON values: dates in ISO form, rows and arrays as lists and mappings, NaN as
    None."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return str(value.id)  # a row of a table is known by its id
    if is_dataclass(value) and [f.name for f in fields(value)] != ["text"]:
        return record(value)
    return str(value)


def record(row: Any) -> dict[str, Any]:
    """A row's fields as plain values; if it knows its own plain form, that one, with its first field (its id)
    in front."""
    names = [f.name for f in fields(row)]
    if hasattr(row, "as_dict"):
        return {names[0]: plain(getattr(row, names[0])), **row.as_dict()}
    return {name: plain(getattr(row, name)) for name in names}


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def cell(value: Any) -> Any:
    """A plain value as one cell of a table: what holds several is one text, divided by semicolons."""
    if isinstance(value, dict):
        return "; ".join(k if isinstance(v, dict | list) else f"{k} {_short(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(" ".join(map(_short, v)) if isinstance(v, list) else str(cell(v)) for v in value)
    return value
