r"""V of every set that a timetable may pass through: with it a page moves any date and is exact without
asking again.

The worth of a timetable (:mod:`milepost.value.delays`, equation 1) needs V(S) for the sets S that are
delivered between two dates. With K dated commitments there are 2^K of them, but many deliver the same network
and so share one row: on the North-South corridor 15 dated commitments have 32,768 sets and 9,216 rows. Where
that is small enough the book holds all sets and *any* number of dates can be moved. Else it holds the sets
that one moved date can pass through: every prefix of the others in order of date, with and without it, at
most 2 K^2 sets; moving a second one needs the next book.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.value.appraisal.by_date import SpendingByDate
from milepost.value.book_rows import GRAIN_MUSD, packed
from milepost.value.game import Game
from milepost.value.pace import DAYS_PER_YEAR, Pace, weight

Floats = NDArray[np.float64]
MOST_DATED = 16
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Book:
    """V in MUSD a year: set ``masks[k]`` (bit i = ``commitments[i]``) has row ``rows[row_of[k]]``, a number
    per country.

    ``complete``: every set of ``commitments`` is in it; else the sets that one moved date can pass through.
    ``spending``: what each costs by its date, where that is stated.
    """

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    masks: tuple[int, ...]
    row_of: NDArray[np.uint32]
    rows: Floats
    complete: bool
    on: dt.date
    horizon: dt.date
    continuous_rate_per_year: float
    dates: Mapping[str, dt.date]
    pace: Pace | None = None
    spending: Mapping[str, SpendingByDate] = field(default_factory=dict)

    def spent(self, dates: Mapping[str, dt.date | None]) -> float:
        """Present value of what is spent for a timetable, MUSD, for all who pay, on what a cost is stated of;
        None is never."""
        end = (self.horizon - self.on).days - 1
        return sum(
            one.at(None if (day := dates.get(name)) is None else min(max((day - self.on).days, 0), end))
            for name, one in self.spending.items()
        )

    def worth(self, dates: Mapping[str, dt.date]) -> Floats:
        """Present value on ``on`` of a timetable of the book's commitments, MUSD per country, from the book
        alone.

        Raises ``WrongUse`` for an unknown player, or for a set that an incomplete book does not hold.
        """
        for name in dates:
            if name not in self.commitments:
                raise one_of("dated commitment", name, list(self.commitments))
        where = {mask: int(row) for mask, row in zip(self.masks, self.row_of, strict=True)}
        end = (self.horizon - self.on).days
        days = sorted(
            (min(max((day - self.on).days, 0), end), 1 << self.commitments.index(name))
            for name, day in dates.items()
        )
        total, mask, begin = np.zeros(len(self.countries)), 0, 0
        for day, bit in [*days, (end, 0)]:
            if day > begin:
                if mask not in where:
                    raise WrongUse(
                        "This book holds the sets of one moved date; make a new one to move a second."
                    )
                rate = self.continuous_rate_per_year
                there = [name for k, name in enumerate(self.commitments) if mask >> k & 1]
                weighed = (
                    weight(begin, day, rate)
                    if self.pace is None
                    else self.pace.weight(begin, day, rate, there)
                )
                total += weighed * self.rows[where[mask]]
                begin = day
            mask |= bit
        return total

    @property
    def discount_rate_per_year(self) -> float:
        """The annual rate, a share, as appraisals state it."""
        return math.expm1(self.continuous_rate_per_year)

    def as_dict(self) -> dict[str, Any]:
        """The JSON that the page reads; ``rows`` as :func:`milepost.value.book_rows.packed` writes them.

        ``masks`` of an incomplete book are hexadecimal text: JavaScript's numbers are exact only up to 53
        commitments.
        """
        return {
            "unit": "MUSD/year",
            "commitments": list(self.commitments),
            "countries": list(self.countries),
            "complete": self.complete,
            "masks": [] if self.complete else [f"{mask:x}" for mask in self.masks],
            "row_of": self.row_of.tolist(),
            "grain_musd": GRAIN_MUSD,
            "rows": packed(self.rows, self.row_of, self.complete),
            "on": self.on.isoformat(),
            "horizon": self.horizon.isoformat(),
            "discount_rate_per_year": self.discount_rate_per_year,
            "continuous_rate_per_year": self.continuous_rate_per_year,
            "days_per_year": DAYS_PER_YEAR,
            "pace": None if self.pace is None else self.pace.as_dict(),
            "dates": {name: day.isoformat() for name, day in self.dates.items()},
            "spending": {
                name: {"days": list(one.days), "musd": list(one.musd)} for name, one in self.spending.items()
            },
        }


def book(
    game: Game,
    dates: Mapping[str, dt.date | None],
    *,
    on: dt.date,
    rate_per_year: float,
    horizon: dt.date,
    pace: Pace | None = None,
) -> Book:
    """The book of the players that have a date. Raises ``WrongUse`` for a date of no player."""
    for name in dates:
        if name not in game.players:
            raise one_of("valued open commitment", name, list(game.players))
    dated = {name: day for name, day in dates.items() if day is not None}
    names = tuple(name for name in game.players if name in dated)
    complete = len(names) <= MOST_DATED
    masks = list(range(1 << len(names))) if complete else _one_moved(names, dated)
    values, complete = _values(game, names, masks, complete)
    if not complete and len(masks) == 1 << len(names):
        masks = _one_moved(names, dated)
        values, _ = _values(game, names, masks, False)
    # equal rows once: the bytes are equal where two sets deliver the same network
    as_bytes = (
        np.ascontiguousarray(values)
        .view(np.dtype((np.void, values.dtype.itemsize * values.shape[1])))
        .ravel()
    )
    _, found, back = np.unique(as_bytes, return_index=True, return_inverse=True)
    first, position = np.unique(found[back], return_inverse=True)  # in the order in which sets name them
    return Book(
        names,
        game.countries,
        tuple(masks),
        position.astype(np.uint32),
        values[first],
        complete,
        on,
        horizon,
        rate_per_year,
        dated,
        pace,
    )


def book_around(held: Book, game: Game, dates: Mapping[str, dt.date | None]) -> Book:
    """The book of the same day around a timetable with some dates moved (None: never).

    Raises ``WrongUse`` for a date of what has none in ``held``.
    """
    for name in dates:
        if name not in held.dates:
            raise one_of("dated commitment", name, list(held.dates))
    never = held.horizon + dt.timedelta(days=1)
    moved = {name: dates.get(name, day) or never for name, day in held.dates.items()}
    found = book(
        game,
        moved,
        on=held.on,
        rate_per_year=held.continuous_rate_per_year,
        horizon=held.horizon,
        pace=held.pace,
    )
    return replace(found, spending=held.spending)


def _values(game: Game, names: tuple[str, ...], masks: list[int], complete: bool) -> tuple[Floats, bool]:
    if complete and len(game.players) <= MOST_DATED + 4 and game.fits_a_table:
        table = game.table()
        at = np.zeros(len(masks), dtype=np.int64)
        for k, name in enumerate(names):
            at |= ((np.asarray(masks, dtype=np.int64) >> k) & 1) << game.players.index(name)
        values = np.asarray(table[at])
        return values, len(np.unique(values[:, : min(4, values.shape[1])], axis=0)) <= MOST_ROWS
    if complete and len(masks) > MOST_ROWS:
        return np.empty((0, len(game.countries))), False
    sets = [[n for k, n in enumerate(names) if mask >> k & 1] for mask in masks]
    return game.values(sets), complete


def _one_moved(names: tuple[str, ...], dates: Mapping[str, dt.date]) -> list[int]:
    order = sorted(range(len(names)), key=lambda k: (dates[names[k]], k))
    masks = {0}
    for moved in range(len(names)):
        prefix = 0
        for k in (None, *(k for k in order if k != moved)):
            prefix |= 0 if k is None else 1 << k
            masks |= {prefix, prefix | 1 << moved}
    return sorted(masks)
