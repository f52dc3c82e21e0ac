"""After an edit only what changed is read, checked, written and answered anew: with the same outcome as doing
all of it anew, on random edits."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.acts.rows import edit_programme
from milepost.errors import BadData, MilepostError
from milepost.network import checks as network_checks
from milepost.records import TABLES, Records
from milepost.records.watched import found_by
from milepost.register import checks as register_checks
from milepost.register import status as statuses
from milepost.register import timetable as timetables
from milepost.store import deltas, journal, known_folders
from milepost.store.changes import RowChange
from milepost.store.content import Cells, cells_of, content_of, digest, records_of, row_of
from milepost.store.deltas import records_after
from milepost.store.edits import Edit, applied
from milepost.store.folder import read
from milepost.store.stores import Folder
from milepost.store.texts import csv_text, settings_text
from milepost.trade import checks as trade_checks
from milepost.value.appraisal import checks as cost_checks
from milepost.web import views
from milepost.web.state import STEPS, State, Valued
from milepost.web.views import commitments as fiches
from torture import first_seed, many, tortured

WORLDS = many(3, 100)
RULES = (register_checks.RULES, network_checks.RULES, trade_checks.RULES, cost_checks.RULES)
TEXTS = ("plain", "with, comma", 'a "quote"', "two\nlines", "=1+1", "'as text", "سد", "", "x" * 300)


def ridge() -> Records:
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert not findings
    return records


def some_edit(records: Records, die: random.Random) -> tuple[str, str, Cells | None, Cells | None]:
    """Table, id, and cells before and after of an edit that anybody might make, or mistake."""
    table = die.choice(
        ("evidence", "evidence", "evidence", "commitments", "date_changes", "meetings", "texts")
    )
    rows = records.rows(table)
    row = die.choice(rows) if rows else None
    what = die.random()
    if row is None or what < 0.45:
        pattern = cells_of(die.choice(records.evidence))
        ident = f"N{die.randrange(10**6)}"
        said = {"disputes": "", "note": die.choice(TEXTS)}
        return "evidence", ident, None, {**pattern, "id": ident, **said}
    old = cells_of(row)
    if what < 0.55:
        return table, row.ident, old, None
    column = die.choice([c for c in ("note", "source", "report", "title", "text") if c in old])
    new = {**old, column: die.choice(TEXTS)}
    if what > 0.95:
        named = next(iter(TABLES[table].references()), "")
        new = {**new, named: "NOBODY"} if named else new
    return table, row.ident, old, new


def fingerprint_of(records: Records) -> str:
    """As it is defined: SHA-256 of settings, and of every table that has rows, and the policy, by name."""
    tables = {f"{t}.csv": csv_text(TABLES[t], records.rows(t)) for t in TABLES if records.rows(t)}
    whole = settings_text(records.settings)
    for name, text in sorted({**tables, "policy.toml": settings_text(records.policy)}.items()):
        whole += f"\0{name}\0{text}"
    return hashlib.sha256(whole.encode()).hexdigest()


@pytest.mark.parametrize("seed", range(4))
def test_records_after_an_edit_are_those_of_everything_read_anew(seed: int) -> None:
    die = random.Random(seed)
    records = records_of(content_of(ridge()))[0]
    alone = 0
    for _ in range(40):
        step = die.choice((some_edit, some_step))
        changes = {(t, i): RowChange(t, i, b, a) for t, i, b, a in (step(records, die) for _ in "ab")}
        asked = tuple(changes.values())
        whole, faults = records_of(applied(content_of(records), asked), records.files)
        found = deltas._of_rows(records, asked)
        alone += found is not None
        after, told = found or (whole, faults)
        assert told == faults
        assert after == whole
        assert after.fingerprint == whole.fingerprint == fingerprint_of(whole)
        assert [r.line for r in after.all_rows()] == [r.line for r in whole.all_rows()]
        assert records_after(records, asked)[0] == whole
        for rules in RULES:
            assert found_by(rules, after) == tuple(f for rule in rules for f in rule(whole))
        if not faults:
            records = after
    assert alone > 10, "most edits are of rows alone"


@pytest.mark.parametrize("seed", range(3))
def test_a_folder_is_written_and_read_as_by_one_who_saw_it_never_before(tmp_path: Path, seed: int) -> None:
    die = random.Random(seed)
    known, anew = tmp_path / "known", tmp_path / "anew"
    shutil.copytree(milepost.example("ridge"), known)
    shutil.copytree(known, anew)
    for n in range(30):
        records, findings = read(known)
        assert records is not None
        table, ident, before, after = some_edit(records, die)
        if not findings and not records_after(records, [RowChange(table, ident, before, after)])[1]:
            edit = Edit(table, ident, after, digest(before) if before else None)
            Folder(known).edit([edit], by="a", reason="law")
            known_folders.forget(anew)
            Folder(anew).edit([edit], by="a", reason="law")
        if n % 9 == 8:  # and somebody writes by hand, at once and of the same length
            for folder in (known, anew):
                file = folder / "evidence.csv"
                text = file.read_text(encoding="utf-8")
                file.write_text(text.replace("e", "3", 1) if n == 17 else text + "\n", encoding="utf-8")
            if n == 17:
                break
        files = sorted(p.name for p in anew.iterdir() if p.suffix in (".csv", ".toml"))
        assert [(known / f).read_bytes() for f in files] == [(anew / f).read_bytes() for f in files]
        seen = Folder(known).read()
        known_folders.forget(known.absolute())
        fresh = Folder(known).read()
        assert seen == fresh
        assert seen[0] is not None
        assert fresh[0] is not None
        assert seen[0].fingerprint == fresh[0].fingerprint
        assert [r.line for r in seen[0].all_rows()] == [r.line for r in fresh[0].all_rows()]
        Folder(known).read()
    assert milepost.open(known).records.fingerprint == milepost.open(anew).records.fingerprint
    assert len(Folder(known).lines()) == len(Folder(anew).lines())


def test_a_store_keeps_a_row_that_cannot_be_read_and_says_so(tmp_path: Path) -> None:
    where = tmp_path / "programme"
    shutil.copytree(milepost.example("ridge"), where)
    row = cells_of(ridge().evidence[0])
    for note, day in (("known from here on", row["reported_on"]), ("x", "some day")):
        new = {**row, "note": note, "reported_on": day}
        Folder(where).edit([Edit("evidence", row["id"], new, digest(row))], by="a", reason="note")
        row = new
    assert "some day" in (where / "evidence.csv").read_text(encoding="utf-8")
    assert [(f.table, f.column) for f in Folder(where).read()[1]] == [("evidence", "reported_on")]


def test_what_somebody_changes_by_hand_at_once_and_to_the_same_length_is_seen(tmp_path: Path) -> None:
    where = tmp_path / "programme"
    shutil.copytree(milepost.example("ridge"), where)
    file = where / "evidence.csv"
    for k in range(30):
        row = read(where)[0].evidence[0]  # type: ignore[union-attr]
        new = row.model_copy(update={"note": f"mark{k:02d}"})
        Folder(where).edit([Edit.change(row, new)], by="a", reason="note")
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"mark{k:02d}", f"hand{k:02d}"), encoding="utf-8")
        found, _ = Folder(where).read()
        assert found is not None
        assert found.evidence[0].note == f"hand{k:02d}"
    assert sum('"outside"' in line for line in Folder(where).lines()) == 29


def worked_out_anew(where: Path, copy: Path) -> list[Any]:
    """The answers of a server that has nothing in memory of this folder, nor of what was made of it."""
    held = (statuses._LAST, timetables._LAST, fiches._LAST, statuses._single._runs, fiches._made._runs)
    before: list[tuple[Any, list[Any]]] = [(runs, list(runs)) for runs in held]
    for runs in held:
        runs.clear()
    shutil.copytree(where, copy)
    found = answers(State(copy).current())
    for runs, were in before:
        runs.clear()
        runs.extend(were)
    return found


def answers(valued: Valued) -> list[Any]:
    """Statuses, due dates and all that is told of commitments."""
    programme, day = valued.programme, valued.day
    told = [
        tuple(programme.status(day)),
        tuple(programme.milestones(day)),
        programme.timetable(day),
        list(programme.timetable(day).dates),
        list(programme.timetable(day).overdue),
        programme.headline(day),
        views.timetable_json(valued),
        fiches.register_written(valued).mark,
    ]
    register = json.loads(views.register_json(valued))
    assert register == views.register(valued).as_dict()
    fiches_alone = [json.loads(views.commitment_json(valued, c["id"])) for c in register["commitments"]]
    assert register["commitments"] == fiches_alone
    return [*told, register]


def some_step(records: Records, die: random.Random) -> tuple[str, str, Cells | None, Cells | None]:
    """An edit as ``some_edit``, or one that moves dates, proves something, or lets one wait for another."""
    what, n = die.random(), die.randrange(10**6)
    c = die.choice(records.commitments)
    day = f"20{die.randrange(20, 40)}-0{die.randrange(1, 10)}-11"
    if what < 0.3:
        return some_edit(records, die)
    if what < 0.5 and records.date_changes:
        row = die.choice(records.date_changes)
        new = {**cells_of(row), "id": f"D{n}", "commitment": c.id, "milestone": "", "request": ""}
        return "date_changes", f"D{n}", None, {**new, "promised_for": day, "announced_on": "2019"}
    if what < 0.65 and records.date_changes:
        row = die.choice(records.date_changes)
        return "date_changes", row.id, cells_of(row), {**cells_of(row), "promised_for": day, "request": ""}
    if what < 0.75:
        about = die.choice(records.commitments)
        cells = {"id": f"W{n}", "predecessor": about.id, "successor": c.id, "kind": "FS", "basis": "assumed"}
        return "dependencies", f"W{n}", None, cells_of(row_of("dependencies", cells))
    pattern = cells_of(die.choice(records.evidence))
    shows = die.choice(("progress", "delivered", "stopped", "in effect", "started"))
    of = [e.id for e in records.evidence if e.commitment == c.id]
    said = {"id": f"N{n}", "commitment": c.id, "milestone": "", "shows": shows, "document": "primary"}
    said |= {"standing": "owner", "meets_test": die.choice(("", "yes", "no"))}
    said |= {"disputes": die.choice(of) if of and die.random() < 0.2 else "", "happened_on": ""}
    said |= {"reported_on": day if day < "2026-06" else "2026-01-05"}
    return "evidence", f"N{n}", None, {**pattern, **said}


@tortured(24)
@pytest.mark.parametrize("seed", range(WORLDS))
def test_statuses_and_answers_are_those_of_everything_worked_out_anew(tmp_path: Path, seed: int) -> None:
    die = random.Random(first_seed(seed))
    where = tmp_path / "programme"
    shutil.copytree(milepost.example("ridge"), where)
    state = State(where)
    answers(state.current())
    moved, kept = 0, 0
    for n in range(24):
        now = state.current()
        records = now.programme.records
        table, ident, before, after = some_step(records, die)
        try:
            if records_after(records, [RowChange(table, ident, before, after)])[1]:
                continue
        except (ValueError, KeyError):
            continue
        edit = Edit(table, ident, after, digest(before) if before else None)
        try:
            edit_programme(where, [edit], by="a", reason="law")
        except BadData:
            continue  # such as a circle, or a date announced after it
        state._next = 0.0
        was, now = now, state.current()
        kept += statuses.differs_by_item(was.programme.records, now.programme.records)
        told = answers(now)
        moved += was.programme.timetable(was.day) != now.programme.timetable(now.day)
        assert told == worked_out_anew(where, tmp_path / f"copy{n}")
    assert kept > 2, "most are taken from before"
    assert moved, "and not only what moves nothing"


@pytest.mark.parametrize("seed", range(3))
def test_values_after_an_edit_are_those_of_everything_valued_anew(tmp_path: Path, seed: int) -> None:
    die = random.Random(seed)
    where = tmp_path / "programme"
    shutil.copytree(milepost.example("ridge"), where)
    state = State(where)
    state.value(wait=True)
    taken = 0
    for n in range(10):
        now = state.current()
        table, ident, before, after = some_step(now.programme.records, die)
        if n % 2:  # a report that proves nothing
            pattern = cells_of(die.choice(now.programme.records.evidence))
            said = {"id": f"C{n}", "shows": "context", "disputes": "", "percent": "", "meets_test": ""}
            table, ident, before, after = "evidence", f"C{n}", None, {**pattern, **said}
        try:
            edit = Edit(table, ident, after, digest(before) if before else None)
            edit_programme(where, [edit], by="a", reason="law")
        except MilepostError:
            continue
        state._next = 0.0
        was, now = now, state.current()
        state.value(wait=True)
        taken += "book" in was.made and now.made["book"] is was.made["book"]
        shutil.copytree(where, tmp_path / f"copy{n}")
        anew = State(tmp_path / f"copy{n}").current()
        for step in STEPS:
            ours, theirs = getattr(now, step), getattr(anew, step)
            rows = ([r.as_dict() for r in x] if step == "calls" else x.as_dict() for x in (ours, theirs))
            assert json.dumps(next(rows), default=str) == json.dumps(next(rows), default=str), step
    assert taken > 1, "some move no date, and prove no more than before"


def test_a_text_of_two_lines_does_not_make_the_next_report_dear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "programme"
    shutil.copytree(milepost.example("ridge"), where)
    row, added = ridge().evidence[0], []
    real = journal.commit

    def commit(folder: Path, files: Any, lines: Any, more: Any = None) -> None:
        added.append(list(more or {}))
        real(folder, files, lines, more)

    monkeypatch.setattr(journal, "commit", commit)
    for n in range(5):
        text = "three\nlines\nof text" if n % 2 else "one line"
        new = row.model_copy(update={"id": f"T{n}", "report": text, "disputes": ""})
        Folder(where).edit([Edit.add(new)], by="a", reason="law")
        seen = Folder(where).read()
        known_folders.forget(tmp_path / "copy")
        shutil.copytree(where, tmp_path / "copy", dirs_exist_ok=True)
        anew = Folder(tmp_path / "copy").read()
        assert seen == anew
        assert seen[0] is not None
        assert anew[0] is not None
        assert [r.line for r in seen[0].evidence] == [r.line for r in anew[0].evidence]
    assert added == [[], *[["evidence.csv"]] * 4]
