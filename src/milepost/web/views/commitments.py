"""Commitments with everything known about them, and what they refer to."""

from __future__ import annotations

import datetime as dt
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from milepost.acts.persons import Person
from milepost.errors import MilepostError, one_of
from milepost.languages.catalogue import alpha2
from milepost.network.effects import is_valued
from milepost.network.link_facts import changed_by
from milepost.programme import Programme
from milepost.records import Records, Row
from milepost.records.kept import Grouped, Once, PerRow, Runs, groups_that_differ
from milepost.register.answers import firmness_rows
from milepost.register.comments import readable
from milepost.register.status import Status, by_firmness, differs_by_item
from milepost.register.timetable import Timetable
from milepost.results import record
from milepost.web.answers.base import cells
from milepost.web.answers.commitments import CommentRow, Commitment, Country, Party, Register
from milepost.web.pool import Piece, Written
from milepost.web.state import Valued

_FICHES, _AS_SENT = "fiches", "register as sent"
_IN_A_PIECE = 64  # fiches


def register(valued: Valued) -> Register:
    """Commitments with everything known about them, and what they refer to."""
    made: Register = valued.once(
        "register", lambda: _register(valued, [fiche.made for fiche in _all(valued).by_id.values()])
    )
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
        _all(valued)


def commitment_at_once(valued: Valued, ident: str) -> Written | None:
    """The fiche of one commitment as it is sent, if the fiches are made and there is one."""
    made: _All | None = valued.made.get(_FICHES)
    return made.by_id[ident].written if made is not None and ident in made.by_id else None


def register_json(valued: Valued) -> bytes:
    """The register as JSON: each fiche as it was written for itself."""
    return register_written(valued).body


def register_written(valued: Valued) -> Written:
    """The register as it is sent, in pieces: after a report all but one of them are those of before."""

    def made() -> Written:
        told = _register(valued, [])
        rest = told.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"commitments"})
        ended = b"], " + json.dumps(rest, ensure_ascii=False, allow_nan=False).encode()[1:]
        pieces = [Piece(b'{"commitments": ['), *_all(valued).pieces(), Piece(ended)]
        return Written.of_pieces(pieces, "application/json")

    found: Written = valued.once(_AS_SENT, made)
    return found


def make_register(valued: Valued) -> None:
    """Make the register as it is sent; nothing where it cannot be made."""
    with suppress(MilepostError):
        register_written(valued)


def register_at_once(valued: Valued) -> Written | None:
    """The register as it is sent, if it is made."""
    found: Written | None = valued.made.get(_AS_SENT)
    return found


def timetable_json(valued: Valued, on: dt.date | None = None) -> bytes:
    """When what is open is due on a day (default: that of the programme), as JSON. Raises ``BadData``."""
    return _due_json(valued.programme.timetable(on or valued.day))


# while nobody moves a date it is the very same timetable
_due_json: PerRow[bytes] = PerRow(
    lambda due: json.dumps(
        due.as_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode(),
    most=8,
)


def _all(valued: Valued) -> _All:
    made: _All = valued.once(_FICHES, lambda: _fiches(valued.programme, valued.day))
    return made


def _fiche(valued: Valued, ident: str) -> _Fiche:
    rows = _all(valued).by_id
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


def _register(valued: Valued, commitments: list[Commitment]) -> Register:
    programme, day = valued.programme, valued.day
    records = programme.sound()
    return Register.model_validate(
        {
            "commitments": commitments,
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

    @Once
    def json(self) -> bytes:
        """As it is sent."""
        return json.dumps(self.made.as_dict(), ensure_ascii=False, allow_nan=False).encode()

    @Once
    def written(self) -> Written:
        """The same with its mark, by which a reader asks for it again."""
        return Written.of(self.json, "application/json")


_made: Runs[_Fiche] = Runs()
"""Fiches, each made once for what it rests on: an edit of a large register is about one of them."""


@dataclass(frozen=True, eq=False)
class _All:
    """The fiches of all commitments on a day, and what they rest on."""

    about: _About
    by_id: dict[str, _Fiche]
    _pieces: list[Piece | None]

    @classmethod
    def of(cls, about: _About, by_id: dict[str, _Fiche]) -> _All:
        """Those fiches, of which no pieces are written yet."""
        return cls(about, by_id, [None] * -(-len(by_id) // _IN_A_PIECE))

    def but(self, about: _About, fiches: dict[str, _Fiche]) -> _All:
        """The same with other fiches of some commitments; what was written of the others stays."""
        pieces = list(self._pieces)
        if fiches:
            for n, name in enumerate(self.by_id):
                if name in fiches:
                    pieces[n // _IN_A_PIECE] = None
        return _All(about, {**self.by_id, **fiches}, pieces)

    def pieces(self) -> list[Piece]:
        """All of them as JSON with commas between them, so many in a piece."""
        fiches: list[_Fiche] = []
        made = []
        for n, held in enumerate(self._pieces):
            if held is None:
                fiches = fiches or list(self.by_id.values())
                mine = fiches[n * _IN_A_PIECE : (n + 1) * _IN_A_PIECE]
                held = Piece(b", " * (n > 0) + b", ".join(fiche.json for fiche in mine))
                self._pieces[n] = held
            made.append(held)
        return made


_LAST: deque[_All] = deque(maxlen=6)


def _fiches(programme: Programme, day: dt.date) -> _All:
    """The fiches of a programme; after a report those that it is about, the others being as they were."""
    records = programme.sound()
    for held in tuple(_LAST):
        last = held.about
        if differs_by_item(last.records, records):
            about = _About.of(programme, day, last.elsewhere)
            touched = about.differing(last)
            rows = (c for c in records.commitments if c.id in touched) if touched else ()
            made = held.but(about, {c.id: _fiche_of(*about.of_one(c)) for c in rows})
            break
    else:
        about = _About.of(programme, day)
        run = _made.run(map(about.of_one, records.commitments), _fiche_of)
        made = _All.of(about, {fiche.made.id: fiche for fiche in run})
    _LAST.appendleft(made)
    return made


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


@dataclass(frozen=True)
class _Elsewhere:
    """What stands in other tables than reports and dates: by commitment what it changes, what it waits for,
    what it holds up, and what was decided about it."""

    targets: dict[str, list[str]]
    waits: dict[str, list[str]]
    holds: dict[str, list[str]]
    decided: dict[str, list[Any]]

    @classmethod
    def of(cls, records: Records) -> _Elsewhere:
        """Of some records."""
        targets: dict[str, list[str]] = {}
        for key, names in changed_by(records).items():
            for name in names:
                targets.setdefault(name, []).append(key)
        return cls(targets, *_before_and_after(records))


@dataclass(frozen=True, eq=False)
class _About:
    """What fiches rest on: of each commitment small values, and the very rows and results."""

    records: Records
    elsewhere: _Elsewhere
    due: Timetable
    status: dict[str, Status]
    steps: dict[str, Status]
    groups: tuple[dict[str, tuple[Any, ...]], ...]

    @classmethod
    def of(cls, programme: Programme, day: dt.date, elsewhere: _Elsewhere | None = None) -> _About:
        """Of a programme, on a day; ``elsewhere`` if it is known."""
        records = programme.sound()
        tables = (records.effects, records.date_changes, records.date_requests, records.evidence)
        return cls(
            records,
            elsewhere or _Elsewhere.of(records),
            programme.timetable(day),
            {s.commitment: s for s in programme.status(day)},
            {s.milestone: s for s in programme.milestones(day)},
            tuple(_by_commitment(rows) for rows in (*tables, records.milestones)),
        )

    def of_one(self, c: Row) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Of one commitment."""
        about = [of.get(c.ident, ()) for of in self.groups]
        elsewhere, name = self.elsewhere, c.ident
        decisions = elsewhere.decided.get(name, ())
        facts = (
            len(decisions),
            self.due.dates.get(name),
            self.due.overdue.get(name, 0),
            tuple(elsewhere.targets.get(name, ())),
            tuple(elsewhere.waits.get(name, ())),
            tuple(elsewhere.holds.get(name, ())),
            sum(is_valued(self.records, e) for e in about[0]),
        )
        return facts, (c, self.status[name], *about, *decisions, *(self.steps.get(m.id) for m in about[-1]))

    def differing(self, other: _About) -> set[str]:
        """The commitments whose fiches rest on other rows, statuses or due dates."""
        found = {name for name, row in self.status.items() if other.status.get(name) is not row}
        if self.due is not other.due:
            for a, b in ((self.due.dates, other.due.dates), (self.due.overdue, other.due.overdue)):
                found |= {name for name in {*a, *b} if a.get(name) != b.get(name)}
        found |= {row.commitment for name, row in self.steps.items() if other.steps.get(name) is not row}
        for before, after in zip(other.groups, self.groups, strict=True):
            found |= groups_that_differ(before, after)
        return found


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
