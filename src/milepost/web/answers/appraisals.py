"""What a commitment costs beside what it is worth: streams by year, present values, rates of return.

Money is in MUSD at prices of the base year, present values in the first year; rates are shares a year.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from milepost.web.answers.base import Answer


class RateOfReturn(Answer):
    """All rates at which a stream has a net present value of zero."""

    unit: str
    """Share a year."""
    rate: float | None
    """The rate, where there is just one; null: there is none, or several, of which none decides alone."""
    roots: list[float]
    """All real rates above -1, rising."""
    sign_changes: int
    """How often the stream changes its sign."""
    sentence: str
    """What they tell."""


class Financial(Answer):
    """Money of all purses together at market prices: what is received and left less what is spent."""

    npv: float
    """Net present value, MUSD."""
    eirr: RateOfReturn
    """Its rates of return."""
    net: list[float]
    """By year, MUSD."""


class PurseOf(Answer):
    """What one country or payer gains and pays, present values in MUSD at market prices."""

    benefit: float
    """What it gains."""
    received: float
    """The part of it that is taxes and margins received."""
    own_money: float
    """What it spends itself: what nobody finances, running costs, less what is left."""
    debt_service: float
    """Interest and principal that it pays."""
    net: float
    """Benefit less own money less debt service."""


class LoanOf(Answer):
    """One row of financing by year, MUSD."""

    row: str
    """Its row in financing."""
    kind: str
    """Grant, loan or equity."""
    by: str
    """Who gives it; empty: nobody says."""
    served_by: list[str]
    """Who pays it back."""
    musd: float
    """Its amount, MUSD."""
    drawn: list[float]
    """Drawn by year."""
    interest: list[float]
    """Interest by year."""
    principal: list[float]
    """Paid back by year."""
    owed_after: float
    """Owed after the last year."""
    drawn_before: float
    """Drawn before the first year."""


class YearlyStreams(Answer):
    """By year, MUSD, costs at prices of the economy."""

    benefit: list[float]
    """What all countries gain."""
    left: list[float]
    """What is left at the end."""
    capital: list[float]
    """Capital."""
    renewal: list[float]
    """Renewal."""
    maintenance: list[float]
    """Maintenance."""
    operation: list[float]
    """Operation."""
    net: list[float]
    """Benefit and what is left, less all costs."""


class AppraisalOfAll(Answer):
    """What is spent and what is gained by year, and what follows from it."""

    title: str
    """Title of the commitment, or how many there are."""
    delivered: dt.date | None
    """Day of delivery; null: several."""
    dated: bool
    """Whether a source promises the day; else it is the day by which it could be built."""
    npv: float
    """Net present value, MUSD."""
    eirr: RateOfReturn
    """Economic rates of return."""
    bcr: float | None
    """Present value of gains over that of costs; null: nothing is spent."""
    benefit_pv: float
    """Present value of gains and of what is left, MUSD."""
    cost_pv: float
    """Present value of costs, MUSD."""
    financial: Financial
    """Money alone: users' gains are none."""
    payback_years: float | None
    """Years until costs are gained back, discounted; null: never."""
    first_year: int | None
    """First year that is served whole; null: after the horizon."""
    first_year_return: float | None
    """Net gain of that year over the capital until then; null: there is none."""
    sunk: float
    """What was spent before the first year, MUSD; in no other figure but the next."""
    npv_with_sunk: float
    """Net present value as if that were still to choose, MUSD."""
    assumed_share_of_capital: float
    """Share of the capital that no source states."""
    value_per_year: dict[str, float] = Field(
        description="country -> V at trade of the base year, MUSD a year"
    )
    who: dict[str, PurseOf]
    """Country or payer -> what it gains and pays."""
    financing: list[LoanOf]
    """Who finds the money."""
    streams: YearlyStreams
    """By year."""


class BestOpening(Answer):
    """The year of delivery with the largest net present value."""

    year: int
    """The year."""
    npv: float
    """Net present value then, MUSD; below zero: it is never worth it."""


class SwitchingValues(Answer):
    """What must change for the net present value to be zero; null: nothing within bounds does it."""

    cost: float | None
    """Factor on costs."""
    benefit: float | None
    """Factor on benefits."""
    growth: float | None
    """More growth of trade, a share a year."""
    delay_years: float | None
    """Delay of the benefits alone, years."""


class BarOfTornado(Answer):
    """One input moved from one end to the other."""

    what: str
    """What is moved."""
    low_label: str
    """From what."""
    high_label: str
    """To what."""
    low: float
    """Net present value at the one end, MUSD."""
    high: float
    """The same at the other."""


class DayOfDelay(Answer):
    """What one more day of delay costs, MUSD, present value."""

    benefit_lost: float
    """Benefit that is lost."""
    spending_saved: float
    """What spending later saves."""
    net: float
    """The one less the other."""


class RatesDrawn(Answer):
    """Quantiles of drawn rates of return, a share a year; null: so many draws have none."""

    p5: float | None
    """5th percentile."""
    p25: float | None
    """25th percentile."""
    p50: float | None
    """Median."""
    p75: float | None
    """75th percentile."""
    p95: float | None
    """95th percentile; null: draws gain before they cost."""


class RiskOf(Answer):
    """Net present value with dates, costs, benefits and growth drawn, MUSD."""

    p5: float
    """5th percentile."""
    p25: float
    """25th percentile."""
    p50: float
    """Median."""
    p75: float
    """75th percentile."""
    p95: float
    """95th percentile."""
    eirr: RatesDrawn
    """The rate of return."""
    mean: float
    """Mean."""
    below_zero: float
    """Share of the draws in which it is below zero."""
    draws: int
    """How many."""
    drawn: list[str]
    """What was drawn."""


class Appraisal(AppraisalOfAll):
    """One commitment, and how its net present value moves."""

    best_opening: BestOpening
    """The best year to deliver it."""
    switching: SwitchingValues
    """What makes it just worth its cost."""
    tornado: list[BarOfTornado]
    """What moves it, widest first."""
    day_of_delay: DayOfDelay
    """One more day of delay."""
    risk: RiskOf | None
    """How sure it is; null: nothing was drawn."""


class Appraisals(Answer):
    """What commitments cost beside what they are worth."""

    unit: str
    """MUSD, and of which year prices are."""
    on: dt.date
    """Day of the appraisal."""
    horizon: dt.date
    """Last day that is counted."""
    discount_rate_per_year: float
    """Share a year, compounded once a year."""
    basis: str
    """How V is counted: last, alone, shapley or timetable."""
    flat: bool
    """Whether growth and ramp-up are left out."""
    conversion_factor: float
    """Prices of the economy over market prices."""
    years: list[int]
    """Years of the streams."""
    commitments: dict[str, Appraisal]
    """By commitment."""
    all_together: AppraisalOfAll | None
    """All of them; null: one was asked for, or nobody states a cost."""
    resilience_musd_per_year: dict[str, float] | None
    """What each takes off the expected loss by what may happen, MUSD a year; null: not asked for."""
    not_appraised: dict[str, str]
    """Why something is not in it."""
