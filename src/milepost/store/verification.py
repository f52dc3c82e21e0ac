"""Everything that does not hold in a register, located: its chain, checkpoints, rows and history.

What can be found rests on what one holds. The store alone shows every change behind its chain. A key from
elsewhere (a brief prints it) shows a chain that was rewritten up to its last checkpoint, or robbed of its
checkpoints; a root printed on paper, or the notes of a witness, shows also what was cut off or rewritten
after the last checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature

from milepost.errors import WrongUse
from milepost.results import Cell, Result
from milepost.store.changes import (
    NO_HASH,
    Damaged,
    Entry,
    Kind,
    RowChange,
    body_of,
    entry_of,
    hash_of,
)
from milepost.store.checkpoints import Checkpoint, must_be_digits, read_checkpoint
from milepost.store.content import Content, differences, digest, digests_beside, is_digest
from milepost.store.held import History


@dataclass(frozen=True)
class Tampering:
    """One thing that does not hold: at which entry (0 = the whole) and what."""

    n: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.n}: {self.what}" if self.n else self.what


@dataclass(frozen=True)
class Given:
    """What one holds besides the store: the beginning of a ``root`` hash that a brief prints, and of the
    public ``key``, 16 digits at least ("" = none); the notes of a ``witness``, a line each."""

    root: str = ""
    key: str = ""
    witness: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, what in (("root", "root hash"), ("key", "public key")):
            if getattr(self, name):
                object.__setattr__(self, name, must_be_digits(what, getattr(self, name)))


@dataclass(frozen=True, repr=False)
class Verification(Result):
    """What verifying a chain gave. ``root`` is the hash of its last entry; ``signed`` the number of the last
    entry that a trusted checkpoint covers; ``keys`` those that are trusted; ``matched`` the entry that a
    given root is, with its moment and whole hash (None: none was given, or none is)."""

    entries: int
    root: str
    checkpoints: int
    faults: tuple[Tampering, ...]
    remarks: tuple[str, ...]
    signed: int = 0
    keys: tuple[str, ...] = ()
    matched: tuple[int, str, str] | None = None

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost verify``."""
        found = self.matched
        return {
            "holds": self.holds,
            "entries": self.entries,
            "root": self.root,
            "checkpoints": self.checkpoints,
            "signed": self.signed,
            "keys": list(self.keys),
            "matched": {"entry": found[0], "at": found[1], "root": found[2]} if found else None,
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


def verify(
    lines: Iterable[str],
    content: Content | None,
    checkpoints: Iterable[str] = (),
    *,
    root: str = "",
    public_key: str = "",
    witness: Iterable[str] = (),
    history: History | None = None,
) -> Verification:
    """Everything that does not hold in a chain, located.

    ``content`` is the programme as it is now (None: the chain alone), ``history`` what a database keeps
    besides. ``root``, ``public_key`` and ``witness`` as in :class:`Given`. Raises ``WrongUse`` for a root or
    a key of fewer than 16 digits.
    """
    given = Given(root, public_key, tuple(witness))
    walk = Walk()
    for line in lines:
        walk.step(line)
    faults = walk.faults
    if not walk.hashes:
        faults.append(Tampering(0, "there is no chain: nothing was recorded"))
    elif content is not None:
        # 'programme' rows appear with each new release; a setting at its default is no change
        for table, ident, what in differences(walk.state, digests_beside(walk.state, content)):
            faults.append(
                Tampering(0, f"{table} {ident} was {what} after the last entry, and no entry says so")
            )
    matched = [n for n, found in enumerate(walk.hashes, 1) if given.root and found.startswith(given.root)]
    if given.root and not matched:
        faults.append(
            Tampering(0, f"the root hash {given.root[:16]}... is not in the chain: it was cut or rewritten")
        )
    marks = tuple(checkpoints)
    signed = _Signed(walk, marks, given.key)
    faults.extend(signed.faults())
    faults.extend(_witness_faults(walk, {m.digest for m in signed.marks}, given.witness))
    if history is not None:
        faults.extend(_history_faults(walk, history))
    at = matched[0] if matched else 0
    return Verification(
        len(walk.hashes),
        walk.previous,
        len(marks),
        tuple(faults),
        (*walk.remarks, *signed.remarks()),
        signed.covered,
        tuple(sorted(signed.trusted)),
        (at, walk.entries[at].at, walk.hashes[at - 1]) if at in walk.entries else None,
    )


@dataclass
class Walk:
    """A walk along a chain: the hash of each entry (empty where it cannot be read), the digests of the rows
    as the entries say, every version of each row, and what does not hold."""

    faults: list[Tampering] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    state: dict[str, dict[str, str]] = field(default_factory=dict)
    previous: str = NO_HASH
    hashes: list[str] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    versions: dict[tuple[str, str], list[tuple[int, int | None, str]]] = field(default_factory=dict)
    not_on_record: set[tuple[str, str, int]] = field(default_factory=set)

    def step(self, line: str) -> None:
        """One more entry."""
        at = len(self.hashes) + 1
        try:
            body = body_of(line)
            entry = entry_of(body, line)
            canonical = rfc8785.dumps(body).decode()
        except (ValueError, RecursionError) as fault:
            self._fault(at, f"cannot be read ({_unreadable(fault)})")
            self.previous = ""
            self.hashes.append("")
            return
        self._chained(at, entry, body, canonical == line)
        self.previous = entry.hash
        self.hashes.append(entry.hash)
        self.entries[at] = entry
        if entry.kind == "start":
            self.state = {t: dict(rows) for t, rows in body.get("rows", {}).items()}
            self.versions = {
                (t, i): [(at, None, d)] for t, rows in self.state.items() for i, d in rows.items()
            }
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
        elif hash_of(body) != entry.hash:
            self._fault(at, "its content does not give its hash: a field was changed")
        if entry.n != at:
            gap = f"number {entry.n} stands at place {at}: entries were deleted, inserted or reordered"
            self._fault(at, gap)
        if self.previous and entry.previous != self.previous:
            self._fault(at, "does not follow from the entry before it")
        if (entry.kind == "start") != (at == 1):
            self._fault(at, "a chain has one start, at its beginning")
        before = self.entries.get(at - 1)
        if before is not None and entry.when < before.when:
            self.remarks.append(f"entry {at} is dated before the one that it follows: a clock went back")

    def _changed(self, at: int, change: RowChange, kind: Kind) -> None:
        rows = self.state.setdefault(change.table, {})
        if not _was(rows.get(change.id), change, kind):
            self._fault(at, f"{change.table} {change.id} was not as it says before the change")
        versions = self.versions.setdefault((change.table, change.id), [])
        if versions and versions[-1][1] is None:
            begun, _, was = versions[-1]
            versions[-1] = (begun, at, was)
            if kind == "outside" and set(change.before or ()) == {"digest"}:
                self.not_on_record.add((change.table, change.id, begun))
        if change.after is None:
            rows.pop(change.id, None)
        else:
            rows[change.id] = digest(change.after)
            versions.append((at, None, rows[change.id]))


class _Signed:
    """The checkpoints of a chain: which hold, whose keys are trusted, and up to which entry they cover it."""

    def __init__(self, walk: Walk, lines: Sequence[str], given: str) -> None:
        self._walk, self._given = walk, given
        self._bad: list[Tampering] = []
        self.marks: list[Checkpoint] = []
        self._numbers: dict[str, int] = {}
        for number, line in enumerate(lines, start=1):
            try:
                mark = read_checkpoint(line)
            except InvalidSignature:
                self._bad.append(Tampering(0, f"checkpoint {number}: its signature does not hold"))
            except Damaged as fault:
                self._bad.append(Tampering(0, f"checkpoint {number} cannot be read ({fault.why})"))
            else:
                self.marks.append(mark)
                self._numbers[mark.digest] = number
        self._pins = [(n, entry.pins) for n, entry in sorted(walk.entries.items()) if entry.pins]
        self.trusted = self._trusted()

    @property
    def covered(self) -> int:
        """The last entry that a trusted checkpoint covers; 0 for none."""
        return max((m.n for m in self.marks if m.key in self.trusted and self._stands(m)), default=0)

    def faults(self) -> Iterable[Tampering]:
        """What does not hold."""
        yield from self._bad
        for number, mark in ((self._numbers[m.digest], m) for m in self.marks):
            if self._foreign(mark):
                yield Tampering(0, f"checkpoint {number} was signed by another key ({mark.key[:16]}...)")
            if mark.n > len(self._walk.hashes):
                end = len(self._walk.hashes)
                what = f"the chain ends here; checkpoint {number} saw {mark.n} entries: the end was cut"
                yield Tampering(end, what)
            elif not self._stands(mark):
                what = f"is not the entry that checkpoint {number} signed: the chain was rewritten"
                yield Tampering(max(mark.n, 0), what)
        yield from self._unchained()
        yield from self._unnamed()
        key = self._given or (self._pins[0][1] if self._pins else "")
        if key and not self.covered:
            whose = "the key given" if self._given else "the key that the chain pins"
            yield Tampering(
                0, f"no checkpoint was signed by {whose} ({key[:16]}...): they were removed or signed anew"
            )

    def remarks(self) -> Iterable[str]:
        """What a reader should know of what the checkpoints show."""
        if self.marks and not self._given and not self._pins:
            yield (
                f"signed by {', '.join(sorted(k[:16] for k in self.trusted))}; the chain pins no key, so "
                "compare this one with what you have from elsewhere"
            )
        after = len(self._walk.hashes) - self.covered
        if after and self.marks:
            yield (
                f"{after} {'entry is' if after == 1 else 'entries are'} later than the last checkpoint: "
                "only a root on paper or a witness shows a change of them"
            )

    def _stands(self, mark: Checkpoint) -> bool:
        return 0 < mark.n <= len(self._walk.hashes) and self._walk.hashes[mark.n - 1] == mark.root

    def _trusted(self) -> set[str]:
        """Keys that are trusted: the one given or first pinned, and what was pinned under their signature.
        Without either all that signed are taken as they are."""
        if self._given:
            known = {m.key for m in self.marks} | {key for _, key in self._pins}
            found = {key for key in known if key.startswith(self._given)}
        elif self._pins:
            found = {self._pins[0][1]}
        else:
            return {m.key for m in self.marks}
        while True:
            reach = max((m.n for m in self.marks if m.key in found and self._stands(m)), default=0)
            more = {key for n, key in self._pins if n <= reach}
            if more <= found:
                return found
            found |= more

    def _foreign(self, mark: Checkpoint) -> bool:
        """Signed by a key that is not trusted; before the first key was pinned anybody's may stand."""
        if mark.key in self.trusted:
            return False
        return bool(self._given) or not self._pins or mark.n >= self._pins[0][0]

    def _unchained(self) -> Iterable[Tampering]:
        """Each checkpoint follows from the one before it, once they are chained."""
        before: Checkpoint | None = None
        for mark in self.marks:
            number = self._numbers[mark.digest]
            late = before is not None and before.previous is not None
            if mark.previous is None and late:
                yield Tampering(0, f"checkpoint {number} names none before it: it was put in")
            elif mark.previous is not None and mark.previous != (before.digest if before else NO_HASH):
                what = "one was removed, put in or signed anew"
                yield Tampering(0, f"checkpoint {number} does not follow from the one before it: {what}")
            if before is not None and mark.n < before.n:
                yield Tampering(0, f"checkpoint {number} covers less than the one before it")
            before = mark

    def _unnamed(self) -> Iterable[Tampering]:
        """Each entry names the checkpoint that was the last when it was written."""
        for n, entry in sorted(self._walk.entries.items()):
            last = next((m for m in reversed(self.marks) if m.n < n), None)
            if entry.checkpoint and (last is None or entry.checkpoint != last.digest):
                what = "names a checkpoint that is gone: checkpoints were removed or signed anew"
                yield Tampering(n, what)
            elif last is not None and last.previous is not None and not entry.checkpoint:
                number = self._numbers[last.digest]
                yield Tampering(n, f"does not know of checkpoint {number}, which was put in later")


def note_of(lines: Sequence[str], checkpoints: Sequence[str], at: str) -> str:
    """What a witness keeps: number and hash of the last entry, how many checkpoints there are and the SHA-256
    of the last, and when; canonical JSON."""
    entry = entry_of(body_of(lines[-1]), lines[-1])
    marks = [read_checkpoint(line).digest for line in checkpoints[-1:]]
    body: dict[str, Any] = {
        "n": entry.n,
        "root": entry.hash,
        "checkpoint": marks[0] if marks else "",
        "at": at,
    }
    return rfc8785.dumps(body).decode()


def _witness_faults(walk: Walk, marks: set[str], notes: Iterable[str]) -> Iterable[Tampering]:
    for number, line in enumerate(notes, start=1):
        try:
            body = body_of(line)
            n, root, mark, at = body["n"], body["root"], body["checkpoint"], body["at"]
            if type(n) is not int or not all(isinstance(t, str) for t in (root, mark, at)):
                raise TypeError
        except (WrongUse, KeyError, TypeError):
            yield Tampering(0, f"line {number} of the witness cannot be read")
            continue
        if n > len(walk.hashes):
            what = f"the chain ends here; the witness saw {n} entries on {at[:10]}: it was rolled back or cut"
            yield Tampering(len(walk.hashes), what)
        elif n < 1 or walk.hashes[n - 1] != root:
            yield Tampering(max(n, 0), f"is not what the witness saw on {at[:10]}: the chain was rewritten")
        if mark and mark not in marks:
            yield Tampering(0, f"a checkpoint that the witness saw on {at[:10]} is gone")


def _history_faults(walk: Walk, history: History) -> Iterable[Tampering]:
    """What a database keeps besides the chain must say the same: it answers what was known on a day by it."""
    last = (len(walk.hashes), walk.previous)
    if history.head != last:
        n, root = history.head
        yield Tampering(
            0, f"the database's head says entry {n}, {root[:16]}, and the chain ends at {last[0]}"
        )
    for number, (n, at, found) in enumerate(history.index, start=1):
        entry = walk.entries.get(number)
        if entry is None:
            continue
        wrong = [
            name
            for name, mine, told in (
                ("number", n, entry.n),
                ("moment", at, entry.at),
                ("hash", found, entry.hash),
            )
            if mine != told
        ]
        if wrong:
            yield Tampering(number, f"stands in the database under another {' and '.join(wrong)}")
    for key in sorted({*walk.versions, *history.versions}):
        table, ident = key
        wanted, kept = walk.versions.get(key, []), list(history.versions.get(key, ()))
        known = [v for v in wanted if (table, ident, v[0]) not in walk.not_on_record or v in kept]
        if sorted(known, key=lambda v: v[0]) != sorted(kept, key=lambda v: v[0]):
            yield Tampering(
                0,
                f"the database's versions of {table} {ident} are not those of the chain: history was changed",
            )


def _was(known: str | None, change: RowChange, kind: Kind) -> bool:
    """Was the row what the change says that it was? Of one that was changed by hand nothing but its digest
    may be on record."""
    if change.before is None:
        return known is None
    if kind == "outside" and set(change.before) == {"digest"}:
        return known == change.before["digest"]
    return is_digest(known, change.table, change.before)


def _unreadable(fault: Exception) -> object:
    if isinstance(fault, Damaged):
        return fault.why
    return "nested too deep" if isinstance(fault, RecursionError) else fault
