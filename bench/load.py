"""A server under load: so many readers and writers for so long, on a register of a real size.

    .venv/bin/python bench/load.py --store folder --readers 50 --writers 5 --seconds 60

Prints one JSON line: milliseconds of reads (p50, p95) and of writes (median), how many honest reports were
refused, how many that were acknowledged are not there afterwards (lost), and processor seconds of the server
and of those who ask. The server runs in a process of its own, as ``milepost serve`` does; ``--store
postgresql://...`` takes an empty database.

With ``--soak`` it is ten minutes of a moderate load (20 readers, 2 writers, unless others are named), and the
memory of the server is printed minute by minute (RSS, megabytes).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import milepost
from milepost.records import Records
from milepost.store.content import cells_of, content_of, records_of
from milepost.store.folder import read
from milepost.store.stores import open_store
from milepost.store.transfer import copy

API = "/api/v1"


def register(commitments: int, reports: int) -> Records:
    """A register of so many commitments and reports: the small example's, and copies of its last one."""
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert not findings
    content = content_of(records)
    pattern = cells_of(records.commitments[-1])
    empty = ("milestone", "disputes", "meets_test", "note", "happened_on", "percent", "percent_of")
    said = cells_of(records.evidence[0]) | dict.fromkeys(empty, "")
    said |= {"shows": "context", "standing": "unknown", "reported_on": "2025-06-01"}
    for k in range(len(records.commitments), commitments):
        ident = f"L{k:03d}"
        content["commitments"][ident] = {**pattern, "id": ident, "title": f"Work {k}"}
    names = list(content["commitments"])
    for k in range(len(records.evidence), reports):
        of = names[k % len(names)]
        ident = f"{of}.x{k}"
        cells = {**said, "id": ident, "commitment": of, "report": f"Report {k} on the work."}
        content["evidence"][ident] = {c: cells.get(c, "") for c in said}
    made, faults = records_of(content, {})
    assert not faults, faults[:3]
    return made


@dataclass
class Seen:
    """What readers and writers saw."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Caller:
    """One connection, kept open as a browser keeps it; an answer that is held is asked for by its mark.

    Each comes from an address of its own: a server counts what one address asks for.
    """

    def __init__(self, host: str, number: int = 0) -> None:
        self._host = host
        mine = (f"127.0.{1 + number // 200}.{1 + number % 200}", 0) if sys.platform == "linux" else None
        self._link = http.client.HTTPConnection(host, timeout=120, source_address=mine)
        self._marks: dict[str, str] = {}
        self._csrf = str(json.loads(self.ask("GET", "/session")[1])["csrf"])

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Status and body."""
        headers = {"x-milepost-csrf": getattr(self, "_csrf", "")}
        if body is not None:
            headers["content-type"] = "application/json"
        elif path in self._marks:
            headers["if-none-match"] = self._marks[path]
        self._link.request(method, API + path, json.dumps(body) if body is not None else None, headers)
        answer = self._link.getresponse()
        content = answer.read()
        if mark := answer.getheader("etag"):
            self._marks[path] = mark
        return answer.status, content


def read_on(
    host: str, names: list[str], seen: Seen, until: float, number: int, pauses: tuple[float, float], now: str
) -> None:
    """A reader: the register, a fiche, the timetable, what is new; over and over. ``now`` is asked for in the
    place of a third of what is new."""
    n = number
    with Caller(host, number) as caller:
        while time.monotonic() < until:
            n += 1
            path = (
                f"/commitments/{names[n % len(names)]}",
                "/programme" if n % 3 else now,
                "/register" if n % 32 == 2 else f"/commitments/{names[(7 * n) % len(names)]}",
                "/timetable",
            )[n % 4]
            began = time.monotonic()
            status, content = caller.ask("GET", path)
            seen.reads.append(time.monotonic() - began)
            if status not in (200, 202, 304):
                seen.faults.append(f"{path}: {status} {content[:200]!r}")
            time.sleep(pauses[0])


def write_on(
    host: str, names: list[str], seen: Seen, until: float, number: int, pauses: tuple[float, float]
) -> None:
    """A writer: one report after the other, all about few commitments."""
    n = 0
    with Caller(host, 1_000 + number) as caller:
        while time.monotonic() < until:
            n += 1
            report = {
                "commitment": names[(n + number) % 5],
                "reported_on": "2025-07-01",
                "report": f"Writer {number}, report {n}",
                "source": "load",
            }
            began = time.monotonic()
            status, content = caller.ask("POST", "/evidence", report)
            seen.writes.append(time.monotonic() - began)
            if status == 201:
                seen.ids.append(json.loads(content)["id"])
            else:
                seen.refused.append(f"{status} {content[:200]!r}")
            time.sleep(pauses[1])


@contextmanager
def served(where: str) -> Iterator[tuple[str, int]]:
    """Host and port of a server of its own, and its process."""
    command = [sys.executable, "-m", "milepost", "serve", where, "--port", "0", "--draws", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://(127\.0\.0\.1:\d+)", line)
            assert found, line
            yield found[1], process.pid
        finally:
            process.terminate()
            process.wait(180)


def spent(process: int) -> tuple[float, float]:
    """Processor seconds and memory (RSS, MB) of a process so far; nothing where the system does not say."""
    try:
        ticks = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0, 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def watched(process: int, threads: list[threading.Thread], every: float) -> list[int]:
    """Memory of a process (MB) at once and after every so many seconds, until the threads have ended."""
    found, then = [], time.monotonic()
    while any(thread.is_alive() for thread in threads):
        if time.monotonic() >= then:
            found.append(round(spent(process)[1]))
            print(f"{len(found) - 1} x {every:g} s: {found[-1]} MB", file=sys.stderr, flush=True)
            then += every
        time.sleep(0.5)
    return [*found, round(spent(process)[1])]


def load(
    where: str, *, readers: int, writers: int, seconds: float, watch: float = 0.0, now: str = "/programme"
) -> dict[str, object]:
    """The load, and what came of it; with ``watch`` the memory of the server every so many seconds, and
    people who take their time: a page every half second, a report every four."""
    pauses = (0.5, 4.0) if watch else (0.05, 0.2)
    records, _ = open_store(where).read()
    assert records is not None
    names = [c.id for c in records.commitments]
    seen = Seen()
    with served(where) as (host, process):
        with Caller(host) as first:
            first.ask("GET", "/register")
        before, mine = spent(process)[0], time.process_time()
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=work, args=(host, names, seen, until, k, pauses, *more))
            for work, many, more in ((read_on, readers, (now,)), (write_on, writers, ()))
            for k in range(many)
        ]
        for thread in threads:
            thread.start()
        memory = watched(process, threads, watch) if watch else []
        for thread in threads:
            thread.join()
        server_s, load_s = spent(process)[0] - before, time.process_time() - mine
    after, _ = open_store(where).read()
    assert after is not None
    kept = {e.id for e in after.evidence}
    reads = sorted(seen.reads) or [0.0]
    return {
        "commitments": len(names),
        "reports": len(records.evidence),
        "readers": readers,
        "writers": writers,
        "seconds": seconds,
        "reads": len(seen.reads),
        "read_p50_ms": round(1000 * reads[len(reads) // 2]),
        "read_p95_ms": round(1000 * reads[int(0.95 * (len(reads) - 1))]),
        "read_worst_ms": round(1000 * reads[-1]),
        "writes": len(seen.ids),
        "write_median_ms": round(1000 * statistics.median(seen.writes or [0.0])),
        "server_cpu_s": round(server_s, 1),
        "load_cpu_s": round(load_s, 1),
        **(
            {"rss_mb": memory, "growth": round(memory[-1] / memory[min(2, len(memory) - 1)] - 1, 3)}
            if watch
            else {}
        ),
        "lost": len(set(seen.ids) - kept) + len(seen.ids) - len(set(seen.ids)),
        "refused": len(seen.refused),
        "faults": len(seen.faults),
        "first": (seen.refused + seen.faults)[:2],
    }


def main() -> None:
    """As the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--store", default="folder", help="folder, sqlite, or an address of PostgreSQL")
    asked.add_argument("--commitments", type=int, default=400)
    asked.add_argument("--reports", type=int, default=5_000)
    asked.add_argument("--readers", type=int)
    asked.add_argument("--writers", type=int)
    asked.add_argument("--seconds", type=float)
    asked.add_argument("--soak", action="store_true")
    asked.add_argument("--values", action="store_true", help="readers ask for the values too, as a page does")
    got = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        named = {"folder": f"{folder}/programme", "sqlite": f"{folder}/programme.db"}
        where = named.get(got.store, got.store)
        store = copy(register(got.commitments, got.reports), where, by="load", reason="start")
        getattr(store, "close", lambda: None)()
        readers, writers, seconds, watch = (20, 2, 600.0, 60.0) if got.soak else (50, 5, 60.0, 0.0)
        found = load(
            where,
            readers=readers if got.readers is None else got.readers,
            writers=writers if got.writers is None else got.writers,
            seconds=seconds if got.seconds is None else got.seconds,
            watch=watch,
            now="/values" if got.values else "/programme",
        )
        print(json.dumps({"store": got.store.partition(":")[0], **found}))


if __name__ == "__main__":
    main()
