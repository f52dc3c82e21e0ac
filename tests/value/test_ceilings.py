"""Growth stops where capacity is stated: by hand on the ridge, laws, and one answer by every way."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from test_capacity import EVERY, ridge

from milepost.network.overlay import Overlay
from milepost.programme import Programme
from milepost.records import Growth
from milepost.value.answers import answer_of
from milepost.value.assignment import demanded
from milepost.value.book import book
from milepost.value.capacity import Capacities, Element
from milepost.value.ceilings import TRAFFIC, Ceilings
from milepost.value.delays import delay_cost, worth
from milepost.value.drawn_worth import present_values
from milepost.value.game import Game
from milepost.value.pace import Pace
from milepost.value.trial import try_dates

ON, HORIZON, RATE = dt.date(2026, 11, 23), dt.date(2040, 6, 1), 0.05
DATES: dict[str, dt.date | None] = {"A": dt.date(2028, 3, 1), "B": dt.date(2033, 7, 15), "C": None}
KEPT = np.array([1.0 / (1.0 + np.maximum(TRAFFIC - t, 0.0)) for t in (1.1, 2.0, 1.0)])
PART = np.array([[3.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])  # by player and country
CEILINGS = Ceilings(("A", "B", "C"), KEPT, PART, np.array([0.5, 0.25, 0.25]))


def game() -> Game:
    def of(names: frozenset[str]) -> np.ndarray:
        both = 5.0 if {"A", "B"} <= names else 0.0
        return np.array([len(names) + both, 2.0 * ("A" in names), -1.0 * ("C" in names)])

    return Game(("A", "B", "C"), ("XWV", "XRL", "XEM"), of)


def pace() -> Pace:
    growth = Growth(id="1", country="*", first_year=2026, percent_per_year=5, basis="assumed")
    found = Pace.of(ridge().records.with_rows(growth=[growth]), game().countries, ON, HORIZON, CEILINGS)
    assert found is not None
    return found


def asked_mt(programme: Programme) -> float:
    """What is asked of the one link whose capacity is stated, with everything delivered."""
    found = programme.game.within_capacity(programme.game.players)
    assert found is not None
    return found.rooms[0].asked_mt


def by_days(dates: dict[str, dt.date | None]) -> np.ndarray:
    """The twin, a day at a time: V of what is there, times growth, times what is kept of it."""
    total, V = np.zeros(3), game()
    for n in range((HORIZON - ON).days):
        day = ON + dt.timedelta(days=n)
        there = {c for c, d in dates.items() if d is not None and d <= day}
        trade = 1.05 ** (day.year - 2025)
        lines = {c: np.interp(-1 / trade, -1 / TRAFFIC, KEPT[k]) for k, c in enumerate("ABC")}
        rows = [k for k, c in enumerate("ABC") if c in there]
        whole = [sum(PART[k, j] for k in rows) for j in range(3)]
        through = [sum(PART[k, j] * lines["ABC"[k]] for k in rows) for j in range(3)]
        kept = np.array([t / w if w else 1.0 for t, w in zip(through, whole, strict=True)])
        total += math.exp(-RATE * (n + 0.5) / 365.25) / 365.25 * trade * kept * V.value(there)
    return total


def test_every_present_value_is_that_of_a_slow_twin() -> None:
    options = {"on": ON, "rate_per_year": RATE, "horizon": HORIZON, "pace": pace()}
    truth = by_days(DATES)
    assert worth(game(), DATES, **options) == pytest.approx(truth, rel=1e-8)  # type: ignore[arg-type]
    moved = {"B": dt.date(2029, 1, 5)}
    trial = try_dates(game(), DATES, moved, **options)  # type: ignore[arg-type]
    assert trial.after == pytest.approx(by_days({**DATES, **moved}), rel=1e-8)
    held = book(game(), DATES, **options)  # type: ignore[arg-type]
    dated = {c: d for c, d in DATES.items() if d is not None}
    assert held.worth(dated) == pytest.approx(truth, rel=1e-8)
    ends = np.array([[float((d - ON).days)] for d in dated.values()])
    drawn = present_values(
        game(), list(dated), ends, rate_per_year=RATE, horizon_days=float((HORIZON - ON).days), pace=pace()
    )
    assert drawn[0] == pytest.approx(truth, rel=1e-8)
    late = delay_cost(game(), DATES, **options, days=90)  # type: ignore[arg-type]
    for row, name in enumerate(late.commitments):
        day = DATES[name]
        assert day is not None
        other = by_days({**DATES, name: day + dt.timedelta(days=90)})
        assert late.cost[row] == pytest.approx(truth - other, abs=1e-6)


def test_where_there_is_room_for_all_growth_nothing_is_kept_back() -> None:
    found = ridge("one-sector", 4, **EVERY).game.ceilings
    assert found is not None
    known = found()
    assert known is not None
    assert known.kept == pytest.approx(np.ones_like(known.kept), abs=1e-12)
    nothing = ridge().game.ceilings
    assert nothing is not None
    assert nothing() is None


@pytest.mark.parametrize("types", [1, 4])
def test_a_new_railway_keeps_what_its_capacity_carries(types: int) -> None:
    """By hand: nobody uses the railway of R1 and R2 today, so of Q asked for at the base it keeps room over
    g · Q; the ferry, that runs today, keeps what it carries and shares the rest."""
    opened = ridge("one-sector", types, VALE_SUMMIT=1000.0)
    asked = asked_mt(opened)
    assert asked > 0
    room = 2.0 * asked
    opened = ridge("one-sector", types, VALE_SUMMIT=room)
    known = opened.game.ceilings()  # type: ignore[misc]
    assert known is not None
    for name in ("R1", "R2"):
        kept = known.kept[known.players.index(name)]
        assert (np.diff(kept) <= 1e-12).all()
        assert kept[TRAFFIC <= 2.0] == pytest.approx(1.0)
        if types == 1:  # one path a pair: all who use it pass the link
            assert kept == pytest.approx(np.minimum(1.0, 2.0 / TRAFFIC), rel=1e-9)
    unmoved = known.kept[known.players.index("R3")]
    assert unmoved[0] == pytest.approx(1.0)


def test_a_link_that_is_full_today_lets_nothing_more_through_whatever_grows() -> None:
    """Benefits are exactly nothing, and stay so for any more growth; at fifty times the trade as well."""
    opened = ridge("one-sector", 1, VALE_SUMMIT=0.0)
    growth = [Growth(id="1", country="*", first_year=2025, percent_per_year=22, basis="assumed")]
    full = replace(opened, records=opened.records.with_rows(growth=growth)).appraise(draws=50)
    assert not full.one["R1"].streams.benefit.any()
    assert full.moved["R1"].switching.growth is None
    assert full.risk["R1"].below_zero == 1.0
    asked = asked_mt(ridge("one-sector", 1, VALE_SUMMIT=1000.0))
    known = ridge("one-sector", 1, VALE_SUMMIT=asked).game.ceilings()  # type: ignore[misc]
    assert known is not None
    for times in (9.0, 20.0, 50.0):  # never more than fits
        kept = known.of("R1", np.full((3, 1), times))
        assert kept[0] * times == pytest.approx(1.0, rel=1e-9)


def test_an_appraisal_keeps_the_same_share_and_flat_leaves_it_out() -> None:
    opened = ridge("one-sector", 1, VALE_SUMMIT=1000.0)
    asked = asked_mt(opened)
    growth = [Growth(id="1", country="*", first_year=2025, percent_per_year=6, basis="assumed")]
    wide, tight = (
        replace(one, records=one.records.with_rows(growth=growth))
        for one in (ridge("one-sector", 1, VALE_SUMMIT=r * asked) for r in (100.0, 1.3))
    )
    before, after = (one.appraise(draws=0).one["R1"].streams for one in (wide, tight))
    base = wide.settings.base_year
    years = np.array(before.years)
    trade = np.array([1.06 ** max(y - base, 0) for y in years])
    expected = np.minimum(1.0, 1.3 / trade)
    served = before.benefit != 0.0
    assert served.sum() > 10
    assert after.benefit[served] / before.benefit[served] == pytest.approx(expected[served], rel=0.01)
    flat = [one.appraise(draws=0, flat=True).one["R1"].measures.npv for one in (wide, tight)]
    assert flat[0] == flat[1]
    assert tight.delay(days=3650).cost.sum() < wide.delay(days=3650).cost.sum()
    assert tight.delay(days=3650, flat=True).cost.sum() == wide.delay(days=3650, flat=True).cost.sum()


@pytest.mark.parametrize("types", [1, 4])
def test_what_is_there_keeps_its_room_and_growth_shares_the_rest(types: int) -> None:
    """The twin: pair by pair and type by type, for the one link that states a capacity; the ferry runs
    today. What a country saves is half of what it sends and half of what it receives."""
    opened = ridge("one-sector", types, PIER_HAVEN=1000.0)
    within = opened.game.within_capacity(opened.game.players)
    assert within is not None
    load_mt = 1000.0 - within.rooms[0].room_mt
    assert load_mt > 0
    opened = ridge("one-sector", types, PIER_HAVEN=1.25 * load_mt)
    known = opened.game.ceilings()  # type: ignore[misc]
    assert known is not None
    base = opened.baseline
    overlay = Overlay.of(opened.records, opened.game.players, base.done, base.usual)
    model = Capacities(base, overlay, answer_of(base, overlay.cost(frozenset())))
    country, every = model.model.costs.country, frozenset(overlay.players)
    demand = demanded(base) / types
    element: Element = ("links", "PIER-HAVEN")
    there = model._today(element)
    new = model._users(overlay.distances(every), model.elements[element], every) & ~there
    after = overlay.cost(every)
    for i, name in enumerate(overlay.players):
        before = overlay.cost(every - {name})
        part = np.zeros(3)
        for g, kept in zip((1.0, *TRAFFIC[[7, 20, 40]]), known.kept[i][[0, 7, 20, 40]], strict=True):
            rising = sum(
                demand[r // types, o, d] * (g - there[r, o, d])
                for r, o, d in np.argwhere(there | new).tolist()
            )
            share = min(1.0, 0.25e6 * load_mt / rising) if rising else 1.0
            whole = through = 0.0
            for r, o, d in np.argwhere(before > after).tolist():
                saved = demand[r // types, o, d] * float(before[r, o, d] - after[r, o, d])
                y = (1 + share * (g - 1)) / g if there[r, o, d] else share if new[r, o, d] else 1.0
                whole, through = whole + saved, through + saved * y
                part[[country[o], country[d]]] += saved / 2 if country[o] != country[d] else saved
            if whole:
                assert kept == pytest.approx(through / whole, rel=1e-9), (name, g)
        assert known.part[i] == pytest.approx(part / 4, rel=1e-9)
