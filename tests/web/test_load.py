"""Many at once: nobody's report is refused or lost, readers go on beside what is heavy, answers are kept."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import math
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from serving import Client, running
from sqlalchemy import event

import milepost
from milepost.acts import evidence
from milepost.acts.persons import Person
from milepost.errors import MilepostError, Unavailable
from milepost.store.folder import read
from milepost.store.sql import Database
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.web.app import Config
from milepost.web.pool import KeptAnswers, Pool, Written
from milepost.web.state import State


def bench() -> ModuleType:
    """The script of the load table."""
    file = Path(__file__).resolve().parents[2] / "bench" / "load.py"
    spec = importlib.util.spec_from_file_location("bench_load", file)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["bench_load"] = made
    spec.loader.exec_module(made)
    return made


def test_the_load_in_small(tmp_path: Path) -> None:
    load = bench()
    store = copy(load.register(40, 200), str(tmp_path / "programme.db"), by="test", reason="start")
    getattr(store, "close", lambda: None)()
    found = load.load(str(tmp_path / "programme.db"), readers=6, writers=2, seconds=4)
    assert found["lost"] == found["refused"] == found["faults"] == 0, found
    assert found["writes"] > 2
    assert found["reads"] > 20


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["folder", "sqlite", "postgresql"])
def test_fifty_simultaneous_reports_are_fifty_rows(kind: str, place: Callable[[str], str]) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    where = place(kind)
    made = copy(records, where, by="test", reason="start")
    closed(made)
    seen: list[tuple[int, str]] = []
    with running(Config(where)) as address:
        clients = [Client(address) for _ in range(50)]
        ready = threading.Barrier(50)

        def report(k: int) -> None:
            row = {"commitment": "R1", "reported_on": "2026-01-05", "report": f"the {k}th", "source": "test"}
            ready.wait()
            answer = clients[k].send("POST", "/evidence", row)
            seen.append((answer.status_code, answer.json().get("id", answer.text)))

        threads = [threading.Thread(target=report, args=(k,)) for k in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [status for status, _ in seen] == [201] * 50, seen
    kept = open_store(where)
    after, _ = kept.read()
    closed(kept)
    assert after is not None
    assert len({ident for _, ident in seen} & {e.id for e in after.evidence}) == 50


def test_an_answer_bears_its_mark_until_something_is_written(alone: Client) -> None:
    row = {"commitment": "R1", "reported_on": "2026-01-05", "report": "x", "source": "y"}
    for path in ("/register", "/commitments/R1", "/rows/evidence", "/tables/evidence.csv", "/timetable"):
        first = alone.get(path)
        mark = first.headers["etag"]
        again = alone.get(path, headers={"if-none-match": mark})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == mark
        assert alone.get(path).content == first.content
    marks = {p: alone.get(p).headers["etag"] for p in ("/register", "/rows/evidence", "/tables/evidence.csv")}
    assert alone.send("POST", "/evidence", row).status_code == 201
    for path, mark in marks.items():
        assert alone.get(path, headers={"if-none-match": mark}).status_code == 200, path


def test_what_is_kept_for_one_role_is_not_given_to_another(team: Callable[[str], Client]) -> None:
    assert team("sara").get("/tables/contacts.csv").status_code == 200
    assert team("sara").get("/rows/contacts").status_code == 200
    nobody = team("")
    for path in ("/tables/contacts.csv", "/rows/contacts", "/register"):
        assert nobody.get(path).status_code == 401, path


def test_a_pool_is_bounded_in_every_direction() -> None:
    stop, begun = threading.Event(), []

    def work(k: int) -> int:
        begun.append(k)
        stop.wait(10)
        return k

    async def many() -> list[object]:
        pool = Pool(2, queue=4, of_one=3, seconds=0.5)
        asked = [pool.run(f"caller {k % 4}", lambda k=k: work(k)) for k in range(12)]  # type: ignore[misc]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    began = time.monotonic()
    found = ThreadPoolExecutor(1).submit(asyncio.run, many()).result()
    stop.set()
    assert time.monotonic() - began < 5
    assert all(isinstance(f, Unavailable) for f in found)
    assert sorted(begun) == [0, 1], "two work, four wait and never begin, the rest is told at once"

    async def one_more() -> int:
        pool = Pool(1, queue=1, of_one=1, seconds=0.2, to_the_end=True)

        def slow() -> int:
            time.sleep(0.6)
            return 7

        return await pool.run("caller", slow)

    assert ThreadPoolExecutor(1).submit(asyncio.run, one_more()).result() == 7, (
        "what writes is not given up half-way"
    )


def test_answers_are_bounded_in_bytes_and_made_once() -> None:
    kept, made = KeptAnswers(most=1_000), []

    def make() -> Written:
        made.append(1)
        time.sleep(0.05)
        return Written.of(b"x" * 200, "text/plain")

    threads = [threading.Thread(target=lambda: kept.once("a", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    for k in range(20):
        kept.once(k, lambda: Written.of(b"y" * 200, None))
    assert kept.get("a") is None
    assert sum(kept.get(k) is not None for k in range(20)) == 5


def test_a_kept_answer_needs_no_thread(alone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ("/register", "/commitments/R1", "/timetable", "/programme")
    whole = {path: alone.get(path).content for path in addresses}

    async def none_is_free(*_: object) -> None:
        raise Unavailable("every thread answers somebody else")

    monkeypatch.setattr("milepost.web.desk.run_in_threadpool", none_is_free)
    for state in gc.get_objects():
        if isinstance(state, State):
            state._next = math.inf
    assert {path: alone.get(path).content for path in addresses} == whole
    assert alone.get("/history").status_code == 503


@pytest.fixture
def other_state() -> Iterator[Callable[[str], tuple[State, Person]]]:
    """A server's memory of a register that it does not look at again by itself, and who writes there."""
    made: list[State] = []

    def begin(where: str) -> tuple[State, Person]:
        state = State(where)
        made.append(state)
        state.current()
        state._next = math.inf
        return state, Person("anna", "secretariat", "")

    yield begin
    for state in made:
        state.close()
        closed(state.store)


def closed(store: object) -> None:
    """Its connections given back; a folder has none."""
    getattr(store, "close", lambda: None)()


Other = Callable[[str], tuple[State, Person]]
REPORT = {"commitment": "R1", "reported_on": "2026-01-05", "report": "x", "source": "y"}


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["folder", "sqlite", "postgresql"])
def test_what_another_process_wrote_counts_although_it_was_not_seen_yet(
    kind: str, place: Callable[[str], str], other_state: Other
) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    where = place(kind)
    closed(copy(records, where, by="test", reason="start"))
    (mine, anna), (theirs, _) = other_state(where), other_state(where)
    told = evidence.record(theirs.register, anna, REPORT)
    viktor = Person("viktor", "verifier", "")
    assert evidence.judge(mine.register, viktor, told.id, "no").entry == 3
    again = evidence.record(theirs.register, anna, REPORT)
    assert again.id != told.id
    found = mine.current().programme.records if kind != "folder" else read(Path(where))[0]
    assert found is not None
    assert {e.id: e.meets_test for e in found.evidence}[told.id] == "no"
    with pytest.raises(MilepostError, match=r"R1\.none"):
        evidence.judge(mine.register, viktor, "R1.none", "no")


def test_a_report_is_one_connection(place: Callable[[str], str], other_state: Other) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    where = place("sqlite")
    closed(copy(records, where, by="test", reason="start"))
    state, anna = other_state(where)
    assert isinstance(state.store, Database)
    made: list[object] = []
    event.listen(state.store._engine(), "connect", lambda link, _: made.append(link))
    evidence.record(state.register, anna, REPORT)
    assert len(made) == 1
    assert state.current().programme.records.evidence[-1].report == "x"


def test_between_two_valuations_readers_have_the_machine(ridge: Path, other_state: Other) -> None:
    state, anna = other_state(str(ridge))
    began = time.monotonic()
    state.value(wait=True)
    good, took = state.good, time.monotonic() - began
    assert good is not None
    evidence.record(state.register, anna, REPORT)
    state._next = math.inf
    assert state.current() is not good
    if time.monotonic() < state.begins:
        assert state.value() is good
        assert not state._busy.is_set()
    assert began + took <= state.begins <= time.monotonic() + took
    state.begins = 0.0
    state.value()
    assert state._busy.is_set() or state.good is not good


def test_of_states_that_nobody_had_valued_none_is_held(ridge: Path, other_state: Other) -> None:
    state, anna = other_state(str(ridge))
    first = state.current()
    held = [weakref.ref(first)]
    for k in range(4):
        evidence.record(state.register, anna, {**REPORT, "report": str(k)})
        state._next = math.inf
        held.append(weakref.ref(state.current()))
    del first
    gc.collect()
    assert [ref() is not None for ref in held] == [False, False, False, False, True]
