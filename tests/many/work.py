"""Work for the tests, importable by worker processes."""

from __future__ import annotations

import time

import numpy as np


def noisy(item: tuple[int, int]) -> float:
    """A number that depends on its seed only; odd items take longer."""
    seed, size = item
    time.sleep(0.02 * (seed % 2))
    return float(np.random.default_rng(seed).normal(size=size).sum())


def worth(item: tuple[str, tuple[str, ...]]) -> list[float]:
    """V of a set of an example."""
    import milepost

    name, delivered = item
    values: list[float] = milepost.open(milepost.example(name)).game.value(delivered).tolist()
    return values


def fails(item: int) -> int:
    """Stops at 3."""
    if item == 3:
        raise ValueError("three")
    return item


def slow(item: tuple[int, int]) -> float:
    """The same, which takes its time."""
    time.sleep(0.4)
    return noisy(item)
