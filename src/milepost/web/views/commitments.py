"""Commitments with everything known about them, and what they refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from milepost.acts.persons import Person
from milepost.errors import one_of
from milepost.languages.catalogue import alpha2
from milepost.network.effects import is_valued
from milepost.network.link_facts import changed_by
from milepost.programme import Programme
from milepost.records import Records
from milepost.register.answers import firmness_rows
from milepost.register.comments import readable
from milepost.register.status import by_firmness
from milepost.results import record
from milepost.store.kept import PerTable
from milepost.web.answers.base import cells
from milepost.web.answers.commitments import CommentRow, Commitment, Country, Party, Register
from milepost.web.state import Valued


def register(valued: Valued) -> Register:
    """Commitments with everything known about them, and what they refer to."""
    made: Register = valued.once("register", lambda: _register(valued.programme, valued.day))
    return made


def commitment(valued: Valued, ident: str) -> Commitment:
    """The fiche of one commitment. Raises ``WrongUse`` for an unknown one."""
    rows = {c.id: c for c in register(valued).commitments}
    if ident not in rows:
        raise one_of("commitment", ident, list(rows))
    return rows[ident]


def comments_on(records: Records, ident: str, reader: Person) -> list[CommentRow]:
    """The comments on a commitment that somebody may read, the oldest first. Raises ``WrongUse`` for an
    unknown commitment."""
    if ident not in {c.id for c in records.commitments}:
        raise one_of("commitment", ident, [c.id for c in records.commitments])
    mine = [c for c in records.comments if c.commitment == ident]
    rows = sorted(readable(mine, reader.role, reader.party), key=lambda c: c.written_on.first)
    return [CommentRow.model_validate(cells(c)) for c in rows]


def _register(programme: Programme, day: dt.date) -> Register:
    records = programme.sound()
    return Register.model_validate(
        {
            "commitments": _commitments(programme, day),
            "headline": programme.headline(day).as_dict(),
            "by_firmness": firmness_rows(by_firmness(records, programme.status(day), day)),
            "parties": _parties(records),
            "countries": _countries(records),
            "agreements": [cells(a) for a in records.agreements],
            "force": [record(f) for f in programme.force(day)],
            "meetings": [cells(m) for m in records.meetings],
            "restrictions": [cells(r) for r in records.restrictions],
            "routes": [cells(r) for r in records.routes],
            "bodies": sorted({m.body for m in records.meetings}),
            "language": records.settings.language,
            "texts": _texts(records),
        }
    )


def _commitments(programme: Programme, day: dt.date) -> list[Commitment]:
    records = programme.sound()
    due = programme.timetable(day)
    status = {s.commitment: s for s in programme.status(day)}
    steps = {s.milestone: s.as_dict() for s in programme.milestones(day)}
    targets: dict[str, list[str]] = {}
    for key, names in changed_by(records).items():
        for name in names:
            targets.setdefault(name, []).append(key)
    return [
        Commitment.model_validate(
            cells(c)
            | _rows_about(records, c.id)
            | {
                "status": status[c.id].as_dict(),
                "closed": status[c.id].closed,
                "due": due.dates.get(c.id),
                "overdue_days": due.overdue.get(c.id, 0),
                "targets": targets.get(c.id, []),
                "milestones": [
                    cells(m) | {"status": steps.get(m.id)}
                    for m in _by_commitment(records.milestones).get(c.id, [])
                ],
            }
        )
        for c in records.commitments
    ]


def _rows_about(records: Records, ident: str) -> dict[str, Any]:
    """Rows of other tables that name a commitment."""

    def of(rows: Sequence[Any]) -> list[Any]:
        return _by_commitment(rows).get(ident, [])

    effects = of(records.effects)
    return {
        "effects": [cells(e) for e in effects],
        "valued_effects": sum(is_valued(records, e) for e in effects),
        "promises": [cells(d) for d in of(records.date_changes) if not d.milestone],
        "decisions": [cells(d) for d in records.decisions if ident in d.commitments],
        "requests": [cells(r) for r in of(records.date_requests)],
        "evidence": [cells(e) for e in of(records.evidence)],
        "waits_for": [d.predecessor for d in records.dependencies if d.successor == ident],
        "holds_up": [d.successor for d in records.dependencies if d.predecessor == ident],
    }


def _texts(records: Records) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Language -> table -> row -> column -> text."""
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for t in records.texts:
        row = found.setdefault(t.language, {}).setdefault(t.of_table, {}).setdefault(t.row, {})
        row[t.column] = t.text
    return found


def _grouped(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """The rows of a table by the commitment they are about."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.commitment, []).append(row)
    return found


_by_commitment: PerTable[dict[str, list[Any]]] = PerTable(_grouped)


def _parties(records: Records) -> list[Party]:
    return [
        Party(id=p.id, name=p.name, kind=p.kind, members=list(p.members), iso2=alpha2(p.id))
        for p in records.parties
    ]


def _countries(records: Records) -> list[Country]:
    return [
        Country(id=c.id, name=c.name, gdp_usd_m=c.gdp_usd_m, iso2=alpha2(c.id)) for c in records.countries
    ]
