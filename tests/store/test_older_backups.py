"""A backup that an older release made, of each schema that there ever was, comes back into each kind of store
with every cell that it holds, and its chain holds on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_upgrades import REVISIONS, must_hold, rows_of

from milepost.acts.backups import restore
from milepost.cli import run
from milepost.records import TABLES
from milepost.store.backup import Whole, write_backup
from milepost.store.changes import read_entry
from milepost.store.content import MODELS, digest, is_digest
from milepost.store.held import Held
from milepost.store.stores import open_store
from milepost.store.texts import cell_text, csv_of
from milepost.store.verification import verify

POSTGRESQL = (REVISIONS[0], REVISIONS[len(REVISIONS) // 2], REVISIONS[-2])
KINDS = [
    *((level, kind) for level in REVISIONS for kind in ("folder", "sqlite")),
    *(pytest.param(level, "postgresql", marks=pytest.mark.postgresql) for level in POSTGRESQL),
]


def older(level: str, tmp_path: Path, *, of_folder: bool) -> tuple[Path, dict[str, list[dict[str, Any]]]]:
    """A backup as the release of a schema wrote it: with its tables and columns and no others; and the rows
    in it."""
    kept = rows_of(level, tmp_path / "kept.db")
    content: dict[str, dict[str, dict[str, str]]] = {name: {} for name in MODELS}
    for row in sorted(kept["settings"], key=lambda row: int(row["_position"])):
        cells = {"name": row["name"], "value": row["value"] or ""}
        content.setdefault(row["section"], {})[row["name"]] = cells
    for table in set(kept) & set(TABLES):
        content[table] = {
            row["_row"]: {c: cell_text(v) for c, v in row.items() if not c.startswith("_")}
            for row in sorted(kept[table], key=lambda row: int(row["_position"]))
        }
    lines = tuple(row["entry"] for row in sorted(kept["changes"], key=lambda row: row["n"]))
    files = {}
    if of_folder:
        for table, rows in content.items():
            if table in MODELS:
                name = "programme.toml" if table == "programme" else f"{table}.toml"
                text = "".join(f"{n} = {c['value']}\n" for n, c in rows.items() if c["value"])
            elif rows:
                columns = list(next(iter(rows.values())))
                name, text = f"{table}.csv", csv_of([columns, *(list(r.values()) for r in rows.values())])
            else:
                continue
            if text:
                files[name] = text.encode()
    whole = Whole("folder" if of_folder else "sqlite", Held(content, lines, (), None, ()), files)
    file = tmp_path / "older.milepost-backup"
    write_backup(whole, file, "0.0.1", check=False)
    return file, kept


@pytest.mark.parametrize("of_folder", [False, True])
@pytest.mark.parametrize(("level", "kind"), KINDS)
def test_it_comes_back_with_every_cell(
    level: str, kind: str, of_folder: bool, place: Callable[[str], str], tmp_path: Path
) -> None:
    file, kept = older(level, tmp_path, of_folder=of_folder)
    target = place(kind)
    restore(file, target)
    store: Any = open_store(target)
    held = store.snapshot()
    assert [read_entry(line).n for line in held.lines] == [1, 2], "its own chain, and nothing besides"
    if kind == "folder":
        assert cells_that_came_back(held.content, kept) > 300
        assert verify(held.lines, held.content).holds
    else:
        assert must_hold(store, kept) > 300
    edited = 0
    for table in ("commitments", "links", "routes", "flows"):
        row = next(iter(held.content[table]))
        about = "title=New" if table == "commitments" else "note=New"
        edited += run(["edit", target, table, row, about, "--by", "XWV", "--reason", "after"]) == 0
    assert edited == 4
    now = store.snapshot()
    assert verify(now.lines, now.content, now.checkpoints, history=now.history).holds
    assert [read_entry(line).n for line in now.lines] == [1, 2, 3, 4, 5, 6]


def cells_that_came_back(content: Any, kept: dict[str, list[dict[str, Any]]]) -> int:
    """How many cells are as they were; all of those that held something."""
    same = 0
    for table in set(kept) & set(TABLES):
        for row in kept[table]:
            for column, value in row.items():
                if not column.startswith("_") and value not in (None, ""):
                    assert content[table][row["_row"]][column] == cell_text(value), (table, column)
                    same += 1
    return same


def test_only_the_usual_cell_of_a_later_column_is_the_same_as_none() -> None:
    old = {"id": "T1", "note": "x"}
    now, other = {**old, "loading": "included"}, {**old, "loading": "excluded"}
    for known, cells in ((old, now), (now, old), (old, old), (now, now)):
        assert is_digest(digest(known), "routes", cells)
    for known, cells in ((old, other), (now, other), (other, now), (other, old)):
        assert not is_digest(digest(known), "routes", cells)
    assert not is_digest(digest(old), "routes", {**now, "note": "y"})
    assert not is_digest(digest({"id": "N"}), "nodes", {"id": "N", "loading": "included"})
    assert not is_digest(None, "routes", now)
