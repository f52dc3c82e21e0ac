"""What ``milepost plan`` answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.results import Cell, Result, plain
from milepost.value.appraisal.appraisal import Question
from milepost.value.appraisal.plan_budgets import Limit

Floats = NDArray[np.float64]
Aim = Literal["largest", "no member worse off", "least cost"]


@dataclass(frozen=True)
class Opened:
    """One commitment of a plan: when it opens, how many years after the earliest day, its capital (MUSD, not
    discounted), and present values: what it costs less what is left, and what it adds in the order of the
    plan less that."""

    commitment: str
    title: str
    delivered: dt.date
    later_years: int
    capital_musd: float
    cost_musd: float
    npv_musd: float


@dataclass(frozen=True)
class Rival:
    """Another plan: when what opens, its net present value and cost, MUSD, and in what it differs."""

    opens: Mapping[str, dt.date]
    npv_musd: float
    cost_musd: float
    differs: str


@dataclass(frozen=True)
class Further:
    """What more money, or more value asked for, would bring: ``share`` of each limit that may bind (or of the
    value) more, ``added_musd`` in all, and by how much the net present value and the cost then rise, MUSD;
    ``per_dollar`` is the rise over what is added."""

    share: float
    added_musd: float
    npv_musd: float
    cost_musd: float
    per_dollar: float


@dataclass(frozen=True)
class Plan:
    """One plan. Money in MUSD, present values in the first year; ``value_musd`` that of V, ``cost_musd`` that
    of costs less what is left, ``npv_musd`` their difference. ``gap_musd``: how much better another plan
    could be at most (0: none is). ``net_by_purse`` as in an appraisal; ``spent`` capital by year, ``gained``
    and ``cost`` what is gained or left and what is spent by year at prices of the economy. ``next_best`` is
    the next best of all plans, ``other_set`` the best that delivers other commitments; ``price`` of a dollar
    by limit, to first order."""

    aim: Aim
    opened: tuple[Opened, ...]
    npv_musd: float
    value_musd: float
    cost_musd: float
    capital_musd: float
    v_musd_per_year: float
    gap_musd: float
    net_by_purse: Mapping[str, float]
    spent: Floats
    gained: Floats
    cost: Floats
    next_best: Rival | None
    other_set: Rival | None
    further: Further | None
    price: Mapping[str, float]

    @property
    def opens(self) -> dict[str, dt.date]:
        """Day of delivery by commitment."""
        return {one.commitment: one.delivered for one in self.opened}

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values."""
        rivals = {"next_best": self.next_best, "other_set": self.other_set, "further": self.further}
        return {
            "aim": self.aim,
            "exact": self.gap_musd == 0.0,
            "gap_musd": self.gap_musd,
            "npv_musd": self.npv_musd,
            "value_musd": self.value_musd,
            "cost_musd": self.cost_musd,
            "capital_musd": self.capital_musd,
            "v_musd_per_year": self.v_musd_per_year,
            "opened": [plain(one) for one in self.opened],
            "net_by_purse": dict(self.net_by_purse),
            "spent_musd": self.spent.tolist(),
            "gained_musd": self.gained.tolist(),
            "all_costs_musd": self.cost.tolist(),
            "price_of_a_dollar": dict(self.price),
            **{name: plain(one) for name, one in rivals.items()},
        }


@dataclass(frozen=True, repr=False)
class Plans(Result):
    """The best plans under a budget: the largest net present value of all countries together, the largest
    with no member worse off, and, where a value is asked for, the cheapest that reaches it.

    ``limits`` are those of the budget, ``members`` whom no plan of the second kind may leave below nothing,
    ``not_held`` who pays and is no country of the model, ``not_planned`` why something is in no plan.
    """

    asked: Question
    base_year: int
    until: int
    limits: tuple[Limit, ...]
    reach_musd: float | None
    members: tuple[str, ...]
    not_held: tuple[str, ...]
    planned: tuple[str, ...]
    not_planned: Mapping[str, str]
    plans: tuple[Plan, ...]

    @property
    def unit(self) -> str:
        """Unit of money."""
        return f"MUSD, prices of {self.base_year}"

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the streams."""
        return self.asked.calendar.years

    @property
    def price_of_the_wish(self) -> float | None:
        """What it costs all together that no member is worse off; None where no such plan is."""
        found = {one.aim: one.npv_musd for one in self.plans}
        if "no member worse off" not in found or "largest" not in found:
            return None
        return found["largest"] - found["no member worse off"]

    def plan(self, aim: Aim) -> Plan | None:
        """The plan with an aim; None where there is none."""
        return next((one for one in self.plans if one.aim == aim), None)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost plan --json``."""
        return {
            "unit": self.unit,
            "on": self.asked.on.isoformat(),
            "horizon": self.asked.horizon.isoformat(),
            "discount_rate_per_year": self.asked.rate,
            "flat": self.asked.flat,
            "until": self.until,
            "years": list(self.years),
            "limits": [
                {"limit": one.label(self.asked.calendar), "payer": one.payer or None, "musd": one.musd}
                for one in self.limits
            ],
            "reach_musd": self.reach_musd,
            "members": list(self.members),
            "not_held": list(self.not_held),
            "planned": list(self.planned),
            "not_planned": plain(self.not_planned),
            "price_of_the_wish_musd": self.price_of_the_wish,
            "plans": [one.as_dict() for one in self.plans],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a plan and commitment in it, in the order of delivery, and one for the whole plan."""
        columns = [
            "aim", "commitment", "title", "delivered", "later_years", "capital_musd", "cost_pv_musd",
            "npv_musd", "gap_musd",
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for plan in self.plans:
            for one in plan.opened:
                rows.append(
                    [
                        plan.aim, one.commitment, one.title, one.delivered.isoformat(), one.later_years,
                        one.capital_musd, one.cost_musd, one.npv_musd, None,
                    ]
                )  # fmt: skip
            rows.append(
                [
                    plan.aim, "all", f"{len(plan.opened)} commitments", None, None, plan.capital_musd,
                    plan.cost_musd, plan.npv_musd, plan.gap_musd,
                ]
            )  # fmt: skip
        return columns, rows

    def headed(self) -> str:
        """What is planned, at which rate, until when."""
        rate = 100 * self.asked.rate
        n = len(self.planned)
        return f"plans of {n} commitments until {self.until}, {self.unit}, at {rate:.3g} % a year"


def differs(plan: Mapping[str, dt.date], other: Mapping[str, dt.date]) -> str:
    """In what another plan differs, as one clause."""
    without = [name for name in plan if name not in other]
    more = [f"{name} in {day.year}" for name, day in other.items() if name not in plan]
    moved = [
        f"{name} in {day.year} instead of {plan[name].year}"
        for name, day in other.items()
        if name in plan and day != plan[name]
    ]
    parts = [f"{word} {', '.join(names)}" for word, names in (("without", without), ("with", more)) if names]
    return "; ".join([*parts, *moved])
