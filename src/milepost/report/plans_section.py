"""The section of the report on plans: what to open when under a budget."""

from __future__ import annotations

from typing import Any

import numpy as np

from milepost.report.numbers import number
from milepost.report.yearly_plot import yearly_svg
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.plan_answers import Plan, Plans

HEADS = {
    "largest": "The largest net present value of all together",
    "no member worse off": "The largest with no member worse off",
    "least cost": "The least cost to reach the value",
}


def plans_section(answer: Plans | None) -> dict[str, Any]:
    """Tables, pictures and notes; nothing without plans."""
    if answer is None:
        return {"plans": [], "plans_head": "", "plans_members": [], "plans_notes": []}
    limits = "; ".join(f"{one.label(answer.asked.calendar)}: {number(one.musd)}" for one in answer.limits)
    notes = [] if not answer.limits else [f"Budget of capital, MUSD. {limits}."]
    if answer.price_of_the_wish:
        notes.append(
            f"That no member is worse off costs all together {number(answer.price_of_the_wish)} MUSD of net "
            "present value."
        )
    rate = 100 * answer.asked.rate
    return {
        "plans": [_plan(answer, one) for one in answer.plans],
        "plans_head": f"{answer.unit}, at {rate:.3g} % a year, openings until {answer.until}",
        "plans_members": [
            {
                "member": name,
                "cells": [number(one.net_by_purse.get(name, 0.0)) for one in answer.plans],
            }
            for name in answer.members
        ],
        "plans_notes": notes,
    }


def _plan(answer: Plans, found: Plan) -> dict[str, Any]:
    running = np.cumsum((found.gained - found.cost) * factors(answer.asked.rate, len(answer.years)))
    gap = "" if not found.gap_musd else f"Another plan could be better by {number(found.gap_musd)} at most."
    rival = found.next_best
    next_best = "" if rival is None else f"Next best: {number(rival.npv_musd)}, {rival.differs}."
    return {
        "head": HEADS[found.aim],
        "npv": number(found.npv_musd),
        "capital": number(found.capital_musd),
        "rows": [
            {
                "id": one.commitment,
                "title": one.title,
                "opens": one.delivered.isoformat(),
                "capital": number(one.capital_musd),
                "npv": number(one.npv_musd),
            }
            for one in found.opened
        ],
        "svg": yearly_svg(
            answer.years, found.gained.tolist(), found.cost.tolist(), running.tolist(), answer.unit
        ),
        "note": " ".join(text for text in (next_best, gap) if text),
    }
