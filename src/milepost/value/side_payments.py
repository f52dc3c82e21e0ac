r"""The smallest side payments that hold a group together, and who pays whom.

With y_i = x_i + p_i after payments, of conditions Σ_{i ∈ T} y_i >= b_T and hard floors p >= f,

    (1)  minimise Σ |p_i| / 2   so that   Σ p = 0,   Σ_{i ∈ T} p_i >= b_T − x(T)  for every T,   p >= f

a linear program. If there is no such p, the least core (Maschler, Peleg & Shapley 1979) gives the smallest ε
by which every condition must be relaxed; floors are not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.errors import NoSolution
from milepost.value.nucleolus import held

Floats = NDArray[np.float64]
TOLERANCE = 1e-7  # of the largest worth
HAIR = 1e-9  # a payment below this is none: a thousandth of a dollar, in MUSD


def smallest_payments(conditions: Floats, least: Floats, floor: Floats, scale: float) -> tuple[Floats, float]:
    """Smallest payments under (1), shape (parties,), and the ε of the least core (zero if there is a core).

    ``conditions`` has a row of zeros and ones for each coalition, ``least`` what its payments must sum to,
    ``floor`` the least payment of each party (−inf for none), summing to no more than zero. Raises
    ``NoSolution`` if HiGHS finds no optimum.
    """
    n = len(floor)
    if (least <= TOLERANCE * scale).all() and (floor <= HAIR).all():
        return np.zeros(n), 0.0
    least, low = least / scale, floor / scale
    epsilon = float(_program(conditions, least, low, free=True)[-1])
    epsilon = 0.0 if epsilon <= TOLERANCE else epsilon
    # a hair of slack keeps rounding of the first program from emptying the second
    found = _program(conditions, least - epsilon - (1e-10 if epsilon else 0.0), low, free=False)
    return held((found[:n] - found[n : 2 * n]) * scale, floor, 0.0), epsilon * scale


def _program(rows: Floats, least: Floats, low: Floats, *, free: bool) -> Floats:
    # p = plus - minus, both >= 0; with ``free`` an ε >= 0 relaxes every row and is minimised, otherwise Σ|p|
    # / 2 is
    n, hard = len(low), low > -np.inf
    extra = np.ones((len(rows), 1)) if free else np.empty((len(rows), 0))
    soft = -np.hstack([rows, -rows, extra])
    own = np.eye(n)[hard]
    firm = -np.hstack([own, -own, np.zeros((len(own), extra.shape[1]))])
    cost = np.concatenate([np.zeros(2 * n), [1.0]]) if free else np.full(2 * n, 0.5)
    answer = scipy.optimize.linprog(
        cost,
        A_ub=np.vstack([soft, firm]),
        b_ub=-np.concatenate([least, low[hard]]),
        A_eq=np.concatenate([np.ones(n), -np.ones(n), np.zeros(extra.shape[1])])[None, :],
        b_eq=[0.0],
        bounds=(0, None),
        method="highs",
    )
    if answer.status != 0:
        raise NoSolution(f"The side payments could not be found ({answer.message}). Try fewer parties.")
    return np.asarray(answer.x, dtype=np.float64)


def who_pays_whom(parties: Sequence[str], payment: Floats) -> list[tuple[str, str, float]]:
    """Payments as transfers (from, to, amount): the largest that still pays to the largest that still gets,
    so that there are fewer of them than parties."""
    left = {p: float(x) for p, x in zip(parties, payment, strict=True)}
    found: list[tuple[str, str, float]] = []
    least = max(HAIR, 1e-9 * float(np.abs(payment).max(initial=0.0)))
    while True:
        payer = min(left, key=lambda p: (left[p], p), default="")
        getter = max(left, key=lambda p: (left[p], p), default="")
        amount = min(-left[payer], left[getter]) if left else 0.0
        if amount <= least:
            return found
        left[payer] += amount
        left[getter] -= amount
        found.append((payer, getter, amount))
