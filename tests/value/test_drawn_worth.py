"""The worth of many drawn timetables: by few sets what the table of all sets says, at any number of
commitments, and a sample with an error that it keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game, players_of
from milepost.value.delays import worth
from milepost.value.drawn_worth import _mean_cost, present_values
from milepost.value.game import Game, Values
from milepost.value.shares import shapley
from torture import cases

ON, HORIZON = dt.date(2026, 1, 1), dt.date(2046, 1, 1)
DAYS, RATE = float((HORIZON - ON).days), 0.05


def by_table(table: np.ndarray, ends: np.ndarray, rate: float) -> np.ndarray:
    """The worth of each draw out of V of all sets, one draw and one day of change at a time."""
    answer = np.zeros((ends.shape[1], table.shape[1]))
    for draw, column in enumerate(ends.T):
        mask, since = 0, 0.0
        for p in np.argsort(column, kind="stable").tolist():
            until = min(max(column[p], 0.0), DAYS)
            answer[draw] += table[mask] * years(since, until, rate)
            mask, since = mask | 1 << p, until
        answer[draw] += table[mask] * years(since, DAYS, rate)
    return answer


def years(begin: float, end: float, rate: float) -> float:
    a, b = begin / 365.25, end / 365.25
    return float((np.exp(-rate * a) - np.exp(-rate * b)) / rate) if rate else b - a


def game_of(players: int, seed: int, alone: float = 0.0, *, each: bool = True) -> Game:
    """Commitments that add up, but for pairs of which one is worth ``alone`` of itself without the other."""
    rng = np.random.default_rng(seed)
    worths = rng.lognormal(3, 1, (players, 2))
    names = tuple(f"C{k}" for k in range(players))
    at = {name: k for k, name in enumerate(names)}

    def value(delivered: frozenset[str]) -> Values:
        rows = [at[name] for name in delivered]
        share = [
            1.0 if alone == 1.0 or names[r ^ 1 if r ^ 1 < players else r] in delivered else alone
            for r in rows
        ]
        return np.asarray(np.array(share) @ worths[rows] if rows else np.zeros(2))

    def together(sets: Sequence[frozenset[str]]) -> Values:
        return np.array([value(one) for one in sets]).reshape(len(sets), 2)

    return Game(names, ("X", "Y"), value, each=together if each else None)


@cases(60, 600)
@given(
    st.integers(1, 10),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 0.05]),
    st.booleans(),
    st.sampled_from([1.0, 400.0]),
)
def test_few_sets_say_what_the_table_says(
    players: int, draws: int, seed: int, rate: float, each: bool, grid: float
) -> None:
    """Any V, any ends: at once, never, before today, after the horizon, several on a day."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(1 << players, 2))
    table[0] = 0.0
    names = tuple(f"C{k}" for k in range(players))
    asked: list[frozenset[str]] = []

    def value(delivered: frozenset[str]) -> Values:
        asked.append(delivered)
        return np.asarray(table[sum(1 << names.index(name) for name in delivered)])

    game = Game(
        names, ("X", "Y"), value, each=(lambda sets: np.array([value(s) for s in sets])) if each else None
    )
    ends = np.round(rng.uniform(-0.2, 1.2, (players, draws)) * DAYS / grid) * grid
    ends[rng.random(ends.shape) < 0.1] = np.inf
    found = present_values(game, names, ends, rate_per_year=rate, horizon_days=DAYS)
    np.testing.assert_allclose(found, by_table(table, ends, rate), rtol=1e-9, atol=1e-9)
    assert len(asked) == len(set(asked)), "a set is asked for once"


@pytest.mark.parametrize("players", [25, 33, 64, 70])
def test_any_number_of_commitments_is_answered(players: int) -> None:
    game = game_of(players, 5, 0.3)
    ends = np.random.default_rng(1).integers(0, int(1.1 * DAYS), (players, 30)).astype(float)
    order = game.players[::-1]  # in whatever order they are named
    found = present_values(game, order, ends, rate_per_year=RATE, horizon_days=DAYS)
    for draw in range(0, 30, 7):
        dates = {name: ON + dt.timedelta(days=int(ends[k, draw])) for k, name in enumerate(order)}
        truth = worth(game, dates, on=ON, rate_per_year=RATE, horizon=HORIZON)
        np.testing.assert_allclose(found[draw], truth, rtol=1e-9)


def drawn_ends(players: int, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Promised ends, and drawn ones around them."""
    rng = np.random.default_rng(1000 + seed)
    plan = np.linspace(300, 4000, players)
    return plan[:, None], plan[:, None] * rng.triangular(0.8, 1.1, 1.9, (players, draws))


def test_what_adds_up_needs_no_more_than_a_few_draws() -> None:
    game, ends = game_of(26, 3, 1.0), drawn_ends(26, 3000, 0)
    whole = _mean_cost(game, game.players, ends, (DAYS, RATE, None), 10**9)
    some = _mean_cost(game, game.players, ends, (DAYS, RATE, None), 500)
    assert (whole.valued, 64 <= some.valued < 300) == (3000, True)
    np.testing.assert_allclose(some.mean, whole.mean, rtol=1e-9)
    np.testing.assert_allclose(some.error, whole.error, rtol=1e-9)
    assert some.error_all == pytest.approx(whole.error_all, rel=1e-9)


def test_a_sample_is_right_in_the_mean_and_off_by_what_it_says() -> None:
    """Of 80 samples with other draws: their mean is the truth, their spread is the error, which is smaller
    than that of the valued draws by themselves."""
    game = game_of(26, 3, 0.5)
    asked = (DAYS, RATE, None)
    truth = _mean_cost(game, game.players, drawn_ends(26, 8000, 999), asked, 10**9)
    some = [_mean_cost(game, game.players, drawn_ends(26, 600, k), asked, 0) for k in range(80)]
    assert {one.valued for one in some} == {64}
    means = np.array([one.mean for one in some])
    spread, said = means.std(axis=0, ddof=1), np.mean([one.error for one in some], axis=0)
    np.testing.assert_allclose(spread, said, rtol=0.3)
    assert (np.abs(means.mean(axis=0) - truth.mean) < 4 * np.hypot(spread / np.sqrt(80), truth.error)).all()
    alls = np.array([one.mean.sum() for one in some])
    assert alls.std(ddof=1) == pytest.approx(float(np.mean([one.error_all for one in some])), rel=0.3)
    alone = _mean_cost(game, game.players, drawn_ends(26, 64, 0), asked, 10**9)
    assert (said < 0.7 * alone.error).all()


@pytest.mark.parametrize(
    ("example", "model", "received"),
    [
        ("ridge", "one-sector", False),
        ("ridge", "many-sectors", False),
        ("northern-corridor", "one-sector", True),
        ("north-south", "one-sector", True),
        ("north-south", "one-sector", False),
    ],
)
def test_sets_that_are_asked_for_together_have_the_bits_of_the_table(
    example: str, model: str, received: bool
) -> None:
    records = milepost.open(milepost.example(example)).records
    records = replace(records, settings=records.settings.model_copy(update={"model": model}))
    world = Baseline.of(records) if received else replace(Baseline.of(records), counts=frozenset())
    rng = np.random.default_rng(0)
    among = tuple(rng.permutation(players_of(world))[:6].tolist())
    whole, few, trees = (corridor_game(world, among) for _ in range(3))
    assert (whole.wide is not None) == received
    table = whole.table()
    masks = rng.permutation(len(table))
    sets = [[p for k, p in enumerate(whole.players) if mask >> k & 1] for mask in masks]
    np.testing.assert_array_equal(few.values(sets), table[masks])
    assert len(np.unique(table, axis=0)) > 4
    np.testing.assert_array_equal(trees.along(whole.players)[-1], table[-1])
    if received:
        np.testing.assert_array_equal(few.received(sets[0]), whole.received(sets[0]))
    gone = whole.players[0]
    rest = [s for s in sets if gone not in s]
    np.testing.assert_array_equal(trees.given([gone]).values(rest), few.given([gone]).values(rest))


def test_groups_that_do_not_fit_one_tree_have_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = milepost.open(milepost.example("northern-corridor"))
    sets = [
        [p for k, p in enumerate(programme.game.players) if mask >> k & 1]
        for mask in range(1 << len(programme.game.players))
    ]
    whole = corridor_game(programme.world).values(sets)
    monkeypatch.setattr("milepost.value.few_sets.MOST_AT_ONCE", 3)
    np.testing.assert_array_equal(corridor_game(programme.world).values(sets), whole)
    assert whole.any()


def test_the_table_is_made_only_where_it_takes_less(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    table = Game.table

    def told(game: Game, **options: object) -> Values:
        made.append(len(game.players))
        return table(game, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Game, "table", told)
    for players, draws in ((4, 50), (16, 5), (25, 50)):
        ends = np.random.default_rng(1).uniform(0, DAYS, (players, draws))
        game = game_of(players, 1)
        present_values(game, game.players, ends, rate_per_year=RATE, horizon_days=DAYS)
    large = replace(game_of(4, 1), cells=10**11)
    ends = np.random.default_rng(1).uniform(0, DAYS, (4, 50))
    present_values(large, large.players, ends, rate_per_year=RATE, horizon_days=DAYS)
    assert made == [4]


def test_draws_of_an_example_are_the_same_by_few_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = milepost.open(milepost.example("ridge"))
    by_all = programme.draws(draws=500)
    monkeypatch.setattr("milepost.value.game.MOST_TABLED", 0)
    by_few = milepost.open(milepost.example("ridge")).draws(draws=500)
    np.testing.assert_array_equal(by_few.cost, by_all.cost)
    np.testing.assert_array_equal(by_few.cost_error, by_all.cost_error)
    assert by_few.valued == by_few.draws == 500
    assert by_few.as_dict()["expected_cost_of_delay"]["draws"] == 500


def test_what_answers_for_several_sets_answers_for_each() -> None:
    game = replace(game_of(3, 1), each=lambda sets: np.zeros((1, 2)))
    with pytest.raises(WrongUse, match=r"gave 1 values for 2 sets"):
        game.values([["C0"], ["C1"]])
    with pytest.raises(WrongUse, match="no valued open commitment 'C9'"):
        game_of(3, 1).values([["C0"], ["C9"]])
    with pytest.raises(WrongUse, match="must be 0"):
        replace(game_of(3, 1), each=lambda sets: np.ones((len(sets), 2))).values([["C0"], []])
    with pytest.raises(WrongUse, match="finite"):
        replace(game_of(3, 1), each=lambda sets: np.full((len(sets), 2), np.nan)).values([["C0"], ["C1"]])


def test_a_rest_of_many_commitments_is_not_looked_up_in_a_table_of_all() -> None:
    """Of 30 commitments 20 are delivered on the day asked for: V of the ten others is no matter of 2^30."""
    whole = game_of(30, 2, 0.5)
    rest = whole.given(whole.players[:20])
    assert not rest.fits_a_table
    ends = np.random.default_rng(3).uniform(0, DAYS, (10, 40))
    found = present_values(rest, rest.players, ends, rate_per_year=RATE, horizon_days=DAYS)
    dates = {name: ON + dt.timedelta(days=int(ends[k, 7])) for k, name in enumerate(rest.players)}
    truth = worth(rest, dates, on=ON, rate_per_year=RATE, horizon=HORIZON)
    np.testing.assert_allclose(found[7], truth, rtol=1e-3)
    assert shapley(rest, orders=4).method == "sampled"
    assert shapley(game_of(12, 2).given(["C0"])).method == "exact"


def test_a_part_of_a_rest_is_the_rest_of_a_part() -> None:
    programme = milepost.open(milepost.example("ridge"))
    first, *others = programme.game.players
    rest = corridor_game(programme.world).given([first])
    part = rest.among(others[:2])
    assert part.players == tuple(others[:2])
    sets = [(), others[:1], others[1:2], others[:2]]
    np.testing.assert_array_equal(part.values(sets), rest.values(sets))
    assert part.table().any()
