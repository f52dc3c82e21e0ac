r"""Which promises need one another, and which compete: the second difference of V.

Grabisch and Roubens (1999, Int. J. Game Theory 28(4)):

    (1)  I_T(a, b) = V(T + a + b) - V(T + a) - V(T + b) + V(T)

It is taken twice: beside nothing else, T empty, and beside everything else that is valued, T = all without a
and b. Above zero the two reinforce each other (two halves of one line), below zero each makes the other less
needed (two lines for the same goods). The two answers may differ in sign: what competes today may be needed
together once a third promise is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.results import Result, frame_of
from milepost.value.game import Game

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
LEAST_SHARE = 1e-3  # of V(all), for two commitments to be told together


@dataclass(frozen=True, repr=False)
class Interactions(Result):
    """(1) [commitment, commitment], symmetric with a zero diagonal, summed over countries, MUSD a year."""

    commitments: tuple[str, ...]
    alone: Floats
    last: Floats
    total: float  # V(all), summed over countries
    unit: str = "MUSD/year"

    def headed(self) -> str:
        """Unit and size."""
        return f"second differences of V, {self.unit}, {len(self.commitments)} commitments"

    def as_dict(self) -> dict[str, Any]:
        """Both squares, in the order of the commitments."""
        return {
            "unit": self.unit,
            "commitments": list(self.commitments),
            "alone": self.alone.tolist(),
            "last": self.last.tolist(),
        }

    def frame(self) -> pd.DataFrame:
        """A row a pair of commitments, MUSD a year beside nothing else and beside everything else."""
        rows = [
            {
                "commitment": a,
                "other": b,
                "alone_musd_per_year": self.alone[i, j],
                "last_musd_per_year": self.last[i, j],
            }
            for (i, a), (j, b) in combinations(enumerate(self.commitments), 2)
        ]
        return frame_of(rows, columns=["commitment", "other", "alone_musd_per_year", "last_musd_per_year"])

    def of(self, name: str, least: float = 0.0) -> list[tuple[str, float, float]]:
        """(other, beside nothing, beside everything), strongest first; those below ``least`` MUSD a year in
        both are left out."""
        i = self.commitments.index(name)
        found = [
            (other, float(self.alone[i, j]), float(self.last[i, j]))
            for j, other in enumerate(self.commitments)
            if i != j and max(abs(self.alone[i, j]), abs(self.last[i, j])) > least
        ]
        return sorted(found, key=lambda row: (-max(abs(row[1]), abs(row[2])), row[0]))

    def strong(self) -> dict[str, list[tuple[str, float, float]]]:
        """What each commitment needs or competes with, as :meth:`of`; below a thousandth of V(all) nothing
        is told."""
        return {name: self.of(name, LEAST_SHARE * abs(self.total)) for name in self.commitments}


def interactions(game: Game) -> Interactions:
    """(1) for every pair of players: about K^2 values, looked up where the table of all sets is there
    already."""
    players = game.players
    K = len(players)
    everything = frozenset(players)

    def worth(names: frozenset[str]) -> float:
        return float(game.value([p for p in players if p in names]).sum())

    pairs = [frozenset(both) for both in combinations(players, 2)]
    few = [everything, *(frozenset((p,)) for p in players), *(everything - {p} for p in players)]
    game.values([*few, *pairs, *(everything - pair for pair in pairs)])
    single = [worth(frozenset((p,))) for p in players]
    without = [worth(everything - {p}) for p in players]
    total = worth(everything)
    alone, last = np.zeros((K, K)), np.zeros((K, K))
    for i, j in combinations(range(K), 2):
        pair = frozenset((players[i], players[j]))
        alone[i, j] = alone[j, i] = worth(pair) - single[i] - single[j]
        last[i, j] = last[j, i] = total - without[i] - without[j] + worth(everything - pair)
    return Interactions(players, alone, last, total)
