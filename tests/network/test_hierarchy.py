"""Distances by taking nodes out are those of a search, whatever the graph."""

from __future__ import annotations

import numpy as np
import pytest

import milepost
from milepost.network import hierarchy
from milepost.network.hierarchy import NONE, Hierarchy
from milepost.network.overlay import Overlay
from milepost.network.traced import NO_PATH, Traced
from milepost.network.trees import UNREACHABLE, Graph, distances
from milepost.value.receipts import Receivers, counted_on


@pytest.mark.parametrize("seed", range(30))
def test_the_same_distances_as_a_search(seed: int) -> None:
    """Few arcs or many, some of them twice, some from a node to itself, parts that nothing leads to."""
    rng = np.random.default_rng(seed)
    size, arcs, rows = int(rng.integers(1, 40)), int(rng.integers(1, 120)), int(rng.choice([1, 5, 16, 20]))
    tail, head = rng.integers(0, size, arcs), rng.integers(0, size, arcs)
    cost = rng.integers(0, 50, (rows, arcs))
    ends = rng.permutation(size)[: 1 + size // 2], rng.permutation(size)[: 1 + size // 3]
    made = Hierarchy.of(size, tail, head)
    assert made is not None
    found = made.distances(cost, *ends)
    graph = Graph.of(size, tail, head)
    truth = np.stack([distances(graph, row, *ends) for row in cost])
    np.testing.assert_array_equal(np.where(found >= NONE, UNREACHABLE, found), truth)


def test_where_nothing_is_gained_it_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = [(a, b) for a in range(60) for b in range(60) if a != b]
    tail, head = np.array(everyone).T
    monkeypatch.setattr(hierarchy, "MOST_CHORDS", 10)
    assert Hierarchy.of(60, tail, head) is None
    monkeypatch.setattr(hierarchy, "MOST_NODES", 59)
    assert Hierarchy.of(60, tail[:100], head[:100]) is None


def test_an_overlay_and_its_paths_are_the_same_with_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    records = milepost.open(milepost.example("north-south")).records
    players = tuple(e.commitment for e in records.effects[:1])

    def made() -> tuple[Overlay, Traced]:
        overlay = Overlay.of(records, players)
        arcs = [*overlay.today.arcs, *(a for step in overlay.arcs for a in step)]
        countries = tuple(c.id for c in records.countries)
        receivers = Receivers.of(arcs, countries, counted_on(records, frozenset({"receipts"})))
        return overlay, Traced.of(overlay, len(receivers.column), receivers.terms)

    (overlay, traced) = made()
    monkeypatch.setattr(hierarchy, "MOST_NODES", 0)
    (by_search, told) = made()
    np.testing.assert_array_equal(overlay.base, by_search.base)
    np.testing.assert_array_equal(traced.key, told.key)
    np.testing.assert_array_equal(np.minimum(traced.key >> 32, UNREACHABLE), overlay.base)
    assert (traced.key[traced.key >= NO_PATH] == NO_PATH).all()
    np.testing.assert_array_equal(traced.segment, told.segment)
    np.testing.assert_array_equal(traced.segments.amount, told.segments.amount)
