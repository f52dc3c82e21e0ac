"""The doctor finds what is amiss on a machine and in a programme, says what to do, and changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import text

import milepost
from milepost.acts.backups import back_up
from milepost.acts.chain import sign
from milepost.acts.documents import keep
from milepost.cli import run
from milepost.store import journal
from milepost.store.folder import read
from milepost.store.stores import Folder, open_store
from milepost.store.transfer import copy
from milepost.web import doctor
from milepost.web.doctor import Besides, Examination, examined
from milepost.web.people import People


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all that it should have."""
    made = tmp_path / "a"
    shutil.copytree(milepost.example("ridge"), made)
    Folder(made).take_over(by="XWV", reason="start")
    sign(made, tmp_path / "key.pem", make_key=True, pin=True)
    back_up(made, tmp_path / "a.bak", check=False)
    return made


def looked(found: Examination) -> dict[str, str]:
    return {one.about: one.state for one in found}


def test_all_is_good_and_nothing_is_changed(folder: Path, tmp_path: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    found = examined(str(folder))
    assert [one for one in found if one.state != "good" and one.about not in ("Python", "page")] == []
    assert {"disk of the programme", "chain", "key", "last checkpoint", "lock", "leftovers"} <= set(
        looked(found)
    )
    assert found.exit_code == 0
    now = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.name != journal.LOCK}
    assert now == {p: t for p, t in before.items() if p.name != journal.LOCK}


def _chain_broken(folder: Path) -> None:
    file = folder / journal.CHAIN
    file.write_text(file.read_text("utf-8").replace('"start"', '"edit"', 1), encoding="utf-8")


def _by_hand(folder: Path) -> None:
    file = folder / "commitments.csv"
    file.write_text(file.read_text("utf-8").replace("Ridge", "Rigde"), encoding="utf-8")


def _replaced(folder: Path) -> None:
    kept = folder / "documents" / keep(folder / "documents", b"%PDF-1", "a.pdf").name
    kept.write_bytes(b"%PDF-2")


def _left(folder: Path) -> None:
    (folder / ".commitments-0123456789ab.csv").write_text("half", encoding="utf-8")


def _unreadable(folder: Path) -> None:
    (folder / "programme.toml").write_text("title =", encoding="utf-8")


FAULTS: tuple[tuple[str, str, Callable[[Path], object]], ...] = (
    ("chain", "fault", _chain_broken),
    ("chain", "fault", _by_hand),
    ("documents", "fault", _replaced),
    ("leftovers", "remark", _left),
    ("programme", "fault", _unreadable),
    ("rights of others", "fault", lambda f: f.chmod(0o777)),
    ("last backup", "remark", lambda f: (f.parent / "a.bak").unlink()),
    ("last backup", "remark", lambda f: (f.parent / "a.bak").chmod(0o644)),
    ("last checkpoint", "remark", lambda f: (f / journal.CHECKPOINTS).unlink()),
)


@pytest.mark.parametrize(("about", "state", "spoil"), FAULTS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_each_thing_amiss_is_found(
    about: str, state: str, spoil: Callable[[Path], object], folder: Path
) -> None:
    spoil(folder)
    found = examined(str(folder))
    one = next(one for one in found if one.about == about and one.state != "good")
    assert one.state == state
    assert one.to_do
    assert found.exit_code == (1 if found.count("fault") else 0)


def test_time_and_locks_are_told(folder: Path) -> None:
    then = dt.datetime.now(dt.UTC)
    early = looked(examined(str(folder), now=then - dt.timedelta(days=2)))
    assert early["clock"] == "fault"
    late = examined(str(folder), now=then + dt.timedelta(days=40))
    assert looked(late)["last backup"] == "remark"
    with FileLock(folder / journal.LOCK):
        assert looked(examined(str(folder)))["lock"] == "remark"
    assert looked(examined(str(folder)))["lock"] == "good"


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    real = shutil.disk_usage("/")
    for free, state in ((2 * doctor.LITTLE, "good"), (doctor.LITTLE - 1, "remark"), (10, "fault")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: real._replace(free=free))
        assert looked(examined(str(folder)))["disk of the programme"] == state


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_and_its_schema(kind: str, place: Callable[[str], str]) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    where = place(kind)
    store: Any = copy(records, where, by="x", reason="y")
    assert looked(examined(where))["schema"] == "good"
    for revision, todo in (("0001", "upgrade"), ("9999", "later")):
        with store._engine().begin() as link:
            link.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
        found = examined(where)
        schema = next(one for one in found if one.about == "schema")
        assert (schema.state, found.exit_code) == ("fault", 1)
        assert todo in schema.to_do
        assert "our fault" not in str(list(found))
    store.close()


def test_accounts(tmp_path: Path) -> None:
    where = tmp_path / "people.db"
    assert looked(examined("", Besides(people=str(where))))["accounts"] == "fault"
    assert not where.exists()
    People(where).close()
    assert looked(examined("", Besides(people=str(where))))["accounts"] == "remark"
    where.chmod(0o644)
    assert looked(examined("", Besides(people=str(where))))["accounts"] == "fault"


def test_three_forms_and_the_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", str(folder)]) == 0
    assert "faults," in capsys.readouterr().out
    assert run(["doctor", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["examination"]
    assert {row["state"] for row in rows} <= {"good", "remark", "fault"}
    _unreadable(folder)
    assert run(["doctor", str(folder), "--csv"]) == 1
    assert next(csv.reader(io.StringIO(capsys.readouterr().out))) == ["about", "state", "found", "to_do"]
    assert open_store(folder).name
    assert run(["doctor", str(folder.parent / "nothing")]) == 1
    before = sorted(os.listdir(folder.parent))
    assert run(["doctor", str(folder.parent / "nothing.db")]) == 1
    assert run(["backup", str(folder.parent / "nothing.db"), str(folder.parent / "n.bak")]) == 2
    assert run(["verify", str(folder.parent / "nothing.db")]) == 2
    (folder.parent / "junk.db").write_text("junk" * 500, encoding="utf-8")
    assert run(["doctor", str(folder.parent / "junk.db")]) == 1
    assert sorted(os.listdir(folder.parent)) == sorted([*before, "junk.db"]), "to look is not to make"
