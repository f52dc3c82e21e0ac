r"""How sure is V? Draws of every parameter with a band, of trade flows and of where they are read from;
intervals on V(all), on each commitment, on any sets asked for, on shares and on the cost of delay.

In every draw all sets of commitments meet the same world (common random numbers), so differences between
commitments are not blurred. :mod:`milepost.value.drawn` says what is drawn and how; a changed parameter of
the network changes every path, so each draw builds the network anew and values the sets that are asked for
by the overlay, never all 2^K. Dates are not drawn here: those are :mod:`milepost.value.draws`.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.many import Runner, each, soonest_on
from milepost.records import Settings
from milepost.results import Cell, Result, frame_of, plain
from milepost.value.baseline import World
from milepost.value.ceilings import Ceilings
from milepost.value.corridor import corridor_values
from milepost.value.delays import DelayCost, delay_cost
from milepost.value.drawn import Draw, Plan, drawn
from milepost.value.game import Game
from milepost.value.pace import Pace
from milepost.value.shares import shapley

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
EXACT_UP_TO = 12
QUANTILES = (0.05, 0.5, 0.95)
NAMES = ("p5", "p50", "p95")


@dataclass(frozen=True)
class BySource:
    """V(all) of all countries together where flows are read from one source: P5, P50 and P95 of its draws;
    None where no draw fell to it."""

    source: str
    weight: float
    draws: int
    total: tuple[float, ...] | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        three = (None,) * 3 if self.total is None else self.total
        return {
            "source": self.source,
            "weight": self.weight,
            "draws": self.draws,
            **dict(zip(NAMES, three, strict=True)),
        }


@dataclass(frozen=True)
class Range:
    """One commitment: its share, what it is worth alone and what it adds to all others, at the centre and at
    P5, P50, P95 of the draws, MUSD a year, and those of a day's delay, MUSD a day; None for what was not
    asked for or has no date."""

    commitment: str
    central: float
    share: tuple[float, ...] | None
    delay: tuple[float, ...] | None
    central_alone: float
    alone: tuple[float, ...]
    central_last: float
    last: tuple[float, ...] | None


@dataclass(frozen=True, repr=False)
class Intervals(Result):
    """Draws of V(all) [draw, country]; of what each commitment is worth when it is the only one (``alone``)
    and when all others are delivered (``last``; NaN where that takes too many sets), of shares and of the
    cost of a day's delay, each [draw, commitment], summed over countries.

    ``worth`` holds V of every set in ``sets``, [draw, set, country], in the same draws, so that sets can be
    compared. ``plan`` says what was drawn; ``source`` from where each draw reads its flows.
    """

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    total: Floats
    alone: Floats
    last: Floats
    share: Floats
    delay: Floats
    central_total: Floats
    central_alone: Floats
    central_last: Floats
    central_share: Floats
    seed: int
    orders: int
    sets: tuple[tuple[str, ...], ...]
    worth: Floats
    central_worth: Floats  # [set, country]
    plan: Plan
    source: tuple[str, ...]
    unit: str = "MUSD/year"

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.total)

    def quantiles(self, values: Floats, at: tuple[float, ...] = QUANTILES) -> Floats:
        """Quantiles over draws, shape (len(at), ...)."""
        answer: Floats = np.quantile(values, at, axis=0)
        return answer

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost intervals``."""
        return {
            "sets": [
                {
                    "delivered": list(chosen),
                    "countries": {
                        c: self._band(self.worth[:, k, j], self.central_worth[k, j])
                        for j, c in enumerate(self.countries)
                    },
                    "sum": self._band(self.worth[:, k].sum(axis=1), self.central_worth[k].sum()),
                }
                for k, chosen in enumerate(self.sets)
            ],
            "unit": self.unit,
            "draws": self.draws,
            "seed": self.seed,
            "orders": self.orders,
            "total": {
                c: self._band(self.total[:, j], self.central_total[j]) for j, c in enumerate(self.countries)
            },
            "total_sum": self._band(self.total.sum(axis=1), self.central_total.sum()),
            "alone": self._by_commitment(self.alone, self.central_alone),
            "last": self._by_commitment(self.last, self.central_last),
            "share": self._by_commitment(self.share, self.central_share),
            "delay_of_a_day": {
                c: self._band(self.delay[:, i])
                for i, c in enumerate(self.commitments)
                if np.isfinite(self.delay[:, i]).all()
            },
            "flow_sources": [row.as_dict() for row in self.by_source()],
            **self.plan.as_dict(),
        }

    def _band(self, values: Floats, central: float | None = None) -> dict[str, float]:
        found = dict(zip(NAMES, self.quantiles(values).tolist(), strict=True))
        return found if central is None else {**found, "central": float(central)}

    def _by_commitment(self, values: Floats, central: Floats) -> dict[str, dict[str, float]]:
        return {
            c: self._band(values[:, i], central[i])
            for i, c in enumerate(self.commitments)
            if np.isfinite(values[:, i]).all()
        }

    def by_source(self) -> tuple[BySource, ...]:
        """V(all) of all countries together in the draws of each source of trade flows."""
        total = self.total.sum(axis=1)
        found = []
        for source, weight in self.plan.sources.items():
            mine = total[[s == source for s in self.source]]
            three = tuple(np.quantile(mine, QUANTILES).tolist()) if len(mine) else None
            found.append(BySource(source, weight, len(mine), three))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """A row a commitment: share, alone and last at the centre with their intervals, and a day's delay."""
        columns: dict[str, Any] = {"commitment": list(self.commitments)}
        for name, values, central in self._measures():
            band = self.quantiles(values)
            columns |= {
                f"{name}_musd_per_year": central,
                f"{name}_p5_musd_per_year": band[0],
                f"{name}_p95_musd_per_year": band[2],
            }
        delay = self.quantiles(self.delay)
        columns |= {"delay_p5_musd_per_day": delay[0], "delay_p95_musd_per_day": delay[2]}
        return frame_of(columns)

    def _measures(self) -> tuple[tuple[str, Floats, Floats], ...]:
        return (
            ("share", self.share, self.central_share),
            ("alone", self.alone, self.central_alone),
            ("last", self.last, self.central_last),
        )

    def ranked(self) -> list[int]:
        """Positions of the commitments, the largest share at the centre first; without shares by what each
        adds to all others, or, where that is not drawn either, by what it is worth alone."""
        measures = (self.central_share, self.central_last, self.central_alone)
        by = next((m for m in measures if np.isfinite(m).all()), self.central_alone)
        return sorted(range(len(self.commitments)), key=lambda i: -by[i])

    def ranges(self) -> list[Range]:
        """A row a commitment, in the order of :meth:`ranked`."""
        share, delay, alone, last = map(self.quantiles, (self.share, self.delay, self.alone, self.last))

        def known(values: Floats) -> tuple[float, ...] | None:
            return tuple(values.tolist()) if np.isfinite(values).all() else None

        return [
            Range(
                self.commitments[i],
                float(self.central_share[i]),
                known(share[:, i]),
                known(delay[:, i]),
                float(self.central_alone[i]),
                tuple(alone[:, i].tolist()),
                float(self.central_last[i]),
                known(last[:, i]),
            )
            for i in self.ranked()
        ]

    def total_all(self) -> tuple[float, float, float]:
        """V(all) of all countries together: at the centre, P5 and P95."""
        low, _, high = self.quantiles(self.total.sum(axis=1)).tolist()
        return float(self.central_total.sum()), low, high

    @property
    def gaining(self) -> int:
        """How many countries gain by V(all) in 19 of 20 draws."""
        return int((self.quantiles(self.total)[0] > 0).sum())

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment; if sets were asked for, a row a set and country instead."""
        if self.sets:
            worth = self.quantiles(self.worth)
            return ["delivered", "country", *(f"{x}_musd_per_year" for x in ("value", "p5", "p50", "p95"))], [
                [" ".join(chosen), c, float(self.central_worth[k, j]), *worth[:, k, j].tolist()]
                for k, chosen in enumerate(self.sets)
                for j, c in enumerate(self.countries)
            ]
        bands = [(name, central, self.quantiles(values)) for name, values, central in self._measures()]
        delay = self.quantiles(self.delay)
        return [
            "commitment",
            *(f"{n}{x}_musd_per_year" for n, _, _ in bands for x in ("", "_p5", "_p50", "_p95")),
            *(f"{x}_musd_per_day" for x in ("delay_p5", "delay_p50", "delay_p95")),
        ], [
            [
                self.commitments[i],
                *plain([x for _, central, band in bands for x in (central[i], *band[:, i].tolist())]),
                *plain(delay[:, i].tolist()),
            ]
            for i in self.ranked()
        ]

    def headed(self) -> str:
        """How many draws, in which unit."""
        return f"90 % intervals, {self.draws} draws, {self.unit}; delay in MUSD/day"


@dataclass(frozen=True)
class Wanted:
    """What is asked of each draw: V of ``sets``, shares from ``orders`` pairs of orders (0: none; None: only
    where they are exact, up to 12 commitments), the cost of a day on ``on`` by the timetable ``dates``.
    No draw moves the ``ceilings``."""

    on: dt.date
    dates: Mapping[str, dt.date]
    orders: int | None = None
    sets: tuple[tuple[str, ...], ...] = ()
    ceilings: Ceilings | None = None


def draw_intervals(
    world: World,
    wanted: Wanted,
    *,
    draws: int = 60,
    seed: int = 0,
    where: str | Runner = "here",
    progress: Callable[[int, int], None] | None = None,
) -> Intervals:
    """Draw, value and take quantiles.

    Shares are exact up to 12 commitments, else from ``wanted.orders`` pairs of the same orders; without them
    they are NaN, which leaves V and the cost of a day, and spares the many sets that shares need. So is what
    each of more than 12 commitments adds to all others where countries receive something: each such set is
    gathered along all its paths.

    ``where`` as in :func:`milepost.many.each`, or ``auto``: in processes if the whole takes longer than their
    start; the same bits whatever it is. Raises ``WrongUse`` for fewer than 10 draws or a commitment of the
    sets that has no value.
    """
    if draws < 10:
        raise WrongUse("An interval from fewer than 10 draws says nothing; ask for 10 or more.")
    plan = Plan.of(world.records, draws, seed)
    work = partial(_one, world, wanted)
    items = plan.draws()
    if callable(where):
        centre, *found = each(work, [None, *items], on=where)
    else:
        began = time.perf_counter()
        centre = work(None)
        if where == "auto":
            where = soonest_on(draws * (time.perf_counter() - began))
        found = each(work, items, on=where, progress=progress)

    return Intervals(
        commitments=centre.commitments,
        countries=centre.countries,
        total=np.array([f.total for f in found]),
        alone=np.array([f.alone for f in found]),
        last=np.array([f.last for f in found]),
        share=np.array([f.share for f in found]),
        delay=np.array([f.delay for f in found]),
        worth=np.array([f.worth for f in found]),
        central_total=centre.total,
        central_alone=centre.alone,
        central_last=centre.last,
        central_share=centre.share,
        central_worth=centre.worth,
        seed=seed,
        orders=0 if len(centre.commitments) <= EXACT_UP_TO else wanted.orders or 0,
        sets=wanted.sets,
        plan=plan,
        source=tuple(d.source for d in items),
    )


@dataclass(frozen=True)
class _Drawn:
    """One draw: V(all) [country], alone, last, shares and cost of a day [commitment], V of the sets [set,
    country]."""

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    total: Floats
    alone: Floats
    last: Floats
    share: Floats
    delay: Floats
    worth: Floats


def _one(world: World, wanted: Wanted, draw: Draw | None) -> _Drawn:
    here = world if draw is None else world.with_records(drawn(world.records, draw))
    values = corridor_values(here, first=sorted(wanted.dates, key=lambda p: (wanted.dates[p], p)))
    players, K, n = values.players, len(values.players), len(values.countries)
    whole, nothing = frozenset(players), frozenset[str]()
    last = K <= EXACT_UP_TO or bool(wanted.orders) or values.received is None
    needed = [
        nothing,
        whole,
        *(frozenset({p}) for p in players),
        *(whole - {p} for p in players if last),
        *(frozenset(one) & whole for one in wanted.sets),
        *_sets_of_delay(players, wanted, here.records.settings),
    ]
    needed = list(dict.fromkeys(needed))
    known = dict(zip(needed, values.of_each(needed), strict=True))
    game = values.game(known)
    exact = K <= EXACT_UP_TO
    if wanted.orders or (exact and wanted.orders is None):
        method: Literal["exact", "sampled"] = "exact" if exact else "sampled"
        share = shapley(game, method=method, orders=wanted.orders or 2, seed=0).share.sum(axis=1)
    else:
        share = np.full(K, np.nan)
    settings = here.records.settings
    pace = Pace.of(here.records, game.countries, wanted.on, settings.horizon, wanted.ceilings)
    cost = _delay_cost(game, wanted, settings, pace)
    delay = np.full(K, np.nan)
    for name, row in zip(cost.commitments, cost.cost, strict=True):
        delay[players.index(name)] = row.sum()
    total = known[whole]
    return _Drawn(
        players,
        values.countries,
        total,
        np.array([(known[frozenset({p})] - known[nothing]).sum() for p in players]),
        np.array([(total - known[whole - {p}]).sum() if last else np.nan for p in players]),
        share,
        delay,
        np.array([game.value(s) for s in wanted.sets]).reshape(len(wanted.sets), n),
    )


def _delay_cost(game: Game, wanted: Wanted, settings: Settings, pace: Pace | None) -> DelayCost:
    return delay_cost(
        game,
        wanted.dates,
        on=wanted.on,
        rate_per_year=settings.discount_rate_per_year,
        horizon=settings.horizon,
        days=1,
        pace=pace,
    )


def _sets_of_delay(players: tuple[str, ...], wanted: Wanted, settings: Settings) -> list[frozenset[str]]:
    """The sets whose V the cost of a day asks for: seen by asking a game that is worth nothing."""
    asked: list[frozenset[str]] = []

    def seen(delivered: frozenset[str]) -> Floats:
        asked.append(delivered)
        return np.zeros(1)

    _delay_cost(Game(players, ("all",), seen), wanted, settings, None)
    return asked
