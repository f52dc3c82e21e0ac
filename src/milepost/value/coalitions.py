r"""Is the group good for each member? The game over parties: who gains, who could walk away, what holds it
together.

A commitment is delivered only if every party that owes it takes part; with a coalition T of parties,

    (1)  S(T) = { commitments owed by members of T only } ,     v(T) = Σ_{i ∈ T} V_i(S(T))

What flows to countries outside T is theirs and not counted in v(T). In the full group a party has V_i(S(N)).
It is *better outside* if the others, going on without it, would leave it more: V_i(S(N \ i)) > V_i(S(N)).
Side payments p with Σ p = 0 give y_i = V_i(S(N)) + p_i. They hold the group together if no party and no
coalition does better by leaving:

    (2)  y_i >= V_i(S(N \ i))  for every party,     Σ_{i ∈ T} y_i >= v(T)  for every coalition T

(the core, Gillies 1959, with the outside option of a party that leaves others at work). The smallest payments
minimise Σ |p_i| / 2 under (2), a linear program. If (2) has no solution the group cannot be held together by
payments alone; then the least core (Maschler, Peleg & Shapley 1979) gives the smallest ε by which every
condition must be relaxed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from milepost.errors import NoSolution, WrongUse
from milepost.records import Records
from milepost.results import Result, frame_of
from milepost.value.game import Game
from milepost.value.shares import shapley

if TYPE_CHECKING:
    import pandas as pd

MOST_PARTIES = 16
TOLERANCE = 1e-7
COLUMNS = ("inside", "outside", "alone", "share", "payment")  # what is told of each party


@dataclass(frozen=True, repr=False)
class Group(Result):
    """The group of parties of a game. Arrays have shape (parties,), MUSD a year.

    ``inside`` is V in the full group, ``outside`` when the party leaves and the others go on, ``alone`` when
    it delivers what it alone owes, ``share`` its Shapley value in (1), ``payment`` what it receives
    (positive) or pays so that nobody is better outside, least in sum. ``epsilon`` is zero when that is
    possible; otherwise every condition is relaxed by it. ``received`` is the part of ``inside`` that is taxes
    and margins received; None where no dollar changes hands.
    """

    parties: tuple[str, ...]
    owes: Mapping[str, tuple[str, ...]]
    inside: NDArray[np.float64]
    outside: NDArray[np.float64]
    alone: NDArray[np.float64]
    share: NDArray[np.float64]
    payment: NDArray[np.float64]
    epsilon: float
    worth: float
    others: float
    stable_without_payments: bool
    not_needed: tuple[str, ...]
    unit: str = "MUSD/year"
    received: NDArray[np.float64] | None = None

    @property
    def better_outside(self) -> tuple[str, ...]:
        """Parties that would gain by leaving, if the others went on."""
        scale = TOLERANCE * max(1.0, abs(self.worth))
        return tuple(p for k, p in enumerate(self.parties) if self.outside[k] > self.inside[k] + scale)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost group``."""
        return {
            "unit": self.unit,
            "worth": self.worth,
            "others": self.others,
            "stable_without_payments": self.stable_without_payments,
            "better_outside": list(self.better_outside),
            "core": self.epsilon == 0.0,
            "epsilon": self.epsilon,
            "parties": {
                p: {c: float(getattr(self, c)[k]) for c in COLUMNS}
                | {
                    "received": None if self.received is None else float(self.received[k]),
                    "owes": list(self.owes[p]),
                }
                for k, p in enumerate(self.parties)
            },
            "not_needed": list(self.not_needed),
        }

    def frame(self) -> pd.DataFrame:
        """A row a party; the axis of columns is named by the unit."""
        columns = {c: getattr(self, c) for c in COLUMNS}
        if self.received is not None:
            columns["received"] = self.received
        return frame_of(columns, index=self.parties, row="party", column=self.unit)

    def headed(self) -> str:
        """Unit and size."""
        return f"the group of {len(self.parties)} parties, {self.unit}"


def members(records: Records, game: Game) -> dict[str, frozenset[str]]:
    """Who must take part for each valued commitment: the parties that owe it, a union by its members."""
    unions = {p.id: p.members for p in records.parties if p.kind == "union" and p.members}
    owed = {c.id: c.owed_by for c in records.commitments}
    return {
        name: frozenset(one for party in owed[name] for one in (unions.get(party) or (party,)))
        for name in game.players
    }


def group(game: Game, owed_by: Mapping[str, frozenset[str]]) -> Group:
    """The group of all parties that owe a commitment of the game.

    Raises ``WrongUse`` for more than 16 parties, ``NoSolution`` if the linear program fails.
    """
    parties = tuple(sorted(set().union(*owed_by.values()) if owed_by else set()))
    n = len(parties)
    if n > MOST_PARTIES:
        raise WrongUse(f"{n} parties owe commitments; coalitions are counted for {MOST_PARTIES} at most.")
    if n == 0:
        raise WrongUse("No party owes a valued open commitment; there is no group to look at.")
    bit = {p: k for k, p in enumerate(parties)}
    needs = {name: sum(1 << bit[p] for p in owners) for name, owners in owed_by.items()}
    column = {c: k for k, c in enumerate(game.countries)}
    own = np.array([column.get(p, -1) for p in parties])

    def delivered(mask: int) -> frozenset[str]:
        return frozenset(name for name, need in needs.items() if need and need & mask == need)

    payoff = np.zeros((1 << n, n))
    for mask in range(1 << n):
        values = game.value(delivered(mask))
        payoff[mask] = np.where(own >= 0, values[np.maximum(own, 0)], 0.0)
    inside_of = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    v = (payoff * inside_of).sum(axis=1)
    full = (1 << n) - 1
    inside = payoff[full]
    outside = np.array([payoff[full ^ (1 << k), k] for k in range(n)])
    alone = np.array([payoff[1 << k, k] for k in range(n)])
    one = Game(
        players=parties, countries=("group",), evaluate=lambda T: np.array([v[sum(1 << bit[p] for p in T)]])
    )
    share = shapley(one, method="exact").share[:, 0]
    # who changes nothing for anybody neither pays nor bears a part of a relaxation
    masks = np.arange(1 << n)
    idle = [
        k
        for k in range(n)
        if inside[k] == outside[k] == 0.0 and np.array_equal(v[masks & ~(1 << k)], v[masks | (1 << k)])
    ]
    busy = [k for k in range(n) if k not in idle]
    payment, epsilon = np.zeros(n), 0.0
    if busy:
        kept = (inside_of[:, idle] == 0).all(axis=1)
        payment[busy], epsilon = payments(inside[busy], outside[busy], inside_of[kept][:, busy], v[kept])
    rest, got = game.value(delivered(full)), game.received(delivered(full))
    scale = TOLERANCE * max(1.0, abs(float(v[full])))
    stable = bool((inside_of @ inside >= v - scale).all() and (inside >= outside - scale).all())
    return Group(
        parties=parties,
        owes={p: tuple(sorted(name for name, owners in owed_by.items() if p in owners)) for p in parties},
        inside=inside,
        outside=outside,
        alone=alone,
        share=share,
        payment=payment,
        epsilon=epsilon,
        worth=float(v[full]),
        others=float(rest.sum() - v[full]),
        stable_without_payments=stable,
        not_needed=tuple(name for name, need in needs.items() if not need),
        received=None if got is None else np.where(own >= 0, got[np.maximum(own, 0)], 0.0),
    )


def payments(
    inside: NDArray[np.float64],
    outside: NDArray[np.float64],
    inside_of: NDArray[np.int64],
    v: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    """Smallest payments under conditions (2), shape (parties,), and the ε of the least core (zero if there is
    a core).

    ``inside_of`` has a row for each coalition, ``v`` its worth. Raises ``NoSolution`` if HiGHS finds no
    optimum.
    """
    n = len(inside)
    scale = max(1.0, float(np.abs(v).max()))
    proper = (inside_of.sum(axis=1) > 0) & (inside_of.sum(axis=1) < n)
    rows = np.vstack([inside_of[proper].astype(float), np.eye(n)])
    # a coalition of one stands in both sets of conditions; both hold
    least = np.concatenate([v[proper] - inside_of[proper] @ inside, outside - inside]) / scale
    if (least <= TOLERANCE).all():
        return np.zeros(n), 0.0
    relaxed = _program(rows, least, n, free=True)
    epsilon = float(relaxed[-1])
    epsilon = 0.0 if epsilon <= TOLERANCE else epsilon
    # a hair of slack keeps rounding of the first program from emptying the second
    found = _program(rows, least - epsilon - (1e-10 if epsilon else 0.0), n, free=False)
    p = (found[:n] - found[n : 2 * n]) * scale
    return p - p.mean(), epsilon * scale


def _program(
    rows: NDArray[np.float64], least: NDArray[np.float64], n: int, *, free: bool
) -> NDArray[np.float64]:
    # p = plus - minus, both >= 0; with ``free`` an ε >= 0 relaxes every row and is minimised, otherwise Σ|p|
    # / 2 is
    extra = np.ones((len(rows), 1)) if free else np.empty((len(rows), 0))
    a = -np.hstack([rows, -rows, extra])
    cost = np.concatenate([np.zeros(2 * n), [1.0]]) if free else np.full(2 * n, 0.5)
    equal = np.concatenate([np.ones(n), -np.ones(n), np.zeros(extra.shape[1])])[None, :]
    answer = linprog(cost, A_ub=a, b_ub=-least, A_eq=equal, b_eq=[0.0], bounds=(0, None), method="highs")
    if answer.status != 0:
        raise NoSolution(f"The side payments could not be found ({answer.message}). Try fewer parties.")
    return np.asarray(answer.x, dtype=np.float64)
