"""Cost of delay: the day-by-day sum as oracle, the laws of a timetable, a case by hand."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.records import PartialDate
from milepost.value.delays import delay_cost, worth
from milepost.value.game import Game
from milepost.value.pace import weight
from torture import cases

ON = dt.date(2026, 11, 23)
HORIZON = dt.date(2027, 6, 1)
END = (HORIZON - ON).days


def random_game(seed: int, K: int, helpful: bool = False) -> Game:
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(1 << K, 2))
    if helpful:  # a sum of unanimity games with weights >= 0 only ever gains from one more member
        weights = rng.exponential(size=(1 << K, 2))
        table = np.array([sum(weights[T] for T in range(1 << K) if T & mask == T) for mask in range(1 << K)])
    table = table - table[0]
    players = tuple("ABCDEF"[:K])
    return Game(players, ("IRN", "RUS"), lambda S: table[sum(1 << players.index(p) for p in S)])


def day_by_day(game: Game, dates: dict[str, dt.date | None], rate: float) -> np.ndarray:
    """The oracle: walk through every single day, look up what is delivered, add its discounted value."""
    total = np.zeros(2)
    for day in range(END):
        today = ON + dt.timedelta(days=day)
        delivered = {name for name, due in dates.items() if due is not None and due <= today}
        a, b = day / 365.25, (day + 1) / 365.25
        total += game.value(delivered) * (
            (math.exp(-rate * a) - math.exp(-rate * b)) / rate if rate else b - a
        )
    return total


days = st.one_of(st.none(), st.integers(-30, END + 30))


@cases(40, 400)
@given(st.integers(0, 10**6), st.lists(days, min_size=1, max_size=4), st.sampled_from([0.0, 0.05, 0.3]))
def test_worth_and_cost_equal_the_day_by_day_sum(seed: int, offsets: list[int | None], rate: float) -> None:
    game = random_game(seed, len(offsets))
    dates = {
        p: None if d is None else ON + dt.timedelta(days=d)
        for p, d in zip(game.players, offsets, strict=True)
    }
    slow = day_by_day(game, dates, rate)
    np.testing.assert_allclose(
        worth(game, dates, on=ON, rate_per_year=rate, horizon=HORIZON), slow, atol=1e-10
    )
    for slip in (1, 45):
        cost = delay_cost(game, dates, on=ON, rate_per_year=rate, horizon=HORIZON, days=slip)
        for name, row in zip(cost.commitments, cost.cost, strict=True):
            due = dates[name]
            assert due is not None
            later = {p: None if d is None else max(d, ON) for p, d in dates.items()}
            later[name] = max(due, ON) + dt.timedelta(days=slip)
            np.testing.assert_allclose(row, slow - day_by_day(game, later, rate), atol=1e-9)


@cases(40, 400)
@given(st.integers(0, 10**6), st.lists(st.integers(0, END), min_size=2, max_size=4), st.integers(1, 200))
def test_slipping_never_raises_the_worth_when_all_effects_help(
    seed: int, offsets: list[int], slip: int
) -> None:
    game = random_game(seed, len(offsets), helpful=True)
    dates = {p: ON + dt.timedelta(days=d) for p, d in zip(game.players, offsets, strict=True)}
    before = worth(game, dates, on=ON, rate_per_year=0.05, horizon=HORIZON)
    for name in dates:
        later = dates | {name: dates[name] + dt.timedelta(days=slip)}
        assert (worth(game, later, on=ON, rate_per_year=0.05, horizon=HORIZON) <= before + 1e-12).all()
    cost = delay_cost(game, dates, on=ON, rate_per_year=0.05, horizon=HORIZON, days=slip)
    assert (cost.cost >= -1e-12).all()


def test_one_commitment_by_hand() -> None:
    """10 MUSD a year from 100 days on, at 5 %: the lost day is 10/365.25 discounted by 100 days."""
    game = Game(("A",), ("IRN",), lambda S: np.array([10.0 if S else 0.0]))
    due = ON + dt.timedelta(days=100)
    cost = delay_cost(game, {"A": due}, on=ON, rate_per_year=0.05, horizon=HORIZON)
    by_hand = 10 / 365.25 * math.exp(-0.05 * 100.5 / 365.25)
    assert cost.cost[0, 0] == pytest.approx(by_hand, rel=1e-8)
    assert cost.as_dict()["unit"] == "MUSD/day"
    assert cost.as_dict()["commitments"]["A"]["all"] == cost.cost[0, 0]


def test_a_date_that_has_passed_counts_from_today() -> None:
    game = random_game(1, 2)
    passed = {"A": ON - dt.timedelta(days=900), "B": None}
    today = {"A": ON, "B": None}
    terms = {"on": ON, "rate_per_year": 0.05, "horizon": HORIZON}
    one, two = delay_cost(game, passed, **terms), delay_cost(game, today, **terms)  # type: ignore[arg-type]
    np.testing.assert_array_equal(one.cost, two.cost)
    assert one.dates == {"A": ON}
    assert one.undated == ("B",)


def test_what_changes_nothing_costs_exactly_nothing() -> None:
    table = {False: np.zeros(1), True: np.array([3.7])}
    game = Game(("A", "B"), ("IRN",), lambda S: table["A" in S])
    dates = {"A": ON + dt.timedelta(days=3), "B": ON + dt.timedelta(days=3)}
    cost = delay_cost(game, dates, on=ON, rate_per_year=0.05, horizon=HORIZON, days=30)
    assert cost.cost[cost.commitments.index("B"), 0] == 0.0
    assert cost.cost[cost.commitments.index("A"), 0] > 0


def test_beyond_the_horizon_is_said() -> None:
    game = random_game(1, 1)
    cost = delay_cost(game, {"A": HORIZON}, on=ON, rate_per_year=0.05, horizon=HORIZON)
    assert cost.beyond_horizon == ("A",)
    assert cost.commitments == ()


def test_refusals_teach() -> None:
    game = random_game(1, 1)
    with pytest.raises(WrongUse, match="no time left"):
        worth(game, {"A": ON}, on=ON, rate_per_year=0.05, horizon=ON)
    with pytest.raises(WrongUse, match="no valued open commitment"):
        worth(game, {"Q": ON}, on=ON, rate_per_year=0.05, horizon=HORIZON)
    with pytest.raises(WrongUse, match="at least one day"):
        delay_cost(game, {"A": ON}, on=ON, rate_per_year=0.05, horizon=HORIZON, days=0)


def test_days_may_be_written_in_iso_form() -> None:
    programme = milepost.open(milepost.example("ridge"))
    written, meant = programme.delay("2026-06-01"), programme.delay(dt.date(2026, 6, 1))
    np.testing.assert_array_equal(written.cost, meant.cost)
    assert written.on == meant.on
    assert programme.status("2026-06-01") == programme.status(dt.datetime(2026, 6, 1, 12))
    assert milepost.open(milepost.example("ridge"), known_on="2026-06-01").known_on == dt.date(2026, 6, 1)
    game = random_game(1, 2)
    options = {"rate_per_year": 0.05, "horizon": "2027-06-01"}
    found = milepost.delay_cost(game, {"A": "2027-01-01"}, on="2026-11-23", **options)  # type: ignore[arg-type]
    assert found.dates == {"A": dt.date(2027, 1, 1)}
    for odd in ("yesterday", "2026-13-01", 20260601):
        with pytest.raises(WrongUse, match="is no day; give a date, or write it as"):
            programme.delay(odd)  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="is no day"):
        milepost.delay_cost(game, {"A": "soon"}, on="2026-11-23", **options)  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="a whole number of them"):
        programme.delay(days=0.5)  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="a whole number of them"):
        programme.delay(days="2")  # type: ignore[arg-type]


def test_what_was_delivered_since_the_base_date_is_there() -> None:
    """Two halves of a railway: with the first delivered after the base date, a day of the second is worth
    what both bring."""
    ridge = milepost.open(milepost.example("ridge"))
    proof = ridge.records.evidence[0].model_copy(
        update={
            "id": "R1.e9",
            "reported_on": PartialDate("2026-03"),
            "shows": "delivered",
            "happened_on": PartialDate("2026-02-15"),
            "meets_test": "yes",
            "percent": 100.0,
            "report": "The line is open.",
        }
    )
    since = replace(ridge, records=ridge.records.with_rows(evidence=[*ridge.records.evidence, proof]))
    day = dt.date(2026, 6, 1)
    assert {s.commitment: s.done for s in since.status(day)}["R1"]
    before, after = ridge.delay(day), since.delay(day)
    # the other halves' dates are the same; with R1 there, R2 alone completes the line
    game = ridge.game
    missed = game.value(["R1", "R2"]) - game.value(["R1"])
    first = (after.dates["R2"] - day).days
    assert [c for c, d in after.dates.items() if d <= after.dates["R2"]] == ["R2", "R3"], (
        "R3 is at another border"
    )
    both = game.value(["R1", "R2", "R3"]) - game.value(["R1", "R3"])
    assert float(missed.sum()) > 1.0
    expected = weight(first, first + 1, ridge.settings.discount_rate_per_year) * both
    np.testing.assert_allclose(after.cost[after.commitments.index("R2")], expected, rtol=1e-9, atol=1e-15)
    assert "R1" not in after.undated
    assert "R1" in before.commitments
    assert since.draws(day, draws=300).cost.sum() > 5 * ridge.draws(day, draws=300).cost_error_all
    given = since.game_on(day)
    assert given.players == tuple(p for p in ridge.game.players if p != "R1")
    table = given.table()
    for mask in range(len(table)):
        names = {p for k, p in enumerate(given.players) if mask >> k & 1}
        np.testing.assert_allclose(table[mask], game.value(names | {"R1"}) - game.value({"R1"}), atol=1e-12)
        np.testing.assert_allclose(given.value(names), table[mask], atol=1e-12)
    assert "R1" in given.not_valued


@pytest.mark.parametrize("seed", range(6))
def test_a_game_given_some_counts_from_them(seed: int) -> None:
    """V'(S) = V(S and D) - V(D), one by one and in the table, on games in which D alone is worth
    something."""
    game = random_game(seed, 4)
    there, gone = ("B", "C")[: 1 + seed % 2], ("D",) * (seed % 3 == 0)
    rest = game.given(there, gone)
    assert rest.players == tuple(p for p in game.players if p not in there + gone)
    start = game.value(there)
    assert np.abs(start).max() > 1e-3
    table = rest.table()
    assert len(table) == 1 << len(rest.players)
    for mask in range(len(table)):
        names = {p for k, p in enumerate(rest.players) if mask >> k & 1}
        np.testing.assert_allclose(table[mask], game.value(names | set(there)) - start, atol=1e-12)
    fresh = game.given(there, gone)
    np.testing.assert_allclose(fresh.value(rest.players), table[-1], atol=1e-12)
