r"""Shipment types: why not all goods of a cargo class take the same path.

A cargo class s is R types t of weight 1/R. Each has its own value of time and its own taste for modes, and
takes *its* cheapest path: stochastic assignment by a probit with fixed draws (Daganzo & Sheffi 1977,
Transportation Science 11(3); Sheffi & Powell 1982, Networks 12(2)). On an arc that takes ``hours`` and
``money``, USD per tonne,

    (1)  g(t) = max( p / 10,  p + k ) + v_s τ_s(t) · hours     p = money · m_mode(t);  m = 1, k = 0 at nodes
    (2)  c(t) = max( g(t) / 10,  g(t) + √(β g(t)) · z(t) )      z ~ N(0, 1)

v_s is an hour's worth of class s at the mean; τ and m are log-normal with mean 1. k is the constant of the
mode, its country and the class on a link, a sum that no promise changes: a dollar off the price is a dollar
off (1), at the mean of the types. (2) is rounded once to the unit 0.001 USD/t. The variance β g is in
proportion to cost, so a link cut in two by a plain node costs the same in distribution (but for the floor of
a tenth).

**Delivering never raises a type's cost.** (1) rises with money and with hours, and (2) rises with g for any
fixed z: where z >= 0 that is plain. Where z < 0, g + √(β g) z lies below g / 10 just as long as
√g < |z| √β / 0.9, and there (2) is g / 10; beyond it the slope of (2) is

    (3)  1 − |z| √β / (2 √g)  >=  1 − 0.9 / 2  =  0.55 .

So (2) is continuous, with a slope of at least a tenth. It needs z to stay what it is while g changes: z
belongs to an *element* and a type, whatever is promised for the element. An element is a link, both ways, or
what is done at a node: loading and unloading a mode there, or going over from one mode (rail with its gauge)
to another, both ways. z is made from a hash of its name, so that no order of rows matters.

All draws are stratified: of R types one falls into each R-th part of the distribution (Latin hypercube:
McKay, Beckman & Conover 1979, Technometrics 21(2)), so 16 types are far nearer to the mean than 16 free draws
would be. With R = 1 nothing is drawn, and c = g: the goods of a class take one path.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from milepost.errors import MilepostError
from milepost.network.trees import UNREACHABLE
from milepost.params import CLASSES, MODES
from milepost.records import Records

UNIT_USD_PER_T = 0.001
FLOOR = 0.1  # of g: no type finds an arc cheaper than that

Floats = NDArray[np.float64]


class Priced(Protocol):
    """What is asked of an arc."""

    @property
    def key(self) -> tuple[str, ...]:
        """Kind, link or node, and the rest."""

    @property
    def mode(self) -> str:
        """The mode of a link."""

    @property
    def hours(self) -> float:
        """Hours in motion."""

    @property
    def wait_hours(self) -> float:
        """Hours that a tonne stands still."""

    @property
    def usd_per_t(self) -> tuple[float, ...]:
        """Money by cargo class."""

    @property
    def constant_usd_per_t(self) -> tuple[float, ...]:
        """What is weighed beside the money, by cargo class, and paid to nobody."""


@dataclass(frozen=True)
class ShipmentTypes:
    """The types of every cargo class. A *row* is a type of a class: row = class · types + type.

    ``time`` (classes, types) is τ; ``taste`` (classes, types, modes) is m; ``usd_per_hour`` (classes,) is v;
    ``variance`` is β, USD per tonne.
    """

    types: int
    seed: int
    time: Floats
    taste: Floats
    usd_per_hour: Floats
    variance: float

    @classmethod
    def of(cls, records: Records) -> ShipmentTypes:
        """Those of a programme's parameters; one a class, as it is at the mean, where they name none."""
        types, seed = round(records.param("shipment_types")), round(records.param("shipment_seed"))
        hour = np.array(
            [
                records.param("cargo_value_usd_per_t", s)
                * records.param("value_of_time_share_per_day", s)
                / 24
                for s in CLASSES
            ]
        )
        spread = records.param("time_spread")
        time = np.stack([_log_normal(types, seed, f"time/{s}", spread) for s in CLASSES])
        spread = records.param("taste_spread")
        taste = np.stack(
            [
                np.stack([_log_normal(types, seed, f"taste/{s}/{m}", spread) for m in MODES], axis=-1)
                for s in CLASSES
            ]
        )
        variance = records.param("cost_variance") if types > 1 else 0.0
        return cls(types, seed, time, taste, hour, variance)

    @property
    def rows(self) -> int:
        """Cargo classes times types."""
        return len(CLASSES) * self.types

    def rows_of(self, cargo: str) -> range:
        """The rows of a cargo class."""
        first = CLASSES.index(cargo) * self.types
        return range(first, first + self.types)

    @property
    def row_usd_per_hour(self) -> Floats:
        """What an hour is worth to each row."""
        answer: Floats = (self.usd_per_hour[:, None] * self.time).ravel()
        return answer

    def cost(self, arcs: Sequence[Priced]) -> NDArray[np.int32]:
        """Equation (2) in units of 0.001 USD per tonne, shape (rows, arcs).

        Raises ``MilepostError`` for a cost that is too large for the integers.
        """
        n = len(arcs)
        hours = np.array([a.hours + a.wait_hours for a in arcs], dtype=np.float64)
        money = np.array([a.usd_per_t for a in arcs], dtype=np.float64).reshape(n, len(CLASSES))
        at = {mode: k for k, mode in enumerate(MODES)}
        constant = np.array([a.constant_usd_per_t for a in arcs], dtype=np.float64).reshape(n, len(CLASSES))
        link = np.array([a.key[0] == "link" for a in arcs], dtype=np.bool_)
        mode = np.array([at[a.mode] if a.key[0] == "link" else 0 for a in arcs], dtype=np.intp)
        answer = np.empty((self.rows, n), dtype=np.int32)
        which, drawn = self._draws(arcs) if self.variance else (mode, None)
        for s in range(len(CLASSES)):
            for t in range(self.types):
                price = money[:, s] * np.where(link, self.taste[s, t][mode], 1.0)
                weighed = np.maximum(FLOOR * price, price + constant[:, s])
                g = weighed + self.usd_per_hour[s] * self.time[s, t] * hours
                if drawn is not None:
                    z = drawn[s * self.types + t][which]
                    g = np.maximum(FLOOR * g, g + np.sqrt(self.variance * g) * z)
                cost = np.rint(g / UNIT_USD_PER_T)
                if n and cost.max() >= UNREACHABLE:
                    worst = arcs[int(cost.argmax())]
                    raise MilepostError(
                        f"{'/'.join(worst.key)} costs a shipment {cost.max() * UNIT_USD_PER_T:,.0f} USD a "
                        "tonne, more than the model can hold; check its km, speed, hours, and the spreads."
                    )
                answer[s * self.types + t] = cost
        return answer

    def _draws(self, arcs: Sequence[Priced]) -> tuple[NDArray[np.intp], Floats]:
        """Which element each arc belongs to, and z of (2), shape (rows, elements)."""
        names = [element(a.key) for a in arcs]
        at = {name: k for k, name in enumerate(dict.fromkeys(names))}
        return np.array([at[name] for name in names], dtype=np.intp), _drawn(self.types, self.seed, tuple(at))


@lru_cache(maxsize=16)
def _drawn(types: int, seed: int, elements: tuple[str, ...]) -> Floats:
    """z of (2), shape (rows, elements), which no parameter changes but those of the types themselves."""
    drawn: Floats = np.concatenate([normal(types, seed, s, elements) for s in CLASSES])
    drawn.setflags(write=False)
    return drawn


def without_spread(records: Records) -> Records:
    """The records with one type a class, as it is at the mean: what a published time or price is of."""
    spreads = ("shipment_types", "time_spread", "taste_spread", "cost_variance")
    return records.with_rows(params=[p for p in records.params if p.name not in spreads])


def element(key: tuple[str, ...]) -> str:
    """Name of what an arc belongs to: the link, or what is done at a node, in both directions the same."""
    if key[0] == "link":
        return f"link/{key[1]}"
    kind, node, *names = key
    return "/".join(("load" if kind == "unload" else kind, node, *sorted(names)))


def normal(types: int, seed: int, what: str, names: Iterable[str]) -> Floats:
    """Standard normal draws (types, names), each made of the seed, ``what`` and its name alone.

    The types of one name fall into the ``types`` parts of equal probability, one into each.
    """
    from scipy.special import ndtri

    digests = [blake2b(f"{seed}/{what}/{name}".encode(), digest_size=8).digest() for name in names]
    key = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    step = np.arange(1, 2 * types + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = _mixed(key[:, None] + step[None, :])
    part = bits[:, :types].argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    within = ((bits[:, types:] >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    answer: Floats = ndtri((part + within) / types).T
    return answer


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea & Flood 2014): every bit of the answer hangs on every bit of the question."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _log_normal(types: int, seed: int, what: str, spread: float) -> Floats:
    """Log-normal factors whose mean over the types is one; ones where nothing is drawn."""
    if types == 1 or not spread:
        return np.ones(types)
    drawn = np.exp(spread * normal(types, seed, what, ("",))[:, 0])
    answer: Floats = drawn * (types / math.fsum(drawn.tolist()))
    return answer
