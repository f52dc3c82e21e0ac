"""The state of every link on a day, and what a commitment is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

from milepost.network.link_facts import named_by, opened_by
from milepost.network.restrictions import in_force, restrictions
from milepost.records import Commitment, Records

State = Literal["open", "delivered", "promised", "closed"]
_TODAY: dict[str, State] = {
    "open": "open",
    "planned": "promised",
    "under construction": "promised",
    "suspended": "closed",
}


def link_states(records: Records, on: dt.date, delivered: Collection[str]) -> dict[str, State]:
    """Link -> its state on a day by which ``delivered`` is delivered, or due.

    *closed*: by a restriction in force on the day, or carrying nothing without anybody having promised it;
    *open* on the base date; *delivered*: all that opens it is; *promised*: it is due later, or undated.
    """
    shut = restrictions(records, in_force(records, on)).closed
    needs = opened_by(records)
    found: dict[str, State] = {}
    for link in records.links:
        wanted = needs.get(link.id, ())
        if link.id in shut:
            found[link.id] = "closed"
        elif link.state == "open":
            found[link.id] = "open"
        elif not wanted:
            found[link.id] = "closed"
        else:
            found[link.id] = "delivered" if set(wanted) <= set(delivered) else "promised"
    return found


def drawn_states(records: Records, delivered: Collection[str]) -> dict[str, State]:
    """Link -> its state as the rows have it, with what ``delivered`` opens; restrictions are left aside."""
    needs = opened_by(records)
    found: dict[str, State] = {}
    for link in records.links:
        now, wanted = _TODAY[link.state], needs.get(link.id, ())
        opens = now == "promised" and wanted and set(wanted) <= set(delivered)
        found[link.id] = "delivered" if opens else now
    return found


def references_of(records: Records, commitment: Commitment) -> tuple[str, ...]:
    """What a commitment is about: 'L:id' or 'N:id'. Its references are for readers and may be left out; its
    effects name links and nodes too."""
    mine = (e for e in records.effects if e.commitment == commitment.id)
    return commitment.network_ref or tuple(dict.fromkeys(ref for e in mine for ref in named_by(records, e)))
