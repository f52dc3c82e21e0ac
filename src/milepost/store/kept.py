"""What was made from the rows of a table, kept while that table stays: of forty tables an edit changes one.

Rows are frozen and a table is a tuple of them, so a result belongs to the very tuple it was made from; a
tuple that is kept cannot be mistaken for a later one at the same place in memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
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
    """``make(rows)`` for a tuple of rows, at most once for each of the last ``most`` tuples; of other
    sequences made anew."""

    def __init__(self, make: Callable[[Any], Made], most: int = 128) -> None:
        self._make, self._most = make, most
        self._held: OrderedDict[int, tuple[Any, Made]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, rows: Any) -> Made:
        if type(rows) is not tuple or not rows:
            return self._make(rows)
        with self._lock:
            found = self._held.get(id(rows))
            if found is not None and found[0] is rows:
                self._held.move_to_end(id(rows))
                return found[1]
        made = self._make(rows)
        with self._lock:
            self._held[id(rows)] = (rows, made)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made
