"""Spots and drafts of links as rows of a programme, each with its basis and its source.

What nobody has measured is marked as assumed row by row: gauges, waits at borders and ports, dues of canals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from milepost.atlas import partners, sea
from milepost.atlas.inland import drawn
from milepost.atlas.sources import GEONAMES, OPENSTREETMAP, SEAROUTE, WORLD_BANK, Land, lands
from milepost.atlas.spots import ROW, Draft, Spot
from milepost.records import Country, Crossing, Link, Node, Param
from milepost.records.lines import wkt_of

UNKNOWN_GAUGE = 1435.0
REST_KM = 2500.0
DOUBTFUL_METRES = 1_000  # a link over a longer gap of the source may not be there: an assumption
_ASSUMED = "assumed from the parameters of the programme; replace it by what is measured"


def nodes(spots: Sequence[Spot]) -> Iterable[Node]:
    """A node each; of a country's trade a town has the share that it has of the inhabitants of its towns."""
    shares: dict[str, float] = {}
    for country in sorted({spot.country for spot in spots if spot.people}):
        own = [spot for spot in spots if spot.country == country and spot.people]
        total = sum(spot.people for spot in own)
        rounded = {spot.id: round(spot.people / total, 6) for spot in own}
        rounded[own[0].id] = round(rounded[own[0].id] + 1 - sum(rounded.values()), 6)
        shares |= rounded
    for spot in spots:
        note = spot.note
        if spot.people:
            note = f"{spot.people:,} inhabitants; its share of trade is that of inhabitants (assumed)"
        yield Node(
            id=spot.id,
            name=spot.name,
            country=spot.country,
            lat=round(spot.lat, 4),
            lon=round(spot.lon, 4),
            kind=spot.kind,
            trade_share=shares.get(spot.id),
            basis=spot.basis,
            source=spot.source,
            note=note,
        )


def gauge_of(country: str) -> float:
    """Gauge of most railways of a country, mm; 1435 where none is known."""
    land = lands().get(country)
    return (land.gauge_mm if land else None) or UNKNOWN_GAUGE


def links(
    drafts: Sequence[Draft], at: Mapping[str, Spot], taken: Collection[str] = ()
) -> tuple[list[Link], list[tuple[str, int]]]:
    """A link each, with ids that are not ``taken``, and the joins on them: link, metres."""
    rows: list[Link] = []
    joins: list[tuple[str, int]] = []
    seen = dict.fromkeys(taken, 1)
    for draft in sorted(drafts, key=lambda d: (d.mode, d.a, d.b)):
        ident = f"{draft.a}-{draft.b}"[:54].rstrip("-") + f"-{draft.mode.upper()}"
        seen[ident] = seen.get(ident, 0) + 1
        ident += f".{seen[ident]}" if seen[ident] > 1 else ""
        rows.append(_link(ident, draft, at[draft.a], at[draft.b]))
        joins += [(ident, metres) for metres in draft.joins]
    return rows, joins


def _link(ident: str, draft: Draft, start: Spot, end: Spot) -> Link:
    km, line = drawn(draft, start.at, end.at)
    notes, gauge = [], None
    if draft.mode == "rail":
        gauge = gauge_of(start.country if start.country != ROW else end.country)
        notes.append("gauge assumed: that of most railways of the country")
    if draft.joins:
        notes.append(f"gaps in the source closed: {_km(draft.joins)} km")
    if draft.assumed:
        notes.append(f"not drawn in the source, a road assumed: {_km(draft.assumed)} km")
    return Link(
        id=ident,
        from_node=draft.a,
        to_node=draft.b,
        mode=draft.mode,
        km=km,
        gauge_mm=gauge,
        state="open",
        geometry=wkt_of(line),
        basis="assumed" if draft.assumed or max(draft.joins, default=0) >= DOUBTFUL_METRES else "computed",
        source=SEAROUTE.cited if draft.mode == "sea" else OPENSTREETMAP.cited,
        note="; ".join(notes),
    )


def _km(metres: Sequence[int]) -> str:
    return ", ".join(f"{m / 1000:.1f}" for m in metres)


def crossings(drafts: Sequence[Draft], at: Mapping[str, Spot], params: Sequence[Param]) -> Iterable[Crossing]:
    """Waits and charges at borders, changes of gauge, ports and canals, all assumed."""
    usual = {(p.name, p.applies_to): p.value for p in params if p.use == "model"}

    def pair(name: str, *keys: str) -> tuple[float | None, float | None]:
        hours, usd = (
            next((usual[what, key] for key in (*keys, "all") if (what, key) in usual), None)
            for what in (f"{name}_hours", f"{name}_usd_per_t")
        )
        return hours, usd

    touching: dict[str, set[str]] = {}
    for draft in drafts:
        for end in (draft.a, draft.b):
            touching.setdefault(end, set()).add(draft.mode)
        if draft.border:
            one, other = at[draft.a].country, at[draft.b].country
            kind = "internal_border" if _in_one_union(one, other) else "border"
            same = (draft.mode, draft.mode)
            yield _crossing(draft.a, "border", same, "wait at the border, both sides", pair(kind, draft.mode))
            if draft.mode == "rail" and ROW not in (one, other) and gauge_of(one) != gauge_of(other):
                yield _crossing(draft.b, "gauge", same, "change of gauge", pair("gauge_change", "rail"))
    for spot in at.values():
        modes = touching.get(spot.id, set())
        if spot.kind == "port" and "sea" in modes:
            for mode in sorted(modes - {"sea"}):
                handled = pair("handling", f"{mode}-sea")
                yield _crossing(spot.id, "terminal", (mode, "sea"), "wait and handling in port", handled)
        if spot.kind == "waypoint" and spot.name in sea.CANALS:
            told = sea.CANALS[spot.name]
            yield _crossing(spot.id, "passage", ("sea", "sea"), "transit and dues of the canal", told)


def _crossing(
    node: str, kind: str, modes: tuple[str, str], what: str, numbers: tuple[float | None, float | None]
) -> Crossing:
    return Crossing.model_validate(
        {
            "id": f"{node}-{kind.upper()}" + ("" if modes[0] == modes[1] else f"-{modes[0].upper()}"),
            "node": node,
            "kind": kind,
            "from_mode": modes[0],
            "to_mode": modes[1],
            "hours": numbers[0],
            "usd_per_t": numbers[1],
            "what": what,
            "basis": "assumed",
            "note": _ASSUMED,
        }
    )


def _in_one_union(one: str, other: str) -> bool:
    world = lands()
    unions = {world[c].customs_union if c in world else "" for c in (one, other)}
    return len(unions) == 1 and unions != {""}


def countries(model: Sequence[str]) -> Iterable[Country]:
    """The countries of a model, and the rest of the world as one."""
    world = lands()
    rest = [land for c, land in world.items() if c not in model and land.gdp_usd_m and partners.capital_of(c)]
    weight = sum(land.gdp_usd_m or 0.0 for land in rest)
    source = f"GDP: {WORLD_BANK}; the rest: {GEONAMES.cited}"
    for country in model:
        land, town = world[country], partners.capital_of(country)
        far = sum((o.gdp_usd_m or 0.0) * partners.km_apart(country, o.id) for o in rest) / weight
        yield Country(
            id=country,
            name=land.name,
            gdp_usd_m=land.gdp_usd_m or 0.0,
            gdp_year=land.gdp_year,
            population=land.population or None,
            customs_union=land.customs_union,
            gauge_mm=gauge_of(country),
            neighbours=tuple(n for n in land.neighbours if n in model),
            lat=round(town.lat, 4) if town else None,
            lon=round(town.lon, 4) if town else None,
            internal_km=round(partners.inside_km(land)),
            rest_of_world_km=round(far),
            basis="sourced" if land.gdp_basis == "sourced" else "reference",
            source=source,
            note=_about(land),
        )
    yield Country(
        id=ROW,
        name="Rest of world",
        gdp_usd_m=round(weight),
        gdp_year=2023,
        population=sum(land.population for land in rest),
        internal_km=REST_KM,
        basis="computed",
        source=source,
        note=(
            "the world less the countries above; internal_km is assumed; its trade does not use this network"
        ),
    )


def _about(land: Land) -> str:
    told = "coordinates: its largest town; internal_km from its area"
    if land.gauge_mm is None:
        return f"{told}; no gauge is known, 1435 mm is assumed"
    return f"{told}; gauge: that of most of its railways (general knowledge)"
