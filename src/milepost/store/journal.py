"""Several files of one folder changed together, or not at all, whatever happens in between.

What is to be written goes to a journal first. Once the journal stands under its name the change is made: whoever opens
the folder next completes it. A journal half-written never gets its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from milepost.errors import WrongUse

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
        raise WrongUse(f"Cannot write in '{folder}': {fault.strerror}.") from None
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
    with (folder / name).open("ab") as file:
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _finish(folder: Path) -> None:
    body = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    for name, text in body["files"].items():
        _replace(folder / name, text)
    with (folder / CHAIN).open("ab") as file:
        file.truncate(body["chain_size"])  # what was cut off in the middle of appending is appended again
        file.seek(0, os.SEEK_END)
        file.write("".join(f"{line}\n" for line in body["lines"]).encode())
        file.flush()
        os.fsync(file.fileno())
    (folder / JOURNAL).unlink()
    _sync(folder)


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).rename(target)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
