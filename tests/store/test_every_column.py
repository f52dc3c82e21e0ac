"""Each column of each table of a database changed with SQL alone: `verify` finds it, or what was changed
carries nothing, and every answer of the programme is what it was.

All that a programme answers follows from its rows in their order, from its chain and from its checkpoints; so
these are what is compared. The order of rows is not on record; that it decides no answer is a law of its own
(``tests/register/test_order_of_rows.py``).
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from milepost.acts import chain
from milepost.acts.bring import read_copy
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import import_whole
from milepost.errors import MilepostError
from milepost.store.checkpoints import new_key
from milepost.store.content import content_of, digest, setting_cells
from milepost.store.documents import verified
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.schema import schema
from milepost.store.stores import Store, open_store
from milepost.store.verification import Given
from torture import TIMES, first_seed, many, tortured

ROWS = many(1, 3)
PARTS = 4  # of the places, so that workers share them
# by which a database tells its own rows apart (of checkpoints: where they stay in their order, which carries)
NUMBERS = {"_version", "id of checkpoints", "id of head"}
EXAMPLE = "northern-corridor" if TIMES >= 1 else "ridge"

SENT = (
    "id,day,addressee,party,contact,sent_on,sent_by,means,words_sha256\n"
    f"2026-01-26.s1,2026-01-26,common,,,2026-01-27,sara,post,{'0' * 64}\n"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A register of five entries and two checkpoints: a row was changed twice, and one was removed."""
    folder, where = tmp_path / "r", tmp_path / "r.db"
    copy_example(EXAMPLE, folder)
    (folder / "sent_letters.csv").write_text(SENT, encoding="utf-8")
    (tmp_path / "key").write_bytes(new_key()[0])
    import_whole(read_copy(str(folder)), str(where), at_the_terminal("XWV"))
    store = open_store(where)
    for text in ("first", "second"):
        assert write(store, text)
        chain.sign(where, tmp_path / "key", pin=text == "first")
    records, _ = store.read()
    assert records is not None
    assert store.edit([Edit.remove(records.evidence[0])], by="x", reason="withdrawn")
    return where


def write(store: Store, text: str) -> bool:
    """One edit of a row, and of a setting."""
    records, _ = store.read()
    assert records is not None
    row, title = records.commitments[0], setting_cells("title", records.settings.title)
    edits = [
        Edit.change(row, row.model_copy(update={"note": text})),
        Edit("programme", "title", setting_cells("title", text), digest(title)),
    ]
    return store.edit(edits, by="x", reason=text) is not None


def answers(where: Path) -> tuple[Any, ...]:
    """What every answer follows from; or in which words it is refused."""
    store = open_store(where)
    try:
        held = store.snapshot()
        return (store.read(), held.lines, held.checkpoints, store.head())
    except MilepostError as fault:
        return ("refused", str(fault))


def in_any_order(found: tuple[Any, ...]) -> Any:
    (records, findings), *more = found
    return content_of(records), sorted(str(f) for f in findings), more


def places(where: Path) -> Iterator[tuple[str, str, int, Any]]:
    """Every column of some rows of each table that holds any: table, column, number of the row, value."""
    rng = random.Random(first_seed(0))
    with closing(sqlite3.connect(where)) as link:
        for (table,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            found = link.execute(f'SELECT rowid, * FROM "{table}"')
            columns = [c[0] for c in found.description][1:]
            rows = found.fetchall()
            for row in rng.sample(rows, min(ROWS, len(rows))):
                yield from ((table, c, row[0], v) for c, v in zip(columns, row[1:], strict=True))


def changed(where: Path, table: str, column: str, row: int, value: Any) -> bool:
    """One cell says something else; False where the database itself refuses it."""
    other = value + 7_000 if isinstance(value, int | float) else f"{value or ''}x"
    with closing(sqlite3.connect(where)) as link:
        try:
            link.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (other, row))
        except sqlite3.IntegrityError:
            return False
        link.commit()
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def is_found(where: Path) -> bool:
    try:
        return not verified(where, Given()).holds
    except MilepostError:
        return True  # it is of another schema, then, and nothing is answered at all


@pytest.mark.parametrize("part", range(PARTS))
@tortured(400 * ROWS // PARTS)
def test_it_is_found_or_changes_no_answer(
    database: Path, part: int, record_property: Callable[[str, object], None]
) -> None:
    with closing(sqlite3.connect(database)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held, before, seen = database.read_bytes(), answers(database), Counter[str]()
    assert verified(database, Given()).holds
    for number, (table, column, row, value) in enumerate(islice(places(database), part, None, PARTS)):
        place = f"{column} of {table}, row {row}"
        copy = database.with_name(f"copy{number}.db")
        copy.write_bytes(held)
        if not changed(copy, table, column, row, value):
            continue
        if is_found(copy):
            seen["found"] += 1
        elif column == "_position":
            seen["order"] += 1
            assert in_any_order(answers(copy)) == in_any_order(before), place
        else:
            seen["nothing"] += 1
            assert NUMBERS & {column, f"{column} of {table}"}, f"{place} was not found"
            assert answers(copy) == before, place
            assert write(open_store(copy), "after it"), place
            assert not is_found(copy), place
        for path in database.parent.glob(f"{copy.name}*"):
            path.unlink()
    print(dict(seen))
    record_property("cases", seen.total())
    assert seen["found"] > 250 // PARTS
    assert seen["order"] > 10 // PARTS
    assert seen["nothing"] > 10 // PARTS


def test_no_table_is_left_out(database: Path) -> None:
    with closing(sqlite3.connect(database)) as link:
        names = {n for (n,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {*schema().tables, "alembic_version"}
