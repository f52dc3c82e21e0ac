"""Cargo from trade by product: classes by chapter of the Harmonised System, USD a tonne from quantities.

Which chapter, heading or subheading goes as which class stands in ``hs_cargo.csv``, with the reason; of
several prefixes the longest holds. It is a convention, the same for every country: where a pair trades
otherwise (oil by pipeline), its rows of ``cargo`` are to be written by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KINDS = ("bulk", "general", "containers", "off_network")
USD_PER_T = (5.0, 2_000_000.0)  # beyond these the quantity is wrong, not the cargo
_FILE = Path(__file__).with_name("hs_cargo.csv")


@cache
def classes() -> dict[str, str]:
    """Prefix of a code of the Harmonised System -> class of cargo."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["hs"]: row["cargo_class"] for row in csv.DictReader(file)}


def class_of(code: str) -> str:
    """Class of a code of six digits; containers where no chapter is known."""
    known = classes()
    for digits in (6, 4, 2):
        if (found := known.get(code[:digits])) is not None:
            return found
    return "containers"


@dataclass(frozen=True)
class CargoTotals:
    """By class [class, exporter, importer]: value, MUSD a year; value of what is weighed; tonnes a year."""

    musd: Floats
    weighed_musd: Floats
    tonnes: Floats

    @classmethod
    def of(cls, frame: pd.DataFrame, countries: Sequence[str]) -> CargoTotals:
        """From rows of exporter, importer, product (code of six digits, zeros in front or not), musd and q
        (tonnes)."""
        codes = frame["product"].unique()
        of_code = {c: KINDS.index(class_of(_six(c))) for c in codes}
        at = {c: k for k, c in enumerate(countries)}
        where = tuple(
            frame[name].map(known).to_numpy()
            for name, known in (("product", of_code), ("exporter", at), ("importer", at))
        )
        musd = frame["musd"].to_numpy(dtype=np.float64)
        q = pd.to_numeric(frame["q"], errors="coerce").to_numpy(dtype=np.float64)
        known_q = np.isfinite(q) & (q > 0)
        sums = [np.zeros((len(KINDS), len(at), len(at))) for _ in range(3)]
        for total, values in zip(
            sums, (musd, np.where(known_q, musd, 0.0), np.where(known_q, q, 0.0)), strict=True
        ):
            np.add.at(total, where, values)
        return cls(*sums)


def _six(code: Any) -> str:
    text = str(code).strip()
    return (text[:-2] if text.endswith(".0") else text).zfill(6)


def cargo_rows(
    totals: CargoTotals, countries: Sequence[str], common: dict[str, Any], said: list[str]
) -> list[dict[str, Any]]:
    """Rows of the table ``cargo``: for each pair that trades, and for all exports of a country (partner
    ``*``), which stand for what is not recorded."""
    pairs = ~np.eye(len(countries), dtype=bool)
    parts = [np.where(pairs, x, 0.0) for x in (totals.musd, totals.weighed_musd, totals.tonnes)]
    rows: list[dict[str, Any]] = []
    odd = 0
    for i, exporter in enumerate(countries):
        cells = [(exporter, c, tuple(x[:, i, j] for x in parts)) for j, c in enumerate(countries) if j != i]
        cells.append((exporter, "*", tuple(x[:, i].sum(axis=1) for x in parts)))
        for a, b, (musd, weighed, tonnes) in cells:
            if not musd.sum() > 0:
                continue
            for s in np.flatnonzero(musd).tolist():
                value = 1e6 * weighed[s] / tonnes[s] if tonnes[s] > 0 else np.nan
                sound = USD_PER_T[0] <= value <= USD_PER_T[1]
                odd += bool(np.isfinite(value) and not sound)
                kind = KINDS[s]
                rows.append(
                    {
                        "id": f"{a}-{b.replace('*', 'all')}-{kind}",
                        "exporter": a,
                        "importer": b,
                        "cargo_class": kind,
                        "share": float(f"{musd[s] / musd.sum():.9g}"),
                        "usd_per_t": float(f"{value:.6g}") if sound and kind != "off_network" else None,
                        **common,
                        "basis": "computed",
                    }
                )
    if odd:
        said.append(f"values of a tonne below 5 or above 2,000,000 USD, left to params: {odd}")
    return rows
