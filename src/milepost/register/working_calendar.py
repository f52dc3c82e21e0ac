"""On which days does a country work? Its own weekend, and its public holidays as far as they are
published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def holidays_of(country: str, years: range = range(0)) -> HolidayBase | None:
    """Weekend and public holidays of a country (ISO alpha-3) in some years; None for one that the calendars
    do not know."""
    import holidays

    from milepost.languages.catalogue import alpha2

    try:
        return holidays.country_holidays(alpha2(country), years=years)
    except (NotImplementedError, KeyError):
        return None
