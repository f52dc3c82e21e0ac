"""Evidence: a report about a commitment is recorded, and judged by another person than the one who entered
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.acts.persons import Person
from milepost.acts.rights import must_act, must_report, second_person
from milepost.acts.rows import known_columns
from milepost.acts.writing import Plan, Register, Written, registered, write
from milepost.errors import WrongUse, one_of
from milepost.programme import Programme
from milepost.records import Evidence
from milepost.records.kept import Grouped, by_ident
from milepost.store.content import row_of
from milepost.store.edits import Edit


@dataclass(frozen=True, repr=False)
class Recorded(Written):
    """A row that was recorded under ``id``."""

    id: str
    entry: int | None
    hash: str | None


def record(register: Register, person: Person, report: Mapping[str, str]) -> Recorded:
    """One new report, its columns as text; the register gives it the next id of its commitment.

    Raises ``Forbidden`` by the rules on whose record it is, ``BadData`` with every faulty cell: a commitment
    or milestone that there is not, a milestone of another commitment, a dispute of no report.
    """
    must_act(person, "report")
    columns = tuple(c for c in Evidence.columns() if c != "id")
    cells = known_columns({"basis": "sourced", **report}, columns)

    def plan(programme: Programme) -> Plan[str]:
        records = registered(programme)
        about = cells["commitment"]
        if about not in by_ident(records.commitments):
            raise one_of("commitment", about, [c.id for c in records.commitments])
        ident = _next(len(_by_commitment(records.evidence).get(about, ())), records.evidence, about)
        row = row_of("evidence", {"id": ident, **cells}, "the new report")
        assert isinstance(row, Evidence)
        must_report(person, records, row)
        return Plan([Edit.add(row)], f"report on {row.milestone or about}: {row.shows}", ident)

    done, entry = write(register, person, plan)
    return Recorded(done.about, entry.n if entry else None, entry.hash if entry else None)


def judge(register: Register, person: Person, ident: str, verdict: str, reason: str = "") -> Recorded:
    """The second person's word on whether a report meets the acceptance test: yes, in part or no.

    Raises ``Forbidden`` for whoever wrote the report or anything in it.
    """
    must_act(person, "confirm")

    def plan(programme: Programme) -> Plan[None]:
        records = registered(programme)
        rows = {e.id: e for e in records.evidence}
        if ident not in rows:
            raise one_of("report", ident, list(rows)[:200])
        second_person(person, register.writers("evidence", ident))
        if rows[ident].meets_test == verdict:
            raise WrongUse(f"The report {ident} is judged '{verdict}' already.")
        new = rows[ident].model_copy(update={"meets_test": verdict})
        said = f"report {ident} judged '{verdict}': {reason}".rstrip(": ")
        return Plan([Edit.change(rows[ident], new)], said, None, two=True)

    _, entry = write(register, person, plan)
    return Recorded(ident, entry.n if entry else None, entry.hash if entry else None)


_by_commitment = Grouped(lambda report: report.commitment)


def _next(mine: int, taken: tuple[Evidence, ...], commitment: str) -> str:
    used = by_ident(taken)
    number = 1 + mine
    while f"{commitment}.e{number}" in used:
        number += 1
    return f"{commitment}.e{number}"
