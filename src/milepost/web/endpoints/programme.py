"""The programme: register, timetable, network, countries and ways."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from milepost.errors import one_of
from milepost.web import views
from milepost.web.desk import Desk, day, ids
from milepost.web.shapes import FAULTS, About, Commitment, Day, Ids, NetworkAnswer, TimetableAnswer


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, state = desk.endpoint, desk.state

    @endpoint("GET", "/programme", "read", response_model=About, tags=["programme"])
    def programme(known_on: Day = "") -> dict[str, Any]:
        """The programme: title, days, rates, version, fingerprint of its data, findings."""
        return views.about(state, desk.at(known_on))

    @endpoint(
        "GET",
        "/register",
        "read",
        tags=["register"],
        response_class=JSONResponse,
        response_model=dict[str, Any],
    )
    def register(known_on: Day = "") -> Response:
        """All commitments with status, promises, evidence and milestones; parties, agreements, meetings."""
        valued = desk.at(known_on)
        return Response(
            valued.json("register", lambda: views.register(valued)), media_type="application/json"
        )

    @endpoint("GET", "/commitments", "read", response_model=list[Commitment], tags=["register"])
    def commitments(known_on: Day = "") -> list[dict[str, Any]]:
        """All commitments."""
        found: list[dict[str, Any]] = views.register(desk.at(known_on))["commitments"]
        return found

    @endpoint("GET", "/commitments/{ident}", "read", response_model=Commitment, tags=["register"])
    def commitment(ident: str, known_on: Day = "") -> dict[str, Any]:
        """The fiche of one commitment."""
        rows = {c["id"]: c for c in views.register(desk.at(known_on))["commitments"]}
        if ident not in rows:
            raise one_of("commitment", ident, list(rows))
        return dict(rows[ident])

    @endpoint("GET", "/timetable", "read", response_model=TimetableAnswer, tags=["register"])
    def timetable(as_of: Day = "", known_on: Day = "") -> dict[str, Any]:
        """When what is open is due, on a day, as known on a day."""
        valued = desk.at(known_on)
        found = valued.programme.timetable(day(as_of) or valued.day)
        return {
            "on": found.on.isoformat(),
            "dates": {c: d.isoformat() if d else None for c, d in found.dates.items()},
            "overdue_days": dict(found.overdue),
        }

    @endpoint("GET", "/network", "read", response_model=NetworkAnswer, tags=["network"])
    def network(as_of: Day = "", known_on: Day = "") -> dict[str, Any]:
        """The map, its links and places, and each link's state on a day (``on_day``: open, delivered,
        promised, closed)."""
        valued = desk.at(known_on)
        found = views.network(valued, views.land_of(state.path))
        due = valued.programme.timetable(valued.day).dates
        when = day(as_of) or valued.day
        states = valued.programme.link_states(when, valued.day)
        links = [{**k, "on_day": states[k["id"]]} for k in found["links"]]
        by_then = sorted(c for c, d in due.items() if d and d <= when) if as_of else []
        return {**found, "links": links, "as_of": when.isoformat(), "due_by_then": by_then}

    @endpoint("GET", "/map.svg", "read", tags=["network"], response_class=Response)
    def map_svg(as_of: Day = "", known_on: Day = "") -> Response:
        """The map as one SVG file; with ``as_of`` what is due by that day is drawn as delivered."""
        from milepost.report.corridor_map import corridor_map

        drawn = corridor_map(desk.at(known_on).programme, on=day(as_of), land=views.land_of(state.path))
        return Response(drawn.svg, media_type="image/svg+xml")

    @endpoint("GET", "/flows", "read", tags=["network"])
    def flows(known_on: Day = "") -> dict[str, Any]:
        """Tonnes on each link, today and with everything valued delivered."""
        return views.flows(desk.at(known_on))

    @endpoint("GET", "/countries", "read", tags=["value"], responses={202: FAULTS[202]})
    def countries(known_on: Day = "") -> list[dict[str, Any]]:
        """What each country gains from everything valued, what it owes and what is owed to the programme by
        others."""
        valued = desk.at(known_on) if known_on else desk.ready()
        found = views.values(valued)["shares"]
        rows = views.register(valued)
        total = dict(zip(found["countries"], found["total"], strict=True))
        return [
            {
                **c,
                "value_musd_per_year": total.get(c["id"]),
                "owes": [
                    k["id"]
                    for k in rows["commitments"]
                    if c["id"] in k.get("owed_by", []) and not k["closed"]
                ],
            }
            for c in rows["countries"]
        ]

    @endpoint("GET", "/countries/{ident}/paths", "read", tags=["network"])
    def paths(ident: str, delivered: Ids = "", known_on: Day = "") -> dict[str, Any]:
        """The paths of a country to its partners, today and with commitments delivered."""
        return views.country_paths(desk.at(known_on), ident, ids(delivered))

    @endpoint("GET", "/routes", "read", tags=["network"])
    def routes(delivered: Ids = "", base: Ids = "", known_on: Day = "") -> list[dict[str, Any]]:
        """The headline ways: ``today`` (or with the commitments of ``base`` delivered) and ``then`` with
        ``delivered``."""
        return views.routes(desk.at(known_on), ids(delivered), ids(base))

    @endpoint("GET", "/routes/{origin}/{destination}", "read", tags=["network"])
    def route(
        origin: str,
        destination: str,
        delivered: Ids = "",
        base: Ids = "",
        cargo: str = "containers",
        known_on: Day = "",
    ) -> dict[str, Any]:
        """The cheapest way between two places, today (or with ``base`` delivered) and with ``delivered``."""
        return views.path(desk.at(known_on), origin, destination, ids(base), ids(delivered), cargo)
