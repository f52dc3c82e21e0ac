"""The one way to write: read, plan, compute the changes, check what comes out, write; again if somebody was
faster.

An act gives a plan: a function from the programme as it is now to the rows that the act writes. So whatever
rests on the other rows (an id, a number, who wrote a row before) is found anew when the chain has grown in
between. The changes are computed once a try, against those rows; the store writes them if nothing has moved.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from milepost.acts.persons import Person
from milepost.acts.rights import TakesTwo, must_be_two
from milepost.errors import BadData, Finding, MilepostError, Unavailable, WrongUse
from milepost.programme import Programme
from milepost.records import Records
from milepost.results import Cell, Result, plain
from milepost.store.changes import Entry, RowChange, read_entry
from milepost.store.content import MODELS
from milepost.store.deltas import cells_at, records_after
from milepost.store.edits import Edit, HeadMoved, row_changes
from milepost.store.stores import Store, open_store, written_on

TRIES = 50
# tables whose rows decide which dates count, what is proved, and on which terms a promise stands
_PROVING = frozenset(
    {
        "evidence",
        "date_changes",
        "date_requests",
        "commitments",
        "milestones",
        "effects",
        "params",
        *MODELS,
    }
)
T = TypeVar("T")


@dataclass(frozen=True)
class ToWrite:
    """Changes that were planned and checked on the records ``before``, at entry ``head`` of the chain;
    ``more`` as in :func:`milepost.store.changes.next_entry`."""

    changes: tuple[RowChange, ...]
    by: str
    reason: str
    more: Mapping[str, Any]
    head: int
    before: Records
    after: Records


Wait = Callable[[], Entry]


@dataclass(frozen=True)
class Register:
    """The register that is written to: its store, and what a server holds of it in memory.

    ``held`` gives a programme without faults of reading and the number of the chain's entry up to which it
    was read, or None: while that is still the last entry, the store is not read again. ``turn`` is entered
    while an act writes: who would lose the race for the chain waits instead. ``aside`` (None: nobody
    proposes) is told the entry in which rows wait for a second person, and what would come out of them.
    ``wrote`` is told the entry and the records as they stand after it, where nothing else was written with
    it. ``later`` takes what is to be written in one's turn, and gives how to wait for its entry outside of it
    (None: it is written in the turn); ``settle`` waits until all that was taken is written. ``dry``:
    everything is checked, and nothing written.
    """

    path: str | Path
    held: Callable[[], tuple[int, Programme] | None] = lambda: None
    turn: Callable[[], AbstractContextManager[Any]] = nullcontext
    aside: Callable[[Entry, tuple[str, ...]], None] | None = None
    wrote: Callable[[Entry, Records], None] = lambda _entry, _records: None
    later: Callable[[ToWrite], Wait] | None = None
    settle: Callable[[], None] = lambda: None
    dry: bool = False

    def now(self) -> tuple[int, Programme]:
        """Number of the last entry and the programme as it is. Raises ``BadData`` if it cannot be read
        whole."""
        store = open_store(self.path)
        head = store.head()[0]
        held = self.held()
        if held is not None and held[0] == head:
            return held
        return head, _read(store, self.path)

    def stands_at(self, head: int) -> bool:
        """Is that still the number of the last entry?"""
        return open_store(self.path).head()[0] == head

    def lines(self) -> list[str]:
        """The chain, entry by entry, with all that was planned before."""
        self.settle()
        return open_store(self.path).lines()

    def writers(self, table: str, ident: str) -> Iterable[str]:
        """Everybody who ever wrote a row, by the chain; nobody if it was there from the start."""
        named = json.dumps(ident, ensure_ascii=False)  # an entry that does not name it need not be read
        for line in self.lines():
            entry = read_entry(line) if named in line else None
            if entry and any(c.table == table and c.id == ident for c in entry.changes):
                yield entry.by


@dataclass(frozen=True)
class Plan(Generic[T]):
    """What an act writes: rows, and why. ``about``: what its answer says besides. ``two``: a second person
    stands behind it already. ``step``: a programme that cannot be valued yet need not become one that can.
    ``decides``: the number of the proposal that these rows are, to which a second person has agreed."""

    edits: Sequence[Edit]
    reason: str
    about: T
    two: bool = False
    step: bool = False
    decides: int = 0


@dataclass(frozen=True, repr=False)
class Written(Result):
    """What an act did. Its fields are its answer; ``entry`` and ``hash`` (None: nothing differed) are those
    of the chain."""

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values: the same for ``--json`` and for the API."""
        return {name: plain(value) for name, value in vars(self).items()}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """One row."""
        facts = self.as_dict()
        return list(facts), [["; ".join(v) if isinstance(v, list) else v for v in facts.values()]]

    def headed(self) -> str:
        """Where the chain holds it."""
        facts = self.as_dict()
        if facts.get("entry") is None:
            return "Nothing differs; nothing was written."
        return f"Recorded as entry {facts['entry']} of the chain, {facts['hash'][:16]}."


def must_sign(person: Person, reason: str) -> None:
    """Raises ``WrongUse`` where nobody signs a change, or gives no reason."""
    if not person.signature.strip() or not reason.strip():
        raise WrongUse("A change needs --by (who) and --reason (why); both are recorded.")


def write(
    register: Register, person: Person, plan: Callable[[Programme], Plan[T]]
) -> tuple[Plan[T], Entry | None]:
    """Do what an act plans, whole or not at all. The plan that was carried out, and its entry of the chain
    (None if nothing differs).

    Raises ``BadData`` with the findings that the rows would bring, ``LostRace`` with the rows as they are
    now, ``Forbidden`` for what takes two persons; nothing is written then.
    """
    for n in range(TRIES):
        with register.turn():
            planned, entry = _in_turn(register, person, plan, again=n > 0)
        if entry is None or isinstance(entry, Entry):
            return planned, entry
        with suppress(HeadMoved):  # it was planned on what was not written after all
            return planned, entry()
    raise _crowd()


def _crowd() -> Unavailable:
    crowd = "Too many others are writing; nothing was written. Try again."
    return Unavailable(crowd, crowd)


def _in_turn(
    register: Register, person: Person, plan: Callable[[Programme], Plan[T]], *, again: bool
) -> tuple[Plan[T], Entry | Wait | None]:
    """Do it while nobody else of this server does; ``again``: what was in memory was not how it stands."""
    for n in range(int(again), TRIES):
        # what a server has in memory is as new as its last look: the store says so when it writes, and is
        # asked before anything is refused
        held = register.held() if n == 0 else None
        if held is None:
            register.settle()
        head, programme = held or register.now()
        try:
            planned, entry = _attempt(register, person, plan, head, programme)
        except HeadMoved:
            continue  # somebody wrote in between: look again
        except MilepostError:
            if held is None or _stands_at(register, head):
                raise
            continue
        if entry is not None or held is None or _stands_at(register, head):
            return planned, entry
    raise _crowd()


def _stands_at(register: Register, head: int) -> bool:
    register.settle()
    return register.stands_at(head)


def _attempt(
    register: Register, person: Person, plan: Callable[[Programme], Plan[T]], head: int, programme: Programme
) -> tuple[Plan[T], Entry | Wait | None]:
    """Do it on the programme as it was at ``head``. Raises ``HeadMoved`` if that is not how it stands."""
    planned = plan(programme)
    records = programme.records
    current = {(e.table, e.id): cells_at(records, e.table, e.id) for e in planned.edits}
    changes = row_changes(planned.edits, current)
    if not changes:
        return planned, None
    must_sign(person, planned.reason)
    after, faults = _records_after(records, changes)
    outcomes = _takes_two(register, person, planned, changes, (records, after))
    _must_bring_no_findings(programme, after, faults, step=planned.step)
    if register.dry:
        return planned, None
    if register.aside is not None:
        entry = _store(register, (), person, planned.reason, head, {"proposed": changes})
        register.aside(entry, outcomes)
        return planned, entry
    said: dict[str, Any] = {"decides": planned.decides, "granted": bool(planned.decides)}
    if register.later is not None and not faults:
        asked = ToWrite(changes, person.signature, planned.reason, said, head, records, after)
        return planned, register.later(asked)
    entry = _store(register, changes, person, planned.reason, head, said)
    if entry.n == head + 1 and not faults:
        register.wrote(entry, after)
    return planned, entry


def registered(programme: Programme) -> Records:
    """The records, if the register has no findings; faults in what only values need stop no act."""
    found = programme.check()
    if any(f.needed_for == "everything" for f in found):
        raise BadData(found)
    return programme.records


def day_of_writing(programme: Programme, on: dt.date | None = None) -> dt.date:
    """The day of what is asked or decided: the one given, else today, or the base date of a programme that
    looks further ahead."""
    return on or max(dt.date.today(), programme.settings.base_date)


def _read(store: Store, path: str | Path) -> Programme:
    records, reading = store.read()
    if records is None or reading:
        raise BadData(reading)
    return Programme(path, records, written=written_on(store))


def _takes_two(
    register: Register,
    person: Person,
    planned: Plan[Any],
    changes: tuple[RowChange, ...],
    states: tuple[Records, Records],
) -> tuple[str, ...]:
    """What comes out of rows that one person proposes, by the states before and after. Raises ``Forbidden``
    for what takes two persons and is not proposed, ``WrongUse`` for a proposal that takes none."""
    try:
        if not planned.two and any(c.table in _PROVING for c in changes):
            must_be_two(person, *states, agreed=bool(planned.decides))
    except TakesTwo as fault:
        if register.aside is None:
            raise
        return fault.outcomes
    if register.aside is not None:
        raise WrongUse("Nothing here takes a second person: write it without proposing it.")
    return ()


def _store(
    register: Register,
    changes: tuple[RowChange, ...],
    person: Person,
    reason: str,
    head: int,
    more: Mapping[str, Any],
) -> Entry:
    register.settle()
    store = open_store(register.path)
    return store.write_changes(changes, by=person.signature, reason=reason, head=head, more=more)


def _records_after(before: Records, changes: tuple[RowChange, ...]) -> tuple[Records, tuple[Finding, ...]]:
    try:
        return records_after(before, changes)
    except (ValueError, KeyError) as fault:  # a setting that is none: TOML, or a value out of bounds
        raise WrongUse(f"A setting cannot be read: {str(fault)[:300]}") from None


def _must_bring_no_findings(
    programme: Programme, after: Records, faults: tuple[Finding, ...], *, step: bool
) -> None:
    """Every rule about the data holds of what comes out, or was broken before already. With ``step`` rules of
    the model alone bind only a programme that keeps them all."""
    ours = programme.check()
    step = step and any(f.needed_for == "values" for f in ours)
    before = {(f.table, f.id, f.message) for f in ours}
    found = (*faults, *Programme(programme.path, after).check())
    new = tuple(
        f
        for f in found
        if (f.table, f.id, f.message) not in before and not (step and f.needed_for == "values")
    )
    if new:
        raise BadData(new)
