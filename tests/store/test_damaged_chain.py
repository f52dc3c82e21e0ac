"""A chain that was damaged or forged: every command answers in one sentence, none with a traceback, and
nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

import milepost
from milepost.cli import run
from milepost.store import journal
from milepost.store.changes import Damaged, RowChange, next_entry, read_entry
from milepost.store.checkpoints import new_key
from milepost.store.content import content_of
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.stores import open_store
from milepost.store.verification import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The invented corridor with a chain of four entries and one checkpoint."""
    target = tmp_path / "ridge"
    copy_example("ridge", target)
    for n in range(3):
        row = milepost.open(target).records.commitments[0]
        open_store(target).edit(
            [Edit.change(row, row.model_copy(update={"note": f"n{n}"}))], by="x", reason="y"
        )
    (tmp_path / "key").write_bytes(new_key()[0])
    assert run(["sign", str(target), "--key", str(tmp_path / "key")]) == 0
    return target


def resealed(line: str, **values: Any) -> str:
    body = json.loads(line) | values
    body.pop("hash")
    return rfc8785.dumps({**body, "hash": hashlib.sha256(rfc8785.dumps(body)).hexdigest()}).decode()


def last(**values: Any) -> Callable[[str], str]:
    return lambda text: "\n".join([*text.splitlines()[:-1], resealed(text.splitlines()[-1], **values)]) + "\n"


def first(**values: Any) -> Callable[[str], str]:
    return lambda text: "\n".join([resealed(text.splitlines()[0], **values), *text.splitlines()[1:]]) + "\n"


def said(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


HALF = "\\ud800"
UNREADABLE: dict[str, Callable[[str], str]] = {
    "garbage": lambda text: text + "garbage\n",
    "a list": lambda text: text + "[]\n",
    "torn": lambda text: text[:-30],
    "deep": lambda text: text + "[" * 100_000 + "\n",
    "deep and closed": lambda text: text + '{"a":' * 50_000 + "1" + "}" * 50_000 + "\n",
    "Infinity": said('"n":4,', '"n":Infinity,'),
    "1e999": said('"n":4,', '"n":1e999,'),
    "NaN": said('"n":4,', '"n":4,"x":NaN,'),
    "a very great number": said('"n":4,', f'"n":{10**30},'),
    "a number of ten thousand digits": said('"n":4,', f'"n":{"1" * 10_000},'),
    "a broken number": said('"n":4,', '"n":4.5,'),
    "text for a number": said('"n":4,', '"n":"4",'),
    "half a character": said('"n":4,', f'"n":4,"x":"{HALF}",'),
    "half a character in a cell": said('"note":"n2"', f'"note":"{HALF}"'),
    "no time zone": last(at="2026-01-01"),
    "an unknown kind": last(kind="weird"),
    "a kind that is a list": last(kind=[]),
    "changes that are no rows": last(changes=[1]),
    "changes that are a number": last(changes=1),
    "rows that are no objects": first(rows=[1]),
    "digests that are no texts": first(rows={"a": {"b": 1}}),
    "nothing of an entry": lambda text: text + "{}\n",
}
ODD: dict[str, Callable[[str], str]] = {  # entries that can be read, and do not hold
    "1e999 in a field nobody reads": said('"n":4,', '"n":4,"x":1e999,'),
    "CRLF": said("\n", "\r\n"),
    "two entries swapped": lambda text: "\n".join([text.splitlines()[n] for n in (0, 2, 1, 3)]) + "\n",
    "one left out": lambda text: "\n".join([text.splitlines()[n] for n in (0, 1, 3)]) + "\n",
    "cut": lambda text: "\n".join(text.splitlines()[:2]) + "\n",
    "empty": lambda _: "",
    "a table that is not": last(changes=[{"table": "nope", "id": "x", "before": None, "after": {"a": "b"}}]),
}
COMMANDS = {
    "log": [],
    "status": ["--known-on", "2020-01-01"],
    "edit": ["commitments", "R1", "note=zz", "--by", "x", "--reason", "y"],
    "sign": [],
    "record": ["--by", "x", "--reason", "y"],
}


@pytest.mark.parametrize("name", [*UNREADABLE, *ODD])
def test_every_damage_is_one_sentence(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = folder / journal.CHAIN
    damaged = (UNREADABLE | ODD)[name](chain.read_text(encoding="utf-8"))
    chain.write_text(damaged, encoding="utf-8", newline="")
    capsys.readouterr()
    assert run(["verify", str(folder)]) == 1
    assert "FAULT" in capsys.readouterr().out
    for command, more in COMMANDS.items():
        chain.write_text(damaged, encoding="utf-8", newline="")
        before = {p.name: p.read_bytes() for p in folder.iterdir()}
        options = ["--key", str(folder.parent / "key")] if command == "sign" else []
        code = run([command, str(folder), *more, *options])
        err = capsys.readouterr().err
        assert code in (0, 1, 2), (command, err)
        assert "Traceback" not in err
        if code == 2:
            assert "chain" in err, (command, err)
            assert {p.name: p.read_bytes() for p in folder.iterdir()} == before, (
                f"{command} wrote, and refused"
            )
        elif name in UNREADABLE and command in ("log", "edit"):
            pytest.fail(f"{command} went on over a damaged chain")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"n":4', '"n":Infinity'),
        ('"n":4', '"n":[]'),
        ('"signature":"', '"signature":"zz'),
        ("{", "["),
        ('"n":4', f'"x":"{HALF}","n":4'),
    ],
)
def test_a_damaged_checkpoint_is_a_fault(
    old: str, new: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / journal.CHECKPOINTS
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert run(["verify", str(folder)]) == 1
    assert "checkpoint 1 cannot be read" in " ".join(capsys.readouterr().out.split())


def test_a_damaged_journal_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / journal.JOURNAL).write_text("{", encoding="utf-8")
    assert run(["check", str(folder)]) == 2
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["edit", "outside"])
def test_what_an_entry_says_of_before_is_checked_whatever_its_kind(kind: Any, folder: Path) -> None:
    lines = open_store(folder).lines()
    content = content_of(milepost.open(folder).records)
    end = read_entry(lines[-1])
    row = content["commitments"]["R1"]
    content["commitments"]["R1"] = {**row, "note": "n9"}
    forged = next_entry(
        end.n,
        end.hash,
        [RowChange("commitments", "R1", {**row, "note": "never"}, {**row, "note": "n9"})],
        "x",
        "y",
        kind,
    )
    answer = verify([*lines, forged.line], content)
    assert [(f.n, f.what) for f in answer.faults] == [
        (5, "commitments R1 was not as it says before the change")
    ]
    with pytest.raises(Damaged, match="the kind 'weird'"):
        read_entry(resealed(forged.line, kind="weird"))
