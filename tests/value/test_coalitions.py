"""Groups of parties: known games, laws on random worlds, and the corridor."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.value.coalitions import Group, group
from milepost.value.game import Game
from torture import cases


def corridor(
    values: dict[frozenset[str], list[float]], countries: tuple[str, ...], players: tuple[str, ...]
) -> Game:
    return Game(
        players=players, countries=countries, evaluate=lambda s: np.array(values[frozenset(s)], dtype=float)
    )


def subsets(items: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(c) for n in range(len(items) + 1) for c in combinations(items, n)]


def test_a_bridge_that_only_one_side_wants_is_paid_for() -> None:
    # A and B owe the bridge together; it costs A 2 and gives B 5: B must pay A at least 2
    game = corridor({frozenset(): [0, 0], frozenset({"bridge"}): [-2, 5]}, ("A", "B"), ("bridge",))
    found = group(game, {"bridge": frozenset({"A", "B"})})
    assert found.payment == pytest.approx([2, -2])
    assert found.better_outside == ("A",)
    assert found.epsilon == 0
    assert not found.stable_without_payments
    assert found.share == pytest.approx([1.5, 1.5])
    assert found.worth == pytest.approx(3)


def test_a_free_rider_is_told_and_kept_by_payment() -> None:
    # B alone owes the port, which costs it 1 and gives A 4; nobody else can build it
    game = corridor({frozenset(): [0, 0], frozenset({"port"}): [4, -1]}, ("A", "B"), ("port",))
    found = group(game, {"port": frozenset({"B"})})
    assert found.parties == ("B",)
    assert found.worth == pytest.approx(-1)
    assert found.others == pytest.approx(4)
    # alone in the group there is nobody to pay it: it does better by not delivering
    assert found.better_outside == ("B",)
    assert found.epsilon == pytest.approx(1)


def test_an_empty_core_gives_the_least_core() -> None:
    # any two of three share a pie of 1 and so do all three: the core is empty, the least core relaxes by 1/3
    names = ("ab", "ac", "bc")
    owners = {"ab": frozenset("AB"), "ac": frozenset("AC"), "bc": frozenset("BC")}

    def value(s: frozenset[str]) -> np.ndarray:
        if not s:
            return np.zeros(3)
        if len(s) == 1:
            return np.array([0.5 if c in next(iter(s)).upper() else 0.0 for c in "ABC"])
        return np.full(3, 1 / 3)

    found = group(Game(players=names, countries=("A", "B", "C"), evaluate=value), owners)
    assert found.epsilon == pytest.approx(1 / 3, abs=1e-6)
    assert found.payment == pytest.approx([0, 0, 0], abs=1e-6)


@st.composite
def worlds(draw: Any) -> tuple[Game, dict[str, frozenset[str]]]:
    countries = ("A", "B", "C", "D")
    players = tuple(f"c{n}" for n in range(draw(st.integers(1, 4))))
    values: dict[frozenset[str], list[float]] = {
        s: [float(draw(st.integers(-20, 60))) if s else 0.0 for _ in countries] for s in subsets(players)
    }
    owners = {
        p: frozenset(draw(st.sets(st.sampled_from(countries), min_size=1, max_size=3))) for p in players
    }
    return corridor(values, countries, players), owners


def conditions(found: Group, game: Game, owners: dict[str, frozenset[str]]) -> list[float]:
    """How far each condition is missed after payments, by the definition and nothing else."""
    everyone = set(found.parties)

    def value(some: set[str]) -> np.ndarray:
        return game.value([c for c, who in owners.items() if who <= some])

    column = {c: k for k, c in enumerate(game.countries)}
    after = {p: value(everyone)[column[p]] + found.payment[k] for k, p in enumerate(found.parties)}
    missed = [value(everyone - {p})[column[p]] - after[p] for p in found.parties]
    for n in range(1, len(everyone)):
        for some in combinations(found.parties, n):
            missed.append(sum(value(set(some))[column[p]] for p in some) - sum(after[p] for p in some))
    return missed


@cases(80, 800)
@given(worlds())
def test_laws(world: tuple[Game, dict[str, frozenset[str]]]) -> None:
    game, owners = world
    found = group(game, owners)
    assert found.payment.sum() == pytest.approx(0, abs=1e-6)
    assert max(conditions(found, game, owners)) <= found.epsilon + 1e-5
    assert found.share.sum() == pytest.approx(found.worth, abs=1e-8)
    if found.stable_without_payments:
        assert not found.payment.any()
    # a null party, which owes a commitment that changes nothing for anybody, changes nothing
    wider = Game(
        players=(*game.players, "null"),
        countries=(*game.countries, "Z"),
        evaluate=lambda s: np.append(game.value([x for x in s if x != "null"]), 0.0),
    )
    more = group(wider, {**owners, "null": frozenset({"Z"})})
    k = more.parties.index("Z")
    keep = [i for i in range(len(more.parties)) if i != k]
    assert more.share[k] == pytest.approx(0, abs=1e-9)
    assert more.share[keep] == pytest.approx(found.share, abs=1e-8)
    assert more.inside[keep] == pytest.approx(found.inside)
    assert more.payment[keep] == pytest.approx(found.payment, abs=1e-6)
    assert more.payment[k] == 0
    assert more.epsilon == pytest.approx(found.epsilon, abs=1e-6)


def test_payments_are_the_smallest() -> None:
    rng = np.random.default_rng(3)
    looked = 0
    for _ in range(60):
        values: dict[frozenset[str], list[float]] = {
            s: (rng.integers(-9, 30, 3).tolist() if s else [0, 0, 0]) for s in subsets(("x", "y"))
        }
        game = corridor(values, ("A", "B", "C"), ("x", "y"))
        owners = {"x": frozenset("AB"), "y": frozenset("BC")}
        found = group(game, owners)
        if found.epsilon or not found.payment.any():
            continue
        looked += 1
        size = np.abs(found.payment).sum() / 2
        grid = np.arange(-30, 31, 1.0)
        for a in grid:
            for b in grid:
                p = np.array([a, b, -a - b])
                if np.abs(p).sum() / 2 < size - 0.5:
                    from dataclasses import replace

                    assert max(conditions(replace(found, payment=p), game, owners)) > 1e-6
    assert looked >= 3


def test_the_corridor() -> None:
    programme = milepost.open(milepost.example("north-south"))
    found = programme.group(gross=True)
    assert {"IRN", "RUS", "AZE"} <= set(found.parties)
    assert found.share.sum() == pytest.approx(found.worth)
    full = dict(
        zip(programme.game.countries, programme.game.value(programme.game.players).tolist(), strict=True)
    )
    assert found.inside == pytest.approx([full.get(p, 0.0) for p in found.parties])
    assert found.worth + found.others == pytest.approx(sum(full.values()))
    with pytest.raises(WrongUse, match="no group"):
        group(programme.game, {})
