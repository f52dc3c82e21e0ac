"""That a letter of the week went out: said once, by whom and when, so that it is told from one that is
due."""

from __future__ import annotations

import datetime as dt
import hashlib

from milepost.acts.evidence import Recorded
from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.writing import Plan, Register, day_of_writing, registered, write
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.records import Records, SentLetter
from milepost.report.digests import Digest, digests
from milepost.store.content import row_of
from milepost.store.edits import Edit


def mark_sent(
    register: Register,
    person: Person,
    day: dt.date,
    addressee: str,
    party: str = "",
    *,
    contact: str = "",
    means: str = "",
    sent_on: dt.date | None = None,
) -> Recorded:
    """Record that the letter of a letter day to an office went out, on ``sent_on`` (default: today).

    The words that it has now are kept as a digest, so that what went out can be told from what was changed
    later.

    Raises ``WrongUse`` for a letter that there is not, one that is on record as sent, or a day before its
    letter day or to come; ``Forbidden`` for who does not send letters.
    """
    must_act(person, "send")

    def plan(programme: Programme) -> Plan[str]:
        records = registered(programme)
        today = day_of_writing(programme)
        when = sent_on or today
        if not day <= when <= today:
            raise WrongUse(f"A letter of {day} goes out from that day to today, {today}; not on {when}.")
        letter = _letter(programme, day, addressee, party, contact)
        office = " ".join(filter(None, (addressee, party)))
        if letter.sent is not None:
            raise WrongUse(
                f"The letter of {day} to {office} went out on {letter.sent.sent_on.text} already, by "
                f"{letter.sent.sent_by}."
            )
        cells = {
            "id": _free(records, day),
            "day": day.isoformat(),
            "addressee": addressee,
            "party": party,
            "contact": contact,
            "sent_on": when.isoformat(),
            "sent_by": person.name or person.role,
            "means": means.strip(),
            "words_sha256": hashlib.sha256(letter.text.encode()).hexdigest(),
        }
        row = row_of("sent_letters", cells, "the letter")
        assert isinstance(row, SentLetter)
        return Plan([Edit.add(row)], f"letter of {day} to {office} sent", row.id)

    done, entry = write(register, person, plan)
    return Recorded(done.about, entry.n if entry else None, entry.hash if entry else None)


def _letter(programme: Programme, day: dt.date, addressee: str, party: str, contact: str) -> Digest:
    """The letter of a letter day to an office. Raises ``WrongUse`` where there is none."""
    week = [d for d in digests(programme.for_register(), on=day) if d.day == day]
    mine = [d for d in week if (d.addressee, d.party, d.contact) == (addressee, party, contact)]
    if mine:
        return mine[0]
    if not week:
        raise WrongUse(f"No letters were due on {day}.")
    there = ", ".join(" ".join(filter(None, (d.addressee, d.party, d.contact))) for d in week[:8])
    raise WrongUse(f"On {day} there is no such letter; there are those to: {there}.")


def _free(records: Records, day: dt.date) -> str:
    used = {s.id for s in records.sent_letters}
    number = 1
    while f"{day}.s{number}" in used:
        number += 1
    return f"{day}.s{number}"
