"""Folders as they were last seen, so that a server reads a file again only where it has changed.

What is held counts only while every file has the inode, the size and the time that it had. A file that was
changed in the same moment in which it was looked at could change once more without that showing: so it is
compared byte by byte until it is older than that.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from milepost.errors import Finding
from milepost.records import Records
from milepost.store.snapshot import Raw, Stamp, stamp

MOST = 8
_YOUNG_NS = 50_000_000  # coarser than the clock of any file system that tells moments
_BLOCK = 1 << 18  # bytes that are compared at a time
_FOLDERS: OrderedDict[Path, Known] = OrderedDict()
_LOCK = Lock()


class Grown:
    """The bytes of a table to which lines are added one after the other: as they came, and their SHA-256,
    which goes on with each."""

    _MOST = 256  # additions that are held by themselves

    def __init__(self, begun: bytes, more: tuple[bytes, ...] = (), sha: Any = None) -> None:
        self._begun, self._more = begun, more
        self._sha = sha or hashlib.sha256(begun)
        self.size = len(begun) + sum(map(len, more))

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal."""
        return str(self._sha.hexdigest())

    @property
    def head(self) -> str:
        """The first line."""
        return self._begun.partition(b"\n")[0].decode()

    def whole(self) -> bytes:
        """All of them."""
        return b"".join((self._begun, *self._more))

    def and_then(self, data: bytes) -> Grown:
        """With more at the end."""
        sha = self._sha.copy()
        sha.update(data)
        if len(self._more) < self._MOST:
            return Grown(self._begun, (*self._more, data), sha)
        return Grown(self.whole() + data, (), sha)

    def chunks(self) -> Iterator[bytes]:
        """All of them, one after the other."""
        yield self._begun
        yield from self._more


@dataclass(frozen=True)
class Known:
    """A folder at one moment: its ``mark`` (:func:`milepost.store.snapshot.stamp`) and when that was taken,
    the bytes of its files, what was read of them, and, where it was asked for, its chain and checkpoints.

    ``in_line``: the chain is known to say what the rows are. ``columns``: of the files whose text is as
    milepost writes it, which columns they have.
    """

    mark: Stamp
    taken_ns: int
    files: Mapping[str, Raw | Grown]
    records: Records | None
    findings: tuple[Finding, ...]
    lines: Sequence[str] | None = None
    checkpoints: Sequence[str] = ()
    in_line: bool = False
    columns: Mapping[str, tuple[str, ...]] | None = None


def known(folder: Path) -> Known | None:
    """What is known of a folder, if it is as it was."""
    with _LOCK:
        found = _FOLDERS.get(folder.absolute())
    if found is None:
        return None
    taken = time.time_ns()
    if stamp(folder) != found.mark or not _same(folder, found):
        return None
    remember(folder, replace(found, taken_ns=taken))
    return found


def remember(folder: Path, found: Known) -> None:
    """Keep what was seen, in the place of what was known of the folder."""
    with _LOCK:
        _FOLDERS[folder.absolute()] = found
        _FOLDERS.move_to_end(folder.absolute())
        while len(_FOLDERS) > MOST:
            _FOLDERS.popitem(last=False)


def forget(folder: Path) -> None:
    """Know nothing of a folder."""
    with _LOCK:
        _FOLDERS.pop(folder.absolute(), None)


def _same(folder: Path, found: Known) -> bool:
    """Are the files that were young when they were looked at still the same?"""
    young = (name for name, of in found.mark.files if of[2] > found.taken_ns - _YOUNG_NS)
    return all(_holds(folder / name, found.files.get(name)) for name in young)


def _holds(file: Path, raw: Raw | Grown | None) -> bool:
    """Are these the bytes of a file?"""
    if not isinstance(raw, bytes | Grown):
        return False
    try:
        with file.open("rb") as now:
            chunks = raw.chunks() if isinstance(raw, Grown) else (raw,)
            blocks = (chunk[n : n + _BLOCK] for chunk in chunks for n in range(0, len(chunk), _BLOCK))
            return all(now.read(len(block)) == block for block in blocks) and not now.read(1)
    except OSError:
        return False
