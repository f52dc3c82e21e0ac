r"""When will it come, how sure is that, and what is the risk worth? Many drawn timetables at once.

Each open commitment has a remaining duration with three points. Without a row in ``durations`` it is drawn
from the reference class: the promised span (from the day the latest date was announced to that date) times a
log-normal ratio, given that it is not over yet; so what is long overdue is not taken to come tomorrow:

    (1)  end = announced + R · span ,   ln R ~ N(ln m, s²)  given  announced + R · span > t0

The defaults m = 1.84 and s = 0.42 are the maximum likelihood of nine corridor projects of the World Bank, of
which the three still open count as censored (actual over planned duration; the median of the finished alone,
1.30, hides delay).

A risk driver is one draw shared by all that it stretches, so commitments move together without a typed
correlation. Draws follow quasi-independent streams, one for each name, from one seed: adding a commitment
leaves the draws of the others as they were, and a driver can be switched to its likely value under the same
random numbers.

Worth of a drawn timetable is equation (1) of :mod:`milepost.value.delays`; its mean less the worth of the
promised one is the expected cost of delay, with the standard error of the mean
(:mod:`milepost.value.drawn_worth`).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.languages import Said
from milepost.records import Records
from milepost.records.kept import Grouped
from milepost.records.tables import Driver
from milepost.register.status import Status
from milepost.register.working_days import has_calendar, working_day
from milepost.results import Cell, Result, frame_of
from milepost.value.drawn_worth import expected_cost
from milepost.value.duration_shapes import duration_draws, triangular
from milepost.value.game import Game
from milepost.value.schedule import Days, Link, Passed, WorkingDays, passes

if TYPE_CHECKING:
    import pandas as pd

PERCENTILES = (10, 50, 80, 95)


@dataclass(frozen=True, repr=False)
class Draws(Result):
    """Drawn timetables. ``ends`` are days after ``on``, shape (commitments, draws).

    ``percentile`` has shape (commitments, 4) for P10, P50, P80, P95; ``on_time`` is the share of draws by the
    promised date (NaN without one), ``critical`` the share in which a commitment holds up the end of the
    whole. ``driver_days`` are the mean days that a driver costs, summed over commitments. ``cost`` is the
    expected cost of delay per country, MUSD present value, against the promised timetable, ``cost_error`` its
    standard error, ``cost_error_all`` that of all countries together, which share the draws; ``valued`` is
    how many draws were valued for it: all, where that does not take too long
    (:mod:`milepost.value.drawn_worth`). ``left_out`` says why something is not drawn.
    """

    on: dt.date
    seed: int
    draws: int
    commitments: tuple[str, ...]
    ends: Days
    percentile: NDArray[np.float64]
    on_time: NDArray[np.float64]
    critical: NDArray[np.float64]
    promised: Mapping[str, dt.date]
    drivers: tuple[str, ...]
    driver_days: NDArray[np.float64]
    countries: tuple[str, ...]
    cost: NDArray[np.float64]
    cost_error: NDArray[np.float64]
    cost_error_all: float
    valued: int
    all_on_time: float
    left_out: Mapping[str, str]
    basis: Mapping[str, str]

    def day(self, commitment: str, percent: int) -> dt.date:
        """The day by which a commitment has come in ``percent`` of the draws (10, 50, 80 or 95)."""
        row = self.commitments.index(commitment)
        value = float(self.percentile[row, PERCENTILES.index(percent)])
        return self.on + dt.timedelta(days=min(round(value), 500_000))

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost draws``."""
        rows = {}
        for k, name in enumerate(self.commitments):
            share = float(self.on_time[k])
            rows[name] = {
                "promised": self.promised[name].isoformat() if name in self.promised else None,
                **{f"p{p}": self.day(name, p).isoformat() for p in PERCENTILES},
                "on_time": None if np.isnan(share) else share,
                "critical": float(self.critical[k]),
                "basis": self.basis[name],
            }
        return {
            "on": self.on.isoformat(),
            "seed": self.seed,
            "draws": self.draws,
            "commitments": rows,
            "all_on_time": None if np.isnan(self.all_on_time) else self.all_on_time,
            "drivers": dict(zip(self.drivers, self.driver_days.tolist(), strict=True)),
            "expected_cost_of_delay": {
                "unit": "MUSD present value",
                "countries": dict(zip(self.countries, self.cost.tolist(), strict=True)),
                "standard_error": dict(zip(self.countries, self.cost_error.tolist(), strict=True)),
                "all": float(self.cost.sum()),
                "standard_error_all": self.cost_error_all,
                "draws": self.valued,
            },
            "left_out": dict(self.left_out),
        }

    def frame(self) -> pd.DataFrame:
        """A row a commitment: promised, P10, P50, P80, P95, share on time."""
        rows = [
            {
                "commitment": n,
                "promised": self.promised.get(n),
                **{f"P{p}": self.day(n, p) for p in PERCENTILES},
                "on_time": self.on_time[k],
            }
            for k, n in enumerate(self.commitments)
        ]
        frame = frame_of(rows)
        return frame.set_index("commitment") if rows else frame

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment, as in :meth:`as_dict`."""
        rows = self.as_dict()["commitments"]
        columns = ["promised", *(f"p{p}" for p in PERCENTILES), "on_time", "critical", "basis"]
        return ["commitment", *columns], [[n, *(row[c] for c in columns)] for n, row in rows.items()]

    @property
    def cost_all(self) -> float:
        """Expected cost of delay for all countries together, MUSD present value."""
        return float(self.cost.sum())

    def dearest(self, number: int = 3) -> list[tuple[str, float]]:
        """The countries that bear most of the expected cost of delay, and how much; none that gains by it."""
        ranked = sorted(zip(self.countries, self.cost.tolist(), strict=True), key=lambda pair: -pair[1])
        return [(c, v) for c, v in ranked[:number] if v > 0]

    @property
    def by_reference(self) -> tuple[str, ...]:
        """Commitments drawn from the reference class, for want of an estimate of their own."""
        return tuple(n for n, why in self.basis.items() if why.startswith("reference"))

    def headed(self) -> str:
        """How many, from which seed, on which day."""
        return f"{self.draws:,} drawn timetables, seed {self.seed}, on {self.on}"


def stream(seed: int, name: str, draws: int) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) that belong to a name: the same for a seed, whatever else is drawn."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))
    return np.maximum(rng.random(draws), 1e-16)


def working_days(country: str, on: dt.date, days: int) -> WorkingDays:
    """Working days of a country from a day on: its own weekend, and its public holidays as far as they are
    published.

    Raises ``WrongUse`` for a country that the calendars do not know.
    """
    if not has_calendar(country):
        raise WrongUse(f"No calendar of working days is known for '{country}'; leave the calendar empty.")
    return WorkingDays.of(np.array([working_day(on + dt.timedelta(days=n), country) for n in range(days)]))


def draw(
    records: Records,
    statuses: tuple[Status, ...],
    *,
    on: dt.date,
    draws: int = 10_000,
    seed: int = 0,
    game: Game | None = None,
) -> Draws:
    """Draw timetables of the open commitments.

    With ``game`` the worth of each is counted as well, for the commitments that it values. Raises
    ``WrongUse`` for fewer than two draws.
    """
    if draws < 2:
        raise WrongUse("Draw at least two timetables; ten thousand or more tell something.")
    found = _activities(records, statuses, on, draws, seed)
    names = found.names
    passed = found.run()
    ends = passed.end
    promised = {
        s.commitment: s.latest_promised.last for s in statuses if s.latest_promised and s.commitment in names
    }
    due = np.array([(promised[n] - on).days if n in promised else np.nan for n in names])
    kept = ends <= due[:, None]
    dated = ~np.isnan(due) if names else np.empty(0, dtype=bool)
    all_kept = float(kept[dated].all(axis=0).mean()) if dated.any() else float("nan") if names else 1.0
    cost = None if game is None else expected_cost(records, game, names, ends, promised, on)
    return Draws(
        on=on,
        seed=seed,
        draws=draws,
        commitments=names,
        ends=ends,
        percentile=np.percentile(ends, PERCENTILES, axis=1).T if names else np.empty((0, 4)),
        on_time=np.where(np.isnan(due), np.nan, kept.mean(axis=1)) if names else np.empty(0),
        critical=passed.critical.mean(axis=1) if names else np.empty(0),
        promised=promised,
        drivers=tuple(d.id for d in records.drivers),
        driver_days=found.driver_days(ends),
        countries=() if cost is None else cost.countries,
        cost=np.empty(0) if cost is None else cost.mean,
        cost_error=np.empty(0) if cost is None else cost.error,
        cost_error_all=0.0 if cost is None else cost.error_all,
        valued=0 if cost is None else cost.valued,
        all_on_time=all_kept,
        left_out=found.left_out,
        basis=found.basis,
    )


@dataclass(frozen=True)
class _Activities:
    """The open commitments as activities: durations as drawn (activities, draws), bounds on their starts in
    days, calendars by position, drivers that stretch them, and precedences."""

    names: tuple[str, ...]
    lengths: tuple[NDArray[np.float64], ...]
    bounds: list[float]
    calendars: dict[int, WorkingDays]
    stretched: Mapping[str, tuple[str, ...]]
    drivers: Mapping[str, Driver]
    factors: Mapping[str, NDArray[np.float64]]
    links: list[Link]
    basis: Mapping[str, str]
    left_out: Mapping[str, str]
    draws: int

    def run(self, without: str = "") -> Passed:
        """All draws at once; a driver that is left out counts as likely as it is expected to be."""
        rows = np.empty((len(self.names), self.draws))
        for k, name in enumerate(self.names):
            rows[k] = self.lengths[k]
            for driver in self.stretched.get(name, ()):
                likely = self.drivers[driver].likely_factor
                rows[k] *= likely if driver == without else self.factors[driver]
        return passes(rows, self.links, self.bounds, self.calendars, slack=not without)

    def driver_days(self, ends: Days) -> NDArray[np.float64]:
        """Mean days that each driver costs, summed over commitments."""
        return np.array([float((ends - self.run(d).end).mean(axis=1).sum()) for d in self.drivers])


def _activities(
    records: Records, statuses: tuple[Status, ...], on: dt.date, draws: int, seed: int
) -> _Activities:
    given = {d.commitment: d for d in records.durations}
    ratio = (records.param("schedule_ratio_median"), records.param("schedule_ratio_log_sd"))
    left_out: dict[str, str] = {}
    basis: dict[str, str] = {}
    lengths: dict[str, NDArray[np.float64]] = {}
    bounds: list[float] = []
    calendars: dict[int, WorkingDays] = {}
    made: dict[str, WorkingDays] = {}
    stretched: dict[str, tuple[str, ...]] = {}
    for s in statuses:
        if s.closed:
            continue
        name = s.commitment
        numbers = partial(stream, seed, f"commitment {name}", draws)
        row = given.get(name)
        if row is None:
            length, why = _reference(records, s, on, numbers)
            if length is None:
                left_out[name] = why
                continue
            bound, basis[name] = 0.0, why
        else:
            length = duration_draws(row, numbers(), ratio)
            bound = max(0.0, float((row.starts_after.first - on).days)) if row.starts_after else 0.0
            basis[name] = f"durations {row.id} ({row.basis})"
            stretched[name] = row.drivers
            if row.calendar:
                if row.calendar not in made:
                    made[row.calendar] = working_days(row.calendar, on, 60 * 366)
                calendars[len(lengths)] = made[row.calendar]
        lengths[name] = length
        bounds.append(bound)
    factors = {
        d.id: triangular(stream(seed, f"driver {d.id}", draws), d.low_factor, d.likely_factor, d.high_factor)
        for d in records.drivers
    }
    return _Activities(
        names=tuple(lengths),
        lengths=tuple(lengths.values()),
        bounds=bounds,
        calendars=calendars,
        stretched=stretched,
        drivers={d.id: d for d in records.drivers},
        factors=factors,
        links=_links(records, tuple(lengths), given),
        basis=basis,
        left_out=left_out,
        draws=draws,
    )


def _links(records: Records, names: tuple[str, ...], given: Collection[str]) -> list[Link]:
    """Precedences between the activities. A span of the reference class runs from the announcement, not from
    the end of its predecessor: it only ends after it."""
    index = {n: k for k, n in enumerate(names)}
    kinds = {
        d.id: "FF" if d.kind == "FS" and d.successor not in given else d.kind for d in records.dependencies
    }
    return [
        Link(index[d.predecessor], index[d.successor], kinds[d.id], d.lag_days)
        for d in records.dependencies
        if d.predecessor in index and d.successor in index
    ]


_dates_of = Grouped(lambda change: change.commitment)


def _reference(
    records: Records, s: Status, on: dt.date, numbers: Callable[[], NDArray[np.float64]]
) -> tuple[NDArray[np.float64] | None, str]:
    """Remaining days from the reference class, or why there are none; ``numbers`` draws for it."""
    if s.latest_promised is None:
        return None, Said("why-no-duration")
    changes = [
        d
        for d in _dates_of(records.date_changes).get(s.commitment, ())
        if not d.milestone and d.promised_for == s.latest_promised
    ]
    announced = max((d.announced_on.known_from for d in changes if d.announced_on), default=None)
    if announced is None or announced > on:
        return None, Said("why-not-announced")
    span = (s.latest_promised.last - announced).days
    median = records.param("schedule_ratio_median")
    spread = records.param("schedule_ratio_log_sd")
    elapsed = (on - announced).days
    if span <= 0:
        return None, Said("why-announced-then")
    gone = np.log(elapsed / span / median) / spread if elapsed > 0 else -np.inf
    u = numbers()
    # the upper tail in logarithms: what has outlived nearly all of its class still has a rest of its own
    ratio = median * np.exp(-spread * scipy.special.ndtri_exp(np.log1p(-u) + scipy.special.log_ndtr(-gone)))
    return np.maximum(
        ratio * span - elapsed, 0.0
    ), f"reference class, median {median:g}, of {span:,} days announced {announced}"
