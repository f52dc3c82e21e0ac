r"""The best plan under a budget: which commitments, opened when, for all together and for each member.

Three aims, with NPV, limits and needs as in :mod:`milepost.value.appraisal.plan_problem`:

    (a)  max NPV                                                      within the limits
    (b)  max NPV   so that for every member c   Σ_e (ΔV_c · w_c)_e − (own money and debt service)_c ≥ 0
    (c)  min costs less what is left   so that the present value of V is no less than what is asked for

(b) counts as the table of who gains and who pays of an appraisal does, at market prices, and holds to the
cent. Each is found by :mod:`milepost.value.appraisal.plan_search`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from milepost.errors import NoSolution, WrongUse, one_of
from milepost.records import Records
from milepost.value.appraisal.appraisal import Question, in_order, together
from milepost.value.appraisal.plan_answers import Aim, Further, Opened, Plan, Plans, Rival, differs
from milepost.value.appraisal.plan_bounds import Prices, Relaxation
from milepost.value.appraisal.plan_branching import Found, searched
from milepost.value.appraisal.plan_budgets import Limit, limits_of, limits_of_payers
from milepost.value.appraisal.plan_choices import Choices, Open, choices
from milepost.value.appraisal.plan_openings import Opening
from milepost.value.appraisal.plan_problem import CENT, Problem
from milepost.value.game import Game

YEARS = 10  # after the day of the plan, in which something may open
MORE = (
    0.1,
    0.25,
    0.5,
    1.0,
)  # of the budget: the first that brings something says what a further dollar brings
OF_TABLE, STEPS = 80, 100  # of the work that is told: V of all sets, and with three aims all of it

Openings = tuple[int, ...]


@dataclass(frozen=True)
class Wish:
    """What a plan is asked: its budget as written and those of payers (:mod:`plan_budgets`), the last year in
    which something may open, commitments that stay out and that must come, whom (b) holds (None: the
    countries that owe or pay), and the present value of V that (c) reaches (None: no such plan), MUSD."""

    budget: str = ""
    payers: tuple[str, ...] = ()
    until: int | None = None
    leave_out: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    members: tuple[str, ...] | None = None
    reach_musd: float | None = None


def planned(
    records: Records,
    game: Game,
    asked: Question,
    now: Open,
    wish: Wish,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Plans:
    """The best plans. ``progress(done, of)`` is called now and then.

    Raises ``WrongUse`` for a budget that is none, an unknown id, what cannot be planned
    (:func:`milepost.value.appraisal.plan_choices.choices`) and a value that no plan reaches, ``NoSolution``
    where no plan holds what must come.
    """
    limits = (*limits_of(wish.budget, asked.calendar), *limits_of_payers(wish.payers, asked.calendar))
    until = min(asked.on.year + YEARS, asked.calendar.last) if wish.until is None else wish.until
    if not asked.on.year <= until <= asked.calendar.last:
        raise WrongUse(
            f"Nothing opens until {until}: the appraisal runs from {asked.on.year} to {asked.calendar.last}; "
            "give a year between."
        )
    if wish.reach_musd is not None and not (np.isfinite(wish.reach_musd) and wish.reach_musd > 0):
        raise WrongUse(f"The value to reach is some MUSD above zero, not {wish.reach_musd:g}.")
    tell = progress or (lambda done, of: None)
    chosen = choices(
        records,
        game,
        asked,
        now,
        until,
        wish.leave_out,
        progress=lambda done, of: tell(OF_TABLE * done // of, STEPS),
    )
    _refuse_unknown(chosen, wish, limits)
    held, not_held = chosen.members()
    if wish.members is not None:
        held = tuple(c for c in chosen.game.countries if c in wish.members)
    planner = Planner(chosen, limits, held, wish, asked.rate)
    plans = [planner.largest()]
    tell(OF_TABLE + 5, STEPS)
    fair = planner.no_one_worse_off()
    plans += [] if fair is None else [fair]
    tell(OF_TABLE + 15, STEPS)
    if wish.reach_musd is not None:
        plans.append(planner.cheapest())
    tell(STEPS, STEPS)
    return Plans(
        asked=asked,
        base_year=records.settings.base_year,
        until=until,
        limits=limits,
        reach_musd=wish.reach_musd,
        members=held,
        not_held=not_held if wish.members is None else (),
        planned=chosen.names,
        not_planned=chosen.not_planned,
        plans=tuple(plans),
    )


def _refuse_unknown(chosen: Choices, wish: Wish, limits: Sequence[Limit]) -> None:
    for name in wish.must:
        if name in chosen.not_planned:
            raise WrongUse(f"{name} cannot be planned: {chosen.not_planned[name]}.")
        if name not in chosen.names:
            raise one_of("commitment that can be planned", name, list(chosen.names))
    for member in wish.members or ():
        if member not in chosen.game.countries:
            raise one_of("country of the model", member, list(chosen.game.countries))
    for limit in limits:
        if limit.payer and limit.payer not in chosen.purses():
            raise one_of("payer", limit.payer, sorted(chosen.purses()))


@dataclass(frozen=True)
class Planner:
    """The problems of a wish, and their answers."""

    chosen: Choices
    limits: tuple[Limit, ...]
    members: tuple[str, ...]
    wish: Wish
    rate: float

    @property
    def openings(self) -> tuple[Opening, ...]:
        """What a plan is made of."""
        return self.chosen.openings

    @cached_property
    def binding(self) -> tuple[Limit, ...]:
        """Limits that some plan would break."""
        return tuple(one for one in self.limits if self._most(one) > one.musd)

    def _most(self, limit: Limit) -> float:
        """The most that any plan could spend of a limit."""
        most: dict[int, float] = {}
        for one in self.openings:
            most[one.who] = max(most.get(one.who, 0.0), one.spent(limit))
        return sum(most.values())

    @cached_property
    def problem(self) -> Problem:
        """Aim (a)."""
        every = self.openings
        return Problem(
            table=self.chosen.table(),
            ident=np.arange(len(every), dtype=np.int64),
            who=np.array([one.who for one in every], dtype=np.int64),
            number=np.array(self.chosen.number, dtype=np.int64),
            weights=np.array([one.weights for one in every]),
            cost=np.array([one.cost - one.left for one in every]),
            spent=np.array([[one.spent(limit) for limit in self.binding] for one in every]),
            budget=np.array([limit.musd for limit in self.binding]),
            held=np.zeros(0, dtype=np.int64),
            paid=np.zeros((len(every), 0)),
            floor=np.zeros(0),
            precedences=self.chosen.precedences,
            last=self.chosen.last(self.wish.must),
        )

    @cached_property
    def fair(self) -> Problem:
        """Aim (b)."""
        countries = self.chosen.game.countries
        return replace(
            self.problem,
            held=np.array([countries.index(m) for m in self.members], dtype=np.int64),
            paid=np.array([[one.paid.get(m, 0.0) for m in self.members] for one in self.openings]),
            floor=np.zeros(len(self.members)),
        )

    def reaching(self, musd: float) -> Problem:
        """Aim (c)."""
        return replace(
            self.problem,
            counted=0.0,
            held=np.array([-1], dtype=np.int64),
            paid=np.zeros((len(self.openings), 1)),
            floor=np.array([musd]),
        )

    @cached_property
    def found(self) -> Found:
        """The best plans of aim (a)."""
        found = searched(self.relaxation, count=2, sets=True)
        if not found.plans:
            raise NoSolution(
                f"No plan brings {', '.join(self.wish.must) or 'anything'} within the budget, the "
                "dependencies and the years; raise the budget or give a later year with --until."
            )
        return found

    @cached_property
    def relaxation(self) -> Relaxation:
        """That of aim (a)."""
        return Relaxation.of(self.problem)

    def largest(self) -> Plan:
        """Aim (a)."""
        best = self.found
        return self._plan("largest", self.relaxation, best, self._more_budget(self.relaxation, best))

    def no_one_worse_off(self) -> Plan | None:
        """Aim (b); None where no plan is one, which can only be where something must come."""
        best, problem = self.found, self.fair
        fair, known = self.relaxation.about(problem), [plan for _, plan in best.plans]
        if all(problem.keeps(plan) for plan in known):
            found = replace(best, prices=Prices(best.prices.limits, np.zeros(len(self.members))))
        else:
            found = searched(fair, count=2, sets=True, known=known)
        if not found.plans:
            return None
        return self._plan("no member worse off", fair, found, self._more_budget(fair, found))

    def cheapest(self) -> Plan:
        """Aim (c). Raises ``WrongUse`` where no plan reaches the value."""
        musd = self.wish.reach_musd or 0.0
        most = searched(self.relaxation.about(replace(self.problem, cost=np.zeros(len(self.openings)))))
        if not most.plans or most.plans[0][0] < musd:
            reached = most.plans[0][0] if most.plans else 0.0
            raise WrongUse(
                f"No plan reaches a value of {musd:,.6g} MUSD: within the budget and until the year given "
                f"the most is {reached:,.6g} MUSD (present value of V of what is delivered)."
            )
        reaching, known = (
            self.relaxation.about(self.reaching(musd)),
            [most.plans[0][1], self.found.plans[0][1]],
        )
        found = searched(reaching, count=2, sets=True, known=known)
        further, share = None, MORE[0]
        if most.plans[0][0] >= musd * (1 + share):
            more = searched(reaching.about(self.reaching(musd * (1 + share))), known=known)
            further = self._between(found, more, share, share * musd, costs=True)
        return self._plan("least cost", reaching, found, further)

    def _more_budget(self, relaxation: Relaxation, best: Found) -> Further | None:
        """What a tenth more of every limit brings, or a quarter, a half, as much again, if a tenth is no step
        to anything; None without limits."""
        problem, plan = relaxation.problem, best.plans[0][1]
        if not self.binding:
            return None

        def with_more(share: float) -> Further:
            raised = relaxation.about(replace(problem, budget=problem.budget * (1 + share)))
            more = searched(raised, known=[plan], prices=best.prices)
            return self._between(best, more, share, float(share * problem.budget.sum()), costs=False)

        most = with_more(MORE[-1])  # where that brings nothing, less brings nothing either
        if most.npv_musd <= CENT:
            return most
        tried = (with_more(share) for share in MORE[:-1])
        return next((found for found in tried if found.npv_musd > CENT), most)

    def _between(self, before: Found, after: Found, share: float, added: float, *, costs: bool) -> Further:
        values = [self._money(found.plans[0][1]) for found in (before, after)]
        gained, spent = (float(values[1][k] - values[0][k]) for k in (0, 1))
        return Further(share, added, gained, spent, (spent if costs else gained) / added if added else 0.0)

    def _money(self, plan: Openings) -> tuple[float, float]:
        """Net present value and costs less what is left, MUSD."""
        return self.problem.sums(plan)[0], float(sum(self.problem.cost[e] for e in plan))

    def _next(self, relaxation: Relaxation, best: Found) -> tuple[Openings | None, Openings | None]:
        """The next best plan, and the best that delivers another set."""
        problem, plan = relaxation.problem, best.plans[0][1]
        other = [p for _, p in best.plans[1:]]
        mask = sum(1 << self.openings[e].who for e in plan)
        alike = []
        if mask:
            kept = np.array([bool(mask >> one.who & 1) for one in self.openings])
            same = relaxation.narrowed(kept, ((1 << problem.size) - 1) & ~mask, mask)
            alike = [p for _, p in searched(same, count=2, prices=best.prices).plans if p != plan]
        ranked = sorted([*other, *alike], key=lambda p: -problem.sums(p)[0])
        return ranked[0] if ranked else None, other[0] if other else None

    def _plan(self, aim: Aim, relaxation: Relaxation, found: Found, further: Further | None) -> Plan:
        """A plan in the words of the answer."""
        plan = found.plans[0][1]
        then, other = self._next(relaxation, found)
        opened = self._opened(plan)
        cases = [
            replace(self.chosen.cases[one.who], delivery=one.delivery)
            for one in (self.openings[e] for e in plan)
        ]
        game, calendar = self.chosen.game, self.chosen.cases[0].calendar
        net: Mapping[str, float] = dict.fromkeys(self.members, 0.0)
        gained = spent_by_all = np.zeros(len(calendar.years))
        if cases:
            whole = together(cases, in_order(cases, game), game, self.rate)
            net, gained = whole.purse.net, whole.streams.benefit + whole.streams.left
            spent_by_all = whole.streams.cost
        worth, cost = self._money(plan)
        spent = sum((self.openings[e].spending.of("capital") for e in plan), np.zeros(len(calendar.years)))
        return Plan(
            aim=aim,
            opened=opened,
            npv_musd=worth,
            value_musd=worth + cost,
            cost_musd=cost,
            capital_musd=float(np.sum(spent)),
            v_musd_per_year=float(game.value([one.commitment for one in opened]).sum()),
            gap_musd=found.gap,
            net_by_purse=net,
            spent=np.asarray(spent),
            gained=gained,
            cost=spent_by_all,
            next_best=None if then is None else self._rival(then, plan),
            other_set=None if other is None else self._rival(other, plan),
            further=further,
            price={
                limit.label(calendar): float(price)
                for limit, price in zip(self.binding, found.prices.limits, strict=True)
                if price > 0
            },
        )

    def _opened(self, plan: Openings) -> tuple[Opened, ...]:
        found, mask = [], np.zeros(1, dtype=np.int64)
        for e in plan:
            one, commitment = self.openings[e], self.chosen.cases[self.openings[e].who].commitment
            cost = float(self.problem.cost[e])
            found.append(
                Opened(
                    commitment=commitment.id,
                    title=commitment.title,
                    delivered=one.day,
                    later_years=one.later,
                    capital_musd=float(one.spending.of("capital").sum()),
                    cost_musd=cost,
                    npv_musd=float(self.problem.adds(mask, e).sum()) - cost,
                )
            )
            mask = mask | 1 << one.who
        return tuple(found)

    def _rival(self, other: Openings, plan: Openings) -> Rival:
        days = [self._days(openings) for openings in (plan, other)]
        worth, cost = self._money(other)
        return Rival(days[1], worth, cost, differs(*days))

    def _days(self, plan: Openings) -> dict[str, dt.date]:
        return {self.chosen.names[self.openings[e].who]: self.openings[e].day for e in plan}
