"""With whom a corridor trades: the neighbours that matter as gateways, and the economies beyond that matter
most.

What matters is how much trade a gravity of GDP, distance and common borders expects; the gravity itself is
given by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from milepost.atlas.geometry import km_between
from milepost.atlas.sources import Land, Town, lands, towns
from milepost.errors import WrongUse, one_of

# of a country's trade with its neighbours: who has less is left to the rest of the world
GATEWAY_SHARE = 0.02
GATEWAYS = 8
BEYOND = 3  # economies beyond the neighbours, where none are named

Pull = Callable[[float, float, float, bool], float]  # GDP, GDP (MUSD), km, common border -> trade expected


def known(codes: Sequence[str], option: str) -> tuple[str, ...]:
    """Country codes in capitals, each once. Raises ``WrongUse`` that names every one that there is none of,
    with what is near it, and every one that the atlas cannot place."""
    found = tuple(dict.fromkeys(code.upper() for code in codes))
    world = lands()
    economies = [land.id for land in world.values() if land.gdp_usd_m and capital_of(land.id)]
    there = [code for code in found if code in world and code not in economies]
    faults = [_unknown(code, economies) for code in found if code not in world]
    if there:
        named = ", ".join(f"{world[code].name} ({code})" for code in there)
        faults.append(f"The atlas has no GDP or no town of {named}: leave it out, or add its rows by hand.")
    if faults:
        raise WrongUse(
            f"{option}: {' '.join(faults)} Write names, or ISO 3166-1 codes of three or two letters."
        )
    return found


def _unknown(code: str, economies: list[str]) -> str:
    """The refusal of one of several, without the list of all that are known."""
    return str(one_of("country", code, economies)).split(" Known: ")[0]


def capital_of(country: str) -> Town | None:
    """Its largest town, which stands for where its economy is."""
    return next((town for town in towns() if town.country == country), None)


def km_apart(one: str, other: str) -> float:
    """Between the largest towns of two countries, km."""
    a, b = capital_of(one), capital_of(other)
    if a is None or b is None:
        return 20_000.0
    return max(10.0, km_between((a.lon, a.lat), (b.lon, b.lat)))


def inside_km(land: Land) -> float:
    """Mean distance of trade inside a country: two thirds of the radius of a disk of its area (Head & Mayer
    2002)."""
    return max(5.0, 0.67 * math.sqrt(land.area_km2 / math.pi))


def expected(country: str, other: str, pull: Pull) -> float:
    """Trade expected between two countries."""
    world = lands()
    gdp, own = world[other].gdp_usd_m, world[country].gdp_usd_m
    if not gdp or not own:
        return 0.0
    return pull(own, gdp, km_apart(country, other), other in world[country].neighbours)


def gateways(through: Sequence[str], pull: Pull) -> tuple[str, ...]:
    """Neighbours of a corridor that matter to one of its countries, the most important first."""
    share: dict[str, float] = {}
    for country in through:
        trade = {n: expected(country, n, pull) for n in lands()[country].neighbours if capital_of(n)}
        total = sum(trade.values())
        for near, value in trade.items():
            if near not in through and value >= GATEWAY_SHARE * total > 0:
                share[near] = max(share.get(near, 0.0), value / total)
    return tuple(sorted(share, key=lambda country: (-share[country], country))[:GATEWAYS])


def beyond(through: Sequence[str], near: Sequence[str], pull: Pull) -> tuple[str, ...]:
    """The economies beyond that matter most."""
    others = [
        c for c, land in lands().items() if c not in (*through, *near) and land.gdp_usd_m and capital_of(c)
    ]
    trade = {other: sum(expected(country, other, pull) for country in through) for other in others}
    return tuple(sorted(trade, key=lambda country: (-trade[country], country))[:BEYOND])
