r"""When will a signed agreement be ratified? A hazard in which those who still wait count too.

H is the Nelson-Aalen cumulative hazard of waits from signature to ratification, an open case being at risk up
to the day it was last seen. Treaties and parties differ: a factor on the hazard of each, drawn towards one as
a Gamma prior of a and b events does (Clayton 1978; Cox & Oakes 1984), first by treaty, then by party:

    (1)  f_t = (a + n_t) / (a + sum H),   f_p = (b + n_p) / (b + sum f_t H)
    (2)  P(ratified within h | waiting w) = 1 - exp(-f_t f_p (H(w + h) - H(w)))

H is that of 8,610 pairs of the UN Treaty Collection (``ratification_waits.csv``; 1,661 of them were still
open): median 3.4 years, P80 11.6. The factors are those of the register's own agreements and parties.
``scripts/backtest_ratification.py`` says how (2) does at past days.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milepost.records import Instrument, Records

TREATY, PARTY = 80.0, 30.0  # events that the prior of a factor is worth
CONSENT = frozenset({"ratification", "acceptance", "approval", "accession", "definitive signature"})
Floats = NDArray[np.float64]
_FILE = Path(__file__).resolve().parent / "ratification_waits.csv"


@dataclass(frozen=True)
class Wait:
    """One party that signed an agreement: days from signature to ratification, or so far."""

    agreement: str
    party: str
    days: float
    ratified: bool


@dataclass(frozen=True)
class Hazard:
    """A cumulative hazard: straight between its knots, beyond the last one as steep as before it."""

    days: Floats
    cumulative: Floats

    @classmethod
    def of(cls, waits: Sequence[Wait]) -> Hazard:
        """The Nelson-Aalen estimate. Raises ``ValueError`` if nobody has ratified."""
        days = np.array([w.days for w in waits], dtype=np.float64)
        happened = np.array([w.ratified for w in waits], dtype=np.float64)
        if not happened.any():
            raise ValueError("nobody has ratified: there is no hazard to be seen")
        order = np.argsort(days, kind="stable")
        days, happened = days[order], happened[order]
        at, first = np.unique(days, return_index=True)
        at_risk = len(days) - first
        steps = np.add.reduceat(happened, first) / at_risk
        return cls(np.concatenate([[0.0], at]), np.concatenate([[0.0], np.cumsum(steps)]))

    def upto(self, days: Floats | float) -> Floats:
        """The cumulative hazard by days after signature."""
        at = np.asarray(days, dtype=np.float64)
        within = np.interp(at, self.days, self.cumulative)
        whole: Floats = within + self._tail * np.maximum(0.0, at - self.days[-1])
        return whole

    def day_of(self, cumulative: Floats | float) -> Floats:
        """The days by which a cumulative hazard is reached: the inverse of :meth:`upto`."""
        want = np.asarray(cumulative, dtype=np.float64)
        rising = np.concatenate([[True], np.diff(self.cumulative) > 0])
        within = np.interp(want, self.cumulative[rising], self.days[rising])
        more = want - self.cumulative[-1]
        whole: Floats = np.where(more > 0, self.days[-1] + more / self._tail, within)
        return whole

    @property
    def _tail(self) -> float:
        """Hazard a day after the last knot: the mean of the later half of the knots."""
        half = len(self.days) // 2
        rise = self.cumulative[-1] - self.cumulative[half]
        return max(float(rise / (self.days[-1] - self.days[half])), 1e-9)


@cache
def reference() -> Hazard:
    """The hazard of the UN Treaty Collection."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = [float(r["days"]) for r in rows]
    return Hazard(np.array([-1.0, *days]), np.array([0.0, *(float(r["cumulative_hazard"]) for r in rows)]))


@dataclass(frozen=True)
class Ratifications:
    """Waits as known on a day, and the chance of those that are open."""

    hazard: Hazard
    treaty: dict[str, float]
    party: dict[str, float]

    @classmethod
    def of(cls, waits: Sequence[Wait], hazard: Hazard | None = None) -> Ratifications:
        """Factors (1) from waits, on a hazard (default: the reference)."""
        base = hazard or reference()
        expected = base.upto(np.array([w.days for w in waits])) if waits else np.empty(0)
        treaty = _factors([w.agreement for w in waits], waits, expected, TREATY)
        shares = np.array([treaty[w.agreement] for w in waits]) * expected
        return cls(base, treaty, _factors([w.party for w in waits], waits, shares, PARTY))

    def factor(self, wait: Wait) -> float:
        """How many times as fast as the reference this party ratifies this agreement."""
        return self.treaty.get(wait.agreement, 1.0) * self.party.get(wait.party, 1.0)

    def within(self, wait: Wait, days: float) -> float:
        """The probability (2) that an open wait ends within days."""
        more = float(self.hazard.upto(wait.days + days) - self.hazard.upto(wait.days))
        return float(-np.expm1(-self.factor(wait) * more))

    def days_to(self, wait: Wait, shares: Floats) -> Floats:
        """Days from now by which an open wait has ended with given probabilities."""
        want = self.hazard.upto(wait.days) - np.log1p(-shares) / self.factor(wait)
        return np.maximum(0.0, self.hazard.day_of(want) - wait.days)


def _factors(names: Sequence[str], waits: Sequence[Wait], expected: Floats, prior: float) -> dict[str, float]:
    seen: dict[str, list[float]] = {}
    for name, wait, share in zip(names, waits, expected.tolist(), strict=True):
        both = seen.setdefault(name, [prior, prior])
        both[0] += wait.ratified
        both[1] += share
    return {name: events / due for name, (events, due) in seen.items()}


def waits_of(records: Records, on: dt.date) -> tuple[Wait, ...]:
    """Every party that signed an agreement by a day: how long it took to ratify, or has taken so far.

    An act without a day, or of a year or month that is not over, is not counted; nor is a party that withdrew
    or acceded without signing.
    """
    signed: dict[tuple[str, str], dt.date] = {}
    bound: dict[tuple[str, str], dt.date] = {}
    gone: set[tuple[str, str]] = set()
    for act in _dated(records.instruments, on):
        key, day = (act.agreement, act.party), _day(act)
        if act.kind == "signature":
            signed[key] = min(day, signed.get(key, day))
        elif act.kind in CONSENT:
            bound[key] = min(day, bound.get(key, day))
        elif act.kind == "withdrawal":
            gone.add(key)
    return tuple(
        Wait(*key, float(max(0, (bound.get(key, on) - day).days)), key in bound)
        for key, day in signed.items()
        if key not in gone or key in bound
    )


def ratified_on(records: Records, agreement: str, party: str) -> dt.date | None:
    """The day of the first act by which a party bound itself; None: there is none with a day."""
    days = [
        i.date.last
        for i in records.instruments
        if (i.agreement, i.party) == (agreement, party) and i.kind in CONSENT and i.date
    ]
    return min(days, default=None)


def _dated(acts: Iterable[Instrument], on: dt.date) -> list[Instrument]:
    return [a for a in acts if a.party and a.date and not a.date.bound and a.date.last <= on]


def _day(act: Instrument) -> dt.date:
    assert act.date is not None
    return act.date.last
