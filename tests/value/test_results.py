"""Every answer of the library is a table, plain values for JSON, and one line; a handle on a programme is one
line, too."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import milepost
from milepost.follow_up import Call
from milepost.results import Rows
from milepost.trade import readers
from milepost.trade.many_sectors.decomposition import decompose, first_order
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.many_sectors.solver import SectorShock, SectorSolver
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import Solver
from milepost.value.interactions import interactions

FLOWS = np.array([[80.0, 10, 5], [12, 60, 8], [4, 9, 90]])


def open_example(name: str = "ridge") -> milepost.Programme:
    return milepost.open(milepost.example(name))


def one_sector() -> Any:
    hat = np.ones((3, 3))
    hat[0, 1] = 0.9
    return Solver(Economy(("A", "B", "C"), FLOWS, 5.0)).solve(hat)


def solver() -> SectorSolver:
    return SectorSolver(SectorEconomy.one_sector(("A", "B", "C"), FLOWS, 5.0))


def shock() -> SectorShock:
    hat = np.ones((1, 3, 3))
    hat[0, 0, 1] = 0.9
    return SectorShock(hat)


ANSWERS: dict[str, Callable[[], Any]] = {
    "status": lambda: open_example().status(),
    "milestones": lambda: open_example("north-south").milestones(),
    "headline": lambda: open_example().headline(),
    "force": lambda: open_example("north-south").force(),
    "timetable": lambda: open_example().timetable(),
    "notices": lambda: open_example().notices(intake=True),
    "calls": lambda: open_example().calls(),
    "check": lambda: open_example().check(),
    "bottlenecks": lambda: open_example().bottlenecks(),
    "value": lambda: open_example().value(),
    "shapley": lambda: open_example().shapley(),
    "delay": lambda: open_example().delay(),
    "group": lambda: open_example().group(),
    "draws": lambda: open_example().draws(draws=50),
    "screen": lambda: open_example().screen(),
    "intervals": lambda: open_example().intervals(draws=10),
    "interactions": lambda: interactions(open_example().game),
    "outcome": one_sector,
    "sector outcome": lambda: solver().solve(shock()),
    "decomposition": lambda: decompose(solver(), shock()),
    "first order": lambda: first_order(solver(), solver().solve(shock())),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_a_table_plain_values_and_one_line(name: str) -> None:
    answer = ANSWERS[name]()
    frame = answer.frame()
    if name != "bottlenecks":  # there is none in the valley of the example
        assert len(frame) or not len(answer)
    json.dumps(answer.as_dict(), allow_nan=False)
    shown = answer._repr_html_()
    assert shown.startswith("<p>")
    assert "<table" in shown
    line = repr(answer)
    assert "\n" not in line
    assert len(line) < 200


def test_units_stand_in_the_names_of_columns_or_of_their_axis() -> None:
    programme = open_example()
    assert "cost_of_a_day_musd" in programme.calls().frame().columns
    assert {"slip_days", "days_late"} <= set(programme.status().frame().columns)
    assert list(programme.timetable().frame().columns) == ["commitment", "due", "overdue_days"]
    assert programme.delay().frame().columns.name == "MUSD/day"
    assert programme.delay(days=7).frame().columns.name == "MUSD per 7 days"
    assert "all_musd_per_day" in programme.delay().frame(units=True).columns
    assert "all_musd_per_7_days" in programme.delay(days=7).frame(units=True).columns
    shares = programme.shapley()
    assert shares.frame().columns.name == "MUSD/year"
    long = shares.frame(long=True)
    assert list(long.columns) == ["commitment", "country", "musd_per_year", "standard_error"]
    wide = long.pivot(index="commitment", columns="country", values="musd_per_year")
    np.testing.assert_array_equal(wide.loc[list(shares.commitments), list(shares.countries)], shares.share)
    assert "equivalent_variation_musd" in one_sector().frame().columns
    first = first_order(solver(), solver().solve(shock())).frame()
    assert all(c.endswith("_percent") for c in first.columns)


def test_lists_of_rows_are_still_tuples() -> None:
    programme = open_example()
    rows = programme.status()
    assert isinstance(rows, tuple)
    assert rows == tuple(rows)
    assert hash(rows) == hash(tuple(rows))
    assert rows[0].commitment == rows.frame()["commitment"][0]
    assert [s.commitment for s in rows] == [c["commitment"] for c in rows.as_dict()["commitments"]]
    assert rows.as_dict()["on"] == programme.settings.base_date.isoformat()
    assert dataclasses.is_dataclass(programme.calls()[0])
    back = pickle.loads(pickle.dumps(rows))
    assert back == rows
    assert back.headed() == rows.headed()
    due = programme.timetable()
    later: Any = due.slip("R1", 30)
    assert later.frame().set_index("commitment").loc["R1", "due"] == due.dates["R1"] + dt.timedelta(days=30)  # type: ignore[operator]


def test_what_a_row_says_is_text_not_markup() -> None:
    call = Call("<b>", "<script>", ("A",), None, 0, None, (("A", 1.0), ("B", 2.0)), "")
    rows = Rows([call], "<i>")
    assert "<script>" not in rows._repr_html_()
    assert "<i>" not in rows._repr_html_()
    assert rows.frame()["dearest_for"][0] == "A 1; B 2"


def test_a_programme_says_what_it_is_in_one_line() -> None:
    programme = open_example("north-south")
    line = repr(programme)
    assert "\n" not in line
    assert len(line) < 300
    assert programme.settings.title in line
    assert f"{len(programme.records.commitments)} commitments" in line
    assert programme.records.fingerprint[:12] in line
    shown = programme._repr_html_()
    assert len(shown) < 2_000
    assert "<table" in shown
    # an address of a database may hold a password
    assert "secret" not in dataclasses.replace(programme, path="postgresql://me:secret@host/db")._repr_html_()


def test_a_reading_shows_its_ledger_and_is_a_table(tmp_path: Any) -> None:
    file = tmp_path / "s.csv"
    file.write_text("from,A,B\nA,1,2\nB,0,4\n", encoding="utf-8")
    reading = readers.square([file])
    assert repr(reading) == "<Reading: square, 2 countries, 1 sector>"
    assert "rows read: 2" in reading._repr_html_()
    frame = reading.frame()
    rows = frame[["exporter", "importer", "musd_per_year"]].to_numpy().tolist()
    assert rows == [["A", "A", 1.0], ["A", "B", 2.0], ["B", "B", 4.0]]
