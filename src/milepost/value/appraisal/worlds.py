"""What a commitment is worth where V's own parameters are others: its worth in drawn worlds over that at the
centre, for the risk of an appraisal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.value.appraisal.appraisal import Basis
from milepost.value.intervals import Intervals

Floats = NDArray[np.float64]
ORDERS = 20  # pairs of orders of sampled shares: the ratio to the centre meets the same orders


def _sets(basis: Basis, players: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The sets that draws must value beside those that intervals value anyway."""
    if basis == "timetable":
        raise WrongUse(
            "The parameters of V are drawn with --last, --alone or --shapley, not with --timetable."
        )
    if basis != "last":
        return ()
    return (tuple(players), *(tuple(p for p in players if p != one) for one in players))


def worlds_of(
    intervals: Callable[..., Intervals], basis: Basis, players: Sequence[str]
) -> Mapping[str, Floats]:
    """Worth of each commitment in each draw over its worth at the centre (draws,), all countries together;
    without those that are worth nothing at the centre, or were not drawn.

    ``intervals`` draws, given ``sets`` and ``orders``. Raises ``WrongUse`` for a basis that depends on an
    order of the timetable, which draws would change.
    """
    found = intervals(sets=_sets(basis, players), orders=ORDERS if basis == "shapley" else 0)
    if basis == "last":
        worth, centre = found.worth.sum(axis=2), found.central_worth.sum(axis=1)
        drawn, central = worth[:, :1] - worth[:, 1:], centre[0] - centre[1:]
    elif basis == "alone":
        drawn, central = found.alone, found.central_alone
    else:
        drawn, central = found.share, found.central_share
    small = 1e-9 * max(float(np.abs(central).max(initial=0.0)), 1e-9)
    return {
        name: np.asarray(drawn[:, k] / central[k])
        for k, name in enumerate(found.commitments)
        if abs(central[k]) > small and np.isfinite(drawn[:, k]).all()
    }
