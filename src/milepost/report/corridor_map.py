"""The corridor's map: one picture for report, page, notebook and brief."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from milepost.errors import one_of
from milepost.languages import Language
from milepost.network.link_facts import LinkFacts
from milepost.network.link_states import drawn_states, references_of
from milepost.plots.land import Land, Point, land_of
from milepost.programme import Programme
from milepost.records import Records
from milepost.records.lines import points_of
from milepost.report.generalised import SINGLY, of_note
from milepost.report.map import (
    Drawing,
    MapLink,
    MapMark,
    MapNode,
    MapPath,
    lay_out,
    map_svg,
)

if TYPE_CHECKING:
    from milepost.network.paths import Route

LEAST_SHARE = 0.02  # of its country's trade: a smaller zone does not widen the picture
LEAST_HIGH = 1.5  # degrees of latitude that a picture of where promises lie shows


@dataclass(frozen=True)
class CorridorMap:
    """The picture, and the commitments numbered on it (id, title, owed, about). A notebook shows it as it
    is; ``drawing`` is the same as data, for a page that draws it itself."""

    svg: str
    marked: tuple[dict[str, str], ...]
    disclaimer: str
    drawing: Drawing | None = None

    def _repr_html_(self) -> str:
        return f'<div style="max-width:60rem">{self.svg}<p><small>{escape(self.disclaimer)}</small></p></div>'


def corridor_map(
    programme: Programme,
    *,
    language: str = "en",
    on: dt.date | None = None,
    delivered: Iterable[str] = (),
    compared: tuple[Route | None, Route | None] = (None, None),
    land: Land | None = None,
    boundaries: bool = True,
    framed: bool | float = False,
) -> CorridorMap:
    """The network of a programme as one SVG.

    What ``delivered`` names, and with ``on`` what the timetable holds for that day or before, is drawn as
    delivered; ``compared`` are two paths, before and after, to set side by side. ``framed`` shows the part in
    which promises lie and whose countries made them, as a page on paper has no zoom; a number shows
    where promises lie, about so many times as wide as high. ``land`` replaces the
    outlines, by default those that the programme brings along, else the shipped ones; ``boundaries=False``
    leaves borders out; titles under the pointer are in ``language``. Raises ``BadData`` if the programme has
    findings, ``WrongUse`` for an unknown commitment.
    """
    say = Language(language)
    records = programme.sound()
    known = [c.id for c in records.commitments]
    done = set(delivered)
    for name in sorted(done - set(known)):
        raise one_of("commitment", name, known)
    if on is not None:
        done |= {c for c, d in programme.timetable().dates.items() if d is not None and d <= on}
    at: dict[str, Point] = {n.id: (n.lon, n.lat) for n in records.nodes}
    shown = programme.link_facts()
    lines = {k.id: points_of(k.geometry) for k in records.links}

    states = drawn_states(records, done)
    noted = of_note(shown, (name for path in compared if path for name in path.links))
    links = [
        MapLink(
            _title(k, say) if k.id in noted else "",
            at[k.from_node],
            at[k.to_node],
            k.mode,
            states[k.id],
            k.id,
            k.opened_by,
            lines[k.id],
            k.id in noted,
        )
        for k in shown
    ]
    nodes = _nodes(records, at, shown)
    marks, marked = _marks(programme, at)
    names: tuple[Literal["before", "after"], ...] = ("before", "after")
    paths = [
        MapPath(
            path.links,
            when,
            say.say("map-path", days=say.number(path.days, 1), usd=say.number(path.usd_per_t)),
        )
        for when, path in zip(names, compared, strict=True)
        if path is not None
    ]
    land = land or land_of(programme.path)
    counts = {"links": len(shown), "nodes": len(nodes), "marks": len(marks)}
    source = land[0] if land else say.say("map-outlines")
    about = say.say("map-about", **{name: say.number(n) for name, n in counts.items()}, source=source)
    titled = say.say("map-network", title=records.settings.title)
    frame = _frame(records, at, marks, framed)
    drawing = lay_out(titled, links, nodes, marks, about=about, land=land, frame=frame)
    svg = map_svg(drawing, boundaries=boundaries, paths=paths)
    return CorridorMap(svg, tuple(marked), records.settings.boundary_disclaimer, drawing)


def _nodes(records: Records, at: dict[str, Point], shown: Sequence[LinkFacts]) -> list[MapNode]:
    """What lies on a link, by its share of its country's output; of a large network where promises end,
    ports, borders, and what has a share of its own."""
    used = {n for k in shown for n in (k.from_node, k.to_node)}
    gdp = {
        c.id: c.gdp_usd_m**0.5 for c in records.countries
    }  # the root keeps the capitals of small states on the map
    nodes = [
        MapNode(
            n.name.split(" (")[0],
            at[n.id],
            (n.trade_share or 0.02) * gdp[n.country],
            n.kind == "waypoint",
            n.id,
        )
        for n in records.nodes
        if n.id in used
    ]
    if len(nodes) <= SINGLY:
        return nodes
    ends = {n for k in shown if k.opened_by or k.commitments for n in (k.from_node, k.to_node)}
    known = {n.id for n in records.nodes if n.trade_share or n.kind in ("port", "border")} | ends
    return sorted((n for n in nodes if n.id in known), key=lambda n: (n.id not in ends, -n.weight))[:SINGLY]


def _frame(
    records: Records, at: Mapping[str, Point], marks: Sequence[MapMark], framed: bool | float
) -> tuple[Point, ...]:
    """Where promises lie, and the larger zones of who made them (of a number: only the former, so
    many times as wide as high); nothing where no promise lies anywhere."""
    if not framed or not marks:
        return ()
    about = tuple(mark.at for mark in marks)
    if framed is not True:
        return room_around(about, framed)
    owed = {party for c in records.commitments for party in c.owed_by}
    zones = (n for n in records.nodes if (n.trade_share or 0.0) >= LEAST_SHARE and n.country in owed)
    return (*about, *(at[n.id] for n in zones))


def room_around(points: tuple[Point, ...], shape: float) -> tuple[Point, ...]:
    """Points (lon, lat) and four more around them, so that they are ``shape`` times as wide as high, and at
    least ``LEAST_HIGH``: one promise alone is shown in its country, not as a point."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    high = max(LEAST_HIGH, max(lats) - min(lats)) / 2
    wide = max((max(lons) - min(lons)) / 2, shape * high / max(0.2, math.cos(math.radians(lat))))
    sides = ((max(-180.0, lon - wide), lat), (min(180.0, lon + wide), lat))
    return (*points, *sides, (lon, max(-89.0, lat - high)), (lon, min(89.0, lat + high)))


def _marks(programme: Programme, at: dict[str, Point]) -> tuple[list[MapMark], list[dict[str, str]]]:
    """Where each open commitment is drawn, in the middle of what it is about; and the list to the numbers."""
    records = programme.sound()
    middle = {k.id: _middle(at[k.from_node], at[k.to_node], points_of(k.geometry)) for k in records.links}
    closed = {s.commitment for s in programme.status() if s.closed}
    marks, marked = [], []
    for c in records.commitments:
        spots: list[Point] = []
        refs = references_of(records, c)
        for ref in refs:
            kind, _, name = ref.partition(":")
            if kind == "L" and name in middle:
                spots.append(middle[name])
            elif kind == "N" and name in at:
                spots.append(at[name])
        if spots and c.id not in closed:
            marks.append(MapMark(c.id, c.title, spots[len(spots) // 2]))
            about = ", ".join(r.partition(":")[2] for r in refs)
            marked.append({"id": c.id, "title": c.title, "owed": ", ".join(c.owed_by), "about": about})
    return marks, marked


def _middle(start: Point, end: Point, line: tuple[Point, ...]) -> Point:
    """Halfway along a link: a point of its line, or between its ends."""
    return line[len(line) // 2] if line else ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)


def _title(link: LinkFacts, say: Language) -> str:
    """What a link is, takes and costs, in one line."""
    told = {
        "id": link.id,
        "mode": say.word("mode", link.mode),
        "km": say.number(link.km),
        "state": say.word("link", link.state),
        "hours": say.number(link.hours, 1),
        "usd": say.number(link.usd_per_t["containers"], 1),
    }
    if link.closed_by:
        return say.say("map-link-closed", **told, by=", ".join(link.closed_by))
    return say.say("map-link", **told)
