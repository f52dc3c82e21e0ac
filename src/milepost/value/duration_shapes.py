r"""Distributions of a duration from three points, as inverse distribution functions of uniform numbers.

Beta-PERT on (a, m, b) is a beta distribution stretched from a to b whose mean is (a + 4 m + b) / 6 (Malcolm
and others 1959; Clark 1962):

    (1)  x = a + (b - a) B^-1(u; 1 + 4 (m - a)/(b - a), 1 + 4 (b - m)/(b - a))

Log-normal has m as its median, and low and high as far apart as its 5th and 95th percentile; a reference
class multiplies the likely days by a log-normal ratio of actual to promised spans.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.records import Duration

Z95 = 1.6448536269514722  # the normal quantile of 95 %
Drawn = NDArray[np.float64]


def triangular(u: Drawn, low: float, likely: float, high: float) -> Drawn:
    """Inverse of the triangular distribution function."""
    if high <= low:
        return np.full_like(u, low)
    turn = (likely - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (likely - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - likely))
    return np.where(u < turn, left, right)


def beta_pert(u: Drawn, low: float, likely: float, high: float) -> Drawn:
    """Inverse of the beta-PERT distribution function, equation (1)."""
    if high <= low:
        return np.full_like(u, low)
    width = high - low
    drawn: Drawn = low + width * scipy.special.betaincinv(
        1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, u
    )
    return drawn


def log_normal(u: Drawn, median: float, log_sd: float) -> Drawn:
    """Inverse of the log-normal distribution function."""
    drawn: Drawn = median * np.exp(log_sd * scipy.special.ndtri(u))
    return drawn


def duration_draws(row: Duration, u: Drawn, ratio: tuple[float, float]) -> Drawn:
    """Durations of one row, days, from uniform numbers; never below zero. ``ratio``: median and logarithmic
    standard deviation of actual over promised spans, for the shape *reference class*."""
    low, likely, high = row.low_days, row.likely_days, row.high_days
    if row.shape == "exponential":
        return -likely * np.log1p(-np.minimum(u, 1 - 1e-16))
    if row.shape == "normal":
        drawn: Drawn = np.maximum(likely + (high - low) / (2 * Z95) * scipy.special.ndtri(u), 0.0)
        return drawn
    if row.shape == "log-normal":
        return log_normal(u, likely, float(np.log(high / low)) / (2 * Z95))
    if row.shape == "reference class":
        return log_normal(u, likely * ratio[0], ratio[1])
    return (beta_pert if row.shape == "beta-pert" else triangular)(u, low, likely, high)
