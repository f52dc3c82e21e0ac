"""Shapley shares: laws on random games, the definition over all orders as oracle, published games."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
import milepost.value.game as game_module
import milepost.value.shares as shares_module
from milepost.errors import NoSolution, WrongUse
from milepost.value.game import Game
from milepost.value.screening import screen
from milepost.value.shares import shapley
from torture import cases


def game_of(table: np.ndarray, names: str = "ABCDEFGH") -> Game:
    """A game from its table: row = bit mask."""
    K = (len(table) - 1).bit_length()
    players = tuple(names[:K])
    return Game(
        players=players,
        countries=tuple(f"X{c}" for c in range(table.shape[1])),
        evaluate=lambda S: table[sum(1 << players.index(p) for p in S)],
    )


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> np.ndarray:
    K = draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = rng.normal(scale=draw(st.sampled_from([1e-6, 1.0, 1e5])), size=(1 << K, 3))
    table[0] = 0.0
    return table


def by_all_orders(table: np.ndarray) -> np.ndarray:
    """The definition, written plainly: the mean over all K! orders of what each adds to those before it."""
    K = (len(table) - 1).bit_length()
    total = np.zeros((K, table.shape[1]))
    for order in itertools.permutations(range(K)):
        mask = 0
        for i in order:
            total[i] += table[mask | 1 << i] - table[mask]
            mask |= 1 << i
    return total / math.factorial(K)


@cases(60, 600)
@given(tables())
def test_exact_equals_all_orders(table: np.ndarray) -> None:
    shares = shapley(game_of(table), method="exact")
    np.testing.assert_allclose(shares.share, by_all_orders(table), rtol=1e-10, atol=1e-12 * abs(table).max())


@cases(60, 600)
@given(tables())
def test_shares_add_up_to_everything(table: np.ndarray) -> None:
    shares = shapley(game_of(table))
    np.testing.assert_allclose(shares.share.sum(axis=0), table[-1], rtol=1e-9, atol=1e-9 * abs(table).max())
    np.testing.assert_array_equal(shares.total, table[-1])


@cases(40, 400)
@given(tables(4), st.integers(0, 4))
def test_a_commitment_that_changes_nothing_gets_exactly_nothing(table: np.ndarray, at: int) -> None:
    K = (len(table) - 1).bit_length()
    at = min(at, K)
    below = (1 << at) - 1
    wider = np.array([table[(mask >> 1) & ~below | mask & below] for mask in range(2 << K)])
    for method in ("exact", "sampled"):
        shares = shapley(game_of(wider), method=method, orders=4)
        assert (shares.share[at] == 0.0).all()
        assert (shares.error[at] == 0.0).all()


def test_equal_commitments_get_equal_shares() -> None:
    rng = np.random.default_rng(7)
    by_size = np.concatenate([[0.0], rng.normal(size=6).cumsum()])
    table = np.array([[by_size[mask.bit_count()]] for mask in range(64)])
    shares = shapley(game_of(table)).share[:, 0]
    np.testing.assert_allclose(shares, by_size[6] / 6, rtol=1e-13)


def test_glove_game() -> None:
    """One left glove, two right: the textbook answer is 2/3, 1/6, 1/6 (Shapley & Shubik 1969)."""
    table = np.array([[float(mask & 1 and mask & 6 != 0)] for mask in range(8)])
    np.testing.assert_allclose(shapley(game_of(table)).share[:, 0], [2 / 3, 1 / 6, 1 / 6], rtol=1e-14)


def test_security_council() -> None:
    """UN Security Council, 5 permanent and 10 others: 0.19627 and 0.00186 (421/2145 and 4/2145)."""
    masks = np.arange(1 << 15)
    count = np.array([int(m).bit_count() for m in masks])
    wins = ((masks & 31) == 31) & (count >= 9)
    game = game_of(wins[:, None].astype(float), "ABCDEFGHIJKLMNO")
    shares = shapley(game).share[:, 0]
    np.testing.assert_allclose(shares[:5], 421 / 2145, rtol=1e-11)
    np.testing.assert_allclose(shares[5:], 4 / 2145, rtol=1e-9)


def test_sampling_is_reproducible_and_its_error_is_honest() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(64, 2))
    table[0] = 0.0
    exact = shapley(game_of(table)).share
    first, again = (shapley(game_of(table), method="sampled", orders=400, seed=11) for _ in range(2))
    np.testing.assert_array_equal(first.share, again.share)
    assert (first.error > 0).all()
    assert (abs(first.share - exact) < 4.5 * first.error).all()
    np.testing.assert_allclose(first.share.sum(axis=0), table[-1], rtol=1e-12)
    other = shapley(game_of(table), method="sampled", orders=400, seed=12)
    assert (first.share != other.share).any()


def test_sampling_stops_when_the_error_is_small_enough() -> None:
    rng = np.random.default_rng(5)
    table = rng.normal(size=(64, 2))
    table[0] = 0.0
    found = shapley(game_of(table), method="sampled", orders=5000, seed=2, until_error=0.05)
    assert 32 <= found.orders < 5000
    assert found.orders % 16 == 0
    exact = shapley(game_of(table)).share.sum(axis=1)
    assert (abs(found.share.sum(axis=1) - exact) < 5 * 0.05).all()
    again = shapley(game_of(table), method="sampled", orders=found.orders, seed=2)
    np.testing.assert_array_equal(found.share, again.share)  # stopping changes no bit
    tighter = shapley(game_of(table), method="sampled", orders=5000, seed=2, until_error=0.025)
    assert tighter.orders > 2 * found.orders
    with pytest.raises(WrongUse, match="above zero"):
        shapley(game_of(table), method="sampled", until_error=0.0)


def test_on_a_large_network_no_more_is_sampled_than_the_answer_needs() -> None:
    rng = np.random.default_rng(6)
    # what each brings alone, and a little that two bring together: as roads of a network do
    pairs = rng.normal(scale=0.02, size=(6, 6, 2))
    alone = rng.uniform(1, 2, size=(6, 2))
    there = np.array([[mask >> k & 1 for k in range(6)] for mask in range(64)], dtype=float)
    table = there @ alone + np.einsum("si,sj,ijn->sn", there, there, pairs)
    table[1:] += rng.normal(scale=0.05, size=(63, 2))
    game = game_of(table)
    exact, large = shapley(game), shapley(replace(game, cells=10**6 * 10**6))
    assert (exact.method, large.method) == ("exact", "sampled")
    assert 32 <= large.orders < shares_module.AT_MOST, "it stops as soon as that is enough"
    scale = abs(exact.total).sum()
    assert large.error.max() <= shares_module.ENOUGH * scale
    assert (abs(large.share - exact.share).max()) < 4 * shares_module.ENOUGH * scale
    noisy = table + rng.normal(scale=0.8, size=(64, 1)) * (there.sum(axis=1, keepdims=True) > 0)
    wide = shapley(replace(game_of(noisy), cells=10**6 * 10**6))
    assert wide.orders == shares_module.AT_MOST
    assert wide.error.max() > shares_module.ENOUGH * scale, "and it says so"
    asked = shapley(replace(game, cells=10**6 * 10**6), until_error=1e-9, orders=40)
    assert asked.orders == 40, "who asks for an error gets that one"
    # what is enough is a part of the columns that are summed over, however large the others are
    beside = replace(game_of(np.hstack([noisy, 1000 * table])), cells=10**6 * 10**6, counted=2)
    assert shapley(beside).orders == shares_module.AT_MOST
    # large is what all sets cost together, not what one does
    for cells, method in (
        (game_module.MOST_CELLS / 64, "exact"),
        (game_module.MOST_CELLS / 63, "sampled"),
    ):
        found = shapley(replace(game, cells=int(cells)))
        assert (found.method, found.orders <= shares_module.AT_MOST) == (method, True)


def test_one_group_is_no_parts() -> None:
    """Who asks for a sample of a game that does not fall apart gets one, however small it is."""
    game = game_of(np.arange(16.0)[:, None] ** 2)
    whole = replace(game, parts=(game.players,), part=lambda names: game)
    assert shapley(whole, method="sampled", orders=8).method == "sampled"


def test_shares_with_receipts_are_halved() -> None:
    """What is received stands beside the countries' columns, and is shown by itself."""
    rng = np.random.default_rng(3)
    table = rng.normal(size=(8, 4))
    table[0] = 0.0
    both = shapley(replace(game_of(table), counted=2))
    half = both.halved()
    assert half.countries == both.countries[:2]
    for name in ("share", "error", "alone", "last"):
        np.testing.assert_array_equal(getattr(half, name), getattr(both, name)[:, :2])
    np.testing.assert_array_equal(half.total, both.total[:2])
    np.testing.assert_array_equal(half.received, both.share[:, 2:])


def test_gains_and_losses_may_cancel() -> None:
    """V(all) = 0 while the shares are not: rounding of the shares is no fault of the game."""
    table = np.array([[0.0], [0.1], [-0.3], [0.0]])
    shares = shapley(game_of(table)).share[:, 0]
    np.testing.assert_allclose(shares, [0.2, -0.2], rtol=1e-12)
    rng = np.random.default_rng(8)
    for _ in range(200):
        random = rng.normal(size=(16, 1))
        random[0] = random[-1] = 0.0
        shapley(game_of(random))


def test_alone_and_last() -> None:
    table = np.array([[0.0], [1.0], [2.0], [10.0]])
    shares = shapley(game_of(table))
    assert shares.alone[:, 0].tolist() == [1.0, 2.0]
    assert shares.last[:, 0].tolist() == [8.0, 9.0]
    assert shares.ranked() == [("B", 5.5), ("A", 4.5)]
    assert shares.as_dict()["shares"]["A"] == {"X0": 4.5}


def test_refusals_teach() -> None:
    game = game_of(np.zeros((4, 1)))
    with pytest.raises(WrongUse, match="no method 'magic'"):
        shapley(game, method="magic")  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="no valued open commitment 'Z'"):
        game.value({"Z"})


def test_no_players_is_an_empty_answer() -> None:
    shares = shapley(game_of(np.zeros((1, 2))))
    assert shares.share.shape == (0, 2)
    assert shares.total.tolist() == [0.0, 0.0]


@cases(30, 300)
@given(tables(), st.integers(0, 1000))
def test_stratified_orders_add_up_and_repeat(table: np.ndarray, seed: int) -> None:
    one = shapley(game_of(table), method="stratified", orders=150, seed=seed)
    two = shapley(game_of(table), method="stratified", orders=150, seed=seed)
    np.testing.assert_array_equal(one.share, two.share)
    exact = by_all_orders(table)
    spread = np.abs(one.share - exact) - 7 * one.error
    assert (spread <= 1e-9 * np.abs(table).max()).all()


def test_rotations_leave_no_error_where_only_the_place_counts() -> None:
    """V depends on how many there are: every commitment in every place once is then the exact mean."""
    size = np.array([bin(m).count("1") for m in range(64)])
    table = (size**2.0)[:, None]
    found = shapley(game_of(table), method="stratified", orders=2)
    np.testing.assert_allclose(found.share, 6.0)
    np.testing.assert_allclose(found.error, 0.0, atol=1e-12)


@cases(20, 200)
@given(tables(most=5))
def test_a_table_read_in_pieces_gives_the_same(table: np.ndarray) -> None:
    whole = shares_module.shapley_from_table(table)
    before = shares_module.AT_ONCE
    try:
        for pieces in (1, 2, 3, 8):
            shares_module.AT_ONCE = pieces
            np.testing.assert_allclose(
                shares_module.shapley_from_table(table), whole, rtol=1e-12, atol=1e-12 * abs(table).max()
            )
    finally:
        shares_module.AT_ONCE = before


def test_a_table_goes_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.random.default_rng(0).normal(size=(32, 3))
    table[0] = 0.0
    game = game_of(table)
    np.testing.assert_array_equal(game.table(to=tmp_path / "v.npy"), table)
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), table)
    monkeypatch.setattr(game_module, "IN_MEMORY_BYTES", 10)
    other = game_of(table)
    assert isinstance(other.table(), np.memmap)
    np.testing.assert_array_equal(other.table(), table)


def test_parts_that_never_interact_are_told_apart() -> None:
    """A sum of three games: sampling asks only the large one, and the shares of the others are exact."""
    rng = np.random.default_rng(4)
    names = [tuple("ABC"), tuple("D"), tuple(f"E{k}" for k in range(13))]
    tables = [rng.normal(size=(1 << len(part), 2)) for part in names]
    for table in tables:
        table[0] = 0.0

    def value(S: frozenset[str]) -> np.ndarray:
        total = np.zeros(2)
        for part, table in zip(names, tables, strict=True):
            total += table[sum(1 << k for k, p in enumerate(part) if p in S)]
        return total

    def part_game(part: tuple[str, ...]) -> Game:
        return Game(players=part, countries=("X", "Y"), evaluate=value)

    players = tuple(p for part in names for p in part)
    game = Game(players=players, countries=("X", "Y"), evaluate=value, parts=tuple(names), part=part_game)
    found = shapley(game, method="sampled", orders=30)
    np.testing.assert_allclose(found.share[:3], by_all_orders(tables[0]), rtol=1e-10)
    np.testing.assert_allclose(found.share[3], tables[1][1])
    assert (found.error[:4] == 0).all()
    assert (found.error[4:] > 0).all()
    np.testing.assert_allclose(found.share.sum(axis=0), found.total)


@cases(30, 300)
@given(st.integers(0, 2**31))
def test_screening_is_exact_where_only_pairs_interact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K = 5
    alone, meet = rng.normal(size=(K, 2)), rng.normal(size=(K, K, 2))
    table = np.zeros((1 << K, 2))
    for mask in range(1 << K):
        inside = [k for k in range(K) if mask >> k & 1]
        table[mask] = sum((alone[k] for k in inside), np.zeros(2))
        table[mask] += sum((meet[i, j] for i in inside for j in inside if i < j), np.zeros(2))
    found = screen(game_of(table))
    np.testing.assert_allclose(found.share, by_all_orders(table), atol=1e-12)
    assert abs(found.error_all) * abs(found.total) < 1e-9
    assert found.error_typical * abs(found.total) < 1e-9


def test_screening_says_how_wrong_it_is() -> None:
    """Three thirds of one railway: worth nothing in pairs, all of it together."""
    table = np.zeros((8, 1))
    table[7] = 10.0
    found = screen(game_of(table))
    assert found.error_all == pytest.approx(-1.0)
    assert found.as_dict()["method"] == "second-order screening, not exact"
    with pytest.raises(WrongUse, match="8 sets"):
        screen(game_of(table), sets=3)


def test_the_measured_error_of_screening_is_that_of_plain_sums() -> None:
    """Written out again: pairs added up by hand on the same random sets; and the figure that
    docs/explain/trade.md gives."""
    rng = np.random.default_rng(4)
    K = 4
    table = rng.normal(size=(1 << K, 2)).cumsum(axis=0)
    table[0] = 0.0
    found = screen(game_of(table), sets=20, seed=3)
    draws, errors = np.random.default_rng(3), []
    for _ in range(20):
        inside = np.flatnonzero(draws.random(K) < 0.5)
        pairs = sum(
            float((table[1 << i | 1 << j] - table[1 << i] - table[1 << j]).sum())
            for i in inside
            for j in inside
            if i < j
        )
        errors.append(
            sum(float(table[1 << i].sum()) for i in inside)
            + pairs
            - float(table[sum(1 << i for i in inside)].sum())
        )
    assert found.error_typical == pytest.approx(np.sqrt(np.mean(np.square(errors))) / abs(table[-1].sum()))
    game = milepost.open(milepost.example("north-south")).game
    game.table()  # kept for all tests: quicker than the 200 sets one by one
    north_south = screen(game)
    assert north_south.error_all == pytest.approx(-0.031, abs=0.005)


def payoffs(**values: object) -> Game:
    """A game of two players and one country by the values of its sets, written as their letters."""
    return Game(("A", "B"), ("X",), lambda S: values["".join(sorted(S)) or "none"])  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("method", ["exact", "sampled"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"A": [np.nan]}, r"^V of A is nan for X; every value is a finite number\.$"),
        ({"AB": [np.inf]}, r"^V of A, B is inf for X"),
        ({"none": [3.0]}, r"^V of nothing is 3 for X and must be 0"),
        ({"B": [1.0, 2.0]}, r"^V of B has shape \(2,\); wanted \(1,\), one number per country\.$"),
        ({"B": 1.0}, r"^V of B has shape \(\); wanted \(1,\)"),
        ({"B": "much"}, r"^V of B is no array of numbers"),
    ],
)
def test_values_that_are_no_v_are_refused_in_a_sentence(
    method: str, wrong: dict[str, object], sentence: str
) -> None:
    good: dict[str, object] = {"none": [0.0], "A": [1.0], "B": [2.0], "AB": [4.0]}
    with pytest.raises(WrongUse, match=sentence):
        shapley(payoffs(**(good | wrong)), method=method, orders=8)  # type: ignore[arg-type]
    assert shapley(payoffs(**good)).share[:, 0].tolist() == [1.5, 2.5]


def test_tables_and_chains_are_looked_at_as_values_are() -> None:
    def filled(with_: float) -> Game:
        def fill(_: object, table: np.ndarray) -> None:
            table[:] = np.array([[0.0], [1.0], [2.0], [with_]])

        return Game(("A", "B"), ("X",), lambda S: np.zeros(1), evaluate_all=fill)

    with pytest.raises(WrongUse, match="V of A, B is nan for X"):
        filled(np.nan).table()
    assert filled(4.0).table()[3, 0] == 4.0
    short = Game(("A", "B"), ("X",), lambda S: np.zeros(1), chain=lambda order: iter([np.zeros(1)]))
    with pytest.raises(WrongUse, match="1 values for 2 players"):
        short.along(("A", "B"))


def test_a_player_or_country_that_stands_twice_is_refused() -> None:
    for players, countries, what in ((("A", "A"), ("X",), "player A"), (("A",), ("X", "X"), "country X")):
        with pytest.raises(WrongUse, match=f"The {what} stands twice"):
            Game(players, countries, lambda S: np.zeros(1))


def test_rounding_in_v_of_nothing_is_let_pass() -> None:
    game = payoffs(none=[1e-12], A=[1.0], B=[2.0], AB=[4.0])
    np.testing.assert_allclose(shapley(game).share[:, 0], [1.5, 2.5])


def test_a_bare_text_is_one_id_and_an_unknown_one_is_named() -> None:
    programme = milepost.open(milepost.example("ridge"))
    assert programme.value("R1").countries == programme.value(["R1"]).countries
    assert programme.value("R1").delivered == ("R1",)
    np.testing.assert_array_equal(programme.game.value("R1"), programme.game.value({"R1"}))
    with pytest.raises(WrongUse, match="no valued open commitment 'Q9'"):
        programme.value("Q9")
    with pytest.raises(WrongUse, match="'Q9'"):
        programme.game.mask(["Q9"])
    assert programme.loads("R1").as_dict() == programme.loads(["R1"]).as_dict()


def test_the_parts_of_the_handle_are_described_and_a_lost_race_can_be_caught() -> None:
    assert issubclass(milepost.LostRace, WrongUse)
    assert milepost.Programme.__doc__ is not None
    assert "``applied``" in milepost.Programme.__doc__
    assert "``known_on``" in milepost.Programme.__doc__
    assert Game.__doc__ is not None
    assert "``chain``" in Game.__doc__


def marginal(table: np.ndarray, order: np.ndarray) -> np.ndarray:
    """What each player adds to those before it in one order."""
    added, mask = np.zeros((len(order), table.shape[1])), 0
    for i in order:
        added[i] = table[mask | 1 << int(i)] - table[mask]
        mask |= 1 << int(i)
    return added


@pytest.mark.parametrize("method", ["sampled", "stratified"])
@pytest.mark.parametrize("orders", [2, 3, 20])
def test_a_sampled_share_is_the_mean_of_its_orders_and_its_error_that_of_a_mean(
    method: str, orders: int
) -> None:
    """Mean and standard deviation as a textbook has them, on the same random orders."""
    table = np.random.default_rng(6).normal(size=(16, 2)) + 50
    table[0] = 0.0
    found = shapley(game_of(table), method=method, orders=orders, seed=9)  # type: ignore[arg-type]
    draws, samples = np.random.default_rng(9), []
    for _ in range(orders):
        order = draws.permutation(4)
        seen = [order, order[::-1]] if method == "sampled" else [np.roll(order, k) for k in range(4)]
        samples.append(np.mean([marginal(table, o) for o in seen], axis=0))
    np.testing.assert_allclose(found.share, np.mean(samples, axis=0), rtol=1e-12)
    np.testing.assert_allclose(
        found.error, np.std(samples, axis=0, ddof=1) / np.sqrt(orders), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(found.alone, [table[1 << i] for i in range(4)])
    np.testing.assert_allclose(found.last, [table[15] - table[15 ^ 1 << i] for i in range(4)])
    assert (found.method, found.orders, found.seed) == (method, orders, 9)


def test_sampling_looks_at_its_error_after_32_pairs_and_every_16() -> None:
    """An error as large as it likes: the first look stops it; none is asked for: none stops it."""
    table = np.random.default_rng(5).normal(size=(16, 2))
    table[0] = 0.0
    game = game_of(table)
    assert shapley(game, method="sampled", orders=100, until_error=1e9).orders == 32
    assert shapley(game, method="sampled", orders=100).orders == 100
    # the error asked for is that of the share of a commitment, summed over countries
    draws = np.random.default_rng(0)
    orders = [draws.permutation(4) for _ in range(48)]
    sums = [[marginal(table, o).sum(axis=1) for o in (order, order[::-1])] for order in orders]
    error = float((np.mean(sums, axis=1).std(axis=0, ddof=1) / np.sqrt(48)).max())
    assert shapley(game, method="sampled", orders=100, until_error=error * 1.0001).orders == 48
    assert shapley(game, method="sampled", orders=100, until_error=error * 0.9999).orders > 48


def test_progress_is_told_of_every_pair() -> None:
    told: list[tuple[int, int]] = []
    shapley(game_of(np.zeros((4, 1))), method="sampled", orders=3, progress=lambda *at: told.append(at))
    assert told == [(1, 3), (2, 3), (3, 3)]


def counting(K: int) -> Game:
    """K players, V is how many there are."""
    players = tuple(f"p{k}" for k in range(K))
    return Game(players, ("X",), lambda S: np.array([float(len(S))]))


def test_auto_is_exact_up_to_twenty_commitments_and_exact_is_refused_beyond_twenty_four(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shares_module, "EXACT_UP_TO", 3)
    assert [shapley(counting(K), orders=2).method for K in (3, 4)] == ["exact", "sampled"]
    assert shapley(counting(7), method="exact").share[:, 0].tolist() == pytest.approx([1.0] * 7)
    with pytest.raises(WrongUse, match=r"^8 commitments have 2\^8 subsets; .* beyond 7\.$"):
        shapley(counting(8), method="exact")
    monkeypatch.undo()
    with pytest.raises(WrongUse, match=r"25 commitments have 2\^25 subsets; .* beyond 24\."):
        shapley(counting(25), method="exact")
    assert shapley(counting(21), orders=2).method == "sampled"


@pytest.mark.parametrize("orders", [1, 0, -3, 2.5, "many"])
@pytest.mark.parametrize("method", ["sampled", "stratified"])
def test_fewer_than_two_orders_have_no_error(orders: object, method: str) -> None:
    with pytest.raises(WrongUse, match="at least 2 orders"):
        shapley(counting(3), method=method, orders=orders)  # type: ignore[arg-type]
    assert shapley(counting(3), method=method, orders=np.int64(2)).orders == 2  # type: ignore[arg-type]
    assert shapley(counting(3), method="exact", orders=orders).orders == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [3, 5, 6, 7, 9])
def test_a_table_of_all_subsets_has_a_power_of_two_of_rows(size: int) -> None:
    with pytest.raises(WrongUse, match=f"this one has {size}"):
        shares_module.shapley_from_table(np.zeros((size, 1)))


def two_parts(large: int) -> Game:
    """A part of many players and one of a single player; V is the number of players in a part, squared."""
    names = (tuple(f"a{k}" for k in range(large)), ("b",))

    def value(S: frozenset[str]) -> np.ndarray:
        return np.array([float(sum(sum(p in S for p in part) ** 2 for part in names))])

    def part_game(part: tuple[str, ...]) -> Game:
        return Game(part, ("X",), lambda S: np.array([float(len(S) ** 2)]))

    return Game(sum(names, ()), ("X",), value, parts=names, part=part_game)


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e6])
def test_parts_that_do_interact_are_refused(unit: float) -> None:
    """V of both is missed by what their parts are worth, by more than rounding, in whatever unit."""

    def game(both: float) -> Game:
        alone: dict[tuple[str, ...], Game] = {
            (p,): Game((p,), ("X",), lambda S: np.array([unit * len(S)])) for p in "AB"
        }
        return Game(
            ("A", "B"),
            ("X",),
            lambda S: np.array([unit * (both if len(S) == 2 else len(S))]),
            parts=tuple(alone),
            part=alone.__getitem__,
        )

    for wrong in (2 + 1e-8, 2 - 1e-8, 1.0, 5.0):
        with pytest.raises(NoSolution, match="not numbers of one and the same function"):
            shapley(game(wrong), method="sampled", orders=2)
    for right in (2.0, 2 + 1e-10):
        assert shapley(game(right), method="sampled", orders=2).share[:, 0].tolist() == [unit, unit]


def test_parts_of_up_to_twelve_are_exact_even_where_a_sample_is_asked_for() -> None:
    small, large = (shapley(two_parts(n), method="sampled", orders=3, seed=1) for n in (12, 13))
    assert (small.method, small.orders, small.seed) == ("exact", 0, None)
    assert (large.method, large.orders, large.seed) == ("sampled", 3, 1)
    np.testing.assert_allclose(small.share[:, 0], [12.0] * 12 + [1.0])
    assert (small.error == 0).all()
    assert small.total.tolist() == [145.0]
    np.testing.assert_allclose(large.share[13], [1.0])
    np.testing.assert_allclose(large.alone[:, 0], [1.0] * 14)
    np.testing.assert_allclose(large.last[:, 0], [25.0] * 13 + [1.0])


def test_shares_as_tables_and_words() -> None:
    table = np.array([[0.0, 0.0], [1.0, -3.0], [2.0, 0.5], [4.0, -2.0]])
    shares = shapley(game_of(table))
    assert shares.headed() == "Shapley shares, MUSD/year, exact, 2 commitments, 2 countries"
    assert shares.headed() in repr(shares)
    assert shares.total_all == 2.0
    assert shares.sums(shares.alone) == {"A": -2.0, "B": 2.5}
    assert shares.most("A") == [("X1", -2.75), ("X0", 1.5)]
    assert shares.most("A", 1) == [("X1", -2.75)]
    heads, rows = shares.table()
    assert list(heads) == ["commitment", "country", "musd_per_year", "standard_error"]
    want = [["A", "X0", 1.5, 0.0], ["A", "X1", -2.75, 0.0], ["B", "X0", 2.5, 0.0], ["B", "X1", 0.75, 0.0]]
    assert rows == want
    assert shares.frame(long=True).to_numpy().tolist() == want
    assert shares.frame().to_numpy().tolist() == [[1.5, -2.75], [2.5, 0.75]]
    told = shares.as_dict()
    assert told["orders"] == 0
    assert told["seed"] is None
    assert told["last"] == {"A": {"X0": 2.0, "X1": -2.5}, "B": {"X0": 3.0, "X1": 1.0}}
    assert told["total"] == {"X0": 4.0, "X1": -2.0}
    even = shapley(game_of(np.array([[0.0], [1.0], [1.0], [2.0]]), "BA"))  # of equal ones by name
    assert even.ranked() == [("A", 1.0), ("B", 1.0)]


def test_what_is_done_where_nothing_is_asked() -> None:
    """500 orders, the first seed, and the two countries with the largest shares."""
    table = np.array([[0.0, 0.0, 0.0], [1.0, -3.0, 2.0]])
    game = Game(("A",), ("X", "Y", "Z"), lambda names: table[len(names)])
    found = shapley(game, method="sampled")
    assert (found.orders, found.seed) == (500, 0)
    assert found.most("A") == [("Y", -3.0), ("Z", 2.0)]
