"""Where a programme lives: a folder, a workbook (to read), SQLite or PostgreSQL. One way to read, edit and
audit all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from milepost.errors import BadData, Finding, Unavailable, WrongUse
from milepost.records import TABLES, Records, Row
from milepost.store import journal
from milepost.store.changes import (
    Damaged,
    Entry,
    Kind,
    RowChange,
    changed_outside,
    next_entry,
    read_entry,
    start_entry,
    undo,
)
from milepost.store.checkpoints import Seal, line_digest
from milepost.store.content import (
    MODELS,
    Cells,
    Content,
    content_of,
    content_of_table,
    records_of,
)
from milepost.store.deltas import cells_at, lines_of, records_after
from milepost.store.dialect import separator
from milepost.store.edits import Edit, HeadMoved, applied, must_stand, row_changes, with_positions
from milepost.store.folder import read, read_snapshot
from milepost.store.held import Held
from milepost.store.known_folders import Grown, Known, forget, known, remember
from milepost.store.snapshot import Raw, Snapshot, look, stamp
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE, csv_of, settings_text

NO_CHAIN = "There is no chain yet; begin one with 'milepost record DIR --by WHO --reason WHY'."
DATABASE_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_KEPT: list[int] = []  # connections that a server keeps; a command keeps none
_URL = re.compile(r"^(sqlite|postgresql)(\+\w+)?://")


# a checkpoint, out of the last entry, the programme's fingerprint, the line of the one before ("" = none)
MakeCheckpoint = Callable[[Entry, str, str], str]


class Store(Protocol):
    """What every store can do."""

    name: str

    def read(self, known_on: dt.date | None = None) -> tuple[Records | None, tuple[Finding, ...]]:
        """The records, as recorded by the end of a day (default: now), and the findings of reading them."""

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """Compare rows with what their writer saw, write them together and record it; None if nothing
        differs. Raises ``LostRace`` or, if the chain has grown beyond ``head``, ``HeadMoved``."""

    def write_changes(
        self,
        changes: Sequence[RowChange],
        *,
        by: str,
        reason: str,
        head: int,
        more: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write changes that were computed, and checked, at ``head``; ``more`` as in
        :func:`milepost.store.changes.next_entry`. Raises ``HeadMoved`` if the rows are no longer those."""

    def content(self) -> Content:
        """The rows as they are, faulty ones too where the store keeps them: for verification."""

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry; (0, "") without a chain."""

    def last(self) -> Entry | None:
        """The last entry of the chain; None without one."""

    def lines(self) -> list[str]:
        """The chain, entry by entry."""

    def checkpoints(self) -> list[str]:
        """The signed checkpoints, oldest first."""

    def sign(self, make: MakeCheckpoint, *, pins: str = "", by: str = "", reason: str = "") -> str:
        """Keep the checkpoint that ``make`` signs where the chain stands, and give its line; together with
        it, and before it, an entry that pins a key, if there is one to pin."""

    def snapshot(self) -> Held:
        """All that it holds, of one moment, whoever writes meanwhile."""

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of how it stands, in sentences."""

    def holds_a_programme(self) -> bool:
        """Is anything in it yet?"""

    def upgrade(self) -> None:
        """Bring its schema to this release's, where it has one."""


def open_store(where: str | Path) -> Store:
    """The store that a path or URL names. Nothing is read yet."""
    text = str(where)
    if _URL.match(text):
        return _database(text)
    if re.match(r"^\w+://", text) or re.match(r"^\w+\+\w+://", text):
        raise WrongUse(
            "milepost keeps programmes in folders, .xlsx, SQLite and PostgreSQL; it cannot open "
            f"'{text[:60]}'."
        )
    path = Path(text)
    if path.suffix.lower() in DATABASE_SUFFIXES:
        return _database(path)
    return Folder(path)


def written_on(store: Store) -> dt.date | None:
    """Day of the last entry of the chain; None where nothing was written since the chain began, or that entry
    cannot be read (which ``milepost verify`` tells)."""
    try:
        last = store.last()
    except Damaged:
        return None
    return last.when.date() if last and last.n > 1 else None


def _database(address: str | Path) -> Store:
    # SQLAlchemy and Alembic take longer to load than a folder takes to read, which needs neither
    from milepost.store.sql import Database

    return Database(address, *_KEPT)


def keep_connections(many: int) -> None:
    """Keep so many connections to each PostgreSQL from now on: a server that opens one for each look spends
    more on that than on what it asks."""
    _KEPT[:] = [many]


@dataclass(frozen=True)
class _Now:
    """A folder while nobody else writes."""

    records: Records
    lines: Sequence[str]
    checkpoints: Sequence[str]
    seen: Known

    @cached_property
    def content(self) -> Content:
        """Every row, as cells."""
        return content_of(self.records)

    def cells(self, table: str, ident: str) -> Cells | None:
        """The cells of one row or setting; None if it is not there."""
        return cells_at(self.records, table, ident)

    def next(
        self,
        changes: Sequence[RowChange],
        by: str,
        reason: str,
        kind: Kind = "edit",
        *,
        after: Entry | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Entry:
        """The entry that follows the last one, or ``after``; it names the last checkpoint."""
        last = after or read_entry(self.lines[-1])
        said = {**(more or {}), "checkpoint": line_digest(self.checkpoints[-1]) if self.checkpoints else ""}
        return next_entry(last.n, last.hash, changes, by, reason, kind, more=said)


class Folder:
    """A programme's folder (or a workbook, which can only be read)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def read(self, known_on: dt.date | None = None) -> tuple[Records | None, tuple[Finding, ...]]:
        """See :class:`Store`. What was recorded at the start counts as known always."""
        if not self.path.is_dir():
            return read(self.path)
        now = self._seen(chained=known_on is not None)
        records, findings = now.records, now.findings
        if known_on is None or records is None or findings:
            return records, findings
        entries = [read_entry(line) for line in now.lines or ()]
        # what another entry of that day or before stands upon was known, whatever day its clock said
        last = max((n for n, e in enumerate(entries, 1) if e.when.date() <= known_on), default=1)
        late = entries[max(1, last) :]
        if not late:
            return records, findings
        return records_of(undo(content_of(records), late), records.files)

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """See :class:`Store`. Rows changed by hand since the last entry are taken over by an entry of their
        own."""
        with self._locked(head) as now:
            changes = row_changes(edits, {(e.table, e.id): now.cells(e.table, e.id) for e in edits})
            if not changes:
                return None  # and nothing is written, neither a first entry nor what was changed by hand
            return self._append(now, changes, by, reason)

    def write_changes(
        self,
        changes: Sequence[RowChange],
        *,
        by: str,
        reason: str,
        head: int,
        more: Mapping[str, Any] | None = None,
    ) -> Entry:
        """See :class:`Store`. Rows changed by hand since the last entry are taken over by an entry of their
        own."""
        with self._locked(head) as now:
            must_stand(changes, {(c.table, c.id): now.cells(c.table, c.id) for c in changes})
            return self._append(now, changes, by, reason, more)

    @contextmanager
    def _locked(self, head: int | None) -> Iterator[_Now]:
        """What stands in the folder and in its chain, while nobody else writes."""
        if not self.path.exists():
            raise Unavailable(f"There is no folder '{self.path}'.")
        if not self.path.is_dir():
            raise WrongUse(
                f"'{self.path.name}' can be read only; import it into a folder or a database to edit it."
            )
        with journal.locked(self.path):
            seen = self._seen(chained=True)
            if seen.records is None or seen.findings:
                raise BadData(seen.findings)
            lines = seen.lines or ()
            if head is not None and head != len(lines):
                raise HeadMoved
            yield _Now(seen.records, lines, seen.checkpoints, seen)

    def _seen(self, *, chained: bool) -> Known:
        """The folder as it stands, with its chain if that is wanted; read anew where it has changed."""
        found = known(self.path)
        if found is not None and (found.lines is not None or not chained):
            return found
        taken = time.time_ns()
        before = stamp(self.path)
        held = look(self.path, chain=chained)
        records, findings = read_snapshot(held)
        lines, marks = (held.lines(), held.checkpoints()) if chained else (None, ())
        made = Known(before, taken, held.files, records, findings, lines, marks)
        if not held.cut_off and stamp(self.path) == before:
            remember(self.path, made)
        return made

    def _append(
        self,
        now: _Now,
        changes: Sequence[RowChange],
        by: str,
        reason: str,
        more: Mapping[str, Any] | None = None,
    ) -> Entry:
        new: list[Entry] = []
        if not now.lines:
            new.append(start_entry(now.content, by, "the first entry"))
        elif not now.seen.in_line and (outside := changed_outside(now.lines, now.content)):
            new.append(now.next(outside, "", "changed outside milepost", "outside"))
        removes = any(c.after is None for c in changes)
        placed = with_positions(now.content, changes) if removes else tuple(changes)
        new.append(now.next(placed, by, reason, after=new[-1] if new else None, more=more))
        after = records_after(now.records, placed)
        written = self._texts(now, placed, after[0])
        forget(self.path)
        journal.commit(self.path, written.texts, [e.line for e in new], written.added)
        if not after[1]:
            self._remember(now, after[0], written, [e.line for e in new])
        return new[-1]

    def _remember(
        self,
        now: _Now,
        after: Records,
        written: _Texts,
        new: Sequence[str],
    ) -> None:
        """What was written need not be read: it is what stands there, as long as nobody else changes it."""
        texts, added = written.texts, written.added
        if now.seen.records is not now.records or not all(_a_line_a_row(after, *t) for t in texts.items()):
            return
        if not all(_a_line_a_new_row(now.records, after, name, a.text) for name, a in added.items()):
            return
        taken = time.time_ns()
        mark = stamp(self.path)
        mine = {*texts, *added, journal.CHAIN}
        if mark.journal is not None or mark.names - mine != now.seen.mark.names - mine:
            return  # the files have to wait, or one that somebody changed meanwhile lies beside
        sizes = {name: of[1] for name, of in mark.files}
        if any(sizes.get(name) != a.size + len(a.data) for name, a in added.items()):
            return
        files = {**now.seen.files, **{name: text.encode() for name, text in texts.items()}, **written.grown}
        made = Known(
            mark,
            taken,
            files,
            after,
            (),
            [*now.lines, *new],
            now.checkpoints,
            True,
            MappingProxyType(written.columns),
        )
        remember(self.path, made)

    def content(self) -> Content:
        """See :class:`Store`. Nothing where so little can be read that there is no programme."""
        records, _ = self.read()
        return content_of(records) if records is not None else {}

    def take_over(self, *, by: str, reason: str) -> Entry | None:
        """Record what was changed by hand since the last entry; None if nothing was."""
        with self._locked(None) as now:
            if not now.lines:
                entry = start_entry(now.content, by, reason)
            else:
                outside = changed_outside(now.lines, now.content)
                if not outside:
                    return None
                entry = now.next(outside, by, reason, "outside")
            forget(self.path)
            journal.commit(self.path, {}, [entry.line])
            return entry

    def head(self) -> tuple[int, str]:
        """See :class:`Store`."""
        last = self.last()
        return (0, "") if last is None else (last.n, last.hash)

    def last(self) -> Entry | None:
        """See :class:`Store`."""
        seen = known(self.path) if self.path.is_dir() else None
        lines = self._chain().lines() if seen is None or seen.lines is None else seen.lines
        # a chain whose numbers do not follow is told by who verifies it
        return replace(read_entry(lines[-1]), n=len(lines)) if lines else None

    def lines(self) -> list[str]:
        """See :class:`Store`."""
        seen = known(self.path) if self.path.is_dir() else None
        return self._chain().lines() if seen is None or seen.lines is None else list(seen.lines)

    def checkpoints(self) -> list[str]:
        """See :class:`Store`."""
        return self._chain().checkpoints()

    def snapshot(self) -> Held:
        """See :class:`Store`."""
        if not self.path.is_dir():
            return Held(self.content(), (), ())
        held = look(self.path)
        records, _ = read_snapshot(held)
        content = content_of(records) if records is not None else {}
        return Held(content, tuple(held.lines()), tuple(held.checkpoints()), None, held.notes())

    def notes(self) -> tuple[str, ...]:
        """See :class:`Store`. A change that stands in the journal."""
        return self._chain().notes()

    def holds_a_programme(self) -> bool:
        """See :class:`Store`."""
        return self.path.is_file() or (self.path.is_dir() and any(self.path.iterdir()))

    def upgrade(self) -> None:
        """See :class:`Store`. Files have no schema: a column that is missing is empty."""

    def sign(self, make: MakeCheckpoint, *, pins: str = "", by: str = "", reason: str = "") -> str:
        """See :class:`Store`."""
        with self._locked(None) as now:
            if not now.lines:
                raise WrongUse(NO_CHAIN)
            new = [now.next((), by, reason, more={"pins": pins})] if pins else []
            entry = new[-1] if new else read_entry(now.lines[-1])
            line = make(entry, now.records.fingerprint, now.checkpoints[-1] if now.checkpoints else "")
            text = "".join(f"{mark}\n" for mark in [*now.checkpoints, line])
            journal.commit(self.path, {journal.CHECKPOINTS: text}, [e.line for e in new])
            return line

    def _chain(self) -> Snapshot:
        if not self.path.is_dir():
            return Snapshot(self.path, frozenset(), {}, b"", (), b"", False, ())
        return look(self.path, tables=False)

    def _texts(self, now: _Now, changes: Sequence[RowChange], after: Records) -> _Texts:
        """What changes write to which files."""
        made = _Texts({}, {}, {}, dict(now.seen.columns or {}))
        for table in sorted({c.table for c in changes}):
            if table in MODELS:
                model = after.settings if table == "programme" else after.policy
                made.texts[SETTINGS_FILE if table == "programme" else POLICY_FILE] = settings_text(model)
                continue
            name = f"{table}.csv"
            mine = [c for c in changes if c.table == table]
            raw, columns = now.seen.files.get(name), made.columns.get(name, ())
            if (more := _lines_added(raw, columns, mine)) is not None and isinstance(raw, bytes | Grown):
                was = raw if isinstance(raw, Grown) else Grown(raw)
                made.added[name] = journal.Added(more, was.size, was.digest, was.head)
                made.grown[name] = was.and_then(more.encode())
                continue
            text = _edited(raw.whole() if isinstance(raw, Grown) else raw, columns, mine)
            if text is None:
                rows = applied({table: content_of_table(now.records, table)}, mine)[table]
                made.columns[name], text = _csv(self.path / name, table, list(rows.values()))
            made.texts[name] = text
        return made


@dataclass(frozen=True)
class _Texts:
    """What is written to the files of a folder: whole texts, and lines added to tables, with what those are
    then; ``columns`` of every file that is known to be as milepost writes it."""

    texts: dict[str, str]
    added: dict[str, journal.Added]
    grown: dict[str, Grown]
    columns: dict[str, tuple[str, ...]]


def _lines_added(
    raw: Raw | Grown | None, columns: tuple[str, ...], changes: Sequence[RowChange]
) -> str | None:
    """Lines for a file of ``columns`` that is as milepost writes it; None where more than rows at its end
    changes."""
    if not columns or not isinstance(raw, bytes | Grown):
        return None
    lines = []
    for change in changes:
        if change.before is not None or change.after is None:
            return None
        if any(cell and name not in columns for name, cell in change.after.items()):
            return None
        lines.append([change.after.get(c, "") for c in columns])
    return csv_of(lines)


def _edited(raw: Raw | None, columns: tuple[str, ...], changes: Sequence[RowChange]) -> str | None:
    """A file of ``columns`` that is as milepost writes it, with rows added or changed; None where it has to
    be written anew."""
    if not columns or not isinstance(raw, bytes) or b"\r" in raw:
        return None
    text = raw.decode()
    for change in changes:
        if change.after is None or any(cell and name not in columns for name, cell in change.after.items()):
            return None
        line = csv_of([[change.after.get(c, "") for c in columns]])
        if change.before is None:
            text += line
            continue
        old = "\n" + csv_of([[change.before.get(c, "") for c in columns]])
        if text.count(old) != 1:
            return None
        text = text.replace(old, "\n" + line)
    return text


def _a_line_a_new_row(before: Records, after: Records, name: str, text: str) -> bool:
    """Is it known on which line each row stands that was added to a table?"""
    table = name.removesuffix(".csv")
    rows, old = after.rows(table), before.rows(table)
    first = old[-1].line + lines_of(old[-1]) if old else 2
    return "\r" not in text and _follow(rows[len(old) :], first, text.count("\n"))


def _follow(rows: Sequence[Row], first: int, lines: int) -> bool:
    """Do rows stand one below the other from a line on, on so many lines in all?"""
    at = first
    for row in rows:
        if row.line != at:
            return False
        at += lines_of(row)
    return at - first == lines


def _a_line_a_row(after: Records, name: str, text: str) -> bool:
    """Is it known on which line each row of a table stands?"""
    table = name.removesuffix(".csv")
    if table not in TABLES:
        return True
    rows = after.rows(table)
    lines = text.count("\n")
    if "\r" in text:
        return False
    if lines == len(rows) + 1 and (not rows or rows[-1].line == lines):
        return True
    return _follow(rows, 2, lines - 1)


def _csv(file: Path, table: str, rows: list[Cells]) -> tuple[tuple[str, ...], str]:
    """The table with the columns that its file has, in their order, and those that are needed now."""
    columns = list(TABLES[table].columns())
    if file.is_file():
        text = file.read_text(encoding="utf-8-sig")  # whatever separated its cells, it is written with commas
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text, columns)), [])
        had = [name.strip() for name in header if name.strip() in columns]
        columns = had + [c for c in columns if c not in had and any(row.get(c) for row in rows)]
    return tuple(columns), csv_of([columns, *([row.get(c, "") for c in columns] for row in rows)])


def seal_of(where: str | Path) -> Seal:
    """Where the chain of the programme at an address stands, to be printed."""
    lines = open_store(where).lines()
    return Seal.of(read_entry(lines[-1]).hash if lines else "", lines)
