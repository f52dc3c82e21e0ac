"""Commitments of kinds that a register has beyond the six of transport works: a meeting, a report, a body."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

import milepost
from milepost.errors import WrongUse, one_of
from milepost.follow_up.notices import planned
from milepost.programme import Programme
from milepost.report.brief import brief
from milepost.report.calendar import calendar
from milepost.report.letters import letters

ON = dt.date(2026, 11, 23)


@pytest.fixture(scope="module", params=["meet", "report", "body"])
def meeting(request: pytest.FixtureRequest) -> Programme:
    opened = milepost.open(milepost.example("ridge"))
    rows = tuple(c.model_copy(update={"kind": request.param}) for c in opened.records.commitments)
    return replace(opened, records=opened.records.with_rows(commitments=rows))


def test_who_is_called_and_what_a_day_costs(meeting: Programme) -> None:
    assert [c for c in meeting.calls() if c.cost_of_a_day_musd is not None]
    assert meeting.delay().as_dict()


def test_brief_and_letters_are_written(meeting: Programme) -> None:
    assert brief(meeting, on=ON)
    assert len(letters(meeting, planned(meeting.records, ON)[:3], ON)) == 3


def test_a_kind_without_rows_of_its_own_counts_as_all() -> None:
    records = milepost.open(milepost.example("ridge")).records
    life = records.param("economic_life_years")
    assert records.param_of("economic_life_years", "meet") == life
    assert records.param_of("economic_life_years", "border") == records.param("economic_life_years", "border")


def test_all_columns_are_told_where_they_are_told_nowhere_else() -> None:
    names = [f"column_{n}" for n in range(20)]
    assert str(one_of("column", "summary", names)).endswith("and 12 more.")
    told = one_of("column", "summary", names, most=len(names))
    assert isinstance(told, WrongUse)
    assert all(name in str(told) for name in names)


def test_what_was_promised_once_is_told_so() -> None:
    text = calendar(milepost.open(milepost.example("ridge")), on=ON).decode().replace("\r\n ", "")
    assert "Promised once." in text
    assert "Promised 1 times" not in text
