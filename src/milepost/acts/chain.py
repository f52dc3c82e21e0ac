"""The audit chain itself: begun or caught up with what was changed by hand, signed, and its database brought
to this release's schema."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from milepost.acts.persons import Person
from milepost.acts.writing import Written
from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.store.changes import Entry, now
from milepost.store.checkpoints import checkpoint, new_key, pinned_keys, public_key
from milepost.store.stores import NO_CHAIN, Folder, open_store
from milepost.store.verification import note_of, verify


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
    """A checkpoint: which entry was signed, its root hash, and by which public key (hexadecimal); ``pinned``
    is the key that the chain trusts from this entry on ("" = that did not change)."""

    entry: int
    root: str
    public_key: str
    pinned: str = ""

    def headed(self) -> str:
        """What was signed with what."""
        more = f" From now on the chain trusts {self.pinned}." if self.pinned else ""
        return f"Signed entry {self.entry}, root {self.root[:16]}; public key {self.public_key}.{more}"


@dataclass(frozen=True, repr=False)
class Noted(Written):
    """What a witness noted: number and hash of the last entry, in which file, and how many notes it holds."""

    entry: int
    root: str
    witness: str
    notes: int

    def headed(self) -> str:
        """What was noted where."""
        return f"Noted entry {self.entry}, root {self.root[:16]}, in {self.witness} ({self.notes} notes)."


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


def sign(
    path: str | Path, key: Path, *, make_key: bool = False, pin: bool = False, follower: Path | None = None
) -> Signed:
    """Sign where the chain stands (Ed25519): afterwards it cannot be rewritten unnoticed.

    ``make_key``: the key file is made first, readable by its owner only. ``pin``: the key becomes the one
    that the chain trusts, if it trusts none yet. ``follower``: a key file whose key is to sign from now on;
    the entry that says so is signed by the old key.

    Raises ``WrongUse`` without a chain or a key, and for a key that the chain does not trust; ``BadData``
    where the programme cannot be read.
    """
    store = open_store(path)
    lines = store.lines()
    if not lines:
        raise WrongUse(NO_CHAIN)
    if make_key:
        _write_key(key)
    text, pinned = _key_text(key), pinned_keys(lines)
    mine = public_key(text)
    if pinned and mine not in pinned:
        raise WrongUse(
            f"The chain trusts the key {pinned[-1][:16]}..., and this is {mine[:16]}.... Sign with that one; "
            "'--next FILE' hands over to another."
        )
    pins = mine if pin and not pinned else public_key(_key_text(follower)) if follower else ""

    def make(entry: Entry, fingerprint: str, previous: str) -> str:
        return checkpoint(entry, fingerprint, text, previous=previous)

    body = json.loads(store.sign(make, pins=pins, by="signer", reason=f"key {pins[:16]}" if pins else ""))
    return Signed(body["n"], body["root"], body["key"], pins)


def note(path: str | Path, file: Path) -> Noted:
    """Note where the chain stands in a file that another party keeps, after all that was noted before was
    found in it. Raises ``WrongUse`` if something was not: it was rewritten or rolled back."""
    held = open_store(path).snapshot()
    if not held.lines:
        raise WrongUse(NO_CHAIN)
    notes = notes_of(file) if file.exists() else ()
    found = verify(held.lines, None, held.checkpoints, witness=notes)
    if found.faults:
        raise WrongUse(
            f"Nothing was noted: {found.faults[0]}. 'milepost verify ... --witness {file}' tells all."
        )
    line = note_of(held.lines, held.checkpoints, now())
    new, last = json.loads(line), json.loads(notes[-1]) if notes else {}
    if any(new[name] != last.get(name) for name in ("n", "root", "checkpoint")):
        notes = (*notes, line)
        write_whole(file, "".join(f"{one}\n" for one in notes).encode())
    return Noted(new["n"], new["root"], str(file), len(notes))


def notes_of(file: Path) -> tuple[str, ...]:
    """The notes of a witness, a line each. Raises ``WrongUse`` for a file that cannot be read."""
    try:
        return tuple(line for line in file.read_text(encoding="utf-8").split("\n") if line)
    except (OSError, UnicodeDecodeError) as fault:
        why = getattr(fault, "strerror", None) or "it is not UTF-8 text"
        raise WrongUse(f"Cannot read the witness '{file}': {why}.") from None


def upgrade(path: str | Path) -> Upgraded:
    """Bring the schema of a database to this release's; a folder has none."""
    store = open_store(path)
    store.upgrade()
    return Upgraded(store.name)


def _key_text(key: Path) -> bytes:
    try:
        return key.read_bytes()
    except OSError as fault:
        raise WrongUse(f"Cannot read the key '{key}': {fault.strerror}; --new-key makes one.") from None


def _write_key(key: Path) -> None:
    pem, _ = new_key()
    try:
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise WrongUse(f"Cannot make the key '{key}': {fault.strerror}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
