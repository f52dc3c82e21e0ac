"""The cheapest path between two nodes of a world, and the headline paths of a programme in two worlds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from milepost.errors import NoSolution
from milepost.network import paths
from milepost.network.paths import Route
from milepost.value.baseline import World
from milepost.value.game import ids_of

FIRST_ON_RECORD = 6  # routes that are told where the programme names no headline routes


def cheapest_path(
    world: World,
    origin: str,
    destination: str,
    *,
    cargo: str = "containers",
    via: Iterable[str] = (),
    avoid_modes: Iterable[str] = (),
) -> Route:
    """The cheapest path between two nodes as a list of legs.

    Raises ``WrongUse`` for an unknown name, ``NoSolution`` where there is no path or trade between the ends
    is closed.
    """
    records, restricted = world.records, world.restricted
    titles = ", ".join(
        f"{r.id} ({r.title})" for r in records.restrictions if r.id in restricted.closing(records)
    )
    country = {n.id: n.country for n in records.nodes}
    ends = (country.get(origin, ""), country.get(destination, ""))
    if ends in restricted.banned():
        raise NoSolution(
            f"Trade from {ends[0]} to {ends[1]} is closed by {titles}; no goods take a path between them."
        )
    try:
        found = paths.route(
            world.network(),
            origin,
            destination,
            cargo=cargo,
            via=ids_of(via),
            avoid_modes=ids_of(avoid_modes),
        )
    except NoSolution as fault:
        if not titles:
            raise
        raise NoSolution(f"{fault} Closed in this question: {titles}.") from None
    order = tuple(c.id for c in records.commitments if c.id in world.delivered)
    return replace(found, delivered=order, names={n.id: n.name for n in records.nodes})


@dataclass(frozen=True)
class NamedPath:
    """A path with the names of its nodes, or the sentence that says why there is none."""

    path: Route | None
    none: str
    names: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """The path, its links, and the names of the ends of each leg; or the sentence alone."""
        if self.path is None:
            return {"none": self.none}
        found = {**self.path.as_dict(), "links": list(self.path.links)}
        for leg in found["legs"]:
            leg["from_name"] = self.names.get(leg["from_node"], "")
            leg["to_name"] = self.names.get(leg["to_node"], "")
        return found


def named_path(
    world: World,
    origin: str,
    destination: str,
    *,
    cargo: str = "containers",
    via: tuple[str, ...] = (),
    avoid_modes: tuple[str, ...] = (),
) -> NamedPath:
    """The same with names; no path is an answer, too. Raises ``WrongUse`` for an unknown name."""
    names = {n.id: n.name for n in world.records.nodes}
    try:
        found = cheapest_path(world, origin, destination, cargo=cargo, via=via, avoid_modes=avoid_modes)
    except NoSolution as fault:
        return NamedPath(None, str(fault), names)
    return NamedPath(found, "", names)


@dataclass(frozen=True)
class HeadlinePath:
    """One path in two worlds, beside its published days (None, None: none). ``best``: whatever it passes."""

    id: str
    title: str
    best: bool
    origin: str
    destination: str
    published_days: tuple[float | None, float | None]
    today: NamedPath
    then: NamedPath

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        plain = {"published_days": list(self.published_days)}
        return {**vars(self), **plain, "today": self.today.as_dict(), "then": self.then.as_dict()}


def headline_paths(today: World, then: World) -> tuple[HeadlinePath, ...]:
    """The headline routes (or the first six on record) in two worlds.

    First, marked ``best``, the cheapest path between their ends whatever it passes; then each named route,
    through its own nodes, its ends before its title.
    """
    records = today.records
    between = [r for r in records.routes if r.origin and r.destination]
    first = tuple(r.id for r in between[:FIRST_ON_RECORD])
    routes = [r for r in between if r.id in (records.settings.headline_routes or first)]
    names = {n.id: n.name for n in records.nodes}
    best = [
        HeadlinePath(
            f"{a}-{b}",
            f"{names[a]} – {names[b]}",
            True,
            a,
            b,
            (None, None),
            *(named_path(world, a, b) for world in (today, then)),
        )
        for a, b in dict.fromkeys((r.origin, r.destination) for r in routes)
    ]
    return (
        *best,
        *(
            HeadlinePath(
                r.id,
                # a title like "road" says nothing without its ends
                f"{names[r.origin]} – {names[r.destination]}: {r.title}",
                False,
                r.origin,
                r.destination,
                (r.days_min, r.days_max),
                *(
                    named_path(world, r.origin, r.destination, via=r.via, avoid_modes=r.avoid_modes)
                    for world in (today, then)
                ),
            )
            for r in routes
        ),
    )
