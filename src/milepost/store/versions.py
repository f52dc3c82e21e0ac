"""Every version that a row ever had, out of the chain and the rows as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milepost.store.changes import Entry, start_rows
from milepost.store.content import Cells, Content

# id, rank in its table, cells, from which entry, until which (None: it holds now)
Version = tuple[str, int, Cells, int, int | None]


def versions_of(start: str, entries: Iterable[Entry], content: Content) -> dict[str, list[Version]]:
    """Table by table; of what was changed by hand and is not on record there is no version.

    ``start`` is the line of the first entry, ``entries`` are those after it, ``content`` is what came out.
    """
    entries = tuple(entries)
    ranks = _ranks(entries, content)
    # cells of the version that holds (None: not on record, or told by the first change), and since when
    held: dict[tuple[str, str], tuple[Cells | None, int]] = {
        (table, ident): (None, 1) for table, rows in start_rows(start).items() for ident in rows
    }
    found: dict[str, list[Version]] = {table: [] for table in content}

    def keep(key: tuple[str, str], cells: Cells | None, since: int, until: int | None) -> None:
        if cells is not None:
            found.setdefault(key[0], []).append((key[1], ranks[key], cells, since, until))

    for entry in entries:
        for change in entry.changes:
            key = (change.table, change.id)
            if key in held:
                cells, since = held.pop(key)
                known = change.before if change.before and set(change.before) != {"digest"} else None
                keep(key, cells if cells is not None else known, since, entry.n)
            if change.after is not None:
                held[key] = (change.after, entry.n)
    for key, (cells, since) in held.items():
        keep(key, cells if cells is not None else content[key[0]][key[1]], since, None)
    return found


def _ranks(entries: Sequence[Entry], content: Content) -> dict[tuple[str, str], int]:
    """The place of each row in its table; of a removed one below the row that it stood below."""
    order = {table: list(rows) for table, rows in content.items()}
    for entry in reversed(entries):
        for change in reversed(entry.changes):
            names = order.setdefault(change.table, [])
            if change.after is None and change.id not in names:
                known = change.below is not None and (not change.below or change.below in names)
                at = (names.index(change.below) + 1 if change.below else 0) if known else len(names)
                names.insert(at, change.id)
    return {(table, ident): n for table, names in order.items() for n, ident in enumerate(names)}
