"""Dates as precise as their sources: what they may mean, and what is no date."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.records import PartialDate
from milepost.records.kinds import CALENDAR
from milepost.register.checks import findings
from milepost.register.requests import ask


@pytest.mark.parametrize(
    "text",
    [
        "2026-00",
        "2026-06-00",
        "2026-00-15",
        "2026-00-00",
        "2026\n",
        "2026-06-14\n",
        "٢٠٢٦",
        "۲۰۲۸-۰۶",
        "after 2026-00-31",
        "2026-02-30",
        "before 1800",
        "after 2200",
        "after 2200-12",
        "1799",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("before 2016", "1800-01-01", "2015-12-31"),
        ("before 2016-03", "1800-01-01", "2016-02-29"),
        ("before 2016-03-01", "1800-01-01", "2016-02-29"),
        ("after 2016", "2017-01-01", "2200-12-31"),
        ("after 2016-02", "2016-03-01", "2200-12-31"),
        ("after 2000-06-01", "2000-06-02", "2200-12-31"),
    ],
)
def test_first_and_last_day_that_a_date_may_mean(text: str, first: str, last: str) -> None:
    date = PartialDate(text)
    assert (str(date.first), str(date.last)) == (first, last)
    assert date.known_from == (date.last if text.startswith("before") else date.first)


@given(st.dates(dt.date(1801, 1, 1), dt.date(2199, 12, 31)), st.sampled_from([4, 7, 10]))
def test_before_the_date_itself_and_after_cover_the_calendar_without_overlap(
    day: dt.date, precise: int
) -> None:
    text = day.isoformat()[:precise]
    before, itself, after = PartialDate(f"before {text}"), PartialDate(text), PartialDate(f"after {text}")
    assert (before.first, after.last) == CALENDAR
    assert before.last + dt.timedelta(days=1) == itself.first
    assert itself.last + dt.timedelta(days=1) == after.first
    assert itself.first <= day <= itself.last


def test_a_promise_has_a_last_day() -> None:
    records = milepost.open(milepost.example("ridge")).records
    first = records.date_changes[0]
    before = records.with_rows(
        date_changes=[first.model_copy(update={"promised_for": PartialDate("before 2028")})]
    )
    assert not findings(before)
    after = records.with_rows(
        date_changes=[first.model_copy(update={"promised_for": PartialDate("after 2028")})]
    )
    assert [(f.column, f.message) for f in findings(after)] == [
        ("promised_for", "'after 2028' names no day by which it is due")
    ]
    with pytest.raises(WrongUse, match="names no day"):
        ask(records, "R1", new_date="after 2028", by="XWV", reason="land", on=dt.date(2026, 2, 1))
    meeting = records.meetings[0].model_copy(update={"date": PartialDate("before 2027")})
    assert [f.column for f in findings(records.with_rows(meetings=[meeting]))] == ["date"]
