"""The rules of status, as tables: how far, how punctual, which flags; and which of the dates count.

Each table is read from the top (:mod:`milepost.register.decision_table`); their cases hold what is known
about one commitment or milestone on a day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Literal

from milepost.records import DateChange, Evidence, PartialDate, Policy
from milepost.records.kept import Once
from milepost.records.kinds import CALENDAR
from milepost.register.decision_table import Clause, DecisionTable, otherwise

Delivery = Literal[
    "no evidence", "not started", "started", "substantial", "delivered", "verified", "in effect", "stopped"
]
Timing = Literal["no date", "on time", "at risk", "late", "done on time", "done late", "stopped"]
Flag = Literal["disputed", "stale", "not verifiable", "secondary source only", "moved without request"]
LEVELS: tuple[Delivery, ...] = ("not started", "started", "substantial", "delivered", "verified", "in effect")
_WORKS = re.compile(r"\b(works?|physical|construction|built|build|track|complete\w*)\b", re.I)
_NOT_WORKS = re.compile(r"\b(not (the )?works?|land|funds?|money|design|study|studies|permits?)\b", re.I)


@dataclass(frozen=True)
class StatusCase:
    """What the clauses look at: reports and promises about one item as known on a day, what it lacks, and the
    policy. Facts are worked out when a clause asks for them."""

    reports: list[Evidence]
    promises: list[DateChange]
    lacks: tuple[str, ...]
    disputed_reports: Set[str]
    granted: Set[str]
    requests_since: dt.date
    policy: Policy
    on: dt.date

    @Once
    def closing(self) -> list[Evidence]:
        """Reports of an end: with delivery, or without."""
        return [r for r in self.reports if r.shows in ("delivered", "in effect", "stopped")]

    @Once
    def last(self) -> Evidence | None:
        """The last of them. Where one day has both, 'stopped' holds: a claim that is contradicted at once
        proves nothing."""
        return max(self.closing, key=lambda r: (day_of(r), r.shows == "stopped"), default=None)

    @property
    def stopped(self) -> bool:
        """Is the last word an end without delivery?"""
        return self.last is not None and self.last.shows == "stopped"

    @Once
    def says_done(self) -> list[Evidence]:
        """Reports of a delivery that do not say that it misses the test."""
        return [r for r in self.closing if r.shows != "stopped" and r.meets_test != "no"]

    @Once
    def effect(self) -> list[Evidence]:
        """Proofs that the effect was measured."""
        return proofs(self.says_done, self.policy)[0]

    @Once
    def outside(self) -> list[Evidence]:
        """Proofs from outside the owner that the test is met."""
        return proofs(self.says_done, self.policy)[1]

    @Once
    def claims(self) -> list[Evidence]:
        """Claims that count: the owner's own document, or any statement where the policy takes one."""
        if self.policy.delivered_needs != "primary document":
            return self.says_done
        return [
            r
            for r in self.says_done
            if r.standing == "owner" and r.document == "primary" and r.meets_test == "yes"
        ]

    @property
    def in_part(self) -> bool:
        """Does a report meet the acceptance test in part?"""
        return any(r.meets_test == "in part" for r in self.reports)

    @property
    def half_of_the_works(self) -> bool:
        """Does a report show half of the works or more?"""
        return any(r.percent is not None and r.percent >= 50 and _of_works(r) for r in self.reports)

    @property
    def moving(self) -> bool:
        """Does a report show a start, or anything after it?"""
        return any(r.shows in ("started", "progress", "delivered", "in effect") for r in self.reports)

    @property
    def nothing_of_the_works(self) -> bool:
        """Does a report show that no part of the works is done?"""
        return any(r.percent == 0 and _of_works(r) for r in self.reports)

    @Once
    def delivery(self) -> Clause[StatusCase, Delivery]:
        """The clause that says how far it is."""
        return DELIVERY.first(self)

    @Once
    def proofs(self) -> list[Evidence]:
        """The reports that prove it. The day of delivery is the first one proved, whatever level the proof
        has."""
        by_level = {"in effect": self.effect, "verified": self.outside, "delivered": self.claims}
        if self.stopped and self.last:
            return [self.last]
        found = by_level.get(self.delivery.gives, [])
        return [*found, *(r for r in (*self.outside, *self.claims) if r not in found)] if found else []

    @property
    def done(self) -> bool:
        """Delivered as a claim at least."""
        return self.delivery.gives in LEVELS[3:]

    @property
    def is_open(self) -> bool:
        """Neither delivered nor stopped."""
        return not self.done and self.delivery.gives != "stopped"

    @property
    def half_done(self) -> bool:
        """Half done at least."""
        return self.delivery.gives in LEVELS[2:]

    @Once
    def done_on(self) -> dt.date | None:
        """The day of delivery, where a proof has one."""
        return min((day for r in self.proofs if (day := happened(r))), default=None) if self.done else None

    @Once
    def dates(self) -> tuple[list[DateChange], list[DateChange]]:
        """Dates that count, and those that were announced only."""
        return counted_dates(self.promises, self.granted, self.requests_since)

    @property
    def first_promised(self) -> PartialDate | None:
        """The first date that counts."""
        return self.dates[0][0].promised_for if self.dates[0] else None

    @property
    def latest_promised(self) -> PartialDate | None:
        """The last date that counts."""
        return self.dates[0][-1].promised_for if self.dates[0] else None

    @property
    def slip_days(self) -> int | None:
        """From the first promised date to the day of delivery or, while open, to the latest promised date."""
        latest = self.latest_promised
        end = self.done_on if self.done else latest.last if latest else None
        return (end - self.first_promised.last).days if self.first_promised and end else None

    @property
    def days_late(self) -> int:
        """Days since the latest promised date, while open."""
        latest = self.latest_promised
        return max(0, (self.on - latest.last).days) if latest and self.is_open else 0

    @property
    def near(self) -> bool:
        """Is the latest promised date near?"""
        latest = self.latest_promised
        return latest is not None and (latest.last - self.on).days <= self.policy.at_risk_days

    @Once
    def last_reported(self) -> dt.date | None:
        """Last day of a report, or of what it tells of."""
        return max((reported(r) for r in self.reports if r.reported_on or r.happened_on), default=None)

    @Once
    def measured(self) -> list[Evidence]:
        """Reports with a percentage."""
        return [r for r in self.reports if r.percent is not None]


DELIVERY: DecisionTable[StatusCase, Delivery] = DecisionTable(
    "Delivery",
    "How far is a commitment or milestone? The highest level that its reports reach.",
    (
        Clause(
            "stopped",
            lambda case: case.stopped,
            "stopped",
            "the last report of an end shows one without delivery; on one and the same day that holds",
        ),
        Clause(
            "effect measured",
            lambda case: bool(case.effect),
            "in effect",
            "the effect was measured over at least `measured_days` of the policy",
        ),
        Clause(
            "verified from outside",
            lambda case: bool(case.outside),
            "verified",
            "a body outside the owner reports that the acceptance test is met",
        ),
        Clause(
            "claimed",
            lambda case: bool(case.claims),
            "delivered",
            "a claim: the owner's own document meets the test (policy `delivered_needs = primary document`), "
            "or a statement of delivery is on record and does not say that it misses the test (`statement`)",
        ),
        Clause(
            "said without proof",
            lambda case: bool(case.says_done),
            "substantial",
            "a report says that it is delivered, without the proof that a claim needs",
        ),
        Clause(
            "test met in part",
            lambda case: case.in_part,
            "substantial",
            "a report meets the acceptance test in part",
        ),
        Clause(
            "half of the works",
            lambda case: case.half_of_the_works,
            "substantial",
            "a report shows half of the works or more: of works, not of land, money or drawings",
        ),
        Clause("moving", lambda case: case.moving, "started", "a report shows a start or progress"),
        Clause(
            "nothing of the works",
            lambda case: case.nothing_of_the_works,
            "not started",
            "a report says that 0 percent of the works is done",
        ),
        Clause(
            "no report",
            otherwise,
            "no evidence",
            "otherwise: no report, or context only; that is not the same as not started",
        ),
    ),
)

TIMING: DecisionTable[StatusCase, Timing] = DecisionTable(
    "Timing",
    "How punctual is it? A year or a month counts to its last day.",
    (
        Clause(
            "stopped",
            lambda case: case.delivery.gives == "stopped",
            "stopped",
            "it was stopped",
        ),
        Clause(
            "no promise",
            lambda case: case.first_promised is None,
            "no date",
            "no date was ever promised",
        ),
        Clause(
            "done on no day",
            lambda case: case.done and case.done_on is None,
            "no date",
            "it is delivered, and no proof has a day",
        ),
        Clause(
            "done late",
            lambda case: case.done and (case.slip_days or 0) > 0,
            "done late",
            "it was delivered after the first promised date",
        ),
        Clause(
            "done on time",
            lambda case: case.done,
            "done on time",
            "it was delivered by the first promised date",
        ),
        Clause(
            "late",
            lambda case: case.days_late > 0,
            "late",
            "it is open, and the latest promised date has passed",
        ),
        Clause(
            "near and not half done",
            lambda case: case.near and not case.half_done,
            "at risk",
            "the latest promised date is at most `at_risk_days` of the policy away, and it is not "
            "substantial",
        ),
        Clause("on time", otherwise, "on time", "otherwise: the latest promised date is still to come"),
    ),
)

FLAGS: DecisionTable[StatusCase, Flag] = DecisionTable(
    "Flags",
    "What must a reader know besides?",
    (
        Clause(
            "disputed",
            lambda case: any(r.id in case.disputed_reports for r in case.reports),
            "disputed",
            "another report contradicts one of its reports",
        ),
        Clause(
            "stale",
            lambda case: (
                case.is_open
                and case.last_reported is not None
                and (case.on - case.last_reported).days > case.policy.stale_after_days
            ),
            "stale",
            "it is open, and its last report is older than `stale_after_days` of the policy",
        ),
        Clause(
            "not verifiable",
            lambda case: bool(case.lacks),
            "not verifiable",
            "a commitment lacks an owner, a date, an acceptance test or the place in its source",
        ),
        Clause(
            "secondary source only",
            lambda case: case.done and all(r.document == "secondary" for r in case.proofs),
            "secondary source only",
            "it is delivered, and no primary document proves it",
        ),
        Clause(
            "moved without request",
            lambda case: bool(case.dates[1]),
            "moved without request",
            "a new date was announced, and no request for it was granted",
        ),
    ),
    "all",
)


@dataclass(frozen=True)
class AnnouncedCase:
    """One announced date: is there an earlier one that counts, from when on are requests needed, which were
    granted?"""

    change: DateChange
    is_first: bool
    granted: Set[str]
    requests_since: dt.date


COUNTED: DecisionTable[AnnouncedCase, bool] = DecisionTable(
    "Dates that count",
    "Does an announced date move the promise, or is it kept and named only?",
    (
        Clause("first date", lambda case: case.is_first, True, "no date was promised before", then="counts"),
        Clause(
            "announced on no day",
            lambda case: case.change.announced_on is None,
            True,
            "no source says when it was announced",
            then="counts",
        ),
        Clause(
            "before requests were needed",
            lambda case: (
                case.change.announced_on is not None and case.change.announced_on.last < case.requests_since
            ),
            True,
            "it was announced before `requests_since` of the policy",
            then="counts",
        ),
        Clause(
            "granted",
            lambda case: case.change.request in case.granted,
            True,
            "a request for it was granted",
            then="counts",
        ),
        Clause("announced only", otherwise, False, "otherwise", then="is named, and does not count"),
    ),
)


def counted_dates(
    promises: list[DateChange], granted: Set[str], since: dt.date
) -> tuple[list[DateChange], list[DateChange]]:
    """Dates that count, in order of announcement, and those that were announced only."""
    dated = sorted(
        (p for p in promises if p.promised_for is not None),
        key=lambda p: (p.announced_on.last if p.announced_on else dt.date.min, p.promised_for, p.id),
    )
    counts: list[DateChange] = []
    only: list[DateChange] = []
    for change in dated:
        clause = COUNTED.first(AnnouncedCase(change, not counts, granted, since))
        (counts if clause.gives else only).append(change)
    return counts, only


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


def happened(report: Evidence) -> dt.date | None:
    """Last day on which what is reported may have happened: by the day of the report, if that looks back on
    it."""
    date, told = report.happened_on or report.reported_on, report.reported_on
    if date is None:
        return None
    last = min(date.last, told.last) if told and date.first <= told.last else date.last
    return None if last == CALENDAR[1] else last  # "after 2015", and no report that closes it: no day


def day_of(report: Evidence) -> dt.date:
    """Only to order reports: the undated come first."""
    return happened(report) or dt.date.min


def reported(report: Evidence) -> dt.date:
    """Last day on which it may have been reported."""
    date = report.reported_on or report.happened_on
    return date.last if date else dt.date.min


def _of_works(report: Evidence) -> bool:
    """Is the percent one of the works? Land bought, money allotted or drawings approved build nothing."""
    return bool(_WORKS.search(report.percent_of)) and not _NOT_WORKS.search(report.percent_of)
