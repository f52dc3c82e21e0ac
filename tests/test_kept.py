"""What the tests keep of large games is the table that would be computed, and of no other game."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import milepost
from kept import LARGE, Kept, Worth, digest, kept_in
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.value.baseline import World
from milepost.value.game import Game, Values


def values(programme: Programme) -> Any:
    """What the game of a programme asks for all its values."""
    game = programme.game if programme.game.wide is None else programme.game.wide
    return game.evaluate_all.__self__  # type: ignore[union-attr]


def opened(name: str) -> Programme:
    return milepost.open(milepost.example(name))


def test_a_digest_is_of_what_values_follow_from() -> None:
    programme = opened("ridge")
    asked = digest(values(programme))
    programme.value()
    assert digest(values(programme)) == asked, "what was asked before does not count"
    assert digest(values(Programme("elsewhere", opened("ridge").records))) == asked
    records = programme.records
    titles = [row.model_copy(update={"title": "another"}) for row in records.commitments]
    assert digest(values(Programme("memory", records.with_rows(commitments=titles)))) == asked
    day = records.param("value_of_time_share_per_day", "containers")
    link = records.links[0]
    for other in (
        records.with_param("value_of_time_share_per_day", day * 1.01, "containers"),
        records.with_param("trade_elasticity", 4.01),
        records.with_rows(links=[link.model_copy(update={"km": (link.km or 1) + 50}), *records.links[1:]]),
        records.with_rows(
            countries=[c.model_copy(update={"gdp_usd_m": c.gdp_usd_m + 1}) for c in records.countries]
        ),
    ):
        assert digest(values(Programme("memory", other))) != asked


@pytest.mark.parametrize("name", ["ridge", "northern-corridor"])
def test_what_was_asked_before_says_nothing(name: str) -> None:
    """Whatever a game remembers: a table under another digest would be computed again by the next test."""
    programme = opened(name)
    asked, some = digest(values(programme)), [frozenset(programme.game.players[:2])]
    for ask in (programme.value, lambda: values(programme).of_each(some), programme.game.table):
        ask()
        assert digest(values(programme)) == asked


def test_what_cannot_be_seen_into_has_no_digest() -> None:
    with pytest.raises(TypeError, match="generator"):
        digest({"x": (n for n in (1, 2))})
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(TypeError, match="holds itself"):
        digest(ring)
    assert digest({"b", "a", "c"}) == digest({"c", "b", "a"}) != digest(["c", "b", "a"])
    assert digest(1) != digest(1.0) != digest(True)


@dataclass(frozen=True)
class Doubled:
    """V of a set is twice its mask."""

    times: float = 2.0

    def table(self, progress: object, answer: Values) -> None:
        COUNTED.append(len(answer))
        answer[:] = self.times * np.arange(len(answer))[:, None]

    def of(self, names: frozenset[str]) -> Values:
        """One set."""
        COUNTED.append(1)
        return np.array([self.times * sum(1 << int(name[1:]) for name in names)])


COUNTED: list[int] = []


def test_a_table_is_computed_once_and_read_after(tmp_path: Path) -> None:
    def game(players: int, times: float = 2.0) -> Game:
        names = tuple(f"P{k}" for k in range(players))
        asked = Doubled(times)
        return Game(names, ("AAA",), asked.of, evaluate_all=asked.table)

    large, usual = LARGE.bit_length() - 1, Game.table
    COUNTED.clear()
    with kept_in(tmp_path):
        first = game(large).table()
        told: list[tuple[int, int]] = []
        again = game(large)
        np.testing.assert_array_equal(again.table(progress=lambda done, of: told.append((done, of))), first)
        assert COUNTED == [LARGE]
        assert told == [(LARGE, LARGE)]
        assert again.value(again.players) == first[-1] == 2 * (LARGE - 1)
        assert game(large, 3.0).table()[-1] == 3 * (LARGE - 1)
        for _ in range(2):
            game(large - 1).table()
        assert COUNTED == [LARGE, LARGE, LARGE // 2, LARGE // 2]
    assert Game.table is usual


def test_a_set_is_computed_once_and_read_after(tmp_path: Path) -> None:
    def game(times: float, players: int = LARGE.bit_length() - 1) -> Game:
        return Game(tuple(f"P{k}" for k in range(players)), ("AAA",), Doubled(times).of)

    COUNTED.clear()
    with kept_in(tmp_path):
        one, two = game(2.0), game(2.0)
        assert one.value(["P3"]) == two.value(["P3"]) == 16
        assert COUNTED == [1]
        assert two.value(["P0", "P1"]) == one.value(["P1", "P0"]) == 6
        assert COUNTED == [1, 1], "what another has found meanwhile is read, too"
        assert game(3.0).value(["P3"]) == 24
        assert game(2.0, 3).value(["P1"]) == game(2.0, 3).value(["P1"]) == 4
        assert len(COUNTED) == 5, "another game is another, and a small one is computed"
        with pytest.raises(WrongUse, match="Nowhere"):
            one.value(["Nowhere"])
    assert len(list(tmp_path.glob("*.sets"))) == 2


def test_what_a_programme_asks_is_kept() -> None:
    """So that no example is left out in silence: each large game asks an object that can be seen into."""
    sizes = []
    for name in ("ridge", "north-south", "northern-corridor"):
        programme = opened(name)
        assert digest(values(programme)), name
        sizes.append(1 << len(programme.game.players))
    assert max(sizes) >= LARGE, "nothing is kept any more: how large is large?"


def test_what_a_report_asks_of_the_value_of_time_is_kept_for_this_world_alone(tmp_path: Path) -> None:
    world = opened("north-south").baseline
    other = world.with_records(world.records.with_param("trade_elasticity", 4.01))
    assert digest(world) != digest(other)
    asked: list[float] = []

    def worth(one: World) -> Worth:
        asked.append(one.records.param("trade_elasticity"))
        return ("C01",), (0.1 + 0.2,)

    kept = Kept(tmp_path)
    answers = [kept.worth(one, worth) for one in (world, other, world)]
    assert len(asked) == 2
    assert answers == [worth(world)] * 3
    small = opened("ridge").baseline
    assert [kept.worth(small, worth) for _ in range(2)] == answers[:2]
    assert len(asked) == 5, "a small world is asked each time"
