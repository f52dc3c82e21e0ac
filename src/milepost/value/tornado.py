r"""Which figure matters most? V of a set with one parameter at a time at the ends of its band, all others as
they are on record, largest swing first; and the values at which V, or V less a yearly cost, is nothing.

The ends are those of :mod:`milepost.value.uncertain`: a bar equals two runs of ``milepost value`` on a
folder in which the row is edited. The source of trade flows is a bar too, from the source that gives least to
the one that gives most.

A *switching value* of a parameter p is a zero of V(S; p) - cost. V is looked at on a grid over the band and
beyond, up to a hundred times its ends and never past the bounds of sense of the declaration; between two
points of different sign the zero is found by Brent's method (Brent 1973, *Algorithms for Minimization without
Derivatives*, ch. 4), and where V becomes nothing and stays so, by halving. There may be several. Zeros that
come in pairs between two points of the grid are not seen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.errors import MilepostError, WrongUse, one_of
from milepost.many import each, soonest_on
from milepost.params import declared
from milepost.results import Cell, Result, plain
from milepost.value.baseline import World
from milepost.value.corridor import corridor_values, players_of
from milepost.value.game import Progress
from milepost.value.uncertain import Banded, banded, flow_sources, from_source, not_drawn, with_values

Floats = NDArray[np.float64]
INSIDE, BEYOND = 5, 4  # points of the grid over the band, and on each side of it
FARTHEST = 100.0  # times the ends of the band
NOTHING = 1e-9  # of the largest V met: rounding
PRECISION = 1e-5
FLOWS = "flows"  # id of the bar of their source


@dataclass(frozen=True)
class Bar:
    """V(S), MUSD a year, with one parameter at the low and at the high end of its band; None where the model
    has no value there. ``low`` and ``high`` are None for the source of flows, whose ends are named."""

    id: str
    name: str
    applies_to: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    low_end: str
    high_end: str
    at_low: float | None
    at_high: float | None

    @property
    def swing(self) -> float:
        """How far V moves between the two ends, MUSD a year."""
        return 0.0 if self.at_low is None or self.at_high is None else abs(self.at_high - self.at_low)

    @property
    def label(self) -> str:
        """Name, and what it applies to."""
        return self.name if self.applies_to == "all" else f"{self.name} {self.applies_to}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "id": self.id,
            "name": self.name,
            "applies_to": self.applies_to,
            "unit": self.unit,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "low_end": self.low_end,
            "high_end": self.high_end,
            "at_low": self.at_low,
            "at_high": self.at_high,
            "swing": self.swing,
        }


@dataclass(frozen=True)
class Switching:
    """Where V(S) less the cost is nothing: values of one parameter, in its unit, in ascending order, within
    ``searched``, the span that was looked at."""

    id: str
    label: str
    unit: str
    low: float
    high: float
    searched: tuple[float, float]
    at: tuple[float, ...]

    @property
    def inside(self) -> tuple[float, ...]:
        """Those within the band."""
        return tuple(p for p in self.at if self.low <= p <= self.high)

    @property
    def said(self) -> str:
        """What there is, in words."""
        outside = [p for p in self.at if p not in self.inside]
        unit = f" {self.unit}" if self.unit else ""
        parts = []
        if self.inside:
            parts.append(f"switches within its band at {_listed(self.inside)}{unit}")
        elif outside:
            parts.append("does not switch within its band")
        else:
            return f"does not switch at all, from {self.searched[0]:.4g} to {self.searched[1]:.4g}{unit}"
        if outside:
            parts.append(f"{'and' if self.inside else 'but'} beyond it at {_listed(outside)}{unit}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "id": self.id,
            "name": self.label,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "searched": list(self.searched),
            "at": list(self.at),
            "inside": list(self.inside),
            "said": self.said,
        }


@dataclass(frozen=True, repr=False)
class Tornado(Result):
    """V of a set less a yearly ``cost``, MUSD a year, of all countries together or of one: as it stands
    (``central``), and with one parameter at a time at the ends of its band, the largest swing first."""

    delivered: tuple[str, ...]
    country: str
    cost: float
    central: float
    bars: tuple[Bar, ...]
    switching: tuple[Switching, ...]
    not_moved: Mapping[str, str]
    unit: str = "MUSD/year"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost intervals --tornado``."""
        return {
            "unit": self.unit,
            "delivered": list(self.delivered),
            "country": self.country,
            "cost": self.cost,
            "central": self.central,
            "bars": [bar.as_dict() for bar in self.bars],
            "switching": [one.as_dict() for one in self.switching],
            "not_moved": dict(self.not_moved),
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a parameter; with switching values, these as one text."""
        at = {one.id: one for one in self.switching}
        heads = ["id", "name", "applies_to", "unit", "value", "low_end", "high_end"]
        musd = [f"{x}_musd_per_year" for x in ("at_low", "at_high", "swing")]
        return [*heads, *musd, "switches_at"], [
            [
                *plain([bar.id, bar.name, bar.applies_to, bar.unit, bar.value, bar.low_end, bar.high_end]),
                *plain([bar.at_low, bar.at_high, bar.swing]),
                "; ".join(f"{p:.6g}" for p in at[bar.id].at) if bar.id in at else None,
            ]
            for bar in self.bars
        ]

    def span(self) -> tuple[float, float]:
        """The least and the most that V comes to."""
        ends = [v for bar in self.bars for v in (bar.at_low, bar.at_high) if v is not None]
        return min([self.central, *ends]), max([self.central, *ends])

    def headed(self) -> str:
        """Of which set, in which unit."""
        less = f" less {self.cost:g}" if self.cost else ""
        return (
            f"V({', '.join(self.delivered) or 'nothing'}){less}, {self.unit}, one parameter at a time at the "
            "ends of its band"
        )


@dataclass(frozen=True)
class Asked:
    """What is valued: V of ``delivered``, of all countries together or of one, less ``cost``; MUSD a year."""

    delivered: tuple[str, ...]
    country: str = ""
    cost: float = 0.0


Change = tuple[str, float | str] | None  # a row and its value, or FLOWS and a source


def tornado_of(
    world: World,
    asked: Asked,
    *,
    switching: bool = False,
    only: Sequence[str] = (),
    where: str = "here",
    progress: Progress | None = None,
) -> Tornado:
    """Value the ends of every band; with ``switching`` also where V less the cost is nothing. ``only`` limits
    it to some rows of params (and ``flows``, their source).

    ``where`` as in :func:`milepost.many.each`, or ``auto``; the same bits whatever it is. Raises ``WrongUse``
    for a commitment without a value, an unknown country, or a row that has no band.
    """
    records = world.records
    players = players_of(world)
    for name in asked.delivered:
        if name not in players:
            raise one_of("valued open commitment", name, list(players))
    names = [c.id for c in records.countries]
    if asked.country and asked.country not in names:
        raise one_of("country", asked.country, names)
    rows, sources = banded(records), list(flow_sources(records))
    _refuse_unknown(only, rows, not_drawn(records))
    rows = tuple(row for row in rows if not only or row.id in only)
    sources = sources[1:] if not only or FLOWS in only else []  # the first of them is what stands
    ends: list[Change] = [(row.id, p) for row in rows for p in (row.low, row.high)]
    ends += [(FLOWS, source) for source in sources]
    count = len(ends) + (len(rows) if switching else 0)

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress(done, count)

    work = partial(_worth, world, asked)
    began = time.perf_counter()
    found: dict[Change, float] = {None: work(None)}
    if where == "auto":
        grids = len(rows) * (INSIDE + 2 * BEYOND) if switching else 0
        where = soonest_on((len(ends) + grids) * (time.perf_counter() - began))
    found |= zip(ends, each(work, ends, on=where, progress=tell), strict=True)
    central = found[None]
    bars = [_bar(row, found) for row in rows]
    if sources:
        bars.append(_bar_of_sources(list(flow_sources(records)), central, found))
    zeros = (
        each(
            partial(switching_values, world, asked),
            rows,
            on=where,
            progress=lambda done, _: tell(len(ends) + done, count),
        )
        if switching
        else []
    )
    return Tornado(
        delivered=asked.delivered,
        country=asked.country,
        cost=asked.cost,
        central=central,
        bars=tuple(sorted(bars, key=lambda b: (-b.swing, b.label, b.id))),
        switching=tuple(zeros),
        not_moved={} if only else not_drawn(records),
    )


def switching_values(world: World, asked: Asked, row: Banded) -> Switching:
    """Where V less the cost is nothing as one parameter moves."""
    known: dict[float, float] = {}

    def worth(p: float) -> float:
        if p not in known:
            known[p] = _worth(world, asked, (row.id, p))
        return known[p]

    points = grid(row)
    searched, at = zeros_of(worth, points)
    return Switching(row.id, row.label, row.unit, row.low, row.high, searched, at)


def grid(row: Banded) -> list[float]:
    """Points over the band and beyond, up to the bounds of sense of the declaration, in ascending order."""
    known = declared(row.name)
    least, most = max(known.low, row.low / FARTHEST), min(known.high, row.high * FARTHEST)
    least, most = min(least, row.low), max(most, row.high)
    return sorted(
        {
            row.value,
            *_between(least, row.low, BEYOND + 1),
            *_between(row.low, row.high, INSIDE),
            *_between(row.high, most, BEYOND + 1),
        }
    )


def zeros_of(
    worth: Callable[[float], float], points: Sequence[float]
) -> tuple[tuple[float, float], tuple[float, ...]]:
    """The span of the points at which there is a value, and the zeros that the signs at the points show."""
    values = [worth(p) for p in points]
    there = [k for k, v in enumerate(values) if math.isfinite(v)]
    if not there:
        return (points[0], points[-1]), ()
    nothing = NOTHING * max(abs(values[k]) for k in there)

    def sign(v: float) -> int:
        return 0 if abs(v) <= nothing else (1 if v > 0 else -1)

    at = []
    for a, b in pairwise(there):
        left, right = sign(values[a]), sign(values[b])
        if b != a + 1 or left == right:
            continue
        if left and right:
            zero, told = scipy.optimize.brentq(
                worth, points[a], points[b], rtol=PRECISION, maxiter=60, full_output=True, disp=False
            )
            at.append(float(zero if told.converged else points[a]))
        else:
            at.append(_becomes_nothing(worth, sign, points[a], points[b]))
    return (points[there[0]], points[there[-1]]), tuple(at)


def _becomes_nothing(
    worth: Callable[[float], float], sign: Callable[[float], int], a: float, b: float
) -> float:
    """Between a value and nothing: where nothing begins, seen from the value."""
    some, none = (a, b) if sign(worth(a)) else (b, a)
    while abs(some - none) > PRECISION * max(abs(a), abs(b)):
        middle = (some + none) / 2
        some, none = (middle, none) if sign(worth(middle)) else (some, middle)
    return none


def _worth(world: World, asked: Asked, change: Change) -> float:
    """V of the set less the cost with one change; NaN where the model has no value."""
    records = world.records
    if change is not None:
        name, to = change
        records = from_source(records, to) if isinstance(to, str) else with_values(records, {name: to})
    try:
        here = world if change is None else world.with_records(records)
        values = corridor_values(here, asked.delivered)
        found = values.of_each([frozenset(asked.delivered)])[0]
    except MilepostError:
        if change is None:
            raise
        return math.nan
    one = found.sum() if not asked.country else found[values.countries.index(asked.country)]
    return float(one) - asked.cost


def _bar(row: Banded, found: Mapping[Change, float]) -> Bar:
    low, high = found[row.id, row.low], found[row.id, row.high]
    bar = Bar(
        row.id,
        row.name,
        row.applies_to,
        row.unit,
        row.value,
        row.low,
        row.high,
        f"{row.low:g}",
        f"{row.high:g}",
        None,
        None,
    )
    return replace(bar, at_low=_known(low), at_high=_known(high))


def _bar_of_sources(names: list[str], central: float, found: Mapping[Change, float]) -> Bar:
    """From the source of flows that gives least to the one that gives most."""
    worth = {names[0]: central} | {s: found[FLOWS, s] for s in names[1:]}
    there = sorted((v, s) for s, v in worth.items() if math.isfinite(v))
    (low, least), (high, most) = there[0], there[-1]
    return Bar(FLOWS, "source of flows", "all", "", None, None, None, least, most, low, high)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _between(low: float, high: float, count: int) -> list[float]:
    if not low < high:
        return [low]
    return (
        [low, *np.geomspace(low, high, count)[1:-1].tolist(), high]
        if low > 0
        else (np.linspace(low, high, count).tolist())
    )


def _refuse_unknown(only: Sequence[str], rows: tuple[Banded, ...], others: Mapping[str, str]) -> None:
    known = [*(row.id for row in rows), FLOWS]
    for name in only:
        if name in others:
            raise WrongUse(f"{name} is not moved: it {others[name]}.")
        if name not in known:
            raise one_of("row of params with a band", name, known)


def _listed(values: Sequence[float]) -> str:
    *first, last = (f"{p:.4g}" for p in values)
    return f"{', '.join(first)} and {last}" if first else last
