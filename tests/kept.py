"""V of all sets of a large game, worked out once a run: the first test that asks for it keeps the table on
disk, under a digest of all that it follows from, and every other test and worker reads it there.

What is asked may differ only in what changes no value (a title, a report that is no news): the same table is
found. What changes a cost, a flow or an elasticity has another digest, and is computed.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from pydantic import BaseModel

from milepost.value.game import Game, Progress, Values

LARGE = 1 << 14  # sets; a smaller game costs less than a second
MEMORY = {"memory", "lock", "_begun"}  # what a thing has been asked before says nothing of what it answers


def digest(*things: object) -> str:
    """Of everything in these: arrays, rows, numbers, texts, whatever holds them. Raises ``TypeError`` for a
    thing that it cannot see into."""
    found = hashlib.blake2b(digest_size=16)
    for piece in _pieces(things, ()):
        found.update(len(piece).to_bytes(8, "little") + piece)
    return found.hexdigest()


def _pieces(thing: Any, inside: tuple[int, ...]) -> Iterator[bytes]:
    if id(thing) in inside:
        raise TypeError(f"{type(thing).__name__} holds itself")
    within = (*inside, id(thing))
    yield type(thing).__qualname__.encode()
    if thing is None or isinstance(thing, bool | int | float | str | bytes | np.generic):
        yield repr(thing).encode()
    elif isinstance(thing, np.ndarray):
        yield f"{thing.dtype} {thing.shape}".encode()
        yield np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, set | frozenset):
        yield from sorted(b"".join(_pieces(one, within)) for one in thing)
    elif isinstance(thing, Mapping):
        for key in thing:
            yield from _pieces((key, thing[key]), within)
    elif isinstance(thing, tuple | list):
        for one in thing:
            yield from _pieces(one, within)
    elif isinstance(thing, BaseModel):
        yield thing.model_dump_json().encode()
    elif is_dataclass(thing):
        yield from _pieces(
            [(f.name, getattr(thing, f.name)) for f in fields(thing) if f.name not in MEMORY], within
        )
    elif isinstance(thing, FunctionType):  # its name and what it holds say what it does
        yield f"{thing.__module__}.{thing.__qualname__}".encode()
        for cell in thing.__closure__ or ():
            yield from _pieces(cell.cell_contents, within)
    elif callable(thing) or not hasattr(thing, "__dict__"):
        raise TypeError(f"what is in a {type(thing).__name__} cannot be seen")
    else:
        yield from _pieces(vars(thing), within)


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else, in any process, is in the same part."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Tables of large games are kept in this folder meanwhile."""
    compute = Game.table

    def table(self: Game, *, progress: Progress | None = None, to: Path | None = None) -> Values:
        values = getattr(self.evaluate_all, "__self__", None)  # the object that a game asks, if it asks one
        if self._table is not None or to is not None or values is None or 1 << len(self.players) < LARGE:
            return compute(self, progress=progress, to=to)
        file = folder / f"{digest(values, self.players, self.countries)}.npy"
        with alone(file):
            if not file.is_file():
                answer = compute(self, progress=progress)
                np.save(file.with_suffix(".part.npy"), answer)
                file.with_suffix(".part.npy").rename(file)
                return answer
        self._table = np.load(file, mmap_mode="r")
        if progress is not None:
            progress(len(self._table), len(self._table))
        return self._table

    Game.table = table  # type: ignore[method-assign]
    try:
        yield
    finally:
        Game.table = compute  # type: ignore[method-assign]
