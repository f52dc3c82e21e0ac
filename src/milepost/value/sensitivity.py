"""How the ranking of commitments moves with the value of time: what each is worth by half what it adds alone
and half what it adds last, so that no game of all sets is played for every value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milepost.many import each
from milepost.value.baseline import World
from milepost.value.corridor import corridor_values

BAND = (
    0.006,
    0.008,
    0.021,
)  # Hummels & Schaur 2013, AER 103(7): 0.6-2.1 % of value a day; 0.8 % Hummels 2001


@dataclass(frozen=True)
class Sensitivity:
    """Worth of each commitment (mean of alone and last), all countries together, MUSD a year, for each value
    of a day (containers)."""

    share_per_day: tuple[float, ...]
    commitments: tuple[str, ...]
    worth_musd: tuple[tuple[float, ...], ...]  # [value of time][commitment]

    def rank(self, which: int) -> dict[str, int]:
        """Rank of each commitment, 1 = worth most."""
        order = sorted(
            zip(self.worth_musd[which], self.commitments, strict=True), key=lambda p: (-p[0], p[1])
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
) -> Sensitivity:
    """Solve the world anew for each value of a day; the classes keep their proportions to containers.

    ``on`` says where: here, in processes, or on a cluster (:func:`milepost.many.each`).
    """
    name = "value_of_time_share_per_day"
    records = world.records
    centre = records.param(name, "containers")
    worlds = []
    for day in band:
        scaled = records
        for param in records.params:
            if param.use == "model" and param.name == name:
                scaled = scaled.with_param(name, param.value * day / centre, param.applies_to)
        worlds.append(world.with_records(scaled))
    answers = each(_worth, worlds, on=on, progress=progress)
    commitments = answers[-1][0] if answers else ()
    return Sensitivity(tuple(band), commitments, tuple(row for _, row in answers))


def _worth(world: World) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Commitments and the mean of what they add alone and last, all countries together."""
    values = corridor_values(world)
    players, whole = values.players, frozenset(values.players)
    sets = [frozenset[str](), whole]
    sets += [frozenset({p}) for p in players] + [whole - {p} for p in players]
    nothing, everything, *rest = values.of_each(sets).sum(axis=1).tolist()
    alone, without = rest[: len(players)], rest[len(players) :]
    worth = [(a - nothing + everything - w) / 2 for a, w in zip(alone, without, strict=True)]
    return players, tuple(worth)
