"""The corridor's map: one picture for report, page, notebook and brief."""

from __future__ import annotations

from milepost.programme import Programme
from milepost.records import Records
from milepost.report.map import Land, MapLink, MapMark, MapPlace, Point, State, map_svg

_STATE: dict[str, State] = {"open": "open", "planned": "promised", "under construction": "promised", "suspended": "closed"}


def opened_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Links that a commitment opens: link -> commitments that must all be delivered."""
    found: dict[str, tuple[str, ...]] = {}
    for e in records.effects:
        if e.target_table == "links" and e.attribute == "state" and e.after == "open" and e.use == "model":
            found[e.target] = tuple(dict.fromkeys((*found.get(e.target, ()), e.commitment, *e.together_with)))
    return found


def changed_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Everything on the map that a commitment is about or changes: 'L:id' or 'N:id' -> commitments."""
    found: dict[str, list[str]] = {}

    def add(key: str, commitment: str) -> None:
        here = found.setdefault(key, [])
        if commitment not in here:
            here.append(commitment)

    node_of = {c.id: c.node for c in records.crossings}
    for c in records.commitments:
        for ref in c.network_ref:
            add(ref, c.id)
    for e in records.effects:
        if e.target_table == "links":
            add(f"L:{e.target}", e.commitment)
        elif e.target_table == "nodes":
            add(f"N:{e.target}", e.commitment)
        elif e.target_table == "crossings" and node_of.get(e.target):
            add(f"N:{node_of[e.target]}", e.commitment)
        elif e.target_table == "lines":
            for link in records.links:
                if e.target in link.lines:
                    add(f"L:{link.id}", e.commitment)
    return {k: tuple(v) for k, v in found.items()}


def corridor_map(
    programme: Programme, title: str, *, land: Land | None = None, boundaries: bool = True
) -> tuple[str, list[dict[str, str]]]:
    """The map as SVG, and the commitments numbered on it (id, title, owed, about)."""
    records = programme.sound()
    gdp = {c.id: c.gdp_usd_m**0.5 for c in records.countries}  # the root keeps the capitals of small states on the map
    at: dict[str, Point] = {n.id: (n.lon, n.lat) for n in records.nodes}
    needs = opened_by(records)
    shown = [k for k in records.links if k.use == "model"]
    links = [
        MapLink(
            f"{k.id}: {k.mode}, {k.km:,.0f} km, {k.state}", at[k.from_node], at[k.to_node], k.mode, _STATE[k.state], k.id,
            needs.get(k.id, ()),
        )
        for k in shown
    ]  # fmt: skip
    used = {n for k in shown for n in (k.from_node, k.to_node)}
    places = [
        MapPlace(n.name.split(" (")[0], at[n.id], (n.trade_share or 0.02) * gdp[n.country]) for n in records.nodes if n.id in used
    ]
    ends = {k.id: (at[k.from_node], at[k.to_node]) for k in records.links}
    marks, marked = [], []
    delivered = {s.commitment for s in programme.status() if s.closed}
    for c in records.commitments:
        spots: list[Point] = []
        for ref in c.network_ref:
            kind, _, name = ref.partition(":")
            if kind == "L" and name in ends:
                (a, b) = ends[name]
                spots.append(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2))
            elif kind == "N" and name in at:
                spots.append(at[name])
        if spots and c.id not in delivered:
            marks.append(MapMark(c.id, c.title, spots[len(spots) // 2]))
            about = ", ".join(r.partition(":")[2] for r in c.network_ref)
            marked.append({"id": c.id, "title": c.title, "owed": ", ".join(c.owed_by), "about": about})
    return map_svg(title, links, places, marks, land=land, boundaries=boundaries), marked
