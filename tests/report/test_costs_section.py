"""Costs in the report: a table and a picture whose numbers are those of the appraisal."""

from __future__ import annotations

import re

import numpy as np
import pytest

import milepost
from milepost.report.costs_section import costs_section
from milepost.report.document import html_report
from milepost.report.numbers import number
from milepost.report.plans_section import HEADS, plans_section
from milepost.report.yearly_plot import yearly_svg
from milepost.value.appraisal.money import factors


def test_bars_are_as_high_as_what_they_show() -> None:
    svg = yearly_svg([2026, 2027, 2028], [0, 30, 60], [90, 0, 5], [-90, -60, -5], "MUSD")
    bars = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', svg)]
    assert len(bars) == 6
    assert [round(bar / bars[2], 1) for bar in bars] == [0, 3, 1, 0, 2, 0.2]
    assert svg.count("<text") >= 3 + 3
    assert 'aria-label="Gained and spent in 3 years, MUSD"' in svg
    assert len(re.search(r'points="([^"]+)"', svg)[1].split()) == 3  # type: ignore[index]
    assert "NaN" not in yearly_svg([2026], [0.0], [0.0], [0.0], "MUSD")


def test_the_section_says_what_the_appraisal_answers() -> None:
    programme = milepost.open(milepost.example("ridge"))
    answer = programme.appraise()
    section = costs_section(programme, programme.settings.base_date)
    assert [row["id"] for row in section["costs"]] == [*(a.ident for a in answer.ranked()), ""]
    assert section["costs"][-1]["title"] == "all together: 4 commitments"
    assert all(row["assumed"] for row in section["costs"])
    assert len(section["costs_years"]) == len(answer.years)
    assert answer.all_together is not None
    last = section["costs_years"][-1]["cells"][-1]
    assert float(last.replace(",", "").replace("−", "-")) == float(f"{answer.all_together.measures.npv:.3g}")
    bare = programme.records.with_rows(
        commitments=[c.model_copy(update={"cost_usd_m": None}) for c in programme.records.commitments]
    )
    none = costs_section(milepost.Programme(programme.path, bare), programme.settings.base_date)
    assert none["costs"] == []


def test_plans_stand_beside_costs() -> None:
    """The section of plans is made of the answer, and is not there without one."""
    programme = milepost.open(milepost.example("ridge"))
    answer = programme.plan("100")
    section = plans_section(answer)
    assert [p["head"] for p in section["plans"]] == [HEADS[one.aim] for one in answer.plans]
    for shown, one in zip(section["plans"], answer.plans, strict=True):
        assert [row["id"] for row in shown["rows"]] == list(one.opens)
        ends = float(np.sum((one.gained - one.cost) * factors(answer.asked.rate, len(answer.years))))
        assert ends == pytest.approx(one.npv_musd)
        assert shown["npv"] == number(one.npv_musd)
    page = html_report(programme, plans=answer)
    assert "What to open when, under a budget" in page
    assert "all years: 100" in page
    assert plans_section(None)["plans"] == []
