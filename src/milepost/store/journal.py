"""Several files of one folder changed together, or not at all, whatever happens in between.

What is to be written goes to a journal first. Once the journal stands under its name the change is made:
whoever opens the folder next completes it. A journal half-written never gets its name.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from milepost.errors import Unavailable, WrongUse
from milepost.files import write_whole

JOURNAL = ".milepost-journal"
LOCK = ".milepost-lock"
CHAIN = "changes.jsonl"
CHECKPOINTS = "checkpoints.jsonl"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The only writer of a folder. Raises ``WrongUse`` where the folder cannot be written."""
    import fcntl

    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as fault:
        raise Unavailable(f"Cannot write in '{folder}': {fault.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def commit(folder: Path, files: Mapping[str, str], lines: Sequence[str]) -> None:
    """Write files and append lines to the chain, all or nothing. The caller holds the lock."""
    chain_size = (folder / CHAIN).stat().st_size if (folder / CHAIN).exists() else 0
    body = {"files": dict(files), "lines": list(lines), "chain_size": chain_size}
    _replace(folder / JOURNAL, json.dumps(body))
    _finish(folder)


def recover(folder: Path) -> None:
    """Complete a change that was cut off after its journal stood. Nothing to do is the rule."""
    if not (folder / JOURNAL).exists():
        return
    with locked(folder):
        if (folder / JOURNAL).exists():
            _finish(folder)


def append_line(folder: Path, name: str, line: str) -> None:
    """One more line at the end of a file, on disk when this returns. The caller holds the lock."""
    _append(folder / name, [line])


def _finish(folder: Path) -> None:
    try:
        body = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
        files, lines, size = dict(body["files"]), list(body["lines"]), int(body["chain_size"])
    except (ValueError, KeyError, TypeError):
        # milepost never leaves one half-written; to guess what it said could lose a change
        raise WrongUse(
            f"'{JOURNAL}' in '{folder}' is damaged; restore it from a copy, or delete it."
        ) from None
    for name, text in files.items():
        _replace(folder / name, text)
    _append(folder / CHAIN, lines, size)
    (folder / JOURNAL).unlink()
    _sync(folder)


def _append(target: Path, lines: Sequence[str], size: int | None = None) -> None:
    """Lines at the end of a file, after its first ``size`` bytes: what was cut off while appending is
    appended again."""
    with target.open("a+b") as file:
        if size is not None:
            file.truncate(size)
        end = file.seek(0, os.SEEK_END)
        # an editor may have left out the last end of line: two entries on one line would be none
        file.seek(max(0, end - 1))
        open_line = end > 0 and file.read(1) != b"\n"
        file.write(("\n" * open_line + "".join(f"{line}\n" for line in lines)).encode())
        file.flush()
        os.fsync(file.fileno())


def _replace(target: Path, text: str) -> None:
    write_whole(target, text.encode())
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
