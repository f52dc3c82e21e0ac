"""The state of every link on a day: open, delivered by then, promised, or closed."""

from __future__ import annotations

import datetime as dt

from milepost.network.link_facts import opened_by
from milepost.network.restrictions import in_force, restrictions
from milepost.web.state import Valued

STATES = ("open", "delivered", "promised", "closed")


def link_states(valued: Valued, on: dt.date) -> dict[str, str]:
    """Link -> *closed* by a restriction in force on the day, or carrying nothing without anybody having
    promised it; *open* on the base date; *delivered*: what opens it is delivered, or due by the day;
    *promised*: it is due later, or without a date."""
    records = valued.programme.sound()
    closed = restrictions(records, in_force(records, on)).closed
    done = {s.commitment for s in valued.programme.status(max(on, valued.day)) if s.done}
    done |= {c for c, d in valued.programme.timetable(valued.day).dates.items() if d is not None and d <= on}
    needs = opened_by(records)
    found = {}
    for link in records.links:
        wanted = needs.get(link.id, ())
        if link.id in closed:
            found[link.id] = "closed"
        elif link.state == "open":
            found[link.id] = "open"
        elif not wanted:
            found[link.id] = "closed"
        else:
            found[link.id] = "delivered" if set(wanted) <= done else "promised"
    return found
