"""Measure against the peer and write docs/benchmarks.md. Run by `make bench`; the peer lives in
.bench-venv."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from gravity import rows as gravity_rows
from large import NODES as LARGE
from large import rows as large_rows
from networks import rows as network_rows
from page import rows as page_rows
from sectors import rows as sector_rows
from startup import rows as startup_rows
from stores import rows as store_rows

import milepost
from milepost.network.effects import is_valued
from milepost.network.network import Network
from milepost.network.overlay import Overlay
from milepost.network.paths import skim
from milepost.records import Param
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import Solver
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.shares import shapley

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT.parent / "shared/data/trade/gegravity_sample_data_set.csv"


def median_ms(do: Callable[[], object], times: int) -> float:
    """Median of some runs after one warm-up."""
    do()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took)


def world(n: int) -> tuple[Solver, np.ndarray]:
    """A random economy and a small shock."""
    rng = np.random.default_rng(n)
    X = rng.lognormal(0, 1.5, (n, n))
    np.fill_diagonal(X, 4 * X.sum(axis=1))
    k = rng.uniform(0.9, 1, (n, n))
    np.fill_diagonal(k, 1)
    return Solver(Economy(tuple(map(str, range(n))), X, 4.0, "multiplicative")), k


def twenty() -> list[tuple[str, str]]:
    """All 2^20 sets: the North-South programme with some commitments split by effect until there are
    twenty; with its own shipment types and with one a class."""
    records = milepost.open(milepost.example("north-south")).records
    game = corridor_game(Baseline.of(records))
    many = Counter(
        e.commitment for e in records.effects if is_valued(records, e) and e.commitment in game.players
    )
    seen: Counter[str] = Counter()
    commitments, effects = list(records.commitments), []
    missing = 20 - len(game.players)
    for effect in records.effects:
        name = effect.commitment
        if name in many and is_valued(records, effect):
            if seen[name] and missing and not effect.together_with:
                missing -= 1
                twin = f"{name}.{seen[name]}"
                commitments.append(
                    next(c for c in commitments if c.id == name).model_copy(update={"id": twin})
                )
                effect = effect.model_copy(update={"commitment": twin})
            seen[name] += 1
        effects.append(effect)
    split = records.with_rows(commitments=commitments, effects=effects)
    one = [p for p in records.params if p.name not in ("shipment_types", "cost_variance", "time_spread")]
    found = []
    for what, rows in (("", split), (", one type a class", split.with_rows(params=one))):
        wider = corridor_game(Baseline.of(rows))
        start = time.perf_counter()
        shapley(wider, method="exact")
        took = time.perf_counter() - start
        told = f"north-south split into {len(wider.players)}{what}: V of all sets and exact Shapley"
        found.append((told, f"{took:.1f} s"))
    return found


def typed() -> list[tuple[str, str]]:
    """The North-South programme with sixteen shipment types a cargo class: all sets, and one set warm."""
    records = milepost.open(milepost.example("north-south")).records
    spreads = {"shipment_types": 16, "time_spread": 0.7, "taste_spread": 0.15, "cost_variance": 5}
    kept = [p for p in records.params if p.name not in spreads]
    rows = [Param(id=f"types-{n}", name=n, value=v, basis="assumed") for n, v in spreads.items()]
    records = records.with_rows(params=[*kept, *rows])
    game = corridor_game(Baseline.of(records))
    masks = iter(np.random.default_rng(0).integers(1, 1 << len(game.players), 64).tolist())

    def ask() -> object:
        mask = next(masks)  # a set that was not asked for before
        return game.value([p for k, p in enumerate(game.players) if mask >> k & 1])

    one = median_ms(ask, 25)
    start = time.perf_counter()
    shapley(corridor_game(Baseline.of(records)), method="exact")
    took = time.perf_counter() - start
    what = "north-south with 16 shipment types a class"
    every = f"{what}: V of all {1 << len(game.players):,} sets and exact Shapley for every country"
    return [(every, f"{took:.1f} s"), (f"{what}: one V(S), warm", f"{one:.0f} ms")]


def drawn() -> list[tuple[str, str]]:
    """A hundred thousand timetables, with and without their worth."""
    programme = milepost.open(milepost.example("north-south"))
    programme.game.table()
    sizes = [
        (n, median_ms(lambda n=n: programme.draws(draws=n, worth=False), 3)) for n in (1_000, 10_000, 100_000)
    ]  # type: ignore[misc]
    worth = median_ms(lambda: programme.draws(draws=100_000), 3)
    return [
        *((f"north-south: {n:,} drawn timetables", f"{took:.0f} ms") for n, took in sizes),
        ("north-south: the same with their worth for every country", f"{worth:.0f} ms"),
    ]


def main() -> None:
    """Measure, print, write."""
    rows: list[tuple[str, str, str]] = []
    for n in (10, 40, 160):
        solver, k = world(n)
        took = median_ms(lambda s=solver, h=k: s.worth(h), 300)  # type: ignore[misc]
        rows.append((f"one trade equilibrium, {n} countries, warm", f"{1000 * took:.0f} us", ""))
    peer = ROOT / ".bench-venv/bin/python"
    if peer.exists() and SAMPLE.exists():
        command = [str(peer), str(ROOT / "bench/peer_gegravity.py"), str(SAMPLE)]
        out = subprocess.run(command, capture_output=True, text=True, check=True)
        theirs = json.loads(out.stdout.splitlines()[-1])["simulate_ms"]
        solver, k = world(30)
        ours = median_ms(lambda: solver.worth(k), 500)
        what = "one equilibrium, 30 countries, against gegravity 0.3 `simulate()`"
        rows.append((what, f"{ours:.3f} ms to {theirs:.0f} ms", f"{theirs / ours:,.0f} times"))
    for name in ("ridge", "northern-corridor", "north-south"):
        records = milepost.open(milepost.example(name)).records
        players = corridor_game(Baseline.of(records)).players
        overlay = Overlay.of(records, players)
        count = 2 ** len(players)
        every = median_ms(lambda o=overlay: sum(1 for _ in o.every()), 3)  # type: ignore[misc]
        again = median_ms(lambda r=records, p=players: skim(Network.of(r, p)), 3)  # type: ignore[misc]
        what = f"{name}: cost matrices of all {count:,} sets, against a search for each"
        rows.append((what, f"{every:.0f} ms", f"{again * count / every:,.0f} times"))
        table = median_ms(lambda r=records: corridor_game(Baseline.of(r)).table(), 1)  # type: ignore[misc]
        rows.append((f"{name}: V of all {count:,} sets, trade included", f"{table / 1000:.2f} s", ""))
    rows += network_rows(median_ms)
    rows += [row for nodes in (1_000, 10_000, LARGE) for row in large_rows(nodes, 20)]
    rows += gravity_rows(median_ms, peer)
    rows += sector_rows(median_ms)
    rows += [(work, took, "") for work, took in (*twenty(), *typed(), *drawn(), *store_rows())]
    rows += page_rows()
    rows += startup_rows(median_ms)
    versions = (
        f"milepost {milepost.__version__}, Python {platform.python_version()}, numpy "
        f"{np.__version__}, one core"
    )
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Medians on a shared machine of two cores: read the ratios, not the times.",
        "",
        f"{versions}, {platform.machine()}.",
        "",
        "| work | time | ratio |",
        "|---|---|---|",
        *(f"| {a} | {b} | {c} |" for a, b, c in rows),
        "",
    ]
    (ROOT / "docs/benchmarks.md").write_text("\n".join(lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
