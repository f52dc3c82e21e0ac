"""Which promises need one another: known games, and the sum of everything that the definition hides."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.value.game import Game
from milepost.value.interactions import interactions


def game(players: tuple[str, ...], worth: dict[frozenset[str], list[float]]) -> Game:
    return Game(
        players=players, countries=("A", "B"), evaluate=lambda s: np.array(worth[frozenset(s)], dtype=float)
    )


def subsets(names: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(c) for c in chain.from_iterable(combinations(names, k) for k in range(len(names) + 1))]


def test_two_halves_of_a_line_need_each_other_and_two_lines_compete() -> None:
    names = ("north", "south", "rival")

    def value(s: frozenset[str]) -> list[float]:
        through = "rival" in s or {"north", "south"} <= s
        return [10.0 * through, 2.0 * through]

    found = interactions(game(names, {s: value(s) for s in subsets(names)}))
    assert found.of("north") == [("rival", 0.0, -12.0), ("south", 12.0, 0.0)]
    assert found.of("north", least=12.0) == []
    assert found.alone[0, 2] == 0
    assert found.last[0, 2] == -12.0, "beside the southern half, the rival makes the northern one needless"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 5))
def test_it_is_the_second_difference_whatever_v_is(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    names = tuple(f"C{k}" for k in range(size))
    worth = {s: (rng.normal(size=2) * bool(s)).tolist() for s in subsets(names)}
    found = interactions(game(names, worth))

    def total(*parts: str) -> float:
        return float(sum(worth[frozenset(parts)]))

    looked = 0
    for a, b in combinations(names, 2):
        rest = [n for n in names if n not in (a, b)]
        i, j = names.index(a), names.index(b)
        assert found.alone[i, j] == pytest.approx(total(a, b) - total(a) - total(b), abs=1e-12)
        assert found.last[i, j] == pytest.approx(
            total(*names) - total(*rest, a) - total(*rest, b) + total(*rest), abs=1e-12
        )
        assert found.alone[j, i] == found.alone[i, j]
        looked += 1
    assert looked


def test_where_promises_do_not_meet_there_is_nothing() -> None:
    names = ("a", "b", "c")
    worth = {s: [float(len(s)), 0.0] for s in subsets(names)}
    found = interactions(game(names, worth))
    assert all(found.of(n) == [] for n in names)
