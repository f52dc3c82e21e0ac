"""Folders as they were last seen, so that a server reads a file again only where it has changed.

What is held counts only while every file has the inode, the size and the time that it had. A file that was
changed in the same moment in which it was looked at could change once more without that showing: so it is
compared byte by byte until it is older than that.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from milepost.errors import Finding
from milepost.records import Records
from milepost.store.snapshot import Raw, Stamp, stamp

MOST = 8
_YOUNG_NS = 50_000_000  # coarser than the clock of any file system that tells moments
_FOLDERS: OrderedDict[Path, Known] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True)
class Known:
    """A folder at one moment: its ``mark`` (:func:`milepost.store.snapshot.stamp`) and when that was taken,
    the bytes of its files, what was read of them, and, where it was asked for, its chain and checkpoints.

    ``in_line``: the chain is known to say what the rows are. ``columns``: of the files whose text is as
    milepost writes it, which columns they have.
    """

    mark: Stamp
    taken_ns: int
    files: Mapping[str, Raw]
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
    for name, (_, _, changed_ns) in found.mark.files:
        if changed_ns > found.taken_ns - _YOUNG_NS:
            try:
                now: Raw = (folder / name).read_bytes()
            except OSError:
                return False
            if now != found.files.get(name):
                return False
    return True
