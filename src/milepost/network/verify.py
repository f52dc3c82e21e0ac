"""What to check first: assumed and estimated rows of the network by what hangs on them.

Of a row that costs goods H hours and D dollars a tonne, with Q million tonnes a year on it and time worth v
USD a tonne and hour,

    (1)  0.1 Q (D + v H)

is, to first order, the change of V in MUSD a year if the row is a tenth off (V to first order is tonnes times
dollars saved). Q are the tonnes of today's cheapest paths and v the mean of the cargo classes by their
tonnes, so it ranks; it values nothing. A link counts with all that it costs, since what is assumed of it
(that it is there, how long it is) decides all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from milepost.network.borders import Borders
from milepost.network.link_facts import link_facts
from milepost.network.loads import Loads
from milepost.params import CLASSES
from milepost.records import Crossing, Records

UNSURE = ("assumed", "estimated")


@dataclass(frozen=True)
class Unchecked:
    """A row that nobody has measured: million tonnes a year on it, hours and USD a tonne that it costs, and
    MUSD a year of V, to first order, if it is a tenth off."""

    table: Literal["links", "crossings"]
    id: str
    what: str
    mt_per_year: float
    hours: float
    usd_per_t: float
    musd_if_a_tenth_off: float
    note: str


def verify_first(records: Records, loads: Loads) -> tuple[Unchecked, ...]:
    """Rows with traffic on them by equation (1), the most important first."""
    worth = usd_per_tonne_hour(records)
    rows = [
        Unchecked(table, ident, what, mt, hours, usd, 0.1 * mt * (usd + worth * hours), note)
        for table, ident, what, mt, hours, usd, note in (*_links(records, loads), *_crossings(records, loads))
        if mt > 0
    ]
    return tuple(sorted(rows, key=lambda row: (-row.musd_if_a_tenth_off, row.table, row.id)))


def usd_per_tonne_hour(records: Records) -> float:
    """Value of time, USD a tonne and hour: the mean of the cargo classes by their tonnes."""
    tonnes, money = 0.0, 0.0
    for name in CLASSES:
        share = records.param("trade_share", name)
        tonnes += share / records.param("cargo_value_usd_per_t", name)
        money += share * records.param("value_of_time_share_per_day", name) / 24
    return money / tonnes if tonnes else 0.0


_Row = tuple[Literal["links", "crossings"], str, str, float, float, float, str]


def _links(records: Records, loads: Loads) -> Iterator[_Row]:
    mt, facts = loads.by_link(), {f.id: f for f in link_facts(records)}
    for row in records.links:
        fact = facts.get(row.id)
        if row.basis in UNSURE and fact is not None and mt.get(row.id):
            usd = _mean(fact.usd_per_t) - fact.border_usd_per_t
            hours = fact.hours - fact.border_hours
            yield "links", row.id, f"{row.mode}, {row.km:,.0f} km", mt[row.id], hours, usd, row.note


def _mean(by_class: Mapping[str, float]) -> float:
    return sum(by_class.values()) / len(by_class) if by_class else 0.0


def _crossings(records: Records, loads: Loads) -> Iterator[_Row]:
    mt, borders = loads.by_link(), Borders.of(records)
    paid: dict[str, float] = {}
    for link in records.links:
        for row in borders.paid(link):
            paid[row.id] = paid.get(row.id, 0.0) + mt.get(link.id, 0.0)
    beside: dict[tuple[str, str], list[float]] = {}
    for link in records.links:
        for node in (link.from_node, link.to_node):
            beside.setdefault((node, link.mode), []).append(mt.get(link.id, 0.0))
    for row in records.crossings:
        if row.use != "model" or row.basis not in UNSURE or row.hours is None:
            continue
        tonnes = _through(row, paid, beside, loads)
        what = f"{row.kind}, {row.from_mode}" + (f"-{row.to_mode}" if row.to_mode != row.from_mode else "")
        yield "crossings", row.id, what, tonnes, row.hours, row.usd_per_t or 0.0, row.note


def _through(
    row: Crossing, paid: Mapping[str, float], beside: Mapping[tuple[str, str], list[float]], loads: Loads
) -> float:
    """Million tonnes a year on a crossing: those that pay a border, half of what comes to and leaves a
    canal or a change of gauge, and of what a terminal handles the part that comes and leaves by the other
    mode."""
    if row.kind == "border":
        return paid.get(row.id, 0.0)
    if row.kind != "terminal":
        return sum(beside.get((row.node, row.from_mode), ())) / 2
    by_mode = {mode: sum(mt) for (node, mode), mt in beside.items() if node == row.node}
    total = sum(mt for mode, mt in by_mode.items() if mode != row.to_mode)
    return loads.terminals.get(row.node, 0.0) * by_mode.get(row.from_mode, 0.0) / total if total else 0.0
