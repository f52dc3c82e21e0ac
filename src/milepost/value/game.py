"""V(S): the yearly value, per country, of any set of delivered commitments. Here the four rooms meet.

    S -> network changed by S -> cheapest generalised cost between all places -> trade-cost hats
      -> trade equilibrium -> equivalent variation, MUSD a year by country

V(∅) = 0 is today's network on the programme's base date, completed commitments included. A player is an open
commitment with at least one effect that the model values. Two sets that lead to the same cost matrices, bit for
bit, share one stored value, so a commitment that changes nothing is worth exactly nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of

Values = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass
class Game:
    """A game in characteristic form with many payoffs: V(S), shape (countries,), for S within ``players``.

    ``evaluate`` answers for one set; ``evaluate_all`` (optional) fills the table of all 2^K sets, row = bit mask
    with player k as bit k. Both are asked at most once per set: the answers are remembered.
    """

    players: tuple[str, ...]
    countries: tuple[str, ...]
    evaluate: Callable[[frozenset[str]], Values]
    evaluate_all: Callable[[Progress | None], Values] | None = None
    not_valued: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    _memory: dict[frozenset[str], Values] = field(default_factory=dict, repr=False)
    _table: Values | None = field(default=None, repr=False)

    def value(self, delivered: Iterable[str]) -> Values:
        """V of a set of delivered commitments, MUSD a year per country. Raises ``WrongUse`` for a stranger."""
        asked = frozenset(delivered)
        known = self._memory.get(asked)
        if known is not None:
            return known
        for name in sorted(asked):
            if name not in self.players:
                if name in self.not_valued:
                    raise WrongUse(f"{name} is not valued: {self.not_valued[name]}.")
                raise one_of("valued open commitment", name, list(self.players))
        if self._table is not None:
            answer: Values = self._table[self.mask(asked)]
        else:
            answer = np.asarray(self.evaluate(asked), dtype=np.float64)
        answer.setflags(write=False)
        self._memory[asked] = answer
        return answer

    def mask(self, delivered: Iterable[str]) -> int:
        """The set as a bit mask, player k as bit k."""
        where = {name: k for k, name in enumerate(self.players)}
        return sum(1 << where[name] for name in set(delivered))

    def table(self, *, progress: Progress | None = None) -> Values:
        """V of all 2^K subsets, shape (2^K, countries)."""
        if self._table is None:
            table = self._one_by_one(progress) if self.evaluate_all is None else self.evaluate_all(progress)
            table.setflags(write=False)
            self._table = table
        return self._table

    def _one_by_one(self, progress: Progress | None) -> Values:
        K = len(self.players)
        table = np.empty((1 << K, len(self.countries)))
        for mask in range(1 << K):
            table[mask] = self.value(frozenset(p for k, p in enumerate(self.players) if mask >> k & 1))
            if progress is not None:
                progress(mask + 1, 1 << K)
        return table
