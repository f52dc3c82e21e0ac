"""A database that can only be read is read, says so, and refuses to be written; and a file of any name is
the file that was named."""

from __future__ import annotations

import ctypes
import os
import pickle
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.acts.backups import back_up, restore
from milepost.cli import run
from milepost.errors import MilepostError, Unavailable
from milepost.records import Records
from milepost.store.edits import Edit
from milepost.store.folder import read
from milepost.store.sql import Database
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.web.people import People

SAYS = "can only be read here"


@pytest.fixture(scope="module")
def base() -> Records:
    found, none = read(milepost.example("ridge"))
    assert found is not None
    assert none == ()
    return found


def without_root_rights() -> None:
    """Give up what root may beyond the rights of files (capabilities, capset(2)) and stay who one is: a
    checkout that nobody else may enter can still be read."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, of this process
    none = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none):
        raise OSError(ctypes.get_errno(), "capset")


def as_nobody(work: Callable[[], Any]) -> Any:
    """What work gives for a user who is not root: root may write whatever its rights are."""
    taken, given = os.pipe()
    child = os.fork()
    if child == 0:
        answer: Any = None
        with suppress(BaseException):
            try:
                if os.geteuid() == 0:
                    without_root_rights()
                answer = work()
            except MilepostError as fault:
                answer = f"{type(fault).__name__}: {fault}"
            except BaseException as fault:
                answer = repr(fault)
            os.write(given, pickle.dumps(answer))
        os._exit(0)
    os.close(given)
    with os.fdopen(taken, "rb") as read_end:
        found = read_end.read()
    os.waitpid(child, 0)
    return pickle.loads(found)


@pytest.fixture
def media(usual: Path) -> Iterator[Path]:
    """A folder that everybody may enter, with a database that nobody but its owner may write."""
    home = Path(tempfile.mkdtemp(prefix="milepost-media-"))
    shutil.copy(usual, home / "a.db")
    (home / "a.db").chmod(0o444)
    home.chmod(0o555)
    yield home
    home.chmod(0o755)
    shutil.rmtree(home)


def read_and_edit(where: str) -> Any:
    store = open_store(where)
    records, findings = store.read()
    assert records is not None
    row = records.commitments[0]
    said: Any = ""
    try:
        store.edit([Edit.change(row, row.model_copy(update={"title": "X"}))], by="x", reason="y")
    except Unavailable as fault:
        said = (str(fault), fault.public)
    return (
        len(records.commitments),
        len(findings),
        store.head()[0],
        store.snapshot().notes,
        store.notes(),
        said,
    )


@pytest.mark.parametrize("folder_too", [True, False], ids=["folder too", "file alone"])
def test_a_file_that_can_only_be_read(folder_too: bool, media: Path, base: Records) -> None:
    if not folder_too:
        media.chmod(0o777)
    before = sorted(p.name for p in media.iterdir())
    n, findings, head, notes, again, said = as_nobody(lambda: read_and_edit(str(media / "a.db")))
    assert (n, findings, head) == (len(base.commitments), 0, 1)
    assert SAYS in notes[0]
    assert notes == again
    assert SAYS in said[0]
    assert str(media) not in said[1]
    if folder_too:
        assert sorted(p.name for p in media.iterdir()) == before
    refused = as_nobody(lambda: open_store(str(media / "a.db")).upgrade())
    assert SAYS in refused


def test_commands_read_it_and_a_backup_can_be_made_of_it(media: Path, usual: Path) -> None:
    scratch = tempfile.mkdtemp(prefix="milepost-copy-")
    os.chmod(scratch, 0o777)

    def work(where: str) -> Any:
        codes = [run([c, where, "--json"]) for c in ("check", "verify", "doctor")]
        file = Path(scratch) / f"{os.getpid()}.bak"
        said, back = back_up(where, file), restore(file, f"{file}.db")
        return codes, said.verified, back.entries, run(["edit", where, "commitments", "C1", "title=X"])

    shutil.copy(usual, f"{scratch}/a.db")
    work(f"{scratch}/a.db")  # loads what nobody may be unable to
    assert as_nobody(lambda: work(str(media / "a.db"))) == ([0, 0, 0], True, 1, 2)
    shutil.rmtree(scratch)


def test_what_a_writer_left_beside_it_is_not_passed_over(usual: Path, base: Records) -> None:
    """A log that was not taken over holds acknowledged entries: to read without it would hide them."""
    home = Path(tempfile.mkdtemp(prefix="milepost-log-"))
    shutil.copy(usual, home / "a.db")
    store = open_store(home / "a.db")
    row = base.commitments[0]
    hold = sqlite3.connect(home / "a.db")  # while somebody has it open the log is kept
    hold.execute("SELECT count(*) FROM changes").fetchone()
    store.edit([Edit.change(row, row.model_copy(update={"title": "In the log"}))], by="x", reason="y")
    (home / "b").mkdir()
    shutil.copy(home / "a.db", home / "b" / "a.db")
    shutil.copy(home / "a.db-wal", home / "b" / "a.db-wal")
    hold.close()
    for file in (home / "b").iterdir():
        file.chmod(0o444)
    (home / "b").chmod(0o555)
    home.chmod(0o755)

    def work() -> Any:
        records, _ = open_store(str(home / "b" / "a.db")).read()
        assert records is not None
        return records.commitments[0].title

    found = as_nobody(work)
    assert found == "In the log" or found.startswith("Unavailable"), found
    (home / "b").chmod(0o755)
    shutil.rmtree(home)


@pytest.mark.postgresql
def test_a_role_that_may_only_select(server: Any, base: Records) -> None:
    where = server.database()
    store: Any = copy(base, where, by="x", reason="y")
    assert store.notes() == ()
    name = where.rpartition("/")[2]
    with store._engine().begin() as link:
        link.exec_driver_sql(f"CREATE ROLE r{name} LOGIN")
        link.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO r{name}")
    reader = where.replace("milepost@", f"r{name}@")
    n, findings, head, notes, again, said = read_and_edit(reader)
    assert (n, findings, head) == (len(base.commitments), 0, 1)
    assert SAYS in said[0]
    assert len(notes) == len(again) == 1
    assert name not in said[1]
    standby = f"{where}?options=-c default_transaction_read_only=on"
    assert SAYS in read_and_edit(standby)[-1][0]


ODD = (
    "a#b.db",
    "a?b.db",
    "a?mode=memory.db",
    "100%.db",
    "a%20b.db",
    "a b.db",
    "реестр.db",
    "سجل.db",
    "a;b.db",
    ":memory:.db",
    "file:x.db",
    "file::memory:?cache=shared.db",
    "'quoted\".db",
    "-dash.db",
    "[x].db",
    "sqlite:a.db",
)


@pytest.fixture(scope="module")
def usual(base: Records, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database under a usual name."""
    made = tmp_path_factory.mktemp("usual") / "a.db"
    copy(base, str(made), by="x", reason="y").close()  # type: ignore[attr-defined]
    return made


def names_in(folder: Path) -> set[str]:
    return {p.name.removesuffix("-wal").removesuffix("-shm") for p in folder.iterdir()}


@pytest.mark.parametrize("name", ODD)
def test_a_file_of_any_name_is_the_one_that_was_named(
    name: str, base: Records, usual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    row = base.commitments[0]
    for where in (name, str(tmp_path / name)):
        shutil.copy(usual, tmp_path / name)
        assert isinstance(open_store(where), Database)
        open_store(where).edit([Edit.change(row, row.model_copy(update={"title": "X"}))], by="x", reason="y")
        assert open_store(where).head()[0] == 2
        assert names_in(tmp_path) == {name}
        for file in tmp_path.iterdir():
            file.unlink()
    people = People(name)
    assert people.all() == ()
    people.close()
    assert names_in(tmp_path) == {name}


def test_also_those_that_can_only_be_read(media: Path, base: Records) -> None:
    names = ["a#b.db", "a?b.db", "100%.db", "a b.db", "реестр.db", "file:x.db"]
    media.chmod(0o755)
    for name in names:
        shutil.copy(media / "a.db", media / name)
        (media / name).chmod(0o444)
    (media / "a.db").unlink()
    media.chmod(0o555)
    found = as_nobody(lambda: [read_and_edit(str(media / name))[0] for name in names])
    assert found == [len(base.commitments)] * len(names)


@pytest.mark.parametrize("name", [":memory:", "a?b", "a#b", "100%", "реестр"])
def test_a_folder_of_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", name, "--example", "ridge"]) == 0
    assert (tmp_path / name / "programme.toml").is_file()
    assert run(["record", name, "--by", "XWV", "--reason", "start"]) == 0
    assert open_store(name).head()[0] == 1
