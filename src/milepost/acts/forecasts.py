"""Forecasts are kept: those of a meeting's day become rows that nobody changes, to be scored later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.writing import Plan, Register, Written, day_of_writing, write
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.store.edits import Edit


@dataclass(frozen=True, repr=False)
class KeptForecasts(Written):
    """The ids of the forecasts that were kept, and the meeting they were made for."""

    meeting: str
    forecasts: tuple[str, ...]
    entry: int | None
    hash: str | None


def keep(
    register: Register,
    person: Person,
    meeting: str = "",
    *,
    on: dt.date | None = None,
    horizon_days: int = 365,
    draws: int = 10_000,
    seed: int = 0,
) -> KeptForecasts:
    """Forecast every open commitment and ratification on a day (default: today) and keep the rows, with the
    model, the digest of what they were made from, and the day.

    Raises ``WrongUse`` for an unknown meeting, for a day to come, and where the meeting has its forecasts
    already: a second one made with more knowledge would not be the one that the meeting saw.
    """
    must_act(person, "edit")

    def plan(programme: Programme) -> Plan[tuple[str, ...]]:
        today = day_of_writing(programme)
        day = on or today
        if day > today:
            raise WrongUse(f"{day} lies ahead: a forecast is kept on the day it is made, or on one that was.")
        if meeting and any(f.meeting == meeting for f in programme.records.forecasts):
            raise WrongUse(f"The forecasts of {meeting} are kept already; they are not made anew.")
        found = programme.for_register().forecast(
            day, meeting, horizon_days=horizon_days, draws=draws, seed=seed
        )
        if not found.rows:
            raise WrongUse("Nothing is open, so there is nothing to forecast.")
        of = f" of {meeting}" if meeting else ""
        edits = [Edit.add(row) for row in found.rows]
        return Plan(edits, f"forecasts{of} on {day}", tuple(row.id for row in found.rows))

    done, entry = write(register, person, plan)
    return KeptForecasts(meeting, done.about, entry.n if entry else None, entry.hash if entry else None)
