"""How wrong are estimated flows? Hide recorded ones, estimate them as the model does, and look.

Run with ../shared beside the checkout; prints what ``estimated_flow_log_sd`` and ``country_flow_log_sd`` of
params have as their defaults. Data: BACI 2023 (CEPII, Etalab Open Licence 2.0) between the countries of
North-South.

Hidden are (a) all flows inside a random group of 12 countries, as where none of them reports; (b) a random
fifth of all cells; (c) everything, so that gravity alone speaks. The ratio of a flow to its estimate has a
mean m and, relative to it, a variance that is split by the moments of two-way random effects: products of
errors of one exporter, of one importer, and the rest; weighted by the root of the estimate, so that large
flows count for more and none for all. A relative variance c becomes the log-normal's s^2 = ln(1 + c). The log
of the ratio itself would be ruled by flows that hardly exist.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

import milepost
from milepost.trade.evidence import _prediction, country_effects

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "trade"
GROUP, ROUNDS, POWER = 12, 400, 0.5


def main() -> None:
    records = milepost.open(milepost.example("north-south")).records
    at = {c.id: k for k, c in enumerate(records.countries)}
    n = len(at)
    X = np.zeros((n, n))
    with gzip.open(DATA / "baci2023_aggregate_194.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["exporter"] in at and row["importer"] in at:
                X[at[row["exporter"]], at[row["importer"]]] = float(row["value_kusd"]) / 1e3
    there = (X.sum(axis=0) > 0) & (X.sum(axis=1) > 0)
    known = np.outer(there, there) & ~np.eye(n, dtype=bool)
    start = _prediction(records)
    rng = np.random.default_rng(1)
    for what in ("inside a group", "a fifth", "all"):
        sums = np.zeros(6)
        means = []
        for _ in range(1 if what == "all" else ROUNDS):
            hidden = hide(what, rng, there) & known
            made = start
            if what != "all":
                made = start * np.outer(*country_effects(X, start, known & ~hidden))
            weight = np.where(hidden, made**POWER, 0.0)
            weight /= weight.sum()
            ratio = np.where(hidden, X / made, 0.0)
            means.append(float((weight * ratio).sum()))
            off = np.where(hidden, ratio / means[-1] - 1, 0.0)
            sums += (*together(off, weight), *together(off.T, weight.T), (weight * off**2).sum(), 1.0)
        exporter, importer, total = (max(float(sums[k] / sums[k + 1]), 0.0) for k in (0, 2, 4))
        a, b, whole = (np.log1p(c) for c in (exporter, importer, total))
        print(
            f"hidden {what}: mean ratio {np.mean(means):.2f}; log sd {whole**0.5:.2f}, exporter {a**0.5:.2f},"
            f" importer {b**0.5:.2f}, pair {max(whole - a - b, 0.0) ** 0.5:.2f}"
        )


def hide(what: str, rng: np.random.Generator, there: np.ndarray) -> np.ndarray:
    """Which cells are hidden."""
    n = len(there)
    if what == "a fifth":
        return rng.random((n, n)) < 0.2
    group = np.zeros(n, dtype=bool)
    group[rng.choice(np.flatnonzero(there), GROUP, replace=False) if what != "all" else slice(None)] = True
    return np.outer(group, group)


def together(off: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Products of errors within rows, but of none with itself, and their weights."""
    part = off * weight
    products = (part.sum(axis=1) ** 2 - (part**2).sum(axis=1)).sum()
    return float(products), float((weight.sum(axis=1) ** 2 - (weight**2).sum(axis=1)).sum())


if __name__ == "__main__":
    main()
