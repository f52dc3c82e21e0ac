"""The audit chain: every way to tamper with it is found, and found at its place."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import rfc8785

import milepost
from milepost.errors import WrongUse
from milepost.store.changes import (
    hash_of,
    next_entry,
    read_entry,
    start_entry,
    undo,
)
from milepost.store.checkpoints import checkpoint, new_key
from milepost.store.content import Content, content_of
from milepost.store.edits import Edit, applied, row_changes
from milepost.store.folder import read
from milepost.store.sql import Database
from milepost.store.transfer import copy
from milepost.store.verification import Verification, verify


def chain() -> tuple[list[str], Content]:
    """Eleven entries over the invented corridor."""
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    content = content_of(records)
    last = start_entry(content, "test", "start")
    lines = [last.line]
    row = records.commitments[0]
    for n in range(10):
        new = row.model_copy(update={"title": f"Title {n}"})
        edits = [Edit.change(row, new)]
        if n == 5:
            edits.append(Edit.remove(records.evidence[0]))
        changes = row_changes(edits, {(e.table, e.id): content[e.table].get(e.id) for e in edits})
        content = applied(content, changes)
        last = next_entry(last.n, last.hash, changes, "XWV", f"reason {n}")
        lines.append(last.line)
        row = new
    return lines, content


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in paths(v, (*at, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in paths(v, (*at, k))]
    return [at]


def tamper(line: str, path: tuple[Any, ...]) -> str:
    body = json.loads(line)
    spot = body
    for key in path[:-1]:
        spot = spot[key]
    old = spot[path[-1]]
    spot[path[-1]] = (
        old + 1
        if isinstance(old, int)
        else "x"
        if old is None
        else old[:-1] + ("0" if old[-1:] != "0" else "1")
    )
    return rfc8785.dumps(body).decode()


def test_an_untouched_chain_holds() -> None:
    lines, content = chain()
    answer = verify(lines, content, root=read_entry(lines[4]).hash)
    assert answer.holds
    assert answer.entries == 11
    assert answer.root == read_entry(lines[-1]).hash


def test_every_single_field_of_every_entry() -> None:
    lines, content = chain()
    looked = 0
    for n, line in enumerate(lines, start=1):
        for path in paths(json.loads(line)):
            if n == 1 and path[0] == "rows" and looked % 7:
                looked += 1
                continue  # of the hundreds of row digests in the first entry, every seventh
            bad = [*lines[: n - 1], tamper(line, path), *lines[n:]]
            answer = verify(bad, content)
            assert not answer.holds, (n, path)
            assert answer.faults[0].n == n, (n, path, answer.faults[:2])
            looked += 1
    assert looked > 400


def test_whitespace_and_key_order_are_tampering_too() -> None:
    lines, content = chain()
    for bad in (lines[3].replace(",", ", ", 1), json.dumps(dict(reversed(json.loads(lines[3]).items())))):
        answer = verify([*lines[:3], bad, *lines[4:]], content)
        assert answer.faults[0].n == 4


def test_deletion_reorder_insertion() -> None:
    lines, content = chain()
    for n in range(1, 11):
        answer = verify(lines[: n - 1] + lines[n:], content)
        assert answer.faults[0].n == n, f"entry {n} was deleted"
    for n in range(1, 10):
        swapped = [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]]
        assert verify(swapped, content).faults[0].n == n, f"entries {n} and {n + 1} were swapped"
    for n in range(2, 11):
        before = read_entry(lines[n - 2])
        forged = next_entry(before.n, before.hash, read_entry(lines[n - 1]).changes, "forger", "forged").line
        answer = verify([*lines[: n - 1], forged, *lines[n - 1 :]], content)
        assert not answer.holds
        assert answer.faults[0].n in (n, n + 1), f"an entry was inserted at {n}"
    assert verify([], content).faults[0].what.startswith("there is no chain")
    assert verify([*lines[:4], "garbage", *lines[4:]], content).faults[0].n == 5


def test_truncation_is_found_by_the_content_the_checkpoint_and_the_printed_root() -> None:
    lines, content = chain()
    pem, public = new_key()
    signed = checkpoint(read_entry(lines[-1]), "f" * 64, pem)
    for cut in range(1, 11):
        short = lines[:cut]
        assert any("R1 was changed after the last entry" in f.what for f in verify(short, content).faults)
        answer = verify(short, None, [signed])
        assert answer.faults[0].n == cut
        assert "the end was cut" in answer.faults[0].what
        assert "was cut or rewritten" in verify(short, None, root=read_entry(lines[-1]).hash).faults[0].what
    assert verify(lines, content, [signed], public_key=public).holds


def test_a_chain_rewritten_whole_does_not_match_the_checkpoint() -> None:
    lines, content = chain()
    pem, public = new_key()
    signed = checkpoint(read_entry(lines[6]), "f" * 64, pem)
    body = json.loads(lines[2])
    body["reason"] = "another reason"
    rewritten = [*lines[:2]]
    for line in [json.dumps(body), *lines[3:]]:
        again = json.loads(line) | {"previous": read_entry(rewritten[-1]).hash}
        again["hash"] = hash_of(again)
        rewritten.append(rfc8785.dumps(again).decode())
    assert verify(rewritten, content).holds  # it is consistent in itself ...
    answer = verify(rewritten, content, [signed])
    assert answer.faults[0].n == 7  # ... and is not what was signed
    assert "rewritten" in answer.faults[0].what
    mark = json.loads(signed)
    for field in ("n", "root", "fingerprint", "at"):
        forged = mark | {field: mark[field] + 1 if field == "n" else "0" + mark[field][1:-1] + "1"}
        assert (
            "signature does not hold"
            in verify(lines, content, [rfc8785.dumps(forged).decode()]).faults[0].what
        )
    other = checkpoint(read_entry(lines[6]), "f" * 64, new_key()[0])
    assert "signed by another key" in verify(lines, content, [other], public_key=public).faults[0].what
    assert "cannot be read" in verify(lines, content, ["{}"]).faults[0].what
    with pytest.raises(WrongUse, match="holds no Ed25519 key"):
        checkpoint(read_entry(lines[0]), "", b"nothing")


def test_undoing_every_entry_gives_the_start() -> None:
    lines, content = chain()
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    start = undo(content, [read_entry(line) for line in lines[1:]])
    assert {t: dict(sorted(r.items())) for t, r in start.items()} == {
        t: dict(sorted(r.items())) for t, r in content_of(records).items()
    }


def test_a_row_changed_behind_the_back_of_the_database(tmp_path: Path) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    database = copy(records, str(tmp_path / "r.db"), by="test", reason="start")
    assert isinstance(database, Database)

    def answer() -> Verification:
        return verify(database.lines(), database.content())

    assert answer().holds
    looked = 0
    for table, column, ident in (
        ("commitments", "title", "R1"),
        ("links", "km", "VALE-SUMMIT"),
        ("settings", "value", "programme.title"),
    ):
        with sqlite3.connect(tmp_path / "r.db") as link:
            old = link.execute(f'SELECT "{column}" FROM {table} WHERE _row = ?', (ident,)).fetchone()[0]
            new = old * 2 if isinstance(old, float) else '"other"'
            link.execute(f'UPDATE {table} SET "{column}" = ? WHERE _row = ?', (new, ident))
        link.close()
        name = ident.split(".")[-1]
        assert [f.what for f in answer().faults if f"{name} was changed" in f.what], table
        with sqlite3.connect(tmp_path / "r.db") as link:
            link.execute(f'UPDATE {table} SET "{column}" = ? WHERE _row = ?', (old, ident))
        link.close()
        assert answer().holds
        looked += 1
    assert looked == 3


def test_a_forger_who_recomputes_the_hash_of_his_entry_is_found_at_the_next() -> None:
    lines, content = chain()
    for n in range(2, len(lines)):
        body = json.loads(lines[n - 1])
        body["reason"] = "forged"
        body["hash"] = hash_of(body)
        answer = verify([*lines[: n - 1], rfc8785.dumps(body).decode(), *lines[n:]], content)
        assert [f.n for f in answer.faults] == [n + 1]
        assert "does not follow" in answer.faults[0].what
