r"""How much of a year something serves: from its delivery, ramped up, until its life or the horizon ends.

With u the years since delivery and R the years of ramp-up, the share of the value that has come is
min(1, u / R), and of a year y of D days the share

    (1)  s_y = 365.25 / D · ∫ min(1, u / R) du     over the part of y between delivery and end

so a full year well after delivery is exactly one. R = 0 is all at once: then s is the share of days.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365.25


def year_starts(first: int, last: int) -> NDArray[np.int64]:
    """Ordinals of 1 January of the years ``first`` to ``last`` and of the year after."""
    return np.array([dt.date(y, 1, 1).toordinal() for y in range(first, last + 2)], dtype=np.int64)


def in_service(
    opened: Floats | float, starts: NDArray[np.int64], ends: Floats | float, ramp_years: float
) -> Floats:
    """Shares of years served (equation 1), shape (..., years), for days of delivery and of the end, both
    ordinals; ``starts`` as :func:`year_starts`."""
    begin = np.asarray(opened, dtype=np.float64)[..., None]
    end = np.asarray(ends, dtype=np.float64)[..., None]
    low = np.clip(starts[:-1], begin, np.maximum(begin, end))
    high = np.clip(starts[1:], begin, np.maximum(begin, end))
    days = np.diff(starts)
    if ramp_years <= 0:
        return np.asarray((high - low) / days)
    u, v = (low - begin) / DAYS_PER_YEAR, (high - begin) / DAYS_PER_YEAR
    return np.asarray((_ramped(v, ramp_years) - _ramped(u, ramp_years)) * DAYS_PER_YEAR / days)


def _ramped(u: Floats, ramp_years: float) -> Floats:
    """Integral of min(1, v / R) from 0 to u."""
    return np.where(u < ramp_years, u * u / (2 * ramp_years), u - ramp_years / 2)
