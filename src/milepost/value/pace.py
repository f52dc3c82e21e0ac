r"""How V moves between now and the horizon: discounted years, weighted by the growth of trade, as far as
capacities let it grow.

A value that grows by G_c(t), the same throughout a calendar year
(:mod:`milepost.value.appraisal.growing`), weighs between the days a and b

    (1)  w_c(a, b) = Σ_y  G_{c,y} · w(a ∩ y, b ∩ y)

with w the discounted years of :mod:`milepost.value.delays`, equation 2. Where capacities are stated, a set of
commitments keeps a share of its value in each year (:mod:`milepost.value.ceilings`), a further factor in (1).
Without rows of ``growth`` and with room for all there is no pace: V is flat, and w is that equation itself.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.value.appraisal.growing import Growing
from milepost.value.ceilings import Ceilings

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
    next; the first starts at 0. ``kept`` (players of ``ceilings``, k) is what capacities leave of a
    commitment's value in the same days; None where they leave all."""

    starts: tuple[int, ...]
    factors: Floats
    ceilings: Ceilings | None = None
    kept: Floats | None = None

    @classmethod
    def of(
        cls,
        records: Records,
        countries: Sequence[str],
        on: dt.date,
        horizon: dt.date,
        ceilings: Ceilings | None = None,
    ) -> Pace | None:
        """The pace from a day to the horizon; None where nothing says that anything grows, or is full."""
        if horizon <= on:
            return None
        first, last = on.year, max((horizon - dt.timedelta(days=1)).year, on.year)
        factors = Growing.of(records, countries, first, last).factors(first, last)
        kept = None if ceilings is None else ceilings.at(factors)
        if kept is not None and (kept == 1.0).all():
            kept = None
        if not records.growth and kept is None:
            return None
        starts = [0, *((dt.date(y, 1, 1) - on).days for y in range(first + 1, last + 1))]
        return cls(tuple(starts), factors, None if kept is None else ceilings, kept)

    def weight(
        self, begin: float, end: float, rate_per_year: float, delivered: Iterable[str] | None = None
    ) -> Floats:
        """Equation (1), shape (countries,), for V of a set; without one for a value that no capacity cuts."""
        factors = self.factors
        if delivered is not None and self.ceilings is not None and self.kept is not None:
            factors = factors * self.ceilings.of_set(delivered, self.kept)
        return np.asarray(factors @ self._parts(begin, end, rate_per_year))

    def _parts(self, begin: float, end: float, rate_per_year: float) -> Floats:
        bounds = [*self.starts, math.inf]
        return np.array(
            [
                weight(max(begin, a), min(end, b), rate_per_year) if max(begin, a) < min(end, b) else 0.0
                for a, b in pairwise(bounds)
            ]
        )

    def until(self, days: Floats, rate_per_year: float) -> Floats:
        """Discounted years from the day of valuation until each of many days, (..., k) by the days in which a
        factor holds: times these, and with those of kept, the weight."""
        bounds = np.array([*self.starts, np.inf])
        low = bounds[:-1] / DAYS_PER_YEAR
        high = np.minimum(np.maximum(days[..., None] / DAYS_PER_YEAR, low), bounds[1:] / DAYS_PER_YEAR)
        if rate_per_year == 0.0:
            return np.asarray(high - low)
        return np.asarray(
            np.exp(-rate_per_year * low) * -np.expm1(-rate_per_year * (high - low)) / rate_per_year
        )

    def as_dict(self) -> dict[str, Any]:
        """What a page needs to reckon the same: first days, a row of factors for each of them, and by
        commitment its parts by country and what of them is kept."""
        parts, kept = {}, {}
        if self.ceilings is not None and self.kept is not None:
            parts = dict(zip(self.ceilings.players, self.ceilings.part.tolist(), strict=True))
            kept = dict(zip(self.ceilings.players, self.kept.tolist(), strict=True))
        return {
            "starts": list(self.starts),
            "factors": self.factors.T.tolist(),
            "parts": parts,
            "kept": kept,
        }
