"""Which links and nodes a commitment opens, changes or is about, and the state of every link on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

from milepost.network.restrictions import in_force, restrictions
from milepost.records import Commitment, Effect, Records

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


def opened_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Links that a commitment opens: link -> commitments that must all be delivered."""
    found: dict[str, tuple[str, ...]] = {}
    for e in records.effects:
        if e.target_table == "links" and e.attribute == "state" and e.after == "open" and e.use == "model":
            found[e.target] = tuple(dict.fromkeys((*found.get(e.target, ()), e.commitment, *e.together_with)))
    return found


def changed_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Every link and node that a commitment is about or changes: 'L:id' or 'N:id' -> commitments."""
    found: dict[str, list[str]] = {}

    def add(key: str, commitment: str) -> None:
        here = found.setdefault(key, [])
        if commitment not in here:
            here.append(commitment)

    for c in records.commitments:
        for ref in c.network_ref:
            add(ref, c.id)
    for e in records.effects:
        for ref in _changes(records, e):
            add(ref, e.commitment)
        if e.target_table == "lines":
            for link in records.links:
                if e.target in link.lines:
                    add(f"L:{link.id}", e.commitment)
    return {k: tuple(v) for k, v in found.items()}


def _changes(records: Records, effect: Effect) -> tuple[str, ...]:
    """The one link or node that an effect names, or that its crossing stands at; none for what has no single
    place."""
    if effect.target_table == "links":
        return (f"L:{effect.target}",)
    if effect.target_table == "nodes":
        return (f"N:{effect.target}",)
    if effect.target_table == "crossings":
        return tuple(f"N:{c.node}" for c in records.crossings if c.id == effect.target and c.node)
    return ()


def places_of(records: Records, commitment: Commitment) -> tuple[str, ...]:
    """What a commitment is about: 'L:id' or 'N:id'. Its references are for readers and may be left out; its
    effects name places too."""
    mine = (e for e in records.effects if e.commitment == commitment.id)
    return commitment.network_ref or tuple(dict.fromkeys(ref for e in mine for ref in _changes(records, e)))
