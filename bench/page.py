"""The page: its start, its first view, the drag from event to paint in Debian's Chromium, and readers beside
writers."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import json
import os
import pwd
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

import milepost
from milepost.web.page import PAGE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
API = "/api/v1"
# as installed: its bytecode is there, whatever the shell that measures does without
INSTALLED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def rows(
    load_seconds: int = 60, databases: tuple[str, ...] = ("sqlite", "postgresql"), drag: bool = True
) -> list[tuple[str, str, str]]:
    """(work, time, remark). A database is sqlite, postgresql (started here, on loopback) or the address of
    one."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "north-south"
        shutil.copytree(milepost.example("north-south"), target)
        answer = [*_drag(target), *_felt(target), *_sizes(target)] if drag else []
        for name in databases:
            with _database(name, Path(folder)) as where:
                subprocess.run(
                    [sys.executable, "-m", "milepost", "import", str(target), where, "--by", "bench"],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                answer += _load(where, "SQLite" if name == "sqlite" else "PostgreSQL", load_seconds)
    return answer


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    """Where a programme can be kept; a PostgreSQL of Debian's is started for it, and stopped."""
    if name != "postgresql":
        yield str(folder / "load.db") if name == "sqlite" else name
        return
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    home = Path(tempfile.mkdtemp(prefix="milepost-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments], user=user, cwd=home, check=True, stdout=subprocess.DEVNULL
        )

    data = str(home / "data")
    run("initdb", "-D", data, "-U", "milepost", "-A", "trust", "-E", "UTF8", "--locale=C")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {home}"
    run("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", port, "-U", "milepost", "load")
        yield f"postgresql://milepost@127.0.0.1:{port}/load"
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


class Served:
    """`milepost serve` as a process of its own."""

    def __init__(self, where: str) -> None:
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "milepost", "serve", where, "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=INSTALLED,
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
                (
                    "page: first view, while the values are being made",
                    f"{1000 * (time.perf_counter() - begun):.0f} ms",
                    "",
                )
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
                "() => { const t = []; for (const e of performance.getEntriesByName('drag work')) "
                "t.push(e.duration); return t; }"
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
                (
                    "of it the page's own work (worth of the timetable and all that changes)",
                    f"p50 {work[len(work) // 2]:.1f} ms",
                    f"p95 {work[int(0.95 * len(work))]:.1f} ms",
                )
            )
    finally:
        served.stop()
    return answer


SHIFTS = """
window.shifts = 0; window.taps = {};
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) shifts += e.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  // a press is three events (down, up, click) of one interaction: it counts once, by the longest
  for (const e of list.getEntries())
    if (e.interactionId) taps[e.interactionId] = Math.max(taps[e.interactionId] ?? 0, e.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""


ARRIVED = """() => {
  window.arrived = 0;
  let begun = 0;
  addEventListener("click", (e) => (begun = e.timeStamp), { capture: true, once: true });
  const main = document.getElementById("main");
  const seen = new MutationObserver(() => {
    if (!begun || main.hasAttribute("aria-busy")) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.arrived = performance.now() - begun)));
  });
  seen.observe(main, { childList: true, subtree: true, attributes: true });
}"""


def _felt(folder: Path) -> list[tuple[str, str, str]]:
    """What a reader feels of a server that was run before: the first number, shifts of the layout,
    interactions."""
    from playwright.sync_api import sync_playwright

    begun = time.perf_counter()
    served = Served(str(folder))
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(SHIFTS)
            page.goto(served.address)
            page.wait_for_selector("#ranking tbody tr", timeout=60_000)
            first = time.perf_counter() - begun
            while page.request.get(f"{served.address}{API}/progress").json()["state"] != "ready":
                time.sleep(0.5)
            again = time.perf_counter()
            page.goto(f"{served.address}/?again")
            page.wait_for_selector("#ranking tbody tr", timeout=60_000)
            warm = time.perf_counter() - again
            page.wait_for_timeout(1_500)
            shift = page.evaluate("shifts")
            for name in ("Zoom in", "Zoom out", "Whole network", "Fit to the programme"):
                for _ in range(5):
                    page.get_by_role("button", name=name).click()
            arrived = [_arrives(page, name) for name in ("Commitments", "Timetable", "Countries", "Overview")]
            presses = 24 + _types_and_sorts(page)
            page.wait_for_timeout(500)
            slow = page.evaluate("Object.values(taps)")
            # what took less than 16 ms is not told by the browser
            taps = sorted([*slow, *[8.0] * (presses - len(slow))])
            browser.close()
    finally:
        served.stop()
    p95 = taps[int(0.95 * len(taps))]
    return [
        ("serve north-south again: from the command to the first number (kept values)", f"{first:.1f} s", ""),
        ("page: first view with its numbers, warm", f"{1000 * warm:.0f} ms", ""),
        ("page: shift of the layout in the first view", f"{shift:.3f}", ""),
        (
            f"page: {len(taps)} interactions (zoom, pages, sorting, search, dates), input to next paint",
            f"p50 {taps[len(taps) // 2]:.0f} ms",
            f"p95 {p95:.0f} ms",
        ),
        (
            "page: from a click in the menu to the other page painted whole",
            f"median {statistics.median(arrived):.0f} ms",
            f"at most {max(arrived):.0f} ms",
        ),
    ]


def _types_and_sorts(page: Any) -> int:
    """Sort the list of commitments, search it, search everything, and move a date by its keys; how many
    presses that were."""
    _arrives(page, "Commitments")
    heads, letters, days = page.locator("main thead th button"), "rasht", 6
    for k in range(4):
        heads.nth(k).click()
        page.wait_for_timeout(100)
    page.locator("main input[type=search]").first.focus()
    keys = [*letters, *["Backspace"] * len(letters), "Control+k", *letters, "Escape", "Escape"]
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    _arrives(page, "Timetable")
    page.get_by_role("slider", name=re.compile("^C01 ")).focus()
    for _ in range(days):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
    return 2 + 4 + len(keys) + days


def _arrives(page: Any, name: str) -> float:
    """Milliseconds from a click in the menu until the other page is painted; then a rest."""
    page.evaluate(ARRIVED)
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_function("() => window.arrived > 0")
    page.wait_for_timeout(300)
    return float(page.evaluate("arrived"))


def _sizes(folder: Path) -> list[tuple[str, str, str]]:
    """What is sent of the page, and the file that holds it with its data."""
    sent = sum(
        len(gzip.compress(file.read_bytes(), 9))
        for file in (PAGE / "assets").iterdir()
        if file.suffix in (".js", ".css")
    )
    whole = folder.parent / "corridor.html"
    command = [sys.executable, "-m", "milepost", "snapshot", str(folder), "--to", str(whole)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return [
        ("page: script and style, packed", f"{sent / 1000:.0f} kB", "to be at most 140 kB"),
        ("snapshot of north-south", f"{whole.stat().st_size / 1e6:.1f} MB", "to be at most 2.5 MB"),
        ("page: when it was measured", f"{dt.date.today():%-d %B %Y}", load),
    ]


def _load(where: str, name: str, seconds: int) -> list[tuple[str, str, str]]:
    from milepost.acts.rows import edit_programme
    from milepost.store.edits import Edit

    counter = milepost.open(where).records.agreements[0]
    edit_programme(
        where, [Edit.change(counter, counter.model_copy(update={"note": "0"}))], by="bench", reason="zero"
    )
    served = Served(where)
    try:
        for _ in range(200):
            if httpx2.get(f"{served.address}{API}/values").status_code == 200:
                break
            time.sleep(0.2)
        done = asyncio.run(_everybody(served.address, seconds, counter.id))
        found = httpx2.get(f"{served.address}{API}/tables/evidence.json", timeout=60).json()["rows"]
        rows = httpx2.get(f"{served.address}{API}/rows/agreements", timeout=60).json()
    finally:
        served.stop()
    added = done.added - sum(1 for row in found if str(row["report"]).startswith("load "))
    counted = done.counted - int(next(r for r in rows if r["id"] == counter.id)["cells"]["note"])
    done.reads.sort()
    done.writes.sort()
    return [
        (
            f"{name}: 50 readers (twice a second), 5 writers (every other second), {seconds} s, "
            f"{len(done.reads):,} reads",
            f"p50 {done.reads[len(done.reads) // 2]:.0f} ms, p95 "
            f"{done.reads[int(0.95 * len(done.reads))]:.0f} ms",
            f"{len(done.writes)} writes, median {statistics.median(done.writes):.0f} ms; {done.added} "
            f"reports, {added} lost; "
            f"{done.counted} increments of one row ({done.conflicts} retries), {counted} lost",
        )
    ]


@dataclass
class Done:
    """What readers and writers saw: milliseconds of each answer, and what was acknowledged."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    added: int = 0
    counted: int = 0
    conflicts: int = 0


async def _everybody(address: str, seconds: int, counter: str) -> Done:
    done = Done()
    end = time.monotonic() + seconds
    paths = (
        "/programme",
        "/commitments/C01",
        "/timetable",
        "/tables/status.csv",
        "/features/collections/links/items?limit=20",
        "/register",
    )
    async with httpx2.AsyncClient(
        base_url=address, timeout=60, limits=httpx2.Limits(max_connections=60)
    ) as client:
        token = (await client.get(f"{API}/session")).json()["csrf"]

        async def reader(k: int) -> None:
            n = k
            while time.monotonic() < end:
                begun = time.perf_counter()
                answer = await client.get(API + paths[n % len(paths)])
                done.reads.append(1000 * (time.perf_counter() - begun))
                assert answer.status_code == 200, answer.text
                n += 1
                await asyncio.sleep(0.5)  # a reader reads

        async def send(path: str, body: dict[str, Any]) -> int:
            begun = time.perf_counter()
            answer = await client.post(f"{API}{path}", json=body, headers={"x-milepost-csrf": token})
            done.writes.append(1000 * (time.perf_counter() - begun))
            assert answer.status_code in (200, 201, 409, 429), answer.text
            return int(answer.status_code)

        async def writer(k: int) -> None:
            n = 0
            while time.monotonic() < end:
                if n % 2:
                    report = {
                        "commitment": "C01",
                        "reported_on": "2026-11-20",
                        "report": f"load {k} {n}",
                        "source": "bench",
                    }
                    status = await send("/evidence", report)
                    done.added += status == 201
                else:  # read, edit what was read, try again when another was faster
                    while time.monotonic() < end + 10:
                        rows = (await client.get(f"{API}/rows/agreements")).json()
                        row = next(r for r in rows if r["id"] == counter)
                        cells = {**row["cells"], "note": str(int(row["cells"]["note"]) + 1)}
                        edit = {"table": "agreements", "id": counter, "cells": cells, "seen": row["digest"]}
                        if await send("/edits", {"edits": [edit], "reason": f"writer {k}"}) == 200:
                            done.counted += 1
                            break
                        done.conflicts += 1
                n += 1
                await asyncio.sleep(2)  # a writer writes

        await asyncio.gather(*(reader(k) for k in range(50)), *(writer(k) for k in range(5)))
    return done


if (
    __name__ == "__main__"
):  # python bench/page.py [SECONDS] [no-drag] [sqlite] [postgresql] [postgresql://...]
    words = sys.argv[1:]
    numbers = [int(w) for w in words if w.isdigit()]
    names = tuple(w for w in words if not w.isdigit() and w != "no-drag") or ("sqlite", "postgresql")
    print(json.dumps(rows(*(numbers or [60]), databases=names, drag="no-drag" not in words), indent=1))
