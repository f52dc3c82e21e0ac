r"""Waiting fitted to published door-to-door days, and how well it fits.

Running times and stated waits explain about half of published times: ships, wagons, trucks and papers are
waited for. With x the few waiting parameters, the hours along a route's cheapest path are linear in them,

    (1)  h_r(x) = h_r0 + Σ_k a_rk x_k,

and x minimises the mean absolute error in days over the routes marked ``fit`` plus a mild pull to its start,

    (2)  min_x  (1/R) Σ_r |h_r(x) − stated_r| / 24  +  λ Σ_k |x_k − x0_k| / scale_k ,   bounds on x

(least absolute deviations as a linear program; one odd press report does not turn the fit). Paths are chosen
again with the new waits until they stay. Routes marked ``held out`` are only compared. Four parameters on a
dozen routes is a calibration, not an estimate: it says how long things take about, not why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from milepost.errors import NoSolution
from milepost.network.network import Network
from milepost.network.paths import Route as Path
from milepost.network.paths import route
from milepost.params import declared
from milepost.records import Param, Records, Route


class Fitted(NamedTuple):
    """A parameter that is fitted: between what bounds, and how many of its units count as one for the pull
    back to its start, the declared default."""

    name: str
    applies_to: str
    low: float
    high: float
    scale: float

    @property
    def start(self) -> float:
        """Value without a calibration."""
        default = declared(self.name, self.applies_to).default
        assert default is not None, f"{self.name} cannot be fitted without a default"
        return default


FITTED = (
    Fitted("waiting_factor", "port", 0.5, 4.0, 1.0),
    Fitted("waiting_factor", "border", 0.5, 2.0, 1.0),  # CAREC: 23-52 h by rail, 10-14 h by road
    Fitted("vehicle_wait_hours", "rail", 0.0, 168.0, 96.0),
    Fitted("vehicle_wait_hours", "road", 0.0, 168.0, 96.0),
)
PULL = 0.05
ROUNDS = 8


@dataclass(frozen=True)
class Compared:
    """A published time beside the model's, in days; ``error_days`` from the middle of the stated range."""

    route: str
    title: str
    sample: str
    days_min: float
    days_max: float
    model_days: float
    uncalibrated_days: float
    usd_per_t: float
    km: float

    @property
    def error_days(self) -> float:
        """Model less the middle of the stated range."""
        return self.model_days - (self.days_min + self.days_max) / 2

    @property
    def within(self) -> bool:
        """Whether the model's days lie in the stated range, to half a day."""
        return self.days_min - 0.5 <= self.model_days <= self.days_max + 0.5


@dataclass(frozen=True)
class Calibration:
    """Fit of the waiting parameters that the records hold."""

    routes: tuple[Compared, ...]
    without_path: tuple[str, ...]

    def median_error_days(self, sample: str, calibrated: bool = True) -> float | None:
        """Median absolute error in days over the routes of a sample (``fit`` or ``held out``); None without
        routes."""
        errors = [
            abs(r.error_days if calibrated else r.uncalibrated_days - (r.days_min + r.days_max) / 2)
            for r in self.routes
            if r.sample == sample
        ]
        return median(errors) if errors else None


@dataclass(frozen=True)
class Rivals:
    """The model's days of a headline route beside the range that is published for its branch between the same
    two countries."""

    route: str
    model: Compared
    days_min: float
    days_max: float

    @property
    def off_days(self) -> float:
        """Days below (negative) or above the range; within half a day of it: none."""
        days = self.model.model_days
        if self.days_min - 0.5 <= days <= self.days_max + 0.5:
            return 0.0
        return days - (self.days_min if days < self.days_min else self.days_max)


def rivals(records: Records, found: Calibration) -> tuple[Rivals, ...]:
    """Headline routes with a published time, each with the range of all routes of its branch."""
    row_of, country = {r.id: r for r in records.routes}, {n.id: n.country for n in records.nodes}

    def ends(route: str) -> set[str]:
        return {country[row_of[route].origin], country[row_of[route].destination]}

    answer = []
    by_route = {r.route: r for r in found.routes}
    for name in records.settings.headline_routes:
        if name not in by_route:
            continue
        branch = row_of[name].branch
        same = [
            row_of[r] for r in by_route if branch and row_of[r].branch == branch and ends(r) == ends(name)
        ] or [row_of[name]]
        low, high = min(r.days_min or 0.0 for r in same), max(r.days_max or 0.0 for r in same)
        answer.append(Rivals(name, by_route[name], low, high))
    return tuple(answer)


def compare(records: Records) -> Calibration:
    """Published and modelled days with the parameters as they stand, and with the waits left out."""
    rows = tuple(_comparable(records))
    if not rows:
        return Calibration((), ())
    now, plain = Network.of(records), Network.of(_with(records, [p.start for p in FITTED]))
    found, lost = [], []
    for row in rows:
        try:
            answer, before = (_walk(network, row) for network in (now, plain))
        except NoSolution:
            lost.append(row.id)
            continue
        found.append(
            Compared(
                row.id,
                row.title or row.id,
                row.sample,
                row.days_min or 0.0,
                row.days_max or 0.0,
                answer.days,
                before.days,
                answer.usd_per_t,
                answer.km,
            )
        )
    return Calibration(tuple(found), tuple(lost))


def calibrate(records: Records) -> dict[tuple[str, str], float]:
    """Waiting parameters that fit the routes marked ``fit``: (name, applies to) -> value, rounded to two
    decimals.

    Raises ``NoSolution`` when no such route has a path.
    """
    start = np.array([p.start for p in FITTED])
    scale = np.array([p.scale for p in FITTED])
    x = start.copy()
    for _ in range(ROUNDS):
        network = Network.of(_with(records, x))
        bumped = [_hours(_with(records, [v + (k == i) for k, v in enumerate(x)])) for i in range(len(x))]
        now = _hours(_with(records, x))
        A, b = [], []
        for row in _comparable(records):
            if row.sample != "fit":
                continue
            try:
                keys = [arc.key for arc in _walk(network, row).arcs]
            except NoSolution:
                continue
            hours = sum(now[key] for key in keys)
            slope = np.array([sum(bump[key] - now[key] for key in keys) for bump in bumped])
            A.append(slope / 24)
            b.append(((row.days_min or 0) + (row.days_max or 0)) / 2 - (hours - slope @ x) / 24)
        if not A:
            raise NoSolution("No route marked 'fit' has a path on the network, so nothing can be calibrated.")
        R, K = len(A), len(x)
        # unknowns: x, then |error| of each route, then |x - start| of each parameter
        cost = np.concatenate([np.zeros(K), np.full(R, 1 / R), PULL / scale])
        M = np.array(A)
        eye, wide = np.eye(R), np.eye(K)
        upper = np.block(
            [
                [M, -eye, np.zeros((R, K))],
                [-M, -eye, np.zeros((R, K))],
                [wide, np.zeros((K, R)), -wide],
                [-wide, np.zeros((K, R)), -wide],
            ]
        )
        limit = np.concatenate([b, -np.array(b), start, -start])
        bounds = [(p.low, p.high) for p in FITTED] + [(0, None)] * (R + K)
        answer = linprog(cost, A_ub=upper, b_ub=limit, bounds=bounds, method="highs")
        new = np.round(answer.x[:K], 2)
        if np.array_equal(new, x):
            break
        x = new
    return {(p.name, p.applies_to): float(v) for p, v in zip(FITTED, x, strict=True)}


def _comparable(records: Records) -> list[Route]:
    return [
        r for r in records.routes if r.sample and r.origin and r.destination and r.days_min and r.days_max
    ]


def _walk(network: Network, row: Route) -> Path:
    return route(
        network, row.origin, row.destination, cargo=row.cargo, via=row.via, avoid_modes=row.avoid_modes
    )


def _hours(records: Records) -> dict[tuple[str, ...], float]:
    return {arc.key: arc.hours + arc.wait_hours for arc in Network.of(records).arcs}


def _with(records: Records, values: Sequence[float] | NDArray[np.float64]) -> Records:
    kept = [
        p for p in records.params if (p.name, p.applies_to) not in {(q.name, q.applies_to) for q in FITTED}
    ]
    new = [
        Param(id=f"calibrated-{k}", name=p.name, applies_to=p.applies_to, value=float(v), basis="estimated")
        for k, (p, v) in enumerate(zip(FITTED, values, strict=True))
    ]
    return records.with_rows(params=[*kept, *new])
