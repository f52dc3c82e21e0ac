"""One path: the same plain and compiled, as cheap as the tree says, through what must be passed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.network import one_path
from milepost.network.network import Network
from milepost.network.one_path import Layered
from milepost.network.paths import route
from milepost.network.strong_parts import strong_parts
from milepost.network.trees import UNREACHABLE, Graph, sums_along


def world(seed: int) -> tuple[np.random.Generator, int, np.ndarray, np.ndarray, np.ndarray]:
    """A small random graph with many paths of equal cost, some of them of nothing at all."""
    rng = np.random.default_rng(seed)
    n, m = 12, 40
    weight = rng.integers(0, 3, (m, 4))
    return rng, n, rng.integers(0, n, m), rng.integers(0, n, m), weight


@pytest.mark.parametrize("seed", range(30))
def test_a_path_is_as_good_as_its_tree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, n, tail, head, weight = world(seed)
    graph = Layered(n, tail, head, np.empty((0, len(tail)), dtype=bool))
    best = sums_along(Graph.of(n, tail, head), weight, np.arange(n), np.arange(n))
    found = 0
    for plain in (0, 10**9):
        monkeypatch.setattr(one_path, "PLAIN", plain)
        for a, b in rng.integers(0, n, (30, 2)).tolist():
            path = graph.path(weight, a, b)
            if a == b or best[a, b, 0] == UNREACHABLE:
                assert path == []
            else:
                passed = [a, *(int(head[e]) for e in path)]
                assert [int(tail[e]) for e in path] + [b] == passed
                assert weight[path].sum(axis=0).tolist() == best[a, b].tolist()
                found += 1
    assert found > 10


@pytest.mark.parametrize("seed", range(20))
def test_what_must_be_passed_is_passed_in_its_order(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best path through v and w is the best to v, then to w, then on."""
    rng, n, tail, head, weight = world(seed)
    every = np.arange(n)
    best = sums_along(Graph.of(n, tail, head), weight, every, every)
    found = 0
    for _ in range(20):
        a, v, w, b = rng.permutation(n)[:4].tolist()
        graph = Layered(n, tail, head, np.stack([head == v, head == w]))
        legs = [best[a, v], best[v, w], best[w, b]]
        for plain in (0, 10**9):
            monkeypatch.setattr(one_path, "PLAIN", plain)
            path = graph.path(weight, a, b)
            if any(leg[0] == UNREACHABLE for leg in legs):
                assert path == []
                continue
            assert weight[path].sum(axis=0).tolist() == sum(legs).tolist()
            assert [int(tail[e]) for e in path] + [b] == [a, *(int(head[e]) for e in path)]
            found += 1
    assert found > 5


@pytest.mark.parametrize("seed", range(20))
def test_strong_parts_are_where_there_is_a_path_there_and_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = 15, 25
    tail, head = rng.integers(0, n, m), rng.integers(0, n, m)
    every = np.arange(n)
    reach = sums_along(Graph.of(n, tail, head), np.ones((m, 4), dtype=np.int64), every, every)[..., 0]
    both = (reach < UNREACHABLE) & (reach < UNREACHABLE).T
    part = strong_parts(n, list(zip(tail.tolist(), head.tolist(), strict=True)))
    assert (both == (np.array(part)[:, None] == np.array(part)[None, :])).all()


def test_a_long_chain_needs_no_recursion() -> None:
    n = 50_000
    assert len(set(strong_parts(n, [(k, k + 1) for k in range(n - 1)]))) == n
    assert len(set(strong_parts(n, [(k, (k + 1) % n) for k in range(n)]))) == 1


def test_check_loads_neither_numba_nor_scipy_nor_openpyxl() -> None:
    """They take longer to load than a programme takes to check."""
    program = f"""
import sys
from milepost.cli import run
run(["check", {str(milepost.example("north-south"))!r}])
print([m for m in ("numba", "scipy", "openpyxl", "sqlalchemy", "pandas") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_line_is_walked_from_end_to_end() -> None:
    assert one_path.line(one_path.PLAIN) == list(range(one_path.PLAIN - 1))


def test_a_link_that_must_be_taken_is_taken() -> None:
    """The cheapest path by another way through each link is the cheapest to one of its ends, and on."""
    records = milepost.open(milepost.example("ridge")).records
    network = Network.of(records)
    zones = [z.node for z in network.zones][:2]
    best = route(network, *zones)
    others = [x for x in records.links if x.id not in best.links and x.id in {a.row for a in network.arcs}]
    assert others
    for link in others:
        try:
            found = route(network, *zones, via=(link.id,))
        except NoSolution:
            continue
        assert link.id in found.links
        assert found.cost_usd_per_t >= best.cost_usd_per_t
        assert route(network, *zones, via=(link.id,), compiled=True).links == found.links
    closed = [x.id for x in records.links if x.use == "model" and x.id not in {a.row for a in network.arcs}]
    assert closed
    with pytest.raises(NoSolution, match=f"through {closed[0]}"):
        route(network, *zones, via=(closed[0],))
    with pytest.raises(WrongUse, match="NOWHERE"):
        route(network, *zones, via=("NOWHERE",))
