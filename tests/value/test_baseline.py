"""The baseline: today's world named once. It is what the register and the restrictions say of the base date;
a counterfactual keeps it, adds to it in any order, and says twice what it says once."""

from __future__ import annotations

import ast
import datetime as dt
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.network.restrictions import in_force
from milepost.programme import Programme
from milepost.records import Evidence, PartialDate
from milepost.register.status import delivered, status
from milepost.value.baseline import Baseline, Counterfactual
from source import tree

SOURCE = Path(milepost.__file__).parent
EXAMPLES = ("north-south", "northern-corridor", "ridge")


@pytest.fixture(params=EXAMPLES)
def programme(request: pytest.FixtureRequest) -> Programme:
    return milepost.open(milepost.example(request.param))


def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def reported(programme: Programme, happened: str, told: str) -> Programme:
    """The programme with R1 reported as delivered."""
    report = Evidence(
        id="E-R1",
        commitment="R1",
        happened_on=PartialDate(happened),
        reported_on=PartialDate(told),
        report="open",
        shows="delivered",
        source="a paper",
        basis="assumed",
        standing="owner",
        document="primary",
        meets_test="yes",
    )
    return replace(
        programme, records=programme.records.with_rows(evidence=[*programme.records.evidence, report])
    )


def test_the_baseline_is_what_register_and_restrictions_say_of_the_base_date(programme: Programme) -> None:
    base, day = programme.baseline, programme.settings.base_date
    found = programme.status()
    assert base.day == day
    assert base.done == {s.commitment for s in found if s.done} == delivered(programme.records, day)
    assert base.stopped == {s.commitment for s in found if s.delivery == "stopped"}
    assert base.done | base.stopped == {s.commitment for s in found if s.closed}
    assert base.usual.ids == base.restricted.ids == in_force(programme.records, day)
    assert not base.delivered
    assert not base.changed
    assert base.baseline is base


def test_done_is_asked_with_a_day_of_knowledge() -> None:
    day = ridge().settings.base_date
    told_late = reported(ridge(), str(day - dt.timedelta(days=30)), str(day + dt.timedelta(days=30)))
    later = day + dt.timedelta(days=60)
    assert "R1" not in delivered(told_late.records, day), "on that day nobody knew"
    assert "R1" in delivered(told_late.records, day, later)
    assert "R1" in replace(told_late, known_on=later).baseline.done
    assert "R1" in replace(told_late, known_on=later).delivered()
    assert "R1" not in replace(told_late, known_on=later).game.players, "the game asks the same baseline"
    assert "R1" in told_late.game.players


def test_delivering_is_order_free_and_says_twice_what_it_says_once(programme: Programme) -> None:
    base = programme.baseline
    a, b = programme.game.players[0], programme.game.players[-1]
    once = base.with_delivered((a, b))
    assert once == base.with_delivered((b,)).with_delivered((a,)) == once.with_delivered(a)
    assert once.delivered == {a, b}
    assert base.with_delivered(()).delivered == base.delivered
    np.testing.assert_array_equal(base.with_delivered(()).network().cost, base.network().cost)
    with pytest.raises(WrongUse, match="C999"):
        base.with_delivered(["C999"])


def test_restrictions_add_up_and_what_is_lifted_again_is_as_before() -> None:
    base = ridge().baseline
    names = [r.id for r in base.records.restrictions if r.effect != "recorded"]
    assert len(names) >= 2
    x, y = names[:2]
    both = base.under([x, y])
    assert both == base.under([y]).under([x]) == both.under([x])
    assert both.changed == {x, y} - base.usual.ids
    back = both.under((), both.changed)
    assert back.restricted == base.usual
    assert not back.changed
    assert both.under(without=[x]).with_delivered(["R1"]) == base.with_delivered(["R1"]).under([y], [x])
    with pytest.raises(WrongUse, match="X99"):
        base.under(["X99"])


def test_a_counterfactual_keeps_its_baseline_and_nothing_can_be_set_on_either() -> None:
    programme = ridge()
    base = programme.baseline
    asked: Counterfactual = base.under(["X1"]).with_delivered(["R2"])
    assert asked.baseline is base
    assert (asked.records, asked.day, asked.done, asked.usual) == (
        base.records,
        base.day,
        base.done,
        base.usual,
    )
    for world, name in ((base, "done"), (asked, "delivered")):
        with pytest.raises(FrozenInstanceError):
            setattr(world, name, frozenset({"R1"}))
    assert programme.under(["X1"]).world.baseline == base
    assert programme.world is base
    assert programme.under(["X1"]).under(["X3"]).world.changed == base.under(["X1", "X3"]).changed


def test_other_records_give_the_baseline_and_the_what_if_anew() -> None:
    programme = ridge()
    day = programme.settings.base_date
    more = reported(programme, str(day - dt.timedelta(days=9)), str(day - dt.timedelta(days=3))).records
    asked = programme.baseline.under(["X1"]).with_delivered(["R2"]).with_records(more)
    assert asked.done == Baseline.of(more).done == {"R1", *programme.baseline.done}
    assert asked.delivered == {"R2"}
    assert asked.changed == {"X1"}


# who may look up what is done in statuses, or ask which restrictions are in force, and how often
DONE_IN_STATUSES = {"register/status.py": 1}
IN_FORCE = {
    "network/link_states.py": 1,
    "value/baseline.py": 1,
    "value/observed.py": 1,  # what was in force when traffic was counted, not today
}


def test_nobody_else_computes_what_is_done_or_in_force() -> None:
    done: dict[str, int] = {}
    asked: dict[str, int] = {}
    files = sorted(SOURCE.rglob("*.py"))
    assert len(files) > 100
    for file in files:
        name = file.relative_to(SOURCE).as_posix()
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.comprehension) and any(map(_asks_done, node.ifs)):
                done[name] = done.get(name, 0) + 1
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "in_force":
                asked[name] = asked.get(name, 0) + 1
    assert done == DONE_IN_STATUSES, "ask register.status.delivered, or the baseline"
    assert asked == IN_FORCE, "start from the baseline"


def _asks_done(condition: ast.expr) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "done" for n in ast.walk(condition))


def test_statuses_and_delivered_agree_on_every_day(programme: Programme) -> None:
    day = programme.settings.base_date
    looked = 0
    for days in (-400, 0, 30, 400):
        on = day + dt.timedelta(days=days)
        assert programme.delivered(on) == {s.commitment for s in status(programme.records, on) if s.done}
        looked += 1
    assert looked == 4
