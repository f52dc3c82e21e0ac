"""Draft commitments from a document, by rules: who promises what to whom, by when, how firmly, and what is
missing.

A sentence becomes a draft when it holds a *promise word* with an *action* after it and nothing that takes it
back. Firmness is the word's, lowered where the action is weak ("agreed to explore" is no more than striving).
Every draft carries the exact quote, its place, and the words that made it one, so that a person can judge it
in a second. The rules read English.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.intake.dates import due
from milepost.intake.documents import Document
from milepost.intake.owners import owners
from milepost.intake.parties import Finder
from milepost.intake.promises import Firmness, of_the_past, promise, refused
from milepost.intake.sentences import sentences
from milepost.intake.subjects import acceptance_test, clause, kind
from milepost.records import PartialDate
from milepost.results import Cell, Result, cell

Missing = Literal["owner", "date", "acceptance test"]


@dataclass(frozen=True)
class Draft:
    """One proposed commitment. ``quote`` is ``text[start:end]`` of the paragraph at ``place``, character for
    character.

    ``by_context`` says that the owner was not named in the sentence but stands for "both sides" or the like.
    """

    id: str
    quote: str
    place: str
    start: int
    end: int
    owed_by: tuple[str, ...]
    owed_to: tuple[str, ...]
    what: str
    due: PartialDate | None
    due_words: str
    firmness: Firmness
    kind: str
    acceptance_test: str
    missing: tuple[Missing, ...]
    why: str
    by_context: bool

    def as_dict(self) -> dict[str, Any]:
        """The draft as plain JSON values."""
        return {
            "id": self.id,
            "quote": self.quote,
            "place": self.place,
            "start": self.start,
            "end": self.end,
            "owed_by": list(self.owed_by),
            "owed_to": list(self.owed_to),
            "what": self.what,
            "due": str(self.due) if self.due else None,
            "due_words": self.due_words,
            "firmness": self.firmness,
            "kind": self.kind or None,
            "acceptance_test": self.acceptance_test,
            "missing": list(self.missing),
            "why": self.why,
            "by_context": self.by_context,
        }


@dataclass(frozen=True, repr=False)
class Proposal(Result):
    """The drafts of one document, and how many sentences were read to find them."""

    document: str
    sha256: str
    sentences: int
    drafts: tuple[Draft, ...]

    def headed(self) -> str:
        """How many drafts from how much text."""
        return f"{len(self.drafts)} drafts from {self.sentences} sentences"

    def as_dict(self) -> dict[str, Any]:
        """Document and drafts; ``milepost intake`` adds what was written of them."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "sentences": self.sentences,
            "drafts": [d.as_dict() for d in self.drafts],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a draft."""
        rows = [d.as_dict() for d in self.drafts]
        return list(_COLUMNS), [[cell(row[name]) for name in _COLUMNS] for row in rows]


_COLUMNS = (
    "id",
    "owed_by",
    "owed_to",
    "what",
    "due",
    "due_words",
    "firmness",
    "kind",
    "missing",
    "place",
    "why",
    "quote",
)


def propose(
    document: Document, parties: Iterable[tuple[str, str]] = (), dated: dt.date | None = None
) -> Proposal:
    """Draft commitments of a document.

    ``parties`` are (id, name) of the programme, so that its own parties are found by their names; ``dated``
    is the day of the document, without which "within six months" stays words.
    """
    finder = Finder(parties)
    together = finder.together(p.text for p in document.paragraphs)
    drafts: list[Draft] = []
    count = 0
    for paragraph in document.paragraphs:
        before: tuple[str, ...] = ()
        for start, end in sentences(paragraph.text):
            count += 1
            quote = paragraph.text[start:end]
            found = _draft(quote, finder, together, before, dated)
            named = tuple(dict.fromkeys(m.id for m in finder.mentions(quote)))
            before = named or before
            if found is not None:
                values = dict(
                    found,
                    id=f"D{len(drafts) + 1:02d}",
                    quote=quote,
                    place=paragraph.place,
                    start=start,
                    end=end,
                )
                drafts.append(Draft(**values))
    return Proposal(document.name, document.sha256, count, tuple(drafts))


def _draft(
    sentence: str, finder: Finder, together: tuple[str, ...], before: tuple[str, ...], dated: dt.date | None
) -> dict[str, Any] | None:
    if refused(sentence) or of_the_past(sentence, dated):
        return None
    hit = promise(sentence)
    if hit is None:
        return None
    firmness, start, end, action, weak = hit
    if weak and firmness != "signed":
        firmness = "must strive"
    mentions = finder.mentions(sentence, together)
    owed_by, owed_to, by_context = owners(sentence, mentions, start, end, before)
    when = due(sentence, dated, start)
    what = clause(sentence, action, when.words if when else "")
    measure = acceptance_test(sentence)
    missing: list[Missing] = []
    if not owed_by:
        missing.append("owner")
    if when is None or when.date is None:
        missing.append("date")
    if not measure:
        missing.append("acceptance test")
    return {
        "owed_by": owed_by,
        "owed_to": owed_to,
        "what": what,
        "due": when.date if when else None,
        "due_words": when.words if when else "",
        "firmness": firmness,
        "kind": kind(sentence),
        "acceptance_test": measure,
        "missing": tuple(missing),
        "why": " ".join(sentence[start:end].split()),
        "by_context": by_context,
    }
