"""V's own parameters in the risk of an appraisal, beside worlds that are opened one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.value.appraisal.appraisal import Basis
from milepost.value.appraisal.risk import Drawn, risks
from milepost.value.appraisal.worlds import worlds_of
from milepost.value.drawn import Plan, drawn

WORLDS = 10


def opened() -> milepost.Programme:
    return milepost.open(milepost.example("ridge"))


@pytest.mark.parametrize("basis", ["last", "alone"])
def test_each_world_is_one_that_is_opened_by_itself(basis: Basis) -> None:
    programme = opened()
    players = programme.game.players
    found = worlds_of(lambda **asked: programme.intervals(WORLDS, seed=3, **asked), basis, players)
    nothing = {"R1", "R2"} if basis == "alone" else set()  # halves of one railway
    assert set(found) == set(players) - nothing
    looked_at = 0
    for k, draw in enumerate(Plan.of(programme.records, WORLDS, 3).draws()[:4]):
        other = replace(programme, records=drawn(programme.records, draw))
        for name in found:
            rest = [p for p in players if p != name] if basis == "last" else []
            worth, centre = (
                float((p.game.value({*rest, name}) - p.game.value(rest)).sum()) for p in (other, programme)
            )
            assert found[name][k] == pytest.approx(worth / centre, rel=1e-6), (name, k)
            looked_at += 1
    assert looked_at >= 8


def test_shares_are_drawn_and_the_timetable_is_refused() -> None:
    programme = opened()
    shares = programme.with_parameters_drawn(programme.appraise(basis="shapley", draws=0), WORLDS, draws=200)
    assert all("the parameters of V" in risk.drawn for risk in shares.risk.values())
    with pytest.raises(WrongUse, match="not with --timetable"):
        programme.with_parameters_drawn(programme.appraise(basis="timetable", draws=0), WORLDS)


def test_one_world_like_this_one_changes_nothing_and_half_the_worth_halves_it() -> None:
    programme = opened()
    answer = programme.appraise(draws=300)
    cases, rate = answer.cases, answer.asked.rate
    plain = Drawn({}, (0.0, 0.0), 300, 0, {})
    before = risks(cases, rate, plain)
    same = risks(cases, rate, replace(plain, worlds={n: np.ones(7) for n in cases}))
    none = risks(cases, rate, replace(plain, worlds={n: np.zeros(7) for n in cases}))
    half = risks(cases, rate, replace(plain, worlds={n: np.full(7, 0.5) for n in cases}))
    for name in cases:
        assert same[name].quantiles == before[name].quantiles
        assert half[name].mean == pytest.approx((before[name].mean + none[name].mean) / 2, rel=1e-9)
    mixed = risks(cases, rate, replace(plain, worlds={n: np.array([0.0, 1.0]) for n in cases}))
    spread = [r.quantiles[-1] - r.quantiles[0] for r in (mixed["R1"], before["R1"])]
    assert spread[0] > spread[1]
