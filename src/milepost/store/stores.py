"""Where a programme lives: a folder, a workbook (to read), SQLite or PostgreSQL. One way to read, edit and
audit all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from milepost.errors import BadData, Finding, Unavailable, WrongUse
from milepost.records import TABLES, Records
from milepost.store import journal
from milepost.store.changes import (
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
    records_of,
)
from milepost.store.dialect import separator
from milepost.store.edits import Edit, HeadMoved, applied, must_stand, row_changes, with_positions
from milepost.store.folder import read, read_snapshot
from milepost.store.held import Held
from milepost.store.snapshot import Snapshot, look
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE, csv_of, settings_text

NO_CHAIN = "There is no chain yet; begin one with 'milepost record DIR --by WHO --reason WHY'."
DATABASE_SUFFIXES = (".db", ".sqlite", ".sqlite3")
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


def _database(address: str | Path) -> Store:
    # SQLAlchemy and Alembic take longer to load than a folder takes to read, which needs neither
    from milepost.store.sql import Database

    return Database(address)


@dataclass(frozen=True)
class _Now:
    """A folder while nobody else writes."""

    records: Records
    content: Content
    lines: Sequence[str]
    checkpoints: Sequence[str]

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
        if known_on is None or not self.path.is_dir():
            return read(self.path)
        held = look(self.path)
        records, findings = read_snapshot(held)
        if records is None or findings:
            return records, findings
        late = [e for e in map(read_entry, held.lines()) if e.when.date() > known_on and e.n > 1]
        if not late:
            return records, findings
        return records_of(undo(content_of(records), late), records.files)

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """See :class:`Store`. Rows changed by hand since the last entry are taken over by an entry of their
        own."""
        with self._locked(head) as now:
            current = {(e.table, e.id): now.content.get(e.table, {}).get(e.id) for e in edits}
            changes = row_changes(edits, current)
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
            must_stand(changes, {(c.table, c.id): now.content.get(c.table, {}).get(c.id) for c in changes})
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
            held = look(self.path)
            records, findings = read_snapshot(held)
            if records is None or findings:
                raise BadData(findings)
            lines = held.lines()
            if head is not None and head != len(lines):
                raise HeadMoved
            yield _Now(records, content_of(records), lines, held.checkpoints())

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
        elif outside := changed_outside(now.lines, now.content):
            new.append(now.next(outside, "", "changed outside milepost", "outside"))
        placed = with_positions(now.content, changes)
        new.append(now.next(placed, by, reason, after=new[-1] if new else None, more=more))
        touched = {c.table for c in placed}
        texts = self._texts(applied(now.content, placed), touched)
        journal.commit(self.path, texts, [e.line for e in new])
        return new[-1]

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
            journal.commit(self.path, {}, [entry.line])
            return entry

    def head(self) -> tuple[int, str]:
        """See :class:`Store`."""
        lines = self.lines()
        if not lines:
            return 0, ""
        last = read_entry(lines[-1])
        return len(lines), last.hash

    def lines(self) -> list[str]:
        """See :class:`Store`."""
        return self._chain().lines()

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

    def _texts(self, content: Content, touched: set[str]) -> dict[str, str]:
        texts: dict[str, str] = {}
        records, _ = records_of(content)
        for table in sorted(touched):
            if table in MODELS:
                model = records.settings if table == "programme" else records.policy
                texts[SETTINGS_FILE if table == "programme" else POLICY_FILE] = settings_text(model)
            else:
                texts[f"{table}.csv"] = _csv(self.path / f"{table}.csv", table, list(content[table].values()))
        return texts


def _csv(file: Path, table: str, rows: list[Cells]) -> str:
    """The table with the columns that its file has, in their order, and those that are needed now."""
    columns = list(TABLES[table].columns())
    if file.is_file():
        text = file.read_text(encoding="utf-8-sig")  # whatever separated its cells, it is written with commas
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text, columns)), [])
        had = [name.strip() for name in header if name.strip() in columns]
        columns = had + [c for c in columns if c not in had and any(row.get(c) for row in rows)]
    return csv_of([columns, *([row.get(c, "") for c in columns] for row in rows)])


def seal_of(where: str | Path) -> Seal:
    """Where the chain of the programme at an address stands, to be printed."""
    lines = open_store(where).lines()
    return Seal.of(read_entry(lines[-1]).hash if lines else "", lines)
