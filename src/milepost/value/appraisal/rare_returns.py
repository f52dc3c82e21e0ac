"""Returns so high that the cost should be looked at before they are quoted."""

from __future__ import annotations

from milepost.records import Records
from milepost.value.appraisal.answers import Appraisals

RARE = 0.5  # a year: public works appraised by development banks seldom return more than 15 to 30 %


def rare_returns(answer: Appraisals, records: Records) -> list[str]:
    """A sentence for what returns more than ``RARE`` a year, with what the rows of its capital say that they
    cover: the gain is often that of all works, and the cost that of the part somebody published."""
    high = [
        a for a in answer.one.values() if a.measures.eirr.rate is not None and a.measures.eirr.rate > RARE
    ]
    if not high:
        return []
    notes: dict[str, list[str]] = {a.ident: [] for a in high}
    for row in records.costs:
        if row.commitment in notes and row.kind == "capital" and row.note:
            notes[row.commitment].append(row.note)
    said = [f"{name}: {'; '.join(told) or 'no note says what it covers'}" for name, told in notes.items()]
    return [
        f"A return of more than {100 * RARE:.0f} % a year is rare for works: look whether the cost covers "
        f"all that the effects need. What its rows say: {'. '.join(said)}."
    ]
