"""Tonnes between zones at the flows of the base: what a programme's trade weighs, class by class of cargo."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from milepost.network.cargo import cargo_mix
from milepost.network.loads import Freight, tonnes
from milepost.network.paths import skim
from milepost.trade.flows import recorded_flows
from milepost.value.baseline import Baseline

Floats = NDArray[np.float64]


def shipped(baseline: Baseline, banned: Iterable[tuple[str, str]] = ()) -> Floats:
    """Tonnes a year (classes, zones, zones) of the flows as recorded; pairs of countries that are ``banned``
    send nothing. Of flows recorded with freight it is taken off by the cost of today's paths."""
    records = baseline.records
    flows = recorded_flows(records)
    musd = flows.musd.copy()
    for a, b in banned:
        musd[:, flows.countries.index(a), flows.countries.index(b)] = 0.0
    mix = cargo_mix(records, flows.countries)
    abroad = ~np.eye(len(flows.countries), dtype=bool)
    cost = skim(baseline.network()).cost if (flows.cif & abroad & (musd > 0)).any() else None
    answer: Floats | None = None
    for j, square in enumerate(musd):
        freight = None if cost is None else Freight(flows.cif[j], cost)
        made = mix if flows.cargo is None else mix.of_sector(flows.cargo[j])
        found = tonnes(records, square, flows.countries, made, freight)
        answer = found if answer is None else answer + found
    assert answer is not None  # there is a sector
    return answer
