"""What takes two persons, in two steps: one proposes rows, another agrees to them or does not.

A proposal is an entry of the audit chain that holds the rows as they would be and changes none. So it is
signed, goes wherever the chain goes, and cannot be altered; the entry that decides it names it. The rows are
written only if they still are what who proposed them saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from milepost.acts.persons import Person
from milepost.acts.rights import must_act, second_person
from milepost.acts.rows import Changed
from milepost.acts.writing import TRIES, Plan, Register, Written, must_sign, write
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.results import Cell
from milepost.store.changes import Entry, read_entry
from milepost.store.content import digest
from milepost.store.edits import Edit, HeadMoved
from milepost.store.stores import open_store

State = Literal["pending", "granted", "refused"]


@dataclass(frozen=True, repr=False)
class Proposal(Written):
    """Rows that one person proposes: under which ``number``, who, when and why, which rows, what would come
    out of them (told while they are proposed), and what became of them."""

    number: int
    by: str
    at: str
    reason: str
    rows: tuple[Changed, ...]
    outcomes: tuple[str, ...]
    state: State
    entry: int | None
    hash: str | None

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row each."""
        heads = ["proposal", "by", "state", "what", "table", "id"]
        return heads, [[self.number, self.by, self.state, r.what, r.table, r.id] for r in self.rows]


def propose(register: Register, person: Person, act: Callable[[Register], Any]) -> Proposal:
    """Put aside what an act of ``person`` would write, for another one to agree to.

    Raises ``WrongUse`` for what takes no second person, and whatever the act raises: a date moves and a
    report proves by their own steps.
    """
    put: list[Proposal] = []

    def aside(entry: Entry, outcomes: tuple[str, ...]) -> None:
        put.append(_told(entry, "pending", outcomes, entry))

    act(replace(register, aside=aside))
    if not put:
        raise WrongUse(f"Nothing differs, so {person.name or 'nobody'} has nothing to propose.")
    return put[0]


def agree(register: Register, person: Person, number: int, *, grant: bool, text: str = "") -> Proposal:
    """Agree to a proposal, by another person than who made it: its rows are written then; or refuse it.

    Raises ``Forbidden`` for who proposed it, ``LostRace`` if a row was changed since, ``WrongUse`` for a
    proposal that there is not or that is decided.
    """
    must_act(person, "agree")
    if not grant:
        return _refuse(register, person, number, text)

    def plan(_: Programme) -> Plan[Entry]:
        entry = _pending(register, person, number)
        edits = [Edit(c.table, c.id, c.after, digest(c.before) if c.before else None) for c in entry.proposed]
        return Plan(edits, text or f"agreed to proposal {number}: {entry.reason}", entry, decides=number)

    done, written = write(register, person, plan)
    return _told(done.about, "granted", (), written)


def proposals(register: Register) -> tuple[Proposal, ...]:
    """Every proposal on record, newest first."""
    entries = [read_entry(line) for line in _marked(register.lines())]
    decided = {e.decides: e for e in entries if e.decides}
    return tuple(
        _told(e, _state(decided.get(e.n)), (), decided.get(e.n) or e) for e in reversed(entries) if e.proposed
    )


def _refuse(register: Register, person: Person, number: int, text: str) -> Proposal:
    with register.turn():
        register.settle()
        for _ in range(TRIES):
            store = open_store(register.path)
            head = store.head()[0]
            entry = _pending(register, person, number)
            reason = text or f"refused proposal {number}: {entry.reason}"
            must_sign(person, reason)
            said = {"decides": number}
            try:
                done = store.write_changes((), by=person.signature, reason=reason, head=head, more=said)
            except HeadMoved:
                continue
            return _told(entry, "refused", (), done)
    raise WrongUse("Too many others are writing; nothing was written. Try again.")


def _pending(register: Register, person: Person, number: int) -> Entry:
    entries = [read_entry(line) for line in _marked(register.lines())]
    found = next((e for e in entries if e.n == number and e.proposed), None)
    if found is None:
        raise WrongUse(f"There is no proposal {number}.")
    second_person(person, [found.by])
    if any(e.decides == number for e in entries):
        raise WrongUse(f"Proposal {number} is decided already.")
    return found


def _marked(lines: Iterable[str]) -> Iterable[str]:
    """Entries that propose or decide; the others are not read."""
    return (line for line in lines if '"proposed"' in line or '"decides"' in line)


def _state(decided: Entry | None) -> State:
    return "pending" if decided is None else "granted" if decided.granted else "refused"


def _told(entry: Entry, state: State, outcomes: tuple[str, ...], last: Entry | None) -> Proposal:
    rows = tuple(Changed(c.table, c.id, c.what) for c in entry.proposed)
    n, found = (last.n, last.hash) if last else (None, None)
    return Proposal(entry.n, entry.by, entry.at, entry.reason, rows, outcomes, state, n, found)
