"""What a link costs, takes, carries and is today: one answer, for map, table, report and page.

Hours and dollars are those of :mod:`milepost.network.rates`, of which the network's arcs are made: what is
told about a link is what goods pay on it. For a link that is not open they are what goods would pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.network.effects import changes
from milepost.network.rates import Rates, model_links
from milepost.network.restrictions import restrictions, touches
from milepost.params import CLASSES
from milepost.records import Effect, Link, Records, Restriction
from milepost.results import Cell, Rows, plain

Today = Literal["open", "promised", "closed"]


@dataclass(frozen=True)
class LinkFacts:
    """One link. km and km/h, hours, USD/t and USD/tkm (by cargo class), million tonnes a year both ways.

    ``hours`` is the sum of running, headway (half of it), border, restriction and queue; ``usd_per_t`` that
    of rate times km, fixed, border and restriction. ``..._from``: ``row`` (the link's own), ``effects``
    (promised and counted as delivered), ``params ID`` or ``default``; ``border_from`` also ``crossings ID``
    (two, divided by a semicolon, where both ends have a row), and empty where no border is paid. ``gauge_mm``
    is the country's where the row states none; a link with ``direction`` forward carries nothing back.
    ``since``: when it opened, or was closed by the first of ``closed_by``. ``load_mt_per_year`` is stated,
    not modelled.
    """

    id: str
    from_node: str
    to_node: str
    from_name: str
    to_name: str
    mode: str
    gauge_mm: float | None
    direction: str
    km: float
    state: str
    today: Today
    since: str | None
    planned: str | None
    closed_by: tuple[str, ...]
    restricted_by: tuple[str, ...]
    hours: float
    running_hours: float
    headway_hours: float
    border_hours: float
    restriction_hours: float
    queue_hours: float
    kmh: float
    kmh_from: str
    border_from: str
    usd_per_t: Mapping[str, float]
    usd_per_tkm: Mapping[str, float]
    rate_from: Mapping[str, str]
    fixed_usd_per_t: float
    border_usd_per_t: float
    restriction_usd_per_t: float
    capacity_mt_per_year: float | None
    load_mt_per_year: float | None
    use: float | None
    services: tuple[str, ...]
    lines: tuple[str, ...]
    opened_by: tuple[str, ...]
    commitments: tuple[str, ...]
    basis: str
    source: str
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values; figures by cargo class as a mapping."""
        return {name: plain(value) for name, value in self.__dict__.items()}


class LinkTable(Rows[LinkFacts]):
    """A row a link; in a table every figure of a cargo class has a column of its own."""

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a link; lists are divided by semicolons."""
        rows = [dict(_flat(facts)) for facts in self]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        return columns, [[row.get(name) for name in columns] for row in rows]


def _flat(facts: LinkFacts) -> Iterator[tuple[str, Any]]:
    for name, value in facts.as_dict().items():
        if isinstance(value, dict):
            yield from ((f"{name}_{key}", one) for key, one in value.items())
        else:
            yield name, "; ".join(value) if isinstance(value, list) else value


def link_facts(
    records: Records,
    delivered: Iterable[str] = (),
    done: Iterable[str] = (),
    applied: Iterable[str] = (),
) -> LinkTable:
    """The facts of every link of the model, with ``delivered`` delivered and the restrictions ``applied``.

    ``done``: commitments that the rows show already. Raises ``WrongUse`` for a missing parameter, ``BadData``
    for an effect without a value.
    """
    in_force = [r for r in records.restrictions if r.id in set(applied) and r.effect != "recorded"]
    restricted = restrictions(records, (r.id for r in in_force))
    rates = Rates(records, changes(records, frozenset(delivered), frozenset(done), restricted))
    names = {node.id: node.name for node in records.nodes}
    opens, changed = opened_by(records), changed_by(records)
    return LinkTable(
        (
            _facts(
                rates,
                link,
                (names[link.from_node], names[link.to_node]),
                [r for r in in_force if touches(r, link)],
                (opens.get(link.id, ()), changed.get(f"L:{link.id}", ())),
            )
            for link in model_links(records)
        ),
        "links",
    )


def _facts(
    rates: Rates,
    link: Link,
    names: tuple[str, str],
    touched: list[Restriction],
    about: tuple[tuple[str, ...], tuple[str, ...]],
) -> LinkFacts:
    found = rates.link(link)
    closing = sorted((r for r in touched if r.effect == "closed"), key=lambda r: (r.starts.first, r.id))
    today = _today(rates, link)
    since = closing[0].starts.text if closing else link.opened.text if link.opened else None
    queue = rates.queues.get(f"links:{link.id}")
    capacity = rates.changed.larger("links", link.id, "capacity", link.capacity_mt_per_year or 0.0) or None
    load = link.load_mt_per_year if queue is None else queue.load_mt
    service = rates.services.get(link.id)
    return LinkFacts(
        id=link.id,
        from_node=link.from_node,
        to_node=link.to_node,
        from_name=names[0],
        to_name=names[1],
        mode=link.mode,
        gauge_mm=rates.gauges.gauge(link),
        direction=link.direction,
        km=link.km,
        state=link.state,
        today=today,
        since=since if today != "promised" else None,
        planned=link.planned.text if link.planned else None,
        closed_by=tuple(r.id for r in closing),
        restricted_by=tuple(r.id for r in touched),
        hours=found.running_hours + found.wait_hours,
        running_hours=found.running_hours,
        headway_hours=found.headway_hours,
        border_hours=found.border_hours,
        restriction_hours=found.restriction_hours,
        queue_hours=found.queue_hours,
        kmh=found.kmh,
        kmh_from=found.kmh_from,
        border_from=found.border_from,
        usd_per_t=dict(zip(CLASSES, found.usd_per_t, strict=True)),
        usd_per_tkm=dict(zip(CLASSES, found.usd_per_tkm, strict=True)),
        rate_from=dict(zip(CLASSES, found.rate_from, strict=True)),
        fixed_usd_per_t=found.fixed_usd_per_t,
        border_usd_per_t=found.border_usd_per_t,
        restriction_usd_per_t=found.restriction_usd_per_t,
        capacity_mt_per_year=capacity,
        load_mt_per_year=load,
        use=load / capacity if load is not None and capacity else None,
        services=(service.id,) if service else (),
        lines=link.lines,
        opened_by=about[0],
        commitments=about[1],
        basis=link.basis,
        source=link.source,
        note=link.note,
    )


def _today(rates: Rates, link: Link) -> Today:
    if rates.is_open(link):
        return "open"
    shut = link.state == "suspended" or link.id in rates.changed.restricted.closed
    return "closed" if shut else "promised"


def opened_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Links that a commitment opens: link -> commitments that must all be delivered."""
    found: dict[str, tuple[str, ...]] = {}
    for e in records.effects:
        if e.target_table == "links" and e.attribute == "state" and e.after == "open" and e.use == "model":
            found[e.target] = tuple(dict.fromkeys((*found.get(e.target, ()), e.commitment, *e.together_with)))
    return found


def changed_by(records: Records) -> dict[str, tuple[str, ...]]:
    """Every link and node that a commitment is about or changes: 'L:id' or 'N:id' -> commitments."""
    found: dict[str, list[str]] = {}

    def add(key: str, commitment: str) -> None:
        here = found.setdefault(key, [])
        if commitment not in here:
            here.append(commitment)

    for c in records.commitments:
        for ref in c.network_ref:
            add(ref, c.id)
    for e in records.effects:
        for ref in named_by(records, e):
            add(ref, e.commitment)
        if e.target_table == "lines":
            for link in records.links:
                if e.target in link.lines:
                    add(f"L:{link.id}", e.commitment)
    return {k: tuple(v) for k, v in found.items()}


def named_by(records: Records, effect: Effect) -> tuple[str, ...]:
    """The one link or node that an effect names, or that its crossing stands at; none for what has no single
    place."""
    if effect.target_table == "links":
        return (f"L:{effect.target}",)
    if effect.target_table == "nodes":
        return (f"N:{effect.target}",)
    if effect.target_table == "crossings":
        return tuple(f"N:{c.node}" for c in records.crossings if c.id == effect.target and c.node)
    return ()
