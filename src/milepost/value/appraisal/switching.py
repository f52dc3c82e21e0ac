r"""How far off is the answer from turning? The best year to open, switching values, and what moves it most.

With B the present value of what is gained and C that of what is spent, NPV = B − C, so the answer turns when

    (1)  costs are multiplied by B / C,      benefits by (C − left) / (B − left)

(ADB 2017, *Guidelines for the economic analysis of projects*, ch. 6: the percent by which a variable must
change for the NPV to be zero). The switching growth is what is added to the growth of every year, the
switching delay how much later the benefit comes while the money is spent as planned; None where no such
number lies within bounds of sense.

The best year to open moves the whole of it, costs as well: within one horizon (TAG A1.1; HDM-4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy

from milepost.value.appraisal.appraisal import Case, Streams
from milepost.value.appraisal.money import npv

MOST_LATER = 15  # years that an opening is tried later
GROWTH_PP = (-0.15, 0.15)  # shares a year within which a switching growth is looked for
MOST_DELAY = 25.0


@dataclass(frozen=True)
class Switching:
    """What must change for the NPV to be zero. ``cost`` and ``benefit`` are factors, ``growth`` a share a
    year on top, ``delay_years`` of the benefit alone; None where nothing within bounds does it."""

    cost: float | None
    benefit: float | None
    growth: float | None
    delay_years: float | None


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: what is moved, from what to what, and the NPV at both ends, MUSD."""

    what: str
    low_label: str
    high_label: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far the NPV moves."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Moved:
    """How the answer moves: the best year to open and its NPV, switching values, tornado widest first."""

    best_opening: int
    best_npv: float
    switching: Switching
    tornado: tuple[Bar, ...]


def moved(case: Case, rate: float, band: tuple[float, float]) -> Moved:
    """How the answer of one commitment moves; ``band`` is that of growth (shares a year, below and above)."""
    best, best_npv = best_opening(case, rate)
    return Moved(best, best_npv, switching(case, rate), tornado(case, rate, band))


def best_opening(case: Case, rate: float) -> tuple[int, float]:
    """The year of delivery with the largest NPV, from the one on record to fifteen years later, and that
    NPV."""
    found = []
    for years in range(MOST_LATER + 1):
        later = case.later(float(years))
        if later.day >= case.calendar.horizon:
            break
        found.append((npv(case.streams(later).net, rate), -years, later.day.year))
    if not found:
        return case.delivery.day.year, npv(case.streams().net, rate)
    best = max(found)
    return best[2], best[0]


def switching(case: Case, rate: float) -> Switching:
    """Switching values of one commitment (equation 1)."""
    streams = case.streams()
    gains, left, cost = (npv(s, rate) for s in (streams.benefit, streams.left, streams.cost))
    at = case.served()
    spending = case.spending()

    def with_growth(more: float) -> float:
        benefit = np.asarray(case.value @ case.grown(more)) * at
        return npv(Streams.of(benefit, spending, case.factor).net, rate)

    def with_delay(years: float) -> float:
        late = replace(case.later(years), moved_years=case.delivery.moved_years)
        benefit = case.benefits(late).sum(axis=0)
        return npv(Streams.of(benefit, spending, case.factor).net, rate)

    value = gains + left - cost
    return Switching(
        cost=(gains + left) / cost if cost > 0 and gains + left > 0 else None,
        benefit=(cost - left) / gains if gains > 0 and cost > left else None,
        growth=_zero(with_growth, *GROWTH_PP),
        delay_years=_zero(with_delay, 0.0, MOST_DELAY) if value > 0 else None,
    )


def _zero(of: Callable[[float], float], low: float, high: float) -> float | None:
    """Where a function turns its sign between two points; None if it has one sign at both."""
    if (of(low) < 0) == (of(high) < 0):
        return None
    return float(scipy.optimize.brentq(of, low, high, xtol=1e-12))


def tornado(case: Case, rate: float, band: tuple[float, float]) -> tuple[Bar, ...]:
    """What moves the NPV most, one thing at a time, as ADB (2017) asks: costs and benefits by a fifth, one
    year of delay, the rate by three points; growth by its band, or one point where it has none."""
    streams = case.streams()
    spending, at = case.spending(), case.served()

    def net(cost: float = 1.0, benefit: float = 1.0) -> float:
        return npv(benefit * streams.benefit + cost * (streams.left - streams.cost), rate)

    def grows(more: float) -> float:
        return npv(
            Streams.of(np.asarray(case.value @ case.grown(more)) * at, spending, case.factor).net, rate
        )

    centre = npv(streams.net, rate)
    low, high = band if any(band) else (-0.01, 0.01)
    ends = case.later(1.0)
    late = case.benefits(replace(ends, moved_years=case.delivery.moved_years)).sum(axis=0)
    bars = [
        Bar("costs", "-20 %", "+20 %", net(cost=0.8), net(cost=1.2)),
        Bar("benefits", "-20 %", "+20 %", net(benefit=0.8), net(benefit=1.2)),
        Bar("growth", f"{100 * low:+.2g} points", f"{100 * high:+.2g} points", grows(low), grows(high)),
        Bar(
            "delivery",
            "as promised",
            "a year later",
            centre,
            npv(Streams.of(late, spending, case.factor).net, rate),
        ),
        Bar(
            "discount rate",
            f"{100 * max(rate - 0.03, 0.0):.3g} %",
            f"{100 * (rate + 0.03):.3g} %",
            npv(streams.net, max(rate - 0.03, 0.0)),
            npv(streams.net, rate + 0.03),
        ),
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.width))


def day_later(case: Case, rate: float, days: int = 1) -> tuple[float, float]:
    """What a delay of some days costs, MUSD: benefit lost, and what is saved by spending later (capital
    deferred, less what it becomes dearer; running costs and what is left move with delivery). Net is the
    first less the second."""
    years = days / 365.25
    day = case.delivery.day + dt.timedelta(days=days)
    late = replace(case.delivery, day=day, moved_years=case.delivery.moved_years + years)
    before, after = case.streams(), case.streams(late)
    lost = npv(before.benefit - after.benefit, rate)
    saved = npv((before.cost - before.left) - (after.cost - after.left), rate)
    return lost, saved
