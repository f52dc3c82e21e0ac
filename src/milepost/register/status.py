"""What is done? Proved by evidence, never typed in: three axes that are never blended into one percentage.

Rules, version 2. Only what is known by ``known_on`` about what happened by ``on`` counts.

**Legal**: the state of the agreement (:mod:`milepost.register.force`).

**Delivery**: the highest level that the reports reach, from *no evidence*, which is not the same as not
started, to *in effect*; or *stopped* (:data:`milepost.register.status_rules.DELIVERY`).

**Timing**: a year or a month counts to its last day, for promises and reports alike. Slip runs from the first
promised date to the day of delivery or, while open, to the latest promised date. From the day
``requests_since`` on a date moves only by a granted request: what is merely announced is kept, named and does
not move the date.

Flags: *disputed*, *stale*, *not verifiable*, *secondary source only*, *moved without request*. Reports that
contradict one another are kept and printed side by side, never resolved by choosing one.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from milepost.languages import Said
from milepost.records import Commitment, DateChange, Evidence, PartialDate, Policy, Records
from milepost.records.acceptance import tests_of_kinds
from milepost.records.kept import Grouped, PerTable, Runs, where
from milepost.register.contradictions import contradictions
from milepost.register.decision_table import Clause, DecisionTable, otherwise
from milepost.register.status_rules import (
    FLAGS,
    LEVELS,
    TIMING,
    Delivery,
    Flag,
    StatusCase,
    Timing,
    day_of,
    happened,
)
from milepost.results import Result, frame_of

if TYPE_CHECKING:
    import pandas as pd

RULES_VERSION = 2
FIRMNESS = ("legal duty", "agreed", "vowed", "must strive", "considered", "")

__all__ = [
    "FIRMNESS",
    "LEVELS",
    "RULES_VERSION",
    "Delivery",
    "Flag",
    "Headline",
    "Status",
    "Timing",
    "by_firmness",
    "delivered",
    "headline",
    "milestone_status",
    "missing",
    "status",
]


@dataclass(frozen=True)
class Status:
    """State of one commitment, or of one ``milestone`` of it, on a day. Days are calendar days; None where no
    source gives a date. ``rules`` names the clauses of ``docs/reference/rules.md`` that decided delivery and
    timing."""

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
    conflicts: tuple[Said, ...]
    flags: tuple[Flag, ...] = ()
    missing: tuple[str, ...] = ()
    last_reported: dt.date | None = None
    proofs: tuple[str, ...] = ()
    announced_only: tuple[str, ...] = ()
    milestone: str = ""
    rules: tuple[str, ...] = ()

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
            "conflicts": [str(c) for c in self.conflicts],
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
    def counts(self) -> dict[str, int]:
        """How many are in each of the four."""
        return {
            "verified": self.verified,
            "claimed": self.claimed,
            "moving": self.moving,
            "no evidence": self.no_evidence,
        }

    @property
    def shares(self) -> dict[str, float]:
        """The four shares."""
        whole = self.commitments - self.stopped
        return {name: count / whole if whole else 0.0 for name, count in self.counts.items()}

    def as_dict(self) -> dict[str, Any]:
        """The headline as plain JSON values."""
        return {
            "on": self.on.isoformat(),
            "rules_version": self.rules_version,
            "commitments": self.commitments,
            "stopped": self.stopped,
            "counts": self.counts,
            "shares": self.shares,
        }

    def headed(self) -> str:
        """How many commitments, on which day."""
        return f"{self.commitments} commitments on {self.on}, {self.stopped} stopped"

    def frame(self) -> pd.DataFrame:
        """A row per share: how many commitments, and their share of those not stopped."""
        return frame_of(
            {
                "state": list(self.counts),
                "commitments": list(self.counts.values()),
                "share": list(self.shares.values()),
            }
        )


def status(records: Records, on: dt.date, known_on: dt.date | None = None) -> tuple[Status, ...]:
    """Status of every commitment on a day, in the order of the table, as known on a day (default: the
    same)."""
    return _once(records, on, known_on or on, milestones=False)


def milestone_status(records: Records, on: dt.date, known_on: dt.date | None = None) -> tuple[Status, ...]:
    """Status of every milestone, by the same rules."""
    return _once(records, on, known_on or on, milestones=True)


_Asked = tuple[Records, dt.date, dt.date, bool]
_LAST: deque[tuple[_Asked, tuple[Status, ...]]] = deque(maxlen=8)  # one edit, and a page asks many times


def _once(records: Records, on: dt.date, known_on: dt.date, *, milestones: bool) -> tuple[Status, ...]:
    """The statuses of all commitments or milestones, worked out once while the records are the very same."""
    for (of, *asked), held in tuple(_LAST):
        if of is records and asked == [on, known_on, milestones]:
            return held
    items = _milestones(records) if milestones else [(c.id, c) for c in records.commitments]
    made = _statuses(records, items, on, known_on, milestones=milestones)
    _LAST.appendleft(((records, on, known_on, milestones), made))
    return made


def _milestones(records: Records) -> list[tuple[str, Commitment]]:
    """Each milestone as a commitment with the test and the owners of its own."""
    parents = {c.id: c for c in records.commitments}
    items = []
    for m in records.milestones:
        if m.commitment in parents:
            change = {
                "acceptance_test": m.acceptance_test,
                "owed_by": m.owed_by or parents[m.commitment].owed_by,
            }
            items.append((m.id, parents[m.commitment].model_copy(update=change)))
    return items


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


def by_firmness(
    records: Records, statuses: Iterable[Status], on: dt.date
) -> tuple[tuple[str, Headline], ...]:
    """The four shares of each degree of firmness that is on record, the firmest first and what is not stated
    (empty) last: a thing considered that did not come is no broken duty."""
    firmness = {c.id: c.firmness for c in records.commitments}
    groups: dict[str, list[Status]] = {}
    for found in statuses:
        groups.setdefault(firmness.get(found.commitment, ""), []).append(found)
    return tuple((name, headline(groups[name], on)) for name in FIRMNESS if name in groups)


def delivered(records: Records, on: dt.date, known_on: dt.date | None = None) -> frozenset[str]:
    """Ids of the commitments delivered by a day, as a claim at least, as known on a day (default: the same).

    The one answer to what is done: nobody else looks it up in the statuses.
    """
    return frozenset(s.commitment for s in status(records, on, known_on) if s.done)


def missing(
    records: Records,
    commitment: Commitment,
    dated: Set[str] | None = None,
    by_kind: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The intake check: what a commitment lacks before anyone can verify it. ``dated``: commitments with a
    promised date, ``by_kind``: the acceptance tests of kinds, where they are known already."""
    by_kind = tests_of_kinds(records) if by_kind is None else by_kind
    lacks = []
    if not commitment.owed_by:
        lacks.append("owner")
    if commitment.id not in (dated if dated is not None else _dated(records)):
        lacks.append("date")
    if not (commitment.acceptance_test or by_kind.get(commitment.kind)):
        lacks.append("acceptance test")
    if not commitment.source and commitment.basis == "sourced":
        lacks.append("locator")
    return tuple(lacks)


def _dated(records: Records) -> frozenset[str]:
    """Commitments for which any date was ever promised."""
    return _dated_in(records.date_changes)


_dated_in: PerTable[frozenset[str]] = PerTable(
    lambda rows: frozenset(d.commitment for d in rows if d.promised_for and not d.milestone)
)


def _statuses(
    records: Records, items: list[tuple[str, Commitment]], on: dt.date, known_on: dt.date, *, milestones: bool
) -> tuple[Status, ...]:
    if not items:
        return ()
    reports, promises = _reports_of(records.evidence), _promises_of(records.date_changes)
    granted = frozenset(
        r.id
        for r in records.date_requests
        if r.decision == "granted" and (r.decided_on is None or r.decided_on.first <= known_on)
    )
    disputed = frozenset(
        e.disputes for e in _disputing(records.evidence) if _known(e.reported_on or e.happened_on, known_on)
    )
    dated, by_kind = _dated(records), tests_of_kinds(records)
    common = (disputed, granted, records.requests_since, on, known_on)
    asked = []
    for name, item in items:
        about = (name, milestones)
        lacks = () if milestones else missing(records, item, dated, by_kind)
        rows = (reports.get(about, ()), promises.get(about, ()), records.policy)
        asked.append(((about, item.id, lacks, common), rows))
    first = dict(zip((name for name, _ in items), _single.run(asked, _status_of), strict=True))
    return tuple(first.values()) if milestones else tuple(_at_risk(first, records))


_disputing = where(lambda report: report.disputes)
_single: Runs[Status] = Runs(12)
"""Statuses of items by themselves: an edit of a large register is about one of them."""
_Facts = tuple[
    tuple[str, bool],
    str,
    tuple[str, ...],
    tuple[frozenset[str], frozenset[str], dt.date, dt.date, dt.date],
]
_Rows = tuple[tuple[Evidence, ...], tuple[DateChange, ...], Policy]


def _status_of(facts: _Facts, rows: _Rows) -> Status:
    """The status of one item by itself: it rests on these alone."""
    about, commitment, lacks, (disputed, granted, since, on, known_on) = facts
    case = StatusCase(
        reports=[  # by id: the order of rows in a table is not on record, so it decides nothing
            r
            for r in sorted(rows[0], key=lambda r: r.id)
            if _known(r.reported_on or r.happened_on, known_on) and _has_happened(r, on)
        ],
        promises=[change for change in rows[1] if _known(change.announced_on, known_on)],
        lacks=lacks,
        disputed_reports=disputed,
        granted=granted,
        requests_since=since,
        policy=rows[2],
        on=on,
    )
    return _status(case, commitment, about[0] if about[1] else "")


def _item_of(row: Evidence | DateChange) -> tuple[str, bool]:
    """What a row is about: a commitment, or (True) one of its milestones."""
    return (row.milestone, True) if row.milestone else (row.commitment, False)


_reports_of, _promises_of = Grouped(_item_of), Grouped(_item_of)


def _known(date: PartialDate | None, on: dt.date) -> bool:
    """Known on a day if the day the source states, at its earliest, is not after it; undated is known
    always."""
    return date is None or date.known_from <= on


def _has_happened(report: Evidence, on: dt.date) -> bool:
    """A year or a month counts to its last day; what has no day to count to is taken as it stands."""
    last, date = happened(report), report.happened_on or report.reported_on
    return date is None or (date.first if last is None else last) <= on


def _newer(report: Evidence) -> tuple[dt.date, float]:
    """Where one day has two percentages, the lower one holds, as 'stopped' does beside 'delivered'."""
    return day_of(report), -(report.percent or 0.0)


def _status(case: StatusCase, commitment: str, milestone: str) -> Status:
    timing = TIMING.first(case)
    newest = max(case.measured, key=_newer, default=None)
    return Status(
        commitment=commitment,
        milestone=milestone,
        delivery=case.delivery.gives,
        timing=timing.gives,
        first_promised=case.first_promised,
        latest_promised=case.latest_promised,
        delivered_on=case.done_on,
        promises=len(case.dates[0]),
        slip_days=case.slip_days,
        days_late=case.days_late,
        percent=newest.percent if newest else None,
        percent_of=newest.percent_of if newest else "",
        evidence=len(case.reports),
        conflicts=contradictions(case),
        flags=tuple(clause.gives for clause in FLAGS.all(case)),
        missing=case.lacks,
        last_reported=case.last_reported,
        proofs=tuple(r.id for r in case.proofs),
        announced_only=tuple(f"{c.promised_for} ({c.id})" for c in case.dates[1]),
        rules=(case.delivery.name, timing.name),
    )


@dataclass(frozen=True)
class SuccessorCase:
    """A status by itself, and those of what must come first."""

    own: Status
    before: tuple[Status, ...]

    @property
    def waiting(self) -> list[Status]:
        """What must come first and is open."""
        return [s for s in self.before if not s.closed]


SUCCESSOR: DecisionTable[SuccessorCase, Timing | None] = DecisionTable(
    "Timing of a successor",
    "Is a commitment at risk because of what must come first?",
    (
        Clause(
            "not on time by itself",
            lambda case: case.own.timing != "on time",
            None,
            "by itself it is not on time",
            then="as it is by itself",
        ),
        Clause(
            "waits for what is late",
            lambda case: any(s.timing == "late" for s in case.waiting),
            "at risk",
            "something that must come first is open and late",
        ),
        Clause(
            "waits for what is due later",
            lambda case: any(
                case.own.latest_promised is not None
                and s.latest_promised is not None
                and s.latest_promised.last > case.own.latest_promised.last
                for s in case.waiting
            ),
            "at risk",
            "something that must come first is open and due later than this",
        ),
        Clause("waits for nothing", otherwise, None, "otherwise", then="as it is by itself"),
    ),
)


def _at_risk(first: dict[str, Status], records: Records) -> Iterable[Status]:
    waits: dict[str, list[str]] = {}
    for d in records.dependencies:
        if d.kind in ("FS", "FF"):
            waits.setdefault(d.successor, []).append(d.predecessor)
    for name, row in first.items():
        before = tuple(first[other] for other in waits.get(name, ()) if other in first)
        if not before:
            yield row  # as it is by itself
            continue
        clause = SUCCESSOR.first(SuccessorCase(row, before))
        yield replace(row, timing=clause.gives, rules=(row.rules[0], clause.name)) if clause.gives else row
