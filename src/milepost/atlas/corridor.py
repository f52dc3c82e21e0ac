"""A corridor out of open data, as rows of a programme.

Countries, towns, ports, railways, roads, borders and lines of ships, each row with its basis and its source.
What nobody has measured is marked as assumed row by row: gauges, waits at borders and ports, dues of canals,
rates and speeds. Trade is left unrecorded: the model estimates it by gravity until rows of flows are there.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

from milepost.atlas import partners, rows, sea
from milepost.atlas.harbours import parts_of, people_of, with_harbours
from milepost.atlas.inland import inland
from milepost.atlas.partners import Pull
from milepost.atlas.raw_network import Drawn
from milepost.atlas.sources import credit
from milepost.atlas.spots import ROW, Draft, Names, Spot, towns_of
from milepost.errors import WrongUse, one_of
from milepost.records import Param, Records, Settings

MODES = ("rail", "road", "sea")
PORTS = 4  # at most, of a country of the corridor
HUBS, HUB_PORTS, FAR_HUBS = 3, 2, 2  # at most, of a neighbour; of a country beyond
HORIZON = dt.date(2050, 12, 31)
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """What corridor is asked for. ``beyond`` empty: those that matter most."""

    through: tuple[str, ...]
    modes: tuple[str, ...] = MODES
    towns: int = 100_000
    beyond: tuple[str, ...] = ()
    day: dt.date = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Corridor:
    """The rows, who the partners are, the joins that closed gaps (link, metres), the towns and the countries
    that were left out, and how many links hold a road that is assumed."""

    records: Records
    gateways: tuple[str, ...]
    beyond: tuple[str, ...]
    joins: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    assumed_roads: int


def asked_for(
    through: Sequence[str], modes: Sequence[str], towns: int, beyond: Sequence[str], day: dt.date
) -> Asked:
    """The question, checked. Raises ``WrongUse`` for an unknown country or mode, and without the extra."""
    for mode in modes:
        if mode not in MODES:
            raise one_of("mode", mode, list(MODES))
    if not {"rail", "road"} & set(modes):
        raise WrongUse("A corridor needs rail or road; ships alone reach no town.")
    if towns < 15_000:
        raise WrongUse(f"The atlas knows towns from 15,000 inhabitants on; {towns:,} is less.")
    inner = partners.known(through, "--through")
    if not inner:
        raise WrongUse("--through names no country; write ISO codes by commas, such as KAZ,AZE,GEO.")
    far = tuple(code for code in partners.known(beyond, "--beyond") if code not in inner)
    return Asked(inner, tuple(modes), towns, far, day)


def corridor(asked: Asked, params: Sequence[Param], pull: Pull, tell: Tell | None = None) -> Corridor:
    """The corridor that is asked for, with ``params`` as its parameters. Raises ``WrongUse`` without the
    extra, and where no two towns are connected."""
    steps = 3 + len(asked.modes)

    def done(step: int) -> None:
        if tell is not None:
            tell(step, steps)

    done(0)
    near = partners.gateways(asked.through, pull)
    far = tuple(c for c in asked.beyond or partners.beyond(asked.through, near, pull) if c not in near)
    names = Names()
    inner = [spot for country in asked.through for spot in towns_of(country, asked.towns, names)]
    hubs = [spot for country in near for spot in towns_of(country, 10**9, names, HUBS)]
    hubs += [spot for country in far for spot in towns_of(country, 10**9, names, FAR_HUBS)]
    if "sea" in asked.modes:
        inner += [spot for country in asked.through for spot in sea.ports_of(country, names, PORTS)]
        hubs += [spot for country in (*near, *far) for spot in sea.ports_of(country, names, HUB_PORTS)]
    done(1)
    spots: list[Spot] = [*inner, *hubs]
    drafts: list[Draft] = []
    for step, mode in enumerate((m for m in asked.modes if m != "sea"), start=2):
        drawn_mode: Drawn = "rail" if mode == "rail" else "road"
        made = inland(drawn_mode, asked.through, inner, hubs, names)
        spots, drafts = [*spots, *made.spots], [*drafts, *made.drafts]
        done(step)
    if "sea" in asked.modes:
        spots, drafts, part = with_harbours(spots, drafts, asked.through, names)
        straits, legs = sea.legs([spot for spot in spots if spot.kind == "port"], names, part=part)
        spots, drafts = [*spots, *straits], [*drafts, *legs]
        done(steps - 1)
    spots, drafts, lost = connected(spots, drafts, asked.through)
    there = {spot.country for spot in spots if spot.people}
    others = tuple(c for c in near if c in there), tuple(c for c in far if c in there)
    records, joins = _records(asked, others, spots, drafts, params)
    done(steps)
    missing = tuple(c for c in (*asked.through, *near, *far) if c not in there)
    assumed = sum(1 for draft in drafts if draft.assumed)
    return Corridor(records, others[0], others[1], joins, lost, missing, assumed)


def connected(
    spots: Sequence[Spot],
    drafts: Sequence[Draft],
    through: Sequence[str],
    anchored: Set[str] = frozenset(),
) -> tuple[list[Spot], list[Draft], tuple[str, ...]]:
    """What hangs together with most people of the countries ``through``, without dead ends where nothing
    starts; and the towns left out. Spots that are ``anchored`` hang together by what is not seen here. Raises
    ``WrongUse`` where nothing hangs together."""
    pairs = [*((d.a, d.b) for d in drafts), *itertools.pairwise(sorted(anchored))]
    part = parts_of(spots, pairs)
    people = people_of(spots, part, through)
    main = max(people, key=lambda name: people[name])
    if sum(1 for spot in spots if (spot.people or spot.id in anchored) and part[spot.id] == main) < 2:
        raise WrongUse("No two towns of these countries are connected; ask for more modes or countries.")
    kept = [spot for spot in spots if part[spot.id] == main]
    lost = tuple(f"{s.name} ({s.country})" for s in spots if s.people and part[s.id] != main)
    links = [draft for draft in drafts if part[draft.a] == main]
    while True:
        beside: dict[str, set[str]] = {spot.id: set() for spot in kept}
        for draft in links:
            beside[draft.a].add(draft.b)
            beside[draft.b].add(draft.a)
        dead = {
            spot.id
            for spot in kept
            if not spot.people and spot.id not in anchored and len(beside[spot.id]) < 2
        }
        if not dead:
            return kept, links, lost
        kept = [spot for spot in kept if spot.id not in dead]
        links = [draft for draft in links if draft.a not in dead and draft.b not in dead]


def _records(
    asked: Asked,
    others: tuple[Sequence[str], Sequence[str]],
    spots: Sequence[Spot],
    drafts: Sequence[Draft],
    params: Sequence[Param],
) -> tuple[Records, tuple[tuple[str, int], ...]]:
    at = {spot.id: spot for spot in spots}
    used = {spot.country for spot in spots if spot.people}
    model = [*(c for c in asked.through if c in used), *others[0], *others[1]]
    spots = [_in_model(spot, model) for spot in spots]
    links, joins = rows.links(drafts, at)
    records = Records(
        _settings(asked, others),
        countries=tuple(rows.countries(model)),
        nodes=tuple(rows.nodes(spots)),
        links=tuple(links),
        crossings=tuple(rows.crossings(drafts, at, params)),
        params=tuple(params),
    )
    return records, tuple(joins)


def _in_model(spot: Spot, model: Sequence[str]) -> Spot:
    """The spot, of the rest of the world where its country has no town that anything reaches."""
    if spot.country in (*model, ROW):
        return spot
    note = f"{spot.note}; in {spot.country}, which the model does not have".lstrip("; ")
    return replace(spot, country=ROW, note=note)


def _settings(asked: Asked, others: tuple[Sequence[str], Sequence[str]]) -> Settings:
    told = [", ".join(codes) or "nobody" for codes in others]
    return Settings(
        title=f"Corridor {'-'.join(asked.through)}",
        base_date=asked.day,
        base_year=2023,
        discount_rate_per_year=0.05,
        horizon=HORIZON,
        summary=(
            f"Made of open data for {', '.join(asked.through)}, with {told[0]} as gateways and {told[1]} "
            f"beyond; nothing in it has been checked by anybody. {credit()}"
        ),
        boundary_disclaimer=(
            "Boundaries and names on the map do not imply any opinion on the legal status of any territory. "
            f"{credit()}"
        ),
    )
