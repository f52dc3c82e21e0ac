r"""Who finds the money: grants, loans and equity drawn as capital is spent, and the service of debt by year.

A row of ``financing`` of F MUSD is drawn in proportion to capital, so that a year that spends a tenth of it
draws a tenth of F. A loan with rate r, drawn from year a on, with a grace of g and a tenor of n years, pays

    (1)  interest_t = r · debt_{t−1}        principal_t = F' / (n − g)   in the years a + g + 1 ... a + n

with F' what is drawn by then. Amounts are MUSD of the base year; the rate is taken as it is stated, so with
inflation the debt weighs less than it says here. Grants and equity are never served.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Commitment, Financing, Records
from milepost.value.appraisal.prices import Dollars
from milepost.value.appraisal.spending import Spending

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Funds:
    """One row of financing: drawn, interest and principal by year, MUSD; ``owed`` after the last year;
    ``before`` was drawn before the first."""

    row: str
    kind: str
    by: str
    served_by: tuple[str, ...]
    musd: float
    drawn: Floats
    interest: Floats
    principal: Floats
    owed: float
    before: float

    @property
    def service(self) -> Floats:
        """Interest and principal."""
        return self.interest + self.principal


def funds_of(records: Records, commitment: Commitment, spending: Spending) -> tuple[Funds, ...]:
    """The financing of one commitment, in the order of its rows."""
    capital = spending.of("capital")
    whole = float(capital.sum()) + spending.sunk
    if whole <= 0:
        return ()
    dollars = Dollars(records)
    return tuple(
        _funds(
            row,
            (row.repaid_by,) if row.repaid_by else commitment.owed_by,
            dollars.musd(row.amount_m, row.currency, row.price_year),
            capital / whole,
        )
        for row in records.financing
        if row.commitment == commitment.id
    )


def _funds(row: Financing, served_by: tuple[str, ...], amount: float, shares: Floats) -> Funds:
    drawn = amount * shares
    before = amount - float(drawn.sum())
    if before < 1e-12 * amount:  # what rounding leaves was never drawn
        before = 0.0
    nothing = np.zeros(len(shares))
    if row.kind != "loan":
        return Funds(row.id, row.kind, row.by, served_by, amount, drawn, nothing, nothing, 0.0, before)
    interest, principal, owed = debt_service(
        [float(d) for d in drawn],
        (row.rate_percent or 0.0) / 100,
        round(row.grace_years or 0.0),
        round(row.tenor_years or 0.0),
    )
    return Funds(row.id, "loan", row.by, served_by, amount, drawn, interest, principal, owed, before)


def debt_service(
    drawn: Sequence[float], rate: float, grace_years: int, tenor_years: int
) -> tuple[Floats, Floats, float]:
    """Interest and principal by year of a loan drawn by year, and what is owed after the last (equation 1).

    A grace that is not shorter than the tenor is one payment at the end.
    """
    n = len(drawn)
    interest, principal = np.zeros(n), np.zeros(n)
    first = next((t for t, money in enumerate(drawn) if money > 0), n)
    grace = min(grace_years, max(tenor_years - 1, 0))
    debt, begin, end = 0.0, first + grace + 1, first + max(tenor_years, 1)
    for t in range(n):
        interest[t] = rate * debt
        if begin <= t:
            principal[t] = debt / max(end - t + 1, 1)
        debt += float(drawn[t]) - principal[t]
    return interest, principal, debt
