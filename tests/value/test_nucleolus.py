"""The nucleolus: published games, a twin by sums of the largest excesses, and laws on random games."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from milepost.errors import NoSolution
from milepost.value.nucleolus import nucleolus
from torture import cases

Floats = NDArray[np.float64]


def game(n: int, worth: Callable[[list[int]], float]) -> tuple[Floats, Floats]:
    """Rows and worth of all proper coalitions."""
    masks = np.arange(1, (1 << n) - 1)
    rows = ((masks[:, None] >> np.arange(n)) & 1).astype(float)
    return rows, np.array([worth([k for k in range(n) if mask >> k & 1]) for mask in masks.tolist()])


# Aumann & Maschler (1985), Game theoretic analysis of a bankruptcy problem from the Talmud, table I
@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, [100 / 3, 100 / 3, 100 / 3]), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_three_wives_of_the_talmud(estate: float, shares: list[float]) -> None:
    claims = [100, 200, 300]
    found = nucleolus(
        *game(3, lambda some: max(0.0, estate - sum(c for k, c in enumerate(claims) if k not in some))),
        estate,
    )
    assert found == pytest.approx(shares, abs=1e-7)


def contested(estate: float, claims: Sequence[float]) -> Floats:
    """The rule of the contested garment for many: half of each claim first, then half of each loss."""
    half = np.array(claims) / 2

    def equal(sum_: float) -> Floats:
        low, high = 0.0, float(half.max())
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if np.minimum(half, middle).sum() < sum_ else (low, middle)
        return np.minimum(half, high)

    if estate <= half.sum():
        return equal(estate)
    return np.array(claims) - equal(2 * float(half.sum()) - estate)


@cases(20, 400)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=5), st.floats(0.05, 0.95))
def test_a_bankruptcy_is_divided_by_the_rule_of_the_talmud(claims: list[int], part: float) -> None:
    estate = part * sum(claims)
    found = nucleolus(
        *game(
            len(claims),
            lambda some: max(0.0, estate - sum(c for k, c in enumerate(claims) if k not in some)),
        ),
        estate,
    )
    assert found == pytest.approx(contested(estate, claims), abs=1e-6)


def airport(costs: Sequence[float]) -> list[float]:
    """What each type of aircraft pays for a runway (Littlechild 1974), one aircraft a type, by cost."""
    n, paid, done, rate = len(costs), [0.0] * len(costs), 0, 0.0
    while done < n:
        before = costs[done - 1] if done else 0.0
        found = [
            ((costs[i] - before + rate) / (i - done + 1 + (1 if i < n - 1 else 0)), i) for i in range(done, n)
        ]
        rate, last = min(found, key=lambda pair: (pair[0], -pair[1]))
        for k in range(done, last + 1):
            paid[k] = rate
        done = last + 1
    return paid


@cases(20, 400)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=6))
def test_a_runway_is_paid_for_as_littlechild_found(costs: list[int]) -> None:
    costs.sort()
    found = nucleolus(*game(len(costs), lambda some: -max(costs[k] for k in some)), -max(costs))
    paid = airport(costs)
    assert sum(paid) == pytest.approx(max(costs))
    assert -found == pytest.approx(paid, abs=1e-6)


def twin(rows: Floats, worth: Floats, total: float, floor: Floats | None = None) -> Floats:
    """The same by another path: the sum of the k largest excesses is made smallest for k = 1, 2, ...,
    each with those before kept (Ogryczak & Sliwinski 2003); no dual prices, no rank.

    Sum of the k largest = min k·t + Σ d_j with d_j >= e_j − t, d >= 0. Variables: y, then t and d of each k.
    """
    m, n = rows.shape
    width = n + m * (m + 1)
    upper, right = [], []
    for k in range(m):
        at = n + k * (m + 1)
        for j in range(m):
            line = np.zeros(width)
            line[:n], line[at], line[at + 1 + j] = -rows[j], -1, -1
            upper.append(line)
            right.append(-worth[j])
    equal = np.zeros((1, width))
    equal[0, :n] = 1
    low = [None] * n if floor is None else floor.tolist()
    bounds: list[tuple[float | None, float | None]] = [(x, None) for x in low]
    bounds += ([(None, None)] + [(0.0, None)] * m) * m
    for k in range(m):
        at = n + k * (m + 1)
        cost = np.zeros(width)
        cost[at], cost[at + 1 : at + 1 + m] = k + 1, 1
        found = linprog(
            cost, A_ub=upper, b_ub=right, A_eq=equal, b_eq=[total], bounds=bounds, method="highs-ds"
        )
        assert found.status == 0, found.message
        upper.append(cost)
        right.append(found.fun + 1e-9)
    return np.asarray(found.x[:n])


@cases(25, 400)
@given(st.integers(2, 4), st.data())
def test_the_twin_finds_the_same(n: int, data: st.DataObject) -> None:
    worths = data.draw(st.lists(st.integers(-20, 40), min_size=(1 << n) - 2, max_size=(1 << n) - 2))
    total = float(data.draw(st.integers(-30, 80)))
    rows, _ = game(n, lambda _: 0.0)
    floor = None
    if data.draw(st.booleans()):
        parts = data.draw(st.lists(st.integers(0, 10), min_size=n, max_size=n))
        floor = total / n - np.array(parts, dtype=float)
    found = nucleolus(rows, np.array(worths, dtype=float), total, floor)
    assert found == pytest.approx(twin(rows, np.array(worths, dtype=float), total, floor), abs=2e-5)
    assert found.sum() == pytest.approx(total, abs=1e-9)
    assert floor is None or (found >= floor).all()


@cases(15, 200)
@given(st.integers(3, 6), st.data())
def test_laws(n: int, data: st.DataObject) -> None:
    worths = np.array(
        data.draw(st.lists(st.integers(-20, 40), min_size=1 << n, max_size=1 << n)), dtype=float
    )
    masks = np.arange(1, (1 << n) - 1)
    rows, worth, total = ((masks[:, None] >> np.arange(n)) & 1).astype(float), worths[1:-1], worths[-1]
    found = nucleolus(rows, worth, total)
    assert found.sum() == pytest.approx(total, abs=1e-9)
    # the least core, by a program of its own
    least = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=-np.hstack([rows, np.ones((len(rows), 1))]),
        b_ub=-worth,
        A_eq=[[1.0] * n + [0.0]],
        b_eq=[total],
        bounds=[(None, None)] * (n + 1),
    )
    assert (worth - rows @ found).max() == pytest.approx(least.fun, abs=1e-6)
    # another order of the parties, another money and other zeros change nothing
    order = data.draw(st.permutations(range(n)))
    assert nucleolus(rows[:, order], worth, total) == pytest.approx(found[list(order)], abs=1e-6)
    zero = np.arange(n, dtype=float)
    moved = nucleolus(rows, 3 * worth + rows @ zero, 3 * total + zero.sum())
    assert moved == pytest.approx(3 * found + zero, abs=1e-5)


@pytest.mark.parametrize("n", [3, 4])
def test_equals_get_the_same(n: int) -> None:
    rng = np.random.default_rng(n)
    rows, _ = game(n, lambda _: 0.0)
    for _ in range(10):
        by_size = rng.integers(0, 30, n + 1).astype(float)
        worth = by_size[rows.sum(axis=1).astype(int)] + 5 * rows[:, 0]  # all but the first are equal
        found = nucleolus(rows, worth, float(by_size[n] + 5))
        for a, b in permutations(range(1, n), 2):
            assert found[a] == pytest.approx(found[b], abs=1e-8)


def test_floors_that_ask_for_too_much_are_refused() -> None:
    rows, worth = game(3, lambda some: float(len(some)))
    with pytest.raises(NoSolution, match="sum to 12, and there are 10"):
        nucleolus(rows, worth, 10.0, np.array([4.0, 4.0, 4.0]))
    exact = nucleolus(rows, worth, 10.0, np.array([4.0, 4.0, 2.0]))
    assert exact == pytest.approx([4, 4, 2])


def test_one_party_has_all() -> None:
    assert nucleolus(np.zeros((0, 1)), np.zeros(0), 7.0).tolist() == [7.0]


def test_floors_that_leave_nothing_to_divide_hold_to_the_last_digit() -> None:
    rng = np.random.default_rng(1)
    rows, worths = game(4, lambda _: 0.0)
    for _ in range(200):
        floor = rng.uniform(-30, 30, 4) / 3
        found = nucleolus(rows, worths, float(floor.sum()), floor)
        assert (found >= floor).all()
        assert found == pytest.approx(floor, abs=1e-9)
