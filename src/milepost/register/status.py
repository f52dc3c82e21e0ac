"""What is done? Proved by evidence, never typed in.

Rules (version 1). On a given day only reports known by then count.

* *delivered*: a report shows the promised thing delivered, and no later report shows it stopped.
* *stopped*: a report shows it ended without delivery, and no later report shows it delivered.
* *started*: a report shows a start or progress. *no evidence*: no report at all, or context only.

A year or a month counts to its last day, for promises and reports alike: a promise for 2026 is kept on
31 December 2026. Slip is counted from the first promised date to the day of delivery or, while open, to the latest
promised date. Reports that contradict one another are kept and named, never resolved by choosing one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from milepost.records import DateChange, Evidence, PartialDate, Records

RULES_VERSION = 1
Delivery = Literal["no evidence", "started", "delivered", "stopped"]
Timing = Literal["no date", "on time", "late", "done on time", "done late", "stopped"]


@dataclass(frozen=True)
class Status:
    """State of one commitment on a day. Days are calendar days; None where no source gives a date."""

    commitment: str
    delivery: Delivery
    timing: Timing
    first_promised: PartialDate | None
    latest_promised: PartialDate | None
    delivered_on: dt.date | None
    promises: int
    slip_days: int | None
    days_late: int
    percent: float | None
    percent_of: str
    evidence: int
    conflicts: tuple[str, ...]


def status(records: Records, on: dt.date) -> tuple[Status, ...]:
    """Status of every commitment on a day, in the order of the table."""
    reports: dict[str, list[Evidence]] = {}
    for report in records.evidence:
        if _known(report.reported_on or report.happened_on, on):
            reports.setdefault(report.commitment, []).append(report)
    promises: dict[str, list[DateChange]] = {}
    for change in records.date_changes:
        if _known(change.announced_on, on):
            promises.setdefault(change.commitment, []).append(change)
    return tuple(_status(c.id, reports.get(c.id, []), promises.get(c.id, []), on) for c in records.commitments)


def delivered(records: Records, on: dt.date) -> frozenset[str]:
    """Ids of the commitments proved delivered by a day."""
    return frozenset(s.commitment for s in status(records, on) if s.delivery == "delivered")


def open_commitments(records: Records, on: dt.date) -> tuple[str, ...]:
    """Ids of the commitments neither delivered nor stopped by a day."""
    return tuple(s.commitment for s in status(records, on) if s.delivery not in ("delivered", "stopped"))


def _known(date: PartialDate | None, on: dt.date) -> bool:
    """Known on a day if the day the source states, at its earliest, is not after it; undated is known always."""
    return date is None or date.first <= on


def _day(report: Evidence) -> dt.date:
    date = report.happened_on or report.reported_on
    return date.last if date else dt.date.min


def _status(name: str, reports: list[Evidence], promises: list[DateChange], on: dt.date) -> Status:
    closing = [r for r in reports if r.shows in ("delivered", "stopped")]
    # where one day has both reports, 'stopped' holds: a claim that is contradicted at once proves nothing
    last = max(closing, key=lambda r: (_day(r), r.shows == "stopped"), default=None)
    if last is not None:
        delivery: Delivery = "delivered" if last.shows == "delivered" else "stopped"
    elif any(r.shows in ("started", "progress") for r in reports):
        delivery = "started"
    else:
        delivery = "no evidence"
    dated = sorted(
        (p for p in promises if p.promised_for is not None),
        key=lambda p: (p.announced_on.last if p.announced_on else dt.date.min, p.promised_for, p.id),
    )
    first = dated[0].promised_for if dated else None
    latest = dated[-1].promised_for if dated else None
    done = min((_day(r) for r in closing if r.shows == "delivered"), default=None) if delivery == "delivered" else None
    end = done if delivery == "delivered" else latest.last if latest else None
    slip = (end - first.last).days if first and end else None
    late = max(0, (on - latest.last).days) if latest and delivery in ("no evidence", "started") else 0
    if delivery == "stopped":
        timing: Timing = "stopped"
    elif first is None or (delivery == "delivered" and done is None):
        timing = "no date"
    elif delivery == "delivered":
        timing = "done late" if slip and slip > 0 else "done on time"
    else:
        timing = "late" if late else "on time"
    measured = [r for r in reports if r.percent is not None]
    newest = max(measured, key=_day, default=None)
    return Status(
        commitment=name,
        delivery=delivery,
        timing=timing,
        first_promised=first,
        latest_promised=latest,
        delivered_on=done,
        promises=len(dated),
        slip_days=slip,
        days_late=late,
        percent=newest.percent if newest else None,
        percent_of=newest.percent_of if newest else "",
        evidence=len(reports),
        conflicts=tuple(_conflicts(dated, closing)),
    )


def _conflicts(promises: list[DateChange], closing: list[Evidence]) -> Iterable[str]:
    by_day: dict[str, list[DateChange]] = {}
    for promise in promises:
        if promise.announced_on:
            by_day.setdefault(promise.announced_on.text, []).append(promise)
    for day, same in by_day.items():
        dates = list(dict.fromkeys(str(p.promised_for) for p in same))
        if len(dates) > 1:
            yield f"promised on {day} for {' and for '.join(dates)}"
    shows = {r.shows for r in closing}
    if len(shows) > 1:
        yield "reported both delivered and stopped"
