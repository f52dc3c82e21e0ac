"""What a reader of values is told about the world behind them: whose income moved, who is left out, which
year the flows are of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import milepost
from milepost.cli import run
from milepost.records import Records
from milepost.store.folder import copy_example
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.many_sectors.solver import SectorSolver
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.from_records import base
from milepost.trade.one_sector.solver import Solver
from opened import opened

# KGZ and QAT buy and sell far from balance; the others are large and near it
NAMES = ("KGZ", "QAT", "DEU", "ROW")
FLOWS = np.array([[10.0, 0, 1, 1], [0, 60, 20, 40], [9, 5, 900, 300], [6, 5, 310, 9000]])


def one_sector(names: tuple[str, ...] = NAMES) -> tuple[str, ...]:
    return Solver(Economy(names, FLOWS, 5.0)).rebasing.sentences(names)


def many_sectors(names: tuple[str, ...] = NAMES) -> tuple[str, ...]:
    return SectorSolver(SectorEconomy.one_sector(names, FLOWS, 5.0)).rebasing.sentences(names)


@pytest.mark.parametrize("told", [one_sector, many_sectors])
def test_the_countries_that_rebasing_moved_most_are_named_and_the_other_closure_is_suggested(told) -> None:  # type: ignore[no-untyped-def]
    first, advice = told()
    assert first.index("QAT (+") < first.index("KGZ (-")
    assert "QAT, KGZ moves by more than 10%" in advice
    assert 'deficits = "fixed"' in advice
    # the rest of the world is nobody's member: it may move as it likes
    (alone,) = told(("ROW", "ROX", "DEU", "USA"))[1:]
    assert "ROX moves by" in alone
    assert "ROW" not in alone


def test_both_models_say_the_same_of_the_same_data() -> None:
    one = Solver(Economy(NAMES, FLOWS, 5.0)).rebasing
    many = SectorSolver(SectorEconomy.one_sector(NAMES, FLOWS, 5.0)).rebasing
    np.testing.assert_allclose(many.real_income_hat, one.real_income_hat, rtol=1e-7)


def test_no_advice_where_nobody_moves_far() -> None:
    near = np.array([[100.0, 11], [10, 200]])
    (only,) = Solver(Economy(("A", "B"), near, 5.0)).rebasing.sentences(("A", "B"))
    assert "fixed" not in only
    (kept,) = Solver(Economy(NAMES, FLOWS, 5.0, "fixed")).rebasing.sentences(NAMES)
    assert "Deficits are kept" in kept


def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def notes(records: Records) -> str:
    return "\n".join(base(records).notes)


def test_a_world_without_the_rest_of_the_world_is_said() -> None:
    assert "no row for the rest of the world (ROW)" in notes(ridge())
    assert any("(ROW)" in note for note in milepost.open(milepost.example("ridge")).value().notes)
    assert "(ROW)" not in notes(opened("north-south").records)


def test_flows_of_another_year_than_the_prices_are_said() -> None:
    records = ridge()
    prices = records.settings.base_year
    for year, told in ((prices - 2, True), (prices, False)):
        dated = replace(
            records, flows=tuple(row.model_copy(update={"note": f"BACI {year}"}) for row in records.flows)
        )
        assert (f"Flows of {year} in a programme of {prices} prices" in notes(dated)) == told
    own = replace(
        records,
        flows=tuple(
            row.model_copy(update={"note": "as agreed in 1999, see page 2001"}) for row in records.flows
        ),
    )
    assert "Flows of" not in notes(own)


def test_what_reading_left_out_stays_with_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_example("ridge", tmp_path / "mine")
    ours = [c.id for c in ridge().countries]
    rows = [f"{a},{b},1,2021" for a in ours for b in ours if a != b]
    rows += [f"{a},{b},100,2021" for a in ours for b in ("DEU", "CHN")] + ["DEU,CHN,5000,2021"]
    file = tmp_path / "flows.csv"
    file.write_text("exporter,importer,value,year\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run(["trade", "read", "long", str(file), "--into", str(tmp_path / "mine")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    n = len(ours)
    lost, share = 5000 + 200 * n, 200 * n / (200 * n + 2 * n * (n - 1))
    left = (
        f"2 countries left out, with {lost:,} MUSD of trade and {share:.0%} of what the programme's "
        "countries trade abroad"
    )
    assert left in out
    assert "add a country ROW" in out
    assert "flows of 2021 in a programme of" in out
    told = "\n".join(milepost.open(tmp_path / "mine").value().notes)
    assert f"From the trade data: {left}." in told
    assert "Flows of 2021 in a programme of" in told
