"""What can be written: evidence, requests, decisions, confirmations, rows, a workbook; each is one entry of
the chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from milepost.errors import BadData, WrongUse, one_of
from milepost.programme import Programme, edit_programme
from milepost.records import TABLES, Evidence, Records
from milepost.register.requests import ask, decide
from milepost.store.changes import Entry, read_entry
from milepost.store.content import MODELS, Cells, cells_of, content_of, content_of_table, records_of, row_of
from milepost.store.edits import Edit, applied, row_changes
from milepost.store.transfer import merge
from milepost.store.workbook import read_workbook, seen_digests
from milepost.web.people import Person
from milepost.web.rights import (
    NotThere,
    must_be_two,
    must_edit,
    must_report,
    second_person,
    signature,
    speaks_as,
)
from milepost.web.state import State

_KINDS = {b"%PDF-": ".pdf", b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg", b"PK\x03\x04": ".zip"}
_UNPACKED = 100_000_000
# tables whose rows decide which dates count and what is proved
_PROVING = frozenset({"evidence", "date_changes", "date_requests", "commitments", "milestones", *MODELS})
_Text = Field(default="", max_length=5_000)


class Body(BaseModel):
    """Base of request bodies: no unknown members, no surprises."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewEvidence(Body):
    """A report about a commitment."""

    commitment: str = Field(max_length=60)
    milestone: str = Field(default="", max_length=60)
    reported_on: str = Field(default="", max_length=20, examples=["2026-11-24"])
    shows: str = Field(default="context", max_length=20, examples=["progress"])
    happened_on: str = Field(default="", max_length=20)
    standing: str = Field(default="unknown", max_length=20, examples=["owner"])
    document: str = Field(default="secondary", max_length=20)
    meets_test: str = Field(default="", max_length=20)
    disputes: str = Field(default="", max_length=60)
    measured_days: str = Field(default="", max_length=20)
    percent: str = Field(default="", max_length=20)
    percent_of: str = _Text
    report: str = _Text
    source: str = _Text
    note: str = _Text


class NewRequest(Body):
    """A request to move a date."""

    item: str = Field(max_length=60, examples=["C01"])
    new_date: str = Field(max_length=20, examples=["2030-06-30"])
    reason: str = Field(max_length=60)
    text: str = _Text
    party: str = Field(
        default="", max_length=20, description="who asks, where the person speaks for no party (local user)"
    )


class Decision(Body):
    """The decision on a request."""

    grant: bool
    text: str = _Text


class Confirmation(Body):
    """The second person's word on whether a report meets the acceptance test."""

    verdict: str = Field(pattern="^(yes|in part|no)$")
    reason: str = _Text


class CellEdit(Body):
    """One row: ``cells`` null removes it; ``seen`` is the digest of the row as it was read, null for a new
    one."""

    table: str = Field(max_length=60)
    id: str = Field(max_length=200)
    cells: dict[str, str] | None = None
    seen: str | None = Field(default=None, max_length=64)


class Edits(Body):
    """Rows written together, or not at all."""

    edits: list[CellEdit] = Field(min_length=1, max_length=2_000)
    reason: str = Field(min_length=1, max_length=2_000)


def add_evidence(state: State, person: Person, body: NewEvidence) -> dict[str, Any]:
    """One new row of evidence. Raises ``Forbidden`` by the rules on whose record it is, ``BadData`` with
    every faulty cell."""
    records = state.current().programme.sound()
    if body.commitment not in {c.id for c in records.commitments}:
        raise one_of("commitment", body.commitment, [c.id for c in records.commitments])
    must_report(
        person,
        records,
        body.commitment,
        body.milestone,
        body.standing,
        body.disputes,
        body.shows,
        body.meets_test,
    )
    used = {e.id for e in records.evidence}
    number = 1 + sum(e.commitment == body.commitment for e in records.evidence)
    while f"{body.commitment}.e{number}" in used:
        number += 1
    cells = {
        "id": f"{body.commitment}.e{number}",
        **{k: str(v) for k, v in body.model_dump().items()},
        "basis": "sourced",
    }
    row = row_of("evidence", _known_columns(cells, Evidence.columns()), "the new report")
    return _entry(
        edit(state, [Edit.add(row)], person, f"report on {body.commitment}: {body.shows}"), row.ident
    )


def confirm(state: State, person: Person, ident: str, body: Confirmation) -> dict[str, Any]:
    """The second person judges a report. Raises ``Forbidden`` for the person who entered it."""
    records = state.current().programme.sound()
    rows = {e.id: e for e in records.evidence}
    if ident not in rows:
        raise one_of("report", ident, list(rows)[:200])
    second_person(person, writers(state, "evidence", ident))
    old = rows[ident]
    if old.meets_test == body.verdict:
        raise WrongUse(f"The report {ident} is judged '{body.verdict}' already.")
    new = old.model_copy(update={"meets_test": body.verdict})
    return _entry(
        edit(
            state,
            [Edit.change(old, new)],
            person,
            f"judged '{body.verdict}': {body.reason}".strip(": "),
            two=True,
        ),
        ident,
    )


def ask_date(state: State, person: Person, body: NewRequest) -> dict[str, Any]:
    """A request to move a date, by the party that owes it."""
    programme = state.current().programme
    party = person.party or body.party
    if person.party and body.party and body.party != person.party:
        raise WrongUse(f"You speak for {person.party}, not for {body.party}.")
    asked = ask(
        programme.sound(),
        body.item,
        new_date=body.new_date,
        by=party,
        reason=body.reason,
        on=_today(programme),
        text=body.text,
    )
    done = edit(
        state,
        [Edit.add(asked.request)],
        person,
        f"request to move {body.item} to {body.new_date}: {body.reason}",
    )
    return _entry(done, asked.request.id) | {
        "in_time": asked.in_time,
        "decided_by": asked.decided_by,
        "remarks": list(asked.remarks),
    }


def decide_date(state: State, person: Person, ident: str, body: Decision) -> dict[str, Any]:
    """Grant or refuse a request, by another person than the one who asked."""
    programme = state.current().programme
    records = programme.sound()
    rows = {r.id: r for r in records.date_requests}
    if ident in rows:
        second_person(person, writers(state, "date_requests", ident))
    by = speaks_as(person, records, rows[ident].asked_by if ident in rows else "")
    day = max(_today(programme), rows[ident].asked_on.first) if ident in rows else _today(programme)
    decided, moved = decide(records, ident, grant=body.grant, by=by, on=day, text=body.text)
    edits = [Edit.change(rows[ident], decided)] + ([Edit.add(moved)] if moved else [])
    return _entry(
        edit(
            state,
            edits,
            person,
            f"request {ident} {'granted' if body.grant else 'refused'} by {by}",
            two=True,
        ),
        ident,
    )


def write_rows(state: State, person: Person, body: Edits) -> dict[str, Any]:
    """Rows of any table. Raises ``LostRace`` if one was changed since it was seen, ``BadData`` with every
    fault."""
    records = state.current().programme.records
    edits = []
    if len({(e.table, e.id) for e in body.edits}) < len(body.edits):
        raise WrongUse("One row is written twice; say once what it shall be.")
    for e in body.edits:
        old = (
            next((cells_of(r) for r in records.rows(e.table) if r.ident == e.id), None)
            if e.table in TABLES
            else None
        )
        must_edit(person, e.table, old, e.cells)
        if e.table not in TABLES and e.table not in MODELS:
            raise one_of("table", e.table, [*TABLES, *MODELS])
        cells: Cells | None = None
        if e.cells is not None:
            known = TABLES[e.table].columns() if e.table in TABLES else ("name", "value")
            cells = _known_columns(dict(e.cells), known)
            if e.table in TABLES:
                row = row_of(e.table, cells, e.table)
                if row.ident != e.id:
                    raise WrongUse(f"The cells of {e.table} {e.id} make the row {row.ident}.")
                cells = cells_of(row)
            elif cells["name"] != e.id:
                raise WrongUse(f"The cells of {e.table} {e.id} make the setting {cells['name'][:60]}.")
        edits.append(Edit(e.table, e.id, cells, e.seen))
    if any(e.table in MODELS for e in edits):
        _after(records, edits)  # a setting that cannot be read is said so before anything is tried
    return _entry(edit(state, edits, person, body.reason), "")


def bring_workbook(
    state: State, person: Person, content: bytes, *, apply: bool, reason: str
) -> dict[str, Any]:
    """The difference that a workbook would make; applied whole or not at all. Raises ``WrongUse`` for what is
    no workbook."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload.xlsx"
        file.write_bytes(content)
        _must_be_workbook(file)
        incoming, findings = read_workbook(file)
        if incoming is None:
            raise BadData(findings)
        current = state.current().programme.records
        found = merge(current, incoming, findings, seen_digests(file))
    if apply:
        for e in found.edits:
            old = (
                next((cells_of(r) for r in current.rows(e.table) if r.ident == e.id), None)
                if e.table in TABLES
                else None
            )
            must_edit(person, e.table, old, e.cells)
    answer: dict[str, Any] = {
        "differences": [d.as_dict() for d in found.differences],
        "rejected": len(found.rejected),
    }
    if not apply or found.rejected or not found.edits:
        return answer | {"applied": False}
    return answer | {"applied": True} | _entry(edit(state, found.edits, person, reason or "workbook"), "")


def edit(
    state: State, edits: Sequence[Edit], person: Person, reason: str, *, two: bool = False
) -> Entry | None:
    """Write through the one way there is, and look at the store again. ``two``: a second person stands behind
    it already."""
    with state.writing:  # in turn: who loses the race for the chain would check everything again
        try:
            state.written()
            now = state.current()
            before = now.programme.records
            row_changes(
                edits, _rows_now(before, edits)
            )  # who has lost already is told so before everything is checked
            if not two and person.role != "local" and any(e.table in _PROVING for e in edits):
                must_be_two(person, before, _after(before, edits))
            # a folder may be changed by hand while its chain stays: it is read again
            known = None if now.programme.reading or Path(state.path).is_dir() else (now.head[0], before)
            return edit_programme(state.path, edits, by=signature(person), reason=reason[:2_000], known=known)
        finally:
            state.written()


def _rows_now(records: Records, edits: Sequence[Edit]) -> dict[tuple[str, str], Cells | None]:
    content = {t: content_of_table(records, t) for t in {e.table for e in edits}}
    return {(e.table, e.id): content[e.table].get(e.id) for e in edits}


def _after(before: Records, edits: Sequence[Edit]) -> Records:
    content = content_of(before)
    changes = row_changes(edits, {(e.table, e.id): content.get(e.table, {}).get(e.id) for e in edits})
    try:
        return records_of(applied(content, changes), before.files)[0]
    except (ValueError, KeyError) as fault:  # a setting that is none: TOML, or a value out of bounds
        raise WrongUse(f"A setting cannot be read: {str(fault)[:300]}") from None


def writers(state: State, table: str, ident: str) -> tuple[str, ...]:
    """Everybody who ever wrote a row, by the chain; nobody if it was there from the start."""
    entries = map(read_entry, state.store.lines())
    return tuple(
        dict.fromkeys(e.by for e in entries if any(c.table == table and c.id == ident for c in e.changes))
    )


def history(state: State, table: str, ident: str, limit: int) -> list[dict[str, Any]]:
    """Entries of the chain, newest first; those about one table or row if asked."""
    found = []
    for line in reversed(state.store.lines()):
        entry = read_entry(line)
        mine = [c for c in entry.changes if (not table or c.table == table) and (not ident or c.id == ident)]
        if mine or not (table or ident):
            found.append(
                {
                    "n": entry.n,
                    "at": entry.at,
                    "by": entry.by,
                    "reason": entry.reason,
                    "hash": entry.hash,
                    "changes": [
                        {"table": c.table, "id": c.id, "what": c.what, "before": c.before, "after": c.after}
                        for c in mine[:50]
                    ],
                }
            )
        if len(found) >= limit:
            break
    return found


def keep_document(folder: Path, content: bytes, name: str) -> dict[str, Any]:
    """Keep a document under its SHA-256. Raises ``WrongUse`` for what is neither PDF, picture nor office
    document."""
    suffix = next((s for magic, s in _KINDS.items() if content.startswith(magic)), "")
    if not suffix:
        raise WrongUse("A document is a PDF, PNG, JPEG or office file (DOCX, XLSX); this is none of them.")
    if suffix == ".zip":
        wanted = Path(name).suffix.lower()
        if wanted not in (".docx", ".xlsx", ".odt", ".ods"):
            raise WrongUse(
                "Only DOCX, XLSX, ODT and ODS are kept of the files that are packed; send a PDF instead."
            )
        suffix = wanted
    sha = hashlib.sha256(content).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{sha}{suffix}"
    if not target.exists():
        part = folder / f".{sha}.part"
        part.write_bytes(content)
        part.replace(target)
    return {"sha256": sha, "name": target.name, "bytes": len(content), "source": f"sha256:{sha}"}


def document(folder: Path, name: str) -> Path:
    """A kept document by its name or by its digest alone, as a report's source names it. Raises ``NotThere``
    for another one."""
    if re.fullmatch(r"[0-9a-f]{64}(\.(pdf|png|jpg|docx|xlsx|odt|ods))?", name):
        found = [folder / name] if "." in name else sorted(folder.glob(f"{name}.*"))
        if found and found[0].is_file():
            return found[0]
    raise NotThere("There is no such document.")


def _must_be_workbook(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise WrongUse("This is no Excel workbook (.xlsx).")
            if sum(i.file_size for i in packed.infolist()) > _UNPACKED:
                raise WrongUse("Unpacked, this workbook is larger than 100 MB.")
    except zipfile.BadZipFile:
        raise WrongUse("This is no Excel workbook (.xlsx).") from None


def _known_columns(cells: dict[str, str], known: tuple[str, ...]) -> Cells:
    for name in cells:
        if name not in known:
            raise one_of("column", name, list(known))
    return {c: cells.get(c, "") for c in known}


def _entry(entry: Entry | None, ident: str) -> dict[str, Any]:
    return {"id": ident, "entry": entry.n if entry else None, "hash": entry.hash if entry else None}


def _today(programme: Programme) -> dt.date:
    """The day of what is written: today, or the base date of a programme that looks further ahead."""
    return max(dt.date.today(), programme.settings.base_date)
