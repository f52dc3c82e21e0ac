r"""What trade between two countries is made of: shares of its value by class of cargo, and what a tonne is
worth.

The rows of ``cargo`` for one exporter and importer hold as a whole, the most particular ones first: exporter
and importer, exporter to ``*``, ``*`` to importer, ``*`` to ``*``; where none stands, ``trade_share`` and
``cargo_value_usd_per_t`` of params. What is left of 1 goes off the network (by pipeline, air or wire): it is
traded, and no link carries it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.params import CLASSES
from milepost.records import Cargo, Records
from milepost.records.kinds import ANY

Floats = NDArray[np.float64]
OFF_NETWORK = "off_network"


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
    for s, name in enumerate(CLASSES):
        share[s] = records.param("trade_share", name)
        usd_per_t[s] = records.param("cargo_value_usd_per_t", name)
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
            usd_per_t[s, rows, columns] = stated or records.param("cargo_value_usd_per_t", name)
    return CargoMix(share, usd_per_t)


def rows_by_key(records: Records) -> dict[tuple[str, str], tuple[Cargo, ...]]:
    """Rows of ``cargo`` by exporter and importer, each of them a country or ``*``."""
    found: dict[tuple[str, str], list[Cargo]] = {}
    for row in records.cargo:
        found.setdefault((row.exporter, row.importer), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}
