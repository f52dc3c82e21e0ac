r"""What is not known well: parameters with a band, and where trade between countries is read from.

A row of params with low < high is *banded*. Between its ends it is drawn from a triangle with its value as
mode; where low is above zero the triangle stands on the logarithm, so that half and double weigh the same:

    (1)  p = F^-1(u),  F triangular on (low, value, high), or of ln p on (ln low, ln value, ln high)

Rows that say the same of several kinds of cargo move together (one u), and so do those of a mode and of a
mode with a kind of cargo; modes, and what is done at a node, move on their own. Shares of trade by kind of
cargo add up to 1: when one is set, the others fill what is left in their proportions.

Trade is read from one of three *sources*: ``recorded``, the best evidence cell by cell
(:mod:`milepost.trade.evidence`); ``reported``, the same without the rows of flows; ``gravity``, without
reported trade either, so from GDP and geography alone. A source that a programme lacks is passed over.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from milepost.errors import MilepostError
from milepost.params import CLASSES, MODES, names
from milepost.records import Param, Records
from milepost.trade.evidence import between, flow_matrix
from milepost.trade.rebasing import REST_OF_WORLD

Shape = Literal["triangular", "log-triangular"]
SOURCES = ("recorded", "reported", "gravity")
WEIGHTS: Mapping[str, float] = {"recorded": 0.6, "reported": 0.2, "gravity": 0.2}
SHARES = "trade_share"
APPRAISED = (
    "construction_years",
    "economic_life_years",
    "ramp_up_years",
    "trade_to_gdp_elasticity",
    "conversion_factor",
    "cost_ratio_median",
    "cost_ratio_log_sd",
    "benefit_ratio_median",
    "benefit_ratio_log_sd",
    "cost_escalation_per_year",
)
WHY_NOT: Mapping[str, str] = {
    **dict.fromkeys(APPRAISED, "is about costs and years (milepost appraise)"),
    "queue_hours_at_capacity": "counts only where queues answer (value --congested)",
    "queue_power": "counts only where queues answer (value --congested)",
    "tonnes_per_teu": "turns counts of containers into tonnes; no V rests on it",
    "tonnes_per_20_foot_box": "turns prices of containers into prices of tonnes; no V rests on it",
    "schedule_ratio_median": "is about dates (milepost draws)",
    "schedule_ratio_log_sd": "is about dates (milepost draws)",
    "shipment_types": "is a setting of the arithmetic",
    "shipment_seed": "is a setting of the arithmetic",
}
NO_BAND = "has no low and high on record"


@dataclass(frozen=True)
class Banded:
    """One row of params with its band. ``moves_with`` names the draw that it shares with others."""

    id: str
    name: str
    applies_to: str
    value: float
    low: float
    high: float
    unit: str
    shape: Shape
    moves_with: str

    def at(self, u: float) -> float:
        """Equation (1) for u between 0 and 1."""
        if self.shape == "log-triangular":
            ends = (math.log(self.low), math.log(max(self.value, self.low)), math.log(self.high))
            return min(max(math.exp(_triangle(u, *ends)), self.low), self.high)
        return _triangle(u, self.low, self.value, self.high)

    @property
    def label(self) -> str:
        """Name, and what it applies to."""
        return self.name if self.applies_to == "all" else f"{self.name} {self.applies_to}"


def banded(records: Records) -> tuple[Banded, ...]:
    """The banded rows that V may rest on, in the order of their rows."""
    found = []
    for row in records.params:
        if row.use != "model" or row.name in WHY_NOT or row.name not in names():
            continue
        if row.low is None or row.high is None or not row.low < row.high:
            continue
        shape: Shape = "log-triangular" if row.low > 0 else "triangular"
        found.append(
            Banded(
                row.id,
                row.name,
                row.applies_to,
                row.value,
                row.low,
                row.high,
                row.unit,
                shape,
                _moves_with(row),
            )
        )
    return tuple(found)


def not_drawn(records: Records) -> dict[str, str]:
    """Model rows of params that are not drawn, by id, and why."""
    drawn = {row.id for row in banded(records)}
    return {
        row.id: WHY_NOT.get(row.name, NO_BAND)
        for row in records.params
        if row.use == "model" and row.id not in drawn
    }


def with_values(records: Records, values: Mapping[str, float]) -> Records:
    """The records with rows of params, by id, set to other values. Rows of ``trade_share`` that are not among
    them fill what is left of 1 in their proportions; where all are, all are scaled to it."""
    rows = [
        row.model_copy(update={"value": values[row.id]}) if row.id in values else row
        for row in records.params
    ]
    shares = [k for k, row in enumerate(rows) if _is_share(row)]
    if any(rows[k].id in values for k in shares) and len(shares) == len(CLASSES):
        before = sum(row.value for row in records.params if _is_share(row))
        held = [k for k in shares if rows[k].id in values]
        free = [k for k in shares if k not in held] or held
        fixed = sum(rows[k].value for k in held if k not in free)
        there = sum(rows[k].value for k in free)
        left = max(before - fixed, 0.0)
        for k in free:
            share = rows[k].value * left / there if there > 0 else left / len(free)
            rows[k] = rows[k].model_copy(update={"value": share})
    return replace(records, params=tuple(rows))


def flow_sources(records: Records) -> dict[str, float]:
    """The sources of trade that a programme has, and the weight of each; they add up to 1. With many sectors
    the table of their trade is the only one.

    ``flow_source_weight`` of params may say other weights; without a weight above zero the best source has
    all."""
    if records.settings.model == "many-sectors":
        return {"recorded": 1.0}
    there = [source for source in SOURCES if _has(records, source)]
    row = {source: records.find_param("flow_source_weight", source) for source in there}
    weight = {s: WEIGHTS[s] if (found := row[s]) is None else found.value for s in there}
    total = sum(weight.values())
    if total <= 0:
        return {there[0]: 1.0}
    return {source: w / total for source, w in weight.items() if w > 0}


def from_source(records: Records, source: str) -> Records:
    """The records as they are where trade is read from a source."""
    if source == "recorded":
        return records
    if source == "reported":
        return records.with_rows(flows=())
    rows = [r.model_copy(update={"use": "check"}) for r in records.reported_trade]
    return records.with_rows(flows=(), reported_trade=rows)


def _has(records: Records, source: str) -> bool:
    if source == "recorded":
        return any(row.exporter != row.importer for row in records.flows)
    placed = all(
        c.id == REST_OF_WORLD or (c.lat is not None and c.lon is not None) for c in records.countries
    )
    if not placed or (source == "reported" and not between(records, held=True)):
        return False
    try:
        flow_matrix(from_source(records, source))
    except MilepostError:  # what is reported does not fit into GDP, say: then it is no source of its own
        return False
    return True


def _is_share(row: Param) -> bool:
    return row.use == "model" and row.name == SHARES and row.applies_to in CLASSES


def _moves_with(row: Param) -> str:
    parts = row.applies_to.split("/")
    if row.name == SHARES or not set(parts) <= {*CLASSES, *MODES}:
        return f"{row.name} {row.applies_to}"
    return " ".join([row.name, *(part for part in parts if part in MODES)])


def _triangle(u: float, low: float, mode: float, high: float) -> float:
    """Inverse of the triangular distribution function; a mode beyond the band is taken at its end."""
    mode = min(max(mode, low), high)
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))
