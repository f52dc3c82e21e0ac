r"""How likely is it to be worth less than it costs? NPV and rate of return with dates, costs, growth and
benefits drawn.

A draw of one commitment is a day of delivery (:mod:`milepost.value.draws`, the same streams of numbers for a
seed), a ratio of actual to planned cost, one of actual to modelled benefit, both log-normal,

    (1)  cost ratio = m_c · e^{σ_c z} ,    benefit ratio = m_b · e^{σ_b z'} ,    z, z' ~ N(0, 1)

and a growth between the ends of its band (a triangle whose corner is the centre). The medians and spreads are
parameters by kind of commitment. That of costs is by default of 258 works, 1.22 and 0.30: mean 27.6 % above
plan with a standard deviation of 38.7 (Flyvbjerg, Holm & Buhl 2002, *JAPA* 68(3), table 1; the log-normal
with that mean and deviation is ours). Capital that is not yet spent is spread until the drawn delivery.
Where V's own parameters were drawn (:mod:`milepost.value.intervals`), each draw multiplies the benefit by
what the commitment is worth in one of those worlds over what it is worth at the centre; all commitments of a
draw meet the same world.
Commitments are drawn each by itself; of all together nothing is drawn.

A draw is a stream of yearly amounts; its NPV is that of :mod:`milepost.value.appraisal.money`, its rate of
return the highest rate at which the NPV falls from above zero to below it: the only one, where costs come
first. Where there is none the draw counts as -100 % if the NPV is below zero at high rates, else as a rate
beyond all others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.value.appraisal.appraisal import Case
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.service import DAYS_PER_YEAR, in_service
from milepost.value.appraisal.spending import SPENT
from milepost.value.draws import stream
from milepost.value.duration_shapes import triangular

Floats = NDArray[np.float64]
QUANTILES = (5, 25, 50, 75, 95)
GROWN, RATES, HALVED = (0.02, 200.0), 500, 40  # where a rate of return is looked for, as 1 + r
GROWTH_STEPS = 9  # growths at which V is followed; between them it is interpolated


@dataclass(frozen=True)
class Risk:
    """Drawn NPV of one commitment, MUSD: quantiles, mean and the share of draws below zero; and quantiles of
    its rate of return, a share a year, None where so many draws have none."""

    quantiles: tuple[float, ...]
    rates: tuple[float | None, ...]
    mean: float
    below_zero: float
    draws: int
    drawn: tuple[str, ...]  # what was drawn: dates, costs, benefits, growth

    @property
    def nine_of_ten(self) -> str:
        """The rates of return of the middle nine tenths of all draws, in per cent: "3 to 21"; "none to 5"
        where the low ones have none, "64 up" where the high ones gain before they cost."""
        low, high = (None if r is None else f"{100 * r:.0f}" for r in (self.rates[0], self.rates[-1]))
        if low is None:
            return "none" if high is None else f"none to {high}"
        return f"{low} up" if high is None else f"{low} to {high}"

    def as_dict(self) -> dict[str, Any]:
        """By name: p5 ... p95, the same of the rate of return, mean, the share below zero, and what was
        drawn."""
        return {
            **{f"p{p}": q for p, q in zip(QUANTILES, self.quantiles, strict=True)},
            "eirr": {f"p{p}": rate for p, rate in zip(QUANTILES, self.rates, strict=True)},
            "mean": self.mean,
            "below_zero": self.below_zero,
            "draws": self.draws,
            "drawn": list(self.drawn),
        }


def drawn_streams(
    case: Case,
    band: tuple[float, float],
    days: Floats | None,
    *,
    draws: int,
    seed: int,
    worlds: Floats | None = None,
) -> tuple[Floats, tuple[str, ...]]:
    """Net amounts by year of one commitment in each draw (draws, years), MUSD, and what was drawn; ``days``
    are drawn days of delivery after the day of appraisal, None where none can be drawn; ``worlds`` what it is
    worth in other worlds over its worth in this one, None where V's parameters are not drawn."""
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
    if worlds is not None:
        what.append("the parameters of V")
        which = np.floor(stream(seed, "parameters of V", draws) * len(worlds)).astype(np.int64)
        gain = gain * worlds[np.minimum(which, len(worlds) - 1)]
    served = case.kept * in_service(opened, calendar.starts, ends, case.ramp_years)
    yearly = np.asarray(case.value @ case.growth)[None, :]
    if any(band):
        what.append("growth")
        points = np.linspace(band[0], band[1], GROWTH_STEPS)
        at = np.array([case.value @ case.grown(more) for more in points])
        where = triangular(stream(seed, "growth of trade", draws), band[0], 0.0, band[1])
        yearly = _between(np.interp(where, points, np.arange(GROWTH_STEPS)), at)
    net = gain[:, None] * served * yearly - cost[:, None] * _spent(case, opened)
    return net, tuple(what)


def _between(at: Floats, rows: Floats) -> Floats:
    """Rows of a table at broken numbers of rows, on straight lines between them."""
    low = np.clip(np.floor(at).astype(np.int64), 0, max(len(rows) - 2, 0))
    part = (at - low)[:, None]
    return np.asarray(rows[low] * (1 - part) + rows[np.minimum(low + 1, len(rows) - 1)] * part)


def rates_of_return(streams: Floats) -> Floats:
    """The rate of return of each of many streams (draws, years), a share a year: the highest rate at which
    the NPV falls from above zero to below it; -1 where it never does and is below zero at high rates, else
    infinite."""
    grown = np.geomspace(*GROWN, RATES)  # 1 + r
    years = -np.arange(streams.shape[1], dtype=np.float64)
    values = streams @ grown[None, :] ** years[:, None]
    falls = (values[:, :-1] > 0) & (values[:, 1:] <= 0)
    last = falls.shape[1] - 1 - np.argmax(falls[:, ::-1], axis=1)
    low, high = grown[last], grown[last + 1]
    by_year = np.ascontiguousarray(streams.T[::-1])
    for _ in range(HALVED):
        middle = (low + high) / 2
        x = 1.0 / middle
        npv = np.zeros(len(streams))  # Horner's scheme: powers of each rate would cost ten times as much
        for amounts in by_year:
            npv *= x
            npv += amounts
        above = npv > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    none = np.where(values[:, -1] < 0, -1.0, np.inf)
    return np.where(falls.any(axis=1), (low + high) / 2 - 1.0, none)


def _ratio(case: Case, of: str, u: Floats) -> Floats:
    records, kind = case.books.records, case.commitment.kind
    median, spread = (
        records.param_of(f"{of}_ratio_median", kind),
        records.param_of(f"{of}_ratio_log_sd", kind),
    )
    return np.asarray(median * np.exp(spread * scipy.special.ndtri(u)))


def _spent(case: Case, opened: Floats) -> Floats:
    """Costs less what is left by year (draws, years), by drawn delivery: exact in whole years of delay,
    straight lines between them."""
    day = case.delivery.day.toordinal()
    late = np.clip((opened - day) / DAYS_PER_YEAR, -60.0, 60.0)
    steps = np.arange(np.floor(late.min()), np.ceil(late.max()) + 1)
    spent = []
    for years in steps:
        moved = dt.date.fromordinal(max(day + round(years * DAYS_PER_YEAR), case.books.on.toordinal()))
        delivery = replace(case.delivery, day=moved, moved_years=max(float(years), 0.0))
        spending = case.spending(delivery)
        spent.append(spending.of(*SPENT) - spending.of("residual"))
    return case.factor * _between(late - steps[0], np.array(spent))


def risk_of(streams: Floats, rate: float, what: tuple[str, ...]) -> Risk:
    """Quantiles and chances of drawn streams (draws, years) at a discount rate."""
    npvs = streams @ factors(rate, streams.shape[1])
    # a quantile is one of the draws, because some have a rate that is no number
    returns = np.percentile(rates_of_return(streams), QUANTILES, method="lower")
    return Risk(
        quantiles=tuple(np.percentile(npvs, QUANTILES).tolist()),
        rates=tuple(float(r) if -1.0 < r < np.inf else None for r in returns),
        mean=float(npvs.mean()),
        below_zero=float((npvs < 0).mean()),
        draws=len(npvs),
        drawn=what,
    )


@dataclass(frozen=True)
class Drawn:
    """What is drawn for all commitments alike: days of delivery of those that have them, the band of growth,
    and, of those for which V's parameters were drawn, their worth in each world over that at the centre."""

    ends: Mapping[str, Floats]
    band: tuple[float, float]
    draws: int
    seed: int
    worlds: Mapping[str, Floats]


def risks(cases: Mapping[str, Case], rate: float, drawn: Drawn) -> dict[str, Risk]:
    """The risk of each commitment at a discount rate."""
    found = {}
    for name, case in cases.items():
        streams, what = drawn_streams(
            case,
            drawn.band,
            drawn.ends.get(name),
            draws=drawn.draws,
            seed=drawn.seed,
            worlds=drawn.worlds.get(name),
        )
        found[name] = risk_of(streams, rate, what)
    return found
