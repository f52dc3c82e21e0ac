"""Each act is one rule for all doors: command line and API write the same rows, for the same reason, and
answer the same; what one door refuses, the others refuse."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

import milepost
from milepost.acts.dates import ask, decide
from milepost.acts.evidence import record
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.rights import Forbidden
from milepost.acts.writing import Register
from milepost.cli import run
from milepost.errors import MilepostError
from milepost.store import edits
from milepost.store.changes import Entry, read_entry
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.store.workbook import write_workbook
from milepost.web.app import API, Config, create_app
from milepost.web.security import CSRF_HEADER
from source import tree

SRC = Path(milepost.__file__).parent
EVIDENCE = {"reported_on": "2025-12-20", "shows": "progress", "report": "rails laid", "source": "a paper"}
MEETING = {"body": "Ridge Commission", "title": "Eighth session", "date": "2026-10-10", "parties": "XWV;XRL"}


@pytest.fixture
def ridges(tmp_path: Path) -> tuple[str, str]:
    """The same programme twice: for the command line and for the API."""
    for name in ("cli", "api"):
        copy_example("ridge", tmp_path / name)
    return str(tmp_path / "cli"), str(tmp_path / "api")


@pytest.fixture
def post(ridges: tuple[str, str]) -> Iterator[Any]:
    """The API of the second, for its single local user."""
    with TestClient(create_app(Config(ridges[1])), base_url="http://localhost") as client:
        csrf = client.get(f"{API}/session").json()["csrf"]

        def send(path: str, body: dict[str, Any]) -> Any:
            return client.post(API + path, json=body, headers={CSRF_HEADER: csrf})

        yield send


def cli(*arguments: str) -> Any:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run([*arguments, "--json"])
    assert code == 0, (arguments, out.getvalue())
    return json.loads(out.getvalue())


def last(where: str) -> Entry:
    return read_entry(open_store(where).lines()[-1])


def typed(cells: dict[str, str]) -> list[str]:
    return [f"{k}={v}" for k, v in cells.items()]


def same(ridges: tuple[str, str], ours: Any, theirs: Any) -> None:
    """One entry, but for who and when; one answer, but for the hash of that entry."""
    one, two = (last(where) for where in ridges)
    assert one.changes, "something was written"
    assert (one.n, one.reason, one.kind, one.changes) == (two.n, two.reason, two.kind, two.changes)
    assert (one.by, two.by) == ("XWV", "local: local user")
    assert theirs.status_code in (200, 201), theirs.text
    body = theirs.json()
    assert {k: v for k, v in ours.items() if k != "hash"} == {k: v for k, v in body.items() if k != "hash"}
    assert (ours["hash"], body["hash"]) == (one.hash, two.hash)


def test_evidence(ridges: tuple[str, str], post: Any) -> None:
    more = {k: v for k, v in EVIDENCE.items() if k != "shows"}
    ours = cli("evidence", ridges[0], "R1", "--shows", "progress", "--by", "XWV", *typed(more))
    same(ridges, ours, post("/evidence", {"commitment": "R1", **EVIDENCE}))
    assert last(ridges[0]).reason == "report on R1: progress"
    assert ours["id"] in {e.id for e in milepost.open(ridges[0]).records.evidence}


def test_a_report_is_judged(ridges: tuple[str, str], post: Any) -> None:
    ours = cli("judge", ridges[0], "R1.e1", "--verdict", "in part", "--by", "XWV", "--reason", "half of it")
    theirs = post("/evidence/R1.e1/confirmation", {"verdict": "in part", "reason": "half of it"})
    same(ridges, ours, theirs)
    assert last(ridges[0]).reason == "report R1.e1 judged 'in part': half of it"


def test_a_meeting(ridges: tuple[str, str], post: Any) -> None:
    options = [part for k, v in MEETING.items() for part in (f"--{k}", v)]
    same(ridges, cli("meeting", ridges[0], *options, "--by", "XWV"), post("/meetings", MEETING))
    assert [m.id for m in milepost.open(ridges[0]).records.meetings][-1] == "M3"
    assert last(ridges[0]).reason == "meeting M3 of Ridge Commission on 2026-10-10"


def test_forecasts(ridges: tuple[str, str], post: Any) -> None:
    ours = cli("forecast", ridges[0], "--meeting", "M1", "--by", "XWV", "--draws", "500")
    same(ridges, ours, post("/forecasts", {"meeting": "M1", "draws": 500}))
    assert last(ridges[0]).reason.startswith("forecasts of M1 on ")
    assert ours["forecasts"] == [f.id for f in milepost.open(ridges[0]).records.forecasts]


def test_a_comment(ridges: tuple[str, str], post: Any) -> None:
    ours = cli("comment", ridges[0], "R1", "Who pays?", "--by", "XWV", "--readers", "XEM")
    body = {"commitment": "R1", "text": "Who pays?", "readers": ["XEM"]}
    one, two = last(ridges[0]), None
    answer = post("/comments", body)
    two = last(ridges[1])
    assert answer.status_code == 201, answer.text
    assert ours["id"] == answer.json()["id"] == "R1.k1"
    assert one.reason == two.reason == "comment on R1"  # the chain is read by more people than the comment
    shown = cli("comment", ridges[0], "R1")["comments"]
    assert [(c["author"], c["readers"], c["text"]) for c in shown] == [("XWV", ["XEM"], "Who pays?")]


def test_a_letter_that_went_out(ridges: tuple[str, str], post: Any) -> None:
    # four weeks on three promises fall due, and each of their parties gets a letter
    for where in ridges:
        settings = Path(where) / "programme.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("2026-01-01", "2026-01-29", 1), encoding="utf-8")
    due = cli("remind", ridges[0], "--on", "2026-01-29", "--party", "XRL")["digests"][0]
    ours = cli(
        "remind",
        ridges[0],
        "--on",
        "2026-01-29",
        "--party",
        "XRL",
        "--sent",
        "--by",
        "XWV",
        "--means",
        "post",
    )
    body = {k: due[k] for k in ("day", "addressee", "party", "contact")} | {"means": "post"}
    answer = post("/letters/sent", body)
    assert answer.status_code == 201, answer.text
    one, two = (last(where) for where in ridges)
    assert ours["sent"] == 1
    assert one.reason == two.reason == f"letter of {due['day']} to {due['addressee']} XRL sent"
    shown = cli("remind", ridges[0], "--on", "2026-01-29", "--party", "XRL")["digests"][0]
    assert (shown["sent_by"], shown["means"]) == ("XWV", "post")
    assert (
        cli("remind", ridges[0], "--on", "2026-01-29", "--party", "XRL", "--sent", "--by", "XWV")["sent"] == 0
    ), "only once"


@pytest.mark.parametrize("grant", [True, False])
def test_a_date_is_asked_for_and_decided_on_the_same_day(
    ridges: tuple[str, str], post: Any, grant: bool
) -> None:
    asked = cli("request", ridges[0], "R1", "--to", "2028-06", "--by", "XWV", "--reason", "land")
    wish = {"item": "R1", "new_date": "2028-06", "reason": "land", "party": "XWV"}
    same(ridges, asked, post("/requests", wish))
    assert last(ridges[0]).reason == "request R1.q1 to move R1 to 2028-06: land"
    said = "--grant" if grant else "--refuse"
    by = milepost.open(ridges[0]).records.policy.decided_by
    done = cli("decide", ridges[0], "R1.q1", said, "--by", by)
    answer = post("/requests/R1.q1/decision", {"grant": grant})
    assert answer.status_code == 200, answer.text
    one, two = (last(where) for where in ridges)
    assert (one.reason, one.changes) == (two.reason, two.changes)
    assert one.reason == f"request R1.q1 {'granted' if grant else 'refused'} by {by}"
    assert {**done, "hash": ""} == {**answer.json(), "hash": ""}


def test_rows(ridges: tuple[str, str], post: Any) -> None:
    ours = cli("edit", ridges[0], "commitments", "R1", "note=x", "--by", "XWV", "--reason", "why")
    row = milepost.open(ridges[1]).records.commitments[0]
    edit = Edit.change(row, row.model_copy(update={"note": "x"}))
    body = {"table": edit.table, "id": edit.id, "cells": edit.cells, "seen": edit.seen}
    same(ridges, ours, post("/edits", {"edits": [body], "reason": "why"}))
    assert ours["rows"] == [{"table": "commitments", "id": "R1", "what": "changed"}]


WRONG = {
    "no such commitment": {"commitment": "R99"},
    "no such milestone": {"milestone": "R99.m"},
    "a milestone of another": {"milestone": "R2.m"},
    "no such report": {"disputes": "R99.e1"},
    "a day to come": {"reported_on": "2999-01-01"},
}


@pytest.mark.parametrize("fault", WRONG)
def test_wrong_evidence_is_refused_at_every_door(
    ridges: tuple[str, str], post: Any, fault: str, tmp_path: Path
) -> None:
    for where in ridges:
        mark = ["id=R2.m", "commitment=R2", "title=half", "basis=assumed"]
        cli("edit", where, "milestones", "R2.m", *mark, "--new", "--by", "x", "--reason", "y")
    row = {"commitment": "R1", **EVIDENCE, "basis": "sourced", **WRONG[fault]}
    before = [open_store(w).head() for w in ridges]
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        more = typed({k: v for k, v in row.items() if k not in ("shows", "commitment")})
        about = ("evidence", ridges[0], row["commitment"], "--shows", row["shows"])
        assert run([*about, "--by", "x", *more]) in (1, 2)
        new = ("edit", ridges[0], "evidence", "new", *typed(row))
        assert run([*new, "--new", "--by", "x", "--reason", "y"]) in (1, 2)
        assert post("/evidence", {k: v for k, v in row.items() if k != "basis"}).status_code in (400, 422)
        book = tmp_path / "b.xlsx"
        write_workbook(milepost.open(ridges[0]).records, book)
        opened = openpyxl.load_workbook(book)
        sheet = opened["evidence"]
        head = [c.value for c in sheet[1]]
        sheet.append([{"id": "new", **row}.get(str(h)) for h in head])
        opened.save(book)
        back = ["import", str(book), ridges[0], "--apply", "--by", "x", "--reason", "y"]
        assert run(back) in (1, 2)
    assert [open_store(w).head() for w in ridges] == before, "nothing was written"


def test_changes_are_computed_once_for_one_edit_of_the_page(
    ridges: tuple[str, str], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, calls = edits.row_changes, []

    def counted(*given: Any) -> Any:
        calls.append(given)
        return true(*given)

    where = [
        module
        for name, module in sys.modules.items()
        if name.startswith("milepost.") and getattr(module, "row_changes", None) is true
    ]
    assert len(where) > 2, "acts, store and where it stands"
    for module in where:
        monkeypatch.setattr(module, "row_changes", counted)
    row = milepost.open(ridges[1]).records.commitments[0]
    edit = Edit.change(row, row.model_copy(update={"note": "x"}))
    body = {"table": edit.table, "id": edit.id, "cells": edit.cells, "seen": edit.seen}
    assert post("/edits", {"edits": [body], "reason": "why"}).status_code == 200
    assert len(calls) == 1


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_who_was_slower_plans_anew(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reports at once get two ids: the second sees the first and takes the next."""
    copy_example("ridge", tmp_path / "r")
    where = str(tmp_path / "r")
    if kind == "sqlite":
        copy(milepost.open(where).records, f"{where}.db", by="test", reason="start")
        where += ".db"
    register, true = Register(where), Register.now
    faster: list[str] = []

    def now(self: Register) -> Any:
        found = true(self)
        if not faster:  # somebody writes between our look and our write
            faster.append("begun")
            faster.append(record(Register(where), at_the_terminal("XRL"), {"commitment": "R1"}).id)
        return found

    monkeypatch.setattr(Register, "now", now)
    mine = record(register, at_the_terminal("XWV"), {"commitment": "R1"})
    assert len(faster) == 2
    assert mine.id != faster[1]
    assert (last(where).by, last(where).n) == ("XWV", mine.entry)


def test_the_rights_are_the_acts_own(ridges: tuple[str, str]) -> None:
    """No door can forget them: they hold without a server."""
    register = Register(ridges[0])
    reader = Person("olga", "observer")
    with pytest.raises(Forbidden, match="may not report"):
        record(register, reader, {"commitment": "R1"})
    owner = Person("wanda", "approver", "XWV")
    asked = ask(register, owner, "R1", new_date="2028-06", reason="land")
    with pytest.raises(Forbidden, match="second person"):
        decide(register, owner, asked.id, grant=True)
    done = decide(register, Person("carl", "council"), asked.id, grant=True)
    assert (done.decision, last(ridges[0]).by) == ("granted", "council: carl")
    with pytest.raises(MilepostError, match="needs --by"):
        record(register, at_the_terminal(" "), {"commitment": "R1"})


WRITING = {"write_changes", "take_over", "sign", "upgrade", "create", "edit"}  # methods of a store
COPYING = {"copy", "edit_programme"}


def test_only_acts_write() -> None:
    """Nobody outside acts and store calls what writes to a store; and the search finds those who may."""
    found: dict[str, set[str]] = {"acts": set(), "elsewhere": set()}
    for file in sorted(SRC.rglob("*.py")):
        room = file.relative_to(SRC).parts[0]
        if room == "store" or "migrations" in file.parts:
            continue
        parsed = tree(file)
        stores = {
            n.targets[0].id
            for n in ast.walk(parsed)
            if isinstance(n, ast.Assign)
            and isinstance(n.targets[0], ast.Name)
            and isinstance(n.value, ast.Call)
            and getattr(n.value.func, "id", "") == "open_store"
        }
        for node in ast.walk(parsed):
            hit = ""
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                on_store = (
                    (isinstance(owner, ast.Name) and owner.id in stores)
                    or (isinstance(owner, ast.Attribute) and owner.attr == "store")
                    or (isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "open_store")
                )
                always = {"write_changes"}
                if node.func.attr in (WRITING if on_store else always):
                    hit = node.func.attr
            if isinstance(node, ast.ImportFrom) and node.module == "milepost.store.transfer":
                hit = next((a.name for a in node.names if a.name in COPYING), "")
            if hit:
                found["acts" if room == "acts" else "elsewhere"].add(f"{file.relative_to(SRC)}: {hit}")
    assert found["elsewhere"] == set()
    assert {f.partition(": ")[2] for f in found["acts"]} >= {
        "write_changes",
        "take_over",
        "sign",
        "upgrade",
        "copy",
    }


def test_shares_that_must_add_up_are_changed_in_one_edit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_example("ridge", tmp_path / "ridge")
    folder, who = str(tmp_path / "ridge"), ["--by", "XEM", "--reason", "counted"]
    first = ["edit", folder, "nodes", "VALE", "trade_share=0.6"]

    def shares() -> list[float | None]:
        return [n.trade_share for n in milepost.open(folder).records.nodes if n.country == "XWV"]

    assert run([*first, *who]) == 1
    assert "in one edit" in capsys.readouterr().out
    assert shares() == [0.7, 0.3]
    assert run([*first, "--also", "WESTPORT trade_share=0.4", *who, "--json"]) == 0
    assert {r["id"] for r in json.loads(capsys.readouterr().out)["rows"]} == {"VALE", "WESTPORT"}
    assert shares() == [0.6, 0.4]
    file = tmp_path / "rows.csv"
    file.write_text("id;trade_share\nVALE;0.55\nWESTPORT;0.45\n", encoding="utf-8")
    assert run(["edit", folder, "nodes", "--rows", str(file), *who]) == 0
    assert shares() == [0.55, 0.45]
    for wrong, said in (
        (["nodes"], "No row of nodes is named"),
        ([*first[2:], "--also", "trade_share=0.4"], "names no row"),
        ([*first[2:], "--also", "VALE trade_share=0.4"], "written twice"),
        (["nodes", "--rows", str(tmp_path / "none.csv")], "cannot be read"),
        (["parties", "--rows", str(file)], "'trade_share' sets no column of parties"),
    ):
        assert run(["edit", folder, *wrong, *who]) != 0
        assert said in " ".join(capsys.readouterr().err.split()), wrong
    assert shares() == [0.55, 0.45]
