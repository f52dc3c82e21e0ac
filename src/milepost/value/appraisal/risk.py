r"""How likely is it to be worth less than it costs? The NPV with dates, costs, growth and benefits drawn.

A draw of one commitment is a day of delivery (:mod:`milepost.value.draws`, the same streams of numbers for a
seed), a ratio of actual to planned cost, one of actual to modelled benefit, both log-normal,

    (1)  cost ratio = m_c · e^{σ_c z} ,    benefit ratio = m_b · e^{σ_b z'} ,    z, z' ~ N(0, 1)

and a growth between the ends of its band (a triangle whose corner is the centre). The medians and spreads are
parameters by kind of commitment. That of costs is by default of 258 works, 1.22 and 0.30: mean 27.6 % above
plan with a standard deviation of 38.7 (Flyvbjerg, Holm & Buhl 2002, *JAPA* 68(3), table 1; the log-normal
with that mean and deviation is ours). Capital that is not yet spent is spread until the drawn delivery.
Commitments are drawn each by itself; of all together nothing is drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from milepost.value.appraisal.appraisal import Case
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.service import DAYS_PER_YEAR, in_service
from milepost.value.appraisal.spending import SPENT
from milepost.value.draws import stream, triangular

Floats = NDArray[np.float64]
QUANTILES = (5, 25, 50, 75, 95)
GROWTH_STEPS = 9  # growths at which V is followed; between them it is interpolated


@dataclass(frozen=True)
class Risk:
    """Drawn NPV of one commitment, MUSD: quantiles, mean and the share of draws below zero."""

    quantiles: tuple[float, ...]
    mean: float
    below_zero: float
    draws: int
    drawn: tuple[str, ...]  # what was drawn: dates, costs, benefits, growth

    def as_dict(self) -> dict[str, Any]:
        """By name: p5 ... p95, mean, the share below zero, and what was drawn."""
        return {
            **{f"p{p}": q for p, q in zip(QUANTILES, self.quantiles, strict=True)},
            "mean": self.mean,
            "below_zero": self.below_zero,
            "draws": self.draws,
            "drawn": list(self.drawn),
        }


def drawn_npv(
    case: Case, rate: float, band: tuple[float, float], days: Floats | None, *, draws: int, seed: int
) -> tuple[Floats, tuple[str, ...]]:
    """NPV of one commitment in each draw, MUSD, and what was drawn; ``days`` are drawn days of delivery after
    the day of appraisal, None where none can be drawn."""
    name = case.commitment.id
    calendar = case.calendar
    what = ["dates"] if days is not None else []
    opened = np.full(draws, float(case.delivery.day.toordinal()))
    if days is not None:
        opened = case.books.on.toordinal() + np.minimum(days[:draws], 200 * DAYS_PER_YEAR)
    ends = np.minimum(opened + case.delivery.life_years * DAYS_PER_YEAR, calendar.horizon.toordinal())
    cost = _ratio(case, "cost", stream(seed, f"cost of {name}", draws))
    gain = _ratio(case, "benefit", stream(seed, f"benefit of {name}", draws))
    what += [word for word, r in (("costs", cost), ("benefits", gain)) if np.ptp(r) > 0]
    weights = factors(rate, len(calendar.years))
    served = in_service(opened, calendar.starts, ends, case.ramp_years) * weights
    if any(band):
        what.append("growth")
        points = np.linspace(band[0], band[1], GROWTH_STEPS)
        at = [np.asarray(case.value @ case.grown(more)) for more in points]
        where = triangular(stream(seed, "growth of trade", draws), band[0], 0.0, band[1])
        worth = np.stack([served @ a for a in at], axis=1)
        benefit = np.array([np.interp(w, points, row) for w, row in zip(where, worth, strict=True)])
    else:
        benefit = served @ np.asarray(case.value @ case.growth)
    spent = _spent(case, opened, weights)
    return gain * benefit - cost * spent, tuple(what)


def _ratio(case: Case, of: str, u: Floats) -> Floats:
    records, kind = case.books.records, case.commitment.kind
    median, spread = records.param(f"{of}_ratio_median", kind), records.param(f"{of}_ratio_log_sd", kind)
    return np.asarray(median * np.exp(spread * ndtri(u)))


def _spent(case: Case, opened: Floats, weights: Floats) -> Floats:
    """Present value of costs less what is left, by drawn delivery: exact in whole years of delay, straight
    lines between them."""
    day = case.delivery.day.toordinal()
    late = np.clip((opened - day) / DAYS_PER_YEAR, -60.0, 60.0)
    steps = np.arange(np.floor(late.min()), np.ceil(late.max()) + 1)
    values = []
    for years in steps:
        moved = dt.date.fromordinal(max(day + round(years * DAYS_PER_YEAR), case.books.on.toordinal()))
        delivery = replace(case.delivery, day=moved, moved_years=max(float(years), 0.0))
        spending = case.spending(delivery)
        values.append(float((spending.of(*SPENT) - spending.of("residual")) @ weights))
    return np.asarray(case.factor * np.interp(late, steps, values))


def risk_of(npvs: Floats, what: tuple[str, ...]) -> Risk:
    """Quantiles and chances of drawn NPVs."""
    return Risk(
        quantiles=tuple(np.percentile(npvs, QUANTILES).tolist()),
        mean=float(npvs.mean()),
        below_zero=float((npvs < 0).mean()),
        draws=len(npvs),
        drawn=what,
    )


def risks(
    cases: Mapping[str, Case],
    ends: Mapping[str, Floats],
    rate: float,
    band: tuple[float, float],
    draws: int,
    seed: int,
) -> dict[str, Risk]:
    """The risk of each commitment; ``ends`` are drawn days of delivery of those that have them."""
    return {
        name: risk_of(*drawn_npv(case, rate, band, ends.get(name), draws=draws, seed=seed))
        for name, case in cases.items()
    }
