"""Files that appear whole or not at all: what is written stands beside its target first and takes its name
last."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from milepost.errors import WrongUse


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
        raise WrongUse(f"Cannot write '{target}': {fault.strerror or fault}.") from None
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
        raise WrongUse(f"Cannot write '{target}': {fault.strerror or fault}.") from None
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
