"""What a reader of values must know about the world of the model, as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable

from milepost.languages import Said
from milepost.records import Flow, Records, SectorTrade
from milepost.trade.rebasing import REST_OF_WORLD

# the note of a row that a reader wrote: kind and year, and what was left out
WRITTEN = re.compile(r"[A-Za-z][\w .()/-]*?(?: (?P<year>\d{4}))?(?:; (?P<left>\d+ countries left out.*))?")


def world_notes(records: Records, flows: Iterable[Flow | SectorTrade]) -> tuple[str, ...]:
    """What a reader of values must know about the world of the model: whom it leaves out, and of which year
    its flows are.

    What a reader of trade data left out stands in the notes of the rows that it wrote
    (:func:`milepost.trade.readers.to_rows`).
    """
    said: list[str] = []
    wrote = [found for note in sorted({row.note for row in flows}) if (found := WRITTEN.fullmatch(note))]
    if all(c.id != REST_OF_WORLD for c in records.countries):
        said.append(Said("note-no-rest-of-world"))
    said += [f"From the trade data: {found['left']}." for found in wrote if found["left"]]
    base_year = records.settings.base_year
    years = sorted({found["year"] for found in wrote if found["year"] and int(found["year"]) != base_year})
    if years:
        said.append(Said("note-flows-of-years", years=", ".join(years), base=str(base_year)))
    return tuple(said)
