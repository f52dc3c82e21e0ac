"""One worker or many, the same bits; nothing lost, nothing left running."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from work import fails, noisy, slow, worth

from milepost.errors import WrongUse
from milepost.many import Beside, Ended, each

ITEMS = [(seed, 50) for seed in range(12)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A real Dask cluster of two worker processes on loopback."""
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", processes=True
        )
        client = made.get_client()
        client.run(sys.path.insert, 0, str(Path(__file__).parent))
        client.close()
    yield made.scheduler_address
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.close(timeout=20)


def test_one_or_many_give_the_same_bits() -> None:
    here = each(noisy, ITEMS)
    assert each(noisy, ITEMS, on="processes", workers=2) == here
    assert each(noisy, ITEMS, on="processes", workers=1) == here
    assert each(noisy, []) == []


@pytest.mark.filterwarnings("ignore")
def test_on_a_dask_cluster(cluster: str) -> None:
    assert each(noisy, ITEMS, on=cluster) == each(noisy, ITEMS)
    players = ("R1", "R2", "R3", "R4")
    sets = [("ridge", c) for n in range(3) for c in combinations(players, n)]
    assert each(worth, sets, on=cluster) == each(worth, sets)
    with pytest.raises(ValueError, match="three"):
        each(fails, list(range(6)), on=cluster)
    assert each(noisy, ITEMS[:3], on=cluster) == each(noisy, ITEMS[:3])  # the cluster is as it was


def test_what_fails_is_raised_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(ValueError, match="three"):
        each(fails, list(range(6)), progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 6), (2, 6), (3, 6)]
    with pytest.raises(ValueError, match="three"):
        each(fails, list(range(6)), on="processes", workers=2)


def test_what_was_done_is_not_done_twice(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="three"):
        each(fails, list(range(6)), keep=tmp_path / "k")
    assert sorted(p.name for p in (tmp_path / "k").glob("*.answer")) == ["0.answer", "1.answer", "2.answer"]
    told: list[int] = []
    with pytest.raises(ValueError, match="three"):
        each(fails, list(range(6)), keep=tmp_path / "k", progress=lambda done, of: told.append(done))
    assert told == [3]  # straight to where it stopped
    whole = each(noisy, ITEMS, keep=tmp_path / "n")
    assert each(noisy, ITEMS, keep=tmp_path / "n", on="processes", workers=2) == whole
    with pytest.raises(WrongUse, match="other work"):
        each(noisy, ITEMS[:2], keep=tmp_path / "n")


def test_places_that_are_none() -> None:
    with pytest.raises(WrongUse, match="not 'moon'"):
        each(noisy, ITEMS, on="moon")
    with pytest.raises(WrongUse, match="No Dask scheduler answers"):
        each(noisy, ITEMS, on="tcp://127.0.0.1:9", wait_seconds=0.5)


def test_sensitivity_runs_in_processes_as_here() -> None:
    import milepost
    from milepost.value.sensitivity import value_of_time

    baseline = milepost.open(milepost.example("ridge")).baseline
    assert value_of_time(baseline, on="processes") == value_of_time(baseline)


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_is_killed_changes_no_bit(cluster: str) -> None:
    from distributed import Client

    killed: list[int] = []

    def kill_one(done: int, of: int) -> None:
        if not killed:
            with Client(cluster, set_as_default=False) as client:
                killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    items = [(seed, 50) for seed in range(16)]
    assert each(slow, items, on=cluster, progress=kill_one) == each(noisy, items)
    assert killed
    with pytest.raises(ProcessLookupError):
        os.kill(killed[0], 0)


def test_work_beside_is_ended_before_it_begins_or_while_it_is_done() -> None:
    beside = Beside(1)
    beside.end()
    with pytest.raises(Ended):
        beside.run(abs, [-1])
    beside = Beside(1)
    timer = threading.Timer(1.0, beside.end)
    timer.start()
    with pytest.raises(Ended):
        beside.run(time.sleep, [60])
    timer.join()


def test_what_fails_beside_ends_it() -> None:
    with pytest.raises(Ended):
        Beside(2).run(math.sqrt, [4.0, -1.0])


def test_threads_give_answers_in_order_and_what_fails_is_raised() -> None:
    assert each(abs, [-3, 2, -1], on="threads") == [3, 2, 1]
    with pytest.raises(ValueError, match="math domain"):
        each(math.sqrt, [4.0, -1.0], on="threads")
