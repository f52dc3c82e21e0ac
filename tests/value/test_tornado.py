"""The tornado: its ends are runs on edited folders, what has no effect has no swing, and zeros are where the
sign turns."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import milepost
from milepost.cli import run
from milepost.cli.intervals import CHART, chart_of
from milepost.errors import WrongUse
from milepost.params import declared
from milepost.programme import Programme
from milepost.records import Param
from milepost.store.folder import copy_example
from milepost.value.tornado import FLOWS, Bar, grid, zeros_of
from milepost.value.uncertain import banded

BANDS = {"M12": (0.02, 0.12), "M09": (0.001, 0.02), "M18": (6.0, 30.0), "M10": (0.3, 0.6), "M30": (1.0, 9.0)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ridge with bands: on a rate, a share of time, hours, a share of trade and a charge that nobody pays."""
    where: Path = tmp_path_factory.mktemp("tornado") / "ridge"
    copy_example("ridge", where)
    edit(where, {name: {"low": low, "high": high} for name, (low, high) in BANDS.items()})
    return where


def edit(folder: Path, cells: dict[str, dict[str, float]]) -> None:
    file = folder / "params.csv"
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        row |= {column: repr(value) for column, value in cells.get(row["id"], {}).items()}
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def edited(folder: Path, to: Path, cells: dict[str, dict[str, float]]) -> float:
    """V of everything of a copy of the folder with cells of params edited, as ``milepost value`` gives it."""
    for file in folder.iterdir():
        if file.is_file():
            to.mkdir(exist_ok=True)
            (to / file.name).write_bytes(file.read_bytes())
    edit(to, cells)
    return milepost.open(to).value().all


def test_a_bar_is_two_runs_on_an_edited_folder(folder: Path, tmp_path: Path) -> None:
    found = milepost.open(folder).tornado()
    bars = {bar.id: bar for bar in found.bars}
    assert set(bars) == {*BANDS, FLOWS}
    assert found.central == pytest.approx(milepost.open(folder).value().all, rel=1e-12)
    for name, (low, high) in BANDS.items():
        for end, p in (("at_low", low), ("at_high", high)):
            cells = {name: {"value": p}}
            if name == "M10":  # shares of trade add up to 1: the others fill what is left, 0.3 to 0.25
                cells |= {"M04": {"value": (1 - p) * 0.3 / 0.55}, "M07": {"value": (1 - p) * 0.25 / 0.55}}
            run_ = edited(folder, tmp_path / f"{name}-{end}", cells)
            assert getattr(bars[name], end) == pytest.approx(run_, rel=1e-9), name
    swings = [bar.swing for bar in found.bars]
    assert swings == sorted(swings, reverse=True)
    assert bars["M30"].swing == 0.0, "no path pays it"
    assert bars["M12"].swing > 10
    gravity = milepost.open(folder).records.with_rows(flows=())
    assert bars[FLOWS].low_end == "gravity"
    assert bars[FLOWS].at_low == pytest.approx(float(Programme("memory", gravity).value().all))
    assert bars[FLOWS].at_high == found.central


def test_one_country_one_set_and_a_cost(folder: Path) -> None:
    programme = milepost.open(folder)
    found = programme.tornado(["R3"], country="XEM", cost_musd=2.5, only=["M18"])
    assert found.central == pytest.approx(programme.value(["R3"]).countries["XEM"] - 2.5)
    (bar,) = found.bars
    changed = programme.records.with_param("border_hours", 30.0, "rail")
    assert bar.at_high == pytest.approx(Programme("memory", changed).value(["R3"]).countries["XEM"] - 2.5)
    assert found.not_moved == {}
    assert programme.tornado([]).central == 0.0
    assert {bar.swing for bar in programme.tornado([]).bars} == {0.0}, "a constant has no swing"


def test_no_order_of_rows_matters_and_processes_give_the_same(folder: Path) -> None:
    records = milepost.open(folder).records
    back = records.with_rows(params=records.params[::-1], links=records.links[::-1])
    a, b = (Programme("memory", r).tornado(only=["M12", "M30", "M18"]) for r in (records, back))
    assert [bar.id for bar in a.bars] == [bar.id for bar in b.bars]
    np.testing.assert_allclose([x.at_low for x in a.bars], [x.at_low for x in b.bars], rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"only": ["M02"]}, "M02 is not moved: it has no low and high"),
        ({"only": ["M99"]}, "M99"),
        ({"country": "XXX"}, "XXX"),
        ({"delivered": ["R9"]}, "R9"),
    ],
)
def test_what_cannot_be_asked_is_refused(folder: Path, asked: dict[str, list[str]], said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        milepost.open(folder).tornado(**asked)  # type: ignore[arg-type]


def test_a_switching_value_is_where_v_less_the_cost_is_nothing(folder: Path) -> None:
    programme = milepost.open(folder)
    whole = programme.tornado(only=["M12"])
    assert whole.bars[0].at_low is not None
    assert whole.bars[0].at_high is not None
    cost = (whole.bars[0].at_low + whole.bars[0].at_high) / 2
    (one,) = programme.tornado(cost_musd=cost, switching=True, only=["M12"]).switching
    assert one.inside == one.at != ()
    for p in one.at:
        changed = programme.records.with_param("freight_rate_usd_per_tkm", p, "rail")
        assert Programme("memory", changed).value().all == pytest.approx(cost, rel=1e-3)
    assert one.said.startswith("switches within its band at 0.0")
    (none,) = programme.tornado(cost_musd=-1e9, switching=True, only=["M12"]).switching
    assert none.at == ()
    assert none.said == "does not switch at all, from 0.0002 to 10 USD/tkm"
    (idle,) = programme.tornado([], switching=True, only=["M12"]).switching
    assert idle.at == (), "nothing delivered is worth nothing whatever it is"


def test_zeros_of_known_functions() -> None:
    points = np.linspace(0, 10, 21).tolist()
    span, at = zeros_of(lambda p: (p - 2.2) * (p - 7.1), points)
    assert span == (0.0, 10.0)
    assert at == pytest.approx((2.2, 7.1), rel=1e-4)
    # falls to nothing and stays there, then rises from it
    _, at = zeros_of(lambda p: max(0.0, 3.3 - p) + max(0.0, p - 8.2), points)
    assert at == pytest.approx((3.3, 8.2), rel=1e-3)
    assert zeros_of(lambda p: 0.0, points)[1] == ()
    assert zeros_of(lambda p: 1 + p, points)[1] == ()
    # where there is no value nothing is said
    span, at = zeros_of(lambda p: math.nan if p < 4 else p - 6.3, points)
    assert span == (4.0, 10.0)
    assert at == pytest.approx((6.3,))
    assert zeros_of(lambda p: math.nan, points)[1] == ()


def test_the_grid_stays_within_the_bounds_of_sense() -> None:
    row = Param(
        id="x", name="speed_kmh", applies_to="road", value=42, low=20, high=50, basis="assumed", use="model"
    )
    records = milepost.open(milepost.example("ridge")).records
    for one in banded(
        records.with_rows(params=[row, row.model_copy(update={"low": 0.0, "name": "loading_hours"})])
    ):
        known, points = declared(one.name), grid(one)
        assert points == sorted(set(points))
        assert {one.low, one.value, one.high} <= set(points)
        assert known.low <= points[0] <= one.low
        assert one.high < points[-1] <= known.high
        assert sum(one.low <= p <= one.high for p in points) >= 5


def test_a_bar_in_characters() -> None:
    def bar(low: float | None, high: float | None) -> Bar:
        return Bar("x", "x", "all", "", 1, 0, 2, "0", "2", low, high)

    assert chart_of(bar(0, 20), 10, 0, 20) == "░" * 10 + "│" + "█" * 9
    assert chart_of(bar(20, 10), 10, 0, 20) == " " * 10 + "│" + "░" * 9
    assert chart_of(bar(None, 10), 10, 0, 20) == ""
    assert len(chart_of(bar(3, 4), 10, 0, 20)) == CHART


def test_the_command_says_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["intervals", str(folder), "--tornado", "--switching", "--cost", "60", "--only", "M12,M30"]
    assert run(asked) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "0.02: " in said
    assert "Without effect: M30." in said
    assert "freight_rate_usd_per_tkm rail (M12) switches within its band at 0.0" in said
    assert run(["intervals", str(folder), "--cost", "3"]) == 2
    assert "add it" in capsys.readouterr().err
    assert run(["intervals", str(folder), "--tornado", "--delivered", "R1", "--delivered", "R2"]) == 2
    assert "of one set" in capsys.readouterr().err
