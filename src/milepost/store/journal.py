"""Several files of one folder changed together, or not at all, whatever happens in between.

What is to be written goes to a journal first. Once the journal stands under its name the change is made: it
is read from there, and whoever writes next puts it into the files, under the one lock of the folder. A
journal half-written never gets its name. So to read never takes a lock and never writes, and a change is
either refused, and gone for good, or acknowledged.

Where rows are only added to a table, the journal holds these alone, and they are appended to its file: a
report costs what it says, and not what the table holds.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.errors import Unavailable
from milepost.files import sync_folder, write_all, write_bytes

if TYPE_CHECKING:
    from filelock import BaseFileLock

JOURNAL = ".milepost-journal"
LOCK = ".milepost-lock"
PARTS = ".milepost-parts"  # files while they are being written: nobody looks there
CHAIN = "changes.jsonl"
CHECKPOINTS = "checkpoints.jsonl"
BY_HAND = ".by-hand-"
WAIT_SECONDS = 30.0
# a journal writes tables, settings and checkpoints in its own folder, whoever made it
_NAMED = re.compile(r"[a-z_]+\.(csv|toml)|checkpoints\.jsonl")
# what releases before this one left among the files when they were killed
_LEFT = re.compile(r"\.(\.milepost-journal|[a-z_]+)-[a-z0-9_]{8}(\.csv|\.toml)?")


@dataclass(frozen=True)
class Added:
    """Lines added to a table: ``text`` after the first ``size`` bytes of its file, which begin with the line
    ``head`` and have the SHA-256 ``before``."""

    text: str
    size: int
    before: str
    head: str

    @property
    def data(self) -> bytes:
        """The text as it stands in the file."""
        return self.text.encode()

    def is_whole(self, now: bytes) -> bool:
        """Does the file hold what it held before, with all of the text, some or none?"""
        if len(now) < self.size or not self.data.startswith(now[self.size :]):
            return False
        return digest_of(now[: self.size]) == self.before

    def after(self, name: str, now: bytes | None) -> bytes:
        """The file with the text. What somebody changed in it meanwhile stays, and the text comes last.
        Raises ``Unavailable`` if it is gone, or has other columns."""
        if now is not None and self.is_whole(now):
            return now[: self.size] + self.data
        if now is None or _first_line(now) != self.head:
            raise Unavailable(
                f"'{name}' was taken away, or given other columns, while a change of milepost's stood in "
                f"'{JOURNAL}'. Put it back as it was before; the change is added to it."
            )
        now += b"\n" * (not now.endswith(b"\n"))
        return now if b"\n" + self.data in now else now + self.data


def _first_line(content: bytes) -> str:
    return content.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")


@dataclass(frozen=True)
class Change:
    """What a journal says: texts of files, lines after the first ``chain_size`` bytes of the chain, the
    SHA-256 that each file had before ("" = there was none; a journal of an older release does not say), and
    lines added to tables."""

    files: Mapping[str, str]
    lines: Sequence[str]
    chain_size: int
    before: Mapping[str, str]
    added: Mapping[str, Added] = field(default_factory=dict)

    def by_hand(self, name: str, now: bytes | None) -> bool:
        """Was the file changed by somebody since the journal stands?"""
        if now is None or name not in self.before or name == CHECKPOINTS:
            return False
        return digest_of(now) != self.before[name] and now != self.files[name].encode()


def digest_of(content: bytes | None) -> str:
    """SHA-256 of a file's bytes, hexadecimal; "" for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def is_held(folder: Path) -> bool:
    """Is somebody writing in the folder? Asked without waiting, and let go at once."""
    if not (folder / LOCK).exists():
        return False
    lock, held = _lock(folder, 0.0)
    try:
        lock.acquire()
    except (held, OSError, NotImplementedError):
        return True
    lock.release()
    return False


def _lock(folder: Path, wait_seconds: float) -> tuple[BaseFileLock, type[TimeoutError]]:
    """The lock of a folder, and what it raises while another one holds it."""
    from filelock import FileLock, Timeout

    name = folder / LOCK
    return FileLock(name, timeout=wait_seconds, poll_interval=0.003, preserve_lock_file=True), Timeout


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The only writer of a folder, with whatever was cut off before put into the files.

    Raises ``Unavailable`` where the folder cannot be written, where another one writes for half a minute, and
    where a change that stands in the journal cannot be put into the files.
    """
    lock, held = _lock(folder, WAIT_SECONDS)
    try:
        lock.acquire()
    except held:
        raise Unavailable(
            f"Another process has been writing in '{folder}' for {WAIT_SECONDS:.0f} seconds; nothing was "
            "written. Try again."
        ) from None
    except (OSError, NotImplementedError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise Unavailable(f"Cannot write in '{folder}': {why}.") from None
    try:
        _complete(folder)
        _clear(folder)
        yield
    finally:
        lock.release()


def commit(
    folder: Path, files: Mapping[str, str], lines: Sequence[str], added: Mapping[str, Added] | None = None
) -> None:
    """Write files, add lines to tables and append lines to the chain, all or nothing. The caller holds the
    lock.

    Raises ``Unavailable`` where the disk refuses, and nothing is written then. Once the journal stands the
    change is made, even if the files have to wait for the next writer.
    """
    added = added or {}
    try:
        size = (folder / CHAIN).stat().st_size if (folder / CHAIN).exists() else 0
        before = {name: digest_of(_bytes(folder / name)) for name in files}
        change = Change(files, lines, size, before, added)
        (folder / PARTS).mkdir(exist_ok=True)
        rights = _rights(folder, (*files, *added))
        write_bytes(folder / JOURNAL, json.dumps(_body(change)).encode(), folder / PARTS, rights)
    except OSError as fault:
        _clear(folder)
        raise Unavailable(f"Cannot write in '{folder}': {fault.strerror or fault}.") from None
    try:
        sync_folder(folder)
    except OSError as fault:
        with contextlib.suppress(OSError):
            (folder / JOURNAL).unlink()
            _clear(folder)
            raise Unavailable(f"Cannot write in '{folder}': {fault.strerror or fault}.") from None
    with contextlib.suppress(OSError):
        _finish(folder, change, at_once=True)


def _body(change: Change) -> dict[str, Any]:
    """The journal of a change. One that adds lines has no ``files``: a release that knows no such journal
    takes it for damaged, and leaves it alone."""
    body = {"lines": list(change.lines), "chain_size": change.chain_size, "before": dict(change.before)}
    if not change.added:
        return {"files": dict(change.files), **body}
    return {"whole": dict(change.files), **body, "added": {n: asdict(a) for n, a in change.added.items()}}


def standing(folder: Path) -> Change | None:
    """The change that stands in the journal; None if none does. Raises ``Unavailable`` for a damaged one."""
    raw = _bytes(folder / JOURNAL)
    if raw is None:
        return None
    try:
        body = json.loads(raw.decode("utf-8"))
        whole = body["whole" if "added" in body else "files"]
        files = {str(name): str(text) for name, text in whole.items()}
        before = {str(name): str(digest) for name, digest in body.get("before", {}).items()}
        added = {
            str(name): Added(str(a["text"]), int(a["size"]), str(a["before"]), str(a["head"]))
            for name, a in body.get("added", {}).items()
        }
        if not all(map(_NAMED.fullmatch, (*files, *added))):
            raise ValueError("a name that is no table's")
        return Change(files, [str(line) for line in body["lines"]], int(body["chain_size"]), before, added)
    except (ValueError, KeyError, TypeError, AttributeError):
        # milepost never leaves one half-written; to guess what it said could lose a change
        raise Unavailable(
            f"'{JOURNAL}' in '{folder}' is damaged; restore it from a copy, or delete it."
        ) from None


def _complete(folder: Path) -> None:
    change = standing(folder)
    if change is None:
        return
    try:
        _finish(folder, change)
    except OSError as fault:
        raise Unavailable(
            f"Nothing was written in '{folder}': {fault.strerror or fault}. The change before is safe in "
            f"'{JOURNAL}' and is read from there; it goes into the tables when the disk lets it."
        ) from None


def _finish(folder: Path, change: Change, *, at_once: bool = False) -> None:
    """Files first, then the chain, and the journal away last: cut off anywhere, it is done again.
    ``at_once``: the journal has only just been written, so a file of the size that it names is that file."""
    if len(_bytes(folder / CHAIN) or b"") < change.chain_size:
        raise Unavailable(
            f"'{CHAIN}' in '{folder}' is shorter than when '{JOURNAL}' was written; restore it from a copy."
        )
    (folder / PARTS).mkdir(exist_ok=True)
    for name, text in change.files.items():
        now = _bytes(folder / name)
        if change.by_hand(name, now):
            kept = f"{Path(name).stem}{BY_HAND}{digest_of(now)[:8]}{Path(name).suffix}"
            (folder / name).replace(folder / kept)
        write_bytes(folder / name, text.encode(), folder / PARTS)
    for name, lines in change.added.items():
        _add(folder, name, lines, at_once=at_once)
    if change.lines:
        _append(folder / CHAIN, change.lines, change.chain_size)
    sync_folder(folder)
    (folder / JOURNAL).unlink()
    with contextlib.suppress(OSError):
        sync_folder(folder)
    _clear(folder)


def _add(folder: Path, name: str, lines: Added, *, at_once: bool) -> None:
    """Lines at the end of a table: what was cut off while appending is appended again."""
    target = folder / name
    if not (at_once and target.is_file() and target.stat().st_size == lines.size):
        now = _bytes(target)
        if now is None or not lines.is_whole(now):  # somebody changed it
            write_bytes(target, lines.after(name, now), folder / PARTS)
            return
    handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.ftruncate(handle, lines.size)
        os.lseek(handle, lines.size, os.SEEK_SET)
        write_all(handle, lines.data)
        os.fsync(handle)
    finally:
        os.close(handle)


def _append(target: Path, lines: Sequence[str], size: int) -> None:
    """Lines after the first ``size`` bytes of a file: what was cut off while appending is appended again."""
    handle = os.open(target, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        os.ftruncate(handle, size)
        os.lseek(handle, max(0, size - 1), os.SEEK_SET)
        # an editor may have left out the last end of line: two entries on one line would be none
        open_line = size > 0 and os.read(handle, 1) != b"\n"
        os.lseek(handle, size, os.SEEK_SET)
        write_all(handle, ("\n" * open_line + "".join(f"{line}\n" for line in lines)).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    """Away with what writers left that were killed; whoever calls is the only writer."""
    with contextlib.suppress(OSError):
        shutil.rmtree(folder / PARTS, ignore_errors=True)
        for path in folder.iterdir():
            if _LEFT.fullmatch(path.name) and path.is_file():
                path.unlink()


def _rights(folder: Path, files: Iterable[str]) -> int:
    """Who may read every one of the files may read what stands in the journal."""
    rights = 0o666
    for name in files:
        with contextlib.suppress(FileNotFoundError):
            rights &= (folder / name).stat().st_mode
    return rights | 0o600


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
