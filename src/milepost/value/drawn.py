r"""One draw of a world: its parameters, where its trade is read from, and the errors of its flows.

* Each banded parameter (:mod:`milepost.value.uncertain`) has a uniform number for each draw; so has the
  source of flows, whose weights cut it.
* Each flow X_ij between two countries is multiplied by a log-normal factor with mean 1,

    (1)  exp( s e_ij - s^2 / 2 )                                   recorded or reported
    (2)  exp( c_x a_i + c_m b_j + p e_ij - (c_x^2 + c_m^2 + p^2) / 2 )     estimated

  a, b, e standard normal: a country whose estimate is off is off with all its partners. s is
  ``recorded_flow_log_sd`` or ``reported_flow_log_sd``, c ``country_flow_log_sd``, p ``estimated_flow_log_sd``
  of params. Their defaults for what is estimated were measured by hiding recorded flows and estimating them
  (``scripts/measure_flow_errors.py``).

All numbers are made of the seed and of names, so no order of rows matters, and what is added to a programme
leaves the draws of the rest as they were. They are stratified: of n draws one falls into each n-th part of
the distribution of every single number (Latin hypercube: McKay, Beckman & Conover 1979, Technometrics 21(2)).

Home sales are what is left of GDP; where drawn exports leave less than a twentieth of it, they are scaled
down. With many sectors their trade is drawn row by row by (1), and all elasticities move by the factor of
``trade_elasticity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.network.shipment_types import normal
from milepost.records import Flow, Records
from milepost.results import by_reason
from milepost.trade.evidence import ESTIMATED, REPORTED
from milepost.trade.one_sector.from_records import base
from milepost.value.uncertain import Banded, banded, flow_sources, from_source, not_drawn, with_values

Floats = NDArray[np.float64]
HOME_LEAST = 0.05  # of output is sold at home, whatever is drawn
SHAPES = "log-normal, mean 1"


@dataclass(frozen=True)
class Draw:
    """One draw: values of banded rows by id, the source of flows, and standard normal errors: by pair
    [exporter, importer] (with many sectors [row]), by exporter and by importer."""

    values: Mapping[str, float]
    source: str
    pair: Floats
    exporter: Floats
    importer: Floats


@dataclass(frozen=True)
class Plan:
    """What is drawn, how often, from which seed: banded parameters, the sources of flows with their weights,
    the sizes of the errors of flows; and which rows of params are not drawn, and why."""

    count: int
    seed: int
    banded: tuple[Banded, ...]
    sources: Mapping[str, float]
    errors: Mapping[str, float]
    not_drawn: Mapping[str, str]
    countries: tuple[str, ...]
    rows: tuple[str, ...]  # names of what has an error of its own

    @classmethod
    def of(cls, records: Records, count: int, seed: int) -> Plan:
        """The plan of a programme's records."""
        names = tuple(c.id for c in records.countries)
        sectors = records.settings.model == "many-sectors"
        pairs = (
            tuple(f"{r.sector}/{r.exporter}/{r.importer}" for r in records.sector_trade)
            if sectors
            else tuple(f"{a}/{b}" for a in names for b in names)
        )
        errors = {"recorded_flow_log_sd": records.param("recorded_flow_log_sd")}
        if not sectors:
            errors |= {
                "reported_flow_log_sd": records.param("reported_flow_log_sd"),
                "estimated_flow_log_sd": records.param("estimated_flow_log_sd"),
                "country_flow_log_sd exporter": records.param("country_flow_log_sd", "exporter"),
                "country_flow_log_sd importer": records.param("country_flow_log_sd", "importer"),
            }
        return cls(
            count, seed, banded(records), flow_sources(records), errors, not_drawn(records), names, pairs
        )

    def draws(self) -> list[Draw]:
        """All of them, in order."""
        groups = dict.fromkeys(row.moves_with for row in self.banded)
        level = {g: self._uniform(f"parameter/{g}") for g in groups}
        source = self._uniform("source of flows")
        cuts = np.cumsum(list(self.sources.values()))[:-1]
        pair = normal(self.count, self.seed, "flow", self.rows)
        exporter, importer = (
            normal(self.count, self.seed, side, self.countries) for side in ("exporter", "importer")
        )
        names = list(self.sources)
        return [
            Draw(
                {row.id: row.at(float(level[row.moves_with][k])) for row in self.banded},
                names[int(np.searchsorted(cuts, source[k], side="right"))],
                pair[k],
                exporter[k],
                importer[k],
            )
            for k in range(self.count)
        ]

    def _uniform(self, what: str) -> Floats:
        answer: Floats = scipy.special.ndtr(normal(self.count, self.seed, what, ("",))[:, 0])
        return answer

    def as_dict(self) -> dict[str, Any]:
        """What was drawn, with shape and band, and what was not."""
        return {
            "drawn": [
                {
                    "id": row.id,
                    "name": row.name,
                    "applies_to": row.applies_to,
                    "value": row.value,
                    "low": row.low,
                    "high": row.high,
                    "unit": row.unit,
                    "shape": row.shape,
                    "moves_with": row.moves_with,
                }
                for row in self.banded
            ],
            "flow_errors": [
                {"name": name, "log_sd": sd, "shape": SHAPES} for name, sd in self.errors.items()
            ],
            "not_drawn": [{"why": why, "ids": ids} for why, ids in by_reason(dict(self.not_drawn)).items()],
        }


def drawn(records: Records, draw: Draw) -> Records:
    """The records of one draw: its parameters, and its flows as rows of their own."""
    if records.settings.model == "many-sectors":
        return _sectors_drawn(records, draw)
    after = from_source(with_values(records, draw.values), draw.source)
    made = base(after)
    X = made.economy.flows
    Y = X * _noise(after, made.mark, draw)
    # GDP is known better than trade: a draw whose exports leave next to nothing of it for home is scaled down
    # to what is there
    output, home = X.sum(axis=1), X.diagonal()
    abroad = Y.sum(axis=1) - Y.diagonal()
    most = output - np.minimum(home, HOME_LEAST * output)
    share = np.minimum(1.0, most / np.where(abroad > 0, abroad, 1.0))
    Y *= share[:, None]
    np.fill_diagonal(Y, output - abroad * share)
    names = made.economy.countries
    flows = [
        Flow.model_construct(
            exporter=a,
            importer=b,
            usd_m=float(Y[i, j]),
            valuation="cif" if made.matrix.cif[i, j] else "fob",
            basis=ESTIMATED if made.matrix.estimated[i, j] else "",
        )
        for i, a in enumerate(names)
        for j, b in enumerate(names)
    ]
    settings = after.settings.model_copy(update={"deficits": made.economy.closure})
    return replace(after, settings=settings, flows=tuple(flows))


def _noise(records: Records, mark: NDArray[np.str_], draw: Draw) -> Floats:
    """Factors (1) and (2) on flows [exporter, importer]; 1 at home."""
    n = len(mark)
    e = draw.pair.reshape(n, n)
    sd = np.where(
        mark == REPORTED, records.param("reported_flow_log_sd"), records.param("recorded_flow_log_sd")
    )
    answer = np.exp(sd * e - sd**2 / 2)
    parts = (
        (records.param("country_flow_log_sd", "exporter"), draw.exporter[:, None]),
        (records.param("country_flow_log_sd", "importer"), draw.importer[None, :]),
        (records.param("estimated_flow_log_sd"), e),
    )
    log = sum((s * x - s**2 / 2 for s, x in parts), np.zeros((n, n)))
    answer = np.where(mark == ESTIMATED, np.exp(log), answer)
    np.fill_diagonal(answer, 1.0)
    return np.asarray(answer)


def _sectors_drawn(records: Records, draw: Draw) -> Records:
    after = with_values(records, draw.values)
    before, changed = records.find_param("trade_elasticity"), after.find_param("trade_elasticity")
    factor = changed.value / before.value if before is not None and changed is not None else 1.0
    sd = after.param("recorded_flow_log_sd")
    noise = np.exp(sd * draw.pair - sd**2 / 2).tolist()
    trade = tuple(
        row if row.exporter == row.importer else row.model_copy(update={"usd_m": row.usd_m * x})
        for row, x in zip(records.sector_trade, noise, strict=True)
    )
    sectors = tuple(
        s.model_copy(update={"trade_elasticity": s.trade_elasticity * factor}) for s in records.sectors
    )
    return replace(after, sectors=sectors, sector_trade=trade)
