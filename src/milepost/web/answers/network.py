"""The map, what lies behind it, and the paths that goods take."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from milepost.web.answers.base import Answer

ByCargo = Annotated[dict[str, float], Field(description="class of cargo -> value")]


class Link(Answer):
    """One line of the map. What is not open has the figures that goods would meet."""

    id: str
    """Its id."""
    from_node: str
    """Id of the node where it begins."""
    to_node: str
    """Id of the node where it ends."""
    from_name: str
    """Name of the node where it begins."""
    to_name: str
    """Name of the node where it ends."""
    mode: str
    """Rail, road, sea, ferry or river."""
    gauge_mm: float | None
    """Gauge, mm, of its row or else of its country; null: it has none, or it is not known."""
    direction: Literal["both", "forward"]
    """Whether it carries goods both ways, or only from where it begins to where it ends."""
    km: float
    """Length, km."""
    state: str
    """State of its row: open, planned, under construction or suspended."""
    today: Literal["open", "promised", "closed"]
    """State on the base date, restrictions counted."""
    since: str | None
    """Since when it is open, or closed by a restriction, as precise as the source; null: not known."""
    planned: str | None
    """When it is to open, as precise as the source; null: not on record."""
    closed_by: list[str]
    """Ids of restrictions in force that close it."""
    restricted_by: list[str]
    """Ids of restrictions in force that burden it."""
    hours: float
    """Hours from end to end: running, headway, border, restriction and queue."""
    running_hours: float
    """Running time, hours."""
    headway_hours: float
    """Half the headway of its service, hours."""
    border_hours: float
    """Border, hours."""
    restriction_hours: float
    """Restrictions, hours."""
    queue_hours: float
    """Queue, hours."""
    kmh: float
    """Speed, km/h."""
    kmh_from: str
    """Where the speed comes from: row, effects, params ID or default."""
    border_from: str
    """Where the border's hours and dollars come from; empty: there is no border on it."""
    usd_per_t: ByCargo
    """Freight over the whole link, USD a tonne, by class of cargo."""
    usd_per_tkm: ByCargo
    """Rate, USD a tonne and km, by class of cargo."""
    rate_from: dict[str, str]
    """Class of cargo -> where the rate comes from."""
    fixed_usd_per_t: float
    """Fixed part, USD a tonne."""
    border_usd_per_t: float
    """Border, USD a tonne."""
    restriction_usd_per_t: float
    """Restrictions, USD a tonne."""
    capacity_mt_per_year: float | None
    """What it can carry both ways, million tonnes a year; null: not known."""
    load_mt_per_year: float | None
    """What it is stated to carry both ways, million tonnes a year; null: not known."""
    use: float | None
    """Load over capacity; null: one of them is not known."""
    services: list[str]
    """Ids of services on it."""
    lines: list[str]
    """Shipping lines on it."""
    opened_by: list[str]
    """Commitments that open it."""
    commitments: list[str]
    """Commitments that are about it."""
    basis: str
    """Where its row comes from: sourced, computed, reference, assumed or estimated."""
    source: str
    """Address or citation of the source; empty: none."""
    note: str
    """What a reader must know about the row; empty: nothing."""
    on_day: str
    """State on the day of the map: open, delivered by then, promised, or closed."""


class Node(Answer):
    """One node of the map."""

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


class DrawnLink(Answer):
    """A line of the map as it is drawn."""

    id: str
    """Id of the link."""
    name: str
    """What it is, takes and costs, in one line."""
    mode: str
    """Rail, road, sea, ferry or river."""
    state: Literal["open", "promised", "delivered", "closed"]
    """State on the base date."""
    needs: list[str]
    """Commitments that open it when all are delivered."""
    d: str
    """Its SVG path, in units of the picture."""


class DrawnNode(Answer):
    """A dot of the map, with its name where there is room."""

    name: str
    """Its name."""
    x: float
    """To the right, units of the picture."""
    y: float
    """Downward, units of the picture."""
    label_x: float | None
    """Where its name begins or ends, units of the picture; null: there is no room for it."""
    anchor: Literal["start", "end"]
    """Does the name begin or end there?"""
    id: str
    """Id of the node."""


class DrawnMark(Answer):
    """The number of a commitment on the map, with a line to what it is about."""

    label: str
    """Id of the commitment."""
    title: str
    """Its title."""
    x: float
    """To the right, units of the picture."""
    y: float
    """Downward, units of the picture."""
    at_x: float
    """The same of what it is about."""
    at_y: float
    """The same of what it is about."""


class DrawnTogether(Answer):
    """Links of a large network that are drawn as one."""

    mode: str
    """Rail, road, sea, ferry or river."""
    state: Literal["open", "promised", "delivered", "closed"]
    """State on the base date."""
    links: int
    """How many they are."""
    d: str
    """Their SVG path, in units of the picture, with no more detail than is seen."""


class Drawing(Answer):
    """The map laid out: everything at its place."""

    title: str
    """Its title."""
    about: str
    """What it shows, and where its outlines come from."""
    width: float
    """Units of the picture."""
    height: float
    """Units of the picture."""
    land: str
    """SVG path of all outlines."""
    links: list[DrawnLink]
    """Lines, in the order in which they are drawn."""
    nodes: list[DrawnNode]
    """Dots."""
    marks: list[DrawnMark]
    """Numbers of open commitments."""
    together: list[DrawnTogether]
    """The other links of a large network, under those that are drawn one by one; most have none."""


class Network(Answer):
    """The map and what lies behind it."""

    drawing: Drawing | None
    """The map as data; null: there is nothing to show."""
    links: list[Link]
    """Its lines; of a large network those that are drawn one by one."""
    nodes: list[Node]
    """Its nodes; of a large network those that have a dot of their own."""
    outlines: str
    """Where outlines of the programme's own come from; empty: they are those that milepost ships."""
    links_in_all: int
    """How many links there are."""
    nodes_in_all: int
    """How many nodes there are."""
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
    """One stretch of a path: along a link, or a wait at a node."""

    mode: str
    """Means of transport."""
    from_node: str
    """Id of the node where it begins."""
    to_node: str
    """Id of the node where it ends."""
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
    """Name of the node where it begins."""
    to_name: str
    """Name of the node where it ends."""


class PathShare(Answer):
    """A path, and the share of a class of cargo that takes it."""

    share: float
    """Share of the class, 0 to 1."""
    links: list[str]
    """Links in order."""
    modes: list[str]
    """Means of transport in order."""
    km: float
    """Length, km."""
    hours: float
    """Door to door, hours, waiting included."""
    days: float
    """The same in days."""
    usd_per_t: float
    """Cost without time, USD a tonne."""


class Path(Answer):
    """The cheapest path between two nodes for one class of cargo."""

    origin: str
    """Id of the node where it begins."""
    destination: str
    """Id of the node where it ends."""
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
    paths: list[PathShare]
    """All paths that shipments of the class take, the most used first; the legs are those of the first."""
    legs: list[Leg]
    """Its stretches in order."""
    links: list[str]
    """Ids of its links in order."""


class NoPath(Answer):
    """There is no path."""

    none: str
    """Why, in a sentence."""


class PathsBetween(Answer):
    """The cheapest path between two nodes, twice."""

    today: Path | NoPath
    """As things stand, or with ``base`` delivered."""
    then: Path | NoPath
    """With ``delivered`` delivered."""


class HeadlinePath(PathsBetween):
    """A path that the programme is looked at by: its cheapest one, or one through named nodes."""

    id: str
    """Id of the route on record, or ORIGIN-DESTINATION for the cheapest."""
    title: str
    """Its title, or the names of its ends."""
    best: bool
    """Is it the cheapest whatever it passes?"""
    origin: str
    """Id of the node where it begins."""
    destination: str
    """Id of the node where it ends."""
    published_days: tuple[float | None, float | None]
    """Published days from door to door, least and most; null: none are published."""


class PathSums(Answer):
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
    """From the main zone of a country to that of a partner."""

    partner: str
    """Code of the partner."""
    from_node: str
    """Id of the country's main zone."""
    to_node: str
    """Id of the partner's main zone."""
    trade_musd: float
    """Trade both ways, million USD a year."""
    today: PathSums | None
    """As things stand; null: there is no path."""
    then: PathSums | None
    """With ``delivered`` delivered; null: there is no path."""


class CountryPaths(Answer):
    """Paths of a country to its partners: those that change most first, weighted by trade."""

    country: str
    """Its code."""
    delivered: list[str]
    """Commitments that are delivered in ``then``."""
    paths: list[PartnerPath]
    """A row a partner."""
