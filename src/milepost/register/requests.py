"""How may a date move? By a recorded request: who asks, why, when, for which day; who grants it, and as which
one.

The rules follow the discipline of the WTO Trade Facilitation Agreement (articles 16 and 17): a date moves
only by a request that states a reason and the new date and comes early enough (120 days there); the first may
be notified, a later one needs the committee. Every number is a line of the policy file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from milepost.errors import WrongUse, one_of
from milepost.records import DateChange, DateRequest, PartialDate, Records
from milepost.register.status import Status, milestone_status, status


@dataclass(frozen=True)
class Asked:
    """A new request with what follows from the policy: is it in time, and who decides it?"""

    request: DateRequest
    days_before: int
    in_time: bool
    decided_by: str
    remarks: tuple[str, ...]


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

    Raises ``WrongUse`` where the policy forbids it: unknown item, party that does not owe it, unknown reason,
    a date that is not later, a move longer than one request allows, a request still pending. A request that
    comes late is accepted as such and says so: it is not orderly, and it always goes to the deciding body.
    """
    policy = records.policy
    milestones = {m.id: m for m in records.milestones}
    commitments = {c.id: c for c in records.commitments}
    if item not in milestones and item not in commitments:
        raise one_of("commitment or milestone", item, [*commitments, *milestones])
    parent = commitments[milestones[item].commitment if item in milestones else item]
    owners = (milestones[item].owed_by if item in milestones else ()) or parent.owed_by
    if by not in owners:
        raise WrongUse(
            f"{by} does not owe {item}; only {', '.join(owners) or 'its owner'} can ask to move its date."
        )
    if reason not in policy.reasons:
        raise one_of("reason code", reason, list(policy.reasons))
    try:
        wanted = PartialDate(new_date)
    except ValueError as fault:
        raise WrongUse(f"'{new_date}' is no date: {fault}.") from None
    if wanted.bound == "after":
        raise WrongUse(f"'{wanted}' names no day by which {item} is due; ask for a day, a month or a year.")
    found: Status = next(
        s
        for s in (milestone_status(records, on) if item in milestones else status(records, on))
        if s.item == item
    )
    if found.closed:
        raise WrongUse(f"{item} is {found.delivery}; a closed commitment has no date to move.")
    if found.latest_promised is None:
        raise WrongUse(
            f"{item} has no promised date to move; announce its first date in date_changes instead."
        )
    due = found.latest_promised.last
    mine = [r for r in records.date_requests if (r.milestone or r.commitment) == item]
    pending = [r.id for r in mine if r.decision == "pending"]
    if pending:
        raise WrongUse(f"The request {pending[0]} for {item} is still pending; decide or withdraw it first.")
    if wanted.last <= due:
        raise WrongUse(
            f"{wanted} is not later than {found.latest_promised}, the date that holds; nothing needs a "
            "request."
        )
    longest = (wanted.last - max(due, on)).days
    if longest > policy.longest_extension_days:
        raise WrongUse(
            f"{wanted} is {longest:,} days on; the policy allows {policy.longest_extension_days:,} at a "
            "time. "
            "Ask for an earlier date."
        )
    # a withdrawn request keeps its number: it stays on record, and no two rows have the same
    ordinal = 1 + max((r.ordinal for r in mine), default=0)
    before = (due - on).days
    in_time = before >= policy.request_days_before
    granted = sum(r.decision == "granted" for r in mine)
    by_notice = in_time and granted < policy.requests_by_notice
    remarks = []
    if not in_time:
        when = f"{-before:,} days after" if before < 0 else f"{before:,} days before"
        remarks.append(
            f"asked {when} the date; an orderly request comes {policy.request_days_before} days before it"
        )
    if granted >= policy.requests_by_notice:
        remarks.append(f"{granted} granted before; from now on {policy.decided_by} decides")
    request = DateRequest(
        id=_new_id([r.id for r in records.date_requests], f"{item}.q{ordinal}"),
        commitment=parent.id,
        milestone=item if item in milestones else "",
        ordinal=ordinal,
        asked_on=PartialDate(on.isoformat()),
        asked_by=by,
        new_date=wanted,
        reason=reason,
        reason_text=text,
        basis="sourced",
    )
    return Asked(request, before, in_time, by if by_notice else policy.decided_by, tuple(remarks))


def decide(
    records: Records, request_id: str, *, grant: bool, by: str, on: dt.date, text: str = ""
) -> tuple[DateRequest, DateChange | None]:
    """The decided request and, if granted, the date change that it makes.

    Raises ``WrongUse`` for an unknown or decided request, for a body that may not decide it, and for a party
    that would grant its own late or repeated request.
    """
    rows = {r.id: r for r in records.date_requests}
    if request_id not in rows:
        raise one_of("request", request_id, list(rows))
    row = rows[request_id]
    if row.decision != "pending":
        raise WrongUse(
            f"The request {row.id} was {row.decision} on {row.decided_on or 'an unknown day'} already."
        )
    if on < row.asked_on.first:
        raise WrongUse(f"The request {row.id} was made on {row.asked_on}; it cannot be decided on {on}.")
    policy = records.policy
    item = row.milestone or row.commitment
    find = milestone_status if row.milestone else status
    found = next(s for s in find(records, row.asked_on.last) if s.item == item)
    before = (found.latest_promised.last - row.asked_on.last).days if found.latest_promised else 0
    earlier = sum(
        (r.milestone or r.commitment) == item and r.decision == "granted" for r in records.date_requests
    )
    by_notice = before >= policy.request_days_before and earlier < policy.requests_by_notice
    allowed = {policy.decided_by, "council"} | ({row.asked_by, "secretariat"} if by_notice else set())
    if by not in allowed:
        why = "late" if before < policy.request_days_before else "repeated"
        hint = "" if by_notice else f" It is a {why} request."
        raise WrongUse(f"{by} cannot decide {row.id}; {', '.join(sorted(allowed))} can.{hint}")
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
        id=_new_id(used, f"{item}.{number}"),
        commitment=row.commitment,
        milestone=row.milestone,
        announced_on=day,
        promised_for=row.new_date,
        statement=f"request {row.id} of {row.asked_by} granted by {by}: {row.reason}",
        request=row.id,
        basis="sourced",
    )
    return decided, moved


def _new_id(used: list[str], wanted: str) -> str:
    taken, number, name = set(used), 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
