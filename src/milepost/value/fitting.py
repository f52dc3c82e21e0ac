r"""What nobody has measured, fitted to what has been: waits, rates, constants of modes, spreads, values of a
tonne.

With x the fitted parameters and m(x) what the model says of the observations marked ``fit``, x minimises

    (1)  Σ_n w_n ρ( ln(m_n(x) / y_n) / σ_kind )  +  Σ_k ( (x_k − x0_k) / s_k )²        within bounds,

with ρ the soft absolute value, so that one odd report does not turn the fit; x0 what stands in the records
(or the default), s_k a wide band, x and x0 in logarithms where x is a factor. Counts, days and costs are told
together (estimation from counts: Van Zuylen & Willumsen 1980, Transportation Research B 14(3)), and a place
that is counted several times has the weight of one. Loads rise in steps, since every shipment type has one
path, so slopes are taken over a step of half of s_k, and of a fifth of it at the end.

Only what is assumed, estimated or left to a default is fitted; a parameter with another basis stays, and so
do all rows that state an observation. What ends at a bound is named. Observations marked ``held out`` are
only compared.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.network.transfers import SHARES
from milepost.params import CLASSES, EVERY, declared
from milepost.records import Param, Records
from milepost.results import Cell, Result
from milepost.value.baseline import World
from milepost.value.observed import (
    HowWell,
    Model,
    Observation,
    Told,
    Unseen,
    how_well,
    log_ratio,
    observations,
    path_told,
)

Floats = NDArray[np.float64]
SIGMA = {"days": 0.25, "cost": 0.25, "count": 0.5}  # of the logarithm: counts of one place differ as much
LEAST = {"days": 0.0, "cost": 0.0, "count": 0.1}  # Mt: below this a count tells nothing about the corridor
STEPS = (0.5, 0.2)  # of the width of a prior: the shorter one where the longer finds nothing any more
DAMPINGS = (0.0, 1.0, 10.0, 100.0)
LEAST_GAIN = 0.01  # of the sum of squares in a round
GOOD_GAIN = 0.02  # with less, slopes are taken anew
MOST_ROUNDS = 20


class Prior(NamedTuple):
    """What is fitted, between which bounds and how freely: ``sd`` of its logarithm, or in its own unit where
    it is ``added`` and may be zero; ``centre`` is what is expected where nothing is observed (None: what
    stands in the records)."""

    name: str
    applies_to: str
    low: float
    high: float
    sd: float
    added: bool = False
    centre: float | None = None

    def expected(self, stands: float) -> float:
        """The centre, or what stands."""
        return stands if self.centre is None else self.centre


BY_FIT = "by milepost fit"
CONSTANT = "mode_constant_usd_per_tkm"
WITH_A_ROW = (("added_wait_hours", "ferry"), ("running_hours_per_day", "road"))  # fitted where one states it
OF_CLASS = "class_constant_usd_per_tkm"
RATIONED = ("rail",)  # modes whose wagons, engines and paths a country gives out, whatever is paid
UNCOUNTED_SD = (
    0.001  # USD/tkm: of a mode by which nobody counted traffic, nothing says what keeps goods off it
)
TYPES = "shipment_types"
SPREADS = ("time_spread", "taste_spread", "cost_variance")
PRIORS = (
    Prior("added_wait_hours", "port", 0.0, 240.0, 48.0, added=True),
    Prior("added_wait_hours", "ferry", 0.0, 240.0, 48.0, added=True),
    Prior("added_wait_hours", "border", 0.0, 120.0, 24.0, added=True),
    Prior("added_wait_hours", "terminal", 0.0, 120.0, 24.0, added=True),
    Prior("vehicle_wait_hours", "rail", 0.0, 240.0, 48.0, added=True),
    Prior("vehicle_wait_hours", "road", 0.0, 240.0, 48.0, added=True),
    Prior("running_hours_per_day", "road", 4.0, 24.0, 0.3),
    Prior("loading_usd_per_t", "rail", 0.0, 40.0, 8.0, added=True),
    *(Prior("speed_kmh", mode, low, high, 0.3) for mode, low, high in (("rail", 10, 60), ("sea", 15, 35))),
    *(
        Prior(CONSTANT, mode, -0.03, 0.15, 0.04, added=True, centre=0.0)
        for mode in ("rail", "road", "ferry", "river")
    ),
    Prior(OF_CLASS, "rail/containers", -0.03, 0.15, 0.04, added=True, centre=0.0),
    Prior("freight_rate_usd_per_tkm", "rail", 0.015, 0.12, 0.4),
    Prior("freight_rate_usd_per_tkm", "rail/bulk", 0.01, 0.08, 0.4),
    Prior("freight_rate_usd_per_tkm", "road", 0.03, 0.15, 0.4),
    Prior("freight_rate_usd_per_tkm", "sea", 0.001, 0.02, 0.5),
    Prior("freight_rate_usd_per_tkm", "ferry", 0.015, 0.15, 0.4),
    Prior("freight_rate_usd_per_tkm", "river", 0.005, 0.06, 0.4),
    Prior("time_spread", "all", 0.1, 1.5, 0.4),
    Prior("taste_spread", "all", 0.02, 0.6, 0.4),
    Prior("cost_variance", "all", 0.2, 60.0, 0.8),
    *(Prior("cargo_value_factor", s, 0.3, 3.0, 0.4) for s in CLASSES),
    Prior("estimated_flow_factor", "all", 0.05, 5.0, 0.5),
)


@dataclass(frozen=True)
class Estimate:
    """A fitted parameter: before and after, its bounds, and whether it ended at one."""

    name: str
    applies_to: str
    before: float
    after: float
    low: float
    high: float
    unit: str

    @property
    def at_bound(self) -> bool:
        """Within a thousandth of its range of a bound."""
        near = 1e-3 * (min(self.high, 1e9) - self.low)
        return self.after <= self.low + near or self.after >= self.high - near

    def as_dict(self) -> dict[str, Any]:
        """The row as plain values."""
        return {**vars(self), "at_bound": self.at_bound}


@dataclass(frozen=True, repr=False)
class Fit(Result):
    """Fitted parameters, and how well the model tells what is known without and with them."""

    estimates: tuple[Estimate, ...]
    kept: tuple[str, ...]  # what is recorded, so not fitted
    before: HowWell
    after: HowWell
    rounds: int
    converged: bool

    def headed(self) -> str:
        """How many parameters on how many observations."""
        bound = [f"{e.name} ({e.applies_to})" for e in self.estimates if e.at_bound]
        ends = f"; at a bound: {', '.join(bound)}" if bound else ""
        stopped = "" if self.converged else "; stopped before it settled"
        return f"{len(self.estimates)} parameters fitted{ends}{stopped}"

    def as_dict(self) -> dict[str, Any]:
        """Parameters, summaries before and after, and every observation with the fitted parameters."""
        return {
            "converged": self.converged,
            "rounds": self.rounds,
            "parameters": [e.as_dict() for e in self.estimates],
            "kept_as_recorded": list(self.kept),
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a parameter."""
        rows = [e.as_dict() for e in self.estimates]
        return list(rows[0]) if rows else ["name"], [list(row.values()) for row in rows]

    def rows(self, records: Records) -> list[Param]:
        """The fitted parameters as rows of ``params``, each in the place of the one that it replaces."""
        there = {(p.name, p.applies_to): p for p in records.params if p.use == "model"}
        made = []
        for new in _rows(self.estimates):
            old = there.get((new.name, new.applies_to))
            made.append(new if old is None else old.model_copy(update=_changed(new)))
        return made


def fit(world: World, progress: Callable[[int, int], None] | None = None, types: int | None = None) -> Fit:
    """The parameters that fit the observations marked ``fit``; (1). It begins at what is expected or at what
    stands, whichever tells more. With ``types`` each class is drawn in so many shipment types, whatever the
    programme draws: the more, the less a count hangs on the draws.

    Raises ``NoSolution`` where no such observation can be told by the model.
    """
    world = drawn_in(world, types)
    records = world.records
    free, kept = _free(records)
    asked = [o for o in observations(records) if o.sample == "fit"]
    at_first = Model(world)
    told = [o for o in asked if at_first.tells(o).model is not None]
    if not told:
        raise NoSolution("No count and no route marked 'fit' can be told by the model, so nothing is fitted.")
    weights = _weights(told)
    asked_of = {o.id for o in told}  # what is only compared costs time in every trial
    tried = records.with_rows(
        params=[p for p in records.params if p.name not in SHARES],  # who receives money moves no goods
        effects=records.effects if world.delivered else (),
        counts=[r for r in records.counts if r.id in asked_of],
        routes=[r for r in records.routes if r.id in asked_of],
    )
    x0 = np.array([_to(p, p.expected(value)) for p, value in free])
    expected = np.array([_to(p, _inward(p, p.expected(value))) for p, value in free])
    stands = np.array([_to(p, _inward(p, value)) for p, value in free])
    sd = np.array([p.sd for p, _ in free])
    bounds = (np.array([_to(p, p.low) for p, _ in free]), np.array([_to(p, p.high) for p, _ in free]))

    def residuals(x: Floats) -> Floats:
        model = Model(world.with_records(_with(tried, free, x)))
        off = []
        for one, weight in zip(told, weights, strict=True):
            found = model.tells(one).model
            gone = math.inf if found is None else found
            far = log_ratio(min(gone, 1e6), one.observed, LEAST[one.kind]) / SIGMA[one.kind]
            off.append(weight * math.copysign(math.sqrt(2 * (math.sqrt(1 + far * far) - 1)), far))
        return np.concatenate([off, (x - x0) / sd])

    start = min(expected, stands, key=lambda x: float(residuals(x) @ residuals(x)))
    answer = _minimised(residuals, start, bounds, sd, progress)
    fitted = tuple(
        Estimate(p.name, p.applies_to, value, _back(p, float(v)), p.low, p.high, declared(p.name).unit)
        for (p, value), v in zip(free, answer.x, strict=True)
    )
    return Fit(
        fitted,
        kept,
        HowWell(tuple(at_first.tells(o) for o in observations(records))),
        how_well(world.with_records(_with(records, free, answer.x))),
        answer.rounds,
        answer.converged,
    )


def drawn_in(world: World, types: int | None) -> World:
    """The world with another number of shipment types a class, or as it is. Raises ``WrongUse`` for a number
    outside the bounds of the parameter."""
    if types is None:
        return world
    about = declared(TYPES)
    if not about.low <= types <= about.high:
        raise WrongUse(f"{types} shipment types cannot be drawn; ask for {about.low:g} to {about.high:g}.")
    others = [p for p in world.records.params if p.name != TYPES]
    row = Param(id="drawn-in", name=TYPES, applies_to=EVERY, value=float(types), basis="assumed")
    return world.with_records(world.records.with_rows(params=[*others, row]))


Dealt = Literal["place", "figure"]


def told_unseen(
    world: World,
    folds: int = 3,
    progress: Callable[[int, int], None] | None = None,
    dealt: Dealt = "place",
    repeat: int = 1,
    types: int | None = None,
) -> Unseen:
    """How well a fit tells what it has not seen: cross-validation, repeated where asked (Burman 1989,
    Biometrika 76(3)).

    The published figures marked ``fit`` or ``held out`` are dealt into ``folds`` parts, and each part is told
    by a fit to the others. Dealt by place, all figures of a place or route are in the same part, so nothing
    of it is seen; dealt by figure, every third count and route (for 3 folds, in the order of the tables) is
    kept out, and another source, year or direction of the same place may be seen. The first time they are
    dealt in the order of the tables, after that as the number of the time shuffles them, so that which
    figures fall together says less. ``types`` as in :func:`fit`. Raises ``WrongUse`` for fewer than two folds
    or one time, and as :func:`fit`.
    """
    if folds < 2:
        raise WrongUse(f"Figures cannot be kept out in {folds} parts; ask for 2 or more.")
    if repeat < 1:
        raise WrongUse(f"Figures cannot be dealt {repeat} times; ask for 1 or more.")
    world = drawn_in(world, types)
    records = world.records
    things = len(set(_dealt(records, dealt).values()))
    if folds > things >= 2:
        what = "places and routes" if dealt == "place" else "figures"
        raise WrongUse(f"{things} {what} cannot be kept out in {folds} parts; ask for 2 to {things}.")
    times: list[HowWell] = []
    for time in range(repeat):
        part_of = _parts(records, folds, dealt, time)
        unseen: list[Told] = []
        for part in range(folds):

            def tell(done: int, of: int, before: int = time * folds + part) -> None:
                if progress is not None:
                    progress(before * of + done, repeat * folds * of)

            found = fit(world.with_records(_kept_out(records, part_of, part)), tell)
            unseen += [row for row in found.after.rows if row.observation.sample == "held out"]
        times.append(HowWell(tuple(unseen)))
    return Unseen(tuple(row for one in times for row in one.rows), tuple(times))


def _parts(records: Records, folds: int, dealt: Dealt, time: int = 0) -> dict[tuple[str, str], int]:
    """The part of each row of counts and routes that is to be fitted or held out, by table and id."""
    things = _dealt(records, dealt)
    dealer = np.random.default_rng(time)
    part_of: dict[tuple[str, ...], int] = {}
    for table in ("counts", "routes"):
        of_table = list(dict.fromkeys(thing for thing in things.values() if thing[0] == table))
        first = len(part_of) if dealt == "place" else 0  # by figure every third of each kind
        parts = (first + np.arange(len(of_table))) % folds
        if time:
            dealer.shuffle(parts)
        part_of.update(zip(of_table, parts.tolist(), strict=True))
    return {row: part_of[thing] for row, thing in things.items()}


def _dealt(records: Records, dealt: Dealt) -> dict[tuple[str, str], tuple[str, ...]]:
    """What is kept out as one, headed by its table, of each row of counts and routes, by table and id."""
    things: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in records.counts:
        if row.sample != "check":
            told: tuple[str, ...] = (row.place_table, row.place) if dealt == "place" else (row.id,)
            things["counts", row.id] = ("counts", *told)
    for route in records.routes:
        if route.sample in ("fit", "held out"):
            told = path_told(route) if dealt == "place" else (route.id,)
            things["routes", route.id] = ("routes", *told)
    return things


def _kept_out(records: Records, part_of: Mapping[tuple[str, str], int], part: int) -> Records:
    """The records with one part held out and all others to be fitted to, without what an earlier fit to all
    of them found."""

    def sample(row: tuple[str, str]) -> dict[str, str]:
        return {"sample": "held out" if part_of[row] == part else "fit"} if row in part_of else {}

    return _unfitted(records).with_rows(
        counts=[r.model_copy(update=sample(("counts", r.id))) for r in records.counts],
        routes=[r.model_copy(update=sample(("routes", r.id))) for r in records.routes],
    )


def _unfitted(records: Records) -> Records:
    """The records with what was fitted where it is expected without any figure: a fold must not begin at what
    a fit to all of them found."""
    at = {(p.name, p.applies_to): p.expected(value) for p, value in _free(records)[0]}
    return records.with_rows(
        params=[
            p.model_copy(update={"value": at.get((p.name, p.applies_to), p.value)})
            if p.use == "model" and p.note.startswith(BY_FIT)
            else p
            for p in records.params
        ]
    )


class _Found(NamedTuple):
    x: Floats
    rounds: int
    converged: bool


def _minimised(
    residuals: Callable[[Floats], Floats],
    start: Floats,
    bounds: tuple[Floats, Floats],
    sd: Floats,
    progress: Callable[[int, int], None] | None,
) -> _Found:
    """Least squares by damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963) inside the bounds.

    The sum of squares is a staircase, since every shipment type has one path; so slopes are taken over long
    steps, inward where a bound is near, and each round tries the step of every damping and keeps the best,
    where a trust region (scipy's) takes a flat stair for the end. After a good round the slopes are carried
    on by what it has shown of them (Broyden 1965, Mathematics of Computation 19), and taken anew only when
    that no longer helps: they cost far more than the steps. Where long steps find nothing any more, slopes
    are taken over short ones once, and carried on while that helps.
    """
    x, now = start, residuals(start)
    slope: Floats | None = None
    steps = list(STEPS)
    for done in range(MOST_ROUNDS):
        anew = slope is None
        if slope is None:

            def tell(of_all: int, done: int = done) -> None:
                if progress is not None:
                    progress(done * len(sd) + of_all, MOST_ROUNDS * len(sd))

            slope = _slopes(residuals, x, now, bounds, steps[0] * sd, tell) / steps[0]
        tried = []
        for damping in DAMPINGS:
            normal = slope.T @ slope + damping * np.eye(len(x))
            there = np.clip(x - np.linalg.solve(normal, slope.T @ now) * sd, *bounds)
            tried.append((there, residuals(there)))
        best, after = min(tried, key=lambda t: float(t[1] @ t[1]))
        gain = 1 - float(after @ after) / float(now @ now)
        if gain > 0:
            moved = (best - x) / sd
            slope = slope + np.outer(after - now - slope @ moved, moved) / float(moved @ moved)
            x, now = best, after
        last = len(steps) == 1
        if gain < (GOOD_GAIN if last else LEAST_GAIN) and (last or anew):
            steps = steps[1:]
            if not steps:
                return _Found(x, done + 1, True)
        if gain < GOOD_GAIN:
            slope = None
    return _Found(x, MOST_ROUNDS, False)


def _slopes(
    residuals: Callable[[Floats], Floats],
    x: Floats,
    now: Floats,
    bounds: tuple[Floats, Floats],
    steps: Floats,
    tell: Callable[[int], None],
) -> Floats:
    """Slopes of the residuals (residuals, parameters) at ``x``, by steps of that size."""
    slope = np.empty((len(now), len(x)))
    for k, size in enumerate(steps):
        up, down = bounds[1][k] - x[k], x[k] - bounds[0][k]
        step = min(size, up) if up >= min(size, down) else -min(size, down)
        there = x.copy()
        there[k] += step
        slope[:, k] = (residuals(there) - now) / step * size
        tell(k + 1)
    return slope


def _free(records: Records) -> tuple[list[tuple[Prior, float]], tuple[str, ...]]:
    """Priors that may be fitted with the value of today, and the names of those that are recorded."""
    free, kept = [], []
    rows = {(p.name, p.applies_to): p for p in records.params if p.use == "model"}
    one_type = records.param("shipment_types") <= 1
    counted = _counted_modes(records)
    for prior in (*PRIORS, *_in_countries(records)):
        row = rows.get((prior.name, prior.applies_to))
        if (one_type and prior.name in SPREADS) or (row is None and declared(prior.name).default is None):
            continue  # without types there is no spread, and without a row no rate of its own
        if row is None and (prior.name, prior.applies_to) in WITH_A_ROW:
            continue
        if prior.name in (CONSTANT, OF_CLASS) and prior.applies_to.partition("/")[0] not in counted:
            prior = prior._replace(sd=UNCOUNTED_SD)
        band = None if row is None or row.low is None or row.high is None else (row.low, row.high)
        if row is not None and row.basis not in ("assumed", "estimated") and band is None:
            kept.append(f"{prior.name} ({prior.applies_to})")
            continue
        value = records.param(prior.name, prior.applies_to) if row is None else row.value
        if band is not None and prior.centre is None:
            prior = prior._replace(low=band[0], high=band[1])
        if row is not None and row.note.startswith(BY_FIT) and prior.centre is None:
            prior = prior._replace(centre=declared(prior.name).default if band is None else _middle(prior))
        free.append((prior, value))
    return free, tuple(kept)


def _counted_modes(records: Records) -> set[str]:
    """Modes by which somebody counted traffic: as the count says, or the mode of the link."""
    mode_of = {link.id: link.mode for link in records.links}
    rows = [row for row in records.counts if row.sample == "fit"]
    return {row.mode or mode_of.get(one, "") for row in rows for one in row.counted_at}


def _middle(prior: Prior) -> float:
    """What is expected between its bounds: of what was fitted before, so that no fit leans on another."""
    return (prior.low + prior.high) / 2 if prior.added else math.sqrt(prior.low * prior.high)


def _in_countries(records: Records) -> Iterator[Prior]:
    """What a mode is particular in, in each country in which traffic by it was counted."""
    country = {n.id: n.country for n in records.nodes}
    ends = {x.id: (country[x.from_node], country[x.to_node]) for x in records.links}
    found: dict[tuple[str, str], None] = {}
    for row in records.counts:
        if row.sample != "fit" or row.mode not in RATIONED:
            continue
        for one in row.counted_at:
            names = {"links": ends.get(one, ()), "nodes": (country.get(one, ""),)}.get(row.place_table)
            found |= {(row.mode, name): None for name in names or one.split("-")}
    for mode, name in sorted(found):
        yield Prior("country_constant_usd_per_tkm", f"{mode}/{name}", -0.01, 0.3, 0.04, True, centre=0.0)


def _weights(told: Sequence[Observation]) -> Floats:
    """Square root of the weight of each observation: what is counted several times counts once."""
    times = Counter((one.kind, one.thing) for one in told)
    return np.array([times[one.kind, one.thing] ** -0.5 for one in told])


def _to(prior: Prior, value: float) -> float:
    return value if prior.added else math.log(max(value, 1e-12))


def _back(prior: Prior, x: float) -> float:
    return x if prior.added else math.exp(x)


def _inward(prior: Prior, value: float) -> float:
    """A start strictly between the bounds."""
    room = min(prior.high, 1e9) - prior.low
    return min(
        max(value, prior.low + 1e-3 * room),
        prior.high - 1e-3 * room if math.isfinite(prior.high) else math.inf,
    )


def _with(records: Records, free: Sequence[tuple[Prior, float]], x: Floats) -> Records:
    """The records with the fitted values in place."""
    values = [
        Estimate(p.name, p.applies_to, value, _back(p, float(v)), p.low, p.high, "")
        for (p, value), v in zip(free, x, strict=True)
    ]
    return with_estimates(records, values)


def with_estimates(records: Records, estimates: Sequence[Estimate]) -> Records:
    """The records with fitted parameters in place of those of the same name and key; nothing else changes."""
    made = {(e.name, e.applies_to) for e in estimates}
    kept = [p for p in records.params if (p.name, p.applies_to) not in made]
    return records.with_rows(params=[*kept, *_rows(estimates)])


def _rows(estimates: Sequence[Estimate]) -> list[Param]:
    return [
        Param(
            id=f"fit-{e.name}-{e.applies_to.replace('/', '-')}",
            name=e.name,
            applies_to=e.applies_to,
            value=float(f"{e.after:.4g}"),
            unit=e.unit,
            basis="estimated",
            note=f"{BY_FIT} from counts, days and costs" + ("; at a bound" if e.at_bound else ""),
        )
        for e in estimates
    ]


def _changed(new: Param) -> dict[str, Any]:
    return {"value": new.value, "basis": new.basis, "source": "", "note": new.note}
