"""A reduced graph: every distance, sum and load between its ends as in the whole one."""

from __future__ import annotations

import numpy as np
import pytest

import milepost
from milepost.network.assignment import assign
from milepost.network.one_path import Layered
from milepost.network.reduced import Reduced
from milepost.network.trees import Graph, distances, sums_along
from milepost.value.assignment import demanded
from opened import opened


@pytest.mark.parametrize("seed", range(60))
def test_every_distance_and_sum_is_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 60)), int(rng.integers(0, 120))
    tail, head = rng.integers(0, n, m), rng.integers(0, n, m)
    if seed % 3 == 0 and m:  # long lines, one way
        tail, head = np.append(tail, np.arange(n - 1)), np.append(head, np.arange(1, n))
    weight = rng.integers(0, 6, (len(tail), 4))
    ends = rng.choice(n, int(rng.integers(1, min(n, 6) + 1)), replace=False)
    less = Reduced.of(n, tail, head, ends)
    whole = Graph.of(n, tail, head)
    at = less.at[ends]
    assert (at >= 0).all()
    np.testing.assert_array_equal(
        sums_along(whole, weight, ends, ends), sums_along(less.graph, less.weight(weight), at, at)
    )
    np.testing.assert_array_equal(
        distances(whole, weight[:, 0], ends, ends), distances(less.graph, less.weight(weight[:, 0]), at, at)
    )
    assert len(less.first) <= len(tail)


def test_a_network_becomes_much_smaller() -> None:
    network = opened("north-south").baseline.network()
    origins, destinations = network.frame.zone_ends()
    less = Reduced.of(network.frame.size, network.tail, network.head, np.concatenate([origins, destinations]))
    assert less.graph.size < 0.7 * network.frame.size
    assert len(less.first) < 0.8 * len(network.arcs)


def test_loads_are_those_of_paths_searched_one_by_one() -> None:
    """Every pair of zones and class by the search for one path, on the whole network."""
    opened = milepost.open(milepost.example("ridge"))
    network, demand = opened.baseline.with_delivered(("R1", "R2")).network(), demanded(opened.baseline)
    origins, destinations = network.frame.zone_ends()
    tail, head = network.tail.astype(np.int64), network.head.astype(np.int64)
    graph = Layered(network.frame.size, tail, head, np.empty((0, len(tail)), dtype=np.bool_))
    load = np.zeros(len(network.arcs))
    types = network.types.types
    for row in range(network.types.rows):
        weight = network.weight(row)
        for i, a in enumerate(origins.tolist()):
            for j, b in enumerate(destinations.tolist()):
                if i != j:
                    load[graph.path(weight, a, b)] += demand[row // types, i, j] / types
    found = assign(network, demand)
    assert load.sum() > 0
    np.testing.assert_allclose(found.load, load, rtol=1e-12, atol=1e-6)
