"""What is taken over after a report or a moved date is what would be worked out anew, where one row changes
the status of another item."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import replace
from typing import Any

import pytest

import milepost
from milepost.programme import Programme
from milepost.records import DateChange, DateRequest, Evidence, Records
from milepost.register import status as statuses
from milepost.register.status import Status, status
from milepost.register.timetable import timetable
from milepost.web.state import Valued

ON = dt.date(2026, 1, 1)
LATER = {"announced_on": "2025-06-01", "statement": "later", "basis": "assumed"}


def ridge() -> Records:
    records = milepost.open(milepost.example("ridge")).records
    second = DateChange.model_validate(
        {
            "id": "R2.1",
            "commitment": "R2",
            "announced_on": "2020-05-04",
            "promised_for": "2028",
            "basis": "assumed",
        }
    )
    others = tuple(d for d in records.date_changes if d.commitment != "R2")
    return records.with_rows(date_changes=(*others, second))


def by_request() -> Records:
    """Where dates move by granted requests from 2025 on."""
    plain = ridge()
    return replace(plain, policy=plain.policy.model_copy(update={"requests_since": dt.date(2025, 1, 1)}))


def of(records: Records) -> dict[str, Status]:
    return {s.commitment: s for s in status(records, ON)}


def anew(records: Records, monkeypatch: pytest.MonkeyPatch) -> dict[str, Status]:
    """Without what is in memory."""
    with monkeypatch.context() as patch:
        patch.setattr(statuses, "_LAST", deque(maxlen=8))
        patch.setattr(statuses, "_single", type(statuses._single)(12))
        return of(records)


def moved(records: Records, **more: str) -> Records:
    row = DateChange.model_validate(
        {"id": "R1.9", "commitment": "R1", "promised_for": "2031", **LATER, **more}
    )
    return records.with_rows(date_changes=(*records.date_changes, row))


def asked(records: Records, decision: str, decided_on: str = "2025-06-01") -> Records:
    cells = {"id": "R1.q1", "commitment": "R1", "ordinal": "1", "asked_on": "2025-05-01", "asked_by": "XWV"}
    cells |= {"new_date": "2031", "reason": "funding", "decision": decision, "basis": "assumed"}
    cells |= {"decided_on": decided_on, "decided_by": "XRL"} if decision == "granted" else {}
    return records.with_rows(date_requests=(DateRequest.model_validate(cells),))


def test_what_waits_is_at_risk_when_what_comes_first_is_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ridge()
    assert of(before)["R2"].timing == "on time"
    after = moved(before)
    assert statuses.differs_by_item(before, after)
    found = of(after)
    assert found["R2"].timing == "at risk", "R2 waits for R1, which is due later now"
    assert found == anew(after, monkeypatch)
    assert of(before) == anew(before, monkeypatch)


def test_a_date_moves_when_its_request_is_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    pending = moved(asked(by_request(), "pending"), request="R1.q1")
    waiting = of(pending)["R1"]
    granted = asked(pending, "granted")
    assert statuses.differs_by_item(pending, granted)
    found = of(granted)
    assert found["R1"].latest_promised != waiting.latest_promised
    assert found == anew(granted, monkeypatch)
    assert timetable(granted, ON).dates["R1"] != timetable(pending, ON).dates["R1"]


def report(records: Records, **cells: str) -> Records:
    row: dict[str, Any] = {
        "id": "R1.e9",
        "commitment": "R1",
        "reported_on": "2025-12-01",
        "basis": "assumed",
        **cells,
    }
    return records.with_rows(evidence=(*records.evidence, Evidence.model_validate(row)))


def test_values_are_taken_over_after_a_report_and_not_after_a_granted_date() -> None:
    # granted, but on a day that is still to come: the date does not move yet
    pending = moved(asked(by_request(), "granted", "2026-02-01"), request="R1.q1")
    first = Valued(Programme("memory", pending, written=ON), (1, "a"), None)
    assert not first.findings
    assert first.book.dates
    same = Valued(Programme("memory", report(pending, shows="context"), written=ON), (2, "b"), first)
    same.adopt()
    assert same.made["book"] is first.made["book"], "a report that proves nothing costs no values"
    other = Valued(Programme("memory", asked(pending, "granted"), written=ON), (2, "c"), first)
    other.adopt()
    assert "book" not in other.made
    assert other.book.dates["R1"] != first.book.dates["R1"]
