r"""Plain questions to a stream of money by year: present value, ratio, payback, first-year return, residual.

A stream is a sequence of net amounts, one a year, c_0 ... c_T, gains above zero. Year 0 is not discounted:

    (1)  NPV(r) = Σ_t  c_t / (1 + r)^t                                   r a year, above −100 %

which is what ADB (2017), *Guidelines for the Economic Analysis of Projects*, and the EU's *Guide to
Cost-Benefit Analysis* (2014) write, and what HDM-4 and the road sections of roads-cba-py print; a
spreadsheet's NPV() begins one year later and is this number over 1 + r. Discounting is by whole years, at a
rate compounded once a year.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.errors import WrongUse

Floats = NDArray[np.float64]


def stream_of(stream: ArrayLike) -> Floats:
    """A stream as an array of finite numbers, one a year. Raises ``WrongUse`` for anything else."""
    try:
        amounts = np.asarray(stream, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongUse("A stream is one number a year, such as [-100, 60, 60].") from None
    if amounts.ndim != 1 or not len(amounts):
        raise WrongUse("A stream is one number a year, such as [-100, 60, 60], and at least one of them.")
    if not np.isfinite(amounts).all():
        year = int(np.argmin(np.isfinite(amounts)))
        raise WrongUse(f"The amount of year {year} is {amounts[year]}; every amount is a finite number.")
    return amounts


def factors(rate: float, years: int) -> Floats:
    """Discount factors of years 0 to ``years`` - 1 (equation 1). Raises ``WrongUse`` for a rate of -100 % or
    less, or one that is no number."""
    if not (np.isfinite(rate) and rate > -1.0):
        raise WrongUse(f"A rate is a number above -1 (-100 % a year), such as 0.09; {rate} is none.")
    return np.asarray((1.0 + rate) ** -np.arange(years, dtype=np.float64))


def npv(stream: ArrayLike, rate: float) -> float:
    """Net present value of yearly amounts, in their unit, on the day of the first one (equation 1).

    ``rate`` is a share a year: 0.09 is 9 %. Raises ``WrongUse`` for a stream that holds no finite numbers or
    a rate of -100 % or less.

    >>> round(npv([-100, 60, 60], 0.09), 6)
    5.546671
    """
    amounts = stream_of(stream)
    return float(amounts @ factors(rate, len(amounts)))


def bcr(benefits: ArrayLike, costs: ArrayLike, rate: float) -> float | None:
    """Benefit-cost ratio: present value of benefits over that of costs, both above zero; None without costs.

    Raises ``WrongUse`` for streams of different length, and as :func:`npv`.
    """
    gains, spent = stream_of(benefits), stream_of(costs)
    if len(gains) != len(spent):
        raise WrongUse(f"Benefits have {len(gains)} years and costs {len(spent)}; give both the same years.")
    paid = npv(spent, rate)
    return npv(gains, rate) / paid if paid > 0 else None


def payback(stream: ArrayLike, rate: float = 0.0) -> float | None:
    """Years until the sum of a stream, discounted at ``rate``, is no longer below zero, and stays so.

    Within the last year the amount is taken to come evenly. 0 for a stream that is never below zero; None for
    one that still is at its end. Raises ``WrongUse`` as :func:`npv`.
    """
    amounts = stream_of(stream)
    sums = np.cumsum(amounts * factors(rate, len(amounts)))
    scale = float(np.abs(amounts).max())
    below = np.flatnonzero(sums < -1e-12 * scale)
    if not len(below):
        return 0.0
    last = int(below[-1])
    if last == len(sums) - 1:
        return None
    return last + float(-sums[last] / (sums[last + 1] - sums[last]))


def first_year_return(net_benefit: float, costs: Sequence[float] | Floats, rate: float) -> float | None:
    """First-year rate of return: net benefit of the first full year of service over what was spent by then,
    compounded to that year.

    ``costs`` are those of the years before, the last one first year of service less one. Below ``rate`` it
    pays to open later (World Bank 2005, *When and how to use NPV, IRR and modified IRR*, TRN-6; HDM-4). None
    where nothing is spent.
    """
    spent = stream_of(costs)
    compounded = float(spent @ (1.0 + rate) ** np.arange(len(spent), 0, -1, dtype=np.float64))
    return net_benefit / compounded if compounded > 0 else None


def residual_value(cost: float, life_years: float, years_used: float) -> float:
    """What is left of a cost after some years of use, by the straight line (ADB 2017; EU Guide 2014, 2.8.4).

    Nothing is left at the end of the life. Raises ``WrongUse`` for a life of no years.
    """
    if not life_years > 0:
        raise WrongUse(f"A life is some years above zero, not {life_years}.")
    return cost * min(1.0, max(0.0, 1.0 - years_used / life_years))
