"""What was made from the rows of a table, kept while that table stays: of forty tables an edit changes one.

Rows are frozen and a table is a tuple of them, so a result belongs to the very tuple it was made from; a
tuple that is kept cannot be mistaken for a later one at the same place in memory.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from operator import is_
from threading import Lock
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


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


class PerTable(Generic[Made]):
    """``make(rows)`` for a tuple of rows, at most once for each of the last ``most`` tuples of one kind of
    row; of other sequences made anew. After many edits of one table, what was made of the others is there
    still, and of the one no more than ``most`` states are held."""

    def __init__(self, make: Callable[[Any], Made], most: int = 4) -> None:
        self._make, self._most = make, most
        self._held: dict[type, OrderedDict[int, tuple[Any, Made]]] = {}
        self._lock = Lock()

    def __call__(self, rows: Any) -> Made:
        if type(rows) is not tuple or not rows:
            return self._make(rows)
        with self._lock:
            held = self._held.setdefault(type(rows[0]), OrderedDict())
            found = held.get(id(rows))
            if found is not None and found[0] is rows:
                held.move_to_end(id(rows))
                return found[1]
        made = self._make(rows)
        with self._lock:
            held[id(rows)] = (rows, made)
            while len(held) > self._most:
                held.popitem(last=False)
        return made


class Grouped:
    """Rows by a key, a tuple each. A group that an edit left as it was is the very same tuple as before, so
    what was made of it can be found again."""

    def __init__(self, key: Callable[[Any], Any]) -> None:
        self._key = key
        self._last: dict[type, dict[Any, tuple[Any, ...]]] = {}
        self._made: PerTable[dict[Any, tuple[Any, ...]]] = PerTable(self._grouped)

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


by_ident: PerTable[dict[str, Any]] = PerTable(lambda rows: {row.ident: row for row in rows})
"""The rows of a table by their id."""
