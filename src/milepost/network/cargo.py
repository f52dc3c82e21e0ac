r"""What trade between two countries is made of: shares of its value by class of cargo, what a tonne is worth,
and where it starts and ends.

The rows of ``cargo`` for one exporter and importer hold as a whole, the most particular ones first: exporter
and importer, exporter to ``*``, ``*`` to importer, ``*`` to ``*``; where none stands, ``trade_share`` and
``cargo_value_usd_per_t`` of params. What is left of 1 goes off the network (by pipeline, air or wire): it is
traded, and no link carries it.

A zone sends and takes in the share of its country's trade that ``trade_share`` of its node says. Where
``zone_shares`` says of a country where the goods of a class start, or end, that holds for them; what it says
of one partner stands before what it says of any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.params import CLASSES
from milepost.records import Cargo, Records, ZoneShare
from milepost.records.kinds import ANY

Floats = NDArray[np.float64]
OFF_NETWORK = "off_network"
ASSUMED = ("assumed", "estimated")
DIRECTIONS = ("export", "import")


@dataclass(frozen=True)
class CargoMix:
    """``share`` of the value of trade and ``usd_per_t``, both [class of cargo, exporter, importer]; the
    classes in the order of the network's."""

    share: Floats
    usd_per_t: Floats

    @property
    def off_network(self) -> Floats:
        """What goes by pipeline, air or wire, a share of the value [exporter, importer]."""
        return np.asarray(np.maximum(1.0 - self.share.sum(axis=0), 0.0))

    def of_sector(self, share: Floats) -> CargoMix:
        """The same values of a tonne under other shares by class, for every pair the same."""
        return CargoMix(np.broadcast_to(share[:, None, None], self.share.shape).copy(), self.usd_per_t)


def cargo_mix(records: Records, countries: tuple[str, ...]) -> CargoMix:
    """The mix of every pair of countries. Shares of a pair that miss 1 by a rounding are stretched to it;
    what misses it by more is a finding."""
    n = len(countries)
    share, usd_per_t = np.empty((len(CLASSES), n, n)), np.empty((len(CLASSES), n, n))
    plain = [
        records.param("cargo_value_usd_per_t", name) * records.param("cargo_value_factor", name)
        for name in CLASSES
    ]
    for s, name in enumerate(CLASSES):
        share[s], usd_per_t[s] = records.param("trade_share", name), plain[s]
    by_key = rows_by_key(records)
    at = {c: k for k, c in enumerate(countries)}
    # the least particular first, so that what is more particular stands over it
    for key in sorted(by_key, key=lambda k: (ANY not in k, k[0] != ANY, k[1] != ANY)):
        exporter, importer = key
        if not {exporter, importer} - {ANY} <= set(at):
            continue
        rows = slice(None) if exporter == ANY else at[exporter]
        columns = slice(None) if importer == ANY else at[importer]
        total = sum(row.share for row in by_key[key])
        found: dict[str, Cargo] = {row.cargo_class: row for row in by_key[key]}
        for s, name in enumerate(CLASSES):
            row = found.get(name)
            share[s, rows, columns] = row.share / total if row is not None and total > 0 else 0.0
            stated = row.usd_per_t if row is not None else None
            # what somebody measured is not fitted
            factor = records.param("cargo_value_factor", name) if row and row.basis in ASSUMED else 1.0
            usd_per_t[s, rows, columns] = stated * factor if stated else plain[s]
    return CargoMix(share, usd_per_t)


def zone_shares(records: Records, countries: tuple[str, ...]) -> Floats:
    """Share of its country's trade that each zone (the nodes with a trade_share, in their order) sends and
    takes in: (export and import, classes of cargo, zones, countries traded with)."""
    zones = [n for n in records.nodes if n.trade_share]
    most = np.array([n.trade_share for n in zones], dtype=np.float64)
    answer = np.empty((len(DIRECTIONS), len(CLASSES), len(zones), len(countries)))
    answer[:] = most[:, None]
    at = {n.id: k for k, n in enumerate(zones)}
    told: dict[tuple[str, str, str, str], list[ZoneShare]] = {}
    for row in records.zone_shares:
        if row.node in at:
            key = (row.partner, zones[at[row.node]].country, row.direction, row.cargo_class)
            told.setdefault(key, []).append(row)
    # of any partner first, so that what is told of one stands over it
    for partner, country, direction, name in sorted(told, key=lambda key: key[0] != ANY):
        if partner != ANY and partner not in countries:
            continue
        rows = told[partner, country, direction, name]
        total = sum(row.share for row in rows)
        where = slice(None) if partner == ANY else countries.index(partner)
        part = answer[DIRECTIONS.index(direction), CLASSES.index(name)]
        for k, zone in enumerate(zones):
            if zone.country == country and total > 0:
                part[k, where] = sum(row.share for row in rows if row.node == zone.id) / total
    return answer


def rows_by_key(records: Records) -> dict[tuple[str, str], tuple[Cargo, ...]]:
    """Rows of ``cargo`` by exporter and importer, each of them a country or ``*``."""
    found: dict[tuple[str, str], list[Cargo]] = {}
    for row in records.cargo:
        found.setdefault((row.exporter, row.importer), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}
