"""A folder at one moment: its files and its chain as they stand together, whoever writes meanwhile.

Nothing is locked and nothing is written. A change that stands in the journal counts as made, and is read from
there; if a writer was faster, it is looked again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from milepost.errors import Unavailable
from milepost.records import TABLES
from milepost.store import journal
from milepost.store.journal import CHAIN, CHECKPOINTS, JOURNAL
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE

READ = frozenset((SETTINGS_FILE, POLICY_FILE, *(f"{table}.csv" for table in TABLES)))
_NAMES = tuple(sorted(READ))
TRIES = 40
Raw = bytes | OSError  # a file's bytes, or why they cannot be read
Of = tuple[int, int, int]  # inode, size in bytes, time of the last change in nanoseconds


@dataclass(frozen=True)
class Snapshot:
    """What stands in a ``folder``: ``names`` of all that lies there, bytes of the files that are read, the
    chain with what the journal adds to it, signed checkpoints.

    ``cut_off``: a change stands in the journal, and its files have not all been written. ``by_hand``: files
    that somebody changed since then.
    """

    folder: Path
    names: frozenset[str]
    files: Mapping[str, Raw]
    chain: bytes
    added: tuple[str, ...]
    marks: bytes
    cut_off: bool
    by_hand: tuple[str, ...]

    def lines(self) -> list[str]:
        """The chain, entry by entry. Raises ``Unavailable`` where it is no text."""
        return [*_lines(self.chain, CHAIN), *self.added]

    def checkpoints(self) -> list[str]:
        """The signed checkpoints, oldest first. Raises ``Unavailable`` where they are no text."""
        return _lines(self.marks, CHECKPOINTS)

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of how it stands, in sentences."""
        if not self.cut_off:
            return ()
        n = len(self.added)
        what = f"the last {n} entries" if n > 1 else "the last entry" if n else "the last checkpoint"
        return (
            f"a writer was cut off: {what} of the chain stand{'' if n > 1 else 's'} in '{JOURNAL}' and "
            f"{'are' if n > 1 else 'is'} read from there; the next one to write puts it into the files",
        )


def look(folder: Path, *, tables: bool = True, chain: bool = True) -> Snapshot:
    """The folder as it stands; without ``tables`` its chain and checkpoints only, and without ``chain`` all
    but these. Raises ``Unavailable`` for a damaged journal."""
    for again in range(TRIES):
        before = _stamp(folder)
        found = _look(folder, tables=tables, chained=chain)
        if _stamp(folder) == before:
            return found
        time.sleep(0.002 * again)
    with journal.locked(folder):  # so busy that only a turn of one's own helps
        return _look(folder, tables=tables, chained=chain)


class Stamp(NamedTuple):
    """Inode, size and time of the journal, the chain and the checkpoints, of every table and setting, and the
    names of all that is not hidden."""

    journal: Of | None
    chain: Of | None
    checkpoints: Of | None
    names: frozenset[str]
    files: tuple[tuple[str, Of], ...]


def stamp(folder: Path) -> Stamp:
    """Something that is another one when anything that is read of a folder may have changed."""
    names = frozenset(name for name in os.listdir(folder) if not name.startswith("."))
    there = (name for name in _NAMES if name in names)
    files = tuple((name, found) for name in there if (found := _of(folder, name)) is not None)
    return Stamp(*_stamp(folder), names, files)


def _look(folder: Path, *, tables: bool, chained: bool) -> Snapshot:
    change = journal.standing(folder)
    names = frozenset(p.name for p in folder.iterdir())
    made = dict(change.files) if change else {}
    files: dict[str, Raw] = {}
    by_hand = []
    grown = change.added if change else {}
    for name in sorted(READ & {*names, *made, *grown} if tables else ()):
        raw = _raw(folder / name)
        if change and name in made:
            if change.by_hand(name, raw if isinstance(raw, bytes) else None):
                by_hand.append(name)
            raw = made[name].encode()
        if name in grown and not isinstance(raw, OSError):
            raw = grown[name].after(name, raw)
        if raw is not None:
            files[name] = raw
    chain, marks = (_raw(folder / name) if chained else None for name in (CHAIN, CHECKPOINTS))
    for name, found in ((CHAIN, chain), (CHECKPOINTS, marks)):
        if isinstance(found, OSError):
            raise Unavailable(f"'{name}' in '{folder}' cannot be read: {found.strerror}.")
    assert not isinstance(chain, OSError)
    assert not isinstance(marks, OSError)
    chain = (chain or b"")[: change.chain_size] if change else chain or b""
    marks = made[CHECKPOINTS].encode() if CHECKPOINTS in made else marks or b""
    added = tuple(change.lines) if change else ()
    named = names | (READ & made.keys())
    return Snapshot(folder, named, files, chain, added, marks, change is not None, tuple(by_hand))


def _raw(file: Path) -> Raw | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        return fault


def _stamp(folder: Path) -> tuple[Of | None, Of | None, Of | None]:
    """Every change goes through the journal and ends in the chain or the checkpoints."""
    return _of(folder, JOURNAL), _of(folder, CHAIN), _of(folder, CHECKPOINTS)


def _of(folder: Path, name: str) -> Of | None:
    try:
        found = os.stat(f"{folder}/{name}")  # forty of them at every look
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _lines(raw: bytes, name: str) -> list[str]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unavailable(f"'{name}' is not UTF-8 text: the file is damaged.") from None
    return [line for line in text.split("\n") if line]
