"""The paths that goods take, today and with commitments delivered."""

from __future__ import annotations

from typing import Any

from milepost.errors import NoSolution
from milepost.programme import Programme
from milepost.report.ways import CountryWays, Ways
from milepost.web.answers.network import NamedPaths, NoPath, Path, PathsBetween
from milepost.web.state import Valued


def named_paths(
    valued: Valued, delivered: tuple[str, ...], base: tuple[str, ...] = ()
) -> tuple[NamedPaths, ...]:
    """The headline routes (or the first six on record): ``today``, with ``base`` delivered, and ``then``.

    First, marked ``best``, the cheapest path between their ends whatever it passes; then each named route,
    through its own places.
    """
    programme = valued.programme
    records = programme.sound()
    wanted = records.settings.headline_routes or tuple(r.id for r in records.routes[:6])
    named = [r for r in records.routes if r.id in wanted]
    names = {n.id: n.name for n in records.nodes}

    def both(origin: str, destination: str, **how: Any) -> dict[str, Any]:
        today, then = (_path(programme, origin, destination, s, **how) for s in (base, delivered))
        return {"origin": origin, "destination": destination, "today": today, "then": then}

    best = [
        NamedPaths(
            id=f"{a}-{b}",
            title=f"{names[a]} – {names[b]}",
            best=True,
            published_days=(None, None),
            **both(a, b),
        )
        for a, b in dict.fromkeys((r.origin, r.destination) for r in named)
    ]
    through = [
        NamedPaths(
            id=r.id,
            title=r.title,
            best=False,
            published_days=(r.days_min, r.days_max),
            **both(r.origin, r.destination, via=r.via, avoid_modes=r.avoid_modes),
        )
        for r in named
    ]
    return (*best, *through)


def path_between(
    valued: Valued,
    origin: str,
    destination: str,
    delivered: tuple[str, ...],
    base: tuple[str, ...] = (),
    cargo: str = "containers",
) -> PathsBetween:
    """The cheapest path between two places: ``today``, with ``base`` delivered, and ``then``."""
    today, then = (_path(valued.programme, origin, destination, s, cargo=cargo) for s in (base, delivered))
    return PathsBetween(today=today, then=then)


def country_ways(valued: Valued, country: str, delivered: tuple[str, ...]) -> CountryWays:
    """The ways of a country to its partners. The skims of the last set asked for are kept: every country
    rests on the same."""
    with valued.ways_lock:
        if valued.ways is None or valued.ways.delivered != delivered:
            valued.ways = Ways.of(valued.programme, delivered)
        found = valued.ways
    return found.of_country(country)


def _path(
    programme: Programme, origin: str, destination: str, delivered: tuple[str, ...], **how: Any
) -> Path | NoPath:
    """One cheapest path with the names of its places, or the sentence that says why there is none."""
    try:
        chosen = programme.route(origin, destination, delivered=delivered, **how)
    except NoSolution as fault:
        return NoPath(none=str(fault))
    return Path.model_validate(chosen.as_dict())
