"""Trade between countries as the model of a programme has it, whichever of the two that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.one_sector.from_records import base

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Flows:
    """Trade between countries, MUSD a year, as it is recorded.

    ``musd`` and ``cif`` (valued with freight, at the importer's border) are [sector, exporter, importer];
    ``estimated`` [exporter, importer] marks what nobody records. ``cargo`` [sector, class] are the shares of
    sectors by class of cargo; None where ``cargo`` of the records says it by pair.
    """

    countries: tuple[str, ...]
    musd: Floats
    cif: Bools
    estimated: Bools
    cargo: Floats | None

    @property
    def total(self) -> Floats:
        """Over all sectors [exporter, importer]."""
        return np.asarray(self.musd.sum(axis=0))


def recorded_flows(records: Records) -> Flows:
    """The flows of the model that the programme names."""
    if records.settings.model == "many-sectors":
        made = sector_base(records)
        cargo = np.array([[s.bulk, s.general, s.containers] for s in records.sectors])
        economy = made.economy
        none = np.zeros(economy.flows.shape[1:], dtype=bool)
        return Flows(economy.countries, economy.flows, made.cif, none, cargo)
    one = base(records)
    matrix = one.matrix
    return Flows(matrix.countries, one.economy.flows[None], matrix.cif[None], matrix.estimated, None)


def flows_between(records: Records) -> tuple[tuple[str, ...], Floats]:
    """Countries and trade between them, MUSD a year [origin, destination], in the model that the programme
    names, as it is recorded."""
    found = recorded_flows(records)
    return found.countries, found.total
