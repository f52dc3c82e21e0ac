"""Budgets of a plan: what may be spent, in which years and by whom, as people write it.

Amounts are MUSD at prices of the base year and market prices, of the capital of the commitments:

- ``3000``: so much in all years together;
- ``500/y``: so much in each year; what is left of a year lapses;
- ``2027:500,2028-2030:800``: so much in these years, and nothing in a year that is not named.

Several forms stand beside each other, divided by commas: ``3000,500/y`` limits both, and in
``500/y,2030:900`` the year that is named has its own amount.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from milepost.errors import WrongUse
from milepost.value.appraisal.spending import Calendar

FORMS = "3000 in all, 500/y in each year, or 2027:500,2028-2030:800 by year"
_NAMED = re.compile(r"(\d{4})(?:-(\d{4}))?:(.*)", re.S)


@dataclass(frozen=True)
class Limit:
    """No more than ``musd`` of capital in ``years`` together, of one payer or (empty) of all of them."""

    years: tuple[int, ...]
    musd: float
    payer: str = ""

    def label(self, calendar: Calendar) -> str:
        """Which years, and whose."""
        when = "all years" if self.years == calendar.years else ", ".join(map(str, self.years))
        return f"{self.payer}, {when}" if self.payer else when

    def scaled(self, factor: float) -> Limit:
        """The same limit with more or less money."""
        return Limit(self.years, self.musd * factor, self.payer)


def limits_of(text: str, calendar: Calendar, payer: str = "") -> tuple[Limit, ...]:
    """The limits of a budget as it is written; none for an empty text.

    Raises ``WrongUse`` for what is no budget, a year outside the calendar, and what stands twice.
    """
    whole: list[float] = []
    yearly: list[float] = []
    named: dict[int, float] = {}
    for part in [p.strip() for p in text.split(",") if p.strip()]:
        found = _NAMED.fullmatch(part)
        if found:
            amount = _amount(found[3], text)
            for year in _years(found[1], found[2] or found[1], text, calendar):
                if year in named:
                    raise WrongUse(f"The budget '{text}' names {year} twice; give each year one amount.")
                named[year] = amount
        elif re.fullmatch(r".*/\s*y(ear)?", part):
            yearly.append(_amount(part.rpartition("/")[0], text))
        else:
            whole.append(_amount(part, text))
    for what, given in (("an amount in all", whole), ("an amount a year", yearly)):
        if len(given) > 1:
            raise WrongUse(
                f"The budget '{text}' gives {what} twice; write thousands without commas, and each form once."
            )
    limits = [Limit(calendar.years, amount, payer) for amount in whole]
    if yearly or named:
        other = yearly[0] if yearly else 0.0
        limits += [Limit((year,), named.get(year, other), payer) for year in calendar.years]
    return tuple(limits)


def limits_of_payers(texts: Sequence[str], calendar: Calendar) -> tuple[Limit, ...]:
    """The limits of payers, each written as its id, a colon and its budget. Raises ``WrongUse`` as
    :func:`limits_of`, and where no id stands in front."""
    limits: list[Limit] = []
    for text in texts:
        payer, colon, budget = text.partition(":")
        if not (colon and payer.strip() and budget.strip()) or re.fullmatch(r"[\d.\s/y-]+", payer):
            raise WrongUse(f"'{text}' is no budget of a payer; write its id first, such as AAA:500/y.")
        if any(one.payer == payer.strip() for one in limits):
            raise WrongUse(f"The payer {payer.strip()} has two budgets; write them as one, with a comma.")
        limits += limits_of(budget, calendar, payer.strip())
    return tuple(limits)


def _amount(text: str, whole: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise WrongUse(f"'{whole}' is no budget: '{text.strip()}' is no amount in MUSD; write {FORMS}.")
    return amount


def _years(first: str, last: str, whole: str, calendar: Calendar) -> range:
    begin, end = int(first), int(last)
    if end < begin:
        raise WrongUse(f"The budget '{whole}' runs from {begin} to {end}; write the earlier year first.")
    for year in (begin, end):
        if not calendar.first <= year <= calendar.last:
            raise WrongUse(
                f"The budget '{whole}' names {year}; the appraisal runs from {calendar.first} to "
                f"{calendar.last}."
            )
    return range(begin, end + 1)
