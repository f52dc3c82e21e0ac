r"""What does one more day of delay cost?

The worth of a timetable on a day t0 is the discounted integral of the yearly value of what is delivered by
then, up to the programme's horizon T:

    (1)  W = ∫_{t0}^{T}  e^{−r (t − t0)}  V(S(t))  dt          t in years of 365.25 days, V in MUSD a year

S(t) only changes on the dates of the timetable, so (1) is a finite sum and exact: between two dates the
weight is

    (2)  w(a, b) = ( e^{−r a} − e^{−r b} ) / r ,   or  b − a  when r = 0.

The cost of a delay of commitment i from day d to day d + m, all other dates as they are, is W less W with the
date moved: a difference, not a derivative. Outside those days the two integrands are the same, so it is

    (3)  ∫_{d}^{d+m}  e^{−r (t − t0)}  [ V(S(t)) − V(S(t) \ i) ]  dt ,

which is exactly zero for a commitment that changes nothing and loses no digits to two large numbers.
Discounting at a continuous rate is standard in cost-benefit analysis (e.g. Boardman et al., ch. on
discounting).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.results import Cell, Result, frame_of, largest
from milepost.value.evidence import EstimatedShare
from milepost.value.game import Game
from milepost.value.pace import Pace, weight

if TYPE_CHECKING:
    import pandas as pd

    from milepost.value.appraisal.deferred import Deferred

Day = dt.date | str | None  # a str in ISO form


@overload
def day_of(day: dt.date | str) -> dt.date: ...
@overload
def day_of(day: None) -> None: ...
@overload
def day_of(day: Day) -> dt.date | None: ...
def day_of(day: Day) -> dt.date | None:
    """A day given as a date or in ISO form; None stays None. Raises ``WrongUse`` for anything else."""
    if isinstance(day, dt.datetime):
        return day.date()
    if day is None or isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day)
    except (TypeError, ValueError):
        raise WrongUse(f"{day!r} is no day; give a date, or write it as 2026-11-25.") from None


@dataclass(frozen=True, repr=False)
class DelayCost(Result):
    """Cost of a delay, present value on ``on`` in MUSD, per commitment and country.

    ``cost`` is benefit lost, shape (commitments, countries); ``saved`` what is spent later, for all who pay,
    less ``escalation``, by which it becomes dearer while it waits; of what nobody states a cost of there is
    neither. What a delay costs *net* is the one less the other.
    ``undated`` are valued commitments that no source dates: they are in no timetable, so a day of their delay
    has no cost that could be stated. ``estimated_share`` is the
    part of the value of all that are dated that rests on flows which nobody records. ``received``
    (commitments, countries) is the part of ``cost`` that is taxes and margins not received; None where
    nothing is.
    """

    on: dt.date
    days: int
    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    cost: NDArray[np.float64]
    dates: Mapping[str, dt.date]
    undated: tuple[str, ...]
    beyond_horizon: tuple[str, ...]
    continuous_rate_per_year: float
    horizon: dt.date
    estimated_share: EstimatedShare | None = None
    received: NDArray[np.float64] | None = None
    grows: bool = False  # V grows with trade, by the rows of growth
    saved: Mapping[str, float] = field(default_factory=dict)  # spending put off, MUSD, where a cost is stated
    escalation: Mapping[str, float] = field(default_factory=dict)  # what of it is lost again, dearer later

    @property
    def unit(self) -> str:
        """Unit of ``cost``."""
        return "MUSD/day" if self.days == 1 else f"MUSD per {self.days} days"

    @property
    def discount_rate_per_year(self) -> float:
        """The annual rate, a share, as appraisals state it."""
        return math.expm1(self.continuous_rate_per_year)

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost delay --json``; ``all`` is the sum over every country of the model."""
        return {
            "unit": self.unit,
            "on": self.on.isoformat(),
            "days": self.days,
            "discount_rate_per_year": self.discount_rate_per_year,
            "continuous_rate_per_year": self.continuous_rate_per_year,
            "horizon": self.horizon.isoformat(),
            "grows": self.grows,
            "dates": {name: day.isoformat() for name, day in self.dates.items()},
            "undated": list(self.undated),
            "beyond_horizon": list(self.beyond_horizon),
            "commitments": self._by_commitment(self.cost),
            "received": None if self.received is None else self._by_commitment(self.received),
            "deferred": {
                name: self.saved[name] + self.escalation.get(name, 0.0)
                for name in self.commitments
                if name in self.saved
            },
            "escalation": {
                name: self.escalation[name] for name in self.commitments if name in self.escalation
            },
            "saved": {name: self.saved[name] for name in self.commitments if name in self.saved},
            "net": dict(self.ranked()),
            "estimated_share": None if self.estimated_share is None else self.estimated_share.as_dict(),
        }

    def _by_commitment(self, values: NDArray[np.float64]) -> dict[str, dict[str, float]]:
        return {
            name: dict(zip(self.countries, row.tolist(), strict=True)) | {"all": float(row.sum())}
            for name, row in zip(self.commitments, values, strict=True)
        }

    def sums(self, values: NDArray[np.float64]) -> dict[str, float]:
        """``cost`` or ``received`` by commitment, summed over countries."""
        return dict(zip(self.commitments, values.sum(axis=1).tolist(), strict=True))

    @property
    def net(self) -> dict[str, float]:
        """Benefit lost by all countries together less spending put off, by commitment; where nobody states a
        cost it is the benefit lost alone."""
        return {name: lost - self.saved.get(name, 0.0) for name, lost in self.sums(self.cost).items()}

    def ranked(self) -> list[tuple[str, float]]:
        """Commitments by what a delay costs net for all together, dearest first."""
        return sorted(self.net.items(), key=lambda pair: (-pair[1], pair[0]))

    def frame(self, *, units: bool = False) -> pd.DataFrame:
        """Costs as a table: a row per commitment, a column per country and ``all``, what spending later saves
        (NaN: nobody states what it costs) and the net; the axis of columns is named by the unit.

        A file has no such axis: with ``units`` each column names its unit itself, ``AGO_musd_per_day``.
        """
        unit = "_musd_per_day" if self.days == 1 else f"_musd_per_{self.days}_days"
        columns = [f"{c}{unit if units else ''}" for c in (*self.countries, "all", "saved", "net")]
        saved = [self.saved.get(name, np.nan) for name in self.commitments]
        cost = np.column_stack([self.cost, self.cost.sum(axis=1), saved, list(self.net.values())])
        return frame_of(cost, columns, self.commitments, row="commitment", column=self.unit)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment: when it is due, benefit lost by each country and by all, what spending later
        saves, and the net."""
        net = self.net
        return ["commitment", "due", *self.countries, "all", "saved", "escalation", "net"], [
            [
                name,
                self.dates[name].isoformat(),
                *row,
                sum(row),
                self.saved.get(name),
                self.escalation.get(name),
                net[name],
            ]
            for name, row in zip(self.commitments, self.cost.tolist(), strict=True)
        ]

    def with_spending(self, later: Mapping[str, Deferred]) -> DelayCost:
        """The same with what is spent later by the delay."""
        return replace(
            self,
            saved={name: one.saved for name, one in later.items()},
            escalation={name: one.dearer for name, one in later.items()},
        )

    def most(self, commitment: str, number: int = 2) -> list[tuple[str, float]]:
        """The countries that a delay of a commitment costs most, in size, and what."""
        row = self.cost[self.commitments.index(commitment)].tolist()
        return largest(self.countries, row, number)

    def headed(self) -> str:
        """Unit and day of valuation."""
        return f"cost of delay, {self.unit}, present value on {self.on}, {len(self.commitments)} commitments"


def worth(
    game: Game,
    dates: Mapping[str, dt.date | None],
    *,
    on: dt.date,
    rate_per_year: float,
    horizon: dt.date,
    pace: Pace | None = None,
) -> NDArray[np.float64]:
    """Present value on ``on`` of a timetable, MUSD per country (equation 1); with a ``pace`` V grows.

    ``dates`` gives the day from which each player of the game is delivered; ``None`` or a missing name is
    never, a day before ``on`` counts from ``on``. Raises ``WrongUse`` for a name that is no player or a
    horizon before ``on``.
    """
    if horizon <= on:
        raise WrongUse(
            f"The horizon {horizon} is not after {on}; there is no time left in which to count value."
        )
    for name in dates:
        if name not in game.players:
            raise one_of("valued open commitment", name, list(game.players))
    end = (horizon - on).days
    steps: dict[int, set[str]] = {}
    for name, day in dates.items():
        if day is not None and day < horizon:
            steps.setdefault(max((day - on).days, 0), set()).add(name)
    total = np.zeros(len(game.countries))
    spells = list(_spells(steps, 0, end))
    game.values([delivered for *_, delivered in spells])
    for begin, until, delivered in spells:
        total += _weighed(pace, begin, until, rate_per_year, delivered) * game.value(delivered)
    return total


def _spells(steps: Mapping[int, set[str]], begin: int, end: int) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The stretches of days between ``begin`` and ``end`` with what is delivered in each."""
    delivered = frozenset[str]().union(*(names for day, names in steps.items() if day <= begin))
    days = sorted(day for day in steps if begin < day < end)
    for start, until in zip([begin, *days], [*days, end], strict=True):
        delivered = delivered.union(steps.get(start, ()))
        if until > start:
            yield start, until, delivered


def _weighed(
    pace: Pace | None, begin: int, until: int, rate_per_year: float, delivered: frozenset[str], times: int = 1
) -> NDArray[np.float64] | float:
    """Discounted years between two days for V of a set, one number or, where V grows, one a country
    (``times`` over)."""
    if pace is None:
        return weight(begin, until, rate_per_year)
    return np.tile(pace.weight(begin, until, rate_per_year, delivered), times)


def delay_cost(
    game: Game,
    dates: Mapping[str, Day],
    *,
    on: dt.date | str,
    rate_per_year: float,
    horizon: dt.date | str,
    days: int = 1,
    pace: Pace | None = None,
) -> DelayCost:
    """Cost of ``days`` more days of delay of each dated player, the others unmoved (equation 3); MUSD,
    present value on ``on``.

    A commitment whose date has passed is taken to come on ``on`` at the earliest, and its delay counts from
    there. Names in ``dates`` that are no players of the game are passed over: they have no value that could
    be lost. With a ``pace`` V grows. Days are dates or in ISO form. Raises ``WrongUse`` for what is no day, a
    horizon that is not after ``on``, fewer than one day of delay.
    """
    on, horizon = day_of(on), day_of(horizon)
    if horizon <= on:
        raise WrongUse(
            f"The horizon {horizon} is not after {on}; there is no time left in which to count value."
        )
    if not isinstance(days, int | np.integer) or days < 1:
        raise WrongUse("A delay is at least one day, and a whole number of them.")
    plan = {name: max(day, on) for name in game.players if (day := day_of(dates.get(name))) is not None}
    inside = [name for name in plan if plan[name] < horizon]
    end, n = (horizon - on).days, len(game.countries)
    steps: dict[int, set[str]] = {}
    for name in inside:
        steps.setdefault((plan[name] - on).days, set()).add(name)
    told = game if game.wide is None else game.wide  # V, and behind it what is received
    cost = np.zeros((len(inside), len(told.countries)))
    times = len(told.countries) // max(n, 1)
    late = {}
    for name in inside:
        first = (plan[name] - on).days
        late[name] = list(_spells(steps, first, min(first + days, end)))
    told.values([s for name in inside for *_, there in late[name] for s in (there, there - {name})])
    for row, name in enumerate(inside):
        for begin, until, delivered in late[name]:
            if pace is None or pace.kept is None:
                missed = told.value(delivered) - told.value(delivered - {name})
                cost[row] += _weighed(pace, begin, until, rate_per_year, delivered, times) * missed
                continue
            for these, sign in ((delivered, 1.0), (delivered - {name}, -1.0)):
                weighed = _weighed(pace, begin, until, rate_per_year, these, times)
                cost[row] += sign * weighed * told.value(these)
    return DelayCost(
        on=on,
        days=days,
        commitments=tuple(inside),
        countries=game.countries,
        cost=cost[:, :n],
        received=None if game.wide is None else cost[:, n:],
        dates={name: plan[name] for name in inside},
        undated=tuple(name for name in game.players if name not in plan),
        beyond_horizon=tuple(name for name in plan if name not in inside),
        continuous_rate_per_year=rate_per_year,
        horizon=horizon,
        grows=pace is not None,
        estimated_share=game.estimated_share(inside),
    )
