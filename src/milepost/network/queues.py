r"""Waiting at what is full: hours as a function of load over capacity.

For a link (both ways) or a terminal (all that is loaded, unloaded or moved between modes there) whose load
and capacity are stated,

    (1)  wait = h (load / capacity)^p

with h the hours waited where load equals capacity (``queue_hours_at_capacity`` in params, by mode, or
``terminal``) and p the power (``queue_power``): the form of the Bureau of Public Roads (1964,
Traffic Assignment Manual). Loads are those stated, frozen; :mod:`milepost.value.congested` lets them move.
Nothing waits where no load or capacity is stated, because a load that the model guesses must not become a
value.
"""

from __future__ import annotations

from dataclasses import dataclass

from milepost.languages import Said
from milepost.records import Effect, Link, Node, Records

TONNES = ("Mt/yr", "Mt/year", "Mt a year")


@dataclass(frozen=True)
class Queue:
    """Load and capacity in million tonnes a year, hours at capacity and power of equation (1)."""

    load_mt: float
    capacity_mt: float
    hours_at_capacity: float
    power: float

    def hours(self, capacity_mt: float | None = None) -> float:
        """Hours waited at the stated load, today or with another capacity."""
        use = self.load_mt / (self.capacity_mt if capacity_mt is None else capacity_mt)
        return float(self.hours_at_capacity * use**self.power)


def queue_of(records: Records, row: Link | Node) -> Queue | None:
    """The queue at a link or terminal; None without a stated load or capacity, or without the parameter."""
    if row.load_mt_per_year is None or row.capacity_mt_per_year is None:
        return None
    param = records.find_param("queue_hours_at_capacity", row.mode if isinstance(row, Link) else "terminal")
    if param is None:
        return None
    power = records.param("queue_power")
    return Queue(row.load_mt_per_year, row.capacity_mt_per_year, param.value, power)


def facility(row: Link | Node) -> str:
    """``links:ID`` or ``nodes:ID``."""
    return f"{row.table}:{row.id}"


def queues(records: Records) -> dict[str, Queue]:
    """Each link and terminal that has a queue, as ``facility`` names it, and the queue."""
    rows: list[Link | Node] = [*records.links, *records.nodes]
    found = ((facility(row), queue_of(records, row)) for row in rows)
    return {ident: queue for ident, queue in found if queue is not None}


def rows_of(records: Records, effect: Effect) -> tuple[Link | Node, ...]:
    """Links or nodes whose capacity an effect changes; a line's effect changes every link of the line."""
    if effect.target_table == "lines":
        return tuple(link for link in records.links if effect.target in link.lines)
    if effect.target_table == "links":
        return tuple(link for link in records.links if link.id == effect.target)
    if effect.target_table == "nodes":
        return tuple(node for node in records.nodes if node.id == effect.target)
    return ()


def is_capacity_valued(records: Records, effect: Effect) -> bool:
    """Whether an effect on capacity shortens a queue that the model knows."""
    return effect.unit in TONNES and any(queue_of(records, row) for row in rows_of(records, effect))


def why_not_valued(records: Records, effect: Effect) -> str:
    """Why an effect on capacity has no value, as a clause; empty if it has one."""
    if is_capacity_valued(records, effect):
        return ""
    if effect.unit not in TONNES:
        return Said("why-capacity-unit", unit=effect.unit or "–", tonnes=TONNES[0])
    rows = rows_of(records, effect)
    if all(row.load_mt_per_year is None or row.capacity_mt_per_year is None for row in rows):
        return Said(
            "why-capacity-handled" if effect.target_table == "nodes" else "why-capacity-carried",
            target=effect.target,
        )
    return Said("why-capacity-params", target=effect.target)
