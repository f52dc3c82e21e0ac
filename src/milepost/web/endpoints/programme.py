"""The programme: register, timetable, network, countries and paths."""

from __future__ import annotations

from fastapi import Response

from milepost.report.corridor_map import corridor_map
from milepost.value.assignment import LinkFlows
from milepost.value.cheapest_paths import HeadlinePath as PathAsFound
from milepost.value.country_paths import CountryPaths as PathsOfCountry
from milepost.web import views
from milepost.web.answers.commitments import Commitment, Register, Timetable
from milepost.web.answers.network import CountryPaths, Flows, HeadlinePath, Network, PathsBetween
from milepost.web.answers.programme import Programme
from milepost.web.answers.values import CountryValue
from milepost.web.desk import Desk, day, ids
from milepost.web.ready import InMemory
from milepost.web.shapes import FAULTS, Day, Ids


def add(desk: Desk) -> None:
    """Add them to the router."""
    _register(desk)
    _network(desk)


def _register(desk: Desk) -> None:
    endpoint, state = desk.endpoint, desk.state

    @endpoint("GET", "/programme", "read", answer=Programme, tags=["programme"], kept=True)
    def programme(known_on: Day = "") -> Programme:
        """The programme: title, days, rates, version, fingerprint of its data, findings."""
        return views.about(state, desk.at(known_on))

    @endpoint(
        "GET",
        "/register",
        "read",
        answer=Register,
        tags=["register"],
        kept=InMemory(views.make_register, views.register_at_once),
    )
    def register(known_on: Day = "") -> Response:
        """All commitments with status, promises, evidence and milestones; parties, agreements, meetings."""
        return Response(views.register_json(desk.at(known_on)), media_type="application/json")

    @endpoint("GET", "/commitments", "read", answer=list[Commitment], tags=["register"], kept=True)
    def commitments(known_on: Day = "") -> tuple[Commitment, ...]:
        """All commitments."""
        return tuple(views.register(desk.at(known_on)).commitments)

    @endpoint(
        "GET",
        "/commitments/{ident}",
        "read",
        answer=Commitment,
        tags=["register"],
        kept=InMemory(views.make_commitments, views.commitment_at_once),
    )
    def commitment(ident: str, known_on: Day = "") -> Response:
        """The fiche of one commitment."""
        return Response(views.commitment_json(desk.at(known_on), ident), media_type="application/json")

    @endpoint("GET", "/timetable", "read", answer=Timetable, tags=["register"], kept=True)
    def timetable(as_of: Day = "", known_on: Day = "") -> Response:
        """When what is open is due, on a day, as known on a day."""
        found = views.timetable_json(desk.at(known_on), day(as_of))
        return Response(found, media_type="application/json")

    @endpoint(
        "GET",
        "/countries",
        "read",
        answer=list[CountryValue],
        tags=["value"],
        responses={202: FAULTS[202]},
        kept=True,
    )
    def countries(known_on: Day = "") -> tuple[CountryValue, ...]:
        """What each country gains from everything valued, what it owes and what is owed to the programme by
        others."""
        return views.countries(desk.at(known_on) if known_on else desk.ready())


def _network(desk: Desk) -> None:
    endpoint, state = desk.endpoint, desk.state

    @endpoint("GET", "/network", "read", answer=Network, tags=["network"], kept=True)
    def network(as_of: Day = "", known_on: Day = "", every: bool = False) -> Network:
        """The map, its links and nodes, and each link's state on a day (``on_day``: open, delivered,
        promised, closed). Of a network of more than 1,500 links those that promises, restrictions, services,
        borders or capacities are about, and with ``every`` all."""
        return views.network(desk.at(known_on), views.land_of(state.path), day(as_of), every=every)

    @endpoint("GET", "/map.svg", "read", media=("image/svg+xml",), tags=["network"], kept=True, heavy=True)
    def map_svg(as_of: Day = "", known_on: Day = "") -> Response:
        """The map as one SVG file; with ``as_of`` what is due by that day is drawn as delivered."""
        drawn = corridor_map(desk.at(known_on).programme, on=day(as_of), land=views.land_of(state.path))
        return Response(drawn.svg, media_type="image/svg+xml")

    @endpoint("GET", "/flows", "read", answer=Flows, tags=["network"], kept=True, heavy=True)
    def flows(known_on: Day = "") -> LinkFlows:
        """Tonnes on each link, today and with everything valued delivered."""
        return views.flows(desk.at(known_on))

    @endpoint(
        "GET",
        "/countries/{ident}/paths",
        "read",
        answer=CountryPaths,
        tags=["network"],
        kept=True,
        heavy=True,
    )
    def paths(ident: str, delivered: Ids = "", known_on: Day = "") -> PathsOfCountry:
        """The paths of a country to its partners, today and with commitments delivered."""
        return views.country_paths(desk.at(known_on), ident, ids(delivered))

    @endpoint("GET", "/routes", "read", answer=list[HeadlinePath], tags=["network"], kept=True, heavy=True)
    def routes(delivered: Ids = "", base: Ids = "", known_on: Day = "") -> tuple[PathAsFound, ...]:
        """The headline paths: ``today`` (or with the commitments of ``base`` delivered) and ``then`` with
        ``delivered``."""
        return views.headline_paths(desk.at(known_on), ids(delivered), ids(base))

    @endpoint(
        "GET",
        "/routes/{origin}/{destination}",
        "read",
        answer=PathsBetween,
        tags=["network"],
        kept=True,
        heavy=True,
    )
    def route(
        origin: str,
        destination: str,
        delivered: Ids = "",
        base: Ids = "",
        cargo: str = "containers",
        known_on: Day = "",
    ) -> PathsBetween:
        """The cheapest path between two nodes, today (or with ``base`` delivered) and with ``delivered``."""
        at = desk.at(known_on)
        return views.path_between(at, origin, destination, ids(delivered), ids(base), cargo)
