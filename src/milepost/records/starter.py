"""The parameters that every model needs, with a usual value: what a new programme starts from."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from milepost.records.tables import Param

_FILE = Path(__file__).resolve().parent / "starter_params.csv"

MEANINGS = {
    "trade_elasticity": "by how many percent trade falls when it becomes one percent dearer",
    "cargo_value_usd_per_t": "what a tonne of such cargo is worth",
    "trade_share": "share of the value of trade that goes as such cargo; bulk, general and containers add up "
    "to 1",
    "value_of_time_share_per_day": "what a day on the way costs, as a share of the value of the cargo",
    "speed_kmh": "running speed where a link states none",
    "freight_rate_usd_per_tkm": "freight rate where a link states none; mode, or mode/cargo",
    "handling_hours": "hours to change from one mode to the other, or to load and unload a ship, where no "
    "crossing stands",
    "handling_usd_per_t": "charge for it",
    "transshipment_hours": "hours from ship to ship in one port, where no crossing stands",
    "transshipment_usd_per_t": "charge for it",
    "gauge_change_hours": "hours where the rail gauge changes, where no crossing stands",
    "gauge_change_usd_per_t": "charge for it",
    "border_hours": "hours at a border where no crossing stands",
    "border_usd_per_t": "charge for it",
    "internal_border_hours": "hours at a border inside a customs union",
    "internal_border_usd_per_t": "charge for it",
    "loading_hours": "hours at each end of the way",
    "waiting_factor": "factor on the hours stated for ports or borders: 1 takes them as stated",
}


@cache
def starter_params() -> tuple[Param, ...]:
    """A row for each parameter of a model with all means of transport, with usual values and their bands."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Param.model_validate({k: v for k, v in row.items() if v}) for row in csv.DictReader(file)
        )


def usual(name: str, applies_to: str) -> Param | None:
    """The usual row of a parameter."""
    return next((p for p in starter_params() if (p.name, p.applies_to) == (name, applies_to)), None)
