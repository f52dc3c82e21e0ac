"""Which edits take two persons: a milestone is a thing of its own, beside the commitment it leads to."""

from __future__ import annotations

import pytest

import milepost
from milepost.records import DateChange, Evidence, Milestone, PartialDate, Records
from milepost.register.two_persons import moved_dates, new_proofs


def date(ident: str, promised_for: str, milestone: str = "") -> DateChange:
    day = PartialDate("2020-01-10" if ident.endswith("1") else "2021-01-10")
    promised = PartialDate(promised_for)
    return DateChange(
        id=ident,
        commitment="R1",
        milestone=milestone,
        announced_on=day,
        promised_for=promised,
        basis="sourced",
    )


def report(milestone: str, own_test: str = "", of_commitment: str = "") -> Records:
    """The invented corridor with a report from outside that something is delivered."""
    records = milepost.open(milepost.example("ridge")).records
    step = Milestone(
        id="R1.m1", commitment="R1", title="rails laid", acceptance_test=own_test, basis="sourced"
    )
    proof = Evidence(
        id="e1",
        commitment="R1",
        milestone=milestone,
        reported_on=PartialDate("2026-01-10"),
        shows="delivered",
        standing="outside",
        document="primary",
        meets_test="yes",
        basis="sourced",
    )
    commitments = [
        c.model_copy(update={"acceptance_test": of_commitment}) if c.id == "R1" else c
        for c in records.commitments
    ]
    return records.with_rows(milestones=[step], evidence=[proof], commitments=commitments, date_changes=[])


def test_a_milestones_date_moves_the_milestone_and_not_the_commitment() -> None:
    records = report("R1.m1")
    before = records.with_rows(date_changes=[date("d1", "2027"), date("s1", "2026-06", "R1.m1")])
    after = records.with_rows(
        date_changes=[date("d1", "2027"), date("s1", "2026-06", "R1.m1"), date("s2", "2026-09", "R1.m1")]
    )
    assert moved_dates(before, after) == ("R1.m1",)
    after = records.with_rows(
        date_changes=[date("d1", "2027"), date("d2", "2028"), date("s1", "2026-06", "R1.m1")]
    )
    assert moved_dates(before, after) == ("R1",)


def test_a_report_on_a_milestone_proves_the_milestone() -> None:
    after = report("R1.m1", own_test="a train has passed")
    assert new_proofs(after.with_rows(evidence=[]), after) == ("R1.m1",)


def test_a_report_on_the_whole_proves_the_commitment() -> None:
    after = report("", of_commitment="goods move")
    assert new_proofs(after.with_rows(evidence=[]), after) == ("R1",)


@pytest.mark.parametrize("what", ["own", "of the commitment"])
def test_another_test_makes_another_proof(what: str) -> None:
    """A milestone without a test of its own is proved by the commitment's."""
    own = "a train has passed" if what == "own" else ""
    before, changed = report("R1.m1", own, "goods move"), report("R1.m1", own, "goods move fast")
    expected = () if what == "own" else ("R1.m1",)
    assert new_proofs(before, changed) == expected
    changed = report("R1.m1", "two trains have passed", "goods move")
    assert new_proofs(before, changed) == ("R1.m1",)
