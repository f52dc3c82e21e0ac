"""Tables to read: rounded as written by another hand, typed, with their units beside them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.programme import Programme
from milepost.results import Result, frame_of, typed

NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32))


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def _significant(value: float, digits: int) -> float:
    """By decimal arithmetic, which shares nothing with formatting of floats."""
    if value == 0 or not math.isfinite(value):
        return value
    exact = Decimal(value)
    return float(round(exact, digits - 1 - exact.adjusted()))


@given(values=st.lists(NUMBERS, min_size=1, max_size=8), digits=st.integers(1, 6))
def test_numbers_have_so_many_digits_and_absent_ones_stay_absent(
    values: list[float | None], digits: int
) -> None:
    made = typed(frame_of({"cost_musd": values}), digits, about="x")["cost_musd"]
    for got, value in zip(made, values, strict=True):
        if value is None:
            assert pd.isna(got)
        else:
            assert got == pytest.approx(_significant(value, digits), rel=1e-12)


def test_days_counts_and_texts_have_their_types() -> None:
    frame = frame_of(
        {
            "on": ["2026-01-02", None],
            "due": ["2026-01-02", "2027"],
            "days_late": [3.0, None],
            "musd_per_year": [3.0, 4.0],
            "title": ["a", None],
        }
    )
    made = typed(frame, 3, about="x")
    assert made["on"].iloc[0] == pd.Timestamp(2026, 1, 2)
    assert list(made["due"]) == ["2026-01-02", "2027"]  # a year is no day
    assert str(made["days_late"].dtype) == "Int64"
    assert made["musd_per_year"].dtype == np.float64
    assert made.attrs == {"about": "x", "units": {"days_late": "days", "musd_per_year": "MUSD/year"}}


def _answers(programme: Programme) -> dict[str, Result]:
    names = (
        "status", "headline", "force", "timetable", "value", "ledger", "shapley", "delay", "appraise",
        "group", "plan", "draws", "calls", "loads", "how_well", "skim", "link_facts", "congested", "screen",
        "complement", "bottlenecks", "check", "remarks", "resilience", "milestones", "status_report",
    )  # fmt: skip
    return {name: getattr(programme, name)() for name in names}


def test_every_answer_shows_itself_in_a_notebook_and_keeps_its_digits(ridge: Programme) -> None:
    answers = _answers(ridge)
    assert len(answers) > 20
    for name, answer in answers.items():
        before: Any = answer.frame().copy()
        shown, made = answer._repr_html_(), answer.rounded()
        assert "<table" in shown, name
        assert "e+" not in shown, name
        assert made.attrs["about"] == answer.headed(), name
        assert list(made.columns) == list(before.columns), name
        pd.testing.assert_frame_equal(answer.frame(), before)
    assert answers["value"].rounded().attrs["unit"] == "MUSD/year"
