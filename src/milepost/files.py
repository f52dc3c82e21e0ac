"""Files that appear whole or not at all: what is written stands beside its target first and takes its name
last. And cells of tables that stay text in every spreadsheet."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from milepost.errors import Unavailable, WrongUse

_REFUSED = "The server cannot write to its disk now; nothing was written. The fault is not yours."

# what a spreadsheet takes for the beginning of a formula, in the width of East Asia too
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_KEPT = re.compile(r"'+(?:" + _FORMULA.pattern + ")")


def no_formula(text: str) -> str:
    """The text of a cell with an apostrophe before it where a spreadsheet would run it; a number is none.

    A text that has that apostrophe already gets one more, so :func:`as_written` gives every text back.
    """
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


@contextmanager
def whole_file(target: Path, ending: str = "") -> Iterator[Path]:
    """An empty file to write into, which takes the target's name when the block ends well and is gone when it
    does not.

    ``ending`` is the one that its writer insists on (default: the target's). An existing target is replaced.
    Raises ``WrongUse`` where the disk refuses.
    """
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{target.stem[:100]}-", suffix=ending or target.suffix, dir=target.parent
        )
        os.close(handle)
        part = Path(name)
        yield part
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(target)  # not rename, which Windows refuses where the target exists
    except OSError as fault:
        raise Unavailable(f"Cannot write '{target}': {fault.strerror or fault}.", _REFUSED) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all; an existing one is replaced. Raises ``WrongUse`` where the disk
    refuses."""
    with whole_file(target) as part:
        part.write_bytes(content)


def write_folder(target: Path, texts: Mapping[str, str]) -> None:
    """Write files as a new folder, whole or not at all. Raises ``WrongUse`` if the target exists and is not
    empty."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongUse(f"'{target}' exists and is not an empty folder; choose another name.")
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", dir=target.parent))
        for name, text in texts.items():
            with (part / name).open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        part.chmod(0o755)
        if target.exists():
            target.rmdir()
        part.rename(target)
    except OSError as fault:
        raise Unavailable(f"Cannot write '{target}': {fault.strerror or fault}.", _REFUSED) from None
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
