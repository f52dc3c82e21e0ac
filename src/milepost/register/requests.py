"""How may a date move? By a recorded request: who asks, why, when, for which day; who grants it, and as which
one.

The rules follow the discipline of the WTO Trade Facilitation Agreement (articles 16 and 17): a date moves
only by a request that states a reason and the new date and comes early enough (120 days there); the first may
be notified, a later one needs the committee. Every number is a line of the policy file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from milepost.errors import WrongUse, one_of
from milepost.records import Commitment, DateChange, DateRequest, Milestone, PartialDate, Policy, Records
from milepost.register.decision_table import Clause, DecisionTable, otherwise
from milepost.register.status import Status, milestone_status, status

_Case = TypeVar("_Case")


@dataclass(frozen=True)
class Asked:
    """A new request with what follows from the policy: is it in time, and who decides it?"""

    request: DateRequest
    days_before: int
    in_time: bool
    decided_by: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Where a request stands towards the policy: days before the date that holds, and requests granted
    before."""

    days_before: int
    granted: int
    asked_by: str
    policy: Policy

    @property
    def in_time(self) -> bool:
        """Does it come early enough?"""
        return self.days_before >= self.policy.request_days_before

    @property
    def repeated(self) -> bool:
        """Have as many been granted as may be notified?"""
        return self.granted >= self.policy.requests_by_notice

    @property
    def days_after(self) -> int:
        """Days after the date."""
        return -self.days_before


DECIDES: DecisionTable[Standing, Callable[[Standing], str]] = DecisionTable(
    "Who decides a request",
    "Who decides whether a date moves?",
    (
        Clause(
            "late",
            lambda case: not case.in_time,
            lambda case: case.policy.decided_by,
            "it comes less than `request_days_before` of the policy before the date",
            "It is a late request.",
            "`decided_by` of the policy",
        ),
        Clause(
            "repeated",
            lambda case: case.repeated,
            lambda case: case.policy.decided_by,
            "as many requests for the date as `requests_by_notice` of the policy were granted before",
            "It is a repeated request.",
            "`decided_by` of the policy",
        ),
        Clause(
            "by notice",
            otherwise,
            lambda case: case.asked_by,
            "otherwise: it comes in time, and is notified",
            then="who asks; the secretariat may, too",
        ),
    ),
)

REMARKS: DecisionTable[Standing, None] = DecisionTable(
    "Remarks on a request",
    "What is said about a request that is accepted?",
    (
        Clause(
            "after the date",
            lambda case: not case.in_time and case.days_before < 0,
            None,
            "it comes after the date",
            "asked {case.days_after:,} days after the date; an orderly request comes "
            "{case.policy.request_days_before} days before it",
        ),
        Clause(
            "shortly before the date",
            lambda case: not case.in_time and case.days_before >= 0,
            None,
            "it comes before the date, and late",
            "asked {case.days_before:,} days before the date; an orderly request comes "
            "{case.policy.request_days_before} days before it",
        ),
        Clause(
            "repeated",
            lambda case: case.repeated,
            None,
            "as many requests for the date as may be notified were granted before",
            "{case.granted} granted before; from now on {case.policy.decided_by} decides",
        ),
    ),
    "all",
)


@dataclass(frozen=True)
class AskingCase:
    """A wish to move a date, and what is on record about it. Facts are worked out when a clause asks for
    them, so that each may lean on those above it."""

    records: Records
    item: str
    new_date: str
    by: str
    reason: str
    on: dt.date

    @property
    def policy(self) -> Policy:
        """The policy of the programme."""
        return self.records.policy

    @cached_property
    def milestone(self) -> Milestone | None:
        """The milestone, if it is one."""
        return next((m for m in self.records.milestones if m.id == self.item), None)

    @cached_property
    def commitment(self) -> Commitment | None:
        """The commitment: itself, or that of the milestone."""
        name = self.milestone.commitment if self.milestone else self.item
        return next((c for c in self.records.commitments if c.id == name), None)

    @property
    def known(self) -> list[str]:
        """What a date may be asked for."""
        return [*(c.id for c in self.records.commitments), *(m.id for m in self.records.milestones)]

    @property
    def owners(self) -> tuple[str, ...]:
        """Who owes it."""
        parents = self.commitment.owed_by if self.commitment else ()
        return (self.milestone.owed_by if self.milestone else ()) or parents

    @property
    def owner(self) -> str:
        """The same in words."""
        return ", ".join(self.owners) or "its owner"

    @cached_property
    def wanted(self) -> PartialDate | None:
        """The new date, if it is one."""
        try:
            return PartialDate(self.new_date)
        except ValueError:
            return None

    @property
    def fault(self) -> str:
        """Why it is none."""
        try:
            PartialDate(self.new_date)
        except ValueError as fault:
            return str(fault)
        return ""

    @property
    def last_day(self) -> dt.date:
        """Last day of the new date."""
        assert self.wanted is not None
        return self.wanted.last

    @cached_property
    def status(self) -> Status:
        """Where it stands on the day."""
        find = milestone_status if self.milestone else status
        return next(s for s in find(self.records, self.on) if s.item == self.item)

    @property
    def due(self) -> dt.date:
        """Last day of the date that holds."""
        assert self.status.latest_promised is not None
        return self.status.latest_promised.last

    @cached_property
    def earlier(self) -> list[DateRequest]:
        """Requests for the same date."""
        return _requests_for(self.records, self.item)

    @property
    def pending(self) -> str:
        """The request that is still pending."""
        return next((r.id for r in self.earlier if r.decision == "pending"), "")

    @property
    def longer_by(self) -> int:
        """Days by which the date is to move, from the date that holds or, where that has passed, from
        today."""
        return (self.last_day - max(self.due, self.on)).days

    @cached_property
    def standing(self) -> Standing:
        """Where it stands towards the policy."""
        granted = sum(r.decision == "granted" for r in self.earlier)
        return Standing((self.due - self.on).days, granted, self.by, self.policy)


ASKING: DecisionTable[AskingCase, Callable[[AskingCase], WrongUse] | None] = DecisionTable(
    "Asking for a later date",
    "Is a request to move a date accepted?",
    (
        Clause(
            "unknown item",
            lambda case: case.commitment is None,
            lambda case: one_of("commitment or milestone", case.item, case.known),
            "no commitment or milestone has the id",
            then="refused, with the ids that are known",
        ),
        Clause(
            "not the owner",
            lambda case: case.by not in case.owners,
            None,
            "who asks does not owe it",
            "{case.by} does not owe {case.item}; only {case.owner} can ask to move its date.",
            "refused",
        ),
        Clause(
            "unknown reason",
            lambda case: case.reason not in case.policy.reasons,
            lambda case: one_of("reason code", case.reason, list(case.policy.reasons)),
            "the reason is none of `reasons` of the policy",
            then="refused, with the reasons that are known",
        ),
        Clause(
            "no date",
            lambda case: case.wanted is None,
            None,
            "the new date is none",
            "'{case.new_date}' is no date: {case.fault}.",
            "refused",
        ),
        Clause(
            "no last day",
            lambda case: case.wanted is not None and case.wanted.bound == "after",
            None,
            "the new date has no last day",
            "'{case.wanted}' names no day by which {case.item} is due; ask for a day, a month or a year.",
            "refused",
        ),
        Clause(
            "closed",
            lambda case: case.status.closed,
            None,
            "it is delivered or stopped",
            "{case.item} is {case.status.delivery}; a closed commitment has no date to move.",
            "refused",
        ),
        Clause(
            "nothing to move",
            lambda case: case.status.latest_promised is None,
            None,
            "no date of it counts",
            "{case.item} has no promised date to move; announce its first date in date_changes instead.",
            "refused",
        ),
        Clause(
            "still pending",
            lambda case: bool(case.pending),
            None,
            "an earlier request for the same date is not decided",
            "The request {case.pending} for {case.item} is still pending; decide or withdraw it first.",
            "refused",
        ),
        Clause(
            "not later",
            lambda case: case.last_day <= case.due,
            None,
            "the new date is not later than the one that holds",
            "{case.wanted} is not later than {case.status.latest_promised}, the date that holds; nothing "
            "needs a request.",
            "refused",
        ),
        Clause(
            "too long",
            lambda case: case.longer_by > case.policy.longest_extension_days,
            None,
            "it moves the date by more than `longest_extension_days` of the policy",
            "{case.wanted} is {case.longer_by:,} days on; the policy allows "
            "{case.policy.longest_extension_days:,} at a time. Ask for an earlier date.",
            "refused",
        ),
        Clause("accepted", otherwise, None, "otherwise", then="accepted; who decides it is said below"),
    ),
)


def ask(
    records: Records,
    item: str,
    *,
    new_date: str,
    by: str,
    reason: str,
    on: dt.date,
    text: str = "",
) -> Asked:
    """A request to move the date of a commitment or milestone, checked against the policy.

    Raises ``WrongUse`` where the policy forbids it (:data:`ASKING`). A request that comes late is accepted as
    such and says so: it is not orderly, and it always goes to the deciding body.
    """
    case = AskingCase(records, item, new_date, by, reason, on)
    _refuse_unless(ASKING, case, "accepted")
    assert case.commitment is not None
    assert case.wanted is not None
    # a withdrawn request keeps its number: it stays on record, and no two rows have the same
    ordinal = 1 + max((r.ordinal for r in case.earlier), default=0)
    request = DateRequest(
        id=_new_id([r.id for r in records.date_requests], f"{item}.q{ordinal}"),
        commitment=case.commitment.id,
        milestone=item if case.milestone else "",
        ordinal=ordinal,
        asked_on=PartialDate(on.isoformat()),
        asked_by=by,
        new_date=case.wanted,
        reason=reason,
        reason_text=text,
        basis="sourced",
    )
    standing = case.standing
    return Asked(
        request,
        standing.days_before,
        standing.in_time,
        DECIDES.first(standing).gives(standing),
        tuple(clause.sentence(standing) for clause in REMARKS.all(standing)),
    )


@dataclass(frozen=True)
class DecidingCase:
    """A decision on a request, and what is on record about it."""

    records: Records
    request_id: str
    by: str
    on: dt.date

    @property
    def known(self) -> list[str]:
        """The requests on record."""
        return [r.id for r in self.records.date_requests]

    @property
    def is_known(self) -> bool:
        """Is the request on record?"""
        return self.request_id in self.known

    @cached_property
    def row(self) -> DateRequest:
        """The request."""
        return {r.id: r for r in self.records.date_requests}[self.request_id]

    @property
    def decided_on(self) -> str:
        """When it was decided."""
        return str(self.row.decided_on or "an unknown day")

    @property
    def item(self) -> str:
        """What it is about."""
        return self.row.milestone or self.row.commitment

    @cached_property
    def standing(self) -> Standing:
        """Where it stands towards the policy."""
        find = milestone_status if self.row.milestone else status
        asked = self.row.asked_on.last
        found = next(s for s in find(self.records, asked) if s.item == self.item)
        before = (found.latest_promised.last - asked).days if found.latest_promised else 0
        granted = sum(r.decision == "granted" for r in _requests_for(self.records, self.item))
        return Standing(before, granted, self.row.asked_by, self.records.policy)

    @property
    def decides(self) -> Clause[Standing, Callable[[Standing], str]]:
        """The clause that says who decides it."""
        return DECIDES.first(self.standing)

    @property
    def allowed(self) -> set[str]:
        """Who may decide it: the body of the policy and the council always, and by notice who asks."""
        notified = {self.row.asked_by, "secretariat"} if self.decides.name == "by notice" else set()
        return {self.records.policy.decided_by, "council"} | notified

    @property
    def bodies(self) -> str:
        """The same in words."""
        return ", ".join(sorted(self.allowed))

    @property
    def why(self) -> str:
        """Why it is not by notice."""
        said = self.decides.sentence(self.standing)
        return f" {said}" if said else ""


DECIDING: DecisionTable[DecidingCase, Callable[[DecidingCase], WrongUse] | None] = DecisionTable(
    "Deciding a request",
    "May a body grant or refuse a request on a day?",
    (
        Clause(
            "unknown request",
            lambda case: not case.is_known,
            lambda case: one_of("request", case.request_id, case.known),
            "no request has the id",
            then="refused, with the requests that are known",
        ),
        Clause(
            "decided already",
            lambda case: case.row.decision != "pending",
            None,
            "it was granted, refused or withdrawn",
            "The request {case.row.id} was {case.row.decision} on {case.decided_on} already.",
            "refused",
        ),
        Clause(
            "before it was made",
            lambda case: case.on < case.row.asked_on.first,
            None,
            "the day lies before the request",
            "The request {case.row.id} was made on {case.row.asked_on}; it cannot be decided on {case.on}.",
            "refused",
        ),
        Clause(
            "not its decision",
            lambda case: case.by not in case.allowed,
            None,
            "who decides is neither `decided_by` of the policy nor the council nor, by notice, who asks or "
            "the secretariat",
            "{case.by} cannot decide {case.row.id}; {case.bodies} can.{case.why}",
            "refused",
        ),
        Clause("decided", otherwise, None, "otherwise", then="decided"),
    ),
)


def decide(
    records: Records, request_id: str, *, grant: bool, by: str, on: dt.date, text: str = ""
) -> tuple[DateRequest, DateChange | None]:
    """The decided request and, if granted, the date change that it makes.

    Raises ``WrongUse`` for an unknown or decided request, for a body that may not decide it, and for a party
    that would grant its own late or repeated request (:data:`DECIDING`).
    """
    case = DecidingCase(records, request_id, by, on)
    _refuse_unless(DECIDING, case, "decided")
    row = case.row
    day = PartialDate(on.isoformat())
    change = {
        "decision": "granted" if grant else "refused",
        "decided_on": day,
        "decided_by": by,
        "decision_text": text,
    }
    decided = row.model_copy(update=change)
    if not grant:
        return decided, None
    used = [d.id for d in records.date_changes]
    number = 1 + sum(d.commitment == row.commitment for d in records.date_changes)
    moved = DateChange(
        id=_new_id(used, f"{case.item}.{number}"),
        commitment=row.commitment,
        milestone=row.milestone,
        announced_on=day,
        promised_for=row.new_date,
        statement=f"request {row.id} of {row.asked_by} granted by {by}: {row.reason}",
        request=row.id,
        basis="sourced",
    )
    return decided, moved


def _refuse_unless(
    table: DecisionTable[_Case, Callable[[_Case], WrongUse] | None], case: _Case, accepted: str
) -> None:
    """Raise what the deciding clause says, unless that is the one that accepts."""
    clause = table.first(case)
    if clause.name != accepted:
        raise clause.gives(case) if clause.gives else WrongUse(clause.sentence(case))


def _requests_for(records: Records, item: str) -> list[DateRequest]:
    return [r for r in records.date_requests if (r.milestone or r.commitment) == item]


def _new_id(used: list[str], wanted: str) -> str:
    taken, number, name = set(used), 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
