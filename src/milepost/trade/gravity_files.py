"""Gravity from a user's file: which rows, the fit, and a file of the square with missing flows fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from milepost.errors import WrongUse, one_of
from milepost.files import no_formula, write_whole
from milepost.trade.ppml import Gravity, ppml
from milepost.trade.readers.reading import rows_of


class Columns(NamedTuple):
    """Which columns hold the flow, the exporter and the importer."""

    flow: str = "flow"
    exporter: str = "exporter"
    importer: str = "importer"


USUAL = Columns()


def fit_file(
    file: Path,
    regressors: Sequence[str],
    *,
    columns: Columns = USUAL,
    where: str = "",
    square: bool = False,
    elasticity: str = "",
    fill: Path | None = None,
) -> Gravity:
    """Fit gravity to a file with a row a pair of countries; ``where`` ("year=2006") picks rows, ``fill``
    names a file for the square with missing flows fitted, of which the notes then tell.

    Raises ``WrongUse`` for an unknown column or value and where a file cannot be read or written, and what
    :func:`milepost.trade.ppml.ppml` raises.
    """
    frame = _picked(rows_of(file, "gravity"), where)
    found = ppml(frame, regressors, square=square, **columns._asdict())
    if elasticity:
        found = found.with_elasticity(elasticity)
    if fill is not None:
        observed = _square(frame, found.countries, columns)
        found = replace(found, notes=(*found.notes, _filled(found, observed, fill)))
    return found


def _picked(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    if not where:
        return frame
    column, sign, value = where.partition("=")
    if not sign:
        raise WrongUse(f"'{where}' is no condition; write it as year=2006.")
    if column not in frame.columns:
        raise one_of("column", column, list(map(str, frame.columns)))
    here = frame[column].astype(str).str.removesuffix(".0") == value
    if not here.any():
        values = sorted(set(frame[column].dropna().astype(str).str.removesuffix(".0")))
        raise one_of(column, value, values)
    return frame[here]


def _square(frame: pd.DataFrame, countries: Sequence[str], columns: Columns) -> pd.DataFrame:
    names, (flow, exporter, importer) = list(countries), columns
    table = frame.astype({exporter: str, importer: str}).pivot_table(
        index=exporter, columns=importer, values=flow, aggfunc="sum", min_count=1, observed=False
    )
    return table.reindex(index=names, columns=names)


def _filled(found: Gravity, observed: pd.DataFrame, target: Path) -> str:
    """Write the square; says how many were fitted and how many remain empty."""
    square, made, left = found.filled(observed.to_numpy(dtype=float))
    names = list(found.countries)
    told = [no_formula(name) for name in names]  # a name out of one file is no formula in another
    write_whole(target, pd.DataFrame(square, index=told, columns=told).fillna(0.0).to_csv().encode())
    return (
        f"{target}: {made} missing flows fitted, {left} without a fit written as zeros. Read it by 'trade "
        "read square'."
    )
