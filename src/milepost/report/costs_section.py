"""The section of the report on costs: what each commitment costs beside what it is worth."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from milepost.programme import Programme
from milepost.report.numbers import number
from milepost.report.yearly_plot import yearly_svg
from milepost.value.appraisal.answers import Appraisals
from milepost.value.appraisal.appraisal import Appraised
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.rare_returns import rare_returns


def costs_section(programme: Programme, on: dt.date) -> dict[str, Any]:
    """Rows, picture and notes; nothing where no cost is stated."""
    answer = programme.appraise(on=on)
    whole = answer.all_together
    if whole is None:
        return {"costs": [], "costs_svg": "", "costs_notes": []}
    streams = whole.streams
    running = np.cumsum(streams.net * factors(answer.asked.rate, len(streams.years)))
    svg = yearly_svg(
        streams.years,
        (streams.benefit + streams.left).tolist(),
        streams.cost.tolist(),
        running.tolist(),
        answer.unit,
    )
    return {
        "costs": [_row(answer, found) for found in (*answer.ranked(), whole)],
        "costs_svg": svg,
        "costs_head": f"{answer.unit}, at {100 * answer.asked.rate:.3g} % a year",
        "costs_years": [
            {
                "year": year,
                "cells": [number(x) for x in (up, left, down, net, total)],
            }
            for year, up, left, down, net, total in zip(
                streams.years, streams.benefit, streams.left, streams.cost, streams.net, running, strict=True
            )
        ],
        "costs_notes": [*_notes(answer), *rare_returns(answer, programme.records)],
    }


def _row(answer: Appraisals, found: Appraised) -> dict[str, Any]:
    m, how, risk = found.measures, answer.moved.get(found.ident), answer.risk.get(found.ident)
    rate = f"{100 * m.eirr.rate:.1f} %" if m.eirr.rate is not None else "none"
    return {
        "id": found.ident if how else "",
        "title": found.title if how else f"all together: {found.title}",
        "assumed": found.assumed > 0,
        "cost": number(m.cost_pv),
        "npv": number(m.npv),
        "rate": f"{len(m.eirr.roots)} rates" if len(m.eirr.roots) > 1 else rate,
        "ratio": "–" if m.bcr is None else f"{m.bcr:.2f}",
        "best": "" if how is None else str(how.best_opening) if how.best_npv > 0 else "never",
        "rates": "" if risk is None else f"{risk.nine_of_ten} %",
        "risk": "" if risk is None else f"{risk.below_zero:.0%}",
    }


def _notes(answer: Appraisals) -> list[str]:
    several = [a for a in answer.one.values() if len(a.measures.eirr.roots) > 1]
    free = [name for name, why in answer.not_appraised.items() if why == "nobody states what it costs"]
    notes = [f"{a.ident}: {a.measures.eirr.sentence}" for a in several]
    if free:
        notes.append(f"Valued, but nobody states what it costs: {', '.join(free)}.")
    return notes
