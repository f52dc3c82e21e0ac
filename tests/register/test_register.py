"""Status by evidence and the timetable, against the slips that stand in the facts, and as laws."""

from __future__ import annotations

import csv
import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest

import milepost
from milepost.errors import WrongUse
from milepost.records import Dependency, Records
from milepost.register.checks import no_dependency_runs_in_a_circle
from milepost.register.status import delivered, status
from milepost.register.timetable import timetable

ON = dt.date(2026, 11, 23)

# Rows of the facts whose stated slip follows another reading than first promise to delivery or latest
# promise.
READ_OTHERWISE = {
    "C10": "the facts count December 2023 as the promised 31 December: 0 days, as here, but state the month",
    "C12": "stopped: the facts count to the latest promise of July 2022, as here",
    "C30": "the facts count from the year 2018 to 30 December 2018: -1, as here",
}


def records(name: str = "north-south") -> Records:
    return milepost.open(milepost.example(name)).records


def test_slips_of_the_facts(shared: Path) -> None:
    ours = {
        s.commitment: s for name in ("north-south", "northern-corridor") for s in status(records(name), ON)
    }
    column = "slip_days_original_to_actual_or_latest"
    looked = 0
    with (shared / "facts/commitments.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            mine = ours[row["id"]]
            if row[column] == "" or mine.slip_days is None:
                assert row["promises"] in ("0", "") or row[column] == ""
                continue
            looked += 1
            assert mine.slip_days == int(row[column]), f"{row['id']}: {mine}"
            assert mine.promises == int(row["promises"])
    assert looked >= 30
    assert ours["C01"].slip_days == 3319
    assert ours["C01"].promises == 6


def test_overdue_days_of_the_facts(shared: Path) -> None:
    ours = {s.commitment: s for s in status(records(), ON)}
    looked = 0
    with (shared / "facts/commitments.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            stated = row["overdue_days_at_2026-11-23"]
            if row["id"] in ours and stated not in ("", "0"):
                looked += 1
                assert ours[row["id"]].days_late == int(stated), row["id"]
    assert looked >= 8


def test_delivered_is_proved() -> None:
    done = delivered(records(), ON)
    assert done == {"C02", "C03", "C06", "C10", "C20", "C21", "C30", "C31"}
    bare = replace(records(), evidence=())
    assert delivered(bare, ON) == frozenset()
    assert {s.delivery for s in status(bare, ON)} == {"no evidence"}


def test_what_is_reported_later_is_not_known_yet() -> None:
    early = {s.commitment: s for s in status(records(), dt.date(2018, 6, 1))}
    assert early["C03"].delivery != "delivered"
    assert early["C01"].latest_promised is not None
    assert str(early["C01"].latest_promised) == "2020"
    cut = records()
    known = replace(
        cut,
        evidence=tuple(
            e for e in cut.evidence if e.reported_on and e.reported_on.first <= dt.date(2018, 6, 1)
        ),
    )
    assert status(known, dt.date(2018, 6, 1)) == status(cut, dt.date(2018, 6, 1))


def test_the_order_of_reports_does_not_matter() -> None:
    rows = list(records().evidence)
    random.Random(4).shuffle(rows)
    assert status(replace(records(), evidence=tuple(rows)), ON) == status(records(), ON)


def test_lateness_only_grows_while_nothing_happens() -> None:
    before = {s.commitment: s.days_late for s in status(records(), ON)}
    for row in status(records(), ON + dt.timedelta(days=100)):
        assert row.days_late >= before[row.commitment]


def test_no_date_of_a_timetable_lies_in_the_past() -> None:
    for day in (dt.date(2019, 1, 1), ON, dt.date(2031, 1, 1)):
        plan = timetable(records(), day)
        assert plan.dates
        assert all(due is None or due >= day for due in plan.dates.values())
    plan = timetable(records(), ON)
    assert plan.dates["C01"] == dt.date(2029, 1, 31)
    assert plan.dates["C04"] == ON
    assert plan.overdue["C04"] == 146
    assert plan.dates["C09"] is None
    assert "C02" not in plan.dates
    assert plan.slip("C01", 30).dates["C01"] == dt.date(2029, 3, 2)
    with pytest.raises(WrongUse, match="no dated open commitment 'C09'"):
        plan.slip("C09", 1)


def test_conflicting_promises_are_kept_side_by_side() -> None:
    rows = {s.commitment: s.conflicts for s in status(records(), ON)}
    assert any("2021-03-20 and for 2022-03-20" in c for c in rows["C04"])


def waiting(*pairs: str) -> Records:
    """The invented corridor with dependencies such as 'R1 R2': R2 waits for R1."""
    rows = [
        Dependency(id=f"Y{n}", predecessor=a, successor=b, kind="FS", basis="assumed")
        for n, (a, b) in enumerate(pair.split() for pair in pairs)
    ]
    return milepost.open(milepost.example("ridge")).records.with_rows(dependencies=rows)


@pytest.mark.parametrize(
    ("pairs", "want"),
    [
        (("R1 R2", "R2 R3", "R1 R3"), []),
        (("R1 R2", "R2 R3", "R3 R1"), ["Y2 R1 → R2 → R3 → R1"]),
        (("R4 R4",), ["Y0 R4 → R4"]),
        (("R1 R2", "R2 R1", "R3 R4", "R4 R5", "R5 R3"), ["Y1 R1 → R2 → R1", "Y4 R3 → R4 → R5 → R3"]),
    ],
)
def test_every_circle_of_dependencies_is_found(pairs: tuple[str, ...], want: list[str]) -> None:
    found = list(no_dependency_runs_in_a_circle(waiting(*pairs)))
    assert [f"{f.id} {f.message.removeprefix('dependencies run in a circle: ')}" for f in found] == want
