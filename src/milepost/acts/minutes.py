"""Minutes: who was at a meeting, and what it decided; drafts become decisions in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.writing import Plan, Register, Written, registered, write
from milepost.errors import WrongUse, one_of
from milepost.programme import Programme
from milepost.records import Attendance, Decision, Records
from milepost.store.content import row_of
from milepost.store.edits import Edit


@dataclass(frozen=True, repr=False)
class Minuted(Written):
    """What was recorded of a ``meeting``: ids of its decisions, parties whose attendance was entered."""

    meeting: str
    decisions: tuple[str, ...]
    attendance: tuple[str, ...]
    entry: int | None
    hash: str | None


@dataclass(frozen=True)
class Proposal:
    """A decision to record: its words, and the commitments and parties that it names."""

    text: str
    commitments: tuple[str, ...] = ()
    owed_by: tuple[str, ...] = ()


def minute(
    register: Register,
    person: Person,
    meeting: str,
    *,
    decided: Sequence[Proposal] = (),
    adopted: Sequence[str] = (),
    attendance: Mapping[str, str] | None = None,
) -> Minuted:
    """Record what a meeting decided and who was there, together or not at all.

    ``decided`` become decisions with the next ids of the meeting; a proposal whose words stand there already
    is not written twice, and a draft of the same words becomes the decision. ``adopted`` names drafts on
    record by id. ``attendance`` maps a party to present, absent, excused or observer.

    Raises ``WrongUse`` for an unknown meeting or draft, ``BadData`` with every faulty cell.
    """
    must_act(person, "edit")

    def plan(programme: Programme) -> Plan[tuple[tuple[str, ...], tuple[str, ...]]]:
        records = registered(programme)
        if meeting not in {m.id for m in records.meetings}:
            raise one_of("meeting", meeting, [m.id for m in records.meetings])
        decisions = [*_adopted(records, meeting, adopted), *_decided(records, meeting, decided)]
        seats = [_seat(records, meeting, party, how) for party, how in (attendance or {}).items()]
        ids = tuple(e.id for e in decisions)
        return Plan([*decisions, *seats], f"minutes of {meeting}", (ids, tuple(attendance or {})))

    done, entry = write(register, person, plan)
    return Minuted(meeting, *done.about, entry.n if entry else None, entry.hash if entry else None)


def _adopted(records: Records, meeting: str, drafts: Sequence[str]) -> list[Edit]:
    rows = {d.id: d for d in records.decisions if d.meeting == meeting}
    edits = []
    for name in dict.fromkeys(drafts):
        if name not in rows:
            raise one_of(f"decision of {meeting}", name, list(rows))
        if rows[name].stands not in ("draft", "decided"):
            raise WrongUse(f"{name} is no draft: it was {rows[name].stands}.")
        edits.append(Edit.change(rows[name], rows[name].model_copy(update={"stands": "decided"})))
    return edits


def _decided(records: Records, meeting: str, proposals: Sequence[Proposal]) -> list[Edit]:
    there = {d.text: d for d in records.decisions if d.meeting == meeting}
    used = {d.id for d in records.decisions}
    edits, number = [], 0
    for proposal in dict.fromkeys(proposals):
        old = there.get(proposal.text)
        if old is not None:
            edits.append(Edit.change(old, old.model_copy(update={"stands": "decided"})))
            continue
        number += 1
        while f"{meeting}.{number}" in used:
            number += 1
        cells = {
            "id": f"{meeting}.{number}",
            "meeting": meeting,
            "text": proposal.text,
            "stands": "decided",
            "commitments": ";".join(proposal.commitments),
            "owed_by": ";".join(proposal.owed_by),
            "basis": "sourced",
            "source": f"minutes of {meeting}",
        }
        row = row_of("decisions", cells, "the new decision")
        assert isinstance(row, Decision)
        edits.append(Edit.add(row))
    return edits


def _seat(records: Records, meeting: str, party: str, how: str) -> Edit:
    old = next((a for a in records.attendance if (a.meeting, a.party) == (meeting, party)), None)
    cells = {"meeting": meeting, "party": party, "presence": how, "basis": "sourced"}
    cells |= {"source": f"minutes of {meeting}", "led_by": old.led_by if old else ""}
    row = row_of("attendance", cells, "attendance")
    assert isinstance(row, Attendance)
    return Edit.change(old, row) if old else Edit.add(row)
