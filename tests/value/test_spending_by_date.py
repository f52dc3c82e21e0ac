"""Spending by date and a day of delay net: against the rows of costs day by day, and where it is shown."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from test_appraisal import COSTS, DATES, HORIZON, ON, cost, param, ridge, sums, world

import milepost
from milepost.cli import run
from milepost.programme import Programme
from milepost.records import Records
from milepost.value.appraisal.appraisal import delivery_of
from milepost.value.appraisal.by_date import spending_by_date
from milepost.value.appraisal.deferred import deferred
from milepost.value.appraisal.money import npv
from milepost.value.appraisal.spending import SPENT, Books, Calendar, Delivery
from milepost.value.book import book, book_around
from milepost.value.trial import try_dates
from torture import first_seed, many, tortured

RATE = 0.05


def spent(records: Records, name: str, day: dt.date) -> float:
    """The rows of costs of one commitment on the calendar, whatever the day."""
    commitment = next(c for c in records.commitments if c.id == name)
    held = delivery_of(records, commitment, ON, DATES[name])
    late = Delivery(day, max((day - held.day).days, 0) / 365.25, held.life_years)
    found = Books(records, Calendar.of(ON, HORIZON), ON).spending(commitment, late)
    net = found.of(*SPENT) - found.of("residual")
    return records.param("conversion_factor") * npv(net, math.expm1(RATE))


def dated() -> Records:
    """The world with years stated for all capital, so that every piece is a straight line."""
    more = (
        cost("K10", "R2", "capital", 40, first_year=2026, last_year=2028),
        cost("K11", "R2", "maintenance", 2),
        cost("K12", "R3", "capital", 9, first_year=2025, last_year=2027, life_years=9),
    )
    return world(costs=[*(c for c in COSTS if c.id not in ("K4", "K5")), *more])


@tortured(3 * many(60, 2000))
@pytest.mark.parametrize(
    ("records", "near"),
    [(dated(), 1e-9), (world(), 2e-3), (world(param("cost_escalation_per_year", 0.03)), 2e-3)],
    ids=["straight", "bent", "dearer"],
)
def test_it_is_that_of_the_rows_on_any_day(records: Records, near: float) -> None:
    found = spending_by_date(records, DATES, on=ON, horizon=HORIZON, rate_per_year=RATE)
    assert set(found) == {"R1", "R2", "R3"}
    rng = random.Random(first_seed(3))
    for name, one in found.items():
        assert one.at(None) == 0.0
        for _ in range(many(60, 2000)):
            day = rng.randrange((HORIZON - ON).days)
            # the last years hold less and less of capital that slips beyond them: no straight line
            close = near if day < 5500 else max(near, 1e-3)
            want = spent(records, name, ON + dt.timedelta(days=day))
            assert one.at(day) == pytest.approx(want, abs=close * max(one.musd))
        assert len(one.days) < 200
        assert list(one.days) == sorted(set(one.days))


def test_a_day_later_in_the_book_is_what_a_day_of_delay_saves() -> None:
    records = dated()
    options = {"on": ON, "rate_per_year": RATE, "horizon": HORIZON}
    game = sums()
    curves = spending_by_date(records, DATES, **options)  # type: ignore[arg-type]
    kept = replace(book(game, DATES, **options), spending=curves)  # type: ignore[arg-type]
    later = deferred(records, DATES, **options)  # type: ignore[arg-type]
    for name in ("R1", "R2", "R3"):
        day = DATES[name]
        assert day is not None
        moved = {**DATES, name: day + dt.timedelta(days=1)}
        saved = kept.spent(DATES) - kept.spent(moved)
        assert saved == pytest.approx(later[name].saved, abs=1e-9)
        tried = try_dates(game, DATES, moved, **options)  # type: ignore[arg-type]
        told = replace(tried, saved=saved).as_dict()
        assert told["net"] == pytest.approx(told["change_all"] + saved)
    # what is never delivered is never spent, and a book around moved dates tells the same
    never = {**DATES, "R2": None}
    assert kept.spent(DATES) - kept.spent(never) == pytest.approx(spent(records, "R2", DATES["R2"] or ON))
    around = book_around(kept, game, {"R2": None})
    assert around.spent(DATES) == kept.spent(DATES)
    assert set(kept.as_dict()["spending"]) == {"R1", "R2", "R3"}


def test_what_waits_becomes_dearer_where_that_is_stated() -> None:
    plain, dear = world(), world(param("cost_escalation_per_year", 0.04))
    terms = {"on": ON, "horizon": HORIZON, "rate_per_year": RATE, "days": 200}
    still, moving = (deferred(r, DATES, **terms) for r in (plain, dear))  # type: ignore[arg-type]
    for name, one in moving.items():
        assert still[name].dearer == 0
        assert one.later == pytest.approx(still[name].later)
        assert one.dearer > 0
        assert one.saved == pytest.approx(one.later - one.dearer)
        want = spent(dear, name, DATES[name] or ON) - spent(
            dear, name, (DATES[name] or ON) + dt.timedelta(days=200)
        )
        assert one.saved == pytest.approx(want, abs=1e-9)
    # R2 spends all its capital in years to come: it is dearer by the price of 200 days, residual and all
    assert moving["R2"].dearer < 40 * 1.5 * (1.04 ** (200 / 365.25) - 1) * 1.2


def free() -> Programme:
    records = ridge()
    plain = [c.model_copy(update={"cost_usd_m": None}) for c in records.commitments]
    return Programme("ridge", records.with_rows(commitments=plain))


def test_calls_are_ranked_by_the_net_and_tell_both_parts() -> None:
    programme = milepost.open(milepost.example("ridge"))
    delay, calls = programme.delay(), [c for c in programme.calls() if not c.milestone]
    nets = [c.net_of_a_day_musd or 0.0 for c in calls]
    assert nets == sorted(nets, reverse=True)
    looked = 0
    for call in calls:
        if call.net_of_a_day_musd is None:
            assert call.saved_of_a_day_musd is None
            continue
        looked += 1
        assert call.cost_of_a_day_musd is not None
        assert call.saved_of_a_day_musd == pytest.approx(delay.saved[call.commitment])
        assert call.net_of_a_day_musd == pytest.approx(call.cost_of_a_day_musd - delay.saved[call.commitment])
    assert looked == 3
    # one that loses nothing by a day and saves by spending later comes last: it is no one's first call
    assert calls[-1].commitment == "R1"
    assert nets[-1] < 0
    table, frame = delay.table(), delay.frame()
    assert table[0][-4:] == ["all", "saved", "escalation", "net"]
    np.testing.assert_allclose(frame["net"], frame["all"] - frame["saved"])


def test_without_costs_it_is_as_it_was() -> None:
    programme, with_costs = free(), milepost.open(milepost.example("ridge"))
    delay = programme.delay()
    assert delay.saved == delay.escalation == {}
    assert delay.net == pytest.approx(delay.sums(delay.cost))
    np.testing.assert_allclose(delay.cost, with_costs.delay().cost)
    calls = programme.calls()
    lost = [c.cost_of_a_day_musd or 0.0 for c in calls]
    assert lost == sorted(lost, reverse=True)
    assert all(c.saved_of_a_day_musd is None for c in calls)
    assert [c.net_of_a_day_musd for c in calls] == [c.cost_of_a_day_musd for c in calls]


def test_the_commands_show_both_parts(capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(milepost.example("ridge"))
    for command in ("calls", "delay"):
        assert run([command, folder]) == 0
        text = capsys.readouterr().out
        head = next(line for line in text.splitlines() if "saved" in line and "lost" in line)
        assert head.index("net") < head.index("lost") < head.index("saved")
        assert max(map(len, text.splitlines())) <= 80
