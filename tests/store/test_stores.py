"""Folder, workbook, SQLite and PostgreSQL hold the same programme; no write is lost, torn or overwritten."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import text

import milepost
from milepost.acts.bring import Copy, bring
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.errors import Unavailable, WrongUse
from milepost.records import TABLES, PartialDate, Records
from milepost.store import changes, journal, stores
from milepost.store.content import cells_of, content_of, records_of
from milepost.store.edits import Edit, HeadMoved, LostRace
from milepost.store.folder import copy_example, read, write
from milepost.store.schema import schema
from milepost.store.stores import open_store
from milepost.store.transfer import copy, merge
from milepost.store.verification import verify
from milepost.store.workbook import seen_digests, write_workbook
from torture import cases, first_seed, many, tortured

KINDS = ["folder", "sqlite", "postgresql"]
Place = Callable[[str], str]


def records(name: str = "ridge") -> Records:
    found, none = read(milepost.example(name))
    assert found is not None
    assert none == ()
    return found


def same_bytes(one: Path, two: Path) -> int:
    names = sorted(p.name for p in one.iterdir() if p.suffix in (".csv", ".toml"))
    assert names == sorted(p.name for p in two.iterdir() if p.suffix in (".csv", ".toml"))
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    return len(names)


@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["ridge", "north-south", "northern-corridor"])
def test_folder_workbook_sqlite_postgresql_folder_is_the_same_bytes(
    name: str, place: Place, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    write(records(name), first)
    held = records(name)
    for target in (str(tmp_path / "book.xlsx"), place("sqlite"), place("postgresql"), place("folder")):
        copy(held, target, by="test", reason="round trip")
        again, none = open_store(target).read()
        assert none == ()
        assert again == held
        assert again is not None
        assert again.fingerprint == held.fingerprint
        held = again
    assert same_bytes(first, Path(target)) >= 15


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), max_size=12
)
NUMBERS = st.floats(0, 1e300, allow_nan=False, allow_infinity=False)


@cases(5, 15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS.filter(bool), NUMBERS, TEXTS), min_size=1, max_size=6), st.data())
@pytest.mark.postgresql
def test_whatever_a_row_holds_comes_back(place: Place, rows: list[tuple[str, float, str]], data: Any) -> None:
    base = records()
    made = [
        base.commitments[0].model_copy(
            update={
                "id": f"Z{n}",
                "title": title,
                "cost_usd_m": cost,
                "note": note,
                "status_reported_on": PartialDate("2024-02"),
            }
        )
        for n, (title, cost, note) in enumerate(rows)
    ]
    one = base.with_rows(commitments=[*base.commitments, *made])
    one, none = records_of(content_of(one))
    assert none == ()
    kind = data.draw(st.sampled_from(["sqlite", "postgresql"]))
    store = copy(one, place(kind), by="test", reason="law")
    again, none = store.read()
    assert none == ()
    assert again == one
    getattr(store, "close", lambda: None)()


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_edits_are_recorded_and_a_lost_race_is_refused_and_shown(kind: str, place: Place) -> None:
    store = copy(records(), place(kind), by="test", reason="start")
    row = records().commitments[0]
    store.edit([Edit.change(row, row.model_copy(update={"title": "First"}))], by="XWV", reason="name")
    with pytest.raises(LostRace, match="title is now 'First'") as lost:
        store.edit([Edit.change(row, row.model_copy(update={"title": "Second"}))], by="XRL", reason="name")
    assert lost.value.conflicts[0][1] is not None
    with pytest.raises(LostRace, match="exists already"):
        store.edit([Edit.add(row)], by="XRL", reason="again")
    two = [Edit.remove(records().evidence[0]), Edit.change(row, row.model_copy(update={"title": "Third"}))]
    with pytest.raises(LostRace):
        store.edit(two, by="XRL", reason="half of it would do")
    now, none = store.read()
    assert now is not None
    assert none == ()
    assert len(now.evidence) == len(records().evidence)
    assert now.commitments[0].title == "First"
    with pytest.raises(HeadMoved):
        store.edit([Edit.remove(records().evidence[0])], by="x", reason="", head=0)
    store.edit([Edit.remove(records().evidence[0])], by="XWV", reason="withdrawn")
    assert store.edit([], by="x", reason="nothing") is None
    answer = verify(store.lines(), content_of(store.read()[0]))  # type: ignore[arg-type]
    assert answer.holds, answer.faults
    assert store.head()[1] == answer.root


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_the_register_as_recorded_on_a_day(kind: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    import milepost.store.changes as chain

    clock = iter(f"2026-0{month}-15T12:00:00.000000+00:00" for month in range(1, 9))
    monkeypatch.setattr(chain, "now", lambda: next(clock))
    store = copy(records(), place(kind), by="test", reason="start")  # a database: January
    row, titles = records().commitments[0], {}
    for n in range(4):
        new = row.model_copy(update={"title": f"Title {n}"})
        entry = store.edit([Edit.change(row, new)], by="test", reason="rename")
        assert entry is not None
        titles[entry.at[:10]] = new.title
        row = new
    for day, title in titles.items():
        then, none = store.read(dt.date.fromisoformat(day))
        assert none == ()
        assert then is not None
        assert then.commitments[0].title == title
    then, none = store.read(dt.date(2020, 1, 1))
    assert then is not None
    assert then == records()


@pytest.mark.postgresql
def test_the_migrations_give_the_schema_of_the_records(place: Place) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from milepost.store.sql import Database

    assert len(schema().tables) == len(TABLES) + 4
    for kind in ("sqlite", "postgresql"):
        database = copy(records(), place(kind), by="test", reason="schema")
        assert isinstance(database, Database)
        with database._engine().connect() as link:
            context = MigrationContext.configure(link, opts={"compare_type": True})
            differ = compare_metadata(context, schema())
        assert differ == [], f"{kind}: run scripts/make_migration.py"
        database.close()


WRITERS = """
import os, signal, sys
from milepost.store.stores import open_store
from milepost.store.edits import Edit
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    where, name, pipe = line.rstrip().split("\t")
    if child := os.fork():
        print(child, flush=True)
        continue
    said = open(pipe, "w")
    store = open_store(where)
    records, _ = store.read()
    row = records.evidence[0]
    for n in range(1000):
        more = row.model_copy(update={"id": f"{name}-{n}", "report": f"write {n}"})
        store.edit([Edit.add(more)], by="writer", reason=str(n))
        print(n, file=said, flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def writers() -> Iterator[subprocess.Popen[str]]:
    """A process that has imported what a writer needs, and becomes one as often as it is told where to write:
    a writer of its own would be imports for the most part."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@tortured(many(3, 30))
@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_kill_minus_nine_in_the_middle_of_a_thousand_writes(
    kind: str, place: Place, writers: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert writers.stdin is not None
    assert writers.stdout is not None
    where = place(kind)
    copy(records(), where, by="test", reason="start")
    rng = random.Random(first_seed(KINDS.index(kind)))
    acknowledged = -1
    for _ in range(many(3, 30)):
        pipe = tmp_path / f"said{_}"
        os.mkfifo(pipe)
        writers.stdin.write(f"{where}\tW{_}\t{pipe}\n")
        writers.stdin.flush()
        writer = int(writers.stdout.readline())
        with pipe.open() as told:
            said = [told.readline() for _ in range(rng.randint(5, 30))]
            time.sleep(rng.random() * 0.02)
            os.kill(writer, signal.SIGKILL)
            said += told.read().split("\n")
        done = [int(line) for line in said if line.strip()]
        assert done
        acknowledged = max(done)
        store = open_store(where)
        now, none = store.read()
        assert none == ()
        assert now is not None
        have = {e.id for e in now.evidence}
        missing = [n for n in range(acknowledged + 1) if f"W{_}-{n}" not in have]
        assert missing == []
        extra = [i for i in have if i.startswith(f"W{_}-") and int(i.split("-")[1]) > acknowledged + 1]
        assert extra == []
        answer = verify(store.lines(), content_of(now))
        assert answer.holds, answer.faults
    assert acknowledged >= 4


@pytest.mark.postgresql
def test_a_crash_of_the_server_loses_no_acknowledged_write(server: Any) -> None:
    store = copy(records(), server.database(), by="test", reason="start")
    row, done = records().evidence[0], []
    stop = threading.Event()

    def write_on() -> None:
        for n in range(1000):
            try:
                store.edit([Edit.add(row.model_copy(update={"id": f"S{n}"}))], by="w", reason=str(n))
            except WrongUse:
                return
            done.append(n)
            if len(done) > 40:
                stop.set()

    thread = threading.Thread(target=write_on)
    thread.start()
    assert stop.wait(60)
    server.stop("immediate")
    thread.join(60)
    server.start()
    again = open_store(store.name)
    now, none = again.read()
    assert none == ()
    assert now is not None
    assert {f"S{n}" for n in done} <= {e.id for e in now.evidence}
    assert verify(again.lines(), content_of(now)).holds


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_a_clock_that_went_back_hides_nothing_that_later_entries_stand_upon(
    kind: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = copy(records(), place(kind), by="test", reason="start")
    row = records().commitments[1]
    for at, note in (("2031-01-01", "ahead"), ("2030-06-01", "back"), ("2032-01-01", "late")):
        monkeypatch.setattr(changes, "now", lambda at=at: f"{at}T00:00:00.000000+00:00")
        new = row.model_copy(update={"note": note})
        store.edit([Edit.change(row, new)], by="w", reason=note)
        row = new
    for day, note in (
        ("2030-05-31", records().commitments[1].note),
        ("2030-06-01", "back"),
        ("2032-01-01", "late"),
    ):
        known, _ = store.read(dt.date.fromisoformat(day))
        assert known is not None
        assert known.commitments[1].note == note, day


@pytest.mark.postgresql
def test_connections_that_a_server_keeps_outlive_no_restart(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_KEPT", [])
    address = server.database()
    copy(records(), address, by="test", reason="start")
    stores.keep_connections(2)
    row = records().evidence[0]
    kept = open_store(address)

    def add(ident: str) -> None:
        kept.edit([Edit.add(row.model_copy(update={"id": ident}))], by="w", reason=ident)

    def held() -> int:
        counted = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
        )
        with kept._begin(write=False) as link:  # type: ignore[attr-defined]
            return int(link.execute(text(counted)).scalar_one())

    for n in range(4):
        add(f"K{n}")
    together = [threading.Thread(target=add, args=(f"T{n}",)) for n in range(6)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert held() <= 2
    server.stop("immediate")
    with pytest.raises(Unavailable):
        add("away")
    server.start()
    add("again")
    now, _ = open_store(address).read()
    assert now is not None
    found = {e.id for e in now.evidence}
    assert found >= {"K3", "T5", "again"}
    assert "away" not in found
    kept.close()  # type: ignore[attr-defined]


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_two_writers_racing_lose_no_update(kind: str, place: Place) -> None:
    where = place(kind)
    copy(records(), where, by="test", reason="start")
    won: list[int] = []
    refused: list[int] = []

    def raise_it(times: int) -> None:
        store = open_store(where)
        for _ in range(times):
            while True:
                now, _none = store.read()
                assert now is not None
                row = now.commitments[0]
                new = row.model_copy(update={"cost_usd_m": (row.cost_usd_m or 0) + 1})
                try:
                    store.edit([Edit.change(row, new)], by="racer", reason="one more")
                    won.append(1)
                    break
                except LostRace:
                    refused.append(1)
        getattr(store, "close", lambda: None)()

    before = records().commitments[0].cost_usd_m or 0
    racers = [threading.Thread(target=raise_it, args=(12,)) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    now, _none = open_store(where).read()
    assert now is not None
    assert now.commitments[0].cost_usd_m == before + 24
    assert len(won) == 24


def test_a_journal_that_stands_is_completed_and_one_that_does_not_is_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    store = open_store(folder)
    row = records().commitments[0]
    store.edit([Edit.change(row, row.model_copy(update={"title": "One"}))], by="x", reason="one")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    calls: list[str] = []

    def crash(_folder: Path, _change: object, **_: object) -> None:
        calls.append("crash")
        raise KeyboardInterrupt

    original = journal._finish
    journal._finish = crash  # type: ignore[assignment]
    try:
        with pytest.raises(KeyboardInterrupt):
            store.edit([Edit.remove(records().evidence[0])], by="x", reason="two")
    finally:
        journal._finish = original
    assert calls == ["crash"]
    # torn: some of the files are there, and half a line of the chain
    (folder / "changes.jsonl").write_bytes(before["changes.jsonl"] + b'{"n":3,"at"')
    now, none = read(folder)
    assert none == ()
    assert now is not None
    assert records().evidence[0].id not in {e.id for e in now.evidence}
    assert verify(store.lines(), content_of(now)).holds
    (folder / ".milepost-journal-abc").write_text("half")
    assert read(folder)[1] == ()


def test_rows_changed_by_hand_are_found_and_can_be_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    store = open_store(folder)
    assert store.head() == (0, "")
    assert store.take_over(by="XWV", reason="begin") is not None  # type: ignore[attr-defined]
    file = folder / "commitments.csv"
    header = file.read_text(encoding="utf-8").split("\n")[0]
    file.write_text(file.read_text(encoding="utf-8").replace("Second ferry", "Third ferry"), encoding="utf-8")
    answer = verify(store.lines(), content_of(read(folder)[0]))  # type: ignore[arg-type]
    assert [str(f) for f in answer.faults] == [
        "commitments R4 was changed after the last entry, and no entry says so"
    ]
    store.take_over(by="XEM", reason="a better name")  # type: ignore[attr-defined]
    answer = verify(store.lines(), content_of(read(folder)[0]))  # type: ignore[arg-type]
    assert answer.holds
    assert "1 rows changed outside" in answer.remarks[0]
    row = read(folder)[0].commitments[0]  # type: ignore[union-attr]
    store.edit(
        [Edit.change(row, row.model_copy(update={"title": "T"}))],
        by="x",
        reason="keeps the columns of the file",
    )
    assert file.read_text(encoding="utf-8").split("\n")[0] == header
    with pytest.raises(WrongUse, match="not on record"):
        store.read(dt.date(2020, 1, 1))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_workbook(records(), tmp_path / "copy.xlsx")
    return tmp_path / "copy.xlsx"


def change_cell(book: Path, table: str, ident: str, column: str, value: str) -> None:
    import openpyxl

    opened = openpyxl.load_workbook(book)
    sheet = opened[table]
    names = [c.value for c in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == ident:
            row[names.index(column)].value = value
            break
    else:
        raise AssertionError(f"{ident} is not in {table}")
    opened.save(book)


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_comes_back_with_a_diff_and_nothing_is_half_applied(
    kind: str, place: Place, book: Path
) -> None:
    where = place(kind)
    store = copy(records(), where, by="test", reason="start")
    base = records()
    other = base.commitments[1].model_copy(update={"title": "Changed in the register meanwhile"})
    store.edit([Edit.change(base.commitments[1], other)], by="XRL", reason="meanwhile")
    change_cell(book, "commitments", "R1", "title", "Changed in the workbook")
    now = store.read()[0]
    assert now is not None
    incoming, findings = read(book)
    assert incoming is not None
    merged = merge(now, incoming, findings, seen_digests(book))
    assert [(d.what, d.table, d.id) for d in merged.differences] == [("changed", "commitments", "R1")]
    assert merged.differences[0].cells == (("title", base.commitments[0].title, "Changed in the workbook"),)
    # the other row, changed in both, is refused, and with it the whole
    change_cell(book, "commitments", "R2", "title", "Changed in both")
    incoming, findings = read(book)
    assert incoming is not None
    both = merge(now, incoming, findings, seen_digests(book))
    assert [d.id for d in both.rejected] == ["R2"]
    taken = Copy(incoming, findings, seen_digests(book))
    refused = bring(Register(where), at_the_terminal("XWV"), taken, apply=True, reason="all")
    assert (refused.rejected, refused.applied, refused.entry) == (1, False, None)
    assert store.read()[0] == now
    # a bad cell is a rejected row with its reason
    change_cell(book, "commitments", "R2", "title", base.commitments[1].title)
    change_cell(book, "date_changes", "R1.1", "promised_for", "soon")
    incoming, findings = read(book)
    assert incoming is not None
    bad = merge(now, incoming, findings, seen_digests(book))
    assert any("'soon' is no date" in d.why and d.table == "date_changes" for d in bad.rejected)
    change_cell(book, "date_changes", "R1.1", "promised_for", str(base.date_changes[0].promised_for))
    incoming, findings = read(book)
    assert incoming is not None
    good = Copy(incoming, findings, seen_digests(book))
    done = bring(Register(where), at_the_terminal("XWV"), good, apply=True, reason="from the workbook")
    assert (done.changed, done.applied) == (1, True)
    after = store.read()[0]
    assert after is not None
    assert after.commitments[0].title == "Changed in the workbook"
    assert after.commitments[1].title == "Changed in the register meanwhile"
    assert len(merge(after, replace(after)).differences) == 0


def test_nothing_is_overwritten_and_faults_are_one_sentence(place: Place, tmp_path: Path) -> None:
    where = place("sqlite")
    store = copy(records(), where, by="test", reason="start")
    with pytest.raises(WrongUse, match="holds a programme already"):
        copy(records(), where, by="test", reason="again")
    getattr(store, "close", lambda: None)()
    (tmp_path / "no.db").write_bytes(os.urandom(5000))
    for bad, words in (
        (str(tmp_path / "none.db"), "holds no programme"),
        (str(tmp_path / "no.db"), "refused"),
        (str(tmp_path / "nowhere" / "x.db"), "no folder"),
        ("postgresql://127.0.0.1:9/none", "refused"),
        ("mysql://x/y", "cannot open"),
    ):
        with pytest.raises(WrongUse, match=words):
            open_store(bad).read()
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_cells_of_a_row_are_text() -> None:
    row = records().commitments[0]
    cells = cells_of(row)
    assert json.loads(json.dumps(cells)) == cells
    assert cells["cost_usd_m"] == "240"
