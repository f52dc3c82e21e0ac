"""Trade between countries as the model of a programme has it, whichever of the two that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.one_sector.from_records import base


def flows_between(records: Records) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Countries and trade between them, MUSD a year [origin, destination], in the model that the programme
    names."""
    if records.settings.model == "many-sectors":
        economy = sector_base(records).economy
        return economy.countries, economy.flows.sum(axis=0)
    one = base(records).economy
    return one.countries, one.flows
