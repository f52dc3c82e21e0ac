r"""How sure is V? Draws of trade elasticities, the value of time and trade flows; intervals on every V asked
for, shares, delay.

In every draw all sets of commitments meet the same parameters (common random numbers), so differences between
commitments are not blurred. Drawn are

* ``trade_elasticity`` and ``value_of_time_share_per_day`` from the triangle (low, value, high) of their rows
in params; the kinds
  of cargo move together; a row without low and high does not move;
* with many sectors, all elasticities by the same factor that the row ``trade_elasticity`` of params is drawn;
* each flow between two countries times exp(s e - s^2 / 2), e standard normal, s = 0.05 for reported flows and
those of a user,
  and for estimated ones the s at which as many flows lie within a factor of two as in the fit of the gravity
  that made them.

Home sales are what is left of GDP; where drawn exports leave less than a twentieth of it, they are scaled
down. The draws say nothing about the form of the model, nor about dates: those are
:mod:`milepost.value.draws`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from milepost.errors import WrongUse
from milepost.many import each
from milepost.records import Flow, Param, Records
from milepost.results import Cell, Result, frame_of, plain
from milepost.trade.gravity import coefficients
from milepost.trade.one_sector.from_records import base
from milepost.value.baseline import World
from milepost.value.corridor import corridor_game
from milepost.value.delays import delay_cost
from milepost.value.pace import Pace
from milepost.value.shares import shapley

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
DRAWN = ("trade_elasticity", "value_of_time_share_per_day")
REPORTED_LOG_SD = 0.05
EXACT_UP_TO = 12


@dataclass(frozen=True)
class Range:
    """One commitment: its share at the centre and at P5, P50, P95 of the draws, MUSD a year, and those of a
    day's delay, MUSD a day; None for what was not asked for or has no date."""

    commitment: str
    central: float
    share: tuple[float, ...] | None
    delay: tuple[float, ...] | None


@dataclass(frozen=True, repr=False)
class Intervals(Result):
    """Draws of V(all) [draw, country], shares and cost of a day's delay [draw, commitment], summed over
    countries.

    ``worth`` holds V of every set in ``sets``, [draw, set, country], in the same draws, so that sets can be
    compared.
    """

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    total: Floats
    share: Floats
    delay: Floats
    central_total: Floats
    central_share: Floats
    seed: int
    orders: int
    sets: tuple[tuple[str, ...], ...]
    worth: Floats
    central_worth: Floats  # [set, country]
    unit: str = "MUSD/year"

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.total)

    def quantiles(self, values: Floats, at: tuple[float, ...] = (0.05, 0.5, 0.95)) -> Floats:
        """Quantiles over draws, shape (len(at), ...)."""
        answer: Floats = np.quantile(values, at, axis=0)
        return answer

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost intervals``."""
        total, share, delay = (self.quantiles(x) for x in (self.total, self.share, self.delay))
        names = ("p5", "p50", "p95")
        worth, names_of = self.quantiles(self.worth), list(self.countries)
        return {
            "sets": [
                {
                    "delivered": list(chosen),
                    "countries": {
                        c: {
                            **dict(zip(names, worth[:, k, j].tolist(), strict=True)),
                            "central": float(self.central_worth[k, j]),
                        }
                        for j, c in enumerate(names_of)
                    },
                    "sum": {
                        **dict(
                            zip(names, self.quantiles(self.worth[:, k].sum(axis=1)).tolist(), strict=True)
                        ),
                        "central": float(self.central_worth[k].sum()),
                    },
                }
                for k, chosen in enumerate(self.sets)
            ],
            "unit": self.unit,
            "draws": self.draws,
            "seed": self.seed,
            "orders": self.orders,
            "total": {
                c: {
                    **dict(zip(names, total[:, j].tolist(), strict=True)),
                    "central": float(self.central_total[j]),
                }
                for j, c in enumerate(self.countries)
            },
            "share": {
                c: {
                    **dict(zip(names, share[:, i].tolist(), strict=True)),
                    "central": float(self.central_share[i]),
                }
                for i, c in enumerate(self.commitments)
                if np.isfinite(share[:, i]).all()
            },
            "delay_of_a_day": {
                c: dict(zip(names, delay[:, i].tolist(), strict=True))
                for i, c in enumerate(self.commitments)
                if np.isfinite(delay[:, i]).all()
            },
        }

    def frame(self) -> pd.DataFrame:
        """A row a commitment: share at the centre and its interval, the same for a day's delay."""
        share, delay = self.quantiles(self.share), self.quantiles(self.delay)
        return frame_of(
            {
                "commitment": list(self.commitments),
                "share_musd_per_year": self.central_share,
                "share_p5_musd_per_year": share[0],
                "share_p95_musd_per_year": share[2],
                "delay_p5_musd_per_day": delay[0],
                "delay_p95_musd_per_day": delay[2],
            }
        )

    def ranked(self) -> list[int]:
        """Positions of the commitments, the largest share at the centre first."""
        return sorted(range(len(self.commitments)), key=lambda i: -self.central_share[i])

    def ranges(self) -> list[Range]:
        """A row a commitment, the largest share at the centre first."""
        share, delay = self.quantiles(self.share), self.quantiles(self.delay)

        def known(values: Floats) -> tuple[float, ...] | None:
            return tuple(values.tolist()) if np.isfinite(values).all() else None

        return [
            Range(self.commitments[i], float(self.central_share[i]), known(share[:, i]), known(delay[:, i]))
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
        share, delay = self.quantiles(self.share), self.quantiles(self.delay)
        return [
            "commitment",
            *(f"{x}_musd_per_year" for x in ("share", "share_p5", "share_p50", "share_p95")),
            *(f"{x}_musd_per_day" for x in ("delay_p5", "delay_p50", "delay_p95")),
        ], [
            [
                self.commitments[i],
                *plain([self.central_share[i], *share[:, i].tolist(), *delay[:, i].tolist()]),
            ]
            for i in self.ranked()
        ]

    def headed(self) -> str:
        """How many draws, in which unit."""
        return f"shares with 90 % intervals, {self.draws} draws, {self.unit}; delay in MUSD/day"


def banded(records: Records) -> tuple[str, ...]:
    """Which of the parameters drawn have a low and a high value on record, so that they are drawn at all."""
    wide = {
        p.name
        for p in records.params
        if p.use == "model" and p.low is not None and p.high is not None and p.low < p.high
    }
    return tuple(name for name in DRAWN if name in wide)


@dataclass(frozen=True)
class Wanted:
    """What is asked of each draw: V of ``sets``, shares from ``orders`` pairs of orders (0: none), the cost
    of a day on ``on`` by the timetable ``dates``."""

    on: dt.date
    dates: Mapping[str, dt.date]
    orders: int = 100
    sets: tuple[tuple[str, ...], ...] = ()


def draw_intervals(
    world: World,
    wanted: Wanted,
    *,
    draws: int = 100,
    seed: int = 0,
    where: str = "here",
    progress: Callable[[int, int], None] | None = None,
) -> Intervals:
    """Draw, value and take quantiles.

    Shares are exact up to 12 commitments, else from ``wanted.orders`` pairs of the same orders; with none
    they are not drawn (NaN), which leaves V and the cost of a day, and spares the many sets that shares need.

    ``where`` as in :func:`milepost.many.each`; the same bits whatever it is. Raises ``WrongUse`` for fewer
    than 10 draws or a commitment of the sets that has no value.
    """
    if draws < 10:
        raise WrongUse("An interval from fewer than 10 draws says nothing; ask for 10 or more.")
    work = partial(_one, world, wanted)
    centre = work(None)
    seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(draws)]
    found = each(work, seeds, on=where, progress=progress)
    return Intervals(
        commitments=centre.commitments,
        countries=centre.countries,
        total=np.array([f.total for f in found]),
        share=np.array([f.share for f in found]),
        delay=np.array([f.delay for f in found]),
        central_total=centre.total,
        central_share=centre.share,
        seed=seed,
        orders=0 if len(centre.commitments) <= EXACT_UP_TO else wanted.orders,
        sets=wanted.sets,
        worth=np.array([f.worth for f in found]),
        central_worth=centre.worth,
    )


def drawn(records: Records, seed: int) -> Records:
    """The records with parameters and flows drawn; the same for the same seed."""
    rng = np.random.default_rng(seed)
    levels = {name: float(rng.random()) for name in DRAWN}
    changed: list[Param] = []
    for row in records.params:
        if (
            row.use == "model"
            and row.name in levels
            and row.low is not None
            and row.high is not None
            and row.low < row.high
        ):
            changed.append(
                row.model_copy(update={"value": _triangle(levels[row.name], row.low, row.value, row.high)})
            )
        else:
            changed.append(row)
    if records.settings.model == "many-sectors":
        return _sectors_drawn(records, tuple(changed), rng)
    made = base(records)
    X = made.economy.flows
    sd = np.where(made.mark == "estimated", _estimated_sd(), REPORTED_LOG_SD)
    noise = np.exp(sd * rng.standard_normal(X.shape) - sd**2 / 2)
    np.fill_diagonal(noise, 1.0)
    Y = X * noise
    # GDP is known better than trade: a draw whose exports leave next to nothing of it for home is scaled down
    # to what is there
    output, home = X.sum(axis=1), X.diagonal()
    abroad = Y.sum(axis=1) - Y.diagonal()
    most = output - np.minimum(home, 0.05 * output)
    share = np.minimum(1.0, most / np.where(abroad > 0, abroad, 1.0))
    Y *= share[:, None]
    np.fill_diagonal(Y, output - abroad * share)
    names = made.economy.countries
    flows = [
        Flow(
            exporter=a,
            importer=b,
            usd_m=float(Y[i, j]),
            valuation="cif" if made.matrix.cif[i, j] else "fob",
            basis="estimated" if made.matrix.estimated[i, j] else "",
        )
        for i, a in enumerate(names)
        for j, b in enumerate(names)
    ]
    settings = records.settings.model_copy(update={"deficits": made.economy.closure})
    return replace(records, settings=settings, params=tuple(changed), flows=tuple(flows))


def _sectors_drawn(records: Records, params: tuple[Param, ...], rng: np.random.Generator) -> Records:
    after = replace(records, params=params)
    before, drawn_ = records.find_param("trade_elasticity"), after.find_param("trade_elasticity")
    factor = drawn_.value / before.value if before is not None and drawn_ is not None else 1.0
    trade = []
    for row in records.sector_trade:
        noise = float(np.exp(REPORTED_LOG_SD * rng.standard_normal() - REPORTED_LOG_SD**2 / 2))
        trade.append(
            row if row.exporter == row.importer else row.model_copy(update={"usd_m": row.usd_m * noise})
        )
    sectors = tuple(
        s.model_copy(update={"trade_elasticity": s.trade_elasticity * factor}) for s in records.sectors
    )
    return replace(after, sectors=sectors, sector_trade=tuple(trade))


@dataclass(frozen=True)
class _Drawn:
    """One draw: V(all) [country], shares and cost of a day [commitment], V of the sets [set, country]."""

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    total: Floats
    share: Floats
    delay: Floats
    worth: Floats


def _one(world: World, wanted: Wanted, seed: int | None) -> _Drawn:
    here = world if seed is None else world.with_records(drawn(world.records, seed))
    game = corridor_game(here)
    K, n = len(game.players), len(game.countries)
    if wanted.orders:
        method: Literal["exact", "sampled"] = "exact" if K <= EXACT_UP_TO else "sampled"
        shares = shapley(game, method=method, orders=wanted.orders, seed=0)
        total, share = shares.total, shares.share.sum(axis=1)
    else:
        total, share = game.value(game.players).reshape(n), np.full(K, np.nan)
    settings = here.records.settings
    cost = delay_cost(
        game,
        wanted.dates,
        on=wanted.on,
        rate_per_year=settings.discount_rate_per_year,
        horizon=settings.horizon,
        days=1,
        pace=Pace.of(here.records, game.countries, wanted.on, settings.horizon),
    )
    delay = np.full(K, np.nan)
    for name, row in zip(cost.commitments, cost.cost, strict=True):
        delay[game.players.index(name)] = row.sum()
    worth = np.array([game.value(s) for s in wanted.sets]).reshape(len(wanted.sets), n)
    return _Drawn(game.players, game.countries, total, share, delay, worth)


def _triangle(u: float, low: float, mode: float, high: float) -> float:
    mode = min(max(mode, low), high)
    cut = (mode - low) / (high - low)
    if u < cut:
        return low + float(np.sqrt(u * (high - low) * (mode - low)))
    return high - float(np.sqrt((1 - u) * (high - low) * (high - mode)))


def _estimated_sd() -> float:
    within = coefficients()["fit_from_gdp_and_geography_alone"]["flows above 100 MUSD"][
        "share_within_factor_two"
    ]
    return float(np.log(2) / ndtri((1 + within) / 2))
