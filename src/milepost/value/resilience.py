r"""What a second path is worth in a crisis: expected loss by what may happen, with and without a commitment.

A risk R is a restriction with a probability p_R a year and a length of d_R days. With W(R, S) the real income
of a country against today while R holds and the set S is delivered, MUSD a year (V(S) = W(none, S)):

    (1)  L_R(S) = W(none, S) − W(R, S)                     the loss if R held for a whole year
    (2)  E(S)   = Σ_R  p_R · d_R / 365 · L_R(S)            the expected loss a year
    (3)  ρ_i(S) = E(S) − E(S ∪ i)                          resilience: what i takes off it

(3) is the same as Σ_R p_R d_R / 365 · [(W(R, S ∪ i) − W(R, S)) − (V(S ∪ i) − V(S))]: what i adds while R
holds less what it adds in quiet times. It is told for S of nothing (alone) and of all others (last). It is
below zero where i makes a path better that may close.

In (2) each risk strikes by itself: that two hold on the same day is left out. Expected losses of closures
times their probability are the usual appraisal of resilience (e.g. Jenelius, Petersen & Mattsson 2006,
*Transportation Research A* 40; World Bank 2019, *Lifelines*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.network.restrictions import chosen, risks
from milepost.records import Restriction
from milepost.results import Cell, Result, largest
from milepost.value.baseline import World
from milepost.value.corridor import corridor_values
from milepost.value.game import Progress

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365
COLUMNS = (
    "expected_loss_nothing",
    "resilience_alone",
    "expected_loss_everything",
    "resilience_last",
    "value_alone",
    "value_last",
)


@dataclass(frozen=True)
class Risk:
    """What may happen: a row of restrictions with its probability a year and its length in days."""

    ident: str
    title: str
    probability_per_year: float
    length_days: float

    @classmethod
    def of(cls, row: Restriction) -> Risk:
        """That of a row that has no findings."""
        return cls(row.id, row.title, row.probability_per_year or 0.0, row.length_days or 0.0)

    @property
    def share_of_year(self) -> float:
        """The part of a year for which it is expected to hold: the weight of equation (2)."""
        return self.probability_per_year * self.length_days / DAYS_PER_YEAR


@dataclass(frozen=True, repr=False)
class Resilience(Result):
    """Expected losses by what may happen, MUSD a year, and what each commitment takes off them.

    ``loss`` (risks, 2 + 2 · commitments, countries) is equation (1), of nothing, of each commitment alone, of
    everything, and of everything but each; ``value`` (2 + 2 · commitments, countries) is V of the same sets.
    Without a row that may happen everything is empty.
    """

    risks: tuple[Risk, ...]
    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    loss: Floats
    value: Floats
    base_year: int
    unit: str = "MUSD/year"

    @property
    def weights(self) -> Floats:
        """Of each risk, p · d / 365."""
        return np.array([r.share_of_year for r in self.risks])

    @property
    def expected(self) -> Floats:
        """What each risk costs in an average year, the terms of equation (2), in the shape of ``loss``."""
        return self.weights[:, None, None] * self.loss

    def added_alone(self, values: Floats) -> Floats:
        """What each commitment adds when nothing else is delivered, to values by set: (..., sets, countries)
        to (..., commitments, countries)."""
        return values[..., 1 : 1 + len(self.commitments), :] - values[..., :1, :]

    def added_last(self, values: Floats) -> Floats:
        """The same when all others are delivered."""
        K = len(self.commitments)
        return values[..., 1 + K : 2 + K, :] - values[..., 2 + K :, :]

    @property
    def expected_loss(self) -> Floats:
        """Equation (2) with nothing more delivered, by country."""
        return np.asarray(self.expected[:, 0].sum(axis=0))

    @property
    def expected_loss_delivered(self) -> Floats:
        """The same with everything delivered."""
        return np.asarray(self.expected[:, 1 + len(self.commitments)].sum(axis=0))

    @property
    def resilience_alone(self) -> Floats:
        """Equation (3) of each commitment alone (commitments, countries)."""
        return 0.0 - self.added_alone(self.expected.sum(axis=0))

    @property
    def resilience_last(self) -> Floats:
        """Equation (3) of each commitment when all others are delivered (commitments, countries)."""
        return 0.0 - self.added_last(self.expected.sum(axis=0))

    @property
    def value_alone(self) -> Floats:
        """V of each commitment alone, beside which resilience stands (commitments, countries)."""
        return self.added_alone(self.value)

    @property
    def value_last(self) -> Floats:
        """What each adds to V of all others (commitments, countries)."""
        return self.added_last(self.value)

    def ranked(self) -> list[str]:
        """Commitments, what takes most off the expected loss of all countries when alone first."""
        size = dict(zip(self.commitments, self.resilience_alone.sum(axis=1).tolist(), strict=True))
        return sorted(self.commitments, key=lambda name: (-size[name], name))

    def most(self, commitment: str, number: int = 2) -> list[tuple[str, float]]:
        """The countries for which a commitment alone changes the expected loss most."""
        row = self.resilience_alone[self.commitments.index(commitment)].tolist()
        return largest(self.countries, row, number)

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost resilience --json``; ``all`` is the sum over all countries."""
        every = 1 + len(self.commitments)
        told = {name: getattr(self, name) for name in COLUMNS if name[:8] != "expected"}
        by_risk = {
            "alone": 0.0 - self.added_alone(self.expected).sum(axis=2),
            "last": 0.0 - self.added_last(self.expected).sum(axis=2),
        }
        return {
            "unit": self.unit,
            "base_year": self.base_year,
            "days_per_year": DAYS_PER_YEAR,
            "risks": {
                r.ident: {
                    "title": r.title,
                    "probability_per_year": r.probability_per_year,
                    "length_days": r.length_days,
                    "loss_of_a_whole_year": self._named(self.loss[k, 0]),
                    "expected_loss": self._named(self.expected[k, 0]),
                    "expected_loss_delivered": self._named(self.expected[k, every]),
                }
                for k, r in enumerate(self.risks)
            },
            "expected_loss": self._named(self.expected_loss) if self.risks else {},
            "expected_loss_delivered": self._named(self.expected_loss_delivered) if self.risks else {},
            "commitments": {
                name: {
                    **{column: self._named(values[i]) for column, values in told.items()},
                    "by_risk": {
                        r.ident: {which: float(sums[k, i]) for which, sums in by_risk.items()}
                        for k, r in enumerate(self.risks)
                    },
                }
                for i, name in enumerate(self.commitments)
            },
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a risk, commitment and country, MUSD a year; sums over risks are sums of rows, but for V,
        which no risk changes."""
        every, expected = 1 + len(self.commitments), self.expected
        alone, last = 0.0 - self.added_alone(expected), 0.0 - self.added_last(expected)
        v_alone, v_last = self.value_alone, self.value_last
        return ["risk", "commitment", "country", *(f"{name}_musd_per_year" for name in COLUMNS)], [
            [
                r.ident,
                name,
                country,
                float(expected[k, 0, j]),
                float(alone[k, i, j]),
                float(expected[k, every, j]),
                float(last[k, i, j]),
                float(v_alone[i, j]),
                float(v_last[i, j]),
            ]
            for k, r in enumerate(self.risks)
            for i, name in enumerate(self.commitments)
            for j, country in enumerate(self.countries)
        ]

    def headed(self) -> str:
        """How many risks and commitments, in which unit and prices."""
        return (
            f"resilience of {len(self.commitments)} commitments against {len(self.risks)} risks, "
            f"{self.unit}, prices of {self.base_year}"
        )

    def _named(self, values: Floats) -> dict[str, float]:
        return dict(zip(self.countries, values.tolist(), strict=True)) | {"all": float(values.sum())}


def resilience_of(
    world: World,
    chances: Mapping[str, tuple[float, float]] | None = None,
    progress: Progress | None = None,
) -> Resilience:
    """What may happen in a world and is not in force there, and what each open commitment takes off what it
    is expected to cost; or of ``chances`` (probability a year, length in days) instead of what is on record.
    ``progress(done, of)`` is called once the quiet world is reckoned, and after each risk but the last.

    Raises ``NoSolution`` where trade has no equilibrium while one of them holds, with its name; ``WrongUse``
    for a chance that is none.
    """
    year = world.records.settings.base_year
    found = _on_record(world) if chances is None else _supposed(world, chances)
    if not found:
        return Resilience((), (), (), np.empty((0, 2, 0)), np.empty((2, 0)), year)
    quiet = corridor_values(world)
    players = quiet.players
    everything = frozenset(players)
    sets = [
        frozenset[str](),
        *(frozenset((p,)) for p in players),
        everything,
        *(everything - {p} for p in players),
    ]
    value = quiet.of_each(sets)
    loss = np.empty((len(found), *value.shape))
    for k, risk in enumerate(found):
        if progress is not None:
            progress(k + 1, len(found) + 1)
        try:
            struck = corridor_values(world.under((risk.ident,)))
            loss[k] = (quiet.start + value) - (struck.start + struck.of_each(sets))
        except NoSolution as fault:
            raise NoSolution(f"While {risk.ident} ({risk.title}) holds: {fault}") from fault
    return Resilience(found, players, quiet.countries, loss, value, year)


def _on_record(world: World) -> tuple[Risk, ...]:
    return tuple(Risk.of(r) for r in risks(world.records, world.day) if r.id not in world.restricted.ids)


def _supposed(world: World, chances: Mapping[str, tuple[float, float]]) -> tuple[Risk, ...]:
    """Restrictions with the chances that somebody gives them, in the order of their rows."""
    chosen(world.records, frozenset(), chances)  # refuses what is unknown or has no effect
    for name, (probability, days) in chances.items():
        if name in world.restricted.ids:
            raise WrongUse(f"{name} holds already, so it is no risk; leave it out.")
        if not 0 <= probability <= 1:
            raise WrongUse(f"The probability of {name} is {probability:g} a year; give one from 0 to 1.")
        if not 0 < days <= DAYS_PER_YEAR:
            raise WrongUse(f"{name} would last {days:g} days; give more than 0 and at most {DAYS_PER_YEAR}.")
    return tuple(Risk(r.id, r.title, *chances[r.id]) for r in world.records.restrictions if r.id in chances)
