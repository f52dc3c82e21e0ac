"""Status, requests and timetable at their limits: the last day that counts and the first that does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from written_worlds import DONE, STATEMENT, base, one
from written_worlds import ON_STATUS as ON

from milepost.errors import WrongUse
from milepost.records import (
    DateChange,
    DateRequest,
    Dependency,
    Kind,
    Milestone,
    PartialDate,
    Policy,
    Records,
)
from milepost.register.requests import ask, decide
from milepost.register.status import headline, milestone_status, missing, status
from milepost.register.timetable import timetable
from milepost.register.two_persons import new_proofs

PROOF = DONE | {"standing": "owner", "document": "primary", "meets_test": "yes"}
ASKED: dict[str, Any] = {"by": "XWV", "reason": "land", "on": ON}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def change(ident: str, announced_on: str, promised_for: str, **more: str) -> DateChange:
    return DateChange(
        id=ident,
        announced_on=PartialDate(announced_on) if announced_on else None,
        promised_for=PartialDate(promised_for),
        basis="sourced",
        **({"commitment": "R1"} | more),
    )


def request(decision: str = "granted", **more: Any) -> DateRequest:
    cells: dict[str, Any] = {
        "id": "q1",
        "commitment": "R1",
        "ordinal": 1,
        "asked_on": PartialDate("2026-01-10"),
        "asked_by": "XWV",
        "new_date": PartialDate("2028"),
        "reason": "land",
        "basis": "sourced",
    }
    return DateRequest(**(cells | {"decision": decision} | more))


# Dates that count


@pytest.mark.parametrize(
    ("announced", "latest"),
    [("2025-12-31", "2029"), ("2025-12", "2029"), ("2026-01-01", "2027"), ("2026", "2027"), ("", "2029")],
)
def test_a_date_moves_by_announcement_until_the_day_before_requests_are_needed(
    announced: str, latest: str
) -> None:
    """What was announced on no day on record counts: nobody can say that it came too late."""
    policy = Policy(requests_since=day("2026-01-01"))
    first = change("d1", "2020" if announced else "", "2027")
    found = one(base(policy=policy).with_rows(date_changes=[first, change("d2", announced, "2029")]))
    assert str(found.latest_promised) == latest
    assert found.announced_only == (() if latest == "2029" else ("2029 (d2)",))
    assert found.redated == (1 if latest == "2029" else 0)


@pytest.mark.parametrize(
    ("decided_on", "day_", "latest"),
    [
        ("2026-06-01", "2026-05-31", "2027"),
        ("2026-06-01", "2026-06-01", "2029"),
        ("", "2026-05-01", "2029"),  # granted on a day that is not on record
    ],
)
def test_a_grant_counts_from_its_day_on(decided_on: str, day_: str, latest: str) -> None:
    granted = request(decided_on=PartialDate(decided_on) if decided_on else None)
    moved = change("d2", "2026-02", "2029", request="q1")
    records = base().with_rows(date_changes=[change("d1", "2020", "2027"), moved], date_requests=[granted])
    assert str(one(records, day(day_)).latest_promised) == latest


@pytest.mark.parametrize("decision", ["pending", "refused", "withdrawn"])
def test_what_was_not_granted_moves_nothing(decision: str) -> None:
    moved = change("d2", "2026-02", "2029", request="q1")
    records = base().with_rows(date_changes=[change("d1", "2020", "2027"), moved])
    found = one(records.with_rows(date_requests=[request(decision)]))
    assert (str(found.latest_promised), found.announced_only) == ("2027", ("2029 (d2)",))


def test_a_date_is_known_from_the_day_of_its_announcement() -> None:
    records = base(promises=(("2020-05-04", "2024"),))
    found = [one(records, day(d)).first_promised for d in ("2020-05-03", "2020-05-04")]
    assert found == [None, PartialDate("2024")]


# Delivery, timing, flags


@pytest.mark.parametrize(
    ("done", "timing", "slip"),
    [("2026-01-09", "done on time", -1), ("2026-01-10", "done on time", 0), ("2026-01-11", "done late", 1)],
)
def test_done_on_the_promised_day_is_on_time(done: str, timing: str, slip: int) -> None:
    found = one(base(PROOF | {"reported_on": done}, promises=(("2020", "2026-01-10"),)))
    assert (found.timing, found.slip_days, found.days_late) == (timing, slip, 0)


def test_without_a_date_nothing_is_late_and_nothing_slips() -> None:
    found = one(base())
    assert (found.timing, found.slip_days, found.days_late, found.redated) == ("no date", None, 0, 0)


@pytest.mark.parametrize(
    ("due", "timing", "late"),
    [("2026-06-02", "at risk", 0), ("2026-06-01", "at risk", 0), ("2026-05-31", "late", 1)],
)
def test_late_begins_the_day_after_the_date(due: str, timing: str, late: int) -> None:
    found = one(base(promises=(("2020", due),)))
    assert (found.timing, found.days_late) == (timing, late)
    stopped = one(base(DONE | {"shows": "stopped"}, promises=(("2020", due),)))
    assert (stopped.timing, stopped.days_late) == ("stopped", 0)


@pytest.mark.parametrize(
    ("percent", "delivery", "timing"), [(49, "started", "at risk"), (50, "substantial", "on time")]
)
def test_near_its_date_what_is_not_half_done_is_at_risk(percent: int, delivery: str, timing: str) -> None:
    report = {"shows": "progress", "percent": percent, "percent_of": "works", "reported_on": "2026-01"}
    found = one(base(report, promises=(("2020", "2026-06-10"),)))
    assert (found.delivery, found.timing) == (delivery, timing)


def test_a_report_counts_from_its_day_on() -> None:
    records = base(PROOF)  # reported on 10 January 2026
    assert [one(records, day(d)).delivery for d in ("2026-01-09", "2026-01-10")] == [
        "no evidence",
        "delivered",
    ]
    happened = base(PROOF | {"happened_on": "2025-12-01"})
    later = day("2026-06-01")
    assert [one(happened, day(d), later).delivery for d in ("2025-11-30", "2025-12-01")] == [
        "no evidence",
        "delivered",
    ]


def test_the_day_of_delivery_is_the_first_that_a_proof_gives() -> None:
    later, outside = PROOF | {"reported_on": "2026-03-01"}, PROOF | {"standing": "outside"}
    found = one(base(later, PROOF, outside | {"reported_on": "2026-05-01"}))
    assert (found.delivery, found.delivered_on, found.proofs) == (
        "verified",
        day("2026-01-10"),
        ("e2", "e0", "e1"),
    )


def test_what_happened_after_the_report_is_dated_by_itself() -> None:
    """A report cannot look back on what comes later: its own day says nothing then."""
    ahead = one(base(PROOF | {"reported_on": "2025-01-10", "happened_on": "2026-03"}))
    assert ahead.delivered_on == day("2026-03-31")
    same = one(base(PROOF | {"reported_on": "2026-03-01", "happened_on": "2026-03"}))
    assert same.delivered_on == day("2026-03-01")


def test_secondary_source_only_means_that_no_proof_is_primary() -> None:
    press = DONE | {"document": "secondary"}
    assert "secondary source only" in one(base(press, press, policy=STATEMENT)).flags
    assert "secondary source only" not in one(base(press, PROOF, policy=STATEMENT)).flags
    assert "secondary source only" not in one(base(press)).flags  # is not delivered


def test_nothing_of_the_works_is_said_of_works() -> None:
    nothing = {"shows": "context", "percent": 0, "reported_on": "2026-01"}
    assert one(base(nothing | {"percent_of": "works"})).delivery == "not started"
    assert one(base(nothing | {"percent_of": "land"})).delivery == "no evidence"
    assert one(base(nothing | {"percent_of": "works", "percent": 1})).delivery == "no evidence"


def test_the_newest_percentage_is_shown() -> None:
    def measured(percent: float, reported_on: str) -> dict[str, Any]:
        return {"shows": "progress", "percent": percent, "percent_of": "track", "reported_on": reported_on}

    found = one(base(measured(40, "2026-03"), measured(30, "2026-01"), {"shows": "started"}))
    assert (found.percent, found.percent_of, found.evidence) == (40, "track", 3)
    assert found.last_reported == day("2026-03-31")
    none = one(base())
    assert (none.percent, none.percent_of, none.evidence, none.last_reported) == (None, "", 0, None)


@pytest.mark.parametrize(
    ("later", "percent", "said"),
    [
        ("2024-04-11", 39, True),  # 92 days after
        ("2024-04-12", 39, False),
        ("2024-02-01", 40, False),
        ("2024-02-01", 41, False),
    ],
)
def test_less_than_was_reported_within_a_quarter_is_a_contradiction(
    later: str, percent: float, said: bool
) -> None:
    early = {"shows": "progress", "reported_on": "2024-01-10", "percent": 40, "percent_of": "works"}
    assert bool(one(base(early, early | {"reported_on": later, "percent": percent})).conflicts) == said


def test_a_dispute_is_one_between_reports_of_the_same_thing() -> None:
    talk = {"shows": "context", "reported_on": "2026-01-10"}
    found = one(base(talk | {"disputes": "e9"}, talk, talk | {"disputes": "e1"}))
    assert found.conflicts == ("e1 is disputed by e2",)
    assert "disputed" in found.flags
    assert "disputed" not in one(base(talk, talk | {"disputes": "e9"})).flags


def test_a_report_is_disputed_from_the_day_on_which_that_is_known() -> None:
    talk = {"shows": "context", "reported_on": "2026-01-10"}
    records = base(talk, {"shows": "context", "reported_on": "2026-05-01", "disputes": "e0"})
    flagged = ["disputed" in one(records, day(d)).flags for d in ("2026-04-30", "2026-05-01")]
    assert flagged == [False, True]
    undated = base(talk, {"shows": "context", "happened_on": "2026-05-01", "disputes": "e0"})
    assert "disputed" not in one(undated, day("2026-04-30")).flags


def test_an_end_with_and_an_end_without_delivery_are_named_by_their_first_reports() -> None:
    found = one(base(DONE | {"shows": "stopped"}, DONE, DONE, DONE | {"shows": "stopped"}))
    assert found.conflicts == ("reported both delivered (e1) and stopped (e0)",)


def test_an_effect_was_measured_for_a_day_at_least() -> None:
    effect, policy = DONE | {"shows": "in effect"}, Policy(measured_days=1)
    assert one(base(effect, policy=policy)).delivery == "substantial"
    assert one(base(effect | {"measured_days": 1}, policy=policy)).delivery == "in effect"


def test_a_status_as_plain_values() -> None:
    found = one(base(PROOF, policy=Policy(), promises=(("2020-05", "2025"), ("2021", "2026-02"))))
    assert found.as_dict() == {
        "commitment": "R1",
        "milestone": None,
        "delivery": "delivered",
        "level": 3,
        "timing": "done late",
        "flags": [],
        "missing": [],
        "first_promised": "2025",
        "latest_promised": "2026-02",
        "delivered_on": "2026-01-10",
        "promises": 2,
        "redated": 1,
        "slip_days": 10,
        "days_late": 0,
        "percent": None,
        "percent_of": "",
        "last_reported": "2026-01-10",
        "proofs": ["e0"],
        "announced_only": [],
        "conflicts": [],
    }
    bare = one(base()).as_dict()
    dates = ("first_promised", "latest_promised", "delivered_on", "last_reported", "level")
    assert [bare[name] for name in dates] == [None] * 5


def test_each_commitment_is_in_one_of_the_four_shares_or_stopped() -> None:
    def in_(*reports: dict[str, Any]) -> list[int]:
        head = headline([one(base(*reports))], ON)
        assert sum(head.shares.values()) == (0 if head.stopped else 1)
        return [head.verified, head.claimed, head.moving, head.no_evidence, head.stopped]

    effect = DONE | {"shows": "in effect", "measured_days": 90}
    nothing = {"shows": "context", "percent": 0, "percent_of": "works", "reported_on": "2026-01"}
    assert in_(effect) == in_(DONE | {"standing": "outside", "meets_test": "yes"}) == [1, 0, 0, 0, 0]
    assert in_(PROOF) == [0, 1, 0, 0, 0]
    assert in_(DONE) == in_(DONE | {"shows": "started"}) == [0, 0, 1, 0, 0]
    assert in_() == in_(nothing) == [0, 0, 0, 1, 0]
    assert in_(DONE | {"shows": "stopped"}) == [0, 0, 0, 0, 1]


def test_answers_are_said_in_a_line() -> None:
    records = base(promises=(("2020", "2027"),))
    assert "5 commitments on 2026-06-01, 0 stopped" in repr(headline(status(records, ON), ON))
    assert "timetable of 5 open commitments on 2026-06-01" in repr(timetable(records, ON))


def test_what_a_commitment_lacks_is_named() -> None:
    records = base(promises=(("2020", "2027"),))
    whole = records.commitments[0]
    nothing = whole.model_copy(
        update={"owed_by": (), "acceptance_test": "", "source": "", "basis": "sourced", "kind": "opera"}
    )
    assert missing(records, whole) == ()
    assert missing(records, nothing) == ("owner", "acceptance test", "locator")
    assert missing(records, nothing.model_copy(update={"kind": "ratify"})) == ("owner", "locator")
    named = records.with_rows(kinds=[Kind(id="opera", acceptance_test="The curtain rises.")])
    assert missing(named, nothing) == ("owner", "locator")
    assert missing(records, whole.model_copy(update={"basis": "sourced", "source": "p. 3"})) == ()
    of_a_step = records.with_rows(date_changes=[change("d", "2020", "2027", milestone="R1.m")])
    of_another = records.with_rows(date_changes=[change("d", "2020", "2027", commitment="R2")])
    assert missing(of_a_step, whole) == missing(of_another, whole) == ("date",)


# What must come first


@pytest.mark.parametrize(
    ("kind", "before", "timing"),
    [
        ("FS", "2028-06-30", "on time"),  # due on the same day
        ("FS", "2028-07-01", "at risk"),
        ("FF", "2028-07-01", "at risk"),
        ("SS", "2028-07-01", "on time"),  # need only have begun
        ("FS", "2026-05-31", "at risk"),  # late already
        ("FS", "", "on time"),
    ],
)
def test_a_successor_is_at_risk_if_what_must_come_first_is_due_later(
    kind: str, before: str, timing: str
) -> None:
    changes = [change("d1", "2020", "2028-06-30")]
    changes += [change("d2", "2020", before, commitment="R2")] if before else []
    waits = Dependency(id="y", predecessor="R2", successor="R1", kind=kind, basis="assumed")
    unknown = Dependency(id="z", predecessor="R9", successor="R1", kind="FS", basis="assumed")
    records = base().with_rows(date_changes=changes, dependencies=[waits, unknown])
    assert one(records).timing == timing
    reason = {"2028-07-01": "waits for what is due later", "2026-05-31": "waits for what is late"}
    assert one(records).rules == ("no report", reason[before] if timing == "at risk" else "on time")
    closed = [e.model_copy(update={"commitment": "R2"}) for e in base(DONE | {"shows": "stopped"}).evidence]
    assert one(records.with_rows(evidence=closed)).timing == "on time"


# Milestones


def with_step(**more: Any) -> Records:
    """R1 with a milestone that is due in 2027-06."""
    step = Milestone(**({"id": "R1.m", "commitment": "R1", "title": "land", "basis": "assumed"} | more))
    dates = [change("d1", "2020", "2028"), change("d2", "2020", "2027-06-30", milestone="R1.m")]
    return base().with_rows(milestones=[step], date_changes=dates)


def test_a_milestone_is_owed_by_its_own_owner_or_else_by_that_of_the_whole() -> None:
    asked = ask(with_step(), "R1.m", new_date="2028", **ASKED).request
    assert (asked.commitment, asked.milestone, asked.id) == ("R1", "R1.m", "R1.m.q1")
    own = with_step(owed_by=("XEM",))
    assert ask(own, "R1.m", new_date="2028", **(ASKED | {"by": "XEM"})).request.asked_by == "XEM"
    with pytest.raises(WrongUse, match=r"^XWV does not owe R1\.m; only XEM can ask to move its date\.$"):
        ask(own, "R1.m", new_date="2028", **ASKED)
    with pytest.raises(WrongUse, match=r"no commitment or milestone 'R1\.n'.*R1\.m"):
        ask(own, "R1.n", new_date="2028", **ASKED)
    orphan = with_step(commitment="R9")
    assert milestone_status(orphan, ON) == ()


def test_a_request_for_a_milestone_is_decided_by_the_milestones_date() -> None:
    records = with_step()
    asked = ask(records, "R1.m", new_date="2027-12", **(ASKED | {"on": day("2027-04-01")}))
    assert (asked.in_time, asked.days_before) == (False, 90)
    pending = records.with_rows(date_requests=[asked.request])
    with pytest.raises(WrongUse, match=r"XWV cannot decide R1\.m\.q1; council can\."):
        decide(pending, "R1.m.q1", grant=True, by="XWV", on=day("2027-04-02"))
    _, moved = decide(pending, "R1.m.q1", grant=True, by="council", on=day("2027-04-02"))
    assert moved is not None
    assert (moved.milestone, moved.commitment, str(moved.promised_for)) == ("R1.m", "R1", "2027-12")
    # that the step is asked for says nothing of the whole
    assert ask(pending, "R1", new_date="2029", **ASKED).request.ordinal == 1


# Requests


def test_a_request_on_the_day_itself_comes_before_the_date() -> None:
    def remark(on: str) -> str:
        asked = ask(
            base(promises=(("2020", "2026-06-01"),)), "R1", new_date="2027", **(ASKED | {"on": day(on)})
        )
        (said,) = asked.remarks
        return said.split(";")[0]

    assert [remark(d) for d in ("2026-05-31", "2026-06-01", "2026-06-02")] == [
        "asked 1 days before the date",
        "asked 0 days before the date",
        "asked 1 days after the date",
    ]


def test_an_orderly_first_request_has_no_remark() -> None:
    asked = ask(base(promises=(("2020", "2028"),)), "R1", new_date="2029", **ASKED)
    assert (asked.remarks, asked.in_time, asked.decided_by) == ((), True, "XWV")


def test_a_date_that_has_passed_is_moved_from_today() -> None:
    records = base(promises=(("2020", "2025-12-31"),), policy=Policy(longest_extension_days=100))
    late = ON + dt.timedelta(days=100)
    assert ask(records, "R1", new_date=late.isoformat(), **ASKED).request.new_date.last == late
    with pytest.raises(WrongUse, match="is 101 days on"):
        ask(records, "R1", new_date=(late + dt.timedelta(days=1)).isoformat(), **ASKED)


def test_what_is_closed_has_no_date_to_move() -> None:
    done = base(PROOF, promises=(("2020", "2028"),))
    with pytest.raises(WrongUse, match=r"^R1 is delivered; a closed commitment has no date to move\.$"):
        ask(done, "R1", new_date="2029", **ASKED)


def test_new_rows_are_numbered_on_and_get_ids_of_their_own() -> None:
    records = base(promises=(("2020", "2028"),))  # one date, d0
    of_another = change("R2.1", "2020", "2027", commitment="R2")
    records = records.with_rows(date_changes=[*records.date_changes, of_another])
    asked = ask(records, "R1", new_date="2029", text="a field", **ASKED).request
    assert (asked.id, asked.ordinal, asked.reason_text) == ("R1.q1", 1, "a field")
    pending = records.with_rows(date_requests=[asked])
    decided, moved = decide(pending, "R1.q1", grant=True, by="XWV", on=ON, text="agreed")
    assert (decided.decision, decided.decided_by, str(decided.decided_on)) == ("granted", "XWV", str(ON))
    assert decided.decision_text == "agreed"
    assert moved is not None
    assert (moved.id, moved.request) == ("R1.2", "R1.q1")
    assert moved.statement == "request R1.q1 of XWV granted by XWV: land"
    taken = pending.with_rows(
        date_changes=[*records.date_changes, *(change(i, "2020", "2027", commitment="R3") for i in ("R1.2",))]
    )
    again = decide(taken, "R1.q1", grant=True, by="XWV", on=ON)[1]
    assert again is not None
    assert again.id == "R1.2-2"
    both = [*taken.date_changes, change("R1.2-2", "2020", "2027", commitment="R3")]
    third = decide(taken.with_rows(date_changes=both), "R1.q1", grant=True, by="XWV", on=ON)[1]
    assert third is not None
    assert third.id == "R1.2-3"


def test_who_may_decide() -> None:
    records = base(promises=(("2020", "2028"),))
    asked = ask(records, "R1", new_date="2029", **ASKED).request
    pending = records.with_rows(date_requests=[asked])
    for body in ("XWV", "secretariat", "council"):
        assert decide(pending, "R1.q1", grant=True, by=body, on=ON)[0].decided_by == body
    with pytest.raises(WrongUse, match=r"^XRL cannot decide R1\.q1; XWV, council, secretariat can\.$"):
        decide(pending, "R1.q1", grant=True, by="XRL", on=ON)


def test_a_request_is_decided_on_its_day_at_the_earliest() -> None:
    pending = base(promises=(("2020", "2028"),)).with_rows(date_requests=[request("pending")])
    with pytest.raises(WrongUse, match="was made on 2026-01-10; it cannot be decided on 2026-01-09"):
        decide(pending, "q1", grant=False, by="council", on=day("2026-01-09"))
    assert decide(pending, "q1", grant=False, by="council", on=day("2026-01-10"))[1] is None
    unknown = base().with_rows(date_requests=[request("refused")])
    with pytest.raises(WrongUse, match="was refused on an unknown day already"):
        decide(unknown, "q1", grant=True, by="council", on=ON)


def test_what_has_no_date_is_asked_for_on_the_last_day() -> None:
    """A request on record for a date that was never promised: no day is left before it."""
    for days, in_time in ((0, True), (1, False)):
        pending = base(policy=Policy(request_days_before=days)).with_rows(date_requests=[request("pending")])
        if in_time:
            assert decide(pending, "q1", grant=True, by="XWV", on=ON)[0].decision == "granted"
        else:
            with pytest.raises(WrongUse, match="It is a late request"):
                decide(pending, "q1", grant=True, by="XWV", on=ON)


# Timetable


@pytest.mark.parametrize(
    ("due", "planned", "overdue"),
    [
        ("2026-06-02", "2026-06-02", {}),
        ("2026-06-01", "2026-06-01", {}),
        ("2026-05-31", "2026-06-01", {"R1": 1}),
    ],
)
def test_a_date_that_has_passed_is_planned_for_today(due: str, planned: str, overdue: dict[str, int]) -> None:
    plan = timetable(base(promises=(("2020", due),)), ON)
    assert plan.dates == {"R1": day(planned), "R2": None, "R3": None, "R4": None, "R5": None}
    assert plan.overdue == overdue
    assert plan.frame()["overdue_days"].tolist() == [overdue.get("R1", 0), 0, 0, 0, 0]
    assert plan.headed() == "timetable of 5 open commitments on 2026-06-01"
    with pytest.raises(WrongUse, match=r"no dated open commitment 'R2'.*R1"):
        plan.slip("R2", 1)
    assert set(plan.dates) == {s.commitment for s in status(base(), ON)}


@pytest.mark.parametrize(
    ("report", "delivery"),
    [
        ({"shows": "delivered"}, "verified"),
        ({"shows": "progress"}, "started"),  # progress proves no delivery, whatever test it meets
        ({"shows": "delivered", "meets_test": "no"}, "started"),
    ],
)
def test_from_outside_delivery_alone_verifies(report: dict[str, Any], delivery: str) -> None:
    outside = {"standing": "outside", "document": "primary", "meets_test": "yes", "reported_on": "2026-01"}
    records = base(outside | report)
    assert one(records).delivery == delivery
    proved = new_proofs(records.with_rows(evidence=[]), records)
    assert proved == (("R1",) if delivery == "verified" else ()), "two persons are asked for a proof only"
