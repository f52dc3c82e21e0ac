"""What requests to write carry, and what stands written: the chain's history, and kept documents."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Set
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from milepost.store.changes import read_entry
from milepost.store.edits import Edit
from milepost.web.rights import NotThere
from milepost.web.state import State

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


class NewMeeting(Body):
    """A session of a body that decides or is told; without an id it gets the next one."""

    id: str = Field(default="", max_length=60)
    body: str = Field(max_length=500, examples=["Ridge Commission"])
    title: str = Field(max_length=500)
    date: str = Field(default="", max_length=20, examples=["2027-02-09"])
    place: str = Field(default="", max_length=500)
    parties: str = Field(default="", max_length=2_000, description="parties, with semicolons; none: all")
    basis: str = Field(default="sourced", max_length=20)
    source: str = _Text
    note: str = _Text


class NewForecasts(Body):
    """The forecasts of today, kept for a meeting."""

    meeting: str = Field(default="", max_length=60)
    horizon_days: int = Field(default=365, ge=1, le=7_305)
    draws: int = Field(default=10_000, ge=100, le=100_000)
    seed: int = Field(default=0, ge=0)


class NewComment(Body):
    """A remark on a commitment."""

    commitment: str = Field(max_length=60)
    text: str = Field(min_length=1, max_length=20_000)
    party: str = Field(default="", max_length=20, description="party spoken for, by who has none")
    readers: list[str] = Field(default_factory=list, max_length=300, description="parties; none: all")
    answers: str = Field(default="", max_length=60)


class NewSentLetter(Body):
    """That a letter of the week went out."""

    day: dt.date
    addressee: str = Field(min_length=1, max_length=60)
    party: str = Field(default="", max_length=20)
    contact: str = Field(default="", max_length=60, description="row of contacts, as the letter names it")
    means: str = Field(default="", max_length=60, description="how it went, such as e-mail or post")
    sent_on: dt.date | None = Field(default=None, description="the day; without it today")


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

    @property
    def edit(self) -> Edit:
        """The row as the acts take it."""
        return Edit(self.table, self.id, self.cells, self.seen)


class Corrected(Body):
    """What a person says of one draft instead of the rules."""

    draft: str = Field(max_length=20, examples=["D01"])
    part: str = Field(max_length=20, examples=["owner"])
    value: str = _Text


class WantedDrafts(Body):
    """Drafts of a text that a person confirms, with what was corrected in them."""

    ids: list[str] = Field(min_length=1, max_length=500)
    agreement: str = Field(max_length=60, description="agreement that they follow from")
    corrections: list[Corrected] = Field(default=[], max_length=5_000)
    source: str = _Text


class Edits(Body):
    """Rows written together, or not at all."""

    edits: list[CellEdit] = Field(min_length=1, max_length=2_000)
    reason: str = Field(min_length=1, max_length=2_000)


class DifferentCell(BaseModel):
    """One cell that a copy changes."""

    model_config = ConfigDict(populate_by_name=True)
    column: str
    before: str = Field(alias="from")
    after: str = Field(alias="to")


class DifferentRow(BaseModel):
    """One row that a copy changes; ``why`` is set when it is rejected."""

    what: str
    table: str
    id: str
    cells: list[DifferentCell]
    why: str


class Brought(BaseModel):
    """What a copy changes, as :class:`milepost.acts.bring.Brought` answers it."""

    added: int
    changed: int
    removed: int
    rejected: int
    passed_over: int
    applied: bool
    differences: list[DifferentRow]
    entry: int | None
    hash: str | None


def history(
    state: State, table: str, ident: str, limit: int, hidden: Set[str] = frozenset()
) -> list[dict[str, Any]]:
    """Entries of the chain, newest first; those about one table or row if asked, without the cells of rows of
    the ``hidden`` tables."""
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
                        {
                            "table": c.table,
                            "id": c.id,
                            "what": c.what,
                            "before": None if c.table in hidden else c.before,
                            "after": None if c.table in hidden else c.after,
                        }
                        for c in mine[:50]
                    ],
                }
            )
        if len(found) >= limit:
            break
    return found


def document(folder: Path, name: str) -> Path:
    """A kept document by its name or by its digest alone, as a report's source names it. Raises ``NotThere``
    for another one."""
    if re.fullmatch(r"[0-9a-f]{64}(\.(pdf|png|jpg|docx|xlsx|odt|ods))?", name):
        found = [folder / name] if "." in name else sorted(folder.glob(f"{name}.*"))
        if found and found[0].is_file():
            return found[0]
    raise NotThere("There is no such document.")
