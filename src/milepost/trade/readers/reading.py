"""What a reader returns, the ledger of what it did to the data, and the way into a programme's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from milepost.errors import WrongUse

Floats = NDArray[np.float64]
REST_OF_WORLD = "ROW"


@dataclass(frozen=True)
class Entry:
    """One kind of thing that was done: how many cells or rows, worth how much, with an example."""

    what: str
    count: int
    musd: float
    example: str = ""

    def sentence(self) -> str:
        """In words."""
        worth = f", {self.musd:,.1f} MUSD" if self.musd else ""
        shown = f" (for example {self.example})" if self.example else ""
        return f"{self.what}: {self.count:,}{worth}{shown}"


@dataclass
class Ledger:
    """Every row dropped, clipped, merged or balanced, counted while reading."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)

    def note(self, what: str, count: int, musd: float = 0.0, example: object = "") -> None:
        """Add an entry; nothing is written for nothing."""
        if count:
            self.entries.append(Entry(what, int(count), float(musd), str(example)))

    def sentences(self) -> tuple[str, ...]:
        """The whole ledger in words."""
        return (f"rows read: {self.rows:,}", *(entry.sentence() for entry in self.entries))


@dataclass(frozen=True)
class Reading:
    """Trade between countries by sector, MUSD a year [sector, origin, destination]; the rest where the source has it.

    ``tariffs`` as shares of the value, same shape; ``materials_musd`` [country, input, user]; ``value_added_musd`` and
    ``final_musd`` [country, sector].
    """

    kind: str
    year: int | None
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    ledger: Ledger
    source: str
    tariffs: Floats | None = None
    materials_musd: Floats | None = None
    value_added_musd: Floats | None = None
    final_musd: Floats | None = None

    def total(self) -> Floats:
        """Trade summed over sectors [origin, destination]."""
        return np.asarray(self.flows.sum(axis=0))

    def as_dict(self) -> dict[str, Any]:
        """What ``milepost trade read --json`` prints."""
        return {
            "kind": self.kind, "year": self.year, "countries": len(self.countries), "sectors": len(self.sectors),
            "trade_between_countries_musd": float(self.total().sum() - np.trace(self.total())),
            "ledger": list(self.ledger.sentences()),
        }  # fmt: skip


def table_of(paths: Sequence[Path], columns: Mapping[str, Sequence[str]], kind: str, **options: Any) -> pd.DataFrame:
    """CSV files one under the other, with the columns of ``columns`` under our names, whichever of theirs is there.

    Raises ``WrongUse`` naming the file and every column that is missing.
    """
    parts = []
    for path in paths:
        try:
            head = pd.read_csv(path, nrows=0, **{k: v for k, v in options.items() if k in ("sep", "encoding", "compression")})
        except FileNotFoundError:
            raise WrongUse(f"There is no file {path}.") from None
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise WrongUse(f"{path} cannot be read as CSV: {error}.") from None
        lower = {str(c).strip().lower(): c for c in head.columns}
        found = {ours: next((lower[t.lower()] for t in theirs if t.lower() in lower), None) for ours, theirs in columns.items()}
        missing = [" or ".join(columns[ours]) for ours, there in found.items() if there is None and not ours.endswith("?")]
        if missing:
            have = ", ".join(map(str, head.columns[:12]))
            raise WrongUse(f"{path} is no {kind} file: it has no column {'; no column '.join(missing)}. It has: {have}.")
        use = {there: ours.rstrip("?") for ours, there in found.items() if there is not None}
        frame = pd.read_csv(path, usecols=list(use), **options).rename(columns=use)
        frame["_file"] = path.name
        parts.append(frame)
    if not parts:
        raise WrongUse(f"Name the {kind} file to read.")
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return whole


def numbers(frame: pd.DataFrame, column: str, ledger: Ledger) -> pd.DataFrame:
    """Rows whose ``column`` is a number, not negative; the others go to the ledger."""
    value = pd.to_numeric(frame[column], errors="coerce")
    bad = value.isna()
    if bad.any():
        where = frame[bad].iloc[0]
        ledger.note(f"dropped, no number in {column}", int(bad.sum()), example=f"{where['_file']}: {where[column]!r}")
    negative = value < 0
    if negative.any():
        ledger.note("dropped, negative value", int(negative.sum()), float(value[negative].sum()))
    keep = ~bad & ~negative
    answer = frame[keep].copy()
    answer[column] = value[keep]
    return answer


def cube(frame: pd.DataFrame, countries: Sequence[str], sectors: Sequence[str], ledger: Ledger) -> Floats:
    """Sum of ``musd`` by sector, exporter, importer; rows of the same cell are added and counted."""
    at = {c: k for k, c in enumerate(countries)}
    which = {s: k for k, s in enumerate(sectors)}
    repeated = frame.duplicated(["sector", "exporter", "importer", *(["product"] if "product" in frame else [])])
    ledger.note("rows of a cell that stood before, added to it", int(repeated.sum()), float(frame.loc[repeated, "musd"].sum()))
    flows = np.zeros((len(sectors), len(countries), len(countries)))
    where = (frame["sector"].map(which).to_numpy(), frame["exporter"].map(at).to_numpy(), frame["importer"].map(at).to_numpy())
    np.add.at(flows, where, frame["musd"].to_numpy())
    return flows


def to_rows(reading: Reading, countries: Sequence[str]) -> tuple[dict[str, list[dict[str, Any]]], tuple[str, ...]]:
    """Rows of a programme's tables for its countries, and sentences about what was merged or left out.

    Countries that the programme does not have become ROW if it has that, else they are left out and counted. Sources without
    accounts give ``flows``; those with accounts ``sectors``, ``sector_trade``, ``sector_accounts`` and ``sector_inputs``.
    """
    target = list(countries)
    at = {c: k for k, c in enumerate(target)}
    said: list[str] = []
    outside = [c for c in reading.countries if c not in at]
    absent = [c for c in target if c not in reading.countries and c != REST_OF_WORLD]
    if absent:
        said.append(f"not in the source, so without trade: {', '.join(absent)}")
    to_row = REST_OF_WORLD in at
    where = np.array([at.get(c, at[REST_OF_WORLD] if to_row else -1) for c in reading.countries])
    keep = where >= 0
    if outside:
        trade = reading.total()
        lost = float(trade.sum() - trade[np.ix_(keep, keep)].sum()) if not to_row else 0.0
        word = "merged into ROW" if to_row else f"left out, with {lost:,.0f} MUSD of trade"
        said.append(f"{len(outside)} countries {word}")
    J, n = len(reading.sectors), len(target)
    flows, duty = np.zeros((J, n, n)), np.zeros((J, n, n))
    for j in range(J):
        np.add.at(flows[j], np.ix_(where[keep], where[keep]), reading.flows[j][np.ix_(keep, keep)])
        if reading.tariffs is not None:
            paid = reading.flows[j] * reading.tariffs[j]
            np.add.at(duty[j], np.ix_(where[keep], where[keep]), paid[np.ix_(keep, keep)])
    # a source without home sales cannot tell those of ROW: what its countries sell each other is left out with them
    has_home = bool(np.trace(reading.total()) > 0)
    if to_row and outside:
        within = float(sum(flows[j, at[REST_OF_WORLD], at[REST_OF_WORLD]] for j in range(J)))
        word = "became home sales of ROW" if has_home else "lies inside ROW and was left out"
        said.append(f"trade among them {word}: {within:,.0f} MUSD")
    basis = {"basis": "sourced", "source": reading.source}
    tables: dict[str, list[dict[str, Any]]] = {}
    if reading.value_added_musd is None:
        total = flows.sum(axis=0)
        tables["flows"] = [
            {
                "exporter": a,
                "importer": b,
                "usd_m": _round(total[i, j]),
                **basis,
                "note": f"{reading.kind} {reading.year or ''}".strip(),
            }
            for i, a in enumerate(target)
            for j, b in enumerate(target)
            if total[i, j] > 0 and (has_home or i != j)
        ]
        return tables, tuple(said)
    va, final, inputs = np.zeros((n, J)), np.zeros((n, J)), np.zeros((n, J, J))
    np.add.at(va, where[keep], reading.value_added_musd[keep])
    np.add.at(final, where[keep], (reading.final_musd if reading.final_musd is not None else va)[keep])
    if reading.materials_musd is not None:
        np.add.at(inputs, where[keep], reading.materials_musd[keep])
    tables["sectors"] = [
        {"id": s, "title": s, "trade_elasticity": 5.0, "basis": "assumed", "note": "state it"} for s in reading.sectors
    ]
    said.append("trade elasticities are set to 5 and kinds of cargo to none: state both in sectors")
    tables["sector_trade"] = [
        {
            "sector": s, "exporter": a, "importer": b, "usd_m": _round(flows[j, i, d]),
            "tariff_percent": _round(100 * duty[j, i, d] / flows[j, i, d]), **basis,
        }
        for j, s in enumerate(reading.sectors)
        for i, a in enumerate(target)
        for d, b in enumerate(target)
        if flows[j, i, d] > 0
    ]  # fmt: skip
    tables["sector_accounts"] = [
        {"country": c, "sector": s, "value_added_usd_m": _round(va[i, j]), "final_usd_m": _round(final[i, j]), **basis}
        for i, c in enumerate(target)
        for j, s in enumerate(reading.sectors)
    ]
    tables["sector_inputs"] = [
        {"country": c, "input": a, "user": b, "usd_m": _round(inputs[i, j, k]), **basis}
        for i, c in enumerate(target)
        for j, a in enumerate(reading.sectors)
        for k, b in enumerate(reading.sectors)
        if inputs[i, j, k] > 0
    ]
    return tables, tuple(said)


def _round(value: float) -> float:
    """Nine significant digits: more than any source has."""
    return float(f"{value:.9g}")
