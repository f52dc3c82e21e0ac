"""Appraisals: what commitments cost beside what they are worth."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from milepost.value.appraisal.answers import Appraisals as AsAppraised
from milepost.value.appraisal.appraisal import Basis
from milepost.web import views
from milepost.web.answers.appraisals import Appraisals
from milepost.web.desk import Desk
from milepost.web.kept import Body
from milepost.web.shapes import FAULTS, Day
from milepost.web.state import Valued

ByBasis = Annotated[Basis, Query(description="how V is counted: last, alone, shapley or timetable")]
AtRate = Annotated[
    float | None,
    Query(ge=0, le=1, description="discount rate, a share a year from 0 to 1; none: the programme's"),
]
ToYear = Annotated[int | None, Query(ge=1800, lt=2200, description="last year; none: the programme's")]
AsFlat = Annotated[bool, Query(description="leave out growth and ramp-up")]


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint = desk.endpoint

    def valued_on(known_on: str) -> Valued:
        return desk.at(known_on) if known_on else desk.ready()

    @endpoint(
        "GET",
        "/appraisals",
        "read",
        answer=Appraisals,
        tags=["value"],
        responses={202: FAULTS[202]},
        heavy=True,
    )
    def appraisals(
        basis: ByBasis = "last",
        rate: AtRate = None,
        to: ToYear = None,
        flat: AsFlat = False,
        known_on: Day = "",
    ) -> Response | AsAppraised | Body:
        """What every commitment costs beside what it is worth: streams by year, net present value, rates of
        return, who pays and who gains, how sure; and the same of all together."""
        usual = (basis, rate, to, flat) == ("last", None, None, False)
        if usual and not known_on and desk.state.value() is None:
            return views.of_last_run(desk.state, "/appraisals")
        valued = valued_on(known_on)
        if usual:
            written = valued.json("appraisals", lambda: views.appraisals(valued).as_dict())
            return Response(written, media_type="application/json")
        return views.appraisals_by(valued, basis=basis, rate=rate, to=to, flat=flat)

    @endpoint(
        "GET",
        "/appraisals/{ident}",
        "read",
        answer=Appraisals,
        tags=["value"],
        responses={202: FAULTS[202]},
        heavy=True,
    )
    def appraisal(ident: str, known_on: Day = "") -> AsAppraised:
        """The same of one commitment."""
        return views.appraisal(valued_on(known_on), ident)
