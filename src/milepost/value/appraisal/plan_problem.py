r"""A plan as a problem: which commitments open, and when, so that the most is gained within limits.

An opening e is a commitment i(e) delivered on a day d(e); a plan is a set of openings, one a commitment at
most. In the order of their days (of equal ones by id), with S_e what is delivered before e, it is worth

    (1)  NPV = Σ_e [ Σ_c (V_c(S_e ∪ i) − V_c(S_e)) · w_{c,e} − k_e ],  w_{c,e} = Σ_t s_{e,t} G_{c,t} / (1+r)^t

with V of every set of commitments, s the share of a year that an opening serves, G growth, and k the present
value of what it costs less what is left: equations (1) and (2) of :mod:`milepost.value.appraisal.appraisal`,
all together in the order of the timetable. V is a function of sets and no sum over commitments. Beside (1) go
limits on sums over openings, and needs that values must meet:

    (2)  Σ_e u_{e,l} ≤ B_l ,      Σ_e [ Σ_c A_{n,c} (V_c(S_e ∪ i) − V_c(S_e)) · w_{c,e} − p_{e,n} ] ≥ F_n
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
CENT = 1e-8  # MUSD
ROUNDING = 1e-12


@dataclass(frozen=True)
class Precedence:
    """The commitment ``then`` waits for ``first``: ``holds`` says for each opening of the first and each of
    the other whether it does (both by number)."""

    first: int
    then: int
    holds: Flags


@dataclass(frozen=True)
class Problem:
    """What to plan. K commitments, C countries, E openings in the order of days, L limits, N needs.

    ``table`` V of all sets (2^K, C), MUSD a year, row = bit mask; ``ident`` (E,) names an opening, ``who``
    (E,) is its commitment and ``number`` (E,) which of its openings it is; ``weights`` (E, C) and ``cost``
    (E,) as in equation (1); ``counted`` is 1 where benefits are maximised and 0 where only costs are;
    ``spent`` (E, L) and ``budget`` (L,), ``paid`` (E, N) and ``floor`` (N,) as in (2), A being one country,
    the column in ``held`` (N,), or all of them (-1); ``last`` (2^K,): sets that may stand at the end.
    """

    table: Floats
    ident: Ints
    who: Ints
    number: Ints
    weights: Floats
    cost: Floats
    spent: Floats
    budget: Floats
    held: Ints
    paid: Floats
    floor: Floats
    precedences: tuple[Precedence, ...]
    last: Flags
    counted: float = 1.0

    @property
    def size(self) -> int:
        """How many commitments."""
        return len(self.table).bit_length() - 1

    @cached_property
    def before(self) -> Ints:
        """For each commitment the set that always comes before it (K,), bit masks."""
        found = np.zeros(self.size, dtype=np.int64)
        at = {(int(i), int(n)): e for e, (i, n) in enumerate(zip(self.who, self.number, strict=True))}
        for one in self.precedences:
            pairs = [
                (at.get((one.first, a)), at.get((one.then, b))) for a, b in np.argwhere(one.holds).tolist()
            ]
            if all(a < b for a, b in pairs if a is not None and b is not None):
                found[one.then] |= 1 << one.first
        return found

    @cached_property
    def allowed_spending(self) -> Floats:
        """Budgets with what is rounding (L,)."""
        return np.asarray(self.budget + ROUNDING * np.maximum(1.0, self.spent.sum(axis=0)))

    def adds(self, masks: Ints, e: int) -> Floats:
        """What an opening adds to what stands, by country, present value (n, C)."""
        bit = 1 << int(self.who[e])
        found: Floats = (self.table[masks | bit] - self.table[masks]) * self.weights[e]
        return found

    def does(self, added: Floats, e: int) -> Floats:
        """What an opening that adds so much does for the needs (n, N)."""
        whole = added.sum(axis=1, keepdims=True)
        found: Floats = np.where(self.held >= 0, added[:, np.maximum(self.held, 0)], whole) - self.paid[e]
        return found

    def met(self, needs: Floats) -> Flags:
        """Whether needs are met, to the cent (n,)."""
        return np.asarray((needs >= self.floor - CENT).all(axis=1))

    def ending(self, last: Flags) -> Problem:
        """The same with other sets that may stand at the end, of those that might."""
        return replace(self, last=self.last & last)

    def sums(self, plan: tuple[int, ...]) -> tuple[float, Floats, Floats]:
        """What a plan (positions of openings, in their order) gains, spends by limit, and does for the
        needs."""
        gain, mask = 0.0, np.zeros(1, dtype=np.int64)
        spent, needs = np.zeros(len(self.budget)), np.zeros(len(self.floor))
        for e in plan:
            added = self.adds(mask, e)
            gain += self.counted * float(added.sum()) - float(self.cost[e])
            spent += self.spent[e]
            needs += self.does(added, e)[0]
            mask |= 1 << int(self.who[e])
        return gain, spent, needs

    def keeps(self, plan: tuple[int, ...]) -> bool:
        """Whether a plan keeps every limit, need and precedence."""
        _, spent, needs = self.sums(plan)
        opened = {int(self.who[e]): int(self.number[e]) for e in plan}
        return (
            bool(self.last[sum(1 << i for i in opened)])
            and bool((spent <= self.allowed_spending).all())
            and bool(self.met(needs[None])[0])
            and all(
                one.first in opened and bool(one.holds[opened[one.first], opened[one.then]])
                for one in self.precedences
                if one.then in opened
            )
        )

    def narrowed(self, kept: Flags, out: int, must: int) -> Problem:
        """The problem of the openings that are ``kept`` (E,), without the commitments of the mask ``out``,
        whose openings are none of those, and with all of ``must`` at the end."""
        stays = [i for i in range(self.size) if not out >> i & 1]
        where = {i: k for k, i in enumerate(stays)}
        masks: Ints = np.zeros(1, dtype=np.int64)
        for i in stays:
            masks = np.concatenate([masks, masks | 1 << i])
        return replace(
            self,
            table=self.table[masks] if out else self.table,
            ident=self.ident[kept],
            who=np.array([where[int(i)] for i in self.who[kept]], dtype=np.int64),
            number=self.number[kept],
            weights=self.weights[kept],
            cost=self.cost[kept],
            spent=self.spent[kept],
            paid=self.paid[kept],
            precedences=tuple(
                Precedence(where[one.first], where[one.then], one.holds)
                for one in self.precedences
                if one.first in where and one.then in where
            ),
            last=self.last[masks] & ((masks & must) == must),
        )


def without(masks: Ints, i: int) -> Ints:
    """Positions of sets among those without commitment i."""
    return np.asarray((masks >> (i + 1)) << i | masks & ((1 << i) - 1))
