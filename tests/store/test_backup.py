"""A backup is one moment of a register, comes back whole into any kind of store, and a damaged one is
refused."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.acts.backups import back_up, last_backup, restore
from milepost.acts.bring import read_copy
from milepost.acts.chain import sign
from milepost.acts.documents import keep
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import import_whole
from milepost.cli import run
from milepost.errors import MilepostError, WrongUse
from milepost.records import Records
from milepost.store.backup import opened
from milepost.store.content import content_of, records_of
from milepost.store.edits import Edit
from milepost.store.folder import read, write
from milepost.store.stores import Folder, open_store
from milepost.store.transfer import copy
from milepost.store.verification import verify
from milepost.web.people import People, dump_of, loading
from torture import first_seed, many, tortured

KINDS = ["folder", "sqlite", "postgresql"]
Place = Callable[[str], str]
PDF = b"%PDF-1.4 minutes of the third meeting"


@pytest.fixture(scope="module")
def base() -> Records:
    found, none = read(milepost.example("ridge"))
    assert found is not None
    assert none == ()
    return found


def edited(where: str, seed: int, times: int) -> None:
    """Rows added, changed and removed, at random; one document, one signature."""
    rng, store = random.Random(seed), open_store(where)
    for n in range(times):
        now, _ = store.read()
        assert now is not None
        row, report = rng.choice(now.commitments), rng.choice(now.evidence)
        edits = rng.choice(
            [
                [Edit.change(row, row.model_copy(update={"title": f"Title {seed} {n}\n'=1+1"}))],
                [Edit.add(report.model_copy(update={"id": f"E{seed}-{n}", "report": f"сообщение {n}"}))],
                [Edit.remove(report)] if len(now.evidence) > 3 else [],
            ]
        )
        store.edit(edits, by="XWV", reason=f"edit {n}")


def state_of(where: str) -> Any:
    held = open_store(where).snapshot()
    rows = {t: list(r.items()) for t, r in held.content.items() if r}
    return rows, held.lines, held.checkpoints


@tortured(many(1, 8))
@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_during_writes_is_a_state_that_was(
    kind: str, place: Place, base: Records, tmp_path: Path
) -> None:
    where, seed = place(kind), first_seed(7 + KINDS.index(kind))
    copy(base, where, by="test", reason="start")
    edited(where, seed, 1)
    stop = threading.Event()

    def write_on() -> None:
        n = 100
        while not stop.is_set():
            edited(where, seed + n, 1)
            n += 1

    writer = threading.Thread(target=write_on)
    writer.start()
    made = []
    try:
        for n in range(2):
            made.append(back_up(where, tmp_path / f"{n}.bak", check=n == 0))
            until = time.monotonic() + 60  # a busy machine may leave the writer no turn during one backup
            while len(open_store(where).lines()) <= made[0].entries and time.monotonic() < until:
                time.sleep(0.05)
    finally:
        stop.set()
        writer.join()
    assert made[-1].entries > made[0].entries >= 2, "nobody wrote meanwhile"
    lines = open_store(where).lines()
    for n, one in enumerate(made):
        for target in (place("folder"), place("sqlite"))[: 2 if n == 0 else 1]:
            back = restore(tmp_path / f"{n}.bak", target, check=True)
            held = open_store(target).snapshot()
            assert list(held.lines) == lines[: one.entries], "no prefix of the chain"
            assert (back.entries, back.root) == (one.entries, one.root)
            assert verify(held.lines, held.content, held.checkpoints, history=held.history).holds


@pytest.mark.postgresql
def test_it_comes_back_into_every_kind_with_all_of_it(place: Place, base: Records, tmp_path: Path) -> None:
    first, file = place("folder"), tmp_path / "first.bak"
    write(base, Path(first))
    named = keep(Path(first) / "documents", PDF, "minutes.pdf")
    keep(Path(first) / "texts", PDF + b"2", "text.pdf")
    edited(first, 3, 4)
    sign(first, tmp_path / "key.pem", make_key=True, pin=True)
    edited(first, 5, 2)
    (Path(first) / "notes.txt").write_text("my own", encoding="utf-8")
    said = back_up(first, file)
    assert (said.documents, said.verified, said.store) == (2, True, "folder")
    assert "notes.txt" in said.remarks[0]
    assert file.stat().st_mode & 0o077 == 0
    wanted, held = state_of(first), first
    for n, kind in enumerate(["sqlite", "postgresql", "folder"]):
        target, beside = place(kind), tmp_path / f"documents{n}"
        where = beside if kind != "folder" else None
        back = restore(file, target, documents=where)
        assert (back.documents, back.verified) == (2, True)
        assert state_of(target) == wanted, f"{held} -> {target}"
        folder = where or Path(target) / "documents"
        assert (folder / named.name).read_bytes() == PDF
        file, held = tmp_path / f"{n}.bak", target
        back_up(target, file, documents=where)
    with opened(file) as last:
        assert last.manifest.milepost == milepost.__version__
    assert {p.name for p in tmp_path.iterdir() if p.name.startswith(".")} <= {".kept"}, "left lying about"


def test_a_folder_comes_back_byte_by_byte_with_what_no_reader_takes(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    shutil.copytree(milepost.example("ridge"), folder)
    Folder(folder).take_over(by="XWV", reason="start")
    with (folder / "evidence.csv").open("a", encoding="utf-8", newline="") as table:
        table.write("E99,C01,XWV,nonsense\r\n")
    said = back_up(folder, tmp_path / "a.bak")
    assert said.verified
    restore(tmp_path / "a.bak", str(tmp_path / "b"))
    same = sorted(p.name for p in folder.iterdir() if p.suffix in (".csv", ".toml", ".jsonl"))
    assert len(same) > 10
    for name in same:
        assert (folder / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    with pytest.raises(WrongUse, match="it goes into a folder only"):
        restore(tmp_path / "a.bak", str(tmp_path / "b.db"))
    assert not (tmp_path / "b.db").exists()


def test_what_was_changed_by_hand_is_said_in_a_database(tmp_path: Path, base: Records) -> None:
    write(base, tmp_path / "a")
    assert "there is no chain" not in str(back_up(tmp_path / "a", tmp_path / "none.bak").remarks)
    assert "one begins here" in restore(tmp_path / "none.bak", str(tmp_path / "none.db")).remarks[0]
    edited(str(tmp_path / "a"), 1, 3)
    file = tmp_path / "a" / "commitments.csv"
    file.write_text(file.read_text("utf-8").replace(base.commitments[1].title, "By hand"), encoding="utf-8")
    back_up(tmp_path / "a", tmp_path / "a.bak")
    back = restore(tmp_path / "a.bak", str(tmp_path / "a.db"))
    assert "changed by hand" in back.remarks[0]
    held = open_store(tmp_path / "a.db").snapshot()
    assert verify(held.lines, held.content, history=held.history).holds


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small backup."""
    home = tmp_path_factory.mktemp("kept")
    shutil.copytree(milepost.example("ridge"), home / "a")
    keep(home / "a" / "documents", PDF, "minutes.pdf")
    Folder(home / "a").take_over(by="XWV", reason="start")
    back_up(home / "a", home / "a.bak")
    return home / "a.bak"


@tortured(many(60, 600))
def test_a_damaged_or_cut_file_is_refused_in_a_sentence(kept: Path, tmp_path: Path) -> None:
    rng, whole = random.Random(first_seed(1)), kept.read_bytes()
    wanted, said = state_of(str(kept.parent / "a")), list[str]()
    for n in range(many(60, 600)):
        raw = bytearray(whole)
        if n % 3 == 0:
            del raw[rng.randrange(len(raw)) :]
        else:
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        bad, target = tmp_path / f"{n}.bak", tmp_path / f"t{n}"
        bad.write_bytes(raw)
        try:
            restore(bad, str(target), check=False)
        except MilepostError as fault:
            said.append(str(fault))
        else:  # a bit that says nothing, such as the rights of a part
            assert state_of(str(target)) == wanted
            assert (target / "documents").is_dir()
    assert len(said) > 50 * many(60, 600) / 60
    assert [text for text in said if not re.search("damaged|no backup|newer milepost", text)] == []
    assert len([p for p in tmp_path.iterdir() if p.is_dir()]) == many(60, 600) - len(said), "half-written"


def forged(kept: Path, file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """The same with other parts and a manifest that fits them."""
    with zipfile.ZipFile(kept) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    body = json.loads(parts.pop("manifest.json"))
    change(body, parts)
    body["parts"] = {name: [len(raw), hashlib.sha256(raw).hexdigest()] for name, raw in parts.items()}
    text = json.dumps(body).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, raw in {**parts, "manifest.json": text}.items():
            packed.writestr(name, raw)
        packed.comment = hashlib.sha256(text).hexdigest().encode()
    return file


def test_what_a_newer_milepost_made_says_so(kept: Path, tmp_path: Path) -> None:
    def newer_form(body: dict[str, Any], _: dict[str, bytes]) -> None:
        body.update(format=2, milepost="9.1.0")

    def another(table: str, column: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
        def change(body: dict[str, Any], parts: dict[str, bytes]) -> None:
            rows = json.loads(parts["content.json"])
            rows.setdefault(table, {})["X1"] = {"id": "X1", column: "1"}
            body["milepost"], parts["content.json"] = "9.1.0", json.dumps(rows).encode()

        return change

    for n, change in enumerate((newer_form, another("tolls", "id"), another("links", "colour"))):
        with pytest.raises(WrongUse, match=r"made by a newer milepost \(9\.1\.0\)"):
            restore(forged(kept, tmp_path / f"{n}.bak", change), str(tmp_path / "t"))
        assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    "name", ["documents/../../evil", "/etc/evil", "files/evil.sh", "documents/.hidden", "evil"]
)
def test_nothing_lands_outside_of_where_it_is_restored(kept: Path, tmp_path: Path, name: str) -> None:
    def add(_: dict[str, Any], parts: dict[str, bytes]) -> None:
        parts[name] = b"evil"

    with pytest.raises(WrongUse, match="damaged"):
        restore(forged(kept, tmp_path / "e.bak", add), str(tmp_path / "in" / "t"))
    assert [p.name for p in tmp_path.rglob("*evil*")] == []


def test_it_overwrites_nothing(kept: Path, tmp_path: Path, base: Records) -> None:
    with pytest.raises(WrongUse, match="exists"):
        back_up(kept.parent / "a", kept)
    write(base, tmp_path / "there")
    copy(base, str(tmp_path / "there.db"), by="x", reason="y")
    for target in ("there", "there.db"):
        before = (tmp_path / target).stat().st_mtime_ns
        with pytest.raises(WrongUse, match="exists"):
            restore(kept, str(tmp_path / target), documents=tmp_path / "d")
        assert (tmp_path / target).stat().st_mtime_ns == before
    with pytest.raises(WrongUse, match="holds 1 documents"):
        restore(kept, str(tmp_path / "new.db"))
    copy(base, str(tmp_path / "book.xlsx"), by="x", reason="y")
    with pytest.raises(WrongUse, match="one file already"):
        back_up(tmp_path / "book.xlsx", tmp_path / "book.bak")


def test_accounts_go_along_when_asked_and_nobody_is_signed_in_after(
    tmp_path: Path, place: Place, kept: Path
) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    kept_by = People(tmp_path / "people.db", hasher=cheap)
    kept_by.add("sara", "secretariat", "", "a long enough one")
    token, _ = kept_by.login("sara", "a long enough one")
    kept_by.feed_token("sara", "all")
    file = tmp_path / "with.bak"
    assert back_up(kept.parent / "a", file, accounts=dump_of(tmp_path / "people.db"), check=False).accounts
    back = restore(file, str(tmp_path / "t"), load_accounts=loading(tmp_path / "new.db"))
    assert back.accounts
    again = People(tmp_path / "new.db", hasher=cheap)
    assert again.all() == kept_by.all()
    assert again.session(token) is None
    assert again.login("sara", "a long enough one")
    assert {e.what for e in kept_by.trail()} <= {e.what for e in again.trail()}
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0
    with pytest.raises(WrongUse, match="exists"):
        loading(tmp_path / "new.db")
    with pytest.raises(WrongUse, match="holds no accounts"):
        restore(kept, str(tmp_path / "t2"), load_accounts=loading(tmp_path / "newer.db"))
    assert "were not restored" in restore(file, str(tmp_path / "t3")).remarks[0]
    body = json.loads(kept_by.dump())
    with pytest.raises(WrongUse, match="newer milepost"):
        loading(tmp_path / "n.db")(json.dumps({**body, "schema": "9999"}).encode())
    for one in (again, kept_by):
        one.close()


def test_the_commands_say_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, file = str(tmp_path / "a"), str(tmp_path / "a.bak")
    shutil.copytree(milepost.example("ridge"), a)
    assert run(["backup", a, file]) == 0
    assert "restored for a trial: the same" in " ".join(capsys.readouterr().out.split())
    assert last_backup(a) == last_backup(a, tmp_path)
    assert run(["restore", file, str(tmp_path / "b"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    assert run(["restore", file, str(tmp_path / "b")]) == 2
    assert "exists" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_import_takes_documents_along(kind: str, kept: Path, place: Place, tmp_path: Path) -> None:
    me, source = at_the_terminal("x"), str(kept.parent / "a")
    target = place(kind)
    done = import_whole(read_copy(source), target, me)
    if kind == "folder":
        assert (done.documents, done.left) == (1, 0)
        assert [p.read_bytes() for p in (Path(target) / "documents").iterdir()] == [PDF]
        return
    assert (done.documents, done.left) == (0, 1)
    assert "--documents" in done.headed()
    again = import_whole(read_copy(source), place(kind), me, documents=tmp_path / "d")
    assert (again.documents, again.left) == (1, 0)
    back = import_whole(read_copy(target, tmp_path / "d"), place("folder"), me)
    assert back.documents == 1


def test_rows_are_written_anew_as_they_were(base: Records) -> None:
    from milepost.store.backup import Whole, folder_texts
    from milepost.store.held import Held

    bad = content_of(base)
    first = next(iter(bad["commitments"]))
    bad["commitments"][first] = {**bad["commitments"][first], "agreement": "none such"}
    assert records_of(bad)[1], "a fault that a database may hold"
    texts = folder_texts(Whole("sqlite", Held(bad, (), ())))
    assert b"none such" in texts["commitments.csv"]
    assert b"title = " in texts["programme.toml"]
