"""Forecasts: the hazard of ratification, forecasts kept, and their scores."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import milepost
from milepost.acts.forecasts import keep
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.rights import Forbidden
from milepost.acts.rows import edit
from milepost.acts.writing import Register
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.records import Forecast, Instrument, Records
from milepost.register.checks import findings
from milepost.report.brief import brief
from milepost.report.calibration_plot import calibration_svg
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.value.forecasts import SHARES
from milepost.value.ratification import PARTY, TREATY, Hazard, Ratifications, Wait, reference, waits_of
from milepost.value.scoring import crps, score

ON = dt.date(2026, 6, 1)


# --- the hazard ------------------------------------------------------------------------------------------


def waits(seed: int, n: int = 400) -> list[Wait]:
    draw = np.random.default_rng(seed)
    ends, seen = draw.exponential(900.0, n), draw.uniform(0.0, 2_000.0, n)
    return [
        Wait(f"T{k % 7}", f"P{k % 11}", float(min(e, s)), bool(e <= s))
        for k, (e, s) in enumerate(zip(ends, seen, strict=True))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_hazard_is_that_of_a_clerk_who_counts_who_still_waits(seed: int) -> None:
    """Nelson-Aalen by a loop over days: each who ratifies adds one over those still waiting."""
    rows = waits(seed, 60)
    made = Hazard.of(rows)
    for day in (0.0, 100.0, 500.0, 900.0):
        total = 0.0
        for at in {w.days for w in rows if w.ratified and w.days <= day}:
            at_risk = sum(w.days >= at for w in rows)
            total += sum(w.ratified and w.days == at for w in rows) / at_risk
        step = made.cumulative[np.searchsorted(made.days, day, side="right") - 1]
        assert step == pytest.approx(total)


def test_leaving_out_who_still_waits_makes_it_look_quick() -> None:
    """The true chance of exponential waits is found; without the open cases it is far too high."""
    rows = waits(1, 4_000)
    truth = 1 - np.exp(-365 / 900)
    kept = 1 - np.exp(-Hazard.of(rows).upto(365.0))
    hidden = 1 - np.exp(-Hazard.of([w for w in rows if w.ratified]).upto(365.0))
    assert kept == pytest.approx(truth, abs=0.02)
    assert hidden > truth + 0.08
    with pytest.raises(ValueError, match="nobody has ratified"):
        Hazard.of([w for w in rows if not w.ratified])


def test_the_reference_has_its_published_median() -> None:
    """Median 3.4 years, P80 11.6, of 8,610 pairs of the UN Treaty Collection."""
    found = reference()
    years = found.day_of(-np.log(np.array([0.5, 0.2]))) / 365.25
    assert years == pytest.approx([3.44, 11.6], abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_days_and_hazard_are_each_others_inverse(seed: int) -> None:
    for hazard in (Hazard.of(waits(seed)), reference()):
        days = np.random.default_rng(seed).uniform(1.0, 60_000.0, 50)
        assert hazard.day_of(hazard.upto(days)) == pytest.approx(days, rel=1e-6, abs=40)
        assert (np.diff(hazard.upto(np.sort(days))) >= 0).all()


def test_factors_are_drawn_towards_one() -> None:
    """A treaty that everybody ratifies at once is quicker, not infinitely so; who is new: the reference."""
    quick = [Wait("Q", f"P{k}", 30.0, True) for k in range(40)]
    slow = [Wait("S", f"P{k}", 6_000.0, False) for k in range(40)]
    made = Ratifications.of([*quick, *slow])
    assert 1.0 < made.treaty["Q"] < 1 + 40 / TREATY
    assert TREATY / (TREATY + 40 * 3) < made.treaty["S"] < 1.0
    assert abs(made.party["P1"] - 1) < 3 / PARTY
    new = Wait("N", "N", 100.0, False)
    assert made.factor(new) == 1.0
    chance = made.within(new, 365.0)
    base = reference()
    assert chance == pytest.approx(1 - np.exp(-(base.upto(465.0) - base.upto(100.0))))
    days = made.days_to(new, np.array([chance]))
    assert days == pytest.approx([365.0], abs=1.0)


def act(kind: str, party: str, day: str | None) -> Instrument:
    cells: dict[str, Any] = {"id": f"{kind}{party}", "agreement": "A", "party": party, "kind": kind}
    return Instrument.model_validate(cells | {"date": day, "basis": "assumed"})


def test_waits_are_read_from_the_register() -> None:
    ridge = milepost.open(milepost.example("ridge")).records
    acts = [
        act("signature", "X1", "2020-01-01"),
        act("ratification", "X1", "2021-01-01"),
        act("signature", "X2", "2020-01-01"),
        act("ratification", "X2", "2027-01-01"),  # not known yet
        act("accession", "X3", "2022-01-01"),  # never signed
        act("signature", "X4", "2020-01-01"),
        act("withdrawal", "X4", "2021-01-01"),
        act("signature", "X5", None),
        act("signature", "X6", "2026"),  # the year is not over
    ]
    found = {w.party: w for w in waits_of(ridge.with_rows(instruments=acts), ON)}
    assert set(found) == {"X1", "X2"}
    assert (found["X1"].days, found["X1"].ratified) == (366, True)
    assert (found["X2"].days, found["X2"].ratified) == ((ON - dt.date(2020, 1, 1)).days, False)


# --- scores ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_crps_is_that_of_the_normal_distribution(seed: int) -> None:
    """Gneiting and Raftery's closed form, which the nineteen quantiles meet within a few per cent."""
    draw = np.random.default_rng(seed)
    sd, off = float(draw.uniform(200, 2_000)), float(draw.normal(0, 1))
    normal = NormalDist()
    middle = dt.date(2030, 1, 1)
    days = [middle + dt.timedelta(days=round(sd * normal.inv_cdf(u))) for u in SHARES.tolist()]
    outcome = middle + dt.timedelta(days=round(off * sd))
    exact = sd * (off * (2 * normal.cdf(off) - 1) + 2 * normal.pdf(off) - 1 / np.sqrt(np.pi))
    assert crps(days, outcome) == pytest.approx(exact, rel=0.06, abs=0.02 * sd)


def row(ident: str, probability: float, by: str, **more: Any) -> Forecast:
    cells = {"id": ident, "made_on": "2024-01-01", "commitment": "R1", "model": "m"}
    return Forecast.model_validate(cells | {"probability": probability, "by_day": by} | more)


def scored(records: Records, rows: list[Forecast], on: dt.date) -> Any:
    kept = Programme("x", records.with_rows(forecasts=rows))
    return score(kept.records, kept.status(on), on)


def test_scores_of_a_register() -> None:
    """R5 of the ridge is delivered, R1 is not: by hand."""
    ridge = milepost.open(milepost.example("ridge"))
    on = dt.date(2026, 6, 1)
    state = {s.commitment: s for s in ridge.status(on)}
    came = next(s for s in state.values() if s.done and s.delivered_on)
    day = came.delivered_on
    assert day is not None
    late = (day - dt.timedelta(days=1)).isoformat()
    rows = [
        row("hit", 0.8, day.isoformat(), commitment=came.commitment, official="2020-01-01"),
        row("too-late", 0.8, late, commitment=came.commitment),
        row("open", 0.4, "2030-01-01"),
        row("missed", 0.4, "2026-01-01", official="2025-06-01"),
        row("after", 0.4, "2030-01-01", made_on="2026-06-01"),
    ]
    found = scored(ridge.records, rows, on)
    told = {f.id: f for f in found.forecasts}
    assert set(told) == {"hit", "too-late", "open", "missed"}
    assert [told[n].happened for n in ("hit", "too-late", "open", "missed")] == [True, False, None, False]
    assert found.brier == pytest.approx((0.04 + 0.64 + 0.16) / 3)
    assert told["missed"].brier_official == 1.0
    assert told["hit"].brier_official == 0.0
    assert found.figures()["brier_skill"] == pytest.approx(1 - ((0.04 + 0.16) / 2) / 0.5)
    assert [(b.count, b.observed) for b in found.bins] == [
        (0, None),
        (0, None),
        (1, 0.0),
        (0, None),
        (2, 0.5),
    ]
    assert calibration_svg(found).count("<circle") == 2


def test_the_truth_scores_best() -> None:
    """Of probabilities shifted either way, those by which the world was drawn have the least Brier score."""
    draw = np.random.default_rng(7)
    truth = draw.uniform(0.05, 0.95, 4_000)
    happened = draw.uniform(size=4_000) < truth
    means = [float(((np.clip(truth + shift, 0, 1) - happened) ** 2).mean()) for shift in (-0.15, 0.0, 0.15)]
    assert min(means) == means[1]


def test_ratifications_are_judged_by_their_acts() -> None:
    ridge = milepost.open(milepost.example("ridge")).records
    acts = [act("signature", "X1", "2020-01-01"), act("ratification", "X1", "2025-03-01")]
    about = {"of": "ratification", "commitment": "", "agreement": "A"}
    days = [(dt.date(2024, 6, 1) + dt.timedelta(days=60 * k)).isoformat() for k in range(19)]
    rows = [
        row("came", 0.5, "2026-01-01", **about, party="X1", days=tuple(days)),
        row("not", 0.5, "2026-01-01", **about, party="X2"),
    ]
    told = {f.id: f for f in scored(ridge.with_rows(instruments=acts), rows, ON).forecasts}
    assert (told["came"].happened, told["came"].outcome) == (True, dt.date(2025, 3, 1))
    assert told["came"].inside
    assert told["came"].crps == pytest.approx(
        crps([dt.date.fromisoformat(d) for d in days], dt.date(2025, 3, 1))
    )
    assert told["not"].happened is False


# --- kept ------------------------------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path: Path) -> Register:
    copy_example("ridge", tmp_path / "p")
    return Register(str(tmp_path / "p"))


def test_forecasts_are_kept_once_and_never_changed(register: Register) -> None:
    day = dt.date(2025, 6, 1)
    me = at_the_terminal("X")
    done = keep(register, me, "M1", on=day, draws=500)
    programme = milepost.open(register.path)
    held = programme.records.forecasts
    assert done.forecasts == tuple(f.id for f in held)
    assert {f.of for f in held} == {"delivery", "ratification"}
    assert all(f.inputs and f.model and str(f.made_on) == "2025-06-01" and f.meeting == "M1" for f in held)
    assert all(list(f.days) == sorted(f.days) and len(f.days) == len(SHARES) for f in held)
    assert not programme.check()
    again = programme.for_register().forecast(day, "M1", draws=500)
    assert [r.probability for r in again.rows] == [f.probability for f in held]
    with pytest.raises(WrongUse, match="kept already"):
        keep(register, me, "M1", on=day, draws=500)
    with pytest.raises(WrongUse, match="lies ahead"):
        keep(register, me, on=dt.date(2199, 1, 1))
    with pytest.raises(WrongUse, match="meeting"):
        keep(register, me, "M99", draws=500)
    changed = held[0].model_copy(update={"probability": 1.0})
    with pytest.raises(Forbidden, match="stays as it was made"):
        edit(register, Person("s", "secretariat"), [Edit.change(held[0], changed)], "better")


def test_the_brief_says_how_they_did(register: Register) -> None:
    keep(register, at_the_terminal("X"), "M1", on=dt.date(2024, 6, 1), draws=500)
    programme = milepost.open(register.path)
    for code in LANGUAGES:
        say = Language(code)
        start = say.say("limit-forecasts", kept="\x00", judged="", brier="").split("\x00")[0]
        made = brief(programme, language=code, sections=["limits"], on=dt.date(2026, 6, 1))
        told = [line for block in made.sections[0].blocks for line in getattr(block, "items", ())]
        assert any(line.startswith(start) for line in told), code
    early = brief(programme, sections=["limits"], on=dt.date(2024, 6, 2))
    assert "none can be judged yet" in repr(early.sections)


WRONG: dict[str, dict[str, Any]] = {
    "nothing": {"commitment": ""},
    "no party": {"of": "ratification", "agreement": "A1"},
    "days in disorder": {"days": ("2027-01-01", "2026-01-01")},
    "a day before": {"by_day": "2023-01-01"},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_forecast_about_nothing_is_found(fault: str) -> None:
    records = milepost.open(milepost.example("ridge")).records
    good: dict[str, Any] = {
        "id": "f",
        "made_on": "2024-01-01",
        "commitment": "R1",
        "probability": 0.5,
        "model": "m",
    }
    made = [
        Forecast.model_validate(good | {"by_day": "2027-01-01"} | change) for change in ({}, WRONG[fault])
    ]
    assert not findings(records.with_rows(forecasts=made[:1]))
    assert len(findings(records.with_rows(forecasts=made[1:]))) == 1
