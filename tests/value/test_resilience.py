"""Expected losses by what may happen: by hand on parallel links, against the door of `value --with`, and laws
of symmetric worlds."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import milepost
from milepost.cli import run
from milepost.errors import NoSolution, WrongUse
from milepost.programme import Programme
from milepost.records import (
    Agreement,
    Commitment,
    Country,
    Effect,
    Flow,
    Link,
    Node,
    PartialDate,
    Records,
    Restriction,
    Settings,
)
from milepost.value.appraisal.answers import Appraisals
from milepost.value.appraisal.appraisal import Basis
from milepost.value.baseline import Baseline
from milepost.value.resilience import Resilience, resilience_of
from torture import cases

GDP, TRADE, BORDER = 1000.0, 100.0, 5.0  # of each of two countries that are alike; USD a tonne at a border


def risk(ident: str, target: str, probability: float | None, days: float | None, **more: Any) -> Restriction:
    row: dict[str, Any] = {"title": ident, "target_table": "links", "effect": "closed", "basis": "assumed"}
    row |= {"starts": PartialDate("2025"), "probability_per_year": probability, "length_days": days}
    return Restriction(id=ident, target=target, **(row | more))


def parallel(open_: dict[str, float], promised: dict[str, float], *risks: Restriction) -> Records:
    """Two countries that are alike, joined by roads of so many dollars a tonne, some of them promised."""
    links = [
        Link(
            id=name,
            from_node="A",
            to_node="B",
            mode="road",
            km=1.0,
            usd_per_tkm=0.0,
            usd_per_t=usd,
            speed_kmh=speed,  # no link stands twice; hours are worth nothing here
            state=state,
            basis="assumed",
        )
        for state, roads in (("open", open_), ("planned", promised))
        for speed, (name, usd) in enumerate(roads.items(), 40)
    ]
    commitments = [
        Commitment(id=f"K-{n}", agreement="G", title=n, kind="build-link", owed_by=("AAA",), basis="assumed")
        for n in promised
    ]
    effects = [
        Effect(
            id=f"E-{n}",
            commitment=f"K-{n}",
            target_table="links",
            target=n,
            attribute="state",
            after="open",
            basis="assumed",
        )
        for n in promised
    ]
    params = [
        p.model_copy(update={"value": 0.0}) if p.name == "value_of_time_share_per_day" else p
        for p in milepost.open(milepost.example("ridge")).records.params
    ]
    return Records(
        settings=Settings(
            title="t",
            base_date=dt.date(2026, 1, 1),
            base_year=2025,
            discount_rate_per_year=0.05,
            horizon=dt.date(2045, 1, 1),
            deficits="fixed",
        ),
        countries=tuple(
            Country(id=c, name=c, gdp_usd_m=GDP, lat=0, lon=0, basis="assumed") for c in ("AAA", "BBB")
        ),
        nodes=tuple(
            Node(id=n, name=n, country=3 * n, lat=0, lon=0, trade_share=1.0, basis="assumed") for n in "AB"
        ),
        links=tuple(links),
        flows=tuple(
            Flow(exporter=a, importer=b, usd_m=TRADE, valuation="cif")
            for a, b in (("AAA", "BBB"), ("BBB", "AAA"))
        ),
        params=tuple(params),
        agreements=(Agreement(id="G", title="G", basis="assumed"),),
        commitments=tuple(commitments),
        effects=tuple(effects),
        restrictions=risks,
    )


def found(records: Records) -> Resilience:
    assert not milepost.Programme("x", records).check()
    return resilience_of(Baseline.of(records))


def by_hand(dollars: float, today: float) -> float:
    """EV of each of the two, when the cheapest road costs so much instead of what it costs today: wages do
    not move, because both are alike, and nothing is left to solve."""
    theta, moved = 4.0, 0.0
    for share, value in ((0.3, 300.0), (0.25, 1200.0), (0.45, 3000.0)):
        moved += share * ((1 + (dollars + BORDER) / value) / (1 + (today + BORDER) / value)) ** -theta
    bought_at_home = (GDP - TRADE) / GDP
    gain: float = (bought_at_home + (1 - bought_at_home) * moved) ** (1 / theta) - 1
    return GDP * gain


@pytest.mark.parametrize("second", [10.0, 30.0, 70.0, 200.0])
def test_two_parallel_roads_by_hand(second: float) -> None:
    """The short road may close for 73 days, once in four years; then goods take the far one, or a second
    that is promised, and cheaper or dearer than the short one."""
    short, far = 20.0, 90.0
    answer = found(parallel({"short": short, "far": far}, {"second": second}, risk("X", "short", 0.25, 73.0)))
    weight = 0.25 * 73 / 365
    without = weight * (0.0 - by_hand(far, short))
    beside = weight * (by_hand(min(short, second), short) - by_hand(min(far, second), short))
    assert without > 0.1
    np.testing.assert_allclose(answer.expected_loss, [without] * 2, rtol=1e-9)
    np.testing.assert_allclose(answer.expected_loss_delivered, [beside] * 2, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(answer.resilience_alone, [[without - beside] * 2], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(answer.resilience_last, answer.resilience_alone)  # there is no other
    assert answer.loss[0, 0, 0] == pytest.approx(-by_hand(far, short))
    assert answer.value_alone[0, 0] == pytest.approx(by_hand(min(short, second), short), abs=1e-9)
    if second == 30.0:  # worth nothing in quiet times, and much in a crisis
        assert answer.value_alone[0, 0] == 0
        assert answer.resilience_alone[0, 0] > 0.05
    if second == 10.0:  # what is better than the road that may close makes its closing cost nothing
        assert beside == 0
    if second == 200.0:  # nobody would ever take it
        assert answer.resilience_alone[0, 0] == 0


roads = st.floats(1, 150)
likely, long = st.floats(0, 1), st.floats(0, 365)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float], list[Restriction]]:
    """Roads that are open, and at least one that never closes; promised ones; risks on open ones."""
    open_ = {f"o{k}": draw(roads) for k in range(draw(st.integers(1, 3)))}
    promised = {f"p{k}": draw(roads) for k in range(draw(st.integers(1, 3)))}
    risks = [
        risk(
            f"X{k}",
            draw(st.sampled_from(sorted(open_))),
            draw(likely),
            draw(long),
            **draw(st.sampled_from([{}, {"effect": "dearer", "usd_per_t": 30.0}])),
        )
        for k in range(draw(st.integers(1, 3)))
    ]
    return {**open_, "always": 200.0}, promised, risks


@cases(25, 400)
@given(worlds())
def test_a_second_path_never_raises_what_is_expected_to_be_lost(
    world: tuple[dict[str, float], dict[str, float], list[Restriction]],
) -> None:
    """A road beside those that may close: what is lost is the step from the cheapest to the next, and another
    road only makes it smaller."""
    open_, promised, risks = world
    answer = found(parallel(open_, promised, *risks))
    assert (answer.expected >= -1e-9).all()
    assert answer.resilience_alone.min() >= -1e-9
    assert answer.resilience_last.min() >= -1e-9
    np.testing.assert_allclose(answer.resilience_alone[:, 0], answer.resilience_alone[:, 1], atol=1e-8)


@cases(15, 200)
@given(roads, st.lists(roads, min_size=1, max_size=2), likely, long)
def test_what_may_itself_close_never_lowers_it(
    usd: float, others: list[float], probability: float, days: float
) -> None:
    """The only risk is that of the promised road: without it nothing can happen."""
    open_ = {f"o{k}": v for k, v in enumerate(others)}
    answer = found(parallel(open_, {"p": usd}, risk("X", "p", probability, days)))
    assert not answer.expected_loss.any()
    assert answer.resilience_alone.max() <= 1e-9
    if usd < min(others) - 1 and probability * days > 1:
        assert answer.resilience_alone.max() < 0


@cases(10, 100)
@given(likely, long, st.floats(0, 1))
def test_it_is_linear_in_probability_and_in_length(probability: float, days: float, part: float) -> None:
    world = {"short": 20.0, "far": 90.0}, {"second": 50.0}

    def told(p: float, d: float) -> np.ndarray:
        return found(parallel(*world, risk("X", "short", p, d))).resilience_alone

    whole = told(probability, days)
    np.testing.assert_allclose(told(part * probability, days), part * whole, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(told(probability, part * days), part * whole, rtol=1e-9, atol=1e-12)
    assert not told(0.0, days).any()
    assert not told(probability, 0.0).any()
    assert told(1.0, 365.0).min() > 0.1


def ridge(*rows: Restriction, model: str = "one-sector", margin: float = 0.0) -> Programme:
    base = milepost.open(milepost.example("ridge"))
    settings = base.settings.model_copy(update={"model": model})
    share = base.records.params[0].model_copy(
        update={"id": "T1", "name": "rate_margin_share", "applies_to": "all", "value": margin}
    )
    params = (*base.records.params, share) if margin else base.records.params
    records = replace(base.records, settings=settings).with_rows(restrictions=rows, params=params)
    return replace(base, records=records)


SNOW = {"target_table": "nodes"}
PAPERS = {"target_table": "nodes", "effect": "dearer", "hours": 12.0, "starts": PartialDate("2027")}


@pytest.mark.parametrize(
    ("model", "margin", "with_"),
    [("one-sector", 0.0, ()), ("one-sector", 0.3, ("P",)), ("many-sectors", 0.0, ("P",))],
)
def test_a_whole_year_for_certain_is_what_the_closure_costs(
    model: str, margin: float, with_: tuple[str, ...]
) -> None:
    """The same numbers through the door of `value --with`, set by set; in a world where something else holds
    already, too."""
    papers = risk("P", "GATE", None, None, **PAPERS)
    programme = ridge(risk("S", "GATE", 1.0, 365.0, **SNOW), papers, model=model, margin=margin).under(with_)
    struck = programme.under(["S"])
    answer = programme.resilience()
    assert [r.ident for r in answer.risks] == ["S"]

    def welfare(asked: Programme, names: tuple[str, ...]) -> NDArray[np.float64]:
        alone = asked.game.restriction_effect
        return asked.game.value(names) + (np.zeros(1) if alone is None else alone)

    def lost(names: tuple[str, ...]) -> NDArray[np.float64]:
        return welfare(programme, names) - welfare(struck, names)

    everything = answer.commitments
    close: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(answer.expected_loss, lost(()), **close)
    assert answer.expected_loss.sum() > 1
    np.testing.assert_allclose(answer.expected_loss_delivered, lost(everything), **close)
    if not with_:
        told = struck.value(everything).offset
        assert told is not None
        np.testing.assert_allclose(
            answer.expected_loss_delivered, [-told.delivered[c] for c in answer.countries], **close
        )
    for k, name in enumerate(everything):
        others = tuple(n for n in everything if n != name)
        np.testing.assert_allclose(answer.resilience_alone[k], lost(()) - lost((name,)), **close)
        np.testing.assert_allclose(answer.resilience_last[k], lost(others) - lost(everything), **close)
        np.testing.assert_allclose(
            answer.value_last[k], welfare(programme, everything) - welfare(programme, others), **close
        )


def test_several_add_up_and_what_may_happen_is_in_no_value() -> None:
    snow = risk("S", "GATE", 0.3, 70.0, **SNOW)
    stop = risk("T", "XWV", 0.02, 365.0, target_table="countries", partner="XEM")
    both, one, other = (ridge(*rows).resilience() for rows in ((snow, stop), (snow,), (stop,)))
    np.testing.assert_allclose(both.resilience_alone, one.resilience_alone + other.resilience_alone)
    np.testing.assert_allclose(both.expected_loss, one.expected_loss + other.expected_loss)
    np.testing.assert_array_equal(ridge(snow, stop).game.table(), ridge().game.table())
    assert not ridge(snow, stop).baseline.usual.ids  # though both have begun by their dates
    over = risk("O", "GATE", 0.3, 70.0, ends=PartialDate("2025-06"), **SNOW)
    assert not ridge(over).resilience().risks  # it can no more happen
    assert not ridge(snow).under(["S"]).resilience().risks  # it has happened


def test_a_ban_without_an_equilibrium_names_itself() -> None:
    with pytest.raises(NoSolution, match=r"While B \(B\) holds: "):
        ridge(risk("B", "", 0.1, 10.0, target_table="programme")).resilience()


def test_an_appraisal_tells_it_beside_and_counts_it_nowhere() -> None:
    snow = risk("S", "GATE", 0.3, 70.0, **SNOW)
    programme = ridge(snow)

    def appraised(asked: Programme, names: tuple[str, ...], basis: Basis = "last") -> Appraisals:
        return asked.with_resilience(asked.appraise(names, draws=0, rate=0.05, basis=basis))

    plain, risky = (appraised(p, ("R3", "R4")) for p in (ridge(), programme))
    assert plain.resilience is None
    last = programme.resilience()
    sums = dict(zip(last.commitments, last.resilience_last.sum(axis=1).tolist(), strict=True))
    assert risky.resilience == {name: sums[name] for name in ("R3", "R4")}
    alone = appraised(programme, ("R4",), "alone")
    assert alone.resilience is not None
    assert alone.resilience["R4"] == pytest.approx(last.resilience_alone[last.commitments.index("R4")].sum())
    assert alone.resilience["R4"] > 0.1
    without = {k: v for k, v in risky.as_dict().items() if k != "resilience_musd_per_year"}
    assert without == {k: v for k, v in plain.as_dict().items() if k != "resilience_musd_per_year"}
    ban = risk("B", "", 0.1, 10.0, target_table="programme")
    assert appraised(ridge(ban), ("R4",)).resilience is None  # no equilibrium, no number


COLUMNS = "id,title,target_table,target,starts,effect,probability_per_year,length_days,basis,source"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ("closed,1.5,10", "probability_per_year", "1.5"),
        ("closed,-0.1,10", "probability_per_year", "-0.1"),
        ("closed,often,10", "probability_per_year", "often"),
        ("closed,0.1,400", "length_days", "400"),
        ("closed,0.1,-1", "length_days", "-1"),
        ("closed,0.1,", "length_days", "length_days is empty"),
        ("closed,,10", "probability_per_year", "probability_per_year is empty"),
        ("recorded,0.1,10", "effect", "would count for nothing"),
    ],
)
def test_bad_cells_are_findings(tmp_path: Path, cells: str, column: str, words: str) -> None:
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    file = tmp_path / "ridge/restrictions.csv"
    file.write_text(f"{COLUMNS}\nX9,Snow,nodes,GATE,2026,{cells},assumed,\n", encoding="utf-8")
    (finding,) = milepost.open(tmp_path / "ridge").check()
    assert (finding.column, finding.line) == (column, 2)
    assert words in str(finding)
    assert run(["resilience", str(tmp_path / "ridge")]) == 1


def test_a_chance_that_is_supposed_is_that_of_a_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), where)
    supposed = milepost.open(where).resilience({"X1": (0.3, 70)}).as_dict()
    assert supposed["expected_loss"]["all"] > 0.1
    assert run(["resilience", str(where), "--risk", "X1=0.3:70", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == supposed
    file = where / "restrictions.csv"
    file.write_text(f"{COLUMNS}\nX1,Snow closes the road at Gate,nodes,GATE,2027,closed,0.3,70,assumed,\n")
    written = milepost.open(where)
    assert written.resilience().as_dict() == supposed
    assert written.resilience({"X1": (0.6, 35)}).as_dict()["expected_loss"] == supposed["expected_loss"]
    assert written.resilience({}).risks == ()  # nothing may happen, whatever is on record


@pytest.mark.parametrize(
    ("risk", "said"),
    [
        ("X9=0.1:3", "no restriction 'X9'"),
        ("X1=1.3:3", "give one from 0 to 1"),
        ("X1=nan:3", "give one from 0 to 1"),
        ("X1=0.3:400", "at most 365"),
        ("X1=0.3:0", "more than 0"),
        ("X1=often", "is no risk"),
    ],
)
def test_a_chance_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], risk: str, said: str) -> None:
    folder = str(milepost.example("ridge"))
    assert run(["resilience", folder, "--risk", risk]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    with pytest.raises(WrongUse, match="holds already"):
        milepost.open(folder).under(["X2"]).resilience({"X2": (0.1, 3)})


def test_the_command_tells_what_the_library_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), where)
    assert run(["resilience", str(where)]) == 0
    assert "probability_per_year, from 0 to 1, and length_days" in " ".join(capsys.readouterr().out.split())
    file = where / "restrictions.csv"
    file.write_text(f"{COLUMNS}\nX9,Snow,nodes,GATE,2027,closed,0.3,70,assumed,\n", encoding="utf-8")
    answer = milepost.open(where).resilience()
    assert run(["resilience", str(where)]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "Snow" in out
    assert "in any other figure" in " ".join(out.split())
    assert run(["appraise", str(where), "--draws", "0", "--crises"]) == 0
    assert "Beside the value, and in no figure here" in " ".join(capsys.readouterr().out.split())
    assert run(["resilience", str(where), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == answer.as_dict()
    assert run(["resilience", str(where), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == len(answer.commitments) * len(answer.countries)
    told = sum(float(r["resilience_last_musd_per_year"]) for r in rows)
    assert told == pytest.approx(answer.resilience_last.sum())
    assert answer.resilience_last.sum() != pytest.approx(answer.resilience_alone.sum())
