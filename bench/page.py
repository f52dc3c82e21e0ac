"""The page: its start, its first view, the drag from event to paint in Debian's Chromium, and readers beside writers."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

import milepost

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
API = "/api/v1"


def rows(load_seconds: int = 60, databases: tuple[str, ...] = ("sqlite",)) -> list[tuple[str, str, str]]:
    """(work, time, remark)."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "north-south"
        shutil.copytree(milepost.example("north-south"), target)
        answer = _drag(target)
        for name in databases:
            where = f"{folder}/load.db" if name == "sqlite" else name
            subprocess.run(
                [sys.executable, "-m", "milepost", "import", str(target), where, "--by", "bench"], check=False, capture_output=True
            )
            if name == "sqlite":
                subprocess.run([sys.executable, "-m", "milepost", "export", str(target), where], check=False, capture_output=True)
            answer += _load(where, "SQLite" if name == "sqlite" else "PostgreSQL", load_seconds)
    return answer


class Served:
    """`milepost serve` as a process of its own."""

    def __init__(self, where: str) -> None:
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "milepost", "serve", where, "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline() if self.process.stdout else ""
        self.seconds = time.perf_counter() - begun
        found = re.search(r"http://\S+?:\d+", line)
        if found is None:
            raise RuntimeError(f"milepost serve did not start: {line}")
        self.address = found[0]

    def stop(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(20)


def _drag(folder: Path) -> list[tuple[str, str, str]]:
    from playwright.sync_api import sync_playwright

    served = Served(str(folder))
    answer = [("serve north-south: from the command to its address", f"{served.seconds:.1f} s", "")]
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            begun = time.perf_counter()
            page.goto(served.address)
            page.locator("main h1:not(.hidden)").wait_for()
            answer.append(
                ("page: first view, while the values are being made", f"{1000 * (time.perf_counter() - begun):.0f} ms", "")
            )
            page.wait_for_selector("#gains", timeout=60_000)
            page.goto(f"{served.address}/#timetable")
            page.wait_for_selector("#gains")
            handle = page.get_by_role("slider", name=re.compile("^C01 "))
            handle.scroll_into_view_if_needed()
            box = handle.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            for k in range(400):
                page.mouse.move(x + 120 * abs(((k / 40) % 2) - 1), y)
            page.mouse.up()
            took = page.evaluate("performance.getEntriesByName('drag').map(e => e.duration)")
            work = page.evaluate(
                "() => { const t = []; for (const e of performance.getEntriesByName('drag work')) t.push(e.duration); return t; }"
            )
            browser.close()
        took.sort()
        p50, p95 = took[len(took) // 2], took[int(0.95 * len(took))]
        answer.append(
            (
                f"page: drag of Rasht-Astara, event to painted numbers of all countries, {len(took)} moves",
                f"p50 {p50:.1f} ms",
                f"p95 {p95:.1f} ms",
            )
        )
        if work:
            work.sort()
            answer.append(
                ("of it the page's own work (worth of the timetable and all that changes)", f"p50 {work[len(work) // 2]:.1f} ms",
                 f"p95 {work[int(0.95 * len(work))]:.1f} ms")
            )  # fmt: skip
    finally:
        served.stop()
    return answer


def _load(where: str, name: str, seconds: int) -> list[tuple[str, str, str]]:
    served = Served(where)
    try:
        for _ in range(200):
            if httpx2.get(f"{served.address}{API}/values").status_code == 200:
                break
            time.sleep(0.2)
        reads, writes, kept = asyncio.run(_everybody(served.address, seconds))
        found = httpx2.get(f"{served.address}{API}/tables/evidence.json", timeout=60).json()["rows"]
    finally:
        served.stop()
    there = sum(1 for row in found if str(row["report"]).startswith("load "))
    reads.sort()
    writes.sort()
    lost = kept - there
    return [
        (
            f"{name}: 50 readers (twice a second), 5 writers (every other second), {seconds} s, {len(reads):,} reads",
            f"p50 {reads[len(reads) // 2]:.0f} ms, p95 {reads[int(0.95 * len(reads))]:.0f} ms",
            f"{len(writes)} writes, median {statistics.median(writes):.0f} ms, {lost} lost",
        )
    ]


async def _everybody(address: str, seconds: int) -> tuple[list[float], list[float], int]:
    reads: list[float] = []
    writes: list[float] = []
    kept = 0
    end = time.monotonic() + seconds
    paths = (
        "/programme",
        "/commitments/C01",
        "/timetable",
        "/tables/status.csv",
        "/features/collections/links/items?limit=20",
        "/register",
    )
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=httpx2.Limits(max_connections=60)) as client:
        token = (await client.get(f"{API}/session")).json()["csrf"]

        async def reader(k: int) -> None:
            n = k
            while time.monotonic() < end:
                begun = time.perf_counter()
                answer = await client.get(API + paths[n % len(paths)])
                reads.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code == 200, answer.text
                n += 1
                await asyncio.sleep(0.5)  # a reader reads

        async def writer(k: int) -> None:
            nonlocal kept
            n = 0
            while time.monotonic() < end:
                body: dict[str, Any] = {
                    "commitment": "C01", "reported_on": "2026-11-20", "report": f"load {k} {n}", "source": "bench",
                }  # fmt: skip
                begun = time.perf_counter()
                answer = await client.post(f"{API}/evidence", json=body, headers={"x-milepost-csrf": token})
                writes.append(1000 * (time.perf_counter() - begun))
                kept += answer.status_code == 201
                assert answer.status_code in (201, 409, 429), answer.text
                n += 1
                await asyncio.sleep(2)  # a writer writes

        await asyncio.gather(*(reader(k) for k in range(50)), *(writer(k) for k in range(5)))
    return reads, writes, kept


if __name__ == "__main__":
    print(json.dumps(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 60, tuple(sys.argv[2:]) or ("sqlite",)), indent=1))
