"""The forecasts of a day: when each open commitment comes, and who ratifies what. As rows, to be kept and
scored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from milepost.records import Forecast, PartialDate, Records
from milepost.records.kinds import CALENDAR
from milepost.register.status import Status
from milepost.results import Cell, Result
from milepost.value.draws import Draws
from milepost.value.ratification import Ratifications, waits_of

SHARES = np.arange(1, 20) / 20.0  # 5 %, 10 % ... 95 %
DELIVERY_MODEL = "drawn timetables, version 1"
RATIFICATION_MODEL = "ratification hazard, version 1"


@dataclass(frozen=True, repr=False)
class Forecasts(Result):
    """What is forecast on a day, as rows of the table forecasts."""

    on: dt.date
    rows: tuple[Forecast, ...]

    def headed(self) -> str:
        """How many of what."""
        ratifications = sum(r.of == "ratification" for r in self.rows)
        return f"{len(self.rows) - ratifications} deliveries and {ratifications} ratifications on {self.on}"

    def as_dict(self) -> dict[str, Any]:
        """The day, and a row each; ``days`` are those of 5 %, 10 % ... 95 %."""
        rows = [r.model_dump(mode="json", include=set(Forecast.columns())) for r in self.rows]
        return {"on": self.on.isoformat(), "forecasts": rows}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a forecast, ``days`` with semicolons."""
        heads = list(Forecast.columns())
        rows = self.as_dict()["forecasts"]
        return heads, [
            [";".join(r[name]) if isinstance(r[name], list) else r[name] for name in heads] for r in rows
        ]


def forecasts_of(
    records: Records, drawn: Draws, statuses: tuple[Status, ...], horizon_days: int, meeting: str = ""
) -> Forecasts:
    """Every forecast of the day of the draws."""
    deliveries = delivery_forecasts(records, drawn, statuses, horizon_days, meeting)
    return Forecasts(
        drawn.on, (*deliveries, *ratification_forecasts(records, drawn.on, horizon_days, meeting))
    )


def delivery_forecasts(
    records: Records, drawn: Draws, statuses: tuple[Status, ...], horizon_days: int, meeting: str = ""
) -> list[Forecast]:
    """One forecast an open commitment that is drawn.

    Its probability is that of delivery by the promised date if that lies within the horizon, else by the
    horizon.
    """
    dates = {s.commitment: s.latest_promised for s in statuses}
    made = []
    for row, ident in enumerate(drawn.commitments):
        ends = drawn.ends[row].astype(np.float64)
        promised = dates.get(ident)
        horizon = drawn.on + dt.timedelta(days=horizon_days)
        due = promised.last if promised and not promised.bound else None
        by = due if due is not None and drawn.on < due <= horizon else horizon
        made.append(
            Forecast(
                id=_ident(records, meeting, drawn.on, ident),
                made_on=PartialDate(drawn.on.isoformat()),
                meeting=meeting,
                of="delivery",
                commitment=ident,
                by_day=PartialDate(by.isoformat()),
                probability=round(float((ends <= (by - drawn.on).days).mean()), 4),
                official=PartialDate(due.isoformat()) if due else None,
                days=_days(drawn.on, np.quantile(ends, SHARES)),
                model=f"{DELIVERY_MODEL}, {drawn.draws} draws, seed {drawn.seed}",
                inputs=records.fingerprint,
            )
        )
    return made


def ratification_forecasts(
    records: Records, on: dt.date, horizon_days: int, meeting: str = ""
) -> list[Forecast]:
    """One forecast a party that has signed and not ratified."""
    waits = waits_of(records, on)
    model = Ratifications.of(waits)
    by = on + dt.timedelta(days=horizon_days)
    return [
        Forecast(
            id=_ident(records, meeting, on, f"{w.agreement}.{w.party}"),
            made_on=PartialDate(on.isoformat()),
            meeting=meeting,
            of="ratification",
            agreement=w.agreement,
            party=w.party,
            by_day=PartialDate(by.isoformat()),
            probability=round(model.within(w, horizon_days), 4),
            days=_days(on, model.days_to(w, SHARES)),
            model=RATIFICATION_MODEL,
            inputs=records.fingerprint,
        )
        for w in waits
        if not w.ratified
    ]


def _days(on: dt.date, after: np.ndarray) -> tuple[str, ...]:
    """Days of the calendar; what lies beyond it is left off."""
    most = (CALENDAR[1] - on).days
    whole = [int(np.ceil(x)) for x in after.tolist() if x <= most]
    return tuple((on + dt.timedelta(days=n)).isoformat() for n in whole)


def _ident(records: Records, meeting: str, on: dt.date, about: str) -> str:
    """An id that no other forecast has."""
    used = {f.id for f in records.forecasts}
    stem = f"{meeting or on.isoformat()}.{about}"
    number, name = 1, stem
    while name in used:
        number += 1
        name = f"{stem}.{number}"
    return name
