"""Every act on a folder, cut off at every file operation: killed, refused by the disk once, or a full disk.

Each act is counted first: how often it opens, writes, truncates, syncs, renames or removes a file. Then it is
done as often again, each time in a process of its own that ends at the next of them, and what is left is
looked at: does the folder open, is it what it was before or what the act makes of it, is what was
acknowledged there, is what was refused absent and absent after the next write, does the chain hold, is
nothing left lying about?

Run as a program it prints one JSON line: act, how, points, and what went wrong at which of them.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine, event

from milepost.acts import bring, chain, dates, evidence, programmes
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.rows import edit
from milepost.acts.writing import Register
from milepost.store.checkpoints import new_key
from milepost.store.content import digests
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.journal import LOCK
from milepost.store.known_folders import remember
from milepost.store.stores import Folder, open_store
from milepost.store.verification import verify

How = Literal["killed", "refused once", "full disk"]
HOWS: tuple[How, ...] = ("killed", "refused once", "full disk")
ME = at_the_terminal("XWV")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link", "os.chown"}
_MAKING = {"open", "os.mkdir", "os.rename", "write", "fsync"}  # what a full disk refuses; it lets remove


@dataclass
class Cut:
    """Where a process ends, or where the disk refuses it: at the ``point``-th operation under ``root``."""

    root: str
    point: int = 0
    how: How = "killed"
    seen: int = 0
    on: bool = False

    def at(self, what: str, half: Callable[[], Any] | None = None) -> None:
        """One more operation."""
        if not self.on:
            return
        self.seen += 1
        later = self.how == "full disk" and self.seen > self.point and what in _MAKING
        if not self.point or (self.seen != self.point and not later):
            return
        if self.how == "killed":
            if half is not None:
                half()
            os._exit(9)
        if half is not None and self.seen == self.point:
            half()
        if self.how == "refused once":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if what in _MAKING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


CUT = Cut("")


def _hook(what: str, args: tuple[Any, ...]) -> None:
    if not CUT.on:
        return
    if what == "open":
        path, _, flags = args
        writes = bool(int(flags or 0) & _WRITING)
    elif what in _EVENTS:
        path, writes = args[0], True
    else:
        return
    if writes and isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(CUT.root):
        CUT.at(what)


def watch() -> None:
    """Count what the process does to files from now on."""
    sys.addaudithook(_hook)
    write, fsync, truncate = os.write, os.fsync, os.ftruncate
    whole = Path.write_bytes

    def half_written(handle: int, data: bytes) -> int:
        CUT.at("write", lambda: write(handle, data[: len(data) // 2]))
        return write(handle, data)

    def synced(handle: int) -> None:
        CUT.at("fsync")
        fsync(handle)

    def truncated(handle: int, size: int) -> None:
        CUT.at("truncate")
        truncate(handle, size)

    def written(path: Path, data: bytes) -> int:
        on, CUT.on = CUT.on, False
        try:
            if on:
                CUT.on = True
                CUT.at("write", lambda: whole(path, data[: len(data) // 2]))
                CUT.on = False
            return whole(path, data)
        finally:
            CUT.on = on

    # what SQLite does to its file is not seen from here: before each statement, and before each commit
    event.listen(Engine, "before_cursor_execute", lambda *_: CUT.at("statement"))
    event.listen(Engine, "commit", lambda *_: CUT.at("commit"))
    os.write, os.fsync, os.ftruncate, Path.write_bytes = half_written, synced, truncated, written  # type: ignore[assignment]


# ---- the acts


def _edit(folder: Path) -> None:
    records, _ = open_store(folder).read()
    assert records is not None
    row, gone = records.commitments[0], records.meetings[-1]
    other = row.model_copy(update={"note": "changed by the act"})
    country = records.countries[0].model_copy(update={"note": "changed by the act"})
    edit(
        Register(folder), ME, [Edit.change(row, other), Edit.change(records.countries[0], country)], "the act"
    )
    del gone


def _record(folder: Path) -> None:
    report = {"commitment": "R1", "reported_on": "2025-12-01", "shows": "progress", "source": "the act"}
    evidence.record(Register(folder), ME, report)


def _ask(folder: Path) -> None:
    dates.ask(
        Register(folder), ME, "R1", new_date="2030-06-30", reason="funding", party="XWV", text="the act"
    )


def _decide(folder: Path) -> None:
    dates.decide(Register(folder), Person("second", "local", signs="second"), "R1.q1", grant=True)


def _bring(folder: Path) -> None:
    copy = bring.read_copy(str(folder.parent / "copy"))
    bring.bring(Register(folder), ME, copy, apply=True, reason="the act")


def _take_over(folder: Path) -> None:
    chain.take_over(folder, ME, "the act")


def _sign(folder: Path) -> None:
    chain.sign(folder, folder.parent / "key")


def _as_who_wrote_before(folder: Path) -> None:
    """A process that wrote the reports itself, as a server has: to the next one it adds a line."""
    seen = Folder(folder)._seen(chained=True)
    raw = seen.files["evidence.csv"]
    assert isinstance(raw, bytes)
    head = tuple(raw.decode().partition("\n")[0].split(","))
    remember(folder, replace(seen, columns={"evidence.csv": head}, in_line=True))


def _import(where: Path) -> None:
    target = where.with_name(f"new{where.suffix}")
    programmes.import_whole(bring.read_copy(str(where)), str(target), ME, "the act")


ACTS: dict[str, Callable[[Path], None]] = {
    "edit": _edit,
    "record evidence": _record,
    "record again": _record,
    "request": _ask,
    "decide": _decide,
    "bring": _bring,
    "take over": _take_over,
    "sign": _sign,
    "import": _import,
}


def prepared(act: str, where: Path, kind: str = "folder") -> Path:
    """A programme before the act, with a chain of some entries: a folder, or a database in SQLite."""
    folder = _prepared(act, where)
    if kind == "folder":
        return folder
    programmes.import_whole(bring.read_copy(str(folder)), str(where / "ridge.db"), ME, "before")
    return where / "ridge.db"


def _prepared(act: str, where: Path) -> Path:
    folder = where / "ridge"
    copy_example("ridge", folder)
    records, _ = open_store(folder).read()
    assert records is not None
    row = records.commitments[0]
    for n in range(2):
        new = row.model_copy(update={"note": f"note {n}"})
        open_store(folder).edit([Edit.change(row, new)], by="x", reason="before")
        row = new
    if act == "decide":
        _ask(folder)
    if act == "record again":
        _record(folder)
    if act == "bring":
        shutil.copytree(folder, where / "copy")
        file = where / "copy" / "commitments.csv"
        file.write_text(
            file.read_text(encoding="utf-8").replace("note 1", "note of the copy"), encoding="utf-8"
        )
    if act == "take over":
        file = folder / "commitments.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("note 1", "by hand"), encoding="utf-8")
    if act == "sign":
        (where / "key").write_bytes(new_key()[0])
    return folder


# ---- what is left


def state(where: Path) -> tuple[Any, int, int]:
    """Digests of every row, how long the chain is, and how many checkpoints there are."""
    store = open_store(where)
    records, findings = store.read()
    assert records is not None, "does not open"
    assert findings == (), f"findings: {findings[0]}"
    return digests(store.content()), len(store.lines()), len(store.checkpoints())


def in_a_process(do: Callable[[], Any], seconds: int = 20) -> tuple[int, Any]:
    """What a function gives in a process of its own ended after some seconds: exit code and answer."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        os.close(here)
        with contextlib.suppress(BaseException):
            signal.alarm(seconds)
            answer = do()
            CUT.on = False
            with os.fdopen(there, "w") as pipe:
                json.dump(answer, pipe)
            os._exit(0)
        os._exit(1)
    os.close(there)
    with os.fdopen(here) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else None


def done(act: str, folder: Path, cut: Cut | None) -> tuple[str, int]:
    """What came of the act: acknowledged, refused or killed; and how many operations it was."""

    def do() -> Any:
        if act == "record again" and folder.is_dir():
            _as_who_wrote_before(folder)
        if cut is not None:
            watch()
            CUT.__dict__.update(vars(cut) | {"on": True})
        try:
            ACTS[act](folder)
        except Exception as fault:
            CUT.on = False
            return ["refused", CUT.seen, f"{type(fault).__name__}: {fault}"]
        CUT.on = False
        return ["acknowledged", CUT.seen, ""]

    code, answer = in_a_process(do)
    if answer is None:
        return ("killed" if code == 9 else "hangs" if code == -signal.SIGALRM else f"code {code}"), 0
    if answer[0] == "refused" and not answer[2].startswith(("WrongUse", "BadData", "Unavailable")):
        return answer[2], answer[1]
    return answer[0], answer[1]


def looked_at(act: str, where: Path, came: str, before: Any, after: Any) -> str:
    """What is wrong with what is left; "" if nothing is."""

    def do() -> Any:
        try:
            return (
                _imported(where, came, after) if act == "import" else _left(act, where, came, before, after)
            )
        except Exception as fault:
            return f"{type(fault).__name__}: {str(fault)[:200]}"

    code, answer = in_a_process(do)
    return str(answer) if answer is not None else "hangs" if code == -signal.SIGALRM else f"code {code}"


def _imported(where: Path, came: str, after: Any) -> str:
    """An import is there whole, or not at all; and then it can be done again."""
    target = where.with_name(f"new{where.suffix}")
    if not programmes.exists(str(target)):
        if came == "acknowledged":
            return "acknowledged, and not there"
        _import(where)
    elif came == "refused":
        return "refused, and there"
    return "" if plain(state(target)) == after else "not what was imported"


def _left(act: str, where: Path, came: str, before: Any, after: Any) -> str:
    """Before or after, and the next write goes on from there."""
    now = plain(state(where))
    if now not in (before, after):
        return "neither before nor after"
    if came in ("acknowledged", "refused") and now != (after if came == "acknowledged" else before):
        return f"{came}, and {'not ' * (came == 'acknowledged')}there"
    row = open_store(where).read()[0].commitments[1]  # type: ignore[union-attr]
    if act == "take over" and now == before:
        chain.take_over(where, ME, "again")
    new = row.model_copy(update={"note": "the next write"})
    open_store(where).edit([Edit.change(row, new)], by="next", reason="next")
    then = plain(state(where))[0]
    now[0]["commitments"][row.ident] = then["commitments"][row.ident]
    if then != now[0] and act != "take over":
        return "the next write changed something else"
    held = open_store(where).snapshot()
    faults = verify(held.lines, held.content, held.checkpoints, history=held.history).faults
    if faults:
        return f"the chain does not hold: {faults[0]}"
    folders = [where, where.parent] if where.is_dir() else []
    left = [p.name for f in folders for p in f.iterdir() if p.name.startswith(".") and p.name != LOCK]
    return f"left lying about: {left}" if left else ""


def plain(found: Any) -> Any:
    """As it comes through a pipe."""
    return json.loads(json.dumps(found))


@contextlib.contextmanager
def fresh(source: Path) -> Iterator[Path]:
    """A copy of what was prepared."""
    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(source.parent, Path(home) / "w", symlinks=True)
        yield Path(home) / "w" / source.name


def all_points(act: str, how: How, most: int, kind: str = "folder", seed: int = 0) -> dict[str, Any]:
    """An act cut off at each of its operations, or at ``most`` of them, evenly spread; a seed shifts them."""
    with tempfile.TemporaryDirectory() as home:
        source = prepared(act, Path(home), kind)
        before = in_a_process(lambda: state(source))[1]
        with fresh(source) as folder:
            came, points = done(act, folder, Cut(str(folder.parent)))
            assert came == "acknowledged", came
            target = folder.with_name(f"new{folder.suffix}") if act == "import" else folder
            after = in_a_process(lambda: state(target))[1]
        wrong, ended = [], {"acknowledged": 0, "refused": 0, "killed": 0}
        shifted = (n * points + seed % points for n in range(most))
        looked = sorted({1 + n // most for n in shifted}) if most < points else range(1, points + 1)
        for point in looked:
            with fresh(source) as folder:
                came, _ = done(act, folder, Cut(str(folder.parent), point, how))
                if came in ended:
                    ended[came] += 1
                    fault = looked_at(act, folder, came, before, after)
                else:
                    fault = came
                if fault:
                    wrong.append([point, came, fault])
    return {"act": act, "kind": kind, "how": how, "points": len(looked), **ended, "wrong": wrong}


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    first = int(os.environ.get("MILEPOST_SEED") or 0)
    for name in sys.argv[2:] or ACTS:
        for kind in HOWS:
            print(json.dumps(all_points(name, kind, most, seed=first)), flush=True)
        if name != "take over":  # a database is not changed by hand
            # there are hundreds of statements, and most of them only look
            print(json.dumps(all_points(name, "killed", min(most, 60), "sqlite", first)), flush=True)
