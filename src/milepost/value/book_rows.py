"""Rows of a book as the page reads them: whole multiples of a grain, told by what a guess leaves of them.

V of a set is nearly V of it without one commitment, plus V without another, less V without both: what is left
are small numbers, which pack into a third of the room. They come back bit for bit.
"""

from __future__ import annotations

import base64
from typing import Final

import numpy as np
from numpy.typing import NDArray

GRAIN_MUSD: Final = 2.0**-26  # 1.5 US cents: to which values are told to the page
Grains = NDArray[np.int64]


def grains_of(rows: NDArray[np.float64]) -> Grains:
    """Rows in MUSD as whole numbers of grains, shape (rows, countries)."""
    return np.rint(rows / GRAIN_MUSD).astype(np.int64)


def packed(rows: NDArray[np.float64], row_of: NDArray[np.uint32], complete: bool) -> str:
    """``rows`` (MUSD, shape rows x countries, in the order in which ``row_of`` first names them) in base64.

    Of a ``complete`` book (set k has row ``row_of[k]``) what the guess leaves, else the grains themselves:
    twice the number, or twice its size less one where it is below zero, as unsigned integers of eight bytes;
    first the lowest byte of each, then the second, and so on.
    """
    grains = grains_of(rows)
    left = grains - _guessed(grains, row_of) if complete else grains
    plain = ((left << 1) ^ (left >> 63)).astype("<u8")
    return base64.b64encode(plain.reshape(-1, 1).view(np.uint8).T.tobytes()).decode("ascii")


def _guessed(grains: Grains, row_of: NDArray[np.uint32]) -> Grains:
    """What each row is guessed to be from rows before it, by the two last commitments of its first set."""
    _, sets = np.unique(row_of, return_index=True)
    last = _highest(sets)
    other = _highest(sets - last)
    found = grains[row_of[sets - last]] + grains[row_of[sets - other]] - grains[row_of[sets - last - other]]
    return np.where((other > 0)[:, None], found, 0)


def _highest(sets: NDArray[np.intp]) -> NDArray[np.intp]:
    """The highest power of two in each number; 0 of 0."""
    # exact for all numbers of a complete book, which are below 2^53
    return np.where(sets > 0, 1 << (np.frexp(np.maximum(sets, 1))[1] - 1).astype(np.intp), 0)
