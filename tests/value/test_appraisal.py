"""Costs beside values: laws on invented worlds, a slow twin, findings, the workbook in another program."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.records import Cost, Financing, Growth, Param, Price, Records
from milepost.report.appraisal_workbook import write_appraisal
from milepost.results import csv_text
from milepost.value.appraisal.answers import Appraisals, appraise, question
from milepost.value.appraisal.appraisal import Question, cases_of
from milepost.value.appraisal.checks import findings
from milepost.value.appraisal.growing import Growing
from milepost.value.appraisal.loans import debt_service
from milepost.value.appraisal.money import npv
from milepost.value.appraisal.prices import Dollars
from milepost.value.appraisal.risk import rates_of_return
from milepost.value.appraisal.roots import eirr
from milepost.value.appraisal.service import in_service, year_starts
from milepost.value.appraisal.switching import day_later, switching
from milepost.value.ceilings import TRAFFIC, Ceilings
from milepost.value.game import Game

ON, HORIZON = dt.date(2026, 1, 1), dt.date(2046, 1, 1)
DATES: dict[str, dt.date | None] = {
    "R1": dt.date(2027, 6, 30),
    "R2": dt.date(2028, 12, 31),
    "R3": dt.date(2026, 3, 1),
    "R4": None,
}
EARNED = {"R1": (4.0, 2.0, 0.5), "R2": (3.0, 5.0, 1.0), "R3": (0.5, 0.5, 2.0), "R4": (-0.5, 1.0, 3.0)}


@cache
def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def sums(scale: float = 1.0) -> Game:
    """A game in which halves of the railway are worth more together."""

    def worth(names: frozenset[str]) -> np.ndarray:
        whole = sum((np.array(EARNED[n]) for n in names), np.zeros(3))
        return np.asarray(scale * (whole + (10.0 if {"R1", "R2"} <= names else 0.0)))

    return Game(("R1", "R2", "R3", "R4"), ("XWV", "XRL", "XEM"), worth)


def cost(ident: str, commitment: str, kind: str, amount: float, **more: Any) -> Cost:
    given: dict[str, Any] = {"currency": "USD", "price_year": 2025, "basis": "assumed", **more}
    return Cost(id=ident, commitment=commitment, kind=kind, amount_m=amount, **given)


COSTS = (
    cost("K1", "R1", "capital", 60, first_year=2024, last_year=2027, life_years=50, payer="XWV"),
    cost("K2", "R1", "maintenance", 1),
    cost("K3", "R1", "renewal", 5, every_years=6.5),
    cost("K4", "R2", "capital", 40, currency="EUR", price_year=2023),
    cost("K5", "R3", "capital", 3),
    cost("K6", "R3", "operation", 0.2, first_year=2028),
    cost("K7", "R3", "residual", 1),
    cost("K8", "R4", "capital", 12, payer="XRL"),
)
PRICES = (
    Price(currency="USD", year=2023, price_index=90.0, basis="assumed"),
    Price(currency="USD", year=2025, price_index=99.0, basis="assumed"),
    Price(currency="EUR", year=2023, usd_per_unit=1.5, basis="assumed"),
)
GROWTH = (
    Growth(
        id="G1", country="XWV", first_year=2026, percent_per_year=2, low_percent=1, high_percent=4,
        basis="assumed",
    ),
    Growth(id="G2", country="*", first_year=2026, last_year=2030, percent_per_year=3, basis="assumed"),
    Growth(id="G3", country="XEM", measure="trade", first_year=2027, percent_per_year=-1, basis="assumed"),
)  # fmt: skip
LOAN = Financing(
    id="L1", commitment="R4", kind="loan", by="a bank", amount_m=6, currency="USD", price_year=2025,
    rate_percent=6, grace_years=2, tenor_years=9, repaid_by="XRL", basis="assumed",
)  # fmt: skip

GRANT = LOAN.model_copy(
    update={
        "id": "L2", "kind": "grant", "amount_m": 3.0, "rate_percent": None, "grace_years": None,
        "tenor_years": None, "repaid_by": "",
    }
)  # fmt: skip


def param(name: str, value: float, applies_to: str = "all") -> Param:
    return Param(id=f"{name}-{applies_to}", name=name, value=value, applies_to=applies_to, basis="assumed")


def world(*params: Param, **tables: Any) -> Records:
    held: dict[str, Any] = {"costs": COSTS, "prices": PRICES, "growth": GROWTH, **tables}
    return ridge().with_rows(params=(*ridge().params, *params), **held)


def asked(rate: float = 0.06, **more: Any) -> Question:
    return Question(ON, HORIZON, rate, **more)


def done(records: Records | None = None, game: Game | None = None, **more: Any) -> Appraisals:
    dates: Mapping[str, dt.date | None] = more.pop("dates", DATES)
    names = more.pop("names", ())
    return appraise(records or world(), game or sums(), asked(**more), dates, names=names)


def by_days(value: np.ndarray, growth: np.ndarray, day: dt.date, end: dt.date, ramp: float) -> list[float]:
    """The benefit of each year, a day at a time."""
    total = [0.0] * growth.shape[1]
    at = day
    while at < end:
        k = at.year - ON.year
        days = (dt.date(at.year + 1, 1, 1) - dt.date(at.year, 1, 1)).days
        since = ((at - day).days + 0.5) / 365.25
        total[k] += float(value @ growth[:, k]) * (min(1.0, since / ramp) if ramp else 1.0) / days
        at += dt.timedelta(days=1)
    return total


@pytest.mark.parametrize("ramp", [0.0, 3.0])
@pytest.mark.parametrize("life", [30.0, 7.0])
def test_streams_are_those_of_a_slow_twin(ramp: float, life: float) -> None:
    records = world(param("ramp_up_years", ramp), param("economic_life_years", life))
    answer = done(records, basis="last")
    found = answer.one["R1"].streams
    growth = np.ones((3, 20))
    for k in range(20):
        for t in range(2026, 2026 + k + 1):
            growth[0, k] *= 1.02
            growth[1, k] *= 1.03 if t <= 2030 else 1.0
            growth[2, k] *= 0.99 if t >= 2027 else 1.0
    day = dt.date(2027, 6, 30)
    end = min(HORIZON, day + dt.timedelta(days=round(life * 365.25)))
    value = np.array([14.0, 12.0, 10.5])  # all less all but R1
    assert found.benefit == pytest.approx(by_days(value, growth, day, end, ramp), rel=1e-6)
    assert found.capital[:2] == pytest.approx([15, 15])
    assert answer.one["R1"].sunk == pytest.approx(30)
    running = by_days(np.ones(1), np.ones((1, 20)), day, end, 0.0)
    assert found.maintenance == pytest.approx(running)
    again = [2027.496 + 6.5 * k for k in (1, 2) if 2027.496 + 6.5 * k < end.year + (end.month - 1) / 12]
    assert np.flatnonzero(found.renewal).tolist() == [int(year) - 2026 for year in again]
    used = (end - day).days / 365.25
    assert found.left.sum() == pytest.approx(30 * (1 - used / 50))
    assert np.flatnonzero(found.left).tolist() == [(end - dt.timedelta(days=1)).year - 2026]
    net = found.benefit + found.left - found.capital - found.renewal - found.maintenance
    assert answer.one["R1"].measures.npv == pytest.approx(sum(c / 1.06**t for t, c in enumerate(net)))


def test_amounts_become_dollars_of_the_base_year() -> None:
    dollars = Dollars(world())
    assert dollars.musd(40, "EUR", 2023) == pytest.approx(40 * 1.5 * 99 / 90)
    assert dollars.musd(40, "USD", 2025) == 40
    with pytest.raises(WrongUse, match="milepost check"):
        dollars.musd(1, "RUB", 2023)
    spent = done().one["R2"].streams.capital
    assert spent.sum() == pytest.approx(66)
    assert spent[:3] == pytest.approx([22, 22, 22], rel=0.01)  # three years before the last day of 2028


@pytest.mark.parametrize(("scale", "rate"), [(0.1, 0.0), (7.3, 0.06), (41.0, 0.25)])
def test_it_is_linear_in_money(scale: float, rate: float) -> None:
    costs = tuple(row.model_copy(update={"amount_m": row.amount_m * scale}) for row in COSTS)
    more, once = done(world(costs=costs), sums(scale), rate=rate), done(rate=rate)
    for name, found in once.one.items():
        other = more.one[name]
        assert other.measures.npv == pytest.approx(scale * found.measures.npv, rel=1e-9, abs=1e-9 * scale)
        assert other.measures.eirr.roots == pytest.approx(found.measures.eirr.roots, rel=1e-6)
        assert other.measures.bcr == pytest.approx(found.measures.bcr)
    assert more.all_together is not None
    assert once.all_together is not None
    assert more.all_together.measures.npv == pytest.approx(scale * once.all_together.measures.npv, rel=1e-9)


def test_with_one_change_of_sign_it_falls_with_the_rate() -> None:
    looked = 0
    at = [done(rate=rate) for rate in (0.0, 0.03, 0.06, 0.09, 0.2)]
    for name, found in at[0].one.items():
        if found.measures.eirr.sign_changes != 1:
            continue
        values = [a.one[name].measures.npv for a in at]
        looked += 1
        assert all(b < a for a, b in pairwise(values) if b > 0)
        rate = found.measures.eirr.rate
        assert rate is not None
        assert done(rate=rate).one[name].measures.npv == pytest.approx(0, abs=1e-9)
    assert looked >= 2


def test_all_together_are_what_is_delivered_by_then() -> None:
    """In the order of the timetable; the shares sum to V of all, and the streams to those of V(S_t)."""
    records, game = world(growth=()), sums()
    answer = done(records, game)
    whole = answer.all_together
    assert whole is not None
    assert sum(answer.in_order.values()) == pytest.approx(game.value(game.players))
    days = {name: case.delivery.day for name, case in answer.cases.items()}
    for k, year in enumerate(answer.years):
        first, last = dt.date(year, 1, 1).toordinal(), dt.date(year + 1, 1, 1).toordinal()
        by_day = [
            game.value([n for n, d in days.items() if d.toordinal() <= at]).sum() for at in range(first, last)
        ]
        assert whole.streams.benefit[k] == pytest.approx(sum(by_day) / (last - first), rel=1e-9)
    for kind in ("capital", "renewal", "maintenance", "operation", "left"):
        assert getattr(whole.streams, kind) == pytest.approx(
            sum(getattr(found.streams, kind) for found in answer.one.values())
        )
    assert sum(p.measures.npv for p in done(records, game, basis="timetable").one.values()) == pytest.approx(
        whole.measures.npv
    )


@pytest.mark.parametrize("basis", ["alone", "last", "shapley"])
def test_v_is_what_was_asked_for(basis: str) -> None:
    game = sums()
    answer = done(basis=basis, game=game)
    shares = milepost.shapley(game)
    table = {"alone": shares.alone, "last": shares.last, "shapley": shares.share}[basis]
    for name, found in answer.one.items():
        assert list(found.value.values()) == pytest.approx(table[shares.commitments.index(name)].tolist())
    assert answer.one["R1"].value["XWV"] == pytest.approx({"alone": 4, "last": 14, "shapley": 9}[basis])


def test_who_pays_and_who_gains_add_up() -> None:
    records = world()
    answer = done(records)
    for found in answer.one.values():
        assert sum(found.purse.net.values()) == pytest.approx(found.measures.npv)
    assert answer.one["R1"].purse.own["XWV"] > answer.one["R1"].purse.own.get("XRL", 0.0)
    # a loan at the rate of discount that is served in time moves who pays when, and nothing else
    paid = done(replace(records, financing=(LOAN,)), names=["R4"]).one["R4"]
    free = answer.one["R4"]
    assert sum(paid.purse.net.values()) == pytest.approx(free.measures.npv)
    assert paid.purse.debt["XRL"] == pytest.approx(free.purse.own["XRL"] - paid.purse.own["XRL"])
    grant = LOAN.model_copy(update={"kind": "grant"})
    given_ = done(replace(records, financing=(grant,)), names=["R4"]).one["R4"]
    assert given_.purse.debt["XRL"] == 0
    assert given_.purse.own["XRL"] == pytest.approx(paid.purse.own["XRL"])
    assert [f.kind for f in given_.funds] == ["grant"]


def test_what_is_received_is_the_money_of_all_purses() -> None:
    """A game with receipts behind V: a third of what each brings to the second country."""
    plain = sums()
    wide = Game(
        plain.players,
        (*plain.countries, "r1", "r2", "r3"),
        lambda names: np.concatenate([plain.value(names), plain.value(names) * [0, 1 / 3, 0]]),
    )
    game = replace(plain, wide=wide)
    answer, bare = done(game=game), done()
    for name, found in answer.one.items():
        other = bare.one[name]
        assert found.measures.npv == pytest.approx(other.measures.npv)
        assert found.purse.received["XRL"] == pytest.approx(found.purse.benefit["XRL"] / 3)
        assert found.purse.received["XWV"] == 0
        paid = sum(other.purse.own.values())
        assert found.financial.npv == pytest.approx(found.purse.received["XRL"] - paid)
        assert other.financial.npv == pytest.approx(-paid)
        assert not other.financial.eirr.roots or other.financial.eirr.sign_changes > 0
    whole = answer.all_together
    assert whole is not None
    assert whole.financial.npv == pytest.approx(
        sum(whole.purse.received.values()) - sum(whole.purse.own.values())
    )
    assert whole.measures.npv == pytest.approx(bare.all_together.measures.npv)  # type: ignore[union-attr]


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=5),
    st.floats(0, 0.2),
    st.integers(0, 6),
    st.integers(1, 20),
)
@settings(max_examples=40)
def test_a_loan_is_paid_back(drawn: list[int], rate: float, grace: int, more: int) -> None:
    years = [float(d) for d in drawn] + [0.0] * 40
    interest, principal, owed = debt_service(years, rate, grace, grace + more)
    assert principal.sum() + owed == pytest.approx(sum(drawn))
    assert (principal >= 0).all()
    assert owed == pytest.approx(0, abs=1e-9)
    # at its own rate a loan is worth what is drawn
    assert milepost.npv(interest + principal, rate) == pytest.approx(milepost.npv(years, rate))
    first = next((k for k, d in enumerate(years) if d), None)
    if first is not None:
        assert not principal[: first + min(grace, grace + more - 1) + 1].any()


def test_switching_values_switch() -> None:
    records, rate = world(), 0.06
    looked = set()
    for case in cases_of(records, sums(), asked(rate), DATES):
        found, streams = switching(case, rate), case.streams()

        def net(cost: float = 1.0, benefit: float = 1.0, s: Any = streams) -> float:
            return milepost.npv(benefit * s.benefit + s.left - cost * s.cost, rate)

        if found.cost is not None:
            looked.add("cost")
            assert net(cost=found.cost) == pytest.approx(0, abs=1e-9)
        if found.benefit is not None:
            looked.add("benefit")
            assert net(benefit=found.benefit) == pytest.approx(0, abs=1e-9)
        if found.growth is not None:
            looked.add("growth")
            growth = Growing.of(records, case.countries, 2026, 2045).factors(2026, 2045, found.growth)
            benefit = (case.value @ growth) * case.served()
            assert milepost.npv(benefit + streams.left - streams.cost, rate) == pytest.approx(0, abs=1e-5)
        if found.delay_years is not None:
            looked.add("delay")
            assert 0 < found.delay_years < 25
    assert looked >= {"cost", "benefit"}


def test_the_best_year_is_the_best_of_all() -> None:
    """By asking again with another timetable."""
    records = world(
        growth=(Growth(id="G", country="*", first_year=2026, percent_per_year=9, basis="assumed"),)
    )
    dear = tuple(r.model_copy(update={"amount_m": 7 * r.amount_m}) if r.id == "K8" else r for r in COSTS)
    records = replace(records, costs=dear)
    dates = {**DATES, "R4": dt.date(2028, 1, 1)}
    answer = done(records, dates=dates)
    how = answer.moved["R4"]
    tried = {
        year: done(records, dates={**dates, "R4": dt.date(year, 1, 1)}).one["R4"].measures.npv
        for year in range(2028, 2044)
    }
    assert how.best_npv == pytest.approx(max(tried.values()))
    assert tried[how.best_opening] == pytest.approx(how.best_npv)
    assert how.best_opening > 2028


def test_a_days_delay_is_free_where_the_benefit_is_the_interest() -> None:
    """Capital in the year of delivery, without end: a day later loses B / 365 and saves C (1 - v) / 365."""
    rate, capital = 0.06, 100.0
    interest = capital * (1 - 1 / 1.06)
    game = Game(("R4",), ("XWV", "XRL", "XEM"), lambda names: np.array([interest * len(names), 0.0, 0.0]))
    costs = (cost("K", "R4", "capital", capital, first_year=2030), cost("KR", "R4", "residual", 0))
    records = world(param("economic_life_years", 150), costs=costs, growth=())
    (case,) = cases_of(records, game, asked(rate), {"R4": dt.date(2030, 3, 1)})
    lost, saved = day_later(case, rate)
    assert lost > 0
    assert lost == pytest.approx(saved, rel=1e-3)  # a year has 365 or 365.25 days
    double = replace(case, value=2 * case.value)
    assert day_later(double, rate)[0] == pytest.approx(2 * lost)
    assert day_later(double, rate)[1] == pytest.approx(saved)
    dearer = replace(case, books=replace(case.books, records=world(
        param("economic_life_years", 150), param("cost_escalation_per_year", 0.06), costs=costs, growth=()
    )))  # fmt: skip
    assert abs(day_later(dearer, rate)[1]) < 0.05 * saved  # what waits becomes dearer as fast


def test_growth_by_hand() -> None:
    records = world(param("trade_to_gdp_elasticity", 1.5))
    found = Growing.of(records, ("XWV", "XRL", "XEM"), 2024, 2032).factors(2024, 2032)
    assert found[:, 1] == pytest.approx([1, 1, 1])  # 2025 is the base year
    assert found[0, 4] == pytest.approx(1.03**3)
    assert found[1, 8] == pytest.approx(1.045**5)
    assert found[2, 3] == pytest.approx(0.99)
    flat = done(records, flat=True).one["R1"].streams.benefit
    assert flat[3:-1] == pytest.approx(np.full(16, 36.5))
    with pytest.raises(WrongUse, match="horizon"):
        Question(ON, ON, 0.05)


def test_ramp_up_takes_half_of_its_years() -> None:
    starts = year_starts(2026, 2060)
    day, end = dt.date(2030, 1, 1).toordinal(), dt.date(2061, 1, 1).toordinal()
    for ramp in (0.5, 1.0, 4.0):
        slow, fast = (in_service(float(day), starts, float(end), r) for r in (ramp, 0.0))
        assert (fast - slow).sum() == pytest.approx(ramp / 2, rel=2e-3)
        assert slow[-1] == pytest.approx(1.0, abs=1e-12)
    assert not in_service(float(day), starts, float(day - 400), 1.0).any()


@given(st.lists(st.lists(st.integers(-50, 50), min_size=7, max_size=7).filter(any), min_size=1, max_size=20))
def test_a_drawn_rate_of_return_is_the_highest_root_at_which_the_npv_falls(streams: list[list[int]]) -> None:
    """Beside the roots that are told apart in whole numbers."""
    for stream, found in zip(streams, rates_of_return(np.array(streams, dtype=np.float64)), strict=True):
        roots = [r for r in eirr(stream).roots if -0.98 < r < 199]
        step = 1e-4
        falling = [r for r in roots if npv(stream, r - step) > 0 > npv(stream, r + step)]
        close = [b - a < 0.02 * (1 + a) for a, b in pairwise(roots)]
        if any(close) or any(r < -0.979 or r > 198 for r in roots):
            continue  # two roots between neighbours of the grid, and one at its end, are not seen
        if falling:
            assert found == pytest.approx(falling[-1], abs=1e-9)
        else:
            first = next(c for c in stream if c)
            assert found == (-1.0 if npv(stream, 199.0) < 0 else np.inf), (stream, roots, first)


def test_drawn_npvs() -> None:
    """Without spread every draw is the NPV; with it the seed decides, and more risk means more below zero."""
    opened = milepost.open(milepost.example("ridge"))
    still = [
        param(f"{of}_ratio_{what}", value)
        for of in ("cost", "benefit")
        for what, value in (("median", 1.0), ("log_sd", 0.0))
    ]
    records = world(*still, growth=(), durations=(), drivers=(), dependencies=())
    drawn = replace(opened.draws(draws=200, worth=False), commitments=(), ends=np.empty((0, 200)))
    answer = appraise(records, sums(), asked(), DATES, drawn=drawn)
    for name, risk in answer.risk.items():
        assert risk.drawn == ()
        assert risk.quantiles == pytest.approx([answer.one[name].measures.npv] * 5)
        assert risk.below_zero == float(answer.one[name].measures.npv < 0)
        rate = answer.one[name].measures.eirr.rate
        assert risk.rates == ((None,) * 5 if rate is None else pytest.approx([rate] * 5))
    drawn = opened.draws(draws=500, worth=False)
    free = appraise(world(), sums(), asked(), DATES, drawn=drawn)
    again = appraise(world(), sums(), asked(), DATES, drawn=drawn)
    assert free.risk == again.risk
    assert free.risk["R1"].drawn == ("dates", "costs", "benefits", "growth")
    for risk in free.risk.values():
        assert list(risk.quantiles) == sorted(risk.quantiles)
        assert 0 <= risk.below_zero <= 1
        rates = [-1.0 if r is None else r for r in risk.rates]
        assert rates == sorted(rates)
    doubled = appraise(world(param("cost_ratio_median", 3)), sums(), asked(), DATES, drawn=drawn)
    assert all(doubled.risk[n].quantiles[2] < free.risk[n].quantiles[2] for n in free.risk)


def test_a_commitment_without_a_cost_is_not_appraised() -> None:
    commitments = tuple(
        c.model_copy(update={"cost_usd_m": None}) if c.id == "R3" else c for c in ridge().commitments
    )
    records = world(commitments=commitments, costs=COSTS[:4])
    answer = done(records)
    assert set(answer.one) == {"R1", "R2", "R4"}  # R4 by cost_usd_m
    assert answer.not_appraised["R3"] == "nobody states what it costs"
    with pytest.raises(WrongUse, match="R3 cannot be appraised"):
        done(records, names=["R3"])
    with pytest.raises(WrongUse, match="valued open commitment"):
        done(records, names=["R9"])
    with pytest.raises(WrongUse, match="basis"):
        asked(basis="first")
    with pytest.raises(WrongUse, match="year to appraise to"):
        question(ridge().settings, ON, rate=None, to=0, basis="last", flat=False)


@pytest.mark.parametrize(
    ("table", "row", "column", "said"),
    [
        ("costs", cost("K", "R1", "capital", 5, currency=""), "currency", "no currency"),
        ("costs", cost("K", "R1", "capital", 5, price_year=None), "price_year", "prices of no year"),
        ("costs", cost("K", "R1", "capital", 5, currency="XYZ"), "currency", "'XYZ' is unknown"),
        ("costs", cost("K", "R1", "capital", 5, currency="EUR"), "currency", "no rate of EUR for 2025"),
        ("costs", cost("K", "R1", "capital", 5, price_year=1999), "price_year", "no level of dollar prices"),
        ("costs", cost("K", "R1", "capital", 5, first_year=2019), "first_year", "was signed 2020-05-04"),
        ("costs", cost("K", "R1", "capital", 5, first_year=2027, last_year=2026), "last_year", "ends in"),
        ("costs", cost("K", "R1", "capital", 5, last_year=2026), "last_year", "begins in no year"),
        ("costs", cost("K", "R1", "renewal", 5), "every_years", "without years between"),
        ("costs", cost("K", "R1", "capital", 5, every_years=3), "every_years", "has no every_years"),
        ("financing", LOAN.model_copy(update={"rate_percent": None}), "rate_percent", "no rate percent"),
        ("financing", LOAN.model_copy(update={"tenor_years": None}), "tenor_years", "no tenor years"),
        ("financing", LOAN.model_copy(update={"grace_years": 9.0}), "grace_years", "grace of 9 of 9"),
        ("financing", LOAN.model_copy(update={"amount_m": 13.0}), "amount_m", "capital is 12 MUSD"),
        ("financing", LOAN.model_copy(update={"rate_percent": 250.0}), "rate_percent", "250 % a year"),
        ("financing", GRANT.model_copy(update={"rate_percent": 2.0}), "rate_percent", "is a grant, which"),
        ("financing", GRANT.model_copy(update={"tenor_years": 5.0}), "tenor_years", "is a grant, which"),
        ("financing", GRANT.model_copy(update={"grace_years": 0.0}), "grace_years", "is a grant, which"),
        ("financing", GRANT.model_copy(update={"kind": "equity", "repaid_by": "XRL"}), "repaid_by",
         "equity, which has no"),
        ("costs", COSTS[0].model_copy(update={"id": "K9", "note": "again"}), "id", "the same as"),
        ("costs", cost("K", "R1", "maintenance", 5, life_years=9), "life_years", "counts nowhere"),
        ("growth", GROWTH[0].model_copy(update={"country": "XRL", "percent_per_year": -100.0}),
         "percent_per_year", "-100 % a year"),
        ("growth", GROWTH[0].model_copy(update={"country": "XRL", "low_percent": -150.0}),
         "low_percent", "-150 % a year"),
        ("growth", GROWTH[0].model_copy(update={"id": "G9", "country": "ABC"}), "country", "'ABC' is no"),
        ("growth", GROWTH[1].model_copy(update={"id": "G9"}), "first_year", "that G2 tells as well"),
        ("growth", GROWTH[0].model_copy(update={"country": "XRL", "low_percent": 3.0}), "percent_per_year",
         "outside its band"),
        ("prices", PRICES[0].model_copy(update={"year": 2001, "usd_per_unit": 2.0}), "usd_per_unit",
         "is 2 dollars"),
        ("prices", PRICES[2].model_copy(update={"year": 2001, "usd_per_unit": None}), "usd_per_unit",
         "states no rate"),
        ("prices", PRICES[2].model_copy(update={"currency": ""}), "currency", "no currency"),
        ("prices", PRICES[0].model_copy(update={"year": 2001, "price_index": None}), "price_index",
         "no level of prices"),
        ("prices", PRICES[2].model_copy(update={"year": 2001, "price_index": 90.0}), "price_index",
         "by that of the dollar"),
    ],
)  # fmt: skip
def test_faults_are_found(table: str, row: Any, column: str, said: str) -> None:
    sound = world(financing=(LOAN, GRANT))
    assert findings(sound) == ()
    found = findings(sound.with_rows(**{table: (*sound.rows(table), row)}))
    assert [f for f in found if f.column == column and said in f.message], found
    assert all(f.remedy for f in found)
    if "financing" in table and column != "amount_m":
        extra = findings(sound.with_rows(**{table: (row,)}))
        assert [f.column for f in extra] == [column]


def test_a_cost_below_zero_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(milepost.example("ridge"), folder)
    head = "id,commitment,kind,amount_m,currency,price_year,basis\n"
    (folder / "costs.csv").write_text(head + "K1,R1,capital,-5,USD,2025,assumed\n", encoding="utf-8")
    (found,) = milepost.open(folder).check()
    assert (found.table, found.line, found.column, found.needed_for) == ("costs", 2, "amount_m", "values")
    (folder / "costs.csv").write_text(head + "K1,R1,capital,5,USD,,assumed\n", encoding="utf-8")
    (found,) = milepost.open(folder).check()
    assert (found.table, found.line, found.column) == ("costs", 2, "price_year")


def test_ridge_by_its_stated_costs() -> None:
    """Without a table of costs cost_usd_m is spent over three years, and nothing grows."""
    answer = milepost.open(milepost.example("ridge")).appraise(draws=0, rate=0.05)
    assert set(answer.one) == {"R1", "R2", "R3", "R4"}
    for found in answer.one.values():
        capital = found.streams.capital.sum()
        assert capital == pytest.approx({"R1": 240, "R2": 310, "R3": 12, "R4": 30}[found.ident])
        full = found.streams.benefit[5:19]
        assert full == pytest.approx(np.full(14, full[0]))
    assert json.loads(json.dumps(answer.as_dict(), allow_nan=False)) == answer.as_dict()
    columns, rows = answer.table()
    assert len(list(csv.reader(csv_text(columns, rows).splitlines()))) == 6
    assert answer.ranked()[0].ident == "R1"


def _office() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("needs Debian's libreoffice-calc")
    return found


def _recalculated(*paths: Path) -> list[dict[str, tuple[Any, ...]]]:
    """Of each workbook the rows of the summary after LibreOffice has worked it out, by commitment."""
    home = paths[0].parent
    done_ = subprocess.run(
        [_office(), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
         str(home / "out"), *map(str, paths)],
        env={**os.environ, "HOME": str(home)}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done_.returncode == 0, done_.stderr
    books = [openpyxl.load_workbook(home / "out" / path.name, data_only=True) for path in paths]
    rows = [{str(r[0]): r[1:] for r in b["Summary"].iter_rows(min_row=4, values_only=True)} for b in books]
    assert [len(told) for told in rows] == [5] * len(paths)
    return rows


def _narrow() -> Game:
    """The same game where capacities leave ever less of what grows."""
    kept = np.array([1 / TRAFFIC ** (k / 3) for k in range(4)])
    found = Ceilings(("R1", "R2", "R3", "R4"), kept, np.ones((4, 3)), np.array([0.5, 0.2, 0.3]))
    return replace(sums(), ceilings=lambda: found)


@pytest.mark.office
def test_the_workbook_recalculated_elsewhere_says_the_same(tmp_path: Path) -> None:
    """As it is, and with a rate, a cost, a year's growth and a conversion factor changed by hand, as the
    appraisal says with the same of its inputs changed; capacities then cut more."""
    params = (param("ramp_up_years", 2), param("trade_to_gdp_elasticity", 1.0))
    records = world(*params, param("conversion_factor", 0.9))
    answer = done(records, _narrow())
    path = tmp_path / "appraisal.xlsx"
    write_appraisal(records, answer, path)
    made = openpyxl.load_workbook(path)
    assert str(made["R1"]["B2"].value).startswith("=SUMPRODUCT(")
    assert made["Inputs"]["A4"].value == "discount rate"
    made["Inputs"]["B4"], made["Inputs"]["B5"] = 0.11, 0.8
    (kost,) = (row for row in made["Costs"].iter_rows(min_row=2) if row[0].value == "K5")
    kost[3].value = 7
    year = 2031
    (of_one,) = (row[1] for row in made["Rates"].iter_rows(min_row=2) if row[0].value == year)
    of_one.value = 0.5
    made.save(tmp_path / "changed.xlsx")
    as_it_is, changed = _recalculated(path, tmp_path / "changed.xlsx")
    for ident, (_, worth, rate, ratio, ours) in as_it_is.items():
        found = answer.one.get(ident, answer.all_together)
        assert found is not None
        assert worth == pytest.approx(found.measures.npv, abs=1e-6)
        assert ours == pytest.approx(found.measures.npv, abs=1e-9)
        assert ratio == pytest.approx(found.measures.bcr, rel=1e-9)
        if found.measures.eirr.rate is not None:
            assert rate == pytest.approx(found.measures.eirr.rate, abs=1e-6)
    grown = (
        GROWTH[0].model_copy(update={"last_year": year - 1}),
        GROWTH[0].model_copy(
            update={
                "id": "G8", "first_year": year, "last_year": year, "percent_per_year": 50.0,
                "low_percent": None, "high_percent": None,
            }
        ),
        GROWTH[0].model_copy(update={"id": "G9", "first_year": year + 1}),
        *GROWTH[1:],
    )  # fmt: skip
    costs = tuple(c.model_copy(update={"amount_m": 7.0}) if c.id == "K5" else c for c in COSTS)
    other = done(
        world(*params, param("conversion_factor", 0.8), costs=costs, growth=grown), _narrow(), rate=0.11
    )
    for ident, (_, worth, *_) in changed.items():
        found, before = other.one.get(ident, other.all_together), answer.one.get(ident, answer.all_together)
        assert found is not None
        assert before is not None
        assert worth == pytest.approx(found.measures.npv, abs=1e-6)
        assert abs(worth - before.measures.npv) > 0.1


def test_the_workbook_holds_formulas(tmp_path: Path) -> None:
    """Every number of a year is a formula; the shares of it in service and of costs stand beside; text is no
    formula."""
    titled = tuple(c.model_copy(update={"title": "=1+1"}) for c in ridge().commitments)
    records = world(commitments=titled)
    path = tmp_path / "a.xlsx"
    write_appraisal(records, done(records), path)
    book = openpyxl.load_workbook(path)
    assert {"Summary", "Inputs", "Value", "Rates", "Growth", "Costs", "R1", "All together"} <= set(
        book.sheetnames
    )
    sheet = book["R1"]
    assert str(sheet["B1"].value) == " =1+1"
    for row in sheet.iter_rows(min_row=11, max_row=30, min_col=2, max_col=13):
        assert [str(c.value).startswith("=") for c in row] == [True] * 12
