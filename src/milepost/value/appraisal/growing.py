r"""How V grows: with the trade of each country.

V is that of the base year b. In year t a country's value is V times

    (1)  G_t = Π_{y = b+1}^{t} (1 + g_y) ,    g = growth of its trade, or ε times that of its GDP

by the rows of ``growth``: those of the country, else those of ``*``; of trade before those of GDP; ε is
trade_to_gdp_elasticity of params. Years without a row do not grow, nor does anything without rows: then V is
flat, as it is in the yearly value itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from milepost.records import Growth, Records
from milepost.records.kinds import ANY

Floats = NDArray[np.float64]
End = Literal["central", "low", "high"]


@dataclass(frozen=True)
class Growing:
    """Growth of the trade of countries from the year ``low`` on, shares a year, (countries, years)."""

    base: int
    low: int
    rates: Floats

    @classmethod
    def of(
        cls, records: Records, countries: Sequence[str], first: int, last: int, end: End = "central"
    ) -> Growing:
        """That of the years between the base year and ``last``, and from ``first`` on."""
        base = records.settings.base_year
        low, high = min(base + 1, first), max(base, last)
        return cls(base, low, growth_rates(records, countries, low, high, end))

    def flat(self) -> Growing:
        """Without any growth."""
        return Growing(self.base, self.low, np.zeros_like(self.rates))

    def factors(self, first: int, last: int, more: float = 0.0) -> Floats:
        """Factors on V in the years ``first`` to ``last`` (equation 1), (countries, years); ``more`` is added
        to each rate. 1 in the base year, and less before it."""
        steps = np.cumprod(1.0 + self.rates + more, axis=1)
        level = np.concatenate(
            [np.ones((len(steps), 1)), steps], axis=1
        )  # of the year before low, of low ...
        at_base = level[:, max(self.base - self.low + 1, 0)]
        begin = 1 + first - self.low
        return np.asarray(level[:, begin : begin + last - first + 1] / at_base[:, None])


def growth_rates(
    records: Records, countries: Sequence[str], first: int, last: int, end: End = "central"
) -> Floats:
    """Growth of trade of each country in the years ``first`` to ``last``, shares a year, shape (countries,
    years)."""
    elasticity = records.param("trade_to_gdp_elasticity")
    own = {row.country for row in records.growth}
    rates = np.zeros((len(countries), last - first + 1))
    for k, country in enumerate(countries):
        key = country if country in own else ANY
        for measure, factor in (("gdp", elasticity), ("trade", 1.0)):
            for row in records.growth:
                if row.country == key and row.measure == measure:
                    a, b = max(row.first_year, first), min(row.last_year or last, last)
                    rates[k, a - first : max(b - first + 1, 0)] = factor * _percent(row, end) / 100
    return rates


def _percent(row: Growth, end: End) -> float:
    found = {"low": row.low_percent, "high": row.high_percent, "central": None}[end]
    return row.percent_per_year if found is None else found
