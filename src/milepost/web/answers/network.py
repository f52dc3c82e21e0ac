"""The map, what lies behind it, and the paths that goods take."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from milepost.web.answers.base import Answer


class Link(Answer):
    """One line of the map."""

    id: str
    """Its id."""
    from_: str = Field(alias="from")
    """Name of the place where it begins."""
    to: str
    """Name of the place where it ends."""
    mode: str
    """Rail, road, sea, ferry or river."""
    km: float
    """Length, km."""
    state: str
    """State on the base date: open, planned, under construction and so on."""
    hours: float | None
    """Running time, hours, without waiting; null: no speed is known."""
    usd_per_t: float
    """Cost of a tonne over the whole link, USD."""
    capacity_mt_per_year: float | None
    """What it can carry, million tonnes a year; null: not known."""
    load_mt_per_year: float | None
    """What it was counted to carry, million tonnes a year; null: not known."""
    opened_by: list[str]
    """Commitments that open it."""
    commitments: list[str]
    """Commitments that are about it."""
    on_day: str
    """State on the day of the map: open, delivered by then, promised, or closed."""
    basis: str = ""
    """Where its row comes from: sourced, computed, reference, assumed or estimated."""
    source: str = ""
    """Address or citation of the source."""
    note: str = ""
    """What a reader must know about the row."""


class Node(Answer):
    """One place of the map."""

    id: str
    """Its id."""
    name: str
    """Its name in English."""
    country: str
    """Code of its country."""
    kind: str
    """City, port, border and so on."""
    lat: float
    """Latitude, degrees north."""
    lon: float
    """Longitude, degrees east."""
    commitments: list[str]
    """Commitments that are about it."""


class Network(Answer):
    """The map and what lies behind it."""

    svg: str
    """The map, one SVG picture."""
    links: list[Link]
    """Its lines."""
    nodes: list[Node]
    """Its places."""
    restrictions: list[str]
    """Ids of restrictions that close or burden something, whether or not they are in force."""
    as_of: dt.date
    """Day of ``on_day``."""
    due_by_then: list[str]
    """Commitments that are due by that day, where a day was asked for."""


class Flows(Answer):
    """Tonnes on each link at the flows of the base year."""

    unit: str
    """Million tonnes/year."""
    today: dict[str, float]
    """By link, as things stand."""
    all: dict[str, float]
    """By link, with everything valued delivered."""


class Leg(Answer):
    """One stretch of a path: along a link, or a wait at a place."""

    mode: str
    """Means of transport."""
    from_node: str
    """Id of the place where it begins."""
    to_node: str
    """Id of the place where it ends."""
    km: float
    """Length, km."""
    hours: float
    """Running time, hours."""
    wait_hours: float
    """Waiting, hours."""
    usd_per_t: float
    """Cost, USD a tonne."""
    what: str
    """What happens, in words."""
    row: str
    """Id of the row it comes from; empty: of a parameter."""
    from_name: str
    """Name of the place where it begins."""
    to_name: str
    """Name of the place where it ends."""


class Path(Answer):
    """The cheapest path between two places for one class of cargo."""

    origin: str
    """Id of the place where it begins."""
    destination: str
    """Id of the place where it ends."""
    cargo: str
    """Class of cargo."""
    delivered: list[str]
    """Commitments that it counts on."""
    km: float
    """Length, km."""
    hours: float
    """Door to door, hours, waiting included."""
    days: float
    """The same in days."""
    usd_per_t: float
    """Cost without time, USD a tonne."""
    generalised_cost_usd_per_t: float
    """Cost with the value of time, USD a tonne: the path is the cheapest by this."""
    legs: list[Leg]
    """Its stretches in order."""
    links: list[str]
    """Ids of its links in order."""


class NoPath(Answer):
    """There is no path."""

    none: str
    """Why, in a sentence."""


class PathsBetween(Answer):
    """The cheapest path between two places, twice."""

    today: Path | NoPath
    """As things stand, or with ``base`` delivered."""
    then: Path | NoPath
    """With ``delivered`` delivered."""


class NamedPaths(PathsBetween):
    """A path that the programme is looked at by: its cheapest one, or one through named places."""

    id: str
    """Id of the route on record, or ORIGIN-DESTINATION for the cheapest."""
    title: str
    """Its title, or the names of its ends."""
    best: bool
    """Is it the cheapest whatever it passes?"""
    origin: str
    """Id of the place where it begins."""
    destination: str
    """Id of the place where it ends."""
    published_days: tuple[float | None, float | None]
    """Published days from door to door, least and most; null: none are published."""


class PathTotals(Answer):
    """The cheapest path of a container, summed."""

    days: float
    """Door to door, days."""
    usd_per_t: float
    """Cost without time, USD a tonne."""
    km: float
    """Length, km."""
    cost_usd_per_t: float
    """Cost with the value of time, USD a tonne."""


class PartnerPath(Answer):
    """From the main place of a country to that of a partner."""

    partner: str
    """Code of the partner."""
    from_node: str
    """Id of the country's main place."""
    to_node: str
    """Id of the partner's main place."""
    trade_musd: float
    """Trade both ways, million USD a year."""
    today: PathTotals | None
    """As things stand; null: there is no path."""
    then: PathTotals | None
    """With ``delivered`` delivered; null: there is no path."""


class CountryPaths(Answer):
    """Paths of a country to its partners: those that change most first, weighted by trade."""

    country: str
    """Its code."""
    delivered: list[str]
    """Commitments that are delivered in ``then``."""
    ways: list[PartnerPath]
    """A row a partner."""
