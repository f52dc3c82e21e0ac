r"""How past forecasts did: Brier score, continuous ranked probability score, calibration.

Of a probability p that something has happened by a day, with o = 1 if it had, else 0 (Brier 1950):

    (1)  B = mean (p - o)^2

Of a whole distribution with quantiles q(u) and an outcome y, days (Matheson & Winkler 1976; Gneiting &
Raftery 2007), by the quantiles that are kept, u = 5 % ... 95 %:

    (2)  CRPS = 2 mean_u (1{y <= q(u)} - u) (q(u) - y)

The official date is scored as a forecast that is sure of itself: p is 1 if it lies by that day, else 0, and
its CRPS is the distance to it. The skill is one less the ratio of both scores; above zero the forecast did
better than the official date. A forecast whose day has not come, of what has not happened, is open: it has no
score.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.records import Forecast, PartialDate, Records
from milepost.register.status import Status
from milepost.results import Cell, Result
from milepost.value.forecasts import SHARES
from milepost.value.ratification import ratified_on

BINS = 5


@dataclass(frozen=True)
class Scored:
    """One forecast and what became of it: ``happened`` by its day (None: open), ``outcome`` the day it
    happened, ``brier`` its term of (1), ``crps`` (2) in days, and the same of the official date."""

    id: str
    of: str
    about: str
    made_on: dt.date
    by_day: dt.date
    probability: float
    happened: bool | None
    outcome: dt.date | None
    brier: float | None
    brier_official: float | None
    crps: float | None
    crps_official: float | None
    inside: bool | None


@dataclass(frozen=True)
class Bin:
    """Forecasts of about one probability: their mean, and how often it came true."""

    low: float
    high: float
    count: int
    forecast: float | None
    observed: float | None


@dataclass(frozen=True, repr=False)
class Score(Result):
    """The scores of every kept forecast on a day. ``brier``, ``crps`` (days) are means over those that have
    one, ``*_official`` those of the official dates over the same forecasts; ``inside`` is the share of
    outcomes between the 10 % and the 90 % day."""

    on: dt.date
    forecasts: tuple[Scored, ...]
    bins: tuple[Bin, ...]

    @property
    def judged(self) -> tuple[Scored, ...]:
        """Those whose outcome by their day is known."""
        return tuple(f for f in self.forecasts if f.happened is not None)

    @property
    def brier(self) -> float | None:
        """Mean of (1); None where nothing is judged."""
        return _mean([f.brier for f in self.forecasts])

    def figures(self) -> dict[str, float | None]:
        """The means: Brier and CRPS, of the forecasts and of the official dates where there is one."""
        both = [f for f in self.forecasts if f.brier_official is not None]
        days = [f for f in self.forecasts if f.crps_official is not None]
        brier, theirs = _mean([f.brier for f in both]), _mean([f.brier_official for f in both])
        crps, their_crps = _mean([f.crps for f in days]), _mean([f.crps_official for f in days])
        return {
            "brier": self.brier,
            "brier_where_dated": brier,
            "brier_official": theirs,
            "brier_skill": 1 - brier / theirs if brier is not None and theirs else None,
            "crps_days": _mean([f.crps for f in self.forecasts]),
            "crps_days_where_dated": crps,
            "crps_days_official": their_crps,
            "crps_skill": 1 - crps / their_crps if crps is not None and their_crps else None,
            "inside_p10_p90": _mean([None if f.inside is None else float(f.inside) for f in self.forecasts]),
        }

    def headed(self) -> str:
        """How many are kept, and how many of them judged."""
        return f"{len(self.forecasts)} forecasts, {len(self.judged)} judged on {self.on}"

    def as_dict(self) -> dict[str, Any]:
        """Day, means, calibration, and every forecast."""
        return {
            "on": self.on.isoformat(),
            "kept": len(self.forecasts),
            "judged": len(self.judged),
            **self.figures(),
            "calibration": [vars(b) for b in self.bins],
            "forecasts": [
                {
                    **vars(f),
                    "made_on": f.made_on.isoformat(),
                    "by_day": f.by_day.isoformat(),
                    "outcome": f.outcome.isoformat() if f.outcome else None,
                }
                for f in self.forecasts
            ],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a forecast."""
        rows = self.as_dict()["forecasts"]
        heads = list(Scored.__dataclass_fields__)
        return heads, [[row[name] for name in heads] for row in rows]


def score(records: Records, statuses: Sequence[Status], on: dt.date) -> Score:
    """What became, by a day, of every forecast made before it. ``statuses`` are those of that day."""
    delivered = {s.commitment: s for s in statuses}
    made = tuple(_scored(records, f, delivered, on) for f in records.forecasts if f.made_on.last < on)
    return Score(on, made, _bins(made))


def _scored(records: Records, row: Forecast, delivered: Mapping[str, Status], on: dt.date) -> Scored:
    outcome, known = _outcome(records, row, delivered, on)
    by = row.by_day.last
    happened: bool | None = None
    if outcome is not None:
        happened = outcome <= by
    elif known and by <= on:
        happened = False
    truth = None if happened is None else float(happened)
    official = row.official.last if row.official else None
    days = tuple(PartialDate(d).last for d in row.days)
    whole = len(days) == len(SHARES)
    return Scored(
        id=row.id,
        of=row.of,
        about=row.commitment or f"{row.agreement} {row.party}",
        made_on=row.made_on.last,
        by_day=by,
        probability=row.probability,
        happened=happened,
        outcome=outcome,
        brier=None if truth is None else (row.probability - truth) ** 2,
        brier_official=None if truth is None or official is None else (float(official <= by) - truth) ** 2,
        crps=crps(days, outcome) if outcome and whole else None,
        crps_official=float(abs((outcome - official).days)) if outcome and official and whole else None,
        inside=days[1] <= outcome <= days[-2] if outcome and whole else None,
    )


def _outcome(
    records: Records, row: Forecast, delivered: Mapping[str, Status], on: dt.date
) -> tuple[dt.date | None, bool]:
    """The day it happened, and whether it can be said at all: a delivery without a day cannot."""
    if row.of == "ratification":
        day = ratified_on(records, row.agreement, row.party)
        return (day if day is not None and day <= on else None), True
    found = delivered.get(row.commitment)
    if found is None:
        return None, False
    if found.done:
        return found.delivered_on, False
    return None, True


def crps(days: Sequence[dt.date], outcome: dt.date) -> float:
    """Equation (2), days; ``days`` are the quantiles of :data:`milepost.value.forecasts.SHARES`."""
    terms = [
        ((outcome <= day) - share) * (day - outcome).days
        for day, share in zip(days, SHARES.tolist(), strict=True)
    ]
    return float(2.0 * sum(terms) / len(terms))


def _bins(rows: Sequence[Scored]) -> tuple[Bin, ...]:
    made = []
    for k in range(BINS):
        low, high = k / BINS, (k + 1) / BINS
        mine = [f for f in rows if f.happened is not None and min(int(f.probability * BINS), BINS - 1) == k]
        made.append(
            Bin(
                low,
                high,
                len(mine),
                _mean([f.probability for f in mine]),
                _mean([float(bool(f.happened)) for f in mine]),
            )
        )
    return tuple(made)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
