r"""Fill a missing trade matrix: structural gravity from GDP and geography, around totals that are known.

    (1)  X_ij = Y_i E_j φ_ij / (Π_i P_j),   Π_i = Σ_j φ_ij E_j / P_j,   P_j = Σ_i φ_ij Y_i / Π_i
    (2)  ln φ_ij = β_km ln km_ij + β_contiguity [common border] + β_border [i ≠ j]

(Anderson & van Wincoop 2003, AER 93(1), in the form of Head & Mayer 2014, Handbook of International Economics
4), domestic trade included. The coefficients are estimated once on 194 countries and shipped with their
standard errors and the fit of exactly this use in ``gravity_coefficients.json``
(``scripts/estimate_gravity.py``).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution

Floats = NDArray[np.float64]


@cache
def coefficients() -> dict[str, Any]:
    """Coefficients, standard errors, fit and origin, as shipped."""
    text = Path(__file__).with_name("gravity_coefficients.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def great_circle_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """Great-circle distance on a sphere of 6371 km (haversine); arrays of degrees in, km out."""
    a, b, c, d = (np.radians(np.asarray(v, dtype=np.float64)) for v in (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(np.clip(h, 0, 1)))


def predict(
    income: Floats,
    km: Floats,
    contiguity: NDArray[np.bool_],
    b_km: float,
    b_contiguity: float,
    b_border: float,
) -> Floats:
    """Equations (1) and (2) with Y = E = ``income`` (MUSD); returns flows (n, n) in MUSD, rows and columns
    balanced."""
    border = 1.0 - np.eye(len(income))
    phi = np.exp(b_km * np.log(km) + b_contiguity * contiguity * border + b_border * border)
    return balance(phi * np.outer(income, income) / income.sum(), income, income)


def balance(
    start: Floats,
    rows: Floats,
    columns: Floats,
    held: NDArray[np.bool_] | None = None,
    rounds: int = 20_000,
    *,
    most: Floats | None = None,
) -> Floats:
    """Scale a matrix to given row and column totals (RAS), cells marked ``held`` kept as they are.

    A total that is NaN is not known, and binds nothing; ``most`` are row totals that may not be exceeded.
    Raises ``NoSolution`` if the held cells exceed a total or the totals cannot be met.
    """
    X = np.array(start, dtype=np.float64)
    fixed = np.zeros_like(X, dtype=bool) if held is None else held
    kept = np.where(fixed, X, 0.0)
    free = np.where(fixed, 0.0, X)
    r, c = rows - kept.sum(axis=1), columns - kept.sum(axis=0)
    r[free.sum(axis=1) == 0] = np.nan  # nothing is free to meet it
    c[free.sum(axis=0) == 0] = np.nan
    if (r <= 0).any() or (c <= 0).any():
        raise NoSolution(
            "Reported trade exceeds a country's total, so the matrix cannot be balanced; check the reported "
            "figures "
            "against GDP, or give a whole matrix in flows.csv."
        )
    room = np.full(len(r), np.inf) if most is None else np.maximum(most - kept.sum(axis=1), 0.0)
    free[room == 0] = 0.0
    room[room == 0] = np.inf
    capped = np.ones(len(r))
    gap = 0.0
    for _ in range(rounds):
        scale = _scale(r, free.sum(axis=1))
        free *= scale[:, None]
        free *= _scale(c, free.sum(axis=0))
        tight = np.minimum(1.0 / capped, room / np.maximum(free.sum(axis=1), 1e-300))
        free *= tight[:, None]
        capped *= tight
        gap = max(_gap(r, free.sum(axis=1)), _gap(c, free.sum(axis=0)), np.abs(tight - 1).max())
        if gap < 1e-13:
            break
    if gap > 1e-9:
        raise NoSolution(
            f"The trade matrix could not be balanced (totals miss by {gap:.1e}); check the held flows."
        )
    result: Floats = free + kept
    return result


def _scale(wanted: Floats, there: Floats) -> Floats:
    """Factors that bring sums to what is wanted; 1 where that is not known."""
    return np.divide(wanted, there, out=np.ones(len(there)), where=np.isfinite(wanted))


def _gap(wanted: Floats, there: Floats) -> float:
    """By which share sums miss what is wanted, at most."""
    known = np.isfinite(wanted)
    return float(np.abs(there[known] / wanted[known] - 1).max(initial=0.0))
