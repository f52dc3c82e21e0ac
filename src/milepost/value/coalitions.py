r"""Is the group good for each member? The game over parties: who gains, who could walk away, what holds it
together.

A commitment is delivered only if every party that owes it takes part, and, where costs are counted, every
party whose money pays for it; with a coalition T of parties,

    (1)  S(T) = { commitments owed and paid for by members of T only } ,     v(T) = Σ_{i ∈ T} x_i(S(T))

x_i(S) is what a set leaves party i: net, the present value of its benefit less what it pays
(:mod:`milepost.value.appraisal.purses`), MUSD; gross, V_i(S), MUSD a year. Where it pays, a coalition need
not do all that it could: members may leave theirs undone, so net

    (1')  v(T) = max_{U ⊆ T}  Σ_{i ∈ T} x_i(S(U))        for every T but the full group, which delivers all

What flows to countries outside T is theirs and not counted in v(T). In the full group a party has x_i(S(N)).
It is *better outside* if the others, going on without it, would leave it more: x_i(S(N \ i)) > x_i(S(N)).
Side payments p with Σ p = 0 give y_i = x_i(S(N)) + p_i. They hold the group together if no party and no
coalition does better by leaving:

    (2)  y_i >= x_i(S(N \ i))  for every party,     Σ_{i ∈ T} y_i >= v(T)  for every coalition T

(the core, Gillies 1959, with the outside option of a party that leaves others at work). The smallest such
payments, or those of the least core, are a linear program (:mod:`milepost.value.side_payments`); the
nucleolus (:mod:`milepost.value.nucleolus`) is the one division that treats all conditions of (2) alike. A
party's own threshold (:mod:`milepost.value.thresholds`) is a floor under y_i that gives way to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse, one_of
from milepost.records import Records
from milepost.results import Result, frame_of
from milepost.value.appraisal.purses import Purses
from milepost.value.game import Game
from milepost.value.instruments import Transfer
from milepost.value.nucleolus import nucleolus
from milepost.value.shares import shapley
from milepost.value.side_payments import TOLERANCE, smallest_payments
from milepost.value.thresholds import Threshold

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MOST_PARTIES = 16
CENT = 1e-8  # MUSD
# what is told of each party
COLUMNS = ("inside", "outside", "alone", "share", "payment", "nucleolus")


@dataclass(frozen=True, repr=False)
class Nets:
    """What net terms are made of in the full group, present values in MUSD in the first year: by party,
    shape (parties,), benefit, own money, service of debt, and what it gives or lends less what it gets back;
    of all others their benefit; what financiers outside give; what market prices hold beyond the cost to the
    economy. With these the nets of all parties sum to ``npv``, that of an appraisal of the same set.
    ``level`` is what one MUSD a year to the horizon is worth; ``without_cost`` says why a commitment is in
    no coalition, ``assumed`` whose capital is, ``undated`` what no source dates. ``better_without``: what
    some members would have to leave undone so that all members together have ``gain_without`` more, the most
    that they can."""

    base_year: int
    first_year: int
    horizon: str
    rate: float
    level: float
    benefit: Floats
    own_money: Floats
    debt_service: Floats
    lent: Floats
    financiers: float
    to_economy: float
    npv: float
    delivered: tuple[str, ...]
    without_cost: Mapping[str, str]
    assumed: tuple[str, ...]
    undated: tuple[str, ...]
    better_without: tuple[str, ...]
    gain_without: float

    @property
    def cost(self) -> Floats:
        """What each party pays in all."""
        return self.own_money + self.debt_service + self.lent

    def as_dict(self) -> dict[str, Any]:
        """All but what is told party by party."""
        return {
            "base_year": self.base_year,
            "first_year": self.first_year,
            "horizon": self.horizon,
            "rate": self.rate,
            "one_a_year_is_worth": self.level,
            "npv": self.npv,
            "financiers": self.financiers,
            "to_economy": self.to_economy,
            "delivered": list(self.delivered),
            "without_cost": dict(self.without_cost),
            "assumed": list(self.assumed),
            "undated": list(self.undated),
            "better_without": list(self.better_without),
            "gain_without": self.gain_without,
        }


@dataclass(frozen=True, repr=False)
class Group(Result):
    """The group of parties of a game. Arrays have shape (parties,), in ``unit``.

    ``inside`` is what a party has in the full group, ``outside`` when it leaves and the others go on,
    ``alone`` when it delivers what it alone owes (net: or nothing of it, if that is better), ``share`` its
    Shapley value in (1), ``payment`` what it receives (positive) or pays so that nobody is better outside,
    least in sum; ``nucleolus`` what it has by the nucleolus. ``epsilon`` is zero when payments can do that;
    otherwise every condition is relaxed by it. ``floor`` is what the party asks for by its threshold (−inf:
    nothing). ``received`` is the part of ``inside`` that is taxes and margins received; None where no dollar
    changes hands. ``nets`` is None in gross terms. ``transfers`` are the payments of ``settled_by`` with the
    instruments that are worth as much. ``without_value``: parties of which nobody knows what they gain, for
    they are no country of the model."""

    parties: tuple[str, ...]
    owes: Mapping[str, tuple[str, ...]]
    inside: Floats
    outside: Floats
    alone: Floats
    share: Floats
    payment: Floats
    nucleolus: Floats
    epsilon: float
    worth: float
    others: float
    stable_without_payments: bool
    not_needed: tuple[str, ...]
    unit: str = "MUSD/year"
    received: Floats | None = None
    nets: Nets | None = None
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    floor: Floats = field(default_factory=lambda: np.empty(0))
    transfers: tuple[Transfer, ...] = ()
    settled_by: str = "smallest"
    without_value: tuple[str, ...] = ()

    @property
    def better_outside(self) -> tuple[str, ...]:
        """Parties that would gain by leaving, if the others went on."""
        scale = TOLERANCE * max(1.0, abs(self.worth))
        return tuple(p for k, p in enumerate(self.parties) if self.outside[k] > self.inside[k] + scale)

    @property
    def below_threshold(self) -> tuple[str, ...]:
        """Parties that have less than they ask for, before payments."""
        return tuple(
            p for p in self.thresholds if self.inside[k := self.parties.index(p)] < self.floor[k] - CENT
        )

    def paid_by(self, settled_by: str) -> Floats:
        """What each party receives or pays so that it has what a division gives it: the ``smallest``
        payments, the ``nucleolus`` or the ``shapley`` value. Raises ``WrongUse`` for another."""
        divisions = {
            "smallest": self.payment,
            "nucleolus": self.nucleolus - self.inside,
            "shapley": self.share - self.inside,
        }
        if settled_by not in divisions:
            raise one_of("division to settle by", settled_by, list(divisions))
        return divisions[settled_by]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost group``."""
        return {
            "unit": self.unit,
            "terms": "gross" if self.nets is None else "net",
            "worth": self.worth,
            "others": self.others,
            "stable_without_payments": self.stable_without_payments,
            "better_outside": list(self.better_outside),
            "below_threshold": list(self.below_threshold),
            "core": self.epsilon == 0.0,
            "epsilon": self.epsilon,
            "parties": {
                p: {name: None if column is None else float(column[k]) for name, column in self._told()}
                | {
                    "threshold": self.thresholds[p].as_dict() if p in self.thresholds else None,
                    "asks": float(self.floor[k]) if p in self.thresholds else None,
                    "owes": list(self.owes[p]),
                }
                for k, p in enumerate(self.parties)
            },
            "nets": None if self.nets is None else self.nets.as_dict(),
            "settled_by": self.settled_by,
            "transfers": [one.as_dict() for one in self.transfers],
            "not_needed": list(self.not_needed),
            "without_value": list(self.without_value),
        }

    def _told(self) -> list[tuple[str, Floats | None]]:
        """Columns by party; of what is counted in net terms alone there is none in gross ones."""
        nets = self.nets
        return [
            *((c, getattr(self, c)) for c in COLUMNS),
            ("received", self.received),
            ("benefit", None if nets is None else nets.benefit),
            ("own_money", None if nets is None else nets.own_money),
            ("debt_service", None if nets is None else nets.debt_service),
            ("lent", None if nets is None else nets.lent),
        ]

    def frame(self) -> pd.DataFrame:
        """A row a party; the axis of columns is named by the unit."""
        columns = {name: column for name, column in self._told() if column is not None}
        if self.thresholds:
            columns["asks"] = np.where(np.isfinite(self.floor), self.floor, np.nan)
        return frame_of(columns, index=self.parties, row="party", column=self.unit)

    def headed(self) -> str:
        """Unit and size."""
        terms = "gross" if self.nets is None else "net of costs"
        return f"the group of {len(self.parties)} parties, {self.unit}, {terms}"


def members(records: Records, game: Game) -> dict[str, frozenset[str]]:
    """Who must take part for each valued commitment: the parties that owe it, a union by its members."""
    unions = {p.id: p.members for p in records.parties if p.kind == "union" and p.members}
    owed = {c.id: c.owed_by for c in records.commitments}
    return {
        name: frozenset(one for party in owed[name] for one in (unions.get(party) or (party,)))
        for name in game.players
    }


def needed_for(
    owed_by: Mapping[str, frozenset[str]], purses: Purses | None = None
) -> dict[str, frozenset[str]]:
    """Who must take part for each commitment of a coalition: who owes it and, where costs are counted, whose
    money it is; what has no stated cost is then in none."""
    if purses is None:
        return dict(owed_by)
    return {name: who | purses.paid[name].payers for name, who in owed_by.items() if name in purses.paid}


def parties_of(needed: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """All of them, in the order of the alphabet."""
    return tuple(sorted(frozenset().union(*needed.values())))


@dataclass(frozen=True)
class _Stakes:
    """The coalitions of some parties: what each delivers, and what that leaves whom."""

    parties: tuple[str, ...]
    needs: Mapping[str, int]  # by commitment, a bit for each party that must take part
    by_country: Callable[[frozenset[str]], Floats]  # MUSD, or MUSD a year, by country of the model
    by_party: Callable[[frozenset[str]], Mapping[str, float]]  # what each party pays
    ahead: Callable[[list[frozenset[str]]], object]  # many sets at once, before they are asked for
    countries: tuple[str, ...]

    @classmethod
    def of(cls, game: Game, owed_by: Mapping[str, frozenset[str]], purses: Purses | None) -> _Stakes:
        """Of those who owe and, in net terms, of those whose money it is."""
        needed = needed_for(owed_by, purses)
        parties = parties_of(needed)
        if len(parties) > MOST_PARTIES:
            raise WrongUse(
                f"{len(parties)} parties owe commitments; coalitions are counted for {MOST_PARTIES} at most."
            )
        if not parties:
            raise WrongUse("No party owes a valued open commitment; there is no group to look at.")
        bit = {p: 1 << k for k, p in enumerate(parties)}
        needs = {name: sum(bit[p] for p in who) for name, who in needed.items()}
        if purses is None:
            return cls(parties, needs, game.value, lambda _: {}, game.values, game.countries)
        return cls(parties, needs, purses.benefit, purses.cost, purses.ahead, game.countries)

    def delivered(self, mask: int) -> frozenset[str]:
        """S(T) of equation (1)."""
        return frozenset(name for name, need in self.needs.items() if need and need & mask == need)

    def own(self, by_country: Floats) -> Floats:
        """Of numbers by country those of the parties; zero for a party that is no country of the model."""
        column = {c: k for k, c in enumerate(self.countries)}
        return np.array([by_country[column[p]] if p in column else 0.0 for p in self.parties])

    def paid(self, paid: Mapping[str, float]) -> Floats:
        """Of numbers by party those of the group, in its order."""
        return np.array([paid.get(p, 0.0) for p in self.parties])

    def payoffs(self) -> tuple[Floats, dict[frozenset[str], Floats]]:
        """x_i(S(T)) of every coalition, shape (2^parties, parties); T is a bit mask. And by set."""
        known: dict[frozenset[str], Floats] = {}
        answer = np.empty((1 << len(self.parties), len(self.parties)))
        every = [self.delivered(mask) for mask in range(len(answer))]
        self.ahead(every)
        for mask, chosen in enumerate(every):
            if chosen not in known:
                known[chosen] = self.own(self.by_country(chosen)) - self.paid(self.by_party(chosen))
            answer[mask] = known[chosen]
        return answer, known

    def best(self, inside_of: NDArray[np.int64], known: Mapping[frozenset[str], Floats]) -> Floats:
        """Equation (1') of every coalition, the full group among them."""
        masks = np.arange(len(inside_of))
        found = np.full(len(inside_of), -np.inf)
        for chosen, left in known.items():
            need = reduce(or_, (self.needs[name] for name in chosen), 0)
            found = np.where(masks & need == need, np.maximum(found, inside_of @ left), found)
        return found


def group(
    game: Game,
    owed_by: Mapping[str, frozenset[str]],
    *,
    purses: Purses | None = None,
    thresholds: Mapping[str, Threshold] | None = None,
) -> Group:
    """The group of all parties that owe a commitment of the game; with ``purses`` net of costs, and of those
    who pay as well.

    Raises ``WrongUse`` for more than 16 parties, ``NoSolution`` if thresholds together ask for more than
    there is, or if a linear program fails.
    """
    stakes = _Stakes.of(game, owed_by, purses)
    n, full = len(stakes.parties), (1 << len(stakes.parties)) - 1
    payoff, by_set = stakes.payoffs()
    inside_of = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    v = (payoff * inside_of).sum(axis=1)
    if purses is not None:
        v[:full] = stakes.best(inside_of, by_set)[:full]
    inside = payoff[full]
    outside = np.array([payoff[full ^ (1 << k), k] for k in range(n)])
    bit = {p: 1 << k for k, p in enumerate(stakes.parties)}
    one = Game(
        players=stakes.parties,
        countries=("group",),
        evaluate=lambda some: np.array([v[sum(bit[p] for p in some)]]),
    )
    everything = stakes.delivered(full)
    nets = None if purses is None else _nets(purses, stakes, everything, by_set)
    floor = _floors(stakes.parties, inside, nets, thresholds or {})
    payment, epsilon, division = _divided(inside, outside, inside_of, v, floor)
    got = game.received(everything) if purses is None else purses.received(everything)
    scale = TOLERANCE * max(1.0, abs(float(v[full])))
    stable = bool((inside_of @ inside >= v - scale).all() and (inside >= outside - scale).all())
    return Group(
        parties=stakes.parties,
        owes={
            p: tuple(sorted(c for c, owners in owed_by.items() if p in owners and c in stakes.needs))
            for p in stakes.parties
        },
        inside=inside,
        outside=outside,
        alone=np.array([v[1 << k] for k in range(n)]),
        share=shapley(one, method="exact").share[:, 0],
        payment=payment,
        nucleolus=division,
        epsilon=epsilon,
        worth=float(v[full]),
        others=_of_others(stakes, everything),
        stable_without_payments=stable and bool((inside >= floor - CENT).all()),
        not_needed=tuple(name for name, need in stakes.needs.items() if not need),
        unit="MUSD/year" if nets is None else f"MUSD, prices of {nets.base_year}",
        received=None if got is None else stakes.own(got),
        nets=nets,
        thresholds=dict(thresholds or {}),
        floor=floor,
        without_value=tuple(p for p in stakes.parties if p not in game.countries),
    )


def _of_others(stakes: _Stakes, delivered: frozenset[str]) -> float:
    """What countries outside the group gain."""
    found = stakes.by_country(delivered)
    others = [k for k, c in enumerate(stakes.countries) if c not in stakes.parties]
    return float(found[others].sum())


def _nets(
    purses: Purses, stakes: _Stakes, delivered: frozenset[str], by_set: Mapping[frozenset[str], Floats]
) -> Nets:
    best = max(by_set, key=lambda some: (float(by_set[some].sum()), len(some)))
    gain = float(by_set[best].sum() - by_set[delivered].sum())
    parts = {part: stakes.paid(purses.cost(delivered, part)) for part in ("own", "debt", "lent")}
    benefit = purses.benefit(delivered)
    financiers, to_economy = -purses.outside(delivered), purses.to_economy(delivered)
    return Nets(
        base_year=purses.base_year,
        first_year=purses.asked.calendar.first,
        horizon=purses.asked.horizon.isoformat(),
        rate=purses.asked.rate,
        level=purses.level,
        benefit=stakes.own(benefit),
        own_money=parts["own"],
        debt_service=parts["debt"],
        lent=parts["lent"],
        financiers=financiers,
        to_economy=to_economy,
        npv=float(benefit.sum() - sum(part.sum() for part in parts.values()) + financiers + to_economy),
        delivered=tuple(name for name in purses.order if name in delivered),
        without_cost=purses.left_out,
        assumed=tuple(name for name in purses.order if purses.paid[name].assumed),
        undated=purses.undated,
        better_without=tuple(name for name in purses.order if name in delivered - best)
        if gain > CENT
        else (),
        gain_without=gain if gain > CENT else 0.0,
    )


def _floors(
    parties: tuple[str, ...], inside: Floats, nets: Nets | None, thresholds: Mapping[str, Threshold]
) -> Floats:
    """The least that each party is to have after payments, −inf without a threshold. Raises ``NoSolution`` if
    that is more than there is."""
    floor = np.full(len(parties), -np.inf)
    for k, party in enumerate(parties):
        if party in thresholds:
            benefit, cost, level = float(inside[k]), 0.0, 1.0
            if nets is not None:
                benefit, cost, level = float(nets.benefit[k]), float(nets.cost[k]), nets.level
            floor[k] = inside[k] + thresholds[party].least_payment(benefit, cost, level)
    asked, there = float(floor.sum()), float(inside.sum())
    if asked > there:
        told = ", ".join(thresholds[p].in_words() for p in parties if p in thresholds)
        raise NoSolution(
            f"No payments meet the thresholds: {told} come to {asked:,.6g} MUSD, and the group has "
            f"{there:,.6g}. Lower them by {asked - there:,.6g}."
        )
    return floor


def _divided(
    inside: Floats, outside: Floats, inside_of: NDArray[np.int64], v: Floats, floor: Floats
) -> tuple[Floats, float, Floats]:
    """The smallest payments, ε, and the nucleolus. Who changes nothing for anybody, and asks for nothing,
    neither pays nor bears a part of a relaxation."""
    n, masks = len(inside), np.arange(len(v))
    idle = [
        k
        for k in range(n)
        if inside[k] == outside[k] == 0.0
        and floor[k] <= 0
        and np.array_equal(v[masks & ~(1 << k)], v[masks | (1 << k)])
    ]
    busy = [k for k in range(n) if k not in idle]
    payment, epsilon, division = np.zeros(n), 0.0, inside.copy()
    if not busy:
        return payment, epsilon, division
    size = inside_of[:, busy].sum(axis=1)
    kept = (inside_of[:, idle] == 0).all(axis=1) & (size > 0) & (size < len(busy))
    # a coalition of one stands in both sets of conditions; both hold
    rows = np.vstack([inside_of[kept][:, busy], np.eye(len(busy))]).astype(float)
    worth = np.concatenate([v[kept], outside[busy]])
    has, low = inside[busy], floor[busy]
    scale = max(1.0, float(np.abs(v).max()))
    payment[busy], epsilon = smallest_payments(rows, worth - rows @ has, low - has, scale)
    division[busy] = nucleolus(rows, worth, float(has.sum()), low)
    return payment, epsilon, division
