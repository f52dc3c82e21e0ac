"""A draft that a person confirmed, as rows of the register: the commitment, its first date, its quote as
source."""

from __future__ import annotations

import datetime as dt

from milepost.errors import WrongUse, one_of
from milepost.intake.drafts import Draft, Proposal
from milepost.records import Commitment, DateChange, PartialDate, Records

KINDS = ("build-link", "upgrade", "border", "port-capacity", "tariff", "service")


def accepted(
    records: Records,
    proposal: Proposal,
    ids: list[str],
    *,
    agreement: str,
    dated: dt.date | None,
    source: str = "",
) -> list[Commitment | DateChange]:
    """Rows for the drafts named by ``ids``. Raises ``WrongUse`` for an unknown draft or agreement, and for a
    draft whose owner is no party of the programme or whose kind is not clear: complete it first, nothing is
    guessed."""
    drafts = {d.id: d for d in proposal.drafts}
    if agreement not in {a.id for a in records.agreements}:
        raise one_of("agreement", agreement, [a.id for a in records.agreements])
    parties = {p.id for p in records.parties}
    used = {c.id for c in records.commitments}
    rows: list[Commitment | DateChange] = []
    for ident in ids:
        if ident not in drafts:
            raise one_of("draft", ident, list(drafts))
        draft = drafts[ident]
        unknown = [p for p in draft.owed_by if p not in parties]
        if unknown:
            raise WrongUse(
                f"{ident} is owed by {', '.join(unknown)}, no party of the programme; add it to parties "
                "first."
            )
        if draft.kind not in KINDS:
            raise WrongUse(
                f"The kind of {ident} is not clear from its words; add it with 'milepost edit ... --new' and "
                "a kind."
            )
        name = _next(used)
        used.add(name)
        note = f"{draft.place}: \u201c{draft.quote}\u201d; {draft.firmness}"
        cited = source or f"{proposal.document}, SHA-256 {proposal.sha256[:16]}"
        rows.append(
            Commitment(
                id=name,
                agreement=agreement,
                title=_title(draft),
                text=draft.what,
                owed_by=draft.owed_by,
                kind=draft.kind,
                acceptance_test=draft.acceptance_test,
                basis="sourced",
                source=cited,
                note=note,
            )
        )
        if draft.due:
            rows.append(
                DateChange(
                    id=f"{name}.1",
                    commitment=name,
                    announced_on=PartialDate(dated.isoformat()) if dated else None,
                    promised_for=draft.due,
                    statement=draft.quote,
                    basis="sourced",
                    source=cited,
                )
            )
    return rows


def _next(used: set[str]) -> str:
    number = 1
    while f"N{number:02d}" in used or f"C{number:02d}" in used:
        number += 1
    return f"C{number:02d}"


def _title(draft: Draft) -> str:
    words = draft.what or draft.quote
    words = words[:1].upper() + words[1:]
    return words if len(words) <= 70 else words[:67].rsplit(" ", 1)[0] + " ..."
