"""When? The dates at which open commitments are due, as known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from milepost.errors import one_of
from milepost.records import Records
from milepost.register.status import status


@dataclass(frozen=True)
class Timetable:
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
