"""When? The dates at which open commitments are due, as known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from milepost.errors import one_of
from milepost.records import Records
from milepost.register.status import status
from milepost.results import Result, frame_of, plain

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
        return {"on": self.on.isoformat(), "dates": plain(self.dates), "overdue_days": dict(self.overdue)}


def timetable(records: Records, on: dt.date, known_on: dt.date | None = None) -> Timetable:
    """The timetable as known on a day: promises announced later are not known yet."""
    dates: dict[str, dt.date | None] = {}
    overdue: dict[str, int] = {}
    for row in status(records, on, known_on):
        if row.closed:
            continue
        due = row.latest_promised.last if row.latest_promised else None
        dates[row.commitment] = None if due is None else max(due, on)
        if due is not None and due < on:
            overdue[row.commitment] = (on - due).days
    return Timetable(on=on, dates=dates, overdue=overdue)
