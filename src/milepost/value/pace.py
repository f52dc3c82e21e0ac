r"""How V moves between now and the horizon: discounted years, weighted by the growth of trade.

A value that grows by G_c(t), the same throughout a calendar year
(:mod:`milepost.value.appraisal.growing`), weighs between the days a and b

    (1)  w_c(a, b) = Σ_y  G_{c,y} · w(a ∩ y, b ∩ y)

with w the discounted years of :mod:`milepost.value.delays`, equation 2. Without rows of ``growth`` there is
no pace: V is flat, and w is that equation itself.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.value.appraisal.growing import Growing

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365.25


def weight(begin_day: float, end_day: float, rate_per_year: float) -> float:
    """Discounted years between two days counted from the day of valuation: equation (2) of the delays."""
    a, b = begin_day / DAYS_PER_YEAR, end_day / DAYS_PER_YEAR
    if rate_per_year == 0.0:
        return b - a
    # expm1 keeps the digits of a single day: e^{-ra} (1 - e^{-r(b-a)}) / r
    return math.exp(-rate_per_year * a) * -math.expm1(-rate_per_year * (b - a)) / rate_per_year


@dataclass(frozen=True)
class Pace:
    """Factors on V: ``factors[c, k]`` holds from day ``starts[k]`` after the day of valuation on, until the
    next; the first starts at 0."""

    starts: tuple[int, ...]
    factors: Floats

    @classmethod
    def of(cls, records: Records, countries: Sequence[str], on: dt.date, horizon: dt.date) -> Pace | None:
        """The pace from a day to the horizon; None where nothing says that anything grows."""
        if not records.growth or horizon <= on:
            return None
        first, last = on.year, max((horizon - dt.timedelta(days=1)).year, on.year)
        factors = Growing.of(records, countries, first, last).factors(first, last)
        starts = [0, *((dt.date(y, 1, 1) - on).days for y in range(first + 1, last + 1))]
        return cls(tuple(starts), factors)

    def weight(self, begin: float, end: float, rate_per_year: float) -> Floats:
        """Equation (1), shape (countries,)."""
        return np.asarray(self.factors @ self._parts(begin, end, rate_per_year))

    def _parts(self, begin: float, end: float, rate_per_year: float) -> Floats:
        bounds = [*self.starts, math.inf]
        return np.array(
            [
                weight(max(begin, a), min(end, b), rate_per_year) if max(begin, a) < min(end, b) else 0.0
                for a, b in pairwise(bounds)
            ]
        )

    def until(self, days: Floats, rate_per_year: float) -> Floats:
        """The weight from the day of valuation until each of many days, shape (..., countries)."""
        bounds = np.array([*self.starts, np.inf])
        low = bounds[:-1] / DAYS_PER_YEAR
        high = np.minimum(np.maximum(days[..., None] / DAYS_PER_YEAR, low), bounds[1:] / DAYS_PER_YEAR)
        if rate_per_year == 0.0:
            parts = high - low
        else:
            parts = np.exp(-rate_per_year * low) * -np.expm1(-rate_per_year * (high - low)) / rate_per_year
        return np.asarray(parts @ self.factors.T)

    def as_dict(self) -> dict[str, Any]:
        """What a page needs to reckon the same: first days, and a row of factors for each of them."""
        return {"starts": list(self.starts), "factors": self.factors.T.tolist()}
