r"""What a link, and a change at a node, takes and costs: the one place where hours and dollars are made.

    hours of a link     = km / speed + half the headway of its service
                          + border wait, if it joins two countries + restriction + queue
    dollars of a link   = rate x factors x km + fixed charge + restriction + border charge
    hours of a crossing = waiting factor x hours of its row, or of params, + added wait (both are fitted)

The arcs of the network (:mod:`milepost.network.network`) and the facts told about a link
(:mod:`milepost.network.link_facts`) are both made of these numbers, so that no page can show other ones than
goods pay.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import NamedTuple

from milepost.network.borders import Borders
from milepost.network.effects import Changes
from milepost.network.gauges import Gauges
from milepost.network.queues import facility, queues
from milepost.params import CLASSES, LAND, WATER
from milepost.records import Crossing, Link, Node, Records


class LinkTerms(NamedTuple):
    """What one tonne takes and pays on a link: km/h, hours, USD/tkm and USD/t, the latter two by cargo class.

    ``..._from`` says where a figure comes from: ``row`` (the link's own), ``effects`` (promised and counted
    as delivered), ``params ID``, or ``default``; ``border_from`` also ``crossings ID``, one or two of them,
    and empty where no border is paid. ``headway_hours`` is half the headway.
    """

    kmh: float
    kmh_from: str
    usd_per_tkm: tuple[float, ...]
    rate_from: tuple[str, ...]
    running_hours: float
    restriction_hours: float
    headway_hours: float
    border_hours: float
    queue_hours: float
    border_from: str
    fixed_usd_per_t: float
    restriction_usd_per_t: float
    border_usd_per_t: float
    usd_per_t: tuple[float, ...]
    what: str

    @property
    def wait_hours(self) -> float:
        """Hours that a tonne stands still."""
        return self.restriction_hours + self.headway_hours + self.border_hours + self.queue_hours


class Stop(NamedTuple):
    """What a tonne waits (hours) and pays (USD/t) at a node, in words, and the row that says so; who asks for
    it: ``port`` or ``terminal``."""

    wait_hours: float
    usd_per_t: float
    what: str
    row: str
    asked_by: str = "terminal"


def model_links(records: Records) -> Iterator[Link]:
    """Links that the model may use, whatever their state."""
    return (link for link in records.links if link.use == "model")


def mode_of(name: str) -> str:
    """The mode without the gauge."""
    return "rail" if name.startswith("rail") else name


class Rates:
    """Rates and waits of the records with some changes in force, each parameter looked up once."""

    def __init__(self, records: Records, changed: Changes) -> None:
        self.records, self.changed = records, changed
        self.borders, self.gauges = Borders.of(records), Gauges.of(records)
        self.kind = {node.id: node.kind for node in records.nodes}
        self.queues = queues(records)
        self.union = {c.id: c.customs_union for c in records.countries}
        self.usd_per_hour = tuple(
            records.param("cargo_value_usd_per_t", s) * records.param("value_of_time_share_per_day", s) / 24
            for s in CLASSES
        )
        self.crossings: dict[tuple[str, str, str], Crossing] = {}
        for row in records.crossings:
            if row.use == "model" and row.node and row.hours is not None:
                for a, b in ((row.from_mode, row.to_mode), (row.to_mode, row.from_mode)):
                    self.crossings.setdefault((row.node, row.kind if a == b else "change", f"{a}-{b}"), row)
        self.services = {s.link: s for s in records.services}
        self._rows = {row.id: row for row in records.crossings}
        self._found: dict[tuple[str, ...], tuple[float, str]] = {}

    def crossing_row(self, ident: str) -> Crossing | None:
        """The row of an id; None for none."""
        return self._rows.get(ident)

    def under(self, changed: Changes) -> Rates:
        """The same rates with other changes in force; what was looked up once is shared."""
        other = copy.copy(self)
        other.changed = changed
        return other

    def found(self, name: str, *keys: str) -> tuple[float, str]:
        """Value of a parameter, and which row says so. Raises as ``Records.param``."""
        at = (name, *keys)
        if at not in self._found:
            row = self.records.find_param(name, *keys)
            self._found[at] = (
                (self.records.param(name, *keys), "default")
                if row is None
                else (row.value, f"params {row.id}")
            )
        return self._found[at]

    def param(self, name: str, *keys: str) -> float:
        """Value of a parameter."""
        return self.found(name, *keys)[0]

    def waited(self, where: str, hours: float, *modes: str) -> float:
        """Hours at a port, border or terminal, with what statistics of it do not show; at the berth of a
        ferry with its own, where a row states one."""
        own = ("ferry",) if "ferry" in modes else ()
        return hours + self.param("added_wait_hours", *own, where)

    def is_open(self, link: Link) -> bool:
        """Does the link carry freight, with the changes and restrictions in force?"""
        usable = link.state == "open" or link.id in self.changed.opened
        return usable and link.id not in self.changed.restricted.closed

    def link(self, link: Link) -> LinkTerms:
        """What a link takes and costs, whether or not it is open."""
        changed = self.changed
        kmh, kmh_from = self._with_rests(link.mode, *self.speed(link))
        rates, rate_from = zip(*(self.rate(link, s) for s in CLASSES), strict=True)
        factor = changed.rate_factor.get(link.id, 1.0)
        fixed = changed.smaller("links", link.id, "usd_per_t", link.usd_per_t)
        notes = []
        extra, charge = changed.restricted.surcharge.get(link.id, (0.0, 0.0))
        if link.id in changed.restricted.surcharge:
            notes.append(f"restriction {extra:g} h, {charge:g} USD/t")
        headway, service = 0.0, self.services.get(link.id)
        if service is not None:
            headway = changed.smaller("services", service.id, "headway_hours", service.headway_hours) / 2
            notes.append(f"waits {headway:g} h, half the headway")
        border_hours, border_usd, border_from = self.border(link)
        if border_from:
            notes.append(f"border {border_hours:.3g} h")
        queue = self.queue_hours(link)
        if queue is not None:
            notes.append(f"queue {queue:.3g} h")
        return LinkTerms(
            kmh=kmh,
            kmh_from=kmh_from,
            usd_per_tkm=tuple(rate * factor for rate in rates),
            rate_from=rate_from,
            running_hours=link.km / kmh,
            restriction_hours=extra,
            headway_hours=headway,
            border_hours=border_hours,
            queue_hours=queue or 0.0,
            border_from=border_from,
            fixed_usd_per_t=fixed,
            restriction_usd_per_t=charge,
            border_usd_per_t=border_usd,
            usd_per_t=tuple(rate * factor * link.km + fixed + charge + border_usd for rate in rates),
            what="; ".join(notes),
        )

    def _with_rests(self, mode: str, kmh: float, where: str) -> tuple[float, str]:
        """A speed while it runs as one of day and night, with the rests of drivers where a row has them."""
        hours, row = self.found("running_hours_per_day", mode) if mode in LAND else (24.0, "default")
        return (kmh, where) if row == "default" else (kmh * hours / 24, f"{where}; {row}")

    def speed(self, link: Link) -> tuple[float, str]:
        """Running speed, km/h, and where it comes from."""
        today = (link.speed_kmh, "row") if link.speed_kmh else self._speed_of_params(link)
        best = self.changed.larger("links", link.id, "speed_kmh", today[0])
        return today if best == today[0] else (best, "effects")

    def _speed_of_params(self, link: Link) -> tuple[float, str]:
        """Running speed where the link states none: half of its km at the speed of each country that it lies
        in, where that was measured, else at the speed of the mode."""
        if link.mode not in LAND:
            return self.found("speed_kmh", link.mode)
        a, b = (self._speed_in(link.mode, self.borders.country[n]) for n in (link.from_node, link.to_node))
        if a == b:
            return a
        return 2 / (1 / a[0] + 1 / b[0]), "; ".join(dict.fromkeys((a[1], b[1])))

    def _speed_in(self, mode: str, country: str) -> tuple[float, str]:
        measured = self.found("country_speed_kmh", f"{mode}/{country}")
        return measured if measured[0] else self.found("speed_kmh", mode)

    def rate(self, link: Link, cargo: str) -> tuple[float, str]:
        """Freight rate of a cargo class, USD/tkm, and where it comes from; without the factor of a line."""
        today = self.rate_of_rows(link, cargo)
        best = self.changed.smaller("links", link.id, "usd_per_tkm", today[0])
        return today if best == today[0] else (best, "effects")

    def rate_of_rows(self, link: Link, cargo: str) -> tuple[float, str]:
        """The same with nothing promised in force."""
        if link.usd_per_tkm is not None:
            return link.usd_per_tkm, "row"
        mean, where = self.found("freight_rate_usd_per_tkm", f"{link.mode}/{cargo}", link.mode)
        if link.mode not in LAND:
            return mean, where
        ends = (self.borders.country[node] for node in (link.from_node, link.to_node))
        here = [self.found("country_rate_factor", f"{link.mode}/{one}") for one in ends]
        rows = dict.fromkeys(row for _, row in here if row != "default")
        return mean * sum(factor for factor, _ in here) / 2, "; ".join((where, *rows))

    def queue_hours(self, at: Link | Node) -> float | None:
        """Hours of the queue at a link or terminal; None without one."""
        queue = self.queues.get(facility(at))
        if queue is None:
            return None
        return queue.hours(self.changed.larger(at.table, at.id, "capacity", queue.capacity_mt))

    def border(self, link: Link) -> tuple[float, float, str]:
        """Hours and USD/t of the border that a link crosses, and where they come from: its crossing rows, or
        params for a link on land without any; zeros and nothing where no border is paid."""
        if not self.borders.crosses(link):
            return 0.0, 0.0, ""
        if rows := self.borders.paid(link):
            hours = sum(self.hours(row) for row in rows)
            usd = sum(self.money(row, "border_usd_per_t", link.mode) for row in rows)
            return self.waited("border", hours), usd, "; ".join(f"crossings {row.id}" for row in rows)
        if link.mode in WATER:
            return 0.0, 0.0, ""
        a, b = (self.union.get(self.borders.country[node], "") for node in (link.from_node, link.to_node))
        if a and a == b:
            hours, where = self.found("internal_border_hours", link.mode)
            return self.waited("border", hours), self.param("internal_border_usd_per_t", link.mode), where
        hours, where = self.found("border_hours", link.mode)
        return self.waited("border", hours), self.param("border_usd_per_t", link.mode), where

    def constant(self, link: Link) -> tuple[float, ...]:
        """USD per tonne that shippers of each class weigh and nobody pays on a link: the constant of its
        mode, with what is particular to the class and to the countries that it lies in. It is a sum, so a
        dollar off a price stays a dollar."""
        ends = [self.borders.country[node] for node in (link.from_node, link.to_node)]
        here = sum(self.param("country_constant_usd_per_tkm", f"{link.mode}/{one}") for one in ends) / 2
        of_all = self.param("mode_constant_usd_per_tkm", link.mode) + here
        of_class = (self.param("class_constant_usd_per_tkm", f"{link.mode}/{s}") for s in CLASSES)
        return tuple((of_all + more) * link.km for more in of_class)

    def vehicle_wait(self, mode: str) -> float:
        """Hours until a wagon or truck and its papers are there."""
        return self.param("vehicle_wait_hours", mode) if mode in LAND else 0.0

    def loading(self, node: str, mode: str) -> Stop:
        """Loading or unloading at a node, without the wait for a vehicle."""
        if mode not in WATER:
            usd = self.param("loading_usd_per_t", mode)
            return Stop(self.param("loading_hours", mode), usd, f", {mode}", "")
        rows = [
            r
            for (n, kind, pair), r in self.crossings.items()
            if n == node and kind == "change" and mode in pair
        ]
        row = rows[0] if rows else None
        hours = self.hours(row) if row else self.param("handling_hours", mode)
        usd = self.money(row, "handling_usd_per_t", mode)
        return Stop(
            self.waited("port", hours, mode), usd, f" at the port, {mode}", row.id if row else "", "port"
        )

    def crossing(self, node: str, a: str, b: str) -> Stop:
        """Going on from mode ``a`` to mode ``b``, rail with its gauge, at a node."""
        m, n = mode_of(a), mode_of(b)
        if a == b:
            return self._passing(node, m)
        if m == n:  # rail to rail on another gauge
            return self._gauge_change(node, m, f"{a.removeprefix('rail')} to {b.removeprefix('rail')} mm")
        row = self.crossings.get((node, "change", f"{m}-{n}"))
        pair = "-".join(sorted((m, n)))
        hours = self.hours(row) if row else self.param("handling_hours", pair)
        where = "port" if {m, n} & set(WATER) else "terminal"
        hours = self.waited(where, hours, m, n) + self.vehicle_wait(n)
        usd = self.money(row, "handling_usd_per_t", pair)
        return Stop(hours, usd, f"handling {m} to {n}", row.id if row else "", where)

    def _passing(self, node: str, mode: str) -> Stop:
        pair = f"{mode}-{mode}"
        if (row := self.crossings.get((node, "passage", pair))) is not None:
            usd = 0.0 if row.usd_per_t is None else self.money(row, "transshipment_usd_per_t", mode)
            return Stop(self.hours(row), usd, "passage", row.id, "port")
        if (row := self.crossings.get((node, "terminal", pair))) is not None:
            usd = self.money(row, "transshipment_usd_per_t", mode)
            return Stop(self.waited("port", self.hours(row), mode), usd, "transshipment", row.id, "port")
        if mode == "sea" and self.kind[node] == "port":
            hours = self.waited("port", self.param("transshipment_hours", mode))
            return Stop(hours, self.param("transshipment_usd_per_t", mode), "transshipment", "", "port")
        return Stop(0.0, 0.0, "passes", "")

    def _gauge_change(self, node: str, mode: str, gauges: str) -> Stop:
        row = self.crossings.get((node, "gauge", "rail-rail"))
        hours = self.hours(row) if row else self.param("gauge_change_hours", mode)
        usd = self.money(row, "gauge_change_usd_per_t", mode)
        return Stop(self.waited("border", hours), usd, f"change of gauge {gauges}", row.id if row else "")

    def hours(self, row: Crossing) -> float:
        """Hours of a crossing row, or what is promised for it."""
        return self.changed.smaller("crossings", row.id, "hours", row.hours or 0.0)

    def money(self, row: Crossing | None, name: str, key: str) -> float:
        """USD/t of a crossing row, or what is promised for it; of a parameter where no row states any."""
        today = self.money_of_rows(row, name, key)
        return today if row is None else self.changed.smaller("crossings", row.id, "usd_per_t", today)

    def money_of_rows(self, row: Crossing | None, name: str, key: str) -> float:
        """The same with nothing promised in force."""
        return self.param(name, key) if row is None or row.usd_per_t is None else row.usd_per_t
