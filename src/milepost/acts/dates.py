"""A promised date moves by two steps: who owes it asks, another person grants or refuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from milepost.acts.persons import Person
from milepost.acts.rights import must_act, second_person, speaks_as
from milepost.acts.writing import Plan, Register, Written, day_of_writing, registered, write
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.records import DateChange
from milepost.register import requests
from milepost.store.edits import Edit


@dataclass(frozen=True, repr=False)
class Asked(Written):
    """A request under ``id``: is it in time by the policy, by how many days, and who decides it?"""

    id: str
    item: str
    ordinal: int
    new_date: str
    days_before: int
    in_time: bool
    decided_by: str
    remarks: tuple[str, ...]
    entry: int | None
    hash: str | None


@dataclass(frozen=True, repr=False)
class Decided(Written):
    """The decision on the request ``id``; ``date_change`` is the row that moves the date, ``new_date`` to
    when."""

    id: str
    decision: str
    date_change: str | None
    new_date: str | None
    entry: int | None
    hash: str | None


def ask(
    register: Register,
    person: Person,
    item: str,
    *,
    new_date: str,
    reason: str,
    text: str = "",
    party: str = "",
    on: dt.date | None = None,
) -> Asked:
    """Ask to move the date of a commitment or milestone; nothing moves until the request is granted.

    ``party`` asks where the person speaks for none (the local user). ``on``: the day on which it is asked,
    see :func:`milepost.acts.writing.day_of_writing`. Raises ``WrongUse`` where the policy forbids it.
    """
    must_act(person, "ask")
    if person.party and party and party != person.party:
        raise WrongUse(f"You speak for {person.party}, not for {party}.")

    def plan(programme: Programme) -> Plan[requests.Asked]:
        asked = requests.ask(
            registered(programme),
            item,
            new_date=new_date,
            by=person.party or party,
            reason=reason,
            on=day_of_writing(programme, on),
            text=text,
        )
        row = asked.request
        return Plan([Edit.add(row)], f"request {row.id} to move {item} to {row.new_date}: {reason}", asked)

    done, entry = write(register, person, plan)
    row = done.about.request
    return Asked(
        id=row.id,
        item=item,
        ordinal=row.ordinal,
        new_date=str(row.new_date),
        days_before=done.about.days_before,
        in_time=done.about.in_time,
        decided_by=done.about.decided_by,
        remarks=done.about.remarks,
        entry=entry.n if entry else None,
        hash=entry.hash if entry else None,
    )


def decide(
    register: Register,
    person: Person,
    ident: str,
    *,
    grant: bool,
    text: str = "",
    body: str = "",
    on: dt.date | None = None,
) -> Decided:
    """Grant or refuse a request, by another person than who asked; a granted one moves the date, and the old
    one stays on record.

    ``body`` decides where the person speaks for none (the local user; default: the deciding body). ``on``:
    the day of the decision, by default as for :func:`ask`, and never before the request.
    """
    must_act(person, "decide")

    def plan(programme: Programme) -> Plan[DateChange | None]:
        records = registered(programme)
        old = next((r for r in records.date_requests if r.id == ident), None)
        day = day_of_writing(programme, on)
        if old is not None:
            second_person(person, register.writers("date_requests", ident))
            day = on or max(day, old.asked_on.first)
        by = speaks_as(person, records, body)
        decided, moved = requests.decide(records, ident, grant=grant, by=by, on=day, text=text)
        assert old is not None  # decide has said so
        edits = [Edit.change(old, decided), *([Edit.add(moved)] if moved else [])]
        return Plan(edits, f"request {ident} {decided.decision} by {by}", moved, two=True)

    done, entry = write(register, person, plan)
    moved = done.about
    return Decided(
        id=ident,
        decision="granted" if grant else "refused",
        date_change=moved.id if moved else None,
        new_date=str(moved.promised_for) if moved else None,
        entry=entry.n if entry else None,
        hash=entry.hash if entry else None,
    )
