"""A programme in SQLite or PostgreSQL: every version of every row, the audit chain, and writers that never
overwrite.

A write is one transaction: it locks the head of the chain, compares each row with what the writer saw, ends
the old versions, adds the new ones, and appends the entry. So an acknowledged write is whole, and a lost race
is refused.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal_column,
    make_url,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from milepost.errors import BadData, Finding, Unavailable, WrongUse
from milepost.late import Late
from milepost.records import TABLES, Records
from milepost.store.changes import Entry, RowChange, next_entry, read_entry, start_entry
from milepost.store.checkpoints import line_digest
from milepost.store.content import MODELS, Cells, Content, content_of, digest, records_of
from milepost.store.edits import Edit, HeadMoved, must_stand, row_changes
from milepost.store.engines import Engines
from milepost.store.held import Held, History, Version
from milepost.store.schema import numbers, schema
from milepost.store.texts import cell_text
from milepost.store.versions import versions_of

_MAY_NOT = ("42501", "25006")  # PostgreSQL: insufficient_privilege, read_only_sql_transaction
_MAY_WRITE = (
    "SELECT has_table_privilege(current_user, 'changes', 'INSERT') AND NOT pg_is_in_recovery() "
    "AND current_setting('default_transaction_read_only') = 'off'"
)
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_SCHEMA = select(literal_column("version_num")).select_from(text("alembic_version")).scalar_subquery()
_READY: set[URL] = set()  # databases that had this release's schema when they were first asked
_READ_ONLY = "The programme can only be read here; nothing was written."
IDLE_SECONDS = 1.0  # after which a kept connection is asked whether it still answers
LOCK_SECONDS, ANSWER_SECONDS = 15, 120  # that a client of PostgreSQL waits for a lock, and for an answer
_command, _config = Late("alembic.command"), Late("alembic.config")
_migration, _script = Late("alembic.runtime.migration"), Late("alembic.script")
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_META = schema()
_CHANGES, _HEAD, _CHECKPOINTS = _META.tables["changes"], _META.tables["head"], _META.tables["checkpoints"]


class Asked(Protocol):
    """Changes to be written at ``head``, as :meth:`Database.write_changes` takes them."""

    @property
    def changes(self) -> tuple[RowChange, ...]:
        """Of rows."""

    @property
    def by(self) -> str:
        """Who writes."""

    @property
    def reason(self) -> str:
        """Why."""

    @property
    def more(self) -> Mapping[str, Any]:
        """What the entry says besides."""

    @property
    def head(self) -> int:
        """The number of the entry before."""


@dataclass(frozen=True)
class _One:
    """Changes of one act."""

    changes: tuple[RowChange, ...]
    by: str
    reason: str
    more: Mapping[str, Any]
    head: int


@dataclass(frozen=True)
class _RowsNow:
    """Rows that are to be written, as they are: cells and place of each that there is, by table and id, and
    the last place in each table of the database."""

    cells: dict[tuple[str, str], Cells | None] = field(default_factory=dict)
    positions: dict[tuple[str, str], int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)


class Database:
    """One programme in one database. Connecting happens when it is needed; faults are one sentence."""

    def __init__(self, url: str | Path, kept: int = 0) -> None:
        """``kept``: how many connections to a PostgreSQL outlive their call."""
        try:
            # a file is the one that was named: nothing in its name is a part of an address
            parsed = make_url(url) if isinstance(url, str) else URL.create("sqlite", database=str(url))
        except ArgumentError:
            raise WrongUse(
                f"'{str(url)[:80]}' is no database address; write sqlite:///file.db or "
                "postgresql://user@host/name."
            ) from None
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.name = parsed.render_as_string(hide_password=True)
        self._url = parsed
        self._sqlite = parsed.get_backend_name() == "sqlite"
        self._opened = how_to_open(parsed) if self._sqlite else ""
        self._kept = kept
        self._made: Engine | None = None

    # ---- reading

    def read(self, known_on: dt.date | None = None) -> tuple[Records | None, tuple[Finding, ...]]:
        """The programme as recorded by the end of a day (default: now). What was imported first counts as
        known always."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            content = self._content(link, None if known_on is None else self._entry_by(link, known_on))
        if not any(content.values()):
            message = f"the database {self.name} holds no programme"
            return None, (Finding("programme", self.name, 0, "", message, "Fill it with 'milepost import'"),)
        try:
            return records_of(content, {t: f"table {t}" for t in TABLES})
        except BadData as fault:
            return None, fault.findings

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry of the chain."""
        self._must_exist()
        with self._begin(write=False) as link:
            found = self._at(link, select(_HEAD.c.n, _HEAD.c.hash, _SCHEMA.label("schema")))
        return (int(found[0]), str(found[1])) if found else (0, "")

    def last(self) -> Entry | None:
        """The last entry of the chain; None without one."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            newest = select(_CHANGES.c.entry).order_by(_CHANGES.c.n.desc()).limit(1)
            line = link.execute(newest).scalar()
        return None if line is None else read_entry(str(line))

    def lines(self) -> list[str]:
        """The chain, entry by entry."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            return [
                str(entry)
                for entry in link.execute(select(_CHANGES.c.entry).order_by(_CHANGES.c.n)).scalars()
            ]

    def checkpoints(self) -> list[str]:
        """The signed checkpoints, oldest first."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            return [
                str(e)
                for e in link.execute(select(_CHECKPOINTS.c.entry).order_by(_CHECKPOINTS.c.id)).scalars()
            ]

    def notes(self) -> tuple[str, ...]:
        """Whether it can only be read; what was cut off a database completes or undoes by itself."""
        self._must_exist()
        with self._begin(write=False) as link:
            return self._notes(link)

    def _notes(self, link: Connection) -> tuple[str, ...]:
        only = bool(self._opened) if self._sqlite else not link.execute(text(_MAY_WRITE)).scalar()
        return ("it can only be read here: nothing that writes will work",) if only else ()

    def schema(self) -> tuple[str, str, str]:
        """The schema that it has and the one of this release, and which of both is newer: current, older,
        newer; or none, where it holds no programme."""
        self._must_exist()
        with self._begin(write=False) as link:
            now, newest = _migration.MigrationContext.configure(link).get_current_revision() or "", _newest()
        known = "older" if now in _known_revisions() else "newer" if now else "none"
        return now, newest, "current" if now == newest else known

    def waiting(self) -> int | None:
        """How many sessions of the database wait for a lock; None in SQLite, which does not tell."""
        if self._sqlite:
            return None
        with self._begin(write=False) as link:
            return int(link.execute(text(_WAITING)).scalar_one())

    def holds_a_programme(self) -> bool:
        """Is anything in it yet?"""
        if self._is_missing():
            return False
        with self._begin(write=False) as link:
            if not inspect(link).has_table("changes"):
                return False
            return bool(link.execute(select(func.count()).select_from(_CHANGES)).scalar_one())

    def content(self) -> Content:
        """The rows as they are, unread: for verification."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            return self._content(link, None)

    def snapshot(self) -> Held:
        """All that it holds, in one transaction: the same moment, whoever writes meanwhile."""
        self._must_exist()
        with self._begin(write=False) as link:
            self._must_be_ready(link)
            index = [
                (int(n), str(at), str(hashed), str(entry))
                for n, at, hashed, entry in link.execute(select(_CHANGES).order_by(_CHANGES.c.n)).all()
            ]
            marks = link.execute(select(_CHECKPOINTS.c.entry).order_by(_CHECKPOINTS.c.id)).scalars()
            found = link.execute(select(_HEAD.c.n, _HEAD.c.hash)).first()
            history = History(
                self._versions(link),
                tuple(row[:3] for row in index),
                (int(found[0]), str(found[1])) if found else (0, ""),
            )
            content = self._content(link, None)
            lines, notes = tuple(row[3] for row in index), self._notes(link)
            return Held(content, lines, tuple(map(str, marks)), history, notes)

    # ---- writing

    def create(
        self,
        records: Records,
        *,
        by: str,
        reason: str,
        lines: Sequence[str] = (),
        checkpoints: Sequence[str] = (),
        content: Content | None = None,
    ) -> Entry:
        """Make the schema and fill it: with the chain in ``lines`` and every version of each row that it
        tells of, or with one that begins here. ``content``: the cells, where they are not as this release
        writes those records. Raises ``WrongUse`` if the database holds a programme already."""
        self.upgrade()
        content = content_of(records) if content is None else content
        with self._begin(write=True) as link:
            if link.execute(select(func.count()).select_from(_CHANGES)).scalar_one():
                raise WrongUse(
                    f"{self.name} holds a programme already; import into an empty database, or use 'milepost "
                    "merge'."
                )
            entries = [read_entry(line) for line in lines] or [start_entry(content, by, reason)]
            for entry in entries:
                self._append(link, entry)
            for table, rows in versions_of(entries[0].line, entries[1:], content).items():
                values = [self._values(table, *row) for row in rows]
                if values:
                    link.execute(insert(self._table(table)), values)
            if checkpoints:
                link.execute(insert(_CHECKPOINTS), [{"entry": line} for line in checkpoints])
        return entries[-1]

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """Write rows together and record it; None if nothing differs.

        Raises ``LostRace`` when a row is no longer what the writer saw, ``HeadMoved`` when the chain has
        grown beyond ``head``; nothing is written then.
        """
        with self._at_head(head) as (link, n, last):
            now = self._rows_now(link, ((e.table, e.id) for e in edits))
            changes = row_changes(edits, now.cells)
            if not changes:
                return None
            said = {"checkpoint": self._last_checkpoint(link)}
            return self._write(link, [next_entry(n, last, changes, by, reason, more=said)], now)

    def write_changes(
        self,
        changes: Sequence[RowChange],
        *,
        by: str,
        reason: str,
        head: int,
        more: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write changes that were computed, and checked, at ``head``. Raises ``HeadMoved`` if the rows are no
        longer those; nothing is written then."""
        return self.write_all([_One(tuple(changes), by, reason, more or {}, head)])[0]

    def write_all(self, asked: Sequence[Asked]) -> list[Entry]:
        """Write several changes in one transaction, each with its own entry, as :meth:`write_changes` one by
        one: all of them or, where ``HeadMoved`` is raised, none. How often the database is asked does not
        grow with their number."""
        entries: list[Entry] = []
        with self._at_head(asked[0].head) as (link, n, last):
            checkpoint = self._last_checkpoint(link)
            now = self._rows_now(link, ((c.table, c.id) for one in asked for c in one.changes))
            rows: dict[tuple[str, str], Cells | None] = dict(now.cells)  # after what comes before in here
            for one in asked:
                if one.head != n:
                    raise HeadMoved
                must_stand(one.changes, rows)
                said = {**one.more, "checkpoint": checkpoint}
                entry = next_entry(n, last, one.changes, one.by, one.reason, more=said)
                rows.update(((c.table, c.id), c.after) for c in one.changes)
                entries.append(entry)
                n, last = entry.n, entry.hash
            self._write(link, entries, now)
        return entries

    @contextmanager
    def _at_head(self, head: int | None) -> Iterator[tuple[Connection, int, str]]:
        """A transaction that holds the head of the chain: its number and hash."""
        with self._begin(write=True) as link:
            asked = select(_HEAD.c.n, _HEAD.c.hash, _SCHEMA.label("schema")).with_for_update(of=_HEAD)
            found = self._at(link, asked)
            if found is None:
                raise WrongUse(f"{self.name} holds no programme; fill it with 'milepost import' first.")
            if head is not None and head != int(found[0]):
                raise HeadMoved
            yield link, int(found[0]), str(found[1])

    def _at(self, link: Connection, asked: Any) -> Any:
        """Where the chain stands, in a database of this release's schema: one question for both, which
        answers with the schema last. None where there is no chain."""
        found = link.execute(asked).first() if self._url in _READY else None
        if found is None or found[-1] != _newest():
            self._must_be_ready(link)
            found = link.execute(asked).first()
        return found

    def _write(self, link: Connection, entries: Sequence[Entry], now: _RowsNow) -> Entry:
        """The entries, and a version of each row that they change; the last of them."""
        self._append(link, *entries)
        changes: dict[str, list[tuple[int, RowChange]]] = {}
        for entry in entries:
            for change in entry.changes:
                changes.setdefault(self._table(change.table).name, []).append((entry.n, change))
        for name, mine in changes.items():
            ended, versions = self._versions_of(mine, now.last[name], now.positions)
            table = _META.tables[name]
            if ended:
                was = (table.c["_row"] == bindparam("was")) & table.c["_to"].is_(None)
                link.execute(update(table).where(was).values({"_to": bindparam("until")}), ended)
            if versions:
                link.execute(insert(table), versions)
        return entries[-1]

    def _versions_of(
        self, changes: Iterable[tuple[int, RowChange]], last: int, positions: Mapping[tuple[str, str], int]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What changes of one table, each with the number of its entry, do to it: the versions that were
        there and end, and those that begin. A row stays at its place; a new one comes ``last``."""
        ended: list[dict[str, Any]] = []
        versions: list[dict[str, Any]] = []
        begun: dict[str, dict[str, Any]] = {}
        for n, change in changes:
            ident = self._ident(change.table, change.id)
            mine = begun.pop(ident, None)
            position = mine["_position"] if mine else positions.get((change.table, change.id), 0)
            if mine:
                mine["_to"] = n
            elif change.before is not None:
                ended.append({"was": ident, "until": n})
            if change.after is not None:
                if change.before is None:
                    last = position = last + 1
                begun[ident] = self._values(change.table, change.id, position, change.after, n)
                versions.append(begun[ident])
        return ended, versions

    def sign(
        self, make: Callable[[Entry, str, str], str], *, pins: str = "", by: str = "", reason: str = ""
    ) -> str:
        """Keep the checkpoint that ``make`` signs where the chain stands, and give its line; together with
        it, and before it, an entry that pins a key, if there is one to pin."""
        with self._at_head(None) as (link, n, last):
            if pins:
                said = {"pins": pins, "checkpoint": self._last_checkpoint(link)}
                n = self._write(link, [next_entry(n, last, (), by, reason, more=said)], _RowsNow()).n
            entry = read_entry(link.execute(select(_CHANGES.c.entry).where(_CHANGES.c.n == n)).scalar_one())
            records, _ = records_of(self._content(link, None))
            line = make(entry, records.fingerprint, self._last_line(link))
            link.execute(insert(_CHECKPOINTS), [{"entry": line}])
            return line

    def _last_line(self, link: Connection) -> str:
        newest = select(_CHECKPOINTS.c.entry).order_by(_CHECKPOINTS.c.id.desc()).limit(1)
        return str(link.execute(newest).scalar() or "")

    def _last_checkpoint(self, link: Connection) -> str:
        line = self._last_line(link)
        return line_digest(line) if line else ""

    def upgrade(self) -> None:
        """Bring the schema to this release's, by the migrations."""
        self._must_be_writable()
        try:
            with self._engine().connect() as link:
                self._upgrade(link)
        except SQLAlchemyError as fault:
            raise self._fault(fault) from None

    def _upgrade(self, link: Connection) -> None:
        logging.getLogger("alembic").setLevel(logging.WARNING)
        revision = _migration.MigrationContext.configure(link).get_current_revision()
        if revision is not None and revision not in _known_revisions():
            raise Unavailable(
                f"{self.name} was made by a newer milepost (schema {revision}); it is left as it is. "
                "Install that release, or a later one."
            )
        link.rollback()
        _command.upgrade(_alembic(link), "head")
        link.commit()

    # ---- inside

    def _engine(self) -> Engine:
        if self._made is None:
            if self._sqlite and self._url.database and self._url.database != ":memory:":
                folder = Path(self._url.database).parent
                if not folder.is_dir():
                    raise Unavailable(f"There is no folder '{folder}' for the database.")
            try:
                self._made = _engine_of(self._url, self._opened, self._kept)
            except (NoSuchModuleError, ImportError, ModuleNotFoundError):
                raise WrongUse("PostgreSQL needs its driver: pip install 'milepost[postgresql]'.") from None
        return self._made

    def close(self) -> None:
        """Let go of every connection; one that somebody still uses goes when it is given back."""
        if self._made is not None:
            event.listen(self._made.pool, "checkin", _let_go)
            self._made.dispose()
            self._made = None

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Connection]:
        if write:
            self._must_be_writable()
        try:
            with self._engine().connect() as link:
                if self._sqlite:
                    link = link.execution_options(milepost_write=write)
                elif not write:
                    link = link.execution_options(isolation_level="REPEATABLE READ")
                with link.begin():
                    yield link
        except SQLAlchemyError as fault:
            raise self._fault(fault) from None

    def _must_be_writable(self) -> None:
        if self._opened:
            why = "the file, or its folder, is read-only"
            raise Unavailable(f"{self.name} can only be read here ({why}); nothing was written.", _READ_ONLY)

    def _fault(self, fault: SQLAlchemyError) -> Unavailable:
        if getattr(getattr(fault, "orig", None), "sqlstate", None) in _MAY_NOT:
            why = "this user may not write, or the server takes no writes"
            return Unavailable(f"{self.name} can only be read here ({why}); nothing was written.", _READ_ONLY)
        cause = str(getattr(fault, "orig", None) or fault).strip().split("\n")[0][:200]
        return Unavailable(f"The database {self.name} refused: {cause}")

    def _must_exist(self) -> None:
        """To look at a name is not to make an empty file of it."""
        if self._is_missing():
            file = self._url.database
            raise Unavailable(
                f"There is no file '{file}', so it holds no programme; fill a new one with 'milepost import'."
            )

    def _is_missing(self) -> bool:
        file = self._url.database if self._sqlite else None
        return bool(file and file != ":memory:" and Path(file).parent.is_dir() and not Path(file).exists())

    def _must_be_ready(self, link: Connection) -> None:
        if self._url in _READY:
            _READY.discard(self._url)  # unless it answers
            if link.execute(select(_SCHEMA)).scalar() == _newest():
                _READY.add(self._url)
                return
        if self._sqlite and not inspect(link).has_table("changes"):
            raise Unavailable(f"{self.name} holds no programme; fill it with 'milepost import' first.")
        revision = _migration.MigrationContext.configure(link).get_current_revision()
        if revision is None:
            raise Unavailable(f"{self.name} holds no programme; fill it with 'milepost import' first.")
        newest = _newest()
        if revision != newest and revision not in _known_revisions():
            raise Unavailable(
                f"{self.name} was made by a newer milepost (schema {revision}, the newest known here is "
                f"{newest}); install that release, or a later one."
            )
        if revision != newest:
            raise Unavailable(
                f"{self.name} was made by an older milepost (schema {revision}, here {newest}); run "
                "'milepost upgrade'."
            )
        _READY.add(self._url)  # from now on one question tells whether it still is

    def _append(self, link: Connection, *entries: Entry) -> None:
        rows = [{"n": e.n, "at": e.at, "hash": e.hash, "entry": e.line} for e in entries]
        added, last = insert(_CHANGES).values(rows if len(rows) > 1 else rows[0]), entries[-1]
        moved = (
            insert(_HEAD).values(id=1, n=1, hash=last.hash)
            if last.n == 1
            else update(_HEAD).values(n=last.n, hash=last.hash)
        )
        if self._sqlite:
            link.execute(added)
            link.execute(moved)
        else:  # in one question: a server at work waits longer for its turn than for the answer
            link.execute(moved.add_cte(added.cte("added")))

    def _entry_by(self, link: Connection, day: dt.date) -> int:
        end = (day + dt.timedelta(days=1)).isoformat()
        found = link.execute(select(func.max(_CHANGES.c.n)).where(_CHANGES.c.at < end)).scalar()
        return int(found or 1)

    def _content(self, link: Connection, entry: int | None) -> Content:
        content: Content = {name: {} for name in (*MODELS, *TABLES)}
        for name in ("settings", *TABLES):
            for row in _asked(link, name, now=True) if entry is None else self._then(link, name, entry):
                if name == "settings":
                    # one that there is not is found by who reads
                    held = content.setdefault(row["section"], {})
                    held[row["name"]] = {"name": row["name"], "value": row["value"] or ""}
                else:
                    content[name][row["_row"]] = _cells(name, row)
        return content

    def _then(self, link: Connection, name: str, entry: int) -> Iterable[Mapping[Any, Any]]:
        """The rows of a table that held after an entry."""
        table = _META.tables[name]
        until = or_(table.c["_to"].is_(None), table.c["_to"] > entry)
        order = (table.c["_position"], table.c["_version"])
        return link.execute(select(table).where(table.c["_from"] <= entry, until).order_by(*order)).mappings()

    def _versions(self, link: Connection) -> dict[tuple[str, str], tuple[Version, ...]]:
        """Every version of every row that was ever kept, oldest first."""
        found: dict[tuple[str, str], list[Version]] = {}
        for name in ("settings", *TABLES):
            for row in _asked(link, name, now=False):
                if name == "settings":
                    key = (row["section"], row["name"])
                    # readers ask by section and name, writers by the key
                    if row["_row"] != self._ident(*key):
                        key = ("settings", row["_row"])
                    cells = {"name": row["name"], "value": row["value"] or ""}
                else:
                    key, cells = (name, row["_row"]), _cells(name, row)
                found.setdefault(key, []).append((row["_from"], row["_to"], digest(cells)))
        return {key: tuple(versions) for key, versions in found.items()}

    def _rows_now(self, link: Connection, keys: Iterable[tuple[str, str]]) -> _RowsNow:
        """Rows by table and id as they are, and the last place in each of their tables: one question a
        table."""
        now, named = _RowsNow(), dict[str, dict[str, tuple[str, str]]]()
        for key in keys:
            named.setdefault(self._table(key[0]).name, {})[self._ident(*key)] = key
        for name, idents in named.items():
            table = _META.tables[name]
            last = select(func.coalesce(func.max(table.c["_position"]), 0).label("_last")).subquery()
            mine = table.c["_row"].in_(list(idents)) & table.c["_to"].is_(None)
            for row in link.execute(
                select(last, table).join_from(last, table, mine, isouter=True)
            ).mappings():
                now.last[name] = int(row["_last"])
                if row["_row"] is not None:
                    key = idents[row["_row"]]
                    now.positions[key] = int(row["_position"])
                    setting = {"name": row["name"], "value": row["value"] or ""} if key[0] in MODELS else None
                    now.cells[key] = setting or _cells(name, row)
        return now

    def _table(self, name: str) -> Table:
        return _META.tables["settings" if name in MODELS else name]

    def _ident(self, table: str, ident: str) -> str:
        return f"{table}.{ident}" if table in MODELS else ident

    def _values(
        self, table: str, ident: str, position: int, cells: Cells, entry: int, until: int | None = None
    ) -> dict[str, Any]:
        values: dict[str, Any] = {
            "_row": self._ident(table, ident),
            "_position": position,
            "_from": entry,
            "_to": until,
        }
        if table in MODELS:
            return values | {"section": table, "name": ident, "value": cells["value"]}
        kinds = numbers(TABLES[table])
        for column in TABLES[table].columns():
            cell = cells.get(column, "")
            values[column] = None if cell == "" else kinds[column](cell) if column in kinds else cell
        return values


@cache
def _newest() -> str:
    """The schema of this release."""
    return _script.ScriptDirectory.from_config(_alembic(None)).get_current_head() or ""


def _known_revisions() -> frozenset[str]:
    """Schemas that this release can bring to its own."""
    return frozenset(s.revision for s in _script.ScriptDirectory.from_config(_alembic(None)).walk_revisions())


@cache
def _question(name: str, now: bool, backend: str) -> tuple[str, tuple[str, ...]]:
    """SQL for the rows of a table, those that hold now or every version that ever was, and its columns.

    It is put together once for all databases: to do that for each table takes longer than its answer.
    """
    table = _META.tables[name]
    asked = select(table).order_by(table.c["_position" if now else "_from"], table.c["_version"])
    if now:
        asked = asked.where(table.c["_to"].is_(None))
    return str(asked.compile(dialect=URL.create(backend).get_dialect()())), tuple(table.columns.keys())


def _asked(link: Connection, name: str, *, now: bool) -> Iterator[Mapping[str, Any]]:
    """The rows of a table by column."""
    question, columns = _question(name, now, link.engine.url.drivername)
    for row in link.exec_driver_sql(question):
        yield dict(zip(columns, row, strict=True))


def _cells(table: str, row: Any) -> Cells:
    return {c: cell_text(row[c]) for c in TABLES[table].columns()}


def _alembic(link: Connection | None) -> Any:
    config = _config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = link
    return config


def how_to_open(url: URL) -> str:
    """What SQLite is told of a file that can only be read: "" if it can be written, and of one that is not
    there; else parameters of its address."""
    if not url.database or url.database == ":memory:":
        return ""
    file = Path(url.database)
    if not file.is_file() or (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return ""
    with suppress(OSError):
        # beside a file in a folder that takes nothing new, SQLite can keep none of what readers and writers
        # share: so it is read as one that nobody changes, unless a writer has left something there
        if not os.access(file.parent, os.W_OK) and not _has_log(file):
            return "mode=ro&immutable=1"
    return "mode=ro"


def _has_log(file: Path) -> bool:
    log = file.with_name(f"{file.name}-wal")
    return log.exists() and log.stat().st_size > 0


_ENGINES = Engines(32)


def _engine_of(url: URL, how: str = "", kept: int = 0) -> Engine:
    """One engine an address: a server opens its store for every look, and statements are compiled once.
    ``how``: as :func:`how_to_open` has it."""
    return _ENGINES.of((url, how, kept), lambda: _new_engine(url, how, kept))


def _new_engine(url: URL, how: str, kept: int) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    # a command makes a few calls and leaves: no connection outlives its call
    options: dict[str, Any] = {"poolclass": NullPool}
    if not sqlite:
        options["connect_args"] = patient(url)
        if kept:
            options |= {"poolclass": QueuePool, "pool_size": kept, "max_overflow": -1, "pool_recycle": 600}
    if how:
        address = f"file:{quote(os.fsencode(Path(str(url.database)).absolute()))}?{how}"
        options["creator"] = lambda: sqlite3.connect(address, uri=True)
    engine = create_engine(url, **options)
    if sqlite:
        _sqlite_transactions(engine, write=not how)
    elif kept:
        _ask_the_idle(engine)
    return engine


def _let_go(raw: Any, record: Any) -> None:
    """Close a connection that comes back to a pool nobody asks any more."""
    if raw is not None:
        record.invalidate()


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that nobody used for a while whether it still answers, before it is used: the database
    may have been restarted. At work the question would cost as much as what is asked."""

    @event.listens_for(engine, "checkin")
    def _rests(_raw: Any, record: Any) -> None:
        record.info["rests since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _works(raw: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests since")
        if since is None or time.monotonic() - since < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as fault:
            raise DisconnectionError from fault


def patient(url: URL) -> dict[str, Any]:
    """How a client of PostgreSQL connects: it waits for a connection, for a lock and for an answer, and for
    none of them for ever. What the address says of its options comes last, so it holds."""
    given = url.query.get("options", "")
    told = given if isinstance(given, str) else " ".join(given)
    return {
        "connect_timeout": int(str(url.query.get("connect_timeout", 10))),
        "options": f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={ANSWER_SECONDS}s {told}",
    }


def _sqlite_transactions(engine: Engine, *, write: bool) -> None:
    """Real transactions: SQLite's driver must not begin them by itself; a writer takes the lock at once."""

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        if write:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _start(link: Connection) -> None:
        write = link.get_execution_options().get("milepost_write", True)
        link.execute(text("BEGIN IMMEDIATE" if write else "BEGIN"))
