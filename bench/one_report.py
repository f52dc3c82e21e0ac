"""What one report costs the processor of a server, and what the page's answers after it do.

    .venv/bin/python bench/one_report.py --store folder --commitments 5000 --reports 50000

Prints one JSON line: milliseconds of the processor, median and worst of so many reports, in one thread and
without HTTP: the act itself, every fiche with the timetable and the programme, and the register as a whole.
``--profile`` says which functions took it. ``--store postgresql://...`` takes an empty database.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable

from load import register

from milepost.acts import evidence
from milepost.acts.persons import Person
from milepost.store.stores import keep_connections
from milepost.store.transfer import copy
from milepost.web import views
from milepost.web.state import State, Valued

WRITER = Person("local user", "local", "")


def answers(state: State, valued: Valued) -> None:
    """What readers of ``bench/load.py`` ask for after a report, but for the register as a whole."""
    views.make_commitments(valued)
    views.timetable_json(valued)
    json.dumps(views.about(state, valued).as_dict(), ensure_ascii=False).encode()


def main() -> None:
    """As the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--store", default="folder", help="folder, sqlite, or an address of PostgreSQL")
    asked.add_argument("--commitments", type=int, default=400)
    asked.add_argument("--reports", type=int, default=5_000)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--profile", action="store_true")
    got = asked.parse_args()
    keep_connections(4)
    with tempfile.TemporaryDirectory() as folder:
        where = {"folder": f"{folder}/programme", "sqlite": f"{folder}/programme.db"}.get(
            got.store, got.store
        )
        copy(register(got.commitments, got.reports), where, by="load", reason="start")
        state = State(where)
        spent: dict[str, list[float]] = {"report": [], "answers": [], "register": []}
        profiles = {name: cProfile.Profile() for name in spent}

        def measured(name: str, work: Callable[[], object], *, counts: bool) -> None:
            if got.profile and counts:
                profiles[name].enable()
            began = time.process_time()
            work()
            if counts:
                spent[name].append(1000 * (time.process_time() - began))
            profiles[name].disable()

        gc.collect()
        gc.freeze()  # as a server does
        gc.set_threshold(10_000, 10, 10)
        names = [c.id for c in state.current().programme.records.commitments]
        for n in range(got.times + 3):
            report = {"commitment": names[n % 5], "reported_on": "2025-07-01", "report": f"Report {n}"}
            measured("report", lambda r=report: evidence.record(state.register, WRITER, r), counts=n >= 3)
            now = state.current()
            measured("answers", lambda v=now: answers(state, v), counts=n >= 3)
            measured("register", lambda v=now: views.register_json(v), counts=n >= 3)
        state.close()
        if got.profile:
            for name, profile in profiles.items():
                print(f"---- {name}")
                pstats.Stats(profile).sort_stats("tottime").print_stats(28)
    print(
        json.dumps(
            {
                "store": got.store.partition(":")[0],
                "commitments": got.commitments,
                "reports": got.reports,
                "load_average": round(os.getloadavg()[0], 1),
                **{f"{name}_ms": round(statistics.median(ms), 1) for name, ms in spent.items()},
                **{f"{name}_worst_ms": round(max(ms), 1) for name, ms in spent.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
