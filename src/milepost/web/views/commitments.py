"""Commitments with everything known about them, and what they refer to."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from milepost.acts.persons import Person
from milepost.errors import MilepostError, one_of
from milepost.languages.catalogue import alpha2
from milepost.network.effects import is_valued
from milepost.network.link_facts import changed_by
from milepost.programme import Programme
from milepost.records import Records
from milepost.records.kept import Grouped, Runs
from milepost.register.answers import firmness_rows
from milepost.register.comments import readable
from milepost.register.status import by_firmness
from milepost.results import record
from milepost.web.answers.base import cells
from milepost.web.answers.commitments import CommentRow, Commitment, Country, Party, Register
from milepost.web.pool import Written
from milepost.web.state import Valued

_BY_ID = "fiches by id"


def register(valued: Valued) -> Register:
    """Commitments with everything known about them, and what they refer to."""
    made: Register = valued.once("register", lambda: _register(valued, valued.programme, valued.day))
    return made


def commitment(valued: Valued, ident: str) -> Commitment:
    """The fiche of one commitment. Raises ``WrongUse`` for an unknown one."""
    return _fiche(valued, ident).made


def commitment_json(valued: Valued, ident: str) -> bytes:
    """The fiche of one commitment as JSON. Raises ``WrongUse`` for an unknown one."""
    return _fiche(valued, ident).json


def make_commitments(valued: Valued) -> None:
    """Make all fiches; nothing where they cannot be made."""
    with suppress(MilepostError):
        _by_id(valued)


def commitment_at_once(valued: Valued, ident: str) -> Written | None:
    """The fiche of one commitment as it is sent, if the fiches are made and there is one."""
    rows: dict[str, _Fiche] = valued.made.get(_BY_ID, {})
    return rows[ident].written if ident in rows else None


def register_json(valued: Valued) -> bytes:
    """The register as JSON: each fiche as it was written for itself."""

    def made() -> bytes:
        rest = register(valued).model_dump(
            mode="json", by_alias=True, exclude_unset=True, exclude={"commitments"}
        )
        told = json.dumps(rest, ensure_ascii=False, allow_nan=False).encode()
        fiches = [fiche.json for fiche in _fiches_of(valued)]
        # put together once: it is megabytes, and each copy costs as much as all that is worked out for it
        begun, ended = b'{"commitments": [', b"], " + told[1:]
        if not fiches:
            return begun + ended
        fiches[0] = begun + fiches[0]
        fiches[-1] += ended
        return b", ".join(fiches)

    found: bytes = valued.once("register as JSON", made)
    return found


def _fiches_of(valued: Valued) -> list[_Fiche]:
    made: list[_Fiche] = valued.once("fiches", lambda: _fiches(valued.programme, valued.day))
    return made


def _by_id(valued: Valued) -> dict[str, _Fiche]:
    made: dict[str, _Fiche] = valued.once(_BY_ID, lambda: {f.made.id: f for f in _fiches_of(valued)})
    return made


def _fiche(valued: Valued, ident: str) -> _Fiche:
    rows = _by_id(valued)
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


def _register(valued: Valued, programme: Programme, day: dt.date) -> Register:
    records = programme.sound()
    return Register.model_validate(
        {
            "commitments": [fiche.made for fiche in _fiches_of(valued)],
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


@dataclass(frozen=True, eq=False)
class _Fiche:
    """A commitment with everything known about it, and as it is sent."""

    made: Commitment

    @cached_property
    def json(self) -> bytes:
        """As it is sent."""
        return json.dumps(self.made.as_dict(), ensure_ascii=False, allow_nan=False).encode()

    @cached_property
    def written(self) -> Written:
        """The same with its mark, by which a reader asks for it again."""
        return Written.of(self.json, "application/json")


_made: Runs[_Fiche] = Runs()
"""Fiches, each made once for what it rests on: an edit of a large register is about one of them."""


def _fiches(programme: Programme, day: dt.date) -> list[_Fiche]:
    return _made.run(_all_about(programme, day), _fiche_of)


def _fiche_of(facts: tuple[Any, ...], parts: tuple[Any, ...]) -> _Fiche:
    c, status, effects, promises, requests, evidence, milestones, *more = parts
    decided, due, overdue_days, targets, waits_for, holds_up, valued = facts
    decisions, steps = more[:decided], more[decided:]
    made = Commitment.model_validate(
        cells(c)
        | {
            "effects": [cells(e) for e in effects],
            "valued_effects": valued,
            "promises": [cells(d) for d in promises if not d.milestone],
            "decisions": [cells(d) for d in decisions],
            "requests": [cells(r) for r in requests],
            "evidence": [cells(e) for e in evidence],
            "waits_for": list(waits_for),
            "holds_up": list(holds_up),
            "status": status.as_dict(),
            "closed": status.closed,
            "due": due,
            "overdue_days": overdue_days,
            "targets": list(targets),
            "milestones": [
                cells(m) | {"status": s and s.as_dict()} for m, s in zip(milestones, steps, strict=True)
            ],
        }
    )
    return _Fiche(made)


def _all_about(programme: Programme, day: dt.date) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Of each commitment what its fiche rests on: small values, and the very rows and results."""
    records = programme.sound()
    due = programme.timetable(day)
    status = {s.commitment: s for s in programme.status(day)}
    steps = {s.milestone: s for s in programme.milestones(day)}
    targets: dict[str, list[str]] = {}
    for key, names in changed_by(records).items():
        for name in names:
            targets.setdefault(name, []).append(key)
    waits, holds, decided = _before_and_after(records)
    tables = (records.effects, records.date_changes, records.date_requests, records.evidence)
    grouped = [_by_commitment(rows) for rows in (*tables, records.milestones)]
    for c in records.commitments:
        about = [of.get(c.id, ()) for of in grouped]
        decisions = decided.get(c.id, ())
        facts = (
            len(decisions),
            due.dates.get(c.id),
            due.overdue.get(c.id, 0),
            tuple(targets.get(c.id, ())),
            tuple(waits.get(c.id, ())),
            tuple(holds.get(c.id, ())),
            sum(is_valued(records, e) for e in about[0]),
        )
        yield facts, (c, status[c.id], *about, *decisions, *(steps.get(m.id) for m in about[-1]))


def _before_and_after(
    records: Records,
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[Any]]]:
    """By commitment: what it waits for, what it holds up, and what was decided about it."""
    waits: dict[str, list[str]] = {}
    holds: dict[str, list[str]] = {}
    decided: dict[str, list[Any]] = {}
    for d in records.dependencies:
        waits.setdefault(d.successor, []).append(d.predecessor)
        holds.setdefault(d.predecessor, []).append(d.successor)
    for row in records.decisions:
        for name in dict.fromkeys(row.commitments):
            decided.setdefault(name, []).append(row)
    return waits, holds, decided


def _texts(records: Records) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Language -> table -> row -> column -> text."""
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for t in records.texts:
        row = found.setdefault(t.language, {}).setdefault(t.of_table, {}).setdefault(t.row, {})
        row[t.column] = t.text
    return found


_by_commitment = Grouped(lambda row: row.commitment)


def _parties(records: Records) -> list[Party]:
    return [
        Party(id=p.id, name=p.name, kind=p.kind, members=list(p.members), iso2=alpha2(p.id))
        for p in records.parties
    ]


def _countries(records: Records) -> list[Country]:
    return [
        Country(id=c.id, name=c.name, gdp_usd_m=c.gdp_usd_m, iso2=alpha2(c.id)) for c in records.countries
    ]
