"""What is on this machine and in this programme, for whoever runs it: each thing good, to be looked at, or a
fault, with what to do. Nothing is changed."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import milepost
from milepost.acts.backups import last_backup
from milepost.compiled import kept_where
from milepost.errors import BadData, MilepostError
from milepost.languages.catalogue import FONTS
from milepost.results import Rows
from milepost.store import journal
from milepost.store.changes import Damaged, read_entry
from milepost.store.checkpoints import pinned_keys, read_checkpoint
from milepost.store.documents import documents_of, with_documents
from milepost.store.held import Held
from milepost.store.stores import Folder, Store, open_store
from milepost.store.verification import verify
from milepost.web.page import PAGE
from milepost.web.people import People

State = Literal["good", "remark", "fault"]
NEWEST_PYTHON = (3, 14)  # of those that the smoke tests run on
LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes free on a disk
BACKUP_DAYS, CHECKPOINT_DAYS = 7, 31
_HEADS = ("about", "state", "found", "to_do")
_LEFT = re.compile(r"\.[^/]{1,100}-(?:[a-z0-9_]{8,12}|restored)(?:\.[a-z0-9]+)?", re.I)


@dataclass(frozen=True)
class Looked:
    """One thing that was looked at, in which ``state`` it is, what was found, and what to do ("" =
    nothing)."""

    about: str
    state: State
    found: str
    to_do: str = ""


class Examination(Rows[Looked]):
    """All that was looked at."""

    heads: Sequence[str] = _HEADS

    def count(self, state: Any) -> int:
        """How many are in a state."""
        return sum(one.state == state for one in self)

    @property
    def exit_code(self) -> int:
        """1 with a fault, else 0."""
        return 1 if self.count("fault") else 0


@dataclass(frozen=True)
class Besides:
    """Where else to look: the folder of documents of a database, accounts, and a folder of backups."""

    documents: Path | None = None
    people: str = ""
    backups: Path | None = None


def examined(
    programme: str = "", besides: Besides | None = None, now: dt.datetime | None = None
) -> Examination:
    """This machine, the programme at an address, and what lies besides."""
    asked, moment = besides or Besides(), now or dt.datetime.now(dt.UTC)
    found = [*_machine(programme)]
    if programme:
        found += _programme(programme, asked, moment)
    if asked.people:
        found += _accounts(asked.people)
    return Examination(found, "examination")


# ---- the machine


def _machine(programme: str) -> Iterator[Looked]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] > NEWEST_PYTHON:
        newest = ".".join(map(str, NEWEST_PYTHON))
        yield Looked(
            "Python",
            "remark",
            version,
            f"milepost was tried up to {newest}; if something fails, take that one",
        )
    else:
        yield Looked("Python", "good", version)
    yield Looked("milepost", "good", milepost.__version__)
    yield from _libraries(programme)
    where, lasting = kept_where()
    if lasting:
        yield Looked("compiled code", "good", f"kept in {where}")
    else:
        told = "set NUMBA_CACHE_DIR to a folder that this user can write"
        yield Looked(
            "compiled code", "remark", where or "can be kept nowhere: every command compiles anew", told
        )
    fonts = sorted(p.name for p in FONTS.glob("*.?tf")) if FONTS.is_dir() else []
    if fonts:
        yield Looked("fonts", "good", f"{len(fonts)} carried along")
    else:
        yield Looked("fonts", "fault", "the fonts of briefs are missing", "install milepost again")
    built = (PAGE / "index.html").is_file()
    todo = "" if built else "run 'make page', or install a released wheel; the API works without"
    yield Looked("page", "good" if built else "remark", "built" if built else "not built", todo)
    for what, folder in (
        ("disk of temporary files", Path(tempfile.gettempdir())),
        ("disk of the programme", _disk_of(programme)),
    ):
        if folder is not None:
            yield _free(what, folder)


def _libraries(programme: str) -> Iterator[Looked]:
    """Are the libraries there that are needed, in releases that do?"""
    old = []
    wanted = [r for r in metadata.requires("milepost") or () if "extra ==" not in r]
    if programme.startswith("postgresql"):
        wanted.append("psycopg>=3.2")
    for one in wanted:
        parts = re.match(r"([A-Za-z0-9_.-]+)(?:\[.*\])?\s*(?:>=\s*([0-9.]+))?", one)
        if parts is None:
            continue
        try:
            have = metadata.version(parts[1])
        except metadata.PackageNotFoundError:
            old.append(f"{parts[1]} is missing")
            continue
        if parts[2] and _numbers(have) < _numbers(parts[2]):
            old.append(f"{parts[1]} {have} is older than {parts[2]}")
    if old:
        yield Looked("libraries", "fault", "; ".join(old), "install milepost again, with all that it needs")
    else:
        yield Looked("libraries", "good", f"{len(wanted)}, none too old")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def _disk_of(programme: str) -> Path | None:
    if not programme or "://" in programme:
        return None
    path = Path(programme).absolute()
    return next((p for p in (path, *path.parents) if p.is_dir()), None)


def _free(what: str, folder: Path) -> Looked:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        return Looked(what, "fault", f"cannot be looked at: {fault.strerror}", "look at the disk")
    state: State = "good" if free >= LITTLE else "remark" if free >= TOO_LITTLE else "fault"
    return Looked(what, state, f"{free / 1e9:.1f} GB free", "" if state == "good" else "make room on it")


# ---- the programme


def _programme(where: str, asked: Besides, now: dt.datetime) -> Iterator[Looked]:
    store = open_store(where)
    if isinstance(store, Folder) and not store.path.is_dir():
        told = "a single file is looked at by 'milepost check'" if store.path.is_file() else "check the name"
        yield Looked("programme", "fault", f"there is no folder '{where}'", told)
        return
    schema = [*_schema(store)]
    yield from schema
    if any(one.state == "fault" for one in schema):
        return
    try:
        held = store.snapshot()
        records, faults = store.read()
    except BadData as fault:
        yield Looked("programme", "fault", "it cannot be read", f"run 'milepost check': {fault.findings[0]}")
        return
    except MilepostError as fault:
        yield Looked("programme", "fault", str(fault).rstrip("."), "what it says")
        return
    if records is None or faults:
        yield Looked("programme", "fault", f"{len(faults)} findings of reading", "run 'milepost check'")
    else:
        yield Looked("programme", "good", f"{sum(1 for _ in records.all_rows()):,} rows in {store.name}")
    for note in held.notes:
        yield Looked(
            "how it stands",
            "remark",
            note,
            "nothing, if that is meant; the next one to write mends a writer cut off",
        )
    yield from _of_chain(held, now)
    yield from _of_documents(where, held, asked.documents)
    if isinstance(store, Folder):
        yield from _folder(store.path)
    else:
        yield from _database(store, where)
    yield _backup(where, asked.backups, now)


def _schema(store: Store) -> Iterator[Looked]:
    if isinstance(store, Folder):
        return
    found: Any = store
    try:
        now, newest, state = found.schema()
    except MilepostError as fault:
        yield Looked("schema", "fault", str(fault).rstrip("."), "what it says")
        return
    todo = {
        "newer": "install that release, or a later one",
        "older": "run 'milepost upgrade'",
        "none": "run 'milepost import'",
    }
    told = f"{now or 'none'}" + ("" if state == "current" else f", here {newest}")
    yield Looked("schema", "good" if state == "current" else "fault", told, todo.get(state, ""))


def _of_chain(held: Held, now: dt.datetime) -> Iterator[Looked]:
    if not held.lines:
        yield Looked("chain", "remark", "there is none", "begin one: milepost record")
        return
    found = verify(held.lines, held.content or None, held.checkpoints, history=held.history)
    if found.holds:
        yield Looked("chain", "good", f"{found.entries:,} entries hold; root {found.root[:16]}")
    else:
        yield Looked(
            "chain",
            "fault",
            f"{found.faults[0]}",
            "run 'milepost verify'; rows changed by hand: milepost record",
        )
    with suppress(Damaged):
        last = read_entry(held.lines[-1]).when
        ahead = (last - now).total_seconds()
        if ahead > 60:
            yield Looked(
                "clock",
                "fault",
                f"the last entry is {ahead / 3600:.1f} hours ahead",
                "set the clock of this machine",
            )
        else:
            yield Looked("clock", "good", f"{now.isoformat(timespec='seconds')}, after the last entry")
    keys = pinned_keys(held.lines) if found.holds else []
    told = f"{keys[-1][:16]}..." if keys else "none is pinned"
    yield Looked(
        "key", "good" if keys else "remark", told, "" if keys else "pin one: milepost sign --new-key --pin"
    )
    yield _checkpoint(held, now)


def _checkpoint(held: Held, now: dt.datetime) -> Looked:
    todo = "sign where the chain stands: milepost sign"
    if not held.checkpoints:
        return Looked("last checkpoint", "remark", "there is none", todo)
    try:
        last = read_checkpoint(held.checkpoints[-1])
        days = (now - dt.datetime.fromisoformat(last.at)).days
    except (MilepostError, ValueError, TypeError):
        return Looked("last checkpoint", "fault", "it cannot be read", "run 'milepost verify'")
    since = len(held.lines) - last.n
    told = f"{last.at[:10]}, entry {last.n}; {since} entries since"
    late = since > 0 and days > CHECKPOINT_DAYS
    return Looked("last checkpoint", "remark" if late else "good", told, todo if late else "")


def _of_documents(where: str, held: Held, besides: Path | None) -> Iterator[Looked]:
    folders = sorted({file.parent for file in documents_of(where, besides).values()})
    found = with_documents(verify((), None), held.content, folders)
    bad = [str(f) for f in found.faults if "document" in f.what]
    if bad:
        yield Looked(
            "documents",
            "fault",
            f"{bad[0]}" + (f", and {len(bad) - 1} more" if len(bad) > 1 else ""),
            "bring them back from a backup",
        )
    elif told := [r for r in found.remarks if "no folder" in r]:
        yield Looked("documents", "remark", told[0], "say where they are: --documents FOLDER")
    else:
        yield Looked("documents", "good", f"{len(documents_of(where, besides))} kept")


def _folder(folder: Path) -> Iterator[Looked]:
    writes = os.access(folder, os.W_OK)
    yield Looked(
        "rights",
        "good" if writes else "remark",
        "it can be written" if writes else "this user can only read it",
        "" if writes else "nothing, if that is meant",
    )
    if os.name != "nt" and folder.stat().st_mode & stat.S_IWOTH:
        yield Looked(
            "rights of others", "fault", "everybody on this machine can write it", f"chmod o-w '{folder}'"
        )
    if writes:
        yield _lock(folder)
    left = sorted(p.name for p in folder.iterdir() if _LEFT.fullmatch(p.name) or journal.BY_HAND in p.name)
    parts = folder / journal.PARTS
    left += sorted(f"{journal.PARTS}/{p.name}" for p in parts.iterdir()) if parts.is_dir() else []
    if left:
        yield Looked(
            "leftovers",
            "remark",
            ", ".join(left[:5]),
            "what begins with a dot goes with the next write; "
            "bring rows of '...by-hand...' in, then delete it",
        )
    else:
        yield Looked("leftovers", "good", "none")


def _lock(folder: Path) -> Looked:
    if not journal.is_held(folder):
        return Looked("lock", "good", "free")
    todo = "look again in a minute; a killed writer holds no lock"
    return Looked("lock", "remark", "somebody writes at the moment", todo)


def _database(store: Store, where: str) -> Iterator[Looked]:
    found: Any = store
    waiting = found.waiting()
    if waiting is not None:
        todo = "see pg_stat_activity for whom they wait" if waiting else ""
        yield Looked("lock", "remark" if waiting else "good", f"{waiting} sessions wait for one", todo)
    if "://" not in where and os.name != "nt":
        mode = Path(where).stat().st_mode
        if mode & stat.S_IWOTH:
            yield Looked(
                "rights of others",
                "fault",
                "everybody on this machine can write the file",
                f"chmod o-w '{where}'",
            )


def _backup(where: str, folder: Path | None, now: dt.datetime) -> Looked:
    todo = "milepost backup PROGRAMME FILE"
    if folder is not None and not folder.is_dir():
        return Looked("last backup", "fault", f"there is no folder '{folder}'", todo)
    last = last_backup(where, folder)
    if last is None:
        return Looked(
            "last backup", "remark", "none is known", f"{todo}; --backups FOLDER says where they lie"
        )
    at, file = last
    if not file.is_file():
        return Looked("last backup", "remark", f"{at[:10]}, and '{file}' is no longer there", todo)
    if os.name != "nt" and file.stat().st_mode & 0o077:
        return Looked("last backup", "remark", f"'{file}' can be read by others", f"chmod go= '{file}'")
    old = (now - dt.datetime.fromisoformat(at)).days > BACKUP_DAYS
    return Looked("last backup", "remark" if old else "good", f"{at[:10]}: {file}", todo if old else "")


# ---- accounts


def _accounts(where: str) -> Iterable[Looked]:
    if "://" not in where:
        file = Path(where)
        if not file.is_file():
            return [Looked("accounts", "fault", f"there is no file '{where}'", "milepost people add")]
        if os.name != "nt" and file.stat().st_mode & 0o077:
            return [
                Looked(
                    "accounts", "fault", "others on this machine can read the file", f"chmod 600 '{where}'"
                )
            ]
    try:
        kept = People(where)
        found = kept.all()
        kept.close()
    except MilepostError as fault:
        return [Looked("accounts", "fault", str(fault).rstrip("."), "what it says")]
    if not found:
        return [Looked("accounts", "remark", "there is nobody", "milepost people add")]
    return [Looked("accounts", "good", f"{len(found)} persons")]
