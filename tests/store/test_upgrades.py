"""What any release made is brought to this one's schema with every row, and what a newer one made is refused
in words."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, text

import milepost
from milepost.cli import run
from milepost.errors import MilepostError, WrongUse
from milepost.store.changes import read_entry
from milepost.store.content import MODELS
from milepost.store.folder import read
from milepost.store.sql import Database, _alembic
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.store.verification import verify
from milepost.web import accounts
from milepost.web.people import People

LEVELS = Path(__file__).parent / "levels"
REVISIONS = sorted(s.revision for s in ScriptDirectory.from_config(_alembic(None)).walk_revisions())
ACCOUNTS = sorted(s.revision for s in ScriptDirectory.from_config(accounts.config(None)).walk_revisions())
Place = Callable[[str], str]


def loaded(level: str, file: Path) -> Path:
    """The database of a level, as it was kept."""
    with sqlite3.connect(file) as raw:
        raw.executescript(gzip.decompress((LEVELS / f"{level}.sql.gz").read_bytes()).decode())
    raw.close()
    return file


def rows_of(level: str, file: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that the level holds."""
    raw = sqlite3.connect(loaded(level, file))
    raw.row_factory = sqlite3.Row
    tables = [r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {
        t: [dict(r) for r in raw.execute(f'SELECT * FROM "{t}"')] for t in tables if t != "alembic_version"
    }
    raw.close()
    return found


def test_every_migration_has_its_level() -> None:
    held = sorted(file.name.removesuffix(".sql.gz") for file in LEVELS.glob("*.sql.gz"))
    assert held == REVISIONS, "run scripts/make_levels.py"
    assert len(held) >= 14


def must_hold(store: Any, kept: dict[str, list[dict[str, Any]]]) -> int:
    """Is every row that was there there, cell by cell, and does the chain hold? How many cells were
    compared."""
    held, compared = store.snapshot(), 0
    assert verify(held.lines, held.content, history=held.history).holds
    for table, rows in kept.items():
        for row in rows if table in held.content else ():
            now = held.content[table][row["_row"]]
            for column, value in row.items():
                if not column.startswith("_"):
                    assert (float(now[column]) if isinstance(value, float) else now[column]) == (
                        value if isinstance(value, float) else "" if value is None else str(value)
                    ), (table, column)
                    compared += 1
    settings = {(r["section"], r["name"]): r["value"] for r in kept["settings"]}
    assert settings == {(s, n): c["value"] for s in MODELS for n, c in held.content[s].items()}
    return compared


@pytest.mark.parametrize("level", REVISIONS)
def test_sqlite_of_every_level_is_brought_to_this_release(
    level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = rows_of(level, tmp_path / "kept.db")
    where = str(loaded(level, tmp_path / "a.db"))
    if level != REVISIONS[-1]:
        assert run(["status", where]) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert f"made by an older milepost (schema {level}" in said
        assert "milepost upgrade" in said
    assert run(["upgrade", where]) == 0
    store = open_store(where)
    assert must_hold(store, kept) > 300
    records, _ = store.read()
    assert records is not None
    tables = ("commitments", "links", "routes", "flows")  # all but the first got columns that are not empty
    for table in tables:
        row = next(iter(store.content()[table]))
        about = "title=New" if table == "commitments" else "note=New"
        assert run(["edit", where, table, row, about, "--by", "XWV", "--reason", "after"]) == 0
    assert [read_entry(line).n for line in store.lines()] == [1, 2, 3, 4, 5, 6]
    held = store.snapshot()
    assert verify(held.lines, held.content, held.checkpoints, history=held.history).holds


@pytest.mark.postgresql
@pytest.mark.parametrize("level", [REVISIONS[0], REVISIONS[len(REVISIONS) // 2], REVISIONS[-2]])
def test_postgresql_of_a_level_is_brought_to_this_release(level: str, place: Place, tmp_path: Path) -> None:
    kept = rows_of(level, tmp_path / "kept.db")
    store = Database(place("postgresql"))
    with store._engine().connect() as link:
        command.upgrade(_alembic(link), level)
        meta = MetaData()
        meta.reflect(link)
        for table in meta.sorted_tables:
            if kept.get(table.name):
                link.execute(insert(table), kept[table.name])
        link.commit()
    with pytest.raises(MilepostError, match="older milepost"):
        store.read()
    store.upgrade()
    assert must_hold(store, kept) > 300


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_newer_database_is_refused_in_words_and_left_alone(
    kind: str, place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = place(kind)
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    store: Any = copy(records, where, by="x", reason="y")
    with store._engine().begin() as link:
        link.execute(text("UPDATE alembic_version SET version_num = '7777'"))
    asked = (
        ["check", where],
        ["status", where],
        ["upgrade", where],
        ["verify", where],
        ["edit", where, "commitments", "C1", "title=X", "--by", "a", "--reason", "b"],
        ["import", str(milepost.example("ridge")), where],
        ["backup", where, str(tmp_path / "a.bak")],
        ["serve", where, "--port", "0"],
    )
    for command_ in asked if kind == "sqlite" else asked[1:2] + asked[4:5]:
        assert run(command_) == 2, command_
        said = " ".join(capsys.readouterr().err.split())
        assert "made by a newer milepost (schema 7777" in said, (command_, said)
        assert "our fault" not in said
    with store._engine().begin() as link:
        assert link.execute(text("SELECT version_num FROM alembic_version")).scalar() == "7777"
    assert not (tmp_path / "a.bak").exists()


def test_a_newer_folder_is_a_finding_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path / "a"), "--example", "ridge"]) == 0
    (tmp_path / "a" / "tolls.csv").write_text("id,amount\nT1,3\n", encoding="utf-8")
    with (tmp_path / "a" / "programme.toml").open("a", encoding="utf-8") as file:
        file.write("\nquantum = 3\n")
    file_ = tmp_path / "a" / "links.csv"
    lines = file_.read_text("utf-8").splitlines()
    file_.write_text(
        "\n".join([f"{lines[0]},zzz", *(f"{line}," for line in lines[1:])]) + "\n", encoding="utf-8"
    )
    capsys.readouterr()
    assert run(["check", str(tmp_path / "a"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    newer = [f for f in found if "newer milepost" in f["remedy"]]
    assert {f["file"] for f in newer} == {"tolls.csv", "programme.toml", "links.csv"}
    body = {"n": 1, "at": "2030-01-01T00:00:00+00:00"} | dict.fromkeys(
        ("by", "reason", "previous", "hash"), ""
    )
    with pytest.raises(WrongUse, match="newer milepost"):
        read_entry(json.dumps({**body, "kind": "merge"}))


@pytest.mark.postgresql
@pytest.mark.parametrize("level", ["", *ACCOUNTS])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_accounts_of_every_level_are_brought_along(kind: str, level: str, place: Place) -> None:
    """The level "" is of a release that knew no migrations: its tables are those of the first."""
    where = place(kind)
    address = (
        where.replace("postgresql://", "postgresql+psycopg://") if kind != "sqlite" else f"sqlite:///{where}"
    )
    engine = create_engine(address)
    with engine.connect() as link:
        command.upgrade(accounts.config(link), level or ACCOUNTS[0])
        row = {
            "name": "sara",
            "role": "secretariat",
            "party": "",
            "password": "x",
            "issuer": "",
            "subject": "",
        }
        meta = MetaData()
        meta.reflect(link)
        link.execute(insert(meta.tables["people_persons"]), [row])
        if not level:
            link.execute(text(f"DROP TABLE {accounts.VERSION_TABLE}"))
        link.commit()
    kept = People(where)
    assert [(p.name, p.role) for p in kept.all()] == [("sara", "secretariat")]
    kept.set_role("sara", "observer")
    kept.close()
    with engine.begin() as link:
        now = link.execute(text(f"SELECT version_num FROM {accounts.VERSION_TABLE}")).scalar()
        assert now == accounts.newest()
        link.execute(text(f"UPDATE {accounts.VERSION_TABLE} SET version_num = '7777'"))
    engine.dispose()
    with pytest.raises(WrongUse, match=r"made by a newer milepost \(schema 7777"):
        People(where)
