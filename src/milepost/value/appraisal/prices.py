r"""One money for all amounts: million dollars at the prices of the programme's base year.

An amount A of currency k at prices of year y becomes

    (1)  A · e_{k,y} · P_b / P_y

dollars of the base year b: at the rate e of its price year first (dollars a unit), then by the price level P
of the dollar. Prices abroad are not asked for. Every rate and index is a row of ``prices``; what has none is
a finding, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from milepost.errors import WrongUse
from milepost.records import Records


@dataclass(frozen=True)
class Dollars:
    """Amounts to MUSD of the base year (equation 1)."""

    records: Records

    @cached_property
    def _rates(self) -> dict[tuple[str, int], float]:
        rows = self.records.prices
        return {(p.currency, p.year): p.usd_per_unit for p in rows if p.usd_per_unit is not None}

    @cached_property
    def _index(self) -> dict[int, float]:
        rows = self.records.prices
        return {p.year: p.price_index for p in rows if p.currency == "USD" and p.price_index is not None}

    def rate(self, currency: str, year: int) -> float | None:
        """Dollars for one unit in a year; None if no row says it."""
        return 1.0 if currency == "USD" else self._rates.get((currency, year))

    def level(self, year: int) -> float | None:
        """Prices of the base year over those of a year; None if no row says it."""
        base = self.records.settings.base_year
        if year == base:
            return 1.0
        now, then = self._index.get(base), self._index.get(year)
        return None if now is None or then is None else now / then

    def musd(self, amount_m: float, currency: str, year: int | None) -> float:
        """An amount in MUSD of the base year. Raises ``WrongUse`` where no row says how."""
        rate = None if year is None else self.rate(currency, year)
        level = None if year is None else self.level(year)
        if rate is None or level is None:
            raise WrongUse(
                f"{amount_m:g} million {currency or 'of no currency'} of {year or 'no price year'} cannot be "
                "brought to dollars of the base year; 'milepost check' says which row is missing."
            )
        return amount_m * rate * level
