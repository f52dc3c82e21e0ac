"""What a timetable with some dates moved is worth, against the one that holds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.results import Result, frame_of
from milepost.value.delays import worth
from milepost.value.game import Game
from milepost.value.pace import Pace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Trial(Result):
    """Present value on ``on`` of two timetables, MUSD, shape (countries,). ``dates`` are those of the second;
    None is never. ``saved`` is what the second spends less than the first, all who pay together; None where
    nobody states a cost."""

    on: dt.date
    horizon: dt.date
    continuous_rate_per_year: float
    dates: Mapping[str, dt.date | None]
    countries: tuple[str, ...]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    unit: str = "MUSD present value"
    saved: float | None = None

    @property
    def change(self) -> NDArray[np.float64]:
        """What the moved dates bring, or cost."""
        answer: NDArray[np.float64] = self.after - self.before
        return answer

    @property
    def discount_rate_per_year(self) -> float:
        """The annual rate, a share, as appraisals state it."""
        return math.expm1(self.continuous_rate_per_year)

    def as_dict(self) -> dict[str, Any]:
        """Values by country before, after and their difference, and that of all countries together."""
        columns = {"before": self.before, "after": self.after, "change": self.change}
        return {
            "unit": self.unit,
            "on": self.on.isoformat(),
            "horizon": self.horizon.isoformat(),
            "discount_rate_per_year": self.discount_rate_per_year,
            "continuous_rate_per_year": self.continuous_rate_per_year,
            "dates": {c: d.isoformat() if d else None for c, d in self.dates.items()},
            **{k: dict(zip(self.countries, v.tolist(), strict=True)) for k, v in columns.items()},
            "change_all": float(self.change.sum()),
            "saved": self.saved,
            "net": float(self.change.sum()) + (self.saved or 0.0),
        }

    def frame(self) -> pd.DataFrame:
        """A row a country, MUSD present value."""
        return frame_of(
            {"country": self.countries, "before": self.before, "after": self.after, "change": self.change}
        )

    def headed(self) -> str:
        """In which unit, on which day."""
        return f"a timetable with dates moved, {self.unit} on {self.on}"


def try_dates(
    game: Game,
    held: Mapping[str, dt.date | None],
    moved: Mapping[str, dt.date | None],
    *,
    on: dt.date,
    rate_per_year: float,
    horizon: dt.date,
    pace: Pace | None = None,
) -> Trial:
    """The timetable ``held`` of the players of a game beside the same with the dates of ``moved``.

    Raises ``WrongUse`` for a moved date of no player.
    """
    before = {c: held.get(c) for c in game.players}
    after = {**before, **moved}
    first, second = (
        worth(game, dates, on=on, rate_per_year=rate_per_year, horizon=horizon, pace=pace)
        for dates in (before, after)
    )
    return Trial(on, horizon, rate_per_year, after, game.countries, first, second)
