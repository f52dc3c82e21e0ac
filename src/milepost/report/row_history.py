"""How often the rows behind an event were changed, and which meetings were called off, by the audit chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from milepost.errors import BadData
from milepost.programme import Programme
from milepost.records import Meeting
from milepost.store.changes import read_entry
from milepost.store.content import row_of
from milepost.store.stores import open_store

_OF_AN_ITEM = ("date_changes", "date_requests", "evidence")


@dataclass(frozen=True)
class RowHistory:
    """Changes on record of a day: ``touched`` counts those of each commitment, milestone and meeting (by
    table and id), ``called_off`` holds meetings as they stood before they lost their row or their date."""

    touched: Mapping[tuple[str, str], int] = field(default_factory=dict)
    called_off: Mapping[str, Meeting] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme) -> RowHistory:
        """From the chain of where it was opened; nothing where there is none. Raises ``WrongUse`` for a chain
        that cannot be read."""
        if not str(programme.path):
            return cls()
        touched: Counter[tuple[str, str]] = Counter()
        had: dict[str, Meeting] = {}
        for entry in map(read_entry, open_store(programme.path).lines()):
            if programme.known_on and entry.when.date() > programme.known_on:
                break
            for change in entry.changes:
                cells = change.after or change.before or {}
                if change.table in ("commitments", "milestones", "meetings"):
                    touched[change.table, change.id] += 1
                elif change.table in _OF_AN_ITEM:
                    step = cells.get("milestone", "")
                    about = ("milestones", step) if step else ("commitments", cells.get("commitment", ""))
                    touched[about] += 1
                if change.table == "meetings" and (before := _meeting(change.before)):
                    had[change.id] = before
        dated = {m.id for m in programme.records.meetings if m.date}
        return cls(touched, {name: meeting for name, meeting in had.items() if name not in dated})

    def steps(self, table: str, ident: str) -> int:
        """By how much a ``SEQUENCE`` is raised: two a change, so that it rises also where a change takes back
        a promise that was counted."""
        return 2 * self.touched.get((table, ident), 0)


def _meeting(cells: Mapping[str, str] | None) -> Meeting | None:
    """A dated meeting as it stood; None for one without a date, and where only a digest is known."""
    if not cells or not cells.get("date") or not cells.get("title"):
        return None
    try:
        row = row_of("meetings", dict(cells))
    except BadData:
        return None
    return row if isinstance(row, Meeting) and row.date else None
