"""On which days does a country work? The one answer, for reply-by dates and for drawn timetables.

Weekends and public holidays are those of the package `holidays`, and nothing is added to them here: Friday in
Iran (Thursday is half a day there, and counts), Friday and Saturday in Afghanistan, Saudi Arabia, Oman and
Qatar, Saturday and Sunday in the United Arab Emirates since 2022 and Friday and Saturday before. It knows
when a weekend changed and which days of work were moved to one; Islamic holidays that nobody has announced
yet are its estimates. Where there is no such calendar, Saturday and Sunday are free and nothing else is
known: :func:`has_calendar` tells.
"""

from __future__ import annotations

import datetime as dt
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from milepost.languages.catalogue import alpha2

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY = 5


@lru_cache(maxsize=512)
def has_calendar(country: str) -> bool:
    """Whether the weekend and holidays of a country (ISO alpha-3) are known; else Saturdays and Sundays are
    free."""
    return _calendar(country) is not None


def working_day(day: dt.date, country: str = "") -> bool:
    """Whether a country (ISO alpha-3; empty: none in particular) works on a day."""
    return day not in _free(country, day.year)


def working_days_after(day: dt.date, n: int, countries: tuple[str, ...] = ()) -> dt.date:
    """The n-th day after ``day`` on which all ``countries`` work (none given: neither Saturday nor Sunday).

    With n = 0 it is ``day`` itself if they work then, else the next day on which they do.
    """
    whose = countries or ("",)

    def works(on: dt.date) -> bool:
        return all(working_day(on, country) for country in whose)

    left = n
    while left > 0 or not works(day):
        day += dt.timedelta(days=1)
        left -= works(day)
    return day


def calendar_of(party: str) -> str:
    """Whose working days count for letters to a party: its own country's; empty for an organisation, a union
    or a country without a calendar."""
    return party if has_calendar(party) else ""


@lru_cache(maxsize=4096)
def _free(country: str, year: int) -> frozenset[dt.date]:
    """The days of a year on which a country does not work."""
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=k) for k in range((dt.date(year, 12, 31) - first).days + 1)]
    found = _calendar(country)
    if found is None:
        return frozenset(d for d in days if d.weekday() >= SATURDAY)
    with warnings.catch_warnings():  # a year that a calendar does not know: its weekends are all it says
        warnings.simplefilter("ignore", UserWarning)
        # looking at a day reads its year; a neighbouring year may have moved a day of rest into this one
        for near in range(max(year - 1, dt.MINYEAR), min(year + 1, dt.MAXYEAR) + 1):
            found.get(dt.date(near, 7, 1))
        return frozenset(d for d in days if not found.is_working_day(d))


def _calendar(country: str) -> HolidayBase | None:
    """A new calendar each time: it grows with every year asked for, so threads must not share it."""
    # loads the tables of every calendar there is, a third of what starting milepost takes
    import holidays

    try:
        return holidays.country_holidays(alpha2(country))
    except NotImplementedError:
        return None
