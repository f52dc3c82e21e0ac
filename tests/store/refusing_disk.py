"""A folder on which nothing can be opened to write, made, renamed or removed: it is read, and written once.

It is a program of its own because a hook of ``sys.addaudithook`` stays for the life of its process. Left in
the process of the tests, it made threads die at their start: while it runs, Python 3.11 refuses to start the
tracing that measures coverage in another thread.

``refusing_disk.py FOLDER ERRNO`` prints one JSON line: the note that was read, the codes of the commands that
read and what they printed, the writes they tried, the refusal of an edit and the writes that it tried.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from milepost.cli import run
from milepost.errors import WrongUse
from milepost.store.edits import Edit
from milepost.store.stores import open_store

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def refuse(root: Path, why: int) -> list[str]:
    """From now on the system refuses to write under a folder; the calls that tried are listed."""
    tried: list[str] = []

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.truncate"):
            return
        if event == "open" and not int(args[2] or 0) & _WRITING:
            return
        if isinstance(args[0], str | os.PathLike) and os.fsdecode(args[0]).startswith(str(root)):
            tried.append(event)
            raise OSError(why, os.strerror(why))

    sys.addaudithook(hook)
    return tried


def looked_at(folder: Path, why: int) -> dict[str, Any]:
    """What reading and writing such a folder gives."""
    tried = refuse(folder, why)
    records, findings = open_store(folder).read()
    assert records is not None
    row = records.commitments[0]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        codes = {name: run([name, str(folder)]) for name in ("verify", "status", "log", "check")}
    read, refusal = len(tried), ""
    try:
        edit = Edit.change(row, row.model_copy(update={"note": "third"}))
        open_store(folder).edit([edit], by="x", reason="y")
    except WrongUse as error:
        refusal = str(error)
    return {
        "note": row.note,
        "findings": [finding.message for finding in findings],
        "codes": codes,
        "out": out.getvalue(),
        "tried to read": tried[:read],
        "refusal": refusal,
        "tried to write": tried[read:],
    }


if __name__ == "__main__":
    print(json.dumps(looked_at(Path(sys.argv[1]), int(sys.argv[2]))))
