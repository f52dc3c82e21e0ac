"""What a job that plans gives: which commitments to open when, under a budget.

Money is in MUSD at prices of the base year, present values in the first year; rates are shares a year.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from milepost.web.answers.base import Answer


class LimitOfPlan(Answer):
    """One limit of the budget."""

    limit: str
    """Which years, and whose."""
    payer: str | None
    """Whose; null: of all payers together."""
    musd: float
    """Capital at most, MUSD."""


class OpenedByPlan(Answer):
    """One commitment of a plan; money in MUSD."""

    commitment: str
    """Its id."""
    title: str
    """Its title."""
    delivered: dt.date
    """When it opens."""
    later_years: int
    """How many years after the earliest day."""
    capital_musd: float
    """Its capital, not discounted."""
    cost_musd: float
    """Present value of its costs less what is left."""
    npv_musd: float
    """What it adds in the order of the plan, less that."""


class RivalOfPlan(Answer):
    """Another plan; money in MUSD."""

    opens: dict[str, dt.date]
    """What opens when."""
    npv_musd: float
    """Its net present value."""
    cost_musd: float
    """Its costs less what is left."""
    differs: str
    """In what it differs, in English."""


class FurtherOfPlan(Answer):
    """What more money, or more value asked for, would bring, MUSD."""

    share: float
    """Share of each limit, or of the value, more."""
    added_musd: float
    """How much that is in all."""
    npv_musd: float
    """By how much the net present value rises."""
    cost_musd: float
    """By how much the cost rises."""
    per_dollar: float
    """The rise over what is added."""


class PlanOf(Answer):
    """One plan; money in MUSD."""

    aim: Literal["largest", "no member worse off", "least cost"]
    """What it is best at."""
    exact: bool
    """Whether no plan is better."""
    gap_musd: float
    """How much better another plan could be at most."""
    npv_musd: float
    """Net present value of all together."""
    value_musd: float
    """Present value of V."""
    cost_musd: float
    """Present value of costs less what is left."""
    capital_musd: float
    """Capital, not discounted."""
    v_musd_per_year: float
    """V of all that it opens, a year."""
    opened: list[OpenedByPlan]
    """What it opens, in the order of delivery."""
    net_by_purse: dict[str, float]
    """Country or payer -> V less own money and debt service, present value."""
    spent_musd: list[float]
    """Capital by year."""
    gained_musd: list[float]
    """What is gained or left by year."""
    all_costs_musd: list[float]
    """What is spent by year, at prices of the economy."""
    price_of_a_dollar: dict[str, float]
    """By limit, what one more dollar brings to first order."""
    next_best: RivalOfPlan | None
    """The next best of all plans; null: there is no other."""
    other_set: RivalOfPlan | None
    """The best that delivers other commitments; null: there is none."""
    further: FurtherOfPlan | None
    """What more would bring; null: no limit holds it back."""


class Plans(Answer):
    """The best plans under a budget; money in MUSD."""

    unit: str
    """MUSD, and of which year prices are."""
    on: dt.date
    """Day of the plan."""
    horizon: dt.date
    """Last day that is counted."""
    discount_rate_per_year: float
    """Share a year, compounded once a year."""
    flat: bool
    """Whether growth and ramp-up are left out."""
    until: int
    """Last year in which something may open."""
    years: list[int]
    """Years of the streams."""
    limits: list[LimitOfPlan]
    """The budget; empty: no limit."""
    reach_musd: float | None
    """Present value of V that the cheapest plan reaches; null: not asked for."""
    members: list[str]
    """Whom the plan with no member worse off holds."""
    not_held: list[str]
    """Who pays and is no country of the model."""
    planned: list[str]
    """What may be planned."""
    not_planned: dict[str, str] = Field(description="commitment -> why it is in no plan")
    price_of_the_wish_musd: float | None
    """What it costs all together that no member is worse off; null: no such plan is."""
    plans: list[PlanOf]
    """The plans, one an aim."""
