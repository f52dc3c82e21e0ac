r"""What a set of commitments leaves in each purse: benefit by country less what each party pays, present
values.

Of a set S delivered in the order of its days d_1 <= d_2 <= ..., country c has

    (1)  B_c(S) = Σ_k  w_{c,k} · [ V_c(d_1 ... d_k) − V_c(d_1 ... d_{k−1}) ]
         w_{c,k} = Σ_t  s_{k,t} · G_{c,t} / (1 + r)^t

with s and G as in :mod:`milepost.value.appraisal.appraisal`: the line "all together" of an appraisal of S,
told apart by country. A party p pays, whatever else is delivered,

    (2)  C_p(S) = Σ_{k ∈ S} ( own_{p,k} + debt_{p,k} + lent_{p,k} )

own money (capital that nobody finances, renewal, running costs, less what is left), service of debt, and
what it gives or lends to others less what it gets back; market prices. What is paid by a union is paid by
its members in equal parts. Together with what financiers outside give and the gap between market prices and
those of the economy, the nets sum to the net present value of an appraisal:

    (3)  Σ_c B_c − Σ_p C_p − given_outside + (1 − f) · Σ_{k ∈ S} spent_k  =  NPV(S)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.records import Records
from milepost.value.appraisal.appraisal import NO_COST, Case, Question, cases_of, own_share, purse_of
from milepost.value.appraisal.loans import Funds, funds_of
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.service import in_service
from milepost.value.appraisal.spending import SPENT
from milepost.value.game import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Paid:
    """What is paid for one commitment, present values in MUSD by party: own money, service of debt, what is
    given or lent less what comes back; ``capital`` the part of own money that is capital. ``outside`` is what
    financiers give that are no party, ``spent`` all of it at market prices, ``capital_pv`` all capital."""

    own: Mapping[str, float]
    debt: Mapping[str, float]
    lent: Mapping[str, float]
    capital: Mapping[str, float]
    outside: float
    spent: float
    capital_pv: float
    assumed: bool

    @property
    def payers(self) -> frozenset[str]:
        """Whose money it is."""
        return frozenset(
            who for part in (self.own, self.debt, self.lent) for who, money in part.items() if money
        )


@dataclass(frozen=True, repr=False)
class Purses:
    """Equations (1) and (2) of any set of the commitments of a game whose costs are stated.

    ``weights`` (countries, commitments) are those of (1), commitments in the order of their days; ``level``
    is what one MUSD a year, from the day asked to the horizon, is worth today; ``traffic`` the same of a
    dollar on the traffic of each country, which grows. ``left_out`` says why a commitment is in no set.
    """

    asked: Question
    base_year: int
    factor: float
    game: Game
    order: tuple[str, ...]
    weights: Floats
    paid: Mapping[str, Paid]
    left_out: Mapping[str, str]
    level: float
    traffic: Mapping[str, float]
    undated: tuple[str, ...]
    _known: dict[frozenset[str], Floats] = field(default_factory=dict)

    @classmethod
    def of(
        cls, records: Records, game: Game, asked: Question, dates: Mapping[str, dt.date | None]
    ) -> Purses | None:
        """Those of a game; None where nobody states what any of its commitments costs."""
        every = cases_of(records, game, asked, dates)
        spending = {case.commitment.id: case.spending() for case in every}
        stated = {name for name, one in spending.items() if any(line.kind == "capital" for line in one.lines)}
        cases = sorted(
            (case for case in every if case.commitment.id in stated),
            key=lambda case: (case.delivery.day, case.commitment.id),
        )
        if not cases:
            return None
        calendar, first = asked.calendar, cases[0]
        years = factors(asked.rate, len(calendar.years))
        whole = in_service(asked.on.toordinal(), calendar.starts, asked.horizon.toordinal(), 0.0)
        return cls(
            asked=asked,
            base_year=records.settings.base_year,
            factor=first.factor,
            game=game,
            order=tuple(case.commitment.id for case in cases),
            weights=np.stack([(first.growth * case.served()) @ years for case in cases], axis=1),
            paid={case.commitment.id: _paid(records, case, asked.rate) for case in cases},
            left_out={name: NO_COST for name in spending if name not in stated},
            level=float(whole @ years),
            traffic=dict(zip(game.countries, ((first.growth * whole) @ years).tolist(), strict=True)),
            undated=tuple(case.commitment.id for case in cases if not case.dated),
        )

    def benefit(self, delivered: Iterable[str]) -> Floats:
        """Equation (1), MUSD by country of the game. Raises ``WrongUse`` for what is not in it."""
        chosen = self._checked(delivered)
        if chosen not in self._known:
            self._known[chosen] = self._weighed(chosen, received=False)
        return self._known[chosen]

    def ahead(self, sets: Iterable[Iterable[str]]) -> None:
        """Work out V of all that the benefit of these sets is made of, at once."""
        found: dict[frozenset[str], None] = {}
        for delivered in dict.fromkeys(map(frozenset, sets)):
            order = [name for name in self.order if name in delivered]
            found |= dict.fromkeys(frozenset(order[: k + 1]) for k in range(len(order)))
        self.game.values(found)

    def received(self, delivered: Iterable[str]) -> Floats | None:
        """The part of it that is taxes and margins received; None where no dollar changes hands."""
        return None if self.game.wide is None else self._weighed(self._checked(delivered), received=True)

    def cost(self, delivered: Iterable[str], *parts: str) -> dict[str, float]:
        """Equation (2), MUSD by party; or of ``own``, ``debt``, ``lent``, ``capital`` alone."""
        found: dict[str, float] = {}
        for name in sorted(self._checked(delivered)):
            for part in parts or ("own", "debt", "lent"):
                for who, money in getattr(self.paid[name], part).items():
                    found[who] = found.get(who, 0.0) + money
        return found

    def outside(self, delivered: Iterable[str]) -> float:
        """What financiers that are no party give, less what they get back, MUSD."""
        return sum(self.paid[name].outside for name in self._checked(delivered))

    def to_economy(self, delivered: Iterable[str]) -> float:
        """What is spent at market prices beyond what it costs the economy, MUSD."""
        return (1.0 - self.factor) * sum(self.paid[name].spent for name in self._checked(delivered))

    def _checked(self, delivered: Iterable[str]) -> frozenset[str]:
        chosen = frozenset(delivered)
        for name in sorted(chosen - set(self.order)):
            raise WrongUse(f"{name} has no net value: {self.left_out.get(name, 'it is not valued')}.")
        return chosen

    def _weighed(self, chosen: frozenset[str], *, received: bool) -> Floats:
        n = len(self.game.countries)
        total, before, there = np.zeros(n), np.zeros(n), frozenset[str]()
        for k, name in enumerate(self.order):
            if name in chosen:
                there |= {name}
                found = self.game.received(there) if received else self.game.value(there)
                assert found is not None
                total += self.weights[:, k] * (found - before)
                before = found
        return total


def _paid(records: Records, case: Case, rate: float) -> Paid:
    spending = case.spending()
    funds = funds_of(records, case.commitment, spending)
    years = factors(rate, len(case.calendar.years))
    own, debt = purse_of(spending, funds, rate)
    capital = {
        who: float((money * own_share(spending, funds)) @ years)
        for who, money in spending.by_payer("capital").items()
    }
    own, debt, lent, capital = (
        _parted(records, part) for part in (own, debt, _lent(records, funds, years), capital)
    )
    spent = float((spending.of(*SPENT) - spending.of("residual")) @ years)
    return Paid(
        own=own,
        debt=debt,
        lent=lent,
        capital=capital,
        outside=spent - sum(sum(part.values()) for part in (own, debt, lent)),
        spent=spent,
        capital_pv=float(spending.of("capital") @ years),
        assumed=any(line.kind == "capital" and line.basis == "assumed" for line in spending.lines),
    )


def _lent(records: Records, funds: Iterable[Funds], years: Floats) -> dict[str, float]:
    """What parties give, known by their id or name, less the service of debt that they get."""
    names = {p.id: p.id for p in records.parties} | {p.name: p.id for p in records.parties}
    found: dict[str, float] = {}
    for one in funds:
        if one.by in names:
            who = names[one.by]
            found[who] = found.get(who, 0.0) + float((one.drawn - one.service) @ years)
    return found


def _parted(records: Records, money: Mapping[str, float]) -> dict[str, float]:
    """What a union pays, by its members in equal parts."""
    unions = {p.id: p.members for p in records.parties if p.kind == "union" and p.members}
    found: dict[str, float] = {}
    for who, amount in money.items():
        members = unions.get(who) or (who,)
        for one in members:
            found[one] = found.get(one, 0.0) + amount / len(members)
    return found
