"""V of a large game, worked out once a run: the first test that asks for the table of all sets, or for a set,
keeps it on disk, under a digest of all that it follows from, and every other test and worker reads it there.

What is asked may differ only in what changes no value (a title, a report that is no news): the same table is
found. What changes a cost, a flow or an elasticity has another digest, and is computed.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from pydantic import BaseModel

from milepost import many
from milepost.value import sensitivity
from milepost.value.baseline import World
from milepost.value.corridor import players_of
from milepost.value.game import Game, Progress, Values, ids_of, names_of

Worth = tuple[tuple[str, ...], tuple[float, ...]]
LARGE = 1 << 14  # sets; a smaller game costs less than a second
PLAIN = {type(None), bool, int, float, str, bytes, dict, tuple, list}
# what a thing has been asked before says nothing of what it answers
MEMORY = {"memory", "lock", "_begun", "_received_today"}


def digest(*things: object) -> str:
    """Of everything in these: arrays, rows, numbers, texts, whatever holds them. Raises ``TypeError`` for a
    thing that it cannot see into."""
    found = _Hashed()
    seen = _Seen(found, protocol=5)
    seen.fast = True  # what stands twice is told twice, so that a copy has the same digest
    try:
        seen.dump(things)
    except (ValueError, RecursionError):
        raise TypeError("what holds itself has no digest") from None
    return found.whole.hexdigest()


class _Hashed:
    """Takes what a file would take."""

    def __init__(self) -> None:
        self.whole = hashlib.blake2b(digest_size=16)

    def write(self, piece: bytes) -> None:
        self.whole.update(piece)


class _Seen(pickle.Pickler):
    """Tells what a thing is made of: what is no plain value by the name of its kind and what it holds. It is
    written in C, and worlds hold a hundred thousand things."""

    def persistent_id(self, thing: Any) -> Any:
        """None for what is told as it is."""
        kind = type(thing)
        return None if kind in PLAIN else (kind.__qualname__, *_told(thing))


def _told(thing: Any) -> tuple[Any, ...]:
    if isinstance(thing, bool | int | float | str | bytes | np.generic | dt.date):
        return (repr(thing),)
    if isinstance(thing, np.ndarray):
        return f"{thing.dtype} {thing.shape}", np.ascontiguousarray(thing).tobytes()
    if isinstance(thing, set | frozenset):
        return tuple(sorted(digest(one) for one in thing))
    if isinstance(thing, Mapping):
        return tuple(thing.items())
    if isinstance(thing, tuple | list):
        return tuple(thing)
    if isinstance(thing, BaseModel):
        return (thing.model_dump_json(),)
    if is_dataclass(thing) and not isinstance(thing, type):
        return tuple((name, getattr(thing, name)) for name in _fields(type(thing)))
    if isinstance(thing, FunctionType):  # its name and what it holds say what it does
        held = (cell.cell_contents for cell in thing.__closure__ or ())
        return f"{thing.__module__}.{thing.__qualname__}", *held
    if callable(thing) or not hasattr(thing, "__dict__"):
        raise TypeError(f"what is in a {type(thing).__name__} cannot be seen")
    return (vars(thing),)


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name not in MEMORY)


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else, in any process, is in the same part."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Kept:
    """Values of large games in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[int, tuple[object, str]] = {}  # digests of what games ask, held so that its id stays
        self.read: dict[int, int] = {}  # how far the kept sets of a game have been read

    def name(self, game: Game, method: object) -> str:
        """The digest of what a large game asks, if it asks an object; empty otherwise."""
        values = getattr(method, "__self__", None)
        if values is None or 1 << len(game.players) < LARGE:
            return ""
        if id(values) not in self.known:
            self.known[id(values)] = values, digest(values, game.players, game.countries)
        return self.known[id(values)][1]

    def table(self, game: Game, name: str, compute: Callable[[], Values]) -> Values:
        """The table of a game: computed by who comes first, read by the others."""
        file = self.folder / f"{name}.npy"
        with alone(file):
            if not file.is_file():
                answer = compute()
                np.save(file.with_suffix(".part.npy"), answer)
                file.with_suffix(".part.npy").rename(file)
                return answer
        found: Values = np.load(file, mmap_mode="r")
        return found

    def value(self, game: Game, name: str, asked: frozenset[str], compute: Callable[[], Values]) -> Values:
        """V of a set, which has a record in a file: the mask, and the values."""
        file, record = self.folder / f"{name}.sets", 8 * (1 + len(game.countries))
        start = self.read.get(id(game._memory), 0)
        if file.is_file() and file.stat().st_size >= start + record:
            rows = (file.stat().st_size - start) // record
            self.read[id(game._memory)] = start + rows * record
            for row in np.fromfile(file, count=rows * record // 8, offset=start).reshape(rows, -1):
                row.setflags(write=False)
                game._memory[names_of(game.players, int(row[0]))] = row[1:]
        if asked not in game._memory:
            answer = compute()
            with file.open("ab") as kept:
                kept.write(np.array([game.mask(asked), *answer], dtype=np.float64).tobytes())
            return answer
        return game._memory[asked]

    def worth(self, world: World, compute: Callable[[World], Worth]) -> Worth:
        """What each commitment is worth at one value of time: a report asks for three, each a world of its
        own with seconds of work."""
        if 1 << len(players_of(world)) < LARGE:
            return compute(world)
        file = self.folder / f"{digest(world)}.json"
        with alone(file):
            if not file.is_file():
                file.write_text(json.dumps(compute(world)), encoding="utf-8")
            players, row = json.loads(file.read_text(encoding="utf-8"))
        return tuple(players), tuple(row)


@contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Values of large games are kept in this folder meanwhile."""
    all_sets, one_set, kept = Game.table, Game.value, Kept(folder)
    each = many.each

    def value(self: Game, delivered: Iterable[str]) -> Values:
        asked = frozenset(ids_of(delivered))
        known = asked in self._memory or self._table is not None or not asked <= set(self.players)
        name = "" if known else kept.name(self, self.evaluate)
        return kept.value(self, name, asked, lambda: one_set(self, asked)) if name else one_set(self, asked)

    def table(self: Game, *, progress: Progress | None = None, to: Path | None = None) -> Values:
        name = "" if self._table is not None or to is not None else kept.name(self, self.evaluate_all)
        if not name:
            return all_sets(self, progress=progress, to=to)
        self._table = kept.table(self, name, lambda: all_sets(self, progress=progress))
        if progress is not None:
            progress(len(self._table), len(self._table))
        return self._table

    def worths(work: Callable[[World], Worth], worlds: list[World], *, on: str, **more: Any) -> list[Worth]:
        asked = work if on != "here" else lambda world: kept.worth(world, work)
        return each(asked, worlds, on=on, **more)

    Game.table, Game.value = table, value  # type: ignore[method-assign]
    vars(sensitivity)["each"] = worths
    try:
        yield
    finally:
        vars(sensitivity)["each"] = each
        Game.table, Game.value = all_sets, one_set  # type: ignore[method-assign]
