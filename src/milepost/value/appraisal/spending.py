r"""What a commitment costs, year by year, and who pays: the rows of ``costs`` on the calendar.

Amounts are MUSD of the base year at market prices (:mod:`milepost.value.appraisal.prices`). Capital lies in
the years that its row names, in equal parts; without any, in the construction_years before delivery, by
days, but not before the day of appraisal. Maintenance and operation follow the share of each year that is
served, renewal comes every so many years after delivery. What was spent before the first year is sunk: told,
and in no sum. Where no row says what is left at the end, it is the straight line over the life of what is
spent from the first year on. A commitment without a row of capital has its ``cost_usd_m``, if that is stated.

When delivery moves by m years, capital of the first year and later moves with it, and becomes dearer by
cost_escalation_per_year for each year that it waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from milepost.records import Commitment, Cost, Records
from milepost.value.appraisal.money import residual_value
from milepost.value.appraisal.prices import Dollars
from milepost.value.appraisal.service import DAYS_PER_YEAR, in_service, year_starts

Floats = NDArray[np.float64]
SPENT = ("capital", "renewal", "maintenance", "operation")


@dataclass(frozen=True)
class Calendar:
    """The years of an appraisal, ``first`` to ``last``; value counts to ``horizon`` (that day excluded)."""

    first: int
    last: int
    horizon: dt.date

    @classmethod
    def of(cls, on: dt.date, horizon: dt.date) -> Calendar:
        """From the year of a day to that of the horizon."""
        return cls(on.year, (horizon - dt.timedelta(days=1)).year, horizon)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Ordinals of each 1 January, and of the one after the last year."""
        return year_starts(self.first, self.last)

    @property
    def years(self) -> tuple[int, ...]:
        """The years."""
        return tuple(range(self.first, self.last + 1))


@dataclass(frozen=True)
class Line:
    """One row of costs on the calendar: ``amounts`` MUSD a year (a residual is a gain), ``sunk`` before
    it."""

    row: str
    kind: str
    payers: tuple[str, ...]
    musd: float
    amounts: Floats
    sunk: float
    basis: str
    life_years: float = 0.0
    sunk_years: tuple[tuple[int, float], ...] = ()  # what was spent before the first year, year by year


@dataclass(frozen=True)
class Delivery:
    """When a commitment is delivered: the day, how many years later than on record, and its life."""

    day: dt.date
    moved_years: float = 0.0
    life_years: float = 30.0
    escalates: bool = True  # capital becomes dearer while it waits

    def ends(self, horizon: dt.date) -> int:
        """Ordinal of the day after the last of service."""
        return min(horizon.toordinal(), self.day.toordinal() + round(self.life_years * DAYS_PER_YEAR))


@dataclass(frozen=True)
class Spending:
    """The costs of one commitment on a calendar."""

    lines: tuple[Line, ...]
    calendar: Calendar
    stated: bool  # by rows of costs, not by cost_usd_m alone

    def of(self, *kinds: str) -> Floats:
        """Yearly MUSD of some kinds together."""
        none = np.zeros(self.calendar.last - self.calendar.first + 1)
        return np.asarray(sum((one.amounts for one in self.lines if one.kind in kinds), none))

    @property
    def sunk(self) -> float:
        """MUSD spent before the first year."""
        return sum(one.sunk for one in self.lines)

    def sunk_at(self, rate: float) -> float:
        """The same, compounded to the first year."""
        first = self.calendar.first
        return sum(money * (1.0 + rate) ** (first - y) for one in self.lines for y, money in one.sunk_years)

    def by_payer(self, *kinds: str) -> dict[str, Floats]:
        """Yearly MUSD of some kinds by who pays; a residual is what the payer keeps."""
        found: dict[str, Floats] = {}
        for one in self.lines:
            for payer in one.payers if one.kind in kinds else ():
                found[payer] = found.get(payer, 0.0) + one.amounts / len(one.payers)
        return found


@dataclass(frozen=True)
class Books:
    """The rows of costs by commitment, ready to be put on a calendar."""

    records: Records
    calendar: Calendar
    on: dt.date
    _rows: Mapping[str, list[Cost]] = field(init=False)
    _dollars: Dollars = field(init=False)

    def __post_init__(self) -> None:
        rows: dict[str, list[Cost]] = {}
        for row in self.records.costs:
            rows.setdefault(row.commitment, []).append(row)
        object.__setattr__(self, "_rows", rows)
        object.__setattr__(self, "_dollars", Dollars(self.records))

    def spending(self, commitment: Commitment, delivery: Delivery) -> Spending:
        """What a commitment costs if it is delivered then. Raises ``WrongUse`` for an amount that no row
        brings to dollars."""
        rows = self._rows.get(commitment.id, [])
        lines = [self._line(commitment, row, delivery) for row in rows]
        if not any(row.kind == "capital" for row in rows) and commitment.cost_usd_m:
            lines.insert(0, self._of_commitment(commitment, delivery))
        if not any(row.kind == "residual" for row in rows):
            lines += self._residuals(lines, delivery)
        return Spending(tuple(lines), self.calendar, bool(rows))

    def _of_commitment(self, commitment: Commitment, delivery: Delivery) -> Line:
        amount = float(commitment.cost_usd_m or 0.0)
        row = Cost(
            id=commitment.id, commitment=commitment.id, kind="capital", amount_m=amount, basis="assumed"
        )
        amounts, sunk = self._capital(commitment, row, amount, delivery)
        life = self._life(commitment, row)
        basis = commitment.cost_basis or commitment.basis
        return Line("cost_usd_m", "capital", commitment.owed_by, amount, amounts, sunk, basis, life)

    def _life(self, commitment: Commitment, row: Cost) -> float:
        return row.life_years or self.records.param_of("economic_life_years", commitment.kind)

    def _line(self, commitment: Commitment, row: Cost, delivery: Delivery) -> Line:
        amount = self._dollars.musd(row.amount_m, row.currency, row.price_year)
        payers = (row.payer,) if row.payer else commitment.owed_by
        amounts, sunk = np.zeros(len(self.calendar.years)), 0.0
        if row.kind == "capital":
            amounts, sunk = self._capital(commitment, row, amount, delivery)
        elif row.kind == "renewal":
            amounts = self._renewals(row, amount, delivery)
        elif row.kind == "residual":
            amounts[self._last_of(delivery)] = amount
        else:
            served = in_service(
                delivery.day.toordinal(), self.calendar.starts, delivery.ends(self.calendar.horizon), 0.0
            )
            years = np.array(self.calendar.years)
            within = (years >= (row.first_year or 0)) & (years <= (row.last_year or 9999))
            amounts = amount * served * within
        life = self._life(commitment, row)
        before = self._before(row, amount) if sunk else ()
        return Line(row.id, row.kind, payers, amount, amounts, sunk, row.basis, life, before)

    def _before(self, row: Cost, amount: float) -> tuple[tuple[int, float], ...]:
        """Capital of the years before the first, year by year."""
        begin, end = row.first_year or 0, max(row.last_year or 0, row.first_year or 0)
        years = range(begin, min(end + 1, self.calendar.first))
        return tuple((year, amount / (end - begin + 1)) for year in years)

    def _last_of(self, delivery: Delivery) -> int:
        """Position of the last year of service."""
        last = dt.date.fromordinal(max(delivery.ends(self.calendar.horizon) - 1, 1)).year
        return min(max(last, self.calendar.first), self.calendar.last) - self.calendar.first

    def _capital(
        self, commitment: Commitment, row: Cost, amount: float, delivery: Delivery
    ) -> tuple[Floats, float]:
        """Capital by year, and what of it is sunk."""
        if row.first_year is None:
            years = self.records.param_of("construction_years", commitment.kind)
            end = max(delivery.day.toordinal(), self.on.toordinal() + 1)
            begin = min(max(end - years * DAYS_PER_YEAR, self.on.toordinal()), end - 1)
            amounts = amount * (
                in_service(begin, self.calendar.starts, end, 0.0) * np.diff(self.calendar.starts)
            )
            return self._escalated(amounts / (end - begin), delivery), 0.0
        last = max(row.last_year or row.first_year, row.first_year)
        part = amount / (last - row.first_year + 1)
        amounts, sunk = np.zeros(len(self.calendar.years)), 0.0
        whole, share = divmod(max(delivery.moved_years, 0.0), 1.0)
        for year in range(row.first_year, last + 1):
            if year < self.calendar.first:
                sunk += part
                continue
            for at, money in ((year + int(whole), part * (1 - share)), (year + int(whole) + 1, part * share)):
                if at <= self.calendar.last and money:
                    amounts[at - self.calendar.first] += money
        return self._escalated(amounts, delivery), sunk

    def _escalated(self, amounts: Floats, delivery: Delivery) -> Floats:
        dearer = self.records.param("cost_escalation_per_year") if delivery.escalates else 0.0
        return np.asarray(amounts * (1.0 + dearer) ** max(delivery.moved_years, 0.0))

    def _renewals(self, row: Cost, amount: float, delivery: Delivery) -> Floats:
        amounts = np.zeros(len(self.calendar.years))
        every = row.every_years or 0.0
        day, end = delivery.day.toordinal(), delivery.ends(self.calendar.horizon)
        times = int((end - day - 1) / (every * DAYS_PER_YEAR)) if every else 0
        for n in range(1, times + 1):
            year = dt.date.fromordinal(day + round(n * every * DAYS_PER_YEAR)).year
            if self.calendar.first <= year <= self.calendar.last:
                amounts[year - self.calendar.first] += amount
        return amounts

    def _residuals(self, lines: list[Line], delivery: Delivery) -> Iterator[Line]:
        """What is left of capital spent from the first year on, where no row says it."""
        used = (delivery.ends(self.calendar.horizon) - delivery.day.toordinal()) / DAYS_PER_YEAR
        for one in lines:
            spent = float(one.amounts.sum())
            left = residual_value(spent, one.life_years, used) if one.kind == "capital" and used > 0 else 0.0
            if left > 0:
                amounts = np.zeros(len(self.calendar.years))
                amounts[self._last_of(delivery)] = left
                yield Line(one.row, "residual", one.payers, left, amounts, 0.0, "computed", one.life_years)
