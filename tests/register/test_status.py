"""The rules of status, one by one, on rows written here; and how a date may move."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_worlds import DONE, STATEMENT, base, one
from written_worlds import ON_STATUS as ON

from milepost.errors import WrongUse
from milepost.records import DateChange, Evidence, Milestone, PartialDate, Policy
from milepost.register.checks import every_request_follows_the_policy
from milepost.register.requests import ask, decide
from milepost.register.status import LEVELS, headline, milestone_status, missing, status
from opened import opened
from torture import cases


@pytest.mark.parametrize(
    ("reports", "policy", "want"),
    [
        ([], None, "no evidence"),
        ([{"shows": "context", "reported_on": "2026-01"}], None, "no evidence"),
        (
            [{"shows": "context", "percent": 0, "percent_of": "works", "reported_on": "2026-01"}],
            None,
            "not started",
        ),
        ([{"shows": "started", "reported_on": "2026-01"}], None, "started"),
        (
            [{"shows": "progress", "percent": 49, "percent_of": "works", "reported_on": "2026-01"}],
            None,
            "started",
        ),
        (
            [{"shows": "progress", "percent": 50, "percent_of": "works", "reported_on": "2026-01"}],
            None,
            "substantial",
        ),
        (
            [{"shows": "progress", "percent": 90, "percent_of": "land bought", "reported_on": "2026-01"}],
            None,
            "started",
        ),
        (
            [
                {
                    "shows": "progress",
                    "percent": 90,
                    "percent_of": "papers (not works)",
                    "reported_on": "2026-01",
                }
            ],
            None,
            "started",
        ),
        ([{"shows": "progress", "meets_test": "in part", "reported_on": "2026-01"}], None, "substantial"),
        # a press report alone is not the owner's document ...
        ([DONE], None, "substantial"),
        ([DONE | {"standing": "owner"}], None, "substantial"),
        ([DONE | {"standing": "owner", "document": "primary"}], None, "substantial"),
        ([DONE | {"standing": "owner", "document": "primary", "meets_test": "yes"}], None, "delivered"),
        # ... unless the parties agreed that a statement will do
        ([DONE], STATEMENT, "delivered"),
        ([DONE | {"meets_test": "no"}], STATEMENT, "started"),
        ([DONE | {"standing": "outside", "meets_test": "yes"}], None, "verified"),
        ([DONE | {"standing": "outside"}], None, "substantial"),
        (
            [DONE | {"standing": "outside", "shows": "in effect", "meets_test": "yes", "measured_days": 89}],
            None,
            "verified",
        ),
        ([DONE | {"shows": "in effect", "measured_days": 90}], None, "in effect"),
        ([DONE | {"shows": "stopped"}], None, "stopped"),
        ([DONE, DONE | {"shows": "stopped"}], STATEMENT, "stopped"),
        ([DONE | {"reported_on": "2026-03"}, DONE | {"shows": "stopped"}], STATEMENT, "delivered"),
    ],
)
def test_levels(reports: list[dict[str, Any]], policy: Policy | None, want: str) -> None:
    found = one(base(*reports, policy=policy))
    assert found.delivery == want
    assert found.level == (LEVELS.index(found.delivery) if want in LEVELS else None)
    assert found.done == (want in ("delivered", "verified", "in effect"))


@cases(30, 60)
@given(st.lists(st.sampled_from(["context", "started", "progress", "delivered"]), max_size=6), st.data())
def test_more_evidence_never_lowers_a_level(shows: list[str], data: Any) -> None:
    reports: list[dict[str, Any]] = [
        {"shows": s, "reported_on": "2026-02", "percent": 60.0, "percent_of": "works"} for s in shows
    ]
    before = one(base(*reports)).level
    more = {
        "shows": data.draw(st.sampled_from(["context", "started", "progress", "delivered", "in effect"])),
        "reported_on": "2026-03",
        "standing": data.draw(st.sampled_from(["owner", "outside", "unknown"])),
        "document": data.draw(st.sampled_from(["primary", "secondary"])),
        "meets_test": data.draw(st.sampled_from(["", "yes", "in part", "no"])),
    }
    after = one(base(*reports, more)).level
    assert (after if after is not None else -1) >= (before if before is not None else -1)


def test_flags_and_contradictions_stand_side_by_side() -> None:
    reports: list[dict[str, Any]] = [
        {
            "shows": "progress",
            "reported_on": "2024-01-10",
            "percent": 52,
            "percent_of": "steps done",
            "standing": "owner",
        },
        {
            "shows": "progress",
            "reported_on": "2024-02-10",
            "percent": 21,
            "percent_of": "steps done",
            "standing": "outside",
        },
        {
            "shows": "context",
            "reported_on": "2024-03-10",
            "disputes": "e0",
            "report": "an inspector saw no works",
        },
    ]
    found = one(base(*reports))
    assert {"disputed", "stale", "not verifiable"} <= set(found.flags)
    assert found.missing == ("date",)
    assert any("52 %" in c and "21 %" in c and "(e0)" in c and "(e1)" in c for c in found.conflicts)
    assert any("e0 is disputed by e2" in c for c in found.conflicts)
    assert "stale" not in one(base(*reports), dt.date(2024, 6, 1)).flags
    only = one(base(DONE, policy=STATEMENT, promises=(("2020-01", "2026"),)))
    assert only.flags == ("secondary source only",)


def test_four_shares_add_up_and_stopped_is_apart() -> None:
    head = headline(status(opened("north-south").records, dt.date(2026, 11, 23)), ON)
    assert (head.commitments, head.stopped) == (36, 1)
    assert sum(head.shares.values()) == pytest.approx(1)
    assert head.verified + head.claimed == 8
    assert head.verified == 1


def test_what_is_known_later_and_what_happened_later() -> None:
    reports = [DONE | {"reported_on": "2026-05-01", "happened_on": "2025-12-01"}]
    records = base(*reports, policy=STATEMENT)
    assert one(records, dt.date(2026, 1, 1)).delivery == "no evidence"
    assert one(records, dt.date(2026, 1, 1), known_on=dt.date(2026, 6, 1)).delivery == "delivered"
    assert one(records, dt.date(2025, 11, 1), known_on=dt.date(2026, 6, 1)).delivery == "no evidence"
    assert one(records, ON).delivered_on == dt.date(2025, 12, 1)


def test_from_the_base_date_on_a_date_moves_only_by_a_granted_request() -> None:
    records = base(promises=(("2020-05", "2024"), ("2024-09", "2027-06"), ("2026-03", "2029")))
    found = one(records)  # requests are needed since 2026-01-01, the base date
    assert str(found.latest_promised) == "2027-06"
    assert found.announced_only == ("2029 (d2)",)
    assert "moved without request" in found.flags
    assert (found.promises, found.redated) == (2, 1)
    asked = ask(
        records, "R1", new_date="2028-06", by="XWV", reason="land", on=ON, text="a field is not bought"
    )
    assert asked.in_time
    assert asked.decided_by == "XWV"
    assert asked.request.ordinal == 1
    with_it = records.with_rows(date_requests=[asked.request])
    assert str(one(with_it).latest_promised) == "2027-06"  # pending moves nothing
    done, moved = decide(with_it, asked.request.id, grant=True, by="XWV", on=dt.date(2026, 6, 20))
    assert moved is not None
    after = with_it.with_rows(date_requests=[done], date_changes=[*with_it.date_changes, moved])
    assert str(one(after, dt.date(2026, 7, 1)).latest_promised) == "2028-06"
    assert str(one(after, dt.date(2026, 6, 10)).latest_promised) == "2027-06"
    from milepost.register.checks import findings

    assert [f for f in findings(after) if f.table in ("date_changes", "date_requests")] == []
    refused, none = decide(with_it, asked.request.id, grant=False, by="council", on=dt.date(2026, 6, 20))
    assert none is None
    assert refused.decision == "refused"
    # the second one needs the council
    again = ask(after, "R1", new_date="2029-06", by="XWV", reason="funding", on=dt.date(2026, 9, 1))
    assert again.decided_by == "council"
    assert again.request.ordinal == 2
    second = after.with_rows(date_requests=[done, again.request])
    with pytest.raises(WrongUse, match="cannot decide"):
        decide(second, again.request.id, grant=True, by="XWV", on=dt.date(2026, 9, 2))
    assert decide(second, again.request.id, grant=True, by="council", on=dt.date(2026, 9, 2))[1] is not None


def test_requests_that_the_policy_refuses() -> None:
    records = base(promises=(("2020-05", "2027-06"),))
    late = ask(records, "R1", new_date="2028", by="XWV", reason="land", on=dt.date(2027, 4, 1))
    assert not late.in_time
    assert late.decided_by == "council"
    assert "90 days before" in late.remarks[0]
    for change, words in (
        ({"by": "XEM"}, "does not owe"),
        ({"reason": "mood"}, "no reason code 'mood'"),
        ({"new_date": "2027-05"}, "not later than"),
        ({"new_date": "2040"}, "the policy allows"),
        ({"new_date": "soon"}, "no date"),
        ({"item": "R9"}, "no commitment or milestone 'R9'"),
        ({"item": "R4", "by": "XEM"}, "no promised date"),
    ):
        given: dict[str, Any] = {
            "item": "R1",
            "new_date": "2028",
            "by": "XWV",
            "reason": "land",
            "on": ON,
        } | change
        with pytest.raises(WrongUse, match=words):
            ask(records, given.pop("item"), **given)
    pending = records.with_rows(date_requests=[late.request])
    with pytest.raises(WrongUse, match="still pending"):
        ask(pending, "R1", new_date="2028", by="XWV", reason="land", on=ON)
    with pytest.raises(WrongUse, match="no request 'x'"):
        decide(pending, "x", grant=True, by="council", on=ON)
    with pytest.raises(WrongUse, match="cannot be decided on"):
        decide(pending, late.request.id, grant=True, by="council", on=ON)


def test_milestones_have_a_state_of_their_own() -> None:
    records = base(promises=(("2020-05", "2027-06"),))
    step = Milestone(id="R1.m1", commitment="R1", title="Land bought", basis="assumed")
    due = DateChange(
        id="m",
        commitment="R1",
        milestone="R1.m1",
        announced_on=PartialDate("2025"),
        promised_for=PartialDate("2026-03"),
        basis="assumed",
    )
    proof = Evidence(
        id="p",
        commitment="R1",
        milestone="R1.m1",
        reported_on=PartialDate("2026-04"),
        shows="delivered",
        standing="owner",
        document="primary",
        meets_test="yes",
        basis="assumed",
    )
    with_it = records.with_rows(
        milestones=[step], date_changes=[*records.date_changes, due], evidence=[proof]
    )
    (found,) = milestone_status(with_it, ON)
    assert (found.milestone, found.commitment, found.item) == ("R1.m1", "R1", "R1.m1")
    assert (found.delivery, found.timing, found.slip_days) == ("delivered", "done late", 30)
    whole = one(with_it)
    assert (whole.milestone, whole.commitment, whole.item) == ("", "R1", "R1")
    assert (found.as_dict()["milestone"], whole.as_dict()["milestone"]) == ("R1.m1", None)
    assert whole.delivery == "no evidence"
    assert str(whole.latest_promised) == "2027-06"
    assert missing(records, records.commitments[3]) == ("date",)


def test_a_predecessor_that_comes_too_late_puts_its_successor_at_risk() -> None:
    records = opened("north-south").records
    found = {s.commitment: s for s in status(records, dt.date(2026, 11, 23))}
    assert found["C36"].timing == "at risk"  # due in 38 days, nothing reported
    waits = {d.successor for d in records.dependencies}
    assert waits


def test_a_proof_without_a_day_gives_no_day() -> None:
    proof = {"shows": "delivered", "standing": "owner", "document": "primary", "meets_test": "yes"}
    found = one(base(proof, promises=(("2010-01", "2015-06"),)))
    assert (found.delivery, found.timing, found.delivered_on, found.slip_days) == (
        "delivered",
        "no date",
        None,
        None,
    )
    # of what happened after some year, the day of the report is the last one that it may mean
    open_side = one(base(proof | {"happened_on": "after 2015"}, promises=(("2010-01", "2015-06"),)))
    assert (open_side.delivery, open_side.delivered_on, open_side.slip_days) == ("delivered", None, None)
    closed = one(
        base(
            proof | {"happened_on": "after 2015", "reported_on": "2017-03"},
            promises=(("2010-01", "2015-06"),),
        )
    )
    assert str(closed.delivered_on) == "2017-03-31"
    both = one(base(proof, proof | {"reported_on": "2014-05-01"}, promises=(("2010-01", "2015-06"),)))
    assert str(both.delivered_on) == "2014-05-01"


def test_a_report_of_a_year_counts_from_its_last_day() -> None:
    proof = {"shows": "delivered", "standing": "owner", "document": "primary", "meets_test": "yes"}
    records = base(proof | {"reported_on": "2015"}, promises=(("2010-01", "2015-06"),))
    assert one(records, dt.date(2015, 2, 1)).delivery == "no evidence"
    whole = one(records, dt.date(2015, 12, 31))
    assert (whole.delivery, str(whole.delivered_on)) == ("delivered", "2015-12-31")
    # reported on a day to have happened in that year: by that day
    told = base(
        proof | {"happened_on": "2015", "reported_on": "2015-11-10"}, promises=(("2010-01", "2015-06"),)
    )
    assert str(one(told, dt.date(2015, 11, 23)).delivered_on) == "2015-11-10"


def test_before_a_year_is_late_from_its_first_day() -> None:
    records = base(promises=(("2010-01", "before 2016"),))
    assert [one(records, dt.date(y, m, d)).days_late for y, m, d in ((2015, 12, 31), (2016, 1, 1))] == [0, 1]


def test_who_withdrew_a_request_can_ask_again() -> None:
    records = base(promises=(("2020-05", "2027-06"),))
    first = ask(records, "R1", new_date="2028", by="XWV", reason="land", on=ON).request
    gone = records.with_rows(date_requests=[first.model_copy(update={"decision": "withdrawn"})])
    again = ask(gone, "R1", new_date="2028", by="XWV", reason="land", on=ON).request
    assert (first.id, first.ordinal, again.id, again.ordinal) == ("R1.q1", 1, "R1.q2", 2)
    both = gone.with_rows(date_requests=[*gone.date_requests, again])
    assert not list(every_request_follows_the_policy(both))
    assert (
        ask(gone, "R1", new_date="2028", by="XWV", reason="land", on=ON).decided_by == "XWV"
    )  # nothing was granted yet


def test_a_policy_counts_days_within_a_century() -> None:
    for bad in (
        {"reminder_days": (99_999_999_999,)},
        {"escalation": ("² council",)},
        {"escalation": ("99999999999 council",)},
    ):
        with pytest.raises(ValueError, match=r"century|is no step"):
            Policy(**bad)


def test_contradictions_say_both_sides_in_full() -> None:
    progress = {"shows": "progress", "standing": "owner"}
    reports: list[dict[str, Any]] = [
        progress | {"reported_on": "2024-01-10", "percent": 52, "percent_of": "steps"},
        progress | {"reported_on": "2024-02-10", "percent": 21, "percent_of": " Steps"},
        progress | {"reported_on": "2024-03-10", "percent": 40, "percent_of": ""},
        progress | {"reported_on": "2024-04-10", "percent": 30, "percent_of": ""},
        progress
        | {"reported_on": "2024-08-10", "percent": 10, "percent_of": ""},  # no quarter later: progress
        {"shows": "stopped", "reported_on": "2024-05-01"},
        {"shows": "delivered", "reported_on": "2024-06-01", "disputes": "e5", "report": "trains run"},
    ]
    promises = (("2020-05", "2024"), ("2020-05", "2025"), ("2021", "2026"))
    assert one(base(*reports, promises=promises)).conflicts == (
        "promised on 2020-05 for 2024 and for 2025",
        "reported both delivered (e6) and stopped (e5)",
        "e5 is disputed by e6: trains run",
        "52 % of steps reported on 2024-01-10 (e0), 21 % on 2024-02-10 (e1)",
        "40 % of it reported on 2024-03-10 (e2), 30 % on 2024-04-10 (e3)",
    )


@pytest.mark.parametrize(
    ("day", "want"), [("2026-12-02", "at risk"), ("2026-12-03", "at risk"), ("2026-12-04", "on time")]
)
def test_at_risk_begins_so_many_days_before_the_date(day: str, want: str) -> None:
    policy = Policy(at_risk_days=(dt.date(2026, 12, 3) - ON).days)
    assert one(base(policy=policy, promises=(("2020", day),))).timing == want
    half = {"shows": "progress", "percent": 50, "percent_of": "works", "reported_on": "2026-01"}
    assert one(base(half, policy=policy, promises=(("2020", day),))).timing == "on time"


def test_stale_begins_the_day_after_the_days_of_the_policy() -> None:
    records = base(DONE | {"shows": "started"})  # reported on 10 January 2026
    last = dt.date(2026, 1, 10) + dt.timedelta(days=365)
    assert "stale" not in one(records, last).flags
    assert "stale" in one(records, last + dt.timedelta(days=1)).flags


def test_what_is_said_of_a_late_and_of_a_repeated_request() -> None:
    records = base(promises=(("2020-05", "2026-05-20"),))
    late = ask(records, "R1", new_date="2027", by="XWV", reason="land", on=ON)
    assert (late.days_before, late.decided_by) == (-12, "council")
    assert late.remarks == ("asked 12 days after the date; an orderly request comes 120 days before it",)
    pending = records.with_rows(date_requests=[late.request])
    with pytest.raises(WrongUse, match=r"^XWV cannot decide R1\.q1; council can\. It is a late request\.$"):
        decide(pending, "R1.q1", grant=True, by="XWV", on=ON)
    on_time = base(promises=(("2020-05", "2027-06-30"),))
    in_time = dt.date(2027, 6, 30) - dt.timedelta(days=120)
    assert ask(on_time, "R1", new_date="2028", by="XWV", reason="land", on=in_time).in_time
    tomorrow = in_time + dt.timedelta(days=1)
    assert not ask(on_time, "R1", new_date="2028", by="XWV", reason="land", on=tomorrow).in_time
    granted = ask(on_time, "R1", new_date="2028", by="XWV", reason="land", on=ON).request.model_copy(
        update={"decision": "granted"}
    )
    again = on_time.with_rows(date_requests=[granted])
    second = ask(again, "R1", new_date="2028", by="XWV", reason="land", on=ON)
    assert second.remarks == ("1 granted before; from now on council decides",)
    both = again.with_rows(date_requests=[granted, second.request])
    with pytest.raises(WrongUse, match=r"; council can\. It is a repeated request\.$"):
        decide(both, second.request.id, grant=True, by="XWV", on=ON)
    decided, _ = decide(both, second.request.id, grant=False, by="council", on=ON)
    with pytest.raises(WrongUse, match=f"was refused on {ON} already"):
        decide(again.with_rows(date_requests=[granted, decided]), decided.id, grant=True, by="council", on=ON)


def test_a_date_moves_at_most_by_the_longest_extension() -> None:
    records = base(promises=(("2020-05", "2027-06-30"),), policy=Policy(longest_extension_days=100))
    asked: dict[str, Any] = {"by": "XWV", "reason": "land", "on": ON}
    assert ask(records, "R1", new_date="2027-10-08", **asked).request.new_date == PartialDate("2027-10-08")
    with pytest.raises(WrongUse, match="is 101 days on; the policy allows 100 at a time"):
        ask(records, "R1", new_date="2027-10-09", **asked)
    with pytest.raises(WrongUse, match="is not later than"):
        ask(records, "R1", new_date="2027-06-30", **asked)
