"""Where a programme lives: a folder, a workbook (to read), SQLite or PostgreSQL. One way to read, edit and
audit all."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from milepost.errors import BadData, Finding, Unavailable, WrongUse
from milepost.records import TABLES, Records
from milepost.store import journal
from milepost.store.changes import Entry, RowChange, next_entry, read_entry, start_entry, start_rows, undo
from milepost.store.content import (
    MODELS,
    Cells,
    Content,
    content_of,
    differences,
    digest,
    digests,
    records_of,
)
from milepost.store.dialect import separator
from milepost.store.edits import Edit, HeadMoved, applied, must_stand, row_changes, with_positions
from milepost.store.folder import read
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE, csv_of, settings_text

DATABASE_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_URL = re.compile(r"^(sqlite|postgresql)(\+\w+)?://")


class Store(Protocol):
    """What every store can do."""

    name: str

    def read(self, known_on: dt.date | None = None) -> tuple[Records | None, tuple[Finding, ...]]:
        """The records, as recorded by the end of a day (default: now), and the findings of reading them."""

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """Compare rows with what their writer saw, write them together and record it; None if nothing
        differs. Raises ``LostRace`` or, if the chain has grown beyond ``head``, ``HeadMoved``."""

    def write_changes(self, changes: Sequence[RowChange], *, by: str, reason: str, head: int) -> Entry:
        """Write changes that were computed, and checked, at ``head``. Raises ``HeadMoved`` if the rows are no
        longer those."""

    def content(self) -> Content:
        """The rows as they are, faulty ones too where the store keeps them: for verification."""

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry; (0, "") without a chain."""

    def lines(self) -> list[str]:
        """The chain, entry by entry."""

    def checkpoints(self) -> list[str]:
        """The signed checkpoints, oldest first."""

    def add_checkpoint(self, line: str) -> None:
        """Keep a signed checkpoint."""

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
        return _database(f"sqlite:///{path}")
    return Folder(path)


def _database(address: str) -> Store:
    # SQLAlchemy and Alembic take longer to load than a folder takes to read, which needs neither
    from milepost.store.sql import Database

    return Database(address)


class Folder:
    """A programme's folder (or a workbook, which can only be read)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def read(self, known_on: dt.date | None = None) -> tuple[Records | None, tuple[Finding, ...]]:
        """See :class:`Store`. What was recorded at the start counts as known always."""
        records, findings = read(self.path)
        if records is None or known_on is None or findings:
            return records, findings
        late = [e for e in map(read_entry, self.lines()) if e.when.date() > known_on and e.n > 1]
        if not late:
            return records, findings
        return records_of(undo(content_of(records), late), records.files)

    def edit(self, edits: Sequence[Edit], *, by: str, reason: str, head: int | None = None) -> Entry | None:
        """See :class:`Store`. Rows changed by hand since the last entry are taken over by an entry of their
        own."""
        with self._locked(head) as (content, lines):
            current = {(e.table, e.id): content.get(e.table, {}).get(e.id) for e in edits}
            changes = row_changes(edits, current)
            if not changes:
                return None  # and nothing is written, neither a first entry nor what was changed by hand
            return self._append(content, lines, changes, by, reason)

    def write_changes(self, changes: Sequence[RowChange], *, by: str, reason: str, head: int) -> Entry:
        """See :class:`Store`. Rows changed by hand since the last entry are taken over by an entry of their
        own."""
        with self._locked(head) as (content, lines):
            must_stand(changes, {(c.table, c.id): content.get(c.table, {}).get(c.id) for c in changes})
            return self._append(content, lines, changes, by, reason)

    @contextmanager
    def _locked(self, head: int | None) -> Iterator[tuple[Content, list[str]]]:
        """What stands in the folder and in its chain, while nobody else writes."""
        if not self.path.exists():
            raise Unavailable(f"There is no folder '{self.path}'.")
        if not self.path.is_dir():
            raise WrongUse(
                f"'{self.path.name}' can be read only; import it into a folder or a database to edit it."
            )
        journal.recover(self.path)
        with journal.locked(self.path):
            records, findings = read(self.path)
            if records is None or findings:
                raise BadData(findings)
            lines = self.lines()
            if head is not None and head != len(lines):
                raise HeadMoved
            yield content_of(records), lines

    def _append(
        self, content: Content, lines: list[str], changes: Sequence[RowChange], by: str, reason: str
    ) -> Entry:
        new: list[Entry] = []
        last = read_entry(lines[-1]) if lines else start_entry(content, by, "the first entry")
        if not lines:
            new.append(last)
        elif outside := _outside(lines, content):
            last = next_entry(last.n, last.hash, outside, "", "changed outside milepost", "outside")
            new.append(last)
        placed = with_positions(content, changes)
        last = next_entry(last.n, last.hash, placed, by, reason)
        new.append(last)
        touched = {c.table for c in placed}
        journal.commit(self.path, self._texts(applied(content, placed), touched), [e.line for e in new])
        return last

    def content(self) -> Content:
        """See :class:`Store`. Nothing where so little can be read that there is no programme."""
        records, _ = self.read()
        return content_of(records) if records is not None else {}

    def take_over(self, *, by: str, reason: str) -> Entry | None:
        """Record what was changed by hand since the last entry; None if nothing was."""
        with journal.locked(self.path):
            records, findings = read(self.path)
            if records is None or findings:
                raise BadData(findings)
            content, lines = content_of(records), self.lines()
            if not lines:
                entry = start_entry(content, by, reason)
            else:
                outside = _outside(lines, content)
                if not outside:
                    return None
                last = read_entry(lines[-1])
                entry = next_entry(last.n, last.hash, outside, by, reason, "outside")
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
        return _file_lines(self.path / journal.CHAIN)

    def checkpoints(self) -> list[str]:
        """See :class:`Store`."""
        return _file_lines(self.path / journal.CHECKPOINTS)

    def holds_a_programme(self) -> bool:
        """See :class:`Store`."""
        return self.path.is_file() or (self.path.is_dir() and any(self.path.iterdir()))

    def upgrade(self) -> None:
        """See :class:`Store`. Files have no schema: a column that is missing is empty."""

    def add_checkpoint(self, line: str) -> None:
        """See :class:`Store`."""
        with journal.locked(self.path):
            journal.append_line(self.path, journal.CHECKPOINTS, line)

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


def _outside(lines: list[str], content: Content) -> tuple[RowChange, ...]:
    """Rows that differ from what the chain says: changed by hand. Of what they were, only the digest may be
    known."""
    state = start_rows(lines[0])
    cells: dict[tuple[str, str], Cells] = {}
    for line in lines[1:]:
        for change in read_entry(line).changes:
            rows = state.setdefault(change.table, {})
            if change.after is None:
                rows.pop(change.id, None)
            else:
                rows[change.id] = digest(change.after)
                cells[change.table, change.id] = change.after
    found = []
    for table, ident, what in differences(state, digests(content)):
        before = None if what == "added" else cells.get((table, ident), {"digest": state[table][ident]})
        after = None if what == "removed" else content[table][ident]
        found.append(RowChange(table, ident, before, after))
    return tuple(found)


def _file_lines(file: Path) -> list[str]:
    if not file.is_file():
        return []
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise WrongUse(f"'{file.name}' is not UTF-8 text: the file is damaged.") from None
    return [line for line in text.split("\n") if line]
