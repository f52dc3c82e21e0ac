"""Pairs of zones that have no path on the network today, and have one once what is promised is delivered.

Their goods go today by some way that the programme does not describe: there is trade between them. From
infinity no change of cost is defined, so today's cost of such a pair is taken as that of its path with
everything delivered, dearer by ``off_network_premium``. That way stays open: with some commitments delivered
the pair pays the cheaper of the two. So delivering never makes a pair dearer, V of nothing is zero, and the
premium bounds what a first connection may be worth. A pair without a path even then is held as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from milepost.network.effects import valued
from milepost.network.overlay import Overlay
from milepost.network.trees import UNREACHABLE
from milepost.value.baseline import World

Costs = NDArray[np.int32]
NO_LIMIT = np.iinfo(np.int32).max


@dataclass(frozen=True)
class OffNetwork:
    """The dearest that each pair pays (rows, zones, zones), in the unit of costs; no limit for all others."""

    limit: Costs
    premium: float
    pairs: int  # of zones, for the last row, that have their first path by a promise

    @classmethod
    def of(cls, world: World, today: Costs) -> OffNetwork | None:
        """For the costs of today's network; None if no pair has its first path by a promise."""
        if not (today >= UNREACHABLE).any():
            return None
        closed = world.done | world.stopped
        players = tuple(name for name in valued(world.records) if name not in closed)
        overlay = Overlay.of(world.records, players, world.done, world.usual)
        best = overlay.cost(frozenset(players))
        first = (today >= UNREACHABLE) & (best < UNREACHABLE)
        if not first.any():
            return None
        premium = world.records.param("off_network_premium")
        dearer = np.minimum(np.rint(best * (1.0 + premium)), UNREACHABLE - 1)
        limit = np.where(first, dearer, NO_LIMIT).astype(np.int32)
        return cls(limit, premium, int(first[-1].sum()))

    def on(self, overlay: Overlay) -> Overlay:
        """The overlay with that way open: between the zones of a pair no path begins or ends elsewhere, so it
        is enough that their cost starts from the limit."""
        P = overlay.zones
        base = overlay.base.copy()
        base[:, :P, :P] = np.minimum(base[:, :P, :P], self.limit)
        return replace(overlay, base=base)
