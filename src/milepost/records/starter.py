"""The parameters that every model needs, with a usual value: what a new programme starts from."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from milepost.records.tables import Param

_FILE = Path(__file__).resolve().parent / "starter_params.csv"


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
