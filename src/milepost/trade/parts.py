"""Which countries trade with each other at all: the parts of the world, compiled for both models."""

from __future__ import annotations

import numpy as np

from milepost.compiled import kernel


@kernel()
def parts_of(M):
    """Label the parts of the world that trade with each other (either way); returns (labels, how many)."""
    n = M.shape[0]
    label = np.full(n, -1, np.int64)
    stack = np.empty(n, np.int64)
    found = 0
    for first in range(n):
        if label[first] >= 0:
            continue
        label[first] = found
        stack[0] = first
        height = 1
        while height:
            height -= 1
            i = stack[height]
            for j in range(n):
                if label[j] < 0 and (M[i, j] > 0.0 or M[j, i] > 0.0):
                    label[j] = found
                    stack[height] = j
                    height += 1
        found += 1
    return label, found
