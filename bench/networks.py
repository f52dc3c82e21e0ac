"""Trees, scenarios and user equilibrium on the TNTP networks: ours, scipy's, AequilibraE's, in one run."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from milepost.network import tntp
from milepost.network.equilibrium import Congestion, user_equilibrium
from milepost.network.scenarios import Scenarios
from milepost.network.trees import Graph, distances

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared/data/network/tntp"
NETWORKS = (
    ("Sioux Falls", "SiouxFalls/SiouxFalls", 0.0, 0.0),
    ("Anaheim", "Anaheim/Anaheim", 0.0, 0.0),
    ("Chicago sketch", "Chicago-Sketch/ChicagoSketch", 0.02, 0.04),
)
SCENARIOS, CHANGED = 100, 3
GAP = 1e-6  # the peer gets no further in its time


def rows(
    median_ms: Callable[[Callable[[], object], int], float], scenarios: int = SCENARIOS, peers: bool = True
) -> list[tuple[str, str, str]]:
    """(work, times, ratio) for every network that is there."""
    answer = []
    for name, stem, toll, distance in NETWORKS:
        if not (DATA / f"{stem}_net.tntp").exists():
            continue
        net = tntp.read(DATA / stem, toll_factor=toll, distance_factor=distance)
        cost = np.round((net.free_flow + net.fixed) * 1000).astype(np.int64)
        graph = Graph.of(net.size, net.tail, net.head)
        ours = median_ms(lambda g=graph, c=cost, n=net: distances(g, c, n.origins, n.destinations), 9)  # type: ignore[misc]
        sparse = sparse_of(net.size, net.tail, net.head, cost)
        scipys = median_ms(lambda s=sparse, n=net: dijkstra(s, indices=n.origins)[:, n.destinations], 5)  # type: ignore[misc]
        answer.append(
            (
                f"{name}: one skim, {len(net.origins)} zones, against scipy",
                f"{ours:.1f} ms to {scipys:.1f} ms",
                f"{scipys / ours:.1f} times",
            )
        )
        rng = np.random.default_rng(0)
        changed = rng.integers(0, len(cost), (scenarios, CHANGED))
        faster = np.round(cost[changed] * rng.uniform(0.3, 0.9, changed.shape)).astype(np.int64)

        def every(
            n: tntp.Tntp = net, c: np.ndarray = cost, a: np.ndarray = changed, f: np.ndarray = faster
        ) -> None:
            work = Scenarios.of(n.size, n.tail, n.head, c, n.origins, n.destinations, np.unique(a))
            for arcs, to in zip(a, f, strict=True):
                work.cost(arcs, to)

        mine = median_ms(every, 5) / 1000
        congestion = Congestion.bpr(net.free_flow, net.b, net.capacity, net.power, net.fixed)

        def balance(
            n: tntp.Tntp = net, h: Graph = graph, g: Congestion = congestion, gap: float = GAP
        ) -> None:
            user_equilibrium(h, g, n.demand[None], n.origins, n.destinations, gap=gap)

        settled = median_ms(balance, 3) / 1000
        tight = median_ms(lambda b=balance: b(gap=1e-8), 3) / 1000  # type: ignore[misc]
        theirs = peer(net, cost / 1000, changed, faster / 1000) if peers else {}
        if theirs:
            answer.append(
                (
                    f"{name}: one skim against AequilibraE",
                    f"{ours:.1f} ms to {theirs['skim_ms']:.1f} ms",
                    f"{theirs['skim_ms'] / ours:.1f} times",
                )
            )
            answer.append(
                (
                    f"{name}: {scenarios} scenarios of {CHANGED} changed arcs, set-up included, against "
                    "AequilibraE",
                    f"{1000 * mine:.0f} ms to {theirs['scenarios_s']:.2f} s",
                    f"{theirs['scenarios_s'] / mine:.0f} times",
                )
            )
            answer.append(
                (
                    f"{name}: user equilibrium, gap {GAP:g}, against AequilibraE's bfw "
                    f"({theirs['equilibrium_gap']:.0e})",
                    f"{1000 * settled:.0f} ms to {theirs['equilibrium_s']:.1f} s",
                    f"{theirs['equilibrium_s'] / settled:.0f} times",
                )
            )
        answer.append((f"{name}: user equilibrium to a gap of 1e-8", f"{1000 * tight:.0f} ms", ""))
    return answer


def sparse_of(size: int, tail: np.ndarray, head: np.ndarray, cost: np.ndarray) -> csr_matrix:
    """scipy's matrix with the cheapest of parallel arcs."""
    order = np.lexsort((cost, head, tail))
    ends = np.stack([tail, head])[:, order]
    kept = order[np.concatenate([[True], (ends[:, 1:] != ends[:, :-1]).any(axis=0)])]
    return csr_matrix((cost[kept].astype(np.float64), (tail[kept], head[kept])), shape=(size, size))


def peer(net: tntp.Tntp, cost: np.ndarray, changed: np.ndarray, to: np.ndarray) -> dict[str, float]:
    """AequilibraE's times on the same work, in its own environment; empty if it is not there."""
    python = ROOT / ".bench-venv/bin/python"
    if not python.exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        task = Path(folder) / "task.npz"
        np.savez(
            task,
            zones=len(net.origins),
            nodes=net.size,
            a=net.ends[:, 0],
            b=net.ends[:, 1],
            cost=cost,
            changed=changed,
            to=to,
            scenarios=len(changed),
            through=bool((net.destinations == net.origins).all()),
            capacity=net.capacity,
            bpr_b=net.b,
            power=net.power,
            fixed=net.fixed,
            demand=net.demand,
            gap=GAP,
            assign=True,
        )
        command = [str(python), str(ROOT / "bench/peer_aequilibrae.py"), str(task)]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
        if done.returncode:
            print(f"AequilibraE failed after {time.perf_counter() - start:.0f} s: {done.stderr[-800:]}")
            return {}
    return dict(json.loads(done.stdout.splitlines()[-1]))
