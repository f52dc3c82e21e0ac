"""The audit chain: every change ever made, in order, each entry holding the hash of the one before.

An entry is canonical JSON (RFC 8785); its ``hash`` is the SHA-256 of the entry without that field. The first
entry, ``start``, holds the digest of every row; each later one holds the rows that it changed, before and
after. So anybody can, offline, (1) recompute every hash, (2) replay the digests from the start, and (3)
compare them with the content. Changing, deleting, reordering or inserting an entry breaks (1); cutting the
end breaks (2) or (3); rewriting the whole chain breaks the checkpoints, which are signed (Ed25519, RFC 8032)
and name the root hash printed on every brief.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from milepost.errors import WrongUse
from milepost.results import Cell, Result, Rows
from milepost.store.content import Cells, Content, differences, digest, digests

NO_HASH = "0" * 64
Kind = Literal["start", "edit", "outside"]


class Damaged(WrongUse, ValueError):
    """A line of the chain that is no entry; ``why`` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"The audit chain is damaged: an entry cannot be read ({why}); 'milepost verify' tells which."
        )


@dataclass(frozen=True)
class RowChange:
    """One row as it was and as it is; None = it did not exist, or exists no more.

    ``below`` is the id of the row that a removed one stood below ("" = it was the first, None = not on
    record).
    """

    table: str
    id: str
    before: Cells | None
    after: Cells | None
    below: str | None = None

    @property
    def what(self) -> Literal["added", "changed", "removed"]:
        """added, changed or removed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True)
class Entry:
    """One entry of the chain. ``line`` is its canonical text."""

    n: int
    at: str
    by: str
    reason: str
    kind: Kind
    changes: tuple[RowChange, ...]
    previous: str
    hash: str
    line: str

    @property
    def when(self) -> dt.datetime:
        """When it was written, UTC."""
        return dt.datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Tampering:
    """One thing that does not hold: at which entry (0 = the whole) and what."""

    n: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.n}: {self.what}" if self.n else self.what


@dataclass(frozen=True)
class Logged:
    """One entry of the chain as it is read out: number, moment (UTC, to the second), who, why, what, hash."""

    entry: int
    at: str
    by: str
    reason: str
    what: str
    hash: str


class Log(Rows[Logged]):
    """The audit chain, an entry a row, oldest first."""

    heads: Sequence[str] = ("entry", "at", "by", "reason", "what", "hash")


@dataclass(frozen=True, repr=False)
class Verification(Result):
    """What verifying a chain gave. ``root`` is the hash of its last entry."""

    entries: int
    root: str
    checkpoints: int
    faults: tuple[Tampering, ...]
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost verify``."""
        return {
            "holds": self.holds,
            "entries": self.entries,
            "root": self.root,
            "checkpoints": self.checkpoints,
            "faults": [{"entry": f.n, "what": f.what} for f in self.faults],
            "remarks": list(self.remarks),
        }

    def headed(self) -> str:
        """Whether the chain holds, how long it is, and where it ends."""
        state = "holds" if self.holds else f"does NOT hold: {len(self.faults)} faults"
        return (
            f"The chain of {self.entries} entries {state}; {self.checkpoints} checkpoints; root "
            f"{self.root[:16]}."
        )

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a fault: at which entry, and what."""
        return ["entry", "what"], [[f.n, f.what] for f in self.faults]


def now() -> str:
    """This moment, UTC, to the microsecond, as entries write it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def start_entry(content: Content, by: str, reason: str, at: str | None = None) -> Entry:
    """The first entry of a chain: the digest of every row."""
    return _seal(
        {
            "n": 1,
            "at": at or now(),
            "by": by,
            "reason": reason,
            "kind": "start",
            "rows": digests(content),
            "previous": NO_HASH,
        }
    )


def next_entry(
    last_n: int,
    last_hash: str,
    changes: Sequence[RowChange],
    by: str,
    reason: str,
    kind: Kind = "edit",
    at: str | None = None,
) -> Entry:
    """The entry that follows."""
    body = {
        "n": last_n + 1,
        "at": at or now(),
        "by": by,
        "reason": reason,
        "kind": kind,
        "changes": [_written(c) for c in changes],
        "previous": last_hash,
    }
    return _seal(body)


def read_entry(line: str) -> Entry:
    """An entry from its text; raises ``Damaged`` when it is none."""
    return _entry(_body(line), line)


def start_rows(line: str) -> dict[str, dict[str, str]]:
    """The digests that the first entry holds, table by table; raises ``Damaged`` when it is no entry."""
    body = _body(line)
    _entry(body, line)
    return {table: dict(rows) for table, rows in body.get("rows", {}).items()}


def _body(line: str) -> dict[str, Any]:
    """What an entry or a checkpoint says; raises ``Damaged`` for anything that canonical JSON cannot hold."""
    try:
        body = json.loads(line, parse_constant=_no_number)
        if (
            "\\ud" in line or "\\uD" in line
        ):  # half a character, which no file can hold; canonical text writes none so
            json.dumps(body, ensure_ascii=False).encode()
    except RecursionError:
        raise Damaged("it is nested too deep") from None
    except UnicodeEncodeError:
        raise Damaged("it holds half a character") from None
    except ValueError as fault:
        raise Damaged(str(fault)) from None
    if not isinstance(body, dict):
        raise Damaged("not an object")
    return body


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _entry(body: Mapping[str, Any], line: str) -> Entry:
    try:
        texts = [body[name] for name in ("at", "by", "reason", "kind", "previous", "hash")]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a text")
        at, by, reason, kind, previous, digested = texts
        if type(body["n"]) is not int or not 0 < body["n"] < 2**53:
            raise TypeError("the number")
        if kind not in get_args(Kind):
            raise TypeError(f"the kind '{kind[:20]}'")
        if dt.datetime.fromisoformat(at).tzinfo is None:
            raise TypeError("the time zone")
        changes = tuple(_change(c) for c in body.get("changes", ()))
        rows = body.get("rows", {})
        if not isinstance(rows, dict) or any(_row(cells) is None for cells in rows.values()):
            raise TypeError("the list of rows")
    except KeyError as fault:
        raise Damaged(f"{fault} is missing") from None
    except (TypeError, AttributeError) as fault:
        raise Damaged(f"{fault} is missing or of the wrong kind") from None
    except ValueError as fault:
        raise Damaged(str(fault)) from None
    return Entry(body["n"], at, by, reason, kind, changes, previous, digested, line)


def _change(change: Mapping[str, Any]) -> RowChange:
    table, ident, below = change["table"], change["id"], change.get("below")
    if not isinstance(table, str) or not isinstance(ident, str) or not isinstance(below, str | None):
        raise TypeError("the row's name")
    return RowChange(table, ident, _row(change["before"]), _row(change["after"]), below)


def _written(change: RowChange) -> dict[str, Any]:
    body: dict[str, Any] = {
        "table": change.table,
        "id": change.id,
        "before": change.before,
        "after": change.after,
    }
    return body if change.below is None else {**body, "below": change.below}


def log(lines: Iterable[str], table: str = "", ident: str = "") -> Log:
    """The chain in lines; of one row if it is named, leaving out entries that did not touch it."""
    found = []
    for entry in map(read_entry, lines):
        mine = [c for c in entry.changes if not table or (c.table, c.id) == (table, ident)]
        if mine or not table:
            what = "; ".join(f"{c.what} {c.table} {c.id}" for c in mine) or entry.kind
            found.append(Logged(entry.n, entry.at[:19], entry.by, entry.reason, what, entry.hash))
    return Log(found, "entries")


def full_hash(lines: Iterable[str], printed: str) -> str:
    """The hash of the entry whose printed beginning is given; what was given if there is none."""
    for line in lines:
        try:
            found = str(json.loads(line)["hash"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if printed and found.startswith(printed):
            return found
    return printed


def verify(
    lines: Iterable[str],
    content: Content | None,
    checkpoints: Iterable[str] = (),
    *,
    root: str = "",
    public_key: str = "",
) -> Verification:
    """Everything that does not hold in a chain, located.

    ``content`` is the programme as it is now (None: the chain alone). ``root`` is a root hash printed on a
    brief, which the chain must contain. ``public_key`` (hexadecimal) is the key that must have signed the
    checkpoints.
    """
    walk = _Walk()
    for line in lines:
        walk.step(line)
    faults = walk.faults
    if not walk.hashes:
        faults.append(Tampering(0, "there is no chain: nothing was recorded"))
    elif content is not None:
        # 'programme' rows appear with each new release; a setting at its default is no change
        for table, ident, what in differences(walk.state, digests(content)):
            faults.append(
                Tampering(0, f"{table} {ident} was {what} after the last entry, and no entry says so")
            )
    if root and root not in walk.hashes:
        faults.append(
            Tampering(0, f"the root hash {root[:16]}... is not in the chain: it was cut or rewritten")
        )
    marks = 0
    for marks, line in enumerate(checkpoints, start=1):
        faults.extend(_checkpoint_faults(marks, line, walk.hashes, public_key))
    return Verification(len(walk.hashes), walk.previous, marks, tuple(faults), tuple(walk.remarks))


class _Walk:
    """A walk along a chain: the hash of each entry (empty where it cannot be read), the digests of the rows
    as the entries say, and what does not hold."""

    def __init__(self) -> None:
        self.faults: list[Tampering] = []
        self.remarks: list[str] = []
        self.state: dict[str, dict[str, str]] = {}
        self.previous = NO_HASH
        self.hashes: list[str] = []

    def step(self, line: str) -> None:
        """One more entry."""
        at = len(self.hashes) + 1
        try:
            body = _body(line)
            entry = _entry(body, line)
            canonical = rfc8785.dumps(body).decode()
        except (ValueError, RecursionError) as fault:
            self._fault(at, f"cannot be read ({_unreadable(fault)})")
            self.previous = ""
            self.hashes.append("")
            return
        self._chained(at, entry, body, canonical == line)
        self.previous = entry.hash
        self.hashes.append(entry.hash)
        if entry.kind == "start":
            self.state = {t: dict(rows) for t, rows in body.get("rows", {}).items()}
            return
        if entry.kind == "outside":
            self.remarks.append(
                f"entry {at} took over {len(entry.changes)} rows changed outside milepost, {entry.at[:10]}"
            )
        for change in entry.changes:
            self._changed(at, change, entry.kind)

    def _fault(self, at: int, what: str) -> None:
        self.faults.append(Tampering(at, what))

    def _chained(self, at: int, entry: Entry, body: dict[str, Any], canonical: bool) -> None:
        """Does the entry hold by itself, and follow from the one before it?"""
        if not canonical:
            self._fault(at, "is not canonical: its text was changed")
        elif _hash(body) != entry.hash:
            self._fault(at, "its content does not give its hash: a field was changed")
        if entry.n != at:
            gap = f"number {entry.n} stands at place {at}: entries were deleted, inserted or reordered"
            self._fault(at, gap)
        if self.previous and entry.previous != self.previous:
            self._fault(at, "does not follow from the entry before it")
        if (entry.kind == "start") != (at == 1):
            self._fault(at, "a chain has one start, at its beginning")

    def _changed(self, at: int, change: RowChange, kind: Kind) -> None:
        rows = self.state.setdefault(change.table, {})
        if rows.get(change.id) != _digest_before(change, kind):
            self._fault(at, f"{change.table} {change.id} was not as it says before the change")
        if change.after is None:
            rows.pop(change.id, None)
        else:
            rows[change.id] = digest(change.after)


def _unreadable(fault: Exception) -> object:
    if isinstance(fault, Damaged):
        return fault.why
    return "nested too deep" if isinstance(fault, RecursionError) else fault


def new_key() -> tuple[bytes, str]:
    """A new signing key: its PEM text (keep it secret) and its public key, hexadecimal."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, _public(key)


def checkpoint(entry: Entry, fingerprint: str, pem: bytes, at: str | None = None) -> str:
    """A signed statement that the chain stood at this entry: canonical JSON. Raises ``WrongUse`` for a bad
    key."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise WrongUse(
            "The key file holds no Ed25519 key in PEM; make one with 'milepost sign --new-key FILE'."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongUse("The key is not an Ed25519 key; make one with 'milepost sign --new-key FILE'.")
    body: dict[str, Any] = {
        "n": entry.n,
        "root": entry.hash,
        "fingerprint": fingerprint,
        "at": at or now(),
        "key": _public(key),
    }
    return rfc8785.dumps({**body, "signature": key.sign(rfc8785.dumps(body)).hex()}).decode()


def undo(content: Content, entries: Sequence[Entry]) -> Content:
    """The content as it was before the given entries, which must be the last ones.

    Raises ``WrongUse`` where rows were changed outside milepost, since what they were is not on record.
    """
    past = {table: dict(rows) for table, rows in content.items()}
    for entry in reversed(entries):
        if entry.kind == "outside" and any(
            c.before is None or "digest" in c.before for c in entry.changes if c.what != "added"
        ):
            raise WrongUse(
                f"Entry {entry.n} took over rows changed outside milepost; what they were before is not on "
                "record."
            )
        for change in reversed(entry.changes):
            rows = past.setdefault(change.table, {})
            if change.before is None:
                rows.pop(change.id, None)
            else:
                past[change.table] = _back(rows, change)
    return past


def _row(cells: Any) -> Cells | None:
    if cells is None or (isinstance(cells, dict) and all(isinstance(v, str) for v in cells.values())):
        return cells
    raise TypeError("a row")


def _digest_before(change: RowChange, kind: Kind) -> str | None:
    """Digest of the row before; of a row that was changed by hand nothing else may be on record."""
    if change.before is None:
        return None
    known = kind == "outside" and set(change.before) == {"digest"}
    return change.before["digest"] if known else digest(change.before)


def _back(rows: dict[str, Cells], change: RowChange) -> dict[str, Cells]:
    """Rows with a removed one again, at its place where that is on record."""
    assert change.before is not None
    row = {change.id: dict(change.before)}
    if change.below is None or change.id in rows or (change.below and change.below not in rows):
        return rows | row
    names = list(rows)
    at = names.index(change.below) + 1 if change.below else 0
    return {name: rows[name] for name in names[:at]} | row | {name: rows[name] for name in names[at:]}


def _seal(body: dict[str, Any]) -> Entry:
    sealed = {**body, "hash": _hash(body)}
    return read_entry(rfc8785.dumps(sealed).decode())


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps({k: v for k, v in body.items() if k != "hash"})).hexdigest()


def _public(key: Any) -> str:
    return key.public_key().public_bytes_raw().hex()  # type: ignore[no-any-return]


def _checkpoint_faults(number: int, line: str, hashes: list[str], public_key: str) -> Iterable[Tampering]:
    try:
        body = _body(line)
        n, root, key, signature = int(body["n"]), body["root"], body["key"], bytes.fromhex(body["signature"])
        signed = rfc8785.dumps({k: v for k, v in body.items() if k != "signature"})
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, signed)
    except InvalidSignature:
        yield Tampering(0, f"checkpoint {number}: its signature does not hold")
        return
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
        why = fault.why if isinstance(fault, Damaged) else type(fault).__name__
        yield Tampering(0, f"checkpoint {number} cannot be read ({why})")
        return
    if public_key and key != public_key:
        yield Tampering(0, f"checkpoint {number} was signed by another key ({key[:16]}...)")
    if n > len(hashes):
        yield Tampering(
            len(hashes), f"the chain ends here; checkpoint {number} saw {n} entries: the end was cut"
        )
    elif n < 1 or hashes[n - 1] != root:
        yield Tampering(
            max(n, 0), f"is not the entry that checkpoint {number} signed: the chain was rewritten"
        )
