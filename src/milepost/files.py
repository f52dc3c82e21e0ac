"""Files that appear whole or not at all: what is written stands beside its target first and takes its name
last. And cells of tables that stay text in every spreadsheet."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from milepost.errors import Unavailable, WrongUse

_REFUSED = "The server cannot write to its disk now; nothing was written. The fault is not yours."

# what a spreadsheet takes for the beginning of a formula, in the width of East Asia too
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_SIGNS = frozenset("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_KEPT = re.compile(r"'+(?:" + _FORMULA.pattern + ")")


def no_formula(text: str) -> str:
    """The text of a cell with an apostrophe before it where a spreadsheet would run it; a number is none.

    A text that has that apostrophe already gets one more, so :func:`as_written` gives every text back.
    """
    if text[:1] not in _SIGNS:
        return text
    if (_FORMULA.match(text) and not _NUMBER.fullmatch(text)) or _KEPT.match(text):
        return f"'{text}"
    return text


def keep_text(cell: Any) -> None:
    """A cell of a workbook that holds a text stays one: no formula and no error, also after it was edited."""
    if isinstance(cell.value, str) and (_FORMULA.match(cell.value) or cell.value.startswith("#")):
        cell.data_type, cell.quotePrefix = "s", True


def as_written(cell: str) -> str:
    """The text of a cell that :func:`no_formula` made: without that apostrophe."""
    return cell[1:] if _KEPT.match(cell) else cell


_STALE_SECONDS = 3600  # a part of that age belongs to a writer that was killed


@contextmanager
def whole_file(target: Path, ending: str = "") -> Iterator[Path]:
    """An empty file to write into, which takes the target's name when the block ends well and is gone when it
    does not.

    ``ending`` is the one that its writer insists on (default: the target's). An existing target is replaced
    and its rights are kept; a new one has those that the umask leaves. Raises ``WrongUse`` where the disk
    refuses.
    """
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        real = target.resolve() if target.is_symlink() else target
        _clear(real.parent, real.stem[:100])
        part = real.parent / _part_name(real.stem, ending or real.suffix)
        _new_file(part)
        yield part
        _take_name(part, real)
    except OSError as fault:
        raise Unavailable(f"Cannot write '{target}': {fault.strerror or fault}.", _REFUSED) from None
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all; an existing one is replaced. Raises ``WrongUse`` where the disk
    refuses."""
    with whole_file(target) as part:
        part.write_bytes(content)


def write_bytes(target: Path, content: bytes, parts: Path, mode: int = 0o666) -> None:
    """The same with the file standing in the folder ``parts`` meanwhile, which is on the same disk; ``mode``:
    the rights of a new one, before the umask. Raises ``OSError``."""
    real = target.resolve() if target.is_symlink() else target
    part = (parts if real is target else real.parent) / _part_name(real.stem, real.suffix)
    handle = _new_file(part, mode, keep_open=True)
    try:
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        _take_name(part, real, synced=True)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_all(handle: int, content: bytes) -> None:
    """Every byte to an open file."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def write_folder(target: Path, texts: Mapping[str, str]) -> None:
    """Write files as a new folder, whole or not at all. Raises ``WrongUse`` if the target exists and is not
    empty."""
    filled_folder(target, {name: text.encode() for name, text in texts.items()}, lambda _: None)


def filled_folder(target: Path, contents: Mapping[str, bytes], fill: Callable[[Path], object]) -> None:
    """The same of bytes, and of whatever ``fill`` puts into the folder before it takes its name."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongUse(f"'{target}' exists and is not an empty folder; choose another name.")
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear(target.parent, target.name[:100])
        part = target.parent / _part_name(target.name, "")
        part.mkdir()
        for name, content in contents.items():
            with (part / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        fill(part)
        sync_folder(part)
        if target.exists():
            target.rmdir()
        part.rename(target)
    except OSError as fault:
        raise Unavailable(f"Cannot write '{target}': {fault.strerror or fault}.", _REFUSED) from None
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """What a folder names, on disk when this returns; Windows has no such thing."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part_name(stem: str, suffix: str) -> str:
    return f".{stem[:100]}-{secrets.token_hex(6)}{suffix}"


def _new_file(part: Path, mode: int = 0o666, *, keep_open: bool = False) -> int:
    """A new empty file with the rights that the umask leaves."""
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    if not keep_open:
        os.close(handle)
    return handle


def _take_name(part: Path, target: Path, *, synced: bool = False) -> None:
    """The finished part under the target's name, with the rights and the owner that the target had."""
    if not synced:
        with part.open("r+b") as file:
            os.fsync(file.fileno())
    with contextlib.suppress(FileNotFoundError):
        had, now = target.stat(), part.stat()
        if sys.platform != "win32" and (had.st_uid, had.st_gid) != (now.st_uid, now.st_gid):
            with contextlib.suppress(PermissionError):
                os.chown(part, had.st_uid, had.st_gid)
        if had.st_mode != now.st_mode:
            part.chmod(stat.S_IMODE(had.st_mode))
    for again in range(20):
        try:
            part.replace(target)  # not rename, which Windows refuses where the target exists
            return
        except PermissionError:  # Windows, while somebody reads the target
            if sys.platform != "win32" or again == 19:
                raise
            time.sleep(0.05)


def _clear(folder: Path, stem: str) -> None:
    """Away with what a writer of the same target left that was killed an hour ago or earlier."""
    left = re.compile(rf"\.{re.escape(stem)}-[a-z0-9_]{{8,12}}(\.[a-z0-9]+)?", re.I)
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if left.fullmatch(path.name) and time.time() - path.lstat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
