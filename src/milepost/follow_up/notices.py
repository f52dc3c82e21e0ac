"""Reminders before and after a due date, the ladder that a delay climbs, intake checks and requests for work
plans.

When what goes to whom is a line of the policy file; nothing here knows a date by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from milepost.records import Contact, Records
from milepost.register.status import Status, milestone_status, status
from milepost.register.working_days import calendar_of, working_days_after

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Notice:
    """One letter: of what kind, about what, to which offices, and with what to say.

    ``days`` counts from the due date (negative = before). ``reply_by`` is the day by which an answer is due:
    a working day of the country ``working_days_of`` (ISO alpha-3; empty where no calendar is known: then only
    Saturdays and Sundays are free). ``shown`` is the date as it is on record where that is no day, such as
    the month of a meeting. ``contacts`` is empty where no office of that party and role is on
    record; ``addressee`` says who was meant.
    """

    day: dt.date
    kind: Literal["reminder", "last day", "escalation", "intake", "work plan", "brief"]
    item: str
    title: str
    party: str
    addressee: str
    contacts: tuple[Contact, ...]
    due: dt.date | None = None
    days: int | None = None
    reply_by: dt.date | None = None
    working_days_of: str = ""
    missing: tuple[str, ...] = ()
    shown: str = ""


def notices(
    records: Records, on: dt.date, since: dt.date | None = None, *, intake: bool = False, party: str = ""
) -> tuple[Notice, ...]:
    """What goes out after ``since`` (default: the day before) up to and with ``on``, in order of day and
    item.

    With ``intake`` also what is not tied to a due date: commitments that lack something, and owners asked for
    a work plan because no milestone is on record.
    """
    start = since or on - dt.timedelta(days=1)
    found = [n for n in _dated(records, on) if start < n.day <= on]
    if intake:
        found += _standing(records, on)
    mine = [n for n in found if not party or n.party == party]
    return tuple(sorted(mine, key=lambda n: (n.day, n.item, n.kind, n.party, n.addressee)))


def digest_days(records: Records, on: dt.date, since: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """The last day of weekly letters after ``since`` (default: a week before) up to and with ``on``, and the
    day of those before ``since``; None if there is none in between."""
    start = since or on - dt.timedelta(days=7)
    weekday = WEEKDAYS.index(records.policy.digest_day)
    last = on - dt.timedelta(days=(on.weekday() - weekday) % 7)
    before = start - dt.timedelta(days=(start.weekday() - weekday) % 7)
    return (last, before) if last > start else None


def notices_of_week(
    records: Records, day: dt.date, before: dt.date, *, intake: bool = False, party: str = ""
) -> tuple[Notice, ...]:
    """What belongs into the weekly letters of a day if the last ones went out on ``before``: what falls due
    in the seven days that begin, and what has climbed the ladder since. Nothing falls between two weeks, and
    nothing is told twice."""
    week = dt.timedelta(days=7)
    found = [
        n
        for n in _dated(records, day)
        if (before < n.day <= day if n.kind == "escalation" else before + week <= n.day < day + week)
    ]
    if intake:
        found += _standing(records, day)
    mine = [n for n in found if not party or n.party == party]
    return tuple(sorted(mine, key=lambda n: (n.day, n.item, n.kind, n.party, n.addressee)))


def planned(records: Records, on: dt.date) -> tuple[Notice, ...]:
    """Every dated notice of the open items, past and to come: the whole rhythm for a calendar."""
    return tuple(sorted(_dated(records, on), key=lambda n: (n.day, n.item, n.kind, n.party)))


def _dated(records: Records, on: dt.date) -> Iterator[Notice]:
    policy = records.policy
    for item, title, owners, found in _open(records, on):
        if found.latest_promised is None:
            continue
        due = found.latest_promised.last
        for owner in owners:
            for days in policy.reminder_days:
                last = days == -policy.request_days_before
                yield Notice(
                    day=due + dt.timedelta(days=days),
                    kind="last day" if last else "reminder",
                    item=item,
                    title=title,
                    party=owner,
                    addressee="focal point",
                    contacts=_offices(records, owner, "focal point"),
                    due=due,
                    days=days,
                )
            climbed: list[str] = []
            for days, role in policy.ladder:
                climbed.append(role)
                common = role in ("secretariat", "council")
                yield Notice(
                    day=due + dt.timedelta(days=days),
                    kind="escalation",
                    item=item,
                    title=title,
                    party=owner,
                    addressee=role,
                    contacts=tuple(
                        c
                        for r in climbed
                        for c in _offices(records, "" if common and r == role else owner, r)
                    ),
                    due=due,
                    days=days,
                )
    for meeting in records.meetings:
        if meeting.date is None:
            continue
        for party in meeting.parties:
            yield Notice(
                day=meeting.date.first - dt.timedelta(days=policy.brief_days_before),
                kind="brief",
                item=meeting.id,
                title=meeting.title,
                party=party,
                addressee="focal point",
                contacts=_offices(records, party, "focal point"),
                due=meeting.date.first,
                shown=str(meeting.date),
                days=-policy.brief_days_before,
            )


def _standing(records: Records, on: dt.date) -> Iterator[Notice]:
    planned_for = {m.commitment for m in records.milestones}
    rows = {c.id: c for c in records.commitments}
    policy = records.policy
    for item, title, owners, found in _open(records, on):
        if item not in rows:
            continue
        for owner in owners or ("",):
            office = "focal point" if owner else "secretariat"
            whose = calendar_of(owner)
            asked = Notice(
                day=on,
                kind="intake",
                item=item,
                title=title,
                party=owner,
                addressee=office,
                contacts=_offices(records, owner, office),
                reply_by=working_days_after(on, policy.intake_working_days, (whose,)),
                working_days_of=whose,
                missing=found.missing,
            )
            if found.missing:
                yield asked
            if owner and item not in planned_for:
                by = on + dt.timedelta(days=policy.work_plan_days)
                yield replace(
                    asked,
                    kind="work plan",
                    due=found.latest_promised.last if found.latest_promised else None,
                    reply_by=working_days_after(by, 0, (whose,)),  # not on a day off: the next that is none
                    missing=(),
                )


def _open(records: Records, on: dt.date) -> Iterator[tuple[str, str, tuple[str, ...], Status]]:
    rows = {c.id: c for c in records.commitments}
    steps = {m.id: m for m in records.milestones}
    closed = set()
    for found in status(records, on):
        if found.closed:
            closed.add(found.commitment)
        else:
            row = rows[found.commitment]
            yield row.id, row.title, row.owed_by, found
    for found in milestone_status(records, on):
        step = steps[found.milestone]
        if not found.closed and step.commitment not in closed:
            yield step.id, step.title, step.owed_by or rows[step.commitment].owed_by, found


def _offices(records: Records, party: str, role: str) -> tuple[Contact, ...]:
    common = role in ("secretariat", "council")
    return tuple(
        c for c in records.contacts if c.role == role and (c.party == party or (common and not c.party))
    )
