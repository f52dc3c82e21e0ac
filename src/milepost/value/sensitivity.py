"""How the ranking of commitments moves with the value of time.

A full game for each value of a day would cost as much as all other answers together. So where there are many
commitments, the shares at the programme's own value of a day, which are known, are moved by what shares by
pairs (:mod:`milepost.value.screening`) say of the difference: what pairs leave out is nearly the same on both
sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milepost.many import each
from milepost.value.baseline import World
from milepost.value.corridor import corridor_game
from milepost.value.screening import screen
from milepost.value.shares import Shares, shapley

BAND = (
    0.006,
    0.008,
    0.021,
)  # Hummels & Schaur 2013, AER 103(7): 0.6-2.1 % of value a day; 0.8 % Hummels 2001
EXACT_UP_TO = 12  # commitments; beyond, what pairs say of the difference


@dataclass(frozen=True)
class Sensitivity:
    """Shapley share of each commitment, all countries together, MUSD a year, for each value of a day
    (containers)."""

    share_per_day: tuple[float, ...]
    commitments: tuple[str, ...]
    share_musd: tuple[tuple[float, ...], ...]  # [value of time][commitment]

    def rank(self, which: int) -> dict[str, int]:
        """Rank of each commitment, 1 = worth most."""
        order = sorted(
            zip(self.share_musd[which], self.commitments, strict=True), key=lambda p: (-p[0], p[1])
        )
        return {name: rank for rank, (_, name) in enumerate(order, start=1)}

    def moved(self, steps: int = 2) -> tuple[str, ...]:
        """Commitments whose rank differs by that many or more between values of a day."""
        ranks = [self.rank(k) for k in range(len(self.share_per_day))]
        return tuple(
            n for n in self.commitments if max(r[n] for r in ranks) - min(r[n] for r in ranks) >= steps
        )


def value_of_time(
    world: World,
    band: Sequence[float] = BAND,
    progress: Callable[[int, int], None] | None = None,
    *,
    on: str = "here",
    known: Shares | None = None,
) -> Sensitivity:
    """Solve the world anew for each value of a day; the classes keep their proportions to containers.

    ``known`` are the shares of the world as it is: with more than 12 commitments shares at another value of a
    day are these and the difference that pairs of commitments make (without ``known``, those by pairs).
    ``on`` says where: here, in processes, or on a cluster (:func:`milepost.many.each`).
    """
    name = "value_of_time_share_per_day"
    records = world.records
    centre = records.param(name, "containers")
    moved = known is not None and len(known.commitments) > EXACT_UP_TO
    days = list(dict.fromkeys([*band, centre])) if moved else list(band)
    worlds = []
    for day in days:
        scaled = records
        for param in records.params:
            if param.use == "model" and param.name == name and day != centre:
                scaled = scaled.with_param(name, param.value * day / centre, param.applies_to)
        worlds.append(world.with_records(scaled))
    answers = each(_shares, worlds, on=on, progress=progress)
    commitments = answers[-1][0] if answers else ()
    found = dict(zip(days, (row for _, row in answers), strict=True))
    if known is not None and moved:
        exact = dict(zip(known.commitments, known.share.sum(axis=1).tolist(), strict=True))
        off = [exact[c] - pairs for c, pairs in zip(commitments, found[centre], strict=True)]
        found = {day: tuple(x + y for x, y in zip(row, off, strict=True)) for day, row in found.items()}
    return Sensitivity(tuple(band), commitments, tuple(found[day] for day in band))


def _shares(world: World) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Commitments and their shares for all countries together; those by pairs where there are many."""
    game = corridor_game(world)
    if len(game.players) > EXACT_UP_TO:
        return game.players, tuple(screen(game, sets=8).share.sum(axis=1).tolist())
    return game.players, tuple(shapley(game).share.sum(axis=1).tolist())
