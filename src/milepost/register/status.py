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
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from milepost.languages import Said
from milepost.records import Commitment, DateChange, Dependency, Evidence, PartialDate, Policy, Records
from milepost.records.acceptance import tests_of_kinds
from milepost.records.kept import Grouped, PerTable, Runs, groups_that_differ, where
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


_Asked = tuple[dt.date, dt.date, bool]
_Items = Mapping[str, Commitment]
# tables of which one row changes the statuses of few: what it is about, and what waits for that
_BY_ITEM = ("evidence", "date_changes", "date_requests")
_NOT_READ = ("comments", "contacts", "sent_letters", "known_as", "attendance", "forecasts", "fingerprint")
_ELSEWHERE = tuple(f.name for f in fields(Records) if f.name not in (*_BY_ITEM, *_NOT_READ))


@dataclass(frozen=True, eq=False)
class _Run:
    """The statuses of all commitments, or of all milestones, of some records, and what they rest on:
    ``first`` has each by itself, ``position`` tells where it stands in ``made``."""

    records: Records
    asked: _Asked
    basis: _Basis
    items: _Items
    first: dict[str, Status]
    made: tuple[Status, ...]
    position: dict[str, int]


_LAST: deque[_Run] = deque(maxlen=8)  # one edit, and a page asks many times
_TURN = RLock()


def _once(records: Records, on: dt.date, known_on: dt.date, *, milestones: bool) -> tuple[Status, ...]:
    """The statuses of all commitments or milestones, worked out once while the records are the very same;
    after a report those that it is about, and what waits for them."""
    asked = (on, known_on, milestones)
    made = next((run for run in tuple(_LAST) if run.asked == asked and run.records is records), None)
    if made is not None:
        return made.made
    with _TURN:  # many ask for what a report has made void: one of them works it out
        alike = [run for run in tuple(_LAST) if run.asked == asked]
        made = next((run for run in alike if run.records is records), None)
        if made is None:
            last = next((run for run in alike if differs_by_item(run.records, records)), None)
            made = (_from(last, records) if last is not None else None) or _anew(records, asked)
            _LAST.appendleft(made)
    return made.made


def differs_by_item(before: Records, after: Records) -> bool:
    """Do they differ in nothing but reports and dates, each of which is about one commitment?"""
    return all(getattr(before, name) is getattr(after, name) for name in _ELSEWHERE)


def _anew(records: Records, asked: _Asked) -> _Run:
    items = _milestones(records) if asked[2] else [(c.id, c) for c in records.commitments]
    basis = _Basis.of(records, asked)
    about = [basis.about(name, item) for name, item in items]
    first = dict(zip((name for name, _ in items), _single.run(about, _status_of), strict=True))
    made = tuple(first.values()) if asked[2] else tuple(_at_risk(first, records))
    made = _the_very_same(made, next((run for run in tuple(_LAST) if run.asked[2] == asked[2]), None))
    return _Run(records, asked, basis, dict(items), first, made, {name: n for n, name in enumerate(first)})


def _the_very_same(made: tuple[Status, ...], last: _Run | None) -> tuple[Status, ...]:
    """Statuses that are equal to those of before, such as of the day before, are those: what rests on them
    need not be made anew."""
    if last is None:
        return made
    was = {row.item: row for row in last.made}
    return tuple(held if (held := was.get(row.item)) == row else row for row in made)


def _from(last: _Run, records: Records) -> _Run | None:
    """The same out of the statuses before; None where more may differ than what rows are about."""
    basis = _Basis.of(records, last.asked)
    if basis.common != last.basis.common:
        return None
    milestones = last.asked[2]
    touched = [
        name
        for name, of_milestone in basis.differing(last.basis)
        if of_milestone == milestones and name in last.items
    ]
    if not touched:
        return replace(last, records=records, basis=basis)
    first = {**last.first}
    for name in touched:
        first[name] = _status_of(*basis.about(name, last.items[name]))
    made = list(last.made)
    for name in touched:
        made[last.position[name]] = first[name]
    if not milestones:
        waits, holds = _orders(records.dependencies)
        behind = (name for of in touched for name in holds.get(of, ()))
        for name in {*touched, *behind} & first.keys():
            made[last.position[name]] = _successor(first, name, waits)
    return replace(last, records=records, basis=basis, first=first, made=tuple(made))


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
    return _headline(Counter(s.delivery for s in statuses), on)


def _headline(found: Counter[Delivery], on: dt.date) -> Headline:
    """The four shares, out of how many reached each level."""
    return Headline(
        on=on,
        commitments=found.total(),
        verified=sum(found[level] for level in LEVELS[4:]),
        claimed=found[LEVELS[3]],
        moving=sum(found[level] for level in LEVELS[1:3]),
        no_evidence=found["no evidence"] + found["not started"],
        stopped=found["stopped"],
    )


def by_firmness(
    records: Records, statuses: Iterable[Status], on: dt.date
) -> tuple[tuple[str, Headline], ...]:
    """The four shares of each degree of firmness that is on record, the firmest first and what is not stated
    (empty) last: a thing considered that did not come is no broken duty."""
    firmness = {c.id: c.firmness for c in records.commitments}
    groups: dict[str, Counter[Delivery]] = {}
    for (name, delivery), n in Counter(
        (firmness.get(s.commitment, ""), s.delivery) for s in statuses
    ).items():
        groups.setdefault(name, Counter())[delivery] += n
    return tuple((name, _headline(groups[name], on)) for name in FIRMNESS if name in groups)


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


@dataclass(frozen=True, eq=False)
class _Basis:
    """What statuses rest on: reports and promises by what they are about, and what is common to all."""

    records: Records
    milestones: bool
    reports: Mapping[tuple[str, bool], tuple[Evidence, ...]]
    promises: Mapping[tuple[str, bool], tuple[DateChange, ...]]
    common: _Common
    dated: frozenset[str]
    by_kind: Mapping[str, str]

    @classmethod
    def of(cls, records: Records, asked: _Asked) -> _Basis:
        """Of some records, on a day, as known on a day."""
        on, known_on, milestones = asked
        granted = frozenset(
            r.id
            for r in records.date_requests
            if r.decision == "granted" and (r.decided_on is None or r.decided_on.first <= known_on)
        )
        disputed = frozenset(
            e.disputes
            for e in _disputing(records.evidence)
            if _known(e.reported_on or e.happened_on, known_on)
        )
        return cls(
            records,
            milestones,
            _reports_of(records.evidence),
            _promises_of(records.date_changes),
            (disputed, granted, records.requests_since, on, known_on),
            _dated(records),
            tests_of_kinds(records),
        )

    def about(self, name: str, item: Commitment) -> tuple[_Facts, _Rows]:
        """What the status of one item by itself rests on."""
        key = (name, self.milestones)
        lacks = () if self.milestones else missing(self.records, item, self.dated, self.by_kind)
        rows = (self.reports.get(key, ()), self.promises.get(key, ()), self.records.policy)
        return (key, item.id, lacks, self.common), rows

    def differing(self, other: _Basis) -> set[tuple[str, bool]]:
        """The items of which reports or promises are other ones."""
        return groups_that_differ(other.reports, self.reports) | groups_that_differ(
            other.promises, self.promises
        )


_disputing = where(lambda report: report.disputes)
_single: Runs[Status] = Runs(12)
"""Statuses of items by themselves: an edit of a large register is about one of them."""
_Common = tuple[frozenset[str], frozenset[str], dt.date, dt.date, dt.date]
_Facts = tuple[tuple[str, bool], str, tuple[str, ...], _Common]
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
    waits, _ = _orders(records.dependencies)
    return (_successor(first, name, waits) for name in first)


def _successor(first: Mapping[str, Status], name: str, waits: Mapping[str, Sequence[str]]) -> Status:
    """The status of a commitment, by what must come first."""
    row = first[name]
    before = tuple(first[other] for other in waits.get(name, ()) if other in first)
    if not before:
        return row  # as it is by itself
    clause = SUCCESSOR.first(SuccessorCase(row, before))
    return replace(row, timing=clause.gives, rules=(row.rules[0], clause.name)) if clause.gives else row


_Order = tuple[Mapping[str, list[str]], Mapping[str, list[str]]]


def _orders_of(dependencies: Iterable[Dependency]) -> _Order:
    """What each waits for, and what waits for each."""
    waits: dict[str, list[str]] = {}
    holds: dict[str, list[str]] = {}
    for d in dependencies:
        if d.kind in ("FS", "FF"):
            waits.setdefault(d.successor, []).append(d.predecessor)
            holds.setdefault(d.predecessor, []).append(d.successor)
    return waits, holds


_orders: PerTable[_Order] = PerTable(_orders_of)
