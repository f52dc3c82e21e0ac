r"""The multimodal freight network as arrays: nodes split by mode, waits as arcs, integer generalised cost.

Nodes are split as in NODUS's virtual network (Jourquin & Beuthe 1996, Transportation Research C 4(6)). For
every node and mode (for rail, mode and gauge) there is an arrival and a departure copy, and
every node has an origin and a destination copy, so that nothing passes through a zone for free:

    origin --load--> departure ==link==> arrival --unload--> destination
                                         arrival --pass / change of mode or gauge--> departure

A border lies on the link that crosses it (:mod:`milepost.network.borders`), so its arcs carry the wait, and a
one-way link has one arc only.

The generalised cost of cargo class s on an arc, in USD per tonne, is

    (1)  g_s = money_s + v_s τ_s / 24 · hours

with v_s the value of a tonne and τ_s the value of a day as a share of it (Hummels & Schaur 2013, AER 103(7)).
It is rounded once, per arc, to the unit 0.001 USD/t, so that sums are exact in any order. That is the cost at
the mean of the class; its shipment types find other costs (:mod:`milepost.network.shipment_types`), and their
rows are what paths are searched by.

Hours and dollars are those of :mod:`milepost.network.rates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.errors import MilepostError
from milepost.network.effects import NOTHING, changes
from milepost.network.gauges import Gauges
from milepost.network.queues import facility
from milepost.network.rates import Rates, Stop, mode_of, model_links
from milepost.network.restrictions import NO_RESTRICTIONS, Restrictions
from milepost.network.shipment_types import FLOOR, ShipmentTypes
from milepost.network.shipment_types import UNIT_USD_PER_T as UNIT_USD_PER_T
from milepost.network.transfers import Transfer, any_transfers, of_link, of_stop
from milepost.network.trees import UNREACHABLE as UNREACHABLE
from milepost.params import CLASSES as CLASSES
from milepost.records import Link, Node, Records

SUM_UNIT = 1e-6  # of an hour, a USD per tonne and a km, so that sums along a path are exact

NO_CONSTANT = (0.0,) * len(CLASSES)

ArcKey = tuple[str, ...]


@dataclass(frozen=True)
class Arc:
    """One arc: virtual tail and head, hours (running and waiting), km, money and integer cost at the mean per
    cargo class."""

    key: ArcKey
    tail: int
    head: int
    hours: float
    wait_hours: float
    km: float
    usd_per_t: tuple[float, ...]
    cost: tuple[int, ...]
    mode: str
    what: str
    row: str  # the link or crossing it comes from
    queue_hours: float = 0.0  # the part of wait_hours that depends on load over capacity
    facility: str = ""  # links:ID or nodes:ID, whose load that is
    transfers: tuple[Transfer, ...] = ()  # which part of the money only changes hands
    constant_usd_per_t: tuple[float, ...] = NO_CONSTANT  # by class: what shippers weigh and nobody pays


@dataclass(frozen=True)
class Zone:
    """A city or gateway where trade starts and ends; ``share`` of its country's trade."""

    node: str
    country: str
    share: float


@dataclass(frozen=True)
class Frame:
    """What no commitment changes: the virtual nodes. Planned links have their copies from the start."""

    nodes: tuple[str, ...]
    modes: Mapping[str, tuple[str, ...]]
    index: Mapping[tuple[str, str, str], int]  # (node, mode or "", "in" | "out" | "origin" | "destination")
    size: int
    zones: tuple[Zone, ...]
    links: frozenset[str] = frozenset()  # ids, whether or not they are open

    @classmethod
    def of(cls, records: Records) -> Frame:
        """Virtual nodes of every node and mode that a model link touches."""
        modes: dict[str, list[str]] = {node.id: [] for node in records.nodes}
        gauges = Gauges.of(records)
        for link in model_links(records):
            name = gauges.name(link)
            for node in (link.from_node, link.to_node):
                if name not in modes[node]:
                    modes[node].append(name)
        index: dict[tuple[str, str, str], int] = {}
        for node in modes:
            for name, side in ((c, s) for c in sorted(modes[node]) for s in ("in", "out")):
                index[node, name, side] = len(index)
            for side in ("origin", "destination"):
                index[node, "", side] = len(index)
        zones = tuple(Zone(n.id, n.country, n.trade_share) for n in records.nodes if n.trade_share)
        ordered = {node: tuple(sorted(names)) for node, names in modes.items()}
        links = frozenset(link.id for link in model_links(records))
        return cls(tuple(modes), MappingProxyType(ordered), MappingProxyType(index), len(index), zones, links)

    @cached_property
    def node_of(self) -> tuple[str, ...]:
        """Node of each virtual node."""
        return tuple(node for node, _, _ in self.index)

    def zone_ends(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Virtual origins and destinations of the zones."""
        return tuple(  # type: ignore[return-value]
            np.array([self.index[p.node, "", side] for p in self.zones], dtype=np.intp)
            for side in ("origin", "destination")
        )


@dataclass(frozen=True)
class Network:
    """The network with some commitments delivered. Arrays run over arcs; costs have shape (rows, arcs), a row
    a shipment type of a cargo class."""

    frame: Frame
    arcs: tuple[Arc, ...]
    delivered: frozenset[str]
    types: ShipmentTypes

    @classmethod
    def of(
        cls,
        records: Records,
        delivered: Iterable[str] = (),
        done: Iterable[str] = (),
        restricted: Restrictions = NO_RESTRICTIONS,
    ) -> Network:
        """Build the network from the rows, with the effects of ``delivered`` applied.

        The rows describe the base date, so commitments that are ``done`` by then are part of them; naming
        them lets effects that need them take place. Raises ``BadData`` for an effect without a value,
        ``MilepostError`` for a cost that is too large for the integers.
        """
        names = frozenset(delivered)
        frame = Frame.of(records)
        rates = Rates(records, changes(records, names, frozenset(done), restricted))
        return cls(frame, tuple(arcs(rates, frame)), names, ShipmentTypes.of(records))

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Zones, in the order of the node table."""
        return self.frame.zones

    @cached_property
    def tail(self) -> NDArray[np.int32]:
        """Virtual tail of each arc."""
        return np.array([a.tail for a in self.arcs], dtype=np.int32)

    @cached_property
    def head(self) -> NDArray[np.int32]:
        """Virtual head of each arc."""
        return np.array([a.head for a in self.arcs], dtype=np.int32)

    @cached_property
    def arrives_at(self) -> NDArray[np.str_]:
        """Node that each arc arrives at."""
        return np.array([self.frame.node_of[a.head] for a in self.arcs], dtype=np.str_)

    @cached_property
    def takes(self) -> NDArray[np.str_]:
        """Link that each arc is of; empty for what is done at a node."""
        return np.array([a.row if a.key[0] == "link" else "" for a in self.arcs], dtype=np.str_)

    @cached_property
    def cost(self) -> NDArray[np.int32]:
        """Integer generalised cost, unit 0.001 USD/t, shape (rows, arcs)."""
        return self.types.cost(self.arcs)

    @cached_property
    def _sums(self) -> NDArray[np.int64]:
        return sums(self.arcs)

    def weight(self, row: int) -> NDArray[np.int64]:
        """Cost, hours, USD per tonne and km of a row as integers (the last three in 1e-6), (arcs, 4)."""
        return np.column_stack([self.cost[row], self._sums[row // self.types.types]])


def sums(arcs: Sequence[Arc]) -> NDArray[np.int64]:
    """Hours, USD per tonne and km as integers, shape (classes, arcs, 3): what orders paths of equal cost."""
    answer = np.empty((len(CLASSES), len(arcs), 3), dtype=np.int64)
    answer[..., 0] = np.rint(np.array([a.hours + a.wait_hours for a in arcs]) / SUM_UNIT)
    answer[..., 1] = np.rint(np.array([a.usd_per_t for a in arcs]).reshape(-1, len(CLASSES)).T / SUM_UNIT)
    answer[..., 2] = np.rint(np.array([a.km for a in arcs]) / SUM_UNIT)
    return answer


def arcs(rates: Rates, frame: Frame, only: frozenset[tuple[str, str]] | None = None) -> Iterator[Arc]:
    """Every arc with the changes of ``rates`` in force, or those of some links and nodes (table, id), in a
    fixed order."""
    yield from _of_links(rates, frame, only)
    yield from _of_nodes(rates, frame, only)


def _arc(rates: Rates, key: ArcKey, ends: tuple[int, int], term: _Term) -> Arc:
    """The arc of what a tonne takes and pays, with its integer cost at the mean of each class."""
    hours = term.hours + term.wait_hours
    cost = tuple(
        round((max(FLOOR * m, m + c) + h * hours) / UNIT_USD_PER_T)
        for m, c, h in zip(term.usd_per_t, term.constant_usd_per_t, rates.usd_per_hour, strict=True)
    )
    if max(cost) >= UNREACHABLE:
        raise MilepostError(
            f"{term.row or term.what} costs {max(cost) * UNIT_USD_PER_T:,.0f} USD a tonne with its "
            f"{hours:,.0f} hours, more than the model can hold; check its km, speed and hours."
        )
    return Arc(key=key, tail=ends[0], head=ends[1], cost=cost, **term._asdict())


class _Term(NamedTuple):
    """What stands on an arc besides its ends and cost; the fields of :class:`Arc`."""

    hours: float
    wait_hours: float
    km: float
    usd_per_t: tuple[float, ...]
    mode: str
    what: str
    row: str
    queue_hours: float = 0.0
    facility: str = ""
    transfers: tuple[Transfer, ...] = ()
    constant_usd_per_t: tuple[float, ...] = NO_CONSTANT


def directions(link: Link) -> tuple[tuple[str, str], ...]:
    """The ways in which a link carries goods: (from, to) and, unless it is one-way, back."""
    there = (link.from_node, link.to_node)
    return (there,) if link.direction == "forward" else (there, there[::-1])


def _of_links(rates: Rates, frame: Frame, only: frozenset[tuple[str, str]] | None) -> Iterator[Arc]:
    ix, told = frame.index, any_transfers(rates.records)
    for link in model_links(rates.records):
        if (only is not None and ("links", link.id) not in only) or not rates.is_open(link):
            continue
        found = rates.link(link)
        queues = facility(link) if facility(link) in rates.queues else ""
        term = _Term(
            found.running_hours,
            found.wait_hours,
            link.km,
            found.usd_per_t,
            link.mode,
            found.what,
            link.id,
            found.queue_hours,
            queues,
            of_link(rates, link) if told else (),
            rates.constant(link),
        )
        name = rates.gauges.name(link)
        for a, b in directions(link):
            yield _arc(rates, ("link", link.id, a), (ix[a, name, "out"], ix[b, name, "in"]), term)


def _of_nodes(rates: Rates, frame: Frame, only: frozenset[tuple[str, str]] | None) -> Iterator[Arc]:
    ix, told = frame.index, any_transfers(rates.records)
    node_of, rows = {node.id: node for node in rates.records.nodes}, rates.under(NOTHING)
    for node in frame.nodes:
        if only is not None and ("nodes", node) not in only:
            continue
        names, at = frame.modes[node], node_of[node]
        for name in names:
            stop = rates.loading(node, mode_of(name))
            vehicle = rates.vehicle_wait(mode_of(name))
            load = stop._replace(wait_hours=stop.wait_hours + vehicle, what=f"loading{stop.what}")
            unload = stop._replace(what=f"unloading{stop.what}")
            start, end = ix[node, "", "origin"], ix[node, "", "destination"]
            paid = of_stop(rates, stop, rows.loading(node, mode_of(name)), node) if told else ()
            term = _of_stop(rates, load, mode_of(name), at)._replace(transfers=paid)
            yield _arc(rates, ("load", node, name), (start, ix[node, name, "out"]), term)
            term = _of_stop(rates, unload, mode_of(name), at)._replace(transfers=paid)
            yield _arc(rates, ("unload", node, name), (ix[node, name, "in"], end), term)
        for a in names:
            for b in names:
                stop = rates.crossing(node, a, b)
                paid = of_stop(rates, stop, rows.crossing(node, a, b), node) if told else ()
                term = _of_stop(rates, stop, mode_of(b), at if a != b else None)._replace(transfers=paid)
                yield _arc(rates, ("cross", node, a, b), (ix[node, a, "in"], ix[node, b, "out"]), term)


def _of_stop(rates: Rates, stop: Stop, mode: str, at: Node | None) -> _Term:
    """A stop as a term, with the queue of the terminal where there is one (``at`` None: it only passes)."""
    usd = (stop.usd_per_t,) * len(CLASSES)
    queue = None if at is None else rates.queue_hours(at)
    if at is None or queue is None:
        return _Term(0.0, stop.wait_hours, 0.0, usd, mode, stop.what, stop.row)
    what = f"{stop.what}; queue {queue:.3g} h"
    return _Term(0.0, stop.wait_hours + queue, 0.0, usd, mode, what, stop.row, queue, facility(at))
