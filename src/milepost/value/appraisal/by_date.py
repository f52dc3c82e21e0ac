r"""What a commitment costs as a function of its date: with it a page that drags a date tells the net.

The present value of its spending, c(d), does not depend on what else is delivered. It is a straight line
between the days on which something of it passes a 1 January (works, service, a renewal, the end of a life),
a whole year of slip, or the horizon; so a few days tell all of them. Where works without years of their own
would begin today, and where what waits becomes dearer, it is bent a little: days between are then told to a
thousandth.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Commitment, Records
from milepost.value.appraisal.appraisal import delivery_of
from milepost.value.appraisal.money import npv
from milepost.value.appraisal.service import DAYS_PER_YEAR
from milepost.value.appraisal.spending import SPENT, Books, Calendar, Delivery

Floats = NDArray[np.float64]
STRAIGHT = 1e-9  # of the largest: days that lie this close to the line of their neighbours are left out
SOON = 120  # days


@dataclass(frozen=True)
class SpendingByDate:
    """Present value of spending, MUSD, if it is delivered so many days after the day of valuation; in
    straight lines between the ``days``. Never delivered, it is never spent."""

    days: tuple[int, ...]
    musd: tuple[float, ...]

    def at(self, day: int | None) -> float:
        """Of one day; of none it is nothing."""
        return 0.0 if day is None else float(np.interp(day, self.days, self.musd))


def spending_by_date(
    records: Records,
    dates: Mapping[str, dt.date | None],
    *,
    on: dt.date,
    horizon: dt.date,
    rate_per_year: float,
) -> dict[str, SpendingByDate]:
    """Of each dated commitment whose cost is stated; ``rate_per_year`` is continuous, as in a delay. A date
    that is passed counts from ``on``."""
    books, rate = Books(records, Calendar.of(on, horizon), on), math.expm1(rate_per_year)
    factor, found = records.param("conversion_factor"), {}
    for commitment in records.commitments:
        held = dates.get(commitment.id)
        if held is None:
            continue
        at = delivery_of(records, commitment, on, held)
        if not any(line.kind == "capital" for line in books.spending(commitment, at).lines):
            continue
        days = _turns(records, commitment, at, on, horizon)
        musd = []
        for day in days:
            when = on + dt.timedelta(days=day)
            late = Delivery(when, max((when - at.day).days, 0) / DAYS_PER_YEAR, at.life_years)
            spent = books.spending(commitment, late)
            musd.append(factor * npv(spent.of(*SPENT) - spent.of("residual"), rate))
        found[commitment.id] = _straightened(days, musd)
    return found


def _turns(
    records: Records, commitment: Commitment, held: Delivery, on: dt.date, horizon: dt.date
) -> list[int]:
    """Days after ``on`` between which spending is a straight line."""
    end, start = (horizon - on).days - 1, on.toordinal()
    works = records.param_of("construction_years", commitment.kind) * DAYS_PER_YEAR
    years = [dt.date(y, 1, 1).toordinal() - start for y in range(on.year, horizon.year + 1)]
    found = {0.0, float(end), works, float((held.day - on).days)}
    rows = [row for row in records.costs if row.commitment == commitment.id]
    if not all(row.first_year for row in rows if row.kind == "capital") or not rows:
        # works that begin today take as long as there is: no straight line, and bent most at the start
        found.update((*range(0, SOON, 3), *range(SOON, round(works), 15)))
    for shift in (0.0, works, *_before(records, commitment, held, end)):
        found.update(year + shift for year in years)
    slip = float((held.day - on).days)
    found.update(slip + n * DAYS_PER_YEAR for n in range(len(years) + 1))
    found.update(end + 1 - row.life_years * DAYS_PER_YEAR for row in rows if row.life_years)
    steps = (-1, 0, 1) if any(row.kind == "renewal" for row in rows) else (0,)
    around = {day + step for one in found for day in (math.floor(one), math.ceil(one)) for step in steps}
    return sorted(day for day in around if 0 <= day <= end)


def _before(records: Records, commitment: Commitment, held: Delivery, end: int) -> Iterator[float]:
    """Days from delivery to what comes after it, below zero: the end of its life, and each renewal."""
    yield -held.life_years * DAYS_PER_YEAR
    for row in records.costs:
        if row.commitment == commitment.id and row.kind == "renewal" and row.every_years:
            every = row.every_years * DAYS_PER_YEAR
            yield from (-n * every for n in range(1, int(end / every) + 1))


def _straightened(days: list[int], musd: list[float]) -> SpendingByDate:
    """Without days that lie on the line between those kept."""
    largest = max(map(abs, musd), default=0.0)
    kept = [0]
    for k in range(1, len(days) - 1):
        a, b = kept[-1], k + 1
        between = slice(a, b + 1)
        line = np.interp(days[between], (days[a], days[b]), (musd[a], musd[b]))
        if np.abs(line - musd[between]).max() > STRAIGHT * largest:
            kept.append(k)
    kept += [len(days) - 1] * (len(days) > 1)
    return SpendingByDate(tuple(days[k] for k in kept), tuple(musd[k] for k in kept))
