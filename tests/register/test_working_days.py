"""Working days: real days of seven countries by hand, and laws that hold for every calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.follow_up import notices
from milepost.records import Records
from milepost.register import working_days
from milepost.register.working_days import calendar_of, has_calendar, working_day, working_days_after
from opened import opened

MONDAY_TO_SUNDAY = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def free_days_of_the_week(country: str, monday: dt.date) -> list[str]:
    """Which days of a week are free."""
    assert monday.weekday() == 0
    days = zip(MONDAY_TO_SUNDAY, range(7), strict=True)
    return [name for name, k in days if not working_day(monday + dt.timedelta(days=k), country)]


@pytest.mark.parametrize(
    ("country", "monday", "free"),
    [
        ("IRN", dt.date(2026, 7, 6), ["Fri"]),
        ("AFG", dt.date(2026, 7, 6), ["Fri", "Sat"]),
        ("ARE", dt.date(2021, 8, 30), ["Fri", "Sat"]),  # the weekend moved on 1 January 2022
        ("ARE", dt.date(2022, 8, 29), ["Sat", "Sun"]),
        ("SAU", dt.date(2013, 6, 3), ["Thu", "Fri"]),  # it moved on 29 June 2013
        ("SAU", dt.date(2026, 7, 6), ["Fri", "Sat"]),
        ("OMN", dt.date(2026, 7, 6), ["Fri", "Sat"]),
        ("QAT", dt.date(2026, 7, 6), ["Fri", "Sat"]),
        ("ISR", dt.date(2026, 7, 6), ["Fri", "Sat"]),
        ("BRN", dt.date(2026, 7, 6), ["Fri", "Sun"]),
        ("IND", dt.date(2026, 7, 6), ["Sat", "Sun"]),
        ("RUS", dt.date(2026, 7, 6), ["Sat", "Sun"]),
        ("IND", dt.date(2026, 1, 26), ["Mon", "Sat", "Sun"]),  # Republic Day is a Monday
        ("IRN", dt.date(2026, 3, 30), ["Wed", "Thu", "Fri"]),  # Islamic Republic Day, Nature's Day
        ("RUS", dt.date(2027, 1, 4), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        ("", dt.date(2026, 1, 26), ["Sat", "Sun"]),
        ("XWV", dt.date(2026, 12, 21), ["Sat", "Sun"]),  # a country that no calendar knows has no holidays
    ],
)
def test_weeks_by_hand(country: str, monday: dt.date, free: list[str]) -> None:
    assert free_days_of_the_week(country, monday) == free


@pytest.mark.parametrize(
    ("countries", "day", "n", "reply"),
    [
        ((), dt.date(2026, 3, 6), 5, dt.date(2026, 3, 13)),  # Friday: Mon, Tue, Wed, Thu, Fri
        (("IRN",), dt.date(2026, 7, 9), 2, dt.date(2026, 7, 12)),  # Thursday: Sat, Sun
        (("AFG",), dt.date(2026, 7, 9), 2, dt.date(2026, 7, 13)),  # Thursday: Sun, Mon
        (("ARE",), dt.date(2021, 9, 2), 2, dt.date(2021, 9, 6)),  # Thursday: Sun, Mon
        (("ARE",), dt.date(2022, 9, 1), 2, dt.date(2022, 9, 5)),  # Thursday: Fri, Mon
        (("SAU",), dt.date(2026, 9, 22), 1, dt.date(2026, 9, 24)),  # the National Day between
        (("IND",), dt.date(2026, 1, 23), 1, dt.date(2026, 1, 27)),  # a weekend and Republic Day between
        (("RUS",), dt.date(2026, 12, 30), 1, dt.date(2027, 1, 11)),  # the days of New Year between
        (
            ("IRN", "IND"),
            dt.date(2026, 7, 9),
            1,
            dt.date(2026, 7, 13),
        ),  # Fri and Sat, Sun off in one or other
        (("IRN",), dt.date(2026, 7, 10), 0, dt.date(2026, 7, 11)),  # a Friday: the next day that is none
        (("IRN",), dt.date(2026, 7, 11), 0, dt.date(2026, 7, 11)),  # a Saturday is a day of work
    ],
)
def test_replies_by_hand(countries: tuple[str, ...], day: dt.date, n: int, reply: dt.date) -> None:
    assert working_days_after(day, n, countries) == reply


def test_a_day_of_work_moved_to_a_weekend_counts() -> None:
    # 20 February 2027, a Saturday, is worked in Russia for the Monday after it
    assert working_day(dt.date(2027, 2, 20), "RUS")
    assert not working_day(dt.date(2027, 2, 27), "RUS")


def test_beyond_the_years_that_are_known_the_weekend_counts() -> None:
    assert working_day(dt.date(2060, 7, 9), "IND")  # a Friday
    assert not working_day(dt.date(2060, 7, 10), "IND")


COUNTRIES = st.sampled_from(["", "XWV", "IRN", "AFG", "ARE", "SAU", "IND", "RUS", "ISR", "BRN", "KEN", "CHN"])
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31))


@given(DAYS, st.integers(0, 40), st.lists(COUNTRIES, max_size=3).map(tuple))
@settings(deadline=None)
def test_laws(day: dt.date, n: int, countries: tuple[str, ...]) -> None:
    found = working_days_after(day, n, countries)
    whose = countries or ("",)
    assert found >= day
    assert all(working_day(found, c) for c in whose), "never a day off"
    passed = [day + dt.timedelta(days=k) for k in range(1, (found - day).days + 1)]
    worked = sum(all(working_day(d, c) for c in whose) for d in passed)
    assert worked == n or (n == 0 and not all(working_day(day, c) for c in whose))
    assert working_days_after(day, n + 1, countries) >= found
    assert working_days_after(day + dt.timedelta(days=1), n, countries) >= found
    assert working_days_after(day, n, (*whose, "IRN")) >= found, "one more office is never faster"


def test_more_holidays_never_make_it_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [dt.date(2026, 7, 1) + dt.timedelta(days=k) for k in range(20)]
    before = {(d, n): working_days_after(d, n, ("IND",)) for d in days for n in range(8)}
    usual = working_days._free
    extra = {dt.date(2026, 7, 8), dt.date(2026, 7, 13)}
    monkeypatch.setattr(working_days, "_free", lambda country, year: usual(country, year) | extra)
    after = {(d, n): working_days_after(d, n, ("IND",)) for d, n in before}
    assert all(after[asked] >= day for asked, day in before.items())
    assert any(after[asked] > day for asked, day in before.items())


@pytest.fixture(scope="module")
def records() -> Records:
    return opened("north-south").records


def test_whose_calendar_counts() -> None:
    assert calendar_of("IRN") == "IRN"
    assert calendar_of("EAEU") == calendar_of("XWV") == calendar_of("") == ""
    assert has_calendar("AFG")
    assert not has_calendar("XWV")


def test_a_letter_asks_for_a_reply_on_a_day_on_which_its_party_works(records: Records) -> None:
    asked = [n for n in notices(records, dt.date(2026, 7, 9), intake=True) if n.reply_by]  # a Thursday
    replies = {(n.kind, n.party): n.reply_by for n in asked}
    assert replies["intake", "IRN"] == dt.date(2026, 7, 15)  # Sat, Sun, Mon, Tue, Wed
    assert replies["intake", "IND"] == dt.date(2026, 7, 16)  # Fri, Mon, Tue, Wed, Thu
    assert {n.working_days_of for n in asked} == {n.party for n in asked}
    # two weeks after a Friday end on a Friday, which Iran and Afghanistan do not work
    friday = {(n.kind, n.party): n for n in notices(records, dt.date(2026, 7, 10), intake=True)}
    assert friday["work plan", "IRN"].reply_by == dt.date(2026, 7, 25)
    assert friday["work plan", "AFG"].reply_by == dt.date(2026, 7, 26)
    assert friday["work plan", "RUS"].reply_by == dt.date(2026, 7, 24)
