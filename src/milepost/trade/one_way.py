"""Trade that goes one way only: without deficits no wages can balance it, and repetition would only run after
a limit."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.errors import NoSolution


def one_way(trades: NDArray[np.bool_]) -> list[int]:
    """Countries in groups that sell to the rest and buy nothing there, or the other way round; ``trades``
    [country, country].

    All trade is both ways where every part of the world that is connected is strongly connected (Tarjan
    1972); the largest group is taken for "the rest" and not listed.
    """
    trade = trades & ~np.eye(len(trades), dtype=bool)
    groups, group = scipy.sparse.csgraph.connected_components(trade, directed=True, connection="strong")
    if groups == scipy.sparse.csgraph.connected_components(trade, directed=False)[0]:
        return []
    largest = np.bincount(group).argmax()
    return [int(i) for i in np.flatnonzero(group != largest)]


def one_way_error(countries: tuple[str, ...], which: list[int], scenario: int | None = None) -> NoSolution:
    """What a user is told of it."""
    names = ", ".join(countries[i] for i in which[:6])
    return NoSolution(
        f"{'' if scenario is None else f'Scenario {scenario}: '}Trade of {names} goes one way only, and "
        "without deficits no wages "
        "can balance that. Give or leave both directions some trade, ban both, or choose the closure 'fixed' "
        "or 'multiplicative'."
    )
