"""Who may read a comment: its author's party, the readers it names, and those who keep the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milepost.errors import one_of
from milepost.records import Comment, Records
from milepost.results import Rows

KEEPERS = frozenset({"secretariat", "council", "local"})  # roles that read every comment


def readable(comments: Iterable[Comment], role: str, party: str = "") -> tuple[Comment, ...]:
    """The comments that somebody of a role, who speaks for a party (or none), may read. One without readers
    is for everybody who is signed in; a public reader reads none."""
    if role in KEEPERS:
        return tuple(comments)
    if role == "public reader":
        return ()
    return tuple(c for c in comments if not c.readers or (party and party in (*c.readers, c.party)))


@dataclass(frozen=True)
class Remark:
    """One comment as it is shown."""

    id: str
    commitment: str
    written_on: str
    author: str
    party: str
    readers: tuple[str, ...]
    text: str
    answers: str


def remarks(records: Records, commitment: str) -> Rows[Remark]:
    """Every comment on a commitment, the oldest first: for who holds the register itself.

    Raises ``WrongUse`` for an unknown commitment.
    """
    ids = [c.id for c in records.commitments]
    if commitment not in ids:
        raise one_of("commitment", commitment, ids)
    rows = sorted(
        (c for c in records.comments if c.commitment == commitment), key=lambda c: c.written_on.first
    )
    made = [
        Remark(c.id, c.commitment, str(c.written_on), c.author, c.party, c.readers, c.text, c.answers)
        for c in rows
    ]
    return Rows(made, "comments", heads=tuple(Remark.__dataclass_fields__))
