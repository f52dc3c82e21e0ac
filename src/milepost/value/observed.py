r"""What is observed beside what the model says: published days and costs, and counts of traffic.

A count is compared with what the model sends over the same place at the flows of the base
(:mod:`milepost.value.counted`). Days and costs of a published route are those of the cheapest path that keeps
to what the source states of it (nodes passed, links taken, modes left out), for the middle of its cargo
class: no draw of a shipment type is in them. Where the source tells of the train, truck or ship alone,
loading and unloading at both ends are not in them. All is told on the network of the middle of the base year:
what was shut since then was open. A price of more than five years before it is of other fuel, other rates of
exchange and another market: it is shown, and enters nothing. What cannot be compared is not passed over: its
row says why.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import fmean, median
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution
from milepost.network.network import Network
from milepost.network.paths import Route as Path
from milepost.network.paths import route
from milepost.network.restrictions import in_force, restrictions
from milepost.network.shipment_types import ShipmentTypes, without_spread
from milepost.records import Records, Route
from milepost.results import Cell, Result
from milepost.value.appraisal.prices import Dollars
from milepost.value.baseline import Baseline, World
from milepost.value.counted import Counted

Floats = NDArray[np.float64]
Kind = Literal["days", "cost", "count"]
OLD_PRICE_YEARS = 5  # before the base year: an older price is of another market
KINDS: Mapping[Kind, str] = {"days": "days", "cost": "USD/t", "count": "Mt/year"}


@dataclass(frozen=True)
class Observation:
    """One published figure: ``observed`` in ``unit`` (days, USD/t or Mt a year), the middle of ``between``
    where its source tells a lowest and a highest; ``where`` says of what in words, ``thing`` is the same for
    all figures of the same place or path."""

    kind: Kind
    id: str
    where: str
    sample: str
    observed: float
    year: int | None
    source: str
    thing: tuple[str, ...] = ()
    between: tuple[float, float] | None = None
    alone: bool = False  # of the train, truck or ship alone, without loading
    cargo: str = ""  # class of what is carried, where it is a route

    @property
    def unit(self) -> str:
        """Unit of both figures."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Told:
    """An observation, and what the model says of the same thing; None with the reason where it says
    nothing."""

    observation: Observation
    model: float | None
    why_not: str = ""

    @property
    def ratio(self) -> float | None:
        """Model over observed; None where there is no figure, or nothing was observed."""
        if self.model is None or self.observation.observed <= 0:
            return None
        return self.model / self.observation.observed

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values."""
        o = self.observation
        return {
            "kind": o.kind,
            "id": o.id,
            "where": o.where,
            "sample": o.sample,
            "year": o.year,
            "observed": o.observed,
            "model": self.model,
            "ratio": self.ratio,
            "unit": o.unit,
            "why_not": self.why_not,
            "source": o.source,
        }


@dataclass(frozen=True)
class Summary:
    """How near the rows of one kind and sample are: median of |model / observed − 1|, and the shares within a
    quarter and a half of the observed figure. Where each place or path is a row, what is missed is told from
    the lowest or highest that is published of it, and is nothing between them."""

    kind: Kind
    sample: str
    rows: int
    median_error: float
    within_quarter: float
    within_half: float


@dataclass(frozen=True, repr=False)
class HowWell(Result):
    """How well the model tells what is known, row by row."""

    rows: tuple[Told, ...]

    def headed(self) -> str:
        """How many figures are compared."""
        compared = sum(row.model is not None for row in self.rows)
        return f"{compared} of {len(self.rows)} published figures beside the model"

    def summaries(self) -> tuple[Summary, ...]:
        """By kind and sample; a sample without a comparable row is left out."""
        return _summed(self._compared(), lambda rows: [abs((row.ratio or 0.0) - 1) for row in rows])

    def each_once(self) -> tuple[Summary, ...]:
        """As :meth:`summaries`, each place or path once: the mean of what the model says of it beside the
        lowest and highest of its figures of the same kind, sample and class of cargo. A model between them
        contradicts none."""
        return _summed(self._compared(), _missed_once)

    def _compared(self) -> list[Told]:
        return [row for row in self.rows if row.ratio is not None]

    def furthest(self) -> tuple[Told, ...]:
        """Of each kind the row that is furthest off by its ratio, of those that count; of several of which
        the model has nothing, the largest."""
        found = []
        for kind in KINDS:
            counting = [
                (math.inf if row.ratio == 0 else abs(math.log(row.ratio)), row.observation.observed, row)
                for row in self.rows
                if row.observation.kind == kind
                and row.observation.sample != "check"
                and row.ratio is not None
            ]
            if counting:
                found.append(max(counting, key=lambda far: far[:2])[2])
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """Summaries by kind and sample, and every row."""
        return {
            "summary": [vars(s) for s in self.summaries()],
            "each_once": [vars(s) for s in self.each_once()],
            "observations": [row.as_dict() for row in self.rows],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row an observation."""
        rows = [row.as_dict() for row in self.rows]
        return list(rows[0]) if rows else ["kind", "id"], [list(row.values()) for row in rows]


@dataclass(frozen=True, repr=False)
class Unseen(HowWell):
    """Figures told by fits that had not seen them: all of them each time they were dealt, and time by
    time."""

    times: tuple[HowWell, ...]

    def headed(self) -> str:
        """How many figures are told, and how often."""
        once = self.times[0].headed()
        return f"{once}, dealt {len(self.times)} times" if len(self.times) > 1 else once

    def each_once(self) -> tuple[Summary, ...]:
        """A place or path counts once each time that it was dealt."""
        times = {id(row): k for k, one in enumerate(self.times) for row in one.rows}

        def missed(rows: Sequence[Told]) -> list[float]:
            each = [[r for r in rows if times[id(r)] == k] for k in range(len(self.times))]
            return [off for one in each for off in _missed_once(one)]

        return _summed(self._compared(), missed)

    def of_times(self, kind: Kind) -> tuple[Summary, ...]:
        """How near the figures of a kind are each time."""
        return tuple(s for one in self.times for s in one.summaries() if s.kind == kind)

    def as_dict(self) -> dict[str, Any]:
        """Summaries of all times together and of each, and every row with the time that told it."""
        return {
            **super().as_dict(),
            "times": [[vars(s) for s in one.summaries()] for one in self.times],
            "observations": [
                {"time": k, **row.as_dict()} for k, one in enumerate(self.times, 1) for row in one.rows
            ],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row an observation and time."""
        rows: list[dict[str, Any]] = self.as_dict()["observations"]
        return list(rows[0]) if rows else ["time", "kind", "id"], [list(row.values()) for row in rows]


def _summed(rows: Sequence[Told], missed: Callable[[Sequence[Told]], list[float]]) -> tuple[Summary, ...]:
    """By kind and sample, what a rule says is missed of their rows."""
    found = []
    for kind in KINDS:
        for sample in ("fit", "held out"):
            off = missed([r for r in rows if r.observation.kind == kind and r.observation.sample == sample])
            if off:
                quarter, half = (sum(o <= most for o in off) / len(off) for most in (0.25, 0.5))
                found.append(Summary(kind, sample, len(off), median(off), quarter, half))
    return tuple(found)


def _missed_once(rows: Sequence[Told]) -> list[float]:
    """Of each place or path: how far the model is outside what is published of it, as a share of the nearer
    end."""
    things: dict[tuple[object, ...], list[Told]] = {}
    for row in rows:
        o = row.observation
        # without a place or path a figure is a thing of its own
        things.setdefault((*(o.thing or (o.id,)), o.alone, o.cargo), []).append(row)
    return [_outside(told) for told in things.values()]


def _outside(told: Sequence[Told]) -> float:
    ends = [o.between or (o.observed, o.observed) for o in (row.observation for row in told)]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    says = fmean(row.model or 0.0 for row in told)
    if low <= says <= high:
        return 0.0
    return says / high - 1 if says > high else 1 - says / low


def how_well(world: World) -> HowWell:
    """Every published figure of the records beside the model as it stands."""
    return Model(world).how_well()


def observations(records: Records) -> tuple[Observation, ...]:
    """Every published figure of a kind that the model has one for, those for checking only included."""
    return (*_of_routes(records), *_of_counts(records))


def _of_routes(records: Records) -> Iterator[Observation]:
    for row in records.routes:
        if not (row.origin and row.destination):
            continue
        where, sample = row.title or f"{row.origin}-{row.destination}", row.sample or "check"
        told = partial(
            Observation,
            id=row.id,
            where=where,
            year=row.year,
            source=row.source,
            thing=path_told(row),
            alone=row.loading == "excluded",
            cargo=row.cargo,
        )
        if ends := [days for days in (row.days_min, row.days_max) if days]:
            between = (min(ends), max(ends))
            yield told(kind="days", sample=sample, observed=sum(ends) / len(ends), between=between)
        if (usd := usd_per_t(records, row)) is not None:
            old = row.year is not None and row.year < records.settings.base_year - OLD_PRICE_YEARS
            yield told(kind="cost", sample="check" if old else sample, observed=usd)


def _of_counts(records: Records) -> Iterator[Observation]:
    for row in records.counts:
        mt = row.mt
        if mt is None and row.teu is not None:
            mt = row.teu * records.param("tonnes_per_teu") / 1e6
        if mt is not None:
            where = " ".join(x for x in (row.place, row.mode, row.direction) if x and x != "both")
            thing = (row.place_table, row.place, row.mode, row.direction)
            yield Observation("count", row.id, where, row.sample, mt, row.year, row.source, thing)


def path_told(row: Route) -> tuple[str, ...]:
    """What a published route tells of, whoever tells it and whenever: its ends, the nodes and links on the
    way, the modes left out."""
    return ("routes", row.origin, row.destination, ";".join(row.via), ";".join(sorted(row.avoid_modes)))


def usd_per_t(records: Records, row: Route) -> float | None:
    """The price of a published route per tonne, at the prices of the base year; None without one, or in a
    unit that is not of a tonne or a container: ``USD/TEU`` is of a box of twenty feet, ``USD/FEU`` of one of
    forty, which counts as two TEU. Where ``prices`` has no level for its year it stays as published."""
    if row.cost is None or row.cost_unit not in ("USD/t", "USD/TEU", "USD/FEU"):
        return None
    cost = row.cost * ((row.year and Dollars(records).level(row.year)) or 1.0)
    if row.cost_unit == "USD/t":
        return cost
    if row.cost_unit == "USD/TEU":
        return cost / records.param("tonnes_per_20_foot_box")
    return cost / (2 * records.param("tonnes_per_teu"))


@dataclass(frozen=True)
class Model:
    """What the model says of any observation, in one world: paths and loads are found once."""

    world: World
    plain: Network = field(init=False)
    counted: Counted = field(init=False)
    found: dict[str, Path | None] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        then = _of_base_year(self.world)
        middle = ShipmentTypes.of(without_spread(then.records))  # of the same arcs
        object.__setattr__(self, "plain", replace(then.network(), types=middle))
        object.__setattr__(self, "counted", Counted.of(then))

    def how_well(self) -> HowWell:
        """Every published figure of the records beside it."""
        return HowWell(tuple(self.tells(one) for one in observations(self.world.records)))

    def tells(self, one: Observation) -> Told:
        """The model's figure beside an observation."""
        if one.kind == "count":
            count = next(r for r in self.world.records.counts if r.id == one.id)
            return Told(one, *self.counted.tells(count))
        if (path := self.path(one.id)) is None:
            return Told(one, None, "no such path")
        row = next(r for r in self.world.records.routes if r.id == one.id)
        if one.kind == "days" and not (row.days_min and row.days_max):
            return Told(one, None, f"only its {'shortest' if row.days_min else 'longest'} time is stated")
        alone = row.loading == "excluded"
        hours, usd = path.without_loading() if alone else (path.hours, path.usd_per_t)
        return Told(one, hours / 24 if one.kind == "days" else usd)

    def path(self, ident: str) -> Path | None:
        """Cheapest path that keeps to what a published route states; None where there is none."""
        if ident not in self.found:
            row = next(r for r in self.world.records.routes if r.id == ident)
            try:
                self.found[ident] = route(
                    self.plain,
                    row.origin,
                    row.destination,
                    cargo=row.cargo,
                    via=row.via,
                    avoid_modes=row.avoid_modes,
                    compiled=True,
                )
            except NoSolution:
                self.found[ident] = None
        return self.found[ident]


def _of_base_year(world: World) -> World:
    """The world as it was in the middle of the year of its flows: what was shut since then was open when that
    traffic was counted."""
    records, today = world.records, world.baseline
    then = in_force(records, dt.date(records.settings.base_year, 7, 1))
    if then == today.usual.ids:
        return world
    counted = replace(today, usual=restrictions(records, then))
    if isinstance(world, Baseline):
        return counted
    held = (world.restricted.ids - today.usual.ids) | then
    return replace(world, baseline=counted, restricted=restrictions(records, held))


def log_ratio(model: float, observed: float, least: float) -> float:
    """ln(model / observed), both raised by ``least``, so that nothing observed and nothing modelled are a
    finite way apart."""
    return math.log((max(model, 0.0) + least) / (observed + least))
