"""Fingerprints of 128 bits of what a set of commitments leads to: the sum of the mixed bits of its cells, in
whatever order they are added. Two sets of one fingerprint have the same gains and gather the same."""

from __future__ import annotations

import numpy as np

from milepost.compiled import kernel


@kernel(inline="always")
def mixed(bits):  # type: ignore[no-untyped-def]
    """SplitMix64."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@kernel(inline="always")
def mixed_cell(bits, cell, half):  # type: ignore[no-untyped-def]
    """The share of one cell in a fingerprint; what nothing changes has none."""
    if bits == np.uint64(0):
        return np.uint64(0)
    salt = np.uint64(2 * cell + half + 1) * np.uint64(0x9E3779B97F4A7C15)
    return mixed(bits ^ mixed(salt))


@kernel()
def gathered_cell(amounts, cell):  # type: ignore[no-untyped-def]
    """The share of what a pair of countries gathers, (sectors, columns): both halves."""
    sectors, columns = amounts.shape
    one, two = np.uint64(0), np.uint64(0)
    for p in range(sectors):
        for c in range(columns):
            amount = np.uint64(amounts[p, c])
            salt = np.uint64(p * columns + c + 1)
            one += amount * (salt * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1))
            two += amount * (salt * np.uint64(0xD1B54A32D192ED04) + np.uint64(1))
    return mixed_cell(one, cell, 0), mixed_cell(two, cell, 1)
