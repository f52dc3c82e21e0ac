"""What is done? Proved by evidence, never typed in: three axes that are never blended into one percentage.

Rules, version 2. Only what is known by ``known_on`` about what happened by ``on`` counts.

**Legal**: the state of the agreement (:mod:`milepost.register.force`).

**Delivery**: the highest level that the reports reach.

* *no evidence*: no report, or context only. It is not the same as not started.
* 0 *not started*: a report says that 0 percent of the works is done, and none shows more.
* 1 *started*: a report shows a start or progress.
* 2 *substantial*: a report meets the acceptance test in part, or shows half of the works or more (of works,
not of land, money
  or drawings), or says *delivered*
  without the proof that level 3 needs.
* 3 *delivered*, a claim: the owner's own document meets the acceptance test (policy
``delivered_needs = "primary
  document"``), or a statement of delivery is on record and none says that it misses the test
  (``"statement"``).
* 4 *verified*: a body outside the owner reports that the test is met.
* 5 *in effect*: the effect was measured over at least ``measured_days``.
* *stopped*: a report shows an end without delivery, and no later report shows it delivered.

**Timing**: a year or a month counts to its last day, for promises and reports alike. Slip runs from the first
promised date to the day of delivery or, while open, to the latest promised date. From the day
``requests_since`` on a date moves only by a granted request: what is merely announced is kept, named and does
not move the date.

Flags: *disputed*, *stale*, *not verifiable*, *secondary source only*, *moved without request*. Reports that
contradict one another are kept and printed side by side, never resolved by choosing one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from milepost.records import Commitment, DateChange, Evidence, PartialDate, Policy, Records
from milepost.records.kinds import CALENDAR
from milepost.results import Result

if TYPE_CHECKING:
    import pandas as pd

RULES_VERSION = 2
Delivery = Literal[
    "no evidence", "not started", "started", "substantial", "delivered", "verified", "in effect", "stopped"
]
Timing = Literal["no date", "on time", "at risk", "late", "done on time", "done late", "stopped"]
Flag = Literal["disputed", "stale", "not verifiable", "secondary source only", "moved without request"]
LEVELS: tuple[Delivery, ...] = ("not started", "started", "substantial", "delivered", "verified", "in effect")
_WORKS = re.compile(r"\b(works?|physical|construction|built|build|track|complete\w*)\b", re.I)
_NOT_WORKS = re.compile(r"\b(not (the )?works?|land|funds?|money|design|study|studies|permits?)\b", re.I)
_NEAR_DAYS = 92  # two reports of one measure within a quarter that differ are a contradiction, not progress


@dataclass(frozen=True)
class Status:
    """State of one commitment, or of one ``milestone`` of it, on a day. Days are calendar days; None where no
    source gives a date."""

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
    flags: tuple[Flag, ...] = ()
    missing: tuple[str, ...] = ()
    last_reported: dt.date | None = None
    proofs: tuple[str, ...] = ()
    announced_only: tuple[str, ...] = ()
    milestone: str = ""

    @property
    def item(self) -> str:
        """Id of what it is about: of the milestone, or of the commitment."""
        return self.milestone or self.commitment

    @property
    def level(self) -> int | None:
        """0 to 5, or None without evidence or when stopped."""
        return LEVELS.index(self.delivery) if self.delivery in LEVELS else None

    @property
    def done(self) -> bool:
        """Delivered as a claim at least."""
        return (self.level or 0) >= 3

    @property
    def closed(self) -> bool:
        """Nothing is left to follow up: delivered, or stopped."""
        return self.done or self.delivery == "stopped"

    @property
    def redated(self) -> int:
        """How often the date was moved."""
        return max(0, self.promises - 1)

    def as_dict(self) -> dict[str, Any]:
        """The status as plain JSON values."""
        return {
            "commitment": self.commitment,
            "milestone": self.milestone or None,
            "delivery": self.delivery,
            "level": self.level,
            "timing": self.timing,
            "flags": list(self.flags),
            "missing": list(self.missing),
            "first_promised": str(self.first_promised) if self.first_promised else None,
            "latest_promised": str(self.latest_promised) if self.latest_promised else None,
            "delivered_on": self.delivered_on.isoformat() if self.delivered_on else None,
            "promises": self.promises,
            "redated": self.redated,
            "slip_days": self.slip_days,
            "days_late": self.days_late,
            "percent": self.percent,
            "percent_of": self.percent_of,
            "last_reported": self.last_reported.isoformat() if self.last_reported else None,
            "proofs": list(self.proofs),
            "announced_only": list(self.announced_only),
            "conflicts": list(self.conflicts),
        }


@dataclass(frozen=True, repr=False)
class Headline(Result):
    """Four shares instead of one percentage, of all commitments that were not stopped; they add up to 1."""

    on: dt.date
    commitments: int
    verified: int
    claimed: int
    moving: int
    no_evidence: int
    stopped: int
    rules_version: int = RULES_VERSION

    @property
    def shares(self) -> dict[str, float]:
        """The four shares."""
        whole = self.commitments - self.stopped
        counts = {
            "verified": self.verified,
            "claimed": self.claimed,
            "moving": self.moving,
            "no evidence": self.no_evidence,
        }
        return {name: count / whole if whole else 0.0 for name, count in counts.items()}

    def as_dict(self) -> dict[str, Any]:
        """The headline as plain JSON values."""
        return {
            "on": self.on.isoformat(),
            "rules_version": self.rules_version,
            "commitments": self.commitments,
            "stopped": self.stopped,
            "counts": {
                "verified": self.verified,
                "claimed": self.claimed,
                "moving": self.moving,
                "no evidence": self.no_evidence,
            },
            "shares": self.shares,
        }

    def headed(self) -> str:
        """How many commitments, on which day."""
        return f"{self.commitments} commitments on {self.on}, {self.stopped} stopped"

    def frame(self) -> pd.DataFrame:
        """A row per share: how many commitments, and their share of those not stopped."""
        import pandas as pd

        counts = (self.verified, self.claimed, self.moving, self.no_evidence)
        return pd.DataFrame(
            {"state": list(self.shares), "commitments": counts, "share": list(self.shares.values())}
        )


def status(records: Records, on: dt.date, known_on: dt.date | None = None) -> tuple[Status, ...]:
    """Status of every commitment on a day, in the order of the table, as known on a day (default: the
    same)."""
    return _statuses(records, [(c.id, c) for c in records.commitments], on, known_on or on, milestones=False)


def milestone_status(records: Records, on: dt.date, known_on: dt.date | None = None) -> tuple[Status, ...]:
    """Status of every milestone, by the same rules."""
    parents = {c.id: c for c in records.commitments}
    items = []
    for m in records.milestones:
        if m.commitment in parents:
            change = {
                "acceptance_test": m.acceptance_test,
                "owed_by": m.owed_by or parents[m.commitment].owed_by,
            }
            items.append((m.id, parents[m.commitment].model_copy(update=change)))
    return _statuses(records, items, on, known_on or on, milestones=True)


def headline(statuses: Iterable[Status], on: dt.date) -> Headline:
    """The four shares of a list of statuses."""
    rows = list(statuses)
    return Headline(
        on=on,
        commitments=len(rows),
        verified=sum((s.level or 0) >= 4 for s in rows),
        claimed=sum(s.level == 3 for s in rows),
        moving=sum(s.level in (1, 2) for s in rows),
        no_evidence=sum(s.delivery in ("no evidence", "not started") for s in rows),
        stopped=sum(s.delivery == "stopped" for s in rows),
    )


def delivered(records: Records, on: dt.date) -> frozenset[str]:
    """Ids of the commitments delivered by a day, as a claim at least."""
    return frozenset(s.commitment for s in status(records, on) if s.done)


def missing(records: Records, commitment: Commitment) -> tuple[str, ...]:
    """The intake check: what a commitment lacks before anyone can verify it."""
    lacks = []
    if not commitment.owed_by:
        lacks.append("owner")
    if not any(
        d.commitment == commitment.id and d.promised_for and not d.milestone for d in records.date_changes
    ):
        lacks.append("date")
    if not commitment.acceptance_test:
        lacks.append("acceptance test")
    if not commitment.source and commitment.basis == "sourced":
        lacks.append("locator")
    return tuple(lacks)


def _statuses(
    records: Records, items: list[tuple[str, Commitment]], on: dt.date, known_on: dt.date, *, milestones: bool
) -> tuple[Status, ...]:
    reports: dict[str, list[Evidence]] = {}
    for report in records.evidence:
        stated = report.reported_on or report.happened_on
        if bool(report.milestone) == milestones and _known(stated, known_on) and _has_happened(report, on):
            reports.setdefault(report.milestone if milestones else report.commitment, []).append(report)
    promises: dict[str, list[DateChange]] = {}
    for change in records.date_changes:
        if bool(change.milestone) == milestones and _known(change.announced_on, known_on):
            promises.setdefault(change.milestone if milestones else change.commitment, []).append(change)
    granted = {
        r.id
        for r in records.date_requests
        if r.decision == "granted" and (r.decided_on is None or r.decided_on.first <= known_on)
    }
    disputed = {
        e.disputes
        for e in records.evidence
        if e.disputes and _known(e.reported_on or e.happened_on, known_on)
    }
    first = {
        name: _status(
            name, item, reports.get(name, []), promises.get(name, []), records, granted, disputed, on
        )
        for name, item in items
    }
    return tuple(first.values()) if milestones else tuple(_at_risk(first, records, on))


def _known(date: PartialDate | None, on: dt.date) -> bool:
    """Known on a day if the day the source states, at its earliest, is not after it; undated is known
    always."""
    return date is None or date.known_from <= on


def _happened(report: Evidence) -> dt.date | None:
    """Last day on which what is reported may have happened: by the day of the report, if that looks back on
    it."""
    date, told = report.happened_on or report.reported_on, report.reported_on
    if date is None:
        return None
    last = min(date.last, told.last) if told and date.first <= told.last else date.last
    return None if last == CALENDAR[1] else last  # "after 2015", and no report that closes it: no day


def _has_happened(report: Evidence, on: dt.date) -> bool:
    """A year or a month counts to its last day; what has no day to count to is taken as it stands."""
    last, date = _happened(report), report.happened_on or report.reported_on
    return date is None or (date.first if last is None else last) <= on


def _day(report: Evidence) -> dt.date:
    return _happened(report) or dt.date.min  # only to order reports: the undated come first


def _reported(report: Evidence) -> dt.date:
    date = report.reported_on or report.happened_on
    return date.last if date else dt.date.min


def _status(
    name: str,
    item: Commitment,
    reports: list[Evidence],
    promises: list[DateChange],
    records: Records,
    granted: set[str],
    disputed: set[str],
    on: dt.date,
) -> Status:
    policy = records.policy
    closing = [r for r in reports if r.shows in ("delivered", "in effect", "stopped")]
    # where one day has both reports, 'stopped' holds: a claim that is contradicted at once proves nothing
    last = max(closing, key=lambda r: (_day(r), r.shows == "stopped"), default=None)
    delivery, proofs = _delivery(reports, closing, last, policy)
    level = LEVELS.index(delivery) if delivery in LEVELS else -1
    dated, announced_only = counted_dates(promises, granted, records.requests_since)
    first = dated[0].promised_for if dated else None
    latest = dated[-1].promised_for if dated else None
    done = min((day for r in proofs if (day := _happened(r))), default=None) if level >= 3 else None
    end = done if level >= 3 else latest.last if latest else None
    slip = (end - first.last).days if first and end else None
    is_open = level < 3 and delivery != "stopped"
    late = max(0, (on - latest.last).days) if latest and is_open else 0
    if delivery == "stopped":
        timing: Timing = "stopped"
    elif first is None or (level >= 3 and done is None):
        timing = "no date"
    elif level >= 3:
        timing = "done late" if slip and slip > 0 else "done on time"
    elif late:
        timing = "late"
    else:
        near = latest is not None and (latest.last - on).days <= policy.at_risk_days and level < 2
        timing = "at risk" if near else "on time"
    measured = [r for r in reports if r.percent is not None]
    newest = max(measured, key=_day, default=None)
    last_reported = max((_reported(r) for r in reports if r.reported_on or r.happened_on), default=None)
    flags: list[Flag] = []
    if any(r.id in disputed for r in reports):
        flags.append("disputed")
    if is_open and last_reported and (on - last_reported).days > policy.stale_after_days:
        flags.append("stale")
    lacks = missing(records, item) if item.id == name else ()
    if lacks:
        flags.append("not verifiable")
    if level >= 3 and all(r.document == "secondary" for r in proofs):
        flags.append("secondary source only")
    if announced_only:
        flags.append("moved without request")
    return Status(
        commitment=item.id,
        milestone="" if item.id == name else name,
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
        conflicts=tuple(_conflicts(dated, closing, measured, reports)),
        flags=tuple(flags),
        missing=lacks,
        last_reported=last_reported,
        proofs=tuple(r.id for r in proofs),
        announced_only=tuple(f"{c.promised_for} ({c.id})" for c in announced_only),
    )


def _delivery(
    reports: list[Evidence], closing: list[Evidence], last: Evidence | None, policy: Policy
) -> tuple[Delivery, list[Evidence]]:
    """The level reached and the reports that prove it."""
    if last is not None and last.shows == "stopped":
        return "stopped", [last]
    says_done = [r for r in closing if r.shows != "stopped" and r.meets_test != "no"]
    strict = policy.delivered_needs == "primary document"
    effect, outside = proofs(says_done, policy)
    claims = [
        r
        for r in says_done
        if not strict or (r.standing == "owner" and r.document == "primary" and r.meets_test == "yes")
    ]
    for found, name in ((effect, "in effect"), (outside, "verified"), (claims, "delivered")):
        if found:
            # the day of delivery is the first one proved, whatever level the proof has
            return name, [*found, *(r for r in (*outside, *claims) if r not in found)]  # type: ignore[return-value]
    half = [r for r in reports if r.percent is not None and r.percent >= 50 and _of_works(r)]
    if says_done or any(r.meets_test == "in part" for r in reports) or half:
        return "substantial", []
    if any(r.shows in ("started", "progress", "delivered", "in effect") for r in reports):
        return "started", []
    if any(r.percent == 0 and _of_works(r) for r in reports):
        return "not started", []
    return "no evidence", []


def proofs(reports: Iterable[Evidence], policy: Policy) -> tuple[list[Evidence], list[Evidence]]:
    """Reports that prove levels 5 and 4 by themselves: of a measured effect, and from outside that the test
    is met."""
    strict = policy.delivered_needs == "primary document"
    done = [r for r in reports if r.shows in ("delivered", "in effect") and r.meets_test != "no"]
    effect = [r for r in done if r.shows == "in effect" and (r.measured_days or 0) >= policy.measured_days]
    outside = [
        r
        for r in done
        if r.standing == "outside" and (r.meets_test == "yes" if strict else r.meets_test != "in part")
    ]
    return effect, outside


def _of_works(report: Evidence) -> bool:
    """Is the percent one of the works? Land bought, money allotted or drawings approved build nothing."""
    return bool(_WORKS.search(report.percent_of)) and not _NOT_WORKS.search(report.percent_of)


def counted_dates(
    promises: list[DateChange], granted: set[str], since: dt.date
) -> tuple[list[DateChange], list[DateChange]]:
    """Dates that count, in order of announcement, and those that were announced only."""
    dated = sorted(
        (p for p in promises if p.promised_for is not None),
        key=lambda p: (p.announced_on.last if p.announced_on else dt.date.min, p.promised_for, p.id),
    )
    counts: list[DateChange] = []
    only: list[DateChange] = []
    for change in dated:
        free = not counts or change.announced_on is None or change.announced_on.last < since
        (counts if free or change.request in granted else only).append(change)
    return counts, only


def _at_risk(first: dict[str, Status], records: Records, on: dt.date) -> Iterable[Status]:
    """What must come first and is due later than it is needed puts its successor at risk."""
    from dataclasses import replace

    waits: dict[str, list[str]] = {}
    for d in records.dependencies:
        if d.kind in ("FS", "FF"):
            waits.setdefault(d.successor, []).append(d.predecessor)
    for name, row in first.items():
        if row.timing != "on time" or row.latest_promised is None:
            yield row
            continue
        due = row.latest_promised.last
        behind = any(
            (p := first.get(other)) is not None
            and not p.closed
            and (p.timing == "late" or (p.latest_promised is not None and p.latest_promised.last > due))
            for other in waits.get(name, ())
        )
        yield replace(row, timing="at risk") if behind else row


def _conflicts(
    promises: list[DateChange], closing: list[Evidence], measured: list[Evidence], reports: list[Evidence]
) -> Iterable[str]:
    by_day: dict[str, list[DateChange]] = {}
    for promise in promises:
        if promise.announced_on:
            by_day.setdefault(promise.announced_on.text, []).append(promise)
    for day, same in by_day.items():
        dates = list(dict.fromkeys(str(p.promised_for) for p in same))
        if len(dates) > 1:
            yield f"promised on {day} for {' and for '.join(dates)}"
    ended = [r for r in closing if r.shows == "stopped"]
    held = [r for r in closing if r.shows != "stopped"]
    if ended and held:
        yield f"reported both delivered ({held[0].id}) and stopped ({ended[0].id})"
    ids = {r.id: r for r in reports}
    for report in sorted(reports, key=lambda r: r.id):
        if report.disputes in ids:
            yield f"{report.disputes} is disputed by {report.id}: {report.report or report.shows}"
    ordered = sorted(measured, key=lambda r: (_day(r), r.id))
    for number, early in enumerate(ordered):
        for late in ordered[number + 1 :]:
            same_measure = early.percent_of.strip().lower() == late.percent_of.strip().lower()
            near = (_day(late) - _day(early)).days <= _NEAR_DAYS
            if (
                same_measure
                and near
                and early.percent is not None
                and late.percent is not None
                and late.percent < early.percent
            ):
                yield (
                    f"{early.percent:g} % of {early.percent_of or 'it'} reported on {early.reported_on} "
                    f"({early.id}), "
                    f"{late.percent:g} % on {late.reported_on} ({late.id})"
                )
