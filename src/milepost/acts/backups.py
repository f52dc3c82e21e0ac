"""A backup of a register in one file while others write, and a register out of one; each tried before it
counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import milepost
from milepost.acts.programmes import exists
from milepost.acts.writing import Written
from milepost.errors import MilepostError, Unavailable, WrongUse
from milepost.files import write_whole
from milepost.store.backup import (
    Manifest,
    Whole,
    differences,
    gathered,
    note_of,
    opened,
    restore_into,
    write_backup,
)
from milepost.store.documents import FOLDERS
from milepost.store.stores import open_store

ACCOUNTS = "accounts.json"


@dataclass(frozen=True, repr=False)
class BackedUp(Written):
    """A backup: which file, of how many bytes, made by which milepost when, of which kind of store; how many
    entries, rows and documents are in it, and the hash of the last entry; was it restored for a trial and
    found the same?"""

    backup: str
    bytes: int
    milepost: str
    made: str
    store: str
    entries: int
    root: str
    rows: int
    documents: int
    accounts: bool
    verified: bool
    remarks: tuple[str, ...] = ()

    def headed(self) -> str:
        """What was kept where."""
        tried = "restored for a trial: the same" if self.verified else "not tried"
        return (
            f"Backed up {self.rows:,} rows, {self.entries:,} entries and {self.documents:,} documents into "
            f"{self.backup} ({self.bytes / 1e6:.1f} MB; {tried}). Root {self.root[:16] or 'none'}."
        )


@dataclass(frozen=True, repr=False)
class Restored(Written):
    """A register that came out of a backup: where it is, and what is in it; was it compared with the
    backup?"""

    target: str
    backup: str
    milepost: str
    made: str
    entries: int
    root: str
    rows: int
    documents: int
    accounts: bool
    verified: bool
    remarks: tuple[str, ...] = ()

    def headed(self) -> str:
        """What came from when."""
        tried = "compared: the same" if self.verified else "not compared"
        return (
            f"Restored {self.rows:,} rows, {self.entries:,} entries and {self.documents:,} documents of "
            f"{self.made} into {self.target} ({tried}). Root {self.root[:16] or 'none'}."
        )


def back_up(
    programme: str | Path,
    file: Path,
    *,
    documents: Path | None = None,
    accounts: bytes | None = None,
    check: bool = True,
) -> BackedUp:
    """Write a register as it stands now into a new file, whoever writes meanwhile; with ``check`` it is
    restored for a trial and compared first. ``accounts``: what :meth:`milepost.web.people.People.dump`
    gives.

    Raises ``WrongUse`` if something stands there, ``Unavailable`` where the backup does not come back the
    same.
    """
    if file.exists():
        raise WrongUse(f"'{file}' exists; choose another name.")
    whole = gathered(programme, documents)
    beside = {} if accounts is None else {ACCOUNTS: accounts}
    made = write_backup(whole, file, milepost.__version__, beside, check=check)
    _note(programme, file, made)
    return BackedUp(
        str(file),
        file.stat().st_size,
        made.milepost,
        made.made,
        made.store,
        made.entries,
        made.root,
        made.rows,
        len(made.names(*FOLDERS)),
        accounts is not None,
        check,
        made.remarks,
    )


def _note(programme: str | Path, file: Path, made: Manifest) -> None:
    """When the last backup was made, for ``milepost doctor``."""
    if (note := note_of(programme)) is not None:
        with suppress(WrongUse):  # a programme that can only be read
            write_whole(note, json.dumps({"made": made.made, "file": str(file.absolute())}).encode())


def restore(
    file: Path,
    target: str,
    *,
    documents: Path | None = None,
    load_accounts: Callable[[bytes], object] | None = None,
    check: bool = True,
) -> Restored:
    """A backup as a new programme: a folder, an SQLite file or an empty PostgreSQL database. With ``check``
    it is compared with the backup then.

    Raises ``WrongUse`` if something stands there, for a file that is no backup or a damaged one, and for one
    that a newer milepost made; nothing is written then.
    """
    with opened(file) as backup:
        backup.check()
        made = backup.manifest
        if exists(target):
            raise WrongUse(f"'{open_store(target).name}' exists; choose another name.")
        held = f"beside/{ACCOUNTS}" in made.parts
        if load_accounts is not None and not held:
            raise WrongUse(f"'{file}' holds no accounts; leave out --people.")
        told = restore_into(backup, target, documents)
        if check:
            whole = backup.whole()
            found = next(iter(differences(Whole(whole.store, whole.held, whole.files), backup, target)), "")
            if found:
                raise Unavailable(f"What was restored into '{target}' is not what was backed up ({found}).")
        if load_accounts is not None:
            load_accounts(backup.part(f"beside/{ACCOUNTS}"))
        elif held:
            told = (*told, "the accounts in it were not restored: --people FILE-OR-URL says where they go")
    head = open_store(target).head()
    return Restored(
        open_store(target).name,
        str(file),
        made.milepost,
        made.made,
        head[0],
        head[1],
        made.rows,
        len(made.names(*FOLDERS)),
        held and load_accounts is not None,
        check,
        told,
    )


def last_backup(programme: str | Path, folder: Path | None = None) -> tuple[str, Path] | None:
    """When the last backup was made and which file it is: of a folder of backups the newest that can be
    read, else what was noted beside the programme. None if none is known."""
    if folder is not None:
        found = [(made.made, file) for file in sorted(folder.iterdir()) if (made := _read(file)) is not None]
        return max(found, default=None)
    note = note_of(programme)
    try:
        body: Mapping[str, str] = json.loads(note.read_bytes()) if note is not None else {}
        return str(body["made"]), Path(body["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(file: Path) -> Manifest | None:
    if not file.is_file():
        return None
    with suppress(MilepostError), opened(file) as backup:
        return backup.manifest
    return None
