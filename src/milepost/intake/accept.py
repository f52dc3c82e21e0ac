"""A draft that a person confirmed, corrected where it was wrong, as rows of the register: the commitment,
its first date, its quote as source."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from milepost.errors import WrongUse, one_of
from milepost.intake.drafts import Draft, Proposal
from milepost.intake.lexicon import FIRMNESS, Firmness
from milepost.records import Commitment, DateChange, PartialDate, Records
from milepost.records.acceptance import kinds_known

CORRECTABLE = ("owner", "to", "due", "kind", "firmness", "what", "title", "test")
_CORRECTION = re.compile(r"^(D\d+)\.(\w+)=(.*)$", re.S)


@dataclass(frozen=True)
class Correction:
    """What a person says of one draft instead of the rules: the name of a part, and its value as typed."""

    draft: str
    part: str
    value: str


def correction(text: str) -> Correction:
    """Read ``D03.owner=IRN;AZE``. Raises ``WrongUse`` for another shape or a part that cannot be
    corrected."""
    found = _CORRECTION.match(text.strip())
    if not found:
        raise WrongUse(f"'{text}' is no correction; write it as D03.owner=IRN;AZE or D03.due=2027-06.")
    if found[2] not in CORRECTABLE:
        raise one_of("part of a draft", found[2], list(CORRECTABLE))
    return Correction(found[1], found[2], found[3].strip())


def corrected(draft: Draft, corrections: Iterable[Correction], names: Mapping[str, str]) -> Draft:
    """The draft as the person wants it; ``names`` gives ids of parties for their names, so that either may
    be typed.

    Raises ``WrongUse`` for a date, a firmness or a party that is none.
    """
    for c in corrections:
        if c.part in ("owner", "to"):
            ids = tuple(_party(p, names) for p in re.split(r"[;,]", c.value) if p.strip())
            draft = (
                replace(draft, owed_by=ids, by_context=False)
                if c.part == "owner"
                else replace(draft, owed_to=ids)
            )
        elif c.part == "due":
            draft = replace(draft, due=_date(c.value))
        elif c.part == "firmness":
            draft = replace(draft, firmness=_firmness(c.value))
        elif c.part == "kind":
            test = draft.acceptance_test or kinds_known().get(c.value, "")
            draft = replace(draft, kind=c.value, acceptance_test=test)
        elif c.part == "what":
            draft = replace(draft, what=c.value)
        elif c.part == "test":
            draft = replace(draft, acceptance_test=c.value)
    return draft


def _firmness(text: str) -> Firmness:
    for known in FIRMNESS:
        if known == text:
            return known
    raise one_of("firmness", text, list(FIRMNESS))


def _party(text: str, names: Mapping[str, str]) -> str:
    return names.get(text.strip().casefold(), text.strip())


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate(text) if text else None
    except ValueError as fault:
        raise WrongUse(f"'{text}' is no date: {fault}.") from None


@dataclass(frozen=True)
class Wanted:
    """What is accepted of a proposal: ids of drafts, and what a person corrected in them."""

    ids: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()


def accepted(
    records: Records,
    proposal: Proposal,
    wanted: Wanted,
    *,
    agreement: str,
    dated: dt.date | None,
    source: str = "",
) -> list[Commitment | DateChange]:
    """Rows for the drafts wanted. Raises ``WrongUse`` for an unknown draft or agreement, for drafts that say
    what a commitment of the register already says, and for those whose owner is no party of the programme
    or whose kind is none of the register, all of them at once: correct them first, nothing is guessed."""
    drafts = {d.id: d for d in proposal.drafts}
    if not records.agreements:
        raise WrongUse(
            f"There is no agreement '{agreement}' yet, which the drafts would follow from; add it first: "
            f'milepost edit DIR agreements {agreement} --new title="..." basis=sourced source="...".'
        )
    if agreement not in {a.id for a in records.agreements}:
        raise one_of("agreement", agreement, [a.id for a in records.agreements])
    names = {p.name.casefold(): p.id for p in records.parties}
    parties = frozenset(p.id for p in records.parties)
    used = {c.id for c in records.commitments}
    for c in wanted.corrections:
        if c.draft not in wanted.ids:
            raise WrongUse(f"{c.draft} is corrected and not accepted; name it in both.")
    rows: list[Commitment | DateChange] = []
    chosen: list[tuple[Draft, list[Correction]]] = []
    cited = source or f"{proposal.document}, SHA-256 {proposal.sha256[:16]}"
    for ident in wanted.ids:
        if ident not in drafts:
            raise one_of("draft", ident, list(drafts))
        mine = [c for c in wanted.corrections if c.draft == ident]
        chosen.append((corrected(drafts[ident], mine, names), mine))
    _all_complete([draft for draft, _ in chosen], records)
    for draft, mine in chosen:
        name = _next(used)
        used.add(name)
        title = next((c.value for c in mine if c.part == "title"), "") or _title(draft)
        rows += _rows(draft, name, agreement, title, cited, dated, parties)
    return rows


def _all_complete(drafts: list[Draft], records: Records) -> None:
    """Refuses drafts that cannot be entered as they are, with every fault of every one of them."""
    parties = {p.id for p in records.parties}
    known = {c.id for c in records.commitments}
    owing: dict[str, list[str]] = {}  # by party that the programme does not have
    faults: list[str] = []
    for draft in drafts:
        for party in draft.owed_by:
            if party not in parties:
                owing.setdefault(party, []).append(draft.id)
        if not draft.owed_by:
            faults.append(f"Who owes {draft.id} is not said; name a party: --set {draft.id}.owner=...")
        if not draft.kind:
            faults.append(
                f"The kind of {draft.id} is not clear from its words; say one: --set {draft.id}.kind=border."
            )
        if draft.same_as in known:
            faults.append(
                f"{draft.id} says what commitment {draft.same_as} says already; it is not entered twice."
            )
    if owing:
        who = ", ".join(f"{party} ({', '.join(ids)})" for party, ids in owing.items())
        first, (one, *_) = next(iter(owing.items()))
        faults.append(
            f"No party of the programme: {who}; correct the owner (--set {one}.owner=...) or add each first: "
            f'milepost edit DIR parties {first} --new name="..." kind=country basis=reference.'
        )
    if faults:
        raise WrongUse(" ".join(faults))


def _rows(
    draft: Draft,
    name: str,
    agreement: str,
    title: str,
    cited: str,
    dated: dt.date | None,
    parties: frozenset[str],
) -> list[Commitment | DateChange]:
    note = f"{draft.place}: \u201c{draft.quote}\u201d; {draft.firmness}"
    rows: list[Commitment | DateChange] = [
        Commitment.model_validate(
            {
                "id": name,
                "agreement": agreement,
                "title": title,
                "text": draft.what,
                "owed_by": draft.owed_by,
                "kind": draft.kind,
                "firmness": draft.firmness,
                "fields": draft.fields,
                "beneficiaries": tuple(p for p in draft.owed_to if p in parties),
                "acceptance_test": draft.acceptance_test,
                "basis": "sourced",
                "source": cited,
                "note": note,
            }
        )
    ]
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
