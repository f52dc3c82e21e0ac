"""Many writers, one row, two servers on one database: every increment that was acknowledged is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from serving import Client, running, served

import milepost
from milepost.acts.rows import edit_programme
from milepost.store.edits import Edit
from milepost.store.folder import read
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.web.app import Config

WRITERS, EACH = 4, 5


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_increment_is_lost(kind: str, place: Callable[[str], str], tmp_path: Path) -> None:
    where = place(kind)
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    store = copy(records, where, by="test", reason="start")
    getattr(store, "close", lambda: None)()
    table = "agreements"
    first = records.agreements[0]
    ident = first.id
    edit_programme(
        where, [Edit.change(first, first.model_copy(update={"note": "0"}))], by="test", reason="zero"
    )
    acknowledged, conflicts, faults = [], [], []

    # two processes: this one serves, too
    with served(where) as one, running(Config(where, documents=tmp_path / "documents")) as two:

        def write(k: int) -> None:
            client = Client((one, two)[k % 2])
            for _ in range(EACH):
                for _attempt in range(400):
                    row = next(r for r in client.get(f"/rows/{table}").json() if r["id"] == ident)
                    cells = {**row["cells"], "note": str(int(row["cells"]["note"]) + 1)}
                    edit = {"table": table, "id": ident, "cells": cells, "seen": row["digest"]}
                    answer = client.send("POST", "/edits", {"edits": [edit], "reason": f"writer {k}"})
                    if answer.status_code == 200:
                        acknowledged.append(answer.json()["entry"])
                        break
                    if answer.status_code not in (409, 429):
                        faults.append(answer.text)
                        return
                    conflicts.append(k)
                    time.sleep(0.5 if answer.status_code == 429 else 0.01 * (k + 1))
                else:
                    faults.append(f"writer {k} never had its turn")

        threads = [threading.Thread(target=write, args=(k,)) for k in range(WRITERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert not faults, faults
        time.sleep(0.1)
        final = [
            next(r for r in Client(a).get(f"/rows/{table}").json() if r["id"] == ident)["cells"]["note"]
            for a in (one, two)
        ]
    assert len(acknowledged) == len(set(acknowledged)) == WRITERS * EACH
    assert final == [str(WRITERS * EACH)] * 2
    assert conflicts, "they were in each other's way"
    kept = open_store(where)
    found, _ = kept.read()
    assert found is not None
    assert next(a.note for a in found.agreements if a.id == ident) == str(WRITERS * EACH)
    getattr(kept, "close", lambda: None)()
