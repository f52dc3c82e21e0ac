"""How fast are the stores? Writes a second and the time to verify, on the North-South programme. Run: make
bench."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import milepost
from milepost.store.content import content_of
from milepost.store.edits import Edit
from milepost.store.folder import read
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.store.verification import verify


def rows() -> list[tuple[str, str]]:
    """(work, time) for the table of benchmarks."""
    records, _ = read(milepost.example("north-south"))
    assert records is not None
    answer = []
    with tempfile.TemporaryDirectory() as folder:
        for name, target in (("folder", "p"), ("SQLite", "p.db")):
            where = str(Path(folder) / target)
            start = time.perf_counter()
            store = copy(records, where, by="bench", reason="bench")
            made = time.perf_counter() - start
            times = []
            row = records.commitments[0]
            for n in range(60):
                new = row.model_copy(update={"note": str(n)})
                start = time.perf_counter()
                store.edit([Edit.change(row, new)], by="bench", reason=str(n))
                times.append(time.perf_counter() - start)
                row = new
            start = time.perf_counter()
            now, _none = open_store(where).read()
            opened = time.perf_counter() - start
            assert now is not None
            start = time.perf_counter()
            assert verify(store.lines(), content_of(now)).holds
            checked = time.perf_counter() - start
            answer += [
                (f"{name}: write all {sum(1 for _ in records.all_rows()):,} rows", f"{1000 * made:.0f} ms"),
                (f"{name}: one edit, recorded and on disk", f"{1000 * statistics.median(times):.1f} ms"),
                (f"{name}: read the programme", f"{1000 * opened:.0f} ms"),
                (f"{name}: verify a chain of {len(store.lines())} entries", f"{1000 * checked:.0f} ms"),
            ]
    return answer


if __name__ == "__main__":
    for work, took in rows():
        print(f"{work:50} {took}")
