"""The audit chain itself: begun or caught up with what was changed by hand, signed, and its database brought
to this release's schema."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from milepost.acts.persons import Person
from milepost.acts.writing import Written
from milepost.errors import BadData, WrongUse
from milepost.store.changes import checkpoint, new_key, read_entry
from milepost.store.stores import Folder, open_store


@dataclass(frozen=True, repr=False)
class TakenOver(Written):
    """The entry that took over what was changed by hand (None: nothing was), and of how many rows."""

    entry: int | None
    rows: int
    hash: str | None

    def headed(self) -> str:
        """What happened to the chain."""
        if self.entry is None or self.hash is None:
            return "Nothing was changed since the last entry."
        if self.entry == 1:
            return f"The chain begins, {self.hash[:16]}."
        return f"{self.rows} rows taken over as entry {self.entry}, {self.hash[:16]}."


@dataclass(frozen=True, repr=False)
class Signed(Written):
    """A checkpoint: which entry was signed, its root hash, and by which public key (hexadecimal)."""

    entry: int
    root: str
    public_key: str

    def headed(self) -> str:
        """What was signed with what."""
        return f"Signed entry {self.entry}, root {self.root[:16]}; public key {self.public_key}."


@dataclass(frozen=True, repr=False)
class Upgraded(Written):
    """A store that has this release's schema."""

    store: str
    current: bool = True

    def headed(self) -> str:
        """Which store."""
        return f"{self.store} has this release's schema."


def take_over(path: str | Path, person: Person, reason: str) -> TakenOver:
    """Begin the chain of a folder, or record in it what was changed by hand since the last entry. Raises
    ``WrongUse`` for a store that nobody can change by hand."""
    if not person.signature.strip() or not reason.strip():
        raise WrongUse("Recording needs --by (who) and --reason (why).")
    store = open_store(path)
    if not isinstance(store, Folder) or not store.path.is_dir():
        raise WrongUse("Only a folder is changed by hand; a database records every change as it is made.")
    entry = store.take_over(by=person.signature, reason=reason)
    if entry is None:
        return TakenOver(None, 0, None)
    return TakenOver(entry.n, len(entry.changes), entry.hash)


def sign(path: str | Path, key: Path, *, make_key: bool = False) -> Signed:
    """Sign where the chain stands (Ed25519): afterwards it cannot be rewritten unnoticed.

    ``make_key``: the key file is made first, readable by its owner only. Raises ``WrongUse`` without a chain
    or a key, ``BadData`` where the programme cannot be read.
    """
    store = open_store(path)
    records, findings = store.read()
    if records is None:
        raise BadData(findings)
    lines = store.lines()
    if not lines:
        raise WrongUse("There is no chain yet; begin one with 'milepost record DIR --by WHO --reason WHY'.")
    if make_key:
        _write_key(key)
    try:
        text = key.read_bytes()
    except OSError as fault:
        raise WrongUse(f"Cannot read the key '{key}': {fault.strerror}; --new-key makes one.") from None
    mark = checkpoint(read_entry(lines[-1]), records.fingerprint, text)
    store.add_checkpoint(mark)
    body = json.loads(mark)
    return Signed(body["n"], body["root"], body["key"])


def upgrade(path: str | Path) -> Upgraded:
    """Bring the schema of a database to this release's; a folder has none."""
    store = open_store(path)
    store.upgrade()
    return Upgraded(store.name)


def _write_key(key: Path) -> None:
    pem, _ = new_key()
    try:
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise WrongUse(f"Cannot make the key '{key}': {fault.strerror}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
