"""The tables of an example while they are filled from the facts, and what every part of the filling needs."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from milepost.records import TABLES

HERE = Path(__file__).resolve().parent.parent
RULES = HERE / "example_rules"
EXAMPLES = HERE.parent / "src" / "milepost" / "examples"
PROGRAMME = {"north-south": "INSTC", "northern-corridor": "NCOR"}

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rules(name: str) -> list[Row]:
    """Rows of a table of rules."""
    return table(RULES / f"{name}.csv")


def number(value: float, digits: int = 6) -> str:
    """A number as short as it is exact to some digits."""
    return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"


def note(*parts: str) -> str:
    """Sentences in one cell."""
    return "; ".join(part for part in parts if part)


class Example:
    """Tables of one example while they are filled; ``unplaced`` says of which fact why it has no row."""

    def __init__(self, name: str, facts: Path, examples: Path = EXAMPLES) -> None:
        self.name, self.facts, self.folder = name, facts, examples / name
        self.tables: dict[str, list[Row]] = {}
        self.made: dict[str, list[Row]] = defaultdict(list)
        self.unplaced: list[str] = []

    def rows(self, name: str) -> list[Row]:
        """Rows of a table as they stand, each that was made in the place of the one before, new ones last."""
        if name not in self.tables:
            path = self.folder / f"{name}.csv"
            self.tables[name] = table(path) if path.exists() else []
        new = {row["id"]: row for row in self.made[name]}
        stand = {row["id"] for row in self.tables[name]}
        kept = [new.get(row["id"], row) for row in self.tables[name]]
        return kept + [row for ident, row in new.items() if ident not in stand]

    def add(self, name: str, row: Row) -> None:
        """A made row. The line of a sea leg is drawn by sea_lines.py, and stays."""
        if name == "links":
            before = next((r for r in self.rows(name) if r["id"] == row["id"]), {})
            row = row | {"geometry": before.get("geometry", "")}
        self.made[name].append(row)

    def no(self, fact: str, why: str) -> None:
        """A fact without a row."""
        self.unplaced.append(f"{self.name} {fact}: {why}")

    def fact(self, name: str) -> list[Row]:
        """A table of facts."""
        return table(self.facts / f"{name}.csv")

    def write(self, name: str, rows: Iterable[Row]) -> None:
        """A table in the folder: columns in the order of the records."""
        kind = TABLES.get(name)
        rows = list(rows)
        path = self.folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        before = next(csv.reader(io.StringIO(text)), [])
        asked = {key for row in rows for key, value in row.items() if value}
        known = list(kind.columns()) if kind else list(dict.fromkeys(key for row in rows for key in row))
        columns = [c for c in known if c in asked or c in before]
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")
