"""When? The dates at which open commitments are due, as known on a day."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from milepost.errors import one_of
from milepost.records import Records
from milepost.register.status import Status, status
from milepost.results import Result, frame_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Timetable(Result):
    """Due dates of the open commitments as known ``on`` a day.

    ``dates`` holds the latest promised date, or ``on`` where that date has passed (an open commitment cannot
    have come yesterday), or None where no date is promised. ``overdue`` gives the days by which a passed date
    is passed.
    """

    on: dt.date
    dates: Mapping[str, dt.date | None]
    overdue: Mapping[str, int]

    def slip(self, commitment: str, days: int) -> Timetable:
        """The same timetable with one commitment ``days`` later. Raises ``WrongUse`` if it has no date
        here."""
        due = self.dates.get(commitment)
        if due is None:
            raise one_of(
                "dated open commitment", commitment, [name for name, day in self.dates.items() if day]
            )
        return replace(self, dates={**self.dates, commitment: due + dt.timedelta(days=days)})

    def headed(self) -> str:
        """How many commitments, on which day."""
        return f"timetable of {len(self.dates)} open commitments on {self.on}"

    def frame(self) -> pd.DataFrame:
        """A row per open commitment: when it is due (None: not promised for any day), days by which that is
        passed."""
        rows = {"commitment": list(self.dates), "due": list(self.dates.values())}
        return frame_of({**rows, "overdue_days": [self.overdue.get(c, 0) for c in self.dates]})

    def as_dict(self) -> dict[str, Any]:
        """The day, due dates and days overdue by commitment."""
        dates = {name: None if due is None else due.isoformat() for name, due in self.dates.items()}
        return {"on": self.on.isoformat(), "dates": dates, "overdue_days": dict(self.overdue)}


def timetable(records: Records, on: dt.date, known_on: dt.date | None = None) -> Timetable:
    """The timetable as known on a day: promises announced later are not known yet. While nothing differs it
    is the very same one."""
    rows = status(records, on, known_on)
    alike = [run for run in tuple(_LAST) if run[1].on == on]
    made = next((held for of, held in alike if of is rows), None)
    if made is None:
        last = next((run for run in alike if len(run[0]) == len(rows)), None)
        made = (_from(last, rows) if last is not None else None) or _anew(rows, on)
        _LAST.appendleft((rows, made))
    return made


_LAST: deque[tuple[tuple[Status, ...], Timetable]] = deque(maxlen=8)


def _anew(rows: tuple[Status, ...], on: dt.date) -> Timetable:
    found = [(row.commitment, *_due(row, on)) for row in rows if not row.closed]
    return Timetable(on, {c: due for c, due, _ in found}, {c: late for c, _, late in found if late})


def _from(last: tuple[tuple[Status, ...], Timetable], rows: tuple[Status, ...]) -> Timetable | None:
    """The same out of the timetable of other statuses; None where another one is open."""
    before, made = last
    differ = [(was, row) for was, row in zip(before, rows, strict=True) if was is not row]
    if any(was.commitment != row.commitment or was.closed != row.closed for was, row in differ):
        return None
    moved = [row for was, row in differ if not row.closed and _due(was, made.on) != _due(row, made.on)]
    if not moved:
        return made
    dates, overdue = dict(made.dates), dict(made.overdue)
    for row in moved:
        dates[row.commitment], late = _due(row, made.on)
        overdue[row.commitment] = late
    late_ones = {name: overdue[name] for name in dates if overdue.get(name)}
    return Timetable(made.on, dates, late_ones)


def _due(row: Status, on: dt.date) -> tuple[dt.date | None, int]:
    """When an open one is due, never before the day, and days by which its date is passed."""
    due = row.latest_promised.last if row.latest_promised else None
    return (None, 0) if due is None else (max(due, on), max(0, (on - due).days))
