"""What ``milepost appraise`` answers, and how it is put together."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.records import Records, Settings
from milepost.results import Cell, Result, plain
from milepost.value.appraisal.appraisal import (
    NO_COST,
    Appraised,
    Basis,
    Case,
    Question,
    appraised,
    band_of_growth,
    cases_of,
    in_order,
    together,
)
from milepost.value.appraisal.loans import Funds
from milepost.value.appraisal.risk import Drawn, Risk, risks
from milepost.value.appraisal.switching import Moved, day_later, moved
from milepost.value.game import Game

if TYPE_CHECKING:
    from milepost.value.draws import Draws

Floats = NDArray[np.float64]

IN_WORDS = {
    "last": "what each adds when all others are delivered",
    "alone": "what each adds when nothing else is delivered",
    "shapley": "the Shapley share of each",
    "timetable": "what each adds in the order of the timetable",
}


@dataclass(frozen=True, repr=False)
class Appraisals(Result):
    """Appraisals of commitments, MUSD at prices of the base year, present values in the first year.

    ``one`` holds an answer for each commitment, ``all_together`` that of all of them (None if some were asked
    for); ``moved``, ``risk`` and ``day`` go with ``one``; ``day`` is what one more day of delay costs:
    benefit lost and spending saved. ``not_appraised`` says why something is not in it. ``resilience`` is what
    each takes off the expected loss by what may happen, MUSD a year of all countries together: alone if the
    values are of each alone, else when all others are delivered. It stands beside V and is in no present
    value; None where nobody asked, nothing on record may happen, or it cannot be told.
    """

    asked: Question
    base_year: int
    countries: tuple[str, ...]
    one: Mapping[str, Appraised]
    all_together: Appraised | None
    cases: Mapping[str, Case]
    moved: Mapping[str, Moved]
    risk: Mapping[str, Risk]
    day: Mapping[str, tuple[float, float]]
    not_appraised: Mapping[str, str]
    conversion_factor: float
    in_order: Mapping[str, Floats]  # what each adds in the order of the timetable, by country
    resilience: Mapping[str, float] | None = None

    @property
    def unit(self) -> str:
        """Unit of money."""
        return f"MUSD, prices of {self.base_year}"

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the streams."""
        return self.asked.calendar.years

    def ranked(self) -> list[Appraised]:
        """The commitments, the largest net present value first."""
        return sorted(self.one.values(), key=lambda a: (-a.measures.npv, a.ident))

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost appraise --json``."""
        whole = self.all_together
        return {
            "unit": self.unit,
            "on": self.asked.on.isoformat(),
            "horizon": self.asked.horizon.isoformat(),
            "discount_rate_per_year": self.asked.rate,
            "basis": self.asked.basis,
            "flat": self.asked.flat,
            "conversion_factor": self.conversion_factor,
            "years": list(self.years),
            "commitments": {name: self._of(found) for name, found in self.one.items()},
            "all_together": None if whole is None else self._of(whole),
            "resilience_musd_per_year": None if self.resilience is None else dict(self.resilience),
            "not_appraised": plain(self.not_appraised),
        }

    def _of(self, found: Appraised) -> dict[str, Any]:
        measures, name = found.measures, found.ident
        answer = {
            "title": found.title,
            "delivered": plain(found.delivered),
            "dated": found.dated,
            "npv": measures.npv,
            "eirr": measures.eirr.as_dict(),
            "bcr": measures.bcr,
            "benefit_pv": measures.benefit_pv,
            "cost_pv": measures.cost_pv,
            "financial": {
                "npv": found.financial.npv,
                "eirr": found.financial.eirr.as_dict(),
                "net": found.financial.net.tolist(),
            },
            "payback_years": measures.payback_years,
            "first_year": measures.first_year,
            "first_year_return": measures.first_year_return,
            "sunk": found.sunk,
            "npv_with_sunk": found.npv_with_sunk,
            "assumed_share_of_capital": found.assumed,
            "value_per_year": dict(found.value),
            "who": {
                who: {
                    "benefit": found.purse.benefit.get(who, 0.0),
                    "received": found.purse.received.get(who, 0.0),
                    "own_money": found.purse.own.get(who, 0.0),
                    "debt_service": found.purse.debt.get(who, 0.0),
                    "net": net,
                }
                for who, net in found.purse.net.items()
            },
            "financing": [_funds(f) for f in found.funds],
            "streams": _streams(found),
        }
        if name in self.moved:
            answer |= self._sensitivity(name)
        return answer

    def _sensitivity(self, name: str) -> dict[str, Any]:
        how, (lost, saved) = self.moved[name], self.day[name]
        return {
            "best_opening": {"year": how.best_opening, "npv": how.best_npv},
            "switching": plain(how.switching),
            "tornado": [plain(bar) for bar in how.tornado],
            "day_of_delay": {"benefit_lost": lost, "spending_saved": saved, "net": lost - saved},
            "risk": self.risk[name].as_dict() if name in self.risk else None,
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment, and one for all together."""
        columns = [
            "commitment", "delivered", "npv_musd", "eirr_share_per_year", "eirr_roots", "bcr",
            "benefit_pv_musd", "cost_pv_musd", "payback_years", "first_year_return", "best_opening",
            "switching_cost_factor", "switching_benefit_factor", "switching_growth_share_per_year",
            "switching_delay_years", "npv_p5_musd", "npv_p50_musd", "npv_p95_musd", "npv_below_zero_share",
            "eirr_p5_share_per_year", "eirr_p50_share_per_year", "eirr_p95_share_per_year",
            "delay_benefit_lost_musd_per_day", "delay_saved_musd_per_day", "delay_net_musd_per_day",
            "sunk_musd", "npv_with_sunk_musd", "financial_npv_musd", "assumed_share_of_capital",
        ]  # fmt: skip
        whole = [] if self.all_together is None else [self.all_together]
        return columns, [self._row(found) for found in (*self.ranked(), *whole)]

    def _row(self, found: Appraised) -> list[Cell]:
        m, name = found.measures, found.ident
        how, risk = self.moved.get(name), self.risk.get(name)
        lost, saved = self.day.get(name, (None, None))
        turning = how.switching if how else None
        return [
            name,
            found.delivered.isoformat() if found.delivered else None,
            m.npv,
            m.eirr.rate,
            "; ".join(f"{root:.6g}" for root in m.eirr.roots),
            m.bcr,
            m.benefit_pv,
            m.cost_pv,
            m.payback_years,
            m.first_year_return,
            how.best_opening if how else None,
            *(
                [turning.cost, turning.benefit, turning.growth, turning.delay_years]
                if turning
                else [None] * 4
            ),
            *([*risk.quantiles[::2], risk.below_zero, *risk.rates[::2]] if risk else [None] * 7),
            lost,
            saved,
            None if lost is None or saved is None else lost - saved,
            found.sunk,
            found.npv_with_sunk,
            found.financial.npv,
            found.assumed,
        ]

    def headed(self) -> str:
        """What is appraised, at which rate, up to when."""
        n, rate = len(self.one), 100 * self.asked.rate
        what = f"{n} commitment{'s' if n != 1 else ''}"
        return f"appraisal of {what}, {self.unit}, at {rate:.3g} % a year to {self.asked.horizon}"


def _funds(one: Funds) -> dict[str, Any]:
    return {
        "row": one.row,
        "kind": one.kind,
        "by": one.by,
        "served_by": list(one.served_by),
        "musd": one.musd,
        "drawn": one.drawn.tolist(),
        "interest": one.interest.tolist(),
        "principal": one.principal.tolist(),
        "owed_after": one.owed,
        "drawn_before": one.before,
    }


def _streams(found: Appraised) -> dict[str, Any]:
    names = ("benefit", "left", "capital", "renewal", "maintenance", "operation", "net")
    return {name: getattr(found.streams, name).tolist() for name in names}


LEAST_RATE, MOST_RATE = 0.0, 1.0  # of discount, a year: below nothing the far end of time is all that counts


def question(
    settings: Settings, on: dt.date, *, rate: float | None, to: int | None, basis: Basis, flat: bool
) -> Question:
    """What is asked, with what the programme says where nothing is: its rate compounded once a year, and its
    horizon. ``to`` is the last year that counts. Raises ``WrongUse`` for what makes no sense."""
    if rate is not None and not LEAST_RATE <= rate <= MOST_RATE:
        raise WrongUse(
            f"The rate is a share a year, from {LEAST_RATE:g} to {MOST_RATE:g}: write 0.09 for 9 %, "
            f"not {rate:g}."
        )
    if to is not None and not 1800 <= to < 2200:
        raise WrongUse(f"{to} is no year to appraise to; write one such as 2050.")
    return Question(
        on,
        settings.horizon if to is None else dt.date(to + 1, 1, 1),
        math.expm1(settings.discount_rate_per_year) if rate is None else rate,
        basis,
        flat,
    )


def appraise(
    records: Records,
    game: Game,
    asked: Question,
    dates: Mapping[str, dt.date | None],
    *,
    names: Sequence[str] = (),
    drawn: Draws | None = None,
) -> Appraisals:
    """Appraise the commitments of a game, or those of ``names``; with ``drawn`` timetables the risk as well.

    Raises ``WrongUse`` for a commitment that is not valued, or whose cost nobody states.
    """
    ready = {c.commitment.id: c for c in cases_of(records, game, asked, dates, names)}
    one = {name: appraised(case, game, asked.rate) for name, case in ready.items()}
    free = [name for name, found in one.items() if not found.stated]
    if names and free:
        raise WrongUse(f"{free[0]} cannot be appraised: {NO_COST}. Add a row of capital to costs.")
    cases = {name: case for name, case in ready.items() if name not in free}
    band = band_of_growth(records, game.countries, asked.calendar) if not asked.flat else (0.0, 0.0)
    added = in_order(tuple(cases.values()), game) if not names else {}
    answer = Appraisals(
        asked=asked,
        base_year=records.settings.base_year,
        countries=game.countries,
        one={name: one[name] for name in cases},
        all_together=together(tuple(cases.values()), added, game, asked.rate)
        if cases and not names
        else None,
        cases=cases,
        moved={name: moved(case, asked.rate, band) for name, case in cases.items()},
        risk={},
        day={name: day_later(case, asked.rate) for name, case in cases.items()},
        not_appraised=dict(sorted({**game.not_valued, **dict.fromkeys(free, NO_COST)}.items()))
        if not names
        else {},
        conversion_factor=records.param("conversion_factor"),
        in_order=added,
    )
    return answer if drawn is None else with_risk(answer, records, drawn)


def with_risk(
    answer: Appraisals, records: Records, drawn: Draws, worlds: Mapping[str, Floats] | None = None
) -> Appraisals:
    """The same appraisals with the risk of ``drawn`` timetables, and of V's own parameters with ``worlds``
    (:mod:`milepost.value.appraisal.worlds`)."""
    asked = answer.asked
    band = band_of_growth(records, answer.countries, asked.calendar) if not asked.flat else (0.0, 0.0)
    ends = dict(zip(drawn.commitments, drawn.ends, strict=True))
    of_all = Drawn(ends, band, drawn.draws, drawn.seed, worlds or {})
    return replace(answer, risk=risks(answer.cases, asked.rate, of_all))
