"""The map, what lies behind each of its lines and nodes, and the tonnes on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from milepost.network.link_facts import changed_by
from milepost.plots.land import Land
from milepost.report import map as layout
from milepost.report.corridor_map import corridor_map
from milepost.report.generalised import SINGLY, of_note
from milepost.value.assignment import LinkFlows, link_flows
from milepost.value.corridor import players_of
from milepost.web.answers.network import Drawing, Link, Network, Node
from milepost.web.state import Valued


def network(
    valued: Valued, land: Land | None = None, on: dt.date | None = None, *, every: bool = False
) -> Network:
    """The map on a day; without one on that of the register, where nothing counts as due by then. Of a large
    network the links and nodes that are drawn one by one, or every one of them."""
    if valued.alone:
        return no_network(valued)
    today: Network = valued.once("network", lambda: _network(valued, land))
    if every and today.links_in_all > len(today.links):
        today = _network(valued, land, every=True)
    if on is None:
        return today
    states = valued.programme.link_states(on, valued.day)
    due = valued.programme.timetable(valued.day).dates
    return today.model_copy(
        update={
            "links": [link.model_copy(update={"on_day": states[link.id]}) for link in today.links],
            "as_of": on,
            "due_by_then": sorted(c for c, d in due.items() if d and d <= on),
        }
    )


def no_network(valued: Valued) -> Network:
    """The answer for a register that has none."""
    return Network(
        drawing=None,
        links=[],
        nodes=[],
        outlines="",
        links_in_all=0,
        nodes_in_all=0,
        restrictions=[],
        as_of=valued.day,
        due_by_then=[],
    )


def _network(valued: Valued, land: Land | None, *, every: bool = False) -> Network:
    programme = valued.programme
    records = programme.sound()
    changed = changed_by(records)
    states = programme.link_states(valued.day, valued.day)
    shown, drawn = programme.link_facts(), corridor_map(programme, land=land).drawing
    noted = of_note(shown)
    dots = {n.id for n in drawn.nodes} if drawn else set()
    if len(records.nodes) <= SINGLY or every:
        dots = {n.id for n in records.nodes}
    return Network(
        drawing=_drawing(drawn),
        links=[
            Link.model_validate({**facts.as_dict(), "on_day": states[facts.id]})
            for facts in shown
            if every or facts.id in noted
        ],
        nodes=[
            Node(
                id=n.id,
                name=n.name,
                country=n.country,
                kind=n.kind,
                lat=n.lat,
                lon=n.lon,
                commitments=list(changed.get(f"N:{n.id}", ())),
            )
            for n in records.nodes
            if n.id in dots
        ],
        outlines=land[0] if land else "",
        links_in_all=len(shown),
        nodes_in_all=len(records.nodes),
        restrictions=[r.id for r in records.restrictions if r.effect != "recorded"],
        as_of=valued.day,
        due_by_then=[],
    )


def _drawing(laid_out: layout.Drawing | None) -> Drawing | None:
    """The layout with places to a tenth of a unit, which is less than a pixel."""
    if laid_out is None:
        return None

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: rounded(v) for k, v in value.items()}
        if isinstance(value, tuple | list):
            return [rounded(v) for v in value]
        return round(value, 1) if isinstance(value, float) else value

    return Drawing.model_validate(rounded(asdict(laid_out)))


def flows(valued: Valued) -> LinkFlows:
    """Tonnes on each link at the flows of the base, today and with everything delivered; million tonnes a
    year."""

    def make() -> LinkFlows:
        # the players alone: V of their sets takes longer than all flows, and is worked out beside
        world = valued.programme.world
        return link_flows(world, world.with_delivered(players_of(world)))

    made: LinkFlows = valued.once("flows", make)
    return made
