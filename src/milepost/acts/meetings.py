"""Meetings: the sessions on which decisions fall, and for which briefs are written."""

from __future__ import annotations

from collections.abc import Mapping

from milepost.acts.evidence import Recorded
from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.rows import known_columns
from milepost.acts.writing import Plan, Register, registered, write
from milepost.programme import Programme
from milepost.records import Meeting
from milepost.store.content import row_of
from milepost.store.edits import Edit


def record(register: Register, person: Person, meeting: Mapping[str, str]) -> Recorded:
    """One new meeting, its columns as text: body, title, date, place, parties. Without an ``id`` it gets the
    next one.

    Raises ``BadData`` with every faulty cell, ``LostRace`` if there is a meeting of that id.
    """
    must_act(person, "edit")
    cells = known_columns({"basis": "sourced", **meeting}, Meeting.columns())

    def plan(programme: Programme) -> Plan[str]:
        records = registered(programme)
        used = {m.id for m in records.meetings}
        number = 1 + len(used)
        while f"M{number}" in used:
            number += 1
        ident = cells["id"] or f"M{number}"
        row = row_of("meetings", {**cells, "id": ident}, "the new meeting")
        assert isinstance(row, Meeting)
        when = f" on {row.date}" if row.date else ""
        return Plan([Edit.add(row)], f"meeting {ident} of {row.body}{when}", ident)

    done, entry = write(register, person, plan)
    return Recorded(done.about, entry.n if entry else None, entry.hash if entry else None)
