"""A country more for a programme that exists: its rows, and the links that join it to what is there.

Nothing that is there is changed. The new country's towns and ports are joined to the nearest cities and ports
of the neighbours that the programme has, and by sea to its ports.
"""

from __future__ import annotations

from collections.abc import Sequence

from milepost.atlas import rows, sea
from milepost.atlas.corridor import PORTS, Asked, Tell, connected
from milepost.atlas.geometry import km_between
from milepost.atlas.inland import inland
from milepost.atlas.raw_network import Drawn
from milepost.atlas.sources import lands
from milepost.atlas.spots import ROW, Draft, Names, Spot, towns_of
from milepost.errors import WrongUse
from milepost.records import Node, Records

NEAREST = 6  # cities and ports of a neighbour that a new country is joined to


def extended(asked: Asked, there: Records, tell: Tell | None = None) -> tuple[Records, tuple[str, ...]]:
    """The records with the countries ``asked.through`` added, and the towns that nothing reaches.

    Raises ``WrongUse`` for a country that is there, one without a neighbour or port there, and without the
    extra.
    """
    model = {country.id for country in there.countries}
    for country in asked.through:
        if country in model:
            raise WrongUse(f"{country} is in the programme; edit its rows instead of adding it.")
    names = Names({row.ident for row in (*there.nodes, *there.links)})
    inner = [spot for country in asked.through for spot in towns_of(country, asked.towns, names)]
    old = {node.id: _spot(node) for node in there.nodes}
    hubs = _near(asked.through, inner, list(old.values()))
    if "sea" in asked.modes:
        inner += [spot for country in asked.through for spot in sea.ports_of(country, names, PORTS)]
    spots: list[Spot] = list(inner)
    drafts: list[Draft] = []
    steps = len(asked.modes)
    for step, mode in enumerate(asked.modes, start=1):
        if mode == "sea":
            straits, legs = _legs(inner, old, names)
            spots, drafts = [*spots, *straits], [*drafts, *legs]
        else:
            drawn: Drawn = "rail" if mode == "rail" else "road"
            made = inland(drawn, asked.through, inner, hubs, names)
            spots, drafts = [*spots, *made.spots], [*drafts, *made.drafts]
        if tell is not None:
            tell(step, steps)
    drafts = [draft for draft in drafts if not {draft.a, draft.b} <= set(old)]
    used = {end for draft in drafts for end in (draft.a, draft.b)} & set(old)
    if not used:
        raise WrongUse(
            f"Nothing joins {', '.join(asked.through)} to the programme; add a neighbour of it, or a port."
        )
    kept, drafts, lost = connected([*spots, *(old[end] for end in sorted(used))], drafts, asked.through, used)
    return _with(there, asked, [spot for spot in kept if spot.id not in old], drafts, old), lost


def _spot(node: Node) -> Spot:
    return Spot(node.id, node.name, node.country, node.lat, node.lon, node.kind)


def _near(through: Sequence[str], inner: Sequence[Spot], old: Sequence[Spot]) -> list[Spot]:
    """Cities and ports of the neighbours that are there, the nearest to the new towns first."""
    beside = {code for country in through for code in lands()[country].neighbours}
    found: list[Spot] = []
    for country in sorted(beside):
        own = [spot for spot in old if spot.country == country and spot.kind in ("city", "port")]

        def off(spot: Spot) -> tuple[float, str]:
            return min(km_between(spot.at, town.at) for town in inner), spot.id

        found += sorted(own, key=off)[:NEAREST]
    return found


def _legs(inner: Sequence[Spot], old: dict[str, Spot], names: Names) -> tuple[list[Spot], list[Draft]]:
    """Legs of ships from the new ports; straits that are there already keep their ids."""
    ports = [spot for spot in inner if spot.kind == "port"]
    if not ports:
        return [], []
    theirs = [spot for spot in old.values() if spot.kind == "port"]
    straits, legs = sea.legs([*ports, *theirs], names, [s for s in old.values() if s.kind == "waypoint"])
    return straits, legs


def _with(
    there: Records, asked: Asked, spots: Sequence[Spot], drafts: Sequence[Draft], old: dict[str, Spot]
) -> Records:
    at = {**old, **{spot.id: spot for spot in spots}}
    model = [country.id for country in there.countries if country.id != ROW]
    countries = [c for c in rows.countries([*model, *asked.through]) if c.id in asked.through]
    links, _ = rows.links(drafts, at, {link.id for link in there.links})
    had = {row.id for row in there.crossings}
    new = [row for row in rows.crossings(drafts, at, there.params) if row.id not in had]
    busy = {row.node for row in there.crossings}
    return there.with_rows(
        countries=(*there.countries, *countries),
        nodes=(*there.nodes, *rows.nodes(spots)),
        links=(*there.links, *links),
        crossings=(*there.crossings, *(row for row in new if row.node not in busy)),
    )
