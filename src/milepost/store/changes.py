"""The audit chain: every change ever made, in order, each entry holding the hash of the one before.

An entry is canonical JSON (RFC 8785); its ``hash`` is the SHA-256 of the entry without that field. The first
entry, ``start``, holds the digest of every row; each later one holds the rows that it changed, before and
after. So anybody can, offline, (1) recompute every hash, (2) replay the digests from the start, and (3)
compare them with the content (:mod:`milepost.store.verification`). Changing, deleting, reordering or
inserting an entry breaks (1); cutting the end breaks (2) or (3); rewriting the whole chain breaks the signed
checkpoints (:mod:`milepost.store.checkpoints`), and the root hash printed on every brief.

An entry may say more than rows: which checkpoint was the last when it was written, which key is to sign from
now on (``pins``), rows that somebody proposes, and the number of the proposal that it ``decides``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import rfc8785

from milepost.errors import WrongUse
from milepost.results import Rows
from milepost.store.content import Cells, Content, differences, digest, digests, digests_beside

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
    """One entry of the chain. ``line`` is its canonical text.

    ``checkpoint`` is the SHA-256 of the last checkpoint when it was written ("" = there was none, or an older
    release wrote it); ``pins`` a public key that is to sign from here on; ``proposed`` rows that wait for
    another person; ``decides`` the number of the proposal that the entry grants or refuses (0: of none).
    """

    n: int
    at: str
    by: str
    reason: str
    kind: Kind
    changes: tuple[RowChange, ...]
    previous: str
    hash: str
    line: str
    checkpoint: str = ""
    pins: str = ""
    proposed: tuple[RowChange, ...] = ()
    decides: int = 0
    granted: bool = False

    @property
    def when(self) -> dt.datetime:
        """When it was written, UTC."""
        return dt.datetime.fromisoformat(self.at)


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
    more: Mapping[str, Any] | None = None,
) -> Entry:
    """The entry that follows. ``more``: what it says besides rows, by the names that :class:`Entry` has."""
    said = {name: value for name, value in (more or {}).items() if value}
    if "proposed" in said:
        said["proposed"] = [_written(c) for c in said["proposed"]]
    body = {
        **said,
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
    return entry_of(body_of(line), line)


def start_rows(line: str) -> dict[str, dict[str, str]]:
    """The digests that the first entry holds, table by table; raises ``Damaged`` when it is no entry."""
    body = body_of(line)
    entry_of(body, line)
    return {table: dict(rows) for table, rows in body.get("rows", {}).items()}


def body_of(line: str) -> dict[str, Any]:
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


def entry_of(body: Mapping[str, Any], line: str) -> Entry:
    """An entry from what its line says; raises ``Damaged`` when it is none."""
    try:
        texts = [body[name] for name in ("at", "by", "reason", "kind", "previous", "hash")]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a text")
        at, by, reason, kind, previous, digested = texts
        if type(body["n"]) is not int or not 0 < body["n"] < 2**53:
            raise TypeError("the number")
        if kind not in get_args(Kind):
            raise ValueError(f"the kind '{kind[:20]}' is unknown here; a newer milepost may have written it")
        if dt.datetime.fromisoformat(at).tzinfo is None:
            raise TypeError("the time zone")
        changes = tuple(_change(c) for c in body.get("changes", ()))
        rows = body.get("rows", {})
        if not isinstance(rows, dict) or any(_row(cells) is None for cells in rows.values()):
            raise TypeError("the list of rows")
        said = _said(body)
    except KeyError as fault:
        raise Damaged(f"{fault} is missing") from None
    except (TypeError, AttributeError) as fault:
        raise Damaged(f"{fault} is missing or of the wrong kind") from None
    except ValueError as fault:
        raise Damaged(str(fault)) from None
    return Entry(body["n"], at, by, reason, kind, changes, previous, digested, line, **said)


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says besides rows."""
    said: dict[str, Any] = {name: body[name] for name in ("checkpoint", "pins") if name in body}
    if not all(isinstance(text, str) for text in said.values()):
        raise TypeError("the checkpoint or the key")
    decides, granted = body.get("decides", 0), body.get("granted", False)
    if type(decides) is not int or not 0 <= decides < 2**53 or not isinstance(granted, bool):
        raise TypeError("the decision")
    proposed = tuple(_change(c) for c in body.get("proposed", ()))
    return {**said, "proposed": proposed, "decides": decides, "granted": granted}


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
            what = "; ".join([*_besides(entry), *(f"{c.what} {c.table} {c.id}" for c in mine)]) or entry.kind
            found.append(Logged(entry.n, entry.at[:19], entry.by, entry.reason, what, entry.hash))
    return Log(found, "entries")


def _besides(entry: Entry) -> Iterable[str]:
    if entry.pins:
        yield f"key {entry.pins[:16]}"
    if entry.decides:
        yield f"{'granted' if entry.granted else 'refused'} proposal {entry.decides}"
    yield from (f"proposed: {c.what} {c.table} {c.id}" for c in entry.proposed)


def changed_outside(lines: Sequence[str], content: Content) -> tuple[RowChange, ...]:
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
    for table, ident, what in differences(state, digests_beside(state, content)):
        before = None if what == "added" else cells.get((table, ident), {"digest": state[table][ident]})
        after = None if what == "removed" else content[table][ident]
        found.append(RowChange(table, ident, before, after))
    return tuple(found)


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
    sealed = {**body, "hash": hash_of(body)}
    return read_entry(rfc8785.dumps(sealed).decode())


def hash_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of an entry without its own hash, hexadecimal."""
    return hashlib.sha256(rfc8785.dumps({k: v for k, v in body.items() if k != "hash"})).hexdigest()
