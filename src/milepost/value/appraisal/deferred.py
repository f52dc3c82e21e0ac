r"""What a delay saves: spending that comes later.

A delay of m days loses benefit (:mod:`milepost.value.delays`) and puts off what is spent for it: capital not
yet spent, less what it becomes dearer while it waits, running costs, less what is left at the end
(:func:`milepost.value.appraisal.switching.day_later`). At prices of the economy, for all who pay together.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from milepost.records import Records
from milepost.value.appraisal.appraisal import delivery_of
from milepost.value.appraisal.money import npv
from milepost.value.appraisal.spending import SPENT, Books, Calendar, Delivery


@dataclass(frozen=True)
class Deferred:
    """What a delay saves by spending later, and what of that it loses again because what waits becomes
    dearer; MUSD present value."""

    later: float
    dearer: float

    @property
    def saved(self) -> float:
        """What is left of it."""
        return self.later - self.dearer


def deferred(
    records: Records,
    dates: Mapping[str, dt.date | None],
    *,
    on: dt.date,
    horizon: dt.date,
    rate_per_year: float,
    days: int = 1,
) -> dict[str, Deferred]:
    """What so many days of delay save, by dated commitment whose cost is stated; ``rate_per_year`` is
    continuous, as in a delay."""
    calendar = Calendar.of(on, horizon)
    books, rate, factor = (
        Books(records, calendar, on),
        math.expm1(rate_per_year),
        records.param("conversion_factor"),
    )
    found = {}
    for commitment in records.commitments:
        day = dates.get(commitment.id)
        if day is None or day >= horizon:
            continue
        at = delivery_of(records, commitment, on, day)
        late = Delivery(at.day + dt.timedelta(days=days), days / 365.25, at.life_years)
        cases = (at, late, replace(late, escalates=False))
        spending = [books.spending(commitment, when) for when in cases]
        if not any(line.kind == "capital" for line in spending[0].lines):
            continue
        before, after, same = (s.of(*SPENT) - s.of("residual") for s in spending)
        found[commitment.id] = Deferred(factor * npv(before - same, rate), factor * npv(after - same, rate))
    return found
