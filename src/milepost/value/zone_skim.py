"""The skim of a world: what the cheapest path between every two zones costs, takes and measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE
from milepost.network.paths import skim
from milepost.results import Cell, Result, frame_of
from milepost.value.baseline import World

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
HEADS = ("cargo", "from_node", "to_node", "cost_usd_per_t", "hours", "usd_per_t", "km")


@dataclass(frozen=True, repr=False)
class ZoneSkim(Result):
    """Matrices (classes, zones, zones), from row to column, NaN where there is no path.

    ``cost`` is generalised cost, USD/t; ``hours``, ``usd_per_t`` (freight) and ``km`` are those of the same
    path. ``classes`` are bulk, general and containers; ``delivered`` what is delivered besides today.
    """

    zones: tuple[str, ...]
    classes: tuple[str, ...]
    delivered: tuple[str, ...]
    cost: Floats
    hours: Floats
    usd_per_t: Floats
    km: Floats

    @classmethod
    def of(cls, world: World) -> ZoneSkim:
        """Of the network in a world."""
        network = world.network()
        found = skim(network)
        cost = np.where(found.cost < UNREACHABLE, found.cost * UNIT_USD_PER_T, np.nan)
        zones = tuple(zone.node for zone in network.zones)
        names = tuple(c.id for c in world.records.commitments if c.id in world.delivered)
        for array in (cost, found.hours, found.usd_per_t, found.km):
            array.setflags(write=False)
        return cls(zones, CLASSES, names, cost, found.hours, found.usd_per_t, found.km)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """A row a class and pair of zones that has a path, in the order of :data:`HEADS`."""
        for s, cargo in enumerate(self.classes):
            for o, start in enumerate(self.zones):
                for d, end in enumerate(self.zones):
                    if o != d and not np.isnan(self.cost[s, o, d]):
                        four = (m[s, o, d] for m in (self.cost, self.hours, self.usd_per_t, self.km))
                        yield (cargo, start, end, *map(float, four))

    def headed(self) -> str:
        """How many zones, with what delivered."""
        having = f" with {', '.join(self.delivered)} delivered" if self.delivered else ""
        return f"skim of {len(self.zones)} zones{having}, USD/t, hours, km"

    def as_dict(self) -> dict[str, Any]:
        """Zones, and the rows as mappings."""
        rows = [dict(zip(HEADS, row, strict=True)) for row in self.rows()]
        return {"zones": list(self.zones), "delivered": list(self.delivered), "rows": rows}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """The rows."""
        return HEADS, list(self.rows())

    def frame(self) -> pd.DataFrame:
        """A row a class and pair of zones."""
        return frame_of(list(self.rows()), columns=list(HEADS))
