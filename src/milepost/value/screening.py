r"""A first look at many commitments: V by pairs, instead of by all sets. An approximation, and marked as one.

The expansion of V in interactions (Harsanyi 1963; Grabisch and Roubens 1999, Int. J. Game Theory 28(4)), cut
after pairs:

    (1)  V2(S) = sum_{i in S} V(i) + sum_{i<j in S} [ V(ij) - V(i) - V(j) ]
    (2)  share of i = V(i) + 1/2 sum_j [ V(ij) - V(i) - V(j) ]                 the Shapley value of V2

It asks for K (K + 1) / 2 equilibria instead of 2^K. Its error is measured, not assumed: V2 is set beside V on
random sets and on all commitments together. Three halves of one railway are worth nothing in pairs: where the
error is large, do not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.results import Cell, Result, frame_of
from milepost.value.game import Game

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
AT_ONCE = 512  # pairs between two tellings of progress


@dataclass(frozen=True, repr=False)
class Screening(Result):
    """Shares (2) [commitment, country], interactions [commitment, commitment] summed over countries, MUSD a
    year, and the errors.

    ``error_all``: V2(all) - V(all), and ``error_typical``: root mean square of V2 - V over random sets, both
    summed over countries and relative to V(all).
    """

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    share: Floats
    interaction: Floats
    total: float
    error_all: float
    error_typical: float
    sets: int
    seed: int
    unit: str = "MUSD/year"
    method: str = "second-order screening, not exact"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost screen``."""
        return {
            "unit": self.unit,
            "method": self.method,
            "shares": {
                c: dict(zip(self.countries, row, strict=True))
                for c, row in zip(self.commitments, self.share.tolist(), strict=True)
            },
            "interactions": {
                a: {
                    b: float(self.interaction[i, j])
                    for j, b in enumerate(self.commitments)
                    if i != j and self.interaction[i, j]
                }
                for i, a in enumerate(self.commitments)
            },
            "total": self.total,
            "error_all": self.error_all,
            "error_typical": self.error_typical,
            "error_sets": self.sets,
            "seed": self.seed,
        }

    def frame(self) -> pd.DataFrame:
        """A row a commitment: its share summed over countries, MUSD a year."""
        return frame_of({"commitment": list(self.commitments), "share_musd_per_year": self.share.sum(axis=1)})

    def ranked(self) -> list[tuple[str, float]]:
        """Commitments by their share summed over countries, largest first."""
        sums = self.share.sum(axis=1).tolist()
        return sorted(zip(self.commitments, sums, strict=True), key=lambda pair: -pair[1])

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment, the largest share first."""
        return ["commitment", "share_musd_per_year"], [list(pair) for pair in self.ranked()]

    def headed(self) -> str:
        """What it is worth itself."""
        return (
            f"{self.method}, {self.unit}: error {self.error_all:+.1%} on all, {self.error_typical:.1%} "
            "on "
            "random sets"
        )


def screen(
    game: Game, *, sets: int = 32, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Screening:
    """Shares by (2) and what (1) is worth. Raises ``WrongUse`` for fewer than 8 sets to measure the error
    on."""
    if sets < 8:
        raise WrongUse("Measure the error of the screening on 8 sets or more.")
    K, n = len(game.players), len(game.countries)
    alone = game.values([(p,) for p in game.players])
    meet = np.zeros((K, K, n))
    pairs = list(combinations(range(K), 2))
    for low in range(0, len(pairs), AT_ONCE):
        some = pairs[low : low + AT_ONCE]
        both = game.values([(game.players[i], game.players[j]) for i, j in some])
        for (i, j), value in zip(some, both, strict=True):
            meet[i, j] = meet[j, i] = value - alone[i] - alone[j]
        if progress is not None:
            progress(low + len(some), len(pairs))
    rng = np.random.default_rng(seed)

    def second(chosen: NDArray[np.bool_]) -> float:
        inside = meet[np.ix_(chosen, chosen)].sum() / 2
        return float(alone[chosen].sum() + inside)

    total = float(game.value(game.players).sum())
    every = [rng.random(K) < 0.5 for _ in range(sets)]
    exact = game.values([[p for p, c in zip(game.players, chosen, strict=True) if c] for chosen in every])
    errors = [second(chosen) - float(value.sum()) for chosen, value in zip(every, exact, strict=True)]
    scale = max(abs(total), 1e-300)
    return Screening(
        game.players,
        game.countries,
        alone + meet.sum(axis=1) / 2,
        meet.sum(axis=2),
        total,
        (second(np.ones(K, dtype=bool)) - total) / scale,
        float(np.sqrt(np.mean(np.square(errors)))) / scale,
        sets,
        seed,
    )
