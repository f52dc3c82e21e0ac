"""Tonnes on links: those of two worlds, without the values of all sets, for the same goods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.programme import Programme
from milepost.value import assignment
from milepost.value.assignment import Floats, assigned, link_flows
from milepost.value.baseline import World
from milepost.value.corridor import players_of
from milepost.web import views
from milepost.web.state import Valued


def test_flows_need_no_value_of_any_set(ridge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> Any:
        raise AssertionError("V of all sets was worked out")

    programme = milepost.open(str(ridge))
    players = programme.game.players
    monkeypatch.setattr("milepost.value.corridor_game", none)
    anew = milepost.open(str(ridge))
    found = views.flows(Valued(anew, (1, ""), None))
    assert players_of(anew.world) == players
    world = programme.world
    assert found.today == assigned(world).by_link()
    assert found.then == assigned(world.with_delivered(players)).by_link()


def test_what_is_sent_is_worked_out_once_for_both(ridge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programme: Programme = milepost.open(str(ridge))
    world = programme.world
    asked: list[int] = []
    real = assignment.demanded

    def counted(world: World) -> Floats:
        asked.append(1)
        return real(world)

    monkeypatch.setattr(assignment, "demanded", counted)
    link_flows(world, world.with_delivered(players_of(world)))
    assert len(asked) == 1
    closed = [r.id for r in world.records.restrictions if r.id not in world.restricted.ids]
    if closed:
        asked.clear()
        link_flows(world, world.under(closed[:1]))
        assert len(asked) == 2, "another restriction may ban some of it"
