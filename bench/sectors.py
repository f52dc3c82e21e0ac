"""Many sectors: one solve, many scenarios, scaling, on NAFTA's 31 x 40 and on random worlds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from milepost.errors import NoSolution
from milepost.trade import readers
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.many_sectors.solver import Scenarios, SectorShock, SectorSolver

DATA = Path(__file__).resolve().parent.parent.parent / "shared/data/trade/cp2015/cp2015_nafta.npz"


def rows(
    median_ms: Callable[[Callable[[], object], int], float], scenarios: int = 10_000
) -> list[tuple[str, str, str]]:
    """(work, time, remark)."""
    answer = []
    if DATA.exists():
        z = np.load(DATA)
        solver = SectorSolver(
            SectorEconomy.from_accounts(
                tuple(map(str, z["regions"])),
                tuple(map(str, z["sectors"])),
                flows=z["trade"].transpose(0, 2, 1) / 1e6,
                tariffs=z["tau_bln"].transpose(0, 2, 1),
                materials_musd=z["intermediate"] / 1e6,
                value_added_musd=z["va"] / 1e6,
                final_musd=z["final"] / 1e6,
                theta=z["theta"],
            )
        )
        shock = SectorShock(tariffs=z["tau_cfl"].transpose(0, 2, 1))
        changed = np.argwhere(shock.tariffs != solver.base.tariffs)
        cells = [(int(j), int(o), int(d), 1.0, float(shock.tariffs[j, o, d])) for j, o, d in changed]  # type: ignore[index]
        one = Scenarios.of(solver.base, [cells])
        took = median_ms(lambda: solver.worth_many(one, threads=1), 30)
        answer.append(("NAFTA, 31 countries x 40 sectors, warm, residual 1e-8", f"{took:.2f} ms", ""))
        whole = median_ms(lambda: solver.solve(shock), 15)
        answer.append(("the same to 1e-11 with flows and four checks", f"{whole:.2f} ms", ""))
        many = corridor(solver, scenarios)
        took = median_ms(lambda: solver.worth_many(many), 3)
        per = f"{took / scenarios:.2f} ms each"
        answer.append(
            (
                f"{scenarios:,} corridor scenarios, 1,200 changed cells each, two cores",
                f"{took / 1000:.1f} s",
                per,
            )
        )
        hard, failed = rough(solver, scenarios // 2), 0
        try:
            solver.worth_many(hard)
        except NoSolution:
            failed = 1
        answer.append(
            (
                f"{scenarios // 2:,} rough scenarios (costs 0.7 to 1.5 times, elasticity up to 65)",
                f"{failed} failures",
                "",
            )
        )
    baci = DATA.parent.parent / "baci2023_aggregate_194.csv.gz"
    if baci.exists():
        took = median_ms(lambda: readers.baci([baci], year=2023), 3)
        answer.append(("BACI 2023, aggregate extract of 194 countries, read", f"{took:.0f} ms", ""))
    for n, J in ((77, 45), (160, 57)):
        economy = world(n, J)
        solver = SectorSolver(economy)
        few = corridor(solver, 4)
        took = median_ms(lambda s=solver, f=few: s.worth_many(f, threads=1), 3) / 4  # type: ignore[misc]
        answer.append((f"a random world of {n} x {J}, one scenario", f"{took:.1f} ms", ""))
    return answer


def corridor(solver: SectorSolver, count: int) -> Scenarios:
    """Sixty pairs of countries, twenty sectors, one to eight percent cheaper."""
    rng = np.random.default_rng(0)
    n, J = len(solver.base.countries), min(20, len(solver.base.sectors))
    changes = []
    for _ in range(count):
        cells: dict[tuple[int, int, int], float] = {}
        for _ in range(30):
            a, b = (int(x) for x in rng.choice(n, 2, replace=False))
            hat = 1 - float(rng.uniform(0.01, 0.08))
            for j in range(J):
                cells[j, a, b] = cells[j, b, a] = hat
        changes.append([(j, o, d, hat, None) for (j, o, d), hat in cells.items()])
    return Scenarios.of(solver.base, changes)


def rough(solver: SectorSolver, count: int) -> Scenarios:
    """Large shocks of one size on up to twenty-five pairs."""
    rng = np.random.default_rng(1)
    changes = []
    for _ in range(count):
        pairs = rng.choice(len(solver.base.countries), (int(rng.integers(1, 25)), 2))
        hat = float(np.exp(rng.uniform(np.log(0.7), np.log(1.5))))
        cells = {(j, int(a), int(b)): hat for a, b in pairs if a != b for j in range(20)}
        changes.append([(j, a, b, h, None) for (j, a, b), h in cells.items()])
    return Scenarios.of(solver.base, changes)


def world(n: int, J: int) -> SectorEconomy:
    """A random world with inputs, two thirds of its sectors traded."""
    rng = np.random.default_rng(n)
    flows = rng.lognormal(0, 1, (J, n, n))
    at = np.arange(n)
    flows[:, at, at] += 3 * flows.sum(axis=1)
    for j in range(2 * J // 3, J):
        flows[j] = np.diag(np.diag(flows[j]))
    share = rng.uniform(0.3, 0.7, (n, J))
    inputs = rng.dirichlet(np.ones(J), (n, J)).transpose(0, 2, 1)
    return SectorEconomy(
        tuple(f"C{i}" for i in range(n)),
        tuple(f"S{j}" for j in range(J)),
        flows,
        np.zeros(flows.shape),
        inputs * (1 - share)[:, None, :],
        share,
        rng.dirichlet(np.full(J, 3.0), n),
        0.5 * flows.sum(axis=(0, 2)),
        rng.uniform(2, 10, J),
    )
