r"""When each commitment may open: from the earliest day on, a year later each; what that gains and costs.

The earliest day is the promised one; of a promise that has passed, or names no day, the one by which it can
be built from the day of the plan on: after the last year of its capital, or after construction_years. Later
openings move everything by whole years, as the best opening of an appraisal does.

A dependency holds between two days (:mod:`milepost.value.schedule`, equation 1): a commitment ends when it is
delivered and starts when its works do: in the first year of its capital, or construction_years before it is
delivered. Works that began before the first year of the plan cannot wait any more: then the delivery waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from milepost.records import Commitment, Records
from milepost.records.tables import Dependency
from milepost.value.appraisal.appraisal import Case, capital_by_purse, purse_of
from milepost.value.appraisal.loans import funds_of
from milepost.value.appraisal.money import factors, npv
from milepost.value.appraisal.plan_budgets import Limit
from milepost.value.appraisal.plan_problem import Flags, Floats
from milepost.value.appraisal.service import DAYS_PER_YEAR
from milepost.value.appraisal.spending import SPENT, Delivery, Spending

Days = tuple[int | None, int]  # start and end of the works as ordinals; no start: they have begun


@dataclass(frozen=True)
class Opening:
    """One commitment (by its position among the cases), opened on a day: present value of one MUSD a year by
    country, costs, what is left, and spending, MUSD."""

    who: int
    later: int
    delivery: Delivery
    weights: Floats  # (C,)
    cost: float  # present value at prices of the economy
    left: float  # the same of what is left at the end
    spending: Spending
    capital: Mapping[str, Floats]  # by purse and year, at market prices, not discounted
    paid: Mapping[str, float]  # present value of own money and debt service by purse, at market prices

    @property
    def day(self) -> dt.date:
        """Of delivery."""
        return self.delivery.day

    def spent(self, limit: Limit) -> float:
        """Capital that counts against a limit, MUSD, not discounted: all of it, or what one purse finds."""
        first = self.spending.calendar.first
        amounts = self.capital.get(limit.payer) if limit.payer else self.spending.of("capital")
        return 0.0 if amounts is None else float(sum(amounts[year - first] for year in limit.years))


def states_a_cost(records: Records, commitment: Commitment) -> bool:
    """Whether anybody states what it costs to build."""
    return bool(commitment.cost_usd_m) or any(
        row.kind == "capital" for row in records.costs if row.commitment == commitment.id
    )


def deliveries(case: Case, until: int) -> list[tuple[int, Delivery]]:
    """Every delivery that a plan may choose: years later, and when."""
    found: list[tuple[int, Delivery]] = []
    while True:
        later = len(found)
        delivery = case.later(float(later)) if later else case.delivery
        if delivery.day.year > until or delivery.day >= case.calendar.horizon:
            return found
        found.append((later, delivery))


def opening(case: Case, who: int, later: int, delivery: Delivery, rate: float) -> Opening:
    """What it is worth and costs to open a commitment then."""
    weights = factors(rate, len(case.calendar.years))
    spending = case.spending(delivery)
    funds = funds_of(case.books.records, case.commitment, spending)
    own, debt = purse_of(spending, funds, rate)
    return Opening(
        who=who,
        later=later,
        delivery=delivery,
        weights=np.asarray((case.growth * case.served(delivery)) @ weights),
        cost=case.factor * npv(spending.of(*SPENT), rate),
        left=case.factor * npv(spending.of("residual"), rate),
        spending=spending,
        capital=capital_by_purse(case.books.records, spending, funds),
        paid={n: own.get(n, 0.0) + debt.get(n, 0.0) for n in dict.fromkeys([*own, *debt])},
    )


def works(case: Case, later: int, delivery: Delivery) -> Days:
    """When the works of a commitment start and end, if it is delivered then."""
    books, name = case.books, case.commitment.id
    end, today = delivery.day.toordinal(), books.on.toordinal()
    years = [
        row.first_year
        for row in books.records.costs
        if row.commitment == name and row.kind == "capital" and row.first_year
    ]
    if not years:
        span = books.records.param_of("construction_years", case.commitment.kind) * DAYS_PER_YEAR
        return max(today, end - round(span)), end
    first = min(years)
    if first < books.calendar.first:
        return None, end
    return min(max(today, dt.date(first + later, 1, 1).toordinal()), end), end


def waits(row: Dependency, first: Days, then: Days) -> bool:
    """Whether a dependency holds between the works of two commitments."""
    demand = first[1] if row.kind in ("FS", "FF") else first[0]
    ready = then[0] if row.kind in ("FS", "SS") and then[0] is not None else then[1]
    return demand is None or ready >= demand + row.lag_days


def holding(row: Dependency, first: Sequence[Days], then: Sequence[Days]) -> Flags:
    """The same for every opening of the one beside every opening of the other (first, then)."""
    return np.array([[waits(row, a, b) for b in then] for a in first]).reshape(len(first), len(then))
