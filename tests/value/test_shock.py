"""Trade costs changed from outside: beside the network, never instead of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import milepost
from milepost.errors import BadData, WrongUse
from milepost.network.overlay import Overlay
from milepost.programme import Programme
from milepost.trade.counterfactual_files import Question, from_frame
from milepost.trade.shock import Shock, ShockRow, read_shock
from milepost.value.answers import answer_of
from milepost.value.corridor import corridor_game

MODELS = ("one-sector", "many-sectors")


def ridge(model: str) -> Programme:
    opened = milepost.open(milepost.example("ridge"))
    settings = opened.settings.model_copy(update={"model": model})
    return replace(opened, records=replace(opened.records, settings=settings))


def shock_of(factors: np.ndarray, countries: tuple[str, ...], sector: str = "") -> Shock:
    rows = [
        ShockRow(a, b, sector, float(factors[i, j]), "assumed", "")
        for i, a in enumerate(countries)
        for j, b in enumerate(countries)
        if i != j
    ]
    return Shock("own", tuple(rows))


@pytest.mark.parametrize("model", MODELS)
def test_factors_of_one_change_nothing(model: str) -> None:
    opened = ridge(model)
    ones = Shock("ones", (ShockRow("*", "*", "", 1.0, "assumed", ""),))
    plain, shocked = opened.game.table(), opened.shocked(ones).game.table()
    np.testing.assert_array_equal(plain, shocked)
    assert np.abs(plain).max() > 1


@pytest.mark.parametrize("model", MODELS)
def test_a_shock_that_is_a_sets_own_hats_is_worth_what_the_set_is(model: str) -> None:
    """The effect of the shock alone is V of the set; and then the set on top counts from there."""
    opened = ridge(model)
    players = opened.game.players
    overlay = Overlay.of(opened.records, players, opened.baseline.done, opened.baseline.usual)
    answer = answer_of(opened.baseline, overlay.cost(frozenset()))
    hats = answer.hats.of(overlay.cost(frozenset(players)))
    if model == "one-sector":
        shock = shock_of(hats[0], answer.countries)
    else:
        moved = [s.id for s in opened.records.sectors if s.bulk + s.general + s.containers > 0]
        parts = [shock_of(h, answer.countries, s).rows for h, s in zip(hats, moved, strict=True)]
        shock = Shock("own", tuple(row for part in parts for row in part))
    game = opened.shocked(shock).game
    effect = game.restriction_effect
    assert effect is not None
    v = opened.game.value(players)
    assert np.abs(v).max() > 1
    np.testing.assert_allclose(effect, v, rtol=1e-8, atol=1e-8 * np.abs(v).max())
    with pytest.raises(AssertionError):  # and it is no empty law: another set's hats are worth something else
        np.testing.assert_allclose(effect, opened.game.value(players[:1]), rtol=1e-3)


def test_what_is_dearer_is_worth_less_and_every_question_knows_it(tmp_path: Path) -> None:
    opened = ridge("one-sector")
    a, b = (c.id for c in opened.records.countries[:2])
    file = tmp_path / "war.csv"
    file.write_text(f"exporter,importer,percent,basis,source\n{a},{b},20,assumed,\n*,{a},5,assumed,\n")
    shocked = opened.shocked(file)
    answer = shocked.value("all")
    assert answer.restriction_effect is not None
    assert answer.restriction_effect[a] < 0
    assert answer.shock == "war.csv"
    assert any("war.csv" in note for note in answer.notes)
    shares = shocked.shapley()
    assert shares.total_all == pytest.approx(answer.all, rel=1e-9)
    assert shares.total_all != pytest.approx(opened.value("all").all, rel=1e-6)
    together = corridor_game(shocked.world).value(answer.delivered)
    assert together.sum() == pytest.approx(answer.all)
    with pytest.raises(WrongUse, match="--congested"):
        shocked.congested()


def test_rows_that_touch_a_pair_multiply_and_none_touches_home() -> None:
    rows = (
        ShockRow("*", "*", "", 1.02, "assumed", ""),
        ShockRow("A", "*", "", 1.5, "assumed", ""),
        ShockRow("A", "B", "food", 2.0, "assumed", ""),
        ShockRow("Z", "B", "", 9.0, "assumed", ""),
    )
    found = Shock("x", rows)
    np.testing.assert_allclose(
        found.factors(("A", "B", "C")), [[1, 1.53, 1.53], [1.02, 1, 1.02], [1.02, 1.02, 1]]
    )
    assert found.factors(("A", "B", "C"), "food")[0, 1] == pytest.approx(3.06)


FAULTS = {
    "XXQ,B,1.1,,assumed,": ("exporter", "there is no country 'XXQ'"),
    "A,A,1.1,,assumed,": ("importer", "itself"),
    "A,B,1.1,10,assumed,": ("factor", "both"),
    "A,B,,,assumed,": ("factor", "neither"),
    "A,B,0,,assumed,": ("factor", "factor is '0'"),
    "A,B,nan,,assumed,": ("factor", "factor is 'nan'"),
    "A,B,,-100,assumed,": ("percent", "percent is '-100'"),
    "A,B,,lots,assumed,": ("percent", "percent is 'lots'"),
    "A,B,inf,,assumed,": ("factor", "factor is 'inf'"),
    "A,B,1.1,,guessed,": ("basis", "basis is 'guessed'"),
    "A,B,1.1,,sourced,": ("source", "empty"),
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_bad_cell_is_a_finding(row: str, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(f"exporter,importer,factor,percent,basis,source\nB,A,1,,assumed,\n{row}\n")
    with pytest.raises(BadData) as found:
        read_shock(file, ["A", "B"])
    (finding,) = found.value.findings
    column, said = FAULTS[row]
    assert (finding.line, finding.column) == (3, column)
    assert said in finding.message


def test_every_fault_is_told_at_once_and_a_pair_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("exporter;importer;factor;basis\nA;B;1,25;assumed\nA;B;1,5;assumed\nQ;B;x;assumed\n")
    with pytest.raises(BadData) as found:
        read_shock(file, ["A", "B"])
    said = [(f.line, f.column) for f in found.value.findings]
    assert said == [(3, "exporter"), (4, "exporter"), (4, "factor")]
    file.write_text("exporter;importer;factor;basis\nA;B;1,25;assumed\n")
    assert read_shock(file, ["A", "B"]).rows[0].factor == 1.25


@pytest.mark.parametrize(
    "text", ["", "exporter,importer\nA,B\n", "a,b\n", "exporter,importer,factor,basis\n"]
)
def test_a_file_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(text)
    with pytest.raises((WrongUse, BadData)):
        read_shock(file, ["A", "B"])
    with pytest.raises(WrongUse, match="cannot be read"):
        read_shock(tmp_path / "none.csv", ["A", "B"])


def test_a_shock_that_is_an_agreement_is_worth_what_the_agreement_is(tmp_path: Path) -> None:
    """`trade counterfactual`: b of an agreement is a factor of exp(b / (1 - sigma)) on trade costs."""
    rng = np.random.default_rng(3)
    names, sigma, b = ("AAA", "BBB", "CCC", "DDD"), 6.0, 0.5
    flow = rng.lognormal(0, 1, (4, 4)) + 5 * np.eye(4)
    frame = pd.DataFrame(
        [(a, d, flow[i, j]) for i, a in enumerate(names) for j, d in enumerate(names)],
        columns=["exporter", "importer", "flow"],
    )
    factor = float(np.exp(b / (1 - sigma)))
    file = tmp_path / "s.csv"
    file.write_text(
        f"exporter,importer,factor,basis\nAAA,BBB,{factor!r},assumed\nBBB,AAA,{factor!r},assumed\n"
    )
    added = from_frame(frame, Question(("AAA", "BBB"), "added", coefficient=b, sigma=sigma))
    shocked = from_frame(frame, Question((), "changed", sigma=sigma, shock=file))
    assert shocked.pairs == added.pairs
    assert "trade costs of 2 pairs changed" in shocked.headed()
    for name, values in added.percent().items():
        np.testing.assert_allclose(shocked.percent()[name], values, rtol=1e-9, atol=1e-9)
    assert added.percent()["real_income_added_pct"][0] > 0.01
    file.write_text("exporter,importer,factor,basis\nAAA,QQQ,1.1,assumed\n")
    with pytest.raises(BadData, match="QQQ"):
        from_frame(frame, Question((), "changed", sigma=sigma, shock=file))
