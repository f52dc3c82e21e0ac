r"""What drawn timetables are worth: equation (1) of :mod:`milepost.value.delays` for many draws at once, and
its mean.

A drawn timetable delivers one commitment after the other, so it asks for V of no more sets than it has
commitments, each of them part of the next; and draws ask for many of the same. V is worked out for these
alone, or looked up where V of all sets takes less.

Where even these are too many, the worth y is counted for the first m of M draws. Of every draw i is known
what it were worth if commitments added up, ŷ = Σ_p a_p w(end_p), with a_p what p adds in the promised order
and w the discounted years from its end on; and the mean is

    (1)  1/M Σ_i ŷ_i + 1/m Σ_{i ≤ m} ( y_i − ŷ_i )

which is right in the mean whatever ŷ is (a difference estimator: Cochran 1977, *Sampling Techniques*, 7.2).
With d = y − ŷ its variance is s_d²/m + s_ŷ²/M + 2 s_dŷ/M.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.value.ceilings import mean_kept
from milepost.value.game import Game
from milepost.value.pace import DAYS_PER_YEAR, Pace
from milepost.value.schedule import Days

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 4096  # draws whose worth is reckoned at a time
MOST_DRAWN_CELLS = 1e9  # of the cost matrices of the sets of draws: about a minute of a core
MOST_SETS = 50_000  # of draws, on whatever network
LEAST_VALUED = 64  # draws whose worth is counted whatever it takes: fewer have no error to speak of
WORD = 32  # commitments whose bits are looked at together


@dataclass(frozen=True)
class Cost:
    """Expected cost of delay, MUSD present value (countries,), its standard error, that of all countries
    together, and how many of the draws were valued for it."""

    countries: tuple[str, ...]
    mean: Floats
    error: Floats
    error_all: float
    valued: int


@dataclass(frozen=True)
class _Steps:
    """What draws deliver, step by step. ``days`` (steps + 1, draws) begin each of them, the last one is the
    horizon; ``comes`` (steps, draws) is who comes; ``number`` (steps, draws) which of ``sets`` is there then,
    the empty one where a step takes no time. ``first``: the draw that has each set first."""

    days: Days
    comes: NDArray[np.intp]
    number: Ints
    sets: tuple[frozenset[str], ...]
    first: Ints

    @classmethod
    def of(cls, names: Sequence[str], ends: Days, horizon_days: float) -> _Steps:
        """Of ends (players, draws) in days."""
        size, draws = ends.shape
        comes = np.argsort(ends, axis=0, kind="stable")
        days = np.clip(np.take_along_axis(ends, comes, axis=0), 0.0, horizon_days)
        days = np.vstack([days, np.full((1, draws), horizon_days)])
        lasts = days[1:] > days[:-1]
        number = np.zeros(size * draws, dtype=np.int64)
        first = np.zeros(min(1, size * draws), dtype=np.int64)
        for low in range(0, size, WORD):
            here = (comes >= low) & (comes < low + WORD)
            bits = np.cumsum(np.where(here, np.int64(1) << np.where(here, comes - low, 0), 0), axis=0)
            keys = number << WORD | np.where(lasts, bits, 0).T.ravel()
            _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        sets = [
            frozenset(names[p] for p in comes[: k % size + 1, k // size])
            if lasts[k % size, k // size]
            else ()
            for k in first.tolist()
        ]
        return cls(
            days, comes, number.reshape(draws, size).T, tuple(map(frozenset, sets)), first // max(size, 1)
        )

    def within(self, most: int, least: int) -> int:
        """How many of the first draws ask for no more than ``most`` sets, ``least`` at least."""
        draws = int(self.days.shape[1])
        more: list[int] = np.sort(self.first)[most:].tolist()
        return min(draws, max(least, more[0])) if more else draws


def present_values(
    game: Game,
    names: Sequence[str],
    ends: Days,
    *,
    rate_per_year: float,
    horizon_days: float,
    pace: Pace | None = None,
) -> Floats:
    """Worth of each drawn timetable per country, MUSD, shape (draws, countries): equation (1) of the delays,
    vectorised; with a ``pace`` V grows. ``ends`` (players, draws) may hold ``inf`` for never."""
    return _worth_of(game, names, _Steps.of(names, ends, horizon_days), rate_per_year, pace)


def _worth_of(
    game: Game, names: Sequence[str], steps: _Steps, rate_per_year: float, pace: Pace | None
) -> Floats:
    if game.less_by_table(len(steps.sets)):
        game.table()
    values = game.values(steps.sets)
    days, number = steps.days, steps.number
    if pace is not None:
        ranks = [0 if pace.ceilings is None else pace.ceilings.players.index(n) for n in names]
        comes = np.array(ranks, dtype=np.intp)[steps.comes]
        cuts = range(0, days.shape[1], AT_ONCE)  # what is kept takes room for each draw, country and year
        parts = [np.s_[:, lo : lo + AT_ONCE] for lo in cuts]
        worths = [_paced(values, number[p], days[p], comes[p], pace, rate_per_year) for p in parts]
        return np.concatenate(worths)
    weights = np.diff(_discounted(days, rate_per_year), axis=0)
    total = np.zeros((days.shape[1], len(game.countries)))
    for step in range(len(number)):
        total += weights[step][:, None] * values[number[step]]
    return total


def _discounted(days: Days, rate_per_year: float) -> Floats:
    """Discounted years until each day."""
    t = days / DAYS_PER_YEAR
    return np.asarray(t if rate_per_year == 0.0 else -np.expm1(-rate_per_year * t) / rate_per_year)


def _paced(
    values: Floats,
    number: Ints,
    days: Days,
    comes: NDArray[np.intp],
    pace: Pace,
    rate_per_year: float,
) -> Floats:
    """The same where V grows: a weight for each draw and country, step by step; ``comes`` is who comes at
    each step (steps, draws), among the players of the pace's ceilings."""
    total = np.zeros((days.shape[1], values.shape[1]))
    before = pace.until(days[0], rate_per_year)
    whole, through = np.zeros(total.shape), np.zeros((*total.shape, len(pace.starts)))
    for step in range(len(number)):
        after = pace.until(days[step + 1], rate_per_year)
        factors = pace.factors
        if pace.ceilings is not None and pace.kept is not None:
            part, kept = pace.ceilings.part[comes[step]], pace.kept[comes[step]]
            whole += part
            through += part[:, :, None] * kept[:, None, :]
            factors = factors * mean_kept(whole, through)
        spell = after - before
        weighed = spell @ factors.T if factors.ndim == 2 else np.einsum("dy,dcy->dc", spell, factors)
        total += weighed * values[number[step]]
        before = after
    return total


def expected_cost(
    records: Records,
    game: Game,
    names: Sequence[str],
    ends: Days,
    promised: Mapping[str, dt.date],
    on: dt.date,
) -> Cost:
    """Worth of the promised timetable less that of the drawn ones (``ends``: commitments, draws)."""
    n = len(game.countries)
    rows = [k for k, name in enumerate(names) if name in game.players and name in promised]
    if not rows:
        return Cost(game.countries, np.zeros(n), np.zeros(n), 0.0, ends.shape[1])
    valued = [names[k] for k in rows]
    settings = records.settings
    ceilings = None if game.ceilings is None else game.ceilings()
    pace = Pace.of(records, game.countries, on, settings.horizon, ceilings)
    asked = (float((settings.horizon - on).days), settings.discount_rate_per_year, pace)
    plan = np.array([[max(0.0, float((promised[name] - on).days))] for name in valued])
    most = min(MOST_SETS, int(MOST_DRAWN_CELLS / max(game.cells, 1)))
    return _mean_cost(game, valued, (plan, ends[rows]), asked, most)


def _mean_cost(
    game: Game,
    names: Sequence[str],
    ends: tuple[Days, Days],
    asked: tuple[float, float, Pace | None],
    most: int,
    least: int = LEAST_VALUED,
) -> Cost:
    """Of the promised and the drawn ends; V is worked out for the first draws that ask for no more than
    ``most`` sets, ``least`` at least; ``asked`` is the horizon in days, the rate a year and the pace."""
    horizon_days, rate, pace = asked
    plan, drawn = ends
    steps, draws = _Steps.of(names, drawn, horizon_days), drawn.shape[1]
    m = draws if game.less_by_table(len(steps.sets)) else steps.within(most, least)
    if m < draws:
        steps = _Steps.of(names, drawn[:, :m], horizon_days)
    best = _worth_of(game, names, _Steps.of(names, plan, horizon_days), rate, pace)
    lost = best - _worth_of(game, names, steps, rate, pace)
    alike = np.zeros_like(lost) if m == draws else _if_added(game, names, ends, asked)
    apart = lost - alike[:m]
    mean, error = _mean(apart, alike)
    _, error_all = _mean(apart.sum(axis=1, keepdims=True), alike.sum(axis=1, keepdims=True))
    return Cost(game.countries, mean, error, float(error_all[0]), m)


def _mean(apart: Floats, alike: Floats) -> tuple[Floats, Floats]:
    """Equation (1) and its standard error, column by column: d of the first m draws, and ŷ of all."""
    m, M = len(apart), len(alike)
    d, y = apart - apart.mean(axis=0), alike - alike.mean(axis=0)
    both = (d * y[:m]).sum(axis=0) / (m - 1)
    variance = (d**2).sum(axis=0) / (m - 1) / m + ((y**2).sum(axis=0) / (M - 1) + 2 * both) / M
    return apart.mean(axis=0) + alike.mean(axis=0), np.sqrt(np.maximum(variance, 0.0))


def _if_added(
    game: Game, names: Sequence[str], ends: tuple[Days, Days], asked: tuple[float, float, Pace | None]
) -> Floats:
    """Cost of delay of each draw (draws, countries) if each commitment added what it adds in the promised
    order, whatever else is there."""
    horizon_days, rate, pace = asked
    plan, drawn = (np.clip(days, 0.0, horizon_days) for days in ends)
    order = [names[k] for k in np.argsort(plan[:, 0], kind="stable").tolist()]
    along = game.values([order[: k + 1] for k in range(len(order))])
    adds = dict(zip(order, np.diff(along, axis=0, prepend=0.0), strict=True))
    total = np.zeros((drawn.shape[1], len(game.countries)))
    for low in range(0, len(total), AT_ONCE):
        for p, name in enumerate(names):
            some = drawn[p, low : low + AT_ONCE]
            if pace is None:
                later = (_discounted(some, rate) - _discounted(plan[p], rate))[:, None]
            else:
                later = (pace.until(some, rate) - pace.until(plan[p], rate)) @ pace.factors.T
            total[low : low + AT_ONCE] += later * adds[name]
    return total
