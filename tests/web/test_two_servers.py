"""Two servers of one programme at the same time: what one writes the other reads, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from serving import Client, served

import milepost
from milepost.store.changes import read_entry
from milepost.store.folder import read
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.store.verification import verify
from torture import many, tortured

SEEN_WITHIN = 5.0  # seconds: a look every twentieth of one, and a machine that has other work


def report(client: Client, text: str) -> str:
    """The id of a new report, which is acknowledged."""
    body = {"commitment": "R1", "reported_on": "2026-01-05", "report": text, "source": "test"}
    answer = client.send("POST", "/evidence", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def seen(client: Client, path: str, text: str) -> float:
    """Seconds until an address holds a text; each answer before bears another mark than the one with it."""
    begin, marks = time.monotonic(), set[str]()
    while time.monotonic() - begin < SEEN_WITHIN:
        answer = client.get(path)
        assert answer.status_code == 200
        if text in answer.text:
            assert answer.headers["etag"] not in marks
            return time.monotonic() - begin
        marks.add(answer.headers["etag"])
        time.sleep(0.02)
    raise AssertionError(f"{path} is stale after {SEEN_WITHIN} seconds")


def holds(where: str, ids: set[str]) -> None:
    store: Any = open_store(where)
    held = store.snapshot()
    assert verify(held.lines, held.content, held.checkpoints, history=held.history).holds
    assert [read_entry(line).n for line in held.lines] == list(range(1, len(held.lines) + 1))
    assert ids <= set(held.content["evidence"])


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["folder", "sqlite", "postgresql"])
@tortured(4 * many(4, 20))
def test_what_one_writes_the_other_reads_and_nothing_is_lost(
    kind: str, place: Callable[[str], str], tmp_path: Path
) -> None:
    where = place(kind)
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    getattr(copy(records, where, by="test", reason="start"), "close", lambda: None)()
    with served(where) as one, served(where) as two:
        a, b = Client(one), Client(two)
        ids: set[str] = set()
        for n in range(4):  # in turn: what is kept of an answer is not stale
            writer, reader = (a, b) if n % 2 == 0 else (b, a)
            for client in (a, b):
                client.get("/register"), client.get("/commitments/R1")
            ids.add(report(writer, f"the {n}th in turn"))
            assert f"the {n}th in turn" in writer.get("/commitments/R1").text
            seen(reader, "/commitments/R1", f"the {n}th in turn")
            seen(reader, "/register", f"the {n}th in turn")

        found: list[str] = []
        faults: list[BaseException] = []

        def work(address: str, name: str) -> None:
            try:
                mine = Client(address)
                for n in range(many(4, 20)):
                    found.append(report(mine, f"{name} {n} at once"))
            except BaseException as fault:
                faults.append(fault)

        together = [
            threading.Thread(target=work, args=(s, f"w{k}{s[-1]}")) for k in range(2) for s in (one, two)
        ]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join(120)
        assert not faults
        assert len(found) == len(set(found)) == 4 * many(4, 20), "an id is given once"
        ids |= set(found)
        for client in (a, b):
            seen(client, "/commitments/R1", found[-1])
            there = {e["id"] for e in client.get("/commitments/R1").json()["evidence"]}
            assert ids <= there
        holds(where, ids)
