"""What a value rests on: the share of it, to first order, that comes from flows nobody records.

To first order a set of commitments is worth what it saves on every flow, X (1 - hat), MUSD a year; of that
sum the part on estimated flows is the share. For a country the sum runs over the flows in which it takes
part, as exporter or importer. Nothing saved has no share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.languages import Said

Floats = NDArray[np.float64]
NOTHING = 1e-12  # of the flows: what is saved less than that is rounding


@dataclass(frozen=True)
class EstimatedShare:
    """Shares between 0 and 1 by country and of all countries together; None where nothing is saved."""

    countries: Mapping[str, float | None]
    all: float | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"all": self.all, "countries": dict(self.countries)}

    def sentences(self) -> tuple[str, ...]:
        """What a reader is told; nothing where every flow is recorded or nothing is gained."""
        return (Said("note-rests", share=f"{100 * self.all:.1f}"),) if self.all else ()


def estimated_share(
    countries: tuple[str, ...], saved: Floats, estimated: NDArray[np.bool_]
) -> EstimatedShare:
    """From what is saved on each flow [exporter, importer], signs left out, and which flows are estimated."""
    size = np.abs(saved)
    part = np.where(estimated, size, 0.0)

    def of(some: float, whole: float, least: float) -> float | None:
        return min(some / whole, 1.0) if whole > least else None

    least = NOTHING * max(1.0, float(size.max(initial=0.0)))
    both = [(x.sum(axis=0) + x.sum(axis=1)).tolist() for x in (part, size)]
    return EstimatedShare(
        {c: of(p, w, least) for c, p, w in zip(countries, *both, strict=True)},
        of(float(part.sum()), float(size.sum()), least),
    )
