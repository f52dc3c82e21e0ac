r"""The multimodal freight network as arrays: nodes split by mode, waits as arcs, integer generalised cost.

Nodes are split as in NODUS's virtual network (Jourquin & Beuthe 1996, Transportation Research C 4(6)). For
every node and carrier (a mode; for rail, a mode and a gauge) there is an arrival and a departure copy, and
every node has an origin and a destination copy, so that nothing passes through a place for free:

    origin --load--> departure ==link==> arrival --unload--> destination
                                         arrival --pass / change of mode or gauge--> departure

The generalised cost of cargo class s on an arc, in USD per tonne, is

    (1)  g_s = money_s + v_s τ_s / 24 · hours

with v_s the value of a tonne and τ_s the value of a day as a share of it (Hummels & Schaur 2013, AER 103(7)).
It is rounded once, per arc, to the unit 0.001 USD/t, so that sums are exact in any order.

    hours of a link     = km / speed + half the headway of its service
                          + border wait where no crossing row stands
    hours of a crossing = waiting factor (from the calibration) x hours of its row, or of params
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from milepost.errors import MilepostError
from milepost.network.effects import Changes, changes
from milepost.network.queues import facility, queues
from milepost.network.restrictions import NO_RESTRICTIONS, Restrictions
from milepost.network.trees import UNREACHABLE as UNREACHABLE
from milepost.records import Crossing, Link, Node, Records

CLASSES = ("bulk", "general", "containers")
UNIT_USD_PER_T = 0.001
PAYLOAD_UNIT = 1e-6  # of an hour, a USD per tonne and a km, so that sums along a way are exact
WATER = frozenset({"sea", "ferry", "river"})

ArcKey = tuple[str, ...]


@dataclass(frozen=True)
class Arc:
    """One arc: virtual tail and head, hours (running and waiting), km, money and integer cost per cargo
    class."""

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

    @property
    def weight(self) -> tuple[tuple[int, int, int, int], ...]:
        """Per cargo class: cost, hours, USD per tonne and km as integers; ways are ordered by them in this
        order."""
        hours, km = round((self.hours + self.wait_hours) / PAYLOAD_UNIT), round(self.km / PAYLOAD_UNIT)
        return tuple(
            (c, hours, round(usd / PAYLOAD_UNIT), km)
            for c, usd in zip(self.cost, self.usd_per_t, strict=True)
        )


@dataclass(frozen=True)
class Place:
    """A city or gateway where trade starts and ends; ``share`` of its country's trade."""

    node: str
    country: str
    share: float


@dataclass(frozen=True)
class Frame:
    """What no commitment changes: the virtual nodes. Planned links have their copies from the start."""

    nodes: tuple[str, ...]
    carriers: Mapping[str, tuple[str, ...]]
    index: Mapping[
        tuple[str, str, str], int
    ]  # (node, carrier or "", "in" | "out" | "origin" | "destination")
    size: int
    places: tuple[Place, ...]

    @classmethod
    def of(cls, records: Records) -> Frame:
        """Virtual nodes of every node and carrier that a model link touches."""
        carriers: dict[str, list[str]] = {node.id: [] for node in records.nodes}
        for link in model_links(records):
            for node in (link.from_node, link.to_node):
                if carrier(link) not in carriers[node]:
                    carriers[node].append(carrier(link))
        index: dict[tuple[str, str, str], int] = {}
        for node in carriers:
            for name, side in ((c, s) for c in sorted(carriers[node]) for s in ("in", "out")):
                index[node, name, side] = len(index)
            for side in ("origin", "destination"):
                index[node, "", side] = len(index)
        places = tuple(Place(n.id, n.country, n.trade_share) for n in records.nodes if n.trade_share)
        ordered = {node: tuple(sorted(names)) for node, names in carriers.items()}
        return cls(tuple(carriers), MappingProxyType(ordered), MappingProxyType(index), len(index), places)

    @cached_property
    def node_of(self) -> tuple[str, ...]:
        """Node of each virtual node."""
        return tuple(node for node, _, _ in self.index)

    def place_ends(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Virtual origins and destinations of the places."""
        return tuple(  # type: ignore[return-value]
            np.array([self.index[p.node, "", side] for p in self.places], dtype=np.intp)
            for side in ("origin", "destination")
        )


@dataclass(frozen=True)
class Network:
    """The network with some commitments delivered. Arrays run over arcs; costs have shape (classes, arcs)."""

    frame: Frame
    arcs: tuple[Arc, ...]
    delivered: frozenset[str]

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
        return cls(
            frame, tuple(arcs(records, frame, changes(records, names, frozenset(done), restricted))), names
        )

    @property
    def places(self) -> tuple[Place, ...]:
        """Places, in the order of the node table."""
        return self.frame.places

    @cached_property
    def tail(self) -> NDArray[np.int32]:
        """Virtual tail of each arc."""
        return np.array([a.tail for a in self.arcs], dtype=np.int32)

    @cached_property
    def head(self) -> NDArray[np.int32]:
        """Virtual head of each arc."""
        return np.array([a.head for a in self.arcs], dtype=np.int32)

    @cached_property
    def cost(self) -> NDArray[np.int32]:
        """Integer generalised cost, unit 0.001 USD/t, shape (classes, arcs)."""
        return np.array([a.cost for a in self.arcs], dtype=np.int32).reshape(-1, len(CLASSES)).T

    @cached_property
    def weight(self) -> NDArray[np.int64]:
        """Cost, hours, USD per tonne and km as integers (the last three in 1e-6), shape (classes, arcs,
        4)."""
        answer = np.array([a.weight for a in self.arcs], dtype=np.int64).reshape(-1, len(CLASSES), 4)
        return np.ascontiguousarray(answer.transpose(1, 0, 2))


def model_links(records: Records) -> Iterator[Link]:
    """Links that the model may use, whatever their state."""
    return (link for link in records.links if link.use == "model")


def carrier(link: Link) -> str:
    """What carries on a link: the mode, for rail with its gauge."""
    return f"rail{link.gauge_mm:g}" if link.mode == "rail" and link.gauge_mm else link.mode


def mode_of(name: str) -> str:
    """Mode of a carrier."""
    return "rail" if name.startswith("rail") else name


def arcs(records: Records, frame: Frame, changed: Changes) -> Iterator[Arc]:
    """Every arc with some changes in force, in a fixed order."""
    maker = _Maker(records, frame, changed)
    yield from maker.links()
    yield from maker.nodes()


class _Maker:
    """Rates and waits looked up once, then arcs one by one."""

    def __init__(self, records: Records, frame: Frame, changed: Changes) -> None:
        self.records, self.frame, self.changed = records, frame, changed
        self.country = {node.id: node.country for node in records.nodes}
        self.kind = {node.id: node.kind for node in records.nodes}
        self.node = {node.id: node for node in records.nodes}
        self.queues = queues(records)
        self.union = {c.id: c.customs_union for c in records.countries}
        self.hour = tuple(
            records.param("cargo_value_usd_per_t", s) * records.param("value_of_time_share_per_day", s) / 24
            for s in CLASSES
        )
        self.rows: dict[tuple[str, str, str], Crossing] = {}
        for row in records.crossings:
            if row.use == "model" and row.node and row.hours is not None:
                for a, b in ((row.from_mode, row.to_mode), (row.to_mode, row.from_mode)):
                    self.rows.setdefault((row.node, row.kind if a == b else "change", f"{a}-{b}"), row)
        self.headway = {s.link: s for s in records.services}
        self._cache: dict[tuple[str, ...], float] = {}

    def param(self, name: str, *keys: str, default: float | None = None) -> float:
        at = (name, *keys)
        if at not in self._cache:
            self._cache[at] = self.records.param(name, *keys, default=default)
        return self._cache[at]

    def factor(self, kind: str) -> float:
        return self.param("waiting_factor", kind, default=1.0)

    def arc(
        self,
        key: ArcKey,
        ends: tuple[int, int],
        hours: float,
        wait: float,
        km: float,
        usd: tuple[float, ...],
        mode: str,
        what: str,
        row: str,
        at: Link | Node | None = None,
    ) -> Arc:
        queue = 0.0
        if at is not None and facility(at) in self.queues:
            queue = self.queue_hours(at)
            wait += queue
            what = f"{what}; queue {queue:.3g} h" if what else f"queue {queue:.3g} h"
        cost = tuple(
            round((m + h * (hours + wait)) / UNIT_USD_PER_T) for m, h in zip(usd, self.hour, strict=True)
        )
        if max(cost) >= UNREACHABLE:
            raise MilepostError(
                f"{row or what} costs {max(cost) * UNIT_USD_PER_T:,.0f} USD a tonne with its "
                f"{hours + wait:,.0f} hours, more than the model can hold; check its km, speed and hours."
            )
        name = facility(at) if at is not None and facility(at) in self.queues else ""
        return Arc(key, *ends, hours, wait, km, usd, cost, mode, what, row, queue, name)

    def queue_hours(self, at: Link | Node) -> float:
        queue = self.queues[facility(at)]
        return queue.hours(self.changed.larger(at.table, at.id, "capacity", queue.capacity_mt))

    def links(self) -> Iterator[Arc]:
        ix = self.frame.index
        for link in model_links(self.records):
            if (
                link.state != "open" and link.id not in self.changed.opened
            ) or link.id in self.changed.restricted.closed:
                continue
            speed = link.speed_kmh or self.param("speed_kmh", link.mode)
            speed = self.changed.larger("links", link.id, "speed_kmh", speed)
            factor = self.changed.rate_factor.get(link.id, 1.0)
            fixed = self.changed.smaller("links", link.id, "usd_per_t", link.usd_per_t)
            usd = []
            for s in CLASSES:
                rate = link.usd_per_tkm
                if rate is None:
                    rate = self.param("freight_rate_usd_per_tkm", f"{link.mode}/{s}", link.mode)
                rate = self.changed.smaller("links", link.id, "usd_per_tkm", rate)
                usd.append(rate * factor * link.km + fixed)
            wait, notes = 0.0, []
            if link.id in self.changed.restricted.surcharge:
                extra, charge = self.changed.restricted.surcharge[link.id]
                wait += extra
                usd = [u + charge for u in usd]
                notes.append(f"restriction {extra:g} h, {charge:g} USD/t")
            service = self.headway.get(link.id)
            if service is not None:
                headway = self.changed.smaller("services", service.id, "headway_hours", service.headway_hours)
                wait += headway / 2
                notes.append(f"waits {headway / 2:g} h, half the headway")
            border = self.border(link)
            if border is not None:
                wait += border[0]
                usd = [u + border[1] for u in usd]
                notes.append(f"border {border[0]:.3g} h")
            name = carrier(link)
            for a, b in ((link.from_node, link.to_node), (link.to_node, link.from_node)):
                yield self.arc(
                    ("link", link.id, a),
                    (ix[a, name, "out"], ix[b, name, "in"]),
                    link.km / speed,
                    wait,
                    link.km,
                    tuple(usd),
                    link.mode,
                    "; ".join(notes),
                    link.id,
                    link,
                )

    def border(self, link: Link) -> tuple[float, float] | None:
        """Default hours and dollars of a land link between two countries without a crossing row at either
        end."""
        a, b = self.country[link.from_node], self.country[link.to_node]
        if a == b or link.mode in WATER:
            return None
        pair = f"{link.mode}-{link.mode}"
        if any(
            (n, kind, pair) in self.rows
            for n in (link.from_node, link.to_node)
            for kind in ("border", "gauge")
        ):
            return None
        inside = self.union.get(a, "") and self.union.get(a) == self.union.get(b)
        name = "internal_border" if inside else "border"
        hours = self.param(f"{name}_hours", link.mode) * self.factor("border")
        return hours, self.param(f"{name}_usd_per_t", link.mode, default=0.0)

    def nodes(self) -> Iterator[Arc]:
        ix = self.frame.index
        for node in self.frame.nodes:
            names = self.frame.carriers[node]
            for name in names:
                mode = mode_of(name)
                wait, usd, what, row = self.loading(node, mode)
                vehicle = self.vehicle_wait(mode)
                yield self.arc(
                    ("load", node, name),
                    (ix[node, "", "origin"], ix[node, name, "out"]),
                    0.0,
                    wait + vehicle,
                    0.0,
                    (usd,) * len(CLASSES),
                    mode,
                    f"loading{what}",
                    row,
                    self.node[node],
                )
                yield self.arc(
                    ("unload", node, name),
                    (ix[node, name, "in"], ix[node, "", "destination"]),
                    0.0,
                    wait,
                    0.0,
                    (usd,) * len(CLASSES),
                    mode,
                    f"unloading{what}",
                    row,
                    self.node[node],
                )
            for a in names:
                for b in names:
                    wait, usd, what, row = self.crossing(node, a, b)
                    yield self.arc(
                        ("cross", node, a, b),
                        (ix[node, a, "in"], ix[node, b, "out"]),
                        0.0,
                        wait,
                        0.0,
                        (usd,) * len(CLASSES),
                        mode_of(b),
                        what,
                        row,
                        self.node[node] if a != b else None,
                    )

    def vehicle_wait(self, mode: str) -> float:
        """Hours until a wagon or truck and its papers are there; from the calibration."""
        return self.param("vehicle_wait_hours", mode, default=0.0) if mode in ("rail", "road") else 0.0

    def loading(self, node: str, mode: str) -> tuple[float, float, str, str]:
        if mode in WATER:
            rows = [
                r
                for (n, kind, pair), r in self.rows.items()
                if n == node and kind == "change" and mode in pair
            ]
            row = rows[0] if rows else None
            hours = self.hours(row) if row else self.param("handling_hours", mode)
            usd = self.money(row, "handling_usd_per_t", mode)
            return hours * self.factor("port"), usd, f" at the port, {mode}", row.id if row else ""
        return self.param("loading_hours", mode), 0.0, f", {mode}", ""

    def crossing(self, node: str, a: str, b: str) -> tuple[float, float, str, str]:
        """Wait, dollars, words and row of going on from carrier ``a`` to carrier ``b``."""
        m, n = mode_of(a), mode_of(b)
        if a == b:
            for kind, group in (("passage", "passage"), ("border", "border"), ("terminal", "port")):
                row = self.rows.get((node, kind, f"{m}-{n}"))
                if row is not None:
                    words = {"passage": "passage", "border": "border", "terminal": "transshipment"}[kind]
                    usd = self.money(
                        row, "border_usd_per_t" if kind == "border" else "transshipment_usd_per_t", m
                    )
                    usd = 0.0 if kind == "passage" and row.usd_per_t is None else usd
                    wait = self.hours(row) * (1.0 if kind == "passage" else self.factor(group))
                    return wait, usd, words, row.id
            if m == "sea" and self.kind[node] == "port":
                wait = self.param("transshipment_hours", m) * self.factor("port")
                return wait, self.param("transshipment_usd_per_t", m, default=0.0), "transshipment", ""
            return 0.0, 0.0, "passes", ""
        if m == n:  # rail to rail on another gauge
            row = self.rows.get((node, "gauge", "rail-rail"))
            hours = self.hours(row) if row else self.param("gauge_change_hours", m)
            border = self.rows.get((node, "border", "rail-rail"))
            if border is not None:
                hours += self.hours(border)
            usd = self.money(row, "gauge_change_usd_per_t", m)
            what = f"change of gauge {a.removeprefix('rail')} to {b.removeprefix('rail')} mm"
            return hours * self.factor("border"), usd, what, row.id if row else ""
        row = self.rows.get((node, "change", f"{m}-{n}"))
        pair = "-".join(sorted((m, n)))
        hours = self.hours(row) if row else self.param("handling_hours", pair)
        hours *= self.factor("port" if {m, n} & WATER else "terminal")
        usd = self.money(row, "handling_usd_per_t", pair)
        return hours + self.vehicle_wait(n), usd, f"handling {m} to {n}", row.id if row else ""

    def hours(self, row: Crossing) -> float:
        return self.changed.smaller("crossings", row.id, "hours", row.hours or 0.0)

    def money(self, row: Crossing | None, name: str, *keys: str) -> float:
        today = (
            self.param(name, *keys, default=0.0) if row is None or row.usd_per_t is None else row.usd_per_t
        )
        return today if row is None else self.changed.smaller("crossings", row.id, "usd_per_t", today)
