"""The best plan under a budget: beside every plan there is, laws on random worlds, and what is refused."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.records import Cost, Financing, Growth, Param, Records
from milepost.records.tables import Dependency
from milepost.value.appraisal import plan_branching, plan_search
from milepost.value.appraisal.appraisal import Case, Question, appraised, cases_of, in_order, together
from milepost.value.appraisal.plan import Wish, planned
from milepost.value.appraisal.plan_answers import Plan, Plans, differs
from milepost.value.appraisal.plan_bounds import Relaxation, best_prices
from milepost.value.appraisal.plan_branching import searched
from milepost.value.appraisal.plan_budgets import Limit, limits_of, limits_of_payers
from milepost.value.appraisal.plan_choices import Open, asked_alone
from milepost.value.appraisal.plan_openings import deliveries
from milepost.value.appraisal.plan_problem import Precedence, Problem
from milepost.value.appraisal.spending import Calendar
from milepost.value.game import Game
from torture import first_seed, many, tortured

ON, HORIZON, UNTIL = dt.date(2026, 1, 1), dt.date(2040, 1, 1), 2029
NAMES, COUNTRIES = ("R1", "R2", "R3", "R4"), ("XWV", "XRL", "XEM")
ASKED = Question(ON, HORIZON, 0.06)
DATES: dict[str, dt.date | None] = {
    "R1": dt.date(2026, 6, 30),
    "R2": dt.date(2027, 12, 31),
    "R3": dt.date(2026, 3, 1),
    "R4": None,
}
PROBLEMS, WORLDS = 5, 3  # random ones in a test of every day
Openings = tuple[int, ...]


# --- any problem, beside every plan there is ---


def problem(rng: np.random.Generator) -> Problem:
    """A problem of up to four commitments with limits, needs, precedences and something that must come."""
    K, C, years = (int(rng.integers(1, high)) for high in (5, 4, 5))
    table = rng.normal(size=(1 << K, C)) * 5
    table[0] = 0
    events = [(m, i) for m in range(years) for i in range(K) if rng.random() < 0.9] or [(0, 0)]
    counts: dict[int, int] = {}
    number = []
    for _, i in events:
        number.append(counts.get(i, 0))
        counts[i] = number[-1] + 1
    base = rng.exponential(size=K) * 6
    cost = np.array([base[i] * 0.93**m for m, i in events])
    L, N = int(rng.integers(0, 4)), int(rng.integers(0, 3))
    spent = np.array([[base[i] * (rng.random() if k else 1.0) for k in range(L)] for _, i in events])
    cheapest = rng.random() < 0.3
    held = np.array([-1] if cheapest else range(min(N, C)), dtype=np.int64)
    last = np.ones(1 << K, dtype=bool)
    masks = np.arange(1 << K)
    precedences = []
    a, b = (int(x) for x in rng.choice(max(K, 2), 2, replace=False))
    if counts.get(a) and counts.get(b) and rng.random() < 0.6:
        precedences.append(Precedence(a, b, rng.random((counts[a], counts[b])) < 0.7))
        last &= (masks >> b & 1 == 0) | (masks >> a & 1 == 1)
    if rng.random() < 0.2:
        last &= masks & 1 == 1
    return Problem(
        table=table,
        ident=np.arange(len(events), dtype=np.int64),
        who=np.array([i for _, i in events], dtype=np.int64),
        number=np.array(number, dtype=np.int64),
        weights=np.array([[3 * 0.9**m * (1 + 0.1 * c) for c in range(C)] for m, _ in events]),
        cost=cost,
        spent=spent.reshape(len(events), L),
        budget=spent.reshape(len(events), L).sum(axis=0) * rng.random(L) * 0.4,
        held=held,
        paid=np.zeros((len(events), 1)) if cheapest else cost[:, None] * rng.random((1, len(held))) * 0.5,
        floor=np.array([rng.random() * 20]) if cheapest else np.zeros(len(held)),
        precedences=tuple(precedences),
        last=last,
        counted=0.0 if cheapest else 1.0,
    )


def every_plan(p: Problem) -> list[tuple[float, Openings]]:
    """All plans that keep everything, best first, one by one."""
    found = []
    options = [[None, *np.flatnonzero(p.who == i).tolist()] for i in range(p.size)]
    for choice in itertools.product(*options):
        plan = sorted(e for e in choice if e is not None)
        mask, gain, spent, needs = 0, 0.0, np.zeros(len(p.budget)), np.zeros(len(p.floor))
        for e in plan:
            after = mask | 1 << int(p.who[e])
            added = (p.table[after] - p.table[mask]) * p.weights[e]
            gain += p.counted * added.sum() - p.cost[e]
            spent += p.spent[e]
            needs += [(added.sum() if c < 0 else added[c]) - p.paid[e, n] for n, c in enumerate(p.held)]
            mask = after
        when = {int(p.who[e]): int(p.number[e]) for e in plan}
        waits = all(
            one.first in when and one.holds[when[one.first], when[one.then]]
            for one in p.precedences
            if one.then in when
        )
        if p.last[mask] and waits and (spent <= p.budget + 1e-9).all() and (needs >= p.floor - 1e-8).all():
            found.append((gain, tuple(plan)))
    return sorted(found, key=lambda x: -x[0])


def problems(seed: int) -> Iterator[tuple[Problem, list[tuple[float, Openings]]]]:
    for k in range(many(PROBLEMS, 300)):
        made = problem(np.random.default_rng(first_seed(1000 * seed) + k))
        yield made, every_plan(made)


@tortured(4 * many(PROBLEMS, 300))
@pytest.mark.parametrize("states", [4, 4_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_plan_is_better(seed: int, states: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few states kept the search must branch; with many it need not, and compares them from the second
    on."""
    monkeypatch.setattr(plan_branching, "STATES", states)
    monkeypatch.setattr(plan_search, "COMPARED", 64 if states == 4 else 1)
    looked = 0
    for p, every in problems(seed):
        found = searched(Relaxation.of(p), count=2)
        assert [gain for gain, _ in found.plans] == pytest.approx([g for g, _ in every[:2]], abs=1e-9)
        assert found.gap == 0
        looked += bool(every)
        for gain, plan in found.plans:
            assert p.keeps(plan)
            assert p.sums(plan)[0] == pytest.approx(gain, abs=1e-9)
        best: dict[frozenset[int], float] = {}
        for gain, plan in every:
            best.setdefault(frozenset(p.who[list(plan)].tolist()), gain)
        of_sets = searched(Relaxation.of(p), count=2, sets=True)
        assert [gain for gain, _ in of_sets.plans] == pytest.approx(list(best.values())[:2], abs=1e-9)
    assert looked >= 3


def test_only_what_others_match_in_everything_that_matters_is_dropped() -> None:
    """Beside the definition, pair by pair: the same set and the same openings that others wait for, no less
    gain and needs, no more spent where anything is still to be spent."""
    dropped, kept_for = 0, dict.fromkeys(("opened", "spent", "needs"), 0)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        p = problem(rng)
        if not (len(p.budget) and len(p.floor) and p.precedences):
            continue
        n, e, count = 10, 0, int(rng.integers(1, 3))
        few = [rng.integers(0, 3, (n, width)).astype(float) for width in (1, len(p.budget), len(p.floor))]
        states = plan_search._States(
            rng.integers(0, 2, n),
            few[0][:, 0],
            few[1] * p.spent.max(),
            few[2],
            rng.integers(-1, 1, (n, p.size)).astype(np.int8),
            np.zeros((n, 1)),
        )
        waiting = sorted({k for one in p.precedences for k in (one.first, one.then)})
        later = (p.spent[e + 1 :] > 0).any(axis=0)
        found = plan_search._beaten(p, states, e, count)
        for b in np.flatnonzero(found):
            beats = {
                "opened": (states.opened[:, waiting] == states.opened[b, waiting]).all(axis=1),
                "spent": (states.spent[:, later] <= states.spent[b, later] + 1e-9).all(axis=1),
                "needs": (states.needs >= states.needs[b]).all(axis=1),
            }
            same = (states.mask == states.mask[b]) & (states.gain >= states.gain[b])
            assert np.logical_and.reduce([same, *beats.values()]).sum() - 1 >= count
            dropped += 1
        for b in np.flatnonzero(~found):
            same = (states.mask == states.mask[b]) & (states.gain > states.gain[b])
            for name, one in (
                ("opened", (states.opened[:, waiting] != states.opened[b, waiting]).any(axis=1)),
                ("spent", (states.spent[:, later] > states.spent[b, later]).any(axis=1)),
                ("needs", (states.needs < states.needs[b]).any(axis=1)),
            ):
                kept_for[name] += int((same & one).sum() >= count)
    assert dropped > 20
    assert min(kept_for.values()) > 20, "each condition has kept something"


def test_every_price_gives_a_bound() -> None:
    looked = 0
    for p, every in problems(7):
        if not every:
            continue
        relaxation, looked = Relaxation.of(p), looked + 1
        priced = best_prices(relaxation)
        start = relaxation.value(replace(priced.prices, limits=0 * p.budget, needs=0 * p.floor))
        assert every[0][0] - 1e-9 <= priced.bound <= start.bounds.max() + 1e-9
        steep = replace(priced.prices, limits=priced.prices.limits + 0.7, needs=priced.prices.needs + 0.3)
        bounds, best = relaxation.value(steep).bounds, dict[int, float]()
        for gain, plan in every:
            end = sum(1 << int(p.who[e]) for e in plan)
            best[end] = max(gain, best.get(end, -np.inf))
        assert all(bounds[end] >= gain - 1e-9 for end, gain in best.items())  # each set by itself
    assert looked >= 3


def test_work_that_ends_early_says_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_branching, "STATES", 2)
    monkeypatch.setattr(plan_branching, "BRANCHES", 1)
    gaps = []
    for p, every in (one for seed in (1, 2, 3) for one in problems(seed)):
        if found := searched(Relaxation.of(p)):
            gaps.append(found.gap)
            if every and found.plans:
                assert found.plans[0][0] + found.gap >= every[0][0] - 1e-9
    assert max(gaps) > 0


# --- programmes ---


@cache
def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def cost(ident: str, amount: float, kind: str = "capital", **more: Any) -> Cost:
    given: dict[str, Any] = {"currency": "USD", "price_year": 2025, "basis": "assumed", **more}
    return Cost(id=ident, commitment=ident[:2], kind=kind, amount_m=amount, **given)


def world(rng: np.random.Generator, **tables: Any) -> Records:
    """Ridge with other costs, growth, and a dependency."""
    a, b, c, d = (float(x) for x in rng.uniform(5, 60, 4))
    held: dict[str, Any] = {
        "costs": (
            cost("R1", a, first_year=2025, last_year=2026, payer="XWV"),
            cost("R1m", a / 50, "maintenance"),
            cost("R2", b, life_years=40),
            cost("R3", c, payer="XEM"),
            cost("R4", d, payer="XRL"),
        ),
        "growth": (Growth(id="G", country="XWV", first_year=2026, percent_per_year=4, basis="assumed"),),
        "dependencies": (
            Dependency(id="Y", predecessor="R3", successor="R2", kind="FF", lag_days=200, basis="assumed"),
        ),
        **tables,
    }
    years = Param(id="cy", name="construction_years", value=1.5, applies_to="all", basis="assumed")
    return ridge().with_rows(params=(*ridge().params, years), **held)


def game(rng: np.random.Generator, spread: float = 4.0) -> Game:
    """V without any structure: a number for each set and country."""
    table = rng.normal(2, spread, size=(1 << len(NAMES), len(COUNTRIES)))
    table[0] = 0
    return Game(
        NAMES,
        COUNTRIES,
        lambda names: table[sum(1 << NAMES.index(n) for n in names)],
        lambda _, to: np.copyto(to, table),
    )


def sums(substitutes: float) -> Game:
    """Each worth less beside the others: V is submodular."""
    earned = {"R1": (6.0, 2.0, 0.5), "R2": (3.0, 5.0, 1.0), "R3": (0.5, 0.5, 2.0), "R4": (1.5, 1.0, 3.0)}

    def worth(names: frozenset[str]) -> np.ndarray[Any, Any]:
        whole = sum((np.array(earned[n]) for n in names), np.zeros(3))
        return np.asarray(whole - substitutes * len(names) * (len(names) - 1))

    return Game(NAMES, COUNTRIES, worth)


def now(dates: Mapping[str, dt.date | None] = DATES) -> Open:
    return Open(dates, frozenset(), frozenset())


def done(records: Records, of: Game, wish: Wish | None = None, asked: Question = ASKED) -> Plans:
    wanted = wish or Wish()
    return planned(records, of, asked, now(), replace(wanted, until=wanted.until or UNTIL))


Told = tuple[
    float,
    dict[str, dt.date],
    Mapping[str, float],
    np.ndarray[Any, Any],
    float,
    dict[str, np.ndarray[Any, Any]],
]


def all_plans(records: Records, of: Game) -> list[Told]:
    """Every plan that keeps the dependency, one by one: NPV, dates, purses, capital by year, present value of
    V, capital by payer. Of each opening by itself an appraisal says what it costs and whom."""
    cases = cases_of(records, of, asked_alone(ASKED), DATES)
    discount = 1.06 ** -np.arange(14.0)
    options: list[list[Any]] = []
    for case in cases:
        made: list[Any] = [None]
        for _, delivery in deliveries(case, UNTIL):
            alone = replace(case, delivery=delivery, value=np.zeros(3))
            told = appraised(alone, of, ASKED.rate)
            weights = replace(alone, value=np.ones(3)).benefits() @ discount
            payers = alone.spending().by_payer("capital")
            made.append((case.commitment.id, delivery.day, weights, told, payers))
        options.append(made)
    found: list[Told] = []
    for choice in itertools.product(*options):
        chosen = sorted((one for one in choice if one is not None), key=lambda one: (one[1], one[0]))
        days = {one[0]: one[1] for one in chosen}
        if "R2" in days and ("R3" not in days or days["R2"] < days["R3"] + dt.timedelta(days=200)):
            continue
        gained, spent, npv = np.zeros(3), np.zeros(14), 0.0
        paid: dict[str, float] = dict.fromkeys(COUNTRIES, 0.0) if chosen else {}
        by: dict[str, np.ndarray[Any, Any]] = {}
        before: frozenset[str] = frozenset()
        for name, _, weights, told, payers in chosen:
            gained += (of.value(before | {name}) - of.value(before)) * weights
            before |= {name}
            npv += told.measures.npv
            for who, net in told.purse.net.items():
                paid[who] += net
            for who, money in payers.items():
                by[who] = by.get(who, np.zeros(14)) + money
                spent = spent + money
        value = float(gained.sum())
        purses = {who: net + gained[COUNTRIES.index(who)] for who, net in paid.items()}
        found.append((npv + value, days, purses, spent, value, by))
    return sorted(found, key=lambda x: -x[0])


@cache
def told(seed: int) -> tuple[Records, Game, list[Told]]:
    rng = np.random.default_rng(seed)
    records, of = world(rng), game(rng)
    return records, of, all_plans(records, of)


Keeps = Callable[[Told], bool]
BUDGETS: dict[str, tuple[Wish, Keeps]] = {
    "none": (Wish(), lambda t: True),
    "whole": (Wish("70"), lambda t: t[3].sum() <= 70),
    "yearly": (Wish("30/y"), lambda t: bool((t[3] <= 30).all())),
    "named": (Wish("2026:25,2027-2029:40"), lambda t: t[3][0] <= 25 and bool((t[3][1:4] <= 40).all())),
    "payer": (Wish("", ("XWV:20/y",)), lambda t: bool((t[5].get("XWV", np.zeros(14)) <= 20).all())),
}


@pytest.mark.parametrize("seed", range(WORLDS))
@pytest.mark.parametrize("budget", BUDGETS)
def test_a_programme_has_no_better_plan(seed: int, budget: str) -> None:
    records, of, every = told(first_seed(40) + seed)
    wish, keeps = BUDGETS[budget]
    kept = [t for t in every if keeps(t)]
    assert 1 <= len(kept) <= len(every)
    answer = done(records, of, wish)
    largest = answer.plan("largest")
    assert largest is not None
    same(largest, kept)
    chosen = [
        moved(c, kept[0][1][c.commitment.id])
        for c in cases_of(records, of, ASKED, DATES)
        if c.commitment.id in kept[0][1]
    ]
    if chosen:  # what the appraisal of all together says of these dates
        whole = together(chosen, in_order(chosen, of), of, ASKED.rate)
        assert whole.measures.npv == pytest.approx(largest.npv_musd, abs=1e-9)
    fair = [t for t in kept if all(net >= -1e-8 for net in t[2].values())]
    second = answer.plan("no member worse off")
    assert second is not None
    same(second, fair)
    assert min(second.net_by_purse.values(), default=0.0) >= -1e-8
    assert answer.price_of_the_wish == pytest.approx(largest.npv_musd - second.npv_musd)


def same(found: Plan, every: list[Told]) -> None:
    """The best of these plans, and the next best, and the best of another set."""
    npv, days, purses, spent, value, _ = every[0]
    assert found.npv_musd == pytest.approx(npv, abs=1e-9)
    assert found.gap_musd == 0
    assert found.opens == days
    assert found.net_by_purse == pytest.approx(purses or dict.fromkeys(COUNTRIES, 0.0), abs=1e-9)
    assert found.spent == pytest.approx(spent)
    assert found.value_musd == pytest.approx(value, abs=1e-9)
    assert sum(one.npv_musd for one in found.opened) == pytest.approx(npv, abs=1e-9)
    other = next((t for t in every if set(t[1]) != set(days)), None)
    for rival, told in ((found.next_best, every[1] if len(every) > 1 else None), (found.other_set, other)):
        assert (rival is None) == (told is None)
        if rival is not None and told is not None:
            assert rival.npv_musd == pytest.approx(told[0], abs=1e-9)
            assert rival.differs


@pytest.mark.parametrize("seed", range(WORLDS))
def test_nothing_cheaper_reaches_the_value(seed: int) -> None:
    records, of, every = told(first_seed(40) + seed)
    most = max(t[4] for t in every)
    assert most > 0
    reach = 0.6 * most
    answer = done(records, of, Wish(reach_musd=reach)).plan("least cost")
    assert answer is not None
    costs = sorted(t[4] - t[0] for t in every if t[4] >= reach - 1e-8)
    assert answer.cost_musd == pytest.approx(costs[0], abs=1e-9)
    assert answer.value_musd >= reach - 1e-8
    assert answer.next_best is not None
    assert answer.next_best.cost_musd == pytest.approx(costs[1], abs=1e-9)
    more = [t[4] - t[0] for t in every if t[4] >= 1.1 * reach - 1e-8]
    assert answer.further is not None
    assert answer.further.cost_musd == pytest.approx(min(more) - costs[0], abs=1e-9)
    with pytest.raises(WrongUse, match=re.escape(f"the most is {most:,.6g} MUSD")):
        done(records, of, Wish(reach_musd=most * 1.01 + 1))


def test_more_money_is_never_worse() -> None:
    records, of = world(np.random.default_rng(5)), sums(0.1)
    worth = []
    for budget in ("0", "40", "90", ""):
        answer = done(records, of, Wish(budget))
        worth.append([one.npv_musd for one in answer.plans])
        for one in answer.plans:
            limit = float(budget or "inf")
            assert one.capital_musd <= limit + 1e-9
            if one.further is not None:
                raised = done(records, of, Wish(str(limit * (1 + one.further.share)))).plan(one.aim)
                assert raised is not None
                assert one.further.npv_musd == pytest.approx(raised.npv_musd - one.npv_musd, abs=1e-9)
    assert worth == sorted(worth)
    assert worth[0] == [0.0, 0.0]
    assert worth[-1][0] > worth[1][0] > 0


@pytest.mark.parametrize("substitutes", [0.0, 0.1])
def test_without_a_limit_nothing_worth_having_is_left_out(substitutes: float) -> None:
    """Where V is submodular what a commitment adds last is the least that it adds: what is worth its cost
    then is in the best plan. And nothing in the best plan is better left out."""
    records = world(np.random.default_rng(5), dependencies=(), growth=())
    of = sums(substitutes)
    answer = done(records, of)
    best = answer.plan("largest")
    assert best is not None
    everyone = frozenset(NAMES)
    cases = {c.commitment.id: c for c in cases_of(records, of, ASKED, DATES)}
    worth = {n: milepost.npv(c.streams().net, ASKED.rate) for n, c in cases.items()}
    assert {n for n, npv in worth.items() if npv > 0} <= set(best.opens)
    assert any(npv > 0 for npv in worth.values())
    assert set(best.opens) <= everyone
    for name in best.opens:
        chosen = [moved(cases[n], best.opens[n]) for n in best.opens if n != name]
        if chosen:
            assert together(chosen, in_order(chosen, of), of, ASKED.rate).measures.npv <= best.npv_musd


def moved(case: Case, day: dt.date) -> Case:
    return next(replace(case, delivery=d) for _, d in deliveries(case, UNTIL) if d.day == day)


@pytest.mark.parametrize(
    ("kind", "lag", "earliest"),
    [
        ("FS", 0, dt.date(2028, 12, 31)),
        ("FF", 400, dt.date(2027, 12, 31)),
        ("FF", 700, dt.date(2028, 12, 31)),
        ("SS", 900, dt.date(2029, 12, 31)),
        ("SF", 900, dt.date(2028, 12, 31)),
    ],
)
def test_what_waits_opens_later(kind: str, lag: float, earliest: dt.date) -> None:
    """R2 is promised for the end of 2027 with works of a year and a half; R3 opens on 1 March 2026, begun on
    1 January."""
    row = Dependency(id="Y", predecessor="R3", successor="R2", kind=kind, lag_days=lag, basis="assumed")
    records = world(np.random.default_rng(8), dependencies=(row,), growth=())
    cheap = tuple(r.model_copy(update={"amount_m": 0.1}) for r in records.costs)
    answer = done(records.with_rows(costs=cheap), sums(0.0), Wish(must=("R3", "R2")))
    opens = answer.plans[0].opens
    assert opens["R3"] == dt.date(2026, 3, 1)
    start = {"S": dt.date(2026, 1, 1), "F": opens["R3"]}[kind[0]]
    works = dt.timedelta(days=round(1.5 * 365.25)) if kind[1] == "S" else dt.timedelta()
    ready = opens["R2"] - works
    assert ready >= start + dt.timedelta(days=lag)
    earlier = opens["R2"].replace(year=opens["R2"].year - 1)
    assert earlier < DATES["R2"] or earlier - works < start + dt.timedelta(days=lag)  # type: ignore[operator]
    assert opens["R2"] <= earliest


def test_nothing_opens_before_it_can() -> None:
    """A promise that is to come holds; one without a date waits for its works."""
    records = world(np.random.default_rng(9), dependencies=())
    answer = done(records, sums(0.0))
    for plan in answer.plans:
        for name, day in plan.opens.items():
            assert day >= (DATES[name] or ON + dt.timedelta(days=547))
            assert day.year <= UNTIL


def test_what_waits_for_nothing_that_comes_is_in_no_plan() -> None:
    records = world(np.random.default_rng(5))
    out = done(records, sums(0.0), Wish(leave_out=("R3",)))
    assert dict(out.not_planned) == {"R3": "it is left out", "R2": "it waits for R3, which is left out"}
    stopped = Open({**DATES}, frozenset(), frozenset({"R3"}))
    three = Game(("R1", "R2", "R4"), COUNTRIES, sums(0.0).evaluate, not_valued={"R3": "it is stopped"})
    found = planned(records, three, ASKED, stopped, Wish(until=UNTIL))
    assert found.not_planned["R2"] == "it waits for R3, which is stopped"
    there = planned(
        records, three, ASKED, replace(stopped, stopped=frozenset(), delivered=frozenset({"R3"})), Wish()
    )
    assert "R2" in there.planned


# --- what is asked, and how it is said ---


@pytest.mark.parametrize(
    ("wish", "match"),
    [
        (Wish("much"), "'much' is no amount in MUSD; write 3000 in all, 500/y"),
        (Wish("-5"), "'-5' is no amount in MUSD"),
        (Wish("nan/y"), "is no amount in MUSD"),
        (Wish("3,000"), "gives an amount in all twice; write thousands without commas"),
        (Wish("5/y,6/y"), "gives an amount a year twice"),
        (Wish("2027:5,2026-2028:7"), "names 2027 twice"),
        (Wish("2028-2027:5"), "runs from 2028 to 2027; write the earlier year first"),
        (Wish("1999:5"), "names 1999; the appraisal runs from 2026 to 2039"),
        (Wish("", ("XWV",)), "'XWV' is no budget of a payer"),
        (Wish("", ("2027:500",)), "is no budget of a payer; write its id first"),
        (Wish("", ("XWV:5", "XWV:6")), "The payer XWV has two budgets"),
        (Wish("", ("XXX:5",)), "There is no payer 'XXX'"),
        (Wish(until=2025), "Nothing opens until 2025: the appraisal runs from 2026 to 2039"),
        (
            Wish(until=2026, leave_out=("R1", "R3")),
            "Nothing can open by 2026; give a later year with --until",
        ),
        (Wish(leave_out=("R9",)), "There is no valued open commitment 'R9'"),
        (Wish(must=("R9",)), "There is no commitment that can be planned 'R9'"),
        (Wish(must=("R3",), leave_out=("R3",)), "R3 cannot be planned: it is left out"),
        (Wish(members=("XXX",)), "There is no country of the model 'XXX'"),
        (Wish(reach_musd=-1), "The value to reach is some MUSD above zero, not -1"),
        (Wish(reach_musd=1e9), "No plan reaches a value of 1e\\+09 MUSD"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_makes_no_sense_is_refused(wish: Wish, match: str) -> None:
    with pytest.raises(WrongUse, match=match):
        done(world(np.random.default_rng(5)), sums(0.1), wish)


def test_openings_end_with_the_appraisal() -> None:
    records = world(np.random.default_rng(5))
    for horizon, last in ((dt.date(2029, 1, 1), 2028), (HORIZON, 2036)):
        assert planned(records, sums(0.1), Question(ON, horizon, 0.06), now(), Wish()).until == last


def test_what_must_come_and_cannot_is_no_plan() -> None:
    with pytest.raises(NoSolution, match="No plan brings R1, R4 within the budget"):
        done(world(np.random.default_rng(5)), sums(0.1), Wish("1", must=("R1", "R4")))


def test_without_any_cost_nothing_is_planned() -> None:
    free = tuple(c.model_copy(update={"cost_usd_m": None}) for c in ridge().commitments)
    records = world(np.random.default_rng(5), costs=(), commitments=free)
    with pytest.raises(WrongUse, match="Nothing can be planned: nobody states what it costs"):
        done(records, sums(0.1))
    some = world(np.random.default_rng(5), costs=(cost("R3", 3.0),), commitments=free)
    answer = done(some, sums(0.1))
    assert answer.planned == ("R3",)
    assert answer.not_planned["R1"] == "nobody states what it costs"


def test_too_many_commitments_are_refused() -> None:
    """V of all sets is needed; the sentence says what to do."""
    records = world(np.random.default_rng(5), dependencies=())
    names = tuple(f"Z{k:02d}" for k in range(21))
    rows = tuple(ridge().commitments[0].model_copy(update={"id": n}) for n in names)
    costs = tuple(
        Cost(id=n, commitment=n, kind="capital", amount_m=1, currency="USD", price_year=2025, basis="assumed")
        for n in names
    )
    large = Game(names, COUNTRIES, lambda _: np.zeros(3))
    many_ = records.with_rows(commitments=rows, costs=costs)
    dates: dict[str, dt.date | None] = dict.fromkeys(names, dt.date(2027, 1, 1))
    with pytest.raises(WrongUse, match=r"21 commitments have 2\^21.*--leave-out"):
        planned(many_, large, ASKED, now(dates), Wish())


def test_who_is_held_can_be_said() -> None:
    rng = np.random.default_rng(11)
    records, of = world(rng), game(rng, 9.0)
    answers = {m: done(records, of, Wish(members=m)) for m in ((), ("XEM",), COUNTRIES)}
    worth = [answer.plan("no member worse off").npv_musd for answer in answers.values()]  # type: ignore[union-attr]
    assert worth == sorted(worth, reverse=True)
    assert answers[()].plan("largest").npv_musd == pytest.approx(worth[0])  # type: ignore[union-attr]
    assert answers[COUNTRIES].members == done(records, of).members == COUNTRIES


def test_budgets_are_read_as_they_are_written() -> None:
    years = Calendar.of(ON, dt.date(2030, 1, 1))
    assert limits_of("", years) == ()
    assert limits_of(" 3000 ", years) == (Limit((2026, 2027, 2028, 2029), 3000.0),)
    assert [one.musd for one in limits_of("500/y", years)] == [500.0] * 4
    assert [one.musd for one in limits_of("2027:5,2028-2029:8", years)] == [0.0, 5.0, 8.0, 8.0]
    assert [one.musd for one in limits_of("500/year,2027:9,900", years)] == [900.0, 500.0, 9.0, 500.0, 500.0]
    assert [one.label(years) for one in limits_of_payers(["AAA:7,2027:1"], years)][:3] == [
        "AAA, all years",
        "AAA, 2026",
        "AAA, 2027",
    ]


def test_a_purse_finds_what_others_do_not_give_or_lend() -> None:
    """Of 40 for R1, 20 a year, a fund gives 20 and XEM lends 10: XWV finds 10, 5 a year, and XEM its 10."""
    rng = np.random.default_rng(5)
    more = {"currency": "USD", "price_year": 2025, "basis": "assumed"}
    given = Financing(id="F1", commitment="R1", kind="grant", by="A fund", amount_m=20, **more)
    lent = Financing(
        id="F2",
        commitment="R1",
        kind="loan",
        by="XEM",
        amount_m=10,
        rate_percent=3,
        tenor_years=9,
        **more,
    )
    costs = (
        cost("R1", 40, first_year=2026, last_year=2027, payer="XWV"),
        *(cost(name, 1, payer="XRL") for name in ("R2", "R3", "R4")),
    )
    records = world(rng, costs=costs, financing=(given, lent), dependencies=())
    of = Game(NAMES, COUNTRIES, lambda names: np.full(3, 10.0 * len(names)))
    for payers, built in (
        (("XWV:5/y",), True),
        (("XWV:4.9/y",), False),
        (("XWV:10",), True),
        (("XWV:10", "XEM:10"), True),
        (("XWV:10", "XEM:9.9"), False),
        (("XEM:5/y",), True),
    ):
        plan = done(records, of, Wish("", payers)).plan("largest")
        assert plan is not None
        assert ("R1" in {one.commitment for one in plan.opened}) == built, payers
    bare = records.with_rows(financing=())
    assert "R1" not in {o.commitment for o in done(bare, of, Wish("", ("XWV:19/y",))).plan("largest").opened}  # type: ignore[union-attr]


def test_a_difference_is_said_in_words() -> None:
    a, b = dt.date(2027, 5, 1), dt.date(2028, 5, 1)
    assert differs({"A": a, "B": a}, {"A": a, "B": a}) == ""
    assert (
        differs({"A": a, "B": a}, {"B": b, "C": a}) == "without A; with C in 2027; B in 2028 instead of 2027"
    )


def test_a_game_of_some_players_is_that_of_all_without_the_others() -> None:
    of = game(np.random.default_rng(2))
    some = of.among(("R4", "R1"))
    assert some.players == ("R1", "R4")
    for names in ((), ("R1",), ("R4",), ("R1", "R4")):
        assert some.value(names) == pytest.approx(of.value(names))
    assert of.among(NAMES) is of
    with pytest.raises(WrongUse, match="R7"):
        of.among(("R7",))


def test_the_answer_is_plain() -> None:
    rng = np.random.default_rng(3)
    answer = done(world(rng), game(rng), Wish("60", reach_musd=5.0))
    said = answer.as_dict()
    assert [plan["aim"] for plan in said["plans"]] == ["largest", "no member worse off", "least cost"]
    assert said["limits"] == [{"limit": "all years", "payer": None, "musd": 60.0}]
    columns, rows = answer.table()
    assert len(rows) == sum(len(plan.opened) + 1 for plan in answer.plans)
    assert all(len(row) == len(columns) for row in rows)
    assert "plans of 4 commitments until 2029" in answer.headed()


def test_with_every_opening_ruled_out_nothing_is_left_to_divide() -> None:
    """A search that may end in the empty plan alone once asked for the largest of nothing."""
    p, _ = next(problems(1))
    alive = np.zeros(2**p.size, dtype=bool)
    alive[0] = True
    ended = Relaxation.of(p).ended(alive)
    assert ended.problem.size == 0
    priced = best_prices(ended, None, -np.inf)
    branch = plan_branching.Branch(np.ones(0, dtype=bool), 0, 0, priced.prices, priced)
    assert plan_branching._parts(ended.problem, branch, priced) == []
