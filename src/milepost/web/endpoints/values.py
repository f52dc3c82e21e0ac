"""Values: the book of V, intervals, trials, and what they rest on."""

from __future__ import annotations

from fastapi import Response

from milepost.records.named import set_named
from milepost.value.book import Book as BookOfSets
from milepost.value.trial import Trial as TrialOfDates
from milepost.value.value import Value as ValueOfSet
from milepost.web import views
from milepost.web.answers.programme import Model
from milepost.web.answers.values import Book, Intervals, Progress, Trial, Value, Values
from milepost.web.desk import Desk, day
from milepost.web.kept import Body
from milepost.web.shapes import FAULTS, Day, MovedDates, SetOfIds
from milepost.web.state import Progress as HowFar


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint = desk.endpoint

    @endpoint("GET", "/values", "read", answer=Values, tags=["value"], responses={202: FAULTS[202]})
    def all_values(known_on: Day = "") -> Response:
        """The exact table of V (the book), shares, cost of a day's delay, forecasts; ``stale``: they are the
        last good ones."""
        return Response(views.values_json(desk.state, day(known_on)), media_type="application/json")

    @endpoint("GET", "/intervals", "read", answer=Intervals, tags=["value"], responses={202: FAULTS[202]})
    def intervals() -> Intervals | Body:
        """Intervals on V of everything valued by country, and on a day's delay; ``draws`` 0: this server
        draws none."""
        return views.intervals_at(desk.state)

    @endpoint("GET", "/progress", "read", answer=Progress, tags=["value"])
    def progress() -> HowFar:
        """How far the values are; they are begun if they were not."""
        return desk.state.progress()

    @endpoint("GET", "/model", "read", answer=Model, tags=["programme"], kept=True)
    def model(known_on: Day = "") -> Model:
        """What the numbers rest on: parameters with basis and source, rows by basis, the model beside
        published times."""
        return views.basis(desk.at(known_on))

    @endpoint("GET", "/value", "read", answer=Value, tags=["value"], kept=True, heavy=True)
    def value(delivered: SetOfIds = None, known_on: Day = "") -> ValueOfSet:
        """V of a set of commitments (left out: of all that are valued), MUSD a year per country."""
        return desk.at(known_on).programme.value("all" if delivered is None else set_named(delivered))

    @endpoint("POST", "/trial", "try", answer=Trial, tags=["value"], heavy=True)
    def trial(body: MovedDates, known_on: Day = "") -> TrialOfDates:
        """Present value of the timetable with dates moved; nothing is saved."""
        return views.trial(desk.at(known_on), dict(body.dates))

    @endpoint("POST", "/book", "try", answer=Book, tags=["value"], heavy=True)
    def book(body: MovedDates) -> BookOfSets:
        """The book around a timetable with dates moved: where it is incomplete it is exact for one more moved
        date."""
        return views.book_around(desk.ready(), dict(body.dates))
