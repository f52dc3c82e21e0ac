"""A user's own network: 36,000 nodes and 110,000 arcs as a programme, every command by the clock, the work of
the processor and its memory.

    bench/large.py                      # 1,000, 10,000 and 36,000 nodes with 20 and with 30 commitments
    bench/large.py 10000 30             # one of them
    bench/large.py 10000 30 draws serve # and some of what is asked
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from milepost.records import (
    Agreement,
    Commitment,
    Cost,
    Country,
    DateChange,
    Duration,
    Effect,
    Link,
    Node,
    PartialDate,
    Party,
    Records,
    Settings,
)
from milepost.records.starter import starter_params
from milepost.store.folder import write

NODES, LINKS, ZONES, COUNTRIES = 36_000, 55_000, 200, 20
MOST_S, MOST_GB = 60.0, 4.0
COMMANDS = (
    ("check", 60.0),
    ("value", 60.0),
    ("route", 60.0),
    ("loads", 60.0),
    ("draws", 60.0),
    ("report", 300.0),
)
ASKED = ("register", "network", "flows", "values")  # of a server that has just begun


def programme(nodes: int = NODES, links: int = LINKS, zones: int = ZONES, players: int = 20) -> Records:
    """A grid of roads with chords, cut into strips that are countries; every commitment opens a motorway of
    its own across some of them."""
    rng = np.random.default_rng(nodes + players)
    wide = int(np.sqrt(nodes * 2))
    high = nodes // wide
    nodes = wide * high
    lat, lon = 30.0 + 15.0 * np.arange(high) / high, 20.0 + 60.0 * np.arange(wide) / wide
    country = [f"X{k:02}" for k in range(COUNTRIES)]
    of = np.repeat(np.arange(wide) * COUNTRIES // wide, 1)
    name = [f"N{k}" for k in range(nodes)]
    x, y = np.arange(nodes) % wide, np.arange(nodes) // wide
    chosen: dict[int, float] = {}
    each = zones // COUNTRIES
    for c in range(COUNTRIES):
        mine = np.flatnonzero(of[x] == c)
        for k in rng.choice(mine, each, replace=False).tolist():
            chosen[k] = 1.0 / each
    points = tuple(
        Node(
            id=name[k],
            name=name[k],
            country=country[int(of[x[k]])],
            lat=float(lat[y[k]]),
            lon=float(lon[x[k]]),
            trade_share=chosen.get(k),
            basis="assumed",
        )
        for k in range(nodes)
    )
    tail: list[int] = []
    head: list[int] = []
    right = np.flatnonzero(x < wide - 1)
    tail += right.tolist()
    head += (right + 1).tolist()
    down = np.flatnonzero(y < high - 1)
    down = down[np.sort(rng.permutation(len(down))[: max(0, links - len(right))])]
    tail += down.tolist()
    head += (down + wide).tolist()

    def km(a: int, b: int) -> float:
        dx = 111.0 * (lon[x[a]] - lon[x[b]]) * np.cos(np.radians(lat[y[a]]))
        return float(max(0.5, 1.1 * np.hypot(dx, 111.0 * (lat[y[a]] - lat[y[b]]))))

    roads = [
        Link(
            id=f"L{k}",
            from_node=name[a],
            to_node=name[b],
            mode="road",
            km=km(a, b),
            state="open",
            speed_kmh=float(rng.integers(30, 90)),
            basis="assumed",
        )
        for k, (a, b) in enumerate(zip(tail, head, strict=True))
    ]
    effects, commitments = [], []
    built: set[tuple[int, int]] = set()
    for p in range(players):
        ident = f"C{p + 1}"
        row, first = int(rng.integers(0, high)), int(rng.integers(0, wide // 2))
        while (row, first) in built:  # one road twice is a finding
            row, first = int(rng.integers(0, high)), int(rng.integers(0, wide // 2))
        built.add((row, first))
        a, b = row * wide + first, row * wide + first + wide // 4
        roads.append(
            Link(
                id=f"M{p + 1}",
                from_node=name[a],
                to_node=name[b],
                mode="road",
                km=km(a, b),
                state="planned",
                speed_kmh=100.0,
                basis="assumed",
            )
        )
        commitments.append(
            Commitment(
                id=ident,
                agreement="A",
                title=ident,
                kind="build-link",
                owed_by=(country[0],),
                basis="assumed",
            )
        )
        effects.append(
            Effect(
                id=f"{ident}.f1",
                commitment=ident,
                target_table="links",
                target=f"M{p + 1}",
                attribute="state",
                before="planned",
                after="open",
                basis="assumed",
            )
        )
    promised = [dt.date(2027, 1, 1) + dt.timedelta(days=97 * p % 3650) for p in range(players)]
    likely = [float((day - dt.date(2026, 1, 1)).days) for day in promised]
    return Records(
        costs=tuple(
            Cost(
                id=f"K{p + 1}",
                commitment=f"C{p + 1}",
                kind="capital",
                amount_m=100.0 + 10.0 * p,
                currency="USD",
                price_year=2025,
                payer=country[0],
                basis="assumed",
            )
            for p in range(players)
        ),
        date_changes=tuple(
            DateChange(
                id=f"D{p + 1}",
                commitment=f"C{p + 1}",
                announced_on=PartialDate("2025-01-01"),
                promised_for=PartialDate(promised[p].isoformat()),
                basis="assumed",
            )
            for p in range(players)
        ),
        durations=tuple(
            Duration(
                id=f"T{p + 1}",
                commitment=f"C{p + 1}",
                low_days=0.8 * likely[p],
                likely_days=1.1 * likely[p],
                high_days=1.9 * likely[p],
                basis="assumed",
            )
            for p in range(players)
        ),
        settings=Settings(
            title="A large network",
            base_date=dt.date(2026, 1, 1),
            base_year=2025,
            discount_rate_per_year=0.05,
            horizon=dt.date(2050, 1, 1),
        ),
        parties=(Party(id=country[0], name=country[0], kind="country", basis="assumed"),),
        agreements=(Agreement(id="A", title="A", basis="assumed"),),
        commitments=tuple(commitments),
        nodes=points,
        links=tuple(roads),
        effects=tuple(effects),
        countries=tuple(
            Country(
                id=c,
                name=c,
                gdp_usd_m=float(rng.lognormal(11, 1)),
                lat=38.0,
                lon=20.0 + 60.0 * (k + 0.5) / COUNTRIES,
                neighbours=tuple(country[j] for j in (k - 1, k + 1) if 0 <= j < COUNTRIES),
                basis="assumed",
            )
            for k, c in enumerate(country)
        ),
        params=starter_params(),
    )


def run(folder: Path, command: str, nodes: int) -> tuple[float, float, float]:
    """Seconds, those of the processor, and memory at the most in GB, of one command."""
    arguments = {
        "route": [str(folder), "N0", f"N{nodes // 2}"],
        "draws": [str(folder), "--draws", "1000"],
        "report": [str(folder), "--to", str(folder.parent / f"{folder.name}.html")],
    }.get(command, [str(folder)])
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "milepost", command, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = child.stderr.read() if child.stderr else b""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command}: {said.decode()[-800:]}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def worked(pid: int) -> tuple[float, float]:
    """Seconds of the processor of a process so far, and its memory at the most in GB (Linux)."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1e6 if peak else 0.0


def fetched(address: str) -> tuple[float, int]:
    """The size of an answer in MB, and how often the server asked for patience: not made yet (202), or too
    busy for now (503)."""
    for waits in range(1_000):
        try:
            with urllib.request.urlopen(address, timeout=900) as told:
                size, status = len(told.read()) / 1e6, told.status
        except urllib.error.HTTPError as refused:
            if refused.code != 503:
                raise
            size, status = 0.0, refused.code
        if status == 200:
            return size, waits
        time.sleep(1.0)
    raise RuntimeError(f"no answer: {address}")


def served(folder: Path) -> list[tuple[str, str]]:
    """What was asked of a server that begins: its address, and first answers of it, through HTTP."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "milepost", "serve", str(folder), "--port", "0", "--draws", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )

    def told(what: str, since: float, before: float, more: str = "") -> tuple[str, str]:
        work, memory = worked(child.pid)
        return (
            what,
            f"{time.perf_counter() - since:.1f} s, {work - before:.1f} s of a core{more}, {memory:.2f} GB",
        )

    try:
        line = child.stdout.readline() if child.stdout else ""
        found = re.search(r"http://\S+", line)
        if not found:
            raise RuntimeError(f"serve told no address: {line}")
        answer = [told("serve, to its address", start, 0.0)]
        for what in ASKED:
            start, before = time.perf_counter(), worked(child.pid)[0]
            size, waits = fetched(f"{found[0]}api/v1/{what}")
            answer.append(told(f"serve, /{what}", start, before, f", {size:.1f} MB, {waits} waits"))
        return answer
    finally:
        child.terminate()
        child.wait(60)


def rows(
    nodes: int, players: int, asked: Sequence[str] = (*(name for name, _ in COMMANDS), "serve")
) -> Iterator[tuple[str, str, str]]:
    """(work, time and memory, target) of each command."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "large"
        write(programme(nodes, LINKS * nodes // NODES, players=players), folder)
        limits = dict(COMMANDS)
        size = f"{nodes:,} nodes, {players} commitments"
        for command in asked:
            if command == "serve":
                for what, told in served(folder):
                    yield f"{size}: {what}", told, f"below {MOST_S:g} s" if nodes == NODES else ""
                continue
            took, work, gb = run(folder, command, nodes)
            target = f"below {limits.get(command, MOST_S):g} s, {MOST_GB:g} GB" if nodes == NODES else ""
            yield f"{size}: {command}", f"{took:.1f} s, {work:.1f} s of a core, {gb:.2f} GB", target


if __name__ == "__main__":
    sizes = (
        [(int(sys.argv[1]), int(sys.argv[2]))]
        if len(sys.argv) > 2
        else [(nodes, players) for players in (20, 30) for nodes in (1_000, 10_000, NODES)]
    )
    for of in sizes:
        for row in rows(*of, *([sys.argv[3:]] if len(sys.argv) > 3 else [])):
            print(*row, sep="\t", flush=True)
