"""Drafts that a person confirmed enter the register: commitments with their first dates; the text they came
from is kept under its digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.writing import Plan, Register, Written, registered, write
from milepost.files import write_whole
from milepost.intake.accept import Wanted, accepted
from milepost.intake.documents import Document
from milepost.intake.drafts import Proposal
from milepost.intake.duplicates import Known, known
from milepost.programme import Programme
from milepost.records import Records
from milepost.results import Cell
from milepost.store.edits import Edit

TEXTS = "texts"


@dataclass(frozen=True, repr=False)
class Drafted(Written):
    """What a document proposes, and the ids of the rows that were written of it."""

    proposal: Proposal
    written: tuple[str, ...] = ()
    entry: int | None = None
    hash: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The document, its drafts, and what was written."""
        return {
            **self.proposal.as_dict(),
            "written": list(self.written),
            "entry": self.entry,
            "hash": self.hash,
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row per draft."""
        return self.proposal.table()


def known_promises(records: Records) -> list[Known]:
    """The commitments of a register as promises that a text may repeat."""
    return [known(c.id, c.owed_by, c.text or c.title) for c in records.commitments]


def keep_text(folder: Path, document: Document, content: bytes) -> Path:
    """Keep the text that drafts came from under its SHA-256 in ``texts`` of a programme's folder."""
    suffix = {"pdf": ".pdf", "docx": ".docx", "html": ".html"}.get(document.kind, ".txt")
    target = folder / TEXTS / f"{document.sha256}{suffix}"
    if not target.exists() or target.read_bytes() != content:
        write_whole(target, content)
    return target


def accept(
    register: Register,
    person: Person,
    proposal: Proposal,
    wanted: Wanted,
    *,
    agreement: str,
    dated: dt.date | None = None,
    source: str = "",
) -> Drafted:
    """The drafts wanted as commitments under an agreement. Raises ``WrongUse`` for a draft that is not
    complete: nothing is guessed."""
    must_act(person, "edit")

    def plan(programme: Programme) -> Plan[tuple[str, ...]]:
        records = registered(programme)
        rows = accepted(records, proposal, wanted, agreement=agreement, dated=dated, source=source)
        return Plan(
            [Edit.add(r) for r in rows], f"intake of {proposal.document}", tuple(r.ident for r in rows)
        )

    done, entry = write(register, person, plan)
    return Drafted(proposal, done.about, entry.n if entry else None, entry.hash if entry else None)
