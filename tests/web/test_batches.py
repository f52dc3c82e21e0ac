"""Writers who come at once write in one transaction: in the order of planning, and none on what was not
written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event

import milepost
from milepost.acts import evidence
from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden
from milepost.acts.writing import ToWrite
from milepost.errors import Unavailable, WrongUse
from milepost.records import Records
from milepost.store.changes import Entry, next_entry, read_entry
from milepost.store.edits import HeadMoved
from milepost.store.folder import read
from milepost.store.sql import Database
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.store.verification import verify
from milepost.web.batches import Batches
from milepost.web.state import State

ME = Person("ann", "secretariat", "")


def ridge() -> Records:
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert not findings
    return records


class Paper:
    """A chain of numbers, and what fails when it is written to."""

    def __init__(self) -> None:
        self.n, self.written = 10, list[list[str]]()
        self.fails: Iterator[Exception] = iter(())
        self.told: list[int] = []
        self.batches = Batches(self.write_all, lambda entry, _: self.told.append(entry.n))
        self.states = [ridge()]

    def write_all(self, asked: Sequence[ToWrite]) -> list[Entry]:
        fault = next(self.fails, None)
        if fault is not None:
            raise fault
        if [one.head for one in asked] != list(range(self.n, self.n + len(asked))):
            raise HeadMoved
        self.n += len(asked)
        self.written.append([one.reason for one in asked])
        return [next_entry(one.head, "0" * 64, (), one.by, one.reason) for one in asked]

    def put(self, reason: str, *, head: int | None = None) -> Callable[[], Entry]:
        ahead = self.batches.ahead()
        at, before = (self.n, self.states[0]) if ahead is None or ahead[0] < self.n else ahead
        after = before.with_rows()
        self.states.append(after)
        return self.batches.put(ToWrite((), "ann", reason, {}, at if head is None else head, before, after))


def outcome(wait: Callable[[], Entry]) -> Any:
    try:
        return wait().reason
    except Exception as fault:
        return type(fault)


def test_those_who_wait_are_written_together_and_in_order() -> None:
    paper = Paper()
    waits = [paper.put(name) for name in "abc"]
    assert [outcome(wait) for wait in waits] == ["a", "b", "c"]
    assert paper.written == [["a", "b", "c"]]
    assert paper.told == [13], "what stands there then is told once"
    assert outcome(paper.put("d")) == "d"
    assert paper.written[1:] == [["d"]]


def test_who_built_on_what_was_not_written_plans_anew() -> None:
    paper = Paper()
    waits = [paper.put("a"), paper.put("b")]
    paper.n += 1  # another server was faster
    assert [outcome(wait) for wait in waits] == [HeadMoved, HeadMoved]
    assert paper.batches.ahead() is None
    assert not paper.written
    assert outcome(paper.put("c")) == "c"


def test_one_of_them_too_late_does_not_cost_those_before_it() -> None:
    paper = Paper()
    waits = [paper.put("a"), paper.put("late", head=40), paper.put("on it"), paper.put("and on that")]
    assert [outcome(wait) for wait in waits] == ["a", HeadMoved, HeadMoved, HeadMoved]
    assert paper.written == [["a"]]


def test_nothing_is_tried_twice_where_nobody_knows_whether_it_was_written() -> None:
    paper = Paper()
    waits = [paper.put("a"), paper.put("b")]
    paper.fails = iter([Unavailable("the line broke in the commit")])
    assert [outcome(wait) for wait in waits] == [Unavailable, Unavailable]
    assert not paper.written
    paper.fails = iter([WrongUse("no")])
    assert outcome(paper.put("c")) is WrongUse
    assert outcome(paper.put("d")) == "d"


def test_all_is_written_when_it_is_settled_and_who_waits_late_is_answered() -> None:
    paper = Paper()
    waits = [paper.put(name) for name in "ab"]
    paper.batches.settle()
    assert paper.written == [["a", "b"]]
    assert [outcome(wait) for wait in waits] == ["a", "b"]
    paper.batches.settle()


def test_who_comes_while_others_are_written_waits_for_the_next_batch() -> None:
    paper, entered, go_on = Paper(), threading.Event(), threading.Event()
    real = paper.write_all

    def slow(asked: Sequence[ToWrite]) -> list[Entry]:
        entered.set()
        assert go_on.wait(20)
        return real(asked)

    paper.batches = Batches(slow, lambda entry, _: paper.told.append(entry.n))
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(outcome, paper.put("a"))
        assert entered.wait(20)
        rest = [pool.submit(outcome, paper.put(name)) for name in "bcd"]
        time.sleep(0.05)
        go_on.set()
        assert [f.result(20) for f in (first, *rest)] == ["a", "b", "c", "d"]
    assert paper.written == [["a"], ["b", "c", "d"]]


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_reports_that_come_at_once_are_one_transaction_with_an_entry_each(
    kind: str, place: Callable[[str], str]
) -> None:
    where = place(kind)
    getattr(copy(ridge(), where, by="test", reason="start"), "close", lambda: None)()
    state = State(where)
    commits: list[int] = []
    state.current()
    store = state.store
    assert isinstance(store, Database)
    event.listen(store._engine(), "commit", lambda _: commits.append(1))
    real, held = state._batches._write_all, threading.Event()  # type: ignore[union-attr]

    def late(asked: Sequence[ToWrite]) -> Sequence[Entry]:
        assert held.wait(20)
        return real(asked)

    state._batches._write_all = late  # type: ignore[union-attr]

    def report(k: int) -> str:
        row = {"commitment": "R1", "reported_on": "2026-01-05", "report": f"the {k}th", "source": "test"}
        return evidence.record(state.register, ME, row).id

    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(report, k) for k in range(12)]
        time.sleep(1.0)
        commits.clear()
        held.set()
        ids = [one.result(60) for one in asked]
    assert len(set(ids)) == 12
    assert len(commits) < 12, "many are written at once"
    lines = open_store(where).lines()
    assert [read_entry(line).n for line in lines] == list(range(1, len(lines) + 1))
    assert {e.id for e in open_store(where).read()[0].evidence} >= set(ids)  # type: ignore[union-attr]
    assert {e.id for e in state.current().programme.records.evidence} >= set(ids)
    assert state.current().head[0] == len(lines)
    held_now = open_store(where).snapshot()
    assert verify(held_now.lines, held_now.content, held_now.checkpoints, history=held_now.history).holds


def test_an_edit_of_a_row_that_another_edit_is_about_to_write_stands_on_it(
    place: Callable[[str], str],
) -> None:
    where = place("sqlite")
    getattr(copy(ridge(), where, by="test", reason="start"), "close", lambda: None)()
    state, held = State(where), threading.Event()
    state.current()
    real = state._batches._write_all  # type: ignore[union-attr]

    def late(asked: Sequence[ToWrite]) -> Sequence[Entry]:
        assert held.wait(20)
        return real(asked)

    state._batches._write_all = late  # type: ignore[union-attr]
    row = {"commitment": "R1", "reported_on": "2026-01-05", "report": "seen", "source": "test"}
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(evidence.record, state.register, ME, row)
        while state._batches.ahead() is None:  # type: ignore[union-attr]
            time.sleep(0.01)
        ident = state.register.held()[1].records.evidence[-1].id  # type: ignore[index]
        ann, judge = Person("ann", "verifier", ""), Person("bea", "verifier", "")
        mine = pool.submit(evidence.judge, state.register, ann, ident, "yes", "my own")
        second = pool.submit(evidence.judge, state.register, judge, ident, "yes", "looked")
        time.sleep(0.3)
        held.set()
        assert first.result(30).id == ident
        with pytest.raises(Forbidden):  # who wrote it is known although it was not written yet
            mine.result(30)
        assert second.result(30).entry == 3
    rows = {e.id: e for e in open_store(where).read()[0].evidence}  # type: ignore[union-attr]
    assert rows[ident].meets_test == "yes"
