"""What was made from the rows of a table, kept while that table stays: of forty tables an edit changes one.

Rows are frozen and a table is a tuple of them, so a result belongs to the very tuple it was made from; a
tuple that is kept cannot be mistaken for a later one at the same place in memory.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import is_
from threading import Lock
from typing import Any, Generic, TypeVar, overload

Made = TypeVar("Made")


class Once(Generic[Made]):
    """A property that is worked out once for an object that has a ``__dict__``, as
    ``functools.cached_property``, which in Python 3.11 lets one thread at a time work out that of any object:
    here two may work out the same, and the last of them stays."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, of: None, owner: type) -> Once[Made]: ...
    @overload
    def __get__(self, of: object, owner: type) -> Made: ...
    def __get__(self, of: object | None, owner: type) -> Once[Made] | Made:
        if of is None:
            return self
        made = of.__dict__[self._name] = self._make(of)
        return made


class PerRow(Generic[Made]):
    """``make(row)``, once for each of the last ``most`` rows: after an edit a table of thousands of rows has
    all but one of them still."""

    def __init__(self, make: Callable[[Any], Made], most: int = 100_000) -> None:
        self._make, self._most = make, most
        self._held: dict[int, tuple[Any, Made]] = {}

    def __call__(self, row: Any) -> Made:
        found = self._held.get(id(row))
        if found is not None and found[0] is row:
            return found[1]
        made = self._make(row)
        if len(self._held) >= self._most:
            self._held = {}
        self._held[id(row)] = (row, made)
        return made


@dataclass(frozen=True, eq=False)
class Step:
    """How a table came out of the one before it: rows put in the place of others (by position), and rows
    added at its end. Nothing was taken away."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    instead: Mapping[int, Any]

    @property
    def added(self) -> tuple[Any, ...]:
        """The rows at the end that are new."""
        return self.after[len(self.before) :]


_STEPS: deque[Step] = deque(maxlen=32)
_FEW = 24  # steps that are gone over one by one; beyond them a table is looked at whole


def came_of(before: tuple[Any, ...], after: tuple[Any, ...], instead: Mapping[int, Any]) -> None:
    """Tell how a table came out of the one before it, so that what was made of that one need not be made
    anew."""
    if before:
        _STEPS.appendleft(Step(before, after, dict(instead)))


def _step_to(rows: tuple[Any, ...]) -> Step | None:
    return next((step for step in tuple(_STEPS) if step.after is rows), None)


def added_since(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The rows that a table has at its end beyond those of an earlier one, if that is known to be all by
    which they differ; else None."""
    at = after
    for _ in range(_FEW):
        if at is before:
            return after[len(before) :]
        step = _step_to(at)
        if step is None or step.instead:
            return None
        at = step.before
    return None


class PerTable(Generic[Made]):
    """``make(rows)`` for a tuple of rows, at most once for each of the last ``most`` tuples of one kind of
    row; of other sequences made anew. After many edits of one table, what was made of the others is there
    still, and of the one no more than ``most`` states are held.

    ``go_on(made, step)`` gives the same out of what was made of the table before, where it can be told from
    the rows that changed; else None.
    """

    def __init__(
        self,
        make: Callable[[Any], Made],
        most: int = 4,
        go_on: Callable[[Made, Step], Made | None] | None = None,
    ) -> None:
        self._make, self._most, self._go_on = make, most, go_on
        self._held: dict[type, OrderedDict[int, tuple[Any, Made]]] = {}
        self._lock = Lock()

    def __call__(self, rows: Any) -> Made:
        if type(rows) is not tuple or not rows:
            return self._make(rows)
        found = self._known(rows)
        if found is None:
            found = (rows, self._made(rows))
            with self._lock:
                held = self._held[type(rows[0])]
                held[id(rows)] = found
                while len(held) > self._most:
                    held.popitem(last=False)
        return found[1]

    def _known(self, rows: tuple[Any, ...]) -> tuple[Any, Made] | None:
        with self._lock:
            held = self._held.setdefault(type(rows[0]), OrderedDict())
            found = held.get(id(rows))
            if found is None or found[0] is not rows:
                return None
            held.move_to_end(id(rows))
            return found

    def _made(self, rows: tuple[Any, ...]) -> Made:
        """Out of the last table before it of which it was made, step by step; else of the whole table."""
        steps: list[Step] = []
        known, at = None, rows
        while self._go_on is not None and known is None and len(steps) < _FEW:
            step = _step_to(at)
            if step is None:
                break
            steps.append(step)
            at = step.before
            known = self._known(at)
        made = known[1] if known is not None else None
        while made is not None and self._go_on is not None and steps:
            made = self._go_on(made, steps.pop())
        return self._make(rows) if made is None else made


class Grouped:
    """Rows by a key, a tuple each. A group that an edit left as it was is the very same tuple as before, so
    what was made of it can be found again."""

    def __init__(self, key: Callable[[Any], Any]) -> None:
        self._key = key
        self._last: dict[type, dict[Any, tuple[Any, ...]]] = {}
        self._made: PerTable[dict[Any, tuple[Any, ...]]] = PerTable(self._grouped, go_on=self._go_on)

    def __call__(self, rows: Any) -> dict[Any, tuple[Any, ...]]:
        return self._made(rows)

    def _grouped(self, rows: Any) -> dict[Any, tuple[Any, ...]]:
        if not rows:
            return {}
        found: dict[Any, list[Any]] = {}
        key = self._key
        for row in rows:
            found.setdefault(key(row), []).append(row)
        last = self._last.get(type(rows[0]), {})
        made = {}
        for name, mine in found.items():
            held = last.get(name, ())
            same = len(held) == len(mine) and all(map(is_, held, mine))
            made[name] = held if same else tuple(mine)
        self._last[type(rows[0])] = made
        return made

    def _go_on(self, made: dict[Any, tuple[Any, ...]], step: Step) -> dict[Any, tuple[Any, ...]] | None:
        new, key = dict(made), self._key
        for at, row in step.instead.items():
            name, old = key(row), step.before[at]
            if key(old) != name:
                return None
            new[name] = tuple(row if held is old else held for held in new[name])
        for row in step.added:
            new[key(row)] = (*new.get(key(row), ()), row)
        self._last[type(step.after[0])] = new
        return new


def groups_that_differ(
    before: Mapping[Any, tuple[Any, ...]], after: Mapping[Any, tuple[Any, ...]]
) -> set[Any]:
    """The keys of groups (:class:`Grouped`) that are not the very same."""
    if before is after:
        return set()
    found = {key for key, rows in after.items() if before.get(key) is not rows}
    return found | (before.keys() - after.keys())


class Runs(Generic[Made]):
    """What was made of each of many items, in the last ``most`` runs over all of them: after an edit most
    items rest on what they rested on, and of what no run needs any more nothing is held."""

    def __init__(self, most: int = 6) -> None:
        self._runs: deque[dict[Hashable, tuple[tuple[Any, ...], Made]]] = deque(maxlen=most)

    def run(
        self, items: Iterable[tuple[Hashable, tuple[Any, ...]]], make: Callable[[Any, Any], Made]
    ) -> list[Made]:
        """``make(facts, parts)`` of each item, once while its facts are equal and its parts the very same."""
        runs = tuple(self._runs)
        found: dict[Hashable, tuple[tuple[Any, ...], Made]] = {}
        made = []
        for facts, parts in items:
            key = (facts, *map(id, parts))
            held = next((run[key] for run in runs if key in run), None)
            if held is None:  # it is held with its parts, so that no other ones can take their place
                held = (parts, make(facts, parts))
            found[key] = held
            made.append(held[1])
        if not runs or runs[0].keys() != found.keys():
            self._runs.appendleft(found)
        return made

    def clear(self) -> None:
        """Hold nothing."""
        self._runs.clear()


def where(holds: Callable[[Any], bool]) -> PerTable[tuple[Any, ...]]:
    """The rows of a table for which something holds, in their order: of thousands mostly a few."""

    def go_on(made: tuple[Any, ...], step: Step) -> tuple[Any, ...] | None:
        if step.instead:
            return None
        return (*made, *filter(holds, step.added))

    return PerTable(lambda rows: tuple(filter(holds, rows)), go_on=go_on)


def _idents(made: dict[str, Any], step: Step) -> dict[str, Any] | None:
    new = dict(made)
    for at, row in step.instead.items():
        if step.before[at].ident != row.ident:
            return None
        new[row.ident] = row
    new.update((row.ident, row) for row in step.added)
    return new


by_ident: PerTable[dict[str, Any]] = PerTable(lambda rows: {row.ident: row for row in rows}, go_on=_idents)
"""The rows of a table by their id."""
