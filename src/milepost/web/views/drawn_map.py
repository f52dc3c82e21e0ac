"""The map, what lies behind each of its lines and places, and the tonnes on it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from milepost.report.corridor_map import changed_by, corridor_map, opened_by
from milepost.report.map import Land, read_land
from milepost.store.content import cells_of
from milepost.web.answers.network import Flows, Link, Network, Node
from milepost.web.on_day import link_states
from milepost.web.state import Valued

BOUNDARIES = "boundaries.geojson"
_SOURCE = ("basis", "source", "note")


def network(valued: Valued, land: Land | None = None, on: dt.date | None = None) -> Network:
    """The map on a day; without one on that of the register, where nothing counts as due by then."""
    today: Network = valued.once("network", lambda: _network(valued, land))
    if on is None:
        return today
    states = link_states(valued, on)
    due = valued.programme.timetable(valued.day).dates
    return today.model_copy(
        update={
            "links": [link.model_copy(update={"on_day": states[link.id]}) for link in today.links],
            "as_of": on,
            "due_by_then": sorted(c for c, d in due.items() if d and d <= on),
        }
    )


def _network(valued: Valued, land: Land | None) -> Network:
    programme = valued.programme
    records = programme.sound()
    changed = changed_by(records)
    return Network(
        svg=corridor_map(programme, land=land).svg,
        links=_links(valued, changed),
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
        ],
        restrictions=[r.id for r in records.restrictions if r.effect != "recorded"],
        as_of=valued.day,
        due_by_then=[],
    )


def _links(valued: Valued, changed: dict[str, tuple[str, ...]]) -> list[Link]:
    records = valued.programme.sound()
    names = {n.id: n.name for n in records.nodes}
    needs, states = opened_by(records), link_states(valued, valued.day)
    speed = {r.applies_to: r.value for r in records.params if r.name == "speed_kmh"}
    links = []
    for k in records.links:
        if k.use != "model":
            continue
        kmh = k.speed_kmh or records.param("speed_kmh", k.mode, default=speed.get(k.mode, 0.0)) or None
        rate = (
            k.usd_per_tkm if k.usd_per_tkm is not None else records.param("usd_per_tkm", k.mode, default=0.0)
        )
        held = cells_of(k)
        shown: dict[str, Any] = {
            "id": k.id,
            "from": names[k.from_node],
            "to": names[k.to_node],
            "mode": k.mode,
            "km": k.km,
            "state": k.state,
            "hours": k.km / kmh if kmh else None,
            "usd_per_t": k.km * rate + k.usd_per_t,
            "capacity_mt_per_year": k.capacity_mt_per_year,
            "load_mt_per_year": k.load_mt_per_year,
            "opened_by": list(needs.get(k.id, ())),
            "commitments": list(changed.get(f"L:{k.id}", ())),
            "on_day": states[k.id],
        }
        links.append(Link.model_validate(shown | {c: held[c] for c in _SOURCE if held.get(c)}))
    return links


def land_of(path: str) -> Land | None:
    """Outlines that the programme brings along, or None for the shipped ones."""
    file = Path(path) / BOUNDARIES
    return read_land(file) if file.is_file() else None


def flows(valued: Valued) -> Flows:
    """Tonnes on each link at the flows of the base, today and with everything delivered; million tonnes a
    year."""

    def make() -> Flows:
        p = valued.programme
        today, after = p.loads(), p.loads(p.game.players)
        return Flows(unit="million tonnes/year", today=today.by_link(), all=after.by_link())

    made: Flows = valued.once("flows", make)
    return made
