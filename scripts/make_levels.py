"""A small programme in the schema of each migration, made by the migrations themselves: what the tests of
upgrades begin from (tests/store/levels/). A level that is there already is left alone: it is what was.

Run: .venv/bin/python scripts/make_levels.py
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert

import milepost
from milepost.store.changes import next_entry, start_entry
from milepost.store.content import MODELS, Content, content_of
from milepost.store.schema import numbers
from milepost.store.sql import Database, _alembic
from milepost.store.versions import versions_of

TO = Path(__file__).resolve().parent.parent / "tests" / "store" / "levels"


def small() -> Content:
    """The smallest example."""
    return content_of(milepost.open(milepost.example("ridge")).records)


def fill(database: Database, content: Content) -> None:
    """Rows and a chain of two entries, in the tables and columns that there are."""
    with database._engine().begin() as link:
        meta = MetaData()
        meta.reflect(link)
        held = {
            t: {
                i: {c: v for c, v in cells.items() if t in MODELS or c in meta.tables[t].c}
                for i, cells in rows.items()
            }
            for t, rows in content.items()
            if t in MODELS or t in meta.tables
        }
        first = start_entry(held, "XWV", "start")
        entries = [first, next_entry(1, first.hash, (), "XWV", "nothing more")]
        for e in entries:
            link.execute(
                insert(meta.tables["changes"]), [{"n": e.n, "at": e.at, "hash": e.hash, "entry": e.line}]
            )
        link.execute(insert(meta.tables["head"]), [{"id": 1, "n": 2, "hash": entries[-1].hash}])
        for table, versions in versions_of(first.line, entries[1:], held).items():
            kinds: Any = {} if table in MODELS else numbers(milepost.records.TABLES[table])
            for ident, rank, cells, since, until in versions:
                row: dict[str, Any] = {"_position": rank, "_from": since, "_to": until}
                if table in MODELS:
                    row |= {
                        "_row": f"{table}.{ident}",
                        "section": table,
                        "name": ident,
                        "value": cells["value"],
                    }
                else:
                    row |= {"_row": ident} | {c: kinds.get(c, str)(v) for c, v in cells.items() if v}
                link.execute(insert(meta.tables["settings" if table in MODELS else table]), [row])


def main() -> None:
    """A file a level: the SQL of an SQLite database, packed."""
    TO.mkdir(exist_ok=True)
    levels = [s.revision for s in ScriptDirectory.from_config(_alembic(None)).walk_revisions()]
    for level in sorted(levels):
        target = TO / f"{level}.sql.gz"
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder) / "level.db")
            with database._engine().connect() as link:
                command.upgrade(_alembic(link), level)
                link.commit()
            fill(database, small())
            with sqlite3.connect(Path(folder) / "level.db") as raw:
                text = "\n".join(raw.iterdump())
            target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
            print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
