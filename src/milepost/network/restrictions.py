"""Closures and surcharges in force: which links carry nothing, which cost more, which countries do not trade.

A restriction belongs to no commitment and only closes or makes dearer. What it closes stays closed whatever
is delivered; what it makes dearer is dearer on top of what commitments improve. A surcharge on a node falls
half on each link that meets there, so that a shipment which passes pays it once and one that begins or ends
there pays half. ``recorded`` restrictions are kept and applied to nothing, because no source says by how
much. A row with a probability is a *risk*: it may happen, and is never in force by its dates.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from milepost.errors import WrongUse, one_of
from milepost.records import Link, Records, Restriction


@dataclass(frozen=True)
class Restrictions:
    """Restrictions in force: ids, closed links, (hours, USD/t) by link, and factors on the cost of trade
    between countries.

    ``trade`` maps (exporter, importer, sector; "" = every sector) to a factor of at least 1; ``inf`` is a
    ban. ``duty`` maps the same to what is added to the importer's duty, as a share of the value.
    """

    ids: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    surcharge: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    trade: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    duty: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def banned(self) -> frozenset[tuple[str, str]]:
        """Pairs (exporter, importer) between which all trade is banned."""
        return frozenset(
            (a, b) for (a, b, sector), factor in self.trade.items() if not sector and math.isinf(factor)
        )

    def closing(self, records: Records) -> frozenset[str]:
        """Ids of those in force that close something."""
        return frozenset(r.id for r in records.restrictions if r.id in self.ids and r.effect == "closed")


NO_RESTRICTIONS = Restrictions()


def in_force(records: Records, on: dt.date) -> frozenset[str]:
    """Restrictions that apply on a day; those merely recorded, or that only may happen, never do."""
    return frozenset(
        r.id
        for r in records.restrictions
        if r.effect != "recorded"
        and not r.is_risk
        and r.starts.first <= on
        and (r.ends is None or on <= r.ends.last)
    )


def risks(records: Records, on: dt.date) -> tuple[Restriction, ...]:
    """What may happen from a day on: rows with a probability whose last day has not passed."""
    return tuple(
        r
        for r in records.restrictions
        if r.is_risk and r.effect != "recorded" and (r.ends is None or on <= r.ends.last)
    )


def chosen(
    records: Records, held: frozenset[str], with_: Iterable[str] = (), without: Iterable[str] = ()
) -> frozenset[str]:
    """Those that are ``held``, with some more and without some. Raises ``WrongUse`` for one that is unknown
    or recorded only."""
    known = {r.id: r for r in records.restrictions}
    added, taken = set(with_), set(without)
    for name in sorted(added | taken):
        if name not in known:
            raise one_of("restriction", name, list(known))
        if known[name].effect == "recorded":
            raise WrongUse(
                f"The restriction {name} is recorded without an effect that could be applied: "
                f"{known[name].title}."
            )
    return (held | added) - taken


def restrictions(records: Records, ids: Iterable[str]) -> Restrictions:
    """What a set of restrictions does to the network and to trade."""
    wanted = frozenset(ids)
    closed: set[str] = set()
    surcharge: dict[str, tuple[float, float]] = {}
    trade: dict[tuple[str, str, str], float] = {}
    duty: dict[tuple[str, str, str], float] = {}
    for row in records.restrictions:
        if row.id not in wanted or row.effect == "recorded":
            continue
        if row.target_table == "countries":
            factor = math.inf if row.effect == "closed" else 1.0 + row.ad_valorem_percent / 100
            for exporter, importer in _pairs(records, row):
                for sector in dict.fromkeys(row.sectors or ("",)):  # a sector named twice is restricted once
                    key = (exporter, importer, sector)
                    if factor != 1.0:
                        trade[key] = trade.get(key, 1.0) * factor
                    if row.effect == "dearer" and row.tariff_percent:
                        duty[key] = duty.get(key, 0.0) + row.tariff_percent / 100
            continue
        part = 0.5 if row.target_table == "nodes" else 1.0
        for link in records.links:
            if not touches(row, link):
                continue
            if row.effect == "closed":
                closed.add(link.id)
            else:
                hours, usd = surcharge.get(link.id, (0.0, 0.0))
                surcharge[link.id] = (hours + part * row.hours, usd + part * row.usd_per_t)
    return Restrictions(wanted, frozenset(closed), surcharge, trade, duty)


def touches(row: Restriction, link: Link) -> bool:
    """Does a restriction of the network apply to a link?"""
    if row.target_table == "links":
        return link.id == row.target
    if row.target_table == "nodes":
        return row.target in (link.from_node, link.to_node)
    if row.target_table == "lines":
        return row.target in link.lines
    if row.target_table == "modes":
        return link.mode == row.target
    return row.target_table == "programme"


def _pairs(records: Records, row: Restriction) -> Iterable[tuple[str, str]]:
    partners = [row.partner] if row.partner else [c.id for c in records.countries if c.id != row.target]
    for other in partners:
        if row.direction != "imports":
            yield row.target, other
        if row.direction != "exports":
            yield other, row.target
