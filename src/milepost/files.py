"""Files that appear whole or not at all: what is written stands beside its target first and takes its name last."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.errors import WrongUse


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """An empty file to write into, which takes the target's name when the block ends well and is gone when it does not.

    An existing target is replaced. Raises ``WrongUse`` where the disk refuses.
    """
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # the ending stays: some writers look at it
        handle, name = tempfile.mkstemp(prefix=f".{target.stem[:100]}-", suffix=target.suffix, dir=target.parent)
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
    """Write a file, whole or not at all; an existing one is replaced. Raises ``WrongUse`` where the disk refuses."""
    with whole_file(target) as part:
        part.write_bytes(content)
