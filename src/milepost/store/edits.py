"""An edit: rows added, changed or removed together, refused as a whole if any of them was changed
meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from milepost.errors import WrongUse
from milepost.records import TABLES, Row
from milepost.store.changes import RowChange
from milepost.store.content import MODELS, Cells, Content, cells_of, digest, filled


@dataclass(frozen=True)
class Edit:
    """One row to write. ``cells`` None removes it. ``seen`` is the digest of the row as the writer saw it
    (None: the writer saw no such row), so that an edit which lost the race is refused."""

    table: str
    id: str
    cells: Cells | None
    seen: str | None

    @classmethod
    def add(cls, row: Row) -> Edit:
        """A new row."""
        return cls(row.table, row.ident, cells_of(row), None)

    @classmethod
    def change(cls, old: Row, new: Row) -> Edit:
        """A row changed from what the writer saw."""
        return cls(old.table, old.ident, cells_of(new), digest(cells_of(old)))

    @classmethod
    def remove(cls, row: Row) -> Edit:
        """A row taken away; the chain keeps it."""
        return cls(row.table, row.ident, None, digest(cells_of(row)))


class LostRace(WrongUse):
    """Somebody else changed a row meanwhile; nothing was written. ``conflicts`` holds (edit, the row as it is
    now)."""

    def __init__(self, conflicts: tuple[tuple[Edit, Cells | None], ...]) -> None:
        self.conflicts = conflicts
        parts = []
        for edit, current in conflicts:
            if current is None:
                parts.append(f"{edit.table} {edit.id} was removed meanwhile")
            elif edit.seen is None:
                parts.append(f"{edit.table} {edit.id} exists already")
            else:
                theirs = [
                    f"{k} is now '{v}'"
                    for k, v in current.items()
                    if edit.cells is not None and edit.cells.get(k, "") != v
                ]
                parts.append(
                    f"{edit.table} {edit.id} was changed meanwhile "
                    f"({'; '.join(theirs) or 'in another column'})"
                )
        super().__init__(
            f"Nothing was written: {'; '.join(parts)}. Look at the row again, then repeat the edit."
        )


class HeadMoved(Exception):
    """The chain has grown, or a row was changed by hand, since it was read; the caller reads again and tries
    again."""


def row_changes(
    edits: Iterable[Edit], current: Mapping[tuple[str, str], Cells | None]
) -> tuple[RowChange, ...]:
    """The changes that edits make to the rows as they are now. Raises ``LostRace`` naming every edit that
    lost."""
    lost = []
    changes = []
    for edit in edits:
        if edit.table not in TABLES and edit.table not in MODELS:
            raise WrongUse(f"There is no table '{edit.table}'.")
        _must_be_text(edit)
        now = current.get((edit.table, edit.id))
        held = digest(now) if now is not None else None
        if held != edit.seen:
            lost.append((edit, now))
        elif now is not None or edit.cells is not None:
            changes.append(RowChange(edit.table, edit.id, now, edit.cells))
    if lost:
        raise LostRace(tuple(lost))
    return tuple(
        c for c in changes if c.before is None or c.after is None or digest(c.before) != digest(c.after)
    )


def must_stand(changes: Iterable[RowChange], current: Mapping[tuple[str, str], Cells | None]) -> None:
    """Raises ``HeadMoved`` if a row is not what the changes found: they were computed from something
    older."""
    for change in changes:
        found, now = change.before, current.get((change.table, change.id))
        if (found and digest(filled(change.table, found))) != (now and digest(filled(change.table, now))):
            raise HeadMoved


def with_positions(content: Content, changes: Iterable[RowChange]) -> tuple[RowChange, ...]:
    """The changes with the place of each removed row, so that undoing them gives back the order of a file
    too."""
    names: dict[str, list[str]] = {}
    found = []
    for change in changes:
        if change.after is None and change.before is not None:
            left = names.setdefault(change.table, list(content.get(change.table, {})))
            at = left.index(change.id)
            found.append(replace(change, below=left[at - 1] if at else ""))
            del left[at]
        else:
            found.append(change)
    return tuple(found)


def _must_be_text(edit: Edit) -> None:
    """A NUL makes a CSV file binary, half a character makes it no UTF-8: either would cost the whole
    table."""
    for column, cell in (edit.cells or {}).items():
        if "\0" in cell or any("\ud800" <= c <= "\udfff" for c in cell if c > "\ud7ff"):
            what = "the character NUL" if "\0" in cell else "half a character"
            raise WrongUse(
                f"Nothing was written: {edit.table} {edit.id}, column {column} holds {what}, which no table "
                "can keep."
            )


def applied(content: Content, changes: Iterable[RowChange]) -> Content:
    """The content after changes; a new row comes last in its table."""
    new = {table: dict(rows) for table, rows in content.items()}
    for change in changes:
        rows = new.setdefault(change.table, {})
        if change.after is None:
            rows.pop(change.id, None)
        else:
            rows[change.id] = dict(change.after)
    return new
