"""The paths that goods take, today and with commitments delivered."""

from __future__ import annotations

from milepost.value import cheapest_paths
from milepost.value.cheapest_paths import HeadlinePath, named_path
from milepost.value.country_paths import CountryPaths, Skims
from milepost.web.answers.network import PathsBetween
from milepost.web.state import Valued


def headline_paths(
    valued: Valued, delivered: tuple[str, ...], base: tuple[str, ...] = ()
) -> tuple[HeadlinePath, ...]:
    """The headline paths (or the first six on record): ``today``, with ``base`` delivered, and ``then``."""
    world = valued.programme.world
    return cheapest_paths.headline_paths(world.with_delivered(base), world.with_delivered(delivered))


def path_between(
    valued: Valued,
    origin: str,
    destination: str,
    delivered: tuple[str, ...],
    base: tuple[str, ...] = (),
    cargo: str = "containers",
) -> PathsBetween:
    """The cheapest path between two nodes: ``today``, with ``base`` delivered, and ``then``."""
    world = valued.programme.world
    today, then = (
        named_path(world.with_delivered(names), origin, destination, cargo=cargo).as_dict()
        for names in (base, delivered)
    )
    return PathsBetween.model_validate({"today": today, "then": then})


def country_paths(valued: Valued, country: str, delivered: tuple[str, ...]) -> CountryPaths:
    """The paths of a country to its partners. The skims of the last set asked for are kept: every country
    rests on the same."""
    with valued.skims_lock:
        if valued.skims is None or valued.skims.delivered != delivered:
            valued.skims = Skims.of(valued.programme.world, delivered)
        found = valued.skims
    return found.of_country(country)
