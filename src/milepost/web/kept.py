"""What the last run worked out, kept beside the programme: a server that has just begun shows it at once,
marked as old, until its own values are there.

It is one file that this code wrote and that may be deleted at any time. What another version wrote, or what
cannot be read, counts as not there; where the disk refuses to keep it, nothing is kept.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import milepost
from milepost.errors import WrongUse
from milepost.files import write_whole

FOLDER = ".kept"
LAST = "last-values.json.gz"
FORM = 2  # counts with every change of what the page reads, also within a version


@dataclass(frozen=True)
class Body:
    """An answer as it was sent."""

    content: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """It again."""
        return self.content


@dataclass(frozen=True)
class LastRun:
    """What is kept: the fingerprint of the data that it rests on, and answers by their address."""

    fingerprint: str
    answers: Mapping[str, dict[str, Any]]

    def answer(self, address: str, **marks: Any) -> Body | None:
        """The answer of an address with some marks set; None if it is not kept."""
        found = self.answers.get(address)
        return None if found is None else Body({**found, **marks})


def file_of(programme: str) -> Path | None:
    """Where it is kept: in a folder of the programme's folder, or beside its file; None for a database on a
    server."""
    path = Path(programme)
    if path.is_dir():
        return path / FOLDER / LAST
    return path.parent / FOLDER / f"{path.name}-{LAST}" if path.is_file() else None


def keep(programme: str, fingerprint: str, answers: Mapping[str, dict[str, Any]]) -> None:
    """Keep what a run worked out; it takes the place of the run before."""
    file = file_of(programme)
    if file is None:
        return
    whole = {"version": milepost.__version__, "form": FORM, "fingerprint": fingerprint, "answers": answers}
    packed = gzip.compress(json.dumps(whole, ensure_ascii=False).encode(), 6, mtime=0)
    with suppress(WrongUse):  # a disk that only reads: the next start waits for its own values
        write_whole(file, packed)


def last_run(programme: str) -> LastRun | None:
    """What the run before kept; None if there is none that this version can read."""
    file = file_of(programme)
    if file is None:
        return None
    try:
        whole = json.loads(gzip.decompress(file.read_bytes()))
        if (whole["version"], whole["form"]) != (milepost.__version__, FORM):
            return None
        return LastRun(str(whole["fingerprint"]), dict(whole["answers"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
