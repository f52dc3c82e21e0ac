"""Values: the book of V, intervals, trials, and what they rest on."""

from __future__ import annotations

from typing import Any

from milepost.web import views
from milepost.web.desk import Desk, NotReady, ids
from milepost.web.shapes import FAULTS, Day, Ids, Trial, TrialResult, ValueAnswer


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, config, state = desk.endpoint, desk.config, desk.state

    @endpoint("GET", "/values", "read", tags=["value"], responses={202: FAULTS[202]})
    def all_values(known_on: Day = "") -> dict[str, Any]:
        """The exact table of V (the book), shares, cost of a day's delay, forecasts; ``stale``: they are the
        last good ones."""
        if known_on:
            return {**views.values(desk.at(known_on)), "stale": False, "failed": ""}
        valued = desk.ready()
        stale = valued.programme.records.fingerprint != state.current().programme.records.fingerprint
        return {**views.values(valued), "stale": stale, "failed": state.failed}

    @endpoint("GET", "/intervals", "read", tags=["value"], responses={202: FAULTS[202]})
    def intervals() -> dict[str, Any]:
        """Intervals on V of everything valued by country, and on a day's delay; ``draws`` 0: this server
        draws none."""
        valued = desk.ready()
        if config.interval_draws and state.intervals(valued) is None:
            raise NotReady("Intervals are being drawn; ask again in some seconds.")
        return views.intervals(state, valued)

    @endpoint("GET", "/model", "read", tags=["programme"])
    def model(known_on: Day = "") -> dict[str, Any]:
        """What the numbers rest on: parameters with basis and source, rows by basis, the model beside
        published times."""
        return views.model(desk.at(known_on))

    @endpoint("GET", "/value", "read", response_model=ValueAnswer, tags=["value"])
    def value(delivered: Ids = "", known_on: Day = "") -> dict[str, Any]:
        """V of a set of commitments (without ids: of all that are valued), MUSD a year per country."""
        return desk.at(known_on).programme.value(ids(delivered) or "all").as_dict()

    @endpoint("POST", "/trial", "try", tags=["value"])
    def trial(body: Trial, known_on: Day = "") -> TrialResult:
        """Present value of the timetable with dates moved; nothing is saved."""
        return TrialResult(**views.trial(desk.at(known_on), dict(body.dates)))

    @endpoint("POST", "/book", "try", tags=["value"])
    def book(body: Trial) -> dict[str, Any]:
        """The book around a timetable with dates moved: where it is incomplete it is exact for one more moved
        date."""
        return views.book_around(desk.ready(), dict(body.dates))
